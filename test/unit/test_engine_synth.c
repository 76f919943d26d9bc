/* The synthetic city: check characters against published examples, the same bytes for the same seed, files that load
 * without a problem, and the shares that doc/synthetic.md states. */
#include "unit.h"

#include "engine/identity.h"
#include "engine/load.h"
#include "engine/synth.h"
#include "support/folder.h"
#include "support/registry.h"

#include <string.h>

static const SynthCounty counties[] = { { STR_INIT("东城区"), 40 }, { STR_INIT("西城区"), 30 }, { STR_INIT("河口县"), 20 },
                                        { STR_INIT("山前县"), 10 } };

static SynthOptions options_of(uint32_t persons, uint64_t seed, uint32_t threads) {
        return (SynthOptions){ .persons = persons, .seed = seed, .base_date = date_from_civil(2018, 6, 30), .counties = counties,
                               .county_count = ARRAY_LENGTH(counties), .threads = threads };
}

static void check_characters(void **state) {
        (void) state;
        /* the example of GB 11643 itself, and one credit code of a public register */
        assert_int_equal(identity_check("11010519491231002"), 'X');
        assert_int_equal(identity_check("44052418800101001"), '4');
        assert_true(identity_valid(STR("11010519491231002X")));
        assert_false(identity_valid(STR("110105194912310021")));
        assert_false(identity_valid(STR("11010519491331002X")));
        assert_false(identity_valid(STR("1101051949123100")));
        assert_false(identity_valid(STR("11010519491231O02X")));
        assert_int_equal(credit_check("91350100M000100Y4"), '3');
        assert_int_equal(organisation_check("M000100Y"), '4');
        assert_true(credit_valid(STR("91350100M000100Y43")));
        assert_false(credit_valid(STR("91350100M000100Y44")));
        assert_false(credit_valid(STR("91350100M000100Y5")));
        assert_int_equal(credit_check("91350100I000100Y4"), 0);
}

static void the_same_seed_gives_the_same_bytes(void **state) {
        (void) state;
        Arena *arena = arena_new((size_t) 1 << 30);
        Str one = folder_new(arena), two = folder_new(arena), other = folder_new(arena);
        uint64_t rows[SYNTH_FILE_TOTAL], again[SYNTH_FILE_TOTAL];
        SynthOptions options = options_of(20000, 7, 1);
        assert_int_equal(synth_write(&options, one, rows), RC_OK);
        options.threads = 3;
        assert_int_equal(synth_write(&options, two, again), RC_OK);
        options.seed = 8;
        assert_int_equal(synth_write(&options, other, again), RC_OK);
        for (int file = 0; file < SYNTH_FILE_TOTAL; file++) {
                const char *name = str_copy(arena, synth_file_name((SynthFile) file)).data;
                Str bytes = folder_read(arena, one, name);
                assert_true(bytes.length > 1000);
                assert_true(str_equal(bytes, folder_read(arena, two, name)));
                assert_false(str_equal(bytes, folder_read(arena, other, name)));
        }
        assert_int_equal(rows[SYNTH_PERSON], 20000);
        folder_remove(one);
        folder_remove(two);
        folder_remove(other);
        arena_free(arena);
}

static void bad_options_are_refused(void **state) {
        (void) state;
        uint64_t rows[SYNTH_FILE_TOTAL];
        SynthOptions options = options_of(0, 1, 1);
        assert_int_equal(synth_write(&options, STR("/tmp"), rows), RC_INVALID);
        options = options_of(SYNTH_PERSONS_MAX + 1, 1, 1);
        assert_int_equal(synth_write(&options, STR("/tmp"), rows), RC_INVALID);
        options = options_of(5, 1, 1);
        options.county_count = 0;
        assert_int_equal(synth_write(&options, STR("/tmp"), rows), RC_INVALID);
        options = options_of(5, 1, 1);
        assert_int_equal(synth_write(&options, STR("/nowhere"), rows), RC_IO);
}

typedef struct City {
        Arena      *arena;
        Program    *program;
        Population *population;
        LoadReport  report;
        Str         folder;
} City;

static City city_of(uint32_t persons) {
        City city = { .arena = arena_new((size_t) 4 << 30) };
        uint64_t rows[SYNTH_FILE_TOTAL];
        SynthOptions options = options_of(persons, 1, 2);
        LoadOptions load = { .threads = 2 };
        city.folder = folder_new(city.arena);
        city.program = registry_program(city.arena);
        assert_int_equal(synth_write(&options, city.folder, rows), RC_OK);
        assert_int_equal(population_load(city.arena, city.program, city.folder, &load, &city.report, &city.population), RC_OK);
        for (uint16_t i = 0; i < REGISTRY_ENTITIES; i++)
                assert_int_equal(city.population->entities[i].count, rows[i]);
        return city;
}

