/* What records promise, on both databases: save, conflict, history, undo, lists, migration. */
#include "pack.h"

#include "records/record_inside.h"

#include <string.h>

static Rc save(const Pack *pack, const RecordTable *table, Record *record, FieldFaults *faults) {
        return record_save(pack->world->database, pack->model, table, &pack->change, record, pack->world->arena, faults);
}

/* ---- one row ---------------------------------------------------------------------------------------------------- */

static void case_save(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Record person = pack_record(&pack, pack.people, "_key", "R1", "姓名", "张三", "身份证号", "11010519491231002x", "区县", "兖州区", "出生日期",
                                    "1949/12/31", "贷款金额", "1.5万", "贴息利率", "3.1%", "在校", "否", NULL);
        pack_save(&pack, pack.people, &person);
        assert_true(person.id > 0);
        Record back = pack_load(&pack, pack.people, person.id);
        assert_int_equal(back.version, 1);
        assert_str(back.key, "R1");
        assert_str(pack_text_of(&pack, pack.people, &back, "姓名"), "张三");
        assert_str(pack_text_of(&pack, pack.people, &back, "身份证号"), "11010519491231002X");
        assert_str(pack_text_of(&pack, pack.people, &back, "区县"), "兖州区");
        assert_str(pack_text_of(&pack, pack.people, &back, "贷款金额"), "15000元");
        assert_str(pack_text_of(&pack, pack.people, &back, "贴息利率"), "3.1%");
        assert_str(pack_text_of(&pack, pack.people, &back, "在校"), "否");
        assert_str(pack_text_of(&pack, pack.people, &back, "备注"), "");
        int64_t id;
        assert_int_equal(record_find(world->database, pack.people, PACK_CITY, STR("R1"), &id), RC_OK);
        assert_true(id == person.id);
        assert_int_equal(record_find(world->database, pack.people, STR("jinan"), STR("R1"), &id), RC_MISSING);

        /* a link shows the partner's title */
        Record class = pack_record(&pack, pack.classes, "名称", "SYB 第一期", "类别", "创业培训", NULL);
        pack_save(&pack, pack.classes, &class);
        char number[32];
        (void) snprintf(number, sizeof(number), "%lld", (long long) class.id);
        Record trainee = pack_record(&pack, pack.trainees, "班级", number, "结业", "是", NULL);
        pack_save(&pack, pack.trainees, &trainee);
        back = pack_load(&pack, pack.trainees, trainee.id);
        assert_str(back.labels[table_field(pack.trainees, STR("班级"))], "SYB 第一期");
        assert_int_equal(back.key.length, 0);

        /* named by another: not deleted; then free */
        assert_int_equal(record_delete(world->database, pack.model, pack.classes, &pack.change, class.id, 1), RC_INVALID);
        assert_int_equal(record_delete(world->database, pack.model, pack.trainees, &pack.change, trainee.id, 2), RC_CONFLICT);
        assert_int_equal(record_delete(world->database, pack.model, pack.trainees, &pack.change, trainee.id, 1), RC_OK);
        assert_int_equal(record_delete(world->database, pack.model, pack.classes, &pack.change, class.id, 1), RC_OK);
        assert_int_equal(record_load(world->database, pack.model, pack.classes, PACK_CITY, class.id, world->arena, &back), RC_MISSING);
        assert_int_equal(record_delete(world->database, pack.model, pack.classes, &pack.change, class.id, 1), RC_MISSING);
}

static void case_refused(World *world) {
        Pack pack;
        pack_open(world, &pack);
        FieldFaults faults = { 0 };
        Record nameless = pack_record(&pack, pack.people, "备注", "x", NULL);
        nameless.cells[table_field(pack.people, STR("贷款金额"))] = cell_integer(30000001);
        nameless.cells[table_field(pack.people, STR("手机号"))] = cell_text(STR("123"));
        assert_int_equal(save(&pack, pack.people, &nameless, &faults), RC_INVALID);
        assert_int_equal(faults.count, 3);
        assert_str(faults.items[0].message, "“姓名”要填。");
        assert_str(faults.items[1].message, "手机号应是 11 位，这里有 3 位，请核对是否漏了。");
        assert_str(faults.items[2].message, "“贷款金额”应在 0元 到 300000元 之间。");
        assert_true(pack_count(&pack, "SELECT count(*) FROM \"人\"") == 0);
        Record first = pack_record(&pack, pack.people, "_key", "R1", "姓名", "甲", NULL), second = first;
        pack_save(&pack, pack.people, &first);
        faults = (FieldFaults){ 0 };
        second.id = 0;
        assert_int_equal(save(&pack, pack.people, &second, &faults), RC_CONFLICT);
        assert_int_equal(faults.count, 1);
        assert_int_equal(faults.items[0].field, NONE);
        assert_false(database_in_transaction(world->database));
        assert_true(pack_count(&pack, "SELECT count(*) FROM \"人\"") == 1);
        assert_true(pack_count(&pack, "SELECT count(*) FROM leye_history") == 1);
}

