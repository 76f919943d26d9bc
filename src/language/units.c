/* Units and type words: dimensions, products of them, "元/月/人" and "金额/月" read, and their names in messages.
 *
 * A unit is a product of dimensions; two are the same when their exponents are. 年 is twelve months as a number
 * (3年) but its own dimension below the line, so that 元/年 never becomes a twelfth a month by itself. */
#include "language/check_internal.h"

enum { DIMENSION_YUAN, DIMENSION_MONTH, DIMENSION_DAY, DIMENSION_WORKDAY, DIMENSION_AGE, DIMENSION_PERSON,
       DIMENSION_VISIT, DIMENSION_TIME, DIMENSION_HOUSEHOLD, DIMENSION_FIRM, DIMENSION_RATE, DIMENSION_YEAR,
       DIMENSION_PIECE, DIMENSION_FIXED };

#define UNITS_MAX 10000u

static const Str DIMENSIONS[DIMENSION_FIXED] = {
        STR_INIT("元"), STR_INIT("月"), STR_INIT("天"), STR_INIT("工作日"), STR_INIT("岁"), STR_INIT("人"), STR_INIT("人次"),
        STR_INIT("次"), STR_INIT("户"), STR_INIT("家"), STR_INIT("年率"), STR_INIT("年"), STR_INIT("个"),
};

static const struct {
        Str      word;
        uint16_t dimension;
        int64_t  factor;
} WORDS[] = {
        { STR_INIT("元"), DIMENSION_YUAN, 1 },      { STR_INIT("月"), DIMENSION_MONTH, 1 },
        { STR_INIT("个月"), DIMENSION_MONTH, 1 },   { STR_INIT("年"), DIMENSION_MONTH, 12 },
        { STR_INIT("天"), DIMENSION_DAY, 1 },       { STR_INIT("日"), DIMENSION_DAY, 1 },
        { STR_INIT("工作日"), DIMENSION_WORKDAY, 1 }, { STR_INIT("个工作日"), DIMENSION_WORKDAY, 1 },
        { STR_INIT("岁"), DIMENSION_AGE, 1 },       { STR_INIT("周岁"), DIMENSION_AGE, 1 },
        { STR_INIT("人"), DIMENSION_PERSON, 1 },    { STR_INIT("名"), DIMENSION_PERSON, 1 },
        { STR_INIT("位"), DIMENSION_PERSON, 1 },    { STR_INIT("人次"), DIMENSION_VISIT, 1 },
        { STR_INIT("次"), DIMENSION_TIME, 1 },      { STR_INIT("户"), DIMENSION_HOUSEHOLD, 1 },
        { STR_INIT("家"), DIMENSION_FIRM, 1 },      { STR_INIT("个"), DIMENSION_PIECE, 1 },
};

/* The number of an equal unit or a new one; false when there are too many. */
static bool unit_intern(Checker *checker, Unit unit, uint16_t *ret_unit) {
        Program *program = checker->program;
        uint32_t found;
        Str key = unit.percent ? STR("%") : STR("");
        for (uint32_t i = 0; i < unit.part_count; i++)
                key = str_format(checker->arena, "%.*s%u^%d", STR_ARG(key), unit.parts[i].dimension, unit.parts[i].exponent);
        if (!map_get(checker->unit_numbers, key, &found)) {
                if (program->unit_count >= UNITS_MAX)
                        return false;
                found = program->unit_count;
                map_set(checker->unit_numbers, key, found);
                *ARENA_PUSH(checker->arena, program->units, program->unit_count, checker->unit_capacity) = unit;
        }
        *ret_unit = (uint16_t) found;
        return true;
}

/* "元/月/人"; months above the line are 个月; 元·人 for products. */
static Str unit_text(Checker *checker, const Unit *unit) {
        if (unit->percent)
                return STR("%");
        Str text = { 0 };
        for (int sign = 1; sign >= -1; sign -= 2) {
                for (uint32_t i = 0; i < unit->part_count; i++) {
                        if (unit->parts[i].exponent * sign < 0)
                                continue;
                        Str word = checker->program->dimensions[unit->parts[i].dimension];
                        if (sign > 0 && unit->parts[i].dimension == DIMENSION_MONTH)
                                word = STR("个月");
                        for (int power = unit->parts[i].exponent * sign; power > 0; power--)
                                text = str_format(checker->arena, "%.*s%s%.*s", STR_ARG(text),
                                                  sign < 0 ? "/" : text.length > 0 ? "·" : "", STR_ARG(word));
                }
        }
        return text;
}

/* A unit known from the start, at its own number. */
static void unit_fixed(Checker *checker, uint16_t number, Unit unit) {
        uint16_t made;
        unit.text = unit_text(checker, &unit);
        MUST(unit_intern(checker, unit, &made) && made == number);
}

