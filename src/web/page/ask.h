/* 算一算: one question a screen, then the answers. The whole state travels in a hidden field of the form; nothing of it
 * is ever in a URL, in a log or kept by the server. */
#pragma once

#include "engine/interview.h"
#include "web/page/layout.h"

typedef struct SubjectItem {
        Str      value, name, self;
        uint32_t policies;
} SubjectItem;

typedef struct AskStartView {
        Layout       layout;
        const City  *city;
        Str          base_date;
        SubjectItem *subjects;
        uint32_t     subject_count;
        bool         error;              /* nobody was chosen */
} AskStartView;

Rc   page_ask_start(Visit *visit);
Rc   page_ask(Visit *visit);
void template_ask_start(Buffer *out, const AskStartView *view);

/* The twin for programs: facts by name in, explanations out. */
Rc page_ask_json(Visit *visit);

/* A question's identity as the form carries it ("0.12.0"). */
Str  question_key(Arena *arena, QuestionKind kind, uint32_t id, uint32_t row);
bool question_from_key(Str key, QuestionKind *ret_kind, uint32_t *ret_id, uint32_t *ret_row);

/* Whether a policy is one an interview about `entity` answers: not a card. */
bool ask_covers(const Policy *policy, uint16_t entity);
Str  ask_state(Arena *arena, const Interview *interview);
