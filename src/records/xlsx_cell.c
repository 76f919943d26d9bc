/* What a number in a workbook means: its format says whether it is a day, a percentage or a number, and its digits are kept as
 * digits. */
#include "records/xlsx_inside.h"

#include "base/utf8.h"

#include <string.h>

#define SIGNIFICANT_DIGITS 15       /* what a spreadsheet shows and people typed */
#define EXPONENT_MAX 400
#define ZEROS "0000000000000000000"   /* more than a whole number that is written out can end with */
#define SERIAL_1900 25569           /* 1970-01-01, from 61 on */
#define SERIAL_1904 24107
#define SERIAL_NO_DAY 60            /* 1900-02-29, which never was */
#define NEARLY_A_DAY STR("9999943") /* less than half a second before midnight */

NumberForm xlsx_builtin_form(int64_t id) {
        static const struct {
                int64_t    first, last;
                NumberForm form;
        } ranges[] = {
                { 9, 10, FORM_PERCENT }, { 14, 17, FORM_DATE }, { 18, 21, FORM_TIME }, { 22, 22, FORM_DATE }, { 27, 31, FORM_DATE },
                { 32, 35, FORM_TIME },   { 36, 36, FORM_DATE }, { 45, 47, FORM_TIME }, { 50, 54, FORM_DATE }, { 55, 56, FORM_TIME },
                { 57, 58, FORM_DATE },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(ranges); i++)
                if (id >= ranges[i].first && id <= ranges[i].last)
                        return ranges[i].form;
        return FORM_PLAIN;
}

/* Behind what stands in quotes or brackets, or is escaped, at `at`; `at` itself when it is a letter of the format. */
static size_t behind_literal(Str code, size_t at) {
        char open = code.data[at], close = open == '[' ? ']' : '"';
        if (open == '\\' || open == '_' || open == '*')
                return at + 2 < code.length ? at + 2 : code.length;
        if (open != '[' && open != '"')
                return at;
        for (at++; at < code.length && code.data[at] != close;)
                at++;
        return at < code.length ? at + 1 : at;
}

/* "[h]", "[mm]": time that runs on. */
static bool is_running_time(Str bracket) {
        for (size_t i = 1; i + 1 < bracket.length; i++)
                if (!strchr("hHmMsS", bracket.data[i]))
                        return false;
        return bracket.length > 2 && bracket.data[0] == '[';
}

NumberForm xlsx_custom_form(Str code) {
        bool day = false, month = false, clock = false, percent = false;
        for (size_t at = 0, behind; at < code.length && code.data[at] != ';'; at = behind) {
                char letter = code.data[at];
                behind = behind_literal(code, at);
                if (behind > at) {
                        clock = clock || is_running_time(str_slice(code, at, behind));
                        continue;
                }
                behind = at + 1;
                day = day || strchr("yYdD", letter);
                month = month || strchr("mM", letter);
                clock = clock || strchr("hHsS", letter);
                percent = percent || letter == '%';
        }
        if (day || (month && !clock))
                return FORM_DATE;
        return clock ? FORM_TIME : percent ? FORM_PERCENT : FORM_PLAIN;
}

/* value × 10^exponent, exactly */
typedef struct Digits {
        uint64_t value;
        int      count, exponent;           /* count: digits of the value; 0 has none */
        bool     negative;
} Digits;

/* One digit more than is kept, to round by. */
static void add_digit(Digits *digits, char digit, bool behind_point) {
        if (digits->count > SIGNIFICANT_DIGITS) {
                digits->exponent += !behind_point;
                return;
        }
        digits->value = digits->value * 10 + (uint64_t) (digit - '0');
        digits->count += digits->value > 0;
        digits->exponent -= behind_point;
}

static bool read_exponent(Str text, int *ret_exponent) {
        int64_t value;
        Str digits = str_starts(text, STR("+")) ? str_slice(text, 1, text.length) : text;
        if (!str_to_int(digits, &value) || value < -EXPONENT_MAX || value > EXPONENT_MAX)
                return false;
        *ret_exponent = (int) value;
        return true;
}

static void round_digits(Digits *digits) {
        if (digits->count > SIGNIFICANT_DIGITS) {
                digits->value = (digits->value + 5) / 10;
                digits->exponent++;
        }
        for (; digits->value > 0 && digits->value % 10 == 0; digits->value /= 10)
                digits->exponent++;
        digits->count = 0;
        for (uint64_t rest = digits->value; rest > 0; rest /= 10)
                digits->count++;
}

