/* Interval arithmetic, one rule per operation, in 128 bits.
 *
 * Each rule answers the smallest [low, high] that its operands' ranges allow (operands are taken as independent),
 * clipped to what a known cell can be. `proven` is false exactly when the unclipped range does not fit. */
#include "program/interval.h"

typedef __int128 Wide;

typedef struct Reading {
        const Program *program;
        const Step    *steps, *step;
        const Step    *a, *b, *c;      /* operands, NULL when unused */
} Reading;

typedef Interval Rule(const Reading *);

#define CELL_MIN (INT64_MIN + 1)
#define MONTHS_MAX 10000       /* as in kernel_add_months */
#define DAYS_MAX 1000000       /* as in kernel_add_days */

static int64_t clamp(Wide value, int64_t low, int64_t high) {
        return value < low ? low : value > high ? high : (int64_t) value;
}

static Interval clipped(Wide low, Wide high, int64_t least, int64_t most) {
        return (Interval){ clamp(low, least, most), clamp(high, least, most), low >= least && high <= most };
}

static Interval cells(Wide low, Wide high) {
        return clipped(low, high, CELL_MIN, INT64_MAX);
}

static Interval dates(Wide low, Wide high) {
        return clipped(low, high, DATE_MIN, DATE_MAX);
}

static Interval truths(bool can_be_no, bool can_be_yes) {
        return (Interval){ can_be_no ? TRUTH_NO : TRUTH_YES, can_be_yes ? TRUTH_YES : TRUTH_NO, true };
}

/* ---- leaves ------------------------------------------------------------------------------------------ */

static Interval range_constant(const Reading *r) {
        if (!step_never_known(r->step))
                return cells(r->step->imm, r->step->imm);
        return r->step->type.kind == TYPE_TRUTH ? truths(true, true) : cells(0, 0);
}

static Interval range_fact(const Reading *r) {
        const Fact *fact = &r->program->facts[r->step->aux];
        return cells(fact->low, fact->high);
}

static Interval range_link(const Reading *r) {
        (void) r;
        return cells(0, UINT32_MAX - 1);
}

static Interval range_calendar(const Reading *r) {
        (void) r;
        return dates(DATE_MIN, DATE_MAX);
}

static Interval range_parameter(const Reading *r) {
        const Parameter *parameter = &r->program->parameters[r->step->aux];
        return cells(parameter->low, parameter->high);
}

static Interval range_table(const Reading *r) {
        const Table *table = &r->program->tables[r->step->aux];
        return cells(table->low, table->high);
}

/* ---- arithmetic -------------------------------------------------------------------------------------- */

static Interval range_add(const Reading *r) {
        return cells((Wide) r->a->low + r->b->low, (Wide) r->a->high + r->b->high);
}

static Interval range_subtract(const Reading *r) {
        return cells((Wide) r->a->low - r->b->high, (Wide) r->a->high - r->b->low);
}

/* The extremes of a product lie at the corners. */
static void product(const Step *a, const Step *b, Wide *ret_low, Wide *ret_high) {
        Wide corners[4] = { (Wide) a->low * b->low, (Wide) a->low * b->high, (Wide) a->high * b->low,
                            (Wide) a->high * b->high };
        Wide low = corners[0], high = corners[0];
        for (int i = 1; i < 4; i++) {
                low = corners[i] < low ? corners[i] : low;
                high = corners[i] > high ? corners[i] : high;
        }
        *ret_low = low;
        *ret_high = high;
}

static Interval range_multiply(const Reading *r) {
        Wide low, high;
        product(r->a, r->b, &low, &high);
        return cells(low, high);
}

static Interval range_negate(const Reading *r) {
        return cells(-(Wide) r->a->high, -(Wide) r->a->low);
}

static Interval range_scale_up(const Reading *r) {
        return cells((Wide) r->a->low * r->step->imm, (Wide) r->a->high * r->step->imm);
}

static int64_t smaller(int64_t a, int64_t b) {
        return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b) {
        return a > b ? a : b;
}

static Interval range_minimum(const Reading *r) {
        return cells(smaller(r->a->low, r->b->low), smaller(r->a->high, r->b->high));
}

