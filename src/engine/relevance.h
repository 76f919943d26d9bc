/* Which unknown facts can still change a policy: Kleene relevance (doc/language.md, "Relevance"). Used by the
 * interview, and for the 应问 of examples.
 *
 * Every value of a situation is known, or open (unknown, and something that can be asked might make it known), or
 * closed (unknown for good: it waits for records, a reviewer, an open parameter, or for what was declined). A default
 * stands only for a closed fact. What is asked lies on a path of open values from an undecided policy. */
#pragma once

#include "engine/scalar.h"

typedef enum QuestionKind {
        QUESTION_FACT,           /* id: fact; row of its entity */
        QUESTION_COUNT,          /* id: link; row of the parent: how many members */
        QUESTION_LINKED,         /* id: link; row of the child: is there a partner */
} QuestionKind;

typedef struct Ask {
        QuestionKind kind;
        uint32_t     id, row;
} Ask;

/* What the asker knows beyond the population. Each array is per fact or link, then per row; NULL: none of them. */
typedef struct Asking {
        uint8_t *const *declined;        /* per fact, row: not asked (again) */
        uint8_t *const *counts;          /* per link, parent row: the number of members may be asked */
        uint8_t *const *partners;        /* per link, child row: whether there is a partner may be asked */
} Asking;

typedef struct Relevance Relevance;

/* `asking` is kept by reference and may change between evaluations. */
Relevance *relevance_new(Arena *arena, const Program *program, const Population *population, const Asking *asking);

/* Sees the situation anew. `shown` is the same run evaluated with defaults: it says which guards are 否. */
void relevance_evaluate(Relevance *relevance, const Run *run, const Frame *shown);

/* Whether an answer can still change the policy's answer for this row, or (once only a reviewer or an open parameter
 * stands in the way) a figure of its benefits. */
bool relevance_undecided(Relevance *relevance, uint32_t policy, uint32_t row);

/* Adds what can be asked for a policy to the list, each question once. `narrow` leaves out what matters only for one
 * outcome of a question that is in the list itself: the two branches of an undecided 若, the value of a member that may
 * not count. */
typedef struct AskList {
        Arena   *arena;
        Ask     *asks;
        uint32_t count, capacity;
} AskList;
void relevance_of_policy(Relevance *relevance, uint32_t policy, uint32_t row, bool narrow, AskList *list);
/* The same for one step (a condition) and for one benefit. */
void relevance_of_step(Relevance *relevance, uint32_t step, uint32_t row, bool narrow, AskList *list);
void relevance_of_benefit(Relevance *relevance, const Benefit *benefit, uint32_t row, bool narrow, AskList *list);

/* Unknown facts without a question, not manual, on a path of unknown values from the policy's answer. */
void relevance_of_records(Relevance *relevance, uint32_t policy, uint32_t row, AskList *list);
