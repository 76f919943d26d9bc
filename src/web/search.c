/* Postings are one sorted array of numbers, pair and entry packed together: found by binary search, built by one sort. */
#include "web/search.h"

#include "base/utf8.h"

#include <stdlib.h>

#define CHARACTER_BITS 21
#define ENTRY_BITS 22
#define ENTRY_MASK (((uint64_t) 1 << ENTRY_BITS) - 1)
#define WEIGHT_WHOLE_TITLE 4000          /* the title is the query */
#define WEIGHT_NEAR 200                  /* words side by side; less by one for each character between them */
#define OCCURRENCES_MAX 5                /* in prose: more of the same adds nothing */
#define BEFORE_FIND 12                   /* characters of a snippet before what was found */

static const int64_t WEIGHTS[SEARCH_FIELDS] = { [SEARCH_TITLE] = 1000, [SEARCH_HEADING] = 400, [SEARCH_PROSE] = 100 };

typedef struct Folded {
        uint32_t *characters;
        uint32_t  length;
} Folded;

typedef struct Indexed {
        SearchEntry entry;
        Folded      fields[SEARCH_FIELDS];
} Indexed;

struct SearchIndex {
        Arena    *arena;
        Indexed  *entries;
        uint32_t  entry_count, entry_capacity;
        uint64_t *postings;
        uint32_t  posting_count, posting_capacity;
        bool      closed;
};

/* ---- building ------------------------------------------------------------------------------------------ */

static Folded fold(Arena *arena, Str text) {
        Folded folded = { .characters = ARENA_NEW(arena, uint32_t, utf8_count(text) + 1) };
        for (size_t at = 0; at < text.length;)
                folded.characters[folded.length++] = utf8_fold(utf8_next(text, &at));
        return folded;
}

static bool is_digit_or_letter(uint32_t character) {
        return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
}

static bool is_word(uint32_t character) {
        return is_digit_or_letter(character) || utf8_is_han(character) || (character > 0x7F && character < 0x2000);
}

/* One character alone: the second is 0. */
static uint64_t pair_of(uint32_t first, uint32_t second) {
        return ((uint64_t) first << CHARACTER_BITS | second) << ENTRY_BITS;
}

static void add_posting(SearchIndex *index, uint32_t first, uint32_t second, uint32_t entry) {
        *ARENA_PUSH(index->arena, index->postings, index->posting_count, index->posting_capacity) = pair_of(first, second) | entry;
}

SearchIndex *search_new(Arena *arena) {
        SearchIndex *index = ARENA_NEW(arena, SearchIndex, 1);
        index->arena = arena;
        return index;
}

void search_add(SearchIndex *index, const SearchEntry *entry) {
        MUST(!index->closed && index->entry_count < ENTRY_MASK);
        uint32_t number = index->entry_count;
        Indexed *indexed = ARENA_PUSH(index->arena, index->entries, index->entry_count, index->entry_capacity);
        *indexed = (Indexed){ .entry = *entry };
        for (uint32_t field = 0; field < SEARCH_FIELDS; field++) {
                Folded folded = indexed->fields[field] = fold(index->arena, entry->fields[field]);
                for (uint32_t i = 0; i < folded.length; i++) {
                        if (!is_word(folded.characters[i]))
                                continue;
                        add_posting(index, folded.characters[i], 0, number);
                        if (i + 1 < folded.length && is_word(folded.characters[i + 1]))
                                add_posting(index, folded.characters[i], folded.characters[i + 1], number);
                }
        }
}

static int compare_postings(const void *a, const void *b) {
        uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;
        return (x > y) - (x < y);
}

void search_close(SearchIndex *index) {
        uint32_t kept = 0;
        if (index->posting_count > 0)
                qsort(index->postings, index->posting_count, sizeof *index->postings, compare_postings);
        for (uint32_t i = 0; i < index->posting_count; i++)
                if (i == 0 || index->postings[i] != index->postings[kept - 1])
                        index->postings[kept++] = index->postings[i];
        index->posting_count = kept;
        index->closed = true;
}

