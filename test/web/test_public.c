/* What anybody can see of a made-up city: documents with their originals, services, directories over records, search. */
#include "web/office.h"

#include "insight/document.h"
#include "web/page/document.h"

static const char PACK[] =
        "# 试\n\n读法：按字面。\n\n```leye\n文件 试验方案\n  标题：“关于试验 <b>的方案”\n  文号：“试政发〔2022〕1号”\n  机关：“某市政府”\n  成文：2022-01-02\n"
        "  有效：自 2022-01-01 至 2023-12-31\n  辖区：“990100 某市”\n  上位文件：“省发〔2021〕1号”\n  上位文件：“国发〔2020〕2号”\n"
        "  栏目：“专题 > 就业”\n"
        "枚举 区县：甲区、乙区、丙区\n枚举 类别：银行、学校\n实体 机构，量词 家\n实体 人，量词 人\n"
        "事实 人.有工作：真假，问“您有工作吗？”\n事实 机构.名称：文本，必填\n事实 机构.区县：区县\n事实 机构.类别：类别\n事实 机构.电话：文本\n事实 机构.联系人手机：文本，校验 手机号，敏感\n"
        "事实 机构.撤销日期：日期，缺省 2199-12-31\n事实 机构.授牌日期：日期\n```\n\n"
        "## 一、目标\n\n一年认定<script>alert(1)</script>两家。\n\n```leye\n指标 授牌数：家\n  来源：计算 计数(机构，其中 授牌日期 介于 期初 至 期末)\n  分：区县、月\n"
        "  口径：“授了牌的机构，一家算一次。”\n目标 每年授牌\n  指标：授牌数\n  要求：不少于 2家\n  期间：每年，2022 至 2023\n  领域：“机构”\n  牵头：市人社局\n"
        "  配合：市财政局\n```\n\n### （一）服务\n\n```leye\n事项 预约咨询\n  对象：人\n  受理机关：“区县窗口”\n  材料：\n    - “身份证”\n  步骤：\n    - “打电话”\n"
        "    - “来窗口”\n  记录：机构\n  说明：“先约时间再来。”\n"
        "事项 申领试补贴\n  对象：人\n  办理：试补贴\n  受理机关：“区县窗口”\n  步骤：\n    - “受理：窗口，1个工作日”\n    - “评审：专家”\n"
        "    - “审核：区县，14个工作日”\n  记录：机构\n"
        "事项 申领后公示\n  步骤：\n    - “审核：区县，2个工作日”\n    - “公示：公众，5天”\n  记录：机构\n"
        "事项 等到地老天荒\n  步骤：\n    - “审核：区县，10000个工作日”\n    - “复核：区县，10000天”\n  记录：机构\n"
        "政策 试补贴\n  对象：人\n  条件：\n    - 有工作\n  待遇 补贴：服务\n    内容：“补贴”\n事项 网上预订\n  受理机关：“区县窗口”\n  待后续：“账号与预订”\n  说明：“在网上订位子。”\n"
        "任务 每月走访\n  要求：“每月走访一次企业”\n  领域：“机构”\n  牵头：市人社局\n  周期：每月\n  期限：2023-12-31\n  佐证：“名单”\n"
        "名录 在用机构\n  实体：机构\n  其中：撤销日期 晚于 基准日\n  列：名称、类别、区县、电话\n  筛选：区县、类别\n  说明：“现在还在用的机构。”\n"
        "名录 全部机构\n  实体：机构\n  列：名称、授牌日期\n```\n\n## 二、附则\n\n各区县照办。\n";

