/* Reports over a handful of records, on both databases: every number can be counted by hand. Then the files made of them: the
 * parts of the Word file are read as XML, the pages of the PDF are counted; test/report/run looks at the text in them.
 * With LEYE_REPORT_FILES=FOLDER the files stay there. */
#include "records/pack.h"

#include "base/date.h"
#include "insight/ledger.h"
#include "insight/report_inside.h"
#include "insight/xml.h"

#include <expat.h>
#include <string.h>
#include <time.h>
#include <zip.h>

#define BIG ((size_t) 1 << 24)
#define ROWS 200

static const Str small_text = STR_INIT(
        "# 测试\n\n```leye\n"
        "文件 测试方案\n  机关：“测试市”\n  成文：2021-01-01\n  有效：自 2021-01-01 至 2023-12-31\n"
        "单位 场\n"
        "枚举 县：任城区、兖州区、曲阜市\n"
        "枚举 类别：创业培训、技能培训\n"
        "实体 班级，量词 场\n"
        "实体 学员，量词 人次\n"
        "关系 班级.学员们：多个 学员，反向 班级\n"
        "事实 班级.名称：文本，必填\n"
        "事实 班级.类别：类别\n"
        "事实 班级.区县：县\n"
        "事实 学员.结业日期：日期\n"
        "事实 学员.合格：真假\n"
        "定义 学员.区县：县 = 班级.区县\n"
        "指标 创业培训人次：人次\n  来源：计算 计数(学员，其中 班级.类别 等于 创业培训 且 结业日期 介于 期初 至 期末)\n"
        "指标 技能培训人次：人次\n  来源：计算 计数(学员，其中 班级.类别 等于 技能培训 且 结业日期 介于 期初 至 期末)\n"
        "指标 合格率：比率\n"
        "  来源：计算 计数(学员，其中 结业日期 介于 期初 至 期末 且 合格) ÷ 计数(学员，其中 结业日期 介于 期初 至 期末)\n"
        "指标 新增就业：人\n  来源：填报 每季，由 市人社局\n"
        "指标 失业率：比率\n  来源：导入 每季，由“统计局”\n"
        "指标 贷款：金额\n  来源：填报 每季，由 市人社局\n"
        "目标 每年培训\n  指标：创业培训人次\n  要求：不少于 6人次\n  期间：每年，2021 至 2023\n  领域：“创业”\n  牵头：市人社局\n"
        "目标 合格\n  指标：合格率\n  要求：达到 90%\n  期间：每年\n  领域：“创业”\n"
        "目标 就业\n  指标：新增就业\n  要求：不少于 1.3万人\n  期间：每年\n  领域：“就业”\n  牵头：市发展改革委\n"
        "目标 控制失业\n  指标：失业率\n  要求：不超过 4.5%\n  期间：每季\n  领域：“就业”\n"
        "目标 培训增长\n  指标：创业培训人次\n  要求：力争 17%\n  期间：每年\n  比：上年同期\n"
        "目标 县县培训\n  指标：创业培训人次\n  要求：不少于 4人次\n  期间：每年\n  每个：区县\n"
        "报表 季报\n  周期：每季\n  机关：“市办公室”\n  段：\n"
        "    - “{期间}，创业培训 {创业培训人次} 人次，比上年同期{创业培训人次.同比}，今年累计 {创业培训人次.累计}，完成 {每年培训.进度}（{每年培训.灯}）。”\n"
        "    - “{创业培训人次.最多区县}最多，{创业培训人次.最少区县}最少。技能培训 {技能培训人次}，比上年同期{技能培训人次.同比}。”\n"
        "    - “合格率 {合格率}，比上年同期{合格率.同比}。”\n"
        "    - “新增就业 {新增就业} 人，比上年同期{新增就业.同比}，累计 {新增就业.累计} 人，{每年培训.要求}，{就业.要求}。”\n"
        "    - “失业率 {失业率}，控制线{控制失业.要求}，{新增就业.最多区县}最多。”\n"
        "    - “放贷 {贷款} 元，累计 {贷款.累计}。”\n"
        "```\n");

