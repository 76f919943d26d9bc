/* The generator of demonstration records: for each kind of condition that an indicator may have, rows are made that the database
 * counts; what cannot be made is told; the same seed makes the same city. */
#include "unit.h"

#include "insight/demo_inside.h"
#include "support/folder.h"
#include "support/packs.h"

#define DAY 19265                  /* 2022-09-30 */

static const char schema[] =
        "文件 试验方案\n"
        "  标题：“试验方案”\n"
        "  机关：“某市”\n"
        "  成文：2021-12-31\n"
        "  有效：自 2022-01-01 至 2023-12-31\n"
        "单位 名 = 人\n"
        "单位 场\n单位 人次\n单位 期\n单位 个\n"
        "枚举 试验区县：东区、西区、南区\n"
        "枚举 性别：男、女\n"
        "枚举 类别：甲、乙、丙、其他\n"
        "实体 人，量词 人\n实体 班，量词 期\n实体 上课，量词 人次\n实体 基地，量词 个\n实体 服务，量词 人次\n"
        "关系 班.学员们：多个 上课，反向 所在班，齐全\n"
        "关系 人.上课记录：多个 上课，反向 上课人\n"
        "关系 上课.服务们：多个 服务，反向 所服务的课，齐全\n"
        "事实 人.姓名：文本，必填\n"
        "事实 人.身份证号：文本，校验 身份证号，敏感\n"
        "事实 人.手机号：文本，校验 手机号，敏感\n"
        "事实 人.性别：性别\n"
        "事实 人.出生日期：日期\n"
        "事实 人.区县：试验区县\n"
        "事实 人.毕业：真假\n"
        "事实 班.名称：文本，必填\n"
        "事实 班.类别：类别\n"
        "事实 班.开班日期：日期，必填\n"
        "事实 班.区县：试验区县\n"
        "定义 上课.区县：试验区县 = 所在班.区县\n"
        "事实 上课.结业日期：日期\n"
        "事实 上课.离岗日期：日期，缺省 2199-12-31\n"
        "事实 上课.合格：真假\n"
        "事实 上课.补考：真假\n"
        "事实 上课.得分：次数，范围 0次 至 100次\n"
        "事实 上课.学校：文本\n"
        "事实 上课.补贴：金额，范围 0元 至 100000元\n"
        "事实 上课.人数：人数，范围 1人 至 1000人\n"
        "参数 观察月数：月数，待定，由 某局\n"
        "事实 服务.服务日期：日期，必填\n"
        "事实 基地.名称：文本，必填\n"
        "事实 基地.区县：试验区县\n"
        "事实 基地.类别：类别\n"
        "事实 基地.认定日期：日期\n"
        "事实 基地.撤销日期：日期，缺省 2199-12-31\n";

/* One indicator each: what it counts, in which unit, what is promised. `reached` false: it cannot be made. */
static const struct {
        const char *name, *unit, *source, *promise;
        bool        reached;
} cases[] = {
        { "所有课", "人次", "计数(上课，其中 结业日期 介于 期初 至 期末)", "900人次", true },
        { "合格的", "人次", "计数(上课，其中 合格 且 结业日期 介于 期初 至 期末)", "240人次", true },
        { "没有补考", "人次", "计数(上课，其中 非 补考 且 合格 且 结业日期 介于 期初 至 期末)", "240人次", true },
        { "两者之一", "人次", "计数(上课，其中 (合格 或 补考) 且 结业日期 介于 期初 至 期末)", "300人次", true },
        { "高分", "人次", "计数(上课，其中 得分 不少于 90次 且 结业日期 介于 期初 至 期末)", "240人次", true },
        { "分数段", "人次", "计数(上课，其中 得分 介于 40次 至 42次 且 结业日期 介于 期初 至 期末)", "240人次", true },
        { "伙伴的类别", "人次", "计数(上课，其中 所在班.类别 等于 乙 且 结业日期 介于 期初 至 期末)", "240人次", true },
        { "伙伴不是", "人次", "计数(上课，其中 所在班.类别 不等于 其他 且 结业日期 介于 期初 至 期末)", "500人次", true },
        { "两个伙伴", "人次", "计数(上课，其中 所在班.类别 属于 (甲、丙) 且 上课人.毕业 且 结业日期 介于 期初 至 期末)", "240人次", true },
        { "稳岗", "人次", "计数(上课，其中 离岗日期 晚于 加月(结业日期, 6个月) 且 合格 且 结业日期 介于 期初 至 期末)", "200人次", true },
        { "年龄", "人", "计数(上课，其中 周岁(上课人.出生日期, 结业日期) 介于 18岁 至 30岁 且 结业日期 介于 期初 至 期末，按 上课人)", "240人", true },
        { "不同的人", "人", "计数(上课，其中 结业日期 介于 期初 至 期末，按 上课人)", "700人", true },
        { "不同的学校", "个", "计数(上课，其中 结业日期 介于 期初 至 期末 且 合格，按 学校)", "60个", true },
        { "有服务的", "人次", "计数(上课，其中 任一(服务们，其中 服务日期 不早于 本.结业日期) 且 结业日期 介于 期初 至 期末)", "240人次", true },
        { "服务两次的", "人次", "计数(上课，其中 计数(服务们，其中 服务日期 不早于 本.结业日期) 不少于 2人次 且 结业日期 介于 期初 至 期末)", "100人次", true },
        { "发钱", "金额", "合计(上课，其中 合格 且 结业日期 介于 期初 至 期末, 补贴)", "300万元", true },
        { "人数之和", "人", "合计(上课，其中 补考 且 结业日期 介于 期初 至 期末, 人数)", "3000人", true },
        { "在册", "个", "计数(基地，其中 类别 等于 甲 且 认定日期 不晚于 期末 且 撤销日期 晚于 期末)", "30个", true },
        { "比率", "比率", "计数(上课，其中 合格 且 所在班.类别 等于 丙 且 结业日期 介于 期初 至 期末) ÷ "
                          "计数(上课，其中 所在班.类别 等于 丙 且 结业日期 介于 期初 至 期末)", "80%", true },
        { "等文件", "人次", "计数(上课，其中 离岗日期 晚于 加月(结业日期, 观察月数) 且 结业日期 介于 期初 至 期末)", "240人次", false },
        { "自相矛盾", "人次", "计数(上课，其中 得分 超过 80次 且 得分 不满 20次 且 结业日期 介于 期初 至 期末)", "240人次", false },
};

