/* Rules in plain words: the source of a condition or formula as a resident reads it. "申请日 不晚于 加月(毕业日期, 24个月)"
 * becomes "申请日不晚于毕业日期后 24个月", "较小(申请额度, 10万元)" becomes "申请额度与 10万元中较小的一个".
 *
 * It works on the text, by one table of functions and one of words, and needs no program; what it does not know, and what
 * is very long or deep, stays as it is written. */
#pragma once

#include "base/arena.h"
#include "base/str.h"

/* Values to show behind names: "申请额度（15万元）". */
typedef struct PlainValues {
        bool (*find)(void *context, Str name, Str *ret_value);   /* false: none */
        void *context;
} PlainValues;

/* `values` may be NULL. */
Str plain_words(Arena *arena, Str source, const PlainValues *values);
