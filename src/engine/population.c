/* Populations: narrow columns, both directions of links, and the closure of one subject. The program says how wide a
 * column is and along which links its steps look; nothing here knows what a row means. */
#include "engine/population.h"

#include <string.h>

#define COLUMN_ALIGNMENT 64

/* A subject's closure stops here; lists that would not fit are then marked incomplete, so that nothing is concluded
 * from the rows left out. */
#define AROUND_ROWS_MAX 20000

uint8_t column_width(Type type, int64_t low, int64_t high) {
        if (type.kind == TYPE_TRUTH)
                return 1;
        if (low > INT8_MIN && high <= INT8_MAX)
                return 1;
        if (low > INT16_MIN && high <= INT16_MAX)
                return 2;
        return low > INT32_MIN && high <= INT32_MAX ? 4 : 8;
}

Population *population_new(Arena *arena, const Program *program, const uint32_t *counts) {
        Population *population = ARENA_NEW(arena, Population, 1);
        population->program = program;
        population->arena = arena;
        population->entities = ARENA_NEW(arena, Rows, program->entity_count);
        population->columns = ARENA_NEW(arena, Column, program->fact_count);
        population->links = ARENA_NEW(arena, LinkRows, program->link_count);
        for (uint32_t entity = 0; entity < program->entity_count; entity++)
                population->entities[entity].count = counts[entity];
        for (uint32_t at = 0; at < program->fact_count; at++) {
                const Fact *fact = &program->facts[at];
                population->columns[at].width = column_width(fact->type, fact->low, fact->high);
                population->columns[at].truth = fact->type.kind == TYPE_TRUTH;
        }
        return population;
}

/* ---- cells ------------------------------------------------------------------------------------------- */

static int64_t widen(int64_t cell, int64_t smallest) {
        return cell == smallest ? UNKNOWN : cell;
}

int64_t population_cell(const Population *population, uint32_t fact, uint32_t row) {
        const Column *column = &population->columns[fact];
        if (!column->cells)
                return column->truth ? TRUTH_UNKNOWN : UNKNOWN;
        if (column->truth)
                return ((const uint8_t *) column->cells)[row];
        switch (column->width) {
        case 1:
                return widen(((const int8_t *) column->cells)[row], INT8_MIN);
        case 2:
                return widen(((const int16_t *) column->cells)[row], INT16_MIN);
        case 4:
                return widen(((const int32_t *) column->cells)[row], INT32_MIN);
        default:
                return ((const int64_t *) column->cells)[row];
        }
}

static void column_put(const Column *column, uint32_t row, int64_t cell) {
        switch (column->width) {
        case 1:
                ((int8_t *) column->cells)[row] = cell == UNKNOWN ? INT8_MIN : (int8_t) cell;
                return;
        case 2:
                ((int16_t *) column->cells)[row] = cell == UNKNOWN ? INT16_MIN : (int16_t) cell;
                return;
        case 4:
                ((int32_t *) column->cells)[row] = cell == UNKNOWN ? INT32_MIN : (int32_t) cell;
                return;
        default:
                ((int64_t *) column->cells)[row] = cell;
        }
}

void population_set(Population *population, uint32_t fact, uint32_t row, int64_t cell) {
        const Fact *about = &population->program->facts[fact];
        Column     *column = &population->columns[fact];
        uint32_t    count = population->entities[about->entity].count;
        int64_t     unknown = type_unknown(about->type);
        MUST(row < count);
        MUST(cell == unknown || (cell >= about->low && cell <= about->high));
        if (!column->cells) {
                column->cells = arena_alloc(population->arena, (size_t) count * column->width, COLUMN_ALIGNMENT);
                for (uint32_t at = 0; at < count; at++)
                        column_put(column, at, unknown);
        }
        column_put(column, row, cell);
}

int64_t population_text(Population *population, Str text) {
        if (!population->text_numbers) {
                population->text_numbers = map_new(population->arena);
                for (uint32_t at = 0; at < population->text_count; at++)
                        map_add(population->text_numbers, population->texts[at], at);
        }
        uint32_t number = 0;
        if (map_get(population->text_numbers, text, &number))
                return number;
        if (population->text_capacity < population->text_count)
                population->text_capacity = population->text_count;
        number = population->text_count;
        Str copy = str_copy(population->arena, text);
        *ARENA_PUSH(population->arena, population->texts, population->text_count, population->text_capacity) = copy;
        map_add(population->text_numbers, copy, number);
        return number;
}

