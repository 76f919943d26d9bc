/* Finding words in texts, in memory, without a dictionary: each pair of neighbouring characters, and each single one, knows the
 * entries it stands in. Texts and queries are folded alike (base/utf8.h), so that traditional finds simplified.
 *
 * An index is filled, closed once, and immutable from then on: safe for many threads. */
#pragma once

#include "base/arena.h"
#include "base/str.h"

#define SEARCH_QUERY_MAX 64              /* characters of a query that count */
#define SEARCH_WORDS_MAX 12

/* Where something stands: the nearer to the name, the more it weighs. */
typedef enum SearchField { SEARCH_TITLE, SEARCH_HEADING, SEARCH_PROSE, SEARCH_FIELDS } SearchField;

typedef struct SearchEntry {
        uint32_t kind, index;            /* the caller's own */
        Str      fields[SEARCH_FIELDS];  /* any may be empty */
} SearchEntry;

typedef struct SearchIndex SearchIndex;

/* Everything lives in the arena; the entries' texts are not copied. */
SearchIndex *search_new(Arena *arena);
void         search_add(SearchIndex *index, const SearchEntry *entry);
void         search_close(SearchIndex *index);
uint32_t     search_count(const SearchIndex *index);     /* entries */

/* A query cut into words: runs of letters and digits, and runs of Han characters. */
typedef struct SearchWord {
        uint32_t *characters;            /* folded */
        uint32_t  length;
} SearchWord;
typedef struct SearchQuery {
        SearchWord words[SEARCH_WORDS_MAX];
        uint32_t   word_count;
        bool       shortened;            /* longer than SEARCH_QUERY_MAX: the end does not count */
} SearchQuery;
SearchQuery search_query(Arena *arena, Str text);

typedef struct SearchHit {
        const SearchEntry *entry;
        int64_t            score;
        bool               whole;        /* every word stands in it as it was written */
} SearchHit;

/* Best first: entries with every word before those that have only parts of them, but at least half of all pairs (of a long question
 * that no entry comes up to: half of what the best one has); among these title before heading before prose, and words near each
 * other before words apart. */
void search_run(const SearchIndex *index, const SearchQuery *query, Arena *arena, SearchHit **ret_hits, uint32_t *ret_count);

/* A text in pieces around the first find, at most `width` characters: something plain (maybe nothing), then a find (maybe none). */
typedef struct SearchPiece {
        Str plain, marked;
} SearchPiece;
void search_snippet(const SearchQuery *query, Str text, uint32_t width, Arena *arena, SearchPiece **ret_pieces, uint32_t *ret_count);
