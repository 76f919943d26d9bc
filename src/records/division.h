/* Administrative divisions: the public table (cities/common/divisions.tsv) and its way into a city's records.
 *
 * The pack declares the entity 区划 with 名称, 代码, 级别, 统计用 and the link 上级区划; a row's natural key is its code. Statistical
 * areas (development zones with codes of their own) are flagged and are no districts. */
#pragma once

#include "records/record.h"

typedef enum DivisionLevel { DIVISION_PROVINCE, DIVISION_CITY, DIVISION_COUNTY, DIVISION_STREET } DivisionLevel;

typedef struct Division {
        Str           code, name;
        DivisionLevel level;
        uint32_t      parent;            /* index, before its children; NONE: a province */
        bool          pseudo;
} Division;

/* Reads the table; every parent stands before its children. RC_INVALID: *ret_why says which line and why. */
Rc division_read(Str text, Arena *arena, Division **ret_divisions, uint32_t *ret_count, Str *ret_why) CHECKED;

typedef struct DivisionResult {
        uint64_t created, updated, unchanged;
} DivisionResult;

/* Puts an area (a code of the table), what it lies in and what lies in it into the records, in one batch and one transaction (the
 * one that is open, or its own). Rows are known by their code: what is there and differs is updated, what is only in the records
 * stays as it is. RC_MISSING: the pack has no such entity, or the table no such area. */
Rc division_load(Database *database, const Model *model, const Change *change, Str area, const Division *divisions, uint32_t count,
                 DivisionResult *ret_result) CHECKED;
