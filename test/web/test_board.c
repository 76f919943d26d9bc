/* The officers' pages of the plan: what they show of a handful of records, who may see them, what their forms take, and that
 * hostile names and values do nothing. */
#include "web/office.h"

#include "insight/ledger.h"

static const char SOURCE[] =
        "# 方案\n\n```leye\n"
        "文件 「<b>方案&\"」\n  机关：“市政府”\n  成文：2021-01-01\n  有效：自 2021-01-01 至 2023-12-31\n  辖区：“370100 某市”\n"
        "枚举 县：甲县、「<i>乙&\"」\n"
        "实体 学员，量词 人次\n"
        "实体 载体，量词 个\n"
        "单位 个\n"
        "事实 学员.姓名：文本\n"
        "事实 学员.结业日期：日期\n"
        "事实 学员.合格：真假\n"
        "事实 学员.区县：县\n"
        "事实 载体.名称：文本\n"
        "事实 载体.区县：县\n"
        "事实 载体.认定日期：日期\n"
        "指标 培训人次：人次\n  来源：计算 计数(学员，其中 结业日期 介于 期初 至 期末)\n  口径：“<s>口径&\"”\n"
        "指标 合格率：比率\n  来源：计算 计数(学员，其中 结业日期 介于 期初 至 期末 且 合格) ÷ 计数(学员，其中 结业日期 介于 期初 至 期末)\n"
        "指标 载体数：个\n  来源：计算 计数(载体，其中 认定日期 不晚于 期末)\n"
        "指标 「<u>就业&\"」：人\n  来源：填报 每月，由“<em>人社局&\"”\n"
        "目标 年培训\n  指标：培训人次\n  要求：不少于 8人次\n  期间：每年\n  领域：“<s>领域&\"”\n  牵头：“<em>人社局&\"”\n  分解：区县\n  说明：“<script>alert(1)</script>”\n"
        "目标 合格\n  指标：合格率\n  要求：达到 90%\n  期间：每年\n  领域：“培训”\n"
        "目标 「<x>每县&\"」\n  指标：载体数\n  要求：不少于 1个\n  期间：截至 2023-12-31\n  每个：区县\n"
        "目标 就业\n  指标：「<u>就业&\"」\n  要求：不少于 100人\n  期间：每年\n"
        "指标 贷款额：元\n  来源：填报 每年，由“人行”\n"
        "目标 贷款\n  指标：贷款额\n  要求：不少于 10亿元\n  期间：每年\n"
        "任务 「<q>清单&\"」\n  要求：“<s>更新”\n  牵头：市发改委\n  周期：每月\n  佐证：“<s>清单”\n"
        "任务 以后\n  要求：“以后”\n  待后续：“<s>账号”\n"
        "```\n";

#define EMPLOYED "<u>就业&\""

static void run_sql(const Office *office, const char *sql) {
        Database *database;
        Str why;
        assert_int_equal(pool_take(office->pool, office->arena, &database, &why), RC_OK);
        if (database_script(database, str_from(sql)) != RC_OK)
                fail_msg("%.*s", STR_ARG(database_message(database)));
        pool_give(office->pool, database);
}

static int set_up(void **state) {
        static const struct {
                int32_t year, month, county;
                const char *name;
        } rows[] = { { 2022, 1, 0, "张<b>三" }, { 2022, 2, 0, "李四" }, { 2022, 8, 1, "王五" }, { 2021, 3, 0, "赵六" }, { 2022, 12, 0, "钱七" } };
        static Office office;
        office = office_open(SOURCE);
        CLEAN(exchange_free) Exchange page = office_get(&office, "/o/x/close");
        office.key = str_copy(office.arena, hidden(&page, "key"));
        assert_int_equal(office.key.length, 64);
        CLEAN(buffer_free) Buffer sql = buffer_new((size_t) 1 << 20);
        for (int i = 0; i < (int) ARRAY_LENGTH(rows); i++)
                buffer_format(&sql, "INSERT INTO \"学员\" (_city, _id, _version, \"姓名\", \"结业日期\", \"合格\", \"区县\") "
                              "VALUES ('x', %d, 1, '%s', %d, %d, %d);",
                              i + 1, rows[i].name, date_from_civil(rows[i].year, rows[i].month, 15), i != 1, rows[i].county);
        buffer_format(&sql, "INSERT INTO \"载体\" (_city, _id, _version, \"名称\", \"区县\", \"认定日期\") VALUES ('x', 1, 1, '一号', 0, %d);",
                      date_from_civil(2022, 1, 1));
        run_sql(&office, str_copy(office.arena, buffer_str(&sql)).data);
        *state = &office;
        return 0;
}

