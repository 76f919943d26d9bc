/* A measure as one SELECT over the record tables. Three shapes.
 *
 * By day: a dated count or sum whose condition stays the same from period to period. The rows are grouped by day and by
 * whatever of their own columns the partners' conditions need, which an index in that order (measure_index) gives
 * without sorting; partners are looked up once a group; the few groups that are left meet the periods, which may overlap.
 *
 * By stock: a count or sum without a day. The rows are grouped by whatever of their own columns the period's conditions and
 * the partners' need; each period goes through the groups.
 *
 * By row: all others. Each period reads its rows (the dated ones by a range of the index) and is grouped by county; of
 * different keys every row is given out, for the caller to count.
 *
 * A row whose date is unknown lies in no period and is left out. A figure that does not fit 64 bits is an error of the
 * database, never a wrong figure. */
#include "engine/measure_sql_inside.h"

#define TEXT_CAP ((size_t) 4 << 20)
#define JOINS_MAX 50              /* SQLite joins at most 64 tables */
#define CONJUNCTS_MAX 256

/* The measure's expressions; an empty text is one that is not there. */
typedef struct Writing {
        SqlPlaced        *placed;
        const MeasureSql *options;
        const Measure    *measure;
        Buffer           *out;
        uint32_t          truth, county; /* steps or NONE */
        MeasureScope      scope;         /* of the rows, by day: of the groups */
} Writing;

static const Step *step_of(const Writing *writing, uint32_t step) {
        return &writing->placed->sql.program->steps[step];
}

static const MeasureStep *known_of(const Writing *writing, uint32_t step) {
        return &writing->placed->steps[step];
}

static Str text_of(Writing *writing, uint32_t step) {
        return step == NONE ? STR("TRUE") : placed_text(writing->placed, &writing->scope, step);
}

static uint32_t value_of(const Measure *measure) {
        return measure->kind == MEASURE_SUM ? measure->value : measure->kind == MEASURE_DISTINCT ? measure->distinct : NONE;
}

/* The county, -1 for one that is not known. */
static Str county_text(Writing *writing) {
        if (writing->county == NONE)
                return STR("-1");
        Str county = text_of(writing, writing->county);
        return str_format(writing->placed->sql.arena, "COALESCE(%.*s, -1)", STR_ARG(county));
}

static void write_table(Writing *writing) {
        placed_name(writing->placed, writing->placed->sql.program->entities[writing->measure->entity].name);
        buffer_add(writing->out, STR(" t"));
}

static void write_days(Writing *writing, Str day) {
        buffer_format(writing->out, "%.*s BETWEEN %d AND %d", STR_ARG(day), writing->options->from, writing->options->to);
}

/* Only rows of the county that is asked for; nothing when all are. */
#define ASKED_COUNTY "CAST($2 AS BIGINT)"
static void write_one_county(Writing *writing, Str county) {
        if (writing->options->one_county)
                buffer_format(writing->out, "\n   AND %.*s = " ASKED_COUNTY, STR_ARG(county));
}

/* ---- by row ------------------------------------------------------------------------------------------- */

/* FROM and WHERE of the rows of each period. CROSS JOIN: SQLite keeps the order of tables. A row's own day is found by an
 * index, period by period; a partner's day is looked up once, and meets the periods then. The sign before it keeps SQLite
 * from starting at the partner and looking for its rows one by one. */
static void write_source(Writing *writing, Str day) {
        Buffer *out = writing->out;
        bool late = day.length > 0 && known_of(writing, writing->measure->dated)->joined;
        buffer_add(out, late ? STR("\n  FROM ") : STR("\n  FROM period p CROSS JOIN "));
        write_table(writing);
        placed_joins(writing->placed, &writing->scope);
        buffer_add(out, late ? STR("\n CROSS JOIN period p\n WHERE t._city = $1 AND +") : STR("\n WHERE t._city = $1"));
        if (late)
                write_days(writing, day);
        if (day.length > 0)
                buffer_format(out, " AND %s%.*s BETWEEN p.first_day AND p.last_day", late ? "+" : "", STR_ARG(day));
        if (writing->county != NONE)
                write_one_county(writing, text_of(writing, writing->county));
}

/* The text of a step, empty for NONE. */
static Str text_or_nothing(Writing *writing, uint32_t step) {
        return step == NONE ? (Str){ NULL, 0 } : text_of(writing, step);
}

