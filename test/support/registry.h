/* The files of doc/synthetic.md as a schema: entities, links, facts, without any policy. For tests and benchmarks of
 * loading, which need no more of a program. */
#pragma once

#include "program/program.h"

enum { PERSON, HOUSEHOLD, FIRM, JOB, CERTIFICATE, LOAN, REGISTRY_ENTITIES };
enum { LIVES_IN, FOUNDED_BY, WORKS_FOR, WORKER, HOLDER, BORROWER, REGISTRY_LINKS };

/* A program in the arena. Facts may be changed before it is used. */
Program *registry_program(Arena *arena);

/* The fact of an entity by name; NONE when there is none. */
uint32_t registry_fact(const Program *program, uint16_t entity, const char *name);
