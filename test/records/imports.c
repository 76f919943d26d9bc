/* Sheets become records, on both databases: what people send, what goes wrong in it, and how it is told. */
#include "book.h"
#include "pack.h"

#include "base/log.h"
#include "engine/identity.h"
#include "records/import.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#define GB18030_CSV "\xb1\xe0\xba\xc5,\xd0\xd5\xc3\xfb\r\nG1,\xd5\xc5\xc8\xfd\r\n"   /* 编号,姓名 G1,张三 */

static ImportMapping map(const Pack *pack, const RecordTable *table, Str bytes) {
        ImportMapping mapping;
        Str why = STR("");
        Rc rc = import_map(pack->world->database, pack->model, table, PACK_CITY, bytes, pack->world->arena, &mapping, &why);
        if (rc != RC_OK)
                fail_msg("%s: %.*s", rc_name(rc), STR_ARG(why));
        return mapping;
}

static ImportReport run(const Pack *pack, const ImportMapping *mapping, Str bytes, bool dry, bool partial) {
        ImportOptions options = { .mapping = mapping, .change = pack->change, .file_name = STR("a.xlsx"), .dry = dry, .partial = partial };
        ImportReport report;
        Str why = STR("");
        Rc rc = import_run(pack->world->database, pack->model, bytes, &options, pack->world->arena, &report, &why);
        if (rc != RC_OK)
                fail_msg("%s: %.*s %.*s", rc_name(rc), STR_ARG(why), STR_ARG(database_message(pack->world->database)));
        assert_false(database_in_transaction(pack->world->database));
        return report;
}

static void expect_report(const ImportReport *report, uint64_t rows, uint64_t created, uint64_t updated, uint64_t unchanged,
                          uint64_t refused) {
        if (report->rows != rows || report->created != created || report->updated != updated || report->unchanged != unchanged ||
            report->refused != refused) {
                for (uint32_t i = 0; i < report->fault_count && i < 20; i++)
                        print_error("%u:%u %.*s\n", report->faults[i].row, report->faults[i].column, STR_ARG(report->faults[i].message));
                fail_msg("rows %llu created %llu updated %llu unchanged %llu refused %llu", (unsigned long long) report->rows,
                         (unsigned long long) report->created, (unsigned long long) report->updated, (unsigned long long) report->unchanged,
                         (unsigned long long) report->refused);
        }
}

/* Everything in the database that an import could touch. */
static Str fingerprint(const Pack *pack) {
        return str_format(pack->world->arena, "%lld %lld %lld %lld %lld", (long long) pack_count(pack, "SELECT count(*) FROM \"人\""),
                          (long long) pack_count(pack, "SELECT COALESCE(sum(_version), 0) FROM \"人\""),
                          (long long) pack_count(pack, "SELECT count(*) FROM leye_history"),
                          (long long) pack_count(pack, "SELECT count(*) FROM leye_batch"),
                          (long long) pack_count(pack, "SELECT count(*) FROM leye_mapping"));
}

#define TEXT_CELL(text) "<c t='inlineStr'><is><t>" text "</t></is></c>"
#define STYLES "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='10'/></cellXfs>"
#define HEADINGS                                                                                                             \
        "<row r='2'>" TEXT_CELL("编 号") TEXT_CELL("姓名*") TEXT_CELL("身份证号") TEXT_CELL("手机号（必填）") TEXT_CELL("区县")   \
        TEXT_CELL("出生日期") TEXT_CELL("贷款金额（万元）") TEXT_CELL("贴息利率") TEXT_CELL("在校") TEXT_CELL("其他") "</row>"

/* ---- ten mistakes -------------------------------------------------------------------------------------------------- */

/* A title, headings with marks, one good row, ten rows with a mistake each, and a good one at the end. */
static const char mistakes[] =
        "<row r='1'>" TEXT_CELL("2025 年学员名单") "</row>" HEADINGS
        "<row r='3'>" TEXT_CELL("A1") TEXT_CELL("张三") TEXT_CELL("11010519491231002X") "<c><v>13812345678</v></c>" TEXT_CELL("任城区")
        "<c s='1'><v>18263</v></c><c><v>1.5</v></c><c s='2'><v>3.1E-2</v></c>" TEXT_CELL("是") TEXT_CELL("不管它") "</row>"
        "<row r='4'>" TEXT_CELL("A2") TEXT_CELL("李四") "<c><v>3.7080019900101123E+17</v></c></row>"
        "<row r='5'>" TEXT_CELL("A3") TEXT_CELL("王五") TEXT_CELL("110105194912310021") "</row>"
        "<row r='6'>" TEXT_CELL("A4") "<c/>" "<c/><c/>" TEXT_CELL("任城区") "</row>"
        "<row r='8'>" TEXT_CELL("A5") TEXT_CELL("赵六") "<c/><c/>" TEXT_CELL("任成区") "</row>"
        "<row r='9'>" TEXT_CELL("A6") TEXT_CELL("孙七") "<c/><c/><c/>" TEXT_CELL("1990-02-30") "</row>"
        "<row r='10'>" TEXT_CELL("A7") TEXT_CELL("周八") "<c/><c/><c/><c/><c><v>50</v></c></row>"
        "<row r='11'>" TEXT_CELL("A8") TEXT_CELL("吴九") "<c/><c/><c/><c/>" TEXT_CELL("很多") "</row>"
        "<row r='12'>" TEXT_CELL("A1") TEXT_CELL("郑十") "</row>"
        "<row r='13'>" TEXT_CELL("A9") TEXT_CELL("冯") "<c/><c/><c/><c><v>45818</v></c></row>"
        "<row r='14'>" TEXT_CELL("A10") TEXT_CELL("陈") "<c/>" TEXT_CELL("1381234567") "<c/><c/><c/><c/><c t='e'><v>#REF!</v></c></row>"
        "<row r='20'>" TEXT_CELL("A11") TEXT_CELL("褚") "</row>";

