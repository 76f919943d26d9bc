/* The plain evaluator: every operation written out from its meaning in doc/dump.md, in 128-bit integers and with a
 * calendar that is a table of days. */
#include "support/program_world.h"

#include <string.h>

typedef __int128 Wide;

/* ---- schema -------------------------------------------------------------------------------------------- */

static Type number(uint8_t scale, uint16_t unit) {
        return (Type){ .kind = TYPE_NUMBER, .scale = scale, .unit = unit };
}

static void make_units(Arena *arena, Program *program) {
        static const Str dimensions[] = { STR_INIT("元"), STR_INIT("月"), STR_INIT("人") };
        static const Str texts[UNITS] = { STR_INIT(""), STR_INIT("元"), STR_INIT("个月"), STR_INIT("%"), STR_INIT("人"),
                                          STR_INIT("名") };
        static const int8_t dimension_of[UNITS] = { -1, 0, 1, -1, 2, 2 };
        program->dimension_count = ARRAY_LENGTH(dimensions);
        program->dimensions = ARENA_NEW(arena, Str, program->dimension_count);
        memcpy(program->dimensions, dimensions, sizeof(dimensions));
        program->unit_count = UNITS;
        program->units = ARENA_NEW(arena, Unit, UNITS);
        for (int i = 0; i < UNITS; i++) {
                Unit *unit = &program->units[i];
                unit->text = texts[i];
                unit->percent = i == UNIT_PERCENT;
                unit->part_count = dimension_of[i] >= 0;
                if (dimension_of[i] >= 0) {
                        unit->parts[0].dimension = (uint16_t) dimension_of[i];
                        unit->parts[0].exponent = 1;
                }
        }
}

static void make_facts(Arena *arena, Program *program) {
        const Type truth = { .kind = TYPE_TRUTH }, date = { .kind = TYPE_DATE }, code = { .kind = TYPE_CODE };
        const Type text = { .kind = TYPE_TEXT };
        const struct {
                Str      name;
                uint16_t entity;
                Type     type;
                int64_t  low, high;
                bool     manual;
        } rows[FACTS] = {
                [FACT_AGE] = { STR("年龄"), PERSON, number(0, UNIT_NONE), 0, 150, false },
                [FACT_INCOME] = { STR("收入"), PERSON, number(2, UNIT_YUAN), -5000000, 10000000000, false },
                [FACT_WIDE] = { STR("宽数"), PERSON, number(1, UNIT_NONE), -INT64_MAX, INT64_MAX, false },
                [FACT_BORN] = { STR("出生日期"), PERSON, date, DATE_MIN, 30000, false },
                [FACT_STATE] = { STR("状态"), PERSON, code, 0, 3, false },
                [FACT_WORKS] = { STR("在职"), PERSON, truth, 0, 2, false },
                [FACT_MEMBER] = { STR("参保"), PERSON, truth, 0, 2, false },
                [FACT_HONEST] = { STR("认定诚信"), PERSON, truth, 0, 2, true },
                [FACT_DILIGENT] = { STR("认定勤勉"), PERSON, truth, 0, 2, true },
                [FACT_TEXT] = { STR("证号"), PERSON, text, 0, UINT32_MAX, false },
                [FACT_RENT] = { STR("房租"), HOUSEHOLD, number(2, UNIT_YUAN), 0, 1000000, false },
                [FACT_POOR] = { STR("低保"), HOUSEHOLD, truth, 0, 2, false },
        };
        program->fact_count = FACTS;
        program->facts = ARENA_NEW(arena, Fact, FACTS);
        for (int i = 0; i < FACTS; i++)
                program->facts[i] = (Fact){ .name = rows[i].name, .entity = rows[i].entity, .type = rows[i].type,
                                            .low = rows[i].low, .high = rows[i].high, .manual = rows[i].manual,
                                            .guard = NONE, .step = NONE };
}

