/* Expressions of a measure's statement: columns of record tables under an alias, joins for partners, correlated
 * subqueries for members, the period's days for 期初 and 期末. All other operations are printed by sql_text.c. */
#include "engine/measure_sql_inside.h"

#define LENGTH_MAX 60000          /* of one expression: far below what either database takes */
#define NESTING_MAX 60            /* open brackets and words; SQLite's parser keeps at most 100 of them */
#define NESTING_CROSS 18          /* of a subquery over members */
#define TEXT_CAP ((size_t) 4 << 20)

/* ---- what the steps are ------------------------------------------------------------------------------- */

static bool is_reduce(const Step *step) {
        return op_class(step->op) == CLASS_CROSS && step->op != OP_GATHER;
}

/* The facts of records that have a column: a judgement is made case by case and is not known here. */
static bool has_column(const Fact *fact) {
        return !fact->manual;
}

/* A link is a column when the child's side has a name and both ends have tables. */
static bool link_has_column(const Program *program, uint32_t number) {
        const Link *link = &program->links[number];
        return link->one_name.length > 0 && program->entities[link->child].derived_from == NONE &&
               program->entities[link->parent].derived_from == NONE;
}

static SqlRefusal refusal_of(const SqlPlaced *placed, const Step *step) {
        bool links = op_class(step->op) == CLASS_CROSS || step->op == OP_LINK;
        if (links && !link_has_column(placed->sql.program, step->aux))
                return SQL_REFUSED_RECORDS;
        if (step->op == OP_SUM && !step->proven && placed->options.dialect == SQL_SQLITE)
                return SQL_REFUSED_OVERFLOW;
        return sql_text_refuses(&placed->sql, step);
}

/* Whether an unknown row (every column NULL) makes the step's text NULL. */
static bool is_strict(const Program *program, const Step *step, const bool strict[3]) {
        switch (op_class(step->op)) {
        case CLASS_LEAF:
                if (step->op == OP_FACT)
                        return !program->facts[step->aux].blank_is_no;
                return step->op == OP_LINK || strict[0] || strict[1] || strict[2];
        case CLASS_STRICT:
        case CLASS_COMPARE:
                return strict[0] || strict[1] || strict[2];
        case CLASS_LOGIC:
                return strict[0] && (strict[1] || step->op == OP_NOT);
        case CLASS_CHOOSE:
                return strict[0] && (step->op == OP_BETWEEN || step->op == OP_IN_SET || (step->op == OP_DEFAULT && strict[1]));
        case CLASS_CROSS:
                return step->op == OP_GATHER;
        }
        return false;
}

/* A parameter at the period's first or last day, with one version (or none) in all the days that periods lie in. */
static bool stays(const SqlPlaced *placed, const Step *step) {
        const Step *day = step->op == OP_PARAMETER ? &placed->sql.program->steps[step->a] : NULL;
        if (!day || (day->op != OP_BASE_DATE && day->op != OP_APPLY_DATE))
                return false;
        const Parameter *parameter = &placed->sql.program->parameters[step->aux];
        for (uint32_t i = 0; i < parameter->version_count; i++) {
                const ParameterVersion *version = &parameter->versions[i];
                bool begins = placed->from < version->from && version->from <= placed->to;
                bool ends = placed->from <= version->to && version->to < placed->to;
                if (begins || ends)
                        return false;
        }
        return true;
}

