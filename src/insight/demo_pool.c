/* Partners: people, firms, classes, institutions that a row is tied to. From a long list each is used in turn, those that fit
 * by themselves first; of a short one the same partner serves many rows, as a class has many learners. */
#include "insight/demo_inside.h"

#define CHANGE_TRIES 60
#define MEMBERS 36                  /* rows that share a partner made for them */
#define LEAD_DAYS 120               /* an event lies so close before what comes of it */

typedef struct Bucket {             /* partners of one county */
        uint32_t *rows, count, capacity;
        uint32_t  offset, natural, changed;     /* where to begin, and how far the list has been gone through */
        uint32_t  current;          /* the partner that serves now, or NONE */
} Bucket;

typedef struct PoolLink {
        Bucket   *buckets;          /* by county + 1 */
        uint32_t  bucket_count, table;
        uint32_t  before;           /* rows that were there when the goal began */
        uint32_t *uses, capacity;   /* by row */
} PoolLink;

struct DemoPool {
        World     *world;
        Arena     *arena;
        uint32_t   distinct_link;
        bool       fitting;
        PoolLink **links;
};

DemoPool *demo_pool_new(World *world, uint32_t distinct_link, bool fitting, Arena *arena) {
        DemoPool *pool = ARENA_NEW(arena, DemoPool, 1);
        *pool = (DemoPool){ .world = world, .arena = arena, .distinct_link = distinct_link, .fitting = fitting,
                        .links = ARENA_NEW(arena, PoolLink *, world->program->link_count + 1) };
        return pool;
}

static uint32_t *uses_of(DemoPool *pool, PoolLink *of, uint32_t row) {
        if (row >= of->capacity) {
                uint32_t larger = row < 512 ? 1024 : row * 2, *uses = ARENA_NEW(pool->arena, uint32_t, larger);
                for (uint32_t i = 0; i < of->capacity; i++)
                        uses[i] = of->uses[i];
                of->uses = uses;
                of->capacity = larger;
        }
        return &of->uses[row];
}

static void add_row(DemoPool *pool, PoolLink *of, uint32_t row) {
        int64_t county = world_county(pool->world, of->table, row);
        Bucket *bucket = &of->buckets[county + 1];
        *ARENA_PUSH(pool->arena, bucket->rows, bucket->count, bucket->capacity) = row;
}

static PoolLink *link_of(DemoPool *pool, uint32_t link) {
        World *world = pool->world;
        PoolLink *of = pool->links[link];
        if (of)
                return of;
        uint32_t table = world_table_of(world, world->program->links[link].parent), counties = world->plan->counties;
        of = pool->links[link] = ARENA_NEW(pool->arena, PoolLink, 1);
        of->table = table;
        of->before = world->tables[table].count;
        of->bucket_count = 1 + (counties == NONE ? 0 : world->program->enumerations[counties].member_count);
        of->buckets = ARENA_NEW(pool->arena, Bucket, of->bucket_count);
        for (uint32_t row = 0; row < world->tables[table].count; row++)
                add_row(pool, of, row);
        for (uint32_t i = 0; i < of->bucket_count; i++) {
                Bucket *bucket = &of->buckets[i];
                bucket->offset = bucket->count ? (uint32_t) world_between(world, 0, bucket->count - 1) : 0;
                bucket->current = NONE;
        }
        return of;
}

static bool fits(const World *world, const Demands *demands, uint32_t row) {
        for (uint32_t i = 0; i < demands->count; i++)
                if (!want_holds(demands->items[i].want, world_value(world, demands->items[i].step, row)))
                        return false;
        return true;
}

/* Keeps a partner that fits as it is. */
static bool settle(DemoPool *pool, const PoolLink *of, const Demands *demands, uint32_t row) {
        return row_solve(pool->world, of->table, row, demands, pool);
}

static bool day_fits(const World *world, const PoolLink *of, uint32_t row, int64_t day) {
        const WorldTable *table = &world->tables[of->table];
        int64_t own = table->table->day == NONE || day == UNKNOWN ? UNKNOWN : world_cell(world, of->table, row, table->table->day);
        return own == UNKNOWN || (own <= day && (!table->event || own >= day - LEAD_DAYS));
}

/* ---- long lists ------------------------------------------------------------------------------------------ */

static uint32_t take_in_turn(DemoPool *pool, PoolLink *of, Bucket *bucket, const Demands *demands) {
        for (; bucket->natural < bucket->count; bucket->natural++) {
                uint32_t row = bucket->rows[(bucket->natural + bucket->offset) % bucket->count];
                if (*uses_of(pool, of, row) == 0 && fits(pool->world, demands, row) && settle(pool, of, demands, row))
                        return row;
        }
        for (; bucket->changed < bucket->count && !pool->fitting; bucket->changed++) {
                uint32_t row = bucket->rows[(bucket->changed + bucket->offset) % bucket->count];
                if (*uses_of(pool, of, row) == 0 && settle(pool, of, demands, row))
                        return row;
        }
        return NONE;
}

/* Everybody has had a turn. */
static void begin_again(DemoPool *pool, PoolLink *of, Bucket *bucket) {
        for (uint32_t i = 0; i < bucket->count; i++)
                *uses_of(pool, of, bucket->rows[i]) = 0;
        bucket->natural = bucket->changed = 0;
}

/* ---- short lists ----------------------------------------------------------------------------------------- */