typedef struct Expected {
        uint32_t    row, column;
        const char *header, *text, *words;
} Expected;

static const Expected expected[] = {
        { 4, 3, "身份证号", "3.7080019900101123E+17", "号码被存成了数字，末尾几位已经丢失；请把这一列设成文本后重新填写。" },
        { 5, 3, "身份证号", "110105194912310021", "第 18 位校验码和前 17 位不符" },
        { 6, 2, "姓名*", "", "“姓名”要填。" },
        { 8, 5, "区县", "任成区", "可以填：任城区、兖州区、曲阜市" },
        { 9, 6, "出生日期", "1990-02-30", "1990-02-30" },
        { 10, 7, "贷款金额（万元）", "50", "300000元" },
        { 11, 7, "贷款金额（万元）", "很多", "请填数字" },
        { 12, 1, "编 号", "A1", "和第 3 行重复了" },
        { 13, 6, "出生日期", "45818", "不是日期；请把这一列设成日期格式" },
        { 14, 4, "手机号（必填）", "1381234567", "手机号应是 11 位，这里有 10 位" },
        { 14, 9, "在校", "#REF!", "出错的公式" },
};

static void expect_faults(const ImportReport *report) {
        size_t at;
        assert_true(report->fault_total == ARRAY_LENGTH(expected) && report->fault_count == ARRAY_LENGTH(expected));
        for (uint32_t i = 0; i < ARRAY_LENGTH(expected); i++) {
                const ImportFault *fault = &report->faults[i];
                assert_str(fault->sheet, "表1");
                assert_int_equal(fault->row, expected[i].row);
                assert_int_equal(fault->column, expected[i].column);
                assert_str(fault->header, expected[i].header);
                assert_str(fault->text, expected[i].text);
                if (!str_find(fault->message, str_from(expected[i].words), &at))
                        fail_msg("%u: “%.*s” has no “%s”", fault->row, STR_ARG(fault->message), expected[i].words);
        }
}

static void case_mistakes(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Str book = book_simple(world->arena, mistakes, NULL, STYLES);
        ImportMapping mapping = map(&pack, pack.people, book);
        assert_true(mapping.header_row == 2 && mapping.column_count == 10 && mapping.match == IMPORT_KEY);
        assert_int_equal(mapping.columns[0].field, IMPORT_KEY);
        assert_int_equal(mapping.columns[6].field, table_field(pack.people, STR("贷款金额")));
        assert_int_equal(mapping.columns[9].field, NONE);
        /* looking changes nothing; one fault and nothing goes in; then what is good goes in */
        Str before = fingerprint(&pack);
        ImportReport report = run(&pack, &mapping, book, true, true);
        expect_report(&report, 12, 2, 0, 0, 10);
        expect_faults(&report);
        assert_true(report.batch == 0 && str_equal(before, fingerprint(&pack)));
        report = run(&pack, &mapping, book, false, false);
        expect_faults(&report);
        assert_true(report.batch == 0 && str_equal(before, fingerprint(&pack)));
        report = run(&pack, &mapping, book, false, true);
        expect_faults(&report);
        expect_report(&report, 12, 2, 0, 0, 10);
        assert_true(report.batch != 0 && pack_count(&pack, "SELECT count(*) FROM \"人\"") == 2);
        assert_true(pack_count(&pack, "SELECT refused FROM leye_batch") == 10 && pack_count(&pack, "SELECT created FROM leye_batch") == 2);
        int64_t id;
        assert_int_equal(record_find(world->database, pack.people, PACK_CITY, STR("A1"), &id), RC_OK);
        Record person = pack_load(&pack, pack.people, id);
        assert_str(pack_text_of(&pack, pack.people, &person, "手机号"), "13812345678");
        assert_str(pack_text_of(&pack, pack.people, &person, "贷款金额"), "15000元");
        assert_str(pack_text_of(&pack, pack.people, &person, "贴息利率"), "3.1%");
        assert_str(pack_text_of(&pack, pack.people, &person, "出生日期"), "1949-12-31");
        assert_true(person.batch == report.batch);
}

