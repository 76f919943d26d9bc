/* The SQL generator: what is asked for, what is refused, and the order of the work. */
#include "engine/sql_inside.h"

#define ARENA_CAP ((size_t) 256 << 20)
#define CONDITIONS_MAX 62         /* bits of a mask */
#define COLUMNS_MAX 1500          /* PostgreSQL allows 1600 */

/* ---- refusals ----------------------------------------------------------------------------------------- */

bool sql_refuse(Sql *sql, SqlRefusal refusal, Span at, Str about) {
        static const struct {
                const char *code, *text;
                Str         hint;
        } rows[] = {
#define REFUSAL(id, code, text, hint) [SQL_REFUSED_##id] = { code, text, STR_INIT(hint) },
#include "engine/sql_refusals.def"
#undef REFUSAL
        };
        bool fatal = !sql->options->partial || refusal == SQL_REFUSED_WIDTH;
        Span place = at.file < sql->diagnostics->file_count ? at : (Span){ 0, 0, 0 };
        diagnostics_add(sql->diagnostics, fatal ? DIAGNOSTIC_ERROR : DIAGNOSTIC_WARNING, rows[refusal].code, place,
                        rows[refusal].hint, "「%.*s」%s", STR_ARG(about), rows[refusal].text);
        return !fatal;
}

/* What stands in the way of each step: its own refusal, or an operand's. */
static void find_refusals(Sql *sql) {
        for (uint32_t step = 0; step < sql->program->step_count; step++) {
                const Step *made = &sql->program->steps[step];
                const uint32_t operands[3] = { made->a, made->b, made->c };
                if (sql_is_literal(sql, step))
                        continue;
                SqlRefusal refused = sql_text_refuses(sql, made);
                for (uint32_t i = 0; i < 3; i++)
                        if (operands[i] != NONE && refused == SQL_FINE)
                                refused = sql->steps[operands[i]].refused;
                sql->steps[step].refused = refused;
        }
}

Span sql_refused_at(const Sql *sql, uint32_t step) {
        const Step *made = &sql->program->steps[step];
        const uint32_t operands[3] = { made->a, made->b, made->c };
        for (uint32_t i = 0; i < 3; i++)
                if (operands[i] != NONE && sql->steps[operands[i]].refused != SQL_FINE)
                        return sql_refused_at(sql, operands[i]);
        return made->at;
}

/* ---- what is asked for -------------------------------------------------------------------------------- */

/* False when it cannot be said and everything must be. */
static bool add_root(Sql *sql, uint16_t entity, uint32_t step, uint32_t when, Str about, Str name) {
        uint32_t bad = sql->steps[step].refused != SQL_FINE                   ? step
                       : when != NONE && sql->steps[when].refused != SQL_FINE ? when
                                                                              : NONE;
        if (bad != NONE)
                return sql_refuse(sql, sql->steps[bad].refused, sql_refused_at(sql, bad), about);
        SqlRoot *root = ARENA_PUSH(sql->arena, sql->roots, sql->root_count, sql->root_capacity);
        *root = (SqlRoot){ .step = step, .when = when, .entity = entity, .name = name };
        return true;
}

static bool add_benefit(Sql *sql, uint32_t number, uint32_t at) {
        const Policy *policy = &sql->program->policies[number];
        const Benefit *benefit = &policy->benefits[at];
        Str prefix = str_format(sql->arena, "p%u_b%u", number, at), about = benefit->name;
        if ((benefit->interest_count > 0 && !sql_refuse(sql, SQL_REFUSED_SCHEDULE, benefit->at, about)) ||
            (benefit->each != NONE && !sql_refuse(sql, SQL_REFUSED_EACH, benefit->at, about)))
                return false;
        bool fine = add_root(sql, policy->entity, benefit->when, NONE, about,
                             str_format(sql->arena, "%.*s_when", STR_ARG(prefix)));
        for (uint32_t i = 0; i < benefit->output_count && fine; i++) {
                const Output *output = &benefit->outputs[i];
                const uint32_t steps[3] = { output->step, output->floor, output->ceiling };
                static const char *const suffixes[3] = { "", "_floor", "_ceiling" };
                for (uint32_t k = 0; k < 3 && fine; k++)
                        if (steps[k] != NONE)
                                fine = add_root(sql, policy->entity, steps[k], benefit->when, about,
                                                str_format(sql->arena, "%.*s_o%u%s", STR_ARG(prefix), i, suffixes[k]));
        }
        return fine;
}

static bool in_exclusive(const Program *program, uint32_t policy) {
        for (uint32_t i = 0; i < program->exclusive_count; i++)
                for (uint32_t k = 0; k < program->exclusives[i].policy_count; k++)
                        if (program->exclusives[i].policies[k] == policy)
                                return true;
        return false;
}