static void make_parameters(Arena *arena, Program *program) {
        program->parameter_count = PARAMETERS;
        program->parameters = ARENA_NEW(arena, Parameter, PARAMETERS);
        ParameterVersion *rate = ARENA_NEW(arena, ParameterVersion, 2), *open = ARENA_NEW(arena, ParameterVersion, 2);
        rate[0] = (ParameterVersion){ .from = DATE_MIN, .to = 15000, .value = 45000 };
        rate[1] = (ParameterVersion){ .from = 15100, .to = DATE_MAX, .value = 37500 };
        program->parameters[PARAMETER_RATE] = (Parameter){
                .name = STR("利率"), .type = number(6, UNIT_PERCENT), .low = 0, .high = 450000, .versions = rate,
                .version_count = 2, .at_least = UNKNOWN, .at_most = UNKNOWN };
        open[0] = (ParameterVersion){ .from = DATE_MIN, .to = 17000, .value = 20000 };
        open[1] = (ParameterVersion){ .from = 17011, .to = DATE_MAX, .value = UNKNOWN };
        program->parameters[PARAMETER_OPEN] = (Parameter){
                .name = STR("标准"), .type = number(2, UNIT_YUAN), .low = 0, .high = 800000, .versions = open,
                .version_count = 2, .pending = true, .at_least = 30000, .at_most = 80000 };
}

Program *world_program(Arena *arena) {
        static const Str members[] = { STR_INIT("就业"), STR_INIT("失业"), STR_INIT("退休"), STR_INIT("在学") };
        Program *program = ARENA_NEW(arena, Program, 1);
        program->arena = arena;
        make_units(arena, program);
        program->enumeration_count = 1;
        program->enumerations = ARENA_NEW(arena, Enumeration, 1);
        program->enumerations[0] = (Enumeration){ .name = STR("状态"), .member_count = ARRAY_LENGTH(members) };
        program->enumerations[0].members = ARENA_NEW(arena, Str, ARRAY_LENGTH(members));
        memcpy(program->enumerations[0].members, members, sizeof(members));
        program->entity_count = ENTITIES;
        program->entities = ARENA_NEW(arena, Entity, ENTITIES);
        program->entities[PERSON] = (Entity){ .name = STR("人"), .counter = STR("人"), .derived_from = NONE,
                                              .county = NONE };
        program->entities[HOUSEHOLD] = (Entity){ .name = STR("户"), .counter = STR("户"), .derived_from = NONE,
                                                 .county = NONE };
        program->link_count = 1;
        program->links = ARENA_NEW(arena, Link, 1);
        program->links[0] = (Link){ .child = PERSON, .parent = HOUSEHOLD, .one_name = STR("所在户"),
                                    .many_name = STR("成员") };
        make_facts(arena, program);
        make_parameters(arena, program);
        program->table_count = 1;
        program->tables = ARENA_NEW(arena, Table, 1);
        program->tables[0] = (Table){ .name = STR("标准表"), .key_count = 1, .type = number(2, UNIT_YUAN), .low = 0,
                                      .high = 500000, .cell_count = 4, .cells = ARENA_NEW(arena, int64_t, 4) };
        memcpy(program->tables[0].cells, (int64_t[]){ 100000, UNKNOWN, 500000, 0 }, 4 * sizeof(int64_t));
        program->clause_count = 1;
        program->clauses = ARENA_NEW(arena, DocumentClause, 1);
        return program;
}

/* ---- chance -------------------------------------------------------------------------------------------- */

static int64_t random_cell(const Fact *fact, Random *random) {
        uint32_t kind = random_below(random, 10);
        int64_t size = fact->type.kind == TYPE_NUMBER ? 12 : 4;
        if (kind < 2)
                return type_unknown(fact->type);
        if (fact->type.kind == TYPE_TRUTH)
                return kind < 6 ? TRUTH_NO : TRUTH_YES;
        if (kind == 2)
                return fact->low;
        if (kind == 3)
                return fact->high;
        if (kind == 4 && fact->high - (Wide) fact->low > size)   /* small ones meet each other */
                return fact->low <= 0 && fact->high >= size ? random_between(random, 0, size) : fact->high - size;
        return random_between(random, fact->low, fact->high);
}

void world_random(World *world, const Program *program, Random *random) {
        world->base_date = (int32_t) random_between(random, DATE_MIN, DATE_MAX);
        world->apply_date = random_below(random, 2) ? world->base_date : (int32_t) random_between(random, 14000, 18000);
        for (int i = 0; i < PARAMETERS; i++)
                world->set[i] = random_below(random, 4) ? UNKNOWN
                                        : random_between(random, program->parameters[i].low,
                                                         program->parameters[i].high);
        for (int i = 0; i < ENTITIES; i++)
                world->rows[i] = 1 + random_below(random, WORLD_ROWS);
        for (int i = 0; i < FACTS; i++)
                for (int row = 0; row < WORLD_ROWS; row++)
                        world->facts[i][row] = random_cell(&program->facts[i], random);
        for (int row = 0; row < WORLD_ROWS; row++) {
                world->home[row] = random_below(random, 6) ? random_below(random, world->rows[HOUSEHOLD]) : NONE;
                world->complete[row] = random_below(random, 4) != 0;
        }
}