typedef struct Case {
        Pack  pack;
        Plan  plan;
        Arena *arena;
} Case;

static int32_t day_of(const char *text) {
        int32_t day = DATE_MIN;
        assert_true(date_parse(str_from(text), &day));
        return day;
}

static Period quarter(const char *day) {
        return period_of(CYCLE_QUARTER, day_of(day));
}

/* In place: the model refers to the program. */
static void open_case(World *world, Str text, Case *ret_case) {
        Pack *pack = &ret_case->pack;
        *ret_case = (Case){ .arena = world->arena };
        *pack = (Pack){ .world = world, .change = { .city = PACK_CITY, .actor = STR("本机操作员"), .at = 1750000000 } };
        pack->model = pack_model(world->arena, text, &pack->compiled);
        pack->classes = model_table(pack->model, STR("班级"));
        pack->trainees = model_table(pack->model, STR("学员"));
        assert_true(pack_migrate(world, pack->model, false) > 0);
        ret_case->plan = plan_new(world->database, pack->model, PACK_CITY, STR("hash"));
}

static const char *add_class(const Case *at, const char *kind, const char *county) {
        Record record = pack_record(&at->pack, at->pack.classes, "名称", "班", "类别", kind, "区县", county, NULL);
        record.id = record_new_ids(1);
        pack_save(&at->pack, at->pack.classes, &record);
        return str_format(at->arena, "%lld", (long long) record.id).data;
}

static void add_trainee(const Case *at, const char *class, const char *day, const char *passed) {
        Record record = pack_record(&at->pack, at->pack.trainees, "班级", class, "结业日期", day, "合格", passed, NULL);
        record.id = record_new_ids(1);
        pack_save(&at->pack, at->pack.trainees, &record);
}

static void report_figure(const Case *at, const char *name, const char *day, int64_t county, int64_t value) {
        const Program *program = at->pack.model->program;
        FigureReport report = { .period = quarter(day), .county = county, .value = value, .evidence = STR("台账"), .note = STR("") };
        while (!str_equal(program->indicators[report.indicator].name, str_from(name)))
                report.indicator++;
        assert_int_equal(figure_report(&at->plan, &report, &at->pack.change), RC_OK);
}

static void open_small(World *world, Case *ret_case) {
        open_case(world, small_text, ret_case);
        const char *rencheng = add_class(ret_case, "创业培训", "任城区"), *yanzhou = add_class(ret_case, "创业培训", "兖州区");
        const char *skills = add_class(ret_case, "技能培训", "曲阜市");
        add_trainee(ret_case, rencheng, "2022-04-10", "是");
        add_trainee(ret_case, rencheng, "2022-06-30", "否");
        add_trainee(ret_case, yanzhou, "2022-05-01", "是");
        add_trainee(ret_case, yanzhou, "2022-01-15", "是");
        add_trainee(ret_case, rencheng, "2022-07-01", "是");
        add_trainee(ret_case, rencheng, "2021-04-01", "是");
        add_trainee(ret_case, yanzhou, "2021-06-30", "否");
        add_trainee(ret_case, skills, "2022-04-02", "是");
        add_trainee(ret_case, skills, "2021-04-02", "是");
}

static Str whole_text(Arena *arena, const ReportPage *page) {
        CLEAN(buffer_free) Buffer out = buffer_new(BIG);
        for (uint32_t i = 0; i < page->paragraph_count; i++) {
                Str text = report_paragraph(arena, &page->paragraphs[i]);
                buffer_format(&out, "%.*s\n", STR_ARG(text));
        }
        for (uint32_t row = 0; row < page->board.state_count; row++) {
                Str area = page->rows[row].area;
                buffer_format(&out, "%.*s", STR_ARG(area));
                for (ReportColumn column = 0; column < REPORT_COLUMNS; column++)
                        buffer_format(&out, "|%.*s", STR_ARG(page->rows[row].cells[column]));
                buffer_byte(&out, '\n');
        }
        return str_copy(arena, buffer_str(&out));
}

