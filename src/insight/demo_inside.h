/* Shared by the files demo*.c; nobody else includes this.
 *
 * A World holds the rows while they are made: cells as a population has them (truths 0, 1, 2; UNKNOWN; a link's cell is the
 * partner's row; a text's cell is a number from which demo_text.c makes the words). A cell that a goal relies on is pinned:
 * no other goal may change it. */
#pragma once

#include "insight/demo.h"
#include "insight/insight_inside.h"

#include "program/kernels.h"

typedef struct WorldTable {
        const RecordTable *table;
        int64_t          **cells;        /* by chunk: rows of table->field_count cells */
        uint8_t          **pinned;
        uint32_t           chunks, capacity;
        uint32_t           count, width;
        uint32_t           county;       /* step of the entity, or NONE */
        bool               standing;     /* its rows are there before anything happens: people, firms, institutions */
        bool               event;        /* its rows belong to a day: a class, an activity */
        bool               people;       /* so many that everybody has a turn */
        bool               promised;     /* a target counts its rows: none are made in passing */
} WorldTable;

/* Children of a parent, newest first: only for links that an aggregate of an indicator reads. */
typedef struct WorldMembers {
        bool      watched;
        uint32_t *head, *next;
        uint32_t  head_capacity, next_capacity;
} WorldMembers;

typedef struct WorldChange {
        uint32_t table, row, field;
        int64_t  cell;
        uint8_t  pinned;
} WorldChange;

typedef struct World {
        const Plan    *plan;
        const Program *program;
        const Model   *model;
        Arena         *arena;
        uint64_t       random;
        int32_t        day;              /* of the demonstration */
        int32_t        first, last;      /* the period a step is asked about: 期初, 期末 */
        WorldTable    *tables;
        uint32_t       table_count;
        uint32_t      *field_of_fact, *field_of_link;   /* NONE: no column */
        WorldMembers  *members;          /* by link */
        uint32_t     **listed;           /* by code fact: how many measures name each member; NULL: none */
        bool          *steered;          /* by fact: a measure's condition reads it */
        bool          *keyed;            /* by fact: its different values are counted */
        bool          *defaulted;        /* by fact: the pack says what a missing value means */
        WorldChange   *changes;          /* since the last world_keep */
        uint32_t       change_count, change_capacity;
        uint64_t       draws;            /* texts that must differ, numbered */
} World;

World   *world_new(const Plan *plan, const DemoOptions *options, Arena *arena);
uint64_t world_draw(World *world);                           /* the next 64 random bits */
int64_t  world_between(World *world, int64_t low, int64_t high);
bool     world_chance(World *world, uint32_t percent);
uint64_t demo_hash(uint64_t seed, Str text);
uint32_t demo_weight(uint32_t index);                        /* of a county: some are large */
uint32_t demo_season(int32_t month);                         /* of a month, 1 to 12 */

uint32_t world_add(World *world, uint32_t table);            /* an empty row: everything unknown, nothing pinned */
int64_t  world_cell(const World *world, uint32_t table, uint32_t row, uint32_t field);
bool     world_is_pinned(const World *world, uint32_t table, uint32_t row, uint32_t field);
/* Sets and, when asked, pins; noted for world_undo. */
void     world_set(World *world, uint32_t table, uint32_t row, uint32_t field, int64_t cell, bool pin);
/* Whether nobody asked this of the row before: it is filled once. */
bool     world_take_unfilled(World *world, uint32_t table, uint32_t row);
/* Forgets the notes, or takes back what was done since `mark` (world->change_count at some time). Rows stay. */
void     world_keep(World *world);
void     world_undo(World *world, uint32_t mark);

/* The value of a step for a row of its entity (any row for a step of none), for the period in `world`. */
int64_t  world_value(const World *world, uint32_t step, uint32_t row);
int64_t  world_county(const World *world, uint32_t table, uint32_t row);     /* -1: none */
uint32_t world_table_of(const World *world, uint16_t entity);

/* ---- turning a condition round ------------------------------------------------------------------------- */

