/* The officers' record pages without a socket: who is let in, lists, forms, conflicts, history, full numbers, imports. */
#include "web/office.h"

#include "web/route.h"

#include <sys/stat.h>

#define IDENTITY "99900019900307002X"

static const char PACK[] =
        "# 试\n\n```leye\n文件 试验\n  标题：“试验文件”\n  机关：“某市”\n  成文：2022-01-01\n  有效：自 2022-01-01\n"
        "单位 期\n单位 人次\n枚举 区县：甲区、乙区\n枚举 类别：一、二、三、四、五、六、七\n"
        "实体 人，量词 人\n实体 班级，量词 期\n实体 学员，量词 人次\n"
        "关系 班级.学员们：多个 学员，反向 班级\n关系 人.参训记录：多个 学员，反向 本人\n"
        "事实 人.姓名：文本，必填\n事实 人.身份证号：文本，校验 身份证号，敏感\n事实 人.区县：区县\n事实 人.出生：日期\n"
        "事实 人.收入：金额，范围 0元 至 100万元\n事实 人.残疾：真假\n"
        "事实 班级.名称：文本，必填\n事实 班级.类别：类别\n事实 学员.结业日期：日期\n```\n\n## 一、条\n";

static int set_up(void **state) {
        static Office office;
        office = office_open(PACK);
        Exchange page = office_get(&office, "/o/x/r/人/new");
        assert_int_equal(page.response.status, 200);
        office.key = str_copy(office.arena, hidden(&page, "key"));
        assert_int_equal(office.key.length, 64);
        exchange_free(&page);
        *state = &office;
        return 0;
}

static int tear_down(void **state) {
        office_close(*state);
        return 0;
}

/* Makes a record and returns its address. */
static Str make(const Office *office, const char *kind, const char *fields) {
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 20);
        CLEAN(exchange_free) Exchange made = office_post(office, str_format(arena, "/o/x/r/%s/new", kind).data, fields);
        if (made.response.status != 303)
                fail_msg("%s: %u\n%.*s", fields, made.response.status, STR_ARG(buffer_str(&made.response.body)));
        return str_copy(office->arena, made.response.location);
}

static Str at(const Office *office, Str place, const char *rest) {
        return str_format(office->arena, "%.*s%s", STR_ARG(place), rest);
}

/* ---- who is let in ----------------------------------------------------------------------------------- */

typedef struct RouteRow {
        Method      method;
        const char *target;
        uint16_t    status;              /* for the operator, with an empty city */
} RouteRow;

static const RouteRow routes[] = {
        { METHOD_GET, "/o/x/r", 200 },
        { METHOD_GET, "/o/x/r/人", 200 },
        { METHOD_GET, "/o/x/r/人.json", 200 },
        { METHOD_GET, "/o/x/r/无", 404 },
        { METHOD_GET, "/o/x/r/无.json", 404 },
        { METHOD_GET, "/o/x/r/leye_history", 404 },
        { METHOD_GET, "/o/x/r/%22;DROP", 404 },
        { METHOD_GET, "/o/x/r/人/export?as=csv", 200 },
        { METHOD_GET, "/o/x/r/人/export?as=xlsx", 200 },
        { METHOD_GET, "/o/x/r/人/export?as=pdf", 422 },
        { METHOD_GET, "/o/x/r/人/export", 422 },
        { METHOD_GET, "/o/x/r/人/new", 200 },
        { METHOD_GET, "/o/x/r/学员/new?班级=7", 404 },
        { METHOD_POST, "/o/x/r/人/new", 422 },
        { METHOD_POST, "/o/x/r/无/new", 404 },
        { METHOD_GET, "/o/x/r/人/1", 404 },
        { METHOD_GET, "/o/x/r/人/0", 404 },
        { METHOD_GET, "/o/x/r/人/-1", 404 },
        { METHOD_GET, "/o/x/r/人/99999999999999999999", 404 },
        { METHOD_GET, "/o/x/r/人/1e3", 404 },
        { METHOD_POST, "/o/x/r/人/1/unmask", 404 },
        { METHOD_GET, "/o/x/r/人/1/edit", 404 },
        { METHOD_POST, "/o/x/r/人/1/edit", 404 },
        { METHOD_GET, "/o/x/r/人/1/delete", 404 },
        { METHOD_POST, "/o/x/r/人/1/delete", 404 },
        { METHOD_GET, "/o/x/import", 200 },
        { METHOD_GET, "/o/x/import/人", 200 },
        { METHOD_GET, "/o/x/import/无", 404 },
        { METHOD_GET, "/o/x/import/人/template", 200 },
        { METHOD_POST, "/o/x/import/人", 415 },
        { METHOD_POST, "/o/x/import/人/map", 422 },
        { METHOD_POST, "/o/x/import/人/check", 422 },
        { METHOD_GET, "/o/x/job/1", 404 },
        { METHOD_GET, "/o/x/job/1.json", 404 },
        { METHOD_GET, "/o/x/job/0", 404 },
        { METHOD_GET, "/o/x/job/-1", 404 },
        { METHOD_GET, "/o/x/job/x", 404 },
        { METHOD_GET, "/o/x/job/99999999999999999999", 404 },
        { METHOD_GET, "/o/x/job/1?batch=1", 404 },
        { METHOD_GET, "/o/x/job/1/sheet", 404 },
        { METHOD_POST, "/o/x/job/1/stop", 303 },
        { METHOD_POST, "/o/x/job/x/stop", 404 },
        { METHOD_POST, "/o/x/import/人/run", 422 },
        { METHOD_GET, "/o/x/batch/1", 404 },
        { METHOD_GET, "/o/x/batch/x", 404 },
        { METHOD_POST, "/o/x/batch/1", 404 },
        { METHOD_GET, "/o/x/r/人?after=x", 422 },
        { METHOD_GET, "/o/x/r/人?after=-5", 422 },
        { METHOD_GET, "/o/x/r/人?after=5", 303 },
        { METHOD_GET, "/o/x/r/人?sort=_id;--", 200 },
        { METHOD_GET, "/o/x/r/人?出生.from=昨天", 422 },
        { METHOD_GET, "/o/x/r/人.json?出生.from=昨天", 422 },
        { METHOD_GET, "/o/x/r/人?区县=丙区", 422 },
        { METHOD_GET, "/o/x/r/学员?班级=x", 404 },
};

