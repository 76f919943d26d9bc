/* Builds word tables. The multiplier is searched until no two words share a slot; words that find none in the largest
 * table are left to the map, which is only slower. */
#include "engine/cell_words.h"

#include <string.h>

#define SLOTS_MAX ((uint32_t) 4096)
#define TRIES 200
#define FREE_PART UINT64_MAX       /* bytes FF are in no text */

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

/* False when the text is a word already. */
static bool words_add(Arena *arena, WordTable *words, Str text, int64_t value) {
        if (text.length == 0 || !map_add(words->all, text, words->value_count))
                return false;
        *ARENA_PUSH(arena, words->values, words->value_count, words->value_capacity) = value;
        return true;
}

/* A padded copy cut into parts; false when the text is too long for the table. */
static bool word_parts(Str text, uint64_t ret_parts[WORD_PARTS]) {
        if (text.length > sizeof(uint64_t) * WORD_PARTS)
                return false;
        memset(ret_parts, 0, sizeof(uint64_t) * WORD_PARTS);
        if (text.length > 0)
                memcpy(ret_parts, text.data, text.length);
        return true;
}

/* Puts the words into the slots; false when two want the same. */
static bool words_place(WordTable *words, const Word *list, uint32_t count, uint32_t slots, bool partial) {
        memset(words->slots, 0xFF, sizeof(uint64_t) * (1 + words->parts) * slots);
        for (uint32_t i = 0; i < count; i++) {
                uint64_t parts[WORD_PARTS];
                if (!word_parts(list[i].text, parts))
                        continue;
                WordSlot *slot = word_slot(words->slots, words->parts, words->multiplier, words->shift, parts);
                if (slot->parts[0] != FREE_PART && !partial)
                        return false;
                if (slot->parts[0] != FREE_PART)
                        continue;
                slot->value = list[i].value;
                for (uint32_t part = 0; part < words->parts; part++)
                        slot->parts[part] = parts[part];
        }
        return true;
}

static void words_arrange(Arena *arena, WordTable *words, const Word *list, uint32_t count) {
        uint32_t bits = 4;
        while ((uint32_t) 1 << bits < count * 2 && (uint32_t) 1 << bits < SLOTS_MAX)
                bits++;
        for (;; bits++) {
                uint32_t slots = (uint32_t) 1 << bits;
                words->slots = ARENA_NEW(arena, WordSlot, slots);
                words->shift = 64 - bits;
                words->multiplier = 0x9e3779b97f4a7c15u;
                for (uint32_t i = 0; i < TRIES; i++, words->multiplier = words->multiplier * 0xd1342543de82ef95u + 2)
                        if (words_place(words, list, count, slots, slots >= SLOTS_MAX && i + 1 == TRIES))
                                return;
        }
}

WordTable *words_new(Arena *arena, const Program *program, const CellPlan *plan) {
        const Fact *fact = plan->fact;
        WordTable *words = ARENA_NEW(arena, WordTable, 1);
        const Enumeration *enumeration = fact->type.kind == TYPE_CODE ? &program->enumerations[fact->type.of] : NULL;
        uint32_t members = enumeration ? enumeration->member_count : 0, count = 0, kept = 1;
        uint32_t truths = fact->type.kind == TYPE_TRUTH ? (uint32_t) ARRAY_LENGTH(truth_words) : 0;
        Word *list = ARENA_NEW(arena, Word, fact->code_count + members + truths + 1);
        words->all = map_new(arena);
        list[count++] = (Word){ STR(""), plan->blank };
        for (uint32_t i = 0; i < fact->code_count; i++)
                list[count++] = (Word){ fact->codes[i].text, fact->codes[i].value };
        for (uint32_t i = 0; i < members; i++)
                list[count++] = (Word){ enumeration->members[i], i };
        for (uint32_t i = 0; i < truths; i++)
                list[count++] = truth_words[i];
        words->parts = 1;
        for (uint32_t i = 1; i < count; i++) {
                /* the code map goes before a member of the same name */
                bool added = words_add(arena, words, list[i].text, list[i].value);
                if (added && list[i].value >= plan->low && list[i].value <= plan->high) {
                        while (words->parts < WORD_PARTS && list[i].text.length > 8 * words->parts)
                                words->parts++;
                        list[kept++] = list[i];
                }
        }
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
