/* leye serve: the site. Loads every city (or those named), listens, prints one line with the address, and runs until
 * it is told to stop. */
#include "base/date.h"
#include "base/secret.h"
#include "cli/facts.h"
#include "cli/overview.h"
#include "cli/store.h"
#include "web/http.h"
#include "web/job.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ARENA_CAP ((size_t) 16 << 20)
#define THREADS_MAX 8

typedef struct ServeOptions {
        int64_t port, office_port;
        Str     bind, data, folder, token;
        int32_t at;
        bool    demonstration;
} ServeOptions;

typedef struct Cities {
        Arena *arena;
        Str    names[SITE_CITIES_MAX];
        Pack  *packs[SITE_CITIES_MAX];
        uint32_t name_count, pack_count;
        OverviewData *overviews[SITE_CITIES_MAX];
        uint32_t overview_count;
        Pool *pools[SITE_CITIES_MAX];
        uint32_t pool_count;
} Cities;

static void free_cities(Cities *cities) {
        for (uint32_t i = 0; i < cities->overview_count; i++)
                overview_free(cities->overviews[i]);
        for (uint32_t i = 0; i < cities->pool_count; i++)
                pool_free(cities->pools[i]);
        for (uint32_t i = 0; i < cities->pack_count; i++)
                pack_free(cities->packs[i]);
        arena_free(cities->arena);
}

/* The totals over the city's invented population, where --data has one. What is wrong with it is told and left out. */
static void add_overview(Cities *cities, Site *site, Str name, const ServeOptions *options) {
        OverviewData *data;
        int32_t date = options->at == DATE_MIN ? date_today() : options->at;
        if (options->data.length == 0 || overview_load(name, options->data, date, &data) != EXIT_DONE || !data)
                return;
        cities->overviews[cities->overview_count++] = data;
        site->cities[site->city_count - 1].overview = &data->overview;
}

/* The city's records, where --folder has them and they fit the pack. What is wrong is told, and the city goes on without. */
static void add_records(Cities *cities, Site *site, Str name, const ServeOptions *options) {
        Store store;
        if (options->folder.length == 0)
                return;
        int code = store_open(&store, &(StoreOptions){ .city = name, .folder = options->folder, .fitting = true });
        if (code == EXIT_DONE) {
                const Pack *pack = site->cities[site->city_count - 1].pack;
                Pool *pool = pool_new(&(DatabaseOptions){ .place = store_place(cities->arena, options->folder, pack->name),
                                                          .space = str_format(cities->arena, "leye_%.*s", STR_ARG(pack->name)) });
                cities->pools[cities->pool_count++] = pool;
                site_add_records(site, site->city_count - 1, pool, model_new(&pack->program, cities->arena));
        }
        store_close(&store);
}

/* Adds one city. `named`: the user asked for it, so that it must be one. */
static int add_city(Cities *cities, Site *site, Str name, const ServeOptions *options, bool named) {
        Pack *pack = pack_new();
        int code = cli_load(pack, name, &(PackOptions){ .demonstration = options->demonstration }, false, true);
        Rc rc = code == EXIT_DONE ? site_add(site, pack) : RC_OK;
        if (code == EXIT_DONE && rc == RC_OK) {
                cities->packs[cities->pack_count++] = pack;
                add_overview(cities, site, name, options);
                add_records(cities, site, name, options);
                return EXIT_DONE;
        }
        pack_free(pack);
        if (named && rc == RC_INVALID)
                cli_say("“%.*s”里没有“文件”，不是城市", STR_ARG(name));
        else if (rc == RC_TOOBIG)
                cli_say("城市超过 %d 个，其余的没有装入", SITE_CITIES_MAX);
        else if (!named && code != EXIT_DONE)
                cli_say("“%.*s”没有装入，其他城市照常", STR_ARG(name));
        return code != EXIT_DONE ? code : EXIT_USER;
}

static int add_cities(Cities *cities, Site *site, const ServeOptions *options) {
        bool named = cities->name_count > 0;
        int code = named ? EXIT_DONE : cli_list_cities(cities->arena, SITE_CITIES_MAX, cities->names, &cities->name_count);
        for (uint32_t i = 0; code == EXIT_DONE && i < cities->name_count; i++) {
                int added = add_city(cities, site, cities->names[i], options, named);
                if (named)
                        code = added;
        }
        if (code == EXIT_DONE && site->city_count == 0) {
                cli_say("没有可以显示的城市");
                return EXIT_USER;
        }
        return code;
}

