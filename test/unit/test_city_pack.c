/* Packs: files in name order, imports once, what is missing or too much, the overlay, the hash, clauses, coverage. */
#include "unit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "city/coverage.h"
#include "support/packs.h"

#define PEOPLE "实体 人，量词 人\n事实 人.年龄：岁，问“您几岁？”"
#define POLICY "政策 补贴\n  对象：人\n  条件：\n    - 年龄 不少于 16岁\n待遇 补贴：一次性\n  金额：标准"

static void assert_contains(Str text, const char *part) {
        size_t at;
        if (str_find(text, str_from(part), &at))
                return;
        print_error("\"%s\" is not in \"%.*s\"\n", part, STR_ARG(text));
        fail();
}

static void files_come_in_name_order(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write(&packs, "city", "20.md", STR("# 第二条\n\n```leye\n" POLICY "\n```\n"));
        packs_write(&packs, "city", "10.md", STR("# 第一条\n\n```leye\n" PEOPLE "\n参数 标准：金额\n  - 自 2018-01-01：5元\n```\n"));
        packs_write(&packs, "city", ".20.md.swp", STR("# 不读\n"));
        packs_write(&packs, "city", ".hidden.md", STR("# 不读\n"));
        packs_write(&packs, "city", "notes.txt", STR("# 不读\n"));
        Rc rc;
        Pack *pack = packs_load(&packs, "city", NULL, &rc);
        assert_int_equal(rc, RC_OK);
        assert_str(pack->name, "city");
        assert_int_equal(pack->own_file_first, 1);
        assert_int_equal(pack->own_file_last, 2);
        assert_int_equal(pack->program.clause_count, 3);
        assert_str(pack_clause(pack, 1), "第一条");
        assert_str(pack_clause(pack, 2), "第二条");
        assert_str(pack_clause(pack, 0), "");
        assert_str(pack_clause(pack, 99), "");
        assert_int_equal(pack_policy(pack, STR("补贴")), 0);
        assert_int_equal(pack_policy(pack, STR("没有")), NONE);
        assert_int_equal(pack_entity(pack, STR("人")), 0);
        assert_int_equal(pack_entity(pack, STR("户")), NONE);
        pack_free(pack);
        packs_remove(&packs);
}

static void imports_are_read_once_wherever_named(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write_fence(&packs, "city", "a.md", "引入 “left”\n引入 “right”\n引入 “common”\n参数 标准：金额\n  - 自 2018-01-01：5元\n" POLICY);
        packs_write_fence(&packs, "left", "a.md", "引入 “common”\n事实 人.左：真假");
        packs_write_fence(&packs, "right", "a.md", "引入 “common”\n事实 人.右：真假");
        packs_write_fence(&packs, "common", "a.md", PEOPLE);
        Rc rc;
        Pack *pack = packs_load(&packs, "city", NULL, &rc);
        assert_str(packs_findings(&packs, pack), "");
        assert_int_equal(rc, RC_OK);
        assert_int_equal(pack->program.entity_count, 1);
        assert_int_equal(pack->diagnostics.file_count - 1, 4);
        assert_int_equal(pack->own_file_last, 1);
        pack_free(pack);
        packs_remove(&packs);
}

static void imports_in_a_circle_end(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write_fence(&packs, "city", "a.md", "引入 “other”\n" PEOPLE);
        packs_write_fence(&packs, "other", "a.md", "引入 “other”\n引入 “city”");
        Rc rc;
        Pack *pack = packs_load(&packs, "city", NULL, &rc);
        assert_int_equal(pack->diagnostics.file_count - 1, 2);
        assert_true(rc == RC_OK || rc == RC_INVALID);
        pack_free(pack);
        packs_remove(&packs);
}

static void bad_imports_are_findings(void **state) {
        (void) state;
        static const char *const names[] = { "nowhere", "../city", "/etc", "..", ".", "", "city" };
        for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
                Packs packs = packs_new();
                packs_write_fence(&packs, "city", "a.md", str_format(packs.arena, "引入 “%s”\n" PEOPLE, names[i]).data);
                Rc rc;
                Pack *pack = packs_load(&packs, "city", NULL, &rc);
                assert_int_equal(rc, RC_INVALID);
                assert_int_equal(pack->diagnostics.file_count - 1, 1);
                assert_int_equal(pack->diagnostics.errors, 1);
                pack_free(pack);
                packs_remove(&packs);
        }
}

