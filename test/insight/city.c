/* The rows of the small city, and what the tests say in one line. */
#include "city.h"

#include "base/date.h"

static const Str city_text = STR_INIT(
        "# 测试\n\n```leye\n"
        "文件 测试方案\n"
        "  机关：“测试市”\n"
        "  成文：2021-01-01\n"
        "  有效：自 2021-01-01 至 2023-12-31\n"
        "单位 场\n"
        "单位 个\n"
        "枚举 测试区县：甲县、乙县\n"
        "枚举 类别：创业培训、技能培训\n"
        "实体 人，量词 人\n"
        "实体 班级，量词 场\n"
        "实体 学员，量词 人次\n"
        "实体 载体，量词 个\n"
        "关系 班级.学员们：多个 学员，反向 班级\n"
        "关系 人.参训记录：多个 学员，反向 学员本人\n"
        "事实 人.姓名：文本，必填\n"
        "事实 班级.名称：文本，必填\n"
        "事实 班级.类别：类别\n"
        "事实 班级.区县：测试区县\n"
        "事实 学员.结业日期：日期\n"
        "事实 学员.合格：真假\n"
        "事实 学员.费用：金额，范围 0元 至 1000000元\n"
        "事实 载体.名称：文本，必填\n"
        "事实 载体.区县：测试区县\n"
        "事实 载体.认定日期：日期\n"
        "事实 载体.撤销日期：日期，缺省 2199-12-31\n"
        "定义 学员.区县：测试区县 = 班级.区县\n"
        "```\n\n## 一、指标\n\n```leye\n"
        "指标 创业培训人次：人次\n"
        "  来源：计算 计数(学员，其中 班级.类别 等于 创业培训 且 结业日期 介于 期初 至 期末)\n"
        "指标 参训人数：人\n"
        "  来源：计算 计数(学员，其中 结业日期 介于 期初 至 期末，按 学员本人)\n"
        "指标 培训费用：金额\n"
        "  来源：计算 合计(学员，其中 结业日期 介于 期初 至 期末, 费用)\n"
        "指标 合格率：比率\n"
        "  来源：计算 计数(学员，其中 结业日期 介于 期初 至 期末 且 合格) ÷ 计数(学员，其中 结业日期 介于 期初 至 期末)\n"
        "指标 在用载体：个\n"
        "  来源：计算 计数(载体，其中 认定日期 不晚于 期末 且 撤销日期 晚于 期末)\n"
        "指标 久用载体：个\n"
        "  来源：计算 计数(载体，其中 认定日期 早于 期初)\n"
        "指标 新增就业：人\n"
        "  来源：填报 每季，由 市人社局\n"
        "指标 失业率：比率\n"
        "  来源：导入 每月，由“统计局”\n"
        "```\n\n## 二、目标\n\n```leye\n"
        "目标 每年培训\n  指标：创业培训人次\n  要求：不少于 6人次\n  期间：每年，2021 至 2023\n  领域：“创业”\n  牵头：市人社局\n  分解：区县\n"
        "目标 三年培训\n  指标：创业培训人次\n  要求：不少于 10人次\n  期间：累计，自 2021-01-01 至 2023-12-31\n"
        "目标 培训增长\n  指标：创业培训人次\n  要求：不少于 17%\n  期间：每年\n  比：上年同期\n"
        "目标 合格\n  指标：合格率\n  要求：达到 90%\n  期间：每年\n"
        "目标 就业\n  指标：新增就业\n  要求：不少于 100人\n  期间：每年\n  分解：区县\n"
        "目标 控制失业\n  指标：失业率\n  要求：不超过 4%\n  期间：每月\n"
        "目标 县县有载体\n  指标：在用载体\n  要求：不少于 1个\n  期间：截至 2023-12-31\n  每个：区县\n"
        "目标 力争费用\n  指标：培训费用\n  要求：力争 10000元\n  期间：每年\n"
        "目标 大约\n  指标：创业培训人次\n  要求：约 20人次\n  期间：期间不明\n"
        "目标 超过六次\n  指标：创业培训人次\n  要求：超过 6人次\n  期间：每年\n"
        "目标 不过\n  指标：创业培训人次\n  要求：不超过 100人次\n  期间：每年\n"
        "```\n\n## 三、任务\n\n```leye\n"
        "任务 清单\n  要求：“每月更新”\n  牵头：市发改委\n  周期：每月\n"
        "任务 办法\n  要求：“出台办法”\n  牵头：市教育局\n  期限：2022-06-30\n"
        "任务 以后\n  要求：“以后再办”\n  牵头：市发改委\n  周期：每月\n  待后续：“账号与办件”\n"
        "```\n");

int32_t day_of(const char *text) {
        int32_t day;
        assert_true(date_parse(str_from(text), &day));
        return day;
}

Period days(const char *first, const char *last) {
        return (Period){ day_of(first), day_of(last) };
}

