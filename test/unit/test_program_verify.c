/* The verifier catches each way a program can be wrong, and what it lets through cannot harm an evaluator: random
 * damage to steps is either refused or evaluates without fault (under the sanitizers). Also the dump of that
 * program. */
#include "unit.h"

#include "support/program_world.h"

static const Measure NO_MEASURE = { .entity = ENTITY_NONE, .where = NONE, .dated = NONE, .rest = NONE, .value = NONE,
                                    .distinct = NONE };

/* One of each declaration of the plan. */
static void add_plan(Arena *arena, Program *p, Builder *b) {
        uint32_t works = build_fact(b, FACT_WORKS), born = build_fact(b, FACT_BORN);
        uint32_t within = build_between(b, born, build_apply_date(b), build_base_date(b));
        Measure sum = { .kind = MEASURE_SUM, .entity = PERSON, .where = build_and(b, within, works), .dated = born, .rest = works,
                        .value = build_fact(b, FACT_INCOME), .distinct = NONE };
        Measure homes = { .kind = MEASURE_DISTINCT, .entity = PERSON, .where = NONE, .dated = NONE, .rest = NONE, .value = NONE,
                          .distinct = build_link(b, 0) };
        p->indicators = ARENA_NEW(arena, Indicator, 2);
        p->indicator_count = 2;
        p->indicators[0] = (Indicator){ .name = STR("户均"), .type = { .kind = TYPE_NUMBER, .scale = 2, .unit = UNIT_YUAN }, .ratio = true,
                                        .measure = sum, .divisor = homes, .finest = CYCLE_MONTH, .same_as = NONE };
        p->indicators[1] = (Indicator){ .name = STR("报数"), .type = { .kind = TYPE_NUMBER }, .source = SOURCE_REPORTED,
                                        .measure = NO_MEASURE, .divisor = NO_MEASURE, .cycle = CYCLE_QUARTER, .finest = CYCLE_QUARTER,
                                        .reporter = STR("市局"), .same_as = 0 };
        p->targets = ARENA_NEW(arena, Target, 1);
        p->target_count = 1;
        p->targets[0] = (Target){ .name = STR("目标"), .value = build_parameter(b, PARAMETER_OPEN, build_base_date(b)),
                                  .period = PERIOD_BY, .to = 19000, .partners = ARENA_NEW(arena, Str, 1), .partner_count = 1 };
        p->targets[0].partners[0] = STR("区");
        p->tasks = ARENA_NEW(arena, Task, 1);
        p->task_count = 1;
        p->tasks[0] = (Task){ .name = STR("任务"), .due = DATE_MAX, .cycle = CYCLE_TERM, .entity = HOUSEHOLD };
        p->services = ARENA_NEW(arena, ServiceItem, 1);
        p->service_count = 1;
        p->services[0] = (ServiceItem){ .name = STR("事项"), .entity = PERSON, .policy = 0, .records = ENTITY_NONE, .waiting = STR("办件") };
        p->directories = ARENA_NEW(arena, Directory, 1);
        p->directory_count = 1;
        p->directories[0] = (Directory){ .name = STR("名录"), .entity = PERSON, .where = works, .columns = ARENA_NEW(arena, uint32_t, 1),
                                         .column_count = 1, .filters = ARENA_NEW(arena, uint32_t, 1), .filter_count = 1 };
        p->directories[0].columns[0] = FACT_AGE;
        p->directories[0].filters[0] = FACT_STATE;
        p->reports = ARENA_NEW(arena, Report, 1);
        p->report_count = 1;
        p->reports[0] = (Report){ .name = STR("报表"), .cycle = CYCLE_QUARTER, .paragraphs = ARENA_NEW(arena, ReportParagraph, 1),
                                  .paragraph_count = 1 };
        p->reports[0].paragraphs[0] = (ReportParagraph){ .pieces = ARENA_NEW(arena, ReportPiece, 2), .piece_count = 2 };
        p->reports[0].paragraphs[0].pieces[0] = (ReportPiece){ .part = PART_GROWTH, .index = 1 };
        p->reports[0].paragraphs[0].pieces[1] = (ReportPiece){ .part = PART_LAMP, .index = 0 };
        p->examples[1] = (Example){ .policy = NONE, .indicator = 0, .expects = ARENA_NEW(arena, ExampleExpect, 1), .expect_count = 1 };
        p->examples[1].expects[0] = (ExampleExpect){ .measured = true, .policy = NONE, .step = NONE, .value = 5 };
}

