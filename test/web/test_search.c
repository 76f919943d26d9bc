/* Search in memory: folding, ranking, words, snippets, long and hostile questions. */
#include "web/support.h"

#include "web/search_pack.h"

static const SearchEntry entries[] = {
        { 0, 0, { STR_INIT("创业担保贷款"), STR_INIT("二、强化金融服务"), STR_INIT("个人最高二十万元，由经办银行发放。") } },
        { 0, 1, { STR_INIT("场地租金补贴"), STR_INIT("二、创业服务"), STR_INIT("租用经营场地的，给补贴。") } },
        { 0, 2, { STR_INIT("职业培训"), STR_INIT("三、培训"), STR_INIT("大学生、农民都能报名。先培训，后创业；创业失败不要紧。") } },
        { 0, 3, { STR_INIT("大学生实习"), STR_INIT("四、实习"), STR_INIT("ＧＹＢ 培训，４０５０ 人员。") } },
        { 0, 4, { STR_INIT("贷款"), STR_INIT(""), STR_INIT("说明：贷款另见别处，隔得很远很远很远很远很远很远的地方才说到大学生。") } },
        { 0, 5, { STR_INIT(""), STR_INIT(""), STR_INIT("") } },
};

static SearchIndex *index_of(Arena *arena) {
        SearchIndex *index = search_new(arena);
        for (size_t i = 0; i < ARRAY_LENGTH(entries); i++)
                search_add(index, &entries[i]);
        search_close(index);
        return index;
}

/* "0 4 | 2": whole finds, then those with parts of the words. */
static Str found(Arena *arena, const char *text) {
        SearchQuery query = search_query(arena, str_from(text));
        SearchHit *hits;
        uint32_t count;
        search_run(index_of(arena), &query, arena, &hits, &count);
        Str out = { 0 };
        bool partly = false;
        for (uint32_t i = 0; i < count; i++) {
                const char *bar = !hits[i].whole && !partly ? "| " : "";
                out = str_format(arena, "%.*s%s%s%u", STR_ARG(out), i ? " " : "", bar, hits[i].entry->index);
                partly = !hits[i].whole;
        }
        return out;
}

static void test_ranking(void **state) {
        (void) state;
        static const struct {
                const char *query, *found;
        } rows[] = {
                { "贷", "4 0" },                 /* in the title, the shorter title first */
                { "贷款", "4 0" },               /* the title is the query */
                { "貸款", "4 0" },               /* traditional */
                { "创业", "0 1 2" },             /* title, heading, prose */
                { "創業", "0 1 2" },
                { "gyb", "3" },                  /* full width, capitals */
                { "4050", "3" },
                { "大学生 培训", "2 3 | 4" },    /* title and heading before title alone; then what has one word */
                { "大学生　贷款", "4 | 3 2" },
                { "创业贷款", "| 0" },           /* 创业 and 贷款 stand in it, not side by side */
                { "我是刚毕业的大学生想开店怎么贷款呢", "| 3 4 2" },       /* a long question: whatever comes nearest */
                { "火箭", "" },
                { "", "" },
                { "！？ <>&", "" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 26);
                Str got = found(arena, rows[i].query);
                if (!str_equal(got, str_from(rows[i].found)))
                        fail_msg("%s finds %.*s, not %s", rows[i].query, STR_ARG(got), rows[i].found);
        }
}

static void test_near_before_far(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 26);
        static const SearchEntry pair[] = {
                { 0, 0, { STR_INIT("甲"), STR_INIT(""), STR_INIT("养老的事情放在这里说明，隔了许多字以后，才说到补贴。") } },
                { 0, 1, { STR_INIT("乙"), STR_INIT(""), STR_INIT("养老补贴在这里，别的另说，隔了许多字以后也没有别的。") } },
        };
        SearchIndex *index = search_new(arena);
        search_add(index, &pair[0]);
        search_add(index, &pair[1]);
        search_close(index);
        SearchQuery query = search_query(arena, STR("养老 补贴"));
        SearchHit *hits;
        uint32_t count;
        search_run(index, &query, arena, &hits, &count);
        assert_int_equal(count, 2);
        assert_int_equal(hits[0].entry->index, 1);
        assert_true(hits[0].score > hits[1].score);
}