/* A standing partner that nobody has asked anything of yet may be made to fit. */
static uint32_t change_one(DemoPool *pool, PoolLink *of, const Bucket *bucket, const Demands *demands, int64_t day) {
        for (uint32_t i = 0; i < bucket->count && i < CHANGE_TRIES; i++) {
                uint32_t row = bucket->rows[world_between(pool->world, 0, bucket->count - 1)];
                if (*uses_of(pool, of, row) == 0 && day_fits(pool->world, of, row, day) && settle(pool, of, demands, row))
                        return row;
        }
        return NONE;
}

static bool serves(DemoPool *pool, PoolLink *of, uint32_t row, const Demands *demands, int64_t day) {
        const World *world = pool->world;
        return row != NONE && *uses_of(pool, of, row) < MEMBERS && day_fits(world, of, row, day) && fits(world, demands, row);
}

static uint32_t take_shared(DemoPool *pool, PoolLink *of, Bucket *bucket, const Demands *demands, int64_t day, bool full) {
        const World *world = pool->world;
        bool own = world->tables[of->table].event && !full;      /* classes of narrower goals are not filled up */
        uint32_t best = NONE;
        if (serves(pool, of, bucket->current, demands, day) && settle(pool, of, demands, bucket->current))
                return bucket->current;
        for (uint32_t i = 0; i < bucket->count; i++) {
                uint32_t row = bucket->rows[(i + bucket->offset) % bucket->count];
                if ((row < of->before && own) || !day_fits(world, of, row, day) || !fits(world, demands, row))
                        continue;
                if (best == NONE || *uses_of(pool, of, row) < *uses_of(pool, of, best))
                        best = row;
        }
        if (best == NONE && world->tables[of->table].standing)
                return bucket->current = change_one(pool, of, bucket, demands, day);
        if (best == NONE || (!full && *uses_of(pool, of, best) >= MEMBERS) || !settle(pool, of, demands, best))
                return NONE;
        return bucket->current = best;
}

/* ---- new ones -------------------------------------------------------------------------------------------- */

static void set_day(World *world, uint32_t table, uint32_t row, int64_t day) {
        uint32_t field = world->tables[table].table->day;
        if (field == NONE || day == UNKNOWN || world_cell(world, table, row, field) != UNKNOWN)
                return;
        const RecordField *known = &world->tables[table].table->fields[field];
        int64_t lead = world->tables[table].event ? world_between(world, 5, 45) : world_between(world, 60, 1200);
        if (day - lead >= known->low && day - lead <= known->high)
                world_set(world, table, row, field, day - lead, true);
}

static uint32_t make_partner(DemoPool *pool, PoolLink *of, const Demands *demands, int64_t county, int64_t day) {
        World *world = pool->world;
        uint32_t row = world_add(world, of->table), step = world->tables[of->table].county;
        Demands all = *demands;
        if (county >= 0 && step != NONE && all.count < DEMAND_MAX)
                demand_add(&all, step, want_range(county, county));
        if (!row_solve(world, of->table, row, &all, pool) && !row_solve(world, of->table, row, demands, pool))
                return NONE;
        set_day(world, of->table, row, day);
        row_fill(world, of->table, row);
        add_row(pool, of, row);
        return row;
}

/* ---- both ------------------------------------------------------------------------------------------------ */

/* The county the demands ask for, the child's own, or that of anybody. */
static int64_t county_of(DemoPool *pool, const PoolLink *of, const Demands *demands, int64_t county) {
        World *world = pool->world;
        const WorldTable *table = &world->tables[of->table];
        for (uint32_t i = 0; i < demands->count; i++)
                if (demands->items[i].step == table->county && demands->items[i].want.low == demands->items[i].want.high)
                        return demands->items[i].want.low;
        if (table->county == NONE)
                return -1;
        if (county >= 0 || table->count == 0)
                return county;
        return world_county(world, of->table, (uint32_t) world_between(world, 0, table->count - 1));
}

void demo_pool_use(DemoPool *pool, uint32_t link, uint32_t partner) {
        ++*uses_of(pool, link_of(pool, link), partner);
}

uint32_t demo_pool_take(DemoPool *pool, uint32_t link, const Demands *demands, int64_t county, int64_t day) {
        PoolLink *of = link_of(pool, link);
        const WorldTable *table = &pool->world->tables[of->table];
        county = county_of(pool, of, demands, county);
        if (county + 1 >= of->bucket_count)
                return NONE;
        Bucket *bucket = &of->buckets[county + 1];
        bool distinct = link == pool->distinct_link, in_turn = distinct || table->people;
        uint32_t row = in_turn ? take_in_turn(pool, of, bucket, demands)
                               : take_shared(pool, of, bucket, demands, day, table->promised || table->standing);
        for (uint32_t i = 0; distinct && pool->fitting && row == NONE && i < of->bucket_count; i++)
                row = take_in_turn(pool, of, &of->buckets[i], demands);
        if (distinct && pool->fitting && row == NONE)
                return NONE;
        if (row == NONE && in_turn && !distinct && bucket->count) {
                begin_again(pool, of, bucket);
                row = take_in_turn(pool, of, bucket, demands);
        }
        if (row == NONE)
                row = make_partner(pool, of, demands, county, day);
        if (row == NONE && !in_turn)
                row = take_shared(pool, of, bucket, demands, UNKNOWN, true);
        if (row != NONE)
                ++*uses_of(pool, of, row);
        return row;
}