/* ---- what a report says ------------------------------------------------------------------------------------------ */

static void golden(World *world) {
        Case at;
        ReportPage page;
        open_small(world, &at);
        report_figure(&at, "新增就业", "2022-02-01", -1, 2900);
        report_figure(&at, "新增就业", "2022-05-01", -1, 3900);
        report_figure(&at, "新增就业", "2021-05-01", -1, 4000);
        assert_int_equal(report_fill(&at.plan, 0, quarter("2022-06-30"), world->arena, &page), RC_OK);
        assert_str(page.title, "季报");
        assert_str(report_subtitle(world->arena, &page), "市办公室　2022年第二季度");
        assert_false(page.demonstration);
        assert_str(whole_text(world->arena, &page),
                   "2022年第二季度，创业培训 3 人次，比上年同期增长 50.0%，今年累计 4人次，完成 66.7%（正常）。\n"
                   "任城区最多，曲阜市最少。技能培训 1人次，与上年同期持平。\n"
                   "合格率 75%，比上年同期提高 8.3 个百分点。\n"
                   "新增就业 3900 人，比上年同期下降 2.5%，累计 6800 人，不少于 6人次，不少于 1.3万人。\n"
                   "失业率（暂无数据），控制线不超过 4.5%，（暂无数据）。\n"
                   "放贷（暂无数据），累计（暂无数据）。\n"
                   "创业|每年培训|2022年不少于 6人次|4人次|66.7%|增长 100.0%|正常|市人社局\n"
                   "创业|合格|2022年达到 90%|80%|88.9%|—|落后|—\n"
                   "就业|就业|2022年不少于 1.3万人|6800人|52.3%|增长 70.0%|正常|市发展改革委\n"
                   "就业|控制失业|2022年第二季度不超过 4.5%|暂无数据|—|—|无数据|—\n"
                   "其他|培训增长|2022年力争比上年同期增长 17%|4人次|588.2%|增长 100.0%|正常|—\n"
                   "其他|县县培训|2022年每个区县不少于 4人次|2 个区县达到|66.7%|增长 100.0%|落后|—\n");
}

/* Money by 万 and 亿, rates to hundredths: zeros at the end say that something was rounded away. */
static void sizes(World *world) {
        static const struct {
                int64_t     rate, cents;         /* scale 6; 分 */
                const char *text;
        } rows[] = {
                { 35302, 43282502761, "失业率 3.53%，控制线不超过 4.5%，（暂无数据）。\n放贷 4.33亿元，累计 4.33亿元。\n" },
                { 40003, 1000000, "失业率 4.00%，控制线不超过 4.5%，（暂无数据）。\n放贷 1万元，累计 1万元。\n" },
                { 40000, 999999, "失业率 4%，控制线不超过 4.5%，（暂无数据）。\n放贷 9999.99 元，累计 9999.99元。\n" },
                { 39000, 123456700, "失业率 3.9%，控制线不超过 4.5%，（暂无数据）。\n放贷 123.46万元，累计 123.46万元。\n" },
        };
        Case at;
        open_small(world, &at);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                ReportPage page;
                size_t found;
                report_figure(&at, "失业率", "2022-05-01", -1, rows[i].rate);
                report_figure(&at, "贷款", "2022-05-01", -1, rows[i].cents);
                assert_int_equal(report_fill(&at.plan, 0, quarter("2022-06-30"), world->arena, &page), RC_OK);
                Str text = whole_text(world->arena, &page);
                if (!str_find(text, str_from(rows[i].text), &found))
                        fail_msg("not \"%s\" in: %.*s", rows[i].text, STR_ARG(text));
        }
}