/* ---- a calendar of tables ------------------------------------------------------------------------------ */

static int month_days(int year, int month) {
        static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        return month == 2 && leap ? 29 : days[month - 1];
}

static Civil naive_civil(int64_t days) {
        Civil civil = { 1900, 1, 1 };
        int64_t left = days - DATE_MIN;
        for (; left >= 337 + month_days(civil.year, 2); civil.year++)
                left -= 337 + month_days(civil.year, 2);
        for (; left >= month_days(civil.year, civil.month); civil.month++)
                left -= month_days(civil.year, civil.month);
        civil.day = (int32_t) left + 1;
        return civil;
}

/* UNKNOWN outside the calendar. */
static int64_t naive_days(int64_t year, int64_t month, int64_t day) {
        int64_t days = DATE_MIN;
        if (year < 1900 || year > 2199)
                return UNKNOWN;
        for (int y = 1900; y < year; y++)
                days += 337 + month_days(y, 2);
        for (int m = 1; m < month; m++)
                days += month_days((int) year, m);
        return days + day - 1;
}

static int64_t naive_add_months(int64_t date, int64_t months) {
        Civil civil = naive_civil(date);
        int64_t year = civil.year, month = civil.month;
        if (months < -10000 || months > 10000)
                return UNKNOWN;
        for (; months > 0; months--)
                if (++month == 13) {
                        month = 1;
                        year++;
                }
        for (; months < 0; months++)
                if (--month == 0) {
                        month = 12;
                        year--;
                }
        if (year < 1900 || year > 2199)
                return UNKNOWN;
        int last = month_days((int) year, (int) month);
        return naive_days(year, month, civil.day < last ? civil.day : last);
}

/* The largest n with from + n months <= to, by trying; the calendar's ends count as infinitely far. */
static int64_t naive_full_months(int64_t from, int64_t to) {
        int64_t low = -3700, high = 3700;
        while (low < high) {
                int64_t middle = low + (high - low + 1) / 2;
                int64_t reached = naive_add_months(from, middle);
                bool within = reached == UNKNOWN ? middle < 0 : reached <= to;
                if (within)
                        low = middle;
                else
                        high = middle - 1;
        }
        return low;
}

/* ---- operations ---------------------------------------------------------------------------------------- */

static int64_t fitting(Wide value) {
        return value <= INT64_MIN || value > INT64_MAX ? UNKNOWN : (int64_t) value;
}

static Wide naive_floor(Wide a, Wide b) {   /* b > 0 */
        Wide quotient = a / b;
        return quotient * b > a ? quotient - 1 : quotient;
}

static Wide naive_half_away(Wide a, Wide b) {   /* b > 0 */
        return a >= 0 ? naive_floor(2 * (a % b) + b, 2 * b) + a / b : -naive_half_away(-a, b);
}

static int64_t naive_divide(int64_t a, int64_t b, int64_t c, int64_t exponent) {
        Wide numerator = (Wide) a * b, denominator = c, power = 1;
        if (c == 0)
                return UNKNOWN;
        for (int64_t i = exponent < 0 ? -exponent : exponent; i > 0; i--)
                power *= 10;
        if (exponent < 0)
                denominator *= power;
        else if (__builtin_mul_overflow(numerator, power, &numerator))
                return UNKNOWN;
        return denominator < 0 ? fitting(naive_half_away(-numerator, -denominator))
                               : fitting(naive_half_away(numerator, denominator));
}

static int64_t naive_date_in_calendar(Wide days) {
        return days < DATE_MIN || days > DATE_MAX ? UNKNOWN : (int64_t) days;
}

static int64_t naive_truth(bool holds) {
        return holds ? 2 : 0;
}

