/* The interview: a list of answers, the situation they describe, and the next question by Kleene relevance. */
#include "engine/interview_inside.h"

#include <string.h>

#include "engine/explain.h"

/* ---- beginning --------------------------------------------------------------------------------------- */

uint16_t question_entity(const Program *program, QuestionKind kind, uint32_t id) {
        if (kind == QUESTION_FACT)
                return id < program->fact_count ? program->facts[id].entity : ENTITY_NONE;
        if (id >= program->link_count)
                return ENTITY_NONE;
        return kind == QUESTION_COUNT ? program->links[id].parent : program->links[id].child;
}

/* A list or a partner is worth a question when something of its rows can be asked, or when only its being there
 * counts. */
static void interview_find_links(Interview *interview) {
        const Program *program = interview->program;
        bool          *asked = ARENA_NEW(interview->arena, bool, program->entity_count);
        for (uint32_t at = 0; at < program->fact_count; at++)
                asked[program->facts[at].entity] =
                        asked[program->facts[at].entity] ||
                        (program->facts[at].question.length > 0 && !program->facts[at].manual);
        for (uint32_t at = 0; at < program->link_count; at++) {
                interview->count_asked[at] = asked[program->links[at].child];
                interview->partner_asked[at] = asked[program->links[at].parent];
        }
        for (uint32_t at = 0; at < program->step_count; at++) {
                const Step *step = &program->steps[at];
                if (step->op == OP_LINK)
                        interview->partner_asked[step->aux] = true;
                else if (step->op == OP_COUNT && program->steps[step->a].op == OP_CONSTANT)
                        interview->count_asked[step->aux] = true;
        }
}

Interview *interview_new(Arena *arena, const Program *program, uint16_t entity, int32_t base_date) {
        Interview *interview = ARENA_NEW(arena, Interview, 1);
        interview->arena = arena;
        interview->program = program;
        interview->entity = entity;
        interview->run = (Run){ .program = program, .base_date = base_date, .apply_date = base_date };
        interview->layout = layout_new(arena, program, entity);
        interview->count_asked = ARENA_NEW(arena, bool, program->link_count);
        interview->partner_asked = ARENA_NEW(arena, bool, program->link_count);
        interview_find_links(interview);
        return interview;
}

void interview_parameters(Interview *interview, const int64_t *parameters) {
        interview->run.parameters = parameters;
        interview->evaluated = false;
}

/* ---- the situation ----------------------------------------------------------------------------------- */

static void flag(Arena *arena, uint8_t **flags, uint32_t id, uint32_t row, uint32_t rows, bool value) {
        if (!flags[id])
                flags[id] = ARENA_NEW(arena, uint8_t, rows);
        flags[id][row] = value;
}

static void situation_put_fact(Interview *interview, uint32_t fact, uint32_t row, bool declined, int64_t cell) {
        const Fact *about = &interview->program->facts[fact];
        population_set(interview->population, fact, row, declined ? type_unknown(about->type) : cell);
        flag(interview->arena, interview->declined, fact, row, interview->layout->counts[about->entity], declined);
}

static void situation_put_link(Interview *interview, uint32_t link) {
        const Link    *about = &interview->program->links[link];
        const uint32_t parents = interview->layout->counts[about->parent];
        const uint32_t children = interview->layout->counts[about->child];
        for (uint32_t row = 0; row < parents; row++) {
                const GivenAnswer *given = interview_find(interview, QUESTION_COUNT, link, row);
                population_complete(interview->population, link, row, given && !given->declined);
                flag(interview->arena, interview->counts, link, row, parents, !given && interview->count_asked[link]);
        }
        for (uint32_t row = 0; row < children; row++)
                flag(interview->arena, interview->partners, link, row, children,
                     interview->partner_asked[link] && layout_partner(interview->layout, link, row) == NONE &&
                             !interview_find(interview, QUESTION_LINKED, link, row));
}

