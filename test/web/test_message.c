/* Decoding of forms, paths, cookies and JSON: what is not well-formed is refused, never repaired. */
#include "unit/unit.h"

#include "web/json_input.h"

#define CAP ((size_t) 4 << 20)

static void test_form(void **state) {
        (void) state;
        static const struct {
                const char *text;
                Rc          rc;
                const char *a;           /* value of the field a */
        } rows[] = {
                { "", RC_OK, "" },
                { "a=1", RC_OK, "1" },
                { "b=2&a=1", RC_OK, "1" },
                { "a=+%20x+", RC_OK, "x" },
                { "a=%E4%BA%BA", RC_OK, "人" },
                { "a=人", RC_OK, "人" },
                { "%61=1", RC_OK, "1" },
                { "a=1%2B1%3D2%26", RC_OK, "1+1=2&" },
                { "a", RC_OK, "" },
                { "a=b=c", RC_OK, "b=c" },
                { "a=1&a=2", RC_INVALID, NULL },
                { "a=1&%61=2", RC_INVALID, NULL },
                { "a=%", RC_INVALID, NULL },
                { "a=%4", RC_INVALID, NULL },
                { "a=%zz", RC_INVALID, NULL },
                { "a=%00", RC_INVALID, NULL },
                { "a=%C3%28", RC_INVALID, NULL },
                { "a=\xff", RC_INVALID, NULL },
                { "a=%ED%A0%80", RC_INVALID, NULL },
                { "a=%C0%AF", RC_INVALID, NULL },
                { "%C0=1", RC_INVALID, NULL },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                FormFields fields;
                Rc rc = form_parse(arena, str_from(rows[i].text), &fields);
                if (rc != rows[i].rc)
                        fail_msg("%s: %s", rows[i].text, rc_name(rc));
                if (rc == RC_OK)
                        assert_str(form_text(&fields, STR("a")), rows[i].a);
        }
}

static void test_form_limits(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
        CLEAN(buffer_free) Buffer text = buffer_new(CAP);
        FormFields fields;
        for (int i = 0; i < REQUEST_FIELDS_MAX; i++)
                buffer_format(&text, "%sf%d=%d", i ? "&" : "", i, i);
        assert_int_equal(form_parse(arena, buffer_str(&text), &fields), RC_OK);
        assert_int_equal(fields.count, REQUEST_FIELDS_MAX);
        assert_str(form_text(&fields, STR("f127")), "127");
        buffer_add(&text, STR("&one=more"));
        assert_int_equal(form_parse(arena, buffer_str(&text), &fields), RC_TOOBIG);
}

static void test_part(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
        Str text;
        assert_int_equal(part_decode(arena, STR("a+b%2Fc"), false, &text), RC_OK);
        assert_str(text, "a+b/c");
        assert_int_equal(part_decode(arena, STR("%2"), false, &text), RC_INVALID);
}

static void test_cookies(void **state) {
        (void) state;
        assert_str(cookie_value(STR("elder=1"), STR("elder")), "1");
        assert_str(cookie_value(STR("a=b; elder=1; c=d"), STR("elder")), "1");
        assert_str(cookie_value(STR("notelder=1"), STR("elder")), "");
        assert_str(cookie_value(STR("elder"), STR("elder")), "");
        assert_str(cookie_value(STR(";;;"), STR("elder")), "");
}

static void test_content_type(void **state) {
        (void) state;
        assert_true(content_type_is(STR("application/json"), STR("application/json")));
        assert_true(content_type_is(STR("Application/JSON ; charset=utf-8"), STR("application/json")));
        assert_false(content_type_is(STR("application/jsonx"), STR("application/json")));
        assert_false(content_type_is(STR(""), STR("application/json")));
        assert_false(content_type_is(STR("text/plain; application/json"), STR("application/json")));
}

