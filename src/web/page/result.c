/* Explains every policy about the subject and puts it into its group. */
#include "web/page/result.h"

#include "base/date.h"

static const ResultGroup result_groups[RESULT_GROUPS] = {
        { .answer = ANSWER_YES, .id = STR_INIT("yes"), .name = STR_INIT("可以享受"),
          .lead = STR_INIT("按您的回答，这些条件都符合。带上证明材料去受理机关办理。") },
        { .answer = ANSWER_JUDGE, .id = STR_INIT("judge"), .name = STR_INIT("只等认定"),
          .lead = STR_INIT("其他条件都符合，还有一项要由工作人员判断。") },
        { .answer = ANSWER_OPEN, .id = STR_INIT("open"), .name = STR_INIT("待定"),
          .lead = STR_INIT("文件还没有写明标准，等有关部门定下来才能算。") },
        { .answer = ANSWER_ASK, .id = STR_INIT("ask"), .name = STR_INIT("还缺事实"),
          .lead = STR_INIT("还有问题没有回答，或者要查登记记录，现在算不出来。") },
        { .answer = ANSWER_NO, .id = STR_INIT("no"), .name = STR_INIT("不符合"),
          .lead = STR_INIT("按您的回答，至少有一项条件不满足。下面写明差在哪里。") },
};

static void fill_groups(const Visit *visit, ResultView *view, Interview *interview) {
        const Pack *pack = visit->city->pack;
        const Frame *frame = interview_frame(interview);
        for (size_t i = 0; i < RESULT_GROUPS; i++) {
                view->groups[i] = result_groups[i];
                view->groups[i].cards = ARENA_NEW(visit->arena, ResultCard, pack->program.policy_count);
        }
        for (uint32_t i = 0; i < pack->program.policy_count; i++) {
                if (!ask_covers(&pack->program.policies[i], interview_entity(interview)))
                        continue;
                const Explanation *explanation = explain(visit->arena, interview_run(interview), frame, i, 0);
                for (size_t j = 0; j < RESULT_GROUPS; j++) {
                        ResultGroup *group = &view->groups[j];
                        if (group->answer == explanation->answer)
                                group->cards[group->card_count++] = (ResultCard){
                                        explanation, pack_clause(pack, explanation->policy->clause),
                                        exclusive_text(visit->arena, &pack->program, i),
                                };
                }
        }
}

static void fill_cards(const Visit *visit, ResultView *view, uint16_t entity) {
        const Program *program = &visit->city->pack->program;
        view->cards = ARENA_NEW(visit->arena, const Policy *, program->policy_count);
        for (uint32_t i = 0; i < program->policy_count; i++)
                if (program->policies[i].entity == entity && program->policies[i].card.length)
                        view->cards[view->card_count++] = &program->policies[i];
}

static void fill_given(const Visit *visit, ResultView *view, Interview *interview) {
        const Program *program = &visit->city->pack->program;
        uint32_t count = interview_given_count(interview);
        view->given = ARENA_NEW(visit->arena, GivenItem, count);
        for (uint32_t i = 0; i < count; i++) {
                const GivenAnswer *given = interview_given(interview, i);
                Question question;
                if (!interview_question(interview, given->kind, given->id, given->row, &question))
                        continue;
                view->given[view->given_count++] = (GivenItem){
                        question_key(visit->arena, given->kind, given->id, given->row), question.who, question.text,
                        given->declined ? STR("不知道") : value_text(visit->arena, program, question.type, given->cell),
                        given->declined,
                };
        }
}

static void fill_records(const Visit *visit, ResultView *view, Interview *interview) {
        uint32_t count;
        const uint32_t *facts = interview_needs_records(interview, &count);
        view->records = ARENA_NEW(visit->arena, Str, count);
        for (uint32_t i = 0; i < count; i++)
                view->records[view->record_count++] = visit->city->pack->program.facts[facts[i]].name;
}

void result_show(Visit *visit, Interview *interview) {
        uint16_t entity = interview_entity(interview);
        Question next;
        ResultView view = {
                .layout = layout_of(visit, STR("结果"), SECTION_ASK),
                .city = visit->city,
                .state = ask_state(visit->arena, interview),
                .whom = subject_name(&visit->city->pack->program, entity),
                .base_date = date_chinese(visit->arena, interview_run(interview)->base_date),
                .progress = interview_progress(interview),
                .more = interview_next(interview, &next),
        };
        view.layout.state = view.state;
        view.layout.view = STR("result");
        fill_groups(visit, &view, interview);
        fill_cards(visit, &view, entity);
        fill_given(visit, &view, interview);
        fill_records(visit, &view, interview);
        template_result(&visit->response->body, &view);
}
