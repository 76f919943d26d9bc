/* Single expressions: a template per operation, with %a %b %c for operands and %i for the immediate, %% for a percent
 * sign. Operands are printed so that any operator may stand beside them. */
#include "engine/sql_inside.h"

#include <string.h>

#define TABLE_CASES_MAX 64
#define IDENTIFIER_MAX 63         /* PostgreSQL cuts what is longer */
#define NESTING_OPEN 32
#define CALL_LENGTH 400           /* a call is short but dear: never worth repeating */

/* Parts of a date in SQLite, as text and as numbers; x is days. */
#define TEXT(part, x) "strftime('%%" part "', " x " * 86400, 'unixepoch')"
#define PART(part, x) "CAST(" TEXT(part, x) " AS INTEGER)"
#define MONTH_START(x, months) \
        "CAST(strftime('%%s', " x " * 86400, 'unixepoch', 'start of month', " months " || ' months') AS INTEGER) " \
        "/ 86400"
/* A date in PostgreSQL. */
#define DATE_OF(x) "(DATE '1970-01-01' + " x "::integer)"
#define A_DATE "BETWEEN -25567 AND 84005"

#define ROUNDING "CASE WHEN %a %% %i >= %i - %a %% %i THEN 1 WHEN -(%a %% %i) >= %i + %a %% %i THEN -1 ELSE 0 END"

/* What PostgreSQL's functions compute, for their bodies and for where there can be none. Its own calendar does the work:
 * date + interval clips to the month's last day. */
#define TWO_DATES(a, b) \
        "(SELECT DATE '1970-01-01' + " a "::integer AS p, DATE '1970-01-01' + " b "::integer AS q) x"
#define ADD_MONTHS(a, b) \
        "SELECT CASE WHEN " b " BETWEEN -10000 AND 10000 THEN\n" \
        "    (SELECT d::bigint FROM (SELECT (" DATE_OF(a) " + make_interval(months => " b "::integer))::date\n" \
        "       - DATE '1970-01-01' AS d) x WHERE d " A_DATE ") END"
#define FULL_MONTHS(a, b) \
        "SELECT (n - CASE WHEN (p + make_interval(months => n))::date > q THEN 1 ELSE 0 END)::bigint\n" \
        "    FROM (SELECT p, q, (EXTRACT(YEAR FROM q) * 12 + EXTRACT(MONTH FROM q)\n" \
        "                        - EXTRACT(YEAR FROM p) * 12 - EXTRACT(MONTH FROM p))::integer AS n\n" \
        "            FROM " TWO_DATES(a, b) ") y"
#define FULL_YEARS(a, b) \
        "SELECT (n - CASE WHEN (p + make_interval(years => n))::date > q THEN 1 ELSE 0 END)::bigint\n" \
        "    FROM (SELECT p, q, (EXTRACT(YEAR FROM q) - EXTRACT(YEAR FROM p))::integer AS n\n" \
        "            FROM " TWO_DATES(a, b) ") y"
#define MULTIPLY_DIVIDE(a, b, c, p, q) \
        "SELECT CASE WHEN r BETWEEN -9223372036854775807 AND 9223372036854775807 THEN r::bigint END\n" \
        "    FROM (SELECT div(2 * abs(n) + abs(d), 2 * abs(d)) * sign(n) * sign(d) AS r\n" \
        "            FROM (SELECT " a "::numeric * " b " * " p " AS n, NULLIF(" c "::numeric * " q ", 0) AS d) x\n" \
        "           WHERE n BETWEEN -170141183460469231731687303715884105728\n" \
        "                       AND 170141183460469231731687303715884105727) y"

typedef struct Template {
        const char *sqlite, *postgres;   /* postgres NULL: the same */
} Template;

