/* Cases made of the examples that a city's pack carries: the situations its authors thought of, for every evaluator. */
#include "city/examples.h"

#include "differential.h"

/* As in a registry's table, where an empty cell of such a column means 否 or 0. */
static void fill_blanks(Population *population) {
        const Program *program = population->program;
        for (uint32_t i = 0; i < program->fact_count; i++) {
                const Fact *fact = &program->facts[i];
                for (uint32_t row = 0; fact->blank_is_no && row < population->entities[fact->entity].count; row++)
                        if (population_cell(population, i, row) == type_unknown(fact->type))
                                population_set(population, i, row, 0);
        }
}

uint32_t examples_make(const char *folder, Pack **ret_pack, Case **ret_cases) {
        Pack *pack = pack_new();
        if (pack_load(pack, str_from(folder), &(PackOptions){ 0 }) != RC_OK) {
                pack_free(pack);
                return 0;
        }
        const Program *program = &pack->program;
        Case *cases = ARENA_NEW(pack->arena, Case, program->example_count);
        for (uint32_t i = 0; i < program->example_count; i++) {
                const Example *example = &program->examples[i];
                Case *at = &cases[i];
                *at = (Case){ .seed = i, .subset = true, .partial = true, .arena = arena_new(CASE_CAP), .program = program };
                at->run = (Run){ .program = program, .base_date = example->base_date, .apply_date = example->apply_date };
                Population *population = example_population(program, at->arena, example, &at->run.parameters);
                fill_blanks(population);
                at->population = population;
                at->frame = frame_new(at->arena, program, at->population);
                scalar_evaluate(&at->run, at->frame);
        }
        *ret_pack = pack;
        *ret_cases = cases;
        return program->example_count;
}
