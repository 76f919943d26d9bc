/* Numbers of Chinese registers, checked place by place: the sentence says which place is wrong. It goes to lists and logs where the
 * number itself is masked, so that none of a person's digits stand in it; the code of a firm is public. */
#include "records/sheet.h"

#include "base/utf8.h"
#include "engine/identity.h"

#include <string.h>

#define MOBILE_LENGTH 11
#define DIVISION_DIGITS 6
#define OLD_IDENTITY_LENGTH 15

/* First two digits: provinces, and 9 for foreign residents and for people who do not exist. */
static bool is_province(const char *digits) {
        static const char *const provinces[] = { "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
                                                 "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
                                                 "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83" };
        for (size_t i = 0; i < ARRAY_LENGTH(provinces); i++)
                if (memcmp(digits, provinces[i], 2) == 0)
                        return true;
        return digits[0] == '9';
}

static bool is_digit(char byte) {
        return byte >= '0' && byte <= '9';
}

/* The character at a place (from 1), whole. */
static Str character_at(Str text, size_t place) {
        size_t at = 0, from = 0;
        for (size_t i = 0; i < place; i++) {
                from = at;
                (void) utf8_next(text, &at);
        }
        return str_slice(text, from, at);
}

static bool refuse_place(Str text, size_t place, const char *wanted, Arena *arena, Str *ret_why) {
        Str wrong = character_at(text, place);
        *ret_why = wrong.length == 1 && is_digit(wrong.data[0])
                           ? str_format(arena, "第 %zu 位应是%s，请对照证件核对。", place, wanted)
                           : str_format(arena, "第 %zu 位应是%s，这里是“%.*s”。", place, wanted, STR_ARG(wrong));
        return false;
}

/* Bytes [from, to) are digits. */
static bool all_digits(Str text, size_t from, size_t to, Arena *arena, Str *ret_why) {
        for (size_t i = from; i < to; i++)
                if (!is_digit(text.data[i]))
                        return refuse_place(text, i + 1, "数字", arena, ret_why);
        return true;
}

static bool province_fits(Str text, size_t from, Arena *arena, Str *ret_why) {
        if (is_province(text.data + from))
                return true;
        *ret_why = str_format(arena, "第 %zu 至 %zu 位不是任何省份的代码，请对照证件核对。", from + 1, from + 2);
        return false;
}

/* Every character is one byte, and there are `wanted` of them. */
static bool length_fits(Str text, const char *what, size_t wanted, Arena *arena, Str *ret_why) {
        size_t count = utf8_count(text);
        for (size_t i = 0; i < text.length; i++)
                if ((unsigned char) text.data[i] >= 0x80)
                        return refuse_place(text, utf8_count(str_slice(text, 0, i)) + 1, "数字或字母", arena, ret_why);
        if (count == wanted)
                return true;
        *ret_why = str_format(arena, "%s应是 %zu 位，这里有 %zu 位，请核对是否%s。", what, wanted, count, count < wanted ? "漏了" : "多了");
        return false;
}

static bool birth_fits(Str text, int32_t today, Arena *arena, Str *ret_why) {
        Str birth = str_slice(text, 6, 14);
        int32_t days;
        const char *what = !date_parse(birth, &days) || days < DATE_MIN ? "不是出生日期" : days > today ? "是还没有到的日期" : NULL;
        if (what)
                *ret_why = str_format(arena, "第 7 至 14 位%s，请对照证件核对。", what);
        return what == NULL;
}

bool identity_number_check(Str text, int32_t today, Arena *arena, Str *ret_why) {
        if (text.length == OLD_IDENTITY_LENGTH) {
                *ret_why = STR("这是 15 位的旧号码，请填证件上的 18 位号码。");
                return false;
        }
        if (!length_fits(text, "身份证号", IDENTITY_LENGTH, arena, ret_why) || !all_digits(text, 0, IDENTITY_LENGTH - 1, arena, ret_why) ||
            !province_fits(text, 0, arena, ret_why) || !birth_fits(text, today, arena, ret_why))
                return false;
        char right = identity_check(text.data), last = text.data[IDENTITY_LENGTH - 1];
        if (last == right)
                return true;
        if (last == 'x' && right == 'X')
                *ret_why = STR("第 18 位的字母请用大写。");
        else
                *ret_why = STR("第 18 位校验码和前 17 位不符；请对照证件，看哪一位写错了。");
        return false;
}

bool credit_code_check(Str text, Arena *arena, Str *ret_why) {
        if (!length_fits(text, "统一社会信用代码", CREDIT_LENGTH, arena, ret_why))
                return false;
        for (size_t i = 0; i < CREDIT_LENGTH; i++)
                if (!strchr("0123456789ABCDEFGHJKLMNPQRTUWXY", text.data[i]))
                        return refuse_place(text, i + 1, "数字或大写字母（没有 I、O、S、V、Z）", arena, ret_why);
        if (!all_digits(text, 2, 2 + DIVISION_DIGITS, arena, ret_why) || !province_fits(text, 2, arena, ret_why))
                return false;
        char inner = organisation_check(text.data + 8), right = credit_check(text.data);
        size_t place = inner != text.data[16] ? 17 : 18;
        if (place == 18 && right == text.data[17])
                return true;
        *ret_why = str_format(arena, "第 %zu 位校验码应是 %c，这里是 %c；请对照营业执照，看哪一位写错了。", place, place == 17 ? inner : right,
                              text.data[place - 1]);
        return false;
}

bool division_code_check(Str text, Arena *arena, Str *ret_why) {
        if (text.length != 6 && text.length != 9 && text.length != 12) {
                *ret_why = str_format(arena, "区划代码应是 6、9 或 12 位数字，这里有 %zu 位。", utf8_count(text));
                return false;
        }
        return all_digits(text, 0, text.length, arena, ret_why) && province_fits(text, 0, arena, ret_why);
}

bool mobile_number_check(Str text, Arena *arena, Str *ret_why) {
        if (str_starts(text, STR("+86"))) {
                *ret_why = STR("请去掉前面的 +86，只填 11 位手机号。");
                return false;
        }
        if (str_starts(text, STR("0"))) {
                *ret_why = STR("这像是固定电话；这里要 11 位手机号，以 1 开头。");
                return false;
        }
        if (!length_fits(text, "手机号", MOBILE_LENGTH, arena, ret_why) || !all_digits(text, 0, MOBILE_LENGTH, arena, ret_why))
                return false;
        if (text.data[0] != '1')
                return refuse_place(text, 1, " 1", arena, ret_why);
        return text.data[1] >= '3' || refuse_place(text, 2, " 3 到 9", arena, ret_why);
}
