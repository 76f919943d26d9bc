/* Explanations: one policy for one row, assembled from the frame. What decided a truth is in explain_findings.c, how it
 * is printed in explain_print.c. */
#include "engine/explain_inside.h"

#include "engine/plain.h"

/* A walk sees at most so many steps; beyond that a list of what is missing helps nobody. */
#define REACH_MAX 2000
#define SOURCE_TEXT_MAX 120

/* ---- names and values -------------------------------------------------------------------------------- */

Str explain_value(const Explainer *explainer, Type type, int64_t cell) {
        Buffer buffer = buffer_new(65536);
        value_print(explainer->program, type, cell, &buffer);
        Str text = str_copy(explainer->arena, buffer_str(&buffer));
        buffer_free(&buffer);
        return text;
}

Str explain_cell(const Explainer *explainer, uint32_t step, uint32_t row) {
        const Step *about = &explainer->program->steps[step];
        int64_t     cell = frame_cell(explainer->frame, step, row);
        if (cell == type_unknown(about->type))
                return STR("未知");
        if (about->type.kind == TYPE_TEXT && cell < explainer->frame->population->text_count)
                return explainer->frame->population->texts[cell];
        if (about->type.kind == TYPE_ROW)
                return explain_who(explainer, about->type.of, (uint32_t) cell);
        return explain_value(explainer, about->type, cell);
}

/* The source of an expression in plain words; empty when there is none or it is long. */
static Str source_text(const Explainer *explainer, Span at) {
        const Program *program = explainer->program;
        if (at.file == 0 || at.file >= program->file_count || at.end <= at.start || at.end - at.start > SOURCE_TEXT_MAX)
                return STR("");
        return plain_words(explainer->arena, str_slice(program->files[at.file].text, at.start, at.end), NULL);
}

Str explain_step_name(const Explainer *explainer, uint32_t step) {
        const Step *about = &explainer->program->steps[step];
        for (uint32_t guard = 0; guard < 8 && about->name.length == 0; guard++) {
                if (about->op == OP_BASE_DATE)
                        return STR("基准日");
                if (about->op == OP_APPLY_DATE)
                        return STR("申请日");
                if (about->op == OP_CONSTANT)
                        return STR("");
                if (about->op != OP_SCALE_UP && about->op != OP_GATHER && about->op != OP_DEFAULT)
                        return source_text(explainer, about->at);
                about = &explainer->program->steps[about->a];
        }
        return about->name;
}

/* 人 are counted by 位 where they are pointed at. */
Str explain_ordinal(const Explainer *explainer, const Link *link, uint32_t n) {
        Str counter = explainer->program->entities[link->child].counter;
        if (counter.length == 0)
                counter = STR("个");
        if (str_equal(counter, STR("人")))
                counter = STR("位");
        return str_format(explainer->arena, "第%u%.*s", n + 1, STR_ARG(counter));
}

Str explain_who(const Explainer *explainer, uint16_t entity, uint32_t row) {
        const Population *population = explainer->frame->population;
        const Program    *program = explainer->program;
        if (entity == explainer->entity && row == explainer->row)
                return STR("");
        Str key = rows_key(&population->entities[entity], row);
        if (key.length > 0)
                return key;
        for (uint32_t at = 0; at < program->link_count; at++) {
                const Link *link = &program->links[at];
                uint32_t    parent = link->child == entity ? partner_of(population, at, row) : NONE;
                if (parent == NONE || link->many_name.length == 0)
                        continue;
                const uint32_t *members = NULL;
                uint32_t        count = members_of(population, at, parent, &members), n = 0;
                while (n < count && members[n] != row)
                        n++;
                return str_format(explainer->arena, "%.*s%.*s", STR_ARG(explain_ordinal(explainer, link, n)),
                                  STR_ARG(link->many_name));
        }
        for (uint32_t at = 0; at < program->link_count; at++) {
                const Link     *link = &program->links[at];
                const uint32_t *members = NULL;
                if (link->parent == entity && members_of(population, at, row, &members) > 0 &&
                    link->one_name.length > 0)
                        return link->one_name;
        }
        return program->entities[entity].name;
}