static int64_t add(const City *city, const RecordTable *table, Record record) {
        record.id = record_new_ids(1);
        pack_save(&city->pack, table, &record);
        return record.id;
}

static void add_trainees(City *city, const char *const *classes, const char *const *people) {
        static const struct {
                int         class, person;               /* -1: not known */
                const char *day, *passed, *fee;
        } rows[] = {
                { 0, 0, "2022-01-10", "是", "100" }, { 0, 1, "2022-01-20", "是", "100" }, { 0, 0, "2022-03-05", "否", "200" },
                { 1, 0, "2022-02-15", "是", "300" }, { 1, 2, "2022-03-31", "是", "50.5" }, { 2, 1, "2022-02-01", "是", "0" },
                { 3, 2, "2022-04-01", "是", "" },    { 0, 0, "2021-01-15", "是", "10" },  { 1, 1, "2021-02-20", "是", "10" },
                { 0, 2, "", "是", "10" },            { -1, 3, "2022-02-02", "是", "1" },
        };
        const RecordTable *table = city->pack.trainees;
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Record record = pack_record(&city->pack, table, "学员本人", people[rows[i].person], "结业日期", rows[i].day, "合格", rows[i].passed,
                                            "费用", rows[i].fee, rows[i].class < 0 ? NULL : "班级",
                                                    rows[i].class < 0 ? NULL : classes[rows[i].class],
                                            NULL);
                city->trainees[i] = add(city, table, record);
        }
}

static void add_rows(City *city) {
        static const char *const names[] = { "张三", "李四", "王五", "赵六" };
        static const char *const class_rows[][3] = {
                { "甲班", "创业培训", "甲县" }, { "乙班", "创业培训", "乙县" }, { "丙班", "技能培训", "甲县" }, { "丁班", "创业培训", "" },
        };
        static const char *const venues[][4] = {
                { "一号", "甲县", "2020-05-01", "" }, { "二号", "乙县", "2022-02-10", "" }, { "三号", "甲县", "2021-01-01", "2022-03-15" },
        };
        const char *people[4], *classes[4];
        for (size_t i = 0; i < 4; i++) {
                people[i] = str_format(city->arena, "%lld",
                                       (long long) add(city, city->pack.people,
                                                       pack_record(&city->pack, city->pack.people, "姓名", names[i], NULL))).data;
                classes[i] = str_format(city->arena, "%lld",
                                        (long long) add(city, city->pack.classes,
                                                        pack_record(&city->pack, city->pack.classes, "名称",
                                                                    class_rows[i][0], "类别", class_rows[i][1],
                        "区县", class_rows[i][2], NULL))).data;
        }
        const RecordTable *venue = model_table(city->pack.model, STR("载体"));
        for (size_t i = 0; i < ARRAY_LENGTH(venues); i++)
                add(city, venue, pack_record(&city->pack, venue, "名称", venues[i][0], "区县", venues[i][1], "认定日期",
                                             venues[i][2], "撤销日期", venues[i][3], NULL));
        add_trainees(city, classes, people);
}

void city_open(World *world, City *ret_city) {
        City *city = ret_city;
        *city = (City){ .arena = world->arena };
        city->pack = (Pack){ .world = world, .change = { .city = PACK_CITY, .actor = STR("本机操作员"), .at = 1750000000 } };
        city->pack.model = pack_model(world->arena, city_text, &city->pack.compiled);
        city->pack.people = model_table(city->pack.model, STR("人"));
        city->pack.classes = model_table(city->pack.model, STR("班级"));
        city->pack.trainees = model_table(city->pack.model, STR("学员"));
        assert_true(pack_migrate(world, city->pack.model, false) > 0);
        city->program = city->pack.model->program;
        city->change = city->pack.change;
        city->plan = plan_new(world->database, city->pack.model, PACK_CITY, STR("pack"));
        add_rows(city);
}

uint32_t indicator_of(const City *city, const char *name) {
        for (uint32_t i = 0; i < city->program->indicator_count; i++)
                if (str_equal(city->program->indicators[i].name, str_from(name)))
                        return i;
        fail_msg("no indicator %s", name);
        return NONE;
}

uint32_t target_of(const City *city, const char *name) {
        for (uint32_t i = 0; i < city->program->target_count; i++)
                if (str_equal(city->program->targets[i].name, str_from(name)))
                        return i;
        fail_msg("no target %s", name);
        return NONE;
}

Figure figure_of(const City *city, const char *indicator, Period period, int64_t county) {
        Series series;
        assert_int_equal(series_load_cumulative(&city->plan, &city->program->indicators[indicator_of(city, indicator)],
                                                &period, 1, city->arena, &series),
                         RC_OK);
        return *series_at(&series, 0, county);
}

void must_report(const City *city, const char *indicator, Period period, int64_t county, int64_t value) {
        FigureReport report = { .indicator = indicator_of(city, indicator), .period = period, .county = county,
                .value = value, .evidence = STR("报表") };
        assert_string_equal(rc_name(figure_report(&city->plan, &report, &city->change)), "ok");
}
