/* Which clause of a document is carried by which declarations and examples, and which clause carries nothing. */
#pragma once

#include "city/pack.h"

typedef enum CarrierKind {
        CARRIER_POLICY, CARRIER_SUPPLEMENT, CARRIER_DEFINITION, CARRIER_PARAMETER, CARRIER_TABLE, CARRIER_FACT,
        CARRIER_INDICATOR, CARRIER_TARGET, CARRIER_TASK, CARRIER_SERVICE, CARRIER_DIRECTORY, CARRIER_REPORT,
        CARRIER_KINDS,                   /* how many there are */
} CarrierKind;

/* One declaration under a clause. A supplement is a policy with a condition or benefit from another clause. */
typedef struct Carrier {
        CarrierKind kind;
        Str         name;
        uint32_t    index;               /* into the program's array of that kind */
        Str         waits;               /* 待后续: why it does not run yet; empty when it runs */
        uint32_t    examples;            /* of a policy, an indicator, or a target's indicator: how many name it */
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

/* Per document and kind, how many declarations run and how many wait. */
typedef struct CoverageCount {
        uint32_t runs, waits;
} CoverageCount;
typedef struct CoverageTotal {
        Str           document;          /* the document's name; the pack's where a clause belongs to none */
        CoverageCount kinds[CARRIER_KINDS];
} CoverageTotal;

/* One entry per document with declarations, in order of clauses. */
void coverage_count(const Pack *pack, const Coverage *coverage, Arena *arena, CoverageTotal **ret_totals, uint32_t *ret_count);

Coverage coverage_of(const Pack *pack, Arena *arena);

Str  carrier_text(CarrierKind kind);     /* 政策, 补充, 定义, … */
void coverage_print(const Pack *pack, const Coverage *coverage, Buffer *out);
void coverage_json(const Pack *pack, const Coverage *coverage, Json *json);
