/* What scan and simulate share: loading data with its report, and printing totals. */
#pragma once

#include "cli/cli.h"
#include "engine/batch.h"
#include "engine/snapshot.h"

typedef struct ScanData {
        Population *population;
        Snapshot    snapshot;            /* mapped, when the data is one */
} ScanData;

/* Loads the population of a folder, or opens a snapshot (any file is taken for one), and prints on standard error how
 * long it takes and, unless `quiet`, what was wrong with the data. EXIT_DONE, or the exit code to end with. Close the
 * data with scan_close. */
int  scan_load(const Program *program, Arena *arena, Str data, uint32_t threads, bool quiet, ScanData *ret_data);
void scan_close(ScanData *data);

/* The policies that are evaluated, ascending: all but the cards. Array of *ret_count in the arena. */
const uint32_t *scan_policies(const Program *program, Arena *arena, uint32_t *ret_count);

/* Totals as text: one line a policy; with by_county one line a policy and county. */
void scan_print(const Pack *pack, const BatchResult *result, bool by_county, Arena *arena, Buffer *out);
void scan_json(const Pack *pack, const BatchResult *result, Arena *arena, Json *json);
/* What 互斥 and 预算 left; nothing where the pack has none. The JSON is two members of the open object. */
void scan_print_order(const Program *program, const BatchResult *result, Arena *arena, Buffer *out);
void scan_json_order(const Program *program, const BatchResult *result, Arena *arena, Json *json);

/* Per-subject results: <folder>/<entity>.csv with key, policy, answer, and the figures. The files appear when all of
 * them are complete. */
typedef struct ScanWriter ScanWriter;
Rc scan_writer_open(Arena *arena, const Pack *pack, const Population *population, Str folder, ScanWriter **ret) CHECKED;
/* The sink for BatchOptions. */
void scan_writer_rows(void *writer, const BatchRows *rows);
/* RC_IO leaves no file behind; *ret_error (may be NULL) is then the errno of what failed. */
Rc   scan_writer_close(ScanWriter *writer, int *ret_error) CHECKED;
