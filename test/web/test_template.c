/* The template compiler, what its output calls, and the Markdown of city files: nothing hostile becomes markup. */
#include "unit/unit.h"

#include "web/build/template_compiler.h"
#include "web/markdown.h"

#include <string.h>

#define CAP ((size_t) 1 << 20)

typedef struct Row {
        const char *text, *expected;
} Row;

/* ---- compiling --------------------------------------------------------------------------------------- */

/* A template around a body of HTML. */
static Str around(Arena *arena, const char *body) {
        return str_format(arena, "%%%%template x(Str s, bool b)\n%s\n%%%%end\n", body);
}

static void test_compiles(void **state) {
        (void) state;
        static const Row rows[] = {
                { "<p>{{s}}</p>", "markup_text(out, (s));" },
                { "<p>{{ s.name }}</p>", "markup_text(out, (s.name));" },
                { "<p>{{%d b + 1}}</p>", "markup_number(out, (b + 1));" },
                { "<p>{{&m}}</p>", "markup_add(out, (m));" },
                { "<a href=\"/p/{{@s}}\">x</a>", "markup_url(out, (s));" },
                { "<a href=\"/?for={{@s}}\">x</a>", "markup_url(out, (s));" },
                { "<a href=\"#{{s}}\">x</a>", "markup_text(out, (s));" },
                { "<a href=\"tel:{{@s}}\">x</a>", "markup_url(out, (s));" },
                { "<input {{?checked b}}>", "if (b) buffer_add(out, STR(\" checked\"));" },
                { "<input name=\"a\" {{?checked b}}>", "if (b) buffer_add(out, STR(\" checked\"));" },
                { "{{>y s, 1}}", "template_y(out, s, 1);" },
                { "{{>y}}", "template_y(out);" },
                { "%% if (b) {\n<p>x</p>\n%% }", " if (b) {\n" },
                { "<script src=\"/asset/x.js\" defer></script>", "/asset/x.js" },
                { "a \\ \"?\?/\" 字", "a \\\\ \\\"\\?\\?/\\\" \\345\\255\\227" },
                { "<p>{{s}}</p>", "#line 2 \"x.html\"\n        markup_text" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                CLEAN(buffer_free) Buffer out = buffer_new(CAP);
                Str why = { 0 };
                size_t at;
                Rc rc = template_compile(arena, STR("x.html"), around(arena, rows[i].text), &out, &why);
                if (rc != RC_OK || !str_find(buffer_str(&out), str_from(rows[i].expected), &at))
                        fail_msg("%s: %.*s\n%.*s", rows[i].text, STR_ARG(why), STR_ARG(buffer_str(&out)));
        }
}

static void test_refuses(void **state) {
        (void) state;
        static const Row rows[] = {
                { "<p class={{s}}>x</p>", "x.html:2: this expression has no place here" },
                { "<p class=x>x</p>", "x.html:2: an attribute's value must stand in double quotes: class" },
                { "<p class='x'>x</p>", "x.html:2: an attribute's value must stand in double quotes: class" },
                { "<p\nclass=x>x</p>", "x.html:3: an attribute's value must" },
                { "<a href=\"{{s}}\">x</a>", "x.html:2: a URL must begin with a path written here" },
                { "<a href=\"//evil\">x</a>", "x.html:2: a URL must begin with a path written here" },
                { "<a href=\"/{{s}}\">x</a>", NULL },
                { "<a href=\"https://x\">x</a>", "x.html:2: a URL must begin" },
                { "<form action=\"{{s}}\">", "x.html:2: a URL must begin" },
                { "<button formaction=\"{{s}}\">", "x.html:2: a URL must begin" },
                { "<p onclick=\"x()\">x</p>", "x.html:2: scripts and styles stand in assets, not in attributes: onclick" },
                { "<p {{?onclick b}}>x</p>", "x.html:2: a name and a condition" },
                { "<p style=\"color:red\">x</p>", "x.html:2: scripts and styles stand in assets" },
                { "<script>alert(1)</script>", "x.html:2: scripts stand in assets" },
                { "<script>{{s}}</script>", "x.html:2: this expression has no place here" },
                { "<style>p{}</style>", "x.html:2: styles stand in assets" },
                { "<!-- x -->", "x.html:2: not a tag" },
                { "1 < 2", NULL },
                { "<p>{{@s}}</p>", "x.html:2: this expression has no place here" },
                { "<p class=\"{{&s}}\">x</p>", "x.html:2: this expression has no place here" },
                { "<p {{s}}>x</p>", "x.html:2: this expression has no place here" },
                { "<{{s}}>x</p>", "x.html:2: this expression has no place here" },
                { "<p>{{?checked b}}</p>", "x.html:2: this expression has no place here" },
                { "<p>{{s</p>", "x.html:2: an expression without }}" },
                { "<p>{{}}</p>", "x.html:2: an empty expression" },
                { "<p>{{%s x}}</p>", "x.html:2: an integer is written" },
                { "<p", "x.html:3: %%end in the middle of a tag" },
                { "%%template y()", "x.html:2: a template inside a template" },
                { "%%end\nx", "x.html:3: text outside a template" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                CLEAN(buffer_free) Buffer out = buffer_new(CAP);
                Str why = { 0 };
                Rc rc = template_compile(arena, STR("x.html"), around(arena, rows[i].text), &out, &why);
                if (rc != RC_INVALID || (rows[i].expected && !str_starts(why, str_from(rows[i].expected))))
                        fail_msg("%s: %.*s", rows[i].text, STR_ARG(why));
        }
}

static void test_refuses_whole_files(void **state) {
        (void) state;
        static const Row rows[] = {
                { "%%template x()\n<p>", "x.html:2: %%template without %%end" },
                { "%%template x\n%%end\n", "x.html:1: %%template name(parameters)" },
                { "%%end\n", "x.html:1: %%end in the middle" },
                { "\xff", "x.html:0: not UTF-8" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                CLEAN(buffer_free) Buffer out = buffer_new(CAP);
                Str why = { 0 };
                assert_int_equal(template_compile(arena, STR("x.html"), str_from(rows[i].text), &out, &why), RC_INVALID);
                assert_true(str_starts(why, str_from(rows[i].expected)));
        }
}

static void test_parts_are_static(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
        CLEAN(buffer_free) Buffer out = buffer_new(CAP);
        Str why;
        size_t at;
        assert_int_equal(template_compile(arena, STR("x.html"), STR("%%part x(int a)\n%%end\n%%template y()\n%%end\n"), &out,
                                          &why), RC_OK);
        assert_true(str_find(buffer_str(&out), STR("static void template_x(Buffer *out, int a) {"), &at));
        assert_true(str_find(buffer_str(&out), STR("\nvoid template_y(Buffer *out) {"), &at));
}

/* ---- writing ----------------------------------------------------------------------------------------- */

static void test_escapes(void **state) {
        (void) state;
        static const struct {
                void (*write)(Buffer *out, Str text);
                Row row;
        } rows[] = {
                { markup_text, { "plain 字 123", "plain 字 123" } },
                { markup_text, { "<script>alert('x')</script>", "&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;" } },
                { markup_text, { "\" onmouseover=\"x", "&#34; onmouseover=&#34;x" } },
                { markup_text, { "&lt;&", "&#38;lt;&#38;" } },
                { markup_text, { "", "" } },
                { markup_url, { "技能", "%E6%8A%80%E8%83%BD" } },
                { markup_url, { "../a?b=c&d#e f", "..%2Fa%3Fb%3Dc%26d%23e%20f" } },
                { markup_url, { "javascript:x", "javascript%3Ax" } },
                { markup_url, { "A-z_0.9~", "A-z_0.9~" } },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(buffer_free) Buffer out = buffer_new(CAP);
                rows[i].write(&out, str_from(rows[i].row.text));
                assert_str(buffer_str(&out), rows[i].row.expected);
        }
}

static void test_every_byte_is_escaped_or_harmless(void **state) {
        (void) state;
        for (int byte = 1; byte < 256; byte++) {
                CLEAN(buffer_free) Buffer out = buffer_new(CAP);
                char text = (char) byte;
                markup_text(&out, (Str){ &text, 1 });
                bool special = byte == '<' || byte == '>' || byte == '&' || byte == '"' || byte == '\'';
                assert_int_equal(out.length > 1, special);
                for (size_t i = 0; i < out.length; i++)
                        assert_null(memchr("<>\"'", out.data[i], 4));
        }
}

static void test_numbers(void **state) {
        (void) state;
        CLEAN(buffer_free) Buffer out = buffer_new(CAP);
        markup_number(&out, INT64_MIN);
        assert_str(buffer_str(&out), "-9223372036854775808");
}

/* ---- Markdown ---------------------------------------------------------------------------------------- */

static void test_markdown(void **state) {
        (void) state;
        static const Row rows[] = {
                { "补贴\n标准", "<p>补贴标准</p>\n" },
                { "补贴 A\nB", "<p>补贴 A\nB</p>\n" },
                { "**重**要", "<p><strong>重</strong>要</p>\n" },
                { "1. 一\n2. 二", "<ol>\n<li>一</li>\n<li>二</li>\n</ol>\n" },
                { "<script>alert(1)</script>", "<!-- raw HTML omitted -->\n" },
                { "a <b onclick=\"x\">b</b>", "<p>a <!-- raw HTML omitted -->b<!-- raw HTML omitted --></p>\n" },
                { "[x](javascript:alert(1))", "<p><a href=\"\">x</a></p>\n" },
                { "", "" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                assert_str(markdown_render(arena, str_from(rows[i].text)).html, rows[i].expected);
        }
}

static void test_first_paragraph(void **state) {
        (void) state;
        static const Row rows[] = {
                { "# 题\n\n第一\n段**重**`码`。\n\n第二段", "第一段重码。" },
                { "- 一\n- 二\n\n后面", "后面" },
                { "", "" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                assert_str(markdown_first_paragraph(arena, str_from(rows[i].text)), rows[i].expected);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_compiles),
                cmocka_unit_test(test_refuses),
                cmocka_unit_test(test_refuses_whole_files),
                cmocka_unit_test(test_parts_are_static),
                cmocka_unit_test(test_escapes),
                cmocka_unit_test(test_every_byte_is_escaped_or_harmless),
                cmocka_unit_test(test_numbers),
                cmocka_unit_test(test_markdown),
                cmocka_unit_test(test_first_paragraph),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
