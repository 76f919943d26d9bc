/* The way through an interview: which screen follows which. */
#include "web/page/ask.h"

#include "base/date.h"
#include "web/page/elder.h"
#include "web/page/question.h"
#include "web/page/result.h"

Str question_key(Arena *arena, QuestionKind kind, uint32_t id, uint32_t row) {
        return str_format(arena, "%d.%u.%u", (int) kind, id, row);
}

bool question_from_key(Str key, QuestionKind *ret_kind, uint32_t *ret_id, uint32_t *ret_row) {
        int64_t parts[3];
        for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
                if (!str_to_int(str_cut(&key, '.'), &parts[i]) || parts[i] < 0 || parts[i] >= UINT32_MAX)
                        return false;
        if (key.length || parts[0] > QUESTION_LINKED)
                return false;
        *ret_kind = (QuestionKind) parts[0];
        *ret_id = (uint32_t) parts[1];
        *ret_row = (uint32_t) parts[2];
        return true;
}

bool ask_covers(const Policy *policy, uint16_t entity) {
        return policy->entity == entity && policy->card.length == 0;
}

Str ask_state(Arena *arena, const Interview *interview) {
        Buffer out CLEAN(buffer_free) = buffer_new(INTERVIEW_STATE_MAX);
        interview_save(interview, &out);
        return str_copy(arena, buffer_str(&out));
}

/* ---- the first screen -------------------------------------------------------------------------------- */

static void show_start(Visit *visit, bool error) {
        const Program *program = &visit->city->pack->program;
        AskStartView view = {
                .layout = layout_of(visit, STR("算一算"), SECTION_ASK),
                .city = visit->city,
                .base_date = date_chinese(visit->arena, visit_date(visit)),
                .subjects = ARENA_NEW(visit->arena, SubjectItem, program->entity_count),
                .error = error,
        };
        view.layout.error = error;
        for (uint16_t entity = 0; entity < program->entity_count; entity++) {
                uint32_t count = 0;
                for (uint32_t i = 0; i < program->policy_count; i++)
                        count += ask_covers(&program->policies[i], entity);
                if (count)
                        view.subjects[view.subject_count++] = (SubjectItem){
                                program->entities[entity].name, subject_name(program, entity),
                                subject_self(program, entity), count,
                        };
        }
        visit->response->status = error ? 422 : 200;
        template_ask_start(&visit->response->body, &view);
}

Rc page_ask_start(Visit *visit) {
        show_start(visit, false);
        return RC_OK;
}

/* ---- the screens after it ---------------------------------------------------------------------------- */

/* The next question, or the result when there is none. */
static Rc show_next(Visit *visit, Interview *interview) {
        Question question;
        if (interview_next(interview, &question))
                question_show(visit, interview, &question, NULL);
        else
                result_show(visit, interview);
        return RC_OK;
}

static Rc show_key(Visit *visit, Interview *interview, Str key) {
        QuestionKind kind;
        uint32_t id, row;
        Question question;
        if (!question_from_key(key, &kind, &id, &row) || !interview_question(interview, kind, id, row, &question))
                return RC_INVALID;
        question_show(visit, interview, &question, NULL);
        return RC_OK;
}

/* The question answered before the one shown; before a new one stands the last answered. */
static Rc show_previous(Visit *visit, Interview *interview) {
        Str shown = form_text(&visit->form, STR("question"));
        uint32_t count = interview_given_count(interview), at = count;
        for (uint32_t i = 0; i < count; i++) {
                const GivenAnswer *given = interview_given(interview, i);
                if (str_equal(question_key(visit->arena, given->kind, given->id, given->row), shown))
                        at = i;
        }
        if (at == 0) {
                show_start(visit, false);
                return RC_OK;
        }
        const GivenAnswer *previous = interview_given(interview, at - 1);
        return show_key(visit, interview, question_key(visit->arena, previous->kind, previous->id, previous->row));
}

static Rc take_answer(Visit *visit, Interview *interview) {
        QuestionKind kind;
        uint32_t id, row;
        Question question;
        if (!question_from_key(form_text(&visit->form, STR("question")), &kind, &id, &row) ||
            !interview_question(interview, kind, id, row, &question))
                return RC_INVALID;
        Reply reply = question_read(visit, &question);
        if (reply.error.length == 0) {
                Rc rc = reply.declined ? interview_decline(interview, kind, id, row)
                                       : interview_reply(interview, kind, id, row, reply.cell);
                if (rc == RC_OK)
                        return show_next(visit, interview);
                reply = (Reply){ .error = rc == RC_TOOBIG ? STR("人数太多，网上算不了；请到窗口办理，或者先填少一些。")
                                                          : STR("这个回答放不进来，请核对。"),
                                 .error_field = STR("value") };
        }
        question_show(visit, interview, &question, &reply);
        return RC_OK;
}

static Rc show_result(Visit *visit, Interview *interview) {
        result_show(visit, interview);
        return RC_OK;
}

/* Large type was switched: the same screen again. */
static Rc show_again(Visit *visit, Interview *interview) {
        Str view = form_text(&visit->form, STR("view"));
        elder_remember(visit, str_equal(form_text(&visit->form, STR("elder")), STR("1")));
        return str_equal(view, STR("result")) ? show_result(visit, interview) : show_key(visit, interview, view);
}

static Rc show_change(Visit *visit, Interview *interview) {
        return show_key(visit, interview, form_text(&visit->form, STR("change")));
}

/* The field that a button sends, and the screen it leads to; the first one found counts. */
static const struct {
        Str field, value;                /* an empty value is any */
        Rc (*show)(Visit *visit, Interview *interview);
} actions[] = {
        { STR_INIT("elder"), STR_INIT(""), show_again },
        { STR_INIT("change"), STR_INIT(""), show_change },
        { STR_INIT("action"), STR_INIT("back"), show_previous },
        { STR_INIT("action"), STR_INIT("result"), show_result },
        { STR_INIT("action"), STR_INIT("continue"), show_next },
        { STR_INIT("action"), STR_INIT("next"), take_answer },
        { STR_INIT("action"), STR_INIT("unsure"), take_answer },
};

static Rc start(Visit *visit) {
        const Pack *pack = visit->city->pack;
        uint32_t entity = pack_entity(pack, form_text(&visit->form, STR("subject")));
        bool covered = false;
        for (uint32_t i = 0; i < pack->program.policy_count; i++)
                covered = covered || (entity != NONE && ask_covers(&pack->program.policies[i], (uint16_t) entity));
        if (!covered) {
                show_start(visit, true);
                return RC_OK;
        }
        return show_next(visit, interview_new(visit->arena, &pack->program, (uint16_t) entity, visit_date(visit)));
}

Rc page_ask(Visit *visit) {
        Interview *interview;
        if (!form_has(&visit->form, STR("state")))
                return start(visit);
        Rc rc = interview_load(visit->arena, &visit->city->pack->program, form_text(&visit->form, STR("state")),
                               &interview);
        if (rc != RC_OK)
                return rc;
        for (size_t i = 0; i < ARRAY_LENGTH(actions); i++)
                if (form_has(&visit->form, actions[i].field) &&
                    (actions[i].value.length == 0 ||
                     str_equal(form_text(&visit->form, actions[i].field), actions[i].value)))
                        return actions[i].show(visit, interview);
        return RC_INVALID;
}