static void test_json(void **state) {
        (void) state;
        static const struct {
                const char *text;
                Rc          rc;
        } rows[] = {
                { "{\"a\": \"x\", \"facts\": {\"b\": 12, \"c\": true, \"d\": false, \"e\": \"字\"}}", RC_OK },
                { "{\"a\": \"x\"}", RC_OK },
                { "{}", RC_OK },
                { "", RC_INVALID },
                { "[]", RC_INVALID },
                { "{\"facts\": []}", RC_INVALID },
                { "{\"a\": 1.5}", RC_INVALID },
                { "{\"a\": null}", RC_INVALID },
                { "{\"a\": {}}", RC_INVALID },
                { "{\"a\": 1, \"a\": 2}", RC_INVALID },
                { "{\"a\": 1} x", RC_INVALID },
                { "{'a': 1}", RC_INVALID },
                { "{\"a\": \"\\u0000\"}", RC_INVALID },
                { "{\"a\": \"\xff\"}", RC_INVALID },
                { "{\"a\": 99999999999999999999}", RC_INVALID },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                FormFields fields, facts;
                Rc rc = json_input_read(arena, str_from(rows[i].text), "facts", &fields, &facts);
                if (rc != rows[i].rc)
                        fail_msg("%s: %s", rows[i].text, rc_name(rc));
                if (i == 0) {
                        assert_str(form_text(&fields, STR("a")), "x");
                        assert_int_equal(fields.count, 1);
                        assert_str(form_text(&facts, STR("b")), "12");
                        assert_str(form_text(&facts, STR("c")), "是");
                        assert_str(form_text(&facts, STR("d")), "否");
                        assert_str(form_text(&facts, STR("e")), "字");
                }
        }
}

static void test_json_depth(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
        CLEAN(buffer_free) Buffer text = buffer_new(CAP);
        FormFields fields, facts;
        buffer_add(&text, STR("{\"facts\":"));
        buffer_repeat(&text, '[', 60000);
        assert_int_equal(json_input_read(arena, buffer_str(&text), "facts", &fields, &facts), RC_INVALID);
}

/* ---- multipart --------------------------------------------------------------------------------------- */

#define PART(name, value) "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, value) \
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"" name "\"\r\nContent-Type: text/csv\r\n\r\n" value "\r\n"