/* What a step's value should be: between low and high; a code also in the mask. */
typedef struct Want {
        int64_t  low, high;
        uint64_t mask;
} Want;
static inline Want want_range(int64_t low, int64_t high) { return (Want){ low, high, UINT64_MAX }; }
static inline Want want_truth(bool yes) { return yes ? want_range(TRUTH_YES, TRUTH_YES) : want_range(TRUTH_NO, TRUTH_NO); }
bool want_holds(Want want, int64_t cell);
/* A member of a code fact; UNKNOWN when none is wanted. */
int64_t world_choose_code(World *world, const RecordField *field, Want want);

/* A condition on a row, or on its partner along a link. */
typedef struct Demand {
        uint32_t link;                   /* NONE: the row itself */
        uint32_t step;                   /* of the row's entity, or the partner's; NONE: there only has to be a partner */
        Want     want;
} Demand;
#define DEMAND_MAX 48
typedef struct Demands {
        Demand   items[DEMAND_MAX];
        uint32_t count;
} Demands;
void demand_add(Demands *demands, uint32_t step, Want want);

/* Where partners come from while one goal is being met: found, or made. A partner along `distinct_link` is used once.
 * `fitting`: only partners that are as they should be already, for they are what a ratio is divided by. */
typedef struct DemoPool DemoPool;
DemoPool *demo_pool_new(World *world, uint32_t distinct_link, bool fitting, Arena *arena);
/* This partner is used up. */
void demo_pool_use(DemoPool *pool, uint32_t link, uint32_t partner);
/* A partner along `link` that satisfies the demands; NONE when there is none to be had. `county` and `day` say where and when
 * the child is: -1 and UNKNOWN when that is not known. */
uint32_t demo_pool_take(DemoPool *pool, uint32_t link, const Demands *demands, int64_t county, int64_t day);

/* Makes the row satisfy all demands without touching a pinned cell, and pins what they rely on. `pool` gives partners; NULL:
 * partners are not chosen. False: it cannot be done, and everything is as it was. */
bool row_solve(World *world, uint32_t table, uint32_t row, const Demands *demands, DemoPool *pool);

/* ---- filling --------------------------------------------------------------------------------------------- */

/* Fills what is unknown and not pinned with something likely that no indicator counts. */
void row_fill(World *world, uint32_t table, uint32_t row);
void world_people(World *world, const DemoOptions *options);      /* the rows that are there before anything happens */
void world_rest(World *world);                                    /* a few rows for every table that is still empty */

/* ---- goals ------------------------------------------------------------------------------------------------ */

#define GOAL_WINDOWS 2
typedef struct Goal {
        uint32_t indicator;
        uint32_t target;                 /* or NONE: nothing is promised */
        bool     each_county;
        bool     fitting;                /* a numerator: the partners counted are there */
        uint32_t window_count;
        struct {
                Period  period;
                int64_t value;           /* at the indicator's scale */
        } windows[GOAL_WINDOWS];         /* the year before first */
} Goal;
/* One goal for each computed indicator of the pack, in the order in which they are best met. */
void goals_choose(World *world, const Board *boards, Goal **ret_goals, uint32_t *ret_count);
void goal_meet(World *world, const Goal *goal);
/* What the rows say: the indicator's figure for a window (the numerator of a ratio). */
int64_t measure_existing(World *world, const Measure *measure, Period period);

/* ---- writing ---------------------------------------------------------------------------------------------- */

/* The words of a text cell. */
Str  demo_text(const World *world, const WorldTable *table, uint32_t row, uint32_t field, Arena *arena);
Rc   world_write(const World *world, const DemoOptions *options, const Change *change, DemoResult *result) CHECKED;
/* The boards of all documents on the day, by document. */
Rc   demo_figures(World *world, const Board *boards, const Change *change, DemoResult *result) CHECKED;
Rc   demo_splits(World *world, const Board *boards, const Change *change) CHECKED;
Rc   demo_orders(World *world, const Board *boards, const Change *change, DemoResult *result) CHECKED;
