/* The rows of a demonstration while they are made, and what a step says about one of them. */
#include "insight/demo_inside.h"

#include <string.h>

#define CHUNK 4096

/* ---- chance ---------------------------------------------------------------------------------------------- */

static uint64_t mixed(uint64_t bits) {
        bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
        bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
        return bits ^ bits >> 31;
}

uint64_t demo_hash(uint64_t seed, Str text) {
        return mixed(str_hash(text) ^ mixed(seed + 0x9e3779b97f4a7c15u));
}

uint64_t world_draw(World *world) {
        return mixed(world->random += 0x9e3779b97f4a7c15u);
}

int64_t world_between(World *world, int64_t low, int64_t high) {
        MUST(low <= high);
        uint64_t span = (uint64_t) high - (uint64_t) low + 1, drawn = world_draw(world);
        return (int64_t) ((uint64_t) low + (span ? drawn % span : drawn));
}

bool world_chance(World *world, uint32_t percent) {
        return world_draw(world) % 100 < percent;
}

uint32_t demo_weight(uint32_t index) {
        static const uint32_t weights[] = { 10, 7, 8, 9, 5, 4, 6, 6, 5, 7, 6, 4, 3, 3 };
        return weights[index % ARRAY_LENGTH(weights)];
}

uint32_t demo_season(int32_t month) {
        static const uint32_t season[] = { 80, 55, 120, 110, 105, 125, 120, 95, 115, 100, 95, 80 };
        return season[month - 1];
}

/* ---- rows ------------------------------------------------------------------------------------------------ */

uint32_t world_table_of(const World *world, uint16_t entity) {
        return entity == ENTITY_NONE ? NONE : world->model->table_of[entity];
}

static int64_t *cell_at(const World *world, uint32_t table, uint32_t row, uint32_t field) {
        const WorldTable *known = &world->tables[table];
        return &known->cells[row / CHUNK][(size_t) (row % CHUNK) * known->width + field];
}

static uint8_t *pin_at(const World *world, uint32_t table, uint32_t row, uint32_t field) {
        const WorldTable *known = &world->tables[table];
        return &known->pinned[row / CHUNK][(size_t) (row % CHUNK) * (known->width + 1) + field];
}

static int64_t nothing_of(const RecordField *field) {
        return field->kind == FIELD_TRUTH ? TRUTH_UNKNOWN : UNKNOWN;
}

static void add_chunk(World *world, WorldTable *table) {
        if (table->chunks == table->capacity) {
                uint32_t capacity = table->capacity ? table->capacity * 2 : 16;
                int64_t **cells = ARENA_NEW(world->arena, int64_t *, capacity);
                uint8_t **pinned = ARENA_NEW(world->arena, uint8_t *, capacity);
                for (uint32_t i = 0; i < table->chunks; i++) {
                        cells[i] = table->cells[i];
                        pinned[i] = table->pinned[i];
                }
                table->cells = cells;
                table->pinned = pinned;
                table->capacity = capacity;
        }
        table->cells[table->chunks] = ARENA_NEW(world->arena, int64_t, (size_t) CHUNK * table->width + 1);
        table->pinned[table->chunks++] = ARENA_NEW(world->arena, uint8_t, (size_t) CHUNK * (table->width + 1));
}

uint32_t world_add(World *world, uint32_t table) {
        WorldTable *known = &world->tables[table];
        uint32_t row = known->count++;
        if (row / CHUNK == known->chunks)
                add_chunk(world, known);
        for (uint32_t i = 0; i < known->width; i++)
                *cell_at(world, table, row, i) = nothing_of(&known->table->fields[i]);
        return row;
}

int64_t world_cell(const World *world, uint32_t table, uint32_t row, uint32_t field) {
        return *cell_at(world, table, row, field);
}

bool world_is_pinned(const World *world, uint32_t table, uint32_t row, uint32_t field) {
        return (*pin_at(world, table, row, field) & 1) != 0;
}