static void add_place(const Office *office, const char *name, int64_t county, int64_t kind, int32_t closed) {
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 26);
        const City *city = &office->site.cities[0];
        const RecordTable *table = model_table(city->model, STR("机构"));
        Database *database;
        Str why;
        assert_int_equal(pool_take(city->pool, arena, &database, &why), RC_OK);
        Record record = { .cells = ARENA_NEW(arena, Cell, table->field_count) };
        record.cells[table_field(table, STR("名称"))] = cell_text(str_from(name));
        if (county >= 0)
                record.cells[table_field(table, STR("区县"))] = cell_integer(county);
        record.cells[table_field(table, STR("类别"))] = cell_integer(kind);
        record.cells[table_field(table, STR("联系人手机"))] = cell_text(STR("13800000000"));
        record.cells[table_field(table, STR("电话"))] = cell_text(STR("0000-1234"));
        if (closed)
                record.cells[table_field(table, STR("撤销日期"))] = cell_integer(closed);
        FieldFaults faults = { 0 };
        Change change = { .city = STR("x"), .actor = STR("试"), .at = 1 };
        assert_int_equal(record_save(database, city->model, table, &change, &record, arena, &faults), RC_OK);
        pool_give(city->pool, database);
}

static int set_up(void **state) {
        static Office office;
        office = office_open(PACK);
        add_place(&office, "甲<i>银行", 0, 0, 0);
        add_place(&office, "乙学校", 1, 1, 0);
        add_place(&office, "乙银行", 1, 0, 0);
        add_place(&office, "丙旧学校", 2, 1, date_from_civil(2022, 9, 30));      /* closed today */
        add_place(&office, "无区县学校", -1, 1, 0);
        *state = &office;
        return 0;
}

static int tear_down(void **state) {
        office_close(*state);
        return 0;
}

/* As anybody: without the operator's token. */
static Exchange public_get(const Office *office, const char *target) {
        static const Sender nobody = { "", "", "" };
        return office_send(office, METHOD_GET, target, (Str){ 0 }, &nobody);
}

static void assert_lacks(const Exchange *exchange, const char *text) {
        if (has(exchange, text))
                fail_msg("\"%s\" in:\n%.*s", text, STR_ARG(buffer_str(&exchange->response.body)));
}

static void test_status(void **state) {
        static const struct {
                const char *target;
                uint16_t    status;
        } rows[] = {
                { "/c/x/d", 200 },           { "/c/x/d/试验方案", 200 },       { "/c/x/d/试政发〔2022〕1号", 200 }, { "/c/x/d/没有", 404 },
                { "/c/x/d/<script>", 404 },  { "/c/x/s/预约咨询", 200 },       { "/c/x/s/没有", 404 },              { "/c/x/n", 200 },
                { "/c/x/n/在用机构", 200 },  { "/c/x/n/没有", 404 },           { "/c/x/n/在用机构?f1=0", 200 },     { "/c/x/n/在用机构?f1=3", 404 },
                { "/c/x/n/在用机构?f1=-1", 404 },     { "/c/x/n/在用机构?f1=' OR 1=1", 404 },
                { "/c/x/n/在用机构?f1=99999999999999999999", 404 },
                { "/c/x/n/在用机构?after=x", 404 },   { "/c/x/n/在用机构?after=123", 404 },
                { "/c/x/n/在用机构?f9=1", 200 },      { "/c/x/n/在用机构?f1=&f2=", 200 },
                { "/c/x/search", 200 },               { "/c/x/search?q=机构", 200 },
                { "/c/x/search.json?q=机构", 200 },   { "/c/x/search?q=%ff", 400 },
                { "/c/x/d/试验方案.json", 404 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(exchange_free) Exchange exchange = public_get(*state, rows[i].target);
                if (exchange.response.status != rows[i].status)
                        fail_msg("%s: %u instead of %u", rows[i].target, exchange.response.status, rows[i].status);
        }
}

static void test_document(void **state) {
        CLEAN(exchange_free) Exchange page = public_get(*state, "/c/x/d/试验方案");
        static const char *const wanted[] = {
                "关于试验 &#60;b&#62;的方案", "试政发〔2022〕1号", "某市政府", "2022年1月2日", "自2022年1月1日至2023年12月31日", "某市（990100）",
                "省发〔2021〕1号、国发〔2020〕2号", "专题 &#62; 就业", "浏览次数", "id=\"c-1\"", "id=\"c-1.1\"", "href=\"#c-1.1\"", "id=\"mb-每年授牌\"",
                "不少于 2家", "牵头：市人社局　配合：市财政局", "授了牌的机构，一家算一次。", "按登记的记录计算", "每月走访一次企业", "期限：2023年12月31日",
                "反馈：每月", "要等：账号与预订", "/c/x/s/%E9%A2%84%E7%BA%A6%E5%92%A8%E8%AF%A2", "现在还在用的机构。", "大字版", "各区县照办。",
                "没有单独要办、要数的事",
        };
        for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++)
                assert_has(&page, wanted[i]);
        assert_lacks(&page, "<script>alert");
        assert_lacks(&page, "/o/x/t/");          /* the officers' pages are not for everybody */
        assert_lacks(&page, "class=\"original\"");
        CLEAN(exchange_free) Exchange officer = office_get(*state, "/c/x/d/试验方案");
        assert_has(&officer, "/o/x/t/");
}

