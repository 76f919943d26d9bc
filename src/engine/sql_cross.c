/* Crossings: gathers read the partner's row by a join on its key; reduces read one row per parent of a table in which
 * the children were grouped. SQL's aggregates skip NULL, so each is accompanied by a count of what was not known. */
#include "engine/sql_inside.h"

/* SQLite sums in 64 bits and stops at an overflow: halves of 32 bits are summed apart unless the sum is proven. */
static bool sums_in_halves(const Sql *sql, const Step *step) {
        return step->op == OP_SUM && !step->proven && sql->options->dialect == SQL_SQLITE;
}

bool sql_cross_reads(const Sql *sql, uint32_t segment, uint32_t link, bool reduces) {
        for (uint32_t step = sql->segments[segment].first; step < sql->segments[segment].end; step++) {
                const Step *reader = &sql->program->steps[step];
                if (sql->steps[step].needed && op_class(reader->op) == CLASS_CROSS && reader->aux == link &&
                    (reader->op != OP_GATHER) == reduces && (reduces || !sql_is_literal(sql, reader->a)))
                        return true;
        }
        return false;
}

void sql_cross_gather(const Sql *sql, const Step *step) {
        if (sql_is_literal(sql, step->a)) {
                buffer_format(sql->out, "CASE WHEN t.l%u IS NOT NULL THEN ", step->aux);
                sql_text_operand(sql, step->a);
                buffer_add(sql->out, STR(" END"));
                return;
        }
        buffer_format(sql->out, "g%u.", step->aux);
        sql_text_column(sql, sql_column_of(sql, step->a));
}

/* ---- the group's side --------------------------------------------------------------------------------- */

/* %a filter, %b value, %n the step. u counts members that leave the result open. */
static void print_group(const Sql *sql, uint32_t number, const char *text) {
        const Step *step = &sql->program->steps[number];
        for (const char *at = text; *at; at++)
                if (*at != '%')
                        buffer_byte(sql->out, *at);
                else if (*++at == 'n')
                        buffer_format(sql->out, "%u", number);
                else
                        sql_text_operand(sql, *at == 'a' ? step->a : step->b);
}

#define UNDECIDED_FILTER ", COUNT(*) - COUNT(%a) AS u%n"
#define UNDECIDED_VALUE ", COUNT(*) - COUNT(CASE WHEN NOT %a THEN 1 WHEN %a AND %b IS NOT NULL THEN 1 END) AS u%n"

static void print_group_columns(const Sql *sql, uint32_t number) {
        const Step *step = &sql->program->steps[number];
        bool filter_only = step->op == OP_ANY || step->op == OP_ALL || step->op == OP_COUNT;
        const char *text = NULL;
        if (step->op == OP_ANY || step->op == OP_COUNT)
                text = ", COUNT(CASE WHEN %a THEN 1 END) AS y%n";
        else if (step->op == OP_ALL)
                text = ", COUNT(CASE WHEN NOT %a THEN 1 END) AS y%n";
        else if (sums_in_halves(sql, step))
                text = ", SUM(CASE WHEN %a THEN %b >> 32 END) AS h%n"
                       ", SUM(CASE WHEN %a THEN %b & 4294967295 END) AS y%n";
        else if (step->op == OP_SUM)
                text = ", SUM(CASE WHEN %a THEN %b END) AS y%n";
        else if (step->op == OP_LARGEST)
                text = ", MAX(CASE WHEN %a THEN %b END) AS y%n";
        else if (step->op == OP_SMALLEST)
                text = ", MIN(CASE WHEN %a THEN %b END) AS y%n";
        else
                text = ", COUNT(DISTINCT CASE WHEN %a THEN %b END) AS y%n";
        print_group(sql, number, filter_only ? UNDECIDED_FILTER : UNDECIDED_VALUE);
        print_group(sql, number, text);
}