static void test_routes(void **state) {
        for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
                bool post = routes[i].method == METHOD_POST;
                CLEAN(exchange_free) Exchange exchange = post ? office_post(*state, routes[i].target, "a=1") : office_get(*state,
                routes[i].target);
                uint16_t status = post && routes[i].status == 415 ? 400 : routes[i].status;     /* not multipart: unreadable */
                if (exchange.response.status != status)
                        fail_msg("%s: %u", routes[i].target, exchange.response.status);
        }
}

static void test_every_record_route_is_reached(void **state) {
        for (uint32_t i = 0; i < ROUTE_COUNT; i++) {
                Str pattern = str_from(ROUTES[i].pattern);
                bool reached = false, ours = str_starts(pattern, STR("/o/:city/r")) && !str_starts(pattern, STR("/o/:city/report"));
                ours = ours || str_starts(pattern, STR("/o/:city/import")) || str_starts(pattern, STR("/o/:city/batch"));
                ours = ours || str_starts(pattern, STR("/o/:city/job"));
                for (size_t j = 0; j < ARRAY_LENGTH(routes) && ours && !reached; j++) {
                        if (routes[j].method != ROUTES[i].method)
                                continue;
                        CLEAN(exchange_free) Exchange exchange = routes[j].method == METHOD_POST ? office_post(*state,
                        routes[j].target, "a=1")
                                                                                                 : office_get(*state, routes[j].target);
                        reached = str_equal(exchange.response.route, pattern);
                }
                if (ours && !reached)
                        fail_msg("no target of this test reaches %s", ROUTES[i].pattern);
        }
}