static int64_t views(const Office *office, bool head) {
        Exchange exchange = { .arena = arena_new(REQUEST_CAP), .response = response_new() };
        exchange.request = (Request){ .arena = exchange.arena, .method = METHOD_GET, .head = head, .today = date_from_civil(2022, 9, 30),
                                      .target = office_target(exchange.arena, "/c/x/d/试验方案") };
        site_handle(&office->site, &exchange.request, &exchange.response);
        Str page = buffer_str(&exchange.response.body);
        size_t at;
        int64_t count = -1;
        assert_true(str_find(page, STR("<dt>浏览次数</dt><dd>"), &at));
        Str rest = str_slice(page, at + STR("<dt>浏览次数</dt><dd>").length, page.length);
        assert_true(str_to_int(str_cut(&rest, '<'), &count));
        exchange_free(&exchange);
        return count;
}

static void test_view_count(void **state) {
        int64_t before = views(*state, false);
        assert_int_equal(views(*state, false), before + 1);
        assert_int_equal(views(*state, true), before + 1);       /* HEAD reads nothing */
        CLEAN(exchange_free) Exchange list = public_get(*state, "/c/x/d");
        assert_int_equal(views(*state, false), before + 2);
}

static void load_original(const Office *office, const char *text, bool accept, uint32_t changed_expected, uint32_t gone_expected) {
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 26);
        const City *city = &office->site.cities[0];
        Database *database;
        Original cut;
        Str why;
        uint32_t changed = 77, gone = 77;
        assert_int_equal(pool_take(city->pool, arena, &database, &why), RC_OK);
        Plan plan = plan_new(database, city->model, STR("x"), city->pack->hash);
        Outline outline = outline_of(city->pack, pack_document(city->pack, STR("试验方案")), arena);
        assert_int_equal(original_split(str_from(text), arena, &cut), RC_OK);
        Original original = original_match(&cut, &outline, arena);
        assert_int_equal(original_save(&plan, STR("试验方案"), &original, accept, arena, &changed, &gone), RC_OK);
        assert_int_equal(changed, changed_expected);
        assert_int_equal(gone, gone_expected);
        pool_give(city->pool, database);
}

static void test_original(void **state) {
        load_original(*state, "通知\n一、目标\n一年授牌两家<img>。\n（一）服务\n约时间。\n二、附则\n照办。", false, 0, 0);
        CLEAN(exchange_free) Exchange first = public_get(*state, "/c/x/d/试验方案");
        assert_has(&first, "一年授牌两家&#60;img&#62;。");
        assert_has(&first, "标着“原文”的才是原文");
        assert_lacks(&first, "有改动");
        load_original(*state, "通知\n一、目标\n一年授牌三家。\n（一）服务\n约时间。", false, 1, 1);
        CLEAN(exchange_free) Exchange second = public_get(*state, "/c/x/d/试验方案");
        assert_has(&second, "一年授牌三家。");
        assert_has(&second, "有 1 条的原文和我们重述时不一样");
        load_original(*state, "通知\n一、目标\n一年授牌两家<img>。\n（一）服务\n约时间。", false, 0, 0);        /* back to what we restated */
        load_original(*state, "通知\n一、目标\n一年授牌四家。\n（一）服务\n约时间。", true, 0, 0);
        CLEAN(exchange_free) Exchange accepted = public_get(*state, "/c/x/d/试验方案");
        assert_has(&accepted, "一年授牌四家。");
        assert_lacks(&accepted, "有改动");
}

