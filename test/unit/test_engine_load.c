/* Folders of CSV files to populations: cells of every type, everything that can be wrong with a file, somebody else's
 * file, and the fast way against the plain way. */
#include "unit.h"

#include "engine/cell.h"
#include "engine/load.h"
#include "support/folder.h"
#include "support/registry.h"

#include <string.h>

typedef struct World {
        Arena      *arena;
        Program    *program;
        Str         folder;
        LoadOptions options;
        LoadReport  report;
        Population *population;
} World;

static World world_new(void) {
        Arena *arena = arena_new((size_t) 1 << 30);
        return (World){ .arena = arena, .program = registry_program(arena), .folder = folder_new(arena),
                        .options = { .threads = 2 } };
}

static void world_load(World *world) {
        assert_int_equal(population_load(world->arena, world->program, world->folder, &world->options, &world->report,
                                         &world->population), RC_OK);
}

static void world_end(World *world) {
        folder_remove(world->folder);
        arena_free(world->arena);
}

static const LoadColumn *column_of(const World *world, const char *file, const char *name) {
        for (uint32_t i = 0; i < world->report.column_count; i++) {
                const LoadColumn *column = &world->report.columns[i];
                if (str_equal(world->report.files[column->file].name, str_from(file)) && str_equal(column->name, str_from(name)))
                        return column;
        }
        return NULL;
}

static uint64_t faults_of(const World *world, const char *file, const char *name, LoadFault fault) {
        const LoadColumn *column = column_of(world, file, name);
        return column == NULL ? 0 : column->counts[fault];
}

static int64_t cell_of(const World *world, uint16_t entity, const char *fact, uint32_t row) {
        return population_cell(world->population, registry_fact(world->program, entity, fact), row);
}

/* ---- cells ---------------------------------------------------------------------------------------------- */

#define NOT_KNOWN UNKNOWN

