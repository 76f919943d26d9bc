/* The answers: policies in five groups, each with its money, its reasons and what is still to do. */
#pragma once

#include "engine/explain.h"
#include "web/page/ask.h"

typedef struct ResultCard {
        const Explanation *explanation;
        Str                clause, exclusive;
} ResultCard;

typedef struct ResultGroup {
        Answer      answer;
        Str         id, name, lead;      /* id: of the section on the page */
        ResultCard *cards;
        uint32_t    card_count;
} ResultGroup;

typedef struct GivenItem {
        Str  key, who, question, value;
        bool declined;
} GivenItem;

#define RESULT_GROUPS 5

typedef struct ResultView {
        Layout            layout;
        const City       *city;
        Str               state, whom, base_date;
        InterviewProgress progress;
        bool              more;          /* there is a next question */
        ResultGroup       groups[RESULT_GROUPS];
        const Policy    **cards;         /* policies one can only ask about */
        uint32_t          card_count;
        GivenItem        *given;
        uint32_t          given_count;
        Str              *records;       /* facts that only records know */
        uint32_t          record_count;
} ResultView;

void result_show(Visit *visit, Interview *interview);

void template_result(Buffer *out, const ResultView *view);