Str row_name(Arena *arena, const Frame *frame, uint16_t subject_entity, uint32_t subject, uint16_t entity,
             uint32_t row) {
        Explainer explainer = { .arena = arena, .frame = frame, .program = frame->program,
                                .entity = subject_entity, .row = subject };
        return explain_who(&explainer, entity, row);
}

/* ---- where a value comes from ------------------------------------------------------------------------ */

typedef struct Reach {
        const Explainer *explainer;
        bool             known;          /* follow what decided a known value; else what is unknown */
        Place           *places;
        uint32_t         count, capacity;
} Reach;

static void reach_push(Reach *reach, uint32_t step, uint32_t row) {
        if (step == NONE || reach->count >= REACH_MAX)
                return;
        if (reach->explainer->program->steps[step].entity == ENTITY_NONE)
                row = 0;
        if (cell_known(reach->explainer, step, row) != reach->known)
                return;
        for (uint32_t at = 0; at < reach->count; at++)
                if (reach->places[at].step == step && reach->places[at].row == row)
                        return;
        *ARENA_PUSH(reach->explainer->arena, reach->places, reach->count, reach->capacity) = (Place){ step, row };
}

static void reach_members(Reach *reach, const Step *step, uint32_t row) {
        const Frame    *frame = reach->explainer->frame;
        const uint32_t *members = NULL;
        uint32_t        count = members_of(frame->population, step->aux, row, &members);
        for (uint32_t at = 0; at < count; at++) {
                int64_t filter = frame_cell(frame, step->a, members[at]);
                reach_push(reach, step->a, members[at]);
                if (step->b != NONE && filter != TRUTH_NO)
                        reach_push(reach, step->b, members[at]);
        }
}

static void reach_logic(Reach *reach, const Step *step, uint32_t row, int64_t value) {
        const Frame *frame = reach->explainer->frame;
        int64_t      deciding = step->op == OP_AND ? TRUTH_NO : TRUTH_YES;
        bool         one = reach->known && (step->op == OP_AND || step->op == OP_OR) && value == deciding;
        if (!one || frame_cell(frame, step->a, row) == deciding)
                reach_push(reach, step->a, row);
        if (step->b != NONE && (!one || frame_cell(frame, step->b, row) == deciding))
                reach_push(reach, step->b, row);
}

static void reach_select(Reach *reach, const Step *step, uint32_t row) {
        int64_t when = frame_cell(reach->explainer->frame, step->a, row);
        reach_push(reach, step->a, row);
        if (when != TRUTH_NO)
                reach_push(reach, step->b, row);
        if (when != TRUTH_YES)
                reach_push(reach, step->c, row);
}

static void reach_expand(Reach *reach, Place at) {
        const Explainer *explainer = reach->explainer;
        const Step      *step = &explainer->program->steps[at.step];
        if (step->op == OP_GATHER) {
                uint32_t partner = partner_of(explainer->frame->population, step->aux, at.row);
                if (partner != NONE)
                        reach_push(reach, step->a, partner);
        } else if (op_class(step->op) == CLASS_CROSS) {
                reach_members(reach, step, at.row);
        } else if (op_class(step->op) == CLASS_LOGIC) {
                reach_logic(reach, step, at.row, frame_cell(explainer->frame, at.step, at.row));
        } else if (step->op == OP_SELECT) {
                reach_select(reach, step, at.row);
        } else if (step->op == OP_DEFAULT) {
                reach_push(reach, step->a, at.row);
                if (!cell_known(explainer, step->a, at.row))
                        reach_push(reach, step->b, at.row);
        } else {
                reach_push(reach, step->a, at.row);
                reach_push(reach, step->b, at.row);
                reach_push(reach, step->c, at.row);
        }
}

Place *explain_reach(const Explainer *explainer, uint32_t step, uint32_t row, uint32_t *ret_count) {
        Reach reach = { .explainer = explainer, .known = cell_known(explainer, step, row) };
        reach_push(&reach, step, row);
        for (uint32_t at = 0; at < reach.count; at++)
                reach_expand(&reach, reach.places[at]);
        *ret_count = reach.count;
        return reach.places;
}

/* ---- what is missing --------------------------------------------------------------------------------- */

static Str fact_name(const Explainer *explainer, uint32_t fact) {
        return explainer->program->facts[fact].name;
}