static void limits_on_files_and_imports(void **state) {
        (void) state;
        Packs packs = packs_new();
        for (int i = 0; i < PACK_FILES_MAX; i++)
                packs_write(&packs, "many", str_format(packs.arena, "%03d.md", i).data, STR("# 标题\n"));
        packs_write_fence(&packs, "city", "a.md", "引入 “many”\n" PEOPLE);
        Rc rc;
        Pack *pack = packs_load(&packs, "many", NULL, &rc);
        assert_int_equal(rc, RC_OK);
        pack_free(pack);
        packs_write(&packs, "many", "one-more.md", STR("# 标题\n"));
        pack = packs_load(&packs, "many", NULL, &rc);
        assert_int_equal(rc, RC_TOOBIG);
        pack_free(pack);
        pack = packs_load(&packs, "city", NULL, &rc);
        assert_int_equal(rc, RC_INVALID);
        assert_contains(packs_findings(&packs, pack), "L0205 没有读取“many”：它的 .md 文件超过 64 个");
        pack_free(pack);

        Buffer imports CLEAN(buffer_free) = buffer_new((size_t) 1 << 20);
        for (int i = 0; i <= PACK_IMPORTS_MAX; i++) {
                const char *name = str_format(packs.arena, "p%02d", i).data;
                packs_write(&packs, name, "a.md", STR("# 标题\n"));
                buffer_format(&imports, "引入 “%s”\n", name);
        }
        packs_write_fence(&packs, "wide", "a.md", str_copy(packs.arena, buffer_str(&imports)).data);
        pack = packs_load(&packs, "wide", NULL, &rc);
        assert_int_equal(rc, RC_INVALID);
        assert_contains(packs_findings(&packs, pack), "没有读取“p16”：直接和间接引入的包超过 16 个");
        pack_free(pack);
        packs_remove(&packs);
}

static void what_cannot_be_read(void **state) {
        (void) state;
        Packs packs = packs_new();
        Rc rc;
        Pack *pack = packs_load(&packs, "nowhere", NULL, &rc);
        assert_int_equal(rc, RC_MISSING);
        pack_free(pack);
        packs_write(&packs, "empty", "notes.txt", STR("x"));
        pack = packs_load(&packs, "empty", NULL, &rc);
        assert_int_equal(rc, RC_MISSING);
        pack_free(pack);

        Str folder = str_format(packs.arena, "%.*s/empty/folder.md", STR_ARG(packs.parent));
        assert_int_equal(mkdir(folder.data, 0777), 0);
        pack = packs_load(&packs, "empty", NULL, &rc);
        assert_int_equal(rc, RC_IO);
        assert_str(pack->unreadable, folder.data);
        assert_int_equal(pack->error, EISDIR);
        pack_free(pack);
        assert_int_equal(rmdir(folder.data), 0);

        assert_int_equal(symlink("/nowhere/at/all", folder.data), 0);
        pack = packs_load(&packs, "empty", NULL, &rc);
        assert_int_equal(rc, RC_IO);
        assert_int_equal(pack->error, ENOENT);
        pack_free(pack);
        assert_int_equal(unlink(folder.data), 0);

        char *large = arena_alloc(packs.arena, SYNTAX_SOURCE_MAX + 1, 1);
        memset(large, 'a', SYNTAX_SOURCE_MAX + 1);
        packs_write(&packs, "empty", "large.md", (Str){ large, SYNTAX_SOURCE_MAX });
        pack = packs_load(&packs, "empty", NULL, &rc);
        assert_int_equal(rc, RC_OK);
        pack_free(pack);
        packs_write(&packs, "empty", "large.md", (Str){ large, SYNTAX_SOURCE_MAX + 1 });
        pack = packs_load(&packs, "empty", NULL, &rc);
        assert_int_equal(rc, RC_INVALID);
        assert_str(packs_findings(&packs, pack), "L0101 文件超过 1 MiB，没有读取\n");
        pack_free(pack);
        packs_remove(&packs);
}

