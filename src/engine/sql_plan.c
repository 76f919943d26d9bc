/* What is computed where. Segments follow the program's stages, cut again where a row reads another row of its own
 * entity. Inside a segment a step becomes a column when something outside reads it, or when repeating its text would
 * cost more than a column; each column that rests on another of the segment goes one level of WITH further out, so no
 * text grows with the depth of the program. */
#include "engine/sql_inside.h"

#define COLUMN_TEXT 8             /* "t.c1234": what a reference costs */
#define REPEAT_LIMIT 80           /* bytes of repeated text that a column is worth */
#define TEXT_LIMIT 2500
#define DEPTH_LIMIT 40            /* SQLite refuses expressions deeper than 1000 */

bool sql_is_literal(const Sql *sql, uint32_t step) {
        const Step *asked = &sql->program->steps[step];
        return asked->entity == ENTITY_NONE || (asked->op == OP_PARAMETER && sql->options->parameters &&
                                                sql->options->parameters[asked->aux] != UNKNOWN);
}

uint32_t sql_column_of(const Sql *sql, uint32_t step) {
        const Step *asked = &sql->program->steps[step];
        return asked->op == OP_LINK ? sql_link_column(sql, asked->aux) : step;
}

static bool crosses(const Step *step) {
        return op_class(step->op) == CLASS_CROSS;
}

/* The operands that the step's text contains: none for a literal. */
static uint32_t operands_of(const Sql *sql, uint32_t step, uint32_t operands[3]) {
        const Step *asked = &sql->program->steps[step];
        const uint32_t all[3] = { asked->a, asked->b, asked->c };
        uint32_t count = 0;
        for (uint32_t i = 0; !sql_is_literal(sql, step) && i < 3; i++)
                if (all[i] != NONE)
                        operands[count++] = all[i];
        return count;
}

/* ---- needed steps and their segments ------------------------------------------------------------------ */

static void need_roots(Sql *sql) {
        for (uint32_t i = 0; i < sql->root_count; i++) {
                sql->steps[sql->roots[i].step].needed = true;
                if (sql->roots[i].when != NONE)
                        sql->steps[sql->roots[i].when].needed = true;
        }
        for (uint32_t i = 0; i < sql->masked.count; i++)
                sql->steps[sql->masked.items[i]].needed = true;
        for (uint32_t step = sql->program->step_count; step-- > 0; ) {
                uint32_t operands[3];
                uint32_t count = sql->steps[step].needed ? operands_of(sql, step, operands) : 0;
                for (uint32_t i = 0; i < count; i++)
                        sql->steps[operands[i]].needed = true;
        }
}

static void open_segment(Sql *sql, uint16_t entity, uint32_t first) {
        SqlSegment *segment = ARENA_PUSH(sql->arena, sql->segments, sql->segment_count, sql->segment_capacity);
        *segment = (SqlSegment){ .entity = entity, .first = first, .end = first };
}

static bool reads_segment(const Sql *sql, uint32_t step, uint32_t segment) {
        uint32_t operands[3];
        uint32_t count = crosses(&sql->program->steps[step]) ? operands_of(sql, step, operands) : 0;
        for (uint32_t i = 0; i < count; i++)
                if (sql->steps[operands[i]].segment == segment)
                        return true;
        return false;
}

static void cut_segments(Sql *sql) {
        const Program *program = sql->program;
        uint32_t stage = 0;
        bool fresh = true;
        open_segment(sql, ENTITY_NONE, 0);
        for (uint32_t step = 0; step < program->step_count; step++) {
                while (step >= program->stages[stage].first + program->stages[stage].count) {
                        stage++;
                        fresh = true;
                }
                SqlStep *mine = &sql->steps[step];
                if (!mine->needed || sql_is_literal(sql, step) || sql_is_input(&program->steps[step]))
                        continue;
                if (fresh || reads_segment(sql, step, sql->segment_count - 1))
                        open_segment(sql, program->steps[step].entity, step);
                fresh = false;
                mine->segment = sql->segment_count - 1;
                sql->segments[mine->segment].end = step + 1;
        }
}

/* ---- columns ------------------------------------------------------------------------------------------ */

static void keep_column(Sql *sql, uint32_t column, uint32_t segment) {
        SqlColumn *kept = &sql->columns[column];
        if (!kept->wanted || (kept->last_segment != NONE && (segment == NONE || segment > kept->last_segment)))
                kept->last_segment = segment;
        kept->wanted = true;
}

/* The step's value is read in a segment (NONE: by the result) other than its own. */
static void keep_step(Sql *sql, uint32_t step, uint32_t segment) {
        if (sql_is_literal(sql, step))
                return;
        sql->read[sql->program->steps[step].entity] = true;
        sql->steps[step].stored = true;
        keep_column(sql, sql_column_of(sql, step), segment);
}