/* ---- members --------------------------------------------------------------------------------------------- */

static uint32_t *grown(Arena *arena, uint32_t *old, uint32_t *capacity, uint32_t wanted) {
        if (wanted < *capacity)
                return old;
        uint32_t larger = wanted < 1024 ? 2048 : wanted * 2;
        uint32_t *new = ARENA_NEW(arena, uint32_t, larger);
        for (uint32_t i = 0; i < larger; i++)
                new[i] = i < *capacity ? old[i] : NONE;
        *capacity = larger;
        return new;
}

static void member_move(World *world, uint32_t link, uint32_t child, int64_t from, int64_t to) {
        WorldMembers *members = &world->members[link];
        if (from != UNKNOWN) {
                uint32_t *at = &members->head[from];
                while (*at != child)
                        at = &members->next[*at];
                *at = members->next[child];
        }
        if (to == UNKNOWN)
                return;
        members->next = grown(world->arena, members->next, &members->next_capacity, child);
        members->head = grown(world->arena, members->head, &members->head_capacity, (uint32_t) to);
        members->next[child] = members->head[to];
        members->head[to] = child;
}

static void put(World *world, uint32_t table, uint32_t row, uint32_t field, int64_t cell, uint8_t pinned) {
        int64_t *at = cell_at(world, table, row, field);
        uint32_t link = world->tables[table].table->fields[field].link;
        if (link != NONE && world->members[link].watched && *at != cell)
                member_move(world, link, row, *at, cell);
        *at = cell;
        *pin_at(world, table, row, field) = pinned;
}

void world_set(World *world, uint32_t table, uint32_t row, uint32_t field, int64_t cell, bool pin) {
        uint8_t pinned = *pin_at(world, table, row, field);
        *ARENA_PUSH(world->arena, world->changes, world->change_count, world->change_capacity) =
                (WorldChange){ table, row, field, *cell_at(world, table, row, field), pinned };
        put(world, table, row, field, cell, (uint8_t) (pinned | pin));
}

bool world_take_unfilled(World *world, uint32_t table, uint32_t row) {
        uint8_t *mark = pin_at(world, table, row, world->tables[table].width);
        bool unfilled = *mark == 0;
        *mark = 1;
        return unfilled;
}

void world_keep(World *world) {
        world->change_count = 0;
}

void world_undo(World *world, uint32_t mark) {
        while (world->change_count > mark) {
                const WorldChange *change = &world->changes[--world->change_count];
                put(world, change->table, change->row, change->field, change->cell, change->pinned);
        }
}

/* ---- values ---------------------------------------------------------------------------------------------- */

static int64_t fact_value(const World *world, const Step *step, uint32_t row) {
        uint32_t field = world->field_of_fact[step->aux], table = world_table_of(world, step->entity);
        return field == NONE ? type_unknown(step->type) : *cell_at(world, table, row, field);
}

static int64_t link_partner(const World *world, const Step *step, uint32_t row) {
        uint32_t field = world->field_of_link[step->aux], table = world_table_of(world, step->entity);
        return field == NONE ? UNKNOWN : *cell_at(world, table, row, field);
}

static int64_t gather_value(const World *world, const Step *step, uint32_t row) {
        int64_t partner = link_partner(world, step, row);
        return partner == UNKNOWN ? type_unknown(step->type) : world_value(world, step->a, (uint32_t) partner);
}

static uint32_t first_member(const World *world, uint32_t link, uint32_t row) {
        const WorldMembers *members = &world->members[link];
        return members->watched && row < members->head_capacity ? members->head[row] : NONE;
}