typedef struct City {
        Packs     packs;
        Pack     *pack;
        Str       folder;
        Arena    *arena;
        Database *database;
        Model    *model;
        Plan      plan;
} City;

static Str pack_text(Arena *arena) {
        Buffer text = buffer_new(1u << 20);
        buffer_add(&text, str_from(schema));
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
                buffer_format(&text, "指标 %s：%s\n  来源：计算 %s\n目标 %s目标\n  指标：%s\n  要求：不少于 %s\n  期间：%s\n", cases[i].name, cases[i].unit,
                              cases[i].source, cases[i].name, cases[i].name, cases[i].promise,
                              str_equal(str_from(cases[i].name), STR("在册")) ? "截至 2022-12-31" : "每年");
        Str copy = str_copy(arena, buffer_str(&text));
        buffer_free(&text);
        return copy;
}

static City city_new(void) {
        City city = { .packs = packs_new(), .arena = arena_new((size_t) 256 << 20) };
        Migration migration;
        Rc rc;
        Str why;
        packs_write_fence(&city.packs, "town", "a.md", pack_text(city.arena).data);
        city.pack = packs_load(&city.packs, "town", &(PackOptions){ 0 }, &rc);
        if (rc != RC_OK)
                print_error("%.*s", STR_ARG(packs_findings(&city.packs, city.pack)));
        assert_int_equal(rc, RC_OK);
        city.folder = folder_new(city.arena);
        DatabaseOptions options = { .place = str_format(city.arena, "sqlite:%.*s/town.db", STR_ARG(city.folder)) };
        assert_int_equal(database_open(&options, city.arena, &city.database, &why), RC_OK);
        city.model = model_new(&city.pack->program, city.arena);
        assert_int_equal(migration_plan(city.database, city.model, STR("town"), city.arena, &migration), RC_OK);
        assert_int_equal(migration_apply(city.database, city.model, &migration, false), RC_OK);
        city.plan = plan_new(city.database, city.model, STR("town"), STR("hash"));
        return city;
}

static void city_free(City *city) {
        database_close(city->database);
        folder_remove(city->folder);
        pack_free(city->pack);
        packs_remove(&city->packs);
        arena_free(city->arena);
}

static DemoResult city_fill(City *city, uint64_t seed) {
        DemoResult result;
        const DemoOptions options = { .seed = seed, .persons = 600, .firms = 100, .day = DAY, .first_number = 1 };
        const Change change = { .city = STR("town"), .actor = STR("试"), .at = 1 };
        assert_int_equal(database_begin(city->database, true), RC_OK);
        assert_int_equal(demo_fill(&city->plan, &options, &change, city->arena, &result), RC_OK);
        assert_int_equal(database_commit(city->database), RC_OK);
        return result;
}