static void case_conflict(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Record person = pack_record(&pack, pack.people, "_key", "R1", "姓名", "张三", "区县", "任城区", NULL);
        pack_save(&pack, pack.people, &person);
        Record mine = pack_load(&pack, pack.people, person.id), other = pack_load(&pack, pack.people, person.id);
        uint32_t note = table_field(pack.people, STR("备注"));
        mine.cells[note] = cell_text(STR("我的"));
        other.cells[note] = cell_text(STR("别人的"));
        pack_save(&pack, pack.people, &mine);
        FieldFaults faults = { 0 };
        assert_int_equal(save(&pack, pack.people, &other, &faults), RC_CONFLICT);
        assert_int_equal(faults.count, 0);
        Record now = pack_load(&pack, pack.people, person.id);
        assert_int_equal(now.version, 2);
        assert_str(now.cells[note].text, "我的");
        /* nothing differs: nothing is written */
        pack_save(&pack, pack.people, &now);
        assert_int_equal(pack_load(&pack, pack.people, person.id).version, 2);
        /* gone in the meantime */
        assert_int_equal(record_delete(world->database, pack.model, pack.people, &pack.change, person.id, 2), RC_OK);
        now.cells[note] = cell_text(STR("晚了"));
        assert_int_equal(save(&pack, pack.people, &now, &faults), RC_CONFLICT);
        assert_false(database_in_transaction(world->database));
}

static void case_history(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Record person = pack_record(&pack, pack.people, "_key", "R1", "姓名", "张三", "区县", "任城区", "出生日期", "1990-01-01", NULL);
        pack_save(&pack, pack.people, &person);
        Record now = pack_load(&pack, pack.people, person.id);
        now.key = STR("R2");
        now.cells[table_field(pack.people, STR("区县"))] = cell_integer(2);
        now.cells[table_field(pack.people, STR("出生日期"))] = cell_null();
        now.cells[table_field(pack.people, STR("在校"))] = cell_integer(1);
        pack.change.reason = STR("本人更正");
        pack_save(&pack, pack.people, &now);
        assert_int_equal(record_delete(world->database, pack.model, pack.people, &pack.change, person.id, 2), RC_OK);
        HistoryLine *lines;
        uint32_t count;
        assert_int_equal(record_history(world->database, pack.people, PACK_CITY, person.id, world->arena, &lines, &count), RC_OK);
        assert_int_equal(count, 3);
        assert_str(lines[0].action, "deleted");
        assert_str(lines[0].cells, "{\"_key\":\"R2\",\"姓名\":\"张三\",\"区县\":\"曲阜市\",\"在校\":true}");
        assert_str(lines[1].action, "changed");
        assert_str(lines[1].reason, "本人更正");
        assert_str(lines[1].cells, "{\"_key\":\"R1\",\"区县\":\"任城区\",\"出生日期\":\"1990-01-01\",\"在校\":null}");
        assert_str(lines[2].action, "created");
        assert_str(lines[2].actor, "本机操作员");
        assert_true(lines[2].at == 1750000000 && lines[2].version == 1);
}

/* ---- lists -------------------------------------------------------------------------------------------------------- */

#define LISTED 23

/* Twenty-three people; every third has no birthday, some share one. */
static void fill_people(Pack *pack) {
        for (int i = 0; i < LISTED; i++) {
                char key[16], name[16], date[16];
                (void) snprintf(key, sizeof(key), "R%02d", i);
                (void) snprintf(name, sizeof(name), "甲%02d", i);
                (void) snprintf(date, sizeof(date), "199%d-01-01", i * 7 % 5);
                Record person = i % 3 ? pack_record(pack, pack->people, "_key", key, "姓名", name, "出生日期", date, "贷款金额", "1万", NULL)
                                      : pack_record(pack, pack->people, "_key", key, "姓名", name, "区县", i % 2 ? "任城区" : "曲阜市", NULL);
                pack_save(pack, pack->people, &person);
        }
}