static void write_truth(Writing *writing, Str truth) {
        if (writing->truth != NONE)
                buffer_format(writing->out, " AND (%.*s) IS NOT FALSE", STR_ARG(truth));
}

/* Rows as (_group, _truth, _value), none whose truth is 否. A group is period and county in one number, which SQLite
 * sorts more than twice as fast as two. */
#define COUNTIES "65536"          /* codes are below; 0 is for a county that is not known */
static void write_rows(Writing *writing) {
        Buffer *out = writing->out;
        uint32_t value = value_of(writing->measure);
        Str truth = text_of(writing, writing->truth), key = text_or_nothing(writing, value);
        Str day = text_or_nothing(writing, writing->measure->dated);
        buffer_add(out, STR("SELECT p.number"));
        if (writing->county != NONE)
                buffer_format(out, " * " COUNTIES " + %.*s + 1", STR_ARG(county_text(writing)));
        buffer_format(out, " AS _group, %.*s AS _truth, ", STR_ARG(truth));
        buffer_add(out, value == NONE ? STR("1") : key);
        buffer_add(out, STR(" AS _value"));
        write_source(writing, day);
        write_truth(writing, truth);
}

/* Period and county of the group of alias t or q. */
static void write_group(const Writing *writing, char alias) {
        if (writing->county != NONE)
                buffer_format(writing->out, "SELECT %c._group / " COUNTIES ", %c._group %% " COUNTIES " - 1, ", alias, alias);
        else
                buffer_format(writing->out, "SELECT %c._group, -1, ", alias);
}

static void write_by_row(Writing *writing) {
        static const char picked[] = "CASE WHEN t._truth THEN t._value END";
        write_group(writing, 't');
        if (writing->measure->kind == MEASURE_SUM)
                buffer_format(writing->out, "CAST(COALESCE(SUM(%s), 0) AS BIGINT)", picked);
        else
                buffer_format(writing->out, "COUNT(%s)", picked);
        buffer_format(writing->out, ", COUNT(*) - COUNT(%s)\n  FROM (", picked);
        write_rows(writing);
        buffer_add(writing->out, STR(") t\n GROUP BY t._group"));
}

/* Every row that counts or leaves it open, with its key. */
static void write_keys_of_rows(Writing *writing) {
        Buffer *out = writing->out;
        Str truth = text_of(writing, writing->truth), key = text_of(writing, writing->measure->distinct);
        Str day = text_or_nothing(writing, writing->measure->dated);
        buffer_format(out, "SELECT p.number, %.*s, %.*s, CASE WHEN %.*s IS NOT NULL", STR_ARG(county_text(writing)), STR_ARG(key),
                      STR_ARG(key));
        if (writing->truth != NONE)
                buffer_format(out, " AND %.*s", STR_ARG(truth));
        buffer_add(out, STR(" THEN 1 ELSE 0 END"));
        write_source(writing, day);
        write_truth(writing, truth);
}

static void write_ids(Writing *writing) {
        Buffer *out = writing->out;
        Str truth = text_or_nothing(writing, writing->truth), key = text_or_nothing(writing, value_of(writing->measure));
        Str day = text_or_nothing(writing, writing->measure->dated), county = county_text(writing);
        buffer_add(out, STR("SELECT t._id"));
        write_source(writing, day);
        if (truth.length > 0)
                buffer_format(out, " AND (%.*s)", STR_ARG(truth));
        if (key.length > 0)
                buffer_format(out, " AND (%.*s) IS NOT NULL", STR_ARG(key));
        buffer_format(out, "\n   AND (CAST($4 AS BIGINT) = -1 OR %.*s = CAST($4 AS BIGINT))\n ORDER BY t._id LIMIT $2 OFFSET $3",
                      STR_ARG(county));
}

/* ---- by day ------------------------------------------------------------------------------------------- */

/* The condition's conjuncts: those about the row alone, and the late ones: about its partners or the period. */
typedef struct Conjuncts {
        uint32_t own[CONJUNCTS_MAX], late[CONJUNCTS_MAX];
        uint32_t own_count, late_count;
} Conjuncts;

static bool is_late(const Writing *writing, uint32_t step) {
        return known_of(writing, step)->joined || known_of(writing, step)->changes;
}

