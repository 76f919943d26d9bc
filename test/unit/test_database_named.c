/* The build tool for sql/: what it makes of good files, and where it says that a bad one is wrong. */
#include "unit/unit.h"

#include "database/build/named_compiler.h"

#define CAP ((size_t) 1 << 20)

static Rc compile(Arena *arena, const char *one, const char *two, Buffer *header, Buffer *source, Str *ret_why) {
        const NamedFile files[] = {
                { .name = STR("one"), .path = STR("one.sql"), .text = str_from(one) },
                { .name = STR("two"), .path = STR("two.sql"), .text = str_from(two ? two : "") },
        };
        return named_compile(arena, files, two ? 2 : 1, header, source, ret_why);
}

static void test_compiles(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
        CLEAN(buffer_free) Buffer header = buffer_new(CAP), source = buffer_new(CAP);
        Str why = { 0 };
        Rc rc = compile(arena,
                        "-- what stands before the first head is a remark\n"
                        "-- name: figure_add\nINSERT INTO t (a)\nVALUES ($1);\n\n"
                        "-- name: size postgres\nSELECT 'p\\\"'\n"
                        "-- name: size sqlite\nSELECT '字?'\n"
                        "-- name: now\nSELECT 1\n-- name: now postgres\n-- here: another way\nSELECT 2;",
                        "CREATE TABLE a (b TEXT);\nCREATE TABLE c (d TEXT);\n", &header, &source, &why);
        if (rc != RC_OK)
                fail_msg("%.*s", STR_ARG(why));
        assert_str(buffer_str(&header), "/* Made from sql/ while building. */\n#pragma once\n\n"
                                        "#include \"database/named_table.h\"\n\n"
                                        "typedef enum NamedSql {\n        SQL_FIGURE_ADD,\n        SQL_SIZE,\n"
                                        "        SQL_NOW,\n        SQL_TWO,\n        NAMED_SQL_COUNT\n} NamedSql;\n");
        static const char *const pieces[] = {
                "{ { \"figure_add\", 10 },\n          { \"INSERT INTO t (a)\\n\"\n          \"VALUES ($1)\", 29 },\n",
                "{ { \"size\", 4 },\n          { \"SELECT '\\345\\255\\227\\077'\", 13 },\n"
                "          { \"SELECT 'p\\134\\042'\", 12 }, false },",
                "{ { \"now\", 3 },\n          { \"SELECT 1\", 8 },\n"
                "          { \"-- here: another way\\n\"\n          \"SELECT 2\", 29 }, false },",
                "{ { \"two\", 3 },\n          { \"CREATE TABLE a (b TEXT);\\n\"\n          \"CREATE TABLE c (d TEXT)\", 48 },\n",
                "48 }, true },",
                "const uint32_t NAMED_STATEMENT_COUNT = 4;\n",
        };
        for (size_t i = 0; i < ARRAY_LENGTH(pieces); i++) {
                size_t at;
                if (!str_find(buffer_str(&source), str_from(pieces[i]), &at))
                        fail_msg("%s\nis not in\n%.*s", pieces[i], STR_ARG(buffer_str(&source)));
        }
}

static void test_no_files(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
        CLEAN(buffer_free) Buffer header = buffer_new(CAP), source = buffer_new(CAP);
        Str why;
        size_t at;
        assert_int_equal(named_compile(arena, NULL, 0, &header, &source, &why), RC_OK);
        assert_true(str_find(buffer_str(&header), STR("{\n        NAMED_SQL_COUNT\n}"), &at));
}

static void test_refuses(void **state) {
        (void) state;
        static const struct {
                const char *one, *two, *why;
        } rows[] = {
                { "-- name: a\nSELECT 1\n-- name: a\nSELECT 1", NULL, "one.sql:3: this name is taken: a" },
                { "-- name: a\nSELECT 1\n", "\n-- name: a\nSELECT 1", "two.sql:2: this name is taken: a" },
                { "-- name: two\nSELECT 1\n", "CREATE TABLE t (a TEXT)", "two.sql:1: this name is taken: two" },
                { "-- name: a\nSELECT 1; SELECT 2\n", NULL, "one.sql:1: one statement must stand here: a" },
                { "-- name: a\n-- nothing\n-- name: b\nSELECT 1", NULL, "one.sql:1: one statement must stand here: a" },
                { "-- name: a", NULL, "one.sql:1: one statement must stand here: a" },
                { "\n\n-- name: a\nSELECT 'x\n", NULL, "one.sql:3: a quote without its end: a" },
                { "-- name: a\nSELECT $2\n", NULL, "one.sql:1: a parameter is left out: each of $1, $2 … must be used: a" },
                { "-- name: a postgres\nSELECT 1\n", NULL, "one.sql:1: the words for the other database are missing: a" },
                { "-- name: a\nSELECT 1\n-- name: a postgres\nSELECT 1\n-- name: a sqlite\nSELECT 1\n", NULL,
                  "one.sql:1: one of the three is never used: a" },
                { "-- name: a\nSELECT $1\n-- name: a postgres\nSELECT 1\n", NULL,
                  "one.sql:3: not as many parameters as in the other words: a" },
                { "-- name: a mysql\nSELECT 1\n", NULL, "one.sql:1: sqlite or postgres may stand behind a name: mysql" },
                { "-- name: A\nSELECT 1\n", NULL, "one.sql:1: a name is of a-z, 0-9 and _: A" },
                { "-- name: 1a\nSELECT 1\n", NULL, "one.sql:1: a name is of a-z, 0-9 and _: 1a" },
                { "-- name:\nSELECT 1\n", NULL, "one.sql:1: a name is of a-z, 0-9 and _: " },
                { "CREATE TABLE t (a TEXT); SELECT $1", NULL, "one.sql:1: a script takes no parameters: one" },
                { "-- name: a\nSELECT '\xff'\n", NULL, "one.sql:1: not UTF-8: one" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                CLEAN(buffer_free) Buffer header = buffer_new(CAP), source = buffer_new(CAP);
                Str why = { 0 };
                Rc rc = compile(arena, rows[i].one, rows[i].two, &header, &source, &why);
                if (rc != RC_INVALID || !str_equal(why, str_from(rows[i].why)))
                        fail_msg("%s\n%.*s\ninstead of %s", rows[i].one, STR_ARG(why), rows[i].why);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_compiles),
                cmocka_unit_test(test_no_files),
                cmocka_unit_test(test_refuses),
        };
        return cmocka_run_group_tests_name("database_named", tests, NULL, NULL);
}