static int64_t naive_strict(Op op, int64_t imm, int64_t a, int64_t b, int64_t c) {
        switch ((int) op) {
        case OP_ADD: return fitting((Wide) a + b);
        case OP_SUBTRACT: return fitting((Wide) a - b);
        case OP_MULTIPLY: return fitting((Wide) a * b);
        case OP_NEGATE: return fitting(-(Wide) a);
        case OP_SCALE_UP: return fitting((Wide) a * imm);
        case OP_SCALE_DOWN: return fitting(naive_half_away(a, imm));
        case OP_MINIMUM: return a <= b ? a : b;
        case OP_MAXIMUM: return a <= b ? b : a;
        case OP_MULTIPLY_DIVIDE: return naive_divide(a, b, c, imm);
        case OP_ROUND_HALF_UP: return fitting(naive_half_away(a, imm) * imm);
        case OP_ROUND_DOWN: return fitting(naive_floor(a, imm) * imm);
        case OP_ROUND_UP: return fitting(-naive_floor(-(Wide) a, imm) * imm);
        case OP_ADD_MONTHS: return naive_add_months(a, b);
        case OP_ADD_DAYS: return b < -1000000 || b > 1000000 ? UNKNOWN : naive_date_in_calendar((Wide) a + b);
        case OP_FULL_MONTHS: return naive_full_months(a, b);
        case OP_FULL_YEARS: return (int64_t) naive_floor(naive_full_months(a, b), 12);
        case OP_DAYS_BETWEEN: return b - a;
        case OP_YEAR_OF: return naive_civil(a).year;
        case OP_MONTH_OF: return naive_civil(a).month;
        case OP_YEAR_START: return naive_days(naive_civil(a).year, 1, 1);
        case OP_EQUAL: return naive_truth(a == b);
        case OP_NOT_EQUAL: return naive_truth(a != b);
        case OP_LESS: return naive_truth(a < b);
        case OP_AT_MOST: return naive_truth(a <= b);
        case OP_MORE: return naive_truth(a > b);
        case OP_AT_LEAST: return naive_truth(a >= b);
        }
        MUST(op == OP_TOTAL);
        return 0;
}

static int64_t naive_and(int64_t a, int64_t b) {
        return a == 0 || b == 0 ? 0 : a == 2 && b == 2 ? 2 : 1;
}

static int64_t naive_at_most(int64_t a, int64_t b) {
        return a == UNKNOWN || b == UNKNOWN ? 1 : naive_truth(a <= b);
}

int64_t naive_apply(const Step *step, Type a_type, int64_t a, int64_t b, int64_t c) {
        int64_t none = type_unknown(step->type), a_none = type_unknown(a_type);
        switch ((int) step->op) {
        case OP_AND: return naive_and(a, b);
        case OP_OR: return 2 - naive_and(2 - a, 2 - b);
        case OP_NOT: return a == 1 ? 1 : a == 0 ? 2 : 0;
        case OP_ASSUME_YES: return a == 1 && b == 2 ? 2 : a;
        case OP_ASSUME_NO: return a == 1 && b == 2 ? 0 : a;
        case OP_BETWEEN: return naive_and(naive_at_most(b, a), naive_at_most(a, c));
        case OP_IN_SET: return a == UNKNOWN ? 1 : naive_truth((uint64_t) step->imm & (uint64_t) 1 << a);
        case OP_SELECT: return a == 2 ? b : a == 0 ? c : b == c ? b : none;
        case OP_DEFAULT: return a == a_none ? b : a;
        case OP_KNOWN: return naive_truth(a != a_none);
        }
        bool unknown = a == UNKNOWN || (step->b != NONE && b == UNKNOWN) || (step->c != NONE && c == UNKNOWN);
        return unknown ? none : naive_strict(step->op, step->imm, a, b, c);
}

/* ---- the evaluator ------------------------------------------------------------------------------------- */

static int64_t naive_parameter(const World *world, const Parameter *parameter, uint32_t number_of, int64_t date) {
        if (world->set[number_of] != UNKNOWN)
                return world->set[number_of];
        for (uint32_t i = 0; i < parameter->version_count; i++)
                if (date != UNKNOWN && parameter->versions[i].from <= date && date <= parameter->versions[i].to)
                        return parameter->versions[i].value;
        return UNKNOWN;
}

