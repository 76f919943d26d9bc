/* Any bytes as a CSV file: every level of vector code, and a file read in two ranges, must give the same rows; the fast
 * loops must agree with the general reader on every cell, whatever the column is said to hold. */
#include "engine/cell.h"
#include "support/registry.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t fold(uint64_t sum, Str text) {
        return (sum ^ str_hash(text)) * 0x100000001b3u + text.length;
}

typedef struct Sums {
        uint64_t cells, faults;
} Sums;

/* Adds the rows of a range. */
static Sums read_range(const CsvText *text, size_t from, size_t to, uint32_t columns, Str header, Sums sums, Arena *arena) {
        CsvReader reader = csv_reader(text, from, to, columns, header, arena);
        CsvChunk chunk;
        while (csv_next(&reader, &chunk)) {
                MUST(chunk.rows > 0 && chunk.rows <= CSV_CHUNK_ROWS);
                for (uint32_t row = 0; row < chunk.rows; row++)
                        for (uint32_t column = 0; column < columns; column++) {
                                Str cell = { 0 };
                                sums.cells = fold(sums.cells, csv_raw(&chunk, row, column));
                                sums.cells += csv_unquote(csv_raw(&chunk, row, column), arena, &cell);
                        }
        }
        for (int fault = 0; fault < CSV_FAULT_TOTAL; fault++)
                sums.faults += reader.faults[fault] << (8 * fault);
        MUST(reader.at >= to && csv_skipped_before(&reader, UINT32_MAX) == reader.skipped);
        return sums;
}

static void read_typed(const CsvText *text, size_t at, uint32_t columns, Str header, const Program *program, Arena *arena) {
        CsvReader reader = csv_reader(text, at, text->text.length, columns, header, arena);
        int64_t *cells = ARENA_NEW(arena, int64_t, CSV_CHUNK_ROWS);
        uint32_t *odd = ARENA_NEW(arena, uint32_t, CSV_CHUNK_ROWS);
        CsvChunk chunk;
        while (csv_next(&reader, &chunk))
                for (uint32_t column = 0; column < columns && column < 64; column++) {
                        const Fact *fact = &program->facts[(column * 7 + columns) % program->fact_count];
                        CellPlan plan = cell_plan(arena, program, fact, true);
                        if (text->level != CSV_AVX512)
                                plan.vector = NULL;   /* the loops for any machine */
                        uint32_t odds = cells_read_plain(&plan, &chunk, column, cells, odd), next = 0;
                        for (uint32_t row = 0; row < chunk.rows; row++) {
                                Str raw = csv_raw(&chunk, row, column), cell = raw;
                                int64_t slow = plan.unknown;
                                if (next < odds && odd[next] == row) {
                                        next++;
                                        continue;
                                }
                                MUST(csv_unquote(raw, arena, &cell));
                                MUST(cell_read(&plan, cell, arena, &slow) == LOAD_FINE && slow == cells[row]);
                        }
                        MUST(next == odds);
                }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        Arena *arena = arena_new((size_t) 1 << 32);
        const Program *program = registry_program(arena);
        Str bytes = { (const char *) data, size }, *names = NULL, header = { 0 };
        uint64_t sums[CSV_AVX512 + 1] = { 0 };
        for (CsvLevel level = CSV_PLAIN; level <= csv_level_best(); level++) {
                CsvText text = { 0 };
                uint32_t columns = 0;
                size_t at = 0;
                MUST(csv_from_bytes(bytes, level, &text) == RC_OK);
                if (csv_header(&text, arena, &names, &columns, &header, &at) == RC_OK) {
                        size_t end = text.text.length, middle = csv_row_start(&text, at, at + (end - at) / 2);
                        Sums whole = read_range(&text, at, end, columns, header, (Sums){ 0 }, arena);
                        Sums parts = read_range(&text, at, middle, columns, header, (Sums){ 0 }, arena);
                        parts = read_range(&text, middle, end, columns, header, parts, arena);
                        MUST(parts.cells == whole.cells && parts.faults == whole.faults);
                        sums[level] = whole.cells + whole.faults;
                        read_typed(&text, at, columns, header, program, arena);
                }
                csv_close(&text);
                MUST(sums[level] == sums[CSV_PLAIN]);
        }
        arena_free(arena);
        return 0;
}