/* All pages in pieces of `limit` are one list without gaps, in the order of one big page. */
static void expect_pages(const Pack *pack, RecordQuery query, uint32_t limit, int64_t total) {
        RecordPage whole, page = { .more = true };
        uint32_t seen = 0;
        query.limit = 200;
        assert_int_equal(record_list(pack->world->database, pack->model, pack->people, &query, pack->world->arena, &whole), RC_OK);
        assert_int_equal(whole.count, total);
        assert_true(whole.total == total && !whole.more);
        for (query.limit = limit; page.more; query.after_id = page.records[page.count - 1].id) {
                assert_int_equal(record_list(pack->world->database, pack->model, pack->people, &query, pack->world->arena, &page), RC_OK);
                assert_true(page.count > 0 && page.count <= limit && page.total == total);
                for (uint32_t i = 0; i < page.count; i++)
                        assert_true(page.records[i].id == whole.records[seen++].id);
                assert_int_equal(page.more, seen < total);
        }
        assert_int_equal(seen, total);
        /* known values first, in order; then the rest */
        uint32_t sort = query.sort == NONE ? pack->people->day : query.sort;
        for (uint32_t i = 1; i < whole.count; i++) {
                Cell before = whole.records[i - 1].cells[sort], now = whole.records[i].cells[sort];
                assert_false(before.kind == CELL_NULL && now.kind != CELL_NULL);
                if (before.kind == CELL_INTEGER && now.kind == CELL_INTEGER)
                        assert_true(query.descending || query.sort == NONE ? before.integer >= now.integer : before.integer <= now.integer);
                if (before.kind == CELL_TEXT && now.kind == CELL_TEXT)
                        assert_true((str_compare(before.text, now.text) <= 0) != query.descending);
        }
}

static void case_list(World *world) {
        Pack pack;
        pack_open(world, &pack);
        RecordPage page;
        RecordQuery query = { .city = PACK_CITY, .sort = NONE };
        assert_int_equal(record_list(world->database, pack.model, pack.people, &query, world->arena, &page), RC_OK);
        assert_true(page.count == 0 && page.total == 0 && !page.more);
        fill_people(&pack);
        uint32_t birth = table_field(pack.people, STR("出生日期")), name = table_field(pack.people, STR("姓名"));
        uint32_t county = table_field(pack.people, STR("区县")), loan = table_field(pack.people, STR("贷款金额"));
        for (uint32_t limit = 1; limit <= 8; limit++)
                for (int down = 0; down <= 1; down++) {
                        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = NONE }, limit, LISTED);
                        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = birth, .descending = down }, limit, LISTED);
                        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = name, .descending = down }, limit, LISTED);
                        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = loan, .descending = down }, limit, LISTED);
                        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = county, .descending = down }, limit, LISTED);
                }
        Filter filters[] = { { county, FILTER_EQUAL, cell_integer(2) }, { birth, FILTER_UNKNOWN, cell_null() } };
        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = NONE, .filters = filters, .filter_count = 2 }, 2, 4);
        Filter range[] = { { birth, FILTER_FROM, cell_integer(date_from_civil(1991, 1, 1)) },
                           { birth, FILTER_TO, cell_integer(date_from_civil(1992, 12, 31)) } };
        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = birth, .filters = range, .filter_count = 2 }, 3, 5);
        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = NONE, .search = STR("R1") }, 3, 10);
        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = NONE, .search = STR("甲0") }, 3, 10);
        query.search = STR("R1'; DROP TABLE \"人\"; --");
        assert_int_equal(record_list(world->database, pack.model, pack.people, &query, world->arena, &page), RC_OK);
        assert_true(page.count == 0);
        query = (RecordQuery){ .city = STR("jinan"), .sort = NONE };
        assert_int_equal(record_list(world->database, pack.model, pack.people, &query, world->arena, &page), RC_OK);
        assert_true(page.count == 0 && page.total == 0);
        int64_t ids[2] = { 0, 0 };
        assert_int_equal(record_find(world->database, pack.people, PACK_CITY, STR("R05"), &ids[0]), RC_OK);
        assert_int_equal(record_find(world->database, pack.people, PACK_CITY, STR("R06"), &ids[1]), RC_OK);
        expect_pages(&pack, (RecordQuery){ .city = PACK_CITY, .sort = NONE, .ids = ids, .id_count = 2 }, 1, 2);
        query = (RecordQuery){ .city = PACK_CITY, .sort = NONE, .ids = ids, .id_count = 0 };
        assert_int_equal(record_list(world->database, pack.model, pack.people, &query, world->arena, &page), RC_OK);
        assert_true(page.count == 0);
        /* a table without a date: newest first is by id */
        for (int i = 0; i < 5; i++) {
                Record trainee = pack_record(&pack, pack.trainees, "结业", "是", NULL);
                pack_save(&pack, pack.trainees, &trainee);
        }
        query = (RecordQuery){ .city = PACK_CITY, .sort = NONE, .limit = 2 };
        int64_t last = INT64_MAX;
        uint32_t seen = 0;
        do {
                assert_int_equal(record_list(world->database, pack.model, pack.trainees, &query, world->arena, &page), RC_OK);
                for (uint32_t i = 0; i < page.count; i++, seen++) {
                        assert_true(page.records[i].id < last);
                        last = page.records[i].id;
                }
                query.after_id = last;
        } while (page.more);
        assert_int_equal(seen, 5);
}

