/* Walks everything a program declares and files it under its clause. */
#include "city/coverage.h"

typedef struct Collector {
        Arena          *arena;
        const Program  *program;
        ClauseCoverage *clauses;         /* by clause number of the program */
        uint32_t       *capacities;
} Collector;

Str carrier_text(CarrierKind kind) {
        static const Str texts[] = {
                [CARRIER_POLICY] = STR_INIT("政策"),     [CARRIER_SUPPLEMENT] = STR_INIT("补充"),
                [CARRIER_DEFINITION] = STR_INIT("定义"), [CARRIER_PARAMETER] = STR_INIT("参数"),
                [CARRIER_TABLE] = STR_INIT("表"),        [CARRIER_FACT] = STR_INIT("事实"),
                [CARRIER_INDICATOR] = STR_INIT("指标"),  [CARRIER_TARGET] = STR_INIT("目标"),
                [CARRIER_TASK] = STR_INIT("任务"),       [CARRIER_SERVICE] = STR_INIT("事项"),
                [CARRIER_DIRECTORY] = STR_INIT("名录"),  [CARRIER_REPORT] = STR_INIT("报表"),
        };
        return texts[kind];
}

/* How many examples are about a policy, or an indicator: the other is NONE. */
static uint32_t examples_of(const Program *program, uint32_t policy, uint32_t indicator) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < program->example_count; i++) {
                const Example *example = &program->examples[i];
                count += example->policy == policy && (policy != NONE || example->indicator == indicator);
        }
        return count;
}

static uint32_t carrier_examples(const Program *program, CarrierKind kind, uint32_t index) {
        if (kind == CARRIER_POLICY || kind == CARRIER_SUPPLEMENT)
                return examples_of(program, index, NONE);
        if (kind == CARRIER_INDICATOR || kind == CARRIER_TARGET)
                return examples_of(program, NONE, kind == CARRIER_TARGET ? program->targets[index].indicator : index);
        return 0;
}

static Str carrier_waits(const Program *program, CarrierKind kind, uint32_t index) {
        if (kind == CARRIER_TASK)
                return program->tasks[index].waiting;
        return kind == CARRIER_SERVICE ? program->services[index].waiting : (Str){ 0 };
}

static void collect(Collector *collector, uint32_t clause, CarrierKind kind, Str name, uint32_t index) {
        ClauseCoverage *coverage = &collector->clauses[clause];
        for (uint32_t i = 0; i < coverage->carrier_count; i++)
                if (coverage->carriers[i].kind == kind && coverage->carriers[i].index == index)
                        return;
        Carrier *carrier =
                ARENA_PUSH(collector->arena, coverage->carriers, coverage->carrier_count, collector->capacities[clause]);
        *carrier = (Carrier){ kind, name, index, carrier_waits(collector->program, kind, index),
                              carrier_examples(collector->program, kind, index) };
}

static void collect_policy(Collector *collector, uint32_t index) {
        const Policy *policy = &collector->program->policies[index];
        collect(collector, policy->clause, CARRIER_POLICY, policy->name, index);
        for (uint32_t i = 0; i < policy->condition_count; i++)
                if (policy->conditions[i].clause != policy->clause)
                        collect(collector, policy->conditions[i].clause, CARRIER_SUPPLEMENT, policy->name, index);
        for (uint32_t i = 0; i < policy->supplement_count; i++)
                if (policy->supplements[i] != policy->clause)
                        collect(collector, policy->supplements[i], CARRIER_SUPPLEMENT, policy->name, index);
        for (uint32_t i = 0; i < policy->benefit_count; i++)
                if (policy->benefits[i].clause != policy->clause)
                        collect(collector, policy->benefits[i].clause, CARRIER_SUPPLEMENT, policy->name, index);
}

static void collect_all(Collector *collector) {
        const Program *program = collector->program;
        for (uint32_t i = 0; i < program->policy_count; i++)
                collect_policy(collector, i);
        for (uint32_t i = 0; i < program->definition_count; i++)
                collect(collector, program->definitions[i].clause, CARRIER_DEFINITION, program->definitions[i].name, i);
        for (uint32_t i = 0; i < program->parameter_count; i++)
                collect(collector, program->parameters[i].clause, CARRIER_PARAMETER, program->parameters[i].name, i);
        for (uint32_t i = 0; i < program->table_count; i++)
                collect(collector, program->tables[i].clause, CARRIER_TABLE, program->tables[i].name, i);
        for (uint32_t i = 0; i < program->fact_count; i++)
                collect(collector, program->facts[i].clause, CARRIER_FACT, program->facts[i].name, i);
        for (uint32_t i = 0; i < program->indicator_count; i++)
                collect(collector, program->indicators[i].clause, CARRIER_INDICATOR, program->indicators[i].name, i);
        for (uint32_t i = 0; i < program->target_count; i++)
                collect(collector, program->targets[i].clause, CARRIER_TARGET, program->targets[i].name, i);
        for (uint32_t i = 0; i < program->task_count; i++)
                collect(collector, program->tasks[i].clause, CARRIER_TASK, program->tasks[i].name, i);
        for (uint32_t i = 0; i < program->service_count; i++)
                collect(collector, program->services[i].clause, CARRIER_SERVICE, program->services[i].name, i);
        for (uint32_t i = 0; i < program->directory_count; i++)
                collect(collector, program->directories[i].clause, CARRIER_DIRECTORY, program->directories[i].name, i);
        for (uint32_t i = 0; i < program->report_count; i++)
                collect(collector, program->reports[i].clause, CARRIER_REPORT, program->reports[i].name, i);
}

static bool own_clause(const Pack *pack, uint32_t clause) {
        uint32_t file = pack->program.clauses[clause].at.file;
        return clause > 0 && file >= pack->own_file_first && file <= pack->own_file_last;
}