/* Where nothing is known, nothing is 0. */
static void nothing_known(World *world) {
        Case at;
        ReportPage page;
        open_case(world, small_text, &at);
        assert_int_equal(report_fill(&at.plan, 0, quarter("2022-06-30"), world->arena, &page), RC_OK);
        Str text = whole_text(world->arena, &page);
        size_t found;
        assert_true(str_find(text, STR("合格率（暂无数据）。\n新增就业（暂无数据），累计（暂无数据），"), &found));
        assert_true(str_find(text, STR("创业培训 0 人次，与上年同期持平，今年累计 0人次，完成 0.0%（落后）"), &found));
        assert_true(str_find(text, STR("各区县相同，各区县相同。"), &found));
        assert_true(str_find(text, STR("就业|就业|2022年不少于 1.3万人|暂无数据|—|—|无数据|"), &found));
        /* a first year has nothing to compare with */
        report_figure(&at, "新增就业", "2022-05-01", -1, 3900);
        assert_int_equal(report_fill(&at.plan, 0, quarter("2022-06-30"), world->arena, &page), RC_OK);
        text = whole_text(world->arena, &page);
        assert_true(str_find(text, STR("新增就业 3900 人（上年同期无数据），累计 3900 人"), &found));
}

/* Every number says where it is from. */
static void places(World *world) {
        Case at;
        ReportPage page;
        open_small(world, &at);
        assert_int_equal(report_fill(&at.plan, 0, quarter("2022-06-30"), world->arena, &page), RC_OK);
        const ReportText *first = &page.paragraphs[0];
        const struct {
                const char *text, *from, *to;
                bool        indicator, target;
        } expected[] = {
                { "3", "2022-04-01", "2022-06-30", true, false },       { "增长 50.0%", "2022-04-01", "2022-06-30", true, false },
                { "4人次", "2022-01-01", "2022-06-30", true, false },   { "66.7%", "2022-01-01", "2022-06-30", true, true },
                { "正常", "2022-01-01", "2022-06-30", false, true },
        };
        size_t figure = 0;
        for (uint32_t i = 0; i < first->span_count; i++) {
                const ReportSpan *span = &first->spans[i];
                if (!span->figure)
                        continue;
                assert_true(figure < ARRAY_LENGTH(expected));
                assert_str(span->text, expected[figure].text);
                assert_int_equal(span->period.first, day_of(expected[figure].from));
                assert_int_equal(span->period.last, day_of(expected[figure].to));
                assert_true((span->indicator != NONE) == expected[figure].indicator && (span->target != NONE) == expected[figure].target);
                figure++;
        }
        assert_int_equal(figure, ARRAY_LENGTH(expected));
        assert_int_equal(page.paragraphs[1].spans[0].county, 0);
        assert_int_equal(page.paragraphs[1].spans[2].county, 2);
}

/* A period that is not over is told as days; the board stands at its last day. */
static void running_period(World *world) {
        Case at;
        ReportPage page;
        open_small(world, &at);
        const Report *report = &at.pack.model->program->reports[0];
        Period running = report_period(report, day_of("2022-05-15"), DATE_MIN);
        assert_int_equal(running.first, day_of("2022-04-01"));
        assert_int_equal(running.last, day_of("2022-05-15"));
        Period ended = report_period(report, DATE_MIN, day_of("2022-05-15"));
        assert_int_equal(ended.last, day_of("2022-03-31"));
        assert_int_equal(report_period(report, DATE_MIN, day_of("2022-06-30")).last, day_of("2022-06-30"));
        assert_int_equal(report_fill(&at.plan, 0, running, world->arena, &page), RC_OK);
        assert_str(page.period_text, "2022年4月1日至5月15日");
        size_t found;
        assert_true(str_find(whole_text(world->arena, &page), STR("创业培训 2 人次，比上年同期增长 100.0%，今年累计 3人次，完成 50.0%"), &found));
}

