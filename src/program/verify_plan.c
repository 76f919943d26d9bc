/* The verifier's part for indicators, targets, tasks, service items, directories and reports. Their steps are
 * references like all others (reference.c); here stand the indices and enumerations. */
#include "program/verify.h"

static bool measure_counts(const Program *program, const Measure *measure) {
        return measure->entity < program->entity_count && measure->kind <= MEASURE_SUM &&
               (measure->kind == MEASURE_SUM) == (measure->value != NONE) &&
               (measure->kind == MEASURE_DISTINCT) == (measure->distinct != NONE);
}

/* Of an indicator that is not computed, and the divisor of one that is no ratio. */
static bool measure_is_empty(const Measure *measure) {
        return measure->entity == ENTITY_NONE && measure->kind == MEASURE_COUNT && measure->where == NONE && measure->dated == NONE &&
               measure->rest == NONE && measure->value == NONE && measure->distinct == NONE;
}

static bool check_indicator(Checker *checker, uint32_t at) {
        const Program *program = checker->program;
        const Indicator *indicator = &program->indicators[at];
        bool computed = indicator->source == SOURCE_COMPUTED;
        REQUIRE(checker, indicator->type.kind == TYPE_NUMBER && checker_type(checker, indicator->type), "indicator %u is no number", at);
        REQUIRE(checker, indicator->source <= SOURCE_IMPORTED && indicator->cycle <= CYCLE_YEAR && indicator->finest <= CYCLE_YEAR &&
                                 indicator->finest != CYCLE_NONE && (indicator->cycle == CYCLE_NONE) == computed,
                "indicator %u has no cycle", at);
        REQUIRE(checker, computed ? measure_counts(program, &indicator->measure) : measure_is_empty(&indicator->measure),
                "indicator %u counts nothing", at);
        bool ratio = computed && indicator->ratio;
        REQUIRE(checker, ratio ? measure_counts(program, &indicator->divisor) : measure_is_empty(&indicator->divisor),
                "indicator %u is divided by nothing", at);
        REQUIRE(checker, indicator->same_as == NONE || (indicator->same_as < program->indicator_count && indicator->same_as != at),
                "indicator %u is the same as none", at);
        REQUIRE(checker, checker_clause(checker, indicator->clause), "indicator %u has no clause", at);
        return true;
}

static bool check_target(Checker *checker, uint32_t at) {
        const Program *program = checker->program;
        const Target *target = &program->targets[at];
        REQUIRE(checker, target->indicator < program->indicator_count, "target %u has no indicator", at);
        REQUIRE(checker, target->requirement <= REQUIRE_STRIVE && target->period <= PERIOD_UNSTATED, "target %u is judged by nothing", at);
        REQUIRE(checker, target->from >= DATE_MIN && target->from <= target->to && target->to <= DATE_MAX, "target %u has no period", at);
        REQUIRE(checker, target->partners || target->partner_count == 0, "target %u has no partners", at);
        REQUIRE(checker, checker_clause(checker, target->clause), "target %u has no clause", at);
        return true;
}

static bool entity_or_none(const Program *program, uint16_t entity) {
        return entity == ENTITY_NONE || entity < program->entity_count;
}

static bool check_task(Checker *checker, uint32_t at) {
        const Task *task = &checker->program->tasks[at];
        REQUIRE(checker, entity_or_none(checker->program, task->entity) && task->cycle <= CYCLE_YEAR, "task %u has no records", at);
        REQUIRE(checker, task->due >= DATE_MIN && task->due <= DATE_MAX, "task %u is due on no date", at);
        REQUIRE(checker, task->partners || task->partner_count == 0, "task %u has no partners", at);
        REQUIRE(checker, checker_clause(checker, task->clause), "task %u has no clause", at);
        return true;
}

static bool check_service(Checker *checker, uint32_t at) {
        const Program *program = checker->program;
        const ServiceItem *service = &program->services[at];
        REQUIRE(checker, entity_or_none(program, service->entity) && entity_or_none(program, service->records),
                "service %u is about no entity", at);
        REQUIRE(checker, service->policy == NONE || service->policy < program->policy_count, "service %u carries out no policy", at);
        REQUIRE(checker, (service->materials || service->material_count == 0) && (service->steps || service->step_count == 0),
                "service %u lacks an array", at);
        REQUIRE(checker, checker_clause(checker, service->clause), "service %u has no clause", at);
        return true;
}

static bool facts_of(const Program *program, uint16_t entity, const uint32_t *facts, uint32_t count) {
        for (uint32_t i = 0; i < count; i++)
                if (facts[i] >= program->fact_count || program->facts[facts[i]].entity != entity || program->facts[facts[i]].sensitive)
                        return false;
        return facts || count == 0;
}

static bool check_directory(Checker *checker, uint32_t at) {
        const Program *program = checker->program;
        const Directory *directory = &program->directories[at];
        REQUIRE(checker, directory->entity < program->entity_count, "directory %u has no entity", at);
        REQUIRE(checker, facts_of(program, directory->entity, directory->columns, directory->column_count) &&
                                 facts_of(program, directory->entity, directory->filters, directory->filter_count),
                "directory %u shows what it must not", at);
        for (uint32_t i = 0; i < directory->filter_count; i++)
                REQUIRE(checker, program->facts[directory->filters[i]].type.kind == TYPE_CODE, "directory %u filters by no code", at);
        REQUIRE(checker, checker_clause(checker, directory->clause), "directory %u has no clause", at);
        return true;
}

static bool piece_is_bound(const Program *program, const ReportPiece *piece) {
        switch (piece->part) {
        case PART_TEXT:
        case PART_PERIOD:
                return true;
        case PART_VALUE:
        case PART_TOTAL:
        case PART_GROWTH:
        case PART_MOST:
        case PART_LEAST:
                return piece->index < program->indicator_count;
        case PART_PROGRESS:
        case PART_REQUIREMENT:
        case PART_LAMP:
                return piece->index < program->target_count;
        }
        return false;
}

static bool check_report(Checker *checker, uint32_t at) {
        const Report *report = &checker->program->reports[at];
        REQUIRE(checker, report->cycle > CYCLE_NONE && report->cycle <= CYCLE_YEAR, "report %u has no cycle", at);
        REQUIRE(checker, report->paragraphs || report->paragraph_count == 0, "report %u has no paragraphs", at);
        for (uint32_t i = 0; i < report->paragraph_count; i++) {
                const ReportParagraph *paragraph = &report->paragraphs[i];
                REQUIRE(checker, paragraph->pieces || paragraph->piece_count == 0, "report %u has no pieces", at);
                for (uint32_t k = 0; k < paragraph->piece_count; k++)
                        REQUIRE(checker, piece_is_bound(checker->program, &paragraph->pieces[k]), "report %u names nothing", at);
        }
        REQUIRE(checker, checker_clause(checker, report->clause), "report %u has no clause", at);
        return true;
}

bool checker_plan(Checker *checker) {
        const Program *program = checker->program;
        const struct {
                bool   (*check)(Checker *checker, uint32_t at);
                uint32_t count;
        } checks[] = {
                { check_indicator, program->indicator_count }, { check_target, program->target_count },
                { check_task, program->task_count },           { check_service, program->service_count },
                { check_directory, program->directory_count }, { check_report, program->report_count },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(checks); i++)
                for (uint32_t k = 0; k < checks[i].count; k++)
                        if (!checks[i].check(checker, k))
                                return false;
        return true;
}