static const struct {
        const char *fact, *text;
        int64_t     cell;
        LoadFault   fault;
} typed_cells[] = {
        { "月收入", "3500", 350000, LOAD_FINE },
        { "月收入", "3500.5", 350050, LOAD_FINE },
        { "月收入", "3500.50", 350050, LOAD_FINE },
        { "月收入", "03500.500", 350050, LOAD_FINE },
        { "月收入", " 3500.50 ", 350050, LOAD_FINE },
        { "月收入", "\"3500.50\"", 350050, LOAD_FINE },
        { "月收入", "３５００．５０", 350050, LOAD_FINE },
        { "月收入", "3500元", 350000, LOAD_FINE },
        { "月收入", "0.35万元", 350000, LOAD_FINE },
        { "月收入", "0.1亿", 1000000000, LOAD_FINE },
        { "月收入", "+3", 300, LOAD_FINE },
        { "月收入", ".5", 50, LOAD_FINE },
        { "月收入", "0", 0, LOAD_FINE },
        { "月收入", "-0", 0, LOAD_FINE },
        { "月收入", "99999999.99", NOT_KNOWN, LOAD_RANGE },
        { "月收入", "-1", NOT_KNOWN, LOAD_RANGE },
        { "月收入", "\"3,500\"", NOT_KNOWN, LOAD_GROUPED },
        { "月收入", "3500.505", NOT_KNOWN, LOAD_PRECISE },
        { "月收入", "3.5E+3", NOT_KNOWN, LOAD_SCIENTIFIC },
        { "月收入", "3500个月", NOT_KNOWN, LOAD_UNIT },
        { "月收入", "35%", NOT_KNOWN, LOAD_UNIT },
        { "月收入", "约3500", NOT_KNOWN, LOAD_NOT_NUMBER },
        { "月收入", ".", NOT_KNOWN, LOAD_NOT_NUMBER },
        { "月收入", "-", NOT_KNOWN, LOAD_NOT_NUMBER },
        { "月收入", "12345678901234567890123", NOT_KNOWN, LOAD_RANGE },
        { "月收入", "\"35\"00", NOT_KNOWN, LOAD_QUOTE },
        { "月收入", "", NOT_KNOWN, LOAD_FINE },
        { "月收入", "\"\"", NOT_KNOWN, LOAD_FINE },
        { "月收入", "  ", NOT_KNOWN, LOAD_FINE },
        { "失业保险月数", "36", 36, LOAD_FINE },
        { "失业保险月数", "0036", 36, LOAD_FINE },
        { "失业保险月数", "36个月", 36, LOAD_FINE },
        { "失业保险月数", "36.0", 36, LOAD_FINE },
        { "失业保险月数", "36.5", NOT_KNOWN, LOAD_PRECISE },
        { "失业保险月数", "1201", NOT_KNOWN, LOAD_RANGE },
        { "失业保险月数", "3年", NOT_KNOWN, LOAD_UNIT },
        { "失业保险月数", "3/", NOT_KNOWN, LOAD_UNIT },
        { "失业保险月数", "3:", NOT_KNOWN, LOAD_UNIT },
        { "出生日期", "1970-01-02", 1, LOAD_FINE },
        { "出生日期", "1970/1/2", 1, LOAD_FINE },
        { "出生日期", "1970年1月2日", 1, LOAD_FINE },
        { "出生日期", "19700102", 1, LOAD_FINE },
        { "出生日期", "1970-01-02 00:00:00", 1, LOAD_FINE },
        { "出生日期", "2000-02-29", 11016, LOAD_FINE },
        { "出生日期", "1900-02-29", NOT_KNOWN, LOAD_NOT_DATE },
        { "出生日期", "1999-02-29", NOT_KNOWN, LOAD_NOT_DATE },
        { "出生日期", "1999-13-01", NOT_KNOWN, LOAD_NOT_DATE },
        { "出生日期", "1999-00-10", NOT_KNOWN, LOAD_NOT_DATE },
        { "出生日期", "1999-04-31", NOT_KNOWN, LOAD_NOT_DATE },
        { "出生日期", "1899-12-31", NOT_KNOWN, LOAD_RANGE },
        { "出生日期", "2200-01-01", NOT_KNOWN, LOAD_RANGE },
        { "出生日期", "1999-04-3O", NOT_KNOWN, LOAD_NOT_DATE },
        { "出生日期", "1970-01-02 12:30:00", NOT_KNOWN, LOAD_NOT_DATE },
        { "出生日期", "25569", NOT_KNOWN, LOAD_NOT_DATE },
        { "残疾人", "是", TRUTH_YES, LOAD_FINE },
        { "残疾人", "否", TRUTH_NO, LOAD_FINE },
        { "残疾人", "有", TRUTH_YES, LOAD_FINE },
        { "残疾人", "无", TRUTH_NO, LOAD_FINE },
        { "残疾人", "Y", TRUTH_YES, LOAD_FINE },
        { "残疾人", "０", TRUTH_NO, LOAD_FINE },
        { "残疾人", "true", TRUTH_YES, LOAD_FINE },
        { "残疾人", " 否 ", TRUTH_NO, LOAD_FINE },
        { "残疾人", "", TRUTH_UNKNOWN, LOAD_FINE },
        { "残疾人", "不", TRUTH_UNKNOWN, LOAD_NOT_TRUTH },
        { "残疾人", "2", TRUTH_UNKNOWN, LOAD_NOT_TRUTH },
        { "残疾人", "是是是", TRUTH_UNKNOWN, LOAD_NOT_TRUTH },
        { "学历", "初中及以下", 0, LOAD_FINE },
        { "学历", "研究生", 4, LOAD_FINE },
        { "学历", "初中及以下者", NOT_KNOWN, LOAD_NOT_MEMBER },
        { "学历", "初中及以", NOT_KNOWN, LOAD_NOT_MEMBER },
        { "学历", "初中及以下初中及以下初中及以下初中及以下初中及以下", NOT_KNOWN, LOAD_NOT_MEMBER },
        { "学历", "0", NOT_KNOWN, LOAD_NOT_MEMBER },
        { "学历", "本科\xFF", NOT_KNOWN, LOAD_BYTES },
};

static void cells_are_read_by_type(void **state) {
        (void) state;
        for (size_t i = 0; i < ARRAY_LENGTH(typed_cells) * 2; i++) {
                World world = world_new();
                uint32_t at = (uint32_t) i / 2;
                world.options.plain = i % 2;
                /* an ordinary row before and after, and the fact as the last column or not */
                Str text = str_format(world.arena, "编号,%s,备注\nA,,\nB,%s,\nC,,\n", typed_cells[at].fact, typed_cells[at].text);
                folder_write(world.arena, world.folder, "人.csv", text);
                world_load(&world);
                if (cell_of(&world, PERSON, typed_cells[at].fact, 1) != typed_cells[at].cell ||
                    (typed_cells[at].fault != LOAD_FINE && faults_of(&world, "人.csv", typed_cells[at].fact, typed_cells[at].fault) != 1) ||
                    (typed_cells[at].fault == LOAD_FINE && world.report.problems != 0))
                        fail_msg("%s: %s", typed_cells[at].fact, typed_cells[at].text);
                assert_int_equal(world.population->entities[PERSON].count, 3);
                world_end(&world);
        }
}

