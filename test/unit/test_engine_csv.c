/* The CSV reader: a table of texts and the cells they hold, on every level of vector code; hostile input; and a slow
 * reference reader that random texts must agree with. */
#include "unit.h"

#include "engine/csv.h"

#include <string.h>

/* All kept rows of a text, cells joined by | and rows by /; faults as counts behind. */
static Str read_all(Arena *arena, Str bytes, CsvLevel level, uint32_t columns) {
        CsvText text = { 0 };
        Buffer out = buffer_new((size_t) 1 << 26);
        assert_int_equal(csv_from_bytes(bytes, level, &text), RC_OK);
        CsvReader reader = csv_reader(&text, 0, text.text.length, columns, STR(""), arena);
        CsvChunk chunk;
        while (csv_next(&reader, &chunk))
                for (uint32_t row = 0; row < chunk.rows; row++) {
                        for (uint32_t column = 0; column < columns; column++) {
                                Str cell = { 0 }, raw = csv_raw(&chunk, row, column);
                                if (!csv_unquote(raw, arena, &cell))
                                        cell = str_format(arena, "<%.*s>", STR_ARG(raw));
                                buffer_add(&out, cell);
                                buffer_byte(&out, column + 1 == columns ? '/' : '|');
                        }
                }
        for (int fault = 0; fault < CSV_FAULT_TOTAL; fault++)
                if (reader.faults[fault] > 0)
                        buffer_format(&out, "%c%llu", "CQLHE"[fault], (unsigned long long) reader.faults[fault]);
        csv_close(&text);
        Str result = str_copy(arena, buffer_str(&out));
        buffer_free(&out);
        return result;
}