/* ---- sent back, corrected, sent again ---------------------------------------------------------------------------------- */

typedef struct Grid {
        Arena   *arena;
        uint32_t rows;
        Str      cells[40][16];
} Grid;

static bool keep_row(void *context, const SheetRow *row) {
        Grid *grid = context;
        assert_true(grid->rows < 40 && row->count <= 16);
        for (uint32_t i = 0; i < row->count; i++)
                grid->cells[grid->rows][i] = str_copy(grid->arena, row->cells[i].text);
        grid->rows++;
        return true;
}

static Grid *grid_of(Arena *arena, Str bytes) {
        Grid *grid = ARENA_NEW(arena, Grid, 1);
        Str why = STR("");
        grid->arena = arena;
        if (sheet_read(bytes, keep_row, grid, arena, &why) != RC_OK)
                fail_msg("%.*s", STR_ARG(why));
        return grid;
}

static Str csv_of(Arena *arena, const Grid *grid, uint32_t columns) {
        Str text = { "", 0 };
        for (uint32_t i = 0; i < grid->rows; i++)
                for (uint32_t j = 0; j < columns; j++)
                        text = str_format(arena, "%.*s\"%.*s\"%s", STR_ARG(text), STR_ARG(grid->cells[i][j]),
                                          j + 1 == columns ? "\r\n" : ",");
        return text;
}

static void case_returned(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Arena *arena = world->arena;
        Str book = book_simple(arena, mistakes, NULL, STYLES);
        ImportMapping mapping = map(&pack, pack.people, book);
        ImportReport report = run(&pack, &mapping, book, false, true);
        Str path = str_format(arena, "%.*s/back.xlsx", STR_ARG(world->folder));
        assert_int_equal(import_return_sheet(book, &mapping, &report, false, path.data, arena), RC_OK);
        Grid *whole = grid_of(arena, folder_read(arena, world->folder, "back.xlsx"));
        assert_int_equal(whole->rows, 13);
        assert_str(whole->cells[0][10], "未导入的原因");
        assert_str(whole->cells[1][10], "");
        assert_str(whole->cells[2][2], "3.7080019900101123E+17");
        assert_int_equal(import_return_sheet(book, &mapping, &report, true, path.data, arena), RC_OK);
        Str returned = folder_read(arena, world->folder, "back.xlsx");
        Grid *bad = grid_of(arena, returned);
        assert_int_equal(bad->rows, 11);
        assert_str(bad->cells[1][10], "身份证号：号码被存成了数字，末尾几位已经丢失；请把这一列设成文本后重新填写。");
        /* two faults of one row stand under each other, and both cells have a comment */
        size_t at;
        assert_true(str_find(bad->cells[10][10], STR("10 位，请核对是否漏了。\n在校："), &at));
        assert_true(str_find(returned, STR("xl/comments1.xml"), &at));
        /* still wrong: the column of reasons is written anew, once */
        ImportMapping again = map(&pack, pack.people, returned);
        assert_true(again.header_row == 1 && again.columns[6].remembered && again.columns[10].field == NONE);
        report = run(&pack, &again, returned, false, true);
        expect_report(&report, 10, 0, 1, 0, 9);      /* alone, the second A1 is a change of the first */
        assert_int_equal(import_return_sheet(returned, &again, &report, true, path.data, arena), RC_OK);
        Grid *twice = grid_of(arena, folder_read(arena, world->folder, "back.xlsx"));
        assert_true(twice->rows == 10 && twice->cells[0][11].length == 0 && twice->cells[1][10].length > 0);
        /* corrected by hand */
        static const struct {
                uint32_t    row, column;
                const char *text;
        } corrections[] = { { 1, 2, "" },       { 2, 2, "11010519491231002X" }, { 3, 1, "钱" },
                            { 4, 4, "任城区" }, { 5, 5, "1990-02-28" },         { 6, 6, "5" },
                            { 7, 6, "0.5" },    { 8, 5, "2025.6.10" },          { 9, 3, "13812345679" },
                            { 9, 8, "否" } };
        for (size_t i = 0; i < ARRAY_LENGTH(corrections); i++)
                twice->cells[corrections[i].row][corrections[i].column] = str_from(corrections[i].text);
        Str fixed = csv_of(arena, twice, 11);
        again = map(&pack, pack.people, fixed);
        report = run(&pack, &again, fixed, false, false);
        expect_report(&report, 9, 9, 0, 0, 0);
        /* the same once more: nothing is doubled, nothing changes */
        Str before = fingerprint(&pack);
        report = run(&pack, &again, fixed, false, false);
        expect_report(&report, 9, 0, 0, 9, 0);
        assert_true(report.batch == 0 && str_equal(before, fingerprint(&pack)));
        assert_true(pack_count(&pack, "SELECT count(*) FROM \"人\"") == 11);
}