static const Template templates[OP_TOTAL] = {
        [OP_ADD] = { "(%a + %b)", NULL },
        [OP_SUBTRACT] = { "(%a - %b)", NULL },
        [OP_MULTIPLY] = { "(%a * %b)", NULL },
        [OP_NEGATE] = { "(- %a)", NULL },
        [OP_SCALE_UP] = { "(%a * %i)", NULL },
        [OP_MINIMUM] = { "CASE WHEN %a <= %b THEN %a WHEN %b < %a THEN %b END", NULL },
        [OP_MAXIMUM] = { "CASE WHEN %a >= %b THEN %a WHEN %b > %a THEN %b END", NULL },
        [OP_ROUND_HALF_UP] = { "((%a / %i + " ROUNDING ") * %i)", NULL },
        [OP_ROUND_UP] = { "((%a / %i + CASE WHEN %a %% %i > 0 THEN 1 ELSE 0 END) * %i)", NULL },
        [OP_ROUND_DOWN] = { "((%a / %i - CASE WHEN %a %% %i < 0 THEN 1 ELSE 0 END) * %i)", NULL },
        [OP_SCALE_DOWN] = { "(%a / %i + " ROUNDING ")", NULL },
        [OP_ADD_MONTHS] = { "CASE WHEN %b BETWEEN -10000 AND 10000 THEN (SELECT d FROM (SELECT "
                            "min(" MONTH_START("%a", "%b") " + " PART("d", "%a") " - 1, "
                            MONTH_START("%a", "(%b + 1)") " - 1) AS d) WHERE d " A_DATE ") END",
                            "pg_temp.leye_add_months(%a, %b)" },
        [OP_ADD_DAYS] = { "CASE WHEN %b BETWEEN -1000000 AND 1000000 THEN "
                          "CASE WHEN %a + %b " A_DATE " THEN %a + %b END END", NULL },
        [OP_FULL_MONTHS] = { "(" PART("Y", "%b") " * 12 + " PART("m", "%b") " - " PART("Y", "%a") " * 12 - "
                             PART("m", "%a") " - CASE WHEN " TEXT("d", "%b") " < " TEXT("d", "%a") " AND "
                             TEXT("m", "(%b + 1)") " = " TEXT("m", "%b") " THEN 1 ELSE 0 END)",
                             "pg_temp.leye_full_months(%a, %b)" },
        /* the difference of two dates written as numbers, 20230228 - 20040229; born on 29 February: 28 February will do in
         * a year without it. The hundred million keeps the division from rounding up below zero. */
        [OP_FULL_YEARS] = { "((" PART("Y%%m%%d", "%b") " - " PART("Y%%m%%d", "%a") " + CASE WHEN " TEXT("m%%d", "%a")
                            " = '0229' AND " TEXT("m%%d", "(%b + 1)") " = '0301' THEN 1 ELSE 0 END + 100000000) / 10000 - 10000)",
                            "pg_temp.leye_full_years(%a, %b)" },
        [OP_DAYS_BETWEEN] = { "(%b - %a)", NULL },
        [OP_YEAR_OF] = { PART("Y", "%a"), "EXTRACT(YEAR FROM " DATE_OF("%a") ")::bigint" },
        [OP_MONTH_OF] = { PART("m", "%a"), "EXTRACT(MONTH FROM " DATE_OF("%a") ")::bigint" },
        [OP_YEAR_START] = { "(CAST(strftime('%%s', %a * 86400, 'unixepoch', 'start of year') AS INTEGER) / 86400)",
                            "(make_date(EXTRACT(YEAR FROM " DATE_OF("%a") ")::integer, 1, 1) "
                            "- DATE '1970-01-01')::bigint" },
        [OP_EQUAL] = { "(%a = %b)", NULL },
        [OP_NOT_EQUAL] = { "(%a <> %b)", NULL },
        [OP_LESS] = { "(%a < %b)", NULL },
        [OP_AT_MOST] = { "(%a <= %b)", NULL },
        [OP_MORE] = { "(%a > %b)", NULL },
        [OP_AT_LEAST] = { "(%a >= %b)", NULL },
        [OP_AND] = { "(%a AND %b)", NULL },
        [OP_OR] = { "(%a OR %b)", NULL },
        [OP_NOT] = { "(NOT %a)", NULL },
        [OP_ASSUME_YES] = { "COALESCE(%a, CASE WHEN %b THEN TRUE END)", NULL },
        [OP_ASSUME_NO] = { "COALESCE(%a, CASE WHEN %b THEN FALSE END)", NULL },
        [OP_BETWEEN] = { "(%a >= %b AND %a <= %c)", NULL },
        /* the third arm: an undecided choice between equals is decided; without it ELSE would swallow NULL */
        [OP_SELECT] = { "CASE WHEN %a THEN %b WHEN NOT %a THEN %c WHEN %b = %c THEN %b END", NULL },
        [OP_DEFAULT] = { "COALESCE(%a, %b)", NULL },
        [OP_KNOWN] = { "(%a IS NOT NULL)", NULL },
};

/* ---- multiply-divide ---------------------------------------------------------------------------------- */

#define SIGN "CASE WHEN ((%a < 0) <> (%b < 0)) <> (%c < 0) THEN -1 ELSE 1 END"

