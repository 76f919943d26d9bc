/* Writes a finished world into the transaction that is open: records with a batch for each table, then what stands beside them. */
#include "insight/demo_inside.h"

#define CHUNK 5000
#define LOAD_LEAST 1000                  /* rows for which making the indexes afterwards pays */
#define SCRATCH ((size_t) 1 << 30)
#define BATCH_NAME "示范"

/* ---- records ----------------------------------------------------------------------------------------------------- */

typedef struct Writer {
        const World   *world;
        const DemoOptions *options;
        const int64_t *first_ids;        /* by table */
        Change         change;
} Writer;

static Cell cell_of(const Writer *writer, const WorldTable *table, uint32_t row, uint32_t at, Arena *arena) {
        const RecordField *field = &table->table->fields[at];
        int64_t cell = world_cell(writer->world, (uint32_t) (table - writer->world->tables), row, at);
        if (field->kind == FIELD_TRUTH)
                return cell == TRUTH_UNKNOWN ? cell_null() : cell_integer(cell == TRUTH_YES);
        if (cell == UNKNOWN)
                return cell_null();
        if (field->kind == FIELD_LINK)
                return cell_integer(writer->first_ids[world_table_of(writer->world, field->partner)] + cell);
        if (field->kind != FIELD_TEXT)
                return cell_integer(cell);
        Str text = demo_text(writer->world, table, row, at, arena);
        return text.length ? cell_text(text) : cell_null();
}

static Rc write_rows(const Writer *writer, const WorldTable *table, uint32_t from, uint32_t count) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(SCRATCH);
        Record *records = ARENA_NEW(arena, Record, count);
        int64_t first = writer->first_ids[table - writer->world->tables];
        for (uint32_t i = 0; i < count; i++) {
                uint32_t row = from + i;
                unsigned long long number = writer->options->first_number + row;
                records[i] = (Record){
                        .id = first + row, .cells = ARENA_NEW(arena, Cell, table->width + 1), .key = str_format(arena, "SF%08llu", number),
                };
                for (uint32_t at = 0; at < table->width; at++)
                        records[i].cells[at] = cell_of(writer, table, row, at, arena);
        }
        return record_insert_many(writer->world->plan->database, table->table, &writer->change, records, count, NULL);
}

static Rc write_table(Writer *writer, const WorldTable *table) {
        const Plan *plan = writer->world->plan;
        const Change *change = &writer->change;
        Statement *statement;
        writer->change.batch = record_new_ids(1);
        Cell batch[] = { cell_text(plan->city), cell_integer(change->batch), cell_text(table->table->name), cell_text(STR(BATCH_NAME)),
                         cell_integer(change->at), cell_text(change->actor), cell_integer(table->count), cell_integer(0), cell_integer(0) };
        bool loading = false;
        Rc rc = database_named(plan->database, SQL_BATCH_ADD, &statement);
        if (rc == RC_OK)
                rc = statement_run(statement, batch, ARRAY_LENGTH(batch), NULL);
        if (rc == RC_OK && table->count >= LOAD_LEAST)
                rc = table_begin_load(plan->database, table->table, &loading);
        for (uint32_t from = 0; rc == RC_OK && from < table->count; from += CHUNK)
                rc = write_rows(writer, table, from, table->count - from < CHUNK ? table->count - from : CHUNK);
        if (rc == RC_OK && loading)
                rc = table_end_load(plan->database, table->table);
        return rc == RC_OK ? record_changed(plan->database, plan->city, table->table) : rc;
}

Rc world_write(const World *world, const DemoOptions *options, const Change *change, DemoResult *result) {
        Database *database = world->plan->database;
        int64_t *first_ids = ARENA_NEW(world->arena, int64_t, world->table_count + 1);
        Writer writer = { .world = world, .options = options, .first_ids = first_ids, .change = *change };
        Statement *statement;
        uint64_t most = 0;
        for (uint32_t i = 0; i < world->table_count; i++) {
                first_ids[i] = world->tables[i].count ? record_new_ids(world->tables[i].count) : 0;
                result->records += world->tables[i].count;
                most = world->tables[i].count > most ? world->tables[i].count : most;
        }
        result->next_number = options->first_number + most;
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < world->table_count; i++)
                rc = world->tables[i].count ? write_table(&writer, &world->tables[i]) : RC_OK;
        /* without figures of how many rows there are a database may go through a whole table for every row of another */
        if (rc == RC_OK)
                rc = database_named(database, SQL_ANALYZE, &statement);
        return rc == RC_OK ? statement_run(statement, NULL, 0, NULL) : rc;
}

