/* A small city: four classes, eleven trainees, three venues, two counties, with a document of targets and tasks. Every figure in
 * the tests of this folder can be counted on these rows by hand. */
#pragma once

#include "records/pack.h"

#include "insight/board.h"
#include "insight/ledger.h"

typedef struct City {
        Pack           pack;
        Plan           plan;
        const Program *program;
        Arena         *arena;
        int64_t        trainees[11];     /* ids, in the order of the table in city.c */
        Change         change;
} City;

void city_open(World *world, City *ret_city);
int32_t day_of(const char *text);
Period  days(const char *first, const char *last);
uint32_t indicator_of(const City *city, const char *name);
uint32_t target_of(const City *city, const char *name);
/* A figure of one period by itself, or from `first` on. */
Figure figure_of(const City *city, const char *indicator, Period period, int64_t county);
/* Reports a figure and fails the test unless it goes well. */
void must_report(const City *city, const char *indicator, Period period, int64_t county, int64_t value);