static void lack_parameter(const Explainer *explainer, const Step *step, uint32_t row, Lack *lack, uint32_t *capacity) {
        const Program *program = explainer->program;
        OpenParameter  open = { .parameter = NONE, .at_least = STR(""), .at_most = STR("") };
        if (step->op == OP_TABLE) {
                open.name = program->tables[step->aux].name;
                open.text = str_format(explainer->arena, "%.*s：待定", STR_ARG(open.name));
                *ARENA_PUSH(explainer->arena, lack->parameters, lack->parameter_count, *capacity) = open;
                return;
        }
        const Parameter *parameter = &program->parameters[step->aux];
        uint32_t         version = NONE;
        for (uint32_t at = 0; at < lack->parameter_count; at++)
                if (lack->parameters[at].parameter == step->aux)
                        return;
        (void) parameter_at(parameter, frame_cell(explainer->frame, step->a, row), &version);
        open.parameter = step->aux;
        open.name = parameter->name;
        open.no_version = version == NONE;
        if (open.no_version) {
                open.text = str_format(explainer->arena, "%.*s：该日期无文件载明", STR_ARG(open.name));
        } else {
                open.decider = parameter->decider;
                if (parameter->at_least != UNKNOWN)
                        open.at_least = explain_value(explainer, parameter->type, parameter->at_least);
                if (parameter->at_most != UNKNOWN)
                        open.at_most = explain_value(explainer, parameter->type, parameter->at_most);
                open.text = str_format(explainer->arena, "%.*s：待定%s%.*s%s%.*s%s%.*s%s", STR_ARG(open.name),
                                       open.at_least.length > 0 ? "，不少于 " : "", STR_ARG(open.at_least),
                                       open.at_most.length > 0 ? "，不超过 " : "", STR_ARG(open.at_most),
                                       open.decider.length > 0 ? "，由" : "", STR_ARG(open.decider),
                                       open.decider.length > 0 ? "确定" : "");
        }
        *ARENA_PUSH(explainer->arena, lack->parameters, lack->parameter_count, *capacity) = open;
}

typedef struct LackCapacity {
        uint32_t facts, parameters, judgements;
} LackCapacity;

/* The judgement itself, without the word its fact is addressed by in examples (认定.稳定经营). */
static Str judged_text(Str name) {
        static const Str prefix = STR_INIT("认定.");
        return str_starts(name, prefix) ? str_slice(name, prefix.length, name.length) : name;
}

static void lack_fact(const Explainer *explainer, const Step *step, uint32_t row, Lack *lack, LackCapacity *capacity) {
        const Fact *fact = &explainer->program->facts[step->aux];
        Str         who = explain_who(explainer, fact->entity, row);
        if (fact->manual)
                *ARENA_PUSH(explainer->arena, lack->judgements, lack->judgement_count, capacity->judgements) =
                        (Judgement){ step->aux, row, who, judged_text(fact->name), fact->decider };
        else if (fact->guard == NONE || frame_cell(explainer->frame, fact->guard, row) != TRUTH_NO)
                *ARENA_PUSH(explainer->arena, lack->facts, lack->fact_count, capacity->facts) =
                        (MissingFact){ step->aux, NONE, row, who, fact->name, fact->question };
}

static void lack_link(const Explainer *explainer, const Step *step, uint32_t row, Lack *lack, LackCapacity *capacity) {
        const Link *link = &explainer->program->links[step->aux];
        bool        list = step->op != OP_GATHER && step->op != OP_LINK;
        MissingFact missing = { .fact = NONE, .link = step->aux, .row = row, .question = STR("") };
        if (list ? population_is_complete(explainer->frame->population, step->aux, row)
                 : partner_of(explainer->frame->population, step->aux, row) != NONE)
                return;
        for (uint32_t at = 0; at < lack->fact_count; at++)
                if (lack->facts[at].fact == NONE && lack->facts[at].link == step->aux && lack->facts[at].row == row)
                        return;
        missing.who = explain_who(explainer, list ? link->parent : link->child, row);
        Str name = list ? link->many_name : link->one_name;
        if (name.length == 0)
                name = explainer->program->entities[list ? link->child : link->parent].name;
        missing.name = list ? str_format(explainer->arena, "全部%.*s", STR_ARG(name)) : name;
        *ARENA_PUSH(explainer->arena, lack->facts, lack->fact_count, capacity->facts) = missing;
}

