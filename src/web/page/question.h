/* The page of one question, and the reading of its answer. */
#pragma once

#include "web/page/ask.h"

typedef enum InputKind { INPUT_CHOICE, INPUT_SELECT, INPUT_DATE, INPUT_NUMBER } InputKind;

typedef struct Choice {
        Str  value, name;
        bool chosen;
} Choice;

typedef struct WhyItem {
        Str policy, text, clause;
} WhyItem;

typedef struct QuestionView {
        Layout            layout;
        const City       *city;
        Question          question;
        InterviewProgress progress;
        Str               key, state;
        InputKind         field;
        Choice           *choices;
        uint32_t          choice_count;
        bool              unsure_chosen; /* 不知道 was the answer so far */
        Str               value, unit;   /* of a number */
        Str               hint;
        bool              whole;         /* a number without fraction */
        Str               year, month, day;
        Str               error, error_field;    /* error_field: id of the field to go to */
        bool              changing;      /* an answer given before */
        bool              can_go_back;
        WhyItem          *why;
        uint32_t          why_count, why_more;
} QuestionView;

/* What came back with the form for this question. */
typedef struct Reply {
        bool    declined;
        int64_t cell;
        Str     error, error_field;
} Reply;

/* Reads the fields of `question`; an error (for people) is set when they make no answer. */
Reply question_read(const Visit *visit, const Question *question);
/* Shows the question; `reply` (or NULL) is what was wrong with the last attempt, whose fields are shown again. */
void question_show(Visit *visit, Interview *interview, const Question *question, const Reply *reply);

void template_question(Buffer *out, const QuestionView *view);