static bool add_policy(Sql *sql, uint32_t number) {
        const Policy *policy = &sql->program->policies[number];
        sql->left_out[number] = true;
        if (policy->eligible == NONE)
                return true;
        if (in_exclusive(sql->program, number) && !sql_refuse(sql, SQL_REFUSED_EXCLUSIVE, policy->at, policy->name))
                return false;
        if (policy->budget != NONE && !sql_refuse(sql, SQL_REFUSED_BUDGET, policy->at, policy->name))
                return false;
        if (policy->condition_count > CONDITIONS_MAX)
                return sql_refuse(sql, SQL_REFUSED_MASK, policy->at, policy->name);
        const uint32_t truths[3] = { policy->eligible, policy->eligible_if_judged, policy->eligible_if_open };
        static const char *const names[3] = { "eligible", "judged", "open" };
        uint32_t before = sql->root_count;
        for (uint32_t i = 0; i < 3; i++) {
                uint32_t roots = sql->root_count;
                if (!add_root(sql, policy->entity, truths[i], NONE, policy->name,
                              str_format(sql->arena, "p%u_%s", number, names[i])))
                        return false;
                if (sql->root_count == roots) {
                        sql->root_count = before;
                        return true;
                }
        }
        for (uint32_t i = 0; i < policy->condition_count; i++) {
                uint32_t step = policy->conditions[i].step;
                if (sql->steps[step].refused != SQL_FINE) {
                        sql->root_count = before;
                        return sql_refuse(sql, sql->steps[step].refused, sql_refused_at(sql, step), policy->name);
                }
                *ARENA_PUSH(sql->arena, sql->masked.items, sql->masked.count, sql->masked.capacity) = step;
        }
        sql->left_out[number] = false;
        for (uint32_t i = 0; i < policy->benefit_count; i++)
                if (!add_benefit(sql, number, i))
                        return false;
        return true;
}

static bool add_everything(Sql *sql) {
        const SqlOptions *options = sql->options;
        uint32_t count = options->policies ? options->policy_count : sql->program->policy_count;
        bool *seen = ARENA_NEW(sql->arena, bool, sql->program->step_count + 1), fine = true;
        for (uint32_t i = 0; i < sql->program->policy_count; i++)
                sql->left_out[i] = true;
        for (uint32_t i = 0; i < count; i++)
                fine = add_policy(sql, options->policies ? options->policies[i] : i) && fine;
        for (uint32_t i = 0; i < options->step_count; i++) {
                const Step *step = &sql->program->steps[options->steps[i]];
                MUST(step->entity != ENTITY_NONE);
                if (seen[options->steps[i]])
                        continue;
                seen[options->steps[i]] = true;
                fine = add_root(sql, step->entity, options->steps[i], NONE, step->name,
                                str_format(sql->arena, "s%u", options->steps[i])) && fine;
        }
        return fine;
}

static bool widths_fit(Sql *sql) {
        for (uint16_t entity = 0; entity < sql->program->entity_count; entity++) {
                uint32_t width = 1;
                for (uint32_t i = 0; i < sql->root_count; i++)
                        width += sql->roots[i].entity == entity;
                for (uint32_t i = 0; i < sql->program->policy_count; i++)
                        if (!sql->left_out[i] && sql->program->policies[i].entity == entity)
                                width += 2 + sql->program->policies[i].condition_count;
                if (width > COLUMNS_MAX)
                        return sql_refuse(sql, SQL_REFUSED_WIDTH, (Span){ 0, 0, 0 }, sql->program->entities[entity].name);
        }
        return true;
}

/* ---- the work ----------------------------------------------------------------------------------------- */

const Frame *sql_run_literals(const Sql *sql) {
        Run run = { .program = sql->program,
                    .base_date = sql->options->base_date,
                    .apply_date = sql->options->apply_date,
                    .parameters = sql->options->parameters };
        uint32_t *counts = ARENA_NEW(sql->arena, uint32_t, sql->program->entity_count + 1);
        Frame *frame = frame_new(sql->arena, sql->program, population_new(sql->arena, sql->program, counts));
        scalar_evaluate(&run, frame);
        return frame;
}

Sql sql_begin(const Program *program, const SqlOptions *options, Arena *arena) {
        uint32_t entities = program->entity_count + 1;
        return (Sql){ .program = program,
                      .options = options,
                      .arena = arena,
                      .steps = ARENA_NEW(arena, SqlStep, program->step_count + 1),
                      .columns = ARENA_NEW(arena, SqlColumn, program->step_count + 2 * program->link_count + 1),
                      .held = ARENA_NEW(arena, SqlList, entities),
                      .table = ARENA_NEW(arena, uint32_t, entities),
                      .read = ARENA_NEW(arena, bool, entities),
                      .left_out = ARENA_NEW(arena, bool, program->policy_count + 1) };
}

Rc sql_generate(const Program *program, const SqlOptions *options, Buffer *out, Diagnostics *diagnostics) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        Sql sql = sql_begin(program, options, arena);
        sql.out = out;
        sql.diagnostics = diagnostics;
        sql.frame = sql_run_literals(&sql);
        find_refusals(&sql);
        if (!add_everything(&sql))
                return RC_INVALID;
        sql_plan_needed(&sql);
        if (!widths_fit(&sql))
                return RC_INVALID;
        sql_script(&sql);
        return RC_OK;
}

void sql_generate_tables(const Program *program, const SqlOptions *options, Buffer *out) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        Sql sql = sql_begin(program, options, arena);
        sql.out = out;
        sql_tables(&sql);
}
