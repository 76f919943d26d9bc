/* The verifier: every promise of program.h, checked. It trusts the array lengths and nothing else, so that what
 * passes cannot make an evaluator read or write out of bounds, divide by zero or leave the calendar.
 *
 * First the schema (so that indices may be followed), then steps and stages (verify_step.c), then all references. */
#include "program/verify.h"

#define TEXT_MAX UINT32_MAX
#define CODES_MAX INT32_MAX

bool checker_type(const Checker *checker, Type type) {
        const Program *program = checker->program;
        switch (type.kind) {
        case TYPE_TRUTH:
        case TYPE_DATE:
        case TYPE_TEXT:
                return true;
        case TYPE_NUMBER:
                return type.scale <= SCALE_MAX && type.unit < program->unit_count;
        case TYPE_CODE:
                return type.of < program->enumeration_count;
        case TYPE_ROW:
                return type.of < program->entity_count;
        }
        return false;
}

bool checker_range(const Checker *checker, Type type, int64_t low, int64_t high) {
        if (low > high)
                return false;
        switch (type.kind) {
        case TYPE_TRUTH:
                return (low == TRUTH_NO || low == TRUTH_YES) && (high == TRUTH_NO || high == TRUTH_YES);
        case TYPE_NUMBER:
                return low != UNKNOWN;
        case TYPE_DATE:
                return low >= DATE_MIN && high <= DATE_MAX;
        case TYPE_CODE:
                return low >= 0 && high < (int64_t) checker->program->enumerations[type.of].member_count;
        case TYPE_TEXT:
                return low >= 0 && high <= TEXT_MAX;
        case TYPE_ROW:
                return low >= 0 && high < UINT32_MAX;
        }
        return false;
}

/* A known cell of [low, high], or the unknown one (an open figure is UNKNOWN whatever its type). */
static bool cell_fits(Type type, int64_t cell, int64_t low, int64_t high) {
        return cell == UNKNOWN || cell == type_unknown(type) || (cell >= low && cell <= high);
}

bool checker_clause(const Checker *checker, uint32_t clause) {
        return clause == 0 || clause < checker->program->clause_count;
}

/* ---- schema ------------------------------------------------------------------------------------------- */

static bool check_arrays(Checker *checker) {
        const Program *p = checker->program;
        const struct {
                const char *name;
                const void *array;
                uint32_t    count, most;
        } arrays[] = {
                { "dimensions", p->dimensions, p->dimension_count, UINT16_MAX },
                { "units", p->units, p->unit_count, UINT16_MAX },
                { "enumerations", p->enumerations, p->enumeration_count, UINT16_MAX },
                { "entities", p->entities, p->entity_count, ENTITY_NONE },
                { "links", p->links, p->link_count, NONE },
                { "facts", p->facts, p->fact_count, NONE },
                { "parameters", p->parameters, p->parameter_count, NONE },
                { "tables", p->tables, p->table_count, NONE },
                { "steps", p->steps, p->step_count, PROGRAM_STEPS_MAX },
                { "stages", p->stages, p->stage_count, PROGRAM_STEPS_MAX },
                { "policies", p->policies, p->policy_count, NONE },
                { "exclusives", p->exclusives, p->exclusive_count, NONE },
                { "definitions", p->definitions, p->definition_count, NONE },
                { "indicators", p->indicators, p->indicator_count, NONE },
                { "targets", p->targets, p->target_count, NONE },
                { "tasks", p->tasks, p->task_count, NONE },
                { "services", p->services, p->service_count, NONE },
                { "directories", p->directories, p->directory_count, NONE },
                { "reports", p->reports, p->report_count, NONE },
                { "documents", p->documents, p->document_count, NONE },
                { "clauses", p->clauses, p->clause_count, NONE },
                { "examples", p->examples, p->example_count, NONE },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(arrays); i++)
                REQUIRE(checker, arrays[i].count <= arrays[i].most && (arrays[i].array || arrays[i].count == 0),
                        "there cannot be %u %s", arrays[i].count, arrays[i].name);
        return true;
}

