/* Cells as people read and write them: what is printed is read back to the same cell, generous input is understood,
 * and everything else is refused with a sentence that helps. */
#include "unit.h"

#include "base/utf8.h"
#include "support/program_world.h"

static const Type truth = { .kind = TYPE_TRUTH };
static const Type date = { .kind = TYPE_DATE };
static const Type yuan = { .kind = TYPE_NUMBER, .scale = 2, .unit = UNIT_YUAN };
static const Type months = { .kind = TYPE_NUMBER, .scale = 0, .unit = UNIT_MONTHS };
static const Type rate = { .kind = TYPE_NUMBER, .scale = 6, .unit = UNIT_PERCENT };
static const Type people = { .kind = TYPE_NUMBER, .scale = 0, .unit = UNIT_PEOPLE };
static const Type plain = { .kind = TYPE_NUMBER, .scale = 1, .unit = UNIT_NONE };
static const Type code = { .kind = TYPE_CODE, .of = 0 };
static const Type words = { .kind = TYPE_TEXT };

static Str print(const Program *program, Type type, int64_t cell) {
        Buffer buffer = buffer_new(4096);
        value_print(program, type, cell, &buffer);
        Str text = str_copy(program->arena, buffer_str(&buffer));
        buffer_free(&buffer);
        return text;
}