static int64_t truth_of_members(const World *world, const Step *step, uint32_t row, int64_t deciding) {
        bool unknown = !world->program->links[step->aux].complete, any = false;
        for (uint32_t child = first_member(world, step->aux, row); child != NONE; child = world->members[step->aux].next[child]) {
                int64_t truth = world_value(world, step->a, child);
                if (truth == deciding)
                        return deciding;
                unknown = unknown || truth == TRUTH_UNKNOWN;
                any = true;
        }
        return unknown ? TRUTH_UNKNOWN : any ? 2 - deciding : TRUTH_NO;
}

/* Counts and sums; largest, smallest and different values do not occur in what is made here. */
static int64_t sum_of_members(const World *world, const Step *step, uint32_t row) {
        int64_t sum = 0;
        if (!world->program->links[step->aux].complete || (step->op != OP_COUNT && step->op != OP_SUM))
                return UNKNOWN;
        for (uint32_t child = first_member(world, step->aux, row); child != NONE; child = world->members[step->aux].next[child]) {
                int64_t counts = world_value(world, step->a, child);
                int64_t value = counts != TRUTH_YES ? 0 : step->op == OP_COUNT ? 1 : world_value(world, step->b, child);
                if (counts == TRUTH_UNKNOWN || value == UNKNOWN)
                        return UNKNOWN;
                sum += value;
        }
        return sum;
}

typedef struct Operands {
        int64_t a, b, c;
} Operands;

static int64_t leaf_value(const World *world, const Step *step, uint32_t row, Operands of) {
        int64_t cell;
        switch (step->op) {
        case OP_FACT:
                return fact_value(world, step, row);
        case OP_LINK:
                return link_partner(world, step, row);
        case OP_CONSTANT:
                return step->imm;
        case OP_BASE_DATE:
                return world->last;
        case OP_APPLY_DATE:
                return world->first;
        case OP_PARAMETER:
                cell = of.a == UNKNOWN ? UNKNOWN : parameter_at(&world->program->parameters[step->aux], of.a, NULL);
                return cell == UNKNOWN ? type_unknown(step->type) : cell;
        case OP_TABLE:
                cell = table_at(world->program, &world->program->tables[step->aux], of.a, of.b, of.c);
                return cell == UNKNOWN ? type_unknown(step->type) : cell;
        case OP_GATHER:
                return gather_value(world, step, row);
        case OP_ANY:
                return truth_of_members(world, step, row, TRUTH_YES);
        case OP_ALL:
                return truth_of_members(world, step, row, TRUTH_NO);
        case OP_COUNT: case OP_SUM: case OP_LARGEST: case OP_SMALLEST: case OP_COUNT_DISTINCT:
                return sum_of_members(world, step, row);
#define STRICT1(id, ...) case OP_##id:
#define STRICT2(id, ...) case OP_##id:
#define STRICT3(id, ...) case OP_##id:
#define COMPARE(id, ...) case OP_##id:
#define LOGIC1(id, ...) case OP_##id:
#define LOGIC2(id, ...) case OP_##id:
#define CHOOSE(id, ...) case OP_##id:
#include "program/ops.def"
        case OP_TOTAL:
                break;
        }
        MUST(false);
        return UNKNOWN;
}

static int64_t operation_value(const World *world, const Step *step, uint32_t row, Operands of) {
        int64_t a = of.a, b = of.b, c = of.c, imm = step->imm, none = type_unknown(step->type);
        switch (step->op) {
#define LEAF(id, ...) case OP_##id: return leaf_value(world, step, row, of);
#define CROSS(id, ...) case OP_##id: return leaf_value(world, step, row, of);
#define STRICT1(id, name, kernel, ...) case OP_##id: return a == UNKNOWN ? UNKNOWN : (kernel);
#define STRICT2(id, name, kernel, ...) case OP_##id: return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : (kernel);
#define STRICT3(id, name, kernel, ...) case OP_##id: return a == UNKNOWN || b == UNKNOWN || c == UNKNOWN ? UNKNOWN : (kernel);
#define COMPARE(id, name, holds, ...) \
        case OP_##id: return a == UNKNOWN || b == UNKNOWN ? TRUTH_UNKNOWN : (holds) ? TRUTH_YES : TRUTH_NO;
#define LOGIC1(id, name, kernel, ...) case OP_##id: return kernel;
#define LOGIC2(id, name, kernel, ...) case OP_##id: return kernel;
#include "program/ops.def"
        case OP_TOTAL:
                break;
        case OP_BETWEEN:
                return kernel_BETWEEN(a, b, c);
        case OP_IN_SET:
                return kernel_IN_SET(a, imm);
        case OP_SELECT:
                return kernel_SELECT(a, b, c, none);
        case OP_DEFAULT:
                return kernel_DEFAULT(a, b, none);
        case OP_KNOWN:
                return kernel_KNOWN(a, type_unknown(world->program->steps[step->a].type));
        }
        return none;
}