/* ---- batches ------------------------------------------------------------------------------------------------------- */

static void open_batch(const Pack *pack, int64_t batch) {
        Cell cells[] = { cell_text(PACK_CITY), cell_integer(batch) };
        must_run(pack->world->database,
                 "INSERT INTO leye_batch (_city, _id, entity, file_name, at, actor, created, updated, refused) VALUES ($1, $2, '人', "
                 "'a.xlsx', 1, 'x', 0, 0, 0)",
                 cells, 2);
}

static void case_undo(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Record old = pack_record(&pack, pack.people, "_key", "OLD", "姓名", "老张", "区县", "任城区", "贴息利率", "3.1%", NULL);
        Record edited = pack_record(&pack, pack.people, "_key", "EDIT", "姓名", "老李", NULL);
        pack_save(&pack, pack.people, &old);
        pack_save(&pack, pack.people, &edited);
        int64_t batch = record_new_ids(1);
        open_batch(&pack, batch);
        pack.change.batch = batch;
        /* the batch makes five rows and changes two */
        Record rows[5];
        uint32_t failed;
        for (int i = 0; i < 5; i++) {
                char key[16];
                (void) snprintf(key, sizeof(key), "N%d", i);
                rows[i] = pack_record(&pack, pack.people, "_key", key, "姓名", "新", NULL);
                rows[i].key = str_copy(world->arena, rows[i].key);
                rows[i].id = record_new_ids(1);
        }
        assert_int_equal(database_begin(world->database, true), RC_OK);
        assert_int_equal(record_insert_many(world->database, pack.people, &pack.change, rows, 5, &failed), RC_OK);
        assert_int_equal(database_commit(world->database), RC_OK);
        Record now = pack_load(&pack, pack.people, old.id);
        now.key = STR("OLD2");
        now.cells[table_field(pack.people, STR("区县"))] = cell_null();
        now.cells[table_field(pack.people, STR("贴息利率"))] = cell_null();
        now.cells[table_field(pack.people, STR("备注"))] = cell_text(STR("批量改的"));
        pack_save(&pack, pack.people, &now);
        now = pack_load(&pack, pack.people, edited.id);
        now.cells[table_field(pack.people, STR("备注"))] = cell_text(STR("批量改的"));
        pack_save(&pack, pack.people, &now);
        /* since then: one new row edited, one named by a trainee, one changed row edited */
        pack.change.batch = 0;
        now = pack_load(&pack, pack.people, rows[0].id);
        assert_true(now.batch == batch);
        now.cells[table_field(pack.people, STR("备注"))] = cell_text(STR("手改"));
        pack_save(&pack, pack.people, &now);
        char number[32];
        (void) snprintf(number, sizeof(number), "%lld", (long long) rows[1].id);
        Record trainee = pack_record(&pack, pack.trainees, "学员本人", number, NULL);
        pack_save(&pack, pack.trainees, &trainee);
        now = pack_load(&pack, pack.people, edited.id);
        now.cells[table_field(pack.people, STR("备注"))] = cell_text(STR("手改"));
        pack_save(&pack, pack.people, &now);

        UndoResult result;
        Change change = pack.change;
        assert_int_equal(record_undo(world->database, pack.model, &change, batch, NULL, &result), RC_OK);
        assert_true(result.deleted == 3 && result.restored == 1 && result.kept == 3);
        now = pack_load(&pack, pack.people, old.id);
        assert_str(now.key, "OLD");
        assert_str(pack_text_of(&pack, pack.people, &now, "区县"), "任城区");
        assert_str(pack_text_of(&pack, pack.people, &now, "贴息利率"), "3.1%");
        assert_str(pack_text_of(&pack, pack.people, &now, "备注"), "");
        now = pack_load(&pack, pack.people, edited.id);
        assert_str(pack_text_of(&pack, pack.people, &now, "备注"), "手改");
        assert_true(pack_count(&pack, "SELECT count(*) FROM \"人\"") == 4);
        assert_int_equal(record_undo(world->database, pack.model, &change, batch, NULL, &result), RC_CONFLICT);
        assert_int_equal(record_undo(world->database, pack.model, &change, batch + 1, NULL, &result), RC_MISSING);
        assert_false(database_in_transaction(world->database));
}