static bool read_digits(Str text, Digits *ret_digits) {
        Digits digits = { .negative = str_starts(text, STR("-")) };
        bool point = false, any = false;
        size_t at = digits.negative || str_starts(text, STR("+"));
        for (; at < text.length && (text.data[at] == '.' || (text.data[at] >= '0' && text.data[at] <= '9')); at++) {
                if (text.data[at] == '.') {
                        if (point)
                                return false;
                        point = true;
                } else {
                        any = true;
                        add_digit(&digits, text.data[at], point);
                }
        }
        int exponent = 0;
        if (!any || (at < text.length && ((text.data[at] != 'e' && text.data[at] != 'E') ||
                                          !read_exponent(str_slice(text, at + 1, text.length), &exponent))))
                return false;
        digits.exponent = digits.count ? digits.exponent + exponent : 0;
        round_digits(&digits);
        *ret_digits = digits;
        return true;
}

/* Written out without an exponent. */
static Str written(Arena *arena, const Digits *digits) {
        unsigned long long value = digits->value;
        const char *sign = digits->negative && value ? "-" : "";
        if (digits->exponent >= 0)
                return str_format(arena, "%s%llu%.*s", sign, value, digits->exponent, ZEROS);
        Str text = str_format(arena, "%0*llu", 1 - digits->exponent, value);
        size_t whole = text.length - (size_t) -digits->exponent;
        return str_format(arena, "%s%.*s.%s", sign, (int) whole, text.data, text.data + whole);
}

/* The day of a serial number: the whole part, or the next one a breath before midnight. */
static bool serial_day(Str plain, bool epoch_1904, int32_t *ret_days) {
        Str fraction = plain, whole = str_cut(&fraction, '.');
        int64_t serial;
        if (!str_to_int(whole, &serial) || serial < 0)
                return false;
        if (str_compare(str_slice(fraction, 0, NEARLY_A_DAY.length), NEARLY_A_DAY) >= 0 && fraction.length)
                serial++;
        if (!epoch_1904 && (serial == 0 || serial == SERIAL_NO_DAY))
                return false;
        int64_t days = epoch_1904 ? serial - SERIAL_1904 : serial - SERIAL_1900 + (serial < SERIAL_NO_DAY);
        if (days < DATE_MIN || days > DATE_MAX)
                return false;
        *ret_days = (int32_t) days;
        return true;
}

SheetCell xlsx_number(Arena *arena, Str text, NumberForm form, bool epoch_1904) {
        Digits digits;
        SheetCell cell = { .kind = SHEET_NUMBER, .text = text };
        if (!read_digits(str_trim(text), &digits)) {
                cell.kind = SHEET_ERROR;
                return cell;
        }
        int whole = digits.count + digits.exponent;
        if (whole > SIGNIFICANT_DIGITS || whole < -EXPONENT_MAX / 2)
                return cell;
        if (form == FORM_PERCENT)
                digits.exponent += 2;
        cell.text = written(arena, &digits);
        if (form == FORM_PERCENT)
                cell.text = str_format(arena, "%.*s%%", STR_ARG(cell.text));
        if (form == FORM_DATE && serial_day(cell.text, epoch_1904, &cell.days)) {
                char date[11];
                date_print(cell.days, date);
                cell.kind = SHEET_DATE;
                cell.text = str_copy(arena, str_from(date));
        }
        return cell;
}

/* The character of "_xHHHH_" at `at`. */
static bool escaped(Str text, size_t at, uint32_t *ret_character) {
        uint32_t character = 0;
        if (at + 7 > text.length || text.data[at] != '_' || text.data[at + 1] != 'x' || text.data[at + 6] != '_')
                return false;
        for (size_t i = at + 2; i < at + 6; i++) {
                char byte = text.data[i];
                const char *found = memchr("0123456789abcdef", byte | (byte >= 'A' ? 0x20 : 0), 16);
                if (!found)
                        return false;
                character = character * 16 + (byte <= '9' ? (uint32_t) (byte - '0') : (uint32_t) ((byte | 0x20) - 'a' + 10));
        }
        *ret_character = character;
        return true;
}

Str xlsx_unescape(Arena *arena, Str text) {
        size_t at;
        if (!str_find(text, STR("_x"), &at))
                return text;
        char *bytes = ARENA_NEW(arena, char, text.length + 1);
        size_t length = 0;
        for (at = 0; at < text.length;) {
                uint32_t character;
                size_t size = 0;
                if (!escaped(text, at, &character)) {
                        bytes[length++] = text.data[at++];
                        continue;
                }
                at += 7;
                /* nothing that is no character, and no control characters but ends of lines */
                if ((character >= ' ' && (character < 0xD800 || character > 0xDFFF)) || character == '\t' || character == '\n')
                        utf8_encode(character, bytes + length, &size);
                length += size;
        }
        return (Str){ bytes, length };
}