static int tear_down(void **state) {
        office_close(*state);
        return 0;
}

#define assert_status(exchange, expected)                                                                     \
        do {                                                                                                  \
                if ((exchange)->response.status != (expected))                                                \
                        fail_msg("%.*s: %u instead of %u\n%.*s", STR_ARG((exchange)->request.target),         \
                                 (exchange)->response.status, (expected), STR_ARG(buffer_str(&(exchange)->response.body))); \
        } while (0)

/* No text of the pack, of a record or of a form became markup. */
static void assert_harmless(const Exchange *exchange) {
        static const char *const forbidden[] = { "<b>", "<i>", "<u>", "<s>", "<em>", "<x>", "<q>", "<script>", "alert(1)</", "&\"" };
        for (size_t i = 0; i < ARRAY_LENGTH(forbidden); i++)
                if (has(exchange, forbidden[i]))
                        fail_msg("\"%s\" in:\n%.*s", forbidden[i], STR_ARG(buffer_str(&exchange->response.body)));
}

/* ---- who, and what in an address ---------------------------------------------------------------------------- */

static const char *const pages[] = {
        "/o/x", "/o/x.json", "/o/x/t/年培训", "/o/x/t/合格", "/o/x/t/<x>每县&%22", "/o/x/t/就业", "/o/x/i/培训人次", "/o/x/i/合格率",
        "/o/x/i/合格率?part=divisor", "/o/x/i/载体数", "/o/x/i/<u>就业&%22", "/o/x/tasks", "/o/x/task/<q>清单&%22", "/o/x/task/以后", "/o/x/due",
        "/o/x/figure/<u>就业&%22", "/o/x/correct/<u>就业&%22?from=2022-08-01&to=2022-08-31", "/o/x/close",
};

static void test_pages(void **state) {
        for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
                CLEAN(exchange_free) Exchange page = office_get(*state, pages[i]);
                assert_status(&page, 200);
                if (!str_ends(page.request.target, STR(".json")))
                        assert_harmless(&page);
        }
}

static void test_only_the_operator(void **state) {
        static const Sender strangers[] = {
                { "", "http://" OFFICE_HOST, FORM_TYPE },
                { "office=0123456789abcdef0123456789abcdee", "http://" OFFICE_HOST, FORM_TYPE },
                { "office=", "http://" OFFICE_HOST, FORM_TYPE },
        };
        Office *office = *state;
        for (size_t i = 0; i < ARRAY_LENGTH(pages); i++)
                for (size_t k = 0; k < ARRAY_LENGTH(strangers); k++) {
                        CLEAN(exchange_free) Exchange page = office_send(office, METHOD_GET, pages[i], (Str){ 0 }, &strangers[k]);
                        assert_status(&page, 403);
                        assert_false(has(&page, "8人次"));
                }
        office->site.office = false;             /* the public listener */
        for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
                CLEAN(exchange_free) Exchange page = office_get(office, pages[i]);
                assert_status(&page, 404);
        }
        office->site.office = true;
}

static void test_forms_are_guarded(void **state) {
        static const char *const forms[] = { "/o/x/t/年培训", "/o/x/task/以后", "/o/x/figure/<u>就业&%22",
                "/o/x/correct/<u>就业&%22", "/o/x/close" };
        static const Sender foreign = { "office=" OFFICE_TOKEN, "http://evil.example", FORM_TYPE };
        Office *office = *state;
        Str good = str_format(office->arena, "key=%.*s&order=0&unit=a&text=b", STR_ARG(office->key));
        for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
                CLEAN(exchange_free) Exchange none = office_send(office, METHOD_POST, forms[i], STR("order=0&unit=a&text=b"), NULL);
                assert_status(&none, 403);
                CLEAN(exchange_free) Exchange wrong = office_send(office, METHOD_POST, forms[i], STR("key=0&order=0&unit=a&text=b"), NULL);
                assert_status(&wrong, 403);
                CLEAN(exchange_free) Exchange other = office_send(office, METHOD_POST, forms[i], good, &foreign);
                assert_status(&other, 403);
        }
}

