/* The columns a city adds: the same bytes for the same seed, nothing of the base files changed, guards respected at every
 * depth and across a link, shares as doc/synthetic.md states, and nothing for the loader to complain about. */
#include "unit.h"

#include "engine/load.h"
#include "engine/synth.h"
#include "engine/synth_city.h"
#include "support/folder.h"
#include "support/small_program.h"

#define BASE_DATE date_from_civil(2018, 6, 30)
#define BLANKS 20

static const SynthCounty counties[] = { { STR_INIT("东城区"), 1 } };

enum { PERSON, FIRM, HUB };
enum { FOUNDER, LOCATED };
enum { SKILLED, LEVEL, SCORE, MASTER, RENT, JUDGED, RENTING, PRIZE, WORKSHOP, WORKER, PAID, GRANT, MONTHS, SEX, HUB_GOOD, HUB_SHARE,
       AREA, CODED };

static Str levels[] = { STR_INIT("初级"), STR_INIT("中,级"), STR_INIT("高级") };
static Str sexes[] = { STR_INIT("男"), STR_INIT("女") };
static CodeMapping yes_no[] = { { STR_INIT("1"), 2 }, { STR_INIT("2"), 0 } };

/* A guard may stand before the fact it reads, and MASTER's reads a guarded fact. */
static const Program *city_program(Arena *arena) {
        Small small = small_begin(arena);
        Program *program = small.program;
        Type level = { .kind = TYPE_CODE, .of = 0 }, sex = { .kind = TYPE_CODE, .of = 1 };
        Type money = type_number(2, UNIT_YUAN_A_MONTH), months = type_number(0, UNIT_MONTHS);
        program->enumerations[0] = (Enumeration){ STR("等级"), levels, ARRAY_LENGTH(levels) };
        program->enumerations[1] = (Enumeration){ STR("性别"), sexes, ARRAY_LENGTH(sexes) };
        program->enumeration_count = 2;
        small_entity(&small, "人", "人");
        small_entity(&small, "企业", "家");
        small_entity(&small, "载体", "个");
        program->links[small_link(&small, FIRM, PERSON, "创办者", "创办的")].column = STR("创办人");
        program->links[small_link(&small, FIRM, HUB, "所在", "入驻")].column = STR("所在载体");
        uint32_t skilled = small_truth(&small, PERSON, "持有技能证书", "？");
        uint32_t of_level = small_fact(&small, PERSON, "等级", level, 0, 2, "？");
        small_fact(&small, PERSON, "技能分", type_number(0, UNIT_NONE), 0, 100, "？");
        uint32_t master = small_truth(&small, PERSON, "名师", "？");
        small_fact(&small, PERSON, "月租", money, 0, 100000000, "？");
        small_manual(&small, PERSON, "评审", "街道");
        small_truth(&small, PERSON, "租用场地创业", "？");
        small_truth(&small, PERSON, "创业大赛获奖", "？");
        small_truth(&small, PERSON, "扶贫车间", "？");
        small_truth(&small, PERSON, "企业职工", "？");
        small_truth(&small, PERSON, "已领", "？");
        small_truth(&small, PERSON, "名师已领", "？");
        small_fact(&small, PERSON, "月数", months, 100, 130, "？");
        small_fact(&small, PERSON, "性别", sex, 0, 1, "？");
        uint32_t good = small_truth(&small, HUB, "认定", "？");
        small_fact(&small, HUB, "占比", type_number(4, UNIT_PERCENT), 0, 10000, "？");
        small_fact(&small, FIRM, "面积", type_number(0, UNIT_NONE), 0, 1000, "？");
        small_truth(&small, FIRM, "编码", "？");
        Fact *facts = program->facts;
        facts[LEVEL].guard = facts[SCORE].guard = skilled;
        facts[MASTER].guard = build_compare(small.builder, OP_EQUAL, of_level, build_constant(small.builder, level, 2));
        facts[GRANT].guard = master;
        facts[SCORE].blank_is_no = facts[PAID].blank_is_no = facts[GRANT].blank_is_no = true;
        facts[AREA].guard = build_gather(small.builder, LOCATED, good);
        facts[CODED].codes = yes_no;
        facts[CODED].code_count = ARRAY_LENGTH(yes_no);
        return small_finish(&small);
}

typedef struct City {
        Arena         *arena;
        const Program *program;
        Str            folder;
        SynthCityFile *files;
        uint32_t       file_count;
} City;