static void words(World *world) {
        static const struct {
                int64_t     progress;
                const char *text;
        } rows[] = {
                { 0, "0.0%" }, { 449, "0.0%" }, { 500, "0.1%" }, { 999499, "99.9%" }, { 999999, "99.9%" }, { 1000000, "100.0%" },
                { 1234567, "123.5%" }, { -31499, "-3.1%" }, { UNKNOWN, "（暂无数据）" }, { INT64_MAX, "922337203685477.6%" },
        };
        static const struct {
                int64_t     now, before;
                const char *text;
                Comparison  comparison;
        } growths[] = {
                { 112, 100, "增长 12.0%", COMPARE_KNOWN },      { 969, 1000, "下降 3.1%", COMPARE_KNOWN },
                { 100, 100, "与上年同期持平", COMPARE_EQUAL },  { 10001, 10000, "与上年同期基本持平", COMPARE_EQUAL },
                { 0, 0, "与上年同期持平", COMPARE_EQUAL },      { 5, 0, "（上年同期为 0）", COMPARE_NO_BASE },
                { 0, 5, "下降 100.0%", COMPARE_KNOWN },         { 5, UNKNOWN, "（上年同期无数据）", COMPARE_NO_BASE },
                { UNKNOWN, 5, "（暂无数据）", COMPARE_NO_BASE }, { UNKNOWN, UNKNOWN, "（暂无数据）", COMPARE_NO_BASE },
                { INT64_MAX, 1, "增长 922337203685477580.7%", COMPARE_KNOWN },
        };
        Case at;
        open_case(world, small_text, &at);
        const Program *program = at.pack.model->program;
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                assert_str(words_progress(world->arena, rows[i].progress), rows[i].text);
        for (size_t i = 0; i < ARRAY_LENGTH(growths); i++) {
                Comparison comparison;
                assert_str(words_growth(world->arena, program, program->indicators[0].type, growths[i].now, growths[i].before, &comparison),
                           growths[i].text);
                assert_int_equal(comparison, growths[i].comparison);
        }
        assert_str(words_rate(world->arena, UNKNOWN), "—");
        assert_str(words_rate(world->arena, 0), "持平");
        assert_str(words_rate(world->arena, -31000), "下降 3.1%");
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static Str file_place(World *world, const char *name) {
        const char *folder = getenv("LEYE_REPORT_FILES");
        return folder ? str_format(world->arena, "%s/%s", folder, name)
                      : str_format(world->arena, "%.*s/%s", STR_ARG(world->folder), name);
}

static Str read_part(Arena *arena, zip_t *archive, const char *name) {
        zip_stat_t about;
        assert_int_equal(zip_stat(archive, name, 0, &about), 0);
        char *text = ARENA_NEW(arena, char, about.size + 1);
        zip_file_t *file = zip_fopen(archive, name, 0);
        assert_non_null(file);
        assert_int_equal(zip_fread(file, text, about.size), (zip_int64_t) about.size);
        assert_int_equal(zip_fclose(file), 0);
        return (Str){ text, about.size };
}

static void must_parse(Str text, const char *name) {
        XML_Parser parser = XML_ParserCreateNS(NULL, '|');
        if (XML_Parse(parser, text.data, (int) text.length, 1) != XML_STATUS_OK)
                fail_msg("%s: %s", name, XML_ErrorString(XML_GetErrorCode(parser)));
        XML_ParserFree(parser);
}

/* Every part is XML; the main one is returned. */
static Str check_docx(World *world, Str path, bool header) {
        static const char *const parts[] = { "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "docProps/core.xml",
                                             "word/styles.xml", "word/settings.xml", "word/footer.xml", "word/document.xml" };
        int error;
        Str text = { 0 };
        zip_t *archive = zip_open(path.data, ZIP_RDONLY | ZIP_CHECKCONS, &error);
        assert_non_null(archive);
        assert_int_equal(zip_get_num_entries(archive, 0), ARRAY_LENGTH(parts) + header);
        assert_string_equal(zip_get_name(archive, 0, 0), parts[0]);
        assert_true((zip_name_locate(archive, "word/header.xml", 0) >= 0) == header);
        for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
                must_parse(text = read_part(world->arena, archive, parts[i]), parts[i]);
        if (header)
                must_parse(read_part(world->arena, archive, "word/header.xml"), "header");
        assert_int_equal(zip_close(archive), 0);
        return text;
}

static uint32_t count_of(Str text, Str needle) {
        uint32_t count = 0;
        for (size_t at; str_find(text, needle, &at); count++)
                text = str_slice(text, at + needle.length, text.length);
        return count;
}

static uint32_t pdf_pages(World *world, Str path) {
        Str text;
        assert_int_equal(file_read(world->arena, path.data, BIG, &text), RC_OK);
        assert_true(str_starts(text, STR("%PDF-")));
        return count_of(text, STR("/Type /Page "));
}

static void files(World *world) {
        Case at;
        ReportPage page;
        open_small(world, &at);
        must_script(world->database, "INSERT INTO leye_setting (_city, name, value) VALUES ('jining', 'demonstration', '1')");
        assert_int_equal(report_fill(&at.plan, 0, quarter("2022-06-30"), world->arena, &page), RC_OK);
        assert_true(page.demonstration);
        Str pdf = file_place(world, "small.pdf"), docx = file_place(world, "small.docx");
        assert_int_equal(report_pdf(&at.plan, &page, pdf.data), RC_OK);
        assert_int_equal(pdf_pages(world, pdf), 2);
        assert_int_equal(report_docx(&at.plan, &page, docx.data), RC_OK);
        Str text = check_docx(world, docx, true), bytes, again;
        assert_int_equal(count_of(text, STR("<w:tr>")), 6 + 3 + 1);
        assert_int_equal(count_of(text, STR("<w:tblHeader/>")), 1);
        assert_int_equal(count_of(text, STR("<w:pStyle w:val=\"Heading1\"/>")), 2);
        assert_int_equal(count_of(text, STR("创业培训 3 人次，比上年同期增长 50.0%，今年累计 4人次")), 1);
        /* the same report is the same file, also over an older one */
        assert_int_equal(file_read(world->arena, docx.data, BIG, &bytes), RC_OK);
        assert_int_equal(report_docx(&at.plan, &page, docx.data), RC_OK);
        assert_int_equal(file_read(world->arena, docx.data, BIG, &again), RC_OK);
        assert_true(str_equal(bytes, again));
        Str nowhere = str_format(world->arena, "%.*s/none/x", STR_ARG(world->folder));
        assert_int_equal(report_pdf(&at.plan, &page, nowhere.data), RC_IO);
        assert_int_equal(report_docx(&at.plan, &page, nowhere.data), RC_IO);
}

/* Two hundred targets whose names try to be markup, and one that is longer than a page. */
static Str long_pack(Arena *arena) {
        CLEAN(buffer_free) Buffer out = buffer_new(BIG);
        buffer_add(&out, str_slice(small_text, 0, small_text.length - 4));
        for (int i = 0; i < ROWS; i++) {
                buffer_format(&out, "目标 「<b>&\"甲%d\"]]>」\n  指标：创业培训人次\n  要求：不少于 %d人次\n  期间：每年，2021 至 2023\n", i, i + 1);
                buffer_format(&out, "  领域：“<i>&领域%d”\n  牵头：“<u>&牵头", i / 40);
                for (int j = 0; j < (i == 150 ? 3000 : i % 7); j++)
                        buffer_add(&out, STR("单位"));
                buffer_add(&out, STR("”\n"));
        }
        buffer_add(&out, STR("报表 「<a href=\"x\">&报」\n  周期：每年\n  机关：“<script>&”\n  段：\n    - “<p>&amp; {创业培训人次} ]]> {期间}”\n```\n"));
        return str_copy(arena, buffer_str(&out));
}

static void long_and_hostile(World *world) {
        Case at;
        ReportPage page;
        open_case(world, long_pack(world->arena), &at);
        Period year = period_of(CYCLE_YEAR, day_of("2022-06-30"));
        assert_int_equal(report_fill(&at.plan, 1, year, world->arena, &page), RC_OK);
        assert_int_equal(page.board.state_count, 6 + ROWS);
        Str pdf = file_place(world, "long.pdf"), docx = file_place(world, "long.docx");
        assert_int_equal(report_pdf(&at.plan, &page, pdf.data), RC_OK);
        uint32_t pages = pdf_pages(world, pdf);
        if (pages < 10 || pages > 30)
                fail_msg("%u pages", pages);
        assert_int_equal(report_docx(&at.plan, &page, docx.data), RC_OK);
        Str text = check_docx(world, docx, false);
        assert_int_equal(count_of(text, STR("<w:tr>")), 1 + 6 + ROWS + 3 + 5);
        assert_int_equal(count_of(text, STR("&lt;b&gt;&amp;&quot;甲")), ROWS);
        assert_int_equal(count_of(text, STR("<b>")), 0);
}

/* ---- XML --------------------------------------------------------------------------------------------------------- */

static void leave_open(void *context) {
        Buffer out = buffer_new(BIG);
        Xml xml = xml_begin(&out);
        (void) context;
        xml_end(&xml);
}

static void attribute_too_late(void *context) {
        Buffer out = buffer_new(BIG);
        Xml xml = xml_begin(&out);
        (void) context;
        xml_open(&xml, "a");
        xml_text(&xml, STR("x"));
        xml_attribute(&xml, "b", STR("c"));
}

static void xml_escapes(World *world) {
        CLEAN(buffer_free) Buffer out = buffer_new(BIG);
        Xml xml = xml_begin(&out);
        xml_open(&xml, "a");
        xml_attribute(&xml, "b", STR("<\"&>'"));
        xml_number(&xml, "c", -3);
        xml_text(&xml, STR("x\x01\x1f\ty\xef\xbf\xbf<&>"));
        xml_leaf(&xml, "d", NULL, (Str){ 0 });
        xml_leaf(&xml, "e", "f", STR("g"));
        xml_end(&xml);
        Str text = buffer_str(&out);
        assert_str(str_slice(text, 56, text.length), "<a b=\"&lt;&quot;&amp;&gt;'\" c=\"-3\">x\ty&lt;&amp;&gt;<d/><e f=\"g\"/></a>");
        must_parse(text, "escapes");
        assert_true(aborts(leave_open, NULL));
        assert_true(aborts(attribute_too_late, NULL));
        (void) world;
}

/* The first PDF of a process, with fonts not yet read. */
static void first_pdf(World *world) {
        struct timespec from, to;
        Case at;
        ReportPage page;
        open_small(world, &at);
        assert_int_equal(report_fill(&at.plan, 0, quarter("2022-06-30"), world->arena, &page), RC_OK);
        assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &from), 0);
        assert_int_equal(report_pdf(&at.plan, &page, file_place(world, "first.pdf").data), RC_OK);
        assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &to), 0);
        int64_t milliseconds = (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
        print_message("# first PDF: %lld ms\n", (long long) milliseconds);
        assert_in_range(milliseconds, 0, 500);
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "golden", golden, true, true }, { "sizes", sizes, true, true },
                { "nothing_known", nothing_known, true, true },
                { "places", places, true, false },
                { "running_period", running_period, true, false },
                { "words", words, true, false },
                { "files", files, true, false },
                { "long_and_hostile", long_and_hostile, true, false },
                { "xml_escapes", xml_escapes, true, false },
                { 0 },
        };
        static const WorldCase first[] = { { "first_pdf", first_pdf, true, false }, { 0 } };
        return argc > 1 && strcmp(argv[1], "first") == 0 ? world_run(first, 1, argv) : world_run(cases, argc, argv);
}
