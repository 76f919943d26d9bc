/* The word table of labels.def as ordered arrays, and the look-ups the parser, the formatter and the editor need.
 * A word's position in the array is its enum value, so the order of labels.def is the order of the manual. */
#pragma once

#include "language/syntax.h"

/* What a label belongs to: a head or an inner head. */
typedef enum Owner {
#define HEAD(id, text, help) OWNER_##id,
#define INNER(id, owner, text, help) OWNER_##id,
#include "language/labels.def"
        OWNER_COUNT,
} Owner;

typedef enum ValueKind {
        VALUE_TEXT, /* “…”, or bare words up to a comma */
        VALUE_EXPRESSION,
        VALUE_NAMED_EXPRESSION, /* name [优先于 names]：expression */
        VALUE_PERIOD,           /* 自 date [至 date] */
        VALUE_ROUND,            /* unit，mode */
        VALUE_NAMES,            /* path、path, or 无 */
        VALUE_TEXTS,            /* text、text: each “…” or bare words */
        VALUE_SOURCE,           /* 计算 expression, or 填报/导入 cycle */
        VALUE_REQUIREMENT,      /* 不少于, 达到, … expression */
        VALUE_TARGET_PERIOD,    /* a cycle [，year 至 year], 累计，自 date 至 date, 截至 date, 期间不明 */
        VALUE_LINES,            /* lines with -, each a text to the end of the line */
        VALUE_ITEMS,            /* lines with - */
        VALUE_EQUATIONS,        /* path = expression、… */
} ValueKind;

typedef enum TailValue { TAIL_TEXT, TAIL_NAME, TAIL_WORDS, TAIL_EXPRESSION, TAIL_RANGE, TAIL_FLAG, TAIL_SOURCE } TailValue;

typedef struct LabelRow {
        Str text;
        Owner owner;
        ValueKind value;
        bool once;
        Str help;
} LabelRow;

Owner owner_of_head(Head head);
Owner owner_of_inner(InnerHead inner);
Head inner_owner(InnerHead inner); /* the head an inner head stands in */
Str owner_text(Owner owner);

const LabelRow *label_row(Label label);
TailValue tail_value(TailKind tail);

bool head_find(Str word, Head *ret_head);
bool inner_find(Str word, InnerHead *ret_inner);
bool tail_find(Str word, TailKind *ret_tail);
/* A label of this owner. */
bool label_find(Owner owner, Str word, Label *ret_label);
/* A label of any owner, the first in the table. */
bool label_find_any(Str word, Label *ret_label);

/* The longest head or inner head that a word begins with (the word being longer): "政策" in "政策个人贷款". */
bool word_begins_with_head(Str word, Str *ret_head);