/* Without the token, the key or the own origin nothing is shown or done, whatever the address. */
static void test_strangers(void **state) {
        const Office *office = *state;
        static const Sender strangers[] = {
                { "", "http://" OFFICE_HOST, FORM_TYPE },
                { "office=", "http://" OFFICE_HOST, FORM_TYPE },
                { "office=0123456789abcdef0123456789abcdee", "http://" OFFICE_HOST, FORM_TYPE },
        };
        static const Sender foreign[] = {
                { "office=" OFFICE_TOKEN, "http://evil.example", FORM_TYPE },
                { "office=" OFFICE_TOKEN, "null", FORM_TYPE },
                { "office=" OFFICE_TOKEN, "https://" OFFICE_HOST, FORM_TYPE },
        };
        Str good = str_format(office->arena, "key=%.*s&f.姓名=甲", STR_ARG(office->key));
        for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
                if (routes[i].status == 415)
                        continue;
                for (size_t j = 0; j < ARRAY_LENGTH(strangers); j++) {
                        CLEAN(exchange_free) Exchange exchange = office_send(office, routes[i].method, routes[i].target, good,
                                                                             &strangers[j]);
                        if (exchange.response.status != 403)
                                fail_msg("%s: %u", routes[i].target, exchange.response.status);
                }
                for (size_t j = 0; j < ARRAY_LENGTH(foreign) && routes[i].method == METHOD_POST; j++) {
                        CLEAN(exchange_free) Exchange exchange = office_send(office, METHOD_POST, routes[i].target, good, &foreign[j]);
                        if (exchange.response.status != 403)
                                fail_msg("%s from %s: %u", routes[i].target, foreign[j].origin, exchange.response.status);
                }
        }
        CLEAN(exchange_free) Exchange keyless = office_send(office, METHOD_POST, "/o/x/r/人/new", STR("key=0&f.姓名=甲"), NULL);
        assert_int_equal(keyless.response.status, 403);
        Site public = office->site;
        public.office = false;
        Office outside = *office;
        outside.site = public;
        CLEAN(exchange_free) Exchange hidden_page = office_get(&outside, "/o/x/r/人");
        assert_int_equal(hidden_page.response.status, 404);
        CLEAN(exchange_free) Exchange empty = office_get(office, "/o/x/r/人");
        assert_has(&empty, "还没有人");
        assert_has(&empty, "/o/x/import/%E4%BA%BA");
}

/* ---- forms and lists --------------------------------------------------------------------------------- */

static void test_form_faults(void **state) {
        static const struct {
                const char *kind, *fields, *words, *field;
        } rows[] = {
                { "人", "f.姓名=", "“姓名”要填", "#f0" },
                { "人", "f.姓名=甲&f.身份证号=999000199003070012", "校验码", "#f1" },
                { "人", "f.姓名=甲&f.出生=2022-02-30", "日期", "#f3" },
                { "人", "f.姓名=甲&f.收入=很多", "很多", "#f4" },
                { "人", "f.姓名=甲&f.收入=-1", "0", "#f4" },
                { "人", "f.姓名=甲&f.区县=丙区", "区", "#f2" },
                { "人", "f.姓名=&f.出生=x", "2 处", "#f3" },
                { "学员", "f.班级=没有这班", "没有叫“没有这班”的班级", "#f0" },
                { "学员", "f.班级=<script>", "&#60;script&#62;", "#f0" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 20);
                CLEAN(exchange_free) Exchange page = office_post(*state, str_format(arena, "/o/x/r/%s/new", rows[i].kind).data,
                                                                 rows[i].fields);
                if (page.response.status != 422)
                        fail_msg("%s: %u", rows[i].fields, page.response.status);
                assert_has(&page, rows[i].words);
                assert_has(&page, str_format(arena, "href=\"%s\"", rows[i].field).data);
                assert_has(&page, "有一处要改：");
                assert_false(has(&page, "<script>x"));
        }
}

static void test_life_of_a_record(void **state) {
        const Office *office = *state;
        Str person = make(office, "人", "_key=A1&f.姓名=张三&f.身份证号=" IDENTITY "&f.区县=乙区&f.出生=1990-03-07&f.收入=1.5万&f.残疾=否");
        CLEAN(exchange_free) Exchange shown = office_get(office, person.data);
        assert_has(&shown, "<h1>张三</h1>");
        assert_has(&shown, "999***********002X");
        assert_false(has(&shown, IDENTITY));
        assert_has(&shown, "15000元");
        assert_has(&shown, "新增</strong>");

        CLEAN(exchange_free) Exchange form = office_get(office, at(office, person, "/edit").data);
        assert_false(has(&form, IDENTITY));
        assert_has(&form, "value=\"否\"  checked");
        assert_has(&form, "空着就不改");
        CLEAN(exchange_free) Exchange saved = office_post(office, at(office, person, "/edit").data,
                                                          "_version=1&f.姓名=张三丰&f.身份证号=&f.区县=甲区&f.残疾=?&_reason=核对户口");
        assert_int_equal(saved.response.status, 303);
        CLEAN(exchange_free) Exchange after = office_get(office, person.data);
        assert_has(&after, "姓名：原来是 <del>张三</del>，改成 <ins>张三丰</ins>");
        assert_has(&after, "区县：原来是 <del>乙区</del>，改成 <ins>甲区</ins>");
        assert_has(&after, "残疾：原来是 <del>否</del>，改成 <ins>（没有填）</ins>");
        assert_has(&after, "核对户口");
        assert_has(&after, "999***********002X");

        CLEAN(exchange_free) Exchange taken = office_post(office, "/o/x/r/人/new", "_key=A1&f.姓名=李四");
        assert_int_equal(taken.response.status, 422);
        assert_has(&taken, "href=\"#key-of-record\"");
        CLEAN(exchange_free) Exchange unreasoned = office_post(office, at(office, person, "/delete").data, "version=2");
        assert_int_equal(unreasoned.response.status, 422);
        CLEAN(exchange_free) Exchange stale = office_post(office, at(office, person, "/delete").data, "version=1&reason=错");
        assert_int_equal(stale.response.status, 409);
        CLEAN(exchange_free) Exchange gone = office_post(office, at(office, person, "/delete").data, "version=2&reason=重复登记");
        assert_int_equal(gone.response.status, 303);
        CLEAN(exchange_free) Exchange missing = office_get(office, person.data);
        assert_int_equal(missing.response.status, 404);
}