/* ---- links ------------------------------------------------------------------------------------------- */

void population_link(Population *population, uint32_t link, uint32_t child, uint32_t parent) {
        const Link *about = &population->program->links[link];
        LinkRows   *rows = &population->links[link];
        uint32_t    children = population->entities[about->child].count;
        MUST(child < children && (parent == NONE || parent < population->entities[about->parent].count));
        if (!rows->partner) {
                rows->partner = ARENA_NEW(population->arena, uint32_t, children);
                memset(rows->partner, 0xff, sizeof(uint32_t) * children);
        }
        rows->partner[child] = parent;
}

void population_complete(Population *population, uint32_t link, uint32_t parent, bool complete) {
        const Link *about = &population->program->links[link];
        LinkRows   *rows = &population->links[link];
        uint32_t    parents = population->entities[about->parent].count;
        MUST(parent < parents);
        if (!rows->complete) {
                rows->complete = ARENA_NEW(population->arena, uint8_t, parents);
                memset(rows->complete, about->complete, parents);
        }
        rows->complete[parent] = complete;
}

static void link_index(Population *population, uint32_t link) {
        const Link *about = &population->program->links[link];
        LinkRows   *rows = &population->links[link];
        uint32_t    children = population->entities[about->child].count;
        uint32_t    parents = population->entities[about->parent].count;
        if (!rows->partner)
                return;
        uint32_t *offsets = ARENA_NEW(population->arena, uint32_t, (size_t) parents + 2), linked = 0;
        /* counts two places ahead, so that filling leaves each list's start one place ahead of it */
        for (uint32_t child = 0; child < children; child++)
                if (rows->partner[child] != NONE)
                        offsets[rows->partner[child] + 2]++, linked++;
        for (uint32_t parent = 2; parent < parents + 2; parent++)
                offsets[parent] += offsets[parent - 1];
        uint32_t *members = ARENA_NEW(population->arena, uint32_t, linked);
        bool      sorted = true;
        for (uint32_t child = 0; child < children; child++)
                if (rows->partner[child] != NONE) {
                        uint32_t place = offsets[rows->partner[child] + 1]++;
                        members[place] = child;
                        sorted = sorted && place == child;
                }
        rows->offsets = offsets;
        rows->members = members;
        rows->sorted = sorted;
}

void population_index(Population *population) {
        for (uint32_t link = 0; link < population->program->link_count; link++)
                link_index(population, link);
}

/* ---- one subject ------------------------------------------------------------------------------------- */

typedef struct Found {
        uint16_t entity;
        uint32_t row, number;    /* in the source, in the closure; number NONE: a free place */
} Found;

typedef struct Closure {
        Arena            *arena;
        const Population *from;
        bool             *up, *down;             /* per link: do steps look to the partner, to the members */
        Found            *rows;                  /* in order of discovery */
        uint32_t          count, capacity;
        uint32_t         *places, place_count;   /* hash table of indices into rows, NONE is free */
        uint32_t         *counts;                /* per entity */
} Closure;

static uint32_t *closure_place(const Closure *closure, uint16_t entity, uint32_t row) {
        uint64_t hash = ((uint64_t) row << 16 | entity) * 0x9e3779b97f4a7c15u;
        for (uint32_t at = (uint32_t) (hash >> 32);; at++) {
                uint32_t *place = &closure->places[at & (closure->place_count - 1)];
                if (*place == NONE || (closure->rows[*place].entity == entity && closure->rows[*place].row == row))
                        return place;
        }
}

static uint32_t closure_number(const Closure *closure, uint16_t entity, uint32_t row) {
        uint32_t place = *closure_place(closure, entity, row);
        return place == NONE ? NONE : closure->rows[place].number;
}

static void closure_add(Closure *closure, uint16_t entity, uint32_t row) {
        if (*closure_place(closure, entity, row) != NONE || closure->count >= AROUND_ROWS_MAX)
                return;
        if (closure->count * 2 >= closure->place_count) {
                closure->place_count *= 2;
                closure->places = ARENA_NEW(closure->arena, uint32_t, closure->place_count);
                memset(closure->places, 0xff, sizeof(uint32_t) * closure->place_count);
                for (uint32_t at = 0; at < closure->count; at++)
                        *closure_place(closure, closure->rows[at].entity, closure->rows[at].row) = at;
        }
        *closure_place(closure, entity, row) = closure->count;
        *ARENA_PUSH(closure->arena, closure->rows, closure->count, closure->capacity) =
                (Found){ entity, row, closure->counts[entity]++ };
}

