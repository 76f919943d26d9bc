/* Finding and reading the tables of public facts. */
#include "cli/facts.h"

#include "records/division.h"

#include <errno.h>

#define FACTS_MAX ((size_t) 16 << 20)
#define MESSAGE_MAX 4096

static Str facts_path(Str city, const char *name, Arena *arena) {
        Str folder = cli_pack_folder(arena, city);
        return str_format(arena, "%.*s/../common/%s", STR_ARG(folder), name);
}

const WorkdayCalendar *facts_workdays(Str city, Arena *arena) {
        Str path = facts_path(city, "workdays.tsv", arena), text, why;
        const WorkdayCalendar *calendar = NULL;
        Rc rc = file_read(arena, path.data, FACTS_MAX, &text);
        if (rc == RC_MISSING)
                return NULL;
        if (rc != RC_OK)
                cli_say("读不了 %s：%s；工作日只按周末算", path.data, cli_reason(errno));
        else if (workday_read(text, arena, &calendar, &why) != RC_OK)
                cli_say("%s %.*s；工作日只按周末算", path.data, STR_ARG(why));
        return calendar;
}

/* The code of the first document that names its area: “370800 济宁市”. */
static Str area_of(const Program *program) {
        for (uint32_t i = 0; i < program->document_count; i++) {
                Str area = program->documents[i].area;
                if (area.length)
                        return str_cut(&area, ' ');
        }
        return (Str){ 0 };
}

int facts_load_divisions(const Store *store, Str city) {
        Arena *arena = store->arena;
        Str area = area_of(store->model->program), path = facts_path(city, "divisions.tsv", arena), text, why;
        Division *divisions;
        uint32_t count;
        if (area.length == 0 || !model_table(store->model, STR("区划")))
                return EXIT_DONE;
        Rc rc = file_read(arena, path.data, FACTS_MAX, &text);
        if (rc != RC_OK) {
                cli_say("读不了 %s：%s；区划没有装入", path.data, cli_reason(errno));
                return cli_exit(rc);
        }
        if (division_read(text, arena, &divisions, &count, &why) != RC_OK) {
                cli_say("%s %.*s；区划没有装入", path.data, STR_ARG(why));
                return EXIT_USER;
        }
        Change change = store_change(store, STR("装入区划"));
        DivisionResult result;
        rc = division_load(store->database, store->model, &change, area, divisions, count, &result);
        if (rc == RC_MISSING) {
                cli_say("%s 里没有 %.*s，或者“区划”的写法和 cities/common 不同；区划没有装入", path.data, STR_ARG(area));
                return EXIT_USER;
        }
        if (rc != RC_OK)
                return store_failure(store, "区划没有装入", rc);
        if (result.created + result.updated == 0)
                return EXIT_DONE;
        Buffer out CLEAN(buffer_free) = buffer_new(MESSAGE_MAX);
        buffer_format(&out, "区划：新增 %llu 个，更新 %llu 个\n", (unsigned long long) result.created, (unsigned long long) result.updated);
        return cli_output(&out);
}
