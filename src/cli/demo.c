/* leye demo: a fresh city gets invented records in which every target has something to count. */
#include "cli/store.h"

#include "cli/progress.h"
#include "insight/demo.h"

#define OUT_CAP ((size_t) 1 << 20)
#define TSV_CAP ((size_t) 1 << 16)
#define PERSONS_MOST 2000000
#define SETTING_NUMBER "demonstration_number"

typedef struct DemoRequest {
        DemoOptions options;
        bool        append;
} DemoRequest;

/* The line 日期 of the city's demo.tsv: the day its documents are shown on. */
static bool day_of_city(const Store *store, Str city, int32_t *ret_day) {
        Str path = str_format(store->arena, "%s/demo.tsv", cli_pack_folder(store->arena, city).data), text;
        if (file_read(store->arena, path.data, TSV_CAP, &text) != RC_OK)
                return false;
        while (text.length) {
                Str line = str_cut(&text, '\n'), name = str_cut(&line, '\t');
                if (str_equal(name, STR("日期")) && date_parse(str_trim(line), ret_day))
                        return true;
        }
        return false;
}

/* Whether a table has a row. */
static int check_empty(const Store *store) {
        for (uint32_t i = 0; i < store->model->table_count; i++) {
                RecordPage page;
                const RecordTable *table = &store->model->tables[i];
                if (!demo_fills(table))
                        continue;
                RecordQuery query = { .city = store->plan.city, .sort = NONE, .limit = 1 };
                Rc rc = record_list(store->database, store->model, table, &query, store->arena, &page);
                if (rc != RC_OK)
                        return store_failure(store, "看不了数据库里的记录", rc);
                if (page.count == 0)
                        continue;
                cli_say("“%.*s”里已经有记录。示范数据只放进空的数据库；真要加进去，写 --append", STR_ARG(table->name));
                return EXIT_USER;
        }
        return EXIT_DONE;
}

static Rc load_number(const Store *store, uint64_t *ret_number) {
        Str text;
        int64_t number = 1;
        Rc rc = store_setting(store, STR(SETTING_NUMBER), &text);
        if (rc == RC_OK)
                *ret_number = str_to_int(text, &number) && number > 0 ? (uint64_t) number : 1;
        return rc;
}

/* What the pages show: that the records are invented, and on which day. */
static Rc put_settings(const Store *store, int32_t day, uint64_t next_number) {
        char text[11];
        date_print(day, text);
        Rc rc = store_put_setting(store, STR("demonstration"), STR("1"));
        if (rc == RC_OK)
                rc = store_put_setting(store, STR("board_day"), str_from(text));
        if (rc == RC_OK)
                rc = store_put_setting(store, STR(SETTING_NUMBER), str_format(store->arena, "%llu", (unsigned long long) next_number));
        return rc;
}

static void tell_shortfalls(const Store *store, const DemoResult *result) {
        Buffer out CLEAN(buffer_free) = buffer_new(OUT_CAP);
        for (uint32_t i = 0; i < result->shortfall_count; i++) {
                const DemoShortfall *missed = &result->shortfalls[i];
                const Indicator *indicator = &store->pack->program.indicators[missed->indicator];
                buffer_format(&out, "leye: 指标“%.*s”想造到 ", STR_ARG(indicator->name));
                value_print(&store->pack->program, indicator->type, missed->wanted, &out);
                buffer_add(&out, STR("，只有 "));
                if (missed->reached == UNKNOWN)
                        buffer_add(&out, STR("—"));
                else
                        value_print(&store->pack->program, indicator->type, missed->reached, &out);
                buffer_byte(&out, '\n');
        }
        cli_tell(&out);
}

