/* The benchmark's people and policies. */
#include "world.h"

#include "support/random.h"
#include "support/small_program.h"

static Type type_code(uint16_t of) {
        return (Type){ .kind = TYPE_CODE, .of = of };
}

static uint16_t add_enumeration(Small *small, const char *name, uint32_t members) {
        Enumeration *enumeration = &small->program->enumerations[small->program->enumeration_count];
        *enumeration = (Enumeration){ .name = str_from(name), .member_count = members };
        enumeration->members = ARENA_NEW(small->arena, Str, members);
        for (uint32_t i = 0; i < members; i++)
                enumeration->members[i] = str_format(small->arena, "%s%u", name, i + 1);
        return (uint16_t) small->program->enumeration_count++;
}

/* Steps many policies share. */
typedef struct Shared {
        Small    small;
        uint32_t county, status, education, level, local, registered, disabled, received;
        uint32_t birth, jobless_since, graduation, business_since, income, loan, insured, staff, training;
        uint32_t poor, base, age, working_age, idle_home, hard, fresh;
        uint32_t post_allowance;
} Shared;

static void add_facts(Shared *at, uint16_t person, uint16_t household) {
        Small *small = &at->small;
        Type date = type_date(), count = type_number(0, 0), money = type_number(2, UNIT_YUAN);
        int64_t first = date_from_civil(1930, 1, 1), last = date_from_civil(2027, 12, 31);
        at->county = small_fact(small, person, "区县", type_code(add_enumeration(small, "区县", COUNTIES)), 0, COUNTIES - 1, NULL);
        at->status = small_fact(small, person, "就业状态", type_code(add_enumeration(small, "状态", STATUSES)), 0, STATUSES - 1, NULL);
        at->education = small_fact(small, person, "学历", type_code(add_enumeration(small, "学历", 6)), 0, 5, NULL);
        at->level = small_fact(small, person, "证书等级", count, 0, 5, NULL);
        at->local = small_truth(small, person, "本市户籍", NULL);
        at->registered = small_truth(small, person, "失业登记", NULL);
        at->disabled = small_truth(small, person, "残疾", NULL);
        at->received = small_truth(small, person, "已享受", NULL);
        at->birth = small_fact(small, person, "出生日期", date, first, last, NULL);
        at->jobless_since = small_fact(small, person, "失业日期", date, first, last, NULL);
        at->graduation = small_fact(small, person, "毕业日期", date, first, last, NULL);
        at->business_since = small_fact(small, person, "创业日期", date, first, last, NULL);
        at->income = small_fact(small, person, "月收入", money, 0, 10000000, NULL);
        at->loan = small_fact(small, person, "贷款余额", money, 0, 300000000, NULL);
        at->insured = small_fact(small, person, "参保月数", count, 0, 600, NULL);
        at->staff = small_fact(small, person, "吸纳人数", count, 0, 1000, NULL);
        at->training = small_fact(small, person, "培训天数", count, 0, 365, NULL);
        at->poor = small_fact(small, household, "低保", type_truth(), 0, 2, NULL);
}

static uint32_t number(Shared *at, int64_t value) {
        return small_number(&at->small, value, 0, 0);
}

static uint32_t yuan(Shared *at, int64_t value) {
        return small_number(&at->small, value * 100, 2, UNIT_YUAN);
}

static uint32_t at_least(Shared *at, uint32_t step, int64_t value) {
        return build_compare(at->small.builder, OP_AT_LEAST, step, number(at, value));
}

static uint32_t aged(Shared *at, int64_t low, int64_t high) {
        return build_between(at->small.builder, at->age, number(at, low), number(at, high));
}

static uint32_t status_in(Shared *at, uint64_t set) {
        return build_in_set(at->small.builder, at->status, set);
}

static uint32_t either(Shared *at, uint32_t a, uint32_t b) {
        return build_or(at->small.builder, a, b);
}

static uint32_t months_since(Shared *at, uint32_t date, int64_t low, int64_t high) {
        uint32_t months = build_date(at->small.builder, OP_FULL_MONTHS, date, at->base, 0);
        return build_between(at->small.builder, months, number(at, low), number(at, high));
}

