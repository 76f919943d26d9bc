/* The totals that `leye serve --data` shows: the rules with their demonstration figures over an invented population. */
#pragma once

#include "cli/cli.h"
#include "web/site.h"

typedef struct OverviewData {
        Pack    *pack;                   /* with demonstration figures */
        Arena   *arena;                  /* of the result */
        Overview overview;
} OverviewData;

/* Loads <folder>/<city>.snapshot, or the CSV files in <folder>/<city>/, and computes. EXIT_DONE with *ret_data NULL when
 * there is neither; otherwise the exit code to end with, told on standard error. */
int overview_load(Str city, Str folder, int32_t date, OverviewData **ret_data);

/* NULL is fine; returns NULL. */
OverviewData *overview_free(OverviewData *data);
