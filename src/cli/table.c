/* Text tables: measure, pad, print. */
#include "cli/table.h"

#include <string.h>

#include "base/utf8.h"

TextTable table_new(Arena *arena, const char *alignment) {
        TextTable table = { .arena = arena, .columns = (uint32_t) strlen(alignment) };
        MUST(table.columns <= TABLE_COLUMNS_MAX);
        for (uint32_t i = 0; i < table.columns; i++)
                table.right[i] = alignment[i] == 'r';
        return table;
}

void table_cell(TextTable *table, Str text) {
        *ARENA_PUSH(table->arena, table->cells, table->count, table->capacity) = text;
}

void table_number(TextTable *table, uint64_t number) {
        table_cell(table, str_format(table->arena, "%llu", (unsigned long long) number));
}

Str money_text(Arena *arena, __int128 fen) {
        const __int128 billion = 1000000000;
        unsigned __int128 size = fen < 0 ? -(unsigned __int128) fen : (unsigned __int128) fen;
        uint32_t cents = (uint32_t) (size % 100);
        size /= 100;
        const char *sign = fen < 0 ? "-" : "";
        uint64_t high = (uint64_t) (size / (unsigned __int128) billion), low = (uint64_t) (size % (unsigned __int128) billion);
        return high ? str_format(arena, "%s%llu%09llu.%02u", sign, (unsigned long long) high, (unsigned long long) low, cents)
                    : str_format(arena, "%s%llu.%02u", sign, (unsigned long long) low, cents);
}

static size_t display_width(Str text) {
        size_t width = 0;
        for (size_t at = 0; at < text.length;)
                width += (size_t) utf8_width(utf8_next(text, &at));
        return width;
}

void table_short(TextTable *table, Str text, size_t width) {
        if (display_width(text) <= width) {
                table_cell(table, text);
                return;
        }
        size_t at = 0, kept = 0, used = 2;       /* of the … */
        while (at < text.length && used <= width) {
                kept = at;
                used += (size_t) utf8_width(utf8_next(text, &at));
        }
        table_cell(table, str_format(table->arena, "%.*s…", (int) kept, text.data));
}

void table_money(TextTable *table, __int128 fen, Str unit) {
        const __int128 million_yuan = 100000000;
        bool large = fen >= million_yuan || fen <= -million_yuan;
        Str number = money_text(table->arena, large ? (fen + (fen < 0 ? -5000 : 5000)) / 10000 : fen);
        table_cell(table, fen == 0 ? str_format(table->arena, "0%.*s", STR_ARG(unit))
                                   : str_format(table->arena, "%.*s%s%.*s", STR_ARG(number), large ? "万" : "", STR_ARG(unit)));
}

static void print_cell(Buffer *out, Str text, size_t width, bool right, bool last) {
        size_t pad = width - display_width(text);
        if (right)
                buffer_repeat(out, ' ', pad);
        buffer_add(out, text);
        if (!right && !last)
                buffer_repeat(out, ' ', pad);
        buffer_add(out, last ? STR("\n") : STR("  "));
}

void table_print(const TextTable *table, Buffer *out) {
        size_t widths[TABLE_COLUMNS_MAX] = { 0 };
        for (uint32_t i = 0; i < table->count; i++) {
                size_t width = display_width(table->cells[i]);
                if (width > widths[i % table->columns])
                        widths[i % table->columns] = width;
        }
        for (uint32_t i = 0; i < table->count; i++) {
                uint32_t column = i % table->columns;
                print_cell(out, table->cells[i], widths[column], table->right[column], column + 1 == table->columns);
        }
}
