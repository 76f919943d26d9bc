/* The saved interview: "L1;<pack>;<entity>;<date>" and then one item an answer, "f12.0=24" (fact 12 of row 0 is 24),
 * "c0.0=4" (four members), "l1.0=2" (has a partner), "?" for 不知道, in the order of the answers, which makes the same
 * rows again. <pack> is a hash of what the numbers refer to, so that a state never meets another pack's facts. */
#include "engine/interview_inside.h"

#include <inttypes.h>

static const char kind_letters[] = { [QUESTION_FACT] = 'f', [QUESTION_COUNT] = 'c', [QUESTION_LINKED] = 'l' };

/* ---- the pack ---------------------------------------------------------------------------------------- */

static uint64_t hash_number(uint64_t hash, uint64_t number) {
        return (hash ^ number) * 0x100000001b3u;
}

static uint64_t program_hash(const Program *program) {
        uint64_t hash = 0xcbf29ce484222325u;
        for (uint32_t at = 0; at < program->entity_count; at++)
                hash = hash_number(hash, str_hash(program->entities[at].name));
        for (uint32_t at = 0; at < program->link_count; at++) {
                const Link *link = &program->links[at];
                hash = hash_number(hash, str_hash(link->one_name));
                hash = hash_number(hash, str_hash(link->many_name));
                hash = hash_number(hash, (uint64_t) link->child << 16 | link->parent);
        }
        for (uint32_t at = 0; at < program->fact_count; at++) {
                const Fact *fact = &program->facts[at];
                hash = hash_number(hash, str_hash(fact->name));
                hash = hash_number(hash,
                                   (uint64_t) fact->entity << 32 | (uint64_t) fact->type.kind << 8 | fact->type.scale);
                if (fact->type.kind == TYPE_CODE)        /* members may have moved */
                        for (uint32_t member = 0; member < program->enumerations[fact->type.of].member_count; member++)
                                hash = hash_number(hash,
                                                   str_hash(program->enumerations[fact->type.of].members[member]));
        }
        return hash;
}

void interview_save(const Interview *interview, Buffer *out) {
        buffer_format(out, "L1;%016" PRIx64 ";%u;%d", program_hash(interview->program), interview->entity,
                      interview->run.base_date);
        for (uint32_t at = 0; at < interview->given_count; at++) {
                const GivenAnswer *given = &interview->given[at];
                buffer_format(out, ";%c%u.%u=", kind_letters[given->kind], given->id, given->row);
                if (given->declined)
                        buffer_byte(out, '?');
                else
                        buffer_format(out, "%" PRId64, given->cell);
        }
}

/* ---- reading ----------------------------------------------------------------------------------------- */

static bool read_number(Str text, int64_t low, int64_t high, int64_t *ret_number) {
        int64_t number = 0;
        if (text.length == 0 || text.length > 20 || !str_to_int(text, &number) || number < low || number > high)
                return false;
        *ret_number = number;
        return true;
}

static Rc load_item(Interview *interview, Str item) {
        int64_t id = 0, row = 0, cell = 0;
        if (item.length < 2)
                return RC_INVALID;
        char letter = item.data[0];
        Str  place = str_slice(item, 1, item.length), id_text = str_cut(&place, '.'), row_text = str_cut(&place, '=');
        if (!read_number(id_text, 0, UINT32_MAX - 1, &id) || !read_number(row_text, 0, INTERVIEW_ROWS_MAX - 1, &row))
                return RC_INVALID;
        for (uint32_t at = 0; at < ARRAY_LENGTH(kind_letters); at++) {
                QuestionKind kind = (QuestionKind) at;
                if (kind_letters[at] != letter)
                        continue;
                if (interview_find(interview, kind, (uint32_t) id, (uint32_t) row))
                        return RC_INVALID;
                if (str_equal(place, STR("?")))
                        return interview_decline(interview, kind, (uint32_t) id, (uint32_t) row);
                if (!read_number(place, INT64_MIN + 1, INT64_MAX, &cell))
                        return RC_INVALID;
                return interview_reply(interview, kind, (uint32_t) id, (uint32_t) row, cell);
        }
        return RC_INVALID;
}

static bool read_hash(Str text, uint64_t *ret_hash) {
        uint64_t hash = 0;
        if (text.length != 16)
                return false;
        for (size_t at = 0; at < text.length; at++) {
                char digit = text.data[at];
                if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f')))
                        return false;
                hash = hash << 4 | (uint64_t) (digit <= '9' ? digit - '0' : digit - 'a' + 10);
        }
        *ret_hash = hash;
        return true;
}

Rc interview_load(Arena *arena, const Program *program, Str text, Interview **ret_interview) {
        uint64_t hash = 0;
        int64_t  entity = 0, date = 0;
        if (text.length > INTERVIEW_STATE_MAX)
                return RC_TOOBIG;
        if (text.length == 0 || text.data[text.length - 1] == ';' || !str_equal(str_cut(&text, ';'), STR("L1")) ||
            !read_hash(str_cut(&text, ';'), &hash))
                return RC_INVALID;
        if (hash != program_hash(program))
                return RC_CONFLICT;
        if (!read_number(str_cut(&text, ';'), 0, (int64_t) program->entity_count - 1, &entity) ||
            !read_number(str_cut(&text, ';'), DATE_MIN, DATE_MAX, &date))
                return RC_INVALID;
        Interview *interview = interview_new(arena, program, (uint16_t) entity, (int32_t) date);
        while (text.length > 0) {
                Rc rc = load_item(interview, str_cut(&text, ';'));
                if (rc != RC_OK)
                        return rc;
        }
        *ret_interview = interview;
        return RC_OK;
}