int64_t world_value(const World *world, uint32_t index, uint32_t row) {
        const Step *step = &world->program->steps[index];
        Operands of = { 0, 0, 0 };
        if (op_class(step->op) == CLASS_CROSS)
                return leaf_value(world, step, row, of);
        if (step->a != NONE)
                of.a = world_value(world, step->a, row);
        if (step->op == OP_AND && of.a == TRUTH_NO)
                return TRUTH_NO;
        if (step->b != NONE)
                of.b = world_value(world, step->b, row);
        if (step->c != NONE)
                of.c = world_value(world, step->c, row);
        return operation_value(world, step, row, of);
}

int64_t world_county(const World *world, uint32_t table, uint32_t row) {
        uint32_t step = world->tables[table].county;
        int64_t county = step == NONE ? UNKNOWN : world_value(world, step, row);
        return county == UNKNOWN ? -1 : county;
}

/* ---- what the indicators look at ------------------------------------------------------------------------- */

/* Notes what a condition reads: facts, members of enumerations that it names, links whose lists it goes through. */
static void note_step(World *world, uint32_t index, bool *seen) {
        const Step *step = &world->program->steps[index];
        if (seen[index])
                return;
        seen[index] = true;
        if (step->op == OP_FACT)
                world->steered[step->aux] = true;
        if (op_class(step->op) == CLASS_CROSS && step->op != OP_GATHER)
                world->members[step->aux].watched = true;
        const uint32_t operands[] = { step->a, step->b, step->c };
        for (size_t i = 0; i < ARRAY_LENGTH(operands); i++)
                if (operands[i] != NONE)
                        note_step(world, operands[i], seen);
}

/* A code compared with a member or a set of members: the fact behind it, also behind a link. */
static const Step *code_fact(const Program *program, uint32_t index) {
        const Step *step = &program->steps[index];
        while (step->op == OP_GATHER || step->op == OP_DEFAULT)
                step = &program->steps[step->a];
        return step->op == OP_FACT && step->type.kind == TYPE_CODE ? step : NULL;
}

static void list_members(World *world, uint32_t index) {
        const Program *program = world->program;
        const Step *step = &program->steps[index];
        bool set = step->op == OP_IN_SET;
        if (!set && step->op != OP_EQUAL)
                return;
        const Step *fact = code_fact(program, step->a), *other = set ? NULL : &program->steps[step->b];
        if (!set && !fact) {
                fact = code_fact(program, step->b);
                other = &program->steps[step->a];
        }
        if (!fact || (other && other->op != OP_CONSTANT))
                return;
        uint32_t count = program->enumerations[fact->type.of].member_count;
        if (world->listed[fact->aux] == NULL)
                world->listed[fact->aux] = ARENA_NEW(world->arena, uint32_t, count + 1);
        for (uint32_t member = 0; member < count && member < 64; member++)
                world->listed[fact->aux][member] += set ? ((uint64_t) step->imm >> member & 1) != 0 : other->imm == member;
}

