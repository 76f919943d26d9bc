/* Inside the batch evaluator: what a plan is made of. Only batch_*.c and exclusive.c include this.
 *
 * Steps become nodes (batch_node.c): folded, rewritten, with a cell width and a kernel. Nodes are placed in passes
 * (batch_plan.c): a pass walks the rows of one entity in chunks, and every instruction of it handles one chunk.
 * A value lives in a scratch slot for as long as somebody still reads it, or, when another pass or another entity
 * needs it, in a full column. Amounts are computed packed: only for the rows a selection lists. */
#pragma once

#include "engine/batch.h"

#define BATCH_CHUNK 1024u        /* rows an instruction handles at once */
#define BATCH_INPUTS_MAX 4u
#define BATCH_LIST (BATCH_CHUNK + 8u)   /* places of a selection: lists are written 8 at a time */

/* ---- nodes ------------------------------------------------------------------------------------------- */

typedef struct Call Call;
typedef void (*Kernel)(const Call *call);

typedef enum NodeKind {
        NODE_CONSTANT,           /* imm[0] for every row */
        NODE_FACT,               /* column of fact aux */
        NODE_PARTNER,            /* partner column of link aux: unsigned, 4 bytes, NONE for no partner */
        NODE_COMPUTE,            /* kernel of the inputs, row by row */
        NODE_GATHER,             /* in[0] is the partner node, in[1] a node of the parent */
        NODE_REDUCE,             /* in[0] is the filter, in[1] the value (or NONE), both nodes of the child */
        NODE_REDUCE_TRUTH,       /* 任一, 全部: members write into tables of the parent's rows, threads apart */
} NodeKind;

typedef struct Node {
        NodeKind kind;
        Op       op;             /* REDUCE: which; COMPUTE: OP_AND and OP_OR take more inputs */
        Kernel   kernel;
        bool     truth;
        uint8_t  width;          /* bytes a cell */
        uint16_t entity;         /* ENTITY_NONE for constants */
        uint8_t  in_count;
        uint32_t in[BATCH_INPUTS_MAX];
        int64_t  imm[3];
        const int64_t *bounds;   /* RANGES: four pairs */
        uint32_t aux;
        uint32_t wider[4];       /* the same value at 1, 2, 4, 8 bytes, or NONE */

        /* set by the planner */
        bool     needed;         /* for some figure of this plan */
        bool     dense;          /* for every row; else packed only */
        bool     crossed;        /* another entity reads it */
        bool     root;           /* a policy reads it */
        uint32_t uses;
        uint32_t level, place;   /* the first pass level in which it can be computed, and the one in which it is */
        uint32_t table;          /* REDUCE_TRUTH: number of its table */
        uint32_t column;         /* number of its full column, or NONE */
} Node;

/* ---- instructions ------------------------------------------------------------------------------------ */

typedef enum PlaceKind {
        PLACE_NONE,
        PLACE_SLOT,              /* scratch at byte offset `at` */
        PLACE_FACT,              /* column of fact `at`, from the chunk's first row */
        PLACE_FACT_WHOLE,        /* the whole column (NULL: all unknown) */
        PLACE_FULL, PLACE_FULL_WHOLE,
        PLACE_PARTNER,           /* partner column of link `at`; NULL when nobody has a partner */
        PLACE_CONSTANT,          /* prepared cells, BATCH_CHUNK of them: constant `at` */
} PlaceKind;

typedef struct Place {
        PlaceKind kind;
        uint8_t   width;
        bool      truth;
        uint32_t  at;
} Place;

typedef struct Instruction {
        Kernel      run;
        bool        packed;      /* handles the selected rows, not the chunk's */
        uint32_t    places;      /* index of the first Place: the output, then the inputs */
        uint32_t    place_count;
        int64_t     imm[3];
        uint32_t    aux;
        const void *data;
} Instruction;

typedef struct Pass {
        uint16_t     entity;
        uint32_t     level;
        Instruction *instructions;
        uint32_t     instruction_count;
        Place       *places;
        uint32_t     place_count;
        bool         last;       /* policies are settled in it */
} Pass;

