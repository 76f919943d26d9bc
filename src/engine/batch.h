/* The batch evaluator: totals over a whole population, by column, in chunks, on several threads.
 *
 * A plan is a program specialised for one run (dates, parameters) and one set of policies: what does not depend on a
 * row is folded, comparisons are rewritten to bounds on columns, amounts are only computed where they are due. Every
 * verified program runs, every value equals the scalar evaluator's, and no figure depends on the number of threads. */
#pragma once

#include "engine/scalar.h"

#define BATCH_THREADS_MAX 64
#define BATCH_NOTHING (INT64_MIN + 1)     /* in per-row amounts: the benefit is not due to this row */

/* Per-row results of one policy for consecutive rows of its entity. */
typedef struct BatchRows {
        uint32_t        policy;           /* index into Program.policies */
        uint32_t        first, count;     /* rows [first, first + count) */
        const uint8_t  *answers;          /* Answer per row */
        uint32_t        mask_words;       /* 64-bit words a row in the masks: one bit a condition, condition 0 lowest */
        const uint64_t *failed;           /* mask_words per row: condition is 否 */
        const uint64_t *undecided;        /* mask_words per row: condition is unknown */
        uint32_t        output_count;     /* all outputs of all benefits, in order */
        const int64_t **amounts;          /* per output: a cell per row, UNKNOWN, or BATCH_NOTHING */
} BatchRows;

/* Called for each policy and chunk. For one entity: rows ascending, and for one chunk the policies in order; never
 * from two threads at once, but not always from the same thread. */
typedef void (*BatchSink)(void *context, const BatchRows *rows);

typedef struct BatchOptions {
        const uint32_t *policies;         /* which, ascending; NULL: all */
        uint32_t        policy_count;
        uint32_t        threads;          /* 0 is 1; at most BATCH_THREADS_MAX */
        bool            by_county;        /* else one bucket: everything is 未分 */
        bool            by_condition;     /* count failed, undecided and sole failures of each condition */
        bool            by_order;         /* settle 互斥 and 预算 afterwards */
        BatchSink       sink;             /* NULL: totals only */
        void           *sink_context;
        bool            keep_steps;       /* for tests: every step of every row, see batch_cell */
} BatchOptions;

typedef struct BatchPlan BatchPlan;

/* The plan lives in the arena; `run` and `options` are copied, the program and the run's parameters are not. A plan
 * is never changed: several threads may run it at once. */
BatchPlan *batch_plan_new(Arena *arena, const Run *run, const BatchOptions *options);

/* ---- totals ------------------------------------------------------------------------------------------ */

typedef struct BatchMoney {
        __int128 sum;                     /* of known amounts, fen */
        uint64_t rows;                    /* due and known */
        uint64_t unknown;                 /* due, but the amount is not known */
        __int128 floor_sum;               /* of the floors of unknown amounts */
        uint64_t floor_rows;              /* unknown amounts with a known floor */
} BatchMoney;

typedef struct BatchCondition {
        uint64_t failed, undecided;
        uint64_t sole;                    /* 否 while all others are 是: who would enter if it alone were lifted */
} BatchCondition;

typedef struct BatchOutput {              /* one Output with `money` */
        uint32_t    benefit, output;      /* indices into policy.benefits and its outputs */
        BatchMoney *counties;             /* bucket_count */
} BatchOutput;

typedef struct BatchPolicy {
        uint32_t        policy;
        uint32_t        bucket_count;     /* counties of the enumeration, then 未分 */
        uint64_t      (*answers)[5];      /* [bucket][Answer] */
        BatchOutput    *outputs;
        uint32_t        output_count;
        BatchCondition *conditions;       /* as in the policy; NULL unless by_condition */
        uint32_t        worst;            /* the condition that excludes the most; NONE: none does, or not counted */
} BatchPolicy;

/* What 互斥 left: per candidate policy how many subjects keep it. */
typedef struct BatchShare {
        uint64_t kept, dropped;           /* subjects who are 是 and keep it, or lose it to a better one */
        __int128 kept_sum, dropped_sum;   /* money of all its benefits together */
} BatchShare;