static void test_full_numbers(void **state) {
        const Office *office = *state;
        Str person = make(office, "人", "f.姓名=王五&f.身份证号=" IDENTITY);
        CLEAN(exchange_free) Exchange without = office_post(office, at(office, person, "/unmask").data, "purpose=+");
        assert_int_equal(without.response.status, 422);
        assert_false(has(&without, IDENTITY));
        for (int i = 0; i < 2; i++) {    /* twice in one second: both purposes stay */
                CLEAN(exchange_free) Exchange seen = office_post(office, at(office, person, "/unmask").data,
                                                                 i ? "purpose=再核一次" : "purpose=核对账户");
                assert_int_equal(seen.response.status, 200);
                assert_has(&seen, IDENTITY);
        }
        CLEAN(exchange_free) Exchange after = office_get(office, person.data);
        assert_false(has(&after, IDENTITY));
        assert_has(&after, "查看完整号码");
        assert_has(&after, "核对账户");
        assert_has(&after, "再核一次");
        CLEAN(exchange_free) Exchange cleared = office_post(office, at(office, person, "/edit").data, "_version=1&f.身份证号=&clear.身份证号=1");
        assert_int_equal(cleared.response.status, 303);
        CLEAN(exchange_free) Exchange empty = office_get(office, person.data);
        assert_has(&empty, "<del>999***********002X</del>");
        assert_false(has(&empty, "显示完整号码"));
}

static void test_links(void **state) {
        const Office *office = *state;
        make(office, "班级", "f.名称=电工班&_key=C1&f.类别=三");
        make(office, "班级", "f.名称=电工班&_key=C2");
        Str class = make(office, "班级", "f.名称=焊工班&_key=C3");
        CLEAN(exchange_free) Exchange twins = office_post(office, "/o/x/r/学员/new", "f.班级=电工班");
        assert_int_equal(twins.response.status, 422);
        assert_has(&twins, "有 2 个叫“电工班”的班级");
        Str by_key = make(office, "学员", "f.班级=C2&f.结业日期=2022-05-01");
        CLEAN(exchange_free) Exchange unchanged = office_post(office, at(office, by_key, "/edit").data,
                                                              "_version=1&f.班级=电工班&f.结业日期=2022-05-02");
        assert_int_equal(unchanged.response.status, 303);        /* its own class, whose name stands in the form, is no question */
        Str id = str_slice(class, str_format(office->arena, "/o/x/r/%s/", "%E7%8F%AD%E7%BA%A7").length, class.length);
        CLEAN(exchange_free) Exchange seeded = office_get(office, str_format(office->arena, "/o/x/r/学员/new?班级=%.*s", STR_ARG(id)).data);
        assert_has(&seeded, "value=\"焊工班\"");
        make(office, "学员", str_format(office->arena, "p.班级=%.*s&f.班级=焊工班", STR_ARG(id)).data);
        CLEAN(exchange_free) Exchange parent = office_get(office, class.data);
        assert_has(&parent, "学员 <span class=\"count\">共 1 人次</span>");
        CLEAN(exchange_free) Exchange listed = office_get(office, str_format(office->arena, "/o/x/r/学员?班级=%.*s", STR_ARG(id)).data);
        assert_has(&listed, "班级：焊工班");
        assert_has(&listed, "共 1 人次");
        CLEAN(exchange_free) Exchange kept = office_post(office, at(office, class, "/delete").data, "version=1&reason=x");
        assert_int_equal(kept.response.status, 422);
        assert_has(&kept, "还有别的记录指着它");
}

