/* Favourable forms and bounds, by brute force.
 *
 * Law of build_favourable(t, judgements), for every assignment of the ordinary facts (known or not):
 *   (1) f >= t in the order 否 < unknown < 是, and f = t where t is known without a default or an assumption;
 *   (2) f = 是 if some answer to the unknown judgements makes t 是;
 *   (3) f = 是 only if so, when each judgement stands in t once.
 * With open parameters, over connectives of comparisons `fact op parameter`:
 *   (1), and f = 是 if some value of the parameter within its range, with some answers, makes t 是.
 * Law of bounds: floor <= value <= ceiling for every value of the open parameter between its stated bounds. */
#include "unit.h"

#include "support/program_world.h"

#define TRIALS 4000

static const uint32_t judgements[] = { FACT_HONEST, FACT_DILIGENT };
static const uint32_t ordinary[] = { FACT_WORKS, FACT_MEMBER };

typedef struct Bench {
        Arena   *arena;
        Program *program;
        Builder *builder;
        Random   random;
        int      left[2];      /* how often each judgement may still be used */
        bool     defaults;
} Bench;

static Bench bench(uint64_t seed, int uses) {
        Arena *arena = arena_new(256u << 20);
        Program *program = world_program(arena);
        return (Bench){ arena, program, builder_new(arena, program), { seed }, { uses, uses }, false };
}

static uint32_t random_leaf(Bench *b) {
        uint32_t kind = random_below(&b->random, 5), which = random_below(&b->random, 2);
        if (kind < 2 && b->left[which] > 0) {
                b->left[which]--;
                return build_fact(b->builder, judgements[which]);
        }
        return build_fact(b->builder, ordinary[which]);
}

/* A truth of connectives over judgements and facts. */
static uint32_t random_truth(Bench *b, int depth) {
        uint32_t kind = depth == 0 ? 0 : random_below(&b->random, 8);
        if (kind == 0)
                return random_leaf(b);
        uint32_t x = random_truth(b, depth - 1);
        if (kind == 1)
                return build_not(b->builder, x);
        uint32_t y = random_truth(b, depth - 1);
        if (kind <= 3)
                return build_and(b->builder, x, y);
        if (kind == 4)
                return build_or(b->builder, x, y);
        if (kind == 5 && b->defaults)
                return build_default(b->builder, x, y, true);
        if (kind == 6 && b->defaults)
                return build_assume(b->builder, random_below(&b->random, 2), x, y);
        return build_select(b->builder, x, y, random_truth(b, depth - 1));
}

static World quiet_world(void) {
        World world = { .base_date = 18000, .apply_date = 18000, .set = { UNKNOWN, UNKNOWN }, .rows = { 1, 1 },
                        .home = { 0 }, .complete = { true } };
        for (int i = 0; i < FACTS; i++)
                for (int row = 0; row < WORLD_ROWS; row++)
                        world.facts[i][row] = UNKNOWN;
        return world;
}

static int64_t value_at(const Bench *b, const World *world, uint32_t step) {
        int64_t *cells = malloc(sizeof(int64_t) * WORLD_ROWS * b->builder->count);
        world_evaluate(world, b->program, b->builder->steps, b->builder->count, cells);
        int64_t value = cells[(size_t) step * WORLD_ROWS];
        free(cells);
        return value;
}

/* Sets every judgement that is unknown in `code` (base 3) to a definite answer and looks whether t can be 是. */
static bool can_be_yes(const Bench *b, World world, uint32_t step) {
        for (int answers = 0; answers < 4; answers++) {
                World judged = world;
                for (int k = 0; k < 2; k++)
                        if (world.facts[judgements[k]][0] == TRUTH_UNKNOWN)
                                judged.facts[judgements[k]][0] = answers >> k & 1 ? TRUTH_YES : TRUTH_NO;
                if (value_at(b, &judged, step) == TRUTH_YES)
                        return true;
        }
        return false;
}

static void favourable_means_a_judgement_could_make_it_so(void **state) {
        (void) state;
        int turned = 0;
        for (uint64_t seed = 1; seed <= TRIALS / 10; seed++) {
                int uses = seed % 2 ? 1 : 5;
                Bench b = bench(seed, uses);
                b.defaults = seed % 4 < 2;
                uint32_t t = random_truth(&b, 4), f = build_favourable(b.builder, t, false);
                for (int assignment = 0; assignment < 81; assignment++) {
                        World world = quiet_world();
                        world.facts[FACT_WORKS][0] = assignment % 3;
                        world.facts[FACT_MEMBER][0] = assignment / 3 % 3;
                        world.facts[FACT_HONEST][0] = assignment / 9 % 3;
                        world.facts[FACT_DILIGENT][0] = assignment / 27;
                        int64_t now = value_at(&b, &world, t), favoured = value_at(&b, &world, f);
                        bool can = can_be_yes(&b, world, t);
                        assert_true(favoured >= now);
                        assert_true(now == TRUTH_UNKNOWN || favoured == now || b.defaults);
                        assert_true(!can || favoured == TRUTH_YES);
                        assert_true(uses != 1 || can == (favoured == TRUTH_YES));
                        turned += now == TRUTH_UNKNOWN && favoured == TRUTH_YES;
                }
                arena_free(b.arena);
        }
        assert_true(turned > 1000);
}