static void situation_build(Interview *interview) {
        Arena         *arena = interview->arena;
        const Program *program = interview->program;
        const Layout  *layout = interview->layout;
        interview->population = population_new(arena, program, layout->counts);
        interview->declined = ARENA_NEW(arena, uint8_t *, program->fact_count);
        interview->counts = ARENA_NEW(arena, uint8_t *, program->link_count);
        interview->partners = ARENA_NEW(arena, uint8_t *, program->link_count);
        interview->asking = (Asking){ interview->declined, interview->counts, interview->partners };
        for (uint32_t at = 0; at < layout->tie_count; at++)
                population_link(interview->population, layout->ties[at].link, layout->ties[at].child,
                                layout->ties[at].parent);
        population_index(interview->population);
        for (uint32_t link = 0; link < program->link_count; link++)
                situation_put_link(interview, link);
        for (uint32_t at = 0; at < interview->given_count; at++) {
                const GivenAnswer *given = &interview->given[at];
                if (given->kind == QUESTION_FACT)
                        situation_put_fact(interview, given->id, given->row, given->declined, given->cell);
        }
        interview->frame = frame_new(arena, program, interview->population);
        interview->relevance = relevance_new(arena, program, interview->population, &interview->asking);
}

static void situation_refresh(Interview *interview) {
        if (interview->evaluated)
                return;
        if (!interview->population)
                situation_build(interview);
        scalar_evaluate(&interview->run, interview->frame);
        relevance_evaluate(interview->relevance, &interview->run, interview->frame);
        interview->evaluated = true;
}

const Frame *interview_frame(Interview *interview) {
        situation_refresh(interview);
        return interview->frame;
}

const Run *interview_run(const Interview *interview) {
        return &interview->run;
}

uint16_t interview_entity(const Interview *interview) {
        return interview->entity;
}

/* ---- answers ----------------------------------------------------------------------------------------- */

GivenAnswer *interview_find(const Interview *interview, QuestionKind kind, uint32_t id, uint32_t row) {
        for (uint32_t at = 0; at < interview->given_count; at++) {
                GivenAnswer *given = &interview->given[at];
                if (given->kind == kind && given->id == id && given->row == row)
                        return given;
        }
        return NULL;
}

uint32_t interview_given_count(const Interview *interview) {
        return interview->given_count;
}

const GivenAnswer *interview_given(const Interview *interview, uint32_t index) {
        MUST(index < interview->given_count);
        return &interview->given[index];
}

/* Members that a list has before it is counted: whose parent the row became by an answer of their own. */
static uint32_t members_before(const Interview *interview, uint32_t link, uint32_t parent) {
        const Layout *layout = interview->layout;
        uint32_t      members = layout_members(layout, link, parent), before = 0;
        uint32_t      place = layout_position(layout, interview->program->links[link].parent, parent);
        for (uint32_t n = 0; n < members; n++)
                before += layout_position(layout, interview->program->links[link].child,
                                          layout_member(layout, link, parent, n)) < place;
        return before;
}

static bool question_exists(const Interview *interview, QuestionKind kind, uint32_t id, uint32_t row) {
        uint16_t entity = question_entity(interview->program, kind, id);
        if (entity == ENTITY_NONE || row >= interview->layout->counts[entity])
                return false;
        if (kind != QUESTION_FACT) /* a partner that is there by derivation or as the list's owner is no question */
                return kind == QUESTION_COUNT || layout_partner(interview->layout, id, row) == NONE ||
                       interview_find(interview, kind, id, row);
        const Fact *fact = &interview->program->facts[id];
        return !fact->manual && fact->type.kind != TYPE_TEXT && fact->type.kind != TYPE_ROW;
}

static bool cell_allowed(const Interview *interview, QuestionKind kind, uint32_t id, uint32_t row, int64_t cell) {
        if (kind == QUESTION_COUNT)
                return cell >= members_before(interview, id, row);
        if (kind == QUESTION_LINKED)
                return cell == TRUTH_NO || cell == TRUTH_YES;
        const Fact *fact = &interview->program->facts[id];
        if (fact->type.kind == TYPE_TRUTH)
                return cell == TRUTH_NO || cell == TRUTH_YES;
        return cell != UNKNOWN && cell >= fact->low && cell <= fact->high;
}

