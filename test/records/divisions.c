/* Divisions: the table as it stands in cities/common, tables with faults, and loading twice on both databases. */
#include "pack.h"

#include "records/division.h"

#include <stdlib.h>
#include <string.h>

#define HEADER "code\tname\tlevel\tparent\tpseudo\n"
#define FILE_CAP ((size_t) 1 << 20)
#define JINING STR("370800")

static const Str small_text = STR_INIT(
        HEADER "370000\t山东省\tprovince\t\tno\n320000\t江苏省\tprovince\t\tno\n370800\t济宁市\tcity\t370000\tno\n370100\t济南市\tcity\t370000\tno\n"
               "370811\t任城区\tcounty\t370800\tno\n370871\t济宁高新技术产业开发区\tcounty\t370800\tyes\n370102\t历下区\tcounty\t370100\tno\n"
               "370811001\t古槐街道\tstreet\t370811\tno\n370102001\t解放路街道\tstreet\t370102\tno\n");
static const Str model_text = STR_INIT(
        "# 测试\n\n```leye\n枚举 级别：县级、市级\n枚举 区划级别：省级、地级、县级、乡级\n实体 区划，量词 个\n"
        "关系 区划.下级区划：多个 区划，反向 上级区划\n事实 区划.名称：文本，必填\n事实 区划.代码：文本，必填，校验 区划代码\n"
        "事实 区划.级别：区划级别，必填\n事实 区划.统计用：真假\n事实 区划.备注：文本\n```\n");

static Division *must_read(Arena *arena, Str text, uint32_t *ret_count) {
        Division *divisions;
        Str why = { 0 };
        if (division_read(text, arena, &divisions, ret_count, &why) != RC_OK)
                fail_msg("%.*s", STR_ARG(why));
        return divisions;
}

static void case_table(World *world) {
        const char *source = getenv("LEYE_SOURCE");
        Str path = str_format(world->arena, "%s/cities/common/divisions.tsv", source ? source : "."), text;
        uint32_t count, cities = 0, counties = 0, pseudo = 0;
        assert_int_equal(file_read(world->arena, path.data, FILE_CAP, &text), RC_OK);
        const Division *divisions = must_read(world->arena, text, &count);
        for (uint32_t i = 0; i < count; i++) {
                const Division *division = &divisions[i];
                assert_true(division->parent == NONE ? division->level == DIVISION_PROVINCE : division->parent < i);
                cities += division->level == DIVISION_CITY;
                counties += division->level == DIVISION_COUNTY && !division->pseudo;
                pseudo += division->level == DIVISION_COUNTY && division->pseudo;
        }
        assert_int_equal(cities, 4);
        assert_int_equal(counties, 11 + 7 + 12 + 12);        /* Jining, Huai'an, Jinan, Wenzhou: districts of their governments */
        assert_int_equal(pseudo, 3);                         /* 370871, 320871, 370176 */
}