/* ---- open parameters ----------------------------------------------------------------------------------- */

static uint32_t random_atom(Bench *b) {
        static const Op ops[] = { OP_LESS, OP_AT_MOST, OP_MORE, OP_AT_LEAST };
        uint32_t open = build_parameter(b->builder, PARAMETER_OPEN, build_apply_date(b->builder));
        if (random_below(&b->random, 3) == 0)
                return random_leaf(b);
        uint32_t income = build_fact(b->builder, FACT_INCOME);
        return random_below(&b->random, 2)
                       ? build_compare(b->builder, ops[random_below(&b->random, ARRAY_LENGTH(ops))], income, open)
                       : build_between(b->builder, build_arithmetic(b->builder, OP_ADD, income, income, UNIT_YUAN),
                                       open,
                                       build_constant(b->builder, (Type){ TYPE_NUMBER, 2, UNIT_YUAN, 0 }, 200000));
}

static uint32_t random_open_truth(Bench *b, int depth) {
        uint32_t kind = depth == 0 ? 0 : random_below(&b->random, 5);
        if (kind == 0)
                return random_atom(b);
        uint32_t x = random_open_truth(b, depth - 1);
        if (kind == 1)
                return build_not(b->builder, x);
        uint32_t y = random_open_truth(b, depth - 1);
        return kind <= 3 ? build_and(b->builder, x, y) : build_or(b->builder, x, y);
}

static void favourable_reaches_over_open_parameters(void **state) {
        (void) state;
        static const int64_t tried[] = { 0, 25000, 50000, 60000, 99999, 100000, 100001, 400000, 800000 };
        static const int64_t incomes[] = { UNKNOWN, 0, 25000, 50001, 100000, 900000 };
        int turned = 0;
        for (uint64_t seed = 1; seed <= TRIALS / 10; seed++) {
                Bench b = bench(seed, 3);
                uint32_t t = random_open_truth(&b, 3);
                uint32_t judged = build_favourable(b.builder, t, false), f = build_favourable(b.builder, t, true);
                for (int i = 0; i < 12; i++) {
                        World world = quiet_world();
                        world.facts[FACT_INCOME][0] = incomes[random_below(&b.random, ARRAY_LENGTH(incomes))];
                        for (int k = 0; k < 2; k++) {
                                world.facts[ordinary[k]][0] = random_below(&b.random, 3);
                                world.facts[judgements[k]][0] = random_below(&b.random, 3);
                        }
                        int64_t now = value_at(&b, &world, t), favoured = value_at(&b, &world, f);
                        bool can = can_be_yes(&b, world, t);
                        for (size_t k = 0; k < ARRAY_LENGTH(tried) && !can; k++) {
                                World set = world;
                                set.set[PARAMETER_OPEN] = tried[k];
                                can = can_be_yes(&b, set, t);
                        }
                        assert_true(favoured >= value_at(&b, &world, judged));
                        assert_true(now == TRUTH_UNKNOWN || favoured == now);
                        assert_true(!can || favoured == TRUTH_YES);
                        turned += now == TRUTH_UNKNOWN && favoured == TRUTH_YES;
                }
                arena_free(b.arena);
        }
        assert_true(turned > 300);
}

static void an_unknown_fact_beside_an_open_parameter_is_still_asked(void **state) {
        (void) state;
        Bench b = bench(1, 0);
        uint32_t open = build_parameter(b.builder, PARAMETER_OPEN, build_base_date(b.builder));
        uint32_t enough = build_compare(b.builder, OP_AT_MOST, build_fact(b.builder, FACT_INCOME), open);
        uint32_t f = build_favourable(b.builder, enough, true);
        World world = quiet_world();
        assert_int_equal(value_at(&b, &world, f), TRUTH_UNKNOWN);
        world.facts[FACT_INCOME][0] = 5;
        assert_int_equal(value_at(&b, &world, enough), TRUTH_UNKNOWN);
        assert_int_equal(value_at(&b, &world, f), TRUTH_YES);
        world.base_date = 16000;   /* a version with a figure */
        world.facts[FACT_INCOME][0] = 20001;
        assert_int_equal(value_at(&b, &world, f), TRUTH_NO);
        /* a truth that reads neither is its own favourable form */
        uint32_t works = build_fact(b.builder, FACT_WORKS);
        assert_int_equal(build_favourable(b.builder, works, true), works);
        arena_free(b.arena);
}