static void add_shared(Shared *at, uint32_t link) {
        Builder *builder = at->small.builder;
        at->base = build_base_date(builder);
        at->age = build_date(builder, OP_FULL_YEARS, at->birth, at->base, 0);
        at->working_age = aged(at, 16, 59);
        uint32_t working = build_reduce(builder, OP_ANY, link, status_in(at, 1 << EMPLOYED | 1 << FLEXIBLE | 1 << FOUNDER), NONE);
        at->idle_home = build_not(builder, build_gather(builder, link, working));
        at->poor = build_gather(builder, link, at->poor);
        uint32_t days = build_date(builder, OP_DAYS_BETWEEN, at->jobless_since, at->base, 0);
        at->hard = either(at, either(at, aged(at, 45, 59), at->disabled), either(at, at->idle_home, at_least(at, days, 365)));
        at->fresh = build_not(builder, at->received);
        at->post_allowance = build_parameter(builder, small_parameter(&at->small, "岗位补贴标准", type_number(2, UNIT_YUAN), 0,
                                                                      1000000, 80000), at->base);
}

static void add_policy(Shared *at, const char *name, const uint32_t *conditions, uint32_t amount) {
        uint32_t policy = small_policy(&at->small, 0, name);
        for (uint32_t i = 0; conditions[i] != NONE; i++)
                small_condition(&at->small, policy, conditions[i], "条件");
        small_benefit(&at->small, policy, "金额", amount, "公式");
}

#define CONDITIONS(...) ((const uint32_t[]){ __VA_ARGS__, NONE })

static void add_job_policies(Shared *at) {
        Builder *builder = at->small.builder;
        uint32_t by_months = build_arithmetic(builder, OP_MULTIPLY, build_arithmetic(builder, OP_MINIMUM, at->insured, number(at, 36), 0),
                                              yuan(at, 180), UNIT_YUAN);
        add_policy(at, "灵活就业社保补贴", CONDITIONS(at->local, status_in(at, 1 << FLEXIBLE), at->hard, at_least(at, at->insured, 12),
                   at->working_age, at->fresh), by_months);
        add_policy(at, "岗位补贴", CONDITIONS(at->local, status_in(at, 1 << EMPLOYED), at->hard, at_least(at, at->insured, 1),
                   at->working_age), at->post_allowance);
        add_policy(at, "就业见习补贴", CONDITIONS(aged(at, 16, 24), either(at, at->registered, months_since(at, at->graduation, 0, 24)),
                   status_in(at, 1 << JOBLESS), at->fresh), yuan(at, 1200));
        uint32_t months = build_arithmetic(builder, OP_MINIMUM, at->insured, number(at, 24), 0);
        add_policy(at, "失业保险金", CONDITIONS(at->registered, at_least(at, at->insured, 12), at->working_age,
                   status_in(at, 1 << JOBLESS), months_since(at, at->jobless_since, 0, 24)),
                   build_arithmetic(builder, OP_MULTIPLY, months, yuan(at, 1800), UNIT_YUAN));
        add_policy(at, "公益性岗位", CONDITIONS(at->hard, aged(at, 50, 59), status_in(at, 1 << JOBLESS), at->local, at->registered),
                   yuan(at, 2000));
        add_policy(at, "低收入帮扶", CONDITIONS(build_compare(builder, OP_AT_MOST, at->income, yuan(at, 2000)),
                   either(at, at->poor, at->idle_home), at->local, status_in(at, 1 << FLEXIBLE | 1 << JOBLESS)),
                   build_arithmetic(builder, OP_SUBTRACT, yuan(at, 2000), at->income, UNIT_YUAN));
}