/* A program with something of everything. */
static Program *whole_program(Arena *arena) {
        Program *p = world_program(arena);
        Builder *b = builder_new(arena, p);
        uint32_t age = build_fact(b, FACT_AGE), state = build_fact(b, FACT_STATE), income = build_fact(b, FACT_INCOME);
        uint32_t open = build_parameter(b, PARAMETER_OPEN, build_apply_date(b));
        uint32_t adult = build_compare(b, OP_AT_LEAST, age, build_constant(b, (Type){ .kind = TYPE_NUMBER }, 16));
        uint32_t works = build_in_set(b, state, 5);
        uint32_t when = build_and(b, build_and(b, adult, works), build_fact(b, FACT_HONEST));
        uint32_t members = build_reduce(b, OP_SUM, 0, build_fact(b, FACT_WORKS), income);
        uint32_t share = build_multiply_divide(b, build_gather(b, 0, members), open,
                                               build_parameter(b, PARAMETER_RATE, build_base_date(b)), UNIT_YUAN);
        uint32_t amount = build_round(b, OP_ROUND_UP, build_arithmetic(b, OP_ADD, share, build_table(b, 0, &state),
                                                                       UNIT_YUAN), 100, 2);
        uint32_t later = build_date(b, OP_ADD_MONTHS, build_fact(b, FACT_BORN), age, 0);
        Output *outputs = ARENA_NEW(arena, Output, 1);
        outputs[0] = (Output){ .label = STR("金额"), .step = amount, .floor = build_floor(b, open), .ceiling = NONE,
                               .money = true };
        Benefit *benefits = ARENA_NEW(arena, Benefit, 1);
        benefits[0] = (Benefit){ .name = STR("补贴"), .when = when, .outputs = outputs, .output_count = 1, .each = NONE,
                                 .each_when = NONE, .each_output = NONE };
        Condition *conditions = ARENA_NEW(arena, Condition, 1);
        conditions[0] = (Condition){ .step = adult, .text = STR("年龄 \"不少于\"\n16岁") };
        p->policies = ARENA_NEW(arena, Policy, 1);
        p->policy_count = 1;
        p->policies[0] = (Policy){ .name = STR("补贴政策"), .entity = PERSON, .conditions = conditions,
                                   .condition_count = 1,
                                   .eligible = when, .eligible_if_judged = build_favourable(b, when, false),
                                   .eligible_if_open = build_favourable(b, when, true), .anchor = build_apply_date(b),
                                   .benefits = benefits, .benefit_count = 1, .budget = NONE, .budget_order = later,
                                   .parameters = ARENA_NEW(arena, uint32_t, 1), .parameter_count = 1 };
        p->definitions = ARENA_NEW(arena, Definition, 1);
        p->definition_count = 1;
        p->definitions[0] = (Definition){ .name = STR("满月"), .entity = PERSON, .step = later };
        p->exclusives = ARENA_NEW(arena, Exclusive, 1);
        p->exclusive_count = 1;
        p->exclusives[0] = (Exclusive){ .policies = ARENA_NEW(arena, uint32_t, 1), .policy_count = 1 };
        p->examples = ARENA_NEW(arena, Example, 2);
        p->example_count = 2;
        Example *example = &p->examples[0];
        example->rows = ARENA_NEW(arena, ExampleRow, 2);
        example->row_count = 2;
        example->rows[1].entity = HOUSEHOLD;
        example->facts = ARENA_NEW(arena, ExampleFact, 1);
        example->fact_count = 1;
        example->facts[0] = (ExampleFact){ .row = 0, .fact = FACT_AGE, .value = 20 };
        example->links = ARENA_NEW(arena, ExampleLink, 1);
        example->link_count = 1;
        example->links[0] = (ExampleLink){ .child = 0, .parent = 1, .link = 0 };
        example->expects = ARENA_NEW(arena, ExampleExpect, 1);
        example->expect_count = 1;
        example->expects[0] = (ExampleExpect){ .step = amount, .value = UNKNOWN };
        example->sets = ARENA_NEW(arena, ExampleSet, 1);
        example->set_count = 1;
        example->asks = ARENA_NEW(arena, uint32_t, 1);
        example->ask_count = 1;
        p->facts[FACT_RENT].guard = build_fact(b, FACT_POOR);
        add_plan(arena, p, b);
        assert_int_equal(builder_finish(b), RC_OK);
        return p;
}