static void judgements_of_members_are_favoured_one_by_one(void **state) {
        (void) state;
        Bench b = bench(1, 0);
        uint32_t member = build_and(b.builder, build_fact(b.builder, FACT_WORKS), build_fact(b.builder, FACT_HONEST));
        uint32_t any = build_reduce(b.builder, OP_ANY, 0, member, NONE),
                all = build_reduce(b.builder, OP_ALL, 0, member, NONE);
        uint32_t seen = build_gather(b.builder, 0, build_and(b.builder, any, build_not(b.builder, all)));
        uint32_t f_any = build_favourable(b.builder, any, false), f_all = build_favourable(b.builder, all, false);
        uint32_t f_seen = build_favourable(b.builder, seen, false);
        for (int code = 0; code < 81; code++) {
                World world = quiet_world();
                bool any_can = false, all_can = true;
                world.rows[PERSON] = 2;
                for (int row = 0; row < 2; row++) {
                        int64_t works = (row ? code / 9 : code) % 3, honest = (row ? code / 27 : code / 3) % 3;
                        world.facts[FACT_WORKS][row] = works;
                        world.facts[FACT_HONEST][row] = honest;
                        any_can = any_can || (works == 2 && honest != 0);
                        all_can = all_can && works == 2 && honest != 0;
                }
                assert_int_equal(value_at(&b, &world, f_any) == TRUTH_YES, any_can);
                assert_int_equal(value_at(&b, &world, f_all) == TRUTH_YES, all_can);
                int64_t now = value_at(&b, &world, seen), favoured = value_at(&b, &world, f_seen);
                assert_true(favoured >= now && (now == TRUTH_UNKNOWN || favoured == now));
        }
        arena_free(b.arena);
}

static void members_cannot_be_told_from_their_household(void **state) {
        (void) state;
        Bench b = bench(1, 0);
        uint32_t open = build_parameter(b.builder, PARAMETER_OPEN, build_base_date(b.builder));
        uint32_t poor = build_compare(b.builder, OP_LESS, build_fact(b.builder, FACT_INCOME), open);
        uint32_t count = build_reduce(b.builder, OP_COUNT, 0, poor, NONE);
        uint32_t some = build_compare(b.builder, OP_AT_LEAST, count,
                                      build_constant(b.builder, (Type){ TYPE_NUMBER, 0, 0, 0 }, 1));
        World world = quiet_world();
        world.facts[FACT_INCOME][0] = 5;
        assert_int_equal(value_at(&b, &world, build_favourable(b.builder, some, true)), TRUTH_UNKNOWN);
        /* any reaches into the members instead */
        uint32_t any = build_reduce(b.builder, OP_ANY, 0, poor, NONE);
        assert_int_equal(value_at(&b, &world, any), TRUTH_UNKNOWN);
        assert_int_equal(value_at(&b, &world, build_favourable(b.builder, any, true)), TRUTH_YES);
        arena_free(b.arena);
}

/* ---- bounds -------------------------------------------------------------------------------------------- */

static uint32_t small_number(Bench *b, uint8_t scale, int64_t low, int64_t high) {
        Type type = { TYPE_NUMBER, scale, UNIT_YUAN, 0 };
        return build_constant(b->builder, type, random_between(&b->random, low, high));
}

static uint32_t random_figure(Bench *b, int depth) {
        static const Op ops[] = { OP_ADD, OP_SUBTRACT, OP_MINIMUM, OP_MAXIMUM };
        static const Op rounds[] = { OP_ROUND_HALF_UP, OP_ROUND_UP, OP_ROUND_DOWN };
        uint32_t kind = depth == 0 ? random_below(&b->random, 3) : 3 + random_below(&b->random, 8);
        if (kind == 0)
                return build_parameter(b->builder, PARAMETER_OPEN, build_apply_date(b->builder));
        if (kind == 1)
                return build_fact(b->builder, FACT_INCOME);
        if (kind == 2)
                return small_number(b, 2, 0, 100000);
        uint32_t x = random_figure(b, depth - 1), y = random_figure(b, depth - 1);
        if (kind <= 5)
                return build_arithmetic(b->builder, ops[random_below(&b->random, ARRAY_LENGTH(ops))], x, y, UNIT_YUAN);
        if (kind == 6 && builder_step(b->builder, x)->type.scale <= 7)
                return build_arithmetic(b->builder, OP_MULTIPLY, x, small_number(b, 1, -2, 30), UNIT_YUAN);
        if (kind == 7)
                return build_multiply_divide(b->builder, x, small_number(b, 0, 0, 9), y, UNIT_YUAN);
        if (kind == 8)
                return build_round(b->builder, rounds[random_below(&b->random, 3)], x, 10, 2);
        if (kind == 9) {
                uint32_t richer = build_compare(b->builder, OP_MORE, x, small_number(b, 2, 0, 100000));
                uint32_t works = build_fact(b->builder, FACT_WORKS);
                return build_select(b->builder, random_below(&b->random, 2) ? richer : works, x, y);
        }
        return build_negate(b->builder, x);
}

