/* Which clause of a document is carried by which declarations and examples, and which clause carries nothing. */
#pragma once

#include "city/pack.h"

typedef enum CarrierKind {
        CARRIER_POLICY, CARRIER_SUPPLEMENT, CARRIER_DEFINITION, CARRIER_PARAMETER, CARRIER_TABLE, CARRIER_FACT,
} CarrierKind;

/* One declaration under a clause. A supplement is a policy with a condition or benefit from another clause. */
typedef struct Carrier {
        CarrierKind kind;
        Str         name;
        uint32_t    index;               /* into the program's array of that kind */
        uint32_t    examples;            /* of a policy: how many examples name it */
} Carrier;

typedef struct ClauseCoverage {
        uint32_t clause;                 /* index into Program.clauses */
        Carrier *carriers;
        uint32_t carrier_count;
} ClauseCoverage;

/* One entry per heading of the pack's own files, in order. */
typedef struct Coverage {
        ClauseCoverage *clauses;
        uint32_t        clause_count;
        uint32_t        carried;         /* clauses with at least one declaration */
        uint32_t        examples;        /* in all */
} Coverage;

Coverage coverage_of(const Pack *pack, Arena *arena);

Str  carrier_text(CarrierKind kind);     /* 政策, 补充, 定义, … */
void coverage_print(const Pack *pack, const Coverage *coverage, Buffer *out);
void coverage_json(const Pack *pack, const Coverage *coverage, Json *json);