uint32_t search_count(const SearchIndex *index) {
        return index->entry_count;
}

/* ---- queries ------------------------------------------------------------------------------------------- */

SearchQuery search_query(Arena *arena, Str text) {
        SearchQuery query = { 0 };
        uint32_t taken = 0, before = 0;
        for (size_t at = 0; at < text.length;) {
                uint32_t character = utf8_fold(utf8_next(text, &at));
                bool word = is_word(character), begins = !is_word(before) || is_digit_or_letter(before) != is_digit_or_letter(character);
                before = character;
                if (!word)
                        continue;
                if (taken == SEARCH_QUERY_MAX || (begins && query.word_count == SEARCH_WORDS_MAX)) {
                        query.shortened = true;
                        break;
                }
                if (begins)
                        query.words[query.word_count++] = (SearchWord){ .characters = ARENA_NEW(arena, uint32_t, SEARCH_QUERY_MAX) };
                MUST(query.word_count > 0);      /* nothing before the first character is a word */
                SearchWord *last = &query.words[query.word_count - 1];
                last->characters[last->length++] = character;
                taken++;
        }
        return query;
}

/* The first posting of a pair, and behind its last. */
static void find_postings(const SearchIndex *index, uint64_t pair, uint32_t *ret_from, uint32_t *ret_to) {
        uint32_t ends[2];
        for (uint32_t side = 0; side < 2; side++) {
                uint64_t wanted = side ? pair + ENTRY_MASK + 1 : pair;
                uint32_t low = 0, high = index->posting_count;
                while (low < high) {
                        uint32_t middle = low + (high - low) / 2;
                        if (index->postings[middle] < wanted)
                                low = middle + 1;
                        else
                                high = middle;
                }
                ends[side] = low;
        }
        *ret_from = ends[0];
        *ret_to = ends[1];
}

/* Counts in each entry how many of the query's pairs it has; the number of pairs in all. A word of one character is one pair. */
static uint32_t count_pairs(const SearchIndex *index, const SearchQuery *query, uint16_t *counts) {
        uint32_t pairs = 0;
        for (uint32_t w = 0; w < query->word_count; w++) {
                const SearchWord *word = &query->words[w];
                for (uint32_t i = 0; i == 0 || i + 1 < word->length; i++, pairs++) {
                        uint32_t from, to;
                        find_postings(index, pair_of(word->characters[i], word->length > 1 ? word->characters[i + 1] : 0), &from, &to);
                        for (; from < to; from++)
                                counts[index->postings[from] & ENTRY_MASK]++;
                }
        }
        return pairs;
}

/* ---- scoring ------------------------------------------------------------------------------------------- */

static bool stands_at(const Folded *text, uint32_t at, const SearchWord *word) {
        if (at + word->length > text->length)
                return false;
        for (uint32_t i = 0; i < word->length; i++)
                if (text->characters[at + i] != word->characters[i])
                        return false;
        return true;
}

/* The next place of a word from `at` on; the text's length when there is none. */
static uint32_t next_place(const Folded *text, uint32_t at, const SearchWord *word) {
        for (; at + word->length <= text->length; at++)
                if (text->characters[at] == word->characters[0] && stands_at(text, at, word))
                        return at;
        return text->length;
}

static bool is_whole_title(const Folded *title, const SearchQuery *query) {
        uint32_t at = 0;
        for (uint32_t i = 0; i < query->word_count; at += query->words[i++].length)
                if (!stands_at(title, at, &query->words[i]))
                        return false;
        return at == title->length;
}