void sql_cross_group(Sql *sql, uint32_t segment, uint32_t link) {
        uint32_t table = ++sql->tables;
        bool postgres = sql->options->dialect == SQL_POSTGRES;
        buffer_format(sql->out, "CREATE TEMPORARY TABLE leye_%u%s AS\nSELECT t.l%u AS k, COUNT(*) AS n", table,
                      postgres ? " ON COMMIT DROP" : "", link);
        for (uint32_t step = sql->segments[segment].first; step < sql->segments[segment].end; step++) {
                const Step *reader = &sql->program->steps[step];
                if (sql->steps[step].needed && op_class(reader->op) == CLASS_CROSS && reader->op != OP_GATHER &&
                    reader->aux == link)
                        print_group_columns(sql, step);
        }
        buffer_format(sql->out, "\n  FROM leye_%u t WHERE t.l%u IS NOT NULL GROUP BY t.l%u;\n",
                      sql->table[sql->program->links[link].child], link, link);
        if (!postgres)
                buffer_format(sql->out, "CREATE UNIQUE INDEX leye_%u_k ON leye_%u (k);\n", table, table);
}

/* ---- the parent's side -------------------------------------------------------------------------------- */

static void print_whole(const Sql *sql, const Step *step) {
        if (sql->options->lists)
                buffer_format(sql->out, "t.w%u", step->aux);
        else
                buffer_add(sql->out, sql->program->links[step->aux].complete ? STR("TRUE") : STR("FALSE"));
}

/* %r is the group's alias, %n the step, %w whether the list is whole. A parent without children has no group. */
static void print_parent(const Sql *sql, uint32_t number, const char *text) {
        const Step *step = &sql->program->steps[number];
        for (const char *at = text; *at; at++)
                if (*at != '%')
                        buffer_byte(sql->out, *at);
                else if (*++at == 'w')
                        print_whole(sql, step);
                else
                        buffer_format(sql->out, *at == 'n' ? "%u" : "r%u", *at == 'n' ? number : step->aux);
}

#define DECIDED "CASE WHEN %w AND COALESCE(%r.u%n, 0) = 0 THEN "

void sql_cross_reduce(const Sql *sql, uint32_t number) {
        const Step *step = &sql->program->steps[number];
        bool postgres = sql->options->dialect == SQL_POSTGRES;
        if (step->op == OP_ANY)
                print_parent(sql, number,
                             "CASE WHEN %r.y%n > 0 THEN TRUE WHEN %w AND COALESCE(%r.u%n, 0) = 0 THEN FALSE END");
        else if (step->op == OP_ALL)
                print_parent(sql, number, "CASE WHEN %r.y%n > 0 THEN FALSE WHEN %w AND COALESCE(%r.u%n, 0) = 0 "
                                          "THEN COALESCE(%r.n, 0) > 0 END");
        else if (step->op == OP_COUNT || step->op == OP_COUNT_DISTINCT)
                print_parent(sql, number, DECIDED "COALESCE(%r.y%n, 0) END");
        else if (sums_in_halves(sql, step))
                print_parent(sql, number,
                             DECIDED "CASE WHEN %r.h%n IS NULL THEN 0 "
                                     "WHEN %r.h%n + (%r.y%n >> 32) BETWEEN -2147483648 AND 2147483647 THEN "
                                     "NULLIF((%r.h%n + (%r.y%n >> 32)) * 4294967296 + (%r.y%n & 4294967295), "
                                     "-9223372036854775808) END END");
        else if (step->op == OP_SUM)
                print_parent(sql, number,
                             postgres ? DECIDED "CASE WHEN COALESCE(%r.y%n, 0) BETWEEN -9223372036854775807 AND "
                                                "9223372036854775807 THEN COALESCE(%r.y%n, 0)::bigint END END"
                                      : DECIDED "COALESCE(%r.y%n, 0) END");
        else
                print_parent(sql, number, DECIDED "%r.y%n END");
}