static Step *first(Program *p, Op op) {
        uint32_t at = 0;
        while (at < p->step_count && p->steps[at].op != op)
                at++;
        MUST(at < p->step_count);
        return &p->steps[at];
}

/* One way to be wrong a line; `p` is the program, `s(OP)` its first step of that operation. */
#define s(op) first(p, OP_##op)
#define DAMAGES(X)                                                                                            \
        X(s(AND)->op = OP_TOTAL, "there is no operation")                                                     \
        X(s(AND)->op = (Op) 200, "there is no operation")                                                     \
        X(s(AND)->a = p->step_count, "operand")                                                               \
        X(s(AND)->a = (uint32_t) (s(AND) - p->steps), "operand")                                              \
        X(s(AND)->b = NONE, "operand")                                                                        \
        X(s(AND)->c = 0, "operand")                                                                           \
        X(s(AND)->imm = 1, "immediate")                                                                       \
        X(s(AND)->aux = 0, "aux")                                                                             \
        X(s(AND)->a = p->facts[FACT_AGE].step, "types")                                                       \
        X(s(AND)->type.kind = TYPE_NUMBER, "types")                                                           \
        X(s(AND)->type.kind = (TypeKind) 17, "no type")                                                       \
        X(s(AND)->entity = HOUSEHOLD, "entity")                                                               \
        X(s(AND)->entity = ENTITY_NONE, "entity")                                                             \
        X(s(AND)->high = 1, "no range")                                                                       \
        X(s(AND)->high = 0, "does not hold")                                                                  \
        X(s(FACT)->aux = FACTS, "aux")                                                                        \
        X(s(FACT)->aux = NONE, "aux")                                                                         \
        X(s(FACT)->aux = FACT_WIDE, "types")                                                                  \
        X(p->steps[p->facts[FACT_AGE].step].high = 149, "does not hold")                                      \
        X(p->steps[p->facts[FACT_AGE].step].low = 5, "does not hold")                                         \
        X(p->facts[FACT_AGE].high = 151, "does not hold")                                                     \
        X(p->steps[p->facts[FACT_BORN].step].high = DATE_MAX + 1, "no range")                                 \
        X(p->steps[p->facts[FACT_STATE].step].high = 64, "no range")                                          \
        X(s(CONSTANT)->high = s(CONSTANT)->imm - 1, "range")                                                  \
        X(s(PARAMETER)->aux = PARAMETERS, "aux")                                                              \
        X(s(PARAMETER)->a = NONE, "operand")                                                                  \
        X(s(PARAMETER)->type.scale ^= 1, "types")                                                             \
        X(s(TABLE)->a = NONE, "operand")                                                                      \
        X(s(TABLE)->b = 0, "operand")                                                                         \
        X(s(TABLE)->aux = 1, "aux")                                                                           \
        X(s(MULTIPLY_DIVIDE)->imm = 40, "types")                                                              \
        X(s(MULTIPLY_DIVIDE)->imm++, "types")                                                                 \
        X(s(MULTIPLY_DIVIDE)->proven = true, "not proven")                                                    \
        X(s(ROUND_UP)->imm = 0, "types")                                                                      \
        X(s(ROUND_UP)->imm = -100, "types")                                                                   \
        X(s(SCALE_DOWN)->imm = 7, "types")                                                                    \
        X(s(SCALE_DOWN)->imm = 0, "types")                                                                    \
        X(s(ADD_MONTHS)->high = 30001, "does not hold")                                                       \
        X(s(ADD_MONTHS)->a = p->facts[FACT_AGE].step, "types")                                                \
        X(s(DEFAULT)->imm = 2, "types")                                                                       \
        X(s(GATHER)->aux = 1, "aux")                                                                          \
        X(s(GATHER)->a = p->facts[FACT_INCOME].step, "entity")                                                \
        X(s(SUM)->entity = PERSON, "entity")                                                                  \
        X(s(SUM)->b = NONE, "operand")                                                                        \
        X(s(SUM)->a = p->facts[FACT_POOR].step, "")                                                           \
        X(s(SUM)->proven = true; s(SUM)->high = 5, "does not hold")                                           \
        X(s(ADD)->type.unit = UNITS, "no type")                                                               \
        X(s(ADD)->type.scale = 10, "no type")                                                                 \
        X(s(ADD)->a = p->facts[FACT_AGE].step, "types")                                                       \
        X(p->stage_count--, "in no stage")                                                                    \
        X(p->stages[1].first++, "begin")                                                                      \
        X(p->stages[1].count++, "another entity")                                                             \
        X(p->stages[0].count = 0, "begin")                                                                    \
        X(p->stages[p->stage_count - 1].count += 9, "begin")                                                  \
        X(p->stages[1].entity = HOUSEHOLD, "another entity")                                                  \
        X(p->steps = NULL, "there cannot be")                                                                 \
        X(p->step_count = PROGRAM_STEPS_MAX + 1, "there cannot be")                                           \
        X(p->units[1].part_count = 9, "parts")                                                                \
        X(p->units[1].parts[0].dimension = 3, "dimension")                                                    \
        X(p->enumerations[0].members = NULL, "members")                                                       \
        X(p->links[0].parent = ENTITIES, "link")                                                              \
        X(p->entities[0].derived_from = 0, "derived")                                                         \
        X(p->entities[0].county = p->facts[FACT_AGE].step, "county")                                          \
        X(p->facts[0].entity = ENTITIES, "fact")                                                              \
        X(p->facts[FACT_RENT].guard = p->facts[FACT_WORKS].step, "guard")                                     \
        X(p->facts[FACT_RENT].guard = p->step_count, "guard")                                                 \
        X(p->facts[FACT_AGE].low = INT64_MIN, "fact")                                                         \
        X(p->facts[FACT_AGE].low = 200, "fact")                                                               \
        X(p->facts[FACT_STATE].type.of = 1, "fact")                                                           \
        X(p->facts[FACT_AGE].step = p->facts[FACT_INCOME].step, "not its step")                               \
        X(p->facts[FACT_AGE].step = NONE, "second time")                                                      \
        X(p->facts[FACT_AGE].clause = 1, "clause")                                                            \
        X(p->parameters[0].versions[1].from = 15000, "overlaps")                                              \
        X(p->parameters[0].versions[1].to = DATE_MAX + 1, "period")                                           \
        X(p->parameters[0].versions[1].value = 450001, "out of range")                                        \
        X(p->parameters[0].versions[1].value = UNKNOWN, "open")                                               \
        X(p->parameters[1].at_least = -1, "bounded")                                                          \
        X(p->tables[0].key_count = 4, "keys")                                                                 \
        X(p->tables[0].keys[0] = 1, "key")                                                                    \
        X(p->tables[0].cell_count = 3, "cell per key")                                                        \
        X(p->tables[0].cells[0] = -1, "out of range")                                                         \
        X(p->policies[0].entity = HOUSEHOLD, "belongs")                                                       \
        X(p->policies[0].entity = ENTITIES, "entity")                                                         \
        X(p->policies[0].eligible = NONE, "eligibility")                                                      \
        X(p->policies[0].eligible = p->facts[FACT_AGE].step, "eligibility")                                   \
        X(p->policies[0].anchor = p->facts[FACT_AGE].step, "anchor")                                          \
        X(p->policies[0].budget = p->facts[FACT_INCOME].step, "budget")                                       \
        X(p->policies[0].parameters[0] = PARAMETERS, "parameter")                                             \
        X(p->policies[0].conditions[0].clause = 7, "clause")                                                  \
        X(p->policies[0].benefits[0].kind = (BenefitKind) 9, "kind")                                          \
        X(p->policies[0].benefits[0].each = 0, "benefit")                                                     \
        X(p->policies[0].benefits[0].outputs[0].step = p->step_count, "figure")                               \
        X(p->exclusives[0].policies[0] = 1, "exclusive")                                                      \
        X(p->exclusives[0].rule = (ExclusiveRule) 3, "exclusive")                                             \
        X(p->definitions[0].step = NONE, "definition")                                                        \
        X(p->clauses[0].parent = 1, "clause")                                                                 \
        X(p->examples[0].policy = 1, "policy")                                                                \
        X(p->examples[0].facts[0].row = 1, "row")                                                             \
        X(p->examples[0].facts[0].value = 151, "range")                                                       \
        X(p->examples[0].links[0].parent = 0, "links")                                                        \
        X(p->examples[0].sets[0].value = -1, "range")                                                         \
        X(p->examples[0].asks[0] = FACTS, "asks")                                                             \
        X(p->examples[0].base_date = DATE_MAX + 1, "date")                                                    \
        X(p->examples[0].expects[0].step = NONE, "example")                                                   \
        X(p->examples[0].expects[0].measured = true, "figure")                                                \
        X(p->examples[1].indicator = 2, "policy")                                                             \
        X(p->examples[1].expects[0].measured = false, "figure")                                               \
        X(p->indicators[0].type.kind = TYPE_TRUTH, "number")                                                  \
        X(p->indicators[0].source = (IndicatorSource) 3, "cycle")                                             \
        X(p->indicators[0].cycle = CYCLE_MONTH, "cycle")                                                      \
        X(p->indicators[0].finest = CYCLE_NONE, "cycle")                                                      \
        X(p->indicators[1].cycle = CYCLE_NONE, "cycle")                                                       \
        X(p->indicators[1].measure.entity = PERSON, "counts")                                                 \
        X(p->indicators[0].measure.entity = ENTITIES, "counts")                                               \
        X(p->indicators[0].measure.kind = MEASURE_COUNT, "counts")                                            \
        X(p->indicators[0].measure.value = NONE, "counts")                                                    \
        X(p->indicators[0].measure.value = p->facts[FACT_WORKS].step, "summand")                              \
        X(p->indicators[0].measure.where = p->facts[FACT_AGE].step, "condition of a measure")                 \
        X(p->indicators[0].measure.dated = p->facts[FACT_AGE].step, "date of a measure")                      \
        X(p->indicators[0].measure.rest = p->step_count, "rest of a measure")                                 \
        X(p->indicators[0].measure.entity = HOUSEHOLD, "belongs")                                             \
        X(p->indicators[0].divisor.distinct = NONE, "divided")                                                \
        X(p->indicators[0].ratio = false, "divided")                                                          \
        X(p->indicators[1].same_as = 1, "same")                                                               \
        X(p->indicators[1].same_as = 2, "same")                                                               \
        X(p->indicators[1].clause = 7, "clause")                                                              \
        X(p->targets[0].indicator = 2, "indicator")                                                           \
        X(p->targets[0].value = p->facts[FACT_INCOME].step, "requirement")                                    \
        X(p->targets[0].value = NONE, "requirement")                                                          \
        X(p->targets[0].requirement = (Requirement) 6, "judged")                                              \
        X(p->targets[0].period = (TargetPeriod) 7, "judged")                                                  \
        X(p->targets[0].to = -1, "period")                                                                    \
        X(p->targets[0].partners = NULL, "partners")                                                          \
        X(p->targets[0].clause = 7, "clause")                                                                 \
        X(p->tasks[0].entity = ENTITIES, "records")                                                           \
        X(p->tasks[0].cycle = (Cycle) 6, "records")                                                           \
        X(p->tasks[0].due = DATE_MAX + 1, "due")                                                              \
        X(p->tasks[0].partner_count = 1, "partners")                                                          \
        X(p->tasks[0].clause = 7, "clause")                                                                   \
        X(p->services[0].policy = 1, "policy")                                                                \
        X(p->services[0].records = ENTITIES, "entity")                                                        \
        X(p->services[0].step_count = 1, "array")                                                             \
        X(p->services[0].clause = 7, "clause")                                                                \
        X(p->directories[0].entity = ENTITIES, "entity")                                                      \
        X(p->directories[0].columns[0] = FACT_RENT, "must not")                                               \
        X(p->directories[0].columns[0] = FACTS, "must not")                                                   \
        X(p->facts[FACT_AGE].sensitive = true, "must not")                                                    \
        X(p->directories[0].filters[0] = FACT_AGE, "code")                                                    \
        X(p->directories[0].where = p->facts[FACT_AGE].step, "condition of a directory")                      \
        X(p->directories[0].clause = 7, "clause")                                                             \
        X(p->reports[0].cycle = CYCLE_NONE, "cycle")                                                          \
        X(p->reports[0].paragraphs = NULL, "paragraphs")                                                      \
        X(p->reports[0].paragraphs[0].pieces = NULL, "pieces")                                                \
        X(p->reports[0].paragraphs[0].pieces[0].index = 2, "names nothing")                                   \
        X(p->reports[0].paragraphs[0].pieces[1].index = 1, "names nothing")                                   \
        X(p->reports[0].paragraphs[0].pieces[0].part = (ReportPart) 10, "names nothing")                      \
        X(p->reports[0].clause = 7, "clause")

