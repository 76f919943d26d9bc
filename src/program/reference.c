/* The one list of places outside the steps that refer to steps: builder_finish marks and renumbers through it, the
 * verifier checks through it. A new field that holds a step number is one line here. */
#include "program/builder_inside.h"

typedef struct Visit {
        ReferenceVisit *visit;
        void           *context;
} Visit;

static void refer(const Visit *to, uint32_t *step, const char *what, Wanted wanted, uint16_t entity, bool optional) {
        const Reference reference = { step, what, wanted, entity, optional };
        to->visit(to->context, &reference);
}

static void refer_benefit(const Visit *to, const Program *program, const Policy *policy, Benefit *benefit) {
        bool card = policy->card.length > 0;
        bool each = benefit->each < program->link_count;
        uint16_t member = each ? program->links[benefit->each].child : ENTITY_NONE;
        refer(to, &benefit->when, "condition of a benefit", WANTED_TRUTH, policy->entity, card);
        for (uint32_t i = 0; i < benefit->output_count; i++) {
                Output *output = &benefit->outputs[i];
                refer(to, &output->step, "figure of a benefit", WANTED_ANY, policy->entity, false);
                refer(to, &output->floor, "floor of a figure", WANTED_ANY, policy->entity, true);
                refer(to, &output->ceiling, "ceiling of a figure", WANTED_ANY, policy->entity, true);
        }
        refer(to, &benefit->each_when, "condition of each row", WANTED_TRUTH, member, !each);
        refer(to, &benefit->each_output, "figure of each row", WANTED_NUMBER, member, !each);
        for (uint32_t i = 0; i < benefit->interest_count; i++)
                refer(to, &benefit->interest[i].share, "share of interest", WANTED_NUMBER, policy->entity, false);
}

static void refer_policy(const Visit *to, const Program *program, Policy *policy) {
        bool card = policy->card.length > 0;
        for (uint32_t i = 0; i < policy->condition_count; i++)
                refer(to, &policy->conditions[i].step, "condition of a policy", WANTED_TRUTH, policy->entity, false);
        refer(to, &policy->eligible, "eligibility", WANTED_TRUTH, policy->entity, card);
        refer(to, &policy->eligible_if_judged, "eligibility if judged", WANTED_TRUTH, policy->entity, card);
        refer(to, &policy->eligible_if_open, "eligibility if open", WANTED_TRUTH, policy->entity, card);
        refer(to, &policy->anchor, "anchor date", WANTED_DATE, policy->entity, card);
        refer(to, &policy->budget, "budget", WANTED_NUMBER, ENTITY_NONE, true);
        refer(to, &policy->budget_order, "order of the budget", WANTED_DATE, policy->entity, true);
        for (uint32_t i = 0; i < policy->benefit_count; i++)
                refer_benefit(to, program, policy, &policy->benefits[i]);
}

static void refer_measure(const Visit *to, Measure *measure) {
        uint16_t entity = measure->entity;
        refer(to, &measure->where, "condition of a measure", WANTED_TRUTH, entity, true);
        refer(to, &measure->dated, "date of a measure", WANTED_DATE, entity, true);
        refer(to, &measure->rest, "rest of a measure", WANTED_TRUTH, entity, true);
        refer(to, &measure->value, "summand of a measure", WANTED_NUMBER, entity, measure->kind != MEASURE_SUM);
        refer(to, &measure->distinct, "key of a measure", WANTED_ANY, entity, measure->kind != MEASURE_DISTINCT);
}

static void refer_plan(const Visit *to, const Program *program) {
        for (uint32_t i = 0; i < program->indicator_count; i++) {
                refer_measure(to, &program->indicators[i].measure);
                refer_measure(to, &program->indicators[i].divisor);
        }
        for (uint32_t i = 0; i < program->target_count; i++)
                refer(to, &program->targets[i].value, "requirement of a target", WANTED_NUMBER, ENTITY_NONE, false);
        for (uint32_t i = 0; i < program->directory_count; i++)
                refer(to, &program->directories[i].where, "condition of a directory", WANTED_TRUTH, program->directories[i].entity,
                      true);
}

void program_each_reference(const Program *program, ReferenceVisit *visit, void *context) {
        const Visit to = { visit, context };
        for (uint32_t i = 0; i < program->entity_count; i++)
                refer(&to, &program->entities[i].county, "county of an entity", WANTED_CODE, (uint16_t) i, true);
        for (uint32_t i = 0; i < program->fact_count; i++)
                refer(&to, &program->facts[i].guard, "guard of a fact", WANTED_TRUTH, program->facts[i].entity, true);
        for (uint32_t i = 0; i < program->definition_count; i++)
                refer(&to, &program->definitions[i].step, "definition", WANTED_ANY, program->definitions[i].entity,
                      false);
        for (uint32_t i = 0; i < program->policy_count; i++)
                refer_policy(&to, program, &program->policies[i]);
        refer_plan(&to, program);
        for (uint32_t i = 0; i < program->example_count; i++) {
                Example *example = &program->examples[i];
                uint16_t entity = example->policy == NONE ? ENTITY_NONE : program->policies[example->policy].entity;
                for (uint32_t j = 0; j < example->expect_count; j++)
                        refer(&to, &example->expects[j].step, "expectation of an example", WANTED_ANY, entity,
                              example->expects[j].eligibility || example->expects[j].measured);
        }
}