static int64_t figure(const Pack *pack) {
        return parameter_at(&pack->program.parameters[0], DATE_MAX, NULL);
}

/* Loads with the overlay and the user's own setting, as asked; the figure that stands then. The pack is a demonstration
 * when that was asked for and `overlay` says that there is one. */
static int64_t figure_with(const Packs *packs, bool demonstration, bool overlay, const char *setting) {
        ParameterSetting own = { .name = STR("标准"), .value = str_from(setting ? setting : "") };
        Rc rc;
        Pack *pack = packs_load(packs, "city", &(PackOptions){ demonstration, &own, setting ? 1 : 0 }, &rc);
        assert_str(packs_findings(packs, pack), "");
        assert_int_equal(rc, RC_OK);
        assert_int_equal(pack->demonstration, demonstration && overlay);
        int64_t value = figure(pack);
        pack_free(pack);
        return value;
}

static void the_overlay_is_read_only_when_asked(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write_fence(&packs, "city", "a.md", PEOPLE "\n参数 标准：金额，待定，由 市人社局\n" POLICY);
        assert_int_equal(figure_with(&packs, false, false, NULL), UNKNOWN);
        assert_int_equal(figure_with(&packs, true, false, NULL), UNKNOWN);        /* there is none */
        packs_write_fence(&packs, "city", "demo.md", "参数 标准：金额\n  - 自 2018-01-01：7元");
        assert_int_equal(figure_with(&packs, false, true, NULL), UNKNOWN);
        assert_int_equal(figure_with(&packs, true, true, NULL), 700);
        assert_int_equal(figure_with(&packs, true, true, "9元"), 900);           /* the user's own is stronger */
        assert_int_equal(figure_with(&packs, false, true, "9元"), 900);
        packs_write_fence(&packs, "city", "demo.md", "事实 人.多余：真假");
        Rc rc;
        Pack *pack = packs_load(&packs, "city", &(PackOptions){ .demonstration = true }, &rc);
        assert_int_equal(rc, RC_INVALID);
        assert_str(packs_findings(&packs, pack), "L0328 示范文件里只能有带数值的参数\n");
        pack_free(pack);
        packs_write_fence(&packs, "city", "demo.md", "参数 标谁：金额\n  - 自 2018-01-01：7元");
        pack = packs_load(&packs, "city", &(PackOptions){ .demonstration = true }, &rc);
        assert_int_equal(rc, RC_INVALID);
        assert_contains(packs_findings(&packs, pack), "L0328");
        pack_free(pack);
        packs_remove(&packs);
}

static void a_range_may_be_widened_alone(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write_fence(&packs, "city", "a.md", PEOPLE "\n参数 标准：金额\n  - 自 2018-01-01：5元\n" POLICY);
        ParameterSetting wide = { .name = STR("标准"), .value = STR("8000元"), .range_only = true };
        Rc rc;
        Pack *plain = packs_load(&packs, "city", NULL, &rc), *pack = packs_load(&packs, "city", &(PackOptions){ false, &wide, 1 }, &rc);
        assert_int_equal(rc, RC_OK);
        assert_int_equal(figure(pack), 500);
        assert_true(plain->program.parameters[0].high < 800000);
        assert_int_equal(pack->program.parameters[0].high, 800000);
        assert_str(pack->hash, str_copy(packs.arena, plain->hash).data);
        pack_free(plain);
        pack_free(pack);
        packs_remove(&packs);
}

static Str hash_of(const Packs *packs, bool demonstration) {
        Rc rc;
        Pack *pack = packs_load(packs, "city", &(PackOptions){ .demonstration = demonstration }, &rc);
        Str hash = str_copy(packs->arena, pack->hash);
        assert_int_equal(hash.length, 64);
        pack_free(pack);
        return hash;
}