static void find_out(SqlPlaced *placed, uint32_t number) {
        const Step *step = &placed->sql.program->steps[number];
        const uint32_t operands[3] = { step->a, step->b, step->c };
        MeasureStep *mine = &placed->steps[number];
        bool crosses = op_class(step->op) == CLASS_CROSS, strict[3] = { false };
        bool period = step->op == OP_BASE_DATE || step->op == OP_APPLY_DATE;
        mine->changes = period;
        mine->length = crosses ? 250 : sql_text_length(&placed->sql, step);
        SqlRefusal refused = refusal_of(placed, step);
        for (uint32_t i = 0; i < 3; i++) {
                if (operands[i] == NONE)
                        continue;
                const MeasureStep *operand = &placed->steps[operands[i]];
                mine->changes |= operand->changes;
                mine->joined |= operand->joined && !crosses;
                mine->members |= operand->members && !crosses;
                uint32_t nesting = operand->nesting + (crosses ? NESTING_CROSS : sql_text_nesting(&placed->sql, step, i));
                mine->nesting = nesting > mine->nesting ? nesting : mine->nesting;
                mine->length += operand->length * (crosses ? 1 : sql_text_weight(&placed->sql, step, i));
                strict[i] = operand->strict;
                if (refused == SQL_FINE)
                        refused = placed->sql.steps[operands[i]].refused;
        }
        mine->joined |= step->op == OP_GATHER;
        mine->members |= is_reduce(step);
        mine->changes &= !stays(placed, step);
        mine->strict = is_strict(placed->sql.program, step, strict);
        mine->moves = mine->changes && step->entity == ENTITY_NONE;
        if (step->entity == ENTITY_NONE && !mine->changes)
                *mine = (MeasureStep){ .length = 20 };
        else if (refused == SQL_FINE && (mine->length > LENGTH_MAX || mine->nesting > NESTING_MAX))
                refused = SQL_REFUSED_LENGTH;
        if (mine->length > LENGTH_MAX)
                mine->length = LENGTH_MAX + 1;
        placed->sql.steps[number].refused = step->entity == ENTITY_NONE && !mine->changes ? SQL_FINE : refused;
}

bool placed_allows(SqlPlaced *placed, uint32_t step) {
        SqlRefusal refused = step == NONE ? SQL_FINE : placed->sql.steps[step].refused;
        if (refused == SQL_FINE)
                return true;
        Str name = placed->sql.program->steps[step].name;
        return sql_refuse(&placed->sql, refused, sql_refused_at(&placed->sql, step),
                          name.length > 0 ? name : placed->sql.program->entities[placed->measure->entity].name);
}

void placed_columns(const SqlPlaced *placed, uint32_t step, bool *marks) {
        const Program *program = placed->sql.program;
        bool *seen = ARENA_NEW(placed->sql.arena, bool, step + 1);
        seen[step] = true;
        for (uint32_t at = step + 1; at-- > 0; ) {
                const Step *read = &program->steps[at];
                const uint32_t operands[3] = { read->a, read->b, read->c };
                if (!seen[at])
                        continue;
                if (read->op == OP_FACT && has_column(&program->facts[read->aux]))
                        marks[read->aux] = true;
                else if (read->op == OP_LINK || read->op == OP_GATHER)
                        marks[program->fact_count + read->aux] = true;
                for (uint32_t i = 0; i < 3 && op_class(read->op) != CLASS_CROSS; i++)
                        if (operands[i] != NONE)
                                seen[operands[i]] = true;
        }
}

/* ---- printing ----------------------------------------------------------------------------------------- */

static void print_alias(const SqlPlaced *placed, uint32_t alias) {
        if (alias == 0)
                buffer_byte(placed->sql.out, 't');
        else
                buffer_format(placed->sql.out, "t%u", alias);
}

void placed_name(const SqlPlaced *placed, Str name) {
        sql_identifier(&placed->sql, name);
}

static void print_column(const SqlPlaced *placed, uint32_t alias, Str name) {
        print_alias(placed, alias);
        buffer_byte(placed->sql.out, '.');
        placed_name(placed, name);
}

static void print_fact(const SqlPlaced *placed, const Fact *fact) {
        if (!has_column(fact)) {
                sql_text_literal(&placed->sql, fact->type, type_unknown(fact->type));
        } else if (fact->blank_is_no) {
                buffer_add(placed->sql.out, STR("COALESCE("));
                print_column(placed, placed->alias, fact->name);
                buffer_add(placed->sql.out, STR(", "));
                sql_text_literal(&placed->sql, fact->type, 0);
                buffer_byte(placed->sql.out, ')');
        } else {
                print_column(placed, placed->alias, fact->name);
        }
}

/* The alias under which the partner along `link` of the alias at hand stands: one join for all who ask. */
static uint32_t partner_alias(SqlPlaced *placed, uint32_t link) {
        MeasureScope *scope = placed->scope;
        for (uint32_t i = 0; i < scope->count; i++)
                if (scope->joins[i].from == placed->alias && scope->joins[i].link == link)
                        return scope->joins[i].alias;
        MeasureJoin *join = ARENA_PUSH(placed->sql.arena, scope->joins, scope->count, scope->capacity);
        *join = (MeasureJoin){ .from = placed->alias, .link = link, .alias = ++placed->aliases };
        return join->alias;
}