static void cells_print_as_people_write_them(void **state) {
        (void) state;
        Arena *arena = arena_new(1u << 20);
        Program *program = world_program(arena);
        const struct {
                Type        type;
                int64_t     cell;
                const char *text;
        } rows[] = {
                { truth, 2, "是" }, { truth, 0, "否" }, { truth, 1, "未知" }, { date, 0, "1970-01-01" },
                { date, UNKNOWN, "未知" }, { yuan, 1500000, "15000元" }, { yuan, 123450, "1234.5元" }, { yuan, 5, "0.05元" },
                { yuan, -5, "-0.05元" }, { yuan, 0, "0元" }, { yuan, INT64_MAX, "92233720368547758.07元" },
                { yuan, INT64_MIN + 1, "-92233720368547758.07元" }, { months, 36, "36个月" }, { rate, 31000, "3.1%" },
                { rate, 1000000, "100%" }, { rate, 1, "0.0001%" }, { rate, 47500, "4.75%" },
                { rate, INT64_MAX, "922337203685477.5807%" }, { plain, 15, "1.5" }, { code, 2, "退休" },
                        { people, 3, "3人" },
                { { .kind = TYPE_NUMBER, .unit = UNIT_PERCENT }, INT64_MAX, "922337203685477580700%" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                assert_str(print(program, rows[i].type, rows[i].cell), rows[i].text);
        arena_free(arena);
}

static void generous_input_is_understood(void **state) {
        (void) state;
        Arena *arena = arena_new(1u << 20);
        Program *program = world_program(arena);
        const struct {
                Type        type;
                const char *text;
                int64_t     cell;
        } rows[] = {
                { yuan, "15000", 1500000 }, { yuan, "1.5万", 1500000 }, { yuan, "1.5万元", 1500000 },
                        { yuan, " 15,000 元 ", 1500000 },
                { yuan, "１５０００元", 1500000 }, { yuan, "１．５万", 1500000 }, { yuan, "0.5亿", 5000000000 },
                        { yuan, "-3元", -300 },
                { yuan, "－３", -300 }, { yuan, "1234.50", 123450 }, { yuan, "0.010", 1 }, { yuan, "0001", 100 },
                { yuan, "　8　", 800 }, { yuan, "1.00000", 100 }, { yuan, "-0", 0 },
                { months, "3年", 36 }, { months, "1.5年", 18 }, { months, "3年6个月", 42 }, { months, "3 年 6 月", 42 },
                { months, "24个月", 24 }, { months, "24月", 24 }, { months, "24", 24 }, { months, "０年", 0 },
                { rate, "3.1%", 31000 }, { rate, "3.1", 31000 }, { rate, "３．１％", 31000 }, { rate, "100%", 1000000 },
                { rate, "0.0001%", 1 }, { people, "3名", 3 }, { people, "3人", 3 }, { people, "0.3万人", 3000 },
                        { plain, "1.5", 15 },
                { truth, "是", 2 }, { truth, "否", 0 }, { truth, "有", 2 }, { truth, "没有", 0 }, { truth, "１", 2 },
                { date, "2025-06-10", 20249 }, { date, "2025年6月10日", 20249 }, { date, "２０２５／６／１０", 20249 },
                { date, "20250610", 20249 }, { code, "退休", 2 }, { code, " 在学 ", 3 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                int64_t cell = -77, low = -1000000000000, high = 1000000000000;
                if (rows[i].type.kind == TYPE_CODE || rows[i].type.kind == TYPE_TRUTH) {
                        low = 0;
                        high = rows[i].type.kind == TYPE_CODE ? 3 : 2;
                }
                Str why = STR("");
                if (!value_parse(program, rows[i].type, low, high, str_from(rows[i].text), arena, &cell, &why))
                        fail_msg("\"%s\": %.*s", rows[i].text, STR_ARG(why));
                if (cell != rows[i].cell)
                        fail_msg("\"%s\": %lld, expected %lld", rows[i].text, (long long) cell,
                                 (long long) rows[i].cell);
        }
        arena_free(arena);
}

static void bad_input_is_refused_with_a_way_out(void **state) {
        (void) state;
        Arena *arena = arena_new(1u << 20);
        Program *program = world_program(arena);
        const struct {
                Type        type;
                int64_t     low, high;
                const char *text, *says;
        } rows[] = {
                { months, 0, 1200, "", "还没有填写" }, { months, 0, 1200, "   　", "还没有填写" },
                { months, 0, 1200, "1300", "太大了，这里可以填 0个月 至 1200个月" }, { months, 0, 1200, "-1", "太小了" },
                { months, 0, 1200, "200年", "太大了" }, { months, 0, 1200, "1.5", "请填整数" },
                        { months, 0, 1200, "3年6", "看不懂" },
                { months, 0, 1200, "十二", "例如 12个月" }, { months, 0, 1200, "12元", "看不懂" },
                        { months, 0, 1200, "年", "看不懂" },
                { months, 0, 1200, "99999999999999999年", "太大了" }, { months, 0, 1200, "999999999999999999年", "看不懂" },
                { yuan, 0, 100000, "1.234", "最多 2 位小数" }, { yuan, 0, 100000, "1.", "看不懂" },
                { yuan, 0, 100000, "1,", "看不懂" }, { yuan, 0, 100000, "1..5", "看不懂" }, { yuan, 0, 100000, "--5", "看不懂" },
                { yuan, 0, 100000, "5e3", "看不懂" }, { yuan, 0, 100000, "0x10", "看不懂" }, { yuan, 0, 100000, "1千", "看不懂" },
                { yuan, 0, 100000, "3个月", "看不懂" }, { yuan, 0, 100000, "3%", "看不懂" },
                        { yuan, 0, 100000, "999999999999999999", "太大了" },
                { yuan, 0, 100000, "1000000000000000000000000", "看不懂" },
                        { yuan, 0, INT64_MAX - 1, "999999999999999999亿", "太大了" },
                { yuan, 0, 100000, "\xff\xfe", "看不懂" }, { rate, 0, 1000000, "101%", "太大了，这里可以填 0% 至 100%" },
                { rate, 0, 1000000, "3.12345%", "最多 4 位小数" }, { rate, 0, 1000000, "3元", "例如 3.1%" },
                { truth, 0, 2, "也许", "请填“是”或“否”" }, { truth, 0, 2, "2", "请填" },
                { date, -25567, 84005, "2025-02-30", "不是日期" }, { date, -25567, 84005, "昨天", "2025-06-10 的样子" },
                { date, 0, 100, "1969-12-31", "太早了，这里可以填 1970-01-01 至 1970-04-11" },
                        { date, 0, 100, "2025-06-10", "太晚了" },
                { code, 0, 3, "下岗", "可以填：就业、失业、退休、在学" }, { code, 0, 3, "就", "可以填" },
                { words, 0, 10, "甲", "不能在这里填写" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                int64_t cell = -77;
                Str why = STR("");
                size_t at;
                if (value_parse(program, rows[i].type, rows[i].low, rows[i].high, str_from(rows[i].text), arena, &cell,
                                &why))
                        fail_msg("\"%s\" was read as %lld", rows[i].text, (long long) cell);
                if (!str_find(why, str_from(rows[i].says), &at))
                        fail_msg("\"%s\": \"%.*s\" does not say \"%s\"", rows[i].text, STR_ARG(why), rows[i].says);
                assert_int_equal(cell, -77);   /* set on success only */
                assert_true(utf8_check(why, &at));
        }
        Str long_text = { ARENA_NEW(arena, char, 100000), 100000 }, why = STR("");
        int64_t cell = -77;
        assert_false(value_parse(program, yuan, 0, 100, long_text, arena, &cell, &why));
        assert_str(why, "填写的内容太长了。");
        arena_free(arena);
}

static void what_is_printed_is_read_back(void **state) {
        (void) state;
        const Type types[] = { truth, date, yuan, months, rate, people, plain, code };
        const int64_t most = 999999999999999999;
        const int64_t highs[] = { 2, DATE_MAX, most, most, most, most, most, 3 };
        const int64_t lows[] = { 0, DATE_MIN, -most, -most, -most, -most, -most, 0 };
        Random random = { 21 };
        Arena *arena = arena_new(1u << 20);
        Program *program = world_program(arena);
        for (int i = 0; i < 20000; i++) {
                size_t k = random_below(&random, ARRAY_LENGTH(types));
                int64_t digits = kernel_power_of_ten(random_below(&random, 18)), cell = 0, read = 0;
                int64_t low = lows[k] > -digits ? lows[k] : -digits, high = highs[k] < digits ? highs[k] : digits;
                cell = random_between(&random, low, high);
                cell = types[k].kind == TYPE_TRUTH ? 2 * (cell & 1) : cell;
                Str why = STR(""), text = print(program, types[k], cell);
                if (!value_parse(program, types[k], lows[k], highs[k], text, arena, &read, &why))
                        fail_msg("%.*s: %.*s", STR_ARG(text), STR_ARG(why));
                assert_true(read == cell);
                if (i % 200 == 0) {
                        arena_reset(arena);
                        program = world_program(arena);
                }
        }
        arena_free(arena);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(cells_print_as_people_write_them),
                cmocka_unit_test(generous_input_is_understood),
                cmocka_unit_test(bad_input_is_refused_with_a_way_out),
                cmocka_unit_test(what_is_printed_is_read_back),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