static bool check_units(Checker *checker) {
        const Program *program = checker->program;
        for (uint32_t i = 0; i < program->unit_count; i++) {
                const Unit *unit = &program->units[i];
                REQUIRE(checker, unit->part_count <= UNIT_DIMENSIONS_MAX, "unit %u has too many parts", i);
                for (uint32_t k = 0; k < unit->part_count; k++)
                        REQUIRE(checker, unit->parts[k].dimension < program->dimension_count,
                                "unit %u has no dimension %u", i, unit->parts[k].dimension);
        }
        for (uint32_t i = 0; i < program->enumeration_count; i++)
                REQUIRE(checker, program->enumerations[i].member_count <= CODES_MAX &&
                                         (program->enumerations[i].members ||
                                          program->enumerations[i].member_count == 0),
                        "enumeration %u has no members", i);
        return true;
}

static bool check_entities(Checker *checker) {
        const Program *program = checker->program;
        for (uint32_t i = 0; i < program->link_count; i++)
                REQUIRE(checker, program->links[i].child < program->entity_count &&
                                         program->links[i].parent < program->entity_count,
                        "link %u joins entities that do not exist", i);
        for (uint32_t i = 0; i < program->entity_count; i++) {
                uint32_t from = program->entities[i].derived_from;
                REQUIRE(checker, from == NONE || (from < program->link_count && program->links[from].parent == i),
                        "entity %u is derived from link %u, which does not lead to it", i, from);
        }
        return true;
}

static bool check_facts(Checker *checker) {
        const Program *program = checker->program;
        for (uint32_t i = 0; i < program->fact_count; i++) {
                const Fact *fact = &program->facts[i];
                REQUIRE(checker, fact->entity < program->entity_count, "fact %u has no entity", i);
                REQUIRE(checker, fact->type.kind != TYPE_ROW && checker_type(checker, fact->type),
                        "fact %u has no type of this program", i);
                REQUIRE(checker, checker_range(checker, fact->type, fact->low, fact->high),
                        "fact %u has no range of its type", i);
                REQUIRE(checker, checker_clause(checker, fact->clause), "fact %u has no clause", i);
                REQUIRE(checker, fact->codes || fact->code_count == 0, "fact %u has no codes", i);
                for (uint32_t k = 0; k < fact->code_count; k++)
                        REQUIRE(checker, cell_fits(fact->type, fact->codes[k].value, fact->low, fact->high),
                                "fact %u maps a code out of its range", i);
        }
        return true;
}

static bool check_parameter(Checker *checker, uint32_t at) {
        const Parameter *p = &checker->program->parameters[at];
        REQUIRE(checker, p->type.kind != TYPE_ROW && checker_type(checker, p->type),
                "parameter %u has no type of this program", at);
        REQUIRE(checker, checker_range(checker, p->type, p->low, p->high), "parameter %u has no range of its type", at);
        REQUIRE(checker, cell_fits(p->type, p->at_least, p->low, p->high) &&
                cell_fits(p->type, p->at_most, p->low, p->high),
                "parameter %u is bounded out of its range", at);
        REQUIRE(checker, checker_clause(checker, p->clause), "parameter %u has no clause", at);
        REQUIRE(checker, p->versions || p->version_count == 0, "parameter %u has no versions", at);
        for (uint32_t i = 0; i < p->version_count; i++) {
                const ParameterVersion *version = &p->versions[i];
                REQUIRE(checker, version->from >= DATE_MIN && version->from <= version->to && version->to <= DATE_MAX,
                        "version %u of parameter %u has no period", i, at);
                REQUIRE(checker, i == 0 || version[-1].to < version->from,
                        "version %u of parameter %u overlaps the one before", i, at);
                REQUIRE(checker, cell_fits(p->type, version->value, p->low, p->high),
                        "version %u of parameter %u is out of range", i, at);
                REQUIRE(checker, p->pending || version->value != UNKNOWN,
                        "version %u of parameter %u is open, but the parameter is not", i, at);
        }
        return true;
}