static bool split(const Writing *writing, uint32_t step, Conjuncts *conjuncts) {
        const Step *made = step_of(writing, step);
        if (conjuncts->own_count + conjuncts->late_count >= CONJUNCTS_MAX)
                return false;
        if (made->op == OP_AND && is_late(writing, step))
                return split(writing, made->a, conjuncts) && split(writing, made->b, conjuncts);
        if (is_late(writing, step))
                conjuncts->late[conjuncts->late_count++] = step;
        else
                conjuncts->own[conjuncts->own_count++] = step;
        return true;
}

/* The steps that are read at the level of groups: what is said late, and a county or day that is known late. */
static uint32_t group_steps(const Writing *writing, const Conjuncts *conjuncts, uint32_t steps[CONJUNCTS_MAX + 2]) {
        const uint32_t others[] = { writing->county, writing->measure->dated };
        uint32_t count = 0;
        for (uint32_t i = 0; i < conjuncts->late_count; i++)
                steps[count++] = conjuncts->late[i];
        for (uint32_t i = 0; i < ARRAY_LENGTH(others); i++)
                if (others[i] != NONE && is_late(writing, others[i]))
                        steps[count++] = others[i];
        return count;
}

/* By day the period is met last, so nothing may depend on it. */
static bool depends_on_period(const Writing *writing) {
        const uint32_t steps[] = { writing->truth, writing->county, writing->measure->dated };
        for (uint32_t i = 0; i < ARRAY_LENGTH(steps); i++)
                if (steps[i] != NONE && known_of(writing, steps[i])->changes)
                        return true;
        return false;
}

/* Whether the measure can be taken by groups, and how its condition is divided. */
static bool goes_by_groups(const Writing *writing, Conjuncts *conjuncts) {
        const Measure *measure = writing->measure;
        uint32_t grouped[CONJUNCTS_MAX + 2];
        if (measure->kind == MEASURE_DISTINCT || (measure->dated != NONE && depends_on_period(writing)))
                return false;
        if (measure->kind == MEASURE_SUM && is_late(writing, measure->value))
                return false;
        if (writing->truth != NONE && !split(writing, writing->truth, conjuncts))
                return false;
        uint32_t count = group_steps(writing, conjuncts, grouped);
        for (uint32_t i = 0; i < count; i++)
                if (known_of(writing, grouped[i])->members)
                        return false;    /* it needs the row itself */
        return true;
}

/* The conjunction, or an empty text when there is none. */
static Str all_of(Writing *writing, MeasureScope *scope, const uint32_t *steps, uint32_t count) {
        Buffer text = buffer_new(TEXT_CAP);
        for (uint32_t i = 0; i < count; i++) {
                buffer_add(&text, i > 0 ? STR(" AND ") : STR(""));
                buffer_add(&text, placed_text(writing->placed, scope, steps[i]));
        }
        Str copy = str_copy(writing->placed->sql.arena, buffer_str(&text));
        buffer_free(&text);
        return copy;
}

/* The figures of a group of rows: _total and _yes for the rows that count, _maybe for those that leave it open. */
static void write_figures(Writing *writing, Str own) {
        Buffer *out = writing->out;
        Str value = STR("1");
        bool sum = writing->measure->kind == MEASURE_SUM;
        if (sum)
                value = placed_text(writing->placed, NULL, writing->measure->value);
        if (own.length > 0)
                value = str_format(writing->placed->sql.arena, "CASE WHEN %.*s THEN %.*s END", STR_ARG(own), STR_ARG(value));
        buffer_format(out, "COUNT(%.*s) AS _yes, COUNT(*) - COUNT(%.*s) AS _maybe", STR_ARG(value), STR_ARG(value));
        if (sum)
                buffer_format(out, ", SUM(%.*s) AS _total", STR_ARG(value));
}

/* What rows are grouped by: day and county where they are their own, and the columns that the grouped steps read. */
static uint32_t write_keys(Writing *writing, const uint32_t *grouped, uint32_t count) {
        const Program *program = writing->placed->sql.program;
        Buffer *out = writing->out;
        bool *marks = ARENA_NEW(writing->placed->sql.arena, bool, program->fact_count + program->link_count + 1);
        const uint32_t own[] = { writing->measure->dated, writing->county };
        static const char *const names[] = { "_day", "_county" };
        uint32_t keys = 0;
        for (uint32_t i = 0; i < ARRAY_LENGTH(own); i++)
                if (own[i] != NONE && !is_late(writing, own[i])) {
                        buffer_format(out, "%.*s AS %s, ", STR_ARG(placed_text(writing->placed, NULL, own[i])), names[i]);
                        keys++;
                }
        for (uint32_t i = 0; i < count; i++)
                placed_columns(writing->placed, grouped[i], marks);
        for (uint32_t i = 0; i < program->fact_count + program->link_count; i++)
                if (marks[i]) {
                        buffer_add(out, STR("t."));
                        placed_name(writing->placed, i < program->fact_count ? program->facts[i].name
                                                                             : program->links[i - program->fact_count].one_name);
                        buffer_add(out, STR(", "));
                        keys++;
                }
        return keys;
}