static void test_multipart(void **state) {
        (void) state;
        static const char type[] = "multipart/form-data; boundary=b";
        static const struct {
                const char *type, *body;
                Rc          rc;
                const char *a, *name, *bytes;
        } rows[] = {
                { type, PART("a", "1") "--b--\r\n", RC_OK, "1", "", "" },
                { type, PART("a", "1") FILE_PART("x.csv", "p,q\r\n1,2\r\n") "--b--\r\n", RC_OK, "1", "x.csv", "p,q\r\n1,2\r\n" },
                { type, FILE_PART("C:\\dir\\x.csv", "1") "--b--", RC_OK, "", "x.csv", "1" },
                { type, FILE_PART("../../x.csv", "1") "--b--", RC_OK, "", "x.csv", "1" },
                { type, FILE_PART("表;一.csv", "1") "--b--", RC_OK, "", "表;一.csv", "1" },
                { type, FILE_PART("", "") "--b--", RC_OK, "", "", "" },
                { type, PART("a", "--b inside\r\n-b") "--b--", RC_OK, "--b inside\r\n-b", "", "" },
                { type, PART("a", "人") "--b--", RC_OK, "人", "", "" },
                { "Multipart/Form-Data; charset=x; boundary=\"b\"", PART("a", "1") "--b--", RC_OK, "1", "", "" },
                { type, "--b\r\ncontent-type: text/plain\r\nCONTENT-DISPOSITION: form-data; name=a\r\n\r\n1\r\n--b--", RC_OK, "1", "", "" },
                { type, "--b--", RC_OK, "", "", "" },
                { type, "", RC_INVALID, NULL, NULL, NULL },
                { type, "--b", RC_INVALID, NULL, NULL, NULL },
                { type, "preamble\r\n" PART("a", "1") "--b--", RC_INVALID, NULL, NULL, NULL },
                { type, PART("a", "1"), RC_INVALID, NULL, NULL, NULL },
                { type, PART("a", "1") "--b", RC_INVALID, NULL, NULL, NULL },
                { type, PART("a", "1") PART("a", "2") "--b--", RC_INVALID, NULL, NULL, NULL },
                { type, FILE_PART("x", "1") FILE_PART("y", "2") "--b--", RC_INVALID, NULL, NULL, NULL },
                { type, FILE_PART("", "1") FILE_PART("", "2") "--b--", RC_INVALID, NULL, NULL, NULL },
                { type, PART("a", "\xff") "--b--", RC_INVALID, NULL, NULL, NULL },
                { type, PART("\xff", "1") "--b--", RC_INVALID, NULL, NULL, NULL },
                { type, FILE_PART("\xff", "1") "--b--", RC_INVALID, NULL, NULL, NULL },
                { type, "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--", RC_INVALID, NULL, NULL, NULL },
                { type, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n1\r\n--b--", RC_INVALID, NULL, NULL, NULL },
                { type, "--bb\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--", RC_INVALID, NULL, NULL, NULL },
                { "multipart/form-data", "--b--", RC_INVALID, NULL, NULL, NULL },
                { "multipart/form-data; boundary=", "--b--", RC_INVALID, NULL, NULL, NULL },
                { "multipart/form-data; boundary=\"\"", "----", RC_INVALID, NULL, NULL, NULL },
                { "multipart/mixed; boundary=b", "--b--", RC_INVALID, NULL, NULL, NULL },
                { "application/x-www-form-urlencoded", "a=1", RC_INVALID, NULL, NULL, NULL },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                FormFields fields;
                FormFile file;
                Rc rc = multipart_parse(arena, str_from(rows[i].type), str_from(rows[i].body), &fields, &file);
                if (rc != rows[i].rc)
                        fail_msg("%s: %s", rows[i].body, rc_name(rc));
                if (rc != RC_OK)
                        continue;
                assert_str(form_text(&fields, STR("a")), rows[i].a);
                assert_str(file.name, rows[i].name);
                assert_str(file.bytes, rows[i].bytes);
        }
}

/* A whole body cut anywhere is no body; one byte too many parts is none either. */
static void test_multipart_torn(void **state) {
        (void) state;
        static const char body[] = PART("a", "1") FILE_PART("x.csv", "p,q\r\n") "--b--";
        FormFields fields;
        FormFile file;
        for (size_t length = 0; length + 1 < sizeof body; length++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                Rc rc = multipart_parse(arena, STR("multipart/form-data; boundary=b"), (Str){ body, length }, &fields, &file);
                assert_int_equal(rc, RC_INVALID);
        }
        CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
        CLEAN(buffer_free) Buffer many = buffer_new(CAP);
        for (int i = 0; i <= REQUEST_FIELDS_MAX; i++) {
                CLEAN(arena_cleanup) Arena *own = arena_new(CAP);
                Str whole = str_format(own, "%.*s--b--", STR_ARG(buffer_str(&many)));
                assert_int_equal(multipart_parse(own, STR("multipart/form-data; boundary=b"), whole, &fields, &file), RC_OK);
                buffer_format(&many, "--b\r\nContent-Disposition: form-data; name=\"f%d\"\r\n\r\n1\r\n", i);
        }
        buffer_add(&many, STR("--b--"));
        assert_int_equal(multipart_parse(arena, STR("multipart/form-data; boundary=b"), buffer_str(&many), &fields, &file), RC_INVALID);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_form),
                cmocka_unit_test(test_multipart),
                cmocka_unit_test(test_multipart_torn),         cmocka_unit_test(test_form_limits),
                cmocka_unit_test(test_part),         cmocka_unit_test(test_cookies),
                cmocka_unit_test(test_content_type), cmocka_unit_test(test_json),
                cmocka_unit_test(test_json_depth),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