static bool check_table(Checker *checker, uint32_t at) {
        const Program *program = checker->program;
        const Table *table = &program->tables[at];
        uint64_t cells = 1;
        REQUIRE(checker, table->key_count >= 1 && table->key_count <= 3, "table %u has %u keys", at, table->key_count);
        for (uint32_t i = 0; i < table->key_count; i++) {
                REQUIRE(checker, table->keys[i] < program->enumeration_count, "table %u has no key %u", at, i);
                cells *= program->enumerations[table->keys[i]].member_count;
                REQUIRE(checker, cells <= UINT32_MAX, "table %u is too large", at);
        }
        REQUIRE(checker, table->cell_count == cells && table->cells, "table %u has not one cell per key", at);
        REQUIRE(checker, table->type.kind != TYPE_ROW && checker_type(checker, table->type) &&
                                 checker_range(checker, table->type, table->low, table->high),
                "table %u has no range of its type", at);
        for (uint32_t i = 0; i < table->cell_count; i++)
                REQUIRE(checker, cell_fits(table->type, table->cells[i], table->low, table->high),
                        "cell %u of table %u is out of range", i, at);
        REQUIRE(checker, checker_clause(checker, table->clause), "table %u has no clause", at);
        return true;
}

static bool check_figures(Checker *checker) {
        for (uint32_t i = 0; i < checker->program->parameter_count; i++)
                if (!check_parameter(checker, i))
                        return false;
        for (uint32_t i = 0; i < checker->program->table_count; i++)
                if (!check_table(checker, i))
                        return false;
        return true;
}

static bool check_documents(Checker *checker) {
        const Program *program = checker->program;
        for (uint32_t i = 0; i < program->clause_count; i++) {
                const DocumentClause *clause = &program->clauses[i];
                REQUIRE(checker, clause->parent == NONE || clause->parent < program->clause_count,
                        "clause %u stands under no clause", i);
                REQUIRE(checker, clause->document == NONE || i == 0 || clause->document < program->document_count,
                        "clause %u stands in no document", i);
        }
        return true;
}

/* ---- policies ------------------------------------------------------------------------------------------ */

static bool check_benefit(Checker *checker, const Policy *policy, const Benefit *benefit) {
        const Program *program = checker->program;
        REQUIRE(checker, benefit->kind <= BENEFIT_SERVICE, "a benefit is of no kind");
        REQUIRE(checker, benefit->outputs || benefit->output_count == 0, "a benefit has no figures");
        REQUIRE(checker, benefit->interest || benefit->interest_count == 0, "a benefit has no interest");
        REQUIRE(checker, benefit->each == NONE || (benefit->each < program->link_count &&
                                                   program->links[benefit->each].parent == policy->entity),
                "a benefit is given along link %u, which does not begin at its policy", benefit->each);
        for (uint32_t i = 0; i < benefit->interest_count; i++)
                REQUIRE(checker, benefit->interest[i].from_year >= 1 &&
                                         benefit->interest[i].from_year <= benefit->interest[i].to_year,
                        "interest %u of a benefit covers no year", i);
        REQUIRE(checker, checker_clause(checker, benefit->clause), "a benefit has no clause");
        return true;
}

static bool check_policy(Checker *checker, uint32_t at) {
        const Program *program = checker->program;
        const Policy *policy = &program->policies[at];
        REQUIRE(checker, policy->entity < program->entity_count, "policy %u has no entity", at);
        REQUIRE(checker, (policy->conditions || policy->condition_count == 0) &&
                                 (policy->benefits || policy->benefit_count == 0) &&
                                 (policy->parameters || policy->parameter_count == 0) &&
                                 (policy->supplements || policy->supplement_count == 0),
                "policy %u lacks an array", at);
        REQUIRE(checker, checker_clause(checker, policy->clause), "policy %u has no clause", at);
        for (uint32_t i = 0; i < policy->condition_count; i++)
                REQUIRE(checker, checker_clause(checker, policy->conditions[i].clause),
                        "condition %u of policy %u has no clause", i, at);
        for (uint32_t i = 0; i < policy->parameter_count; i++)
                REQUIRE(checker, policy->parameters[i] < program->parameter_count, "policy %u reads no parameter %u",
                        at,
                        policy->parameters[i]);
        for (uint32_t i = 0; i < policy->supplement_count; i++)
                REQUIRE(checker, checker_clause(checker, policy->supplements[i]), "policy %u is widened by no clause",
                        at);
        for (uint32_t i = 0; i < policy->benefit_count; i++)
                if (!check_benefit(checker, policy, &policy->benefits[i]))
                        return false;
        return true;
}