static bool operands_known(const Explainer *explainer, const Step *step, uint32_t row) {
        const uint32_t operands[] = { step->a, step->b, step->c };
        for (uint32_t at = 0; at < ARRAY_LENGTH(operands); at++)
                if (operands[at] != NONE && !cell_known(explainer, operands[at], row))
                        return false;
        return true;
}

/* What an unknown value waits for. */
static Lack lack_of(const Explainer *explainer, uint32_t step, uint32_t row) {
        Lack         lack = { 0 };
        LackCapacity capacity = { 0 };
        if (step == NONE || cell_known(explainer, step, row))
                return lack;
        uint32_t     count = 0;
        const Place *places = explain_reach(explainer, step, row, &count);
        for (uint32_t at = 0; at < count; at++) {
                const Step *about = &explainer->program->steps[places[at].step];
                uint32_t    here = places[at].row;
                if (about->op == OP_FACT)
                        lack_fact(explainer, about, here, &lack, &capacity);
                else if (about->op == OP_LINK || op_class(about->op) == CLASS_CROSS)
                        lack_link(explainer, about, here, &lack, &capacity);
                else if ((about->op == OP_PARAMETER || about->op == OP_TABLE) && operands_known(explainer, about, here))
                        lack_parameter(explainer, about, here, &lack, &capacity.parameters);
        }
        return lack;
}

/* ---- figures ----------------------------------------------------------------------------------------- */

static void use_parameter(const Explainer *explainer, Place at, ExplainedOutput *output, uint32_t *capacity) {
        const Step      *step = &explainer->program->steps[at.step];
        const Parameter *parameter = &explainer->program->parameters[step->aux];
        ParameterUse     use = { .parameter = step->aux, .name = parameter->name, .from = STR(""), .cite = STR("") };
        uint32_t         version = NONE;
        use.value = explain_cell(explainer, at.step, at.row);
        use.replaced = explainer->run->parameters && explainer->run->parameters[step->aux] != UNKNOWN;
        if (!use.replaced)
                (void) parameter_at(parameter, frame_cell(explainer->frame, step->a, at.row), &version);
        if (version != NONE) {
                use.cite = parameter->versions[version].cite;
                if (parameter->versions[version].from > DATE_MIN)
                        use.from = date_chinese(explainer->arena, parameter->versions[version].from);
        }
        *ARENA_PUSH(explainer->arena, output->parameters, output->parameter_count, *capacity) = use;
}

/* Where the values for the names of a formula are looked up. */
typedef struct Worked {
        const Explainer *explainer;
        const Place     *places;
        uint32_t         count;
        bool             any;
} Worked;

/* False when the name is none of the steps reached. */
static bool value_of_name(void *context, Str name, Str *ret_value) {
        Worked *worked = context;
        for (uint32_t at = 0; at < worked->count; at++) {
                const Place *place = &worked->places[at];
                const Step  *step = &worked->explainer->program->steps[place->step];
                if (step->op == OP_CONSTANT || step->op == OP_GATHER || !str_equal(step->name, name))
                        continue;
                *ret_value = explain_cell(worked->explainer, place->step, place->row);
                worked->any = true;
                return true;
        }
        return false;
}

/* The formula with each name followed by its value, and the result; empty when it names nothing. One that counts for
 * each of several rows shows no values: the rows differ. */
static Str worked_text(const Explainer *explainer, Str formula, bool each, const Place *places, uint32_t count,
                       Str result) {
        Worked worked = { explainer, places, count, false };
        Str words = plain_words(explainer->arena, formula, &(PlainValues){ value_of_name, &worked });
        if (each)
                return str_format(explainer->arena, "逐个计算再相加 = %.*s", STR_ARG(result));
        return worked.any ? str_format(explainer->arena, "%.*s = %.*s", STR_ARG(words), STR_ARG(result)) : STR("");
}