static void percentages_and_blanks(void **state) {
        (void) state;
        World world = world_new();
        world.program->facts[registry_fact(world.program, FIRM, "参保人数")].blank_is_no = true;
        world.program->facts[registry_fact(world.program, FIRM, "新业态")].blank_is_no = true;
        folder_write(world.arena, world.folder, "企业.csv",
                     STR("编号,上年裁员率,参保人数,新业态,成立日期\r\nA,3.1%,,,\r\nB,0.031,7,是,2020/6/1\r\nC,3.00005%,x,\"\",\r\n"));
        world_load(&world);
        assert_int_equal(cell_of(&world, FIRM, "上年裁员率", 0), 31000);
        assert_int_equal(cell_of(&world, FIRM, "上年裁员率", 1), 31000);
        assert_int_equal(cell_of(&world, FIRM, "上年裁员率", 2), UNKNOWN);
        assert_int_equal(cell_of(&world, FIRM, "参保人数", 0), 0);
        assert_int_equal(cell_of(&world, FIRM, "参保人数", 1), 7);
        assert_int_equal(cell_of(&world, FIRM, "参保人数", 2), UNKNOWN);
        assert_int_equal(cell_of(&world, FIRM, "新业态", 0), TRUTH_NO);
        assert_int_equal(cell_of(&world, FIRM, "新业态", 2), TRUTH_NO);
        assert_int_equal(cell_of(&world, FIRM, "成立日期", 1), date_from_civil(2020, 6, 1));
        assert_int_equal(cell_of(&world, FIRM, "首次创办", 0), TRUTH_UNKNOWN);
        assert_int_equal(faults_of(&world, "企业.csv", "上年裁员率", LOAD_PRECISE), 1);
        world_end(&world);
}

/* ---- files ---------------------------------------------------------------------------------------------- */

static void bad_rows_are_listed_with_their_numbers(void **state) {
        (void) state;
        World world = world_new();
        folder_write(world.arena, world.folder, "人.csv",
                     STR("编号,月收入\n"            /* 1 */
                         "A,1\n"
                         "B,2,3\n"                 /* 3: ragged */
                         "\n"
                         "编号,月收入\n"            /* 5: header again */
                         "C,many\n"                /* 6 */
                         "A,9\n"                   /* 7: duplicate */
                         ",5\n"                    /* 8: no key */
                         "D,\"two\nlines\"\n"      /* 9 */
                         "E,7\n"                   /* 10 */
                         "3.7E+17,1\n"             /* 11 */
                         "F,\"open\n"));           /* 12 */
        world_load(&world);
        assert_int_equal(world.population->entities[PERSON].count, 6);
        assert_int_equal(world.report.files[PERSON].rows, 6);
        assert_str(rows_key(&world.population->entities[PERSON], 1), "C");
        assert_str(rows_key(&world.population->entities[PERSON], 2), "");
        assert_str(rows_key(&world.population->entities[PERSON], 4), "E");
        assert_int_equal(cell_of(&world, PERSON, "月收入", 0), 100);
        assert_int_equal(cell_of(&world, PERSON, "月收入", 4), 700);
        const LoadColumn *rows = column_of(&world, "人.csv", ""), *keys = column_of(&world, "人.csv", "编号");
        const LoadColumn *income = column_of(&world, "人.csv", "月收入");
        assert_int_equal(rows->find_count, 3);
        assert_int_equal(rows->finds[0].row, 3);
        assert_int_equal(rows->finds[0].fault, LOAD_ROW_CELLS);
        assert_int_equal(rows->finds[1].row, 5);
        assert_int_equal(rows->finds[1].fault, LOAD_ROW_HEADER);
        assert_int_equal(rows->finds[2].row, 12);
        assert_int_equal(rows->finds[2].fault, LOAD_ROW_QUOTE);
        assert_int_equal(income->finds[0].row, 6);
        assert_str(income->finds[0].value, "many");
        assert_int_equal(income->finds[1].row, 9);
        assert_int_equal(keys->counts[LOAD_DUPLICATE], 1);
        assert_int_equal(keys->counts[LOAD_NO_KEY], 2);
        assert_int_equal(keys->counts[LOAD_SCIENTIFIC], 1);
        assert_int_equal(keys->finds[0].row, 11);
        assert_int_equal(keys->finds[1].row, 7);
        assert_int_equal(keys->finds[2].row, 8);
        world_end(&world);
}

