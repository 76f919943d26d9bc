/* A text table for terminals: columns as wide as their widest cell, Chinese characters counted as two. */
#pragma once

#include "base/buffer.h"

#define TABLE_COLUMNS_MAX 24

typedef struct TextTable {
        Arena   *arena;
        uint32_t columns;
        bool     right[TABLE_COLUMNS_MAX];       /* aligned to the right: numbers */
        Str     *cells;                          /* row by row */
        uint32_t count, capacity;
} TextTable;

/* An empty table; `alignment` has one letter a column, l or r. The first row added is the header. */
TextTable table_new(Arena *arena, const char *alignment);
void      table_cell(TextTable *table, Str text);
void      table_number(TextTable *table, uint64_t number);
/* The text, cut with … where it is wider than `width` columns. */
void table_short(TextTable *table, Str text, size_t width);
/* Fen with two decimals, or as 万 from a million yuan on; `unit` is 元 or 元/月. */
void table_money(TextTable *table, __int128 fen, Str unit);
void table_print(const TextTable *table, Buffer *out);

/* Fen as an exact decimal of yuan: "1234.50". */
Str money_text(Arena *arena, __int128 fen);