static void note_measure(World *world, const Measure *measure) {
        bool *seen = ARENA_NEW(world->arena, bool, world->program->step_count);
        const uint32_t roots[] = { measure->where, measure->value };
        for (size_t i = 0; i < ARRAY_LENGTH(roots); i++)
                if (roots[i] != NONE)
                        note_step(world, roots[i], seen);
        if (measure->kind == MEASURE_DISTINCT && world->program->steps[measure->distinct].op == OP_FACT)
                world->keyed[world->program->steps[measure->distinct].aux] = true;
        for (uint32_t i = 0; i < world->program->step_count; i++)
                if (seen[i])
                        list_members(world, i);
}

static void note_indicators(World *world) {
        const Program *program = world->program;
        for (uint32_t i = 0; i < program->indicator_count; i++) {
                const Indicator *indicator = &program->indicators[i];
                if (indicator->source != SOURCE_COMPUTED)
                        continue;
                note_measure(world, &indicator->measure);
                if (indicator->ratio)
                        note_measure(world, &indicator->divisor);
        }
        for (uint32_t i = 0; i < program->step_count; i++)
                if (program->steps[i].op == OP_DEFAULT && program->steps[program->steps[i].a].op == OP_FACT)
                        world->defaulted[program->steps[program->steps[i].a].aux] = true;
}

/* ---- the world ------------------------------------------------------------------------------------------- */

static void place_fields(World *world, const RecordTable *table) {
        for (uint32_t i = 0; i < table->field_count; i++) {
                const RecordField *field = &table->fields[i];
                if (field->fact != NONE)
                        world->field_of_fact[field->fact] = i;
                if (field->link != NONE)
                        world->field_of_link[field->link] = i;
        }
}

static bool is_event(const RecordTable *table) {
        for (uint32_t i = 0; i < table->field_count; i++)
                if (table->fields[i].kind == FIELD_DATE && table->fields[i].required)
                        return true;
        return false;
}

World *world_new(const Plan *plan, const DemoOptions *options, Arena *arena) {
        const Program *program = plan->model->program;
        World *world = ARENA_NEW(arena, World, 1);
        *world = (World){
                .plan = plan, .program = program, .model = plan->model, .arena = arena, .day = options->day, .first = options->day,
                .last = options->day, .random = demo_hash(options->seed, plan->city), .table_count = plan->model->table_count,
                .tables = ARENA_NEW(arena, WorldTable, plan->model->table_count + 1),
                .field_of_fact = ARENA_NEW(arena, uint32_t, program->fact_count + 1),
                .field_of_link = ARENA_NEW(arena, uint32_t, program->link_count + 1),
                .members = ARENA_NEW(arena, WorldMembers, program->link_count + 1),
                .listed = ARENA_NEW(arena, uint32_t *, program->fact_count + 1), .steered = ARENA_NEW(arena, bool, program->fact_count + 1),
                .keyed = ARENA_NEW(arena, bool, program->fact_count + 1), .defaulted = ARENA_NEW(arena, bool, program->fact_count + 1),
        };
        memset(world->field_of_fact, 0xff, sizeof(uint32_t) * (program->fact_count + 1));
        memset(world->field_of_link, 0xff, sizeof(uint32_t) * (program->link_count + 1));
        for (uint32_t i = 0; i < world->table_count; i++) {
                const RecordTable *table = &plan->model->tables[i];
                world->tables[i] = (WorldTable){
                        .table = table, .width = table->field_count, .county = program->entities[table->entity].county,
                        .event = is_event(table),
                };
                place_fields(world, table);
        }
        note_indicators(world);
        for (uint32_t i = 0; i < program->target_count; i++) {
                const Indicator *indicator = &program->indicators[program->targets[i].indicator];
                uint32_t table = indicator->source == SOURCE_COMPUTED ? world_table_of(world, indicator->measure.entity) : NONE;
                if (table != NONE)
                        world->tables[table].promised = true;
        }
        return world;
}