/* ---- watched and stopped -------------------------------------------------------------------------------------------- */

#define WATCHED_ROWS 6000

/* Says stop as soon as some rows are done. */
static void *stop_soon(void *context) {
        Watch *watch = context;
        while (atomic_load(&watch->done) < 500)
                assert_int_equal(sched_yield(), 0);
        assert_true(atomic_load(&watch->total) == WATCHED_ROWS);
        atomic_store(&watch->stop, true);
        return NULL;
}

static Str watched_rows(const Pack *pack) {
        CLEAN(buffer_free) Buffer out = buffer_new((size_t) 1 << 20);
        buffer_add(&out, STR("编号,姓名,身份证号\n"));
        for (uint32_t i = 0; i < WATCHED_ROWS; i++)
                buffer_format(&out, "W%u,人%u,%s\n", i, i, i % 3 ? "" : "1");
        return str_copy(pack->world->arena, buffer_str(&out));
}

static void case_stopped(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Str bytes = watched_rows(&pack), before = fingerprint(&pack), why;
        ImportMapping mapping = map(&pack, pack.people, bytes);
        ImportReport report;
        UndoResult undone;
        Watch watches[] = { { .stop = true }, { .stop = false } };
        for (size_t i = 0; i < ARRAY_LENGTH(watches); i++) {
                ImportOptions options = { .mapping = &mapping, .change = pack.change, .file_name = STR("a.csv"), .partial = true,
                                          .watch = &watches[i], .count = true };
                pthread_t thread;
                if (i)
                        assert_int_equal(pthread_create(&thread, NULL, stop_soon, &watches[i]), 0);
                assert_int_equal(import_run(world->database, pack.model, bytes, &options, world->arena, &report, &why), RC_DENIED);
                if (i)
                        assert_int_equal(pthread_join(thread, NULL), 0);
                assert_true(str_equal(before, fingerprint(&pack)));
        }
        assert_true(atomic_load(&watches[1].faults) > 0);
        Watch watch = { .stop = false };
        ImportOptions whole = { .mapping = &mapping, .change = pack.change, .file_name = STR("a.csv"), .partial = true, .watch = &watch };
        whole.change.batch = record_new_ids(1);
        assert_int_equal(import_run(world->database, pack.model, bytes, &whole, world->arena, &report, &why), RC_OK);
        expect_report(&report, WATCHED_ROWS, WATCHED_ROWS / 3 * 2, 0, 0, WATCHED_ROWS / 3);
        assert_true(report.batch == whole.change.batch && atomic_load(&watch.done) == WATCHED_ROWS);
        assert_true(atomic_load(&watch.faults) == report.fault_total);
        before = fingerprint(&pack);
        assert_int_equal(record_undo(world->database, pack.model, &pack.change, report.batch, &watches[0], &undone), RC_DENIED);
        assert_true(str_equal(before, fingerprint(&pack)));
        watch = (Watch){ .stop = false };
        assert_int_equal(record_undo(world->database, pack.model, &pack.change, report.batch, &watch, &undone), RC_OK);
        assert_true(undone.deleted == report.created && undone.kept == 0 && atomic_load(&watch.done) == report.created);
}

/* ---- taking back, matching, links ----------------------------------------------------------------------------------- */

static void case_undone(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Str first = STR("编号,姓名,贷款金额\nA,甲,1万\nB,乙,2万\n"), second = STR("编号,姓名,贷款金额\nB,,2.5万\nC,丙,3万\nA,甲,\n");
        ImportMapping mapping = map(&pack, pack.people, first);
        ImportReport report = run(&pack, &mapping, first, false, false);
        expect_report(&report, 2, 2, 0, 0, 0);
        mapping = map(&pack, pack.people, second);
        report = run(&pack, &mapping, second, false, false);
        expect_report(&report, 3, 1, 1, 1, 0);       /* an empty cell leaves what is there */
        int64_t id;
        assert_int_equal(record_find(world->database, pack.people, PACK_CITY, STR("B"), &id), RC_OK);
        Record b = pack_load(&pack, pack.people, id);
        assert_str(pack_text_of(&pack, pack.people, &b, "姓名"), "乙");
        assert_str(pack_text_of(&pack, pack.people, &b, "贷款金额"), "25000元");
        UndoResult undone;
        assert_int_equal(record_undo(world->database, pack.model, &pack.change, report.batch, NULL, &undone), RC_OK);
        assert_true(undone.deleted == 1 && undone.restored == 1 && undone.kept == 0);
        b = pack_load(&pack, pack.people, id);
        assert_str(pack_text_of(&pack, pack.people, &b, "贷款金额"), "20000元");
        assert_int_equal(record_find(world->database, pack.people, PACK_CITY, STR("C"), &id), RC_MISSING);
        /* and in again */
        report = run(&pack, &mapping, second, false, false);
        expect_report(&report, 3, 1, 1, 1, 0);
}

