/* Figures as words, shared by the files that fill a report; nobody else includes this. What is not known is said, never
 * printed as 0. */
#pragma once

#include "insight/report.h"

#define WORDS_MAX ((size_t) 1 << 16)

/* "1234人次", or 「（暂无数据）」: rates to hundredths, money by 万 and 亿 to hundredths, all else exactly. */
Str words_value(Arena *arena, const Program *program, Type type, int64_t value);
/* Scale 6 as "87.5%"; what is less than the whole is never rounded up to it. */
Str words_progress(Arena *arena, int64_t progress);

/* How now compares with a year before. */
typedef enum Comparison { COMPARE_KNOWN, COMPARE_EQUAL, COMPARE_NO_BASE } Comparison;
/* "增长 12.5%", "下降 3.1%", of a ratio "提高 1.2 个百分点"; 「与上年同期持平」; 「（上年同期无数据）」. */
Str words_growth(Arena *arena, const Program *program, Type type, int64_t now, int64_t before, Comparison *ret_comparison);
/* A rate of growth at scale 6. */
Str words_rate(Arena *arena, int64_t growth);

/* "不少于 13000人次", "每个区县不少于 10%". */
Str words_requirement(Arena *arena, const Program *program, const TargetState *state);
void words_row(Arena *arena, const Program *program, const TargetState *state, ReportRow *ret_row);