/* The hash is of every byte read, with the file's name. */
static void the_hash_knows_every_byte(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write_fence(&packs, "city", "a.md", "引入 “common”\n参数 标准：金额\n  - 自 2018-01-01：5元\n" POLICY);
        packs_write(&packs, "city", "b.md", STR("# 第二条\n\n说明\n"));
        packs_write_fence(&packs, "city", "demo.md", "参数 标准：金额\n  - 自 2018-01-01：7元");
        packs_write_fence(&packs, "common", "a.md", PEOPLE);
        Str before = hash_of(&packs, false), demo = hash_of(&packs, true);
        assert_true(str_equal(before, hash_of(&packs, false)));
        assert_false(str_equal(before, demo));
        packs_write_fence(&packs, "city", "demo.md", "参数 标准：金额\n  - 自 2018-01-01：8元");
        assert_true(str_equal(before, hash_of(&packs, false)));            /* not read, not hashed */
        assert_false(str_equal(demo, hash_of(&packs, true)));
        packs_write(&packs, "city", "notes.txt", STR("x"));
        assert_true(str_equal(before, hash_of(&packs, false)));
        packs_write(&packs, "city", "b.md", STR("# 第二条\n\n说明 \n"));    /* one blank more */
        assert_false(str_equal(before, hash_of(&packs, false)));
        packs_write(&packs, "city", "b.md", STR("# 第二条\n\n说明\n"));
        assert_true(str_equal(before, hash_of(&packs, false)));
        packs_write_fence(&packs, "common", "a.md", PEOPLE " ");
        assert_false(str_equal(before, hash_of(&packs, false)));
        packs_write_fence(&packs, "common", "a.md", PEOPLE);
        packs_write(&packs, "city", "c.md", STR(""));                      /* an empty file more */
        assert_false(str_equal(before, hash_of(&packs, false)));
        packs_remove(&packs);
}

static void prose_is_what_stands_outside_fences(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write(&packs, "city", "a.md",
                    STR("前言\n# 第一条\n\n我们的话。\n\n```leye\n" PEOPLE "\n# 注释不是标题\n```\n还有一句。\n"
                        "~~~\n```\n代码\n~~~\n```x``` 是行内代码\n\n## （一）小标题\n\n下一层。\n\n# 第二条\n```leye\n```\n# 第三条"));
        Rc rc;
        Pack *pack = packs_load(&packs, "city", NULL, &rc);
        assert_int_equal(rc, RC_OK);
        assert_int_equal(pack->program.clause_count, 5);
        assert_str(pack_clause_prose(pack, packs.arena, 0), "");
        assert_str(pack_clause_prose(pack, packs.arena, 1), "我们的话。\n\n还有一句。\n```x``` 是行内代码");
        assert_str(pack_clause_prose(pack, packs.arena, 2), "下一层。");
        assert_str(pack_clause_prose(pack, packs.arena, 3), "");
        assert_str(pack_clause_prose(pack, packs.arena, 4), "");
        assert_str(pack_clause_prose(pack, packs.arena, 5), "");
        pack_free(pack);
        packs_remove(&packs);
}

static void coverage_files_each_declaration_under_its_clause(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write(&packs, "city", "a.md",
                    STR("# 第一条\n\n```leye\n引入 “common”\n参数 标准：金额\n  - 自 2018-01-01：5元\n" POLICY "\n```\n"
                        "# 第二条\n\n没有声明。\n"
                        "# 第三条\n\n```leye\n补充 政策 补贴\n  排除：\n    - 年龄 大于 60岁\n定义 人.成年：真假 = 年龄 不少于 18岁\n"
                        "例 十六岁\n  政策：补贴\n  基准日：2018-06-01\n  已知：年龄 = 16岁\n  期望：资格 = 是\n```\n"));
        packs_write_fence(&packs, "common", "a.md", PEOPLE);
        Rc rc;
        Pack *pack = packs_load(&packs, "city", NULL, &rc);
        assert_str(packs_findings(&packs, pack), "");
        Coverage coverage = coverage_of(pack, packs.arena);
        assert_int_equal(coverage.clause_count, 3);                        /* the import's clause is not its own */
        assert_int_equal(coverage.carried, 2);
        assert_int_equal(coverage.examples, 1);
        Buffer out CLEAN(buffer_free) = buffer_new((size_t) 1 << 20);
        coverage_print(pack, &coverage, &out);
        assert_str(buffer_str(&out), "第一条\n    政策 补贴（1 例）\n    参数 标准\n"
                                     "第二条\n    （没有声明）\n"
                                     "第三条\n    补充 补贴（1 例）\n    定义 人.成年\n"
                                     "\n共 3 个标题，其中 2 个有声明；1 个例子。\n");
        buffer_clear(&out);
        Json json = json_begin(&out);
        coverage_json(pack, &coverage, &json);
        assert_contains(buffer_str(&out), "{\"clause\":\"第二条\",\"document\":\"city\",\"carriers\":[]}");
        assert_contains(buffer_str(&out), "{\"kind\":\"补充\",\"name\":\"补贴\",\"waits\":\"\",\"examples\":1,\"card\":false}");
        pack_free(pack);
        packs_remove(&packs);
}