static void test_wrong_addresses(void **state) {
        static const struct {
                const char *target;
                uint16_t    status;
        } rows[] = {
                { "/o/nowhere", 404 },                 { "/o/x?day=2022-02-30", 422 },        { "/o/x?day=<b>", 422 },
                { "/o/x?day=1899-12-31", 422 },        { "/o/x?day=9999-12-31", 422 },
                { "/o/x/i/培训人次?from=0001-01-01", 422 }, { "/o/x?day=2199-12-31", 200 },        { "/o/x?day=1900-01-01", 200 },
                { "/o/x?county=2", 422 },              { "/o/x?county=-1", 422 },             { "/o/x?county=1x", 422 },
                { "/o/x?county=1", 200 },              { "/o/x?county=99999999999999999999", 422 }, { "/o/x?lamp=blue", 422 },
                { "/o/x?document=nothing", 404 },      { "/o/x?document=<b>方案%26%22", 200 },
                         { "/o/x?document=<b>方案%26%22&day=2199-12-31", 200 },
                { "/o/x?area=<script>", 200 },         { "/o/x.json?day=x", 422 },            { "/o/x/t/nothing", 404 },
                { "/o/x/t/年培训?day=1900-01-01", 200 }, { "/o/x/t/年培训?day=2199-12-31", 200 }, { "/o/x/i/nothing", 404 },
                { "/o/x/i/培训人次?from=2022-02-01&to=2022-01-01", 422 }, { "/o/x/i/培训人次?from=x", 422 }, { "/o/x/i/培训人次?page=0", 422 },
                { "/o/x/i/培训人次?page=100001", 422 }, { "/o/x/i/培训人次?page=99999", 200 },  { "/o/x/i/培训人次?county=7", 422 },
                { "/o/x/i/培训人次?from=1900-01-01&to=2199-12-31", 200 }, { "/o/x/i/培训人次?part=<b>", 200 }, { "/o/x/task/nothing", 404 },
                { "/o/x/due?unit=<b>", 200 },          { "/o/x/figure/培训人次", 404 },       { "/o/x/figure/<u>就业&%22?from=x", 422 },
                { "/o/x/figure/<u>就业&%22?from=2099-01-01", 422 }, { "/o/x/figure/<u>就业&%22?county=9", 422 },
                        { "/o/x/correct/<u>就业&%22", 422 },
                { "/o/x/correct/<u>就业&%22?from=2022-02-01&to=2022-01-01", 422 }, { "/o/x/tasks?lead=<b>", 200 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(exchange_free) Exchange page = office_get(*state, rows[i].target);
                assert_status(&page, rows[i].status);
                assert_harmless(&page);
        }
}

/* ---- what the pages show ---------------------------------------------------------------------------------------- */

static void test_board(void **state) {
        CLEAN(exchange_free) Exchange page = office_get(*state, "/o/x");
        assert_has(&page, "2022年9月30日，共 5 个目标");
        assert_has(&page, "<strong class=\"figure-value\">3人次</strong>");
        assert_has(&page, "比上年同期增长 200%");
        assert_has(&page, "不少于 8人次");
        assert_has(&page, "今天应到 6人次");
        assert_has(&page, "完成 37.5%");
        assert_has(&page, "66.67%");
        assert_has(&page, "1 个区县达到");
        assert_has(&page, "2022年8月 3人次，2022年9月 3人次</desc>");
        assert_has(&page, "aria-label=\"工作台\"");
        assert_false(has(&page, "示范数据"));
        CLEAN(exchange_free) Exchange red = office_get(*state, "/o/x?lamp=green");
        assert_has(&red, "没有符合这些条件的目标");
        CLEAN(exchange_free) Exchange area = office_get(*state, "/o/x?area=培训");
        assert_has(&area, "共 1 个目标（已筛选）");
        assert_has(&area, "66.67%");
        assert_false(has(&area, "不少于 8人次"));
        assert_has(&page, "不少于 10亿元");
        CLEAN(exchange_free) Exchange county = office_get(*state, "/o/x?county=1");
        assert_has(&county, "<strong class=\"figure-value\">1人次</strong>");
        CLEAN(exchange_free) Exchange none = office_get(*state, "/o/x?day=2024-01-01");
        assert_has(&none, "2024年1月1日没有现行的文件");
        CLEAN(exchange_free) Exchange outside = office_get(*state, "/o/x?day=2024-01-01&document=<b>方案%26%22");
        assert_has(&outside, "该日期不在文件有效期内");
        assert_has(&outside, "无数据</span>\n\n <strong>5</strong>");
        CLEAN(exchange_free) Exchange home = office_get(*state, "/");
        assert_has(&home, "href=\"/o/x\"");
}

static void test_board_json(void **state) {
        CLEAN(exchange_free) Exchange page = office_get(*state, "/o/x.json");
        assert_str(page.response.content_type, "application/json");
        assert_has(&page, "\"day\":\"2022-09-30\"");
        assert_has(&page, "\"name\":\"年培训\"");
        assert_has(&page, "\"figure\":3,\"promise\":8,\"pace\":6,\"progress\":0.375000,"
                          "\"growth\":2.000000,\"source\":\"计算\",\"lamp\":\"落后\"");
        assert_has(&page, "\"trend\":[1,2,2,2,2,2,2,3,3]");
        assert_has(&page, "\"figure\":null");
        CLEAN(exchange_free) Exchange one = office_get(*state, "/o/x.json?area=培训");
        assert_false(has(&one, "年培训"));
}

static void test_settings(void **state) {
        Office *office = *state;
        run_sql(office, "INSERT INTO leye_setting (_city, name, value) VALUES ('x', 'demonstration', '1'), "
                        "('x', 'board_day', '2022-01-31')");
        CLEAN(exchange_free) Exchange page = office_get(office, "/o/x");
        assert_has(&page, "2022年1月31日，共");
        assert_has(&page, "示范数据");
        assert_has(&page, "<strong class=\"figure-value\">1人次</strong>");
        for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
                CLEAN(exchange_free) Exchange other = office_get(office, pages[i]);
                if (!str_ends(other.request.target, STR(".json")))
                        assert_has(&other, "示范数据");
        }
        run_sql(office, "DELETE FROM leye_setting");
}