/* What the last roundings did, when it shows. */
static Str rounding_text(const Explainer *explainer, const Output *output, uint32_t row, Str value) {
        static const struct {
                Op  op;
                Str words;
        } modes[] = { { OP_ROUND_UP, STR_INIT("向上取整") }, { OP_ROUND_DOWN, STR_INIT("向下取整") },
                      { OP_ROUND_HALF_UP, STR_INIT("四舍五入") }, { OP_SCALE_DOWN, STR_INIT("四舍五入") } };
        const Step *steps = explainer->program->steps;
        uint32_t    at = output->step, mode = ARRAY_LENGTH(modes);
        Str         quantum = { NULL, 0 };
        for (bool more = true; more;) {
                more = steps[at].op == OP_SCALE_UP;
                for (uint32_t which = 0; which < ARRAY_LENGTH(modes); which++)
                        if (modes[which].op == steps[at].op) {
                                more = true;
                                if (steps[at].imm == 1) /* a change of unit, not a rounding */
                                        continue;
                                if (mode != ARRAY_LENGTH(modes) && which >= mode)
                                        continue;
                                mode = which;
                                quantum = explain_value(explainer, steps[at].type,
                                                        steps[at].op == OP_SCALE_DOWN ? 1 : steps[at].imm);
                        }
                at = more ? steps[at].a : at;
        }
        Str before = explain_cell(explainer, at, row);
        if (mode == ARRAY_LENGTH(modes) || str_equal(before, value))
                return STR("");
        return str_format(explainer->arena, "%.*s，%.*s到 %.*s", STR_ARG(before), STR_ARG(modes[mode].words),
                          STR_ARG(quantum));
}

static Str bound_text(const Explainer *explainer, const Output *output, uint32_t row) {
        Str low = STR(""), high = STR("");
        if (output->floor != NONE && cell_known(explainer, output->floor, row))
                low = str_format(explainer->arena, "不少于 %.*s", STR_ARG(explain_cell(explainer, output->floor, row)));
        if (output->ceiling != NONE && cell_known(explainer, output->ceiling, row))
                high = str_format(explainer->arena, "不超过 %.*s", STR_ARG(explain_cell(explainer, output->ceiling, row)));
        if (low.length == 0 || high.length == 0)
                return low.length > 0 ? low : high;
        return str_format(explainer->arena, "%.*s，%.*s", STR_ARG(low), STR_ARG(high));
}

static ExplainedOutput explain_output(const Explainer *explainer, const Output *output, bool each, uint32_t row) {
        ExplainedOutput explained = { .output = output, .cell = UNKNOWN, .worked = STR(""), .rounding = STR("") };
        uint32_t        count = 0, capacity = 0;
        explained.formula = plain_words(explainer->arena, output->formula, NULL);
        if (!cell_known(explainer, output->step, row)) {
                explained.value = bound_text(explainer, output, row);
                explained.bounded = explained.value.length > 0;
                explained.lack = lack_of(explainer, output->step, row);
                return explained;
        }
        explained.cell = frame_cell(explainer->frame, output->step, row);
        explained.value = explain_cell(explainer, output->step, row);
        explained.provisional = frame_provisional(explainer->frame, output->step, row);
        const Place *places = explain_reach(explainer, output->step, row, &count);
        explained.worked = worked_text(explainer, output->formula, each, places, count, explained.value);
        explained.rounding = rounding_text(explainer, output, row, explained.value);
        for (uint32_t at = 0; at < count; at++)
                if (explainer->program->steps[places[at].step].op == OP_PARAMETER)
                        use_parameter(explainer, places[at], &explained, &capacity);
        return explained;
}

/* ---- benefits ---------------------------------------------------------------------------------------- */

static void explain_rows(const Explainer *explainer, const Benefit *benefit, uint32_t row,
                         ExplainedBenefit *explained) {
        const Program  *program = explainer->program;
        const uint32_t *members = NULL;
        uint32_t        count = members_of(explainer->frame->population, benefit->each, row, &members);
        explained->rows = ARENA_NEW(explainer->arena, ExplainedRow, count);
        explained->row_count = count;
        for (uint32_t at = 0; at < count; at++) {
                ExplainedRow *each = &explained->rows[at];
                *each = (ExplainedRow){ .row = members[at], .truth = TRUTH_YES, .value = STR("") };
                each->who = explain_who(explainer, program->links[benefit->each].child, members[at]);
                if (benefit->each_when != NONE)
                        each->truth = frame_cell(explainer->frame, benefit->each_when, members[at]);
                if (each->truth != TRUTH_NO && benefit->each_output != NONE &&
                    cell_known(explainer, benefit->each_output, members[at]))
                        each->value = explain_cell(explainer, benefit->each_output, members[at]);
        }
}