static void write_base(Str folder, uint32_t persons) {
        uint64_t rows[SYNTH_FILE_TOTAL];
        SynthOptions base = { .persons = persons, .seed = 1, .base_date = BASE_DATE, .counties = counties, .county_count = 1,
                              .threads = 2 };
        assert_int_equal(synth_write(&base, folder, rows), RC_OK);
}

static City city_of(uint32_t persons, uint64_t seed, uint32_t threads) {
        City city = { .arena = arena_new((size_t) 4 << 30) };
        city.program = city_program(city.arena);
        city.folder = folder_new(city.arena);
        write_base(city.folder, persons);
        SynthCityOptions options = { .seed = seed, .base_date = BASE_DATE, .blank_permille = BLANKS, .threads = threads };
        assert_int_equal(synth_city(city.program, city.folder, &options, city.arena, &city.files, &city.file_count), RC_OK);
        return city;
}

static void city_end(City *city) {
        folder_remove(city->folder);
        arena_free(city->arena);
}

static void the_same_seed_gives_the_same_bytes(void **state) {
        (void) state;
        static const char *const names[] = { "人.csv", "企业.csv", "载体.csv" };
        City one = city_of(20000, 7, 1), two = city_of(20000, 7, 3), other = city_of(20000, 8, 2);
        assert_int_equal(one.file_count, 3);
        for (uint32_t i = 0; i < ARRAY_LENGTH(names); i++) {
                Str bytes = folder_read(one.arena, one.folder, names[i]);
                assert_str(one.files[i].name, names[i]);
                assert_true(str_equal(bytes, folder_read(two.arena, two.folder, names[i])));
                assert_false(str_equal(bytes, folder_read(other.arena, other.folder, names[i])));
        }
        city_end(&one);
        city_end(&two);
        city_end(&other);
}

static void base_lines_are_kept(void **state) {
        (void) state;
        City city = city_of(5000, 1, 2);
        Str plain = folder_new(city.arena);
        write_base(plain, 5000);
        Str before = folder_read(city.arena, plain, "人.csv"), after = folder_read(city.arena, city.folder, "人.csv");
        uint32_t lines = 0;
        for (; before.length > 0; lines++) {
                Str line = str_cut(&before, '\n'), longer = str_cut(&after, '\n');
                assert_true(str_starts(longer, str_format(city.arena, "%.*s,", STR_ARG(line))));
        }
        assert_int_equal(lines, 5001);
        assert_int_equal(after.length, 0);
        assert_true(str_equal(folder_read(city.arena, plain, "户.csv"), folder_read(city.arena, city.folder, "户.csv")));
        /* 性别 stands in the file, 评审 is a judgement */
        assert_int_equal(city.files[PERSON].columns, SEX - 1);
        assert_false(city.files[PERSON].made);
        assert_true(city.files[HUB].made);
        assert_int_equal(city.files[HUB].rows, 40);
        folder_remove(plain);
        city_end(&city);
}

static Population *load(const City *city) {
        Population *population;
        LoadReport report;
        assert_int_equal(population_load(city->arena, city->program, city->folder, &(LoadOptions){ .threads = 2 }, &report,
                                         &population), RC_OK);
        assert_int_equal(report.problems, 0);
        assert_int_equal(report.counts[LOAD_COLUMN_MISSING], 0);
        return population;
}

/* What a guarded cell may be: known only where the guard is 是; there, mostly. */
static void assert_guarded(const Population *all, uint32_t fact, uint32_t row, bool holds, uint32_t *known) {
        int64_t cell = population_cell(all, fact, row), unknown = type_unknown(all->program->facts[fact].type);
        *known += cell != unknown;
        assert_true(holds || cell == unknown || (all->program->facts[fact].blank_is_no && cell == 0));
}

static void guards_are_respected(void **state) {
        (void) state;
        City city = city_of(60000, 3, 2);
        const Population *all = load(&city);
        uint32_t levels_known = 0, masters = 0, areas = 0, grants = 0, good_hubs = 0;
        for (uint32_t row = 0; row < all->entities[PERSON].count; row++) {
                bool skilled = population_cell(all, SKILLED, row) == TRUTH_YES;
                bool high = population_cell(all, LEVEL, row) == 2;
                assert_guarded(all, LEVEL, row, skilled, &levels_known);
                assert_guarded(all, MASTER, row, high, &masters);
                assert_guarded(all, GRANT, row, population_cell(all, MASTER, row) == TRUTH_YES, &grants);
                assert_true(population_cell(all, JUDGED, row) == TRUTH_UNKNOWN);
        }
        for (uint32_t row = 0; row < all->entities[FIRM].count; row++) {
                uint32_t hub = all->links[LOCATED].partner[row];
                bool good = hub != NONE && population_cell(all, HUB_GOOD, hub) == TRUTH_YES;
                good_hubs += good;
                assert_guarded(all, AREA, row, good, &areas);
        }
        assert_in_range(levels_known, 60000 / 10 * 94 / 100, 60000 / 10);
        assert_in_range(masters, 60000 / 30 * 90 / 100, 60000 / 30 * 110 / 100);
        assert_true(grants > 0);
        assert_true(good_hubs > 0 && areas > good_hubs * 95 / 100 && areas <= good_hubs);
        city_end(&city);
}