static void missing_and_extra_are_noted(void **state) {
        (void) state;
        World world = world_new();
        world.program->facts[registry_fact(world.program, PERSON, "学历")].step = 0;
        folder_write(world.arena, world.folder, "人.csv", STR("编号,月收入,月收入,爱好\nA,1,2,x\n"));
        folder_write(world.arena, world.folder, "户.csv", STR(""));
        world_load(&world);
        assert_int_equal(faults_of(&world, "人.csv", "学历", LOAD_COLUMN_MISSING), 1);
        assert_int_equal(faults_of(&world, "人.csv", "户编号", LOAD_COLUMN_MISSING), 1);
        assert_int_equal(faults_of(&world, "人.csv", "爱好", LOAD_COLUMN_EXTRA), 1);
        assert_int_equal(faults_of(&world, "人.csv", "月收入", LOAD_COLUMN_TWICE), 1);
        assert_int_equal(faults_of(&world, "企业.csv", "", LOAD_FILE_MISSING), 1);
        assert_int_equal(faults_of(&world, "户.csv", "", LOAD_FILE_EMPTY), 1);
        assert_int_equal(cell_of(&world, PERSON, "月收入", 0), 100);
        assert_int_equal(cell_of(&world, PERSON, "学历", 0), UNKNOWN);
        assert_int_equal(world.population->entities[FIRM].count, 0);
        assert_int_equal(world.report.problems, 1);
        world_end(&world);
        world = world_new();
        assert_int_equal(population_load(world.arena, world.program, STR("/nowhere"), &world.options, &world.report,
                                         &world.population), RC_MISSING);
        world_end(&world);
}

static void numbers_of_persons_are_masked(void **state) {
        (void) state;
        World world = world_new();
        folder_write(world.arena, world.folder, "人.csv",
                     STR("编号,月收入,残疾人\nA,999000199008010018,电话13800001234。\nB,123456,1234567\nC,\x01,x\n"));
        world_load(&world);
        const LoadColumn *income = column_of(&world, "人.csv", "月收入"), *disabled = column_of(&world, "人.csv", "残疾人");
        assert_str(income->finds[0].value, "999*************18");
        assert_str(income->finds[1].value, "\xEF\xBF\xBD");
        assert_str(disabled->finds[0].value, "电话138******34。");
        assert_str(disabled->finds[1].value, "123**67");
        Buffer out = buffer_new((size_t) 1 << 20);
        load_report_print(&world.report, &out);
        load_report_json(&world.report, &out);
        size_t at = 0;
        assert_false(str_find(buffer_str(&out), STR("00801"), &at));
        assert_false(str_find(buffer_str(&out), STR("0000123"), &at));
        assert_true(str_find(buffer_str(&out), STR("第 2 行：999*************18\n"), &at));
        assert_true(str_find(buffer_str(&out), STR("\"not-truth\":3"), &at));
        buffer_free(&out);
        world_end(&world);
}

static void encodings_give_the_same(void **state) {
        (void) state;
        static const struct {
                const char *bytes;
                bool        gb18030;
        } cases[] = {
                { "编号,学历\nA,本科\n", false },
                { "\xEF\xBB\xBF编号,学历\r\nA,本科\r\n", false },
                { "\xB1\xE0\xBA\xC5,\xD1\xA7\xC0\xFA\nA,\xB1\xBE\xBF\xC6\n", true },
                { "编号,学历\nA,本科\nB,\xB1\xBE\n", false },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                World world = world_new();
                folder_write(world.arena, world.folder, "人.csv", str_from(cases[i].bytes));
                world_load(&world);
                assert_int_equal(world.report.files[PERSON].gb18030, cases[i].gb18030);
                assert_int_equal(cell_of(&world, PERSON, "学历", 0), 3);
                assert_int_equal(world.report.problems, i == 3 ? 1 : 0);
                assert_int_equal(faults_of(&world, "人.csv", "学历", LOAD_BYTES), i == 3 ? 1 : 0);
                world_end(&world);
        }
}

static void nul_bytes_spoil_their_cell_only(void **state) {
        (void) state;
        static const char bytes[] = "编号,残疾人,月收入,户编号\nA,是\0,1,H\0\nB,是,\0,\nC\0,否,2,H\n";
        World world = world_new();
        folder_write(world.arena, world.folder, "人.csv", (Str){ bytes, sizeof(bytes) - 1 });
        world_load(&world);
        assert_int_equal(cell_of(&world, PERSON, "残疾人", 0), TRUTH_UNKNOWN);
        assert_int_equal(cell_of(&world, PERSON, "残疾人", 1), TRUTH_YES);
        assert_int_equal(cell_of(&world, PERSON, "月收入", 1), UNKNOWN);
        assert_int_equal(cell_of(&world, PERSON, "月收入", 2), 200);
        assert_int_equal(faults_of(&world, "人.csv", "残疾人", LOAD_BYTES), 1);
        assert_int_equal(faults_of(&world, "人.csv", "户编号", LOAD_BYTES), 1);
        assert_int_equal(faults_of(&world, "人.csv", "编号", LOAD_BYTES), 1);
        world_end(&world);
}