static Str joined(Arena *arena, const char *query_text, const char *text, uint32_t width) {
        SearchQuery query = search_query(arena, str_from(query_text));
        SearchPiece *pieces;
        uint32_t count;
        search_snippet(&query, str_from(text), width, arena, &pieces, &count);
        Str out = { 0 };
        for (uint32_t i = 0; i < count; i++)
                out = str_format(arena, "%.*s%.*s%s%.*s%s", STR_ARG(out), STR_ARG(pieces[i].plain), pieces[i].marked.length ? "[" : "",
                                 STR_ARG(pieces[i].marked), pieces[i].marked.length ? "]" : "");
        return out;
}

static void test_snippets(void **state) {
        (void) state;
        static const struct {
                const char *query, *text;
                uint32_t    width;
                const char *shown;
        } rows[] = {
                { "贷款", "创业担保贷款和贷款贴息", 40, "创业担保[贷款]和[贷款]贴息" },
                { "貸", "创业贷款", 40, "创业[贷]款" },
                { "创业贷款", "创业担保贷款", 40, "[创业]担保[贷款]" },
                { "ab", "一二三四五六七八九十一二三四五ＡＢ后面还有很多很多很多字", 20, "…四五六七八九十一二三四五[ＡＢ]后面还有很多…" },
                { "无", "没有找到的字", 4, "没有找到…" },
                { "<b>", "<b>加粗</b>", 40, "<[b]>加粗</[b]>" },
                { "x", "", 40, "" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 20);
                assert_str(joined(arena, rows[i].query, rows[i].text, rows[i].width), rows[i].shown);
        }
}

static void test_long_and_hostile_queries(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 26);
        CLEAN(buffer_free) Buffer text = buffer_new((size_t) 1 << 20);
        for (uint32_t i = 0; i < 5000; i++)
                buffer_add(&text, STR("贷款"));
        SearchQuery query = search_query(arena, buffer_str(&text));
        assert_true(query.shortened);
        assert_int_equal(query.word_count, 1);
        assert_int_equal(query.words[0].length, SEARCH_QUERY_MAX);
        buffer_clear(&text);
        for (uint32_t i = 0; i < 5000; i++)
                buffer_add(&text, STR("贷 "));
        query = search_query(arena, buffer_str(&text));
        assert_true(query.shortened);
        assert_int_equal(query.word_count, SEARCH_WORDS_MAX);
        static const char *const rows[] = { "\xff\xfe贷\xc0款", "贷\xe8", "\xf0\x9f\x98\x80贷" };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                (void) found(arena, rows[i]);
        query = search_query(arena, STR("a1创业2"));      /* letters, then Han, then digits: three words */
        assert_int_equal(query.word_count, 3);
}

/* Every policy, service, target, task and directory of a real city is found by its own name, first or among equals. */
static void test_everything_is_found_by_name(void **state) {
        (void) state;
        Pack *pack = load_jinan();
        const PackSearch *search = search_pack(pack, pack->arena);
        uint32_t checked = 0;
        for (uint32_t i = 0; i < search->place_count; i++) {
                const FindPlace *place = &search->places[i];
                CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 26);
                SearchQuery query = search_query(arena, place->name);
                SearchHit *hits;
                uint32_t count;
                if (place->kind == FIND_CLAUSE || place->kind == FIND_DOCUMENT || place->kind == FIND_QUESTION || query.shortened)
                        continue;
                search_run(search->index, &query, arena, &hits, &count);
                assert_true(count > 0);
                if (!str_equal(search->places[hits[0].entry->index].name, place->name))
                        fail_msg("%.*s finds %.*s", STR_ARG(place->name), STR_ARG(search->places[hits[0].entry->index].name));
                checked++;
        }
        assert_true(checked > 100);
        pack_free(pack);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_ranking),
                cmocka_unit_test(test_near_before_far),
                cmocka_unit_test(test_snippets),
                cmocka_unit_test(test_long_and_hostile_queries),
                cmocka_unit_test(test_everything_is_found_by_name),
        };
        return cmocka_run_group_tests_name("web/search", tests, NULL, NULL);
}