typedef enum DivisionForm {
        DIVISION_POSITIVE,        /* a, b >= 0 and c > 0, and 64 bits are enough */
        DIVISION_PLAIN,           /* 64 bits are enough */
        DIVISION_SPLIT,           /* they are when the rest alone is scaled up */
        DIVISION_NUMERIC,         /* PostgreSQL: the result fits */
        DIVISION_FUNCTION,
} DivisionForm;

/* %p is 10^imm for imm >= 0, %q is 10^-imm for imm < 0, else 1. */
static const Template divisions[] = {
        [DIVISION_POSITIVE] = { "((2 * (%a * %b * %p) + %c * %q) / (2 * (%c * %q)))", NULL },
        [DIVISION_PLAIN] = { "((2 * abs(%a * %b * %p) + abs(%c * %q)) / NULLIF(2 * abs(%c * %q), 0) * " SIGN ")",
                             NULL },
        [DIVISION_SPLIT] = { "(%a * %b / NULLIF(%c, 0) * %p + "
                             "(2 * abs(%a * %b %% %c) * %p + abs(%c)) / NULLIF(2 * abs(%c), 0) * " SIGN ")", NULL },
        [DIVISION_NUMERIC] = { "", "(div(2 * abs(%a::numeric * %b * %p) + abs(%c::numeric * %q), "
                                   "NULLIF(2 * abs(%c::numeric * %q), 0))::bigint * " SIGN ")" },
        [DIVISION_FUNCTION] = { "leye_multiply_divide(%a, %b, %c, %i)",
                                "pg_temp.leye_multiply_divide(%a, %b, %c, %p, %q)" },
};

static __int128 magnitude(const Step *step) {
        __int128 low = step->low, high = step->high;
        return -low > high ? -low : high;
}

/* The smallest divisor that is not zero. */
static __int128 least_divisor(const Step *step) {
        return step->low > 0 ? step->low : step->high < 0 ? -(__int128) step->high : 1;
}

static DivisionForm division_form(const Sql *sql, const Step *step) {
        const Step *steps = sql->program->steps, *a = &steps[step->a], *b = &steps[step->b], *c = &steps[step->c];
        __int128 power = kernel_power_of_ten(step->imm), divisor = magnitude(c) * kernel_power_of_ten(-step->imm);
        __int128 product = magnitude(a) * magnitude(b), numerator;
        bool wide = __builtin_mul_overflow(product, power, &numerator) ||
                    __builtin_add_overflow(numerator, numerator, &numerator) ||
                    __builtin_add_overflow(numerator, divisor, &numerator);
        if (!wide && numerator <= INT64_MAX && 2 * divisor <= INT64_MAX)
                return a->low >= 0 && b->low >= 0 && c->low > 0 ? DIVISION_POSITIVE : DIVISION_PLAIN;
        bool fits = !wide && product / least_divisor(c) <= INT64_MAX / 2 / power;
        if (fits && step->imm >= 0 && product <= INT64_MAX && magnitude(c) <= INT64_MAX / 4 / power)
                return DIVISION_SPLIT;
        return fits && sql->options->dialect == SQL_POSTGRES ? DIVISION_NUMERIC : DIVISION_FUNCTION;
}

/* PostgreSQL in a single statement, which can call none of our functions. */
static const char *const alone[OP_TOTAL] = {
        [OP_ADD_MONTHS] = "(" ADD_MONTHS("%a", "%b") ")",
        [OP_FULL_MONTHS] = "(" FULL_MONTHS("%a", "%b") ")",
        [OP_FULL_YEARS] = "(" FULL_YEARS("%a", "%b") ")",
        [OP_MULTIPLY_DIVIDE] = "(" MULTIPLY_DIVIDE("%a", "%b", "%c", "%p", "%q") ")",
};

/* ---- templates ---------------------------------------------------------------------------------------- */

static const char *template_of(const Sql *sql, const Step *step) {
        const Template *template = &templates[step->op];
        if (step->op == OP_MULTIPLY_DIVIDE)
                template = &divisions[division_form(sql, step)];
        if (sql->options->dialect != SQL_POSTGRES || template->postgres == NULL)
                return template->sqlite;
        return sql->placed && strncmp(template->postgres, "pg_temp.", 8) == 0 ? alone[step->op] : template->postgres;
}

static uint32_t version_count(const Sql *sql, const Step *step) {
        return sql->program->parameters[step->aux].version_count;
}