static void test_conflict(void **state) {
        const Office *office = *state;
        Str person = make(office, "人", "f.姓名=赵六&f.区县=甲区&f.收入=100");
        Str edit = at(office, person, "/edit");
        CLEAN(exchange_free) Exchange first = office_post(office, edit.data, "_version=1&f.姓名=赵六六&f.区县=乙区&f.收入=100");
        assert_int_equal(first.response.status, 303);
        CLEAN(exchange_free) Exchange second = office_post(office, edit.data, "_version=1&f.姓名=赵小六&f.区县=甲区&f.收入=200");
        assert_int_equal(second.response.status, 409);
        assert_has(&second, "姓名（两边都改了）</th>");
        assert_has(&second, ">赵六</td>");
        assert_has(&second, ">赵六六</td>");
        assert_has(&second, ">赵小六</td>");
        assert_has(&second, "name=\"_version\" value=\"2\"");
        assert_has(&second, "name=\"f.姓名\" value=\"赵小六\"");
        assert_has(&second, "value=\"乙区\"  checked");           /* only they changed it: theirs */
        assert_has(&second, "value=\"200\"");                     /* only you changed it: yours */
        CLEAN(exchange_free) Exchange merged = office_post(office, edit.data, "_version=2&f.姓名=赵小六&f.区县=乙区&f.收入=200");
        assert_int_equal(merged.response.status, 303);
        static const char *const versions[] = { "_version=9&f.姓名=x", "_version=0&f.姓名=x", "_version=x&f.姓名=x", "f.姓名=x" };
        for (size_t i = 0; i < ARRAY_LENGTH(versions); i++) {
                CLEAN(exchange_free) Exchange wrong = office_post(office, edit.data, versions[i]);
                assert_int_equal(wrong.response.status, 422);
        }
}

static void test_lists(void **state) {
        const Office *office = *state;
        for (int i = 0; i < 55; i++)
                make(office, "班级", str_format(office->arena, "_key=L%02d&f.名称=班%02d&f.类别=%s", i, i, i % 2 ? "一" : "七").data);
        CLEAN(exchange_free) Exchange first = office_get(office, "/o/x/r/班级?类别=一&sort=名称");
        assert_has(&first, "共 27 期");
        CLEAN(exchange_free) Exchange all = office_get(office, "/o/x/r/班级?q=班&sort=名称");
        assert_has(&all, ">班00</a>");
        assert_false(has(&all, ">班50</a>"));
        Str page = buffer_str(&all.response.body), needle = STR("rel=\"next\" href=\"");
        size_t from;
        assert_true(str_find(page, needle, &from));
        page = str_slice(page, from + needle.length, page.length);
        Str next = str_cut(&page, '"');
        CLEAN(buffer_free) Buffer target = buffer_new((size_t) 1 << 16);
        for (size_t i = 0; i < next.length; i++)         /* the page escapes "&" */
                if (str_starts(str_slice(next, i, next.length), STR("&#38;"))) {
                        buffer_byte(&target, '&');
                        i += 4;
                } else
                        buffer_byte(&target, next.data[i]);
        buffer_byte(&target, '\0');
        CLEAN(exchange_free) Exchange second = office_get(office, target.data);
        assert_has(&second, ">班50</a>");
        assert_has(&second, ">班54</a>");
        assert_false(has(&second, ">班49</a>"));
        assert_has(&second, "回到第一页");
        CLEAN(exchange_free) Exchange none = office_get(office, "/o/x/r/班级?q=%27%20OR%201=1--");
        assert_has(&none, "没有找到");
        CLEAN(exchange_free) Exchange json = office_get(office, "/o/x/r/班级.json?q=班00");
        assert_has(&json, "\"kind\":\"班级\",\"total\":1,\"after\":null");
        assert_has(&json, "\"fields\":{\"名称\":\"班00\",\"类别\":\"七\"}");
        size_t at;
        MUST(str_find(buffer_str(&json.response.body), STR("\"id\":"), &at));
        Str id = str_slice(buffer_str(&json.response.body), at + 5, json.response.body.length);
        Str first_id = str_cut(&id, ',');
        CLEAN(exchange_free) Exchange one = office_get(office, str_format(office->arena, "/o/x/r/班级/%.*s.json", STR_ARG(first_id)).data);
        assert_int_equal(one.response.status, 200);
        assert_has(&one, "\"title\":\"班00\",\"version\":1,\"fields\":{\"名称\":\"班00\",\"类别\":\"七\"}");
        CLEAN(exchange_free) Exchange nobody = office_get(office, "/o/x/r/班级/1.json");
        assert_int_equal(nobody.response.status, 404);
        CLEAN(exchange_free) Exchange kinds = office_get(office, "/o/x/r");
        assert_has(&kinds, "人、单位和场所");
        assert_has(&kinds, "往来和经过");
}

