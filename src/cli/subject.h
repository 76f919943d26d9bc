/* Whom leye explain is about, and the rows around: from facts on the command line or from a data folder. */
#pragma once

#include "cli/cli.h"
#include "engine/population.h"

typedef struct Subject {
        const Population *population;
        uint16_t          entity;
        uint32_t          row;
} Subject;

/* From texts 名=值 for a fact of the subject, 关系.名=值 for one of the row along a relation from it, or, where there are
 * several, 关系#2.名=值. A list of which a row is given counts as complete. False, told on standard error, when a text
 * cannot be read. `entity` of the subject is set. */
bool subject_from_facts(const Program *program, Arena *arena, const Str *texts, uint32_t count, Subject *subject);

/* The row of that key with everything its rules look at. The subject refers to `all`. EXIT_DONE or EXIT_USER. */
int subject_from_population(const Population *all, Arena *arena, Str key, Subject *subject);