static void test_drill_down(void **state) {
        CLEAN(exchange_free) Exchange target = office_get(*state, "/o/x/t/年培训");
        assert_has(&target, "/o/x/i/%E5%9F%B9%E8%AE%AD%E4%BA%BA%E6%AC%A1?from=2022-01-01&amp;to=2022-09-30");
        assert_has(&target, "#clause-");
        assert_has(&target, "<a class=\"tile tile-lamp-0\" href=\"/o/x/i/%E5%9F%B9%E8%AE%AD%E4%BA%BA%E6%AC%A1?"
                            "from=2022-01-01&#38;to=2022-09-30&#38;county=1\">\n"
                            "<span>&#60;i&#62;乙&#38;&#34;</span> <strong class=\"tile-count\">1人次</strong>");
        assert_has(&target, "未分解</span>");
        CLEAN(exchange_free) Exchange all = office_get(*state, "/o/x/i/培训人次?from=2022-01-01&to=2022-09-30");
        assert_has(&all, "<dd class=\"figure-value\">3人次</dd>");
        assert_has(&all, "href=\"/o/x/r/%E5%AD%A6%E5%91%98/1\">张&#60;b&#62;三</a>");
        assert_has(&all, "李四");
        assert_has(&all, "王五");
        assert_false(has(&all, "赵六") || has(&all, "钱七"));
        CLEAN(exchange_free) Exchange county = office_get(*state, "/o/x/i/培训人次?from=2022-01-01&to=2022-09-30&county=1");
        assert_has(&county, "王五");
        assert_false(has(&county, "李四"));
        CLEAN(exchange_free) Exchange ratio = office_get(*state, "/o/x/i/合格率?from=2022-01-01&to=2022-09-30");
        assert_has(&ratio, "<dt>分子</dt><dd>2</dd>");
        assert_has(&ratio, "<dt>分母</dt><dd>3</dd>");
        assert_false(has(&ratio, "李四"));
        CLEAN(exchange_free) Exchange below = office_get(*state, "/o/x/i/合格率?from=2022-01-01&to=2022-09-30&part=divisor");
        assert_has(&below, "李四");
        CLEAN(exchange_free) Exchange later = office_get(*state, "/o/x/i/培训人次?from=2022-01-01&to=2022-09-30&page=2");
        assert_has(&later, "后面没有了");
}

/* ---- forms ------------------------------------------------------------------------------------------------------ */