static void test_hostile_texts(void **state) {
        const Office *office = *state;
        Str person = make(office, "人", "f.姓名=%3Cscript%3Ex%3C/script%3E%22+onclick%3D%22y%27+%26amp;&_key=%3Cb%3Ek");
        Str id = str_slice(person, STR("/o/x/r/%E4%BA%BA/").length, person.length);
        make(office, "学员", str_format(office->arena, "p.本人=%.*s&f.本人=", STR_ARG(id)).data);
        make(office, "学员", str_format(office->arena, "f.本人=%%3Cb%%3Ek").data);
        const char *targets[] = { person.data, at(office, person, "/edit").data, at(office, person, "/delete").data, "/o/x/r/人",
                                  "/o/x/r/学员", str_format(office->arena, "/o/x/r/学员?本人=%.*s", STR_ARG(id)).data,
                                  str_format(office->arena, "/o/x/r/学员/new?本人=%.*s", STR_ARG(id)).data,
                                  "/o/x/r/人?q=%3Cscript%3Ex%22%20onclick=%22", "/o/x/r/人?出生.from=%3Cscript%3Ex" };
        for (size_t i = 0; i < ARRAY_LENGTH(targets); i++) {
                CLEAN(exchange_free) Exchange page = office_get(office, targets[i]);
                if (has(&page, "<script>x") || has(&page, "\" onclick=\"") || has(&page, "<b>k"))
                        fail_msg("%s", targets[i]);
        }
        CLEAN(exchange_free) Exchange shown = office_get(office, person.data);
        assert_has(&shown, "&#60;script&#62;x&#60;/script&#62;&#34; onclick=&#34;y&#39; &#38;amp;");
        CLEAN(exchange_free) Exchange json = office_get(office, "/o/x/r/人.json");
        assert_has(&json, "<script>x</script>\\\" onclick");
        assert_true(str_equal(json.response.content_type, STR("application/json")));
}

/* ---- imports ----------------------------------------------------------------------------------------- */

static const char SHEET[] =
        "编号,姓名,身份证号,区县,出生,月入,备注\r\n"
        "I1,钱一,99900019900307002X,甲区,1990-03-07,1000,\r\n"
        "I2,,99900019900307002X,甲区,1990-03-07,1000,\r\n"
        "I3,孙三,123,甲区,1990-03-07,1000,\r\n"
        "I4,<b>李</b>,,丙区,1990-03-07,1000,\r\n"
        "I5,周五,,乙区,昨天,1000,\r\n";

#define COLUMNS "c0=_key&c1=姓名&c2=身份证号&c3=区县&c4=出生&c5=收入&c6=&match=_key"