static bool check_policies(Checker *checker) {
        const Program *program = checker->program;
        for (uint32_t i = 0; i < program->policy_count; i++)
                if (!check_policy(checker, i))
                        return false;
        for (uint32_t i = 0; i < program->exclusive_count; i++) {
                const Exclusive *exclusive = &program->exclusives[i];
                REQUIRE(checker, exclusive->rule <= EXCLUSIVE_CHOICE &&
                        (exclusive->policies || exclusive->policy_count == 0),
                        "exclusive %u has no rule", i);
                for (uint32_t k = 0; k < exclusive->policy_count; k++)
                        REQUIRE(checker, exclusive->policies[k] < program->policy_count,
                                "exclusive %u has no policy %u", i,
                                exclusive->policies[k]);
        }
        for (uint32_t i = 0; i < program->definition_count; i++)
                REQUIRE(checker, checker_clause(checker, program->definitions[i].clause), "definition %u has no clause",
                        i);
        return true;
}

/* ---- examples ------------------------------------------------------------------------------------------ */

static bool row_of(const Example *example, uint32_t row, uint16_t entity) {
        return row < example->row_count && example->rows[row].entity == entity;
}

static bool check_example_rows(Checker *checker, uint32_t at, const Example *example) {
        const Program *program = checker->program;
        for (uint32_t i = 0; i < example->row_count; i++)
                REQUIRE(checker, example->rows[i].entity < program->entity_count, "row %u of example %u has no entity",
                        i, at);
        for (uint32_t i = 0; i < example->fact_count; i++) {
                const ExampleFact *given = &example->facts[i];
                REQUIRE(checker, given->fact < program->fact_count &&
                                         row_of(example, given->row, program->facts[given->fact].entity),
                        "example %u gives a fact of no row", at);
                const Fact *fact = &program->facts[given->fact];
                REQUIRE(checker, cell_fits(fact->type, given->value, fact->low, fact->high),
                        "example %u gives fact %u a value out of range", at, given->fact);
        }
        for (uint32_t i = 0; i < example->link_count; i++) {
                const ExampleLink *link = &example->links[i];
                REQUIRE(checker, link->link < program->link_count &&
                                         row_of(example, link->child, program->links[link->link].child) &&
                                         row_of(example, link->parent, program->links[link->link].parent),
                        "example %u links rows that do not fit", at);
        }
        for (uint32_t i = 0; i < example->complete_count; i++)
                REQUIRE(checker, example->complete[i].link < program->link_count &&
                                         row_of(example, example->complete[i].row,
                                                program->links[example->complete[i].link].parent),
                        "example %u completes a list of no row", at);
        return true;
}