/* ---- migration ------------------------------------------------------------------------------------------------------ */

static Str replaced(Arena *arena, Str text, const char *what, const char *with) {
        size_t at;
        assert_true(str_find(text, str_from(what), &at));
        return str_format(arena, "%.*s%s%.*s", (int) at, text.data, with, (int) (text.length - at - strlen(what)),
                          text.data + at + strlen(what));
}

static void case_migrate(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Arena *arena = world->arena;
        assert_int_equal(pack_migrate(world, pack.model, false), 0);
        Record person = pack_record(&pack, pack.people, "_key", "R1", "姓名", "张三", "区县", "兖州区", "贷款金额", "1.5万", "贴息利率",
                                    "3.1%", "备注", "记", NULL);
        Record other = pack_record(&pack, pack.people, "_key", "R2", "姓名", "李四", "区县", "任城区", NULL);
        pack_save(&pack, pack.people, &person);
        pack_save(&pack, pack.people, &other);

        /* a column, a table, an order of codes, a member more: nothing is lost */
        Str text = replaced(arena, pack_text, "枚举 区县：任城区、兖州区、曲阜市", "枚举 区县：曲阜市、兖州区、邹城市、任城区");
        text = replaced(arena, text, "事实 人.备注：文本\n", "事实 人.备注：文本\n事实 人.民族：文本，校验 区划代码\n实体 机构，量词 人\n事实 机构.名称：文本\n");
        Compiled compiled;
        pack.model = pack_model(arena, text, &compiled);
        Migration migration;
        assert_int_equal(migration_plan(world->database, pack.model, PACK_CITY, arena, &migration), RC_OK);
        assert_int_equal(migration.destructive_count, 0);
        Buffer out = buffer_new(1u << 16);
        migration_print(&migration, &out);
        size_t at;
        assert_true(str_find(buffer_str(&out), STR("+ 新建表「机构」"), &at) && str_find(buffer_str(&out), STR("+ 「人」加一列“民族”"), &at));
        assert_true(str_find(buffer_str(&out), STR("重新编号"), &at));
        buffer_free(&out);
        assert_true(pack_migrate(world, pack.model, false) > 0);
        assert_int_equal(pack_migrate(world, pack.model, false), 0);
        pack.people = model_table(pack.model, STR("人"));
        Record now = pack_load(&pack, pack.people, person.id);
        assert_str(pack_text_of(&pack, pack.people, &now, "区县"), "兖州区");
        assert_str(pack_text_of(&pack, pack.people, &now, "贷款金额"), "15000元");
        now = pack_load(&pack, pack.people, other.id);
        assert_str(pack_text_of(&pack, pack.people, &now, "区县"), "任城区");

        /* destructive: a member that is used, a column with values, a table; refused without the flag */
        text = replaced(arena, pack_text, "任城区、兖州区、曲阜市", "任城区、曲阜市");
        text = replaced(arena, text, "事实 人.备注：文本\n", "");
        text = replaced(arena, text, "事实 人.贷款金额：金额，范围 0元 至 30万元", "事实 人.贷款金额：文本");
        const Model *wanted = pack_model(arena, text, &compiled);
        assert_int_equal(migration_plan(world->database, wanted, PACK_CITY, arena, &migration), RC_OK);
        assert_int_equal(migration.destructive_count, 3);
        for (uint32_t i = 0; i < migration.step_count; i++)
                assert_true(!migration.steps[i].destructive || migration.steps[i].rows == 1);
        assert_int_equal(migration_apply(world->database, wanted, &migration, false), RC_DENIED);
        now = pack_load(&pack, pack.people, person.id);
        assert_str(pack_text_of(&pack, pack.people, &now, "备注"), "记");
        assert_int_equal(migration_apply(world->database, wanted, &migration, true), RC_OK);
        pack.model = pack_model(arena, text, &compiled);
        pack.people = model_table(pack.model, STR("人"));
        now = pack_load(&pack, pack.people, person.id);
        assert_str(pack_text_of(&pack, pack.people, &now, "区县"), "");
        assert_str(pack_text_of(&pack, pack.people, &now, "贷款金额"), "");
        now = pack_load(&pack, pack.people, other.id);
        assert_str(pack_text_of(&pack, pack.people, &now, "区县"), "任城区");
        assert_int_equal(pack_migrate(world, pack.model, false), 0);
}

