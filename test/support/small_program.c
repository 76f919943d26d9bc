/* Small programs for tests. */
#include "small_program.h"

Small small_begin(Arena *arena) {
        static const char *const units[] = { "", "元", "个月", "岁", "%", "元/月" };
        Program *program = ARENA_NEW(arena, Program, 1);
        program->arena = arena;
        program->units = ARENA_NEW(arena, Unit, ARRAY_LENGTH(units));
        program->unit_count = ARRAY_LENGTH(units);
        for (uint32_t at = 0; at < ARRAY_LENGTH(units); at++)
                program->units[at].text = str_from(units[at]);
        program->units[UNIT_PERCENT].percent = true;
        program->entities = ARENA_NEW(arena, Entity, SMALL_MAX);
        program->links = ARENA_NEW(arena, Link, SMALL_MAX);
        program->facts = ARENA_NEW(arena, Fact, SMALL_MAX);
        program->parameters = ARENA_NEW(arena, Parameter, SMALL_MAX);
        program->policies = ARENA_NEW(arena, Policy, SMALL_MAX);
        program->enumerations = ARENA_NEW(arena, Enumeration, SMALL_MAX);
        program->clauses = ARENA_NEW(arena, DocumentClause, 1);
        program->clauses[0].parent = program->clauses[0].document = NONE;
        program->clause_count = 1;
        return (Small){ arena, program, builder_new(arena, program) };
}

uint16_t small_entity(Small *small, const char *name, const char *counter) {
        MUST(small->program->entity_count < SMALL_MAX);
        small->program->entities[small->program->entity_count] =
                (Entity){ .name = str_from(name), .counter = str_from(counter), .derived_from = NONE, .county = NONE };
        return (uint16_t) small->program->entity_count++;
}

uint32_t small_link(Small *small, uint16_t child, uint16_t parent, const char *one, const char *many) {
        MUST(small->program->link_count < SMALL_MAX);
        small->program->links[small->program->link_count] =
                (Link){ .child = child, .parent = parent, .one_name = str_from(one), .many_name = str_from(many) };
        return small->program->link_count++;
}

uint32_t small_fact(Small *small, uint16_t entity, const char *name, Type type, int64_t low, int64_t high,
                    const char *question) {
        MUST(small->program->fact_count < SMALL_MAX);
        Fact *fact = &small->program->facts[small->program->fact_count];
        *fact = (Fact){ .name = str_from(name), .entity = entity, .type = type, .low = low, .high = high,
                        .question = str_from(question ? question : ""), .guard = NONE, .step = NONE };
        uint32_t step = build_fact(small->builder, small->program->fact_count++);
        fact->step = step;
        return step;
}

uint32_t small_truth(Small *small, uint16_t entity, const char *name, const char *question) {
        return small_fact(small, entity, name, type_truth(), 0, 2, question);
}

uint32_t small_manual(Small *small, uint16_t entity, const char *text, const char *decider) {
        /* the builder asks the fact, when its step is made, whether it is a judgement */
        Fact *fact = &small->program->facts[small->program->fact_count];
        *fact = (Fact){ .name = str_from(text), .entity = entity, .type = type_truth(), .high = 2, .manual = true,
                        .decider = str_from(decider), .guard = NONE, .step = NONE };
        uint32_t step = build_fact(small->builder, small->program->fact_count++);
        fact->step = step;
        return step;
}

uint32_t small_parameter(Small *small, const char *name, Type type, int64_t low, int64_t high, int64_t value) {
        Program   *program = small->program;
        Parameter *parameter = &program->parameters[program->parameter_count];
        *parameter = (Parameter){ .name = str_from(name), .type = type, .low = low, .high = high, .version_count = 1,
                                  .pending = value == UNKNOWN, .at_least = UNKNOWN, .at_most = UNKNOWN };
        parameter->versions = ARENA_NEW(small->arena, ParameterVersion, 1);
        parameter->versions[0] = (ParameterVersion){ .from = date_from_civil(2015, 1, 1), .to = DATE_MAX,
                                                     .value = value, .cite = STR("某公告") };
        return program->parameter_count++;
}

uint32_t small_number(Small *small, int64_t cell, uint8_t scale, uint16_t unit) {
        return build_constant(small->builder, type_number(scale, unit), cell);
}

uint32_t small_policy(Small *small, uint16_t entity, const char *name) {
        MUST(small->program->policy_count < SMALL_MAX);
        small->program->policies[small->program->policy_count] =
                (Policy){ .name = str_from(name),
                          .entity = entity,
                          .eligible = NONE,
                          .eligible_if_judged = NONE,
                          .eligible_if_open = NONE,
                          .anchor = build_base_date(small->builder),
                          .budget = NONE,
                          .budget_order = NONE,
                          .conditions = ARENA_NEW(small->arena, Condition, SMALL_MAX),
                          .benefits = ARENA_NEW(small->arena, Benefit, SMALL_MAX) };
        return small->program->policy_count++;
}

void small_condition(Small *small, uint32_t policy, uint32_t step, const char *text) {
        Policy *about = &small->program->policies[policy];
        MUST(about->condition_count < SMALL_MAX);
        about->conditions[about->condition_count++] =
                (Condition){ .step = step, .text = str_from(text), .cite = STR("第十条") };
}

Benefit *small_benefit(Small *small, uint32_t policy, const char *label, uint32_t step, const char *formula) {
        Policy  *about = &small->program->policies[policy];
        Benefit *benefit = &about->benefits[about->benefit_count++];
        *benefit = (Benefit){ .name = str_from(label),
                              .when = NONE,
                              .each = NONE,
                              .each_when = NONE,
                              .each_output = NONE,
                              .output_count = 1,
                              .outputs = ARENA_NEW(small->arena, Output, 1) };
        benefit->outputs[0] = (Output){ .label = str_from(label), .step = step, .floor = NONE, .ceiling = NONE,
                                        .money = true, .formula = str_from(formula) };
        return benefit;
}

const Program *small_finish(Small *small) {
        for (uint32_t at = 0; at < small->program->policy_count; at++) {
                Policy  *policy = &small->program->policies[at];
                uint32_t eligible = build_constant(small->builder, type_truth(), TRUTH_YES);
                for (uint32_t condition = 0; condition < policy->condition_count; condition++)
                        eligible = build_and(small->builder, eligible, policy->conditions[condition].step);
                policy->eligible = eligible;
                policy->eligible_if_judged = build_favourable(small->builder, eligible, false);
                policy->eligible_if_open = build_favourable(small->builder, eligible, true);
                for (uint32_t benefit = 0; benefit < policy->benefit_count; benefit++) {
                        uint32_t own = policy->benefits[benefit].when;
                        policy->benefits[benefit].when =
                                own == NONE ? eligible : build_and(small->builder, eligible, own);
                }
        }
        Rc rc = builder_finish(small->builder);
        MUST(rc == RC_OK);
        return small->program;
}