typedef struct BatchExclusive {
        uint32_t    exclusive;            /* index into Program.exclusives */
        BatchShare *shares;               /* per policy of the exclusive; zero for one not in the plan */
        uint64_t    conflicts;            /* subjects who are 是 in two or more */
        uint64_t    undecided;            /* 择高: an undecided candidate could be the higher one */
        uint64_t    needs_order;          /* 先到: conflicts, to be settled by who comes first */
        uint64_t    needs_choice;         /* 自选: conflicts, to be settled by the subject */
} BatchExclusive;

/* What 预算 left, money given out by ascending order date, then row. */
typedef struct BatchBudget {
        uint32_t policy;
        int64_t  limit;                   /* fen; UNKNOWN when open: nothing is settled then */
        uint64_t paid, refused;           /* subjects within the limit, and the first over it and all after */
        __int128 paid_sum, refused_sum;
        uint64_t unplaced;                /* 是, but the order date or the amount is not known */
        int64_t  last_date;               /* the order date of the last one paid; UNKNOWN: nobody, or no order said */
} BatchBudget;

typedef struct BatchResult {
        const BatchPlan *plan;
        BatchPolicy     *policies;
        uint32_t         policy_count;
        BatchExclusive  *exclusives;      /* by_order only: those with two candidates or more in the plan */
        uint32_t         exclusive_count;
        BatchBudget     *budgets;
        uint32_t         budget_count;
        const Population *population;     /* keep_steps only, with the cells of computed steps: see batch_cell */
        void           **steps;
} BatchResult;

/* Evaluates the population (of the plan's program). The result lives in the arena. It cannot fail: when threads
 * cannot be started it goes on with fewer. */
BatchResult *batch_run(const BatchPlan *plan, const Population *population, Arena *arena);

/* How a county bucket is called: the member of the enumeration, or 未分区县. */
Str batch_bucket_name(const Program *program, const Policy *policy, uint32_t bucket);

/* What the money of a policy is counted in: 元, 元/月 or, where both kinds stand together, 元（含每月）; empty when its
 * benefits are no money. */
Str batch_money_unit(const Policy *policy);

/* keep_steps: the cell of a step, widened; row is ignored for a step of no entity. */
int64_t batch_cell(const BatchResult *result, uint32_t step, uint32_t row);

/* ---- before and after -------------------------------------------------------------------------------- */

typedef struct BatchChange {
        uint64_t entered, left;           /* now 是, no longer 是 */
        uint64_t more, less;              /* 是 both times, and the money of all benefits together went up, down */
        uint64_t unclear;                 /* 是 both times, the money not known on just one side */
        uint64_t eased, hardened;         /* other changes of answer: no longer 否, now 否 */
        __int128 before, after;           /* known money */
} BatchChange;

typedef struct BatchPolicyChange {
        uint32_t     policy;
        uint32_t     bucket_count, group_count;
        BatchChange *counties;            /* bucket_count: as in BatchPolicy, by_county always */
        BatchChange *groups;              /* group_count: members of the group step's enumeration, then the rest */
} BatchPolicyChange;

typedef struct BatchComparison {
        BatchPolicyChange *policies;      /* only those that read a parameter in which the runs differ, or all of the
                                             options' when the runs' dates differ */
        uint32_t           policy_count;
} BatchComparison;

/* What an entity's rows are grouped by: the cells of a code fact as they came, whether or not a rule reads it, or of a
 * code step. Both NONE: nothing. */
typedef struct BatchGroup {
        uint32_t fact, step;
} BatchGroup;

/* Gainers and losers between two runs of one program. `groups`: per entity, or NULL. Of the options, policies and
 * threads count. The result lives in the arena. */
BatchComparison *batch_compare(Arena *arena, const Run *before, const Run *after, const BatchOptions *options,
                               const BatchGroup *groups, const Population *population);
