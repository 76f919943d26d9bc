/* Compiles, migrates, makes records of texts. */
#include "pack.h"

#include <string.h>

const Str pack_text = STR_INIT(
        "# 测试\n\n```leye\n"
        "单位 场\n"
        "枚举 区县：任城区、兖州区、曲阜市\n"
        "枚举 类别：创业培训、技能培训\n"
        "实体 人，量词 人\n"
        "实体 班级，量词 场\n"
        "实体 学员，量词 人\n"
        "关系 班级.学员们：多个 学员，反向 班级\n"
        "关系 人.参训记录：多个 学员，反向 学员本人\n"
        "事实 人.姓名：文本，必填\n"
        "事实 人.身份证号：文本，校验 身份证号，敏感\n"
        "事实 人.手机号：文本，校验 手机号\n"
        "事实 人.区县：区县\n"
        "事实 人.出生日期：日期\n"
        "事实 人.贷款金额：金额，范围 0元 至 30万元\n"
        "事实 人.贴息利率：比率，范围 0% 至 20%\n"
        "事实 人.在校：真假\n"
        "事实 人.备注：文本\n"
        "事实 班级.名称：文本，必填\n"
        "事实 班级.类别：类别，必填\n"
        "事实 班级.开班日期：日期\n"
        "事实 学员.结业：真假\n"
        "```\n");

Model *pack_model(Arena *arena, Str text, Compiled *ret_compiled) {
        compile_clean(arena, text, ret_compiled);
        return model_new(&ret_compiled->program, arena);
}

uint32_t pack_migrate(World *world, const Model *model, bool destructive) {
        Migration migration;
        assert_int_equal(migration_plan(world->database, model, PACK_CITY, world->arena, &migration), RC_OK);
        Rc rc = migration_apply(world->database, model, &migration, destructive);
        if (rc != RC_OK)
                fail_msg("%s: %.*s", rc_name(rc), STR_ARG(database_message(world->database)));
        return migration.step_count;
}

void pack_open(World *world, Pack *ret_pack) {
        *ret_pack = (Pack){ .world = world, .change = { .city = PACK_CITY, .actor = STR("本机操作员"), .at = 1750000000 } };
        ret_pack->model = pack_model(world->arena, pack_text, &ret_pack->compiled);
        ret_pack->people = model_table(ret_pack->model, STR("人"));
        ret_pack->classes = model_table(ret_pack->model, STR("班级"));
        ret_pack->trainees = model_table(ret_pack->model, STR("学员"));
        assert_true(ret_pack->people && ret_pack->classes && ret_pack->trainees);
        assert_true(pack_migrate(world, ret_pack->model, false) > 0);
}

Record pack_record(const Pack *pack, const RecordTable *table, ...) {
        Arena *arena = pack->world->arena;
        Record record = { .key = { "", 0 }, .cells = ARENA_NEW(arena, Cell, table->field_count) };
        va_list list;
        va_start(list, table);
        for (const char *name = va_arg(list, const char *); name; name = va_arg(list, const char *)) {
                Str text = str_from(va_arg(list, const char *)), why = { 0 };
                int64_t id;
                if (strcmp(name, "_key") == 0) {
                        record.key = text;
                        continue;
                }
                uint32_t field = table_field(table, str_from(name));
                assert_true(field != NONE);
                if (table->fields[field].kind == FIELD_LINK) {
                        assert_true(str_to_int(text, &id));
                        record.cells[field] = cell_integer(id);
                } else if (!field_parse(pack->model->program, &table->fields[field], text, arena, &record.cells[field], &why))
                        fail_msg("%s: %.*s", name, STR_ARG(why));
        }
        va_end(list);
        return record;
}

void pack_save(const Pack *pack, const RecordTable *table, Record *record) {
        FieldFaults faults = { 0 };
        Rc rc = record_save(pack->world->database, pack->model, table, &pack->change, record, pack->world->arena, &faults);
        if (rc != RC_OK)
                fail_msg("%s: %.*s %.*s", rc_name(rc), STR_ARG(database_message(pack->world->database)),
                         STR_ARG(faults.count ? faults.items[0].message : STR("")));
}

Record pack_load(const Pack *pack, const RecordTable *table, int64_t id) {
        Record record;
        assert_int_equal(record_load(pack->world->database, pack->model, table, PACK_CITY, id, pack->world->arena, &record), RC_OK);
        return record;
}

Str pack_text_of(const Pack *pack, const RecordTable *table, const Record *record, const char *name) {
        uint32_t field = table_field(table, str_from(name));
        assert_true(field != NONE);
        Buffer out = buffer_new(1u << 16);
        field_print(pack->model->program, &table->fields[field], record->cells[field], false, &out);
        Str text = str_copy(pack->world->arena, buffer_str(&out));
        buffer_free(&out);
        return text;
}

int64_t pack_count(const Pack *pack, const char *sql) {
        return must_count(pack->world->database, sql);
}
