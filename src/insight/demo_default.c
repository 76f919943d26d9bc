/* The rows that are there before anything happens, and likely values for the facts that no goal has set: what an indicator
 * looks at gets the value that counts for nothing. */
#include "insight/demo_inside.h"

#define DAYS_A_YEAR 365
#define HOUSEHOLD_MOST 5
#define REST_ROWS 60

/* ---- numbers by their unit ----------------------------------------------------------------------------------- */

static const struct {
        const char *unit;
        int64_t     low, high, step;         /* in the unit */
} usual[] = {
        { "元", 5000, 300000, 1000 },   { "元/月", 2500, 12000, 100 }, { "个月", 0, 120, 1 },      { "岁", 20, 58, 1 },
        { "平方米", 500, 30000, 100 },  { "年", 1, 10, 1 },            { "人", 1, 30, 1 },         { "人次", 20, 300, 1 },
        { "个", 5, 200, 1 },            { "套", 1, 60, 1 },            { "次", 0, 5, 1 },
};

static int64_t usual_number(World *world, const RecordField *field) {
        const Unit *unit = &world->program->units[field->type.unit];
        int64_t one = kernel_power_of_ten(field->type.scale), value;
        value = unit->percent ? world_between(world, 2, 60) * one / 100 : world_between(world, 0, 6) * one;
        for (size_t i = 0; i < ARRAY_LENGTH(usual); i++)
                if (str_equal(unit->text, str_from(usual[i].unit)))
                        value = world_between(world, usual[i].low / usual[i].step, usual[i].high / usual[i].step) * usual[i].step * one;
        if (world->steered[field->fact])
                value = 0;
        return value < field->low ? field->low : value > field->high ? field->high : value;
}

/* ---- one field ----------------------------------------------------------------------------------------------- */

static bool is_named(const RecordField *field, const char *name) {
        return str_equal(field->name, str_from(name));
}

static int64_t likely_birth(World *world) {
        int64_t years = world_chance(world, 12) ? world_between(world, 61, 85) : world_chance(world, 12) ? world_between(world, 3, 16)
                                                                                                        : world_between(world, 17, 60);
        return world->day - years * DAYS_A_YEAR - world_between(world, 0, 364);
}

/* The first date says when the row is; a later one lies behind it, and an end has mostly not come. */
static int64_t likely_date(World *world, uint32_t table, uint32_t row, uint32_t at) {
        const WorldTable *known = &world->tables[table];
        const RecordField *field = &known->table->fields[at];
        int64_t begun = known->table->day == NONE ? UNKNOWN : world_cell(world, table, row, known->table->day);
        if (is_named(field, "出生日期"))
                return likely_birth(world);
        if (at == known->table->day && known->standing)
                return world->day - world_between(world, 200, 9 * DAYS_A_YEAR);
        if (at == known->table->day)
                return world->day - world_between(world, 0, 600);
        if (!field->required && (world->steered[field->fact] || world->defaulted[field->fact])) {
                bool past = known->standing && world_chance(world, 4) && !world->steered[field->fact];
                return past ? world->day - world_between(world, 0, 300) : UNKNOWN;
        }
        if (begun == UNKNOWN)
                return world->day - world_between(world, 0, 600);
        int64_t day = begun + world_between(world, 1, 90);
        return day > world->day ? world->day : day;
}

static int64_t likely_county(World *world, uint32_t enumeration) {
        uint32_t count = world->program->enumerations[enumeration].member_count, sum = 0, county = 0;
        for (uint32_t i = 0; i < count; i++)
                sum += demo_weight(i);
        int64_t drawn = world_between(world, 0, sum - 1);
        while (drawn >= demo_weight(county))
                drawn -= demo_weight(county++);
        return county;
}

/* Somebody of the same county, when a few tries find one. */
static int64_t likely_partner(World *world, uint32_t table, uint32_t row, const RecordField *field) {
        uint32_t partners = world_table_of(world, field->partner), links = 0;
        const WorldTable *own = &world->tables[table], *known = &world->tables[partners];
        bool of_life = is_named(field, "所在户") || known->count == 0;
        for (uint32_t i = 0; i < own->width; i++)
                links += own->table->fields[i].kind == FIELD_LINK;
        bool people = str_equal(known->table->name, STR("人")) || str_equal(known->table->name, STR("企业"));
        if (of_life || (!people && links > 1 && !world_chance(world, 20)))
                return UNKNOWN;
        int64_t county = world_county(world, table, row), partner = 0;
        for (int tries = 0; tries < 30; tries++) {
                partner = world_between(world, 0, known->count - 1);
                if (county < 0 || known->county == NONE || world_county(world, partners, (uint32_t) partner) == county)
                        break;
        }
        return partner;
}

static int64_t likely_code(World *world, uint32_t table, const RecordField *field, uint32_t at) {
        if (at == world->tables[table].table->county)
                return likely_county(world, field->type.of);
        return world_choose_code(world, field, want_range(0, INT64_MAX));
}

static int64_t likely_truth(World *world, uint32_t table, const RecordField *field) {
        bool person = str_equal(world->tables[table].table->name, STR("人"));
        if (world->steered[field->fact] && !person)
                return TRUTH_NO;
        return world_chance(world, person ? 12 : 30) ? TRUTH_YES : TRUTH_NO;
}

