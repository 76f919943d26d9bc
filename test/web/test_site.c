/* The whole site without a socket: pages, the way through an interview, and everything a hostile client may send. */
#include "web/support.h"

#include "base/utf8.h"
#include "web/route.h"

#define ASK "/c/jinan/ask"

typedef struct Fixture {
        Pack *pack, *hostile;
        Site  site;
} Fixture;

/* A pack whose every text tries to be markup. */
static const char HOSTILE_PACK[] =
        "# <script>alert(1)</script>\n\n前言<img src=x onerror=alert(1)>\n\n"
        "```leye\n"
        "文件 恶意\n"
        "  标题：“<script>alert(2)</script>”\n"
        "  机关：“<b>机关</b>”\n"
        "  成文：2018-01-01\n"
        "  有效：自 2018-01-01\n"
        "  辖区：“370100 <i>市</i>”\n"
        "  电话：“1\" onclick=\"x”\n"
        "实体 人，量词 人\n"
        "事实 人.「a\"<x>」：真假，问“<u>问</u>\"？”，解释“<u>解释</u>”\n"
        "```\n\n## 一、<em>条</em>\n\n[链接](javascript:alert(3)) <iframe>\n\n"
        "```leye\n"
        "政策 坏政策\n"
        "  对象：人\n"
        "  条件：\n"
        "    - 「a\"<x>」，因“<s>因</s>”\n"
        "  列支：“<s>列支</s>”\n"
        "  受理机关：“<s>机关</s>”\n"
        "  说明：“<s>说明</s>”\n"
        "待遇 服务：服务\n"
        "  内容：“<s>内容</s>”\n"
        "```\n";

static Pack *load_hostile(void) {
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 16);
        char folder[] = "/tmp/leye-web-XXXXXX";
        assert_non_null(mkdtemp(folder));
        Str file = str_format(arena, "%s/a.md", folder);
        assert_int_equal(file_write(file.data, str_from(HOSTILE_PACK)), RC_OK);
        Pack *pack = load_pack(folder);
        assert_int_equal(unlink(file.data), 0);
        assert_int_equal(rmdir(folder), 0);
        pack->name = STR("hostile");
        return pack;
}

static int set_up(void **state) {
        static Fixture fixture;
        fixture = (Fixture){ .pack = load_jinan(), .hostile = load_hostile(), .site = { .at = DATE_MIN } };
        assert_int_equal(site_add(&fixture.site, fixture.pack), RC_OK);
        assert_int_equal(site_add(&fixture.site, fixture.hostile), RC_OK);
        *state = &fixture;
        return 0;
}

static int tear_down(void **state) {
        Fixture *fixture = *state;
        pack_free(fixture->pack);
        pack_free(fixture->hostile);
        return 0;
}

static const Site *site_of(void **state) {
        return &((Fixture *) *state)->site;
}

/* ---- statuses ---------------------------------------------------------------------------------------- */