static void test_service(void **state) {
        CLEAN(exchange_free) Exchange open = public_get(*state, "/c/x/s/预约咨询");
        static const char *const wanted[] = { "先约时间再来。", "身份证", "打电话", "来窗口", "区县窗口", "留下一条“机构”记录", "给个人", "#c-1.1" };
        for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++)
                assert_has(&open, wanted[i]);
        assert_lacks(&open, "还没有开通");
        CLEAN(exchange_free) Exchange waits = public_get(*state, "/c/x/s/网上预订");
        assert_has(&waits, "还没有开通，要等：账号与预订");
        assert_has(&waits, "文件没有写明材料和步骤");
}

/* The days of the pages are counted from 2022-09-30, a Friday before a week off; the calendar knows 2022 and no other year. */
static void test_service_clock(void **state) {
        static const struct {
                const char *target, *says[4];
                uint16_t    status;
        } rows[] = {
                { "/c/x/s/申领试补贴", { "一共 15 个工作日。今天 2022年9月30日（星期五）交，从下一个工作日算起，最晚 <strong>2022年10月26日（星期三）</strong> 办完。",
                  "最晚 2022年10月8日（星期六）", "有 1 步文件没有写明几天", "例如 2022-09-30" }, 200 },
                { "/c/x/s/申领试补贴?handed_in=2022年9月2日", { "一共 15 个工作日。2022年9月2日（星期五）交", "<strong>2022年9月23日（星期五）</strong>",
                  "这一天已经过了", "value=\"2022年9月2日\"" }, 200 },
                { "/c/x/s/申领试补贴?handed_in=2022-12-26", { "<strong>2023年1月16日（星期一）</strong>", "这里还没有 2023 年的放假安排" }, 200 },
                { "/c/x/s/申领试补贴?handed_in=2022-02-30", { "没看懂这个日期，请写成这样：2022-09-30。", "href=\"#handed_in\"", "aria-invalid=\"true\"",
                  "今天 2022年9月30日" }, 422 },
                { "/c/x/s/申领试补贴?handed_in=<b>", { "没看懂这个日期", "value=\"&#60;b&#62;\"" }, 422 },
                { "/c/x/s/申领试补贴?handed_in=9999-12-31", { "没看懂这个日期" }, 422 },
                { "/c/x/s/申领试补贴?handed_in=", { "今天 2022年9月30日（星期五）交" }, 200 },
                { "/c/x/s/申领后公示", { "一共 2 个工作日和 5 天。今天", "最晚 2022年10月9日（星期日）", "<strong>2022年10月14日（星期五）</strong>" }, 200 },
                { "/c/x/s/等到地老天荒?handed_in=2190-01-01", { "日子太远，算不出哪天办完" }, 200 },
                { "/c/x/s/预约咨询", { "文件没有写明一共要几天" }, 200 },
                { "/c/x/p/试补贴", { "/c/x/s/%E7%94%B3%E9%A2%86%E8%AF%95%E8%A1%A5%E8%B4%B4", "15 个工作日，今天交，最晚 2022年10月26日（星期三）办完" }, 200 },
        };
        static const Sender nobody = { "", "", "" };
        Office office = *(Office *) *state;
        Str why;
        assert_int_equal(workday_read(STR("date\tkind\tname\n2022-10-01\toff\t国庆节\n2022-10-02\toff\t国庆节\n2022-10-03\toff\t国庆节\n"
                                          "2022-10-04\toff\t国庆节\n2022-10-05\toff\t国庆节\n2022-10-06\toff\t国庆节\n2022-10-07\toff\t国庆节\n"
                                          "2022-10-08\twork\t国庆节\n2022-10-09\twork\t国庆节\n"),
                                      office.arena, &office.site.workdays, &why), RC_OK);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(exchange_free) Exchange page = office_send(&office, METHOD_GET, rows[i].target, (Str){ 0 }, &nobody);
                assert_int_equal(page.response.status, rows[i].status);
                for (size_t k = 0; k < ARRAY_LENGTH(rows[i].says) && rows[i].says[k]; k++)
                        assert_has(&page, rows[i].says[k]);
        }
        CLEAN(exchange_free) Exchange plain = office_send(&office, METHOD_GET, "/c/x/s/预约咨询", (Str){ 0 }, &nobody);
        assert_lacks(&plain, "哪天办完");
}

