/* The one list of places outside the steps that refer to steps: builder_finish marks and renumbers through it, the
 * verifier checks through it. A new field that holds a step number is one line here. */
#include "program/builder_inside.h"

typedef struct Visit {
        ReferenceVisit *visit;
        void           *context;
} Visit;

static void refer(const Visit *to, uint32_t *step, const char *what, Wanted wanted, uint16_t entity, bool optional)
{
        const Reference reference = { step, what, wanted, entity, optional };
        to->visit(to->context, &reference);
}

static void refer_benefit(const Visit *to, const Program *program, const Policy *policy, Benefit *benefit)
{
        bool card = policy->card.length > 0;
        bool each = benefit->each < program->link_count;
        uint16_t member = each ? program->links[benefit->each].child : ENTITY_NONE;
        refer(to, &benefit->when, "待遇的条件", WANTED_TRUTH, policy->entity, card);
        for (uint32_t i = 0; i < benefit->output_count; i++) {
                Output *output = &benefit->outputs[i];
                refer(to, &output->step, "待遇的数额", WANTED_ANY, policy->entity, false);
                refer(to, &output->floor, "数额的下限", WANTED_ANY, policy->entity, true);
                refer(to, &output->ceiling, "数额的上限", WANTED_ANY, policy->entity, true);
        }
        refer(to, &benefit->each_when, "逐个的条件", WANTED_TRUTH, member, !each);
        refer(to, &benefit->each_output, "逐个的数额", WANTED_NUMBER, member, !each);
        for (uint32_t i = 0; i < benefit->interest_count; i++)
                refer(to, &benefit->interest[i].share, "贴息的比例", WANTED_NUMBER, policy->entity, false);
}

static void refer_policy(const Visit *to, const Program *program, Policy *policy)
{
        bool card = policy->card.length > 0;
        for (uint32_t i = 0; i < policy->condition_count; i++)
                refer(to, &policy->conditions[i].step, "政策的条件", WANTED_TRUTH, policy->entity, false);
        refer(to, &policy->eligible, "政策的资格", WANTED_TRUTH, policy->entity, card);
        refer(to, &policy->eligible_if_judged, "认定后的资格", WANTED_TRUTH, policy->entity, card);
        refer(to, &policy->eligible_if_open, "待定明确后的资格", WANTED_TRUTH, policy->entity, card);
        refer(to, &policy->anchor, "政策的日期", WANTED_DATE, policy->entity, card);
        refer(to, &policy->budget, "政策的预算", WANTED_NUMBER, ENTITY_NONE, true);
        refer(to, &policy->budget_order, "预算的先后", WANTED_DATE, policy->entity, true);
        for (uint32_t i = 0; i < policy->benefit_count; i++)
                refer_benefit(to, program, policy, &policy->benefits[i]);
}

void program_each_reference(const Program *program, ReferenceVisit *visit, void *context)
{
        const Visit to = { visit, context };
        for (uint32_t i = 0; i < program->entity_count; i++)
                refer(&to, &program->entities[i].county, "实体的区县", WANTED_CODE, (uint16_t) i, true);
        for (uint32_t i = 0; i < program->fact_count; i++)
                refer(&to, &program->facts[i].guard, "事实的仅当", WANTED_TRUTH, program->facts[i].entity, true);
        for (uint32_t i = 0; i < program->definition_count; i++)
                refer(&to, &program->definitions[i].step, "定义", WANTED_ANY, program->definitions[i].entity, false);
        for (uint32_t i = 0; i < program->policy_count; i++)
                refer_policy(&to, program, &program->policies[i]);
        for (uint32_t i = 0; i < program->example_count; i++) {
                Example *example = &program->examples[i];
                uint16_t entity = program->policies[example->policy].entity;
                for (uint32_t j = 0; j < example->expect_count; j++)
                        refer(&to, &example->expects[j].step, "例的期望", WANTED_ANY, entity,
                              example->expects[j].eligibility);
        }
}