static void bounds_hold_for_every_value_of_the_parameter(void **state) {
        (void) state;
        int held = 0, none = 0;
        for (uint64_t seed = 1; seed <= TRIALS; seed++) {
                Bench b = bench(seed, 0);
                uint32_t figure = random_figure(&b, 1 + (int) (seed % 3));
                uint32_t floor = build_floor(b.builder, figure), ceiling = build_ceiling(b.builder, figure);
                if (!b.builder->marks[figure].open)
                        assert_true(floor == figure && ceiling == figure);
                for (int i = 0; i < 4; i++) {
                        World world = quiet_world();
                        world.facts[FACT_INCOME][0] = random_between(&b.random, -20000, 300000);
                        world.facts[FACT_WORKS][0] = random_below(&b.random, 3);
                        int64_t least = floor == NONE ? UNKNOWN : value_at(&b, &world, floor);
                        int64_t most = ceiling == NONE ? UNKNOWN : value_at(&b, &world, ceiling);
                        for (int64_t set = 30000; set <= 80000; set += 12500) {
                                world.set[PARAMETER_OPEN] = set;
                                int64_t value = value_at(&b, &world, figure);
                                assert_true(least == UNKNOWN || value == UNKNOWN || least <= value);
                                assert_true(most == UNKNOWN || value == UNKNOWN || most >= value);
                                held += least != UNKNOWN && value != UNKNOWN && b.builder->marks[figure].open;
                        }
                }
                none += floor == NONE;
                arena_free(b.arena);
        }
        assert_true(held > TRIALS && none > TRIALS / 50 && none < TRIALS / 2);
}

static void a_bound_stands_only_while_the_version_is_open(void **state) {
        (void) state;
        Bench b = bench(1, 0);
        Type yuan = { TYPE_NUMBER, 2, UNIT_YUAN, 0 };
        uint32_t open = build_parameter(b.builder, PARAMETER_OPEN, build_fact(b.builder, FACT_BORN));
        uint32_t capped = build_arithmetic(b.builder, OP_MINIMUM, open, build_constant(b.builder, yuan, 50000),
                                           UNIT_YUAN);
        uint32_t floor = build_floor(b.builder, capped), ceiling = build_ceiling(b.builder, capped);
        World world = quiet_world();
        assert_true(value_at(&b, &world, floor) == UNKNOWN);   /* no date: perhaps the version of old */
        world.facts[FACT_BORN][0] = 17000;
        assert_int_equal(value_at(&b, &world, floor), 20000);
        world.facts[FACT_BORN][0] = 17005;                    /* between two versions */
        assert_true(value_at(&b, &world, floor) == UNKNOWN);
        world.facts[FACT_BORN][0] = 17011;
        assert_int_equal(value_at(&b, &world, floor), 30000);
        assert_int_equal(value_at(&b, &world, ceiling), 50000);
        assert_true(value_at(&b, &world, capped) == UNKNOWN);
        world.set[PARAMETER_OPEN] = 45000;
        assert_int_equal(value_at(&b, &world, floor), 45000);
        /* without a stated bound there is none */
        b.program->parameters[PARAMETER_OPEN].at_least = UNKNOWN;
        uint32_t other = build_parameter(b.builder, PARAMETER_OPEN, build_base_date(b.builder));
        assert_int_equal(build_floor(b.builder, other), NONE);
        arena_free(b.arena);
}

static void a_deep_truth_does_not_exhaust_the_stack(void **state) {
        (void) state;
        Bench b = bench(1, 0);
        uint32_t t = build_fact(b.builder, FACT_HONEST), works = build_fact(b.builder, FACT_WORKS);
        for (int i = 0; i < 40000; i++)
                t = build_not(b.builder, i % 2 ? build_and(b.builder, t, works) : build_or(b.builder, works, t));
        uint32_t f = build_favourable(b.builder, t, true);
        assert_int_not_equal(f, t);
        arena_free(b.arena);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(favourable_means_a_judgement_could_make_it_so),
                cmocka_unit_test(favourable_reaches_over_open_parameters),
                cmocka_unit_test(an_unknown_fact_beside_an_open_parameter_is_still_asked),
                cmocka_unit_test(judgements_of_members_are_favoured_one_by_one),
                cmocka_unit_test(members_cannot_be_told_from_their_household),
                cmocka_unit_test(bounds_hold_for_every_value_of_the_parameter),
                cmocka_unit_test(a_bound_stands_only_while_the_version_is_open),
                cmocka_unit_test(a_deep_truth_does_not_exhaust_the_stack),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
