/* One pass over the text with a stack of the kinds of number that are open. */
#include "city/original.h"

#include "base/utf8.h"
#include "language/markdown.h"

#define DEPTH_MAX 8
#define NUMBER_GAP_MAX 3                 /* so many numbers may be missing */
#define NUMBER_BYTES_MAX 64              /* no clause number is longer */
#define LINES_ENOUGH 3                   /* so many numbers at line starts, and the text is taken to have lines */

typedef enum Style {
        STYLE_HAN, STYLE_ARABIC, STYLE_BRACKET_HAN, STYLE_BRACKET_ARABIC, STYLE_CHAPTER, STYLE_SECTION, STYLE_ARTICLE, STYLE_ITEM,
        STYLE_CIRCLED, STYLE_COUNT,
} Style;

typedef struct Level {
        Style    style;
        uint32_t value;
} Level;

typedef struct Cutter {
        Arena   *arena;
        Str      text;
        bool     inside;                 /* numbers are looked for inside lines too */
        Level    levels[DEPTH_MAX];
        uint32_t depth;
        uint32_t last[STYLE_COUNT];      /* the last number of each kind anywhere: some go on through all sections */
        size_t   from;                   /* where the open clause begins */
        Str      key;
        Original found;
        uint32_t capacity;
} Cutter;

/* ---- numbers ------------------------------------------------------------------------------------------- */

static bool is_blank(uint32_t character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\n' || character == 0x3000 || character == 0xA0;
}

static bool is_arabic(uint32_t character) {
        return character >= '0' && character <= '9';
}

/* "1.2", which is a figure more often than a clause. */
static bool has_two_parts(Str number) {
        bool dot = false;
        for (size_t at = 0; at < number.length;) {
                uint32_t character = utf8_narrow(utf8_next(number, &at));
                if (dot && is_arabic(character))
                        return true;
                dot = character == '.';
        }
        return false;
}

/* 第三条: the kind is the last character's. */
static Style style_of_ordinal(Str number) {
        return str_ends(number, STR("章")) ? STYLE_CHAPTER : str_ends(number, STR("节")) ? STYLE_SECTION
               : str_ends(number, STR("条")) ? STYLE_ARTICLE : STYLE_ITEM;
}

static Style style_of(Str number) {
        size_t at = 0;
        uint32_t first = utf8_narrow(utf8_next(number, &at));
        bool bracket = first == '(';
        if (first == 0x7B2C)             /* 第 */
                return style_of_ordinal(number);
        if (first >= 0x2460 && first <= 0x2473)
                return STYLE_CIRCLED;
        if (bracket && at < number.length)
                first = utf8_narrow(utf8_next(number, &at));
        if (bracket)
                return is_arabic(first) ? STYLE_BRACKET_ARABIC : STYLE_BRACKET_HAN;
        return is_arabic(first) ? STYLE_ARABIC : STYLE_HAN;
}

/* "1." before a year: "1.2010年底前…" is clause 1, and no figure. */
static Str number_before_year(Str text) {
        size_t digits = 0;
        while (digits < text.length && is_arabic((unsigned char) text.data[digits]))
                digits++;
        Str rest = str_slice(text, digits, text.length);
        size_t year = 1;
        while (year < rest.length && is_arabic((unsigned char) rest.data[year]))
                year++;
        bool dated = year == 5 && str_starts(rest, STR(".")) && str_starts(str_slice(rest, year, rest.length), STR("年"));
        return digits > 0 && dated ? str_slice(text, 0, digits + 1) : (Str){ 0 };
}

