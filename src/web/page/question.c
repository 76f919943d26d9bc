/* Questions as form fields: choices, three numbers for a date, one number with its unit. */
#include "web/page/question.h"

#include "base/date.h"
#include "engine/plain.h"

#define RADIOS_MAX 14            /* above that a list to choose from */
#define WHY_MAX 6
#define UNSURE "?"               /* what 不知道 sends; no member's name is this */

static InputKind field_of(const Program *program, Type type) {
        switch (type.kind) {
        case TYPE_TRUTH:
                return INPUT_CHOICE;
        case TYPE_CODE:
                return program->enumerations[type.of].member_count > RADIOS_MAX ? INPUT_SELECT : INPUT_CHOICE;
        case TYPE_DATE:
                return INPUT_DATE;
        case TYPE_NUMBER:
        case TYPE_ROW:
        case TYPE_TEXT:
                return INPUT_NUMBER;
        }
        return INPUT_NUMBER;
}

/* ---- reading ----------------------------------------------------------------------------------------- */

static Reply wrong(Str error, Str field) {
        return (Reply){ .error = error, .error_field = field };
}

static Reply read_choice(const Visit *visit, const Question *question, Str value) {
        const Program *program = &visit->city->pack->program;
        Reply reply = { 0 };
        Str why;
        if (str_equal(value, STR(UNSURE)))
                return (Reply){ .declined = true };
        if (value.length == 0)
                return wrong(STR("请选一项；不清楚就选“不知道”。"), STR("value-0"));
        if (!value_parse(program, question->type, question->low, question->high, value, visit->arena, &reply.cell, &why))
                return wrong(STR("请从下面的选项里选一项。"), STR("value-0"));
        return reply;
}

typedef struct DatePart {
        Str     name, label;
        int64_t low, high;
} DatePart;

static const DatePart date_parts[] = {
        { STR_INIT("year"), STR_INIT("年"), 1900, 2199 },
        { STR_INIT("month"), STR_INIT("月"), 1, 12 },
        { STR_INIT("day"), STR_INIT("日"), 1, 31 },
};

static Reply read_date(const Visit *visit, const Question *question) {
        int64_t parts[ARRAY_LENGTH(date_parts)];
        for (size_t i = 0; i < ARRAY_LENGTH(date_parts); i++) {
                const DatePart *part = &date_parts[i];
                Str text = form_text(&visit->form, part->name);
                if (text.length == 0)
                        return wrong(str_format(visit->arena, "请填“%.*s”这一格；不清楚就按“不知道”。",
                                                STR_ARG(part->label)), part->name);
                if (!str_to_int(text, &parts[i]) || parts[i] < part->low || parts[i] > part->high)
                        return wrong(str_format(visit->arena, "“%.*s”要填 %lld 到 %lld 的数字。", STR_ARG(part->label),
                                                (long long) part->low, (long long) part->high), part->name);
        }
        if (!civil_valid((int32_t) parts[0], (int32_t) parts[1], (int32_t) parts[2]))
                return wrong(str_format(visit->arena, "%lld年%lld月没有%lld日，请核对。", (long long) parts[0],
                                        (long long) parts[1], (long long) parts[2]), STR("day"));
        int32_t date = date_from_civil((int32_t) parts[0], (int32_t) parts[1], (int32_t) parts[2]);
        if (date < question->low || date > question->high) {
                Str low = date_chinese(visit->arena, (int32_t) question->low);
                Str high = date_chinese(visit->arena, (int32_t) question->high);
                return wrong(str_format(visit->arena, "日期要在%.*s到%.*s之间。", STR_ARG(low), STR_ARG(high)),
                             STR("year"));
        }
        return (Reply){ .cell = date };
}

static Reply read_number(const Visit *visit, const Question *question) {
        Reply reply = { 0 };
        Str why, text = form_text(&visit->form, STR("value"));
        if (text.length == 0)
                return wrong(STR("请填一个数；不清楚就按“不知道”。"), STR("value"));
        if (!value_parse(&visit->city->pack->program, question->type, question->low, question->high, text, visit->arena,
                         &reply.cell, &why))
                return wrong(why, STR("value"));
        return reply;
}

Reply question_read(const Visit *visit, const Question *question) {
        if (str_equal(form_text(&visit->form, STR("action")), STR("unsure")))
                return (Reply){ .declined = true };
        switch (field_of(&visit->city->pack->program, question->type)) {
        case INPUT_CHOICE:
        case INPUT_SELECT:
                return read_choice(visit, question, form_text(&visit->form, STR("value")));
        case INPUT_DATE:
                return read_date(visit, question);
        case INPUT_NUMBER:
                return read_number(visit, question);
        }
        return wrong(STR("请从下面的选项里选一项。"), STR("value-0"));
}

/* ---- showing ----------------------------------------------------------------------------------------- */