/* Without a key the identity number tells people apart; when two records have it nothing does. */
static void case_matched_by_number(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Str sheet = STR("身份证号,姓名\n11010519491231002x,张三\n,无号\n11010519491231002X,李四\n");
        ImportMapping mapping = map(&pack, pack.people, sheet);
        assert_int_equal(mapping.match, table_field(pack.people, STR("身份证号")));
        ImportReport report = run(&pack, &mapping, sheet, false, true);
        expect_report(&report, 3, 2, 0, 0, 1);
        assert_str(report.faults[0].message, "和第 2 行重复了，请只留一行。");
        sheet = STR("身份证号,姓名\n11010519491231002X,张三丰\n");
        report = run(&pack, &mapping, sheet, false, false);
        expect_report(&report, 1, 0, 1, 0, 0);
        Record twin = pack_record(&pack, pack.people, "姓名", "同号", "身份证号", "11010519491231002X", NULL);
        pack_save(&pack, pack.people, &twin);
        report = run(&pack, &mapping, sheet, false, true);
        expect_report(&report, 1, 0, 0, 0, 1);
        size_t at;
        assert_true(str_find(report.faults[0].message, STR("不止一条"), &at) && report.faults[0].column == 1);
}

static void case_links(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Record classes[] = { pack_record(&pack, pack.classes, "_key", "C1", "名称", "一班", "类别", "创业培训", NULL),
                             pack_record(&pack, pack.classes, "_key", "C2", "名称", "重名班", "类别", "创业培训", NULL),
                             pack_record(&pack, pack.classes, "_key", "C3", "名称", "重名班", "类别", "创业培训", NULL) };
        for (int i = 0; i < 3; i++)
                pack_save(&pack, pack.classes, &classes[i]);
        Record person = pack_record(&pack, pack.people, "_key", "P1", "姓名", "张三", "身份证号", "11010519491231002X", NULL);
        pack_save(&pack, pack.people, &person);
        Str sheet = STR("编号,班级,学员本人,结业\nT1,C1,P1,是\nT2,一班,张三,否\nT3, 一班 "
                        ",11010519491231002X,有\nT4,重名班,P1,是\nT5,没有的班,P1,是\nT6,,,是\nT7,C3,P1,1.5\n"
                        "T8,C3,110105194912310021,是\n");
        ImportMapping mapping = map(&pack, pack.trainees, sheet);
        ImportReport report = run(&pack, &mapping, sheet, false, true);
        expect_report(&report, 8, 4, 0, 0, 4);
        size_t at;
        assert_true(report.faults[0].row == 5 && report.faults[0].column == 2 &&
                    str_find(report.faults[0].message, STR("不止一个叫这个名字，请改填编号"), &at));
        assert_true(report.faults[1].row == 6 && report.faults[1].column == 2 && str_find(report.faults[1].message, STR("班级里没有这一个"), &at));
        assert_true(report.faults[2].row == 8 && report.faults[2].column == 4);
        assert_true(report.faults[3].row == 9 && report.faults[3].column == 3 &&
                    str_find(report.faults[3].message, STR("校验码和前 17 位不符"), &at));
        const char *keys[] = { "T1", "T2", "T3" };
        for (int i = 0; i < 3; i++) {
                int64_t id;
                assert_int_equal(record_find(world->database, pack.trainees, PACK_CITY, str_from(keys[i]), &id), RC_OK);
                Record trainee = pack_load(&pack, pack.trainees, id);
                assert_true(trainee.cells[table_field(pack.trainees, STR("班级"))].integer == classes[0].id);
                assert_true(trainee.cells[table_field(pack.trainees, STR("学员本人"))].integer == person.id);
        }
}

/* ---- what mapping remembers and refuses ------------------------------------------------------------------------------- */