/* The answers with one changed (or, with `with` NULL, without it), and the rows they now call for. */
static Rc interview_rearrange(Interview *interview, const GivenAnswer *changed, const GivenAnswer *with) {
        GivenAnswer *given = ARENA_NEW(interview->arena, GivenAnswer, interview->given_count);
        uint32_t     count = 0;
        Layout      *layout = NULL;
        for (uint32_t at = 0; at < interview->given_count; at++)
                if (&interview->given[at] != changed)
                        given[count++] = interview->given[at];
                else if (with)
                        given[count++] = *with;
        Rc rc = layout_again(interview->layout, interview->entity, given, &count, &layout);
        if (rc != RC_OK)
                return rc;
        interview->given_capacity = interview->given_count;
        interview->given = given;
        interview->given_count = count;
        interview->layout = layout;
        interview->population = NULL;
        return RC_OK;
}

static Rc interview_append(Interview *interview, const GivenAnswer *answer) {
        if (interview->given_count >= INTERVIEW_ANSWERS_MAX)
                return RC_TOOBIG;
        *ARENA_PUSH(interview->arena, interview->given, interview->given_count, interview->given_capacity) = *answer;
        if (answer->kind == QUESTION_FACT)
                return RC_OK;
        interview->population = NULL;
        Rc rc = layout_apply(interview->layout, answer);
        if (rc == RC_OK)
                return RC_OK;
        interview->given_count--;        /* the layout is spoilt: make it again */
        Rc again = layout_again(interview->layout, interview->entity, interview->given, &interview->given_count,
                                &interview->layout);
        MUST(again == RC_OK);
        return rc;
}

static Rc interview_put(Interview *interview, GivenAnswer answer) {
        if (!question_exists(interview, answer.kind, answer.id, answer.row))
                return RC_INVALID;
        if (!answer.declined && !cell_allowed(interview, answer.kind, answer.id, answer.row, answer.cell))
                return RC_INVALID;
        if (answer.kind == QUESTION_COUNT && !answer.declined && answer.cell > INTERVIEW_MEMBERS_MAX)
                return RC_TOOBIG;
        GivenAnswer *given = interview_find(interview, answer.kind, answer.id, answer.row);
        Rc           rc = RC_OK;
        if (!given)
                rc = interview_append(interview, &answer);
        else if (answer.kind == QUESTION_FACT)
                *given = answer;
        else if (given->declined != answer.declined || given->cell != answer.cell)
                rc = interview_rearrange(interview, given, &answer);
        if (rc != RC_OK)
                return rc;
        interview->evaluated = false;
        if (answer.kind == QUESTION_FACT && interview->population)
                situation_put_fact(interview, answer.id, answer.row, answer.declined, answer.cell);
        return RC_OK;
}

Rc interview_reply(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row, int64_t cell) {
        return interview_put(interview, (GivenAnswer){ .kind = kind, .id = id, .row = row, .cell = cell });
}

Rc interview_answer(Interview *interview, uint32_t fact, uint32_t row, int64_t cell) {
        return interview_reply(interview, QUESTION_FACT, fact, row, cell);
}

Rc interview_count(Interview *interview, uint32_t link, uint32_t parent_row, uint32_t members) {
        return interview_reply(interview, QUESTION_COUNT, link, parent_row, members);
}

Rc interview_linked(Interview *interview, uint32_t link, uint32_t child_row, bool yes) {
        return interview_reply(interview, QUESTION_LINKED, link, child_row, yes ? TRUTH_YES : TRUTH_NO);
}

Rc interview_decline(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row) {
        return interview_put(interview, (GivenAnswer){ .kind = kind, .id = id, .row = row, .declined = true });
}

Rc interview_forget(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row) {
        const GivenAnswer *given = interview_find(interview, kind, id, row);
        if (!given)
                return RC_MISSING;
        interview->evaluated = false;
        return interview_rearrange(interview, given, NULL);
}

/* ---- questions --------------------------------------------------------------------------------------- */

/* "您所在户一共有几人（包括您自己）？", "员工一共有几人？" */
static Str count_text(Interview *interview, const Link *link, uint32_t id, uint32_t row) {
        const Entity *child = &interview->program->entities[link->child];
        Str           counter = child->counter.length > 0 ? child->counter : STR("个");
        bool          own = interview->entity == link->child && layout_partner(interview->layout, id, 0) == row;
        if (own && link->one_name.length > 0)
                return str_format(interview->arena, "您%s%.*s一共有几%.*s（包括您自己）？",
                                  str_starts(link->one_name, STR("所")) ? "" : "的", STR_ARG(link->one_name),
                                  STR_ARG(counter));
        Str list = link->many_name.length > 0 ? link->many_name : child->name;
        return str_format(interview->arena, "%.*s一共有几%.*s%s？", STR_ARG(list), STR_ARG(counter),
                          own ? "（包括您自己）" : "");
}