/* ---- links ---------------------------------------------------------------------------------------------- */

static void links_find_their_partners(void **state) {
        (void) state;
        World world = world_new();
        folder_write(world.arena, world.folder, "户.csv", STR("编号,人口数\nH2,2\nH1,1\nH3,0\nH1,9\n"));
        folder_write(world.arena, world.folder, "人.csv", STR("编号,户编号\nA,H1\nB,H2\nC,H9\nD,\nE,\"H2\"\nF, H3 \n"));
        world_load(&world);
        const LinkRows *link = &world.population->links[LIVES_IN];
        static const uint32_t partners[] = { 1, 0, NONE, NONE, 0, 2 };
        assert_memory_equal(link->partner, partners, sizeof(partners));
        assert_int_equal(faults_of(&world, "人.csv", "户编号", LOAD_DANGLING), 1);
        assert_int_equal(column_of(&world, "人.csv", "户编号")->finds[0].row, 4);
        assert_int_equal(link->offsets[1] - link->offsets[0], 2);
        assert_int_equal(link->members[link->offsets[0]], 1);
        assert_int_equal(link->members[link->offsets[0] + 1], 4);
        assert_false(link->sorted);
        assert_int_equal(faults_of(&world, "户.csv", "编号", LOAD_DUPLICATE), 1);
        world_end(&world);
}

static void somebody_elses_file_needs_pack_text_only(void **state) {
        (void) state;
        World world = world_new();
        Program *program = world.program;
        program->entities[PERSON].file = STR("persons.csv");
        program->entities[PERSON].key = STR("id");
        program->entities[HOUSEHOLD].derived_from = LIVES_IN;
        program->links[LIVES_IN].column = STR("household_id");
        CodeMapping statuses[] = { { STR("1"), 0 }, { STR("2"), 3 }, { STR("9"), UNKNOWN } };
        CodeMapping truths[] = { { STR("1"), TRUTH_NO }, { STR("2"), TRUTH_YES } };
        CodeMapping months[] = { { STR("999"), UNKNOWN } };
        Fact *status = &program->facts[registry_fact(program, PERSON, "就业状态")];
        Fact *disabled = &program->facts[registry_fact(program, PERSON, "残疾人")];
        Fact *insured = &program->facts[registry_fact(program, PERSON, "失业保险月数")];
        status->column = STR("status");
        status->codes = statuses;
        status->code_count = ARRAY_LENGTH(statuses);
        disabled->column = STR("disabled");
        disabled->codes = truths;
        disabled->code_count = ARRAY_LENGTH(truths);
        insured->column = STR("ins_months");
        insured->codes = months;
        insured->code_count = ARRAY_LENGTH(months);
        folder_write(world.arena, world.folder, "persons.csv",
                     STR("id,household_id,status,disabled,ins_months\n7,b,1,2,999\n8,a,2,1,36\n9,b,9,,0\n10,,失业,0,7\n11,a,5,x,1\n"));
        world_load(&world);
        static const uint32_t partners[] = { 0, 1, 0, NONE, 1 };
        assert_memory_equal(world.population->links[LIVES_IN].partner, partners, sizeof(partners));
        assert_int_equal(world.population->entities[HOUSEHOLD].count, 2);
        assert_str(rows_key(&world.population->entities[HOUSEHOLD], 0), "b");
        assert_str(rows_key(&world.population->entities[PERSON], 3), "10");
        static const int64_t wanted[][3] = { { 0, TRUTH_YES, UNKNOWN }, { 3, TRUTH_NO, 36 }, { UNKNOWN, TRUTH_UNKNOWN, 0 },
                                             { 3, TRUTH_NO, 7 }, { UNKNOWN, TRUTH_UNKNOWN, 1 } };
        for (uint32_t row = 0; row < 5; row++) {
                assert_int_equal(cell_of(&world, PERSON, "就业状态", row), wanted[row][0]);
                assert_int_equal(cell_of(&world, PERSON, "残疾人", row), wanted[row][1]);
                assert_int_equal(cell_of(&world, PERSON, "失业保险月数", row), wanted[row][2]);
        }
        assert_int_equal(faults_of(&world, "persons.csv", "status", LOAD_NOT_MEMBER), 1);
        assert_int_equal(faults_of(&world, "persons.csv", "disabled", LOAD_NOT_TRUTH), 1);
        world_end(&world);
}