static int64_t likely(World *world, uint32_t table, uint32_t row, uint32_t at) {
        const RecordField *field = &world->tables[table].table->fields[at];
        switch (field->kind) {
        case FIELD_TRUTH:
                return likely_truth(world, table, field);
        case FIELD_NUMBER:
                return usual_number(world, field);
        case FIELD_DATE:
                return likely_date(world, table, row, at);
        case FIELD_CODE:
                return likely_code(world, table, field, at);
        case FIELD_TEXT:
                if (world->keyed[field->fact])
                        return field->required ? (int64_t) ++world->draws : UNKNOWN;
                return (int64_t) (world_draw(world) >> 2);
        case FIELD_LINK:
                return likely_partner(world, table, row, field);
        }
        return UNKNOWN;
}

/* Whether the question arises (仅当) and somebody knew the answer. */
static bool is_known(World *world, const WorldTable *table, uint32_t row, uint32_t at) {
        const RecordField *field = &table->table->fields[at];
        if (field->fact != NONE) {
                uint32_t guard = world->program->facts[field->fact].guard;
                if (guard != NONE && world_value(world, guard, row) != TRUTH_YES)
                        return false;
        }
        bool named = field->required || at == table->table->day || at == table->table->county || field->check != CHECK_NONE;
        return named || field->kind == FIELD_LINK || field->kind == FIELD_TRUTH || field->kind == FIELD_CODE ||
               (field->fact != NONE && world->steered[field->fact]) || world_chance(world, 90);
}

static void fill_field(World *world, uint32_t table, uint32_t row, uint32_t at) {
        const WorldTable *known = &world->tables[table];
        const RecordField *field = &known->table->fields[at];
        int64_t nothing = field->kind == FIELD_TRUTH ? TRUTH_UNKNOWN : UNKNOWN;
        if (world_cell(world, table, row, at) != nothing || world_is_pinned(world, table, row, at) || !is_known(world, known, row, at))
                return;
        int64_t cell = likely(world, table, row, at);
        bool ranged = field->kind == FIELD_NUMBER || field->kind == FIELD_DATE;
        if (cell != nothing && ranged)
                cell = cell < field->low ? field->low : cell > field->high ? field->high : cell;
        if (cell != nothing)
                world_set(world, table, row, at, cell, false);
}

void row_fill(World *world, uint32_t table, uint32_t row) {
        const RecordTable *known = world->tables[table].table;
        if (!world_take_unfilled(world, table, row))
                return;
        if (known->county != NONE)       /* partners are looked for in the same county, dates follow the first one */
                fill_field(world, table, row, known->county);
        if (known->day != NONE)
                fill_field(world, table, row, known->day);
        for (uint32_t i = 0; i < known->field_count; i++)
                fill_field(world, table, row, i);
}

/* ---- before anything happens ----------------------------------------------------------------------------------- */

static uint32_t table_named(const World *world, Str name) {
        const RecordTable *table = model_table(world->model, name);
        return table ? (uint32_t) (table - world->model->tables) : NONE;
}

static void add_rows(World *world, Str name, uint32_t count) {
        uint32_t table = table_named(world, name);
        if (table == NONE)
                return;
        world->tables[table].standing = true;
        world->tables[table].people = str_equal(name, STR("人"));
        for (uint32_t i = 0; i < count; i++) {
                row_fill(world, table, world_add(world, table));
                world_keep(world);
        }
}

/* People of one county who follow each other live together. */
static void found_households(World *world) {
        uint32_t people = table_named(world, STR("人")), households = table_named(world, STR("户"));
        uint32_t home = people == NONE ? NONE : table_field(world->tables[people].table, STR("所在户"));
        if (households == NONE || home == NONE)
                return;
        world->tables[households].standing = true;
        uint32_t wanted = 0, household = 0;
        for (uint32_t i = 0; i < world->tables[people].count; i++, wanted--) {
                if (wanted == 0) {
                        household = world_add(world, households);
                        wanted = (uint32_t) world_between(world, 1, HOUSEHOLD_MOST);
                }
                world_set(world, people, i, home, household, false);
                world_keep(world);
        }
        uint32_t own = world->tables[households].table->county;
        for (uint32_t i = 0, last = NONE; i < world->tables[people].count; i++) {
                int64_t in = world_cell(world, people, i, home);
                if (in != last && own != NONE && world_county(world, people, i) >= 0)
                        world_set(world, households, (uint32_t) in, own, world_county(world, people, i), false);
                last = (uint32_t) in;
                row_fill(world, households, last);
                world_keep(world);
        }
}

static uint32_t at_least(uint32_t value, uint32_t least) {
        return value < least ? least : value;
}

void world_people(World *world, const DemoOptions *options) {
        add_rows(world, STR("人"), options->persons);
        found_households(world);
        add_rows(world, STR("企业"), options->firms);
        add_rows(world, STR("机构"), at_least(options->firms / 100, 60));
        add_rows(world, STR("载体"), at_least(options->firms / 250, 40));
}

void world_rest(World *world) {
        for (uint32_t table = 0; table < world->table_count; table++) {
                uint32_t count = world->tables[table].count;
                for (uint32_t i = 0; i < (count || !demo_fills(world->tables[table].table) ? 0 : REST_ROWS); i++)
                        world_add(world, table);
                for (uint32_t row = 0; row < world->tables[table].count; row++) {
                        row_fill(world, table, row);
                        world_keep(world);
                }
        }
}