static void test_statuses(void **state) {
        static const struct {
                Method      method;
                const char *target, *type, *body;
                uint16_t    status;
        } rows[] = {
                { METHOD_GET, "/", "", "", 200 },
                { METHOD_GET, "/c/jinan", "", "", 200 },
                { METHOD_GET, "/c/%6Ainan", "", "", 200 },
                { METHOD_GET, "/c/jinan?for=%E4%BA%BA", "", "", 200 },
                { METHOD_GET, "/c/jinan?for=%E6%97%A0", "", "", 404 },
                { METHOD_GET, "/c/jinan?a=%ZZ", "", "", 400 },
                { METHOD_GET, "/c/jinan?a=1&a=2", "", "", 400 },
                { METHOD_GET, "/c/jinan.json", "", "", 200 },
                { METHOD_GET, "/c/jinan?for=人", "", "", 400 },
                { METHOD_GET, "/c/jinan?a=%E4%BA\x9f", "", "", 400 },
                { METHOD_GET, "/c/jinan?a= b", "", "", 400 },
                { METHOD_GET, "/c/nowhere", "", "", 404 },
                { METHOD_GET, "/c/jinan/", "", "", 404 },
                { METHOD_GET, "/c//jinan", "", "", 404 },
                { METHOD_GET, "//c/jinan", "", "", 404 },
                { METHOD_GET, "/c/jinan/p/%E6%8A%80%E8%83%BD%E6%8F%90%E5%8D%87%E8%A1%A5%E8%B4%B4", "", "", 200 },
                { METHOD_GET, "/c/jinan/p/none", "", "", 404 },
                { METHOD_GET, "/c/jinan/p/", "", "", 404 },
                { METHOD_GET, "/c/jinan/p/%00", "", "", 404 },
                { METHOD_GET, "/c/jinan/p/%FF", "", "", 404 },
                { METHOD_GET, "/c/..%2f..%2fetc", "", "", 404 },
                { METHOD_GET, "", "", "", 404 },
                { METHOD_GET, "?x", "", "", 404 },
                { METHOD_GET, "*", "", "", 404 },
                { METHOD_GET, "/asset/0/style.css", "", "", 404 },
                { METHOD_GET, "/c/jinan/ask.json", "", "", 405 },
                { METHOD_GET, "/elder", "", "", 405 },
                { METHOD_GET, "/c/jinan/overview", "", "", 404 },
                { METHOD_POST, "/", FORM_TYPE, "", 405 },
                { METHOD_OTHER, "/", "", "", 405 },
                { METHOD_OTHER, "/nowhere", "", "", 404 },
                { METHOD_POST, ASK, FORM_TYPE, "subject=%E4%BA%BA", 200 },
                { METHOD_POST, ASK, FORM_TYPE "; charset=utf-8", "subject=%E4%BA%BA", 200 },
                { METHOD_POST, ASK, FORM_TYPE, "", 422 },
                { METHOD_POST, ASK, FORM_TYPE, "subject=nobody", 422 },
                { METHOD_POST, ASK, FORM_TYPE, "subject=%E8%AF%81%E4%B9%A6", 422 },
                { METHOD_POST, ASK, FORM_TYPE, "subject=%C3%28", 400 },
                { METHOD_POST, ASK, "multipart/form-data; boundary=x", "", 415 },
                { METHOD_POST, ASK, "", "subject=%E4%BA%BA", 415 },
                { METHOD_POST, ASK, "application/json", "{}", 415 },
                { METHOD_POST, "/c/jinan/ask.json", FORM_TYPE, "", 415 },
                { METHOD_POST, "/c/jinan/ask.json", "application/json", "{", 422 },
                { METHOD_POST, "/c/jinan/ask.json", "application/json", "{\"facts\":{\"无\":1}}", 422 },
                { METHOD_POST, "/c/jinan/ask.json", "application/json", "{\"date\":\"2018-02-30\"}", 422 },
                { METHOD_POST, "/c/jinan/ask.json", "application/json", "{}", 200 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(exchange_free) Exchange exchange = exchange_with(site_of(state), rows[i].method, rows[i].target,
                                                                       rows[i].type, str_from(rows[i].body));
                if (exchange.response.status != rows[i].status)
                        fail_msg("%s %s: %u", rows[i].target, rows[i].body, exchange.response.status);
                if (rows[i].status == 405)
                        assert_true(exchange.response.allow.length > 0);
                assert_true(exchange.response.body.length > 0);
        }
}

static void test_every_route_is_reached(void **state) {
        static const char *const targets[] = { "/", "/elder", "/asset/x/y", "/c/jinan", "/c/jinan/p/x",
                                                 "/c/jinan/overview", ASK, "/c/jinan/s/x", "/c/jinan/d", "/c/jinan/d/x", "/c/jinan/n",
                                                 "/c/jinan/n/x", "/c/jinan/search" };
        for (uint32_t i = 0; i < ROUTE_COUNT; i++) {
                bool reached = ROUTES[i].audience == FOR_OFFICE;         /* not on this listener */
                for (size_t j = 0; j < ARRAY_LENGTH(targets) && !reached; j++) {
                        CLEAN(exchange_free) Exchange exchange = ROUTES[i].method == METHOD_POST
                                                                         ? post(site_of(state), targets[j], "")
                                                                         : get(site_of(state), targets[j]);
                        reached = reached || str_equal(exchange.response.route, str_from(ROUTES[i].pattern));
                }
                if (!reached)
                        fail_msg("no target of this test reaches %s", ROUTES[i].pattern);
        }
}

static void test_limits(void **state) {
        CLEAN(buffer_free) Buffer text = buffer_new((size_t) 1 << 20);
        buffer_add(&text, STR("/c/jinan?a="));
        buffer_repeat(&text, 'x', REQUEST_TARGET_MAX);
        buffer_byte(&text, '\0');
        CLEAN(exchange_free) Exchange long_target = get(site_of(state), text.data);
        assert_int_equal(long_target.response.status, 414);
        buffer_clear(&text);
        buffer_add(&text, STR("a="));
        buffer_repeat(&text, 'x', REQUEST_BODY_MAX);
        CLEAN(exchange_free) Exchange long_body =
                exchange_with(site_of(state), METHOD_POST, ASK, FORM_TYPE, buffer_str(&text));
        assert_int_equal(long_body.response.status, 413);
        buffer_clear(&text);
        for (int i = 0; i <= REQUEST_FIELDS_MAX; i++)
                buffer_format(&text, "f%d=1&", i);
        CLEAN(exchange_free) Exchange many_fields =
                exchange_with(site_of(state), METHOD_POST, ASK, FORM_TYPE, buffer_str(&text));
        assert_int_equal(many_fields.response.status, 413);
}

/* ---- pages ------------------------------------------------------------------------------------------- */

static void test_city_page(void **state) {
        CLEAN(exchange_free) Exchange all = get(site_of(state), "/c/jinan");
        assert_has(&all, "济南市人民政府关于助推新旧动能转换");
        assert_has(&all, "（十）");
        assert_has(&all, ">技能提升补贴</a>");
        assert_has(&all, "没有可申领的待遇");
        CLEAN(exchange_free) Exchange firms = get(site_of(state), "/c/jinan?for=%E4%BC%81%E4%B8%9A");
        assert_has(&firms, ">吸纳就业岗位补贴</a>");
        assert_false(has(&firms, ">技能提升补贴</a>"));
        assert_false(has(&firms, "没有可申领的待遇"));
}

static void test_every_policy_has_a_page(void **state) {
        const Fixture *fixture = *state;
        assert_true(fixture->pack->program.policy_count > 30);
        for (uint32_t i = 0; i < fixture->pack->program.policy_count; i++) {
                const Policy *policy = &fixture->pack->program.policies[i];
                CLEAN(buffer_free) Buffer target = buffer_new((size_t) 1 << 16);
                buffer_add(&target, STR("/c/jinan/p/"));
                for (size_t j = 0; j < policy->name.length; j++)
                        buffer_format(&target, "%%%02X", (unsigned char) policy->name.data[j]);
                buffer_byte(&target, '\0');
                CLEAN(exchange_free) Exchange exchange = get(&fixture->site, target.data);
                assert_int_equal(exchange.response.status, 200);
                Str heading = str_format(exchange.arena, "<h1>%.*s</h1>", STR_ARG(policy->name));
                assert_has(&exchange, heading.data);
        }
}

static void test_assets(void **state) {
        CLEAN(exchange_free) Exchange home = get(site_of(state), "/");
        Str page = buffer_str(&home.response.body), needle = STR("href=\"/asset/");
        for (int i = 0; i < 2; i++) {
                size_t at;
                assert_true(str_find(page, needle, &at));
                page = str_slice(page, at + needle.length - 7, page.length);
                Str target = str_copy(home.arena, str_cut(&page, '"'));
                CLEAN(exchange_free) Exchange asset = get(site_of(state), target.data);
                assert_int_equal(asset.response.status, 200);
                assert_true(asset.response.keep && asset.response.body.length > 100);
                Exchange again = { .arena = arena_new(REQUEST_CAP), .response = response_new() };
                again.request = asset.request;
                again.request.arena = again.arena;
                again.request.if_none_match = asset.response.etag;
                site_handle(site_of(state), &again.request, &again.response);
                assert_int_equal(again.response.status, 304);
                assert_int_equal(again.response.body.length, 0);
                exchange_free(&again);
        }
}

static void test_elder(void **state) {
        static const struct {
                const char *body, *location;
        } rows[] = {
                { "elder=1&back=%2Fc%2Fjinan", "/c/jinan" },
                { "elder=1&back=%2Fc%2Fjinan%3Ffor%3D%25E4%25BA%25BA", "/c/jinan?for=%E4%BA%BA" },
                { "elder=1&back=https%3A%2F%2Fevil", "/" },
                { "elder=1&back=%2F%2Fevil", "/" },
                { "elder=1&back=%2F%5Cevil", "/" },
                { "elder=1&back=%2Fx%0D%0ASet-Cookie%3A+a%3Db", "/" },
                { "elder=1", "/" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(exchange_free) Exchange exchange = post(site_of(state), "/elder", rows[i].body);
                assert_int_equal(exchange.response.status, 303);
                assert_str(exchange.response.location, rows[i].location);
                assert_true(str_starts(exchange.response.set_cookie, STR("elder=1;")));
        }
        CLEAN(exchange_free) Exchange off = post(site_of(state), "/elder", "elder=0");
        assert_true(str_starts(off.response.set_cookie, STR("elder=0; Path=/; Max-Age=0")));
}

/* ---- hostile texts of a pack ------------------------------------------------------------------------- */

static void assert_harmless(const Exchange *exchange) {
        static const char *const forbidden[] = { "<script>", "<img", "<iframe", "<u>", "<s>", "<b>", "<i>", "<em>", "<x>",
                                                 "javascript:", "onerror=alert(1)>", "\" onclick=\"x" };
        for (size_t i = 0; i < ARRAY_LENGTH(forbidden); i++)
                if (has(exchange, forbidden[i]))
                        fail_msg("\"%s\" in:\n%.*s", forbidden[i], STR_ARG(buffer_str(&exchange->response.body)));
}

static void test_hostile_pack(void **state) {
        static const char *const targets[] = { "/", "/c/hostile", "/c/hostile/p/%E5%9D%8F%E6%94%BF%E7%AD%96", "/c/hostile/ask" };
        for (size_t i = 0; i < ARRAY_LENGTH(targets); i++) {
                CLEAN(exchange_free) Exchange exchange = get(site_of(state), targets[i]);
                assert_int_equal(exchange.response.status, 200);
                assert_harmless(&exchange);
        }
        CLEAN(exchange_free) Exchange question = post(site_of(state), "/c/hostile/ask", "subject=%E4%BA%BA");
        assert_has(&question, "&#60;u&#62;问&#60;/u&#62;");
        assert_harmless(&question);
        Str state_text = hidden(&question, "state"), key = hidden(&question, "question");
        Str body = str_format(question.arena, "state=%.*s&question=%.*s&action=next&value=%%E5%%90%%A6", STR_ARG(state_text),
                              STR_ARG(key));
        CLEAN(exchange_free) Exchange result = post(site_of(state), "/c/hostile/ask", body.data);
        assert_has(&result, "&#60;s&#62;因&#60;/s&#62;");
        assert_harmless(&result);
}

/* ---- the interview ----------------------------------------------------------------------------------- */

/* Sends the form of a page with further fields. */
static Exchange reply(void **state, const Exchange *page, const char *fields) {
        Str body = str_format(page->arena, "state=%.*s&question=%.*s&%s", STR_ARG(hidden(page, "state")),
                              STR_ARG(hidden(page, "question")), fields);
        return post(site_of(state), ASK, body.data);
}

typedef struct Scripted {
        const char *words, *fields;      /* a part of the question; what is sent */
} Scripted;

static const Scripted WORKER[] = {
        { "缴了多少个月失业保险", "value=24" },
        { "企业职工", "value=是" },
        { "职业技能等级证书吗", "value=是" },
        { "本市户籍", "value=本地" },
        { "就业情况", "value=单位就业" },
        { "技能等级是", "value=高级工" },
};

static const char *scripted(const Exchange *page) {
        for (size_t i = 0; i < ARRAY_LENGTH(WORKER); i++)
                if (has(page, WORKER[i].words))
                        return WORKER[i].fields;
        return has(page, "id=\"value-0\"") ? "value=否" : NULL;
}

/* Answers until the result is there. */
static Exchange finish_interview(void **state, const char *subject) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(REQUEST_CAP);
        Exchange page = post(site_of(state), ASK, str_format(arena, "subject=%s", subject).data);
        for (int i = 0; i < 80 && hidden(&page, "question").length; i++) {
                const char *fields = scripted(&page);
                Exchange next = reply(state, &page, fields ? str_format(page.arena, "%s&action=next", fields).data
                                                           : "action=unsure");
                if (next.response.status == 422) {       /* no such choice: leave it open */
                        exchange_free(&next);
                        next = reply(state, &page, "action=unsure");
                }
                assert_int_equal(next.response.status, 200);
                exchange_free(&page);
                page = next;
        }
        return page;
}

static void test_interview(void **state) {
        CLEAN(exchange_free) Exchange result = finish_interview(state, "人");
        assert_has(&result, "算出来了");
        assert_has(&result, "失业保险月数 24个月，少于 36个月，");
        assert_has(&result, "<strong class=\"gap\">差 12个月</strong>");
        assert_has(&result, "（十）");
        assert_has(&result, "以受理机关认定为准");
        assert_has(&result, "12333");
}

/* The name of the button that changes an answer whose question has these words. */
static Str change_key(const Exchange *result, const char *words) {
        Str page = buffer_str(&result->response.body);
        size_t at;
        assert_true(str_find(page, STR("class=\"answers\""), &at));
        page = str_slice(page, at, page.length);
        assert_true(str_find(page, str_from(words), &at));
        page = str_slice(page, at, page.length);
        assert_true(str_find(page, STR("name=\"change\" value=\""), &at));
        page = str_slice(page, at + 21, page.length);
        return str_cut(&page, '"');
}

static void test_change(void **state) {
        CLEAN(exchange_free) Exchange result = finish_interview(state, "人");
        Str key = change_key(&result, "失业保险");
        CLEAN(exchange_free) Exchange question =
                reply(state, &result, str_format(result.arena, "change=%.*s", STR_ARG(key)).data);
        assert_has(&question, "修改回答");
        assert_has(&question, "value=\"24\"");
        CLEAN(exchange_free) Exchange changed = reply(state, &question, "action=next&value=36");
        CLEAN(exchange_free) Exchange shown = reply(state, &changed, "action=result");
        assert_false(has(&shown, "差 12个月"));
}

/* The first question that has this in its page, leaving those before it open. */
static Exchange find_question(void **state, const char *text) {
        Exchange page = post(site_of(state), ASK, "subject=人");
        for (int i = 0; i < 60 && !has(&page, text); i++) {
                Exchange next = reply(state, &page, "action=unsure");
                exchange_free(&page);
                page = next;
        }
        assert_has(&page, text);
        return page;
}

static void test_back_and_mistakes(void **state) {
        CLEAN(exchange_free) Exchange first = find_question(state, "value=\"否\"");
        CLEAN(exchange_free) Exchange empty = reply(state, &first, "action=next");
        assert_int_equal(empty.response.status, 422);
        assert_has(&empty, "请选一项");
        assert_has(&empty, "href=\"#value-0\"");
        assert_has(&empty, "<title>有一处要改：");
        CLEAN(exchange_free) Exchange second = reply(state, &first, "action=next&value=否");
        assert_int_equal(second.response.status, 200);
        assert_false(str_equal(hidden(&first, "question"), hidden(&second, "question")));
        CLEAN(exchange_free) Exchange back = reply(state, &second, "action=back");
        assert_str(hidden(&back, "question"), str_copy(back.arena, hidden(&first, "question")).data);
        assert_has(&back, "value=\"否\"  checked");
        CLEAN(exchange_free) Exchange begun = post(site_of(state), ASK, "subject=人");
        CLEAN(exchange_free) Exchange start = reply(state, &begun, "action=back");
        assert_has(&start, "替谁算");
}

static void test_dates(void **state) {
        static const struct {
                const char *fields, *error;
        } rows[] = {
                { "year=2018&month=2&day=30", "2018年2月没有30日" },
                { "year=&month=2&day=3", "请填“年”这一格" },
                { "year=2018&month=13&day=3", "“月”要填 1 到 12 的数字" },
                { "year=2018&month=2&day=x", "“日”要填 1 到 31 的数字" },
                { "year=1900&month=1&day=1", "日期要在" },
                { "year=99999999999999999999&month=1&day=1", "“年”要填" },
        };
        Exchange page = post(site_of(state), ASK, "subject=人");
        for (int i = 0; i < 60 && hidden(&page, "question").length && !has(&page, "哪天毕业"); i++) {
                Exchange next = reply(state, &page, has(&page, "高校毕业生吗") ? "action=next&value=是" : "action=unsure");
                exchange_free(&page);
                page = next;
        }
        assert_has(&page, "id=\"year\"");
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(exchange_free) Exchange wrong =
                        reply(state, &page, str_format(page.arena, "action=next&%s", rows[i].fields).data);
                assert_int_equal(wrong.response.status, 422);
                assert_has(&wrong, rows[i].error);
        }
        CLEAN(exchange_free) Exchange good = reply(state, &page, "action=next&year=2016&month=06&day=30");
        assert_int_equal(good.response.status, 200);
        CLEAN(exchange_free) Exchange back = reply(state, &good, "action=back");
        assert_has(&back, "value=\"2016\"");
        exchange_free(&page);
}

