/* Keys from numbers, and files of one document put together by them. */
#include "city/outline.h"

#include "base/utf8.h"

#define NUMBER_MAX 999
#define KEY_MAX 4096

bool pack_is_own(const Pack *pack, uint32_t file) {
        return file >= pack->own_file_first && file <= pack->own_file_last;
}

uint32_t pack_document(const Pack *pack, Str name) {
        const Program *program = &pack->program;
        for (uint32_t i = 0; name.length > 0 && i < program->document_count; i++) {
                const Document *document = &program->documents[i];
                if (pack_is_own(pack, document->at.file) && (str_equal(document->name, name) || str_equal(document->number, name)))
                        return i;
        }
        return NONE;
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

/* The place of a character among the characters of a text; NONE when it is not there. */
static uint32_t place_of(uint32_t character, Str text) {
        uint32_t place = 0;
        for (size_t at = 0; at < text.length; place++)
                if (utf8_next(text, &at) == character)
                        return place;
        return NONE;
}

/* 二十一, 21, 一百零三: tens and hundreds multiply what stands before them. */
bool clause_number_value(Str number, uint32_t *ret_value) {
        uint32_t value = 0, digit = 0;
        bool any = false, pending = false;
        for (size_t at = 0; at < number.length;) {
                uint32_t character = utf8_narrow(utf8_next(number, &at));
                uint32_t arabic = place_of(character, STR("0123456789")), han = place_of(character, STR("零一二三四五六七八九"));
                uint32_t circled = place_of(character, STR("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"));
                uint32_t power = character == 0x5341 ? 10 : character == 0x767E ? 100 : 0;      /* 十 百 */
                if (arabic != NONE)
                        digit = digit * 10 + arabic;
                else if (han != NONE || circled != NONE)
                        digit = han != NONE ? han : circled + 1;
                else if (power) {
                        value += (pending ? digit : 1) * power;
                        digit = 0;
                } else
                        continue;
                pending = arabic != NONE || han != NONE;
                any = true;
                if (digit > NUMBER_MAX || value > NUMBER_MAX)
                        return false;
        }
        if (!any || value + digit > NUMBER_MAX)
                return false;
        *ret_value = value + digit;
        return true;
}

/* ---- keys ---------------------------------------------------------------------------------------------- */

/* Words for a key: without blanks, and without the separator. */
static void add_words(Buffer *out, Str title) {
        for (size_t at = 0; at < title.length;) {
                size_t from = at;
                uint32_t character = utf8_narrow(utf8_next(title, &at));
                if (character > ' ' && character != '.' && character != '#')
                        buffer_add(out, str_slice(title, from, at));
        }
}

static void add_key(const Program *program, uint32_t clause, Buffer *out) {
        const DocumentClause *known = &program->clauses[clause];
        uint32_t value;
        if (clause == 0 || known->level <= 1)
                return;
        add_key(program, known->parent, out);
        if (out->length > 0)
                buffer_byte(out, '.');
        if (clause_number_value(known->number, &value))
                buffer_format(out, "%u", value);
        else
                add_words(out, known->title);
}

Str clause_key(const Pack *pack, uint32_t clause, Arena *arena) {
        Buffer key CLEAN(buffer_free) = buffer_new(KEY_MAX);
        add_key(&pack->program, clause, &key);
        return str_copy(arena, buffer_str(&key));
}

Str clause_anchor(Arena *arena, Str key) {
        return str_format(arena, "c-%.*s", STR_ARG(key));
}

/* ---- outlines ------------------------------------------------------------------------------------------ */

uint32_t outline_find(const Outline *outline, Str key) {
        for (uint32_t i = 0; i < outline->count; i++)
                if (str_equal(outline->items[i].key, key))
                        return i;
        return NONE;
}

uint32_t outline_of_clause(const Outline *outline, uint32_t clause) {
        for (uint32_t i = 0; i < outline->count; i++)
                for (uint32_t k = 0; k < outline->items[i].clause_count; k++)
                        if (outline->items[i].clauses[k] == clause)
                                return i;
        return NONE;
}

static uint32_t depth_of(Str key) {
        uint32_t depth = key.length > 0;
        for (size_t i = 0; i < key.length; i++)
                depth += key.data[i] == '.';
        return depth;
}

static Str parent_of(Str key) {
        size_t end = key.length;
        while (end > 0 && key.data[end - 1] != '.')
                end--;
        return str_slice(key, 0, end > 0 ? end - 1 : 0);
}

/* Behind the last clause below the parent: where a clause belongs that the files before did not have. */
static uint32_t place_for(const Outline *outline, Str key) {
        uint32_t at = outline_find(outline, parent_of(key));
        if (at == NONE)
                return outline->count;
        uint32_t level = outline->items[at].level;
        for (at++; at < outline->count && outline->items[at].level > level; at++)
                ;
        return at;
}

/* The clause with this key to which a heading adds; a key that its own file has used already gets a mark. */
static OutlineClause *item_for(Outline *outline, const Program *program, uint32_t clause, Str base, Arena *arena) {
        Str key = base;
        for (uint32_t same = 2;; same++) {
                uint32_t at = outline_find(outline, key);
                if (at == NONE)
                        break;
                OutlineClause *item = &outline->items[at];
                uint32_t last = item->clause_count ? item->clauses[item->clause_count - 1] : 0;
                bool other_file = last == 0 || program->clauses[last].at.file != program->clauses[clause].at.file;
                if (other_file || key.length == 0)
                        return item;
                key = str_format(arena, "%.*s~%u", STR_ARG(base), same);
        }
        uint32_t at = place_for(outline, key);
        for (uint32_t i = outline->count++; i > at; i--)
                outline->items[i] = outline->items[i - 1];
        outline->items[at] = (OutlineClause){ .key = key, .title = program->clauses[clause].title, .level = depth_of(key) };
        return &outline->items[at];
}

Outline outline_of(const Pack *pack, uint32_t document, Arena *arena) {
        const Program *program = &pack->program;
        Outline outline = { .items = ARENA_NEW(arena, OutlineClause, program->clause_count + 1), .count = 1 };
        outline.items[0].title = program->documents[document].name;
        for (uint32_t i = 1; i < program->clause_count; i++) {
                const DocumentClause *clause = &program->clauses[i];
                if (clause->document != document || !pack_is_own(pack, clause->at.file))
                        continue;
                OutlineClause *item = item_for(&outline, program, i, clause_key(pack, i, arena), arena);
                *ARENA_PUSH(arena, item->clauses, item->clause_count, item->capacity) = i;
        }
        return outline;
}