static int tell_result(const Store *store, const DemoResult *result, int32_t day, int64_t started) {
        Buffer out CLEAN(buffer_free) = buffer_new(OUT_CAP);
        char text[11];
        int64_t tenths = (clock_ns() - started) / 100000000;
        date_print(day, text);
        buffer_format(&out, "%.*s，%s：示范记录 %llu 条，填报数 %llu 个，交办 %llu 条，用时 %lld.%lld 秒\n", STR_ARG(store->plan.city), text,
                      (unsigned long long) result->records, (unsigned long long) result->figures, (unsigned long long) result->orders,
                      (long long) tenths / 10, (long long) tenths % 10);
        buffer_add(&out, STR("目标："));
        for (Lamp lamp = LAMP_GREEN; lamp <= LAMP_RED; lamp++)
                buffer_format(&out, "%.*s %u，", STR_ARG(lamp_text(lamp)), result->lamps[lamp]);
        buffer_format(&out, "%.*s %u\n", STR_ARG(lamp_text(LAMP_NONE)), result->lamps[LAMP_NONE]);
        return cli_output(&out);
}

/* All of it in one transaction: records without the mark that they are invented must never be seen. */
static int fill(Store *store, Str city, DemoRequest *request) {
        int64_t started = clock_ns();
        DemoOptions *options = &request->options;
        DemoResult result = { 0 };
        CliProgress progress;
        if (options->day == DATE_MIN && !day_of_city(store, city, &options->day)) {
                cli_say("“%.*s”没有写示范用的日期（demo.tsv），请用 --day 指定", STR_ARG(city));
                return EXIT_USER;
        }
        Rc rc = database_begin(store->database, true);
        int code = rc != RC_OK || request->append ? EXIT_DONE : check_empty(store);
        if (code != EXIT_DONE)
                return code;
        Change change = store_change(store, STR("示范"));
        cli_progress_begin(&progress, "造示范数据");
        if (rc == RC_OK)
                rc = load_number(store, &options->first_number);
        if (rc == RC_OK)
                rc = demo_fill(&store->plan, options, &change, store->arena, &result);
        if (rc == RC_OK)
                rc = put_settings(store, options->day, result.next_number);
        rc = database_in_transaction(store->database) ? database_finish(store->database, rc) : rc;
        cli_progress_end(&progress);
        if (rc != RC_OK)
                return store_failure(store, "没有造成示范数据", rc);
        tell_shortfalls(store, &result);
        return tell_result(store, &result, options->day, started);
}

int command_demo(const Command *command, int argc, char **argv) {
        Str city[1], folder = STR("data");
        uint32_t count;
        int64_t persons = 200000, firms = 20000, seed = 1;
        DemoRequest request = { .options = { .day = DATE_MIN } };
        const CliOption options[] = {
                { .name = "--folder", .value = "DIR", .help = "数据文件夹，或 postgres:连接串；缺省 data", .text = &folder },
                { .name = "--persons", .value = "人数", .help = "至少造多少人，默认 200000；目标要更多不同的人时会多造", .number = &persons },
                { .name = "--firms", .value = "家数", .help = "造多少家企业，默认 20000", .number = &firms },
                { .name = "--seed", .value = "种子", .help = "同一个种子得到同样的内容，默认 1", .number = &seed },
                { .name = "--day", .value = "日期", .help = "看板停在哪一天；默认按城市的 demo.tsv", .date = &request.options.day },
                { .name = "--append", .help = "数据库里已有记录也照样加", .flag = &request.append },
        };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        if (persons < 1 || persons > PERSONS_MOST || firms < 1 || firms > PERSONS_MOST) {
                cli_say("--persons 和 --firms 要在 1 到 %d 之间", PERSONS_MOST);
                return EXIT_USAGE;
        }
        request.options.persons = (uint32_t) persons;
        request.options.firms = (uint32_t) firms;
        request.options.seed = (uint64_t) seed;
        Store store;
        code = store_open(&store, &(StoreOptions){ .city = city[0], .folder = folder, .fitting = true });
        if (code == EXIT_DONE)
                code = fill(&store, city[0], &request);
        store_close(&store);
        return code;
}
