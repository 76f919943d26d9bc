/* A small pack of people, classes and trainees, and a database that holds it. */
#pragma once

#include "database/world.h"

#include "records/record.h"
#include "support/compile.h"

#define PACK_CITY STR("jining")

typedef struct Pack {
        World             *world;
        Compiled           compiled;
        Model             *model;
        const RecordTable *people, *classes, *trainees;
        Change             change;
} Pack;

/* Compiles a text, and the pack's own. */
Model *pack_model(Arena *arena, Str text, Compiled *ret_compiled);
extern const Str pack_text;
/* The pack in the world's database, migrated. */
void pack_open(World *world, Pack *ret_pack);
/* Runs the plan; the number of its steps. */
uint32_t pack_migrate(World *world, const Model *model, bool destructive);

/* A record from "field", "text", …, NULL; links and the key ("_key") too. */
Record pack_record(const Pack *pack, const RecordTable *table, ...) __attribute__((sentinel));
/* Saves it and fails the test unless it goes well. */
void pack_save(const Pack *pack, const RecordTable *table, Record *record);
Record pack_load(const Pack *pack, const RecordTable *table, int64_t id);
/* A field as people read it. */
Str pack_text_of(const Pack *pack, const RecordTable *table, const Record *record, const char *field);
int64_t pack_count(const Pack *pack, const char *sql);
