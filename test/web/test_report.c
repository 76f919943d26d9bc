/* The pages of reports: every number leads somewhere, files come down, nothing stays behind, and hostile names stay text. */
#include "web/office.h"


static const char SOURCE[] =
        "# 方案\n\n```leye\n"
        "文件 方案\n  机关：“市政府”\n  成文：2021-01-01\n  有效：自 2021-01-01 至 2023-12-31\n  辖区：“370100 某市”\n"
        "枚举 县：甲县、乙县\n"
        "实体 学员，量词 人次\n"
        "事实 学员.结业日期：日期\n"
        "事实 学员.区县：县\n"
        "指标 「<i>&\"培训」：人次\n  来源：计算 计数(学员，其中 结业日期 介于 期初 至 期末)\n"
        "目标 「<u>&年」\n  指标：「<i>&\"培训」\n  要求：不少于 8人次\n  期间：每年\n  领域：“<s>&领域”\n  牵头：“<em>&局”\n"
        "报表 季报\n  周期：每季\n  机关：“<script>&”\n  段：\n"
        "    - “<p>&amp; {期间}培训 {<i>&\"培训} 人次，比上年同期{<i>&\"培训.同比}，{<i>&\"培训.最多区县}最多，完成 {<u>&年.进度}，要求{<u>&年.要求}。”\n"
        "报表 「<b>&\"报\"」\n  周期：每月\n  段：\n    - “没有数字”\n"
        "```\n";

static void run_sql(const Office *office, const char *sql) {
        Database *database;
        Str why;
        assert_int_equal(pool_take(office->pool, office->arena, &database, &why), RC_OK);
        if (database_script(database, str_from(sql)) != RC_OK)
                fail_msg("%.*s", STR_ARG(database_message(database)));
        pool_give(office->pool, database);
}

static int set_up(void **state) {
        static Office office;
        office = office_open(SOURCE);
        CLEAN(buffer_free) Buffer sql = buffer_new((size_t) 1 << 20);
        static const struct {
                int32_t year, month, county;
        } rows[] = { { 2022, 7, 0 }, { 2022, 8, 1 }, { 2022, 9, 1 }, { 2022, 1, 0 }, { 2021, 7, 0 }, { 2021, 9, 0 } };
        for (int i = 0; i < (int) ARRAY_LENGTH(rows); i++)
                buffer_format(&sql, "INSERT INTO \"学员\" (_city, _id, _version, \"结业日期\", \"区县\") VALUES ('x', %d, 1, %d, %d);", i + 1,
                              date_from_civil(rows[i].year, rows[i].month, 15), rows[i].county);
        run_sql(&office, str_copy(office.arena, buffer_str(&sql)).data);
        *state = &office;
        return 0;
}

static int tear_down(void **state) {
        office_close(*state);
        return 0;
}

static bool lacks(const Exchange *exchange, const char *text) {
        return !has(exchange, text);
}

static void test_list(void **state) {
        CLEAN(exchange_free) Exchange page = office_get(*state, "/o/x/report");
        assert_int_equal(page.response.status, 200);
        assert_has(&page, "href=\"/o/x/report/%E5%AD%A3%E6%8A%A5\">季报</a>");
        assert_has(&page, "每季一期，最近一期是2022年第三季度。");
        assert_has(&page, "&#60;b&#62;&#38;&#34;报&#34;</a>");
        assert_has(&page, "每月一期，最近一期是2022年9月。");
        assert_true(lacks(&page, "<b>") && lacks(&page, "<script>&"));
}

static void test_page(void **state) {
        CLEAN(exchange_free) Exchange page = office_get(*state, "/o/x/report/季报");
        assert_int_equal(page.response.status, 200);
        const char *const expected[] = {
                "<span>&#60;p&#62;&#38;amp; </span",  "2022年第三季度",
                "?from=2022-07-01&amp;to=2022-09-30\">3</a", "?from=2022-07-01&amp;to=2022-09-30\">增长 50.0%</a",
                "?from=2022-07-01&amp;to=2022-09-30&amp;county=1\">乙县</a", "?from=2022-01-01&amp;to=2022-09-30\">50.0%</a",
                "href=\"/o/x/t/%3Cu%3E%26%E5%B9%B4?day=2022-09-30\">不少于 8人次</a",
                "href=\"/o/x/i/%3Ci%3E%26%22%E5%9F%B9%E8%AE%AD?from=2022-01-01&amp;to=2022-09-30\">4人次</a>",
                "&#60;s&#62;&#38;领域", "&#60;em&#62;&#38;局", "lamp-red", "/pdf?period=2022-09-30", "/docx?period=2022-09-30",
                "<option value=\"2022-09-30\"  selected>2022年第三季度</option>", "<option value=\"2022-06-30\" >2022年第二季度</option>",
        };
        for (size_t i = 0; i < ARRAY_LENGTH(expected); i++)
                assert_has(&page, expected[i]);
        assert_true(lacks(&page, "<i>") && lacks(&page, "<u>") && lacks(&page, "<em>") && lacks(&page, "示范数据"));
}