/* How far the first word stands from all others where they are nearest, over the first of its places. */
static uint32_t nearest(const Folded *text, const SearchQuery *query) {
        uint32_t best = UINT32_MAX, places = 0;
        for (uint32_t at = 0; places < 64 && (at = next_place(text, at, &query->words[0])) < text->length; at++, places++) {
                uint32_t far = 0;
                for (uint32_t i = 1; i < query->word_count && far != UINT32_MAX; i++) {
                        uint32_t from = at > WEIGHT_NEAR ? at - WEIGHT_NEAR : 0, place = next_place(text, from, &query->words[i]);
                        uint32_t gap = place >= text->length ? UINT32_MAX : place > at ? place - at : at - place;
                        far = gap > far ? gap : far;
                }
                best = far < best ? far : best;
        }
        return best;
}

/* What one field gives; *found has a bit for each word that stands in it. */
static int64_t score_field(const Indexed *indexed, uint32_t field, const SearchQuery *query, uint32_t *found) {
        const Folded *text = &indexed->fields[field];
        int64_t score = 0;
        uint32_t here = 0;
        for (uint32_t i = 0; i < query->word_count; i++) {
                uint32_t places = 0, limit = field == SEARCH_PROSE ? OCCURRENCES_MAX : 1;
                for (uint32_t at = 0; places < limit && (at = next_place(text, at, &query->words[i])) < text->length; at++)
                        places++;
                if (places == 0)
                        continue;
                here |= 1u << i;
                score += WEIGHTS[field] + (places - 1) * WEIGHTS[field] / 10;
        }
        *found |= here;
        if (query->word_count > 1 && here == (1u << query->word_count) - 1) {
                uint32_t gap = nearest(text, query);
                score += WEIGHTS[field] + (gap < WEIGHT_NEAR ? WEIGHT_NEAR - (int64_t) gap : 0);
        }
        return score;
}

/* What the pairs of a query give where its words do not stand whole: each where it weighs most. */
static int64_t score_pairs(const Indexed *indexed, const SearchQuery *query, uint32_t pairs) {
        int64_t score = 0;
        for (uint32_t w = 0; w < query->word_count; w++) {
                const SearchWord *word = &query->words[w];
                for (uint32_t i = 0; i == 0 || i + 1 < word->length; i++) {
                        SearchWord pair = { word->characters + i, word->length > 1 ? 2 : 1 };
                        uint32_t field = 0;
                        while (field < SEARCH_FIELDS && next_place(&indexed->fields[field], 0, &pair) >= indexed->fields[field].length)
                                field++;
                        score += field < SEARCH_FIELDS ? WEIGHTS[field] : 0;
                }
        }
        return score / pairs;
}

/* `share`: of its pairs, in thousandths. */
static SearchHit score_entry(const Indexed *indexed, const SearchQuery *query, uint32_t pairs, int64_t share) {
        uint32_t found = 0;
        int64_t score = 0;
        for (uint32_t field = 0; field < SEARCH_FIELDS; field++)
                score += score_field(indexed, field, query, &found);
        bool whole = found == (1u << query->word_count) - 1;
        if (!whole)
                score = score_pairs(indexed, query, pairs);
        if (is_whole_title(&indexed->fields[SEARCH_TITLE], query))
                score += WEIGHT_WHOLE_TITLE;
        /* a short title says more of what an entry is about than a long one */
        uint32_t length = indexed->fields[SEARCH_TITLE].length;
        score = score * 100 + (length < 99 ? 99 - (int64_t) length : 0);
        return (SearchHit){ &indexed->entry, whole ? score : score * share / 1000, whole };
}

static int compare_hits(const void *a, const void *b) {
        const SearchHit *x = a, *y = b;
        if (x->whole != y->whole)
                return x->whole ? -1 : 1;
        if (x->score != y->score)
                return x->score > y->score ? -1 : 1;
        return (x->entry > y->entry) - (x->entry < y->entry);
}