static void city_end(City *city) {
        folder_remove(city->folder);
        arena_free(city->arena);
}

static void the_city_loads_without_a_problem(void **state) {
        (void) state;
        City city = city_of(60000);
        assert_int_equal(city.report.problems, 0);
        /* everything is read but the two numbers, which need no fact */
        assert_int_equal(city.report.counts[LOAD_COLUMN_EXTRA], 2);
        assert_int_equal(city.report.counts[LOAD_COLUMN_MISSING], 0);
        assert_true(city.population->links[LIVES_IN].sorted);
        city_end(&city);
}

/* The column of a file, header left out, by cutting at commas: no cell of these files has one. */
static uint32_t cut_column(Arena *arena, Str text, uint32_t column, Str **ret_cells) {
        uint32_t count = 0, capacity = 0;
        Str *cells = NULL;
        (void) str_cut(&text, '\n');
        while (text.length > 0) {
                Str line = str_cut(&text, '\n'), cell = { 0 };
                for (uint32_t i = 0; i <= column; i++)
                        cell = str_cut(&line, ',');
                *ARENA_PUSH(arena, cells, count, capacity) = cell;
        }
        *ret_cells = cells;
        return count;
}

static int compare_cells(const void *a, const void *b) {
        const Str *left = a, *right = b;
        return str_compare(*left, *right);
}

static void numbers_are_valid_fictional_and_different(void **state) {
        (void) state;
        City city = city_of(520000);   /* more than share a serial */
        Str *numbers = NULL, *codes = NULL;
        uint32_t people = cut_column(city.arena, folder_read(city.arena, city.folder, "人.csv"), 1, &numbers);
        uint32_t firms = cut_column(city.arena, folder_read(city.arena, city.folder, "企业.csv"), 1, &codes);
        assert_int_equal(people, 520000);
        for (uint32_t i = 0; i < people; i++)
                assert_true(identity_valid(numbers[i]) && str_starts(numbers[i], STR("999")));
        for (uint32_t i = 0; i < firms; i++)
                assert_true(credit_valid(codes[i]) && str_equal(str_slice(codes[i], 2, 8), STR("999000")));
        qsort(numbers, people, sizeof(Str), compare_cells);
        qsort(codes, firms, sizeof(Str), compare_cells);
        for (uint32_t i = 1; i < people; i++)
                assert_false(str_equal(numbers[i - 1], numbers[i]));
        for (uint32_t i = 1; i < firms; i++)
                assert_false(str_equal(codes[i - 1], codes[i]));
        city_end(&city);
}

static void firms_count_their_workers(void **state) {
        (void) state;
        City city = city_of(30000);
        const Population *all = city.population;
        uint32_t insured = registry_fact(city.program, FIRM, "参保人数"), present = registry_fact(city.program, JOB, "在职");
        uint32_t paid = registry_fact(city.program, JOB, "已缴社保");
        uint64_t known = 0, least = 0, stated = 0;
        for (uint32_t firm = 0; firm < all->entities[FIRM].count; firm++) {
                const LinkRows *jobs = &all->links[WORKS_FOR];
                uint32_t counted = 0, open = 0;
                for (uint32_t at = jobs->offsets[firm]; at < jobs->offsets[firm + 1]; at++) {
                        uint32_t job = jobs->members[at];
                        if (population_cell(all, present, job) != TRUTH_YES)
                                continue;
                        counted += population_cell(all, paid, job) == TRUTH_YES;
                        open += population_cell(all, paid, job) == TRUTH_UNKNOWN;
                }
                int64_t said = population_cell(all, insured, firm);
                assert_in_range(said, counted, counted + open);
                known += open == 0;
                least += counted;
                stated += (uint64_t) said;
        }
        assert_true(known > 0 && stated >= least && least > 5000);
        city_end(&city);
}

/* ---- shares --------------------------------------------------------------------------------------------- */

#define PERCENT_SCALE 10000   /* "12.34 %" is 1234 of 10,000 */

/* The cell that a value of the table means. */
static int64_t value_of(const City *city, const Fact *fact, Str value, Arena *arena) {
        int64_t cell = type_unknown(fact->type);
        Str why = { 0 };
        if (!str_equal(value, STR("（空）")))
                assert_true(value_parse(city->program, fact->type, fact->low, fact->high, value, arena, &cell, &why));
        return cell;
}

