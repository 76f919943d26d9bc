/* Public facts that every city shares: tables beside the packs, in the folder “common” next to the city's. */
#pragma once

#include "cli/store.h"

/* The working days of cities/common/workdays.tsv. NULL, which stands for weekends only, when there is none or it has a fault,
 * which is told on standard error. */
const WorkdayCalendar *facts_workdays(Str city, Arena *arena);

/* Puts the city's part of cities/common/divisions.tsv into its records and tells on standard output what changed. A pack without
 * the entity 区划, or without a 辖区 in its document, has none. EXIT_DONE, or the code to end with. */
int facts_load_divisions(const Store *store, Str city);