static void print_gather(SqlPlaced *placed, const Step *step) {
        uint32_t outside = placed->alias, partner = partner_alias(placed, step->aux);
        bool guarded = !placed->steps[step->a].strict;
        if (guarded) {
                buffer_add(placed->sql.out, STR("CASE WHEN "));
                print_alias(placed, partner);
                buffer_add(placed->sql.out, STR("._id IS NOT NULL THEN "));
        }
        placed->alias = partner;
        sql_text_operand(&placed->sql, step->a);
        placed->alias = outside;
        if (guarded)
                buffer_add(placed->sql.out, STR(" END"));
}

void placed_joins(SqlPlaced *placed, const MeasureScope *scope) {
        const Program *program = placed->sql.program;
        for (uint32_t i = 0; i < scope->count; i++) {
                const MeasureJoin *join = &scope->joins[i];
                const Link *link = &program->links[join->link];
                buffer_add(placed->sql.out, STR("\n  LEFT JOIN "));
                placed_name(placed, program->entities[link->parent].name);
                buffer_format(placed->sql.out, " t%u ON t%u._city = $1 AND t%u._id = ", join->alias, join->alias, join->alias);
                print_column(placed, join->from, link->one_name);
        }
}

void placed_partners_with(SqlPlaced *placed, uint32_t step, const char *value) {
        const Program *program = placed->sql.program;
        const Step *gather = &program->steps[step];
        const Link *link = &program->links[gather->aux];
        MeasureScope scope = { 0 };
        uint32_t row = placed->alias, partner = ++placed->aliases;
        placed->alias = partner;
        Str text = placed_text(placed, &scope, gather->a);
        placed->alias = row;
        buffer_add(placed->sql.out, STR("\n   AND +"));
        print_column(placed, row, link->one_name);
        buffer_format(placed->sql.out, " IN (SELECT t%u._id FROM ", partner);
        placed_name(placed, program->entities[link->parent].name);
        buffer_format(placed->sql.out, " t%u", partner);
        placed_joins(placed, &scope);
        buffer_format(placed->sql.out, " WHERE t%u._city = $1 AND %.*s = %s)", partner, STR_ARG(text), value);
}

Str placed_text(SqlPlaced *placed, MeasureScope *scope, uint32_t step) {
        Buffer text = buffer_new(TEXT_CAP), *outside = placed->sql.out;
        MeasureScope *outer = placed->scope;
        placed->scope = scope;
        placed->sql.out = &text;
        sql_text_operand(&placed->sql, step);
        placed->sql.out = outside;
        placed->scope = outer;
        MUST(!text.failed);
        Str copy = str_copy(placed->sql.arena, buffer_str(&text));
        buffer_free(&text);
        return copy;
}

/* ---- members ------------------------------------------------------------------------------------------ */

/* Over a table m with the columns f (the filter) and v (the value), which keeps every aggregate in its own query. What
 * is not said of an incomplete list is unknown. */
#define FILTERED "COUNT(*) = COUNT(m.f)"
#define VALUED "COUNT(*) = COUNT(CASE WHEN NOT m.f THEN 1 WHEN m.f AND m.v IS NOT NULL THEN 1 END)"
#define PICKED "CASE WHEN m.f THEN m.v END"
static const struct {
        const char *whole, *part;
} reduces[OP_TOTAL] = {
        [OP_ANY] = { "CASE WHEN COUNT(CASE WHEN m.f THEN 1 END) > 0 THEN TRUE WHEN " FILTERED " THEN FALSE END",
                     "CASE WHEN COUNT(CASE WHEN m.f THEN 1 END) > 0 THEN TRUE END" },
        [OP_ALL] = { "CASE WHEN COUNT(CASE WHEN NOT m.f THEN 1 END) > 0 THEN FALSE WHEN " FILTERED " THEN COUNT(*) > 0 END",
                     "CASE WHEN COUNT(CASE WHEN NOT m.f THEN 1 END) > 0 THEN FALSE END" },
        [OP_COUNT] = { "CASE WHEN " FILTERED " THEN COUNT(CASE WHEN m.f THEN 1 END) END", NULL },
        [OP_SUM] = { "CASE WHEN " VALUED " AND COALESCE(SUM(" PICKED "), 0) BETWEEN -9223372036854775807 AND "
                     "9223372036854775807 THEN CAST(COALESCE(SUM(" PICKED "), 0) AS BIGINT) END", NULL },
        [OP_LARGEST] = { "CASE WHEN " VALUED " THEN MAX(" PICKED ") END", NULL },
        [OP_SMALLEST] = { "CASE WHEN " VALUED " THEN MIN(" PICKED ") END", NULL },
        [OP_COUNT_DISTINCT] = { "CASE WHEN " VALUED " THEN COUNT(DISTINCT " PICKED ") END", NULL },
};