static void write_groups(Writing *writing, const Conjuncts *conjuncts, const uint32_t *grouped, uint32_t count) {
        Buffer *out = writing->out;
        Str own = all_of(writing, NULL, conjuncts->own, conjuncts->own_count);
        buffer_add(out, STR("SELECT "));
        uint32_t keys = write_keys(writing, grouped, count);
        write_figures(writing, own);
        buffer_add(out, STR("\n  FROM "));
        write_table(writing);
        buffer_add(out, STR("\n WHERE t._city = $1"));
        if (writing->measure->dated != NONE && !is_late(writing, writing->measure->dated)) {
                buffer_add(out, STR(" AND "));
                write_days(writing, placed_text(writing->placed, NULL, writing->measure->dated));
        }
        if (own.length > 0)
                buffer_format(out, " AND (%.*s) IS NOT FALSE", STR_ARG(own));
        if (writing->county != NONE && !is_late(writing, writing->county))
                write_one_county(writing, placed_text(writing->placed, NULL, writing->county));
        else if (writing->options->one_county && step_of(writing, writing->county)->op == OP_GATHER)
                placed_partners_with(writing->placed, writing->county, ASKED_COUNTY);
        for (uint32_t i = 1; i <= keys; i++)
                buffer_format(out, i == 1 ? "\n GROUP BY %u" : ", %u", i);
}

/* The groups with their partners: by day and county. */
static void write_partners(Writing *writing, const Conjuncts *conjuncts, const uint32_t *grouped, uint32_t count) {
        Buffer *out = writing->out;
        MeasureScope *scope = &writing->scope;
        bool sum = writing->measure->kind == MEASURE_SUM, joined_day = known_of(writing, writing->measure->dated)->joined;
        Str joined = all_of(writing, scope, conjuncts->late, conjuncts->late_count), county = STR("t._county"), day = STR("t._day");
        if (joined_day)
                day = text_of(writing, writing->measure->dated);
        if (writing->county != NONE && known_of(writing, writing->county)->joined)
                county = text_of(writing, writing->county);
        buffer_format(out, "SELECT %.*s AS _day, ", STR_ARG(day));
        if (writing->county != NONE)
                buffer_format(out, "%.*s AS _county, ", STR_ARG(county));
        if (joined.length > 0)
                buffer_format(out, "SUM(CASE WHEN %.*s THEN t.%s END) AS _%s, "
                                   "SUM(CASE WHEN %.*s THEN t._maybe ELSE t._yes + t._maybe END) AS _maybe\n  FROM (",
                              STR_ARG(joined), sum ? "_total" : "_yes", sum ? "total" : "yes", STR_ARG(joined));
        else
                buffer_format(out, "SUM(t.%s) AS %s, SUM(t._maybe) AS _maybe\n  FROM (", sum ? "_total" : "_yes",
                              sum ? "_total" : "_yes");
        write_groups(writing, conjuncts, grouped, count);
        buffer_add(out, STR(") t"));
        placed_joins(writing->placed, scope);
        buffer_add(out, STR("\n WHERE TRUE"));
        if (joined_day) {
                buffer_add(out, STR(" AND "));
                write_days(writing, day);
        }
        if (joined.length > 0)
                buffer_format(out, " AND (%.*s) IS NOT FALSE", STR_ARG(joined));
        if (writing->county != NONE && is_late(writing, writing->county))
                write_one_county(writing, county);
        buffer_add(out, writing->county != NONE ? STR("\n GROUP BY 1, 2") : STR("\n GROUP BY 1"));
}

