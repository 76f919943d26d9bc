/* Random rows for a program, made to stand on edges: ranges' ends, month ends and leap days, missing cells, dangling
 * links, parents without members, lists that are not whole. */
#include "random_program.h"

static int64_t edge_date(Random *random) {
        static const int8_t months[] = { 1, 1, 2, 2, 3, 12, 4, 10 };
        static const int8_t days[] = { 31, 30, 28, 29, 1, 31, 30, 31 };
        int32_t year = 1900 + (int32_t) random_below(random, random_chance(random, 70) ? 140 : 300);
        uint32_t which = random_below(random, 8);
        int32_t day = days[which];
        if (months[which] == 2 && day == 29)
                year -= year % 4;        /* leap years, but for 1900 and 2100 */
        return date_from_civil(year, months[which], civil_valid(year, months[which], day) ? day : day - 1);
}

static int64_t clip(int64_t cell, int64_t low, int64_t high) {
        return cell < low ? low : cell > high ? high : cell;
}

static int64_t random_cell(Random *random, Population *population, const Fact *fact) {
        static const char *const texts[] = { "甲", "乙", "丙", "丁" };
        uint32_t which = random_below(random, 100);
        switch (fact->type.kind) {
        case TYPE_TRUTH:
                return which < 50 ? TRUTH_YES : TRUTH_NO;
        case TYPE_TEXT:
                return population_text(population, str_from(texts[which % 4]));
        case TYPE_DATE:
                return which < 60 ? clip(edge_date(random), fact->low, fact->high)
                                  : random_between(random, fact->low, fact->high);
        case TYPE_NUMBER:
                if (which < 20)
                        return clip((int64_t) random_below(random, 5) - 1, fact->low, fact->high);
                if (which < 40)
                        return clip((int64_t) random_below(random, 2000), fact->low, fact->high);
                break;
        case TYPE_CODE:
        case TYPE_ROW:
                break;
        }
        if (which < 55)
                return which < 48 ? fact->low : fact->high;
        return random_between(random, fact->low, fact->high);
}

static void fill_facts(Random *random, Population *population) {
        const Program *program = population->program;
        for (uint32_t fact = 0; fact < program->fact_count; fact++) {
                if (random_chance(random, 4) || program->entities[program->facts[fact].entity].derived_from != NONE)
                        continue;
                uint32_t missing = random_chance(random, 50) ? 3 : 25;
                for (uint32_t row = 0; row < population->entities[program->facts[fact].entity].count; row++)
                        if (!random_chance(random, missing))
                                population_set(population, fact, row,
                                               random_cell(random, population, &program->facts[fact]));
        }
}

static void fill_links(Random *random, Population *population) {
        const Program *program = population->program;
        for (uint32_t link = 0; link < program->link_count; link++) {
                /* a derived entity has no table: nothing in it, and no word on its lists */
                bool child_derived = program->entities[program->links[link].child].derived_from != NONE;
                bool parent_derived = program->entities[program->links[link].parent].derived_from != NONE;
                uint32_t children = population->entities[program->links[link].child].count;
                uint32_t parents = population->entities[program->links[link].parent].count;
                uint32_t used = random_chance(random, 50) ? parents : (parents + 1) / 2;
                if (random_chance(random, 3) || child_derived)
                        continue;
                for (uint32_t child = 0; child < children && parents > 0; child++)
                        if (!random_chance(random, 10))
                                population_link(population, link, child, random_below(random, used));
                for (uint32_t parent = 0; parent < parents && !parent_derived; parent++)
                        if (random_chance(random, 8))
                                population_complete(population, link, parent, random_chance(random, 50));
        }
}

Population *random_population(Arena *arena, const Program *program, uint64_t seed, uint32_t rows) {
        Random random = { seed ^ 0x706f70756c617465u };
        uint32_t *counts = ARENA_NEW(arena, uint32_t, program->entity_count);
        uint32_t total = 0;
        for (uint32_t i = 0; i < program->entity_count; i++)
                total += counts[i] = random_chance(&random, 2)
                                             ? 0
                                             : 3 + random_below(&random, 2 * rows / program->entity_count);
        while (total < rows) {
                counts[random_below(&random, program->entity_count)]++;
                total++;
        }
        Population *population = population_new(arena, program, counts);
        fill_facts(&random, population);
        fill_links(&random, population);
        population_index(population);
        return population;
}

Run random_run(Arena *arena, const Program *program, uint64_t seed) {
        Random random = { seed ^ 0x72756e20646179u };
        Run run = { .program = program };
        run.base_date = random_chance(&random, 50) ? (int32_t) edge_date(&random)
                                                   : (int32_t) random_between(&random, 10000, 22000);
        run.apply_date = random_chance(&random, 70) ? run.base_date
                                                    : (int32_t) random_between(&random, DATE_MIN, DATE_MAX);
        run.ignore_defaults = random_chance(&random, 30);
        if (random_chance(&random, 20)) {
                int64_t *parameters = ARENA_NEW(arena, int64_t, program->parameter_count);
                for (uint32_t i = 0; i < program->parameter_count; i++) {
                        const Parameter *parameter = &program->parameters[i];
                        parameters[i] = random_chance(&random, 50)
                                                ? random_between(&random, parameter->low, parameter->high)
                                                : UNKNOWN;
                }
                run.parameters = parameters;
        }
        return run;
}