static Str linked_text(Interview *interview, const Link *link, uint32_t row) {
        Str partner = link->one_name.length > 0 ? link->one_name : interview->program->entities[link->parent].name;
        if (interview->entity == link->child && row == 0)
                return str_format(interview->arena, "您有%.*s吗？", STR_ARG(partner));
        return str_format(interview->arena, "有%.*s吗？", STR_ARG(partner));
}

/* The default that stands for a fact that is not answered, as text. */
static Str assumed_text(Interview *interview, uint32_t fact, uint32_t row) {
        const Program *program = interview->program;
        Str            text = { NULL, 0 };
        if (program->facts[fact].step == NONE)
                return text;
        for (uint32_t at = 0; at < program->step_count; at++) {
                const Step *step = &program->steps[at];
                if (step->op != OP_DEFAULT || step->imm == 1 || step->a != program->facts[fact].step)
                        continue;
                int64_t cell = frame_cell(interview->frame, step->b, row);
                if (cell == type_unknown(step->type))
                        continue;
                Buffer buffer = buffer_new(4096);
                value_print(program, step->type, cell, &buffer);
                text = str_copy(interview->arena, buffer_str(&buffer));
                buffer_free(&buffer);
                break;
        }
        return text;
}

static Question question_make(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row) {
        const Program *program = interview->program;
        Question       question = { .kind = kind, .id = id, .row = row };
        question.who = row_name(interview->arena, interview->frame, interview->entity, 0,
                                question_entity(program, kind, id), row);
        if (kind == QUESTION_FACT) {
                const Fact *fact = &program->facts[id];
                question.text = fact->question.length > 0 ? fact->question : fact->name;
                question.help = fact->help;
                question.type = fact->type;
                question.low = fact->low;
                question.high = fact->high;
                question.assumed = assumed_text(interview, id, row);
        } else if (kind == QUESTION_COUNT) {
                question.text = count_text(interview, &program->links[id], id, row);
                question.type = (Type){ .kind = TYPE_NUMBER };
                question.low = members_before(interview, id, row);
                question.high = INTERVIEW_MEMBERS_MAX;
        } else {
                question.text = linked_text(interview, &program->links[id], row);
                question.type = (Type){ .kind = TYPE_TRUTH };
                question.high = TRUTH_YES;
        }
        return question;
}

bool interview_question(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row, Question *ret_question) {
        if (!question_exists(interview, kind, id, row))
                return false;
        situation_refresh(interview);
        *ret_question = question_make(interview, kind, id, row);
        return true;
}

/* The subject first, then rows in the order they came; of a row facts as declared, then partners, then lists. */
static uint64_t ask_order(const Interview *interview, const Ask *ask) {
        static const uint8_t after[] = { [QUESTION_FACT] = 0, [QUESTION_LINKED] = 1, [QUESTION_COUNT] = 2 };
        uint16_t entity = question_entity(interview->program, ask->kind, ask->id);
        uint64_t place = layout_position(interview->layout, entity, ask->row);
        return place << 40 | (uint64_t) after[ask->kind] << 32 | ask->id;
}

static bool policy_mine(const Interview *interview, uint32_t policy) {
        return interview->program->policies[policy].entity == interview->entity;
}

static bool list_has(const AskList *list, const Ask *ask) {
        for (uint32_t at = 0; at < list->count; at++)
                if (list->asks[at].kind == ask->kind && list->asks[at].id == ask->id && list->asks[at].row == ask->row)
                        return true;
        return false;
}