/* The clause number at the beginning of a text; inside a line it must end with its own mark, not with a blank. */
static bool read_number(const Cutter *cutter, Str text, Level *ret_level) {
        Str number = number_before_year(text);
        uint32_t value, last = 0;
        if (number.length == 0)
                number = clause_number(cutter->arena, str_slice(text, 0, NUMBER_BYTES_MAX));
        if (number.length == 0 || has_two_parts(number) || !clause_number_value(number, &value))
                return false;
        Style style = style_of(number);
        for (size_t at = 0; at < number.length;)
                last = utf8_narrow(utf8_next(number, &at));
        bool bare = (style == STYLE_HAN || style == STYLE_ARABIC) && last != 0x3001 && last != '.';
        if (bare && cutter->inside)
                return false;
        *ret_level = (Level){ style, value };
        return true;
}

static bool goes_on(uint32_t value, uint32_t last) {
        return value > last && value <= last + NUMBER_GAP_MAX;
}

/* Whether a number may stand where it stands: opens the depth that it belongs to. */
static bool accept(Cutter *cutter, Level level) {
        uint32_t at = 0;
        while (at < cutter->depth && cutter->levels[at].style != level.style)
                at++;
        bool open = at < cutter->depth;
        if (open && !goes_on(level.value, cutter->levels[at].value) && (level.value != 1 || cutter->inside))
                return false;
        if (!open && level.value != 1 && (cutter->last[level.style] == 0 || !goes_on(level.value, cutter->last[level.style])))
                return false;
        if (at == DEPTH_MAX)
                return false;
        cutter->levels[at] = level;
        cutter->depth = at + 1;
        cutter->last[level.style] = level.value;
        return true;
}

/* ---- clauses ------------------------------------------------------------------------------------------- */

/* Lines without blank edges and without empty ones. */
static Str tidy(Arena *arena, Str text) {
        char *data = ARENA_NEW(arena, char, text.length + 1);
        size_t length = 0, kept = 0;     /* kept: up to the last character that is no blank */
        bool begun = false;
        for (size_t at = 0; at < text.length;) {
                size_t from = at;
                uint32_t character = utf8_next(text, &at);
                if (character == '\n') {
                        length = kept;
                        if (length > 0 && data[length - 1] != '\n')
                                data[length++] = '\n';
                        kept = length;
                        begun = false;
                } else if (!is_blank(character) || begun) {
                        for (size_t i = from; i < at; i++)
                                data[length++] = text.data[i];
                        begun = true;
                        if (!is_blank(character))
                                kept = length;
                }
        }
        while (kept > 0 && data[kept - 1] == '\n')
                kept--;
        return (Str){ data, kept };
}

static Str hash_of(Arena *arena, Str text) {
        char *data = ARENA_NEW(arena, char, text.length + 1);
        size_t length = 0;
        for (size_t at = 0; at < text.length;) {
                size_t from = at;
                if (is_blank(utf8_next(text, &at)))
                        continue;
                for (size_t i = from; i < at; i++)
                        data[length++] = text.data[i];
        }
        return text_hash(arena, (Str){ data, length });
}

static void close_clause(Cutter *cutter, size_t end) {
        Str text = tidy(cutter->arena, str_slice(cutter->text, cutter->from, end));
        if (text.length > 0)
                *ARENA_PUSH(cutter->arena, cutter->found.items, cutter->found.count, cutter->capacity) =
                        (OriginalClause){ .key = cutter->key, .text = text, .hash = hash_of(cutter->arena, text) };
}

/* "2.4", with a mark when the text has had this path before: an annex begins anew. */
static Str key_of(const Cutter *cutter) {
        Str key = { 0 };
        for (uint32_t i = 0; i < cutter->depth; i++)
                key = str_format(cutter->arena, "%.*s%s%u", STR_ARG(key), i ? "." : "", cutter->levels[i].value);
        uint32_t same = 1;
        for (uint32_t i = 0; i < cutter->found.count; i++) {
                Str rest = cutter->found.items[i].key;
                same += str_equal(str_cut(&rest, '~'), key);
        }
        return same == 1 ? key : str_format(cutter->arena, "%.*s~%u", STR_ARG(key), same);
}