static ExplainedBenefit explain_benefit(const Explainer *explainer, const Policy *policy, const Benefit *benefit,
                                        uint32_t row) {
        ExplainedBenefit explained = { .benefit = benefit, .truth = TRUTH_YES };
        if (benefit->when != NONE)
                explained.truth = frame_cell(explainer->frame, benefit->when, row);
        explained.possible = explained.truth != TRUTH_NO;
        if (!explained.possible)
                return explained;
        if (policy->eligible != NONE && frame_cell(explainer->frame, policy->eligible, row) == TRUTH_YES)
                explained.lack = lack_of(explainer, benefit->when, row);
        explained.outputs = ARENA_NEW(explainer->arena, ExplainedOutput, benefit->output_count);
        explained.output_count = benefit->output_count;
        for (uint32_t at = 0; at < benefit->output_count; at++)
                explained.outputs[at] = explain_output(explainer, &benefit->outputs[at],
                                                       benefit->each != NONE && benefit->outputs[at].money, row);
        explained.years = ARENA_NEW(explainer->arena, ExplainedYears, benefit->interest_count);
        explained.year_count = benefit->interest_count;
        for (uint32_t at = 0; at < benefit->interest_count; at++) {
                const InterestYears *years = &benefit->interest[at];
                explained.years[at] = (ExplainedYears){ years->from_year, years->to_year, STR("") };
                if (cell_known(explainer, years->share, row))
                        explained.years[at].share = explain_cell(explainer, years->share, row);
        }
        if (benefit->each != NONE)
                explain_rows(explainer, benefit, row, &explained);
        return explained;
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static ExplainedCondition explain_condition(Explainer *explainer, const Condition *condition, uint32_t row) {
        ExplainedCondition explained = { .condition = condition };
        explained.words = plain_words(explainer->arena, condition->text, NULL);
        explained.truth = frame_cell(explainer->frame, condition->step, row);
        explained.provisional = frame_provisional(explainer->frame, condition->step, row);
        if (explained.truth == TRUTH_NO)
                explained.findings =
                        explain_findings(explainer, condition->step, row, TRUTH_YES, &explained.finding_count);
        else if (explained.truth == TRUTH_UNKNOWN)
                explained.lack = lack_of(explainer, condition->step, row);
        return explained;
}

/* Adds the defaults that a value rests on. */
static void assume(const Explainer *explainer, uint32_t step, uint32_t row, Explanation *explanation,
                   uint32_t *capacity) {
        uint32_t count = 0;
        if (step == NONE || !frame_provisional(explainer->frame, step, row))
                return;
        const Place *places = explain_reach(explainer, step, row, &count);
        for (uint32_t at = 0; at < count; at++) {
                const Step *about = &explainer->program->steps[places[at].step];
                if (about->op != OP_DEFAULT || about->imm == 1 || cell_known(explainer, about->a, places[at].row))
                        continue;
                const Step *missing = &explainer->program->steps[about->a];
                Assumption assumption = { .fact = NONE,
                                          .name = explain_step_name(explainer, about->a),
                                          .question = STR("") };
                if (missing->op == OP_FACT) {
                        assumption.fact = missing->aux;
                        assumption.name = fact_name(explainer, missing->aux);
                        assumption.question = explainer->program->facts[missing->aux].question;
                }
                if (about->entity != ENTITY_NONE)
                        assumption.who = explain_who(explainer, about->entity, places[at].row);
                assumption.value = explain_cell(explainer, places[at].step, places[at].row);
                bool seen = false;
                for (uint32_t before = 0; before < explanation->assumption_count; before++)
                        seen = seen || (explanation->assumptions[before].fact == assumption.fact &&
                                        str_equal(explanation->assumptions[before].name, assumption.name) &&
                                        str_equal(explanation->assumptions[before].who, assumption.who));
                if (!seen)
                        *ARENA_PUSH(explainer->arena, explanation->assumptions, explanation->assumption_count,
                                    *capacity) = assumption;
        }
}

static Str headline_no(const Explainer *explainer, const Explanation *explanation) {
        for (uint32_t at = 0; at < explanation->condition_count; at++) {
                const ExplainedCondition *condition = &explanation->conditions[at];
                if (condition->truth != TRUTH_NO)
                        continue;
                if (condition->condition->in_force)
                        return STR("不符合：该日期无文件载明");
                const Finding *finding = condition->finding_count > 0 ? condition->findings : NULL;
                while (finding && finding->kind == FINDING_GROUP && finding->part_count == 1)
                        finding = finding->parts;
                Str text = finding && finding->part_count == 0 ? finding->text : condition->words;
                Str who = finding && finding->part_count == 0 ? finding->who : STR("");
                return str_format(explainer->arena, "不符合：%.*s%s%.*s", STR_ARG(who), who.length > 0 ? "：" : "",
                                  STR_ARG(text));
        }
        return STR("不符合");
}

static Str headline_of(const Explainer *explainer, const Explanation *explanation) {
        const Lack *lack = &explanation->lack;
        switch (explanation->answer) {
        case ANSWER_YES:
                return explanation->provisional ? STR("符合（部分情况按缺省推定，请补充回答）") : STR("符合");
        case ANSWER_NO:
                return headline_no(explainer, explanation);
        case ANSWER_ASK:
                if (lack->fact_count == 0)
                        return STR("还缺信息");
                return str_format(explainer->arena, "还缺：%.*s%s%.*s%s", STR_ARG(lack->facts[0].who),
                                  lack->facts[0].who.length > 0 ? "的" : "", STR_ARG(lack->facts[0].name),
                                  lack->fact_count > 1 ? "等" : "");
        case ANSWER_OPEN:
                return lack->parameter_count == 0 ? STR("标准待定") : lack->parameters[0].text;
        case ANSWER_JUDGE:
                if (lack->judgement_count == 0)
                        return STR("由受理机关认定");
                return str_format(explainer->arena, "其余条件都满足，只等%.*s认定：%.*s",
                                  STR_ARG(lack->judgements[0].decider), STR_ARG(lack->judgements[0].text));
        }
        return STR("");
}

const Explanation *explain(Arena *arena, const Run *run, const Frame *frame, uint32_t policy, uint32_t row) {
        const Program *program = frame->program;
        const Policy  *about = &program->policies[policy];
        Explainer      explainer = { .arena = arena, .run = run, .frame = frame, .program = program,
                                     .entity = about->entity, .row = row };
        Explanation   *explanation = ARENA_NEW(arena, Explanation, 1);
        uint32_t       capacity = 0;
        explanation->program = program;
        explanation->policy = about;
        explanation->policy_index = policy;
        explanation->row = row;
        explanation->answer = frame_answer(frame, policy, row);
        explanation->provisional = about->eligible != NONE && frame_provisional(frame, about->eligible, row);
        explanation->conditions = ARENA_NEW(arena, ExplainedCondition, about->condition_count);
        explanation->condition_count = about->condition_count;
        for (uint32_t at = 0; at < about->condition_count; at++)
                explanation->conditions[at] = explain_condition(&explainer, &about->conditions[at], row);
        explanation->lack = lack_of(&explainer, about->eligible, row);
        assume(&explainer, about->eligible, row, explanation, &capacity);
        if (explanation->answer != ANSWER_NO) {
                explanation->benefits = ARENA_NEW(arena, ExplainedBenefit, about->benefit_count);
                explanation->benefit_count = about->benefit_count;
        }
        for (uint32_t at = 0; at < explanation->benefit_count; at++) {
                const Benefit *benefit = &about->benefits[at];
                explanation->benefits[at] = explain_benefit(&explainer, about, benefit, row);
                if (explanation->answer == ANSWER_YES)
                        for (uint32_t output = 0; output < benefit->output_count; output++)
                                assume(&explainer, benefit->outputs[output].step, row, explanation, &capacity);
        }
        explanation->headline = headline_of(&explainer, explanation);
        return explanation;
}
