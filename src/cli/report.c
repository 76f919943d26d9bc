/* leye report: a report of the pack filled from the city's records, on the terminal or as a file. */
#include "cli/store.h"
#include "cli/table.h"
#include "insight/report.h"

#include "base/date.h"
#include "base/json.h"

#define OUT_CAP ((size_t) 64 << 20)
#define NARROW 34                        /* terminal columns of a name in the table */

typedef struct Job {
        Store      store;
        ReportPage page;
        Str        out;
} Job;

/* ---- forms ------------------------------------------------------------------------------------------------- */

static void add_table(Arena *arena, const ReportPage *page, Buffer *out) {
        TextTable table = table_new(arena, "llrrrll");
        for (ReportColumn column = 0; column < REPORT_COLUMNS; column++)
                table_cell(&table, report_column_name(column));
        for (uint32_t row = 0; row < page->board.state_count; row++)
                for (ReportColumn column = 0; column < REPORT_COLUMNS; column++)
                        table_short(&table, page->rows[row].cells[column], NARROW);
        table_print(&table, out);
}

static void print_text(Arena *arena, const ReportPage *page, Buffer *out) {
        Str subtitle = report_subtitle(arena, page), heading = report_text_heading(), mark = report_demonstration_text();
        buffer_format(out, "%.*s\n%.*s\n", STR_ARG(page->title), STR_ARG(subtitle));
        if (page->demonstration)
                buffer_format(out, "%.*s\n", STR_ARG(mark));
        buffer_format(out, "\n%.*s\n", STR_ARG(heading));
        for (uint32_t i = 0; i < page->paragraph_count; i++) {
                Str text = report_paragraph(arena, &page->paragraphs[i]);
                buffer_format(out, "    %.*s\n", STR_ARG(text));
        }
        if (page->board.state_count == 0)
                return;
        heading = report_table_heading();
        Str note = report_table_note();
        buffer_format(out, "\n%.*s\n", STR_ARG(heading));
        add_table(arena, page, out);
        buffer_format(out, "%.*s\n", STR_ARG(note));
}

static void json_day(Json *json, const char *key, int32_t day) {
        char text[11];
        date_print(day, text);
        json_key(json, key);
        json_text(json, str_from(text));
}

static void json_named(Json *json, const char *key, Str text) {
        json_key(json, key);
        json_text(json, text);
}

static void json_figures(Json *json, const Program *program, const ReportText *paragraph) {
        json_key(json, "figures");
        json_open_array(json);
        for (uint32_t i = 0; i < paragraph->span_count; i++) {
                const ReportSpan *span = &paragraph->spans[i];
                if (!span->figure)
                        continue;
                json_open_object(json);
                json_named(json, "text", span->text);
                if (span->indicator != NONE)
                        json_named(json, "indicator", program->indicators[span->indicator].name);
                if (span->target != NONE)
                        json_named(json, "target", program->targets[span->target].name);
                json_day(json, "from", span->period.first);
                json_day(json, "to", span->period.last);
                json_end(json);
        }
        json_end(json);
}

static void json_rows(Json *json, const ReportPage *page) {
        static const char *const keys[] = {
                [REPORT_TARGET] = "target", [REPORT_REQUIREMENT] = "requirement", [REPORT_FIGURE] = "figure",
                [REPORT_PROGRESS] = "progress", [REPORT_GROWTH] = "growth", [REPORT_LAMP] = "lamp", [REPORT_LEAD] = "lead",
        };
        json_key(json, "targets");
        json_open_array(json);
        for (uint32_t row = 0; row < page->board.state_count; row++) {
                json_open_object(json);
                json_named(json, "area", page->rows[row].area);
                for (ReportColumn column = 0; column < REPORT_COLUMNS; column++)
                        json_named(json, keys[column], page->rows[row].cells[column]);
                json_end(json);
        }
        json_end(json);
}

static void print_json(Arena *arena, const Program *program, const ReportPage *page, Buffer *out) {
        Json json = json_begin(out);
        json_open_object(&json);
        json_named(&json, "report", page->title);
        json_named(&json, "issuer", page->issuer);
        json_named(&json, "period", page->period_text);
        json_day(&json, "from", page->period.first);
        json_day(&json, "to", page->period.last);
        json_key(&json, "demonstration");
        json_bool(&json, page->demonstration);
        json_key(&json, "paragraphs");
        json_open_array(&json);
        for (uint32_t i = 0; i < page->paragraph_count; i++) {
                json_open_object(&json);
                json_named(&json, "text", report_paragraph(arena, &page->paragraphs[i]));
                json_figures(&json, program, &page->paragraphs[i]);
                json_end(&json);
        }
        json_end(&json);
        json_rows(&json, page);
        json_end(&json);
        buffer_byte(out, '\n');
}