void search_run(const SearchIndex *index, const SearchQuery *query, Arena *arena, SearchHit **ret_hits, uint32_t *ret_count) {
        MUST(index->closed);
        uint32_t count = 0;
        uint16_t *counts = ARENA_NEW(arena, uint16_t, index->entry_count);
        uint32_t pairs = query->word_count ? count_pairs(index, query, counts) : 0, best = 0, half = (pairs + 1) / 2;
        for (uint32_t i = 0; i < index->entry_count; i++)
                best = counts[i] > best ? counts[i] : best;
        uint32_t least = best == 0 ? 1 : best < half ? (best + 1) / 2 : half;
        SearchHit *hits = ARENA_NEW(arena, SearchHit, index->entry_count);
        for (uint32_t i = 0; pairs > 0 && i < index->entry_count; i++)
                if (counts[i] >= least)
                        hits[count++] = score_entry(&index->entries[i], query, pairs, (int64_t) counts[i] * 1000 / pairs);
        if (count > 0)
                qsort(hits, count, sizeof *hits, compare_hits);
        *ret_hits = hits;
        *ret_count = count;
}

/* ---- snippets ------------------------------------------------------------------------------------------ */

/* Marks the characters that belong to a word of the query, or, where no word stands whole, to a pair of one; the first of them. */
static uint32_t mark(const Folded *text, const SearchQuery *query, bool pairs, bool *marks) {
        uint32_t first = text->length;
        for (uint32_t w = 0; w < query->word_count; w++) {
                const SearchWord *word = &query->words[w];
                for (uint32_t i = 0; i == 0 || (pairs && i + 1 < word->length); i++) {
                        SearchWord part = pairs && word->length > 1 ? (SearchWord){ word->characters + i, 2 } : *word;
                        for (uint32_t at = 0; (at = next_place(text, at, &part)) < text->length; at++) {
                                first = at < first ? at : first;
                                for (uint32_t k = 0; k < part.length; k++)
                                        marks[at + k] = true;
                        }
                }
        }
        return first;
}

/* Puts [begin, end) of the text behind what is there. */
static void add_piece(Arena *arena, SearchPiece **pieces, uint32_t *count, uint32_t *capacity, Str text, bool marked) {
        if (*count == 0 || (!marked && (*pieces)[*count - 1].marked.length > 0))
                *ARENA_PUSH(arena, *pieces, *count, *capacity) = (SearchPiece){ 0 };
        Str *part = marked ? &(*pieces)[*count - 1].marked : &(*pieces)[*count - 1].plain;
        *part = part->length > 0 && part->data + part->length == text.data ? (Str){ part->data, part->length + text.length }
                : part->length > 0 ? str_format(arena, "%.*s%.*s", STR_ARG(*part), STR_ARG(text)) : text;
}

void search_snippet(const SearchQuery *query, Str text, uint32_t width, Arena *arena, SearchPiece **ret_pieces, uint32_t *ret_count) {
        Folded folded = fold(arena, text);
        bool *marks = ARENA_NEW(arena, bool, folded.length + 1);
        uint32_t first = mark(&folded, query, false, marks), count = 0, capacity = 0, number = 0;
        SearchPiece *pieces = NULL;
        if (first == folded.length)
                first = mark(&folded, query, true, marks);
        bool from_start = first == folded.length || first < BEFORE_FIND || folded.length <= width;
        uint32_t from = from_start ? 0 : first - BEFORE_FIND, to = from + width;
        Str kept = { 0 };
        bool marked = false;
        if (from > 0)
                add_piece(arena, &pieces, &count, &capacity, STR("…"), false);
        for (size_t at = 0, begin; at < text.length && number < to; number++) {
                begin = at;
                (void) utf8_next(text, &at);
                if (number < from)
                        continue;
                if (kept.length > 0 && marked != marks[number]) {
                        add_piece(arena, &pieces, &count, &capacity, kept, marked);
                        kept = (Str){ 0 };
                }
                marked = marks[number];
                kept = kept.length > 0 ? (Str){ kept.data, kept.length + at - begin } : str_slice(text, begin, at);
        }
        if (kept.length > 0)
                add_piece(arena, &pieces, &count, &capacity, kept, marked);
        if (to < folded.length)
                add_piece(arena, &pieces, &count, &capacity, STR("…"), false);
        *ret_pieces = pieces;
        *ret_count = count;
}