static Unit unit_one(uint16_t dimension, bool percent) {
        return (Unit){ .parts = { { .dimension = dimension, .exponent = 1 } }, .part_count = 1, .percent = percent };
}

static void word_add(Checker *checker, Str word, uint16_t dimension, int64_t factor) {
        map_set(checker->unit_words, word, checker->word_count);
        *ARENA_PUSH(checker->arena, checker->words, checker->word_count, checker->word_capacity) =
                (UnitWord){ .dimension = dimension, .factor = factor };
}

void units_open(Checker *checker) {
        Program *program = checker->program;
        checker->unit_words = map_new(checker->arena);
        checker->unit_numbers = map_new(checker->arena);
        for (uint32_t i = 0; i < DIMENSION_FIXED; i++)
                *ARENA_PUSH(checker->arena, program->dimensions, program->dimension_count, checker->dimension_capacity) =
                        DIMENSIONS[i];
        for (uint32_t i = 0; i < ARRAY_LENGTH(WORDS); i++)
                word_add(checker, WORDS[i].word, WORDS[i].dimension, WORDS[i].factor);
        unit_fixed(checker, UNIT_NONE, (Unit){ 0 });
        unit_fixed(checker, UNIT_RATIO, (Unit){ .percent = true });
        unit_fixed(checker, UNIT_YEARLY, unit_one(DIMENSION_RATE, true));
        unit_fixed(checker, UNIT_YUAN, unit_one(DIMENSION_YUAN, false));
        unit_fixed(checker, UNIT_MONTHS, unit_one(DIMENSION_MONTH, false));
        unit_fixed(checker, UNIT_DAYS, unit_one(DIMENSION_DAY, false));
        unit_fixed(checker, UNIT_AGE, unit_one(DIMENSION_AGE, false));
        unit_fixed(checker, UNIT_PEOPLE, unit_one(DIMENSION_PERSON, false));
        unit_fixed(checker, UNIT_TIMES, unit_one(DIMENSION_TIME, false));
}

bool units_declare(Checker *checker, Str word, Str same_as, Span at) {
        uint32_t known = 0, other = 0;
        UnitWord meaning = { .factor = 1 };
        bool exists = map_get(checker->unit_words, word, &known);
        if (same_as.length > 0) {
                if (!map_get(checker->unit_words, same_as, &other)) {
                        check_error(checker, UNIT_UNKNOWN, at, NO_HINT, "没有“%.*s”这个单位", STR_ARG(same_as));
                        return false;
                }
                meaning = checker->words[other];
                if (exists && (checker->words[known].dimension != meaning.dimension ||
                               checker->words[known].factor != meaning.factor)) {
                        check_error(checker, NAME_DUPLICATE, at, NO_HINT, "单位“%.*s”已经有别的含义", STR_ARG(word));
                        return false;
                }
        } else if (!exists) {
                if (checker->program->dimension_count >= UNITS_MAX) {
                        check_error(checker, TOO_LARGE, at, NO_HINT, "单位太多，最多 %u 个", UNITS_MAX);
                        return false;
                }
                meaning.dimension = (uint16_t) checker->program->dimension_count;
                *ARENA_PUSH(checker->arena, checker->program->dimensions, checker->program->dimension_count,
                            checker->dimension_capacity) = word;
        }
        if (!exists)
                word_add(checker, word, meaning.dimension, meaning.factor);
        return true;
}

bool units_same(const Checker *checker, uint16_t a, uint16_t b) {
        const Unit *left = &checker->program->units[a], *right = &checker->program->units[b];
        if (left->part_count != right->part_count)
                return false;
        for (uint32_t i = 0; i < left->part_count; i++) {
                if (left->parts[i].dimension != right->parts[i].dimension ||
                    left->parts[i].exponent != right->parts[i].exponent)
                        return false;
        }
        return true;
}

/* Multiplies the unit by one dimension; parts stay in order of dimension. False when there is no room. */
static bool unit_multiply(Unit *unit, uint16_t dimension, int exponent) {
        uint32_t at = 0;
        while (at < unit->part_count && unit->parts[at].dimension < dimension)
                at++;
        if (at < unit->part_count && unit->parts[at].dimension == dimension) {
                int sum = unit->parts[at].exponent + exponent;
                if (sum < -100 || sum > 100)
                        return false;
                unit->parts[at].exponent = (int8_t) sum;
                if (sum == 0) {
                        unit->part_count--;
                        for (uint32_t i = at; i < unit->part_count; i++)
                                unit->parts[i] = unit->parts[i + 1];
                }
                return true;
        }
        if (unit->part_count == UNIT_DIMENSIONS_MAX)
                return false;
        for (uint32_t i = unit->part_count; i > at; i--)
                unit->parts[i] = unit->parts[i - 1];
        unit->parts[at].dimension = dimension;
        unit->parts[at].exponent = (int8_t) exponent;
        unit->part_count++;
        return true;
}

