/* leye ask: the interview in a terminal. One question at a time; an empty line or "不知道" leaves it open, "回" goes
 * back one question, "完" shows the answers now. */
#include "cli/cli.h"
#include "engine/explain.h"
#include "engine/interview.h"

#include <stdio.h>
#include <stdlib.h>

#define ASK_CAP ((size_t) 16 << 20)

typedef enum Reply { REPLY_TAKEN, REPLY_AGAIN, REPLY_DONE } Reply;

static void print_choices(const Program *program, Type type) {
        if (type.kind == TYPE_TRUTH)
                (void) printf("  （是 / 否 / 不知道）\n");
        else if (type.kind == TYPE_CODE) {
                const Enumeration *enumeration = &program->enumerations[type.of];
                for (uint32_t i = 0; i < enumeration->member_count; i++)
                        (void) printf("  %u. %.*s\n", i + 1, STR_ARG(enumeration->members[i]));
        } else if (type.kind == TYPE_DATE)
                (void) printf("  （例如 1998-03-02；不知道就直接回车）\n");
        else if (type.kind == TYPE_NUMBER && program->units[type.unit].text.length)
                (void) printf("  （单位：%.*s；不知道就直接回车）\n", STR_ARG(program->units[type.unit].text));
}

static void print_question(const Program *program, const Question *question, const InterviewProgress *progress) {
        (void) printf("\n第 %u 题（最多还有 %u 题）\n", progress->answered + 1, progress->open);
        if (question->who.length)
                (void) printf("【%.*s】", STR_ARG(question->who));
        (void) printf("%.*s\n", STR_ARG(question->text));
        if (question->help.length)
                (void) printf("  %.*s\n", STR_ARG(question->help));
        print_choices(program, question->type);
        (void) printf("> ");
        (void) fflush(stdout);
}

/* A member chosen by its number in the list, else what value_parse makes of the text. */
static bool read_value(const Program *program, Arena *arena, const Question *question, Str text, int64_t *ret_cell) {
        int64_t number;
        if (question->type.kind == TYPE_CODE && str_to_int(text, &number) && number >= 1 &&
            number <= program->enumerations[question->type.of].member_count) {
                *ret_cell = number - 1;
                return true;
        }
        Str why;
        if (value_parse(program, question->type, question->low, question->high, text, arena, ret_cell, &why))
                return true;
        (void) printf("  %.*s\n", STR_ARG(why));
        return false;
}

static Reply go_back(Interview *interview) {
        uint32_t count = interview_given_count(interview);
        if (count == 0)
                return REPLY_AGAIN;
        const GivenAnswer *last = interview_given(interview, count - 1);
        return interview_forget(interview, last->kind, last->id, last->row) == RC_OK ? REPLY_TAKEN : REPLY_AGAIN;
}

static Reply take_reply(Interview *interview, Arena *arena, const Question *question, Str text) {
        if (str_equal(text, STR("完")))
                return REPLY_DONE;
        if (str_equal(text, STR("回")))
                return go_back(interview);
        Rc rc;
        int64_t cell;
        if (text.length == 0 || str_equal(text, STR("不知道")))
                rc = interview_decline(interview, question->kind, question->id, question->row);
        else if (!read_value(interview_run(interview)->program, arena, question, text, &cell))
                return REPLY_AGAIN;
        else
                rc = interview_reply(interview, question->kind, question->id, question->row, cell);
        if (rc == RC_TOOBIG)
                (void) printf("  人数太多，这里算不了；请到窗口办理\n");
        return rc == RC_OK ? REPLY_TAKEN : REPLY_AGAIN;
}

static void free_line(char **line) {
        free(*line);
}

static void hold_interview(Interview *interview, Arena *arena) {
        char *line CLEAN(free_line) = NULL;
        size_t capacity = 0;
        Question question;
        while (interview_next(interview, &question)) {
                InterviewProgress progress = interview_progress(interview);
                print_question(interview_run(interview)->program, &question, &progress);
                Reply reply = REPLY_AGAIN;
                while (reply == REPLY_AGAIN) {
                        ssize_t length = getline(&line, &capacity, stdin);
                        if (length < 0)
                                return;
                        reply = take_reply(interview, arena, &question, str_trim((Str){ line, (size_t) length }));
                        if (reply == REPLY_AGAIN) {
                                (void) printf("> ");
                                (void) fflush(stdout);
                        }
                }
                if (reply == REPLY_DONE)
                        return;
        }
}

static int print_answers(const Pack *pack, Interview *interview, bool as_json) {
        Buffer out CLEAN(buffer_free) = buffer_new(ASK_CAP);
        const Frame *frame = interview_frame(interview);
        Json json = json_begin(&out);
        if (as_json)
                json_array(&json);
        else
                buffer_format(&out, "\n算出来了%s：\n\n", pack->demonstration ? "（示范数值，非政策）" : "");
        for (uint32_t i = 0; i < pack->program.policy_count; i++) {
                const Policy *policy = &pack->program.policies[i];
                if (policy->entity != interview_entity(interview) || policy->card.length)
                        continue;
                const Explanation *explanation = explain(pack->arena, interview_run(interview), frame, i, 0);
                if (as_json)
                        explanation_json(explanation, &json);
                else {
                        explanation_text(explanation, &out);
                        buffer_byte(&out, '\n');
                }
        }
        if (as_json)
                json_end(&json);
        else
                buffer_add(&out, STR("以受理机关认定为准。\n"));
        return cli_output(&out);
}

int command_ask(const Command *command, int argc, char **argv) {
        bool json = false, demonstration = false;
        Str entity_name = STR("人");
        int32_t date = date_today();
        const CliOption options[] = {
                { .name = "--entity", .value = "实体", .help = "替谁算：人、户、企业…；默认人", .text = &entity_name },
                { .name = "--at", .value = "日期", .help = "基准日，默认今天", .date = &date },
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &demonstration },
                { .name = "--json", .help = "结果以 JSON 输出", .flag = &json },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        code = cli_load(pack, city[0], &(PackOptions){ .demonstration = demonstration }, false, true);
        if (code != EXIT_DONE)
                return code;
        uint32_t entity = pack_entity(pack, entity_name);
        if (entity == NONE) {
                cli_say("没有“%.*s”这个实体", STR_ARG(entity_name));
                return EXIT_USER;
        }
        Interview *interview = interview_new(pack->arena, &pack->program, (uint16_t) entity, date);
        hold_interview(interview, pack->arena);
        return print_answers(pack, interview, json);
}