/* ---- figures that units report --------------------------------------------------------------------------------------- */

#define REPORTED_MONTHS 24
#define PERMILLE 1000

/* What a period comes to, for the whole city. */
typedef struct Reporting {
        World           *world;
        const Indicator *indicator;
        const Target    *target;         /* or NULL */
        int64_t          yearly;         /* promised for a year, or the promise itself where it does not add up; UNKNOWN */
        uint64_t         hash;
} Reporting;

static int64_t months_of(Period period) {
        return (period.last - period.first + 15) / 30;
}

static int64_t reported_value(const Reporting *reporting, Period period) {
        const Program *program = reporting->world->program;
        bool percent = program->units[reporting->indicator->type.unit].percent;
        int64_t one = kernel_power_of_ten(reporting->indicator->type.scale), value = reporting->yearly;
        int64_t jitter = world_between(reporting->world, 900, 1100), share = 750 + (int64_t) (reporting->hash % 450);
        bool most = reporting->target && reporting->target->requirement == REQUIRE_AT_MOST;
        if (value == UNKNOWN)
                value = percent ? one * 3 / 100 : (200 + (int64_t) (reporting->hash % 1500)) * one;
        else if (most)
                share = 700 + (int64_t) (reporting->hash % 280);
        if (!indicator_adds_up(program, reporting->indicator))
                return (int64_t) ((__int128) value * (most ? share : 1000) * jitter / PERMILLE / PERMILLE);
        return (int64_t) ((__int128) value * months_of(period) * share * jitter / 12 / PERMILLE / PERMILLE);
}

/* Some units are late with the last figure, and now and then one is missing. */
static bool is_missing(const Reporting *reporting, Period period, Period latest, int64_t county) {
        uint64_t drawn = world_draw(reporting->world);
        if (period.first == latest.first)
                return county >= 0 ? drawn % 4 == 0 : reporting->hash % 3 == 0;
        return drawn % 29 == 0 && county >= 0;
}

static Rc report_period(const Reporting *reporting, Period period, Period latest, const Change *change, DemoResult *result) {
        const World *world = reporting->world;
        bool split = reporting->indicator->by_county && world->plan->counties != NONE &&
                     indicator_adds_up(world->program, reporting->indicator);
        uint32_t counties = split ? world->program->enumerations[world->plan->counties].member_count : 0, sum = 0;
        FigureSource source = reporting->indicator->source == SOURCE_IMPORTED ? FIGURE_IMPORTED : FIGURE_REPORTED;
        int64_t value = reported_value(reporting, period);
        Rc rc = RC_OK;
        for (uint32_t i = 0; i < counties; i++)
                sum += demo_weight(i);
        for (int64_t county = split ? 0 : -1; rc == RC_OK && county < counties; county++) {
                int64_t own = split ? (int64_t) ((__int128) value * demo_weight((uint32_t) county) / sum) : value;
                if (is_missing(reporting, period, latest, county))
                        continue;
                FigureReport report = {
                        .indicator = (uint32_t) (reporting->indicator - world->program->indicators), .period = period, .county = county,
                        .value = own, .evidence = STR("示范数据"),
                };
                rc = ledger_add(world->plan, &report, 0, source, change);
                result->figures += rc == RC_OK;
        }
        return rc;
}

/* The promise of an indicator's target for a year. */
static int64_t yearly_promise(World *world, const Board *board, uint32_t indicator, const Target **ret_target) {
        for (uint32_t i = 0; i < board->state_count; i++) {
                const TargetState *state = &board->states[i];
                if (state->target->indicator != indicator || state->target->growth || state->promise == UNKNOWN)
                        continue;
                *ret_target = state->target;
                bool adds_up = indicator_adds_up(world->program, &world->program->indicators[indicator]);
                int64_t months = months_of(state->period);
                return adds_up && months ? (int64_t) ((__int128) state->promise * 12 / months) : state->promise;
        }
        return UNKNOWN;
}