static void case_mapping(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Str sheet = STR("学号,名字,姓名,证件（号）,贷款金额（千元）\nA,甲,乙,,5\n"), why;
        ImportMapping mapping = map(&pack, pack.people, sheet);
        assert_true(mapping.columns[0].field == NONE && mapping.columns[1].field == NONE && mapping.columns[4].field == NONE);
        assert_int_equal(mapping.columns[2].field, table_field(pack.people, STR("姓名")));
        /* somebody says it otherwise, and it is remembered, also what is left out */
        mapping.columns[0].field = IMPORT_KEY;
        mapping.columns[1].field = mapping.columns[2].field;
        mapping.columns[2].field = NONE;
        mapping.match = IMPORT_KEY;
        ImportReport report = run(&pack, &mapping, sheet, false, false);
        expect_report(&report, 1, 1, 0, 0, 0);
        ImportMapping again = map(&pack, pack.people, sheet);
        assert_true(again.columns[0].field == IMPORT_KEY && again.columns[1].field == mapping.columns[1].field &&
                    again.columns[2].field == NONE);
        assert_true(again.columns[0].remembered && again.columns[2].remembered && !again.columns[3].remembered &&
                    again.match == IMPORT_KEY);
        /* the same field twice, a magnitude nobody reads */
        ImportOptions options = { .mapping = &again, .change = pack.change, .file_name = STR("a.csv") };
        again.columns[2].field = again.columns[1].field;
        assert_int_equal(import_run(world->database, pack.model, sheet, &options, world->arena, &report, &why), RC_INVALID);
        again.columns[2].field = NONE;
        again.columns[4].field = table_field(pack.people, STR("贷款金额"));
        assert_int_equal(import_run(world->database, pack.model, sheet, &options, world->arena, &report, &why), RC_INVALID);
        /* no headings; no sheet */
        assert_int_equal(import_map(world->database, pack.model, pack.people, PACK_CITY, STR("a,b\n1,2\n"), world->arena, &mapping, &why),
                         RC_INVALID);
        assert_int_equal(import_map(world->database, pack.model, pack.people, PACK_CITY, STR("PK\x03\x04"), world->arena, &mapping, &why),
                         RC_INVALID);
        assert_false(database_in_transaction(world->database));
        /* a sheet that ends badly leaves nothing */
        Str before = fingerprint(&pack), torn = STR("学号,名字,姓名\nB,甲,\nC,\"丙\n");
        again = map(&pack, pack.people, STR("学号,名字,姓名\n"));
        assert_int_equal(import_run(world->database, pack.model, torn, &options, world->arena, &report, &why), RC_INVALID);
        assert_true(str_equal(before, fingerprint(&pack)) && !database_in_transaction(world->database));
}

static void case_gb18030(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Str sheet = STR(GB18030_CSV);
        ImportMapping mapping = map(&pack, pack.people, sheet);
        ImportReport report = run(&pack, &mapping, sheet, false, false);
        expect_report(&report, 1, 1, 0, 0, 0);
        int64_t id;
        assert_int_equal(record_find(world->database, pack.people, PACK_CITY, STR("G1"), &id), RC_OK);
        Record person = pack_load(&pack, pack.people, id);
        assert_str(pack_text_of(&pack, pack.people, &person, "姓名"), "张三");
}

static void case_sheets(World *world) {
        Pack pack;
        pack_open(world, &pack);
        const BookPart parts[] = {
                book_root,
                { "xl/workbook.xml", STR("<workbook xmlns:r='r'><sheets><sheet name='说明' r:id='n'/><sheet name='任城' r:id='a'/><sheet "
                                         "name='兖州' r:id='b'/></sheets></workbook>") },
                { "xl/_rels/workbook.xml.rels", STR("<Relationships><Relationship Id='a' Type='/worksheet' Target='a.xml'/><Relationship "
                                                    "Id='b' Type='/worksheet' Target='b.xml'/>"
                                                    "<Relationship Id='n' Type='/worksheet' Target='n.xml'/></Relationships>") },
                { "xl/n.xml", STR("<worksheet><row>" TEXT_CELL("填写说明") "</row><row>" TEXT_CELL("一律填全称") "</row></worksheet>") },
                { "xl/a.xml", STR("<worksheet><row>" TEXT_CELL("编号") TEXT_CELL("姓名") "</row><row>" TEXT_CELL("A")
                                          TEXT_CELL("甲") "</row></worksheet>") },
                { "xl/b.xml", STR("<worksheet><row>" TEXT_CELL("编号") TEXT_CELL("姓名") "</row><row>" TEXT_CELL("B")
                                          TEXT_CELL("乙") "</row><row>" TEXT_CELL("A") TEXT_CELL("丙") "</row></worksheet>") },
        };
        Str book = book_zip(world->arena, parts, ARRAY_LENGTH(parts));
        ImportMapping mapping = map(&pack, pack.people, book);
        ImportReport report = run(&pack, &mapping, book, false, true);
        expect_report(&report, 3, 2, 0, 0, 1);
        assert_str(report.skipped, "说明");
        assert_str(report.faults[0].sheet, "兖州");
        assert_true(report.faults[0].row == 3 && report.faults[0].column == 1);
        assert_str(report.faults[0].message, "和工作表“任城”第 2 行重复了，请只留一行。");
}

/* ---- out and in again ------------------------------------------------------------------------------------------------ */