/* The document is in force from 2022-01-01 to 2023-12-31. */
static void test_validity(void **state) {
        static const char *const pages[] = { "/c/x", "/c/x/d/试验方案", "/c/x/s/预约咨询", "/c/x/p/试补贴", "/c/x/ask" };
        static const Sender nobody = { "", "", "" };
        static const struct {
                int32_t     year;
                const char *says;
        } rows[] = { { 2021, "这份文件从2022年1月1日起施行，现在还没有开始" }, { 2023, NULL }, { 2024, "这份文件的有效期到2023年12月31日，已经过了" } };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                for (size_t k = 0; k < ARRAY_LENGTH(pages); k++) {
                        Office office = *(Office *) *state;
                        office.site.at = date_from_civil(rows[i].year, 12, 31);
                        CLEAN(exchange_free) Exchange page = office_send(&office, METHOD_GET, pages[k], (Str){ 0 }, &nobody);
                        if (rows[i].says)
                                assert_has(&page, rows[i].says);
                        else
                                assert_lacks(&page, "class=\"notice\"");
                }
        CLEAN(exchange_free) Exchange policy = public_get(*state, "/c/x/p/试补贴");
        assert_has(&policy, "/c/x/d/%E8%AF%95%E9%AA%8C%E6%96%B9%E6%A1%88#clause-");
        assert_has(&policy, "关于试验 &#60;b&#62;的方案");
}

static void test_directory(void **state) {
        CLEAN(exchange_free) Exchange all = public_get(*state, "/c/x/n/在用机构");
        assert_has(&all, "共 <strong>4</strong> 条");
        assert_has(&all, "甲&#60;i&#62;银行");
        assert_has(&all, "乙学校");
        assert_lacks(&all, "丙旧学校");          /* closed on the day */
        assert_lacks(&all, "13800000000");       /* sensitive, and not a column */
        assert_has(&all, "<span>乙区</span> <strong class=\"tile-count\">2 条</strong>");
        assert_has(&all, "class=\"tile tile-0\" href=\"/c/x/n/%E5%9C%A8%E7%94%A8%E6%9C%BA%E6%9E%84?f1=2\"");
        CLEAN(exchange_free) Exchange county = public_get(*state, "/c/x/n/在用机构?f1=1");
        assert_has(&county, "共 <strong>2</strong> 条（已筛选）");
        assert_lacks(&county, "甲&#60;i&#62;银行");
        assert_has(&county, "<span>甲区</span> <strong class=\"tile-count\">1 条</strong>");         /* the map stays whole */
        assert_has(&county, "f1=1\" aria-current=\"true\"");
        CLEAN(exchange_free) Exchange both = public_get(*state, "/c/x/n/在用机构?f1=1&f2=1");
        assert_has(&both, "共 <strong>1</strong> 条");
        assert_has(&both, "?f2=1&#38;f1=0");     /* a tile keeps the other filter */
        CLEAN(exchange_free) Exchange none = public_get(*state, "/c/x/n/在用机构?f1=2");
        assert_has(&none, "这样筛选没有结果");
        CLEAN(exchange_free) Exchange plain = public_get(*state, "/c/x/n/全部机构");
        assert_has(&plain, "共 <strong>5</strong> 条");
        assert_lacks(&plain, "<svg");            /* no column of counties to filter by */
        CLEAN(exchange_free) Exchange list = public_get(*state, "/c/x/n");
        assert_has(&list, "4 条");
        assert_has(&list, "5 条");
}