static void print_reduce(SqlPlaced *placed, const Step *step) {
        const Link *link = &placed->sql.program->links[step->aux];
        const char *text = link->complete ? reduces[step->op].whole : reduces[step->op].part;
        uint32_t parent = placed->alias, member = ++placed->aliases;
        MeasureScope scope = { 0 };
        if (text == NULL) {
                sql_text_literal(&placed->sql, step->type, UNKNOWN);
                return;
        }
        placed->alias = member;
        Str filter = placed_text(placed, &scope, step->a), value = { NULL, 0 };
        if (step->b != NONE)
                value = placed_text(placed, &scope, step->b);
        placed->alias = parent;
        buffer_format(placed->sql.out, "(SELECT %s FROM (SELECT %.*s AS f", text, STR_ARG(filter));
        if (value.length > 0)
                buffer_format(placed->sql.out, ", %.*s AS v", STR_ARG(value));
        buffer_add(placed->sql.out, STR(" FROM "));
        placed_name(placed, placed->sql.program->entities[link->child].name);
        buffer_format(placed->sql.out, " t%u", member);
        placed_joins(placed, &scope);
        buffer_format(placed->sql.out, " WHERE t%u._city = $1 AND ", member);
        print_column(placed, member, link->one_name);
        buffer_add(placed->sql.out, STR(" = "));
        print_alias(placed, parent);
        buffer_add(placed->sql.out, STR("._id) m)"));
}

/* ---- the hook ----------------------------------------------------------------------------------------- */

static bool print_placed(const Sql *sql, uint32_t number) {
        SqlPlaced *placed = sql->placed;
        const Step *step = &sql->program->steps[number];
        if (step->entity == ENTITY_NONE && !placed->steps[number].moves)
                return false;
        if (step->op == OP_BASE_DATE)
                buffer_add(sql->out, STR("p.last_day"));
        else if (step->op == OP_APPLY_DATE)
                buffer_add(sql->out, STR("p.first_day"));
        else if (step->op == OP_FACT)
                print_fact(placed, &sql->program->facts[step->aux]);
        else if (step->op == OP_LINK)
                print_column(placed, placed->alias, sql->program->links[step->aux].one_name);
        else if (step->op == OP_GATHER)
                print_gather(placed, step);
        else if (is_reduce(step))
                print_reduce(placed, step);
        else
                sql_text_define(sql, number);
        return true;
}

SqlPlaced *placed_new(const Program *program, const MeasureSql *options, Arena *arena, Buffer *out, Diagnostics *diagnostics) {
        SqlPlaced *placed = ARENA_NEW(arena, SqlPlaced, 1);
        placed->options = (SqlOptions){ .dialect = options->dialect, .base_date = options->from, .apply_date = options->from };
        placed->from = options->from;
        placed->to = options->to;
        placed->sql = sql_begin(program, &placed->options, arena);
        placed->sql.out = out;
        placed->sql.diagnostics = diagnostics;
        placed->sql.placed = placed;
        placed->sql.print_placed = print_placed;
        placed->sql.frame = sql_run_literals(&placed->sql);
        placed->steps = ARENA_NEW(arena, MeasureStep, program->step_count + 1);
        for (uint32_t step = 0; step < program->step_count; step++)
                find_out(placed, step);
        return placed;
}