static int64_t naive_leaf(const World *world, const Program *program, const Step *step, uint32_t row, int64_t a) {
        switch ((int) step->op) {
        case OP_CONSTANT: return step->imm;
        case OP_FACT: return world->facts[step->aux][row];
        case OP_LINK: return world->home[row] == NONE ? UNKNOWN : world->home[row];
        case OP_BASE_DATE: return world->base_date;
        case OP_APPLY_DATE: return world->apply_date;
        case OP_PARAMETER: return naive_parameter(world, &program->parameters[step->aux], step->aux, a);
        }
        return a == UNKNOWN ? UNKNOWN : program->tables[step->aux].cells[a];
}

typedef struct Members {
        uint32_t yes, unknown, no;
        int64_t  values[WORLD_ROWS];
        bool     missing;              /* the value of a member that counts is unknown */
        bool     whole;
} Members;

static Members members_of(const World *world, uint32_t home, const int64_t *a, const int64_t *b, int64_t b_none) {
        Members members = { .whole = world->complete[home] };
        for (uint32_t row = 0; row < world->rows[PERSON]; row++) {
                if (world->home[row] != home)
                        continue;
                if (a[row] == 2 && b && b[row] == b_none)
                        members.missing = true;
                if (a[row] == 2)
                        members.values[members.yes++] = b ? b[row] : 0;
                members.unknown += a[row] == 1;
                members.no += a[row] == 0;
        }
        return members;
}

static int64_t naive_reduce(Op op, const Members *m) {
        bool decided = m->whole && m->unknown == 0 && !m->missing;
        if (op == OP_ANY)
                return m->yes > 0 ? 2 : m->whole && m->unknown == 0 ? 0 : 1;
        if (op == OP_ALL)
                return m->no > 0 || (m->whole && m->yes + m->unknown == 0) ? 0 : m->whole && m->unknown == 0 ? 2 : 1;
        if (!decided || (m->yes == 0 && (op == OP_LARGEST || op == OP_SMALLEST)))
                return UNKNOWN;
        Wide sum = 0;
        int64_t largest = INT64_MIN, smallest = INT64_MAX, distinct = 0;
        for (uint32_t i = 0; i < m->yes; i++) {
                bool seen = false;
                for (uint32_t k = 0; k < i; k++)
                        seen = seen || m->values[k] == m->values[i];
                distinct += !seen;
                sum += m->values[i];
                largest = m->values[i] > largest ? m->values[i] : largest;
                smallest = m->values[i] < smallest ? m->values[i] : smallest;
        }
        switch ((int) op) {
        case OP_COUNT: return m->yes;
        case OP_SUM: return fitting(sum);
        case OP_LARGEST: return largest;
        case OP_SMALLEST: return smallest;
        }
        return distinct;
}

static int64_t naive_cross(const World *world, const Step *steps, const Step *step, uint32_t row, const int64_t *cells) {
        const int64_t *a = cells + (size_t) step->a * WORLD_ROWS;
        const int64_t *b = step->b == NONE ? NULL : cells + (size_t) step->b * WORLD_ROWS;
        if (step->op == OP_GATHER)
                return world->home[row] == NONE ? type_unknown(step->type) : a[world->home[row]];
        Members members = members_of(world, row, a, b, b ? type_unknown(steps[step->b].type) : 0);
        return naive_reduce(step->op, &members);
}

void world_evaluate(const World *world, const Program *program, const Step *steps, uint32_t count, int64_t *cells) {
        for (uint32_t i = 0; i < count; i++) {
                const Step *step = &steps[i];
                uint32_t rows = step->entity == ENTITY_NONE ? WORLD_ROWS : world->rows[step->entity];
                for (uint32_t row = 0; row < rows; row++) {
                        int64_t a = step->a == NONE ? 0 : cells[(size_t) step->a * WORLD_ROWS + row];
                        int64_t b = step->b == NONE ? 0 : cells[(size_t) step->b * WORLD_ROWS + row];
                        int64_t c = step->c == NONE ? 0 : cells[(size_t) step->c * WORLD_ROWS + row];
                        int64_t *cell = &cells[(size_t) i * WORLD_ROWS + row];
                        if (op_class(step->op) == CLASS_LEAF)
                                *cell = naive_leaf(world, program, step, row, a);
                        else if (op_class(step->op) == CLASS_CROSS)
                                *cell = naive_cross(world, steps, step, row, cells);
                        else
                                *cell = naive_apply(step, steps[step->a].type, a, b, c);
                }
        }
}