static Rc report_indicator(World *world, uint32_t index, const Board *boards, const Change *change, DemoResult *result) {
        const Indicator *indicator = &world->program->indicators[index];
        Reporting reporting = {
                .world = world, .indicator = indicator, .yearly = UNKNOWN, .hash = demo_hash(world->random, indicator->name),
        };
        for (uint32_t i = 0; reporting.yearly == UNKNOWN && i < world->program->document_count; i++)
                reporting.yearly = yearly_promise(world, &boards[i], index, &reporting.target);
        Cycle cycle = indicator->cycle == CYCLE_NONE ? CYCLE_MONTH : indicator->cycle;
        Period period = period_of(cycle, date_add_months(world->day, -REPORTED_MONTHS)), latest = period_of(cycle, world->day);
        if (latest.last > world->day)
                latest = period_before(cycle, latest);
        Rc rc = RC_OK;
        for (; rc == RC_OK && period.last <= world->day; period = period_next(cycle, period))
                rc = report_period(&reporting, period, latest, change, result);
        return rc;
}

Rc demo_figures(World *world, const Board *boards, const Change *change, DemoResult *result) {
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < world->program->indicator_count; i++)
                if (world->program->indicators[i].source != SOURCE_COMPUTED)
                        rc = report_indicator(world, i, boards, change, result);
        return rc;
}

/* ---- splits and orders ------------------------------------------------------------------------------------------------ */

static Rc split_target(World *world, const TargetState *state, const Change *change) {
        uint32_t counties = world->program->enumerations[world->plan->counties].member_count, sum = 0;
        int64_t *values = ARENA_NEW(world->arena, int64_t, counties + 1), given = 0;
        Str why;
        for (uint32_t i = 0; i < counties; i++)
                sum += demo_weight(i);
        for (uint32_t i = 0; i < counties; i++) {
                values[i] = i + 1 == counties ? state->promise - given : (int64_t) ((__int128) state->promise * demo_weight(i) / sum);
                given += values[i];
        }
        return target_split(world->plan, (uint32_t) (state->target - world->program->targets),
                            date_to_civil(state->period.last).year, values, change, world->arena, &why);
}

Rc demo_splits(World *world, const Board *boards, const Change *change) {
        const Program *program = world->program;
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < program->document_count; i++)
                for (uint32_t j = 0; rc == RC_OK && j < boards[i].state_count && world->plan->counties != NONE; j++) {
                        const TargetState *state = &boards[i].states[j];
                        const Indicator *indicator = &program->indicators[state->target->indicator];
                        bool amount = !indicator->ratio && !program->units[indicator->type.unit].percent && !state->target->growth;
                        if (state->target->split && amount && !state->target->each_county && state->promise != UNKNOWN)
                                rc = split_target(world, state, change);
                }
        return rc;
}

#define ORDERED_MOST 12
#define SECONDS_A_DAY 86400

static Rc order_target(World *world, const Target *target, uint32_t number, const Change *change, DemoResult *result) {
        static const struct {
                OrderAction action;
                int32_t     days;        /* before the day */
                const char *text;
        } lines[] = {
                { ORDER_DISPATCH, 40, "进度落后，请查明原因，报追赶计划。" },
                { ORDER_RETURN, 30, "已排出分月计划，逐县区跟进。" },
                { ORDER_REMIND, 8, "上月仍未赶上，请在十天内回复。" },
        };
        Rc rc = RC_OK;
        for (size_t i = 0; rc == RC_OK && i < ARRAY_LENGTH(lines); i++) {
                Change then = *change;
                Order order = {
                        .county = -1, .subject = target->name, .action = lines[i].action, .text = str_from(lines[i].text),
                        .due = DATE_MAX, .unit = target->lead.length ? target->lead : STR("牵头单位"),
                        .evidence = lines[i].action == ORDER_RETURN ? STR("示范数据") : (Str){ 0 },
                };
                then.at = (int64_t) (world->day - lines[i].days) * SECONDS_A_DAY + 9 * 3600 + number * 60;
                if (lines[i].action != ORDER_RETURN)
                        order.due = world->day - lines[i].days + 15;
                if (i > 0 && number % 3 == 2)    /* not everybody has answered yet */
                        continue;
                rc = order_add(world->plan, &order, &then);
                result->orders += rc == RC_OK;
        }
        return rc;
}

Rc demo_orders(World *world, const Board *boards, const Change *change, DemoResult *result) {
        uint32_t ordered = 0;
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < world->program->document_count; i++)
                for (uint32_t j = 0; rc == RC_OK && j < boards[i].state_count && ordered < ORDERED_MOST; j++)
                        if (boards[i].states[j].lamp == LAMP_RED)
                                rc = order_target(world, boards[i].states[j].target, ordered++, change, result);
        return rc;
}