typedef struct ConstantCells {
        int64_t cell;
        uint8_t width;
} ConstantCells;

typedef struct FullColumn {
        uint16_t entity;
        uint8_t  width;
} FullColumn;

/* A 任一 or 全部, and the bytes its members leave behind. */
typedef struct TruthTable {
        uint32_t link;
        bool     all;
        uint32_t filter, level;  /* node of the child, and the level of the pass that computes it */
} TruthTable;

typedef struct PlanOutput {
        uint32_t benefit, output;
        uint32_t when, amount, floor;   /* nodes; amount and floor 8 bytes wide, floor may be NONE */
        bool     money;
} PlanOutput;

typedef struct PlanPolicy {
        uint32_t    policy;
        const Policy *source;
        uint32_t    bucket_count;
        uint32_t    eligible, judged, open;    /* nodes */
        bool        plain;       /* an unknown answer is always 缺事实 */
        uint32_t   *conditions;  /* nodes */
        PlanOutput *outputs;     /* of all benefits, in order */
        uint32_t    output_count;
        uint32_t    index;       /* in plan->policies */
        bool        captured;    /* answers and money are kept for a second look */
        uint32_t    order;       /* node of the budget's order date, or NONE */
        bool        last_in_chunk;   /* for the sink: gives the turn away */
} PlanPolicy;

struct BatchPlan {
        Arena        *arena;
        const Program *program;
        Run           run;
        BatchOptions  options;
        int64_t      *folded;    /* per step of no entity: its value */
        Node         *nodes;
        uint32_t      node_count, node_capacity;
        uint32_t     *step_nodes;
        PlanPolicy   *policies;
        uint32_t      policy_count;
        Pass         *passes;    /* by level: those of one level do not read each other */
        uint32_t      pass_count, pass_capacity;
        uint32_t      level_count;
        uint32_t     *tallied;   /* per node: number of its counts of truths, or NONE; constants are not counted */
        uint32_t      tallied_count;
        ConstantCells *constants;
        uint32_t      constant_count, constant_capacity;
        FullColumn   *columns;
        uint32_t      column_count, column_capacity;
        TruthTable   *tables;
        uint32_t      table_count, table_capacity;
        uint32_t     *final_level;   /* per entity */
        uint32_t     *counties;      /* per entity: node of the county, or NONE */
        uint32_t     *bucket_counts; /* per entity */
        bool          capture_all;   /* batch_compare */
        const BatchGroup *groups;
        size_t        scratch_size;
};

/* batch_fold.c: one step of known operand cells, by the scalar kernels; not for facts, links and CROSS steps. */
int64_t fold_step(const Run *run, const Step *step, int64_t a, int64_t b, int64_t c);
/* Fills plan->folded. */
void    fold_run(BatchPlan *plan);
/* The cells of a step that satisfy a comparison with a constant: low <= cell <= high, or just not, when `outside`. */
typedef struct Bounds {
        int64_t low, high;
        bool    outside;
} Bounds;
/* Moves bounds on a step through monotonic steps towards a fact, as far as exact; returns the step they hold for. */
uint32_t fold_bounds(const BatchPlan *plan, uint32_t step, Bounds *bounds);
/* The bounds that `a op constant` means. */
Bounds  fold_comparison(Op op, int64_t constant);

/* batch_node.c */
void     nodes_build(BatchPlan *plan);
uint32_t node_widened(BatchPlan *plan, uint32_t node, uint8_t width);
static inline bool node_constant(const BatchPlan *plan, uint32_t node) {
        return plan->nodes[node].kind == NODE_CONSTANT;
}

/* batch_plan.c: with the answers and money of every row kept, and the counties and the groups that are steps (`groups`
 * may be NULL) in full columns, for batch_compare. */
BatchPlan *plan_capturing(Arena *arena, const Run *run, const BatchOptions *options, const BatchGroup *groups);
static inline bool plan_wants_rows(const BatchPlan *plan, const PlanPolicy *policy) {
        return plan->options.sink || policy->captured;
}

/* batch_emit.c: turns placed nodes into passes. */
void passes_emit(BatchPlan *plan);