static const struct {
        const char *keys;            /* of the households, a row each; "-": none */
        uint32_t    partners[8], count;
        const char *last;
} derived_households[] = {
        { "H00000001 H00000001 H00000002 - H00000002 H00000005", { 0, 0, 1, NONE, 1, 2 }, 3, "H00000005" },
        { "H00000001 H00000003 H00000002 H00000003 H00000001 H00000004", { 0, 1, 2, 1, 0, 3 }, 4, "H00000004" },
        { "H00000001 H00000002 H00000009 - H00000001", { 0, 1, 2, NONE, 0 }, 3, "H00000009" },
        { "- - H00000010 H00000009 H00000010", { NONE, NONE, 0, 1, 0 }, 2, "H00000009" },
        { "a b bb b ba c", { 0, 1, 2, 1, 3, 4 }, 5, "c" },
        { "z0000000 a0000000 z0000000", { 0, 1, 0 }, 2, "a0000000" },
        { "1234567890123456 1234567890123457 1234567890123456", { 0, 1, 0 }, 2, "1234567890123457" },
        { "户户户户户户七 户户户户户户三 户户户户户户七", { 0, 1, 0 }, 2, "户户户户户户三" },
        { "- -", { NONE, NONE }, 0, NULL },
};

static void households_are_numbered_as_they_appear(void **state) {
        (void) state;
        for (size_t i = 0; i < ARRAY_LENGTH(derived_households); i++) {
                World world = world_new();
                Buffer text = buffer_new(4096);
                Str rest = str_from(derived_households[i].keys);
                uint32_t rows = 0;
                buffer_add(&text, STR("编号,户编号\n"));
                while (rest.length > 0) {
                        Str key = str_cut(&rest, ' ');
                        if (str_equal(key, STR("-")))
                                key = STR("");
                        buffer_format(&text, "P%u,%.*s\n", rows++, STR_ARG(key));
                }
                folder_write(world.arena, world.folder, "人.csv", buffer_str(&text));
                world.program->entities[HOUSEHOLD].derived_from = LIVES_IN;
                world_load(&world);
                const Rows *households = &world.population->entities[HOUSEHOLD];
                assert_int_equal(world.population->entities[PERSON].count, rows);
                assert_memory_equal(world.population->links[LIVES_IN].partner, derived_households[i].partners, sizeof(uint32_t) * rows);
                assert_int_equal(households->count, derived_households[i].count);
                if (derived_households[i].count > 0)
                        assert_str(rows_key(households, households->count - 1), derived_households[i].last);
                buffer_free(&text);
                world_end(&world);
        }
}

static void data_under_a_false_guard_is_not_used(void **state) {
        (void) state;
        World world = world_new();
        uint32_t registered = registry_fact(world.program, PERSON, "登记失业");
        uint32_t date = registry_fact(world.program, PERSON, "登记失业日期"), months = registry_fact(world.program, PERSON, "失业保险月数");
        Step steps[] = {
                { .op = OP_FACT, .entity = PERSON, .aux = registered, .a = NONE, .b = NONE, .c = NONE },
                { .op = OP_FACT, .entity = PERSON, .aux = registry_fact(world.program, PERSON, "就业状态"), .a = NONE, .b = NONE, .c = NONE },
                { .op = OP_CONSTANT, .entity = ENTITY_NONE, .imm = 3, .a = NONE, .b = NONE, .c = NONE },
                { .op = OP_EQUAL, .entity = PERSON, .a = 1, .b = 2, .c = NONE },
                { .op = OP_NOT, .entity = PERSON, .a = 3, .b = NONE, .c = NONE },
        };
        world.program->steps = steps;
        world.program->step_count = ARRAY_LENGTH(steps);
        world.program->facts[date].guard = 0;
        world.program->facts[months].guard = 4;
        folder_write(world.arena, world.folder, "人.csv",
                     STR("编号,登记失业,登记失业日期,就业状态,失业保险月数\nA,是,2020-01-01,失业,1\nB,否,2020-01-02,在校,2\nC,,2020-01-03,,3\nD,否,,失业,\n"));
        world_load(&world);
        assert_int_equal(population_cell(world.population, date, 0), date_from_civil(2020, 1, 1));
        assert_int_equal(population_cell(world.population, date, 1), UNKNOWN);
        assert_int_equal(population_cell(world.population, date, 2), date_from_civil(2020, 1, 3));
        assert_int_equal(population_cell(world.population, months, 0), UNKNOWN);
        assert_int_equal(population_cell(world.population, months, 1), 2);
        assert_int_equal(population_cell(world.population, months, 2), 3);
        assert_int_equal(faults_of(&world, "人.csv", "登记失业日期", LOAD_GUARDED), 1);
        assert_int_equal(column_of(&world, "人.csv", "登记失业日期")->finds[0].row, 3);
        assert_int_equal(faults_of(&world, "人.csv", "失业保险月数", LOAD_GUARDED), 1);
        world_end(&world);
}