static bool ends_a_sentence(uint32_t character) {
        Str marks = STR("。；;：:！？");
        for (size_t at = 0; at < marks.length;)
                if (utf8_next(marks, &at) == character)
                        return true;
        return is_blank(character);
}

static Rc cut_all(Cutter *cutter) {
        bool line = true, sentence = true;
        for (size_t at = 0; at < cutter->text.length && cutter->found.count <= ORIGINAL_CLAUSES_MAX;) {
                size_t from = at;
                uint32_t character = utf8_next(cutter->text, &at);
                Level level;
                if (is_blank(character)) {
                        line = line || character == '\n';
                        sentence = true;
                        continue;
                }
                bool start = line || (sentence && cutter->inside);
                if (start && read_number(cutter, str_slice(cutter->text, from, cutter->text.length), &level) && accept(cutter, level)) {
                        close_clause(cutter, from);
                        cutter->from = from;
                        cutter->key = key_of(cutter);
                }
                line = false;
                sentence = ends_a_sentence(character);
        }
        close_clause(cutter, cutter->text.length);
        return cutter->found.count > ORIGINAL_CLAUSES_MAX ? RC_TOOBIG : cutter->found.count ? RC_OK : RC_INVALID;
}

Rc original_split(Str text, Arena *arena, Original *ret_original) {
        if (text.length > ORIGINAL_TEXT_MAX)
                return RC_TOOBIG;
        Cutter cutter = { .arena = arena, .text = text };
        Rc rc = cut_all(&cutter);
        if (rc == RC_OK && cutter.found.count < LINES_ENOUGH) {
                cutter = (Cutter){ .arena = arena, .text = text, .inside = true };
                rc = cut_all(&cutter);
        }
        if (rc == RC_OK)
                *ret_original = cutter.found;
        return rc;
}

/* ---- against our outline ------------------------------------------------------------------------------- */

/* The clause above that our outline has; the document itself is none. */
static Str known_above(const Outline *outline, Str key) {
        while (key.length > 0 && outline_find(outline, key) == NONE) {
                size_t end = key.length;
                while (end > 0 && key.data[end - 1] != '.')
                        end--;
                key = str_slice(key, 0, end > 0 ? end - 1 : 0);
        }
        return key;
}

/* Where a cut clause goes: its place in `original`, which grows when it is a clause of its own. */
static uint32_t place_of_clause(Original *original, const Outline *outline, const OriginalClause *clause) {
        size_t mark;
        Str above = str_find(clause->key, STR("~"), &mark) ? (Str){ 0 } : known_above(outline, clause->key);
        for (uint32_t i = 0; above.length > 0 && above.length < clause->key.length && i < original->count; i++)
                if (str_equal(original->items[i].key, above)) {
                        original->nested++;
                        return i;
                }
        bool matched = outline_find(outline, clause->key) != NONE;
        original->matched += matched;
        original->unmatched += !matched;
        original->items[original->count] = (OriginalClause){ .key = clause->key, .matched = matched };
        return original->count++;
}

Original original_match(const Original *cut, const Outline *outline, Arena *arena) {
        Original original = { .items = ARENA_NEW(arena, OriginalClause, cut->count) };
        uint32_t *places = ARENA_NEW(arena, uint32_t, cut->count);
        Buffer text CLEAN(buffer_free) = buffer_new(2 * ORIGINAL_TEXT_MAX);
        for (uint32_t i = 0; i < cut->count; i++)
                places[i] = place_of_clause(&original, outline, &cut->items[i]);
        for (uint32_t place = 0; place < original.count; place++) {
                buffer_clear(&text);
                for (uint32_t i = 0; i < cut->count; i++)
                        if (places[i] == place)
                                buffer_format(&text, "%s%.*s", text.length ? "\n" : "", STR_ARG(cut->items[i].text));
                original.items[place].text = str_copy(arena, buffer_str(&text));
                original.items[place].hash = hash_of(arena, original.items[place].text);
        }
        return original;
}