static void test_import(void **state) {
        const Office *office = *state;
        uint32_t before = spool_count(office);
        CLEAN(exchange_free) Exchange map = office_upload(office, "/o/x/import/人", "a.csv", str_from(SHEET));
        assert_int_equal(map.response.status, 200);
        assert_has(&map, "7 列里认出 5 列");
        assert_has(&map, "没认出来");
        assert_has(&map, "钱一");
        assert_int_equal(hidden(&map, "token").length, 32);
        assert_int_equal(spool_count(office), before + 1);
        struct stat about;
        assert_int_equal(stat(str_format(office->arena, "%.*s/x.db.spool", STR_ARG(office->folder)).data, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0700);
        assert_int_equal(stat(str_format(office->arena, "%.*s/x.db.spool/%.*s", STR_ARG(office->folder), STR_ARG(hidden(&map,
        "token"))).data, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);

        Str fields = step_fields(office, &map, COLUMNS);
        CLEAN(exchange_free) Exchange check = office_post(office, "/o/x/import/人/check", fields.data);
        CLEAN(exchange_free) Exchange report = office_job(office, &check);
        assert_int_equal(report.response.status, 200);
        assert_has(&report, "<dt>会新增</dt><dd>1 条</dd>");
        assert_has(&report, "<dt>有错，不会导入</dt><dd>4 行</dd>");
        assert_has(&report, "“姓名”要填");
        assert_has(&report, "第 5 行");
        assert_false(has(&report, "<b>李"));
        CLEAN(exchange_free) Exchange nothing = office_get(office, "/o/x/r/人.json?q=I1");
        assert_has(&nothing, "\"total\":0");

        Str sheet = str_format(office->arena, "%.*s/sheet?only=all", STR_ARG(check.response.location));
        CLEAN(exchange_free) Exchange fix = office_get(office, sheet.data);
        assert_int_equal(fix.response.status, 200);
        assert_true(str_starts(sent_file(&fix), STR("PK")));
        CLEAN(exchange_free) Exchange back = office_post(office, "/o/x/import/人/map", fields.data);
        assert_has(&back, "value=\"收入\"  selected");
        CLEAN(exchange_free) Exchange whole = office_post(office, "/o/x/import/人/run", at(office, fields, "&partial=0").data);
        CLEAN(exchange_free) Exchange faulty = office_job(office, &whole);
        assert_has(&faulty, "试过了");                          /* one fault and nothing goes in */
        CLEAN(exchange_free) Exchange run = office_post(office, "/o/x/import/人/run", at(office, fields, "&partial=1").data);
        CLEAN(exchange_free) Exchange result = office_job(office, &run);
        assert_int_equal(spool_count(office), before);
        assert_has(&result, "导入好了");
        assert_has(&result, "<dt>没导入</dt><dd>4 行</dd>");
        CLEAN(exchange_free) Exchange there = office_get(office, "/o/x/r/人.json?q=I1");
        assert_has(&there, "\"收入\":\"1000元\"");
        CLEAN(exchange_free) Exchange spent = office_post(office, "/o/x/import/人/run", at(office, fields, "&partial=1").data);
        assert_true(str_equal(spent.response.location, run.response.location));   /* the same import */
        CLEAN(exchange_free) Exchange used = office_post(office, "/o/x/import/人/check", fields.data);
        assert_int_equal(used.response.status, 422);
        assert_has(&used, "重新选文件");
        CLEAN(exchange_free) Exchange no_sheet = office_get(office, sheet.data);
        assert_int_equal(no_sheet.response.status, 422);
        CLEAN(exchange_free) Exchange again = office_upload(office, "/o/x/import/人", "a.csv", str_from(SHEET));
        assert_has(&again, "上次这样对应");
        assert_has(&again, "7 列里认出 6 列");

        Str batch = str_format(office->arena, "/o/x/batch/%.*s",         /* has the job's number */
                               STR_ARG(str_slice(run.response.location, STR("/o/x/job/").length, run.response.location.length)));
        CLEAN(exchange_free) Exchange unsure = office_post(office, batch.data, "a=1");
        assert_int_equal(unsure.response.status, 422);
        CLEAN(exchange_free) Exchange undo = office_post(office, batch.data, "sure=1");
        CLEAN(exchange_free) Exchange undone = office_job(office, &undo);
        assert_has(&undone, "删掉新增的 1 条");
        CLEAN(exchange_free) Exchange twice = office_post(office, batch.data, "sure=1");
        assert_int_equal(twice.response.status, 409);
        CLEAN(exchange_free) Exchange gone = office_get(office, "/o/x/r/人.json?q=I1");
        assert_has(&gone, "\"total\":0");
        CLEAN(exchange_free) Exchange history = office_get(office, "/o/x/import");
        assert_has(&history, "已撤销");
        assert_has(&history, "a.csv");
}

static void test_import_mistakes(void **state) {
        const Office *office = *state;
        static const struct {
                const char *bytes, *words;
        } uploads[] = {
                { "", "请先选一个文件" },
                { "x,y\r\n1,2\r\n", "没有找到表头" },
                { "\xff\xfe\x00", "" },
                { "PK\x03\x04 torn", "" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(uploads); i++) {
                CLEAN(exchange_free) Exchange page = office_upload(office, "/o/x/import/人", "a.csv", str_from(uploads[i].bytes));
                assert_int_equal(page.response.status, 422);
                assert_has(&page, "这张表没有读进来");
                assert_has(&page, uploads[i].words);
        }
        CLEAN(exchange_free) Exchange map = office_upload(office, "/o/x/import/人", "<b>.csv", str_from(SHEET));
        assert_false(has(&map, "<b>.csv"));
        static const struct {
                const char *columns;
                uint16_t    status;
                const char *words;
        } rows[] = {
                { "c0=&c1=&c2=&c3=&c4=&c5=&c6=&match=", 422, "没有一列对应到字段" },
                { "c0=&match=_key", 422, "得有一列对应到它" },
                { "c0=姓名&match=", 422, "同一个字段" },
                { "c0=无此字段", 422, "" },
                { "match=无此字段", 422, "" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(exchange_free) Exchange page = office_post(office, "/o/x/import/人/check", step_fields(office, &map,
                rows[i].columns).data);
                if (page.response.status != rows[i].status)
                        fail_msg("%s: %u", rows[i].columns, page.response.status);
                assert_has(&page, rows[i].words);
        }
        static const char *const tokens[] = { "", "../x.db", "..%2fx.db", "0123456789abcdef0123456789abcdef",
                                              "0123456789ABCDEF0123456789ABCDEF",
                                              "0123456789abcdef0123456789abcde%00" };
        for (size_t i = 0; i < ARRAY_LENGTH(tokens); i++) {
                Str fields = str_format(office->arena, "token=%s&name=a.csv&" COLUMNS, tokens[i]);
                CLEAN(exchange_free) Exchange page = office_post(office, "/o/x/import/人/run", fields.data);
                assert_true(page.response.status == 422 || page.response.status == 400);
        }
}

/* Torn, foreign and oversized bodies. */
static void test_uploads(void **state) {
        const Office *office = *state;
        static const char type[] = "multipart/form-data; boundary=b";
        static const struct {
                const char *type, *body;
                uint16_t    status;
        } rows[] = {
                { type, "", 400 },
                { type, "--b\r\n", 400 },
                { type, "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nx", 400 },
                { type, "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nx\r\n--b--\r\n", 403 },
                { type, "--b--", 403 },
                { "multipart/form-data", "--b--", 400 },
                { FORM_TYPE, "key=x", 400 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                const Sender sender = { "office=" OFFICE_TOKEN, "http://" OFFICE_HOST, rows[i].type };
                CLEAN(exchange_free) Exchange page = office_send(office, METHOD_POST, "/o/x/import/人", str_from(rows[i].body), &sender);
                if (page.response.status != rows[i].status)
                        fail_msg("%s: %u", rows[i].body, page.response.status);
        }
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 128 << 20);
        char *large = ARENA_NEW(arena, char, UPLOAD_BODY_MAX + 1);
        const Sender sender = { "office=" OFFICE_TOKEN, "http://" OFFICE_HOST, type };
        CLEAN(exchange_free) Exchange page = office_send(office, METHOD_POST, "/o/x/import/人", (Str){ large, UPLOAD_BODY_MAX + 1 },
                                                         &sender);
        assert_int_equal(page.response.status, 413);
        assert_int_equal(site_body_max(&office->site, STR("/o/x/import/%E4%BA%BA")), UPLOAD_BODY_MAX);
        assert_int_equal(site_body_max(&office->site, STR("/o/x/import/%E4%BA%BA/run")), REQUEST_BODY_MAX);
}

/* Exports mask what is sensitive, in both forms. */
static void test_export(void **state) {
        const Office *office = *state;
        make(office, "人", "_key=E1&f.姓名=%3D1%2B1&f.身份证号=" IDENTITY);
        CLEAN(exchange_free) Exchange csv = office_get(office, "/o/x/r/人/export?as=csv&q=E1");
        assert_true(str_starts(csv.response.disposition, STR("attachment; filename*=UTF-8''%E4%BA%BA.csv")));
        Str text = sent_file(&csv);
        size_t from;
        assert_true(str_find(text, STR("E1,'=1+1,999***********002X"), &from));
        assert_false(str_find(text, STR(IDENTITY), &from));
        CLEAN(exchange_free) Exchange xlsx = office_get(office, "/o/x/r/人/export?as=xlsx");
        assert_true(str_starts(sent_file(&xlsx), STR("PK")));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_routes),
                cmocka_unit_test(test_every_record_route_is_reached),
                cmocka_unit_test(test_strangers),
                cmocka_unit_test(test_form_faults),
                cmocka_unit_test(test_life_of_a_record),
                cmocka_unit_test(test_full_numbers),
                cmocka_unit_test(test_links),
                cmocka_unit_test(test_conflict),
                cmocka_unit_test(test_lists),
                cmocka_unit_test(test_hostile_texts),
                cmocka_unit_test(test_import),
                cmocka_unit_test(test_import_mistakes),
                cmocka_unit_test(test_uploads),
                cmocka_unit_test(test_export),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