bool units_combine(Checker *checker, uint16_t a, uint16_t b, int sign, uint16_t *ret_unit) {
        Unit unit = checker->program->units[a], other = checker->program->units[b];
        bool percent = (unit.percent || other.percent) && sign > 0;
        unit.percent = (unit.percent && other.part_count == 0 && !other.percent) || percent;
        for (uint32_t i = 0; i < other.part_count; i++) {
                if (!unit_multiply(&unit, other.parts[i].dimension, other.parts[i].exponent * sign))
                        return false;
        }
        unit.percent = unit.percent && unit.part_count == 0;
        unit.text = unit_text(checker, &unit);
        return unit_intern(checker, unit, ret_unit);
}

bool units_read(Checker *checker, Str text, uint16_t *ret_unit, int64_t *ret_factor) {
        Unit unit = { 0 };
        int64_t factor = 1;
        for (bool above = true; text.length > 0 || above; above = false) {
                uint32_t index;
                Str word = str_trim(str_cut(&text, '/'));
                if (!map_get(checker->unit_words, word, &index))
                        return false;
                UnitWord meaning = checker->words[index];
                if (above)
                        factor = meaning.factor;
                else if (meaning.factor != 1)
                        meaning.dimension = DIMENSION_YEAR;
                if (!unit_multiply(&unit, meaning.dimension, above ? 1 : -1))
                        return false;
        }
        unit.text = unit_text(checker, &unit);
        *ret_factor = factor;
        return unit_intern(checker, unit, ret_unit);
}

bool units_is_money(const Checker *checker, uint16_t unit) {
        const Unit *parts = &checker->program->units[unit];
        return parts->part_count > 0 && parts->parts[0].dimension == DIMENSION_YUAN && parts->parts[0].exponent == 1;
}

/* ---- type words ---------------------------------------------------------------------------------------- */

static const struct {
        Str     word, unit;
        uint8_t scale;
} TYPE_WORDS[] = {
        { STR_INIT("月数"), STR_INIT("月"), 0 },     { STR_INIT("天数"), STR_INIT("天"), 0 },
        { STR_INIT("工作日数"), STR_INIT("工作日"), 0 }, { STR_INIT("人数"), STR_INIT("人"), 0 },
        { STR_INIT("次数"), STR_INIT("次"), 0 },     { STR_INIT("户数"), STR_INIT("户"), 0 },
};

/* 数量(平方米), 小数(2): what stands in the brackets. */
static bool type_argument(Str text, Str word, Str *ret_inner) {
        Str open = str_slice(text, word.length, word.length + 1), close = STR(")");
        if (!str_starts(text, word) || !str_equal(open, STR("(")) || !str_ends(text, close))
                return false;
        *ret_inner = str_trim(str_slice(text, word.length + 1, text.length - 1));
        return true;
}

static bool type_of_number(Checker *checker, Str text, Type *ret_type) {
        Str inner;
        uint16_t unit;
        int64_t factor, scale;
        if (str_equal(text, STR("比率")))
                *ret_type = type_number(UNIT_RATIO, 6);
        else if (str_equal(text, STR("年利率")))
                *ret_type = type_number(UNIT_YEARLY, 6);
        else if (str_equal(text, STR("整数")))
                *ret_type = type_number(UNIT_NONE, 0);
        else if (type_argument(text, STR("小数"), &inner)) {
                if (!str_to_int(inner, &scale) || scale < 0 || scale > SCALE_MAX)
                        return false;
                *ret_type = type_number(UNIT_NONE, (uint8_t) scale);
        } else {
                if (type_argument(text, STR("数量"), &inner))
                        text = inner;
                else if (str_starts(text, STR("金额")))
                        text = str_format(checker->arena, "元%.*s", (int) (text.length - STR("金额").length),
                                          text.data + STR("金额").length);
                for (uint32_t i = 0; i < ARRAY_LENGTH(TYPE_WORDS); i++) {
                        if (str_equal(text, TYPE_WORDS[i].word))
                                text = TYPE_WORDS[i].unit;
                }
                if (!units_read(checker, text, &unit, &factor) || factor != 1)
                        return false;
                *ret_type = type_number(unit, units_is_money(checker, unit) ? 2 : 0);
        }
        return true;
}

