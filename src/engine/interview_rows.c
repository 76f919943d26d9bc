/* Which rows an interview has. They follow from the answers to count and link questions alone, made in the order of the
 * answers, so a saved interview makes the same rows again. An entity derived from a key column (a household) needs no
 * question: whoever could have one has one. */
#include "engine/interview_inside.h"

#include <string.h>

uint32_t layout_partner(const Layout *layout, uint32_t link, uint32_t child) {
        for (uint32_t at = 0; at < layout->tie_count; at++)
                if (layout->ties[at].link == link && layout->ties[at].child == child)
                        return layout->ties[at].parent;
        return NONE;
}

uint32_t layout_member(const Layout *layout, uint32_t link, uint32_t parent, uint32_t n) {
        for (uint32_t at = 0; at < layout->tie_count; at++)
                if (layout->ties[at].link == link && layout->ties[at].parent == parent && n-- == 0)
                        return layout->ties[at].child;
        return NONE;
}

uint32_t layout_members(const Layout *layout, uint32_t link, uint32_t parent) {
        uint32_t count = 0;
        for (uint32_t at = 0; at < layout->tie_count; at++)
                count += layout->ties[at].link == link && layout->ties[at].parent == parent;
        return count;
}

uint32_t layout_position(const Layout *layout, uint16_t entity, uint32_t row) {
        for (uint32_t at = 0; at < layout->row_count; at++)
                if (layout->rows[at].entity == entity && layout->rows[at].row == row)
                        return at;
        return NONE;
}

static void layout_tie(Layout *layout, uint32_t link, uint32_t child, uint32_t parent) {
        *ARENA_PUSH(layout->arena, layout->ties, layout->tie_count, layout->tie_capacity) =
                (Tie){ link, child, parent };
}

/* Where old rows went: per entity, per old row; all NULL when there are none. */
typedef struct Renumbering {
        const Layout *old;
        uint32_t    **rows;
} Renumbering;

static uint32_t new_row(const Renumbering *numbers, uint16_t entity, uint32_t old) {
        return old == NONE ? NONE : numbers->rows[entity][old];
}

/* A new row (which was `old` before, or NONE) and the rows derived from it, except along `tied`. */
static Rc layout_row(Layout *layout, uint16_t entity, uint32_t tied, uint32_t old, const Renumbering *numbers) {
        const Program *program = layout->program;
        if (layout->row_count >= INTERVIEW_ROWS_MAX)
                return RC_TOOBIG;
        uint32_t row = layout->counts[entity]++;
        layout->rows[layout->row_count++] = (RowId){ entity, row };
        if (old != NONE)
                numbers->rows[entity][old] = row;
        for (uint32_t link = 0; link < program->link_count; link++) {
                const Link *about = &program->links[link];
                if (about->child != entity || program->entities[about->parent].derived_from != link || link == tied)
                        continue;
                uint32_t parent = layout->counts[about->parent];
                layout_tie(layout, link, row, parent);
                Rc rc = layout_row(layout, about->parent, NONE,
                                   old == NONE ? NONE : layout_partner(numbers->old, link, old), numbers);
                if (rc != RC_OK)
                        return rc;
        }
        return RC_OK;
}

static Rc layout_make(Layout *layout, const GivenAnswer *answer, uint32_t old_row, const Renumbering *numbers) {
        const Link *link = &layout->program->links[answer->id];
        if (answer->declined || answer->kind == QUESTION_FACT)
                return RC_OK;
        if (answer->kind == QUESTION_LINKED) {
                if (answer->cell != TRUTH_YES || layout_partner(layout, answer->id, answer->row) != NONE)
                        return RC_OK;
                layout_tie(layout, answer->id, answer->row, layout->counts[link->parent]);
                return layout_row(layout, link->parent, NONE,
                                  old_row == NONE ? NONE : layout_partner(numbers->old, answer->id, old_row), numbers);
        }
        for (uint32_t n = layout_members(layout, answer->id, answer->row); n < answer->cell; n++) {
                layout_tie(layout, answer->id, layout->counts[link->child], answer->row);
                uint32_t old = old_row == NONE ? NONE : layout_member(numbers->old, answer->id, old_row, n);
                Rc       rc = layout_row(layout, link->child, answer->id, old, numbers);
                if (rc != RC_OK)
                        return rc;
        }
        return RC_OK;
}

static Layout *layout_empty(Arena *arena, const Program *program) {
        Layout *layout = ARENA_NEW(arena, Layout, 1);
        layout->arena = arena;
        layout->program = program;
        layout->counts = ARENA_NEW(arena, uint32_t, program->entity_count);
        return layout;
}

Layout *layout_new(Arena *arena, const Program *program, uint16_t entity) {
        Layout *layout = layout_empty(arena, program);
        /* entities derived from each other in a circle end at the cap; no pack has them, this only survives them */
        (void) !layout_row(layout, entity, NONE, NONE, NULL);
        return layout;
}

Rc layout_apply(Layout *layout, const GivenAnswer *answer) {
        return layout_make(layout, answer, NONE, NULL);
}

Rc layout_again(const Layout *old, uint16_t entity, GivenAnswer *answers, uint32_t *count, Layout **ret_layout) {
        const Program *program = old->program;
        Layout        *layout = layout_empty(old->arena, program);
        Renumbering    numbers = { old, ARENA_NEW(old->arena, uint32_t *, program->entity_count) };
        for (uint32_t at = 0; at < program->entity_count; at++) {
                numbers.rows[at] = ARENA_NEW(old->arena, uint32_t, old->counts[at]);
                memset(numbers.rows[at], 0xff, sizeof(uint32_t) * old->counts[at]);
        }
        uint32_t kept = 0;
        Rc       rc = layout_row(layout, entity, NONE, 0, &numbers);
        for (uint32_t at = 0; at < *count && rc == RC_OK; at++) {
                GivenAnswer answer = answers[at];
                uint32_t    old_row = answer.row;
                answer.row = new_row(&numbers, question_entity(program, answer.kind, answer.id), old_row);
                if (answer.row == NONE)
                        continue;
                answers[kept++] = answer;
                rc = layout_make(layout, &answer, old_row, &numbers);
        }
        if (rc != RC_OK)
                return rc;
        *count = kept;
        *ret_layout = layout;
        return RC_OK;
}