static bool check_example(Checker *checker, uint32_t at) {
        const Program *program = checker->program;
        const Example *example = &program->examples[at];
        REQUIRE(checker, example->policy == NONE ? example->indicator < program->indicator_count
                                                 : example->policy < program->policy_count,
                "example %u has no policy", at);
        REQUIRE(checker, checker_clause(checker, example->clause), "example %u has no clause", at);
        REQUIRE(checker, example->base_date >= DATE_MIN && example->base_date <= DATE_MAX &&
                                 example->apply_date >= DATE_MIN && example->apply_date <= DATE_MAX,
                "example %u is asked on no date", at);
        REQUIRE(checker, (example->rows || example->row_count == 0) && (example->facts || example->fact_count == 0) &&
                                 (example->links || example->link_count == 0) &&
                                 (example->complete || example->complete_count == 0) &&
                                 (example->sets || example->set_count == 0) &&
                                 (example->expects || example->expect_count == 0) &&
                                 (example->asks || example->ask_count == 0),
                "example %u lacks an array", at);
        for (uint32_t i = 0; i < example->set_count; i++) {
                REQUIRE(checker, example->sets[i].parameter < program->parameter_count, "example %u sets no parameter",
                        at);
                const Parameter *parameter = &program->parameters[example->sets[i].parameter];
                REQUIRE(checker, cell_fits(parameter->type, example->sets[i].value, parameter->low, parameter->high),
                        "example %u sets a parameter out of range", at);
        }
        for (uint32_t i = 0; i < example->expect_count; i++)
                REQUIRE(checker, !example->expects[i].eligibility || example->expects[i].policy < program->policy_count,
                        "example %u expects an answer of no policy", at);
        for (uint32_t i = 0; i < example->expect_count; i++)
                REQUIRE(checker, example->expects[i].measured == (example->policy == NONE), "example %u expects no figure", at);
        for (uint32_t i = 0; i < example->ask_count; i++)
                REQUIRE(checker, example->asks[i] < program->fact_count, "example %u asks no fact", at);
        return check_example_rows(checker, at, example);
}

static bool check_examples(Checker *checker) {
        for (uint32_t i = 0; i < checker->program->example_count; i++)
                if (!check_example(checker, i))
                        return false;
        return true;
}

/* ---- references ---------------------------------------------------------------------------------------- */

static bool kind_wanted(TypeKind kind, Wanted wanted) {
        static const TypeKind kinds[] = {
                [WANTED_TRUTH] = TYPE_TRUTH, [WANTED_NUMBER] = TYPE_NUMBER, [WANTED_DATE] = TYPE_DATE,
                [WANTED_CODE] = TYPE_CODE,
        };
        return wanted == WANTED_ANY || kinds[wanted] == kind;
}

static bool check_one_reference(Checker *checker, const Reference *reference) {
        const Program *program = checker->program;
        uint32_t number = *reference->step;
        if (number == NONE && reference->optional)
                return true;
        REQUIRE(checker, number < program->step_count, "%s: there is no step %u", reference->what, number);
        const Step *step = &program->steps[number];
        REQUIRE(checker, kind_wanted(step->type.kind, reference->wanted), "%s: step %u is of another kind",
                reference->what, number);
        REQUIRE(checker, step->entity == ENTITY_NONE || step->entity == reference->entity,
                "%s: step %u belongs to entity %u", reference->what, number, step->entity);
        return true;
}

static void check_reference(void *context, const Reference *reference) {
        Checker *checker = context;
        if (checker->why.length == 0)   /* the first sentence stands */
                (void) check_one_reference(checker, reference);
}

static bool check_references(Checker *checker) {
        const Program *program = checker->program;
        program_each_reference(program, check_reference, checker);
        if (checker->why.length > 0)
                return false;
        for (uint32_t i = 0; i < program->fact_count; i++) {
                uint32_t step = program->facts[i].step;
                REQUIRE(checker, step == NONE || (step < program->step_count && program->steps[step].op == OP_FACT &&
                                                  program->steps[step].aux == i),
                        "fact %u: step %u is not its step", i, step);
        }
        for (uint32_t i = 0; i < program->step_count; i++)
                REQUIRE(checker, program->steps[i].op != OP_FACT || program->facts[program->steps[i].aux].step == i,
                        "step %u reads fact %u a second time", i, program->steps[i].aux);
        return true;
}

bool program_verify(const Program *program, Arena *arena, Str *ret_why) {
        static bool (*const checks[])(Checker *) = {
                check_arrays, check_units, check_entities, check_facts, check_figures, check_documents,
                check_policies, checker_plan, check_examples, checker_steps, checker_stages, check_references,
        };
        Checker checker = { .program = program, .arena = arena, .why = STR("") };
        for (size_t i = 0; i < ARRAY_LENGTH(checks); i++)
                if (!checks[i](&checker)) {
                        *ret_why = checker.why;
                        return false;
                }
        return true;
}