/* A number's scale: 3.1% at scale 4, then finer, then as before. */
static void case_rescale(World *world) {
        Pack pack;
        pack_open(world, &pack);
        uint32_t rate = table_field(pack.people, STR("贴息利率"));
        Record person = pack_record(&pack, pack.people, "_key", "R1", "姓名", "张三", "贴息利率", "3.1%", NULL);
        pack_save(&pack, pack.people, &person);
        int64_t cell = pack_load(&pack, pack.people, person.id).cells[rate].integer;
        RecordField *field = &pack.model->tables[pack.model->table_of[pack.people->entity]].fields[rate];
        field->type.scale = (uint8_t) (field->type.scale + 2);
        assert_int_equal(pack_migrate(world, pack.model, false), 1);
        assert_true(pack_load(&pack, pack.people, person.id).cells[rate].integer == cell * 100);
        must_run(world->database, "UPDATE \"人\" SET \"贴息利率\" = \"贴息利率\" + 1", NULL, 0);
        field->type.scale = (uint8_t) (field->type.scale - 2);
        Migration migration;
        assert_int_equal(migration_plan(world->database, pack.model, PACK_CITY, world->arena, &migration), RC_OK);
        assert_true(migration.step_count == 1 && migration.destructive_count == 1 && migration.steps[0].rows == 1);
        assert_int_equal(migration_apply(world->database, pack.model, &migration, true), RC_OK);
        assert_true(pack_load(&pack, pack.people, person.id).cells[rate].integer == cell);
}

/* A step that fails takes the others with it. */
static void case_migration_fails(World *world) {
        Pack pack;
        pack_open(world, &pack);
        Record person = pack_record(&pack, pack.people, "_key", "R1", "姓名", "张三", "备注", "记", NULL);
        pack_save(&pack, pack.people, &person);
        Compiled compiled;
        Str text = replaced(world->arena, pack_text, "事实 人.备注：文本\n", "事实 人.民族：文本\n");
        const Model *wanted = pack_model(world->arena, text, &compiled);
        Migration migration;
        assert_int_equal(migration_plan(world->database, wanted, PACK_CITY, world->arena, &migration), RC_OK);
        assert_true(migration.step_count >= 2);
        migration.steps[migration.step_count - 1].sql = STR("ALTER TABLE nowhere ADD COLUMN x BIGINT");
        assert_int_equal(migration_apply(world->database, wanted, &migration, true), RC_IO);
        assert_false(database_in_transaction(world->database));
        Record now = pack_load(&pack, pack.people, person.id);
        assert_str(pack_text_of(&pack, pack.people, &now, "备注"), "记");
        assert_int_equal(pack_migrate(world, pack.model, false), 0);
}

/* Ids never meet. */
static void case_ids(World *world) {
        (void) world;
        int64_t last = 0;
        for (uint32_t i = 1; i < 2000; i++) {
                int64_t first = record_new_ids(i % 7 + 1);
                assert_true(first > last);
                last = first + i % 7;
        }
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "save", case_save, true, true },
                { "refused", case_refused, true, true },
                { "conflict", case_conflict, true, true },
                { "history", case_history, true, true },
                { "list", case_list, true, true },
                { "undo", case_undo, true, true },
                { "migrate", case_migrate, true, true },
                { "rescale", case_rescale, true, true },
                { "migration_fails", case_migration_fails, true, true },
                { "ids", case_ids, true, false },
                { NULL, NULL, false, false },
        };
        return world_run(cases, argc, argv);
}