static void add_other_policies(Shared *at) {
        Builder *builder = at->small.builder;
        uint32_t founder = status_in(at, 1 << FOUNDER);
        add_policy(at, "一次性创业补贴", CONDITIONS(founder, months_since(at, at->business_since, 12, 9999), at_least(at, at->staff, 1),
                   at->fresh, at->working_age), yuan(at, 10000));
        uint32_t by_staff = build_arithmetic(builder, OP_MULTIPLY, at->staff, yuan(at, 2000), UNIT_YUAN);
        add_policy(at, "创业带动就业补贴", CONDITIONS(founder, months_since(at, at->business_since, 0, 36), at_least(at, at->staff, 3), at->local),
                   build_arithmetic(builder, OP_MINIMUM, by_staff, yuan(at, 20000), UNIT_YUAN));
        uint32_t principal = build_arithmetic(builder, OP_MINIMUM, at->loan, yuan(at, 200000), UNIT_YUAN);
        uint32_t interest = build_arithmetic(builder, OP_MULTIPLY, principal, small_number(&at->small, 31, 3, 0), UNIT_YUAN);
        add_policy(at, "创业担保贷款贴息", CONDITIONS(founder, aged(at, 18, 60), build_compare(builder, OP_MORE, at->loan, yuan(at, 0)),
                   either(at, at->local, at->registered)), build_round(builder, OP_ROUND_HALF_UP, interest, 1, 2));
        uint32_t soon = build_between(builder, at->graduation, at->base, build_date(builder, OP_ADD_DAYS, at->base, number(at, 365), 0));
        add_policy(at, "求职补贴", CONDITIONS(status_in(at, 1 << STUDENT), build_in_set(builder, at->education, 0x38), soon,
                   either(at, at->poor, at->disabled)), yuan(at, 1000));
        uint32_t by_days = build_arithmetic(builder, OP_MULTIPLY, at->training, yuan(at, 50), UNIT_YUAN);
        add_policy(at, "职业培训补贴", CONDITIONS(at_least(at, at->training, 5), status_in(at, 1 << EMPLOYED | 1 << JOBLESS | 1 << FLEXIBLE),
                   at->working_age), build_arithmetic(builder, OP_MINIMUM, by_days, yuan(at, 1500), UNIT_YUAN));
        uint32_t by_level = build_select(builder, at_least(at, at->level, 5), yuan(at, 2000),
                                         build_select(builder, at_least(at, at->level, 4), yuan(at, 1500), yuan(at, 1000)));
        add_policy(at, "技能提升补贴", CONDITIONS(at_least(at, at->level, 3), at_least(at, at->insured, 36), at->fresh,
                   status_in(at, 1 << EMPLOYED | 1 << JOBLESS)), by_level);
}

/* ---- people ------------------------------------------------------------------------------------------ */

static void *column(World *world, const char *name, uint16_t entity) {
        for (uint32_t i = 0; i < world->program->fact_count; i++) {
                const Fact *fact = &world->program->facts[i];
                if (fact->entity != entity || !str_equal(fact->name, str_from(name)))
                        continue;
                Column *at = &world->population->columns[i];
                size_t size = (size_t) world->population->entities[entity].count * at->width;
                world->bytes += size;
                return at->cells = arena_alloc(world->population->arena, size + 64, 64);
        }
        MUST(world == NULL);   /* there is a fact of that name */
        return NULL;
}

static void take_columns(World *world) {
        world->county = column(world, "区县", 0);
        world->status = column(world, "就业状态", 0);
        world->education = column(world, "学历", 0);
        world->level = column(world, "证书等级", 0);
        world->local = column(world, "本市户籍", 0);
        world->registered = column(world, "失业登记", 0);
        world->disabled = column(world, "残疾", 0);
        world->received = column(world, "已享受", 0);
        world->birth = column(world, "出生日期", 0);
        world->jobless_since = column(world, "失业日期", 0);
        world->graduation = column(world, "毕业日期", 0);
        world->business_since = column(world, "创业日期", 0);
        world->income = column(world, "月收入", 0);
        world->loan = column(world, "贷款余额", 0);
        world->insured = column(world, "参保月数", 0);
        world->staff = column(world, "吸纳人数", 0);
        world->training = column(world, "培训天数", 0);
        world->poor = column(world, "低保", 1);
        world->bytes += (size_t) world->persons * sizeof(uint32_t);
}

static uint8_t truth(Random *random, uint32_t yes, uint32_t unknown) {
        uint32_t which = random_below(random, 100);
        return which < yes ? TRUTH_YES : which < yes + unknown ? TRUTH_UNKNOWN : TRUTH_NO;
}