static void closure_directions(Closure *closure) {
        const Program *program = closure->from->program;
        closure->up = ARENA_NEW(closure->arena, bool, program->link_count);
        closure->down = ARENA_NEW(closure->arena, bool, program->link_count);
        for (uint32_t at = 0; at < program->step_count; at++) {
                const Step *step = &program->steps[at];
                if (step->op == OP_GATHER || step->op == OP_LINK)
                        closure->up[step->aux] = true;
                else if (op_class(step->op) == CLASS_CROSS)
                        closure->down[step->aux] = true;
        }
        for (uint32_t at = 0; at < program->policy_count; at++)
                for (uint32_t benefit = 0; benefit < program->policies[at].benefit_count; benefit++) {
                        uint32_t each = program->policies[at].benefits[benefit].each;
                        if (each != NONE)
                                closure->down[each] = true;
                }
}

static void closure_expand(Closure *closure, Found found) {
        const Population *from = closure->from;
        for (uint32_t link = 0; link < from->program->link_count; link++) {
                const Link     *about = &from->program->links[link];
                const LinkRows *rows = &from->links[link];
                if (closure->up[link] && about->child == found.entity && rows->partner &&
                    rows->partner[found.row] != NONE)
                        closure_add(closure, about->parent, rows->partner[found.row]);
                if (closure->down[link] && about->parent == found.entity && rows->offsets)
                        for (uint32_t at = rows->offsets[found.row]; at < rows->offsets[found.row + 1]; at++)
                                closure_add(closure, about->child, rows->members[at]);
        }
}

static void closure_copy_links(const Closure *closure, Population *to, Found found) {
        const Population *from = closure->from;
        for (uint32_t link = 0; link < from->program->link_count; link++) {
                const Link     *about = &from->program->links[link];
                const LinkRows *rows = &from->links[link];
                if (about->child == found.entity && rows->partner && rows->partner[found.row] != NONE) {
                        uint32_t partner = closure_number(closure, about->parent, rows->partner[found.row]);
                        if (partner != NONE)
                                population_link(to, link, found.number, partner);
                }
                if (about->parent != found.entity)
                        continue;
                bool whole = population_is_complete(from, link, found.row);
                for (uint32_t at = rows->offsets ? rows->offsets[found.row] : 0;
                     whole && rows->offsets && at < rows->offsets[found.row + 1]; at++)
                        whole = closure_number(closure, about->child, rows->members[at]) != NONE;
                if (whole != about->complete)
                        population_complete(to, link, found.number, whole);
        }
}

Population *population_around(Arena *arena, const Population *population, uint16_t entity, uint32_t row,
                              uint32_t *ret_row) {
        const Program *program = population->program;
        Closure        closure = { .arena = arena, .from = population, .place_count = 64 };
        MUST(row < population->entities[entity].count);
        closure.counts = ARENA_NEW(arena, uint32_t, program->entity_count);
        closure.places = ARENA_NEW(arena, uint32_t, closure.place_count);
        memset(closure.places, 0xff, sizeof(uint32_t) * closure.place_count);
        closure_directions(&closure);
        closure_add(&closure, entity, row);
        for (uint32_t at = 0; at < closure.count; at++)
                closure_expand(&closure, closure.rows[at]);

        Population *around = population_new(arena, program, closure.counts);
        around->texts = population->texts;
        around->text_count = population->text_count;
        for (uint32_t at = 0; at < program->entity_count; at++)
                if (population->entities[at].keys || population->entities[at].key_bytes)
                        around->entities[at].keys = ARENA_NEW(arena, Str, closure.counts[at]);
        for (uint32_t at = 0; at < closure.count; at++) {
                Found found = closure.rows[at];
                if (around->entities[found.entity].keys)
                        around->entities[found.entity].keys[found.number] =
                                str_copy(arena, rows_key(&population->entities[found.entity], found.row));
                closure_copy_links(&closure, around, found);
                for (uint32_t fact = 0; fact < program->fact_count; fact++)
                        if (program->facts[fact].entity == found.entity && population->columns[fact].cells)
                                population_set(around, fact, found.number,
                                               population_cell(population, fact, found.row));
        }
        population_index(around);
        *ret_row = 0;
        return around;
}
