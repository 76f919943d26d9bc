/* The generator of random programs: it reaches every op, obeys the verifier, and the subset is one. */
#include "unit.h"

#include "program/builder.h"
#include "support/random_program.h"

#define SEEDS 300
#define LEAST 15          /* of every op, in SEEDS programs */

static void every_op_is_reached(void **state) {
        (void) state;
        for (uint32_t subset = 0; subset < 2; subset++) {
                uint64_t counts[OP_TOTAL] = { 0 };
                for (uint64_t seed = 0; seed < SEEDS; seed++) {
                        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 64 << 20);
                        random_count_ops(random_program(arena, (RandomShape){ .seed = seed, .subset = subset }),
                                         counts);
                }
                for (uint32_t op = 0; op < OP_TOTAL; op++) {
                        if (counts[op] < LEAST)
                                print_error("%s stands in %d steps only\n", op_name((Op) op), (int) counts[op]);
                        assert_true(counts[op] >= LEAST);
                }
        }
}

static void programs_verify_and_populations_have_edges(void **state) {
        (void) state;
        uint64_t unknown = 0, known = 0, alone = 0, empty = 0, partial = 0;
        for (uint64_t seed = 0; seed < 50; seed++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 64 << 20);
                const Program *program = random_program(arena, (RandomShape){ .seed = seed });
                Population *population = random_population(arena, program, seed, 64);
                Str why = { NULL, 0 };
                assert_true(program_verify(program, arena, &why));
                uint32_t rows = 0;
                for (uint32_t entity = 0; entity < program->entity_count; entity++)
                        rows += population->entities[entity].count;
                assert_true(rows >= 64);
                for (uint32_t fact = 0; fact < program->fact_count; fact++)
                        for (uint32_t row = 0; row < population->entities[program->facts[fact].entity].count; row++)
                                *(population_cell(population, fact, row) == type_unknown(program->facts[fact].type)
                                          ? &unknown
                                          : &known) += 1;
                for (uint32_t link = 0; link < program->link_count; link++) {
                        const LinkRows *at = &population->links[link];
                        for (uint32_t child = 0; child < population->entities[program->links[link].child].count;
                             child++)
                                alone += at->partner == NULL || at->partner[child] == NONE;
                        for (uint32_t parent = 0; parent < population->entities[program->links[link].parent].count;
                             parent++) {
                                empty += at->offsets == NULL || at->offsets[parent] == at->offsets[parent + 1];
                                partial += !population_is_complete(population, link, parent);
                        }
                }
        }
        assert_true(unknown > 1000 && known > unknown && alone > 100 && empty > 100 && partial > 100);
}

static void the_same_seed_gives_the_same_program(void **state) {
        (void) state;
        Buffer texts[2] = { buffer_new((size_t) 8 << 20), buffer_new((size_t) 8 << 20) };
        for (uint32_t i = 0; i < 2; i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 64 << 20);
                program_dump(random_program(arena, (RandomShape){ .seed = 7 }), &texts[i]);
        }
        assert_true(texts[0].length > 1000);
        assert_true(str_equal(buffer_str(&texts[0]), buffer_str(&texts[1])));
        buffer_free(&texts[0]);
        buffer_free(&texts[1]);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_op_is_reached),
                cmocka_unit_test(programs_verify_and_populations_have_edges),
                cmocka_unit_test(the_same_seed_gives_the_same_program),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