static void texts_share_a_dictionary(void **state) {
        (void) state;
        World world = world_new();
        uint32_t fact = registry_fact(world.program, PERSON, "居住区县"), other = registry_fact(world.program, FIRM, "区县");
        world.program->facts[fact].type = world.program->facts[other].type = (Type){ .kind = TYPE_TEXT };
        world.program->facts[fact].high = world.program->facts[other].high = INT32_MAX;
        folder_write(world.arena, world.folder, "人.csv", STR("编号,居住区县\nA,甲\nB,乙\nC,\nD,\" 甲\"\n"));
        folder_write(world.arena, world.folder, "企业.csv", STR("编号,区县\nX,丙\nY,乙\n"));
        world_load(&world);
        assert_int_equal(world.population->text_count, 3);
        assert_int_equal(population_cell(world.population, fact, 0), 0);
        assert_int_equal(population_cell(world.population, fact, 2), UNKNOWN);
        assert_int_equal(population_cell(world.population, fact, 3), 0);
        assert_int_equal(population_cell(world.population, other, 1), 1);
        assert_str(world.population->texts[2], "丙");
        world_end(&world);
}

/* ---- the fast way and the plain way --------------------------------------------------------------------- */

static uint32_t next_random(uint64_t *seed) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        return (uint32_t) (*seed >> 33);
}

static void random_row(Buffer *out, uint64_t *seed, uint32_t row) {
        static const char *const numbers[] = { "", "0", "12", "360", "1200", "1201", "3a6", "0007", "12.0", "-1", "99999999",
                                               "123456789" };
        static const char *const money[] = { "", "0.00", "3500.50", "12345678.90", "9.9", "1.234", "7", ".50",
                                               "1234567.8",
                                             "x.50" };
        static const char *const days[] = { "", "1990-08-01", "2000-02-29", "2001-02-29", "1990-8-1", "1990/08/01",
                                              "1990-08-0x",
                                            "2199-12-31" };
        static const char *const truths[] = { "", "是", "否", "有", "1", "0", "可", "是否" };
        static const char *const schools[] = { "", "初中及以下", "大专", "研究生", "高中", "博士" };
        const char *quote = next_random(seed) % 50 == 0 ? "\"" : "";
        buffer_format(out, "%s%u%s,H%u,%s%s%s,%s,%s,%s,%s%s%s%s\n", next_random(seed) % 200 == 0 ? "" : "P",
                      next_random(seed) % 100 == 0 ? 5 : row, next_random(seed) % 300 == 0 ? ",extra" : "", row / 3, quote,
                      numbers[next_random(seed) % ARRAY_LENGTH(numbers)], quote, money[next_random(seed) % ARRAY_LENGTH(money)],
                      days[next_random(seed) % ARRAY_LENGTH(days)], truths[next_random(seed) % ARRAY_LENGTH(truths)], quote,
                      schools[next_random(seed) % ARRAY_LENGTH(schools)], quote, next_random(seed) % 40 == 0 ? "\r" : "");
}

static void fast_and_plain_agree(void **state) {
        (void) state;
        static const char *const facts[] = { "失业保险月数", "月收入", "出生日期", "残疾人", "学历" };
        uint64_t seed = 3;
        for (uint32_t round = 0; round < 4; round++) {
                World fast = world_new(), plain = fast;
                Buffer text = buffer_new((size_t) 1 << 27);
                uint32_t rows = round == 0 ? 120000 : 3000;
                buffer_add(&text, STR("编号,户编号,失业保险月数,月收入,出生日期,残疾人,学历\n"));
                for (uint32_t row = 0; row < rows; row++)
                        random_row(&text, &seed, row);
                folder_write(fast.arena, fast.folder, "人.csv", buffer_str(&text));
                fast.program->entities[HOUSEHOLD].derived_from = LIVES_IN;
                plain.options = (LoadOptions){ .threads = 1, .plain = true };
                world_load(&fast);
                world_load(&plain);
                uint32_t count = fast.population->entities[PERSON].count;
                assert_true(count > rows / 2);
                assert_int_equal(count, plain.population->entities[PERSON].count);
                for (size_t i = 0; i < ARRAY_LENGTH(facts); i++) {
                        uint32_t fact = registry_fact(fast.program, PERSON, facts[i]);
                        const Column *left = &fast.population->columns[fact], *right = &plain.population->columns[fact];
                        assert_memory_equal(left->cells, right->cells, (size_t) count * left->width);
                        const LoadColumn *one = column_of(&fast, "人.csv", facts[i]), *two = column_of(&plain, "人.csv", facts[i]);
                        assert_memory_equal(one->counts, two->counts, sizeof(one->counts));
                        assert_int_equal(one->unknown, two->unknown);
                        assert_int_equal(one->find_count, two->find_count);
                        for (uint32_t find = 0; find < one->find_count; find++) {
                                assert_int_equal(one->finds[find].row, two->finds[find].row);
                                assert_true(str_equal(one->finds[find].value, two->finds[find].value));
                        }
                }
                assert_int_equal(fast.report.problems, plain.report.problems);
                assert_memory_equal(fast.population->links[LIVES_IN].partner, plain.population->links[LIVES_IN].partner,
                                    sizeof(uint32_t) * count);
                buffer_free(&text);
                world_end(&fast);
        }
}