/* Every period goes through the groups. */
static void write_by_stock(Writing *writing, const Conjuncts *conjuncts) {
        Buffer *out = writing->out;
        uint32_t grouped[CONJUNCTS_MAX + 2], count = group_steps(writing, conjuncts, grouped);
        const char *value = writing->measure->kind == MEASURE_SUM ? "t._total" : "t._yes";
        Str late = all_of(writing, &writing->scope, conjuncts->late, conjuncts->late_count), county = STR("COALESCE(t._county, -1)");
        if (writing->county != NONE && is_late(writing, writing->county))
                county = county_text(writing);
        write_group(writing, 'q');
        buffer_add(out, STR("CAST(COALESCE(SUM(q._value), 0) AS BIGINT), CAST(SUM(q._maybe) AS BIGINT)\n  FROM (SELECT p.number"));
        if (writing->county != NONE)
                buffer_format(out, " * " COUNTIES " + %.*s + 1", STR_ARG(county));
        if (late.length > 0)
                buffer_format(out, " AS _group, CASE WHEN %.*s THEN %s END AS _value, "
                                   "CASE WHEN %.*s THEN t._maybe ELSE t._yes + t._maybe END AS _maybe",
                              STR_ARG(late), value, STR_ARG(late));
        else
                buffer_format(out, " AS _group, %s AS _value, t._maybe", value);
        buffer_add(out, STR("\n  FROM period p CROSS JOIN ("));
        write_groups(writing, conjuncts, grouped, count);
        buffer_add(out, STR(") t"));
        placed_joins(writing->placed, &writing->scope);
        buffer_add(out, STR("\n WHERE TRUE"));
        if (late.length > 0)
                buffer_format(out, " AND (%.*s) IS NOT FALSE", STR_ARG(late));
        if (writing->county != NONE && is_late(writing, writing->county))
                write_one_county(writing, county);
        buffer_add(out, STR(") q\n GROUP BY q._group"));
}

static void write_by_day(Writing *writing, const Conjuncts *conjuncts) {
        uint32_t grouped[CONJUNCTS_MAX + 2], count = group_steps(writing, conjuncts, grouped);
        bool by_county = writing->county != NONE;
        buffer_format(writing->out,
                      "SELECT p.number, %s, CAST(COALESCE(SUM(q.%s), 0) AS BIGINT), CAST(SUM(q._maybe) AS BIGINT)\n  FROM (",
                      by_county ? "COALESCE(q._county, -1)" : "-1", writing->measure->kind == MEASURE_SUM ? "_total" : "_yes");
        if (count > 0)
                write_partners(writing, conjuncts, grouped, count);
        else
                write_groups(writing, conjuncts, grouped, 0);
        buffer_format(writing->out, ") q\n  JOIN period p ON q._day BETWEEN p.first_day AND p.last_day\n GROUP BY p.number%s",
                      by_county ? ", q._county" : "");
}

/* ---- the work ----------------------------------------------------------------------------------------- */

static bool is_allowed(Writing *writing) {
        const Measure *measure = writing->measure;
        const uint32_t steps[] = { writing->truth, writing->county, measure->dated, value_of(measure) };
        const Program *program = writing->placed->sql.program;
        if (program->entities[measure->entity].derived_from != NONE)
                return sql_refuse(&writing->placed->sql, SQL_REFUSED_RECORDS, (Span){ 0, 0, 0 },
                                  program->entities[measure->entity].name);
        for (uint32_t i = 0; i < ARRAY_LENGTH(steps); i++)
                if (!placed_allows(writing->placed, steps[i]))
                        return false;
        return true;
}

static Writing writing_new(const Program *program, const Measure *measure, const MeasureSql *options, SqlPlaced *placed) {
        uint32_t county = program->entities[measure->entity].county;
        placed->measure = measure;
        return (Writing){ .placed = placed, .options = options, .measure = measure, .out = placed->sql.out,
                          .truth = measure->dated == NONE ? measure->where : measure->rest,
                          .county = options->by_county || options->rows ? county : NONE };
}

Rc measure_sql(const Program *program, const Measure *measure, const MeasureSql *options, Arena *arena, Buffer *out,
               Diagnostics *diagnostics) {
        size_t before = out->length;
        SqlPlaced *placed = placed_new(program, options, arena, out, diagnostics);
        Writing writing = writing_new(program, measure, options, placed);
        Conjuncts conjuncts = { .own_count = 0 };
        MUST(!options->one_county || writing.county != NONE);
        if (!is_allowed(&writing))
                return RC_INVALID;
        if (options->rows)
                write_ids(&writing);
        else if (measure->kind == MEASURE_DISTINCT)
                write_keys_of_rows(&writing);
        else if (!goes_by_groups(&writing, &conjuncts))
                write_by_row(&writing);
        else if (measure->dated != NONE)
                write_by_day(&writing, &conjuncts);
        else
                write_by_stock(&writing, &conjuncts);
        if (writing.scope.count <= JOINS_MAX)
                return RC_OK;
        out->length = before;
        (void) sql_refuse(&placed->sql, SQL_REFUSED_LENGTH, (Span){ 0, 0, 0 }, program->entities[measure->entity].name);
        return RC_INVALID;
}