static void case_exported(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Arena *arena = world->arena;
        for (int i = 0; i < 450; i++) {
                char key[16];
                (void) snprintf(key, sizeof(key), "R%03d", i);
                Record person = pack_record(&pack, pack.people, "_key", key, "姓名", i == 7 ? "=1+1" : "张,\"三\"", "身份证号",
                                            i == 0 ? "11010519491231002X" : "", "区县", "任城区", "出生日期", "1990-01-01", "贷款金额",
                                            "1234.5元", "贴息利率", "3.1%", "在校", "是", NULL);
                person.key = str_copy(arena, person.key);
                pack_save(&pack, pack.people, &person);
        }
        RecordQuery query = { .city = PACK_CITY, .sort = table_field(pack.people, STR("姓名")) };
        const char *names[] = { "out.xlsx", "out.csv" };
        for (ExportKind kind = EXPORT_XLSX; kind <= EXPORT_CSV; kind++) {
                Str path = str_format(arena, "%.*s/%s", STR_ARG(world->folder), names[kind]);
                assert_int_equal(records_export(world->database, pack.model, pack.people, &query, kind, path.data, arena), RC_OK);
                Str bytes = folder_read(arena, world->folder, names[kind]);
                /* what came out goes in and changes nothing; only the masked number is refused */
                ImportMapping mapping = map(&pack, pack.people, bytes);
                assert_int_equal(mapping.column_count, pack.people->field_count + 1);
                ImportReport report = run(&pack, &mapping, bytes, false, true);
                expect_report(&report, 450, 0, 0, 449, 1);
                assert_str(report.faults[0].header, "身份证号");
                assert_str(report.faults[0].text, "110***********002X");
                if (kind == EXPORT_CSV) {
                        size_t at;
                        assert_true(str_starts(bytes, STR("\xef\xbb\xbf编号,")) && str_find(bytes, STR("R007,'=1+1,"), &at));
                        assert_true(str_find(bytes, STR(",贷款金额（元）,贴息利率,"), &at) && str_find(bytes, STR(",1990-01-01,1234.5,3.1%,是,"), &at));
                }
        }
        Filter few = { table_field(pack.people, STR("身份证号")), FILTER_UNKNOWN, cell_null() };
        query.filters = &few;
        query.filter_count = 1;
        assert_int_equal(records_export(world->database, pack.model, pack.people, &query, EXPORT_CSV, "/nowhere/x.csv", arena), RC_IO);
        assert_false(database_in_transaction(world->database));
}

static void case_template(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Str path = str_format(world->arena, "%.*s/empty.xlsx", STR_ARG(world->folder));
        assert_int_equal(import_template(pack.model, pack.people, path.data, world->arena), RC_OK);
        Str bytes = folder_read(world->arena, world->folder, "empty.xlsx");
        Grid *grid = grid_of(world->arena, bytes);
        assert_int_equal(grid->rows, 2);
        assert_str(grid->cells[0][1], "必填。文字");
        assert_str(grid->cells[0][2], "18 位身份证号");
        assert_str(grid->cells[0][4], "只填：任城区、兖州区、曲阜市");
        assert_str(grid->cells[0][6], "数字，0元 到 300000元");
        assert_str(grid->cells[1][0], "编号");
        ImportMapping mapping = map(&pack, pack.people, bytes);
        assert_true(mapping.header_row == 2 && mapping.column_count == pack.people->field_count + 1);
        for (uint32_t i = 1; i < mapping.column_count; i++)
                assert_int_equal(mapping.columns[i].field, i - 1);
        ImportReport report = run(&pack, &mapping, bytes, false, false);
        expect_report(&report, 0, 0, 0, 0, 0);
}

/* ---- rates ------------------------------------------------------------------------------------------------------------ */

#define MANY 100000

static Str identity_of(Arena *arena, int i) {
        char date[11];
        date_print(date_from_civil(1960, 1, 1) + i / 1000, date);
        Str number = str_format(arena, "999%03d%.4s%.2s%.2s%03d", i % 600, date, date + 5, date + 8, i % 1000);
        return str_format(arena, "%.*s%c", STR_ARG(number), identity_check(number.data));
}

/* Trainees of 500 classes and 2,000 people; every twentieth row has a mistake. */
static Str many_rows(Arena *arena, const char *path, bool people) {
        static const char *const counties[] = { "任城区", "兖州区", "曲阜市", "任成区" };
        SheetWriter *writer;
        assert_int_equal(sheet_writer_open(path, STR("名单"), &writer), RC_OK);
        Str headings[] = { STR("编号"), STR("姓名"), STR("身份证号"), STR("手机号"), STR("区县"), STR("出生日期"), STR("贷款金额（万元）"), STR("在校"), STR("备注") };
        Str links[] = { STR("编号"), STR("班级"), STR("学员本人"), STR("结业") };
        SheetCell cells[9];
        uint32_t columns = people ? 9 : 4;
        for (uint32_t i = 0; i < columns; i++)
                cells[i] = (SheetCell){ .kind = SHEET_TEXT, .text = people ? headings[i] : links[i] };
        sheet_writer_row(writer, cells, NULL, columns);
        Arena *row CLEAN(arena_cleanup) = arena_new(1u << 20);
        for (int i = 0; i < MANY; i++) {
                arena_reset(row);
                Str texts[] = { str_format(row, "K%06d", i),
                                str_format(row, "姓名%d", i),
                                identity_of(row, i),
                                str_format(row, "138%08d", i),
                                str_from(counties[i % 20 == 3 ? 3 : i % 3]),
                                STR("1990-05-06"),
                                str_format(row, "%d.5", i % 29),
                                STR("是"),
                                STR("济宁市任城区某某街道") };
                Str named[] = { texts[0], str_format(row, "班级%d", i % 500), str_format(row, "K%06d", i * 7 % 2000), STR("是") };
                for (uint32_t j = 0; j < columns; j++)
                        cells[j] =
                                (SheetCell){ .kind = people && j == 6 ? SHEET_NUMBER : SHEET_TEXT, .text = people ? texts[j] : named[j] };
                sheet_writer_row(writer, cells, NULL, columns);
        }
        assert_int_equal(sheet_writer_close(writer), RC_OK);
        Str bytes;
        assert_int_equal(file_read(arena, path, 64u << 20, &bytes), RC_OK);
        return bytes;
}

