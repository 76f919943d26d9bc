/* What scan and simulate share: loading data with its report, and printing totals. */
#pragma once

#include "cli/cli.h"
#include "engine/batch.h"
#include "engine/snapshot.h"

typedef struct ScanData {
        Population *population;
        Snapshot    snapshot;            /* mapped, when the data is one */
} ScanData;

/* Loads the population of a folder, or opens a .snapshot file, and prints what was wrong with the data on standard
 * error. EXIT_DONE, or the exit code to end with. Close the data with scan_close. */
int  scan_load(const Program *program, Arena *arena, Str data, uint32_t threads, ScanData *ret_data);
void scan_close(ScanData *data);

/* Totals as text: one line a policy; with by_county one line a policy and county. */
void scan_print(const Pack *pack, const BatchResult *result, bool by_county, Arena *arena, Buffer *out);
void scan_json(const Pack *pack, const BatchResult *result, Arena *arena, Json *json);

/* Per-subject results: <folder>/<entity>.csv with key, policy, answer, and the figures. */
typedef struct ScanWriter ScanWriter;
Rc scan_writer_open(Arena *arena, const Pack *pack, const Population *population, Str folder, ScanWriter **ret) CHECKED;
/* The sink for BatchOptions. */
void scan_writer_rows(void *writer, const BatchRows *rows);
Rc   scan_writer_close(ScanWriter *writer) CHECKED;

/* How a county bucket is called: the member of the enumeration, or 未分. */
Str scan_bucket(const Program *program, const Policy *policy, uint32_t bucket);