static int explain_start(Rc rc, const ServeOptions *options) {
        switch (rc) {
        case RC_CONFLICT:
                cli_say("端口 %lld 已经被别的程序占用；换一个：leye serve --port 8081", (long long) options->port);
                return EXIT_WORLD;
        case RC_DENIED:
                cli_say("不允许使用端口 %lld；换一个 1024 以上的", (long long) options->port);
                return EXIT_WORLD;
        case RC_INVALID:
                cli_say("“%.*s”不是本机的地址，例如 127.0.0.1 或 0.0.0.0", STR_ARG(options->bind));
                return EXIT_USAGE;
        case RC_OK:
        case RC_MISSING:
        case RC_TOOBIG:
        case RC_IO:
                break;
        }
        cli_say("监听不了 %.*s:%lld", STR_ARG(options->bind), (long long) options->port);
        return EXIT_WORLD;
}

#define TOKEN_BYTES 16           /* 128 bits: nobody can guess them */

static int start(const Site *site, Str address, int64_t port, const ServeOptions *options, Server **ret_server) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        uint32_t threads = (uint32_t) (processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : processors);
        Rc rc = server_start(&(ServerOptions){ .site = site, .address = address, .port = (uint16_t) port, .threads = threads }, ret_server);
        return rc == RC_OK ? EXIT_DONE : explain_start(rc, options);
}

/* One line with the address, and the officers' one where there is one. */
static void print_addresses(const Server *public, const Server *office, const ServeOptions *options) {
        size_t at;
        bool v6 = str_find(options->bind, STR(":"), &at);
        (void) printf("乐业已启动：http://%s%.*s%s:%u/", v6 ? "[" : "", STR_ARG(options->bind), v6 ? "]" : "", server_port(public));
        if (office)
                (void) printf(" 工作台：http://127.0.0.1:%u/?token=%.*s", server_port(office), STR_ARG(options->token));
        (void) printf("\n");
        (void) fflush(stdout);           /* a closed standard output does not stop a server */
}

/* Listens until SIGTERM or SIGINT. The signals are blocked before the server's threads begin, so that they come here. */
static int run_server(const Site *site, const ServeOptions *options) {
        sigset_t stop;
        sigemptyset(&stop);
        sigaddset(&stop, SIGTERM);
        sigaddset(&stop, SIGINT);
        MUST(pthread_sigmask(SIG_BLOCK, &stop, NULL) == 0);
        MUST(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
        Server *public, *office = NULL;
        Site office_site = *site;
        office_site.office = true;
        office_site.token = options->token;
        int code = start(site, options->bind, options->port, options, &public);
        if (code != EXIT_DONE)
                return code;
        if (options->folder.length) {
                office_site.jobs = jobs_new(&office_site);
                code = start(&office_site, STR("127.0.0.1"), options->office_port, options, &office);
        }
        if (code == EXIT_DONE) {
                int signal_number;
                print_addresses(public, office, options);
                MUST(sigwait(&stop, &signal_number) == 0);
        }
        if (office_site.jobs)
                jobs_stop(office_site.jobs);     /* first, so that nobody waits for what does not come */
        server_stop(office);
        server_stop(public);
        jobs_free(office_site.jobs);
        return code;
}

int command_serve(const Command *command, int argc, char **argv) {
        ServeOptions serve = { .port = 8080, .office_port = 8081, .bind = STR("127.0.0.1"), .at = DATE_MIN };
        const CliOption options[] = {
                { .name = "--port", .value = "端口", .help = "默认 8080；0 是任意一个空闲的", .number = &serve.port },
                { .name = "--bind", .value = "地址", .help = "默认 127.0.0.1，只有本机能打开", .text = &serve.bind },
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &serve.demonstration },
                { .name = "--at", .value = "日期", .help = "按哪一天算，默认当天", .date = &serve.at },
                { .name = "--data", .value = "文件夹", .help = "虚构人口：每个城市一个 城市.snapshot 或一个文件夹，供“全市测算”", .text = &serve.data },
                { .name = "--folder", .value = "文件夹", .help = "业务数据（leye init 建的），或 postgres:连接串；有了它才有工作台", .text = &serve.folder },
                { .name = "--office-port", .value = "端口", .help = "工作台的端口，默认 8081，只有本机能打开", .number = &serve.office_port },
                { .name = "--token", .value = "口令", .help = "工作台的口令，默认每次新造一个", .text = &serve.token },
        };
        Cities cities CLEAN(free_cities) = { .arena = arena_new(ARENA_CAP) };
        Site site = { 0 };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, cities.names, &cities.name_count);
        if (code >= 0)
                return code;
        if (serve.port < 0 || serve.port > UINT16_MAX || serve.office_port < 0 || serve.office_port > UINT16_MAX) {
                cli_say("端口是 0 到 65535 的数");
                return EXIT_USAGE;
        }
        site.at = serve.at;
        if (serve.token.length == 0)
                serve.token = secret_token(cities.arena, TOKEN_BYTES);
        code = add_cities(&cities, &site, &serve);
        if (code == EXIT_DONE)
                site.workdays = facts_workdays(cities.names[0], cities.arena);
        return code == EXIT_DONE ? run_server(&site, &serve) : code;
}
