/* The interview for programs, in one step:
 * {"entity": "人", "date": "2018-06-10", "facts": {"失业保险月数": "35个月", "持有技能证书": true}} gives an array of
 * explanations. Facts of related rows are not taken here. */
#include "base/date.h"
#include "engine/explain.h"
#include "web/json_input.h"
#include "web/page/ask.h"

static bool find_fact(const Program *program, uint16_t entity, Str name, uint32_t *ret_fact) {
        for (uint32_t i = 0; i < program->fact_count; i++)
                if (program->facts[i].entity == entity && str_equal(program->facts[i].name, name)) {
                        *ret_fact = i;
                        return true;
                }
        return false;
}

static Rc take_fact(const Visit *visit, Interview *interview, const FormField *given) {
        const Program *program = &visit->city->pack->program;
        uint32_t fact;
        int64_t cell;
        Str why;
        if (!find_fact(program, interview_entity(interview), given->name, &fact))
                return RC_INVALID;
        const Fact *about = &program->facts[fact];
        if (!value_parse(program, about->type, about->low, about->high, given->value, visit->arena, &cell, &why))
                return RC_INVALID;
        return interview_answer(interview, fact, 0, cell);
}

static Rc read_situation(const Visit *visit, Interview **ret_interview) {
        const Pack *pack = visit->city->pack;
        FormFields fields, facts;
        Rc rc = json_input_read(visit->arena, visit->request->body, "facts", &fields, &facts);
        if (rc != RC_OK)
                return rc;
        Str entity_name = form_text(&fields, STR("entity")), date_text = form_text(&fields, STR("date"));
        uint32_t entity = pack_entity(pack, entity_name.length ? entity_name : STR("人"));
        int32_t date = visit_date(visit);
        if (entity == NONE || (date_text.length && !date_parse(date_text, &date)))
                return RC_INVALID;
        Interview *interview = interview_new(visit->arena, &pack->program, (uint16_t) entity, date);
        for (uint32_t i = 0; i < facts.count; i++)
                if ((rc = take_fact(visit, interview, &facts.items[i])) != RC_OK)
                        return rc;
        *ret_interview = interview;
        return RC_OK;
}

Rc page_ask_json(Visit *visit) {
        const Program *program = &visit->city->pack->program;
        Interview *interview;
        Rc rc = read_situation(visit, &interview);
        if (rc != RC_OK)
                return rc;
        const Frame *frame = interview_frame(interview);
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        json_open_array(&json);
        for (uint32_t i = 0; i < program->policy_count; i++)
                if (ask_covers(&program->policies[i], interview_entity(interview)))
                        explanation_json(explain(visit->arena, interview_run(interview), frame, i, 0), &json);
        json_end(&json);
        return RC_OK;
}
