/* What carries a clause, in words for everybody: a target's promise, a task's owner, how an indicator is counted. No figures:
 * those are the officers'. */
#pragma once

#include "engine/scalar.h"
#include "web/page/document.h"

/* What reading promises takes, once a page. */
typedef struct CarrierReader {
        Arena         *arena;
        const Program *program;
        const Frame   *frame;            /* steps that belong to no row, on the day */
} CarrierReader;

CarrierReader carrier_reader(Arena *arena, const Program *program, int32_t day);
CarrierLine   carrier_line(const CarrierReader *reader, const Carrier *carrier);
/* 目标, 任务 … as a heading over several of them; empty for what a reader is not shown one by one. */
Str carrier_title(CarrierKind kind);

/* "不少于 15万个，每年（2023年）". */
Str target_words(const CarrierReader *reader, const Target *target);