bool measure_adds_up(const Program *program, const Measure *measure, int32_t from, int32_t to, Arena *arena) {
        const MeasureSql options = { .from = from, .to = to };
        const SqlPlaced *placed = placed_new(program, &options, arena, NULL, NULL);
        const uint32_t steps[] = { measure->rest, value_of(measure) };
        for (uint32_t i = 0; i < ARRAY_LENGTH(steps); i++)
                if (steps[i] != NONE && placed->steps[steps[i]].changes)
                        return false;
        return measure->dated != NONE;
}

void measure_reads(const Program *program, const Measure *measure, Arena *arena, bool *reads) {
        const uint32_t roots[] = { measure->where, measure->dated, measure->rest, value_of(measure),
                                   program->entities[measure->entity].county };
        bool *seen = ARENA_NEW(arena, bool, program->step_count + 1);
        reads[measure->entity] = true;
        for (uint32_t i = 0; i < ARRAY_LENGTH(roots); i++)
                if (roots[i] != NONE)
                        seen[roots[i]] = true;
        for (uint32_t at = program->step_count; at-- > 0; ) {
                const Step *step = &program->steps[at];
                const uint32_t operands[3] = { step->a, step->b, step->c };
                if (!seen[at])
                        continue;
                if (step->entity != ENTITY_NONE)
                        reads[step->entity] = true;
                if (op_class(step->op) == CLASS_CROSS) {
                        reads[program->links[step->aux].child] = true;
                        reads[program->links[step->aux].parent] = true;
                }
                for (uint32_t i = 0; i < 3; i++)
                        if (operands[i] != NONE)
                                seen[operands[i]] = true;
        }
}

/* ---- the index ---------------------------------------------------------------------------------------- */

typedef struct Index {
        const Program *program;
        Str           *columns;
        bool          *taken;            /* facts, then links */
        uint32_t       count;
} Index;

static void take(Index *index, const bool *marks) {
        const Program *program = index->program;
        for (uint32_t i = 0; i < program->fact_count + program->link_count; i++) {
                if (!marks[i] || index->taken[i])
                        continue;
                index->taken[i] = true;
                index->columns[index->count++] =
                        i < program->fact_count ? program->facts[i].name : program->links[i - program->fact_count].one_name;
        }
}

static void take_step(Index *index, SqlPlaced *placed, uint32_t step) {
        bool *marks = ARENA_NEW(placed->sql.arena, bool, index->program->fact_count + index->program->link_count + 1);
        if (step == NONE)
                return;
        placed_columns(placed, step, marks);
        take(index, marks);
}

uint32_t measure_index(const Program *program, const Measure *measure, Arena *arena, Str **ret_columns) {
        const MeasureSql options = { .by_county = true };        /* one day: parameters stay what they are */
        uint32_t all = program->fact_count + program->link_count + 1, grouped[CONJUNCTS_MAX + 2];
        Index index = { program, ARENA_NEW(arena, Str, all), ARENA_NEW(arena, bool, all), 0 };
        SqlPlaced *placed = placed_new(program, &options, arena, NULL, NULL);
        Writing writing = writing_new(program, measure, &options, placed);
        Conjuncts conjuncts = { .own_count = 0 };
        bool grouped_rows = goes_by_groups(&writing, &conjuncts);
        if (measure->dated == NONE && !grouped_rows)
                return 0;
        take_step(&index, placed, measure->dated);
        if (writing.county != NONE && program->steps[writing.county].op == OP_FACT)
                take_step(&index, placed, writing.county);
        if (grouped_rows)
                for (uint32_t i = 0, count = group_steps(&writing, &conjuncts, grouped); i < count; i++)
                        take_step(&index, placed, grouped[i]);
        take_step(&index, placed, writing.county);
        take_step(&index, placed, writing.truth);
        take_step(&index, placed, value_of(measure));
        *ret_columns = index.columns;
        return index.count;
}
