/* Which keys were met in which group, and in which period first: how different persons are counted from rows in any order.
 *
 * A group is what keys are told apart in: a county, the whole city. One slot of 16 bytes a key and group, at most two thirds of
 * them in use, which is quicker than a database's sorting and keeps no rows. */
#pragma once

#include "program/program.h"

typedef struct Distinct Distinct;

Distinct *distinct_new(void);
Distinct *distinct_free(Distinct *set);               /* NULL is fine; returns NULL */
void    distinct_cleanup(Distinct **set);

/* Notes that a row of this group and period has the key. Returns the first period in which the key had been met in the group,
 * NONE when it had not. */
uint32_t distinct_meet(Distinct *set, int64_t key, uint32_t group, uint32_t period);