static void test_split(void **state) {
        CLEAN(exchange_free) Exchange less = office_post(*state, "/o/x/t/年培训", "do=split&county-0=3&county-1=4");
        assert_status(&less, 422);
        assert_has(&less, "各区县合计 7人次，少于目标 8人次");
        assert_has(&less, "value=\"3\"");
        CLEAN(exchange_free) Exchange words = office_post(*state, "/o/x/t/年培训", "do=split&county-0=<b>&county-1=4");
        assert_status(&words, 422);
        assert_has(&words, "href=\"#county-0\"");
        assert_harmless(&words);
        CLEAN(exchange_free) Exchange negative = office_post(*state, "/o/x/t/年培训", "do=split&county-0=-3&county-1=40");
        assert_status(&negative, 422);
        CLEAN(exchange_free) Exchange other = office_post(*state, "/o/x/t/合格", "do=split&county-0=3&county-1=4");
        assert_status(&other, 422);
        CLEAN(exchange_free) Exchange good = office_post(*state, "/o/x/t/年培训",
                                                         "do=split&county-0=5人次&county-1=3&asked=2022-06-30&day=2022-06-30");
        assert_status(&good, 303);
        size_t at;
        assert_true(str_find(good.response.location, STR("?done=split&day=2022-06-30"), &at));
        assert_true(has(&less, "open><summary>填写分解数") && !has(&less, "open><summary>新记一笔"));
        CLEAN(exchange_free) Exchange page = office_get(*state, "/o/x/t/年培训?done=split");
        assert_has(&page, "分解数已经保存。");
        assert_has(&page, "现在合计 <strong>8人次</strong>");
        assert_has(&page, "tile tile-lamp-3");
        assert_has(&page, "落后</span>");
        assert_false(has(&page, "未分解"));
        CLEAN(exchange_free) Exchange forged = office_get(*state, "/o/x/t/年培训?done=<b>");
        assert_false(has(&forged, "class=\"done\""));
}