static uint32_t indicator_named(const City *city, const char *name) {
        for (uint32_t i = 0; i < city->pack->program.indicator_count; i++)
                if (str_equal(city->pack->program.indicators[i].name, str_from(name)))
                        return i;
        fail();
        return NONE;
}

static bool is_told(const DemoResult *result, uint32_t indicator) {
        for (uint32_t i = 0; i < result->shortfall_count; i++)
                if (result->shortfalls[i].indicator == indicator)
                        return true;
        return false;
}

/* What the database counts for this year, the year before, and a county. */
static int64_t figure_of(City *city, uint32_t indicator, int32_t years_before, int64_t county) {
        Series series;
        Period *year = ARENA_NEW(city->arena, Period, 1);
        *year = (Period){ date_from_civil(2022 - years_before, 1, 1), date_add_months(DAY, -12 * years_before) };
        Rc rc = series_load_cumulative(&city->plan, &city->pack->program.indicators[indicator], year, 1, city->arena, &series);
        assert_int_equal(rc, RC_OK);
        return series_at(&series, 0, county)->value;
}

static void conditions_are_met_or_told(void **state) {
        City city = city_new();
        DemoResult result = city_fill(&city, 1);
        (void) state;
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                uint32_t indicator = indicator_named(&city, cases[i].name);
                int64_t figure = figure_of(&city, indicator, 0, -1), before = figure_of(&city, indicator, 1, -1);
                if (is_told(&result, indicator) == cases[i].reached || (figure > 0 && figure != UNKNOWN) != cases[i].reached)
                        fail_msg("%s: %lld, told %d", cases[i].name, (long long) figure, is_told(&result, indicator));
                if (cases[i].reached && (before == UNKNOWN || before <= 0))
                        fail_msg("%s: nothing last year", cases[i].name);
        }
        for (int64_t county = 0; county < 3; county++)
                assert_true(figure_of(&city, indicator_named(&city, "伙伴的类别"), 0, county) > 0);
        assert_true(result.lamps[LAMP_GREEN] && result.lamps[LAMP_YELLOW] && result.lamps[LAMP_RED]);
        assert_true(result.orders > 0);
        city_free(&city);
}

static bool read_names(City *city, const char *table, Buffer *out) {
        RecordPage page;
        const RecordTable *known = model_table(city->model, str_from(table));
        RecordQuery query = { .city = STR("town"), .sort = NONE, .limit = 100 };
        if (record_list(city->database, city->model, known, &query, city->arena, &page) != RC_OK)
                return false;
        for (uint32_t i = 0; i < page.count; i++)
                for (uint32_t at = 0; at < known->field_count; at++)
                        if (known->fields[at].kind != FIELD_LINK) {
                                field_print(&city->pack->program, &known->fields[at], page.records[i].cells[at], false, out);
                                buffer_byte(out, '|');
                        }
        return page.count > 0;
}

static Str content_of_seed(uint64_t seed, Buffer *out) {
        City city = city_new();
        (void) city_fill(&city, seed);
        assert_true(read_names(&city, "人", out) && read_names(&city, "班", out) && read_names(&city, "上课", out));
        city_free(&city);
        return buffer_str(out);
}

static void a_seed_decides_the_content(void **state) {
        Buffer first = buffer_new(1u << 22), again = buffer_new(1u << 22), other = buffer_new(1u << 22);
        (void) state;
        Str one = content_of_seed(7, &first), two = content_of_seed(7, &again), three = content_of_seed(8, &other);
        assert_true(str_equal(one, two));
        assert_false(str_equal(one, three));
        buffer_free(&first);
        buffer_free(&again);
        buffer_free(&other);
}

/* A form would take every row as it is. */
static void rows_pass_the_checks_of_a_form(void **state) {
        City city = city_new();
        DemoResult result = city_fill(&city, 3);
        (void) state;
        assert_true(result.records > 1500);
        for (uint32_t i = 0; i < city.model->table_count; i++) {
                RecordPage page;
                RecordQuery query = { .city = STR("town"), .sort = NONE, .limit = 200 };
                assert_int_equal(record_list(city.database, city.model, &city.model->tables[i], &query, city.arena, &page), RC_OK);
                assert_true(page.count > 0);
                for (uint32_t row = 0; row < page.count; row++) {
                        FieldFaults faults = { 0 };
                        if (!record_check(city.model, &city.model->tables[i], &page.records[row], city.arena, &faults))
                                fail_msg("%.*s: %.*s", STR_ARG(city.model->tables[i].name), STR_ARG(faults.items[0].message));
                }
        }
        city_free(&city);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(conditions_are_met_or_told),
                cmocka_unit_test(a_seed_decides_the_content),
                cmocka_unit_test(rows_pass_the_checks_of_a_form),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
