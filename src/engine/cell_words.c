/* Builds word tables. The multiplier is searched until no two words share a slot; words that find none in the largest
 * table are left to the map, which is only slower. */
#include "engine/cell_words.h"

#include <string.h>

#define SLOTS_MAX ((uint32_t) 4096)
#define TRIES 200

typedef struct Word {
        Str     text;
        int64_t value;
} Word;

static const Word truth_words[] = {
        { STR_INIT("是"), TRUTH_YES },    { STR_INIT("否"), TRUTH_NO },     { STR_INIT("有"), TRUTH_YES },
        { STR_INIT("无"), TRUTH_NO },     { STR_INIT("1"), TRUTH_YES },     { STR_INIT("0"), TRUTH_NO },
        { STR_INIT("Y"), TRUTH_YES },     { STR_INIT("N"), TRUTH_NO },      { STR_INIT("y"), TRUTH_YES },
        { STR_INIT("n"), TRUTH_NO },      { STR_INIT("true"), TRUTH_YES },  { STR_INIT("false"), TRUTH_NO },
        { STR_INIT("True"), TRUTH_YES },  { STR_INIT("False"), TRUTH_NO },  { STR_INIT("TRUE"), TRUTH_YES },
        { STR_INIT("FALSE"), TRUTH_NO },
};

static void words_add(Arena *arena, WordTable *words, Str text, int64_t value) {
        if (text.length > 0 && map_add(words->all, text, words->value_count))
                *ARENA_PUSH(arena, words->values, words->value_count, words->value_capacity) = value;
}

/* A padded copy cut into parts; false when the text is too long for the table. */
static bool word_parts(Str text, uint64_t ret_parts[WORD_PARTS]) {
        if (text.length > sizeof(uint64_t) * WORD_PARTS)
                return false;
        memset(ret_parts, 0, sizeof(uint64_t) * WORD_PARTS);
        memcpy(ret_parts, text.data, text.length);
        return true;
}

/* Puts the words into the slots; returns how many found theirs taken. */
static uint32_t words_place(WordTable *words, const Word *list, uint32_t count, uint32_t slots) {
        uint32_t homeless = 0;
        memset(words->slots, 0, sizeof(WordSlot) * slots);
        for (uint32_t i = 0; i < count; i++) {
                WordSlot word = { .value = list[i].value, .length = list[i].text.length };
                if (!word_parts(list[i].text, word.parts))
                        continue;
                WordSlot *slot = &words->slots[word_slot(words, word.parts)];
                homeless += slot->length > 0;
                if (slot->length == 0)
                        *slot = word;
        }
        return homeless;
}

static void words_arrange(Arena *arena, WordTable *words, const Word *list, uint32_t count) {
        uint32_t bits = 4;
        while ((uint32_t) 1 << bits < count * 2 && (uint32_t) 1 << bits < SLOTS_MAX)
                bits++;
        words->slots = ARENA_NEW(arena, WordSlot, SLOTS_MAX);
        for (;; bits++) {
                words->shift = 64 - bits;
                words->multiplier = 0x9e3779b97f4a7c15u;
                for (uint32_t i = 0; i < TRIES; i++, words->multiplier = words->multiplier * 0xd1342543de82ef95u + 2)
                        if (words_place(words, list, count, (uint32_t) 1 << bits) == 0)
                                return;
                if ((uint32_t) 1 << bits >= SLOTS_MAX)
                        return;
        }
}

WordTable *words_new(Arena *arena, const Program *program, const Fact *fact) {
        WordTable *words = ARENA_NEW(arena, WordTable, 1);
        const Enumeration *enumeration = fact->type.kind == TYPE_CODE ? &program->enumerations[fact->type.of] : NULL;
        uint32_t members = enumeration ? enumeration->member_count : 0, count = 0;
        uint32_t truths = fact->type.kind == TYPE_TRUTH ? (uint32_t) ARRAY_LENGTH(truth_words) : 0;
        Word *list = ARENA_NEW(arena, Word, fact->code_count + members + truths);
        words->all = map_new(arena);
        words->parts = 1;
        for (uint32_t i = 0; i < fact->code_count; i++)
                list[count++] = (Word){ fact->codes[i].text, fact->codes[i].value };
        for (uint32_t i = 0; i < members; i++)
                list[count++] = (Word){ enumeration->members[i], i };
        for (uint32_t i = 0; i < truths; i++)
                list[count++] = truth_words[i];
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++) {
                uint32_t before = words->value_count;
                words_add(arena, words, list[i].text, list[i].value);
                if (words->value_count > before)   /* the code map goes before a member of the same name */
                        list[kept++] = list[i];
        }
        for (uint32_t i = 0; i < kept; i++)
                if (list[i].text.length <= 8 * WORD_PARTS && (list[i].text.length + 7) / 8 > words->parts)
                        words->parts = (uint32_t) (list[i].text.length + 7) / 8;
        words_arrange(arena, words, list, kept);
        return words;
}

bool words_find(const WordTable *words, Str text, int64_t *ret_value) {
        uint32_t index = 0;
        if (!map_get(words->all, text, &index))
                return false;
        *ret_value = words->values[index];
        return true;
}
