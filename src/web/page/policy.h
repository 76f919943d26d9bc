/* One policy in plain words: who it is for, what it gives, which figures are still open, where to go. */
#pragma once

#include "web/markdown.h"
#include "web/page/layout.h"

typedef struct ParameterItem {
        const Parameter *parameter;
        bool             pending;        /* no figure on this day */
        Str              value, from, cite, at_least, at_most;
} ParameterItem;

typedef struct ExampleItem {
        Str name, date, expected;
} ExampleItem;

typedef struct PolicyView {
        Layout         layout;
        const City    *city;
        const Policy  *policy;
        Str            whom, clause, exclusive;
        Markup         prose;            /* our words about the clause */
        uint32_t       conditions, exclusions;
        ParameterItem *parameters;
        uint32_t       parameter_count, pending;
        Str           *supplements;      /* titles of the clauses that open it to more people */
        uint32_t       supplement_count;
        ExampleItem   *examples;
        uint32_t       example_count;
} PolicyView;

/* Words of formulas that a reader may not know, and what they mean. */
typedef struct PolicyWord {
        Str word, meaning;
} PolicyWord;
extern const PolicyWord POLICY_WORDS[];
extern const size_t     POLICY_WORD_COUNT;
bool benefit_says(const Benefit *benefit, Str word);

Rc   page_policy(Visit *visit);
void template_policy(Buffer *out, const PolicyView *view);