static void shares_are_as_documented(void **state) {
        (void) state;
        static const struct {
                uint32_t fact, percent;      /* of the rows that are known */
        } stated[] = { { SKILLED, 10 }, { RENTING, 20 }, { PRIZE, 5 }, { WORKSHOP, 30 }, { WORKER, 50 }, { PAID, 5 } };
        City city = city_of(200000, 1, 2);
        const Population *all = load(&city);
        for (uint32_t i = 0; i < ARRAY_LENGTH(stated); i++) {
                uint64_t yes = 0, known = 0;
                for (uint32_t row = 0; row < all->entities[PERSON].count; row++) {
                        int64_t cell = population_cell(all, stated[i].fact, row);
                        yes += cell == TRUTH_YES;
                        known += cell != TRUTH_UNKNOWN;
                }
                uint64_t wanted = known * stated[i].percent;
                assert_in_range(yes * 10000, wanted * 98, wanted * 102);
                if (stated[i].fact == PAID)
                        assert_int_equal(known, 200000);
                else
                        assert_in_range(200000 - known, 3800, 4200);
        }
        city_end(&city);
}

static void numbers_stay_in_their_range(void **state) {
        (void) state;
        City city = city_of(20000, 1, 2);
        const Population *all = load(&city);
        int64_t least = INT64_MAX, most = 0;
        for (uint32_t row = 0; row < all->entities[PERSON].count; row++) {
                int64_t rent = population_cell(all, RENT, row), months = population_cell(all, MONTHS, row);
                assert_true(rent == UNKNOWN || (rent >= 0 && rent <= 500000 && rent % 100 == 0));
                assert_true(months == UNKNOWN || (months >= 100 && months <= 130));
                most = rent > most ? rent : most;
                least = rent != UNKNOWN && rent < least ? rent : least;
        }
        assert_true(least < 1000 && most > 499000);
        uint32_t coded = 0, firms = all->entities[FIRM].count;
        for (uint32_t row = 0; row < firms; row++)
                coded += population_cell(all, CODED, row) != TRUTH_UNKNOWN;
        assert_in_range(coded, firms * 95 / 100, firms - 1);   /* written as 1 and 2, which its code map turns around */
        for (uint32_t row = 0; row < all->entities[HUB].count; row++) {
                int64_t share = population_cell(all, HUB_SHARE, row);
                assert_true(share == UNKNOWN || (share >= 0 && share <= 5000 && share % 100 == 0));
        }
        city_end(&city);
}

static void files_of_others_are_refused(void **state) {
        (void) state;
        Arena *arena = arena_new((size_t) 1 << 28);
        const Program *program = city_program(arena);
        SynthCityOptions options = { .seed = 1, .base_date = BASE_DATE, .threads = 1 };
        SynthCityFile *files;
        uint32_t count;
        Str folder = folder_new(arena);
        assert_int_equal(synth_city(program, folder, &options, arena, &files, &count), RC_MISSING);
        static const char *const odd[] = { "编号\nP1\nP1\n", "编号\r\nP1\r\n", "编号\nP1", "编号\n\"P\n1\"\n" };
        folder_write(arena, folder, "企业.csv", STR("编号,创办人\n"));
        for (uint32_t i = 0; i < ARRAY_LENGTH(odd); i++) {
                folder_write(arena, folder, "人.csv", str_from(odd[i]));
                assert_int_equal(synth_city(program, folder, &options, arena, &files, &count), RC_INVALID);
                assert_str(folder_read(arena, folder, "人.csv"), odd[i]);
        }
        folder_write(arena, folder, "人.csv", STR("编号\nP1\n"));
        assert_int_equal(synth_city(program, folder, &options, arena, &files, &count), RC_OK);
        folder_remove(folder);
        arena_free(arena);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_same_seed_gives_the_same_bytes),
                cmocka_unit_test(base_lines_are_kept),
                cmocka_unit_test(guards_are_respected),
                cmocka_unit_test(shares_are_as_documented),
                cmocka_unit_test(numbers_stay_in_their_range),
                cmocka_unit_test(files_of_others_are_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
