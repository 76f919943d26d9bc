/* The little of Markdown that matters: headings, which become clauses, and fences tagged `leye`. Everything else
 * (prose, quotes, other fences, HTML comments) is passed over. Indentation means nothing here either. */
#pragma once

#include "language/syntax.h"

typedef struct Fence {
        uint32_t start, end;   /* the lines between the opening and the closing one */
        uint32_t clause;       /* index of the nearest heading above */
        bool carriage_returns; /* the opening line ended in CR LF */
} Fence;

typedef struct Markdown {
        Clause *clauses; /* clauses[0] is "no clause" */
        uint32_t clause_count, clause_capacity;
        Fence *fences;
        uint32_t fence_count, fence_capacity;
        Span unclosed; /* the opening line of a fence or comment without end; file 0 when none */
} Markdown;

/* Texts are slices of `text`, except a clause number that was written with half-width brackets. */
Markdown markdown_scan(Arena *arena, Str text, uint32_t file);

/* The number a clause title begins with: "（九）", "二、", "第三条", "1.", "三"; empty when there is none. Half-width
 * brackets become full-width ones, so that a citation has one spelling. */
Str clause_number(Arena *arena, Str title);
