/* Rows of a population as INSERT statements, in the form of cells that sql.h describes. */
#include "engine/sql_inside.h"

#define ROWS_A_STATEMENT 500
#define ARENA_CAP ((size_t) 256 << 20)

static bool column_before(const Program *program, uint32_t fact) {
        for (uint32_t i = 0; i < fact; i++)
                if (program->facts[i].entity == program->facts[fact].entity &&
                    str_equal(program->facts[i].column, program->facts[fact].column))
                        return true;
        return false;
}

/* A column that has no cells is NULL, unless NULL would mean 否 or 0. */
static bool is_given(const Population *population, uint16_t entity, uint32_t fact) {
        const Fact *about = &population->program->facts[fact];
        return about->entity == entity && (population->columns[fact].cells || about->blank_is_no) &&
               !column_before(population->program, fact);
}

static void print_text(const Sql *sql, Str text) {
        buffer_byte(sql->out, '\'');
        for (size_t i = 0; i < text.length; i++) {
                if (text.data[i] == '\'')
                        buffer_byte(sql->out, '\'');
                if (text.data[i] != '\0')
                        buffer_byte(sql->out, text.data[i]);
        }
        buffer_byte(sql->out, '\'');
}

/* The first of the source's own codes for the value. */
static Str code_text(const Fact *fact, int64_t cell) {
        for (uint32_t i = 0; i < fact->code_count; i++)
                if (fact->codes[i].value == cell)
                        return fact->codes[i].text;
        return (Str){ 0 };
}

/* Not known: NULL, but where NULL means 否 or 0 a value outside the range, which means unknown too. PostgreSQL's
 * BOOLEAN has none. */
static void print_unknown(const Sql *sql, const Fact *fact) {
        bool postgres = sql->options->dialect == SQL_POSTGRES;
        if (!fact->blank_is_no || (postgres && fact->type.kind == TYPE_TRUTH && fact->code_count == 0))
                buffer_add(sql->out, STR("NULL"));
        else if (fact->type.kind == TYPE_TEXT || fact->code_count > 0)
                buffer_add(sql->out, STR("''"));
        else
                buffer_format(sql->out, "%lld", fact->type.kind == TYPE_TRUTH ? 2LL : (long long) fact->high + 1);
}

static void print_cell(const Sql *sql, const Population *population, uint32_t number, uint32_t row) {
        const Fact *fact = &sql->program->facts[number];
        int64_t cell = population_cell(population, number, row);
        if (cell == type_unknown(fact->type))
                print_unknown(sql, fact);
        else if (fact->code_count > 0)
                print_text(sql, code_text(fact, cell));
        else if (fact->type.kind == TYPE_TEXT)
                print_text(sql, population->texts[cell]);
        else if (fact->type.kind == TYPE_TRUTH && sql->options->dialect == SQL_POSTGRES)
                buffer_add(sql->out, cell == TRUTH_YES ? STR("TRUE") : STR("FALSE"));
        else
                buffer_format(sql->out, "%lld", (long long) (fact->type.kind == TYPE_TRUTH ? cell == TRUTH_YES : cell));
}

/* The key as a table needs one: a row without one gets its number. */
static void print_key(const Sql *sql, const Population *population, uint16_t entity, uint32_t row) {
        Str key = rows_key(&population->entities[entity], row);
        if (key.length > 0)
                print_text(sql, key);
        else
                buffer_format(sql->out, "'#%u'", row + 1);
}

static void print_row(const Sql *sql, const Population *population, uint16_t entity, uint32_t row) {
        const Program *program = sql->program;
        buffer_byte(sql->out, '(');
        print_key(sql, population, entity, row);
        for (uint32_t i = 0; i < program->link_count; i++) {
                const Link *link = &program->links[i];
                if (link->child != entity)
                        continue;
                const uint32_t *partner = population->links[i].partner;
                buffer_byte(sql->out, ',');
                if (partner && partner[row] != NONE)
                        print_key(sql, population, link->parent, partner[row]);
                else
                        buffer_add(sql->out, STR("NULL"));
        }
        for (uint32_t i = 0; i < program->fact_count; i++)
                if (is_given(population, entity, i)) {
                        buffer_byte(sql->out, ',');
                        print_cell(sql, population, i, row);
                }
        buffer_byte(sql->out, ')');
}

static void print_columns(const Sql *sql, const Population *population, uint16_t entity) {
        const Program *program = sql->program;
        buffer_add(sql->out, STR("INSERT INTO "));
        sql_identifier(sql, program->entities[entity].name);
        buffer_add(sql->out, STR(" ("));
        sql_identifier(sql, program->entities[entity].key);
        for (uint32_t i = 0; i < program->link_count; i++)
                if (program->links[i].child == entity) {
                        buffer_add(sql->out, STR(", "));
                        sql_identifier(sql, program->links[i].column);
                }
        for (uint32_t i = 0; i < program->fact_count; i++)
                if (is_given(population, entity, i)) {
                        buffer_add(sql->out, STR(", "));
                        sql_identifier(sql, program->facts[i].column);
                }
        buffer_add(sql->out, STR(") VALUES\n"));
}

void sql_generate_rows(const Population *population, const SqlOptions *options, uint16_t entity, uint32_t first,
                       uint32_t count, Buffer *out) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        const Sql sql = { .program = population->program, .options = options, .arena = arena, .out = out };
        if (population->program->entities[entity].derived_from != NONE)
                return;
        for (uint32_t i = 0; i < count; i++) {
                if (i % ROWS_A_STATEMENT == 0)
                        print_columns(&sql, population, entity);
                print_row(&sql, population, entity, first + i);
                bool last = i + 1 == count || (i + 1) % ROWS_A_STATEMENT == 0;
                buffer_add(out, last ? STR(";\n") : STR(",\n"));
        }
}