bool interview_next(Interview *interview, Question *ret_question) {
        AskList  list = { .arena = interview->arena }, own = { .arena = interview->arena };
        uint32_t policies = 0, best = 0;
        situation_refresh(interview);
        for (uint32_t policy = 0; policy < interview->program->policy_count; policy++)
                if (policy_mine(interview, policy))
                        relevance_of_policy(interview->relevance, policy, 0, true, &list);
        if (list.count == 0)
                return false;
        for (uint32_t at = 1; at < list.count; at++)
                if (ask_order(interview, &list.asks[at]) < ask_order(interview, &list.asks[best]))
                        best = at;
        for (uint32_t policy = 0; policy < interview->program->policy_count; policy++)
                if (policy_mine(interview, policy)) {
                        own.count = 0;
                        relevance_of_policy(interview->relevance, policy, 0, false, &own);
                        policies += list_has(&own, &list.asks[best]);
                }
        *ret_question = question_make(interview, list.asks[best].kind, list.asks[best].id, list.asks[best].row);
        ret_question->policies = policies;
        return true;
}

/* ---- why, progress, records -------------------------------------------------------------------------- */

typedef struct NeedList {
        Need    *needs;
        uint32_t count, capacity;
} NeedList;

static void why_policy(Interview *interview, uint32_t policy, const Ask *ask, NeedList *ret_list) {
        const Policy *about = &interview->program->policies[policy];
        AskList       list = { .arena = interview->arena };
        relevance_of_policy(interview->relevance, policy, 0, false, &list);
        if (!list_has(&list, ask))
                return;
        uint32_t before = ret_list->count;
        for (uint32_t at = 0; at < about->condition_count; at++) {
                list.count = 0;
                relevance_of_step(interview->relevance, about->conditions[at].step, 0, false, &list);
                if (list_has(&list, ask))
                        *ARENA_PUSH(interview->arena, ret_list->needs, ret_list->count, ret_list->capacity) =
                                (Need){ .policy = policy, .condition = &about->conditions[at] };
        }
        for (uint32_t at = 0; at < about->benefit_count && ret_list->count == before; at++) {
                list.count = 0;
                relevance_of_benefit(interview->relevance, &about->benefits[at], 0, false, &list);
                if (list_has(&list, ask))
                        *ARENA_PUSH(interview->arena, ret_list->needs, ret_list->count, ret_list->capacity) =
                                (Need){ .policy = policy, .benefit = &about->benefits[at] };
        }
        if (ret_list->count == before)   /* it only tells 缺事实 from 待定 or 需人工认定 */
                *ARENA_PUSH(interview->arena, ret_list->needs, ret_list->count, ret_list->capacity) =
                        (Need){ .policy = policy };
}

const Need *interview_why(Interview *interview, const Question *question, uint32_t *ret_count) {
        NeedList list = { 0 };
        Ask      ask = { question->kind, question->id, question->row };
        situation_refresh(interview);
        for (uint32_t policy = 0; policy < interview->program->policy_count; policy++)
                if (policy_mine(interview, policy))
                        why_policy(interview, policy, &ask, &list);
        *ret_count = list.count;
        return list.needs;
}

InterviewProgress interview_progress(Interview *interview) {
        InterviewProgress progress = { .answered = interview->given_count };
        AskList           list = { .arena = interview->arena };
        situation_refresh(interview);
        for (uint32_t policy = 0; policy < interview->program->policy_count; policy++)
                if (policy_mine(interview, policy)) {
                        progress.undecided += relevance_undecided(interview->relevance, policy, 0);
                        relevance_of_policy(interview->relevance, policy, 0, false, &list);
                }
        progress.open = list.count;
        return progress;
}

const uint32_t *interview_needs_records(Interview *interview, uint32_t *ret_count) {
        AskList list = { .arena = interview->arena };
        situation_refresh(interview);
        for (uint32_t policy = 0; policy < interview->program->policy_count; policy++)
                if (policy_mine(interview, policy))
                        relevance_of_records(interview->relevance, policy, 0, &list);
        uint32_t *facts = ARENA_NEW(interview->arena, uint32_t, list.count), count = 0;
        for (uint32_t at = 0; at < list.count; at++) {
                bool seen = false;
                for (uint32_t before = 0; before < count; before++)
                        seen = seen || facts[before] == list.asks[at].id;
                if (!seen)
                        facts[count++] = list.asks[at].id;
        }
        *ret_count = count;
        return facts;
}