static void keep_operands(Sql *sql, uint32_t step) {
        const Step *reader = &sql->program->steps[step];
        uint32_t operands[3], count = operands_of(sql, step, operands), segment = sql->steps[step].segment;
        for (uint32_t i = 0; i < count; i++)
                if (crosses(reader) || sql->steps[operands[i]].segment != segment)
                        keep_step(sql, operands[i], segment);
        if (!crosses(reader))
                return;
        const Link *link = &sql->program->links[reader->aux];
        sql->read[link->child] = sql->read[link->parent] = true;
        sql->steps[step].stored = true;
        keep_column(sql, sql_link_column(sql, reader->aux), segment);
        if (reader->op != OP_GATHER && sql->options->lists)
                keep_column(sql, sql_whole_column(sql, reader->aux), segment);
}

void sql_plan_needed(Sql *sql) {
        need_roots(sql);
        cut_segments(sql);
        for (uint32_t step = 0; step < sql->program->step_count; step++)
                if (sql->steps[step].needed && !sql_is_literal(sql, step) && !sql_is_input(&sql->program->steps[step]))
                        keep_operands(sql, step);
        for (uint32_t i = 0; i < sql->masked.count; i++)
                keep_step(sql, sql->masked.items[i], NONE);
        for (uint32_t i = 0; i < sql->root_count; i++) {
                sql->read[sql->roots[i].entity] = true;
                keep_step(sql, sql->roots[i].step, NONE);
                if (sql->roots[i].when != NONE)
                        keep_step(sql, sql->roots[i].when, NONE);
        }
}

/* ---- levels inside a segment -------------------------------------------------------------------------- */

static bool in_segment(const Sql *sql, uint32_t step, uint32_t segment) {
        return sql->steps[step].needed && sql->steps[step].segment == segment;
}

static void weigh(Sql *sql, uint32_t segment) {
        for (uint32_t step = sql->segments[segment].first; step < sql->segments[segment].end; step++) {
                const Step *reader = &sql->program->steps[step];
                const uint32_t operands[3] = { reader->a, reader->b, reader->c };
                for (uint32_t i = 0; in_segment(sql, step, segment) && !crosses(reader) && i < 3; i++)
                        if (operands[i] != NONE)
                                sql->steps[operands[i]].weight += sql_text_weight(sql, reader, i);
        }
}

static void place(Sql *sql, uint32_t step, uint32_t segment) {
        SqlStep *mine = &sql->steps[step];
        const Step *made = &sql->program->steps[step];
        const uint32_t operands[3] = { made->a, made->b, made->c };
        mine->ready = 1;
        mine->length = sql_text_length(sql, made);
        for (uint32_t i = 0; !crosses(made) && i < 3; i++) {
                if (operands[i] == NONE)
                        continue;
                const SqlStep *operand = &sql->steps[operands[i]];
                bool inside = !sql_is_literal(sql, operands[i]) && in_segment(sql, operands[i], segment);
                if (inside && operand->ready > mine->ready)
                        mine->ready = operand->ready;
                mine->length += sql_text_weight(sql, made, i) *
                                (inside && !operand->stored ? operand->length : COLUMN_TEXT);
                if (inside && !operand->stored && operand->depth >= mine->depth)
                        mine->depth = operand->depth + 1;
        }
        if ((mine->weight > 1 && (mine->weight - 1) * mine->length > REPEAT_LIMIT) || mine->length > TEXT_LIMIT ||
            mine->depth > DEPTH_LIMIT)
                mine->stored = true;
        if (!mine->stored)
                return;
        mine->level = mine->ready++;
        if (mine->level > sql->segments[segment].levels)
                sql->segments[segment].levels = mine->level;
}

/* Notes that the text of `step`, computed at `level`, reads these columns. */
static void note_reads(Sql *sql, uint32_t step, uint32_t level) {
        const Step *reader = &sql->program->steps[step];
        uint32_t operands[3], count = operands_of(sql, step, operands);
        if (crosses(reader)) {
                uint32_t column = reader->op == OP_GATHER ? sql_link_column(sql, reader->aux)
                                                          : sql_whole_column(sql, reader->aux);
                if (sql->columns[column].last_level < level)
                        sql->columns[column].last_level = level;
                return;
        }
        for (uint32_t i = 0; i < count; i++) {
                if (sql_is_literal(sql, operands[i]))
                        continue;
                SqlColumn *column = &sql->columns[sql_column_of(sql, operands[i])];
                if (!sql->steps[operands[i]].stored)
                        note_reads(sql, operands[i], level);
                else if (column->last_level < level)
                        column->last_level = level;
        }
}

void sql_plan_levels(Sql *sql, uint32_t segment) {
        const SqlSegment *at = &sql->segments[segment];
        uint32_t columns = sql->program->step_count + 2 * sql->program->link_count;
        for (uint32_t column = 0; column < columns; column++)
                sql->columns[column].last_level = 0;
        weigh(sql, segment);
        for (uint32_t step = at->first; step < at->end; step++)
                if (in_segment(sql, step, segment))
                        place(sql, step, segment);
        for (uint32_t step = at->first; step < at->end; step++)
                if (in_segment(sql, step, segment) && sql->steps[step].stored)
                        note_reads(sql, step, sql->steps[step].level);
}