/* Of this process: a busy machine is no slow import. */
static double processor_seconds(void) {
        return (double) clock() / CLOCKS_PER_SEC;
}

static double seconds(int64_t from) {
        return (double) (clock_ns() - from) / 1e9;
}

static void case_rate(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Arena *arena = world->arena;
        Str path = str_format(arena, "%.*s/many.xlsx", STR_ARG(world->folder)),
            back = str_format(arena, "%.*s/back.xlsx", STR_ARG(world->folder));
        int64_t from = clock_ns();
        Str book = many_rows(arena, path.data, true);
        double written = seconds(from);
        from = clock_ns();
        ImportMapping mapping = map(&pack, pack.people, book);
        ImportReport report = run(&pack, &mapping, book, true, true);
        double looked = seconds(from), processor = processor_seconds();
        from = clock_ns();
        report = run(&pack, &mapping, book, false, true);
        double saved = seconds(from);
        expect_report(&report, MANY, MANY / 20 * 19, 0, 0, MANY / 20);
        from = clock_ns();
        assert_int_equal(import_return_sheet(book, &mapping, &report, true, back.data, arena), RC_OK);
        double returned = seconds(from);
        processor = processor_seconds() - processor;
        from = clock_ns();
        ImportReport same = run(&pack, &mapping, book, false, true);
        double unchanged = seconds(from);
        expect_report(&same, MANY, 0, 0, MANY / 20 * 19, MANY / 20);
        must_run(world->database, "UPDATE \"人\" SET \"在校\" = NULL", NULL, 0);
        from = clock_ns();
        same = run(&pack, &mapping, book, false, true);
        double updated = seconds(from);
        expect_report(&same, MANY, 0, MANY / 20 * 19, 0, MANY / 20);
        for (int i = 0; i < 500; i++) {
                char name[32];
                (void) snprintf(name, sizeof(name), "班级%d", i);
                Record class = pack_record(&pack, pack.classes, "名称", name, "类别", "创业培训", NULL);
                pack_save(&pack, pack.classes, &class);
        }
        Str links = many_rows(arena, path.data, false);
        mapping = map(&pack, pack.trainees, links);
        from = clock_ns();
        ImportReport linked = run(&pack, &mapping, links, false, true);
        double link_time = seconds(from);
        assert_true(linked.created > MANY / 2 && linked.created + linked.refused == MANY);
        from = clock_ns();
        UndoResult undone;
        assert_int_equal(record_undo(world->database, pack.model, &pack.change, linked.batch, NULL, &undone), RC_OK);
        assert_true(undone.deleted == linked.created);
        double undo_time = seconds(from);
        RecordQuery query = { .city = PACK_CITY, .sort = NONE };
        from = clock_ns();
        assert_int_equal(records_export(world->database, pack.model, pack.people, &query, EXPORT_CSV, path.data, arena), RC_OK);
        print_message("# %d rows: written %.2f s, looked through %.2f s, imported %.2f s, faults sent back %.2f s, again unchanged %.2f "
                      "s, again changed %.2f s, "
                      "with links %.2f s, undone %.2f s, exported %.2f s\n",
                      MANY, written, looked, saved, returned, unchanged, updated, link_time, undo_time, seconds(from));
        assert_true(processor < 10);
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "mistakes", case_mistakes, true, true },
                { "returned", case_returned, true, true },
                { "stopped", case_stopped, true, true },
                { "undone", case_undone, true, true },
                { "matched_by_number", case_matched_by_number, true, true },
                { "links", case_links, true, true },
                { "mapping", case_mapping, true, true },
                { "gb18030", case_gb18030, true, true },
                { "sheets", case_sheets, true, true },
                { "exported", case_exported, true, true },
                { "template", case_template, true, false },
                { NULL, NULL, false, false },
        };
        static const WorldCase rates[] = { { "rate", case_rate, true, true }, { NULL, NULL, false, false } };
        return argc > 1 && strcmp(argv[1], "rate") == 0 ? world_run(rates, argc - 1, argv + 1) : world_run(cases, argc, argv);
}