bool type_read(Checker *checker, uint32_t module, TypeSyntax syntax, Type *ret_type) {
        Str text = str_trim(syntax.text);
        if (text.length == 0)
                return false;
        const Symbol *symbol = scope_global(checker, module, SPACE_TYPE, text, NULL);
        if (symbol != NULL && symbol->kind == SYMBOL_ENUMERATION)
                *ret_type = (Type){ .kind = TYPE_CODE, .of = (uint16_t) symbol->index };
        else if (str_equal(text, STR("真假")))
                *ret_type = type_of(TYPE_TRUTH);
        else if (str_equal(text, STR("日期")))
                *ret_type = type_of(TYPE_DATE);
        else if (str_equal(text, STR("文本")))
                *ret_type = type_of(TYPE_TEXT);
        else if (!type_of_number(checker, text, ret_type)) {
                if (symbol != NULL) {
                        check_error(checker, TYPE_UNKNOWN, syntax.at, STR("用“关系”连接两个实体"),
                                    "“%.*s”是实体，不是值的类型", STR_ARG(text));
                        return false;
                }
                Str near = { 0 }, names[32];
                uint32_t count = 0;
                static const Str FIXED[] = { STR_INIT("真假"), STR_INIT("日期"), STR_INIT("文本"), STR_INIT("金额"),
                                             STR_INIT("金额/月"), STR_INIT("金额/年"), STR_INIT("比率"),
                                             STR_INIT("年利率"), STR_INIT("整数"), STR_INIT("人次") };
                for (uint32_t i = 0; i < ARRAY_LENGTH(FIXED); i++)
                        names[count++] = FIXED[i];
                for (uint32_t i = 0; i < ARRAY_LENGTH(TYPE_WORDS); i++)
                        names[count++] = TYPE_WORDS[i].word;
                for (uint32_t i = 0; i < checker->program->enumeration_count && count < ARRAY_LENGTH(names); i++)
                        names[count++] = checker->program->enumerations[i].name;
                Str hint = nearest_name(text, names, count, &near)
                                   ? str_format(checker->arena, "是否想写 %.*s", STR_ARG(near)) : (Str){ 0 };
                check_error(checker, TYPE_UNKNOWN, syntax.at, hint, "没有“%.*s”这个类型", STR_ARG(text));
                return false;
        }
        return true;
}

static int64_t scaled(int64_t value, uint8_t scale) {
        return value * kernel_power_of_ten(scale);
}

void type_range(const Checker *checker, Type type, int64_t *ret_low, int64_t *ret_high) {
        const Unit *unit = &checker->program->units[type.unit];
        int64_t low = 0, high = 10000000;
        switch (type.kind) {
        case TYPE_TRUTH:
                high = TRUTH_YES;
                break;
        case TYPE_DATE:
                low = DATE_MIN;
                high = DATE_MAX;
                break;
        case TYPE_CODE:
                high = (int64_t) checker->program->enumerations[type.of].member_count - 1;
                break;
        case TYPE_ROW:
        case TYPE_TEXT:
                high = UINT32_MAX - 1;
                break;
        case TYPE_NUMBER:
                if (type.unit == UNIT_RATIO)
                        high = 100;
                else if (type.unit == UNIT_YEARLY)
                        high = 1;
                else if (unit->part_count == 0) {
                        high = type.scale == 0 ? 1000000000000 : 1000000000;
                        low = -high;
                } else if (units_is_money(checker, type.unit))
                        high = type.unit == UNIT_YUAN ? 100000000000 : 1000000000;
                else if (type.unit == UNIT_MONTHS)
                        high = 1200;
                else if (type.unit == UNIT_AGE)
                        high = 150;
                else if (unit->parts[0].dimension == DIMENSION_DAY || unit->parts[0].dimension == DIMENSION_WORKDAY)
                        high = 100000;
                low = scaled(low, type.scale);
                high = scaled(high, type.scale);
                break;
        }
        *ret_low = low;
        *ret_high = high;
}

Str unit_words(const Checker *checker, uint16_t unit) {
        if (unit == UNIT_RATIO)
                return STR("比率");
        if (unit == UNIT_YEARLY)
                return STR("年利率");
        return unit == UNIT_NONE ? STR("没有单位的数") : checker->program->units[unit].text;
}

Str type_words(const Checker *checker, Type type) {
        switch (type.kind) {
        case TYPE_TRUTH:
                return STR("真假");
        case TYPE_DATE:
                return STR("日期");
        case TYPE_TEXT:
                return STR("文本");
        case TYPE_CODE:
                return checker->program->enumerations[type.of].name;
        case TYPE_ROW:
                return checker->program->entities[type.of].name;
        case TYPE_NUMBER:
                return unit_words(checker, type.unit);
        }
        return (Str){ 0 };
}
