/* leye coverage: clause by clause, what carries it; with --all for every city, and a table of documents at the end. */
#include "city/coverage.h"
#include "cli/cli.h"
#include "cli/table.h"

#define COVERAGE_CAP ((size_t) 16 << 20)
#define ALL_ARENA ((size_t) 64 << 20)
#define CITIES_MAX 256

typedef struct All {
        Arena    *arena;
        TextTable table;
        Buffer   *out;
        Json      json;
        bool      as_json;
        CoverageTotal sum;
} All;

static int print_one(const Pack *pack, bool as_json) {
        Coverage coverage = coverage_of(pack, pack->arena);
        Buffer out CLEAN(buffer_free) = buffer_new(COVERAGE_CAP);
        if (as_json) {
                Json writer = json_begin(&out);
                coverage_json(pack, &coverage, &writer);
                buffer_byte(&out, '\n');
        } else
                coverage_print(pack, &coverage, &out);
        return cli_output(&out);
}

/* ---- all cities ---- */

static void add_row(All *all, Str document, Str kind, CoverageCount count) {
        table_cell(&all->table, document);
        table_cell(&all->table, kind);
        table_number(&all->table, count.runs);
        table_number(&all->table, count.waits);
}

static void add_rows(All *all, const CoverageTotal *total) {
        Str document = str_copy(all->arena, total->document);
        for (uint32_t i = 0; i < CARRIER_KINDS; i++)
                if (total->kinds[i].runs + total->kinds[i].waits > 0)
                        add_row(all, document, carrier_text((CarrierKind) i), total->kinds[i]);
}

static void add_totals(All *all, const CoverageTotal *total) {
        add_rows(all, total);
        for (uint32_t i = 0; i < CARRIER_KINDS; i++) {
                all->sum.kinds[i].runs += total->kinds[i].runs;
                all->sum.kinds[i].waits += total->kinds[i].waits;
        }
}

/* A pack without document is no city: others import it. */
static void add_city(All *all, const Pack *pack) {
        Coverage coverage = coverage_of(pack, pack->arena);
        CoverageTotal *totals;
        uint32_t count;
        if (pack->program.document_count == 0)
                return;
        if (all->as_json) {
                json_open_object(&all->json);
                json_key(&all->json, "city");
                json_text(&all->json, pack->name);
                json_key(&all->json, "clauses");
                coverage_json(pack, &coverage, &all->json);
                json_end(&all->json);
                return;
        }
        buffer_format(all->out, "## %.*s\n\n", STR_ARG(pack->name));
        coverage_print(pack, &coverage, all->out);
        buffer_byte(all->out, '\n');
        coverage_count(pack, &coverage, all->arena, &totals, &count);
        for (uint32_t i = 0; i < count; i++)
                add_totals(all, &totals[i]);
}

static int print_all(bool as_json) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(ALL_ARENA);
        Buffer out CLEAN(buffer_free) = buffer_new(COVERAGE_CAP);
        Str *names = ARENA_NEW(arena, Str, CITIES_MAX);
        uint32_t count;
        int code = cli_list_cities(arena, CITIES_MAX, names, &count), worst = EXIT_DONE;
        if (code != EXIT_DONE)
                return code;
        All all = { .arena = arena, .table = table_new(arena, "llrr"), .out = &out, .json = json_begin(&out), .as_json = as_json,
                    .sum = { .document = STR("合计") } };
        static const char *const heads[] = { "文件", "承载", "能运行", "待后续" };
        for (uint32_t i = 0; i < ARRAY_LENGTH(heads); i++)
                table_cell(&all.table, str_from(heads[i]));
        if (as_json)
                json_open_array(&all.json);
        for (uint32_t i = 0; i < count; i++) {
                Pack *pack CLEAN(pack_cleanup) = pack_new();
                code = cli_load(pack, names[i], &(PackOptions){ 0 }, false, true);
                worst = worst == EXIT_DONE ? code : worst;
                if (code == EXIT_DONE)
                        add_city(&all, pack);
        }
        if (as_json) {
                json_end(&all.json);
                buffer_byte(&out, '\n');
        } else {
                add_rows(&all, &all.sum);
                table_print(&all.table, &out);
        }
        code = cli_output(&out);
        return code != EXIT_DONE ? code : worst;
}

int command_coverage(const Command *command, int argc, char **argv) {
        bool json = false, all = false;
        const CliOption options[] = {
                { .name = "--json", .help = "以 JSON 输出", .flag = &json },
                { .name = "--all", .help = "全部城市", .flag = &all },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        if (all == (count == 1)) {
                cli_say("写一个城市，或者写 --all；用法：leye %s %s", command->name, command->arguments);
                return EXIT_USAGE;
        }
        if (all)
                return print_all(json);
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        code = cli_load(pack, city[0], &(PackOptions){ 0 }, false, true);
        return code == EXIT_DONE ? print_one(pack, json) : code;
}
