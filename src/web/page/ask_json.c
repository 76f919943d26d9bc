/* The interview for programs, in one step:
 * {"entity": "人", "date": "2018-06-10", "facts": {"失业保险月数": "35个月", "持有技能证书": true}} gives an array of
 * explanations. Facts of related rows are not taken here. jansson reads: it refuses what is not strict JSON. */
#include "base/date.h"
#include "engine/explain.h"
#include "web/page/ask.h"

#include <jansson.h>

static void release(json_t **value) {
        json_decref(*value);
}

static bool find_fact(const Program *program, uint16_t entity, Str name, uint32_t *ret_fact) {
        for (uint32_t i = 0; i < program->fact_count; i++)
                if (program->facts[i].entity == entity && str_equal(program->facts[i].name, name)) {
                        *ret_fact = i;
                        return true;
                }
        return false;
}

/* A JSON value as a person would have typed it; empty for what no fact can be. */
static Str typed_text(Arena *arena, const json_t *value) {
        if (json_is_string(value))
                return (Str){ json_string_value(value), json_string_length(value) };
        if (json_is_integer(value))
                return str_format(arena, "%lld", (long long) json_integer_value(value));
        return json_is_true(value) ? STR("是") : json_is_false(value) ? STR("否") : (Str){ 0 };
}

static Rc take_fact(const Visit *visit, Interview *interview, Str name, const json_t *value) {
        const Program *program = &visit->city->pack->program;
        uint32_t fact;
        int64_t cell;
        Str why;
        if (!find_fact(program, interview_entity(interview), name, &fact))
                return RC_INVALID;
        const Fact *about = &program->facts[fact];
        if (!value_parse(program, about->type, about->low, about->high, typed_text(visit->arena, value), visit->arena,
                         &cell, &why))
                return RC_INVALID;
        return interview_answer(interview, fact, 0, cell);
}

static Str member_text(const json_t *root, const char *name) {
        const json_t *value = json_object_get(root, name);
        return json_is_string(value) ? (Str){ json_string_value(value), json_string_length(value) } : (Str){ 0 };
}

static Rc read_situation(const Visit *visit, json_t *root, Interview **ret_interview) {
        const Pack *pack = visit->city->pack;
        Str entity_name = member_text(root, "entity"), date_text = member_text(root, "date");
        uint32_t entity = pack_entity(pack, entity_name.length ? entity_name : STR("人"));
        int32_t date = visit_date(visit);
        if (entity == NONE || (date_text.length && !date_parse(date_text, &date)))
                return RC_INVALID;
        json_t *facts = json_object_get(root, "facts");
        if (facts && !json_is_object(facts))
                return RC_INVALID;
        Interview *interview = interview_new(visit->arena, &pack->program, (uint16_t) entity, date);
        const char *name;
        json_t *value;
        json_object_foreach(facts, name, value) {
                Rc rc = take_fact(visit, interview, str_from(name), value);
                if (rc != RC_OK)
                        return rc;
        }
        *ret_interview = interview;
        return RC_OK;
}

Rc page_ask_json(Visit *visit) {
        const Program *program = &visit->city->pack->program;
        Str body = visit->request->body;
        json_t *root CLEAN(release) = json_loadb(body.data ? body.data : "", body.length, JSON_REJECT_DUPLICATES, NULL);
        Interview *interview;
        if (!json_is_object(root))
                return RC_INVALID;
        Rc rc = read_situation(visit, root, &interview);
        if (rc != RC_OK)
                return rc;
        const Frame *frame = interview_frame(interview);
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        json_array(&json);
        for (uint32_t i = 0; i < program->policy_count; i++)
                if (ask_covers(&program->policies[i], interview_entity(interview)))
                        explanation_json(explain(visit->arena, interview_run(interview), frame, i, 0), &json);
        json_end(&json);
        return RC_OK;
}