/* Each kind of the plan, what waits, and the count per document. */
static void coverage_tells_what_waits(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write(&packs, "city", "a.md",
                    STR("# 第一条\n\n```leye\n文件 方案\n实体 学员，量词 人次\n事实 学员.结业日期：日期\n"
                        "指标 培训：人次\n  来源：计算 计数(学员，其中 结业日期 介于 期初 至 期末)\n"
                        "目标 每年培训\n  指标：培训\n  要求：不少于 5人次\n  期间：每年\n```\n"
                        "# 第二条\n\n```leye\n任务 清单\n  要求：建立清单\n  待后续：账号\n任务 督查\n  要求：每年督查\n"
                        "事项 申请\n  记录：学员\n名录 学员名单\n  实体：学员\n  列：结业日期\n"
                        "报表 季报\n  周期：每季\n  段：\n    - {培训}\n"
                        "例 一人\n  指标：培训\n  期间：自 2022-01-01 至 2022-12-31\n  期望：指标值 = 0人次\n```\n"));
        Rc rc;
        Pack *pack = packs_load(&packs, "city", NULL, &rc);
        assert_str(packs_findings(&packs, pack), "");
        Coverage coverage = coverage_of(pack, packs.arena);
        Buffer out CLEAN(buffer_free) = buffer_new((size_t) 1 << 20);
        coverage_print(pack, &coverage, &out);
        assert_str(buffer_str(&out), "第一条\n    事实 学员.结业日期\n    指标 培训（1 例）\n    目标 每年培训\n"
                                     "第二条\n    任务 清单（待后续：账号）\n    任务 督查\n    事项 申请\n    名录 学员名单\n    报表 季报\n"
                                     "\n共 2 个标题，其中 2 个有声明；1 个例子。\n");
        buffer_clear(&out);
        Json json = json_begin(&out);
        coverage_json(pack, &coverage, &json);
        assert_contains(buffer_str(&out), "{\"kind\":\"任务\",\"name\":\"清单\",\"waits\":\"账号\",\"examples\":0,\"card\":false}");
        assert_contains(buffer_str(&out), "{\"kind\":\"目标\",\"name\":\"每年培训\",\"waits\":\"\",\"examples\":1,\"card\":false}");
        CoverageTotal *totals;
        uint32_t count;
        coverage_count(pack, &coverage, packs.arena, &totals, &count);
        assert_int_equal(count, 1);
        assert_str(totals[0].document, "方案");
        assert_int_equal(totals[0].kinds[CARRIER_TASK].runs, 1);
        assert_int_equal(totals[0].kinds[CARRIER_TASK].waits, 1);
        assert_int_equal(totals[0].kinds[CARRIER_REPORT].runs, 1);
        assert_int_equal(totals[0].kinds[CARRIER_POLICY].runs, 0);
        pack_free(pack);
        packs_remove(&packs);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(files_come_in_name_order),
                cmocka_unit_test(imports_are_read_once_wherever_named),
                cmocka_unit_test(imports_in_a_circle_end),
                cmocka_unit_test(bad_imports_are_findings),
                cmocka_unit_test(limits_on_files_and_imports),
                cmocka_unit_test(what_cannot_be_read),
                cmocka_unit_test(the_overlay_is_read_only_when_asked),
                cmocka_unit_test(a_range_may_be_widened_alone),
                cmocka_unit_test(the_hash_knows_every_byte),
                cmocka_unit_test(prose_is_what_stands_outside_fences),
                cmocka_unit_test(coverage_tells_what_waits),
                cmocka_unit_test(coverage_files_each_declaration_under_its_clause),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
