/* Outlines of documents, and published texts cut along them: every kind of number, texts without lines, hostile ones. */
#include "unit.h"

#include "city/original.h"
#include "support/packs.h"

#define ARENA_CAP ((size_t) 1 << 30)

static void numbers(void **state) {
        (void) state;
        static const struct {
                const char *number;
                uint32_t    value;       /* 0: none */
        } rows[] = {
                { "一、", 1 },     { "（十）", 10 },   { "（十二）", 12 }, { "二十", 20 },  { "二十一、", 21 },
                { "第一百零三条", 103 }, { "一百二十三", 123 },
                { "12.", 12 },     { "（３）", 3 },    { "⑳", 20 },       { "①", 1 },      { "999", 999 },
                { "1000", 0 },     { "2023", 0 },
                { "", 0 },         { "百", 100 },      { "条", 0 },        { "99999999999999999999", 0 },      { "十百", 110 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                uint32_t value = 0;
                bool is = clause_number_value(str_from(rows[i].number), &value);
                if (is != (rows[i].value > 0) || value != rows[i].value)
                        fail_msg("%s: %u", rows[i].number, value);
        }
}

/* The keys of a cut text, one behind the other: "|1|1.1|2". */
static Str keys_of(Arena *arena, const Original *original) {
        Str keys = { 0 };
        for (uint32_t i = 0; i < original->count; i++)
                keys = str_format(arena, "%.*s%s%.*s", STR_ARG(keys), i ? "|" : "", STR_ARG(original->items[i].key));
        return keys;
}

static void cutting(void **state) {
        (void) state;
        static const struct {
                const char *text, *keys;
        } rows[] = {
                { "前言\n一、甲\n正文\n（一）乙\n1.丙\n2.丁\n（二）戊\n二、己\n", "|1|1.1|1.1.1|1.1.2|1.2|2" },
                { "一、甲\n(一)乙\n二、丙\n(二)丁\n(三)戊\n", "1|1.1|2|2.2|2.3" },                   /* goes on through the sections */
                { "第一章 总则\n第一条 甲\n第二条 乙\n第二章 别则\n第三条 丙\n", "1|1.1|1.2|2|2.3" },
                { "1. 甲\n（1）乙\n（2）丙\n① 丁\n② 戊\n2. 己\n", "1|1.1|1.2|1.2.1|1.2.2|2" },
                { "　　一、甲\r\n　　二、乙\r\n　　三、丙", "1|2|3" },
                { "一、甲\n三、丙\n四、丁", "1|3|4" },                                             /* the second is missing */
                { "一、甲\n九、丙\n二、乙\n三、丁", "1|2|3" },                                     /* nine does not follow one */
                { "方案 各县区： 一、目标 (一)指导。话。 (二)任务是:1.2010年底以前，甲;2.乙3.5万人;3.丙。 二、措施 (一)丁。", "|1|1.1|1.2|1.2.1|1.2.2|1.2.3|2|2.1" },
                { "意见 ;一、甲;　　（一）乙。1.2万人、2 3 4;　　（二）丙;二、丁", "|1|1.1|1.2|2" },
                { "2023年工作\n12333 热线\n3.5万人\n没有编号", "" },
                { "一、甲\n二、乙\n三、丙\n附件\n一、丁\n二、戊", "1|2|3|1~2|2~2" },
                { "只有一段", "" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
                Original original;
                assert_int_equal(original_split(str_from(rows[i].text), arena, &original), RC_OK);
                Str keys = keys_of(arena, &original);
                if (!str_equal(keys, str_from(rows[i].keys)))
                        fail_msg("%s\nis cut into %.*s\nnot       %s", rows[i].text, STR_ARG(keys), rows[i].keys);
        }
}

static void every_character_is_kept(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        Original original;
        assert_int_equal(original_split(STR("  前言  \n\n 一、甲 \n　乙　\n\n二、丙\n三、丁"), arena, &original), RC_OK);
        assert_int_equal(original.count, 4);
        assert_str(original.items[0].text, "前言");
        assert_str(original.items[1].text, "一、甲\n乙");
        Original rewrapped;
        assert_int_equal(original_split(STR("前言\n一、 甲乙\n二、丙\n三、丁改"), arena, &rewrapped), RC_OK);
        assert_true(str_equal(original.items[1].hash, rewrapped.items[1].hash));         /* only line breaks differ */
        assert_false(str_equal(original.items[3].hash, rewrapped.items[3].hash));
        assert_int_equal(original.items[1].hash.length, 64);
}

static void hostile_texts(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        Original original;
        assert_int_equal(original_split(STR(""), arena, &original), RC_INVALID);
        assert_int_equal(original_split(STR(" \n\t　\n"), arena, &original), RC_INVALID);
        CLEAN(buffer_free) Buffer text = buffer_new((size_t) 4 << 20);
        buffer_repeat(&text, 'x', ORIGINAL_TEXT_MAX + 1);
        assert_int_equal(original_split(buffer_str(&text), arena, &original), RC_TOOBIG);
        buffer_clear(&text);
        for (uint32_t i = 0; i < 3000; i++)
                buffer_add(&text, STR("一、\n"));
        assert_int_equal(original_split(buffer_str(&text), arena, &original), RC_TOOBIG);
        buffer_clear(&text);
        for (uint32_t i = 0; i < 100000; i++)
                buffer_add(&text, STR("（（一"));
        assert_int_equal(original_split(buffer_str(&text), arena, &original), RC_OK);
        assert_int_equal(original.count, 1);
        buffer_clear(&text);
        for (uint32_t i = 1; i < 900; i++)       /* numbers that climb: one level, however many */
                buffer_format(&text, "%u. \xff\xfe<b>&amp;\n", i);
        assert_int_equal(original_split(buffer_str(&text), arena, &original), RC_OK);
        assert_int_equal(original.count, 899);
        /* nine kinds one under another: eight levels, the ninth is text */
        assert_int_equal(original_split(STR("第一章\n第一节\n第一条\n第一项\n一、\n（一）\n1.\n（1）\n①\n"), arena, &original), RC_OK);
        assert_int_equal(original.count, 8);
}

/* The outline of jinan's later document, which two files restate. */
static void two_files_one_document(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        Packs packs = packs_new();
        Rc rc;
        packs_write(&packs, "x", "1.md", STR("# 题\n\n```leye\n文件 甲\n  文号：“甲发1号”\n```\n\n序言。\n\n"
                                             "## 一、目标\n\n### （一）总\n\n### （二）分\n\n## 二、措施\n\n## 附则\n"));
        packs_write(&packs, "x", "2.md", STR("# 又题\n\n## 一、目标\n\n### （二）分\n\n### （三）新\n\n## 三、后来\n"));
        Pack *pack = packs_load(&packs, "x", &(PackOptions){ 0 }, &rc);
        assert_int_equal(rc, RC_OK);
        assert_int_equal(pack_document(pack, STR("甲")), pack_document(pack, STR("甲发1号")));
        assert_int_equal(pack_document(pack, STR("")), NONE);
        Outline outline = outline_of(pack, pack_document(pack, STR("甲")), arena);
        static const struct {
                const char *key;
                uint32_t    level, clauses;
        } rows[] = {
                { "", 0, 2 }, { "1", 1, 2 }, { "1.1", 2, 1 }, { "1.2", 2, 2 }, { "1.3", 2, 1 },
                { "2", 1, 1 }, { "附则", 1, 1 }, { "3", 1, 1 },
        };
        assert_int_equal(outline.count, ARRAY_LENGTH(rows));
        for (uint32_t i = 0; i < outline.count; i++) {
                assert_str(outline.items[i].key, rows[i].key);
                assert_int_equal(outline.items[i].level, rows[i].level);
                assert_int_equal(outline.items[i].clause_count, rows[i].clauses);
        }
        Original cut, original;
        assert_int_equal(original_split(STR("通知\n一、目标\n（一）总\n1.细\n2.目\n（二）分\n四、多出\n（一）其下"), arena, &cut), RC_OK);
        original = original_match(&cut, &outline, arena);
        assert_str(keys_of(arena, &original), "|1|1.1|1.2|4|4.1");
        assert_int_equal(original.matched, 4);
        assert_int_equal(original.nested, 2);
        assert_int_equal(original.unmatched, 2);
        assert_str(original.items[2].text, "（一）总\n1.细\n2.目");
        assert_true(original.items[0].matched);
        assert_false(original.items[4].matched);
        pack_free(pack);
        packs_remove(&packs);
}

static void same_number_twice(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        Packs packs = packs_new();
        Rc rc;
        packs_write(&packs, "x", "1.md", STR("# 题\n\n```leye\n文件 甲\n  标题：“甲”\n```\n\n## 一、甲\n\n## 一、乙\n\n## 一、丙\n"));
        Pack *pack = packs_load(&packs, "x", &(PackOptions){ 0 }, &rc);
        assert_int_equal(rc, RC_OK);
        Outline outline = outline_of(pack, 0, arena);
        assert_int_equal(outline.count, 4);
        assert_str(outline.items[1].key, "1");
        assert_str(outline.items[2].key, "1~2");
        assert_str(outline.items[3].key, "1~3");
        pack_free(pack);
        packs_remove(&packs);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(numbers),
                cmocka_unit_test(cutting),
                cmocka_unit_test(every_character_is_kept),
                cmocka_unit_test(hostile_texts),
                cmocka_unit_test(two_files_one_document),
                cmocka_unit_test(same_number_twice),
        };
        return cmocka_run_group_tests_name("city/outline", tests, NULL, NULL);
}