static int write_printed(Job *job, bool json) {
        Buffer out CLEAN(buffer_free) = buffer_new(OUT_CAP);
        if (json)
                print_json(job->store.arena, &job->store.pack->program, &job->page, &out);
        else
                print_text(job->store.arena, &job->page, &out);
        if (job->out.length == 0)
                return cli_output(&out);
        if (!out.failed && file_write(job->out.data, buffer_str(&out)) == RC_OK)
                return EXIT_DONE;
        cli_say("写不了 %.*s", STR_ARG(job->out));
        return EXIT_WORLD;
}

static int write_text(Job *job) {
        return write_printed(job, false);
}

static int write_json(Job *job) {
        return write_printed(job, true);
}

static int write_file(Job *job, Rc (*form)(const Plan *plan, const ReportPage *page, const char *path)) {
        if (job->out.length == 0) {
                cli_say("PDF 和 Word 要写进文件，请加 --out 文件名");
                return EXIT_USAGE;
        }
        Rc rc = form(&job->store.plan, &job->page, job->out.data);
        if (rc != RC_OK)
                cli_say("写不了 %.*s（%s）", STR_ARG(job->out), rc_name(rc));
        return cli_exit(rc);
}

static int write_pdf(Job *job) {
        return write_file(job, report_pdf);
}

static int write_docx(Job *job) {
        return write_file(job, report_docx);
}

static const struct {
        const char *name;
        int       (*write)(Job *job);
} FORMS[] = { { "text", write_text }, { "pdf", write_pdf }, { "docx", write_docx }, { "json", write_json } };

/* ---- which ------------------------------------------------------------------------------------------------- */

static int list_reports(const Program *program) {
        Buffer out CLEAN(buffer_free) = buffer_new(OUT_CAP);
        for (uint32_t i = 0; i < program->report_count; i++)
                buffer_format(&out, "%.*s\n", STR_ARG(program->reports[i].name));
        return cli_output(&out);
}

static bool find_report(const Program *program, Str name, Arena *arena, uint32_t *ret_report) {
        Str *names = ARENA_NEW(arena, Str, program->report_count + 1), near;
        for (uint32_t i = 0; i < program->report_count; i++) {
                names[i] = program->reports[i].name;
                if (str_equal(names[i], name)) {
                        *ret_report = i;
                        return true;
                }
        }
        if (nearest_name(name, names, program->report_count, &near))
                cli_say("没有“%.*s”这张报表，是否想写 %.*s", STR_ARG(name), STR_ARG(near));
        else
                cli_say("没有“%.*s”这张报表；不写报表名就列出全部", STR_ARG(name));
        return false;
}

/* The day asked about, else the day the city's demonstration stands still on, else today. */
static Rc choose_period(const Store *store, const Report *report, int32_t day, Period *ret_period) {
        Str text;
        int32_t today = date_today();
        Rc rc = store_setting(store, STR("board_day"), &text);
        if (rc != RC_OK)
                return rc;
        if (text.length && !date_parse(text, &today))
                return RC_INVALID;
        *ret_period = report_period(report, day, today);
        return RC_OK;
}

static int fill(Job *job, Str name, int32_t day) {
        uint32_t report;
        Period period;
        Store *store = &job->store;
        if (!find_report(&store->pack->program, name, store->arena, &report))
                return EXIT_USER;
        Rc rc = choose_period(store, &store->pack->program.reports[report], day, &period);
        if (rc == RC_OK)
                rc = report_fill(&store->plan, report, period, store->arena, &job->page);
        return rc == RC_OK ? EXIT_DONE : store_failure(store, "算不出这张报表", rc);
}

int command_report(const Command *command, int argc, char **argv) {
        Str names[2], folder = STR("data"), format = STR("text");
        uint32_t count, form = 0;
        int32_t day = DATE_MIN;
        Job job = { 0 };
        const CliOption options[] = {
                { .name = "--folder", .value = "DIR", .help = "数据文件夹，或 postgres:连接串；缺省 data", .text = &folder },
                { .name = "--day", .value = "日期", .help = "这一天所在的一期，算到这一天；缺省是最近结束的一期", .date = &day },
                { .name = "--format", .value = "格式", .help = "text、pdf、docx 或 json；缺省 text", .text = &format },
                { .name = "--out", .value = "FILE", .help = "写进这个文件", .text = &job.out },
        };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, names, &count);
        if (code >= 0)
                return code;
        while (form < ARRAY_LENGTH(FORMS) && !str_equal(format, str_from(FORMS[form].name)))
                form++;
        if (form == ARRAY_LENGTH(FORMS)) {
                cli_say("没有“%.*s”这种格式；可以写 text、pdf、docx、json", STR_ARG(format));
                return EXIT_USAGE;
        }
        code = store_open(&job.store, &(StoreOptions){ .city = names[0], .folder = folder, .fitting = true, .read_only = true });
        if (code == EXIT_DONE && count == 1)
                code = list_reports(&job.store.pack->program);
        else if (code == EXIT_DONE) {
                code = fill(&job, names[1], day);
                code = code == EXIT_DONE ? FORMS[form].write(&job) : code;
        }
        store_close(&job.store);
        return code;
}