static const GivenAnswer *find_given(const Interview *interview, const Question *question) {
        for (uint32_t i = 0; i < interview_given_count(interview); i++) {
                const GivenAnswer *given = interview_given(interview, i);
                if (given->kind == question->kind && given->id == question->id && given->row == question->row)
                        return given;
        }
        return NULL;
}

static void fill_choices(const Visit *visit, QuestionView *view, Str chosen) {
        const Program *program = &visit->city->pack->program;
        Type type = view->question.type;
        const Enumeration *enumeration = type.kind == TYPE_CODE ? &program->enumerations[type.of] : NULL;
        static const Str truths[] = { STR_INIT("是"), STR_INIT("否") };
        const Str *names = enumeration ? enumeration->members : truths;
        view->choice_count = enumeration ? enumeration->member_count : ARRAY_LENGTH(truths);
        view->choices = ARENA_NEW(visit->arena, Choice, view->choice_count);
        for (uint32_t i = 0; i < view->choice_count; i++)
                view->choices[i] = (Choice){ names[i], names[i], str_equal(names[i], chosen) };
        view->unsure_chosen = str_equal(chosen, STR(UNSURE));
}

static void fill_number(const Visit *visit, QuestionView *view) {
        const Program *program = &visit->city->pack->program;
        const Unit *unit = &program->units[view->question.type.unit];
        view->unit = unit->percent ? STR("%") : unit->text;
        if (view->question.kind == QUESTION_COUNT)
                view->unit = program->entities[program->links[view->question.id].child].counter;
        view->whole = view->question.type.scale == 0;
        if (view->question.kind == QUESTION_FACT && !view->whole && !unit->percent)
                view->hint = STR("可以带小数，也可以写“1.5万”。");
        if (str_ends(view->value, view->unit))
                view->value = str_slice(view->value, 0, view->value.length - view->unit.length);
}

static void fill_date(const Visit *visit, QuestionView *view, const GivenAnswer *given) {
        if (!given || given->declined)
                return;
        Civil civil = date_to_civil((int32_t) given->cell);
        view->year = str_format(visit->arena, "%d", civil.year);
        view->month = str_format(visit->arena, "%d", civil.month);
        view->day = str_format(visit->arena, "%d", civil.day);
}

/* What stands in the fields: the last attempt, else the answer given before. */
static void fill_field(const Visit *visit, QuestionView *view, const GivenAnswer *given, bool again) {
        const Program *program = &visit->city->pack->program;
        Str value = again ? form_text(&visit->form, STR("value"))
                    : !given ? (Str){ 0 }
                    : given->declined ? STR(UNSURE)
                                      : value_text(visit->arena, program, view->question.type, given->cell);
        view->field = field_of(program, view->question.type);
        switch (view->field) {
        case INPUT_CHOICE:
        case INPUT_SELECT:
                fill_choices(visit, view, value);
                break;
        case INPUT_DATE:
                fill_date(visit, view, again ? NULL : given);
                if (again) {
                        view->year = form_text(&visit->form, STR("year"));
                        view->month = form_text(&visit->form, STR("month"));
                        view->day = form_text(&visit->form, STR("day"));
                }
                break;
        case INPUT_NUMBER:
                view->value = given && given->declined && !again ? (Str){ 0 } : value;
                fill_number(visit, view);
                break;
        }
}

static void fill_why(Visit *visit, QuestionView *view, Interview *interview) {
        const Pack *pack = visit->city->pack;
        uint32_t count;
        const Need *needs = interview_why(interview, &view->question, &count);
        view->why = ARENA_NEW(visit->arena, WhyItem, WHY_MAX);
        for (uint32_t i = 0; i < count; i++) {
                const Need *need = &needs[i];
                if (view->why_count == WHY_MAX) {
                        view->why_more++;
                        continue;
                }
                const Policy *policy = &pack->program.policies[need->policy];
                view->why[view->why_count++] = (WhyItem){
                        policy->name,
                        need->condition ? plain_words(visit->arena, need->condition->text, NULL)
                        : need->benefit ? need->benefit->name
                                        : (Str){ 0 },
                        need->condition ? need->condition->cite : need->benefit ? need->benefit->cite : policy->cite,
                };
        }
}

void question_show(Visit *visit, Interview *interview, const Question *question, const Reply *reply) {
        const GivenAnswer *given = find_given(interview, question);
        QuestionView view = {
                .layout = layout_of(visit, question->text, SECTION_ASK),
                .city = visit->city,
                .question = *question,
                .progress = interview_progress(interview),
                .key = question_key(visit->arena, question->kind, question->id, question->row),
                .state = ask_state(visit->arena, interview),
                .changing = given != NULL,
                .can_go_back = interview_given_count(interview) > 0 && interview_given(interview, 0) != given,
        };
        view.layout.state = view.state;
        view.layout.view = view.key;
        if (reply) {
                view.error = reply->error;
                view.error_field = reply->error_field;
                view.layout.error = true;
                visit->response->status = 422;
        }
        fill_field(visit, &view, given, reply != NULL);
        fill_why(visit, &view, interview);
        template_question(&visit->response->body, &view);
}