/* The vector loops, those for any machine and the general reader, on columns of every length around eight. */
static void every_loop_reads_alike(void **state) {
        (void) state;
        static const char *const cells[] = {
                "", "", "是", "否", "1", "0", "true", "12", "360", "0007", "3a6", "-1", "12345678", "123456789", "3500.50", "0.00", "1.5",
                "12345678.90", "123456789.00", ".50", "x.50", "35.x0", "5.", "1234.5678",
                "1990-08-01", "2000-02-29", "2001-02-29", "1900-01-01", "1899-12-31", "2199-12-31",
                "2200-01-01", "1990-13-01", "1990-00-10", "1990-99-99", "1990/08/01", "1990-8-1", "1990-08-0x",
                "初中及以下", "研究生", "研究", "单位就业", "东城区", "是是", "是否有无真假", "初中及以下的一种说法",
        };
        Arena *arena = arena_new((size_t) 1 << 30), *scratch = arena_new((size_t) 1 << 30);
        const Program *program = registry_program(arena);
        uint64_t seed = 11;
        int64_t left[40], right[40];
        uint32_t odd[40], other[40];
        for (uint32_t i = 0; i < program->fact_count * 400; i++) {
                const Fact *fact = &program->facts[i % program->fact_count];
                if (fact->type.kind == TYPE_ROW || fact->type.kind == TYPE_TEXT)
                        continue;
                CellPlan fast = cell_plan(scratch, program, fact, true), plain = fast;
                Buffer text = buffer_new(8192);
                CsvText csv = { 0 };
                CsvChunk chunk = { 0 };
                uint32_t rows = 1 + next_random(&seed) % ARRAY_LENGTH(left), next = 0;
                plain.vector = NULL;
                for (uint32_t row = 0; row < rows; row++)
                        buffer_format(&text, "%u,%s\n", row, cells[next_random(&seed) % ARRAY_LENGTH(cells)]);
                assert_int_equal(csv_from_bytes(buffer_str(&text), csv_level_best(), &csv), RC_OK);
                CsvReader reader = csv_reader(&csv, 0, csv.text.length, 2, STR(""), scratch);
                assert_true(csv_next(&reader, &chunk) && chunk.rows == rows);
                uint32_t odds = cells_read_plain(&fast, &chunk, 1, left, odd);
                assert_int_equal(cells_read_plain(&plain, &chunk, 1, right, other), odds);
                assert_memory_equal(odd, other, sizeof(*odd) * odds);
                for (uint32_t row = 0; row < rows; row++) {
                        int64_t cell = 0;
                        if (next < odds && odd[next] == row) {
                                next++;
                                continue;
                        }
                        assert_int_equal(cell_read(&fast, csv_raw(&chunk, row, 1), scratch, &cell), LOAD_FINE);
                        assert_int_equal(left[row], cell);
                        assert_int_equal(right[row], cell);
                }
                csv_close(&csv);
                buffer_free(&text);
                arena_reset(scratch);
        }
        arena_free(scratch);
        arena_free(arena);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(cells_are_read_by_type),
                cmocka_unit_test(percentages_and_blanks),
                cmocka_unit_test(bad_rows_are_listed_with_their_numbers),
                cmocka_unit_test(missing_and_extra_are_noted),
                cmocka_unit_test(numbers_of_persons_are_masked),
                cmocka_unit_test(encodings_give_the_same),
                cmocka_unit_test(nul_bytes_spoil_their_cell_only),
                cmocka_unit_test(links_find_their_partners),
                cmocka_unit_test(somebody_elses_file_needs_pack_text_only),
                cmocka_unit_test(data_under_a_false_guard_is_not_used),
                cmocka_unit_test(texts_share_a_dictionary),
                cmocka_unit_test(households_are_numbered_as_they_appear),
                cmocka_unit_test(fast_and_plain_agree),
                cmocka_unit_test(every_loop_reads_alike),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
