/* The general reader: what a cell may say, and the name of what is wrong with it. */
#include "engine/cell_pass.h"

#include "base/utf8.h"

#include <string.h>

/* Half width, without blanks around. */
static Str tidy(Str text, Arena *scratch) {
        bool wide = false;
        for (size_t i = 0; i < text.length; i++)
                wide |= (unsigned char) text.data[i] == 0xEF || (unsigned char) text.data[i] == 0xE3;
        if (!wide)
                return str_trim(text);
        char *narrow = ARENA_NEW(scratch, char, text.length + 4);
        size_t length = 0;
        for (size_t at = 0; at < text.length;) {
                size_t bytes = 0;
                utf8_encode(utf8_narrow(utf8_next(text, &at)), narrow + length, &bytes);
                length += bytes;
        }
        return str_trim((Str){ narrow, length });
}

/* ---- numbers ------------------------------------------------------------------------------------------ */

typedef struct Decimal {
        int64_t digits;          /* the number is digits × 10^exponent */
        int32_t exponent;
        Str     rest;            /* what stands behind it */
} Decimal;

#define DIGITS_MAX 18

/* The decimal number at the front; false when there is none or it has too many digits (*ret_long). */
static bool take_decimal(Str text, Decimal *ret_decimal, bool *ret_long) {
        bool negative = str_starts(text, STR("-")), point = false, any = false;
        Decimal decimal = { 0 };
        uint32_t digits = 0;
        size_t at = negative || str_starts(text, STR("+")) ? 1 : 0;
        for (; at < text.length; at++) {
                char byte = text.data[at];
                if (byte == '.' && !point) {
                        point = true;
                        continue;
                }
                if (byte < '0' || byte > '9')
                        break;
                any = true;
                digits += digits > 0 || byte != '0';
                *ret_long = digits > DIGITS_MAX;
                if (*ret_long)
                        return false;
                decimal.digits = decimal.digits * 10 + (byte - '0');
                decimal.exponent -= point;
                if (decimal.exponent < -1000)
                        return false;
        }
        if (negative)
                decimal.digits = -decimal.digits;
        decimal.rest = str_trim(str_slice(text, at, text.length));
        *ret_decimal = decimal;
        return any;
}

/* 万, 亿, the unit or % behind the digits; what is wrong when something else stands there. */
static LoadFault take_unit(const CellPlan *plan, Decimal *decimal) {
        const Unit *unit = &plan->program->units[plan->fact->type.unit];
        Str rest = decimal->rest;
        if (str_starts(rest, STR("万")) || str_starts(rest, STR("亿"))) {
                decimal->exponent += str_starts(rest, STR("万")) ? 4 : 8;
                rest = str_slice(rest, 3, rest.length);
        }
        if (unit->percent && str_equal(rest, STR("%"))) {
                decimal->exponent -= 2;
                return LOAD_FINE;
        }
        if (rest.length == 0 || str_equal(rest, unit->text))
                return LOAD_FINE;
        if (rest.data[0] == ',')
                return LOAD_GROUPED;
        if ((rest.data[0] == 'e' || rest.data[0] == 'E') && rest.length > 1)
                return LOAD_SCIENTIFIC;
        return LOAD_UNIT;
}

static LoadFault read_number(const CellPlan *plan, Str text, int64_t *ret_cell) {
        Decimal decimal = { 0 };
        bool too_long = false;
        if (!take_decimal(text, &decimal, &too_long))
                return too_long ? LOAD_RANGE : LOAD_NOT_NUMBER;
        LoadFault fault = take_unit(plan, &decimal);
        if (fault != LOAD_FINE)
                return fault;
        int64_t cell = decimal.digits;
        int32_t shift = decimal.exponent + plan->fact->type.scale;
        for (; shift > 0 && cell != 0; shift--)
                if (__builtin_mul_overflow(cell, 10, &cell))
                        return LOAD_RANGE;
        for (; shift < 0 && cell != 0; shift++) {
                if (cell % 10 != 0)
                        return LOAD_PRECISE;
                cell /= 10;
        }
        *ret_cell = cell;
        return LOAD_FINE;
}

/* ---- dates -------------------------------------------------------------------------------------------- */

static LoadFault read_date(Str text, int64_t *ret_cell) {
        static const Str midnights[] = { STR_INIT(" 00:00:00"), STR_INIT("T00:00:00"), STR_INIT(" 0:00:00"),
                                         STR_INIT(" 00:00"),    STR_INIT(" 0:00"),     STR_INIT(" 00:00:00.000") };
        int32_t days = 0;
        for (size_t i = 0; i < ARRAY_LENGTH(midnights); i++)
                if (str_ends(text, midnights[i])) {
                        text.length -= midnights[i].length;
                        break;
                }
        if (!date_parse(text, &days))
                return LOAD_NOT_DATE;
        *ret_cell = days;
        return LOAD_FINE;
}

/* ---- any cell ----------------------------------------------------------------------------------------- */

static LoadFault read_typed(const CellPlan *plan, Str text, int64_t *ret_cell) {
        switch (plan->fact->type.kind) {
        case TYPE_TRUTH:
                return LOAD_NOT_TRUTH;   /* all its texts are words */
        case TYPE_CODE:
                return LOAD_NOT_MEMBER;
        case TYPE_NUMBER:
                return read_number(plan, text, ret_cell);
        case TYPE_DATE:
                return read_date(text, ret_cell);
        case TYPE_ROW:
        case TYPE_TEXT:
                break;
        }
        MUST(false);
}

LoadFault cell_read(const CellPlan *plan, Str text, Arena *scratch, int64_t *ret_cell) {
        size_t bad = 0;
        int64_t cell = plan->unknown;
        if (!utf8_check(text, &bad))
                return LOAD_BYTES;
        text = tidy(text, scratch);
        if (text.length == 0) {
                *ret_cell = plan->blank;
                return LOAD_FINE;
        }
        if (!words_find(plan->words, text, &cell)) {
                LoadFault fault = read_typed(plan, text, &cell);
                if (fault != LOAD_FINE)
                        return fault;
        }
        if (cell != plan->unknown && (cell < plan->low || cell > plan->high))
                return LOAD_RANGE;
        *ret_cell = cell;
        return LOAD_FINE;
}

CellPlan cell_plan(Arena *arena, const Program *program, const Fact *fact, bool fast) {
        int64_t unknown = type_unknown(fact->type);
        bool zero = fact->blank_is_no && fact->low <= 0 && fact->high >= 0 &&
                    (fact->type.kind == TYPE_TRUTH || fact->type.kind == TYPE_NUMBER);
        CellPlan plan = { .program = program, .fact = fact, .unknown = unknown, .blank = zero ? 0 : unknown,
                          .low = fact->low, .high = fact->high,
                          .power = fact->type.kind == TYPE_NUMBER ? kernel_power_of_ten(fact->type.scale) : 1 };
        if (fact->type.kind == TYPE_TRUTH)
                plan.low = TRUTH_NO, plan.high = TRUTH_YES;
        plan.words = words_new(arena, program, &plan);
        if (fact->type.kind == TYPE_DATE)
                plan.days = day_table_new(arena);
        bool worded = fact->type.kind == TYPE_TRUTH || fact->type.kind == TYPE_CODE;
        plan.fast = fast && (worded || fact->code_count == 0);
        plan.vector = plan.fast ? cell_pass_avx512(&plan) : NULL;
        return plan;
}