static void test_orders(void **state) {
        static const struct {
                const char *target, *fields, *words;
        } wrong[] = {
                { "/o/x/t/年培训", "", "请选择要做什么" },
                { "/o/x/t/年培训", "order=9&unit=a&text=b", "请选择要做什么" },
                { "/o/x/t/年培训", "order=0&unit=&text=b", "href=\"#unit\"" },
                { "/o/x/t/年培训", "order=0&unit=a&text=", "href=\"#text\"" },
                { "/o/x/t/年培训", "order=0&unit=a&text=b&due=2022-13-01", "日期看不懂" },
                { "/o/x/task/<q>清单&%22", "order=3&unit=a&text=b", "href=\"#evidence\"" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
                CLEAN(exchange_free) Exchange page = office_post(*state, wrong[i].target, wrong[i].fields);
                assert_status(&page, 422);
                assert_has(&page, wrong[i].words);
                assert_harmless(&page);
        }
        CLEAN(exchange_free) Exchange good = office_post(*state, "/o/x/t/年培训", "order=0&unit=<b>局&text=请<s>办&due=2022-10-15");
        assert_status(&good, 303);
        CLEAN(exchange_free) Exchange page = office_get(*state, "/o/x/t/年培训?done=order");
        assert_has(&page, "请&#60;s&#62;办");
        assert_has(&page, "期限 2022年10月15日");
        assert_harmless(&page);
        CLEAN(exchange_free) Exchange due = office_get(*state, "/o/x/due");
        assert_has(&due, "交办事项");
        assert_harmless(&due);
        CLEAN(exchange_free) Exchange back = office_post(*state, "/o/x/task/<q>清单&%22", "order=3&unit=市发改委&text=报送&evidence=文件");
        assert_status(&back, 303);
}

static void test_reporting(void **state) {
        static const char form[] = "/o/x/figure/<u>就业&%22";
        CLEAN(exchange_free) Exchange yearly = office_get(*state, "/o/x/figure/贷款额");        /* the year before is the period before */
        assert_has(&yearly, "<th scope=\"col\">范围</th>\n<th scope=\"col\">2020年</th><th scope=\"col\">2021年（已报）</th>");
        CLEAN(exchange_free) Exchange page = office_get(*state, "/o/x/figure/<u>就业&%22?from=2022-08-01");
        assert_has(&page, "<th scope=\"col\">2021年8月</th>\n<th scope=\"col\">2022年7月</th><th scope=\"col\">2022年8月（已报）</th>");
        assert_has(&page, "2021年8月");
        assert_has(&page, "2022年7月");
        CLEAN(exchange_free) Exchange bare = office_post(*state, form, "from=2022-07-01&value=40&evidence=");
        assert_status(&bare, 422);
        assert_has(&bare, "href=\"#evidence\"");
        CLEAN(exchange_free) Exchange words = office_post(*state, form, "from=2022-07-01&value=很多&evidence=表");
        assert_status(&words, 422);
        assert_has(&words, "href=\"#value\"");
        CLEAN(exchange_free) Exchange first = office_post(*state, form, "from=2022-07-01&value=40&evidence=七月<s>表");
        assert_status(&first, 303);
        CLEAN(exchange_free) Exchange odd = office_post(*state, form, "from=2022-08-01&value=4000人&evidence=八月表");
        assert_status(&odd, 422);
        assert_has(&odd, "上一期是 40人，相差很大");
        assert_has(&odd, "name=\"confirm\"");
        assert_has(&odd, "value=\"4000人\"");
        CLEAN(exchange_free) Exchange sure = office_post(*state, form, "from=2022-08-01&value=4000人&evidence=八月表&confirm=1");
        assert_status(&sure, 303);
        CLEAN(exchange_free) Exchange county = office_post(*state, form, "from=2022-08-01&value=5&evidence=表&county=0&confirm=1");
        assert_status(&county, 303);
        CLEAN(exchange_free) Exchange future = office_post(*state, form, "from=2022-09-30&value=5&evidence=表&day=2022-09-29");
        assert_status(&future, 422);
        CLEAN(exchange_free) Exchange shown = office_get(*state, "/o/x/i/<u>就业&%22?from=2022-01-01&to=2022-09-30");
        assert_has(&shown, "<dd class=\"figure-value\">4,040人</dd>");
        assert_has(&shown, "七月&#60;s&#62;表");
        assert_harmless(&shown);
}

static void test_closing(void **state) {
        static const char form[] = "/o/x/figure/<u>就业&%22", correct[] = "/o/x/correct/<u>就业&%22";
        CLEAN(exchange_free) Exchange early = office_post(*state, correct, "from=2022-07-01&to=2022-07-31&value=41&note=漏报");
        assert_status(&early, 422);
        assert_has(&early, "没有结账，不用更正");
        static const struct {
                const char *fields, *words;
        } wrong[] = {
                { "period=&confirm=1", "请选择要结账的一期" },        { "period=day 2022-07-01&confirm=1", "请选择要结账的一期" },
                { "period=month <b>&confirm=1", "请选择要结账的一期" }, { "period=month 2022-07-01", "先勾选确认" },
                { "period=month 2199-07-01&confirm=1", "还没有结束" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
                CLEAN(exchange_free) Exchange page = office_post(*state, "/o/x/close", wrong[i].fields);
                assert_status(&page, 422);
                assert_has(&page, wrong[i].words);
        }
        CLEAN(exchange_free) Exchange good = office_post(*state, "/o/x/close", "period=month 2022-07-01&confirm=1");
        assert_status(&good, 303);
        CLEAN(exchange_free) Exchange again = office_post(*state, "/o/x/close", "period=month 2022-07-01&confirm=1");
        assert_status(&again, 422);
        assert_has(&again, "已经结过账了");
        CLEAN(exchange_free) Exchange list = office_get(*state, "/o/x/close?done=close");
        assert_has(&list, "已经结账。");
        assert_has(&list, "<th scope=\"row\">2022年7月</th>");
        CLEAN(exchange_free) Exchange late = office_post(*state, form, "from=2022-07-01&value=41&evidence=表&confirm=1");
        assert_status(&late, 422);
        assert_has(&late, "已经结账");
        CLEAN(exchange_free) Exchange why = office_post(*state, correct, "from=2022-07-01&to=2022-07-31&value=41&note=");
        assert_status(&why, 422);
        assert_has(&why, "href=\"#note\"");
        CLEAN(exchange_free) Exchange corrected = office_post(*state, correct, "from=2022-07-01&to=2022-07-31&value=41&note=漏报<b>一人");
        assert_status(&corrected, 303);
        CLEAN(exchange_free) Exchange shown = office_get(*state, "/o/x/i/<u>就业&%22?from=2022-07-01&to=2022-07-31");
        assert_has(&shown, "<dd class=\"figure-value\">41人</dd>");
        assert_has(&shown, "更正");
        assert_harmless(&shown);
        CLEAN(exchange_free) Exchange frozen = office_get(*state, "/o/x/i/培训人次?from=2022-07-01&to=2022-07-31");
        assert_has(&frozen, "已结账");
        assert_has(&frozen, "/o/x/correct/");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_pages),          cmocka_unit_test(test_only_the_operator), cmocka_unit_test(test_forms_are_guarded),
                cmocka_unit_test(test_wrong_addresses), cmocka_unit_test(test_board),            cmocka_unit_test(test_board_json),
                cmocka_unit_test(test_settings),       cmocka_unit_test(test_drill_down),        cmocka_unit_test(test_split),
                cmocka_unit_test(test_orders),         cmocka_unit_test(test_reporting),         cmocka_unit_test(test_closing),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
