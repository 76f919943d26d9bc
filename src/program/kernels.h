/* The arithmetic of the program: one inline function per kernel of ops.def that is not an expression by itself.
 * Whatever an evaluator computes, it computes with these. Integers only; nothing traps; a result that does not
 * fit is UNKNOWN. Definitions and error bounds: doc/language.md §numbers. */
#pragma once

#include "base/date.h"

/* The cell of a value that is not known. Every known value is larger. */
#define UNKNOWN INT64_MIN

#define TRUTH_NO 0
#define TRUTH_UNKNOWN 1
#define TRUTH_YES 2

static inline int64_t kernel_add(int64_t a, int64_t b) {
        int64_t sum;
        return __builtin_add_overflow(a, b, &sum) ? UNKNOWN : sum;
}

static inline int64_t kernel_subtract(int64_t a, int64_t b) {
        int64_t difference;
        return __builtin_sub_overflow(a, b, &difference) ? UNKNOWN : difference;
}

static inline int64_t kernel_multiply(int64_t a, int64_t b) {
        int64_t product;
        return __builtin_mul_overflow(a, b, &product) ? UNKNOWN : product;
}

static inline int64_t kernel_power_of_ten(int64_t exponent) {
        int64_t power = 1;
        while (exponent-- > 0)
                power *= 10;
        return power;
}

/* numerator / denominator, half away from zero, for a denominator > 0; UNKNOWN when it does not fit. */
static inline int64_t kernel_divide_128(__int128 numerator, __int128 denominator) {
        __int128 quotient = numerator / denominator, rest = numerator % denominator;
        if (rest < 0)
                rest = -rest;
        if (rest >= denominator - rest)
                quotient += numerator < 0 ? -1 : 1;
        return quotient > INT64_MAX || quotient <= INT64_MIN ? UNKNOWN : (int64_t) quotient;
}

static inline int64_t kernel_multiply_divide(int64_t a, int64_t b, int64_t c, int64_t exponent) {
        __int128 numerator = (__int128) a * b, denominator = c;
        if (c == 0)
                return UNKNOWN;
        __int128 power = kernel_power_of_ten(exponent < 0 ? -exponent : exponent);
        if (exponent >= 0 ? __builtin_mul_overflow(numerator, power, &numerator)
                          : __builtin_mul_overflow(denominator, power, &denominator))
                return UNKNOWN;
        return denominator < 0 ? kernel_divide_128(-numerator, -denominator)
                               : kernel_divide_128(numerator, denominator);
}

static inline int64_t kernel_scale_down(int64_t a, int64_t power) {
        return kernel_divide_128(a, power);
}

static inline int64_t kernel_round_half_up(int64_t a, int64_t quantum) {
        return kernel_multiply(kernel_divide_128(a, quantum), quantum);
}

static inline int64_t kernel_round_down(int64_t a, int64_t quantum) {
        int64_t quotient = a / quantum;
        return kernel_multiply(quotient - (a % quantum < 0), quantum);
}

static inline int64_t kernel_round_up(int64_t a, int64_t quantum) {
        int64_t quotient = a / quantum;
        return kernel_multiply(quotient + (a % quantum > 0), quantum);
}

static inline int64_t kernel_date_or_unknown(int64_t days) {
        return days < DATE_MIN || days > DATE_MAX ? UNKNOWN : days;
}

/* No pack counts 10,000 months; beyond that no date in 1900..2199 can come out. */
static inline int64_t kernel_add_months(int64_t date, int64_t months) {
        return months < -10000 || months > 10000 ? UNKNOWN
                                                 : kernel_date_or_unknown(date_add_months((int32_t) date, months));
}

static inline int64_t kernel_add_days(int64_t date, int64_t days) {
        return days < -1000000 || days > 1000000 ? UNKNOWN : kernel_date_or_unknown(date + days);
}

static inline int64_t kernel_full_months(int64_t from, int64_t to) {
        return date_full_months((int32_t) from, (int32_t) to);
}

static inline int64_t kernel_full_years(int64_t birth, int64_t at) {
        return date_full_years((int32_t) birth, (int32_t) at);
}

static inline int64_t kernel_year(int64_t date) {
        return date_to_civil((int32_t) date).year;
}

static inline int64_t kernel_month(int64_t date) {
        return date_to_civil((int32_t) date).month;
}

static inline int64_t kernel_year_start(int64_t date) {
        return date_from_civil(date_to_civil((int32_t) date).year, 1, 1);
}

/* b <= a <= c as a Kleene conjunction of two comparisons. */
static inline int64_t kernel_BETWEEN(int64_t a, int64_t b, int64_t c) {
        if (a == UNKNOWN)
                return TRUTH_UNKNOWN;
        if ((b != UNKNOWN && a < b) || (c != UNKNOWN && a > c))
                return TRUTH_NO;
        return b == UNKNOWN || c == UNKNOWN ? TRUTH_UNKNOWN : TRUTH_YES;
}

static inline int64_t kernel_IN_SET(int64_t a, int64_t mask) {
        if (a == UNKNOWN)
                return TRUTH_UNKNOWN;
        return ((uint64_t) mask >> (a & 63) & 1) ? TRUTH_YES : TRUTH_NO;
}

/* Works for truths and integers alike: unknown is `none` (TRUTH_UNKNOWN or UNKNOWN). */
static inline int64_t kernel_SELECT(int64_t a, int64_t b, int64_t c, int64_t none) {
        return a == TRUTH_YES ? b : a == TRUTH_NO || b == c ? c : none;
}

static inline int64_t kernel_DEFAULT(int64_t a, int64_t b, int64_t none) {
        return a == none ? b : a;
}

static inline int64_t kernel_KNOWN(int64_t a, int64_t none) {
        return a == none ? TRUTH_NO : TRUTH_YES;
}