static void test_periods(void **state) {
        CLEAN(exchange_free) Exchange before = office_get(*state, "/o/x/report/季报?period=2021-09-30");
        assert_has(&before, "2021年第三季度");
        assert_has(&before, "（上年同期为 0）");
        CLEAN(exchange_free) Exchange running = office_get(*state, "/o/x/report/季报?period=2022-08-20");
        assert_has(&running, "2022年7月1日至8月20日");
        assert_has(&running, "?from=2022-07-01&amp;to=2022-08-20\">2</a");
        assert_has(&running, "<option value=\"2022-08-20\"  selected>");
}

static void test_statuses(void **state) {
        static const Sender nobody = { "", "", "" };
        static const struct {
                const char *target;
                uint16_t    status, without_token;
        } rows[] = {
                { "/o/x/report", 200, 403 },
                { "/o/x/report/季报", 200, 403 },
                { "/o/x/report/没有", 404, 403 },
                { "/o/x/report/没有/pdf", 404, 403 },
                { "/o/x/report/季报/odt", 404, 404 },
                { "/o/x/report/季报/pdf", 200, 403 },
                { "/o/x/report/季报/docx", 200, 403 },
                { "/o/x/report/季报?period=2022-02-30", 422, 403 },
                { "/o/x/report/季报/pdf?period=x", 422, 403 },
                { "/o/x/report/季报?period=9999-01-01", 422, 403 },
                { "/o/x/report/季报?period=1900-01-01", 422, 403 },
                { "/o/x/report/季报?day=x", 422, 403 },
                { "/o/y/report", 404, 404 },
        };
        Office *office = *state;
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(exchange_free) Exchange own = office_get(office, rows[i].target);
                CLEAN(exchange_free) Exchange other = office_send(office, METHOD_GET, rows[i].target, (Str){ 0 }, &nobody);
                if (own.response.status != rows[i].status || other.response.status != rows[i].without_token)
                        fail_msg("%s: %u, %u", rows[i].target, own.response.status, other.response.status);
        }
        office->site.office = false;
        CLEAN(exchange_free) Exchange public_page = office_get(office, "/o/x/report");
        office->site.office = true;
        assert_int_equal(public_page.response.status, 404);
}

static void test_files(void **state) {
        Office *office = *state;
        run_sql(office, "INSERT INTO leye_setting (_city, name, value) VALUES ('x', 'demonstration', '1')");
        CLEAN(exchange_free) Exchange page = office_get(office, "/o/x/report/季报");
        assert_has(&page, "示范数据");
        CLEAN(exchange_free) Exchange pdf = office_get(office, "/o/x/report/季报/pdf?period=2022-06-30");
        assert_str(pdf.response.content_type, "application/pdf");
        assert_str(pdf.response.disposition,
                   "attachment; filename*=UTF-8''%E5%AD%A3%E6%8A%A5%202022%E5%B9%B4%E7%AC%AC%E4%BA%8C%E5%AD%A3%E5%BA%A6.pdf");
        assert_true(str_starts(sent_file(&pdf), STR("%PDF-")));
        CLEAN(exchange_free) Exchange docx = office_get(office, "/o/x/report/<b>&\"报\"/docx");
        assert_int_equal(docx.response.status, 200);
        assert_true(str_starts(sent_file(&docx), STR("PK")));
        /* nothing stays in the folder of files on their way out */
        Str spool = str_format(office->arena, "%.*s/x.db.spool", STR_ARG(office->folder));
        if (access(spool.data, F_OK) == 0)
                assert_int_equal(rmdir(spool.data), 0);
        run_sql(office, "DELETE FROM leye_setting WHERE name = 'demonstration'");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_list),     cmocka_unit_test(test_page),  cmocka_unit_test(test_periods),
                cmocka_unit_test(test_statuses), cmocka_unit_test(test_files),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