static void assert_share(uint64_t count, uint64_t rows, int64_t stated, Str line) {
        double share = (double) count / (double) rows, wanted = (double) stated / PERCENT_SCALE, off = share - wanted;
        /* members of a household share what is the household's: twice the variance of independent rows covers it */
        double chance = 16 * 2 * wanted * (1 - wanted) / (double) rows;
        if (off * off > wanted * wanted * 0.02 * 0.02 && off * off > chance)
                fail_msg("%.*s: %.4f", STR_ARG(line), share);
}

/* "12.34 %" */
static int64_t percent_of(Str text) {
        int64_t whole = 0, hundredths = 0;
        text = str_trim(text);
        assert_true(str_ends(text, STR(" %")));
        Str fraction = str_slice(text, 0, text.length - 2), integer = str_cut(&fraction, '.');
        assert_true(str_to_int(integer, &whole) && fraction.length == 2 && str_to_int(fraction, &hundredths));
        return whole * 100 + hundredths;
}

static uint64_t count_age(const City *city, int64_t from, int64_t to) {
        uint32_t birth = registry_fact(city->program, PERSON, "出生日期");
        uint64_t count = 0;
        for (uint32_t row = 0; row < city->population->entities[PERSON].count; row++) {
                int64_t age = date_full_years((int32_t) population_cell(city->population, birth, row), date_from_civil(2018, 6, 30));
                count += age >= from && age <= to;
        }
        return count;
}

static void check_age(const City *city, Str range, int64_t stated, Str line) {
        int64_t from = 0, to = 200;
        Str first = str_slice(range, 0, str_ends(range, STR("+")) ? range.length - 1 : range.length);
        size_t dash = 0;
        if (str_find(range, STR("–"), &dash)) {
                first = str_slice(range, 0, dash);
                assert_true(str_to_int(str_slice(range, dash + 3, range.length), &to));
        }
        assert_true(str_to_int(first, &from));
        assert_share(count_age(city, from, to), city->population->entities[PERSON].count, stated, line);
}

static void check_value(const City *city, const Str *cells, Str line) {
        const Population *population = city->population;
        uint16_t entity = 0;
        while (entity < REGISTRY_ENTITIES && !str_equal(city->program->entities[entity].name, cells[0]))
                entity++;
        assert_true(entity < REGISTRY_ENTITIES);
        uint32_t fact = registry_fact(city->program, entity, str_copy(city->arena, cells[1]).data);
        assert_int_not_equal(fact, NONE);
        int64_t wanted = value_of(city, &city->program->facts[fact], cells[2], city->arena);
        uint64_t count = 0;
        for (uint32_t row = 0; row < population->entities[entity].count; row++)
                count += population_cell(population, fact, row) == wanted;
        assert_share(count, population->entities[entity].count, percent_of(cells[3]), line);
}

static void shares_are_as_documented(void **state) {
        (void) state;
        City city = city_of(1000000);
        const char *source = getenv("LEYE_SOURCE");
        Str document = { 0 };
        assert_non_null(source);
        Str path = str_format(city.arena, "%s/doc/synthetic.md", source);
        assert_int_equal(file_read(city.arena, path.data, (size_t) 1 << 20, &document), RC_OK);
        uint32_t checked = 0;
        while (document.length > 0) {
                Str line = str_cut(&document, '\n'), rest = line, cells[4] = { 0 };
                uint32_t count = 0;
                if (!str_starts(line, STR("| ")) || !str_ends(line, STR(" % |")))
                        continue;
                (void) str_cut(&rest, '|');
                for (; rest.length > 0 && count < 4; count++)
                        cells[count] = str_trim(str_cut(&rest, '|'));
                if (count == 2)
                        check_age(&city, cells[0], percent_of(cells[1]), line);
                else if (count == 4)
                        check_value(&city, cells, line);
                else
                        continue;
                checked++;
        }
        assert_true(checked > 80);
        city_end(&city);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(check_characters),
                cmocka_unit_test(the_same_seed_gives_the_same_bytes),
                cmocka_unit_test(bad_options_are_refused),
                cmocka_unit_test(the_city_loads_without_a_problem),
                cmocka_unit_test(numbers_are_valid_fictional_and_different),
                cmocka_unit_test(firms_count_their_workers),
                cmocka_unit_test(shares_are_as_documented),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