static void test_injected_answers_stay_text(void **state) {
        CLEAN(exchange_free) Exchange page = find_question(state, "id=\"value\"");
        CLEAN(exchange_free) Exchange wrong =
                reply(state, &page, "action=next&value=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E");
        assert_int_equal(wrong.response.status, 422);
        assert_has(&wrong, "value=\"&#34;&#62;&#60;script&#62;");
        assert_false(has(&wrong, "<script>"));
}

static void test_elder_keeps_the_question(void **state) {
        CLEAN(exchange_free) Exchange first = post(site_of(state), ASK, "subject=人");
        CLEAN(exchange_free) Exchange again =
                reply(state, &first, str_format(first.arena, "elder=1&view=%.*s", STR_ARG(hidden(&first, "view"))).data);
        assert_int_equal(again.response.status, 200);
        assert_has(&again, "class=\"elder\"");
        assert_str(hidden(&again, "question"), str_copy(again.arena, hidden(&first, "question")).data);
        assert_true(str_starts(again.response.set_cookie, STR("elder=1;")));
        assert_int_equal(again.response.location.length, 0);
}

static void test_forged_states(void **state) {
        CLEAN(exchange_free) Exchange first = post(site_of(state), ASK, "subject=人");
        Str good = str_copy(first.arena, hidden(&first, "state")), key = str_copy(first.arena, hidden(&first, "question"));
        const struct {
                const char *body;
                uint16_t    status;
        } rows[] = {
                { "state=&action=result", 422 },
                { "state=L1&action=result", 422 },
                { "state=L1;0000000000000000;0;17000&action=result", 409 },
                { "state=%s;f0.0=99999999999999&action=result", 422 },
                { "state=%s;f999999.0=1&action=result", 422 },
                { "state=%s;f0.63=1&action=result", 422 },
                { "state=%s;f4294967295.0=1&action=result", 422 },
                { "state=%s;c0.0=30;c0.0=30&action=result", 422 },
                { "state=%s;c0.0=-1&action=result", 422 },
                { "state=%s;;&action=result", 422 },
                { "state=%s", 422 },
                { "state=%s&action=nothing", 422 },
                { "state=%s&action=next", 422 },
                { "state=%s&action=next&question=0.0", 422 },
                { "state=%s&action=next&question=3.0.0&value=1", 422 },
                { "state=%s&action=next&question=0.99999.0&value=1", 422 },
                { "state=%s&action=next&question=0.0.63&value=1", 422 },
                { "state=%s&action=next&question=-1.0.0&value=1", 422 },
                { "state=%s&action=next&question=0.0.0.0&value=1", 422 },
                { "state=%s&change=", 422 },
                { "state=%s&change=0.4294967294.4294967294", 422 },
                { "state=%s&elder=1&view=zzz", 422 },
                { "state=%s&action=back&question=zzz", 200 },
                { "state=%s&action=result", 200 },
                { "state=%s&action=continue", 200 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Str body = str_from(rows[i].body);
                size_t at;
                if (str_find(body, STR("%s"), &at))
                        body = str_format(first.arena, "%.*s%.*s%s", (int) at, rows[i].body, STR_ARG(good), rows[i].body + at + 2);
                CLEAN(exchange_free) Exchange exchange = post(site_of(state), ASK, body.data);
                if (exchange.response.status != rows[i].status)
                        fail_msg("%.*s: %u", STR_ARG(body), exchange.response.status);
        }
        assert_true(key.length > 0);
}

/* ---- the twins --------------------------------------------------------------------------------------- */

static void test_json(void **state) {
        CLEAN(exchange_free) Exchange city = get(site_of(state), "/c/jinan.json");
        assert_str(city.response.content_type, "application/json");
        assert_has(&city, "\"name\":\"技能提升补贴\"");
        CLEAN(exchange_free) Exchange answers = exchange_with(
                site_of(state), METHOD_POST, "/c/jinan/ask.json", "application/json",
                STR("{\"entity\":\"人\",\"date\":\"2018-06-10\",\"facts\":{\"户籍\":\"本地\",\"企业职工\":true,"
                    "\"失业保险月数\":24,\"持有技能证书\":\"是\",\"证书已领补贴\":false}}"));
        assert_int_equal(answers.response.status, 200);
        assert_has(&answers, "差 12个月");
}

/* ---- totals ------------------------------------------------------------------------------------------ */

/* Five firms: three small ones and a large one in two counties, and one of which nothing is known. */
static Overview overview_of_five(const Pack *pack, Arena *arena) {
        const Program *program = &pack->program;
        uint32_t firms = pack_entity(pack, STR("企业")), kind = NONE, county = NONE;
        uint32_t *counts = ARENA_NEW(arena, uint32_t, program->entity_count);
        counts[firms] = 5;
        Population *population = population_new(arena, program, counts);
        for (uint32_t i = 0; i < program->fact_count; i++) {
                if (program->facts[i].entity == firms && str_equal(program->facts[i].name, STR("类型")))
                        kind = i;
                if (program->facts[i].entity == firms && str_equal(program->facts[i].name, STR("区县")))
                        county = i;
        }
        assert_int_not_equal(kind, NONE);
        assert_int_not_equal(county, NONE);
        const int64_t small = 1, large = 3;
        for (uint32_t row = 0; row < 4; row++) {
                population_set(population, kind, row, row < 3 ? small : large);
                population_set(population, county, row, row % 2);
        }
        population_index(population);
        const Run run = { .program = program, .base_date = date_from_civil(2018, 6, 10),
                          .apply_date = date_from_civil(2018, 6, 10) };
        const BatchOptions options = { .by_county = true, .by_condition = true };
        uint64_t *rows = ARENA_NEW(arena, uint64_t, program->entity_count);
        rows[firms] = 5;
        return (Overview){ pack, batch_run(batch_plan_new(arena, &run, &options), population, arena), rows, run.base_date };
}

static void test_overview(void **state) {
        const Fixture *fixture = *state;
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 256 << 20);
        Overview overview = overview_of_five(fixture->pack, arena);
        Site site = { .at = DATE_MIN };
        assert_int_equal(site_add(&site, fixture->pack), RC_OK);
        site.cities[0].overview = &overview;

        CLEAN(exchange_free) Exchange all = get(&site, "/c/jinan/overview");
        assert_int_equal(all.response.status, 200);
        assert_has(&all, "示范数值，非政策");
        assert_has(&all, "企业 5 家；按2018年6月10日的政策算。");
        assert_has(&all, "小微企业降税减负</a>");

        CLEAN(exchange_free) Exchange one = get(&site, "/c/jinan/overview?policy=%E5%B0%8F%E5%BE%AE%E4%BC%81%E4%B8%9A"
                                                       "%E9%99%8D%E7%A8%8E%E5%87%8F%E8%B4%9F");
        assert_int_equal(one.response.status, 200);
        assert_has(&one, "历下区");
        assert_has(&one, "市中区");
        assert_has(&one, "未分区县");
        assert_has(&one, "<dt>可以享受</dt><dd>2</dd>");
        assert_has(&one, "<dt>还缺事实</dt><dd>1</dd>");
        assert_false(has(&one, "槐荫区"));

        for (uint32_t i = 0; i < fixture->pack->program.policy_count; i++) {
                const Policy *policy = &fixture->pack->program.policies[i];
                if (str_equal(policy->name, STR("吸纳就业岗位补贴")))
                        assert_str(batch_money_unit(policy), "元/月");
                if (str_equal(policy->name, STR("技能提升补贴")))
                        assert_str(batch_money_unit(policy), "元");
                if (str_equal(policy->name, STR("小微企业降税减负")))
                        assert_str(batch_money_unit(policy), "");
        }
        CLEAN(exchange_free) Exchange none = get(&site, "/c/jinan/overview?policy=x");
        assert_int_equal(none.response.status, 404);
        CLEAN(exchange_free) Exchange page = get(&site, "/c/jinan");
        assert_has(&page, "/c/jinan/overview");
        CLEAN(exchange_free) Exchange without = get(site_of(state), "/c/jinan");
        assert_false(has(&without, "/c/jinan/overview"));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_statuses),
                cmocka_unit_test(test_every_route_is_reached),
                cmocka_unit_test(test_limits),
                cmocka_unit_test(test_city_page),
                cmocka_unit_test(test_every_policy_has_a_page),
                cmocka_unit_test(test_assets),
                cmocka_unit_test(test_elder),
                cmocka_unit_test(test_hostile_pack),
                cmocka_unit_test(test_interview),
                cmocka_unit_test(test_change),
                cmocka_unit_test(test_back_and_mistakes),
                cmocka_unit_test(test_dates),
                cmocka_unit_test(test_injected_answers_stay_text),
                cmocka_unit_test(test_elder_keeps_the_question),
                cmocka_unit_test(test_forged_states),
                cmocka_unit_test(test_json),
                cmocka_unit_test(test_overview),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