static void case_faults(World *world) {
        static const struct { const char *rows, *says; } cases[] = {
                { "37000\t山东省\tprovince\t\tno\n", "第 2 行“37000”" },
                { "970000\t\tprovince\t\tno\n", "name" },
                { "370000\t山东省\tstate\t\tno\n", "level" },
                { "370000\t山东省\tprovince\t\tmaybe\n", "pseudo" },
                { "370800\t济宁市\tcity\t\tno\n", "上级" },
                { "370800\t济宁市\tcity\t370000\tno\n", "写在前面" },
                { "370000\t山东省\tprovince\t370000\tno\n", "省没有上级" },
                { "370000\t山东省\tprovince\t\tno\n370100\t济南市\tcity\t370000\tno\n370800\t济宁市\tcity\t370100\tno\n", "第 4 行" },
                { "370000\t山东省\tprovince\t\tno\n370000\t山东省\tprovince\t\tno\n", "已经有了" },
                { "370000\t山东省\tprovince\t\n", "有 4 格" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                Division *divisions;
                uint32_t count;
                Str why = { 0 };
                size_t at;
                Str text = str_format(world->arena, HEADER "%s", cases[i].rows);
                assert_int_equal(division_read(text, world->arena, &divisions, &count, &why), RC_INVALID);
                if (!str_find(why, str_from(cases[i].says), &at))
                        fail_msg("%zu: %.*s", i, STR_ARG(why));
        }
}

typedef struct Divided {
        Compiled compiled;
        Model   *model;
        Change   change;
} Divided;

static void open_divided(World *world, Divided *divided) {
        *divided = (Divided){ .change = { .city = PACK_CITY, .actor = STR("本机操作员"), .at = 1750000000, .reason = STR("装入区划") } };
        divided->model = pack_model(world->arena, model_text, &divided->compiled);
        assert_true(pack_migrate(world, divided->model, false) > 0);
}

static DivisionResult must_load(World *world, const Divided *divided, Str text) {
        uint32_t count;
        DivisionResult result;
        const Division *divisions = must_read(world->arena, text, &count);
        Rc rc = division_load(world->database, divided->model, &divided->change, JINING, divisions, count, &result);
        if (rc != RC_OK)
                fail_msg("%s: %.*s", rc_name(rc), STR_ARG(database_message(world->database)));
        return result;
}

static void case_load(World *world) {
        Divided divided;
        open_divided(world, &divided);
        DivisionResult result = must_load(world, &divided, small_text);
        assert_int_equal(result.created, 5);                 /* the province, the city, two counties, a street: nothing of Jinan */
        assert_int_equal(must_count(world->database, "SELECT count(*) FROM \"区划\" WHERE \"代码\" LIKE '3701%' OR \"代码\" LIKE '32%'"), 0);
        assert_int_equal(must_count(world->database, "SELECT count(*) FROM \"区划\" a JOIN \"区划\" b ON a.\"上级区划\" = b._id "
                                                     "WHERE (a._key = '370811001' AND b._key = '370811' AND a.\"级别\" = 3) OR "
                                                     "(a._key = '370811' AND b._key = '370800' AND a.\"级别\" = 2) OR "
                                                     "(a._key = '370800' AND b._key = '370000' AND a.\"级别\" = 1)"), 3);
        const RecordTable *table = model_table(divided.model, STR("区划"));
        int64_t id;
        Record record;
        assert_int_equal(record_find(world->database, table, PACK_CITY, STR("370871"), &id), RC_OK);
        assert_int_equal(record_load(world->database, divided.model, table, PACK_CITY, id, world->arena, &record), RC_OK);
        assert_int_equal(record.cells[table_field(table, STR("统计用"))].integer, 1);

        /* again: nothing happens, not even a batch */
        result = must_load(world, &divided, small_text);
        assert_int_equal(result.created + result.updated, 0);
        assert_int_equal(result.unchanged, 5);
        assert_int_equal(must_count(world->database, "SELECT count(*) FROM leye_batch"), 1);
}

static Str with(World *world, const char *change, const char *into) {
        size_t at;
        assert_true(str_find(small_text, str_from(change), &at));
        return str_format(world->arena, "%.*s%s%s", (int) at, small_text.data, into, small_text.data + at + strlen(change));
}

/* A newer release: a new name, a new street; what somebody wrote beside it stays. */
static void case_newer(World *world) {
        Divided divided;
        FieldFaults faults = { 0 };
        Record record;
        int64_t id;
        open_divided(world, &divided);
        (void) must_load(world, &divided, small_text);
        const RecordTable *table = model_table(divided.model, STR("区划"));
        uint32_t note = table_field(table, STR("备注")), name = table_field(table, STR("名称"));
        assert_int_equal(record_find(world->database, table, PACK_CITY, STR("370811001"), &id), RC_OK);
        assert_int_equal(record_load(world->database, divided.model, table, PACK_CITY, id, world->arena, &record), RC_OK);
        record.cells[note] = cell_text(STR("老城"));
        assert_int_equal(record_save(world->database, divided.model, table, &divided.change, &record, world->arena, &faults), RC_OK);

        Str newer = with(world, "370811001\t古槐街道\tstreet\t370811\tno\n",
                         "370811001\t古槐新街道\tstreet\t370811\tno\n370811002\t济阳街道\tstreet\t370811\tno\n");
        DivisionResult result = must_load(world, &divided, newer);
        assert_int_equal(result.created, 1);
        assert_int_equal(result.updated, 1);
        assert_int_equal(result.unchanged, 4);
        assert_int_equal(record_load(world->database, divided.model, table, PACK_CITY, id, world->arena, &record), RC_OK);
        assert_str(record.cells[name].text, "古槐新街道");
        assert_str(record.cells[note].text, "老城");
        assert_int_equal(must_count(world->database, "SELECT count(*) FROM leye_batch WHERE created = 1 AND updated = 1"), 1);
}

static void case_none(World *world) {
        Divided divided;
        Compiled compiled;
        DivisionResult result;
        uint32_t count;
        const Division *divisions = must_read(world->arena, small_text, &count);
        open_divided(world, &divided);
        const Change *change = &divided.change;
        assert_int_equal(division_load(world->database, divided.model, change, STR("330300"), divisions, count, &result), RC_MISSING);
        const Model *other = pack_model(world->arena, pack_text, &compiled);
        assert_int_equal(division_load(world->database, other, &divided.change, JINING, divisions, count, &result), RC_MISSING);
        assert_false(database_in_transaction(world->database));
        assert_int_equal(must_count(world->database, "SELECT count(*) FROM \"区划\""), 0);
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "table", case_table, true, false }, { "faults", case_faults, true, false }, { "load", case_load, true, true },
                { "newer", case_newer, true, true },  { "none", case_none, true, false },     { NULL, NULL, false, false },
        };
        return world_run(cases, argc, argv);
}