/* ---- running ----------------------------------------------------------------------------------------- */

/* What one thread counts for one policy. */
typedef struct PolicyTally {
        uint64_t (*answers)[5];  /* per bucket; 否 is filled in at the end */
        uint64_t  *sole;         /* per condition */
        BatchMoney **money;      /* per output, per bucket; NULL when not money */
} PolicyTally;

typedef struct TruthTally {
        uint64_t rows, sum, unknown;
} TruthTally;

typedef struct BatchRunning BatchRunning;

typedef struct Worker {
        BatchRunning *running;
        const Pass   *pass;
        uint32_t      chunk;     /* its number within the pass */
        uint8_t      *scratch;
        uint8_t     **bases;     /* per place of the current pass: where it starts, */
        size_t       *steps;     /* by how much a row moves it, */
        void        **pointers;  /* and where that is for the current chunk */
        uint8_t     **tables;    /* per truth table: a byte per parent row */
        PolicyTally  *policies;
        TruthTally   *truths;
        uint64_t    **rows;      /* per entity, per bucket */
        uint32_t      selected;  /* how many rows the current selection lists */
        uint32_t      uniform;   /* the bucket of every row of this chunk, or NONE */
        uint8_t      *answers;   /* the chunk's, for the sink */
        uint64_t     *failed, *undecided;
        int64_t     **amounts;
        const int64_t **amount_views;   /* the same, for reading */
} Worker;

typedef struct Captured {
        uint8_t *answers;        /* per row; NULL when the policy is not captured */
        int64_t *money;          /* per row: of all money outputs due, UNKNOWN when one is not known */
} Captured;

struct Call {
        void             **in;   /* in[0] is the output */
        const Instruction *at;
        Worker            *worker;
        uint32_t           first, count;
};

typedef struct Schedule Schedule;

struct BatchRunning {
        const BatchPlan  *plan;
        const Population *population;
        Arena            *arena;          /* the result's */
        uint8_t         **columns;        /* full columns */
        uint8_t         **constants;
        uint8_t          *unknown_cells[4], *unknown_truths, *no_partners;   /* a chunk of each */
        uint8_t         (*bit_lists)[8];  /* for every byte the numbers of its set bits, lowest first */
        Captured         *captured;       /* per policy of the plan */
        Worker           *workers;
        uint32_t          worker_count;
        Schedule         *schedule;
        void            **blocks;         /* everything to be freed */
        uint32_t          block_count, block_capacity;
};

/* batch_run.c: evaluates; the caller reads what it needs of *running and then calls running_free. */
BatchRunning *running_run(const BatchPlan *plan, const Population *population, Arena *arena);
void running_free(BatchRunning *running);
/* For the sink: returns when it is this chunk's turn; and lets the next one have it. */
void running_wait_turn(Worker *worker);
void running_end_turn(Worker *worker);

/* batch_totals.c */
BatchResult *totals_collect(const BatchRunning *running);
/* exclusive.c */
void exclusives_settle(const BatchRunning *running, BatchResult *result);

/* batch_tally.c: kernels that count instead of compute. */
void tally_bucket(const Call *call);
void tally_select(const Call *call);
void tally_answers(const Call *call);
void tally_truth(const Call *call);
void tally_sole(const Call *call);
void tally_money(const Call *call);
void tally_amount(const Call *call);
void tally_rows(const Call *call);

static inline int64_t cell_unknown(uint8_t width) {
        return width == 1 ? INT8_MIN : width == 2 ? INT16_MIN : width == 4 ? INT32_MIN : INT64_MIN;
}

/* The cell at `row` of a column, widened to 64 bits with UNKNOWN. */
static inline int64_t cell_read(const void *cells, uint8_t width, bool truth, uint32_t row) {
        int64_t cell = width == 1   ? ((const int8_t *) cells)[row]
                       : width == 2 ? ((const int16_t *) cells)[row]
                       : width == 4 ? ((const int32_t *) cells)[row]
                                    : ((const int64_t *) cells)[row];
        return !truth && cell == cell_unknown(width) ? UNKNOWN : cell;
}
