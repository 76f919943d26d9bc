/* leye synth: an invented population with the city's counties, as CSV files. */
#include "engine/synth.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "engine/synth_city.h"

#define SYNTH_CAP 4096
#define THREADS_MAX 64

/* The members of the enumeration that people's 区县 takes, all of one weight. */
static bool find_counties(const Pack *pack, SynthCounty **ret_counties, uint32_t *ret_count) {
        uint32_t entity = pack_entity(pack, STR("人"));
        uint32_t step = entity == NONE ? NONE : pack->program.entities[entity].county;
        if (step == NONE)
                return false;
        const Enumeration *names = &pack->program.enumerations[pack->program.steps[step].type.of];
        SynthCounty *counties = ARENA_NEW(pack->arena, SynthCounty, names->member_count);
        for (uint32_t i = 0; i < names->member_count; i++)
                counties[i] = (SynthCounty){ names->members[i], 1 };
        *ret_counties = counties;
        *ret_count = names->member_count;
        return true;
}

/* The columns of the city's own facts; says what was added. */
static int write_city(const Pack *pack, const SynthOptions *synth, Str folder, Buffer *out) {
        SynthCityOptions options = { .seed = synth->seed, .base_date = synth->base_date,
                                     .blank_permille = SYNTH_CITY_BLANKS, .threads = synth->threads };
        SynthCityFile *files;
        uint32_t count;
        CliProgress progress;
        cli_progress_begin(&progress, "补上本市的列");
        Rc rc = synth_city(&pack->program, folder, &options, pack->arena, &files, &count);
        int error = errno;
        cli_progress_end(&progress);
        if (rc != RC_OK) {
                cli_say("给 %.*s 补不上本市的列：%s", STR_ARG(folder), cli_reason(error));
                return cli_exit(rc);
        }
        for (uint32_t i = 0; i < count; i++)
                buffer_format(out, files[i].made ? "%.*s/%.*s %u 行，%u 列\n" : "%.*s/%.*s %u 行，补了 %u 列\n", STR_ARG(folder),
                              STR_ARG(files[i].name), files[i].rows, files[i].columns);
        return EXIT_DONE;
}

static int write_population(SynthOptions *options, Str folder, const Pack *pack, bool plain) {
        Arena *arena = pack->arena;
        Str path = str_copy(arena, folder);
        if (mkdir(path.data, 0777) != 0 && errno != EEXIST) {
                cli_say("建不了文件夹 %s：%s", path.data, cli_reason(errno));
                return EXIT_WORLD;
        }
        uint64_t rows[SYNTH_FILE_TOTAL];
        CliProgress progress;
        cli_progress_begin(&progress, "造数据");
        Rc rc = synth_write(options, path, rows);
        int error = errno;
        cli_progress_end(&progress);
        if (rc != RC_OK) {
                cli_say("写不了 %s：%s", path.data, cli_reason(error));
                return cli_exit(rc);
        }
        Buffer out CLEAN(buffer_free) = buffer_new(SYNTH_CAP);
        for (SynthFile file = 0; file < SYNTH_FILE_TOTAL; file++) {
                Str name = synth_file_name(file);
                buffer_format(&out, "%.*s/%.*s %llu 行\n", STR_ARG(path), STR_ARG(name), (unsigned long long) rows[file]);
        }
        int code = plain ? EXIT_DONE : write_city(pack, options, path, &out);
        return code == EXIT_DONE ? cli_output(&out) : code;
}

int command_synth(const Command *command, int argc, char **argv) {
        int64_t persons = 0, seed = 1, threads = 2;
        int32_t date = date_today();
        Str folder = { 0 };
        bool plain = false;
        const CliOption options[] = {
                { .name = "--persons", .value = "人数", .help = "造多少人", .number = &persons },
                { .name = "--out", .value = "文件夹", .help = "写到哪里", .text = &folder },
                { .name = "--seed", .value = "种子", .help = "同一个种子得到同样的数据，默认 1", .number = &seed },
                { .name = "--at", .value = "日期", .help = "数据的日期，默认今天", .date = &date },
                { .name = "--plain", .help = "只造六个基本文件，不补本市事实的列", .flag = &plain },
                { .name = "--threads", .value = "个数", .help = "用几个线程，默认 2；结果与线程数无关", .number = &threads },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        if (persons < 1 || persons > SYNTH_PERSONS_MAX || folder.length == 0) {
                cli_say("要写 --persons 人数（1 到 %d）和 --out 文件夹", SYNTH_PERSONS_MAX);
                return EXIT_USAGE;
        }
        if (threads < 1 || threads > THREADS_MAX) {
                cli_say("--threads 要在 1 到 %d 之间", THREADS_MAX);
                return EXIT_USAGE;
        }
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        code = cli_load(pack, city[0], &(PackOptions){ 0 }, false, true);
        if (code != EXIT_DONE)
                return code;
        SynthOptions synth = { .persons = (uint32_t) persons, .seed = (uint64_t) seed, .base_date = date,
                               .threads = (uint32_t) threads };
        SynthCounty *counties;
        if (!find_counties(pack, &counties, &synth.county_count)) {
                cli_say("“%.*s”没有声明 事实 人.区县，不知道有哪些区县", STR_ARG(city[0]));
                return EXIT_USER;
        }
        synth.counties = counties;
        return write_population(&synth, folder, pack, plain);
}