static void texts_hold_their_cells(void **state) {
        (void) state;
        static const struct {
                const char *text, *cells;
                uint32_t    columns;
        } cases[] = {
                { "", "", 2 },
                { "a,b\nc,d\n", "a|b/c|d/", 2 },
                { "a,b\nc,d", "a|b/c|d/", 2 },
                { "a,b\r\nc,d\r\n", "a|b/c|d/", 2 },
                { "a,b\rc,d\r", "a|b/c|d/", 2 },
                { "\xEF\xBB\xBF" "a,b\n", "a|b/", 2 },
                { "a,\n,b\n,\n", "a|/|b/|/", 2 },
                { "a,b\n\n\r\nc,d\n\n", "a|b/c|d/", 2 },
                { "\"a,1\",\"b\nc\"\nd,e\n", "a,1|b\nc/d|e/", 2 },
                { "\"a\"\"b\",\"\"\n\"\"\"\",x\n", "a\"b|/\"|x/", 2 },
                { "5\" pipe,b\nc,d\"\n", "5\" pipe|b/c|d\"/", 2 },
                { "\"a\"x,b\n", "<\"a\"x>|b/", 2 },
                { "a,b,c\nd,e\nf\ng,h\n", "d|e/g|h/C2", 2 },
                { "a,b,,,\nc,d,,x\n", "a|b/C1", 2 },
                { "a,b,,\r\nc,d\r\n", "a|b/c|d/", 2 },
                { "a\n\nb\n", "a/b/", 1 },
                { "a,\"b\nc,d\ne,f\n", "c|d/e|f/Q1", 2 },
                { "a,b\n\"", "a|b/Q1", 2 },
                { "a,b\n,\"x", "a|b/Q1", 2 },
                { "\xB1\xE0,\xBA\xC5\n", "编|号/", 2 },
                { "编,号\n\xFF,x\n", "编|号/\xFF|x/", 2 },
                { "\xB1\xE0,\xBA\xC5\n\xFF\xFF\xFF,x\n\xB1\xE0,y\n", "编|号/编|y/E1", 2 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
                for (CsvLevel level = CSV_PLAIN; level <= csv_level_best(); level++) {
                        Arena *arena = arena_new((size_t) 1 << 28);
                        assert_str(read_all(arena, str_from(cases[i].text), level, cases[i].columns), cases[i].cells);
                        arena_free(arena);
                }
}

static void nul_bytes_are_kept_for_the_typed_reader(void **state) {
        (void) state;
        static const char bytes[] = "a\0b,c\n";
        Arena *arena = arena_new((size_t) 1 << 28);
        Str cells = read_all(arena, (Str){ bytes, sizeof(bytes) - 1 }, csv_level_best(), 2);
        assert_int_equal(cells.length, 6);
        assert_memory_equal(cells.data, "a\0b|c/", 6);
        arena_free(arena);
}

/* A line of `length` bytes between two good ones. */
static Str around_long_line(Arena *arena, size_t length, char filler, const char *start) {
        Buffer out = buffer_new(length + 100);
        buffer_add(&out, STR("a,b\n"));
        buffer_add(&out, str_from(start));
        buffer_repeat(&out, filler, length);
        buffer_add(&out, STR("\nc,d\n"));
        Str text = str_copy(arena, buffer_str(&out));
        buffer_free(&out);
        return text;
}

static void long_lines_are_left_out(void **state) {
        (void) state;
        static const struct {
                size_t      length;
                char        filler;
                const char *start, *cells;
        } cases[] = {
                { (size_t) 10 << 20, 'x', "y,", "a|b/c|d/L1" },
                { (size_t) 10 << 20, ',', "y,", "a|b/c|d/L1" },
                { (size_t) 10 << 20, 'x', "\"", "a|b/c|d/Q1" },
                { (size_t) 10 << 20, '"', "y,", "a|b/c|d/L1" },
                { CSV_RECORD_MAX - 1, 'x', "y,", "a|b/c|d/L1" },
                { CSV_RECORD_MAX, 'x', "", "a|b/c|d/L1" },
                { CSV_RECORD_MAX - 1, 'x', "", "a|b/c|d/C1" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
                for (CsvLevel level = CSV_PLAIN; level <= csv_level_best(); level++) {
                        Arena *arena = arena_new((size_t) 1 << 28);
                        Str text = around_long_line(arena, cases[i].length, cases[i].filler, cases[i].start);
                        assert_str(read_all(arena, text, level, 2), cases[i].cells);
                        arena_free(arena);
                }
}

static void the_header_comes_once(void **state) {
        (void) state;
        Arena *arena = arena_new((size_t) 1 << 28);
        CsvText text = { 0 };
        Str *names = NULL, line = { 0 };
        uint32_t count = 0;
        size_t at = 0;
        assert_int_equal(csv_from_bytes(STR("\n编号, \"名 称\" \r\n1,2\r\n编号, \"名 称\" \r\n3,4\r\n"), csv_level_best(), &text), RC_OK);
        assert_int_equal(csv_header(&text, arena, &names, &count, &line, &at), RC_OK);
        assert_int_equal(count, 2);
        assert_str(names[0], "编号");
        CsvReader reader = csv_reader(&text, at, text.text.length, count, line, arena);
        CsvChunk chunk;
        assert_true(csv_next(&reader, &chunk));
        assert_int_equal(chunk.rows, 2);
        assert_str(csv_raw(&chunk, 1, 1), "4");
        assert_int_equal(reader.faults[CSV_FAULT_HEADER], 1);
        assert_int_equal(reader.rejects[0].row, 1);
        assert_int_equal(csv_skipped_before(&reader, 0), 0);
        assert_int_equal(csv_skipped_before(&reader, 1), 1);
        csv_close(&text);
        assert_int_equal(csv_from_bytes(STR("\n\n"), csv_level_best(), &text), RC_OK);
        assert_int_equal(csv_header(&text, arena, &names, &count, &line, &at), RC_INVALID);
        csv_close(&text);
        arena_free(arena);
}

/* ---- against a reference -------------------------------------------------------------------------------- */

static uint32_t next_random(uint64_t *seed) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        return (uint32_t) (*seed >> 33);
}

/* Byte by byte, for texts with LF line ends, closed quotes and short rows. */
static Str reference(Arena *arena, Str text, uint32_t columns) {
        Buffer out = buffer_new((size_t) 1 << 24);
        uint32_t wrong = 0;
        for (size_t at = 0; at < text.length;) {
                size_t start = out.length;
                uint32_t cells = 0;
                bool blank = true, row_ends = false;
                while (!row_ends) {
                        bool quoted = at < text.length && text.data[at] == '"';
                        at += quoted;
                        while (at < text.length) {
                                char byte = text.data[at];
                                if (quoted && byte == '"' && at + 1 < text.length && text.data[at + 1] == '"')
                                        at++;
                                else if (quoted && byte == '"') {
                                        at++;
                                        break;
                                } else if (!quoted && (byte == ',' || byte == '\n'))
                                        break;
                                buffer_byte(&out, byte);
                                at++;
                        }
                        row_ends = at >= text.length || text.data[at] == '\n';
                        blank &= !quoted && cells == 0 && out.length == start && row_ends;
                        at++;
                        cells++;
                        buffer_byte(&out, row_ends ? '/' : '|');
                }
                if (blank || cells != columns) {
                        out.length = start;
                        wrong += !blank;
                }
        }
        if (wrong > 0)
                buffer_format(&out, "C%u", wrong);
        Str result = str_copy(arena, buffer_str(&out));
        buffer_free(&out);
        return result;
}

static Str random_text(Arena *arena, uint64_t *seed, uint32_t columns) {
        Buffer out = buffer_new((size_t) 1 << 20);
        uint32_t rows = next_random(seed) % 200, quotes = next_random(seed) % 3;
        for (uint32_t row = 0; row < rows; row++) {
                uint32_t cells = next_random(seed) % 40 == 0 ? next_random(seed) % 4 + 1 : columns;
                for (uint32_t cell = 0; cell < cells; cell++) {
                        bool quoted = quotes > 0 && next_random(seed) % (quotes == 1 ? 30 : 2) == 0;
                        buffer_add(&out, quoted ? STR("\"") : STR(""));
                        for (uint32_t length = 1 + next_random(seed) % 12; length > 0; length--)
                                buffer_add(&out, quoted && next_random(seed) % 4 == 0 ? STR("\"\"")
                                                 : quoted && next_random(seed) % 4 == 0 ? STR(",\n")
                                                                                        : STR("x"));
                        buffer_add(&out, quoted ? STR("\"") : STR(""));
                        buffer_byte(&out, cell + 1 == cells ? '\n' : ',');
                }
        }
        Str text = str_copy(arena, buffer_str(&out));
        buffer_free(&out);
        return text;
}

static void random_texts_agree_with_the_reference(void **state) {
        (void) state;
        uint64_t seed = 1;
        for (uint32_t i = 0; i < 400; i++) {
                Arena *arena = arena_new((size_t) 1 << 28);
                uint32_t columns = 1 + next_random(&seed) % 5;
                Str text = random_text(arena, &seed, columns), wanted = reference(arena, text, columns);
                for (CsvLevel level = CSV_PLAIN; level <= csv_level_best(); level++)
                        assert_true(str_equal(read_all(arena, text, level, columns), wanted));
                arena_free(arena);
        }
}

static void ranges_give_the_rows_of_the_whole(void **state) {
        (void) state;
        uint64_t seed = 7;
        for (uint32_t i = 0; i < 60; i++) {
                Arena *arena = arena_new((size_t) 1 << 30);
                CsvText text = { 0 };
                Str bytes = random_text(arena, &seed, 3);
                assert_int_equal(csv_from_bytes(bytes, csv_level_best(), &text), RC_OK);
                uint32_t whole = 0, parts = 0, skipped_whole = 0, skipped_parts = 0;
                CsvChunk chunk;
                CsvReader reader = csv_reader(&text, 0, bytes.length, 3, STR(""), arena);
                while (csv_next(&reader, &chunk))
                        whole += chunk.rows;
                skipped_whole = reader.skipped;
                for (size_t at = 0; at < bytes.length;) {
                        size_t end = csv_row_start(&text, at, at + 1 + next_random(&seed) % (bytes.length + 1));
                        reader = csv_reader(&text, at, end, 3, STR(""), arena);
                        while (csv_next(&reader, &chunk))
                                parts += chunk.rows;
                        skipped_parts += reader.skipped;
                        at = end;
                }
                assert_int_equal(parts, whole);
                assert_int_equal(skipped_parts, skipped_whole);
                csv_close(&text);
                arena_free(arena);
        }
}

/* ---- the survey ----------------------------------------------------------------------------------------- */

static void surveys_judge_utf8_alike(void **state) {
        (void) state;
        static const struct {
                const char *text;
                bool        valid;
        } cases[] = {
                { "abc", true }, { "年龄", true }, { "\xF0\xA0\x80\x80", true }, { "\xED\x9F\xBF\xEE\x80\x80", true },
                { "\xF4\x8F\xBF\xBF", true }, { "\xC2\x80", true }, { "\xC0\x80", false }, { "\xC1\xBF", false },
                { "\xE0\x9F\xBF", false }, { "\xED\xA0\x80", false }, { "\xF0\x8F\xBF\xBF", false }, { "\xF4\x90\x80\x80", false },
                { "\xF5\x80\x80\x80", false }, { "\x80", false }, { "\xE5\xB9", false }, { "\xE5\xB9" "a", false },
                { "\xE5\xB9\xB4\x80", false }, { "\xFF", false }, { "\xF0\xA0\x80", false },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
                for (size_t before = 0; before < 130; before++)
                        for (CsvLevel level = CSV_PLAIN; level <= csv_level_best(); level++) {
                                Arena *arena = arena_new((size_t) 1 << 16);
                                size_t length = strlen(cases[i].text), size = before + length;
                                char *memory = ARENA_NEW(arena, char, size + 2 * CSV_PADDING + 64);
                                char *text = memory + CSV_PADDING;
                                memset(text, 'x', before);
                                memcpy(text + before, cases[i].text, length);
                                size_t middle = size / 2;
                                bool whole = csv_survey(level, text, 0, size + 1).valid;
                                bool parts = csv_survey(level, text, 0, middle).valid &&
                                             csv_survey(level, text, middle, size + 1).valid;
                                assert_int_equal(whole, cases[i].valid);
                                assert_int_equal(parts, cases[i].valid);
                                arena_free(arena);
                        }
}

static void surveys_count(void **state) {
        (void) state;
        static const char bytes[] = "a,\"b\"\r\n\0c\n";
        for (CsvLevel level = CSV_PLAIN; level <= csv_level_best(); level++) {
                CsvText text = { 0 };
                assert_int_equal(csv_from_bytes((Str){ bytes, sizeof(bytes) - 1 }, level, &text), RC_OK);
                assert_int_equal(text.survey.newlines, 2);
                assert_int_equal(text.survey.nuls, 1);
                assert_true(text.survey.quotes && text.survey.returns && text.survey.valid);
                assert_int_equal(csv_lines_before(&text, 0), 0);
                assert_int_equal(csv_lines_before(&text, 7), 1);
                csv_close(&text);
        }
}

static void files_that_are_not_there(void **state) {
        (void) state;
        CsvText text = { 0 };
        assert_int_equal(csv_open("/nowhere/人.csv", csv_level_best(), 1, &text), RC_MISSING);
        assert_int_equal(csv_open("/", csv_level_best(), 1, &text), RC_IO);
        assert_null(text.mapping);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(texts_hold_their_cells),
                cmocka_unit_test(nul_bytes_are_kept_for_the_typed_reader),
                cmocka_unit_test(long_lines_are_left_out),
                cmocka_unit_test(the_header_comes_once),
                cmocka_unit_test(random_texts_agree_with_the_reference),
                cmocka_unit_test(ranges_give_the_rows_of_the_whole),
                cmocka_unit_test(surveys_judge_utf8_alike),
                cmocka_unit_test(surveys_count),
                cmocka_unit_test(files_that_are_not_there),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