static Interval range_maximum(const Reading *r) {
        return cells(larger(r->a->low, r->b->low), larger(r->a->high, r->b->high));
}

/* numerator / denominator, half away from zero, for a denominator > 0. */
static Wide divide_half_away(Wide numerator, Wide denominator) {
        Wide quotient = numerator / denominator, rest = numerator % denominator;
        rest = rest < 0 ? -rest : rest;
        return quotient + (rest >= denominator - rest ? (numerator < 0 ? -1 : 1) : 0);
}

/* Widens [*low, *high] by the quotients of both numerators over one denominator. */
static void widen_quotient(Wide least, Wide most, Wide denominator, Wide *low, Wide *high) {
        Wide x = denominator > 0 ? divide_half_away(least, denominator) : divide_half_away(-most, -denominator);
        Wide y = denominator > 0 ? divide_half_away(most, denominator) : divide_half_away(-least, -denominator);
        *low = x < *low ? x : *low;
        *high = y > *high ? y : *high;
}

/* For one sign of the divisor the quotient is monotone in it: its extremes lie at the ends nearest to and farthest
 * from zero of the negative and of the positive part. */
static Interval range_multiply_divide(const Reading *r) {
        Wide least, most, low = INT64_MAX, high = CELL_MIN, power = kernel_power_of_ten(r->step->imm);
        Wide divisor_power = kernel_power_of_ten(-r->step->imm);
        const Step *c = r->c;
        product(r->a, r->b, &least, &most);
        if (__builtin_mul_overflow(least, power, &least) || __builtin_mul_overflow(most, power, &most))
                return (Interval){ CELL_MIN, INT64_MAX, false };
        if (c->low == 0 && c->high == 0)
                return (Interval){ 0, 0, false };
        if (c->high > 0) {
                widen_quotient(least, most, larger(c->low, 1) * divisor_power, &low, &high);
                widen_quotient(least, most, c->high * divisor_power, &low, &high);
        }
        if (c->low < 0) {
                widen_quotient(least, most, smaller(c->high, -1) * divisor_power, &low, &high);
                widen_quotient(least, most, c->low * divisor_power, &low, &high);
        }
        Interval interval = cells(low, high);
        interval.proven = interval.proven && (c->low > 0 || c->high < 0);
        return interval;
}

static Interval range_scale_down(const Reading *r) {
        return cells(divide_half_away(r->a->low, r->step->imm), divide_half_away(r->a->high, r->step->imm));
}

static Interval range_round_half_up(const Reading *r) {
        Wide quantum = r->step->imm;
        return cells(divide_half_away(r->a->low, quantum) * quantum, divide_half_away(r->a->high, quantum) * quantum);
}

static Wide floor_to(Wide value, Wide quantum) {
        return (value / quantum - (value % quantum < 0)) * quantum;
}

static Interval range_round_up(const Reading *r) {
        Wide quantum = r->step->imm;
        return cells(-floor_to(-(Wide) r->a->low, quantum), -floor_to(-(Wide) r->a->high, quantum));
}

static Interval range_round_down(const Reading *r) {
        return cells(floor_to(r->a->low, r->step->imm), floor_to(r->a->high, r->step->imm));
}

/* ---- dates ------------------------------------------------------------------------------------------- */

static Interval range_add_months(const Reading *r) {
        Interval months = clipped(r->b->low, r->b->high, -MONTHS_MAX, MONTHS_MAX);
        Interval moved = dates(date_add_months((int32_t) r->a->low, months.low),
                               date_add_months((int32_t) r->a->high, months.high));
        moved.proven = moved.proven && months.proven;
        return moved;
}

static Interval range_add_days(const Reading *r) {
        Interval days = clipped(r->b->low, r->b->high, -DAYS_MAX, DAYS_MAX);
        Interval moved = dates((Wide) r->a->low + days.low, (Wide) r->a->high + days.high);
        moved.proven = moved.proven && days.proven;
        return moved;
}

static Interval range_full_months(const Reading *r) {
        return cells(kernel_full_months(r->a->high, r->b->low), kernel_full_months(r->a->low, r->b->high));
}

static Interval range_full_years(const Reading *r) {
        return cells(kernel_full_years(r->a->high, r->b->low), kernel_full_years(r->a->low, r->b->high));
}

