/* The JSON writer: commas, escapes, nesting, and refusal of an unbalanced document. */
#include "unit.h"

#include "base/json.h"

static void a_document(void **state) {
        (void) state;
        CLEAN(buffer_free) Buffer out = buffer_new(10000);
        Json json = json_begin(&out);
        json_open_object(&json);
        json_key(&json, "空");
        json_open_object(&json);
        json_end(&json);
        json_key(&json, "list");
        json_open_array(&json);
        json_int(&json, INT64_MIN);
        json_bool(&json, true);
        json_bool(&json, false);
        json_nothing(&json);
        json_open_array(&json);
        json_end(&json);
        json_open_object(&json);
        json_key(&json, "a");
        json_raw(&json, STR("-12.50"));
        json_key(&json, "b");
        json_text(&json, STR("元"));
        json_end(&json);
        json_end(&json);
        json_key(&json, "end");
        json_int(&json, 0);
        json_end(&json);
        assert_str(buffer_str(&out), "{\"空\":{},\"list\":[-9223372036854775808,true,false,null,[],"
                                     "{\"a\":-12.50,\"b\":\"元\"}],\"end\":0}");
}

static void escapes(void **state) {
        (void) state;
        static const struct {
                Str         text;
                const char *json;
        } rows[] = {
                { STR_INIT(""), "\"\"" },
                { STR_INIT("\"\\/"), "\"\\\"\\\\/\"" },
                { STR_INIT("\b\f\n\r\t"), "\"\\u0008\\u000c\\n\\r\\t\"" },
                { STR_INIT("a\0b\x1F\x7F"), "\"a\\u0000b\\u001f\\u007f\"" },
                { STR_INIT("济南𠀀"), "\"济南𠀀\"" },
                { STR_INIT("\xE6\xB5|\xFF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD|\xEF\xBF\xBD\"" },
                { STR_INIT("\xEF\xBF\xBD"), "\"\xEF\xBF\xBD\"" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(buffer_free) Buffer out = buffer_new(1000);
                Json json = json_begin(&out);
                json_text(&json, rows[i].text);
                assert_str(buffer_str(&out), rows[i].json);
        }
}

static void nesting_to_the_limit(void **state) {
        (void) state;
        CLEAN(buffer_free) Buffer out = buffer_new(1000);
        Json json = json_begin(&out);
        for (int i = 0; i < 63; i++)
                json_open_array(&json);
        for (int i = 0; i < 63; i++)
                json_end(&json);
        assert_int_equal(buffer_str(&out).length, 126);
}

static void end_of_nothing(void *json) {
        json_end(json);
}

static void two_documents(void *json) {
        json_nothing(json);
        json_nothing(json);
}

static void value_without_key(void *json) {
        json_open_object(json);
        json_int(json, 1);
}

static void key_without_value(void *json) {
        json_open_object(json);
        json_key(json, "a");
        json_end(json);
}

static void key_after_key(void *json) {
        json_open_object(json);
        json_key(json, "a");
        json_key(json, "b");
}

static void key_in_array(void *json) {
        json_open_array(json);
        json_key(json, "a");
}

static void too_deep(void *json) {
        for (int i = 0; i < 64; i++)
                json_open_array(json);
}

static void raw_is_checked(void **state) {
        (void) state;
        static const char *const good[] = { "0", "-0", "0.5", "12", "-3.25", "100" };
        static const char *const bad[] = { "", "-", ".5", "1.", "1e5", "01", "+1", "1.2.3", "1,2", "NaN", "--1", "1 " };
        for (size_t i = 0; i < ARRAY_LENGTH(good) + ARRAY_LENGTH(bad); i++) {
                bool is_good = i < ARRAY_LENGTH(good);
                (void) fflush(NULL);
                CLEAN(buffer_free) Buffer out = buffer_new(100);
                pid_t child = fork();
                if (child == 0) {
                        if (freopen("/dev/null", "w", stderr) == NULL)
                                _exit(2);
                        Json json = json_begin(&out);
                        json_raw(&json, str_from(is_good ? good[i] : bad[i - ARRAY_LENGTH(good)]));
                        _exit(0);
                }
                int status = 0;
                assert_int_equal(waitpid(child, &status, 0), child);
                assert_int_equal(WIFEXITED(status) && WEXITSTATUS(status) == 0, is_good);
        }
}

static void unbalanced_documents_abort(void **state) {
        (void) state;
        static void (*const bodies[])(void *) = { end_of_nothing, two_documents, value_without_key, key_without_value,
                                                  key_after_key,  key_in_array,  too_deep };
        for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
                CLEAN(buffer_free) Buffer out = buffer_new(1000);
                Json json = json_begin(&out);
                assert_true(aborts(bodies[i], &json));
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_document),
                cmocka_unit_test(escapes),
                cmocka_unit_test(nesting_to_the_limit),
                cmocka_unit_test(raw_is_checked),
                cmocka_unit_test(unbalanced_documents_abort),
        };
        return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