static void test_pages_of_a_directory(void **state) {
        for (uint32_t i = 0; i < 35; i++)
                add_place(*state, "许多机构", 2, 0, 0);
        CLEAN(exchange_free) Exchange first = public_get(*state, "/c/x/n/在用机构?f1=2");
        assert_has(&first, "共 <strong>35</strong> 条");
        size_t at;
        Str page = buffer_str(&first.response.body);
        assert_true(str_find(page, STR("?f1=2&#38;after="), &at));
        Str rest = str_slice(page, at + STR("?f1=2&#38;after=").length, page.length);
        Str id = str_cut(&rest, '"');
        CLEAN(exchange_free) Exchange second = public_get(*state, str_format(first.arena, "/c/x/n/在用机构?f1=2&after=%.*s", STR_ARG(id)).data);
        assert_has(&second, "回到第一页");
        assert_lacks(&second, "下一页");
        uint32_t entries = 0;
        for (Str left = buffer_str(&second.response.body); str_find(left, STR("许多机构"), &at); entries++)
                left = str_slice(left, at + 1, left.length);
        assert_int_equal(entries, 5);
}

static void test_search(void **state) {
        CLEAN(exchange_free) Exchange found = public_get(*state, "/c/x/search?q=機構");
        assert_has(&found, "<mark>机构</mark");
        assert_has(&found, "/c/x/n/%E5%9C%A8%E7%94%A8%E6%9C%BA%E6%9E%84");
        CLEAN(exchange_free) Exchange target = public_get(*state, "/c/x/search.json?q=每年授牌");
        assert_has(&target, "\"kind\":\"target\"");
        assert_has(&target, "/c/x/d/%E8%AF%95%E9%AA%8C%E6%96%B9%E6%A1%88#mb-");
        CLEAN(exchange_free) Exchange nothing = public_get(*state, "/c/x/search?q=火箭");
        assert_has(&nothing, "没有找到“火箭”");
        CLEAN(exchange_free) Exchange hostile = public_get(*state, "/c/x/search?q=<script>\"'");
        assert_lacks(&hostile, "<script>\"");
        assert_has(&hostile, "&#60;script&#62;");
        CLEAN(exchange_free) Exchange own = public_get(*state, "/c/x/search?q=走访&in=own");
        assert_has(&own, "<span>每月</span><mark>走访</mark");
}

/* A city without records shows its documents and says that its directories are empty. */
static void test_without_records(void **state) {
        (void) state;
        Site site = { .at = DATE_MIN };
        Pack *pack = load_jinan();
        assert_int_equal(site_add(&site, pack), RC_OK);
        CLEAN(exchange_free) Exchange list = get(&site, "/c/jinan/d");
        assert_has(&list, "济政办字〔2009〕67号");
        CLEAN(exchange_free) Exchange document =
                get(&site, "/c/jinan/d/%E6%B5%8E%E6%94%BF%E5%8A%9E%E5%AD%97%E3%80%942009%E3%80%9567%E5%8F%B7");
        assert_int_equal(document.response.status, 200);
        assert_lacks(&document, "浏览次数");
        CLEAN(exchange_free) Exchange directory = get(&site, "/c/jinan/n/%E5%88%9B%E4%B8%9A%E9%A1%B9%E7%9B%AE%E8%B5%84%E6%BA%90%E5%BA%93");
        assert_has(&directory, "名录还没有装入");
        pack_free(pack);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_status),          cmocka_unit_test(test_document),  cmocka_unit_test(test_view_count),
                cmocka_unit_test(test_original),        cmocka_unit_test(test_service),
                cmocka_unit_test(test_service_clock),   cmocka_unit_test(test_validity),   cmocka_unit_test(test_directory),
                cmocka_unit_test(test_pages_of_a_directory), cmocka_unit_test(test_search), cmocka_unit_test(test_without_records),
        };
        return cmocka_run_group_tests_name("web/public", tests, set_up, tear_down);
}