static Interval range_days_between(const Reading *r) {
        return cells((Wide) r->b->low - r->a->high, (Wide) r->b->high - r->a->low);
}

static Interval range_year_of(const Reading *r) {
        return cells(kernel_year(r->a->low), kernel_year(r->a->high));
}

static Interval range_month_of(const Reading *r) {
        bool one_year = kernel_year(r->a->low) == kernel_year(r->a->high);
        return one_year ? cells(kernel_month(r->a->low), kernel_month(r->a->high)) : cells(1, 12);
}

static Interval range_year_start(const Reading *r) {
        return dates(kernel_year_start(r->a->low), kernel_year_start(r->a->high));
}

/* ---- comparisons ------------------------------------------------------------------------------------- */

static bool same_operand(const Reading *r) {
        return r->step->a == r->step->b;
}

static Interval range_equal(const Reading *r) {
        bool apart = r->a->high < r->b->low || r->b->high < r->a->low;
        bool one = r->a->low == r->a->high && r->b->low == r->b->high && r->a->low == r->b->low;
        return truths(!one && !same_operand(r), !apart);
}

static Interval range_not_equal(const Reading *r) {
        Interval equal = range_equal(r);
        return truths(equal.high == TRUTH_YES, equal.low == TRUTH_NO);
}

static Interval range_less(const Reading *r) {
        return truths(r->a->high >= r->b->low, r->a->low < r->b->high && !same_operand(r));
}

static Interval range_at_most(const Reading *r) {
        return truths(r->a->high > r->b->low && !same_operand(r), r->a->low <= r->b->high);
}

static Interval range_more(const Reading *r) {
        Interval at_most = range_at_most(r);
        return truths(at_most.high == TRUTH_YES, at_most.low == TRUTH_NO);
}

static Interval range_at_least(const Reading *r) {
        Interval less = range_less(r);
        return truths(less.high == TRUTH_YES, less.low == TRUTH_NO);
}

static Interval range_between(const Reading *r) {
        bool no = r->a->low < r->b->high || r->a->high > r->c->low;
        bool yes = r->a->high >= r->b->low && r->a->low <= r->c->high && r->b->low <= r->c->high;
        return truths(no, yes);
}

static Interval range_in_set(const Reading *r) {
        bool no = false, yes = false;
        for (int64_t code = r->a->low; code <= r->a->high && !(no && yes); code++)
                *(kernel_IN_SET(code, r->step->imm) == TRUTH_YES ? &yes : &no) = true;
        return truths(no, yes);
}

/* ---- logic and choice -------------------------------------------------------------------------------- */

/* One operand is the other's negation: x and not x, or x < y and x >= y. */
static bool opposites(const Reading *r) {
        bool compared = r->a->a == r->b->a && r->a->b == r->b->b && r->b->op == op_inverse(r->a->op);
        return compared || (r->a->op == OP_NOT && r->a->a == r->step->b) ||
               (r->b->op == OP_NOT && r->b->a == r->step->a);
}

static Interval range_and(const Reading *r) {
        Interval both = range_minimum(r);
        return opposites(r) ? truths(true, false) : both;
}

static Interval range_or(const Reading *r) {
        Interval either = range_maximum(r);
        return opposites(r) ? truths(false, true) : either;
}

static Interval range_not(const Reading *r) {
        return (Interval){ TRUTH_YES - r->a->high, TRUTH_YES - r->a->low, true };
}

static Interval range_assume_yes(const Reading *r) {
        return (Interval){ r->a->low, r->b->high == TRUTH_YES ? TRUTH_YES : r->a->high, true };
}

static Interval range_assume_no(const Reading *r) {
        return (Interval){ r->b->high == TRUTH_YES ? TRUTH_NO : r->a->low, r->a->high, true };
}

static Interval hull(const Step *x, const Step *y) {
        if (step_never_known(x))
                return (Interval){ y->low, y->high, true };
        if (step_never_known(y))
                return (Interval){ x->low, x->high, true };
        return (Interval){ smaller(x->low, y->low), larger(x->high, y->high), true };
}

static Interval range_select(const Reading *r) {
        return hull(r->b, r->c);
}

