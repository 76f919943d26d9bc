/* The published text of a document, as its operator loaded it: cut into clauses by the numbering that Chinese documents use
 * (一、（一） 1. （1） 第一条 ①), each with the key it has in our outline.
 *
 * Which kinds of number there are, and which lies under which, is found out from the text: a kind that is open goes on by one
 * (or a few: numbers are missing at times), another opens a level below. Texts without line breaks are cut inside the line. */
#pragma once

#include "city/outline.h"

#define ORIGINAL_TEXT_MAX ((size_t) 1 << 20)
#define ORIGINAL_CLAUSES_MAX 2000

typedef struct OriginalClause {
        Str  key;                        /* empty: what stands before the first clause */
        Str  text;                       /* with its number and heading, blank edges trimmed */
        Str  hash;                       /* SHA-256 of the text without blanks, in hexadecimal: rewrapping changes nothing */
        bool matched;                    /* our outline has this clause */
} OriginalClause;

typedef struct Original {
        OriginalClause *items;           /* in order */
        uint32_t        count;
        uint32_t        matched, unmatched, nested;   /* nested: finer than our outline, kept with the clause above */
} Original;

/* Cuts a text (UTF-8). RC_TOOBIG: over ORIGINAL_TEXT_MAX bytes or ORIGINAL_CLAUSES_MAX clauses; RC_INVALID: no text in it. */
Rc original_split(Str text, Arena *arena, Original *ret_original) CHECKED;
/* Holds what was cut against our clauses: finer ones are put back into the clause above. */
Original original_match(const Original *cut, const Outline *outline, Arena *arena);
