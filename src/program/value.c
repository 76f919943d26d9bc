/* Cells as people read and write them. Input is forgiving (full width, 万 and 亿, units, commas), never guessing: what
 * is not understood is refused with a sentence that says what would be. */
#include "program/program.h"

#include "base/utf8.h"

#define SHOWN_MAX 30      /* characters of somebody's input that a message repeats */
#define INPUT_MAX 1000    /* bytes; nobody types more into a field */
#define MEMBERS_SHOWN 12
#define DIGITS_MAX 18     /* of a number as typed, without its point: always fits in 64 bits */
#define MONTHS_A_YEAR 12
#define PERCENT_SCALE 2   /* 3.1% is 0.031 */

/* ---- printing ------------------------------------------------------------------------------------------ */

static void print_number(const Unit *unit, uint8_t scale, int64_t cell, Buffer *out) {
        uint64_t magnitude = cell < 0 ? 0 - (uint64_t) cell : (uint64_t) cell;
        uint64_t shift = unit->percent ? 100 : 1, power = (uint64_t) kernel_power_of_ten(scale);
        uint64_t whole = magnitude / power, rest = magnitude % power;
        /* a percentage moves two digits of the fraction before the point */
        unsigned __int128 moved = (unsigned __int128) rest * shift;
        unsigned __int128 integer = (unsigned __int128) whole * shift + moved / power;
        uint64_t fraction = (uint64_t) (moved % power);
        if (cell < 0)
                buffer_byte(out, '-');
        if (integer >= 1000000000000000000u)
                buffer_format(out, "%llu%018llu", (unsigned long long) (integer / 1000000000000000000u),
                              (unsigned long long) (integer % 1000000000000000000u));
        else
                buffer_format(out, "%llu", (unsigned long long) integer);
        if (fraction != 0)
                buffer_byte(out, '.');
        for (power /= 10; fraction != 0; fraction %= power, power /= 10)
                buffer_byte(out, (char) ('0' + fraction / power));
        buffer_add(out, unit->percent ? STR("%") : unit->text);
}

static void print_code(const Program *program, Type type, int64_t cell, Buffer *out) {
        const Enumeration *enumeration = &program->enumerations[type.of];
        MUST(cell >= 0 && cell < (int64_t) enumeration->member_count);
        buffer_add(out, enumeration->members[cell]);
}

void value_print(const Program *program, Type type, int64_t cell, Buffer *out) {
        char date[11];
        if (cell == type_unknown(type)) {
                buffer_add(out, STR("未知"));
                return;
        }
        switch (type.kind) {
        case TYPE_TRUTH:
                buffer_add(out, cell == TRUTH_YES ? STR("是") : STR("否"));
                return;
        case TYPE_NUMBER:
                print_number(&program->units[type.unit], type.scale, cell, out);
                return;
        case TYPE_DATE:
                MUST(cell >= DATE_MIN && cell <= DATE_MAX);
                date_print((int32_t) cell, date);
                buffer_add(out, str_from(date));
                return;
        case TYPE_CODE:
                print_code(program, type, cell, out);
                return;
        case TYPE_ROW:
                buffer_format(out, "第%lld行", (long long) cell + 1);
                return;
        case TYPE_TEXT:
                buffer_format(out, "第%lld项文字", (long long) cell + 1);
                return;
        }
}

/* ---- reading ------------------------------------------------------------------------------------------- */

typedef struct Reader {
        const Program *program;
        Type           type;
        int64_t        low, high;
        Str            text;      /* narrow, trimmed */
        Arena         *arena;
        Str            why;
} Reader;

/* Half width, without blanks at the ends. */
static Str narrowed(Arena *arena, Str text) {
        char *narrow = ARENA_NEW(arena, char, 4 * text.length + 1);   /* a bad byte becomes three */
        size_t length = 0;
        for (size_t at = 0, bytes; at < text.length; length += bytes)
                utf8_encode(utf8_narrow(utf8_next(text, &at)), narrow + length, &bytes);
        return str_trim((Str){ narrow, length });
}

static Str shown(Str text) {
        size_t at = 0;
        for (int i = 0; i < SHOWN_MAX && at < text.length; i++)
                (void) utf8_next(text, &at);
        return str_slice(text, 0, at);
}

static Str printed(const Reader *reader, int64_t cell) {
        Buffer buffer = buffer_new(4096);
        value_print(reader->program, reader->type, cell, &buffer);
        Str copy = str_copy(reader->arena, buffer_str(&buffer));
        buffer_free(&buffer);
        return copy;
}

static bool in_range(Reader *reader, int64_t cell) {
        if (cell >= reader->low && cell <= reader->high)
                return true;
        Str low = printed(reader, reader->low), high = printed(reader, reader->high);
        reader->why = str_format(reader->arena, "“%.*s”太%s了，这里可以填 %.*s 至 %.*s。", STR_ARG(shown(reader->text)),
                                 reader->type.kind == TYPE_DATE ? (cell < reader->low ? "早" : "晚")
                                                                : (cell < reader->low ? "小" : "大"),
                                 STR_ARG(low), STR_ARG(high));
        return false;
}

