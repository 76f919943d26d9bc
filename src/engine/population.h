/* Facts of many rows, by column: what every evaluator reads. A million people from a registry and the three people of
 * one interview have the same shape.
 *
 * A column is as narrow as its fact's range allows. Truths are bytes 0/1/2; everything else is a signed integer of
 * 1, 2, 4 or 8 bytes whose smallest value means unknown. A fact nobody supplied has no cells: unknown for every row. */
#pragma once

#include "base/map.h"
#include "program/program.h"

typedef struct Column {
        uint8_t width;               /* bytes a cell: 1, 2, 4, 8 */
        bool    truth;               /* cells are Kleene bytes */
        void   *cells;               /* row_count cells, 64-byte aligned; NULL: all unknown */
} Column;

/* Both directions of one link. Rows are numbers from 0; NONE is "no partner" (also for a dangling key). */
typedef struct LinkRows {
        uint32_t *partner;           /* per child row: parent row or NONE; NULL: no child has a partner */
        uint32_t *offsets;           /* per parent row + 1: into members */
        uint32_t *members;           /* child rows grouped by parent, ascending */
        uint8_t  *complete;          /* per parent row; NULL: as the link is declared */
        bool      sorted;            /* children stand in parent order: members[i] == i + offsets[0] */
} LinkRows;

typedef struct Rows {
        uint32_t        count;
        Str            *keys;        /* per row, its key as text; NULL when unknown or packed: read with rows_key */
        const char     *key_bytes;   /* packed keys of a loaded population, end to end; NULL when not packed */
        const uint32_t *key_ends;    /* per row, where its key ends; NULL: every key has key_width bytes */
        uint32_t        key_width;
} Rows;

/* The key of a row; empty when unknown. */
static inline Str rows_key(const Rows *rows, uint32_t row) {
        if (rows->key_bytes == NULL)
                return rows->keys ? rows->keys[row] : (Str){ NULL, 0 };
        if (rows->key_ends == NULL)
                return (Str){ rows->key_bytes + (size_t) row * rows->key_width, rows->key_width };
        uint32_t start = row == 0 ? 0 : rows->key_ends[row - 1];
        return (Str){ rows->key_bytes + start, rows->key_ends[row] - start };
}

typedef struct Population {
        const Program *program;
        Arena         *arena;        /* owns what is not mapped */
        Rows          *entities;     /* per entity */
        Column        *columns;      /* per fact */
        LinkRows      *links;        /* per link */
        Str           *texts;        /* dictionary of TYPE_TEXT cells */
        uint32_t       text_count, text_capacity;
        Map           *text_numbers; /* of population_text; NULL until it is first asked */
} Population;

/* The cell width for known values in [low, high]: the smallest signed integer that also leaves its minimum free. */
uint8_t column_width(Type type, int64_t low, int64_t high);

/* An empty population: `counts[e]` rows of each entity, nothing known, no links. */
Population *population_new(Arena *arena, const Program *program, const uint32_t *counts);

/* One cell, widened; type_unknown() of the fact's type when not known. */
int64_t population_cell(const Population *population, uint32_t fact, uint32_t row);
/* Sets a cell that lies in the fact's range or is unknown (MUST). Allocates the column on first use. */
void population_set(Population *population, uint32_t fact, uint32_t row, int64_t cell);
/* Sets a child's partner. Call population_index when all are set. */
void population_link(Population *population, uint32_t link, uint32_t child, uint32_t parent);
/* Declares a parent's list whole or not, overriding the link's declaration. */
void population_complete(Population *population, uint32_t link, uint32_t parent, bool complete);
/* Builds members lists from partners. */
void population_index(Population *population);

/* Whether the member list of this parent row is whole. */
static inline bool population_is_complete(const Population *population, uint32_t link, uint32_t parent) {
        const uint8_t *complete = population->links[link].complete;
        return complete ? complete[parent] != 0 : population->program->links[link].complete;
}

/* The number of a text in the dictionary, added when new. */
int64_t population_text(Population *population, Str text);

/* A small population of one subject: the row itself and everything reachable along links that the program's steps
 * follow from it. *ret_row is the subject's row there. Texts and keys are kept. */
Population *population_around(Arena *arena, const Population *population, uint16_t entity, uint32_t row,
                              uint32_t *ret_row);
