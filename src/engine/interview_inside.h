/* Inside the interview: which rows there are (interview_rows.c), the answers and questions (interview.c), the saved
 * state (interview_state.c). Nobody else includes this. */
#pragma once

#include "engine/interview.h"

/* A child and its parent along a link. */
typedef struct Tie {
        uint32_t link, child, parent;
} Tie;

typedef struct RowId {
        uint16_t entity;
        uint32_t row;
} RowId;

/* The rows of a situation: what counts and links answered so far call for, in a fixed order. */
typedef struct Layout {
        Arena         *arena;
        const Program *program;
        uint32_t      *counts;                   /* per entity */
        RowId          rows[INTERVIEW_ROWS_MAX]; /* in order of making; rows[0] is the subject */
        uint32_t       row_count;
        Tie           *ties;
        uint32_t       tie_count, tie_capacity;
} Layout;

struct Interview {
        Arena         *arena;
        const Program *program;
        uint16_t       entity;
        Run            run;
        Layout        *layout;
        GivenAnswer   *given;
        uint32_t       given_count, given_capacity;
        bool          *count_asked, *partner_asked;      /* per link: worth a question at all */
        Population    *population;                       /* of the layout; NULL until needed */
        Frame         *frame;
        Relevance     *relevance;
        Asking         asking;
        uint8_t      **declined, **counts, **partners;   /* what `asking` points to */
        bool           evaluated;
};

/* A layout of the subject alone (and what is derived from it). */
Layout *layout_new(Arena *arena, const Program *program, uint16_t entity);
/* Makes the rows that a COUNT or LINKED answer calls for. RC_TOOBIG: too many rows; the layout is then spoilt. */
Rc layout_apply(Layout *layout, const GivenAnswer *answer) CHECKED;
/* The rows for another list of answers, the answers' rows renumbered to match; answers about rows that are gone are
 * left out. `old` is the layout that the answers' rows refer to, `entity` the subject's. */
Rc layout_again(const Layout *old, uint16_t entity, GivenAnswer *answers, uint32_t *count, Layout **ret_layout) CHECKED;

uint32_t layout_partner(const Layout *layout, uint32_t link, uint32_t child);
/* The n-th child of a parent along a link, or NONE. */
uint32_t layout_member(const Layout *layout, uint32_t link, uint32_t parent, uint32_t n);
uint32_t layout_members(const Layout *layout, uint32_t link, uint32_t parent);
uint32_t layout_position(const Layout *layout, uint16_t entity, uint32_t row);

/* The entity of the row that a question of this kind is about; ENTITY_NONE when the id does not exist. */
uint16_t question_entity(const Program *program, QuestionKind kind, uint32_t id);
GivenAnswer *interview_find(const Interview *interview, QuestionKind kind, uint32_t id, uint32_t row);
