/* A case's rows as statements and as lines for the oracle. What is unknown is NULL in most rows, and in some what a
 * real table might hold instead: a number out of range, a key that nobody has. */
#include "differential.h"

#include <stdio.h>

static uint32_t partner_of(const Case *at, uint32_t link, uint32_t row) {
        const LinkRows *links = &at->population->links[link];
        return links->partner ? links->partner[row] : NONE;
}

static void write_fact(const Case *at, uint32_t number, uint32_t row, Buffer *out) {
        const Fact *fact = &at->program->facts[number];
        int64_t cell = population_cell(at->population, number, row);
        bool number_like = fact->type.kind == TYPE_NUMBER || fact->type.kind == TYPE_CODE ||
                           fact->type.kind == TYPE_DATE;
        if (cell == type_unknown(fact->type)) {
                if (number_like && row % 3 == 0 && fact->high < INT64_MAX - 1)
                        buffer_format(out, ", %lld", (long long) fact->high + 1);
                else
                        buffer_add(out, fact->type.kind == TYPE_TEXT && row % 2 ? STR(", ''") : STR(", NULL"));
        } else if (fact->type.kind == TYPE_TRUTH) {
                buffer_add(out, cell == TRUTH_YES ? STR(", TRUE") : STR(", FALSE"));
        } else if (fact->type.kind == TYPE_TEXT) {
                /* an example numbers its texts and keeps no dictionary: equal numbers are equal texts */
                if (cell < at->population->text_count)
                        buffer_format(out, ", '%.*s'", STR_ARG(at->population->texts[cell]));
                else
                        buffer_format(out, ", '#%lld'", (long long) cell);
        } else {
                buffer_format(out, ", %lld", (long long) cell);
        }
}

/* Its rows are the keys that children hold: none of them dangles. */
static bool is_derived(const Program *program, uint16_t entity) {
        return program->entities[entity].derived_from != NONE;
}

static void write_row(const Case *at, uint16_t entity, uint32_t row, Buffer *out) {
        const Program *program = at->program;
        buffer_format(out, "('%u'", row);
        for (uint32_t link = 0; link < program->link_count; link++) {
                if (program->links[link].child == entity) {
                        uint32_t partner = partner_of(at, link, row);
                        if (partner != NONE)
                                buffer_format(out, ", '%u'", partner);
                        else
                                buffer_add(out, row % 2 && !is_derived(program, program->links[link].parent)
                                                        ? STR(", 'nobody'")
                                                        : STR(", NULL"));
                }
                if (program->links[link].parent == entity) {
                        bool whole = population_is_complete(at->population, link, row);
                        buffer_add(out, whole == program->links[link].complete && row % 2 ? STR(", NULL")
                                        : whole ? STR(", TRUE") : STR(", FALSE"));
                }
        }
        for (uint32_t fact = 0; fact < program->fact_count; fact++)
                if (program->facts[fact].entity == entity)
                        write_fact(at, fact, row, out);
        buffer_byte(out, ')');
}

void rows_write(const Case *at, Buffer *out) {
        for (uint16_t entity = 0; entity < at->program->entity_count; entity++) {
                if (is_derived(at->program, entity))
                        continue;
                uint32_t count = at->population->entities[entity].count;
                for (uint32_t row = 0; row < count; row++) {
                        if (row == 0)
                                buffer_format(out, "INSERT INTO \"%.*s\" VALUES\n",
                                              STR_ARG(at->program->entities[entity].name));
                        write_row(at, entity, row, out);
                        buffer_add(out, row + 1 < count ? STR(",\n") : STR(";\n"));
                }
        }
}

/* ---- the oracle's lines ------------------------------------------------------------------------------- */

static void write_cell(int64_t cell, Buffer *out) {
        if (cell == UNKNOWN)
                buffer_add(out, STR(" ?"));
        else
                buffer_format(out, " %lld", (long long) cell);
}

static void write_links(const Case *at, Buffer *out) {
        for (uint32_t link = 0; link < at->program->link_count; link++) {
                const Link *declared = &at->program->links[link];
                buffer_format(out, "partners %u", link);
                for (uint32_t row = 0; row < at->population->entities[declared->child].count; row++) {
                        uint32_t partner = partner_of(at, link, row);
                        write_cell(partner == NONE ? UNKNOWN : partner, out);
                }
                buffer_format(out, "\nlists %u", link);
                for (uint32_t row = 0; row < at->population->entities[declared->parent].count; row++)
                        buffer_add(out, population_is_complete(at->population, link, row) ? STR(" yes") : STR(" no"));
                buffer_byte(out, '\n');
        }
}

void oracle_write(const Case *at, Buffer *out) {
        program_dump(at->program, out);
        buffer_format(out, "run %d %d %s\n", at->run.base_date, at->run.apply_date,
                      at->run.ignore_defaults ? "yes" : "no");
        for (uint32_t i = 0; at->run.parameters && i < at->program->parameter_count; i++)
                if (at->run.parameters[i] != UNKNOWN)
                        buffer_format(out, "replace %u %lld\n", i, (long long) at->run.parameters[i]);
        for (uint32_t i = 0; i < at->program->entity_count; i++)
                buffer_format(out, "rows %u %u\n", i, at->population->entities[i].count);
        for (uint32_t fact = 0; fact < at->program->fact_count; fact++) {
                buffer_format(out, "column %u", fact);
                for (uint32_t row = 0; row < at->population->entities[at->program->facts[fact].entity].count; row++)
                        write_cell(population_cell(at->population, fact, row), out);
                buffer_byte(out, '\n');
        }
        write_links(at, out);
        buffer_add(out, STR("evaluate\n"));
}

/* One line of the oracle: "STEP CELL CELL ..." against the frame's cells. */
static bool line_agrees(const Case *at, uint32_t step, Str line) {
        const Step *made = &at->program->steps[step];
        uint32_t rows = made->entity == ENTITY_NONE ? 1 : at->population->entities[made->entity].count;
        int64_t number = 0;
        if (!str_to_int(str_cut(&line, ' '), &number) || number != (int64_t) step) {
                (void) printf("seed %llu: the oracle lost step %u\n", (unsigned long long) at->seed, step);
                return false;
        }
        for (uint32_t row = 0; row < rows; row++) {
                Str word = str_cut(&line, ' ');
                int64_t cell = UNKNOWN;
                bool read = str_equal(word, STR("?")) || str_to_int(word, &cell);
                if (!read || cell != frame_cell(at->frame, step, row)) {
                        case_report(at, "oracle", step, row, str_copy(at->arena, word).data);
                        return false;
                }
        }
        return true;
}

bool oracle_agrees(const Case *at, Str *answers) {
        for (uint32_t step = 0; step < at->program->step_count; step++)
                if (!line_agrees(at, step, str_cut(answers, '\n')))
                        return false;
        return str_equal(str_cut(answers, '\n'), STR("end"));
}