static Interval range_default(const Reading *r) {
        return hull(r->a, r->b);
}

static Interval range_known(const Reading *r) {
        (void) r;
        return truths(true, true);
}

/* ---- across links ------------------------------------------------------------------------------------ */

static Interval range_gather(const Reading *r) {
        return (Interval){ r->a->low, r->a->high, true };
}

static Interval range_any(const Reading *r) {   /* 否 for an empty list */
        return truths(true, r->a->high == TRUTH_YES);
}

static Interval range_count(const Reading *r) {
        return cells(0, r->a->high == TRUTH_YES ? MEMBERS_MAX : 0);
}

static Interval range_sum(const Reading *r) {
        if (r->a->high != TRUTH_YES)
                return cells(0, 0);
        return cells((Wide) smaller(r->b->low, 0) * MEMBERS_MAX, (Wide) larger(r->b->high, 0) * MEMBERS_MAX);
}

static Interval range_extreme(const Reading *r) {
        return (Interval){ r->b->low, r->b->high, true };
}

static Interval range_count_distinct(const Reading *r) {
        if (r->a->high != TRUTH_YES)
                return cells(0, 0);
        Wide values = (Wide) r->b->high - r->b->low + 1;
        return cells(0, values < MEMBERS_MAX ? values : MEMBERS_MAX);
}

static Rule *const rules[OP_TOTAL] = {
        [OP_CONSTANT] = range_constant, [OP_FACT] = range_fact, [OP_LINK] = range_link,
        [OP_BASE_DATE] = range_calendar, [OP_APPLY_DATE] = range_calendar,
        [OP_PARAMETER] = range_parameter, [OP_TABLE] = range_table,
        [OP_ADD] = range_add, [OP_SUBTRACT] = range_subtract, [OP_MULTIPLY] = range_multiply,
        [OP_NEGATE] = range_negate, [OP_SCALE_UP] = range_scale_up,
        [OP_MINIMUM] = range_minimum, [OP_MAXIMUM] = range_maximum,
        [OP_MULTIPLY_DIVIDE] = range_multiply_divide, [OP_ROUND_HALF_UP] = range_round_half_up,
        [OP_ROUND_UP] = range_round_up, [OP_ROUND_DOWN] = range_round_down, [OP_SCALE_DOWN] = range_scale_down,
        [OP_ADD_MONTHS] = range_add_months, [OP_ADD_DAYS] = range_add_days,
        [OP_FULL_MONTHS] = range_full_months, [OP_FULL_YEARS] = range_full_years,
        [OP_DAYS_BETWEEN] = range_days_between, [OP_YEAR_OF] = range_year_of, [OP_MONTH_OF] = range_month_of,
        [OP_YEAR_START] = range_year_start,
        [OP_EQUAL] = range_equal, [OP_NOT_EQUAL] = range_not_equal, [OP_LESS] = range_less,
        [OP_AT_MOST] = range_at_most, [OP_MORE] = range_more, [OP_AT_LEAST] = range_at_least,
        [OP_AND] = range_and, [OP_OR] = range_or, [OP_NOT] = range_not,
        [OP_ASSUME_YES] = range_assume_yes, [OP_ASSUME_NO] = range_assume_no,
        [OP_BETWEEN] = range_between, [OP_IN_SET] = range_in_set, [OP_SELECT] = range_select,
        [OP_DEFAULT] = range_default, [OP_KNOWN] = range_known,
        [OP_GATHER] = range_gather, [OP_ANY] = range_any, [OP_ALL] = range_any,
        [OP_COUNT] = range_count, [OP_SUM] = range_sum, [OP_LARGEST] = range_extreme, [OP_SMALLEST] = range_extreme,
        [OP_COUNT_DISTINCT] = range_count_distinct,
};

Interval interval_of(const Program *program, const Step *steps, const Step *step) {
        Reading reading = {
                .program = program, .steps = steps, .step = step,
                .a = step->a == NONE ? NULL : &steps[step->a],
                .b = step->b == NONE ? NULL : &steps[step->b],
                .c = step->c == NONE ? NULL : &steps[step->c],
        };
        return rules[step->op](&reading);
}