uint32_t sql_text_weight(const Sql *sql, const Step *step, uint32_t operand) {
        const char *text = template_of(sql, step);
        if (step->op == OP_PARAMETER)
                return version_count(sql, step);
        if (!text)
                return 1;
        uint32_t count = 0;
        for (const char *at = text; (at = strchr(at, '%')) != NULL; at += 2)
                count += at[1] == "abc"[operand];
        return count;
}

uint32_t sql_text_length(const Sql *sql, const Step *step) {
        const char *text = template_of(sql, step);
        if (step->op == OP_PARAMETER)
                return 60 * version_count(sql, step);
        if (step->op == OP_TABLE)
                return 16 * sql->program->tables[step->aux].cell_count;
        if (text && strncmp(text, "pg_temp.", 8) == 0)
                return CALL_LENGTH;
        return text ? (uint32_t) strlen(text) : 100;
}

/* What opens at this place of a template costs so much, about; 0 when nothing does. */
static uint32_t opening(const char *at) {
        if (strncmp(at, "CASE", 4) == 0)
                return 5;
        return *at != '(' ? 0 : strncmp(at, "(%a", 3) == 0 ? 1 : strncmp(at, "(SELECT", 7) == 0 ? 7 : 3;
}

uint32_t sql_text_nesting(const Sql *sql, const Step *step, uint32_t operand) {
        const char *text = template_of(sql, step);
        uint32_t open[NESTING_OPEN] = { 0 }, depth = 0, sum = 0, most = text ? 0 : 8;
        for (const char *at = text; at && *at; at++) {
                uint32_t cost = opening(at);
                if (cost > 0 && depth + 1 < NESTING_OPEN)
                        sum += open[++depth] = cost;
                else if ((*at == ')' || strncmp(at, "END", 3) == 0) && depth > 0)
                        sum -= open[depth--];
                else if (*at == '%' && at[1] == "abc"[operand] && sum > most)
                        most = sum;
        }
        return most;
}

SqlRefusal sql_text_refuses(const Sql *sql, const Step *step) {
        bool arithmetic = step->op == OP_ADD || step->op == OP_SUBTRACT || step->op == OP_MULTIPLY ||
                          step->op == OP_SCALE_UP || step->op == OP_ROUND_HALF_UP || step->op == OP_ROUND_UP ||
                          step->op == OP_ROUND_DOWN;
        if (arithmetic && !step->proven)
                return SQL_REFUSED_OVERFLOW;
        if (step->op == OP_MULTIPLY_DIVIDE && sql->options->dialect == SQL_SQLITE && !sql->options->functions &&
            division_form(sql, step) == DIVISION_FUNCTION)
                return SQL_REFUSED_WIDE_DIVISION;
        return SQL_FINE;
}

/* ---- printing ----------------------------------------------------------------------------------------- */

Str sql_name(Arena *arena, Str name) {
        size_t end = IDENTIFIER_MAX - STR("_01234567").length;
        if (name.length <= IDENTIFIER_MAX)
                return name;
        while (((unsigned char) name.data[end] & 0xc0) == 0x80)
                end--;
        return str_format(arena, "%.*s_%08x", STR_ARG(str_slice(name, 0, end)), (uint32_t) str_hash(name));
}

void sql_identifier(const Sql *sql, Str text) {
        Buffer *out = sql->out;
        Str name = sql_name(sql->arena, text);
        buffer_byte(out, '"');
        for (size_t i = 0; i < name.length; i++) {
                if (name.data[i] == '"')
                        buffer_byte(out, '"');
                buffer_byte(out, name.data[i]);
        }
        buffer_byte(out, '"');
}

void sql_text_literal(const Sql *sql, Type type, int64_t cell) {
        bool truth = type.kind == TYPE_TRUTH, known = cell != type_unknown(type) && cell != UNKNOWN;
        const char *cast = sql->options->dialect == SQL_SQLITE ? ""
                           : truth                             ? "::boolean"
                           : type.kind == TYPE_TEXT            ? "::text"
                                                               : "::bigint";
        if (!known)
                buffer_format(sql->out, "NULL%s", cast);
        else if (truth)
                buffer_add(sql->out, cell == TRUTH_YES ? STR("TRUE") : STR("FALSE"));
        else
                buffer_format(sql->out, cell < 0 ? "(%lld)%s" : "%lld%s", (long long) cell, cast);
}

void sql_text_column(const Sql *sql, uint32_t column) {
        uint32_t steps = sql->program->step_count, links = sql->program->link_count;
        if (column < steps)
                buffer_format(sql->out, "c%u", column);
        else if (column < steps + links)
                buffer_format(sql->out, "l%u", column - steps);
        else
                buffer_format(sql->out, "w%u", column - steps - links);
}