static int16_t some_date(Random *random, int32_t from, int32_t to, uint32_t unknown) {
        return random_chance(random, unknown) ? INT16_MIN : (int16_t) random_between(random, from, to);
}

static void make_person(World *world, Random *random, uint32_t i) {
        static const int8_t statuses[] = { EMPLOYED, EMPLOYED, EMPLOYED, EMPLOYED, JOBLESS, FLEXIBLE, FLEXIBLE, FOUNDER, STUDENT, RETIRED };
        int32_t base = world->base_date;
        uint32_t draw = random_below(random, 1000);
        world->county[i] = draw < 10 ? INT8_MIN : (int8_t) random_below(random, COUNTIES);
        world->status[i] = draw < 30 ? INT8_MIN : statuses[draw % 10];
        world->education[i] = random_chance(random, 4) ? INT8_MIN : (int8_t) random_below(random, 6);
        world->level[i] = random_chance(random, 3) ? INT8_MIN : (int8_t) (random_chance(random, 70) ? 0 : 1 + random_below(random, 5));
        world->local[i] = truth(random, 78, 2);
        world->registered[i] = truth(random, 12, 3);
        world->disabled[i] = truth(random, 4, 2);
        world->received[i] = truth(random, 20, 5);
        world->birth[i] = some_date(random, base - 85 * 365, base - 10 * 365, 1);
        world->jobless_since[i] = some_date(random, base - 1500, base, world->status[i] == JOBLESS ? 5 : 90);
        world->graduation[i] = some_date(random, base - 9000, base + 700, 10);
        world->business_since[i] = some_date(random, base - 4000, base, world->status[i] == FOUNDER ? 4 : 95);
        world->income[i] = random_chance(random, 5) ? INT32_MIN : (int32_t) random_below(random, 1500000);
        world->loan[i] = random_chance(random, 3) ? INT32_MIN : random_chance(random, 85) ? 0 : (int32_t) random_below(random, 40000000);
        world->insured[i] = random_chance(random, 4) ? INT16_MIN : (int16_t) random_below(random, 480);
        world->staff[i] = random_chance(random, 3) ? INT16_MIN : (int16_t) random_below(random, 12);
        world->training[i] = random_chance(random, 3) ? INT16_MIN : (int16_t) (random_chance(random, 80) ? 0 : random_below(random, 60));
}

World world_make(Arena *arena, uint32_t persons, uint64_t seed) {
        Shared at = { .small = small_begin(arena) };
        uint16_t person = small_entity(&at.small, "人", "人"), household = small_entity(&at.small, "户", "户");
        uint32_t link = small_link(&at.small, person, household, "所在户", "成员");
        at.small.program->links[link].complete = true;
        at.small.program->links[link].column = STR("户编号");
        add_facts(&at, person, household);
        at.small.program->entities[person].county = at.county;
        add_shared(&at, link);
        add_job_policies(&at);
        add_other_policies(&at);
        World world = { .program = small_finish(&at.small), .persons = persons, .households = persons / 5 * 2 + 1,
                        .base_date = date_from_civil(2025, 6, 30) };
        /* what the front end would note: 岗位补贴 reads 岗位补贴标准, the only parameter */
        world.program->policies[1].parameters = ARENA_NEW(arena, uint32_t, 1);
        world.program->policies[1].parameter_count = 1;
        world.population = population_new(arena, world.program, (uint32_t[]){ persons, world.households });
        take_columns(&world);
        Random random = { seed };
        /* people of a household stand together; one to four of them, and a few stand alone */
        for (uint32_t i = 0, home = 0, left = 0; i < persons; i++) {
                if (left == 0 && home < world.households) {
                        left = 1 + random_below(&random, 4);
                        home++;
                }
                make_person(&world, &random, i);
                left -= left > 0;
                population_link(world.population, link, i, random_chance(&random, 2) ? NONE : home - 1);
        }
        for (uint32_t i = 0; i < world.households; i++)
                world.poor[i] = truth(&random, 5, 2);
        population_index(world.population);
        world.household = world.population->links[link].partner;
        return world;
}
