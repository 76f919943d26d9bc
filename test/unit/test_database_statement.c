/* Parameters and ends of statements, where quotes, comments and PostgreSQL's dollars are in the way. */
#include "unit/unit.h"

#include "database/statement_text.h"

#define CAP ((size_t) 1 << 20)

static void test_scans(void **state) {
        (void) state;
        static const struct {
                const char *sql, *sqlite;
                uint32_t    parameters, statements;
        } rows[] = {
                { "", "", 0, 0 },
                { " \n ; ;; -- nothing", " \n ; ;; -- nothing", 0, 0 },
                { "SELECT 1", "SELECT 1", 0, 1 },
                { "SELECT 1;", "SELECT 1;", 0, 1 },
                { "SELECT 1; SELECT 2", "SELECT 1; SELECT 2", 0, 2 },
                { "SELECT $1", "SELECT ?1", 1, 1 },
                { "SELECT $2, $1,$2", "SELECT ?2, ?1,?2", 2, 1 },
                { "($1)=$2+$3", "(?1)=?2+?3", 3, 1 },
                { "$1$2", "?1?2", 2, 1 },
                { "$10,$1,$2,$3,$4,$5,$6,$7,$8,$9", "?10,?1,?2,?3,?4,?5,?6,?7,?8,?9", 10, 1 },
                { "SELECT '$1', $1", "SELECT '$1', ?1", 1, 1 },
                { "SELECT 'it''s $1; -- ', $1", "SELECT 'it''s $1; -- ', ?1", 1, 1 },
                { "SELECT '' , $1", "SELECT '' , ?1", 1, 1 },
                { "SELECT \"a\"\"$1\", $1", "SELECT \"a\"\"$1\", ?1", 1, 1 },
                { "SELECT '\"', $1, '\"'", "SELECT '\"', ?1, '\"'", 1, 1 },
                { "SELECT '\\', $1", "SELECT '\\', ?1", 1, 1 },
                { "SELECT 1 -- $1 ' ;\n, $1", "SELECT 1 -- $1 ' ;\n, ?1", 1, 1 },
                { "SELECT 1 -- $1", "SELECT 1 -- $1", 0, 1 },
                { "SELECT /* $1 ' ; -- */ $1", "SELECT /* $1 ' ; -- */ ?1", 1, 1 },
                { "/**/SELECT/***/1", "/**/SELECT/***/1", 0, 1 },
                { "SELECT 1 - -1 / 2", "SELECT 1 - -1 / 2", 0, 1 },
                { "DO $$ x; $1 ' $$", "DO $$ x; $1 ' $$", 0, 1 },
                { "DO $tag$ x; $$ $1 $tag$; $1", "DO $tag$ x; $$ $1 $tag$; ?1", 1, 2 },
                { "SELECT a$1, 表$1 FROM t", "SELECT a$1, 表$1 FROM t", 0, 1 },
                { "SELECT 姓名 FROM 人 WHERE 姓名=$1", "SELECT 姓名 FROM 人 WHERE 姓名=?1", 1, 1 },
                { "SELECT '?', \"?\" -- ?", "SELECT '?', \"?\" -- ?", 0, 1 },
                { "SELECT e, E, he'x'", "SELECT e, E, he'x'", 0, 1 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(buffer_free) Buffer out = buffer_new(CAP);
                StatementShape shape = { 99, 99 };
                Str why = { 0 };
                if (statement_scan(str_from(rows[i].sql), &out, &shape, &why) != RC_OK)
                        fail_msg("%s: %.*s", rows[i].sql, STR_ARG(why));
                if (!str_equal(buffer_str(&out), str_from(rows[i].sqlite)) || shape.parameters != rows[i].parameters ||
                    shape.statements != rows[i].statements)
                        fail_msg("%s: %.*s, %u, %u", rows[i].sql, STR_ARG(buffer_str(&out)), shape.parameters, shape.statements);
        }
}

static void test_refuses(void **state) {
        (void) state;
        static const struct {
                Str         sql;
                const char *why;
        } rows[] = {
                { STR_INIT("SELECT 'x"), "a quote without its end" },
                { STR_INIT("SELECT 'x''"), "a quote without its end" },
                { STR_INIT("SELECT \"x'"), "a quote without its end" },
                { STR_INIT("SELECT '"), "a quote without its end" },
                { STR_INIT("SELECT /* x"), "a comment without its end" },
                { STR_INIT("SELECT /*/"), "a comment without its end" },
                { STR_INIT("SELECT /* /* */ */ 1"), "a comment inside a comment" },
                { STR_INIT("SELECT $$ x"), "a $$ without its end" },
                { STR_INIT("SELECT $a$ x $b$"), "a $$ without its end" },
                { STR_INIT("SELECT $"), "a $ that is no parameter" },
                { STR_INIT("SELECT $name"), "a $ that is no parameter" },
                { STR_INIT("SELECT $0"), "parameters are $1 to $1000" },
                { STR_INIT("SELECT $1001"), "parameters are $1 to $1000" },
                { STR_INIT("SELECT $99999999999999999999999999"), "parameters are $1 to $1000" },
                { STR_INIT("SELECT $1x"), "parameters are $1 to $1000" },
                { STR_INIT("SELECT $1, $3"), "a parameter is left out: each of $1, $2 … must be used" },
                { STR_INIT("SELECT $2"), "a parameter is left out: each of $1, $2 … must be used" },
                { STR_INIT("SELECT ?"), "a ? outside quotes; parameters are $n" },
                { STR_INIT("SELECT E'x'"), "E'…' is PostgreSQL's alone" },
                { STR_INIT("SELECT e'x'"), "E'…' is PostgreSQL's alone" },
                { STR_INIT("SELECT \0 1"), "a NUL" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(buffer_free) Buffer out = buffer_new(CAP);
                StatementShape shape = { 99, 99 };
                Str why = { 0 };
                Rc rc = statement_scan(rows[i].sql, &out, &shape, &why);
                if (rc != RC_INVALID || !str_equal(why, str_from(rows[i].why)) || shape.parameters != 99)
                        fail_msg("%s: %.*s", rows[i].sql.data, STR_ARG(why));
        }
}

/* Every beginning of a text is scanned without reading behind it. */
static void test_beginnings(void **state) {
        (void) state;
        Str whole = STR("SELECT 'a''b', \"c\", $12, $$d$$, $e$f$e$ -- g\n/* h */ ; e'");
        for (size_t length = 0; length <= whole.length; length++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
                CLEAN(buffer_free) Buffer out = buffer_new(CAP);
                char *copy = arena_alloc(arena, length, 1);      /* what stands behind is poisoned under ASan */
                for (size_t i = 0; i < length; i++)
                        copy[i] = whole.data[i];
                StatementShape shape;
                Str why;
                if (statement_scan((Str){ copy, length }, &out, &shape, &why) != RC_OK)
                        assert_true(why.length > 0);
                else
                        assert_true(shape.statements <= 1);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_scans),
                cmocka_unit_test(test_refuses),
                cmocka_unit_test(test_beginnings),
        };
        return cmocka_run_group_tests_name("database_statement", tests, NULL, NULL);
}