static void print_template(const Sql *sql, const Step *step, const char *text) {
        for (const char *at = text; *at; at++) {
                if (*at != '%') {
                        buffer_byte(sql->out, *at);
                        continue;
                }
                switch (*++at) {
                case 'a': sql_text_operand(sql, step->a); break;
                case 'b': sql_text_operand(sql, step->b); break;
                case 'c': sql_text_operand(sql, step->c); break;
                case 'i': buffer_format(sql->out, "%lld", (long long) step->imm); break;
                case 'p': buffer_format(sql->out, "%lld", (long long) kernel_power_of_ten(step->imm)); break;
                case 'q': buffer_format(sql->out, "%lld", (long long) kernel_power_of_ten(-step->imm)); break;
                default: buffer_byte(sql->out, *at); break;
                }
        }
}

static void print_parameter(const Sql *sql, const Step *step) {
        const Parameter *parameter = &sql->program->parameters[step->aux];
        uint32_t known = 0;
        for (uint32_t i = 0; i < parameter->version_count; i++) {
                const ParameterVersion *version = &parameter->versions[i];
                if (version->value == UNKNOWN)
                        continue;
                buffer_add(sql->out, known++ == 0 ? STR("CASE WHEN ") : STR(" WHEN "));
                sql_text_operand(sql, step->a);
                buffer_format(sql->out, " BETWEEN %d AND %d THEN ", version->from, version->to);
                sql_text_literal(sql, step->type, version->value);
        }
        if (known > 0)
                buffer_add(sql->out, STR(" END"));
        else
                sql_text_literal(sql, step->type, type_unknown(step->type));
}

/* The index of the cell; NULL when a code is. */
static void print_table_index(const Sql *sql, const Step *step, const Table *table) {
        const uint32_t operands[3] = { step->a, step->b, step->c };
        for (uint32_t i = 1; i < table->key_count; i++)
                buffer_byte(sql->out, '(');
        sql_text_operand(sql, operands[0]);
        for (uint32_t i = 1; i < table->key_count && i < ARRAY_LENGTH(operands); i++) {
                buffer_format(sql->out, " * %u + ", sql->program->enumerations[table->keys[i]].member_count);
                sql_text_operand(sql, operands[i]);
                buffer_byte(sql->out, ')');
        }
}

static void print_table(const Sql *sql, const Step *step) {
        const Table *table = &sql->program->tables[step->aux];
        uint32_t known = 0;
        if (table->cell_count > TABLE_CASES_MAX && sql->placed == NULL) {
                buffer_format(sql->out, "(SELECT x.v FROM leye_t%u x WHERE x.k = ", step->aux);
                print_table_index(sql, step, table);
                buffer_byte(sql->out, ')');
                return;
        }
        for (uint32_t i = 0; i < table->cell_count; i++) {
                if (table->cells[i] == UNKNOWN)
                        continue;
                if (known++ == 0) {
                        buffer_add(sql->out, STR("CASE "));
                        print_table_index(sql, step, table);
                }
                buffer_format(sql->out, " WHEN %u THEN ", i);
                sql_text_literal(sql, step->type, table->cells[i]);
        }
        if (known > 0)
                buffer_add(sql->out, STR(" END"));
        else
                sql_text_literal(sql, step->type, type_unknown(step->type));
}

static void print_in_set(const Sql *sql, const Step *step) {
        buffer_byte(sql->out, '(');
        sql_text_operand(sql, step->a);
        if (step->imm == 0)
                buffer_add(sql->out, STR(" IS NULL AND NULL)"));
        for (uint32_t code = 0, count = 0; code < 64; code++)
                if ((uint64_t) step->imm >> code & 1)
                        buffer_format(sql->out, count++ == 0 ? " IN (%u" : ", %u", code);
        if (step->imm != 0)
                buffer_add(sql->out, STR("))"));
}

void sql_text_define(const Sql *sql, uint32_t step) {
        const Step *defined = &sql->program->steps[step];
        const char *text = template_of(sql, defined);
        if (text)
                print_template(sql, defined, text);
        else if (defined->op == OP_PARAMETER)
                print_parameter(sql, defined);
        else if (defined->op == OP_TABLE)
                print_table(sql, defined);
        else if (defined->op == OP_IN_SET)
                print_in_set(sql, defined);
        else if (defined->op == OP_GATHER)
                sql_cross_gather(sql, defined);
        else
                sql_cross_reduce(sql, step);
}