static void each_damage_is_caught(void **state) {
        (void) state;
        int line = 0;
#define TRY(damage, sentence)                                                                              \
        {                                                                                                  \
                Arena *arena = arena_new(16u << 20);                                                       \
                Program *p = whole_program(arena);                                                         \
                Str why = STR("");                                                                         \
                size_t at;                                                                                 \
                assert_true(program_verify(p, arena, &why));                                               \
                damage;                                                                                    \
                if (program_verify(p, arena, &why))                                                        \
                        fail_msg("damage %d was not caught: %s", line, #damage);                           \
                if (!str_find(why, STR(sentence), &at))                                                    \
                        fail_msg("%s: \"%.*s\" does not say \"%s\"", #damage, STR_ARG(why), sentence);     \
                line++;                                                                                    \
                arena_free(arena);                                                                         \
        }
        DAMAGES(TRY)
        assert_true(line > 140);
}

static uint32_t near(Random *random, uint32_t count) {
        uint32_t kind = random_below(random, 8);
        return kind == 0 ? NONE : kind == 1 ? count : random_below(random, count);
}

static void damage_step(Step *step, Random *random, uint32_t count) {
        switch (random_below(random, 9)) {
        case 0: step->op = (Op) random_below(random, OP_TOTAL + 2); break;
        case 1: step->entity = (uint16_t) (random_below(random, 4) - 1); break;
        case 2: step->type.kind = (TypeKind) random_below(random, 7); break;
        case 3: step->type.scale = (uint8_t) random_below(random, 11); break;
        case 4: step->type.of = (uint16_t) random_below(random, 3); break;
        case 5: *(random_below(random, 2) ? &step->a : &step->b) = near(random, count); break;
        case 6: step->aux = near(random, 5); break;
        case 7: step->imm = random_below(random, 2) ? random_between(random, -20, 20)
                : (int64_t) random_bits(random); break;
        case 8: *(random_below(random, 2) ? &step->low : &step->high) = (int64_t) random_bits(random); break;
        }
}

static void random_damage_is_refused_or_harmless(void **state) {
        (void) state;
        Random random = { 31 };
        uint32_t refused = 0, passed = 0;
        Arena *arena = arena_new(64u << 20);
        Program *p = whole_program(arena);
        int64_t *cells = calloc((size_t) p->step_count * WORLD_ROWS, sizeof(int64_t));
        for (int i = 0; i < 30000; i++) {
                uint32_t at = random_below(&random, p->step_count);
                Step *step = &p->steps[at], whole = *step;
                Arena *scratch = arena_new(1u << 16);
                Str why;
                for (uint32_t times = 1 + random_below(&random, 3); times > 0; times--)
                        damage_step(step, &random, p->step_count);
                if (program_verify(p, scratch, &why)) {
                        World world;
                        world_random(&world, p, &random);
                        world_evaluate(&world, p, p->steps, p->step_count, cells);
                        passed++;
                } else {
                        refused++;
                }
                *step = whole;
                arena_free(scratch);
        }
        assert_true(refused > 20000 && passed > 500);
        free(cells);
        arena_free(arena);
}

static void the_dump_is_complete_and_stable(void **state) {
        (void) state;
        static const char *const lines[] = {
                "program 1 units=6 ", "unit 2 text=\"个月\" percent=no parts=[1^1]\n", "member 0 3 name=\"在学\"\n",
                "link 0 child=0 parent=1 one=\"所在户\" many=\"成员\" column=\"\" complete=no\n",
                "fact 0 name=\"年龄\" entity=0 type=number/0/0 low=0 high=150 manual=no guard=- step=",
                "fact 3 name=\"出生日期\" entity=0 type=date low=-25567 high=30000 ",
                "parameter 1 name=\"标准\" type=number/2/1 low=0 high=800000 pending=yes at_least=30000 at_most=80000 ",
                "version 1 1 from=17011 to=84005 value=? cite=\"\"\n", "cells 0 0 values=[100000,?,500000,0]\n",
                "stage 0 entity=- first=0 count=", " op=in_set a=", " imm=0x0000000000000005 ", " op=sum a=",
                "policy 0 name=\"补贴政策\" entity=0 eligible=", "text=\"年龄 \\\"不少于\\\"\\u000a16岁\"",
                "output 0 0 0 label=\"金额\" step=", "exclusive 0 name=\"\" rule=highest policies=[0] ",
                "example 0 name=\"\" policy=0 indicator=- base_date=0 apply_date=0 check_asks=no asks=[0] ",
                "indicator 1 name=\"报数\" type=number/0/0 source=reported ratio=no cycle=quarter reporter=\"市局\" ",
                " by_county=no finest=quarter ",
                "measure 0 0 kind=sum entity=0 where=", "measure 0 1 kind=distinct entity=0 where=- dated=- rest=- value=- distinct=",
                "target 0 name=\"目标\" indicator=0 requirement=at_least value=", " period=by from=0 to=19000 growth=no ",
                "target_partner 0 0 text=\"区\"\n", " cycle=term evidence=\"\" entity=1 waiting=",
                "service 0 name=\"事项\" entity=0 policy=0 ",
                " columns=[0] filters=[4] ", "piece 0 0 1 part=lamp index=0 text=\"\"\n",
                "example 1 name=\"\" policy=- indicator=0 ", "expect 1 0 eligibility=no measured=yes ",
                "given 0 0 row=0 fact=0 value=20\n", "linked 0 0 link=0 child=0 parent=1\n",
        };
        Arena *arena = arena_new(64u << 20), *other = arena_new(64u << 20);
        Buffer one = buffer_new(1u << 20), two = buffer_new(1u << 20);
        Program *p = whole_program(arena);
        program_dump(p, &one);
        program_dump(whole_program(other), &two);
        assert_true(str_equal(buffer_str(&one), buffer_str(&two)));
        uint32_t steps = 0, spaces = 0;
        size_t at;
        for (size_t i = 0; i < ARRAY_LENGTH(lines); i++)
                if (!str_find(buffer_str(&one), str_from(lines[i]), &at))
                        fail_msg("no line with: %s\n%.*s", lines[i], STR_ARG(buffer_str(&one)));
        for (Str rest = buffer_str(&one), line = str_cut(&rest, '\n'); line.length > 0; line = str_cut(&rest, '\n')) {
                steps += str_starts(line, STR("step "));
                spaces += str_find(line, STR("  "), &at) || str_ends(line, STR(" "));
        }
        assert_int_equal(steps, p->step_count);
        assert_int_equal(spaces, 0);
        buffer_free(&one);
        buffer_free(&two);
        arena_free(arena);
        arena_free(other);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_damage_is_caught),
                cmocka_unit_test(random_damage_is_refused_or_harmless),
                cmocka_unit_test(the_dump_is_complete_and_stable),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