static bool read_truth(Reader *reader, int64_t *ret_cell) {
        static const struct {
                Str     word;
                int64_t truth;
        } words[] = {
                { STR_INIT("是"), TRUTH_YES }, { STR_INIT("否"), TRUTH_NO }, { STR_INIT("有"), TRUTH_YES },
                { STR_INIT("无"), TRUTH_NO }, { STR_INIT("没有"), TRUTH_NO }, { STR_INIT("不是"), TRUTH_NO },
                { STR_INIT("1"), TRUTH_YES }, { STR_INIT("0"), TRUTH_NO }, { STR_INIT("true"), TRUTH_YES },
                { STR_INIT("false"), TRUTH_NO },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
                if (str_equal(reader->text, words[i].word)) {
                        *ret_cell = words[i].truth;
                        return true;
                }
        reader->why = str_format(reader->arena, "“%.*s”看不懂，请填“是”或“否”。", STR_ARG(shown(reader->text)));
        return false;
}

static bool read_date(Reader *reader, int64_t *ret_cell) {
        int32_t days;
        if (!date_parse(reader->text, &days)) {
                reader->why = str_format(reader->arena, "“%.*s”不是日期，请照 2025-06-10 的样子填写年、月、日。",
                                         STR_ARG(shown(reader->text)));
                return false;
        }
        *ret_cell = days;
        return in_range(reader, days);
}

static bool read_code(Reader *reader, int64_t *ret_cell) {
        const Enumeration *enumeration = &reader->program->enumerations[reader->type.of];
        for (uint32_t i = 0; i < enumeration->member_count; i++)
                if (str_equal(reader->text, enumeration->members[i])) {
                        *ret_cell = i;
                        return in_range(reader, i);
                }
        Buffer list = buffer_new(16384);
        for (uint32_t i = 0; i < enumeration->member_count && i < MEMBERS_SHOWN; i++) {
                buffer_add(&list, i == 0 ? STR("") : STR("、"));
                buffer_add(&list, enumeration->members[i]);
        }
        if (enumeration->member_count > MEMBERS_SHOWN)
                buffer_add(&list, STR("等"));
        reader->why = str_format(reader->arena, "“%.*s”不在“%.*s”之中，可以填：%.*s。", STR_ARG(shown(reader->text)),
                                 STR_ARG(enumeration->name), STR_ARG(buffer_str(&list)));
        buffer_free(&list);
        return false;
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

/* mantissa × 10^exponent */
typedef struct Decimal {
        int64_t mantissa;
        int     exponent;
} Decimal;

static bool take(Str *rest, Str word) {
        if (word.length == 0 || !str_starts(*rest, word))
                return false;
        *rest = str_trim(str_slice(*rest, word.length, rest->length));
        return true;
}

static bool is_digit(char byte) {
        return byte >= '0' && byte <= '9';
}

/* Digits with at most one point; commas between digits of the whole part are passed over. */
static bool take_digits(Str *rest, Decimal *ret_decimal) {
        Decimal decimal = { 0, 0 };
        size_t at = 0;
        int digits = 0, significant = 0;
        bool point = false;
        for (; at < rest->length; at++) {
                char byte = rest->data[at];
                bool between = digits > 0 && at + 1 < rest->length && is_digit(rest->data[at + 1]);
                if (byte == ',' && !point && between)
                        continue;
                if (byte == '.' && !point) {
                        point = true;
                        continue;
                }
                if (!is_digit(byte))
                        break;
                digits++;
                significant += significant > 0 || byte != '0';
                if (significant > DIGITS_MAX)
                        return false;
                decimal.mantissa = decimal.mantissa * 10 + (byte - '0');
                decimal.exponent -= point;
        }
        if (digits == 0 || rest->data[at - 1] == '.')
                return false;
        *rest = str_trim(str_slice(*rest, at, rest->length));
        *ret_decimal = decimal;
        return true;
}

static void take_magnitude(Str *rest, Decimal *decimal) {
        if (take(rest, STR("万亿")))
                decimal->exponent += 12;
        else if (take(rest, STR("亿")))
                decimal->exponent += 8;
        else if (take(rest, STR("万")))
                decimal->exponent += 4;
}

static bool same_unit(const Unit *x, const Unit *y) {
        if (x->part_count != y->part_count || x->percent != y->percent)
                return false;
        for (uint32_t i = 0; i < x->part_count; i++) {
                bool found = false;
                for (uint32_t k = 0; k < y->part_count; k++)
                        found = found || (x->parts[i].dimension == y->parts[k].dimension &&
                                          x->parts[i].exponent == y->parts[k].exponent);
                if (!found)
                        return false;
        }
        return true;
}

/* The unit itself, or another word for it (名 for 人). */
static bool is_unit(const Reader *reader, Str word) {
        const Unit *unit = &reader->program->units[reader->type.unit];
        static const Str aliases[][2] = {
                { STR_INIT("个月"), STR_INIT("月") }, { STR_INIT("岁"), STR_INIT("周岁") },
        };
        for (uint32_t i = 0; i < reader->program->unit_count; i++)
                if (reader->program->units[i].part_count > 0 && str_equal(word, reader->program->units[i].text) &&
                    same_unit(unit, &reader->program->units[i]))
                        return true;
        for (size_t i = 0; i < ARRAY_LENGTH(aliases); i++)
                if (str_equal(unit->text, aliases[i][0]) && str_equal(word, aliases[i][1]))
                        return true;
        return str_equal(word, unit->text);
}

/* The cell of a decimal, exactly: *ret_cell; a sentence where it has more places than the type, or is too large. */
static bool scaled(Reader *reader, Decimal decimal, int64_t *ret_cell) {
        const Unit *unit = &reader->program->units[reader->type.unit];
        int places = reader->type.scale - (unit->percent ? PERCENT_SCALE : 0);
        int exponent = decimal.exponent + places;
        int64_t cell = decimal.mantissa;
        for (; exponent < 0 && cell % 10 == 0 && cell != 0; exponent++)
                cell /= 10;
        if (exponent < 0 && cell != 0) {
                reader->why = places > 0 ? str_format(reader->arena, "“%.*s”的小数太长，最多 %d 位小数。",
                                                      STR_ARG(shown(reader->text)), places)
                                         : str_format(reader->arena, "“%.*s”请填整数。", STR_ARG(shown(reader->text)));
                return false;
        }
        for (; exponent > 0 && cell != UNKNOWN; exponent--)
                cell = kernel_multiply(cell, 10);
        if (cell == UNKNOWN)
                cell = decimal.mantissa < 0 ? INT64_MIN + 1 : INT64_MAX;   /* out of every range */
        *ret_cell = cell;
        return true;
}

/* "3年", "3年6个月" for a number of months. */
static bool read_years(Reader *reader, Str *rest, Decimal *decimal) {
        const Unit *unit = &reader->program->units[reader->type.unit];
        if (!str_equal(unit->text, STR("个月")) || !take(rest, STR("年")))
                return true;
        Decimal months = { 0, 0 };
        if (rest->length > 0 && (!take_digits(rest, &months) || months.exponent != 0 || decimal->exponent != 0 ||
                                 rest->length == 0))
                return false;
        int64_t sum = kernel_multiply(decimal->mantissa, MONTHS_A_YEAR);
        sum = sum == UNKNOWN ? UNKNOWN : kernel_add(sum, months.mantissa);
        if (sum == UNKNOWN)
                return false;
        decimal->mantissa = sum;
        return true;
}

static bool read_number(Reader *reader, int64_t *ret_cell) {
        const Unit *unit = &reader->program->units[reader->type.unit];
        Str rest = reader->text;
        bool negative = take(&rest, STR("-")) || take(&rest, STR("−"));
        Decimal decimal = { 0, 0 };
        bool read = take_digits(&rest, &decimal);
        if (read)
                take_magnitude(&rest, &decimal);
        read = read && read_years(reader, &rest, &decimal);
        if (!read || (rest.length > 0 && !(unit->percent ? str_equal(rest, STR("%")) : is_unit(reader, rest)))) {
                Str example = unit->percent ? STR("3.1%") : str_format(reader->arena, "12%.*s", STR_ARG(unit->text));
                reader->why = str_format(reader->arena, "“%.*s”看不懂，请填数字，例如 %.*s。",
                                         STR_ARG(shown(reader->text)), STR_ARG(example));
                return false;
        }
        decimal.mantissa = negative ? -decimal.mantissa : decimal.mantissa;
        return scaled(reader, decimal, ret_cell) && in_range(reader, *ret_cell);
}

static bool read_value(Reader *reader, int64_t *ret_cell) {
        if (reader->text.length == 0) {
                reader->why = STR("这里还没有填写。");
                return false;
        }
        switch (reader->type.kind) {
        case TYPE_TRUTH:
                return read_truth(reader, ret_cell);
        case TYPE_NUMBER:
                return read_number(reader, ret_cell);
        case TYPE_DATE:
                return read_date(reader, ret_cell);
        case TYPE_CODE:
                return read_code(reader, ret_cell);
        case TYPE_ROW:
        case TYPE_TEXT:
                break;
        }
        reader->why = STR("这一项来自登记信息，不能在这里填写。");
        return false;
}

bool value_parse(const Program *program, Type type, int64_t low, int64_t high, Str text, Arena *arena,
                 int64_t *ret_cell, Str *ret_why) {
        Reader reader = {
                .program = program, .type = type, .low = low, .high = high, .arena = arena,
                .text = narrowed(arena, str_slice(text, 0, INPUT_MAX)), .why = STR(""),
        };
        int64_t cell = 0;
        if (text.length > INPUT_MAX) {
                *ret_why = STR("填写的内容太长了。");
                return false;
        }
        if (!read_value(&reader, &cell)) {
                *ret_why = reader.why;
                return false;
        }
        *ret_cell = cell;
        return true;
}