Coverage coverage_of(const Pack *pack, Arena *arena) {
        const Program *program = &pack->program;
        Collector collector = {
                .arena = arena,
                .program = program,
                .clauses = ARENA_NEW(arena, ClauseCoverage, program->clause_count),
                .capacities = ARENA_NEW(arena, uint32_t, program->clause_count),
        };
        collect_all(&collector);
        Coverage coverage = { .clauses = ARENA_NEW(arena, ClauseCoverage, program->clause_count),
                              .examples = program->example_count };
        for (uint32_t i = 0; i < program->clause_count; i++) {
                if (!own_clause(pack, i))
                        continue;
                collector.clauses[i].clause = i;
                coverage.clauses[coverage.clause_count++] = collector.clauses[i];
                coverage.carried += collector.clauses[i].carrier_count > 0;
        }
        return coverage;
}

static Str clause_document(const Pack *pack, uint32_t clause) {
        uint32_t document = pack->program.clauses[clause].document;
        return document == NONE ? pack->name : pack->program.documents[document].name;
}

static CoverageTotal *total_of(CoverageTotal *totals, uint32_t *count, Str document) {
        for (uint32_t i = 0; i < *count; i++)
                if (str_equal(totals[i].document, document))
                        return &totals[i];
        totals[*count].document = document;
        return &totals[(*count)++];
}

void coverage_count(const Pack *pack, const Coverage *coverage, Arena *arena, CoverageTotal **ret_totals, uint32_t *ret_count) {
        CoverageTotal *totals = ARENA_NEW(arena, CoverageTotal, coverage->clause_count + 1);
        uint32_t count = 0;
        for (uint32_t i = 0; i < coverage->clause_count; i++) {
                const ClauseCoverage *clause = &coverage->clauses[i];
                for (uint32_t k = 0; k < clause->carrier_count; k++) {
                        const Carrier *carrier = &clause->carriers[k];
                        CoverageCount *kind = &total_of(totals, &count, clause_document(pack, clause->clause))->kinds[carrier->kind];
                        kind->runs += carrier->waits.length == 0;
                        kind->waits += carrier->waits.length > 0;
                }
        }
        *ret_totals = totals;
        *ret_count = count;
}

/* Whose fact or definition it is: several entities may have one of the same name. */
static void print_owner(const Pack *pack, const Carrier *carrier, Buffer *out) {
        const Program *program = &pack->program;
        uint16_t entity = carrier->kind == CARRIER_FACT         ? program->facts[carrier->index].entity
                          : carrier->kind == CARRIER_DEFINITION ? program->definitions[carrier->index].entity
                                                                : ENTITY_NONE;
        if (entity != ENTITY_NONE)
                buffer_format(out, "%.*s.", STR_ARG(program->entities[entity].name));
}

static void print_clause(const Pack *pack, const ClauseCoverage *clause, Buffer *out) {
        Str title = pack_clause(pack, clause->clause);
        buffer_format(out, "%.*s\n", STR_ARG(title));
        if (clause->carrier_count == 0)
                buffer_add(out, STR("    （没有声明）\n"));
        for (uint32_t i = 0; i < clause->carrier_count; i++) {
                const Carrier *carrier = &clause->carriers[i];
                Str kind = carrier_text(carrier->kind);
                buffer_format(out, "    %.*s ", STR_ARG(kind));
                print_owner(pack, carrier, out);
                buffer_add(out, carrier->name);
                if (carrier->kind == CARRIER_POLICY || carrier->kind == CARRIER_SUPPLEMENT || carrier->kind == CARRIER_INDICATOR)
                        buffer_format(out, "（%u 例）", carrier->examples);
                if (carrier->waits.length > 0)
                        buffer_format(out, "（待后续：%.*s）", STR_ARG(carrier->waits));
                buffer_byte(out, '\n');
        }
}

void coverage_print(const Pack *pack, const Coverage *coverage, Buffer *out) {
        for (uint32_t i = 0; i < coverage->clause_count; i++)
                print_clause(pack, &coverage->clauses[i], out);
        buffer_format(out, "\n共 %u 个标题，其中 %u 个有声明；%u 个例子。\n", coverage->clause_count, coverage->carried,
                      coverage->examples);
}

/* A policy without a decidable condition: whom to ask. */
static bool is_card(const Pack *pack, const Carrier *carrier) {
        bool policy = carrier->kind == CARRIER_POLICY || carrier->kind == CARRIER_SUPPLEMENT;
        return policy && pack->program.policies[carrier->index].card.length > 0;
}

void coverage_json(const Pack *pack, const Coverage *coverage, Json *json) {
        json_open_array(json);
        for (uint32_t i = 0; i < coverage->clause_count; i++) {
                const ClauseCoverage *clause = &coverage->clauses[i];
                json_open_object(json);
                json_key(json, "clause");
                json_text(json, pack_clause(pack, clause->clause));
                json_key(json, "document");
                json_text(json, clause_document(pack, clause->clause));
                json_key(json, "carriers");
                json_open_array(json);
                for (uint32_t c = 0; c < clause->carrier_count; c++) {
                        json_open_object(json);
                        json_key(json, "kind");
                        json_text(json, carrier_text(clause->carriers[c].kind));
                        json_key(json, "name");
                        json_text(json, clause->carriers[c].name);
                        json_key(json, "waits");
                        json_text(json, clause->carriers[c].waits);
                        json_key(json, "examples");
                        json_int(json, clause->carriers[c].examples);
                        json_key(json, "card");
                        json_bool(json, is_card(pack, &clause->carriers[c]));
                        json_end(json);
                }
                json_end(json);
                json_end(json);
        }
        json_end(json);
}