void sql_text_operand(const Sql *sql, uint32_t step) {
        const Step *operand = &sql->program->steps[step];
        if (sql->placed && sql->print_placed(sql, step))
                return;
        if (operand->op == OP_PARAMETER && sql_is_literal(sql, step) && operand->entity != ENTITY_NONE) {
                sql_text_literal(sql, operand->type, sql->options->parameters[operand->aux]);
        } else if (sql_is_literal(sql, step)) {
                sql_text_literal(sql, operand->type, frame_cell(sql->frame, step, 0));
        } else if (sql->steps[step].stored) {
                buffer_add(sql->out, STR("t."));
                sql_text_column(sql, sql_column_of(sql, step));
        } else {
                sql_text_define(sql, step);
        }
}

/* ---- prelude ------------------------------------------------------------------------------------------ */

#define FUNCTION(name, parameters, body) \
        "CREATE OR REPLACE FUNCTION pg_temp.leye_" name "(" parameters ") RETURNS bigint\n" \
        "LANGUAGE sql IMMUTABLE AS $$\n  " body " $$;\n"

static const struct {
        Op          op;
        const char *text;
} functions[] = {
        { OP_ADD_MONTHS, FUNCTION("add_months", "a bigint, b bigint", ADD_MONTHS("a", "b")) },
        { OP_FULL_MONTHS, FUNCTION("full_months", "a bigint, b bigint", FULL_MONTHS("a", "b")) },
        { OP_FULL_YEARS, FUNCTION("full_years", "a bigint, b bigint", FULL_YEARS("a", "b")) },
        { OP_MULTIPLY_DIVIDE, FUNCTION("multiply_divide", "a bigint, b bigint, c bigint, p numeric, q numeric",
                                       MULTIPLY_DIVIDE("a", "b", "c", "p", "q")) },
};

static bool calls_function(const Sql *sql, Op op) {
        for (uint32_t step = 0; step < sql->program->step_count; step++) {
                const Step *made = &sql->program->steps[step];
                if (sql->steps[step].needed && made->op == op && !sql_is_literal(sql, step) &&
                    (op != OP_MULTIPLY_DIVIDE || division_form(sql, made) == DIVISION_FUNCTION))
                        return true;
        }
        return false;
}

static void print_table_rows(const Sql *sql, uint32_t number) {
        const Table *table = &sql->program->tables[number];
        bool postgres = sql->options->dialect == SQL_POSTGRES;
        buffer_format(sql->out, "CREATE TEMPORARY TABLE leye_t%u (k BIGINT PRIMARY KEY, v %s)%s;\n", number,
                      table->type.kind == TYPE_TRUTH ? "BOOLEAN" : "BIGINT", postgres ? " ON COMMIT DROP" : "");
        for (uint32_t i = 0; i < table->cell_count; i++) {
                buffer_format(sql->out, i % 64 == 0 ? "INSERT INTO leye_t%u VALUES " : ", ", number);
                buffer_format(sql->out, "(%u, ", i);
                sql_text_literal(sql, table->type, table->cells[i]);
                buffer_byte(sql->out, ')');
                if (i % 64 == 63 || i + 1 == table->cell_count)
                        buffer_add(sql->out, STR(";\n"));
        }
}

bool sql_text_table_is_stored(const Sql *sql, uint32_t table) {
        if (sql->program->tables[table].cell_count <= TABLE_CASES_MAX)
                return false;
        for (uint32_t step = 0; step < sql->program->step_count; step++) {
                const Step *reader = &sql->program->steps[step];
                if (sql->steps[step].needed && reader->op == OP_TABLE && reader->aux == table &&
                    !sql_is_literal(sql, step))
                        return true;
        }
        return false;
}

void sql_text_prelude(const Sql *sql) {
        for (size_t i = 0; i < ARRAY_LENGTH(functions); i++) {
                if (!calls_function(sql, functions[i].op))
                        continue;
                if (sql->options->dialect == SQL_POSTGRES)
                        buffer_add(sql->out, str_from(functions[i].text));
                else if (functions[i].op == OP_MULTIPLY_DIVIDE)
                        buffer_add(sql->out, STR("-- needs the function leye_multiply_divide(a, b, c, exponent): "
                                                 "plain sqlite3 has no 128-bit division\n"));
        }
        for (uint32_t table = 0; table < sql->program->table_count; table++)
                if (sql_text_table_is_stored(sql, table))
                        print_table_rows(sql, table);
}
