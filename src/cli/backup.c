/* leye backup, leye restore: a city's records as one file, and back. A copy is written beside its place, checked, brought to the
 * disk and only then given its name, so that a copy that is there is whole. */
#include "cli/store.h"

#include "database/named.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARENA_CAP ((size_t) 64 << 20)

static bool is_postgres(Str folder) {
        return str_starts(folder, STR("postgres:"));
}

static bool is_there(Str path) {
        struct stat about;
        return stat(path.data, &about) == 0;
}

/* The connection is not repeated: it may hold a password. */
static int refuse_postgres(Str city) {
        while (city.length && memchr(city.data, '/', city.length))
                (void) str_cut(&city, '/');
        cli_say("PostgreSQL 的库用它自己的工具备份和恢复（连接串与 --folder 里的相同）：\n"
                "  pg_dump --format=custom --schema=leye_%.*s --file=%.*s.dump '连接串'\n"
                "  pg_restore --single-transaction --dbname='连接串' %.*s.dump\n"
                "恢复要么全成，要么什么也不变；库里已经有这个城市就不动它，要换掉就停下网站，给 pg_restore 加上 --clean --if-exists。",
                STR_ARG(city), STR_ARG(city), STR_ARG(city));
        return EXIT_USER;
}

static int tell_failure(Str path, const char *what) {
        cli_say("%s %.*s：%s", what, STR_ARG(path), cli_reason(errno));
        return EXIT_WORLD;
}

/* ---- one file ---------------------------------------------------------------------------------------------- */

static int fault_of(Database *database, Str path, Rc rc) {
        Str text = database_fault_text(database_fault(database)), own = database_message(database);
        if (database_fault(database) == FAULT_NONE)
                cli_say("%.*s：%s", STR_ARG(path), rc_name(rc));
        else
                cli_say("%.*s：%.*s（%.*s）", STR_ARG(path), STR_ARG(text), STR_ARG(own));
        return EXIT_WORLD;
}

static int open_file(Str path, Str name, Arena *arena, Database **ret_database) {
        Str why;
        DatabaseOptions options = { .place = str_format(arena, "sqlite:%.*s", STR_ARG(path)), .read_only = true };
        if (database_open(&options, arena, ret_database, &why) == RC_OK)
                return EXIT_DONE;
        cli_say("%.*s：%.*s", STR_ARG(name), STR_ARG(why));
        return EXIT_WORLD;
}

/* The pages of the file are whole. */
static int check_whole(Database *database, Str path, Arena *arena) {
        Statement *statement;
        Cell says;
        Rc rc = database_named(database, SQL_INTEGRITY, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, NULL, 0, arena, &says);
        if (rc != RC_OK)
                return fault_of(database, path, rc);
        if (str_equal(says.text, STR("ok")))
                return EXIT_DONE;
        cli_say("%.*s 坏了：%.*s", STR_ARG(path), STR_ARG(says.text));
        return EXIT_WORLD;
}

static int count_of(Database *database, Str path, uint32_t name, Str parameter, Arena *arena, bool *ret_any) {
        Statement *statement;
        Cell first;
        Rc rc = database_named(database, name, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ cell_text(parameter) }, 1, arena, &first);
        if (rc != RC_OK && rc != RC_MISSING)
                return fault_of(database, path, rc);
        *ret_any = rc == RC_OK && (first.kind == CELL_TEXT || first.integer > 0);
        return EXIT_DONE;
}

/* It is a database of Leye, and of this city. */
static int check_city(Database *database, Str path, Str city, Arena *arena) {
        static const char *const tables[] = { "leye_setting", "leye_field", "leye_history", "leye_batch", "leye_mapping", "leye_figure",
                                              "leye_closed", "leye_split", "leye_order", "leye_view", "leye_original" };
        bool there = true;
        int code = EXIT_DONE;
        for (size_t i = 0; code == EXIT_DONE && there && i < ARRAY_LENGTH(tables); i++) {
                code = count_of(database, path, SQL_TABLE_EXISTS, str_from(tables[i]), arena, &there);
                if (code == EXIT_DONE && !there)
                        cli_say("%.*s 不是乐业的备份：没有表 %s", STR_ARG(path), tables[i]);
        }
        if (code != EXIT_DONE || !there)
                return code != EXIT_DONE ? code : EXIT_USER;
        code = count_of(database, path, SQL_FIELD_LIST, city, arena, &there);
        if (code == EXIT_DONE && !there)
                cli_say("%.*s 里没有%.*s的数据，是别的城市的备份", STR_ARG(path), STR_ARG(city));
        return code != EXIT_DONE ? code : there ? EXIT_DONE : EXIT_USER;
}

/* The folder of a path, ending in a slash. */
static Str folder_of(Str path, Arena *arena) {
        const char *slash = strrchr(path.data, '/');
        return slash ? str_copy(arena, str_slice(path, 0, (size_t) (slash - path.data) + 1)) : STR("./");
}

/* Gives a finished file its name, on the disk. */
static int put_in_place(Str made, Str path, Arena *arena) {
        Str folder = folder_of(path, arena);
        int file = open(made.data, O_RDONLY | O_CLOEXEC), place = open(folder.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        bool done = file >= 0 && place >= 0 && fsync(file) == 0 && rename(made.data, path.data) == 0 && fsync(place) == 0;
        int error = errno;
        if (!done)
                (void) unlink(made.data);
        if (file >= 0)
                (void) close(file);
        if (place >= 0)
                (void) close(place);
        errno = error;
        return done ? EXIT_DONE : tell_failure(path, "写不了");
}

/* The records as they are at this moment, while others write. */
static int copy_records(Database *from, Str name, Str made) {
        Statement *statement;
        Rc rc = database_named(from, SQL_COPY_INTO, &statement);
        if (rc == RC_OK)
                rc = statement_run(statement, (Cell[]){ cell_text(made) }, 1, NULL);
        return rc == RC_OK ? EXIT_DONE : fault_of(from, name, rc);
}

static int copy_bytes(Str from, Str made) {
        struct stat about;
        int in = open(from.data, O_RDONLY | O_CLOEXEC), out = open(made.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        ssize_t copied = in >= 0 && out >= 0 && fstat(in, &about) == 0 ? 1 : -1;
        for (off_t left = copied > 0 ? about.st_size : 0; left > 0 && copied > 0; left -= copied)
                copied = sendfile(out, in, NULL, (size_t) left);
        int error = errno;
        if (in >= 0)
                (void) close(in);
        if (out >= 0 && close(out) != 0 && copied > 0)
                return tell_failure(made, "写不了");
        errno = error;
        return copied > 0 ? EXIT_DONE : tell_failure(made, "写不了");
}

/* The log of a database and its index; what is not there is removed. */
static bool remove_log(Str path, Arena *arena) {
        static const char *const ends[] = { "wal", "shm", "journal" };
        bool gone = true;
        for (size_t i = 0; i < ARRAY_LENGTH(ends); i++)
                gone = (unlink(str_format(arena, "%.*s-%s", STR_ARG(path), ends[i]).data) == 0 || errno == ENOENT) && gone;
        return gone;
}

/* What runs of this command left that were killed: people's data that nobody would look for, named PATH.PROCESS.part. */
static void remove_left(Str path, Arena *arena) {
        Str folder = folder_of(path, arena), end = STR(".part");
        Str start = str_format(arena, "%s.", strrchr(path.data, '/') ? strrchr(path.data, '/') + 1 : path.data);
        DIR *files = opendir(folder.data);
        for (struct dirent *entry; files && (entry = readdir(files)) != NULL;) {
                Str name = str_from(entry->d_name), whole = str_format(arena, "%.*s%s", STR_ARG(folder), entry->d_name);
                int64_t process;
                bool left = name.length > start.length + end.length && str_starts(name, start) && str_ends(name, end) &&
                            str_to_int(str_slice(name, start.length, name.length - end.length), &process) && process > 0 &&
                            process <= INT32_MAX;
                if (left && kill((pid_t) process, 0) != 0 && errno == ESRCH && remove_log(whole, arena))
                        (void) unlink(whole.data);
        }
        if (files)
                (void) closedir(files);          /* only read */
}

/* Copies the city's records, or the file they are in, to a file beside `path`, and checks it: what is wrong with the copy is wrong
 * with the original, `name`, or came of copying. What is not whole, or not the city's, goes. */
static int copy_checked(Database *from, Str name, Str path, Str city, Arena *arena, Str *ret_made) {
        Str made = str_format(arena, "%.*s.%d.part", STR_ARG(path), (int) getpid());
        Database *copy = NULL;
        (void) umask(0077);              /* people's data is for its owner alone */
        remove_left(path, arena);
        (void) unlink(made.data);
        int code = from ? copy_records(from, name, made) : copy_bytes(name, made);
        if (code == EXIT_DONE)
                code = open_file(made, name, arena, &copy);
        if (code == EXIT_DONE)
                code = check_whole(copy, name, arena);
        if (code == EXIT_DONE)
                code = check_city(copy, name, city, arena);
        database_close(copy);
        remove_log(made, arena);
        if (code != EXIT_DONE)
                (void) unlink(made.data);
        *ret_made = made;
        return code;
}

/* ---- leye backup ------------------------------------------------------------------------------------------- */

static int back_up(const Store *store, Str out, bool force) {
        Str path = str_copy(store->arena, out), city = store->plan.city;
        if (is_there(path) && !force) {
                cli_say("%.*s 已经有了；要换掉它，写 --force", STR_ARG(path));
                return EXIT_USER;
        }
        Str made;
        /* copying heals an index, and a healed copy would hide that the disk is failing */
        int code = check_whole(store->database, city, store->arena);
        if (code == EXIT_DONE)
                code = copy_checked(store->database, city, path, city, store->arena, &made);
        return code == EXIT_DONE ? put_in_place(made, path, store->arena) : code;
}

int command_backup(const Command *command, int argc, char **argv) {
        Str city[1], folder = STR("data"), out = { 0 };
        bool force = false;
        uint32_t count;
        const CliOption options[] = {
                { .name = "--folder", .value = "DIR", .help = "数据文件夹；缺省 data", .text = &folder },
                { .name = "--out", .value = "文件", .help = "备份写到哪里", .text = &out },
                { .name = "--force", .help = "换掉已有的备份", .flag = &force },
        };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        if (is_postgres(folder))
                return refuse_postgres(city[0]);
        if (out.length == 0) {
                cli_say("要写 --out 文件");
                return EXIT_USAGE;
        }
        Store store;
        code = store_open(&store, &(StoreOptions){ .city = city[0], .folder = folder });
        if (code == EXIT_DONE)
                code = back_up(&store, out, force);
        store_close(&store);
        return code;
}

/* ---- leye restore ------------------------------------------------------------------------------------------ */

/* Nobody may be using the records that are replaced. Closing the last connection takes the log away; one that stays belongs to
 * somebody else, and would be read into the new file. A file that cannot be opened, and is not locked, is nobody's. */
static int retire(Str path, Arena *arena) {
        Str log = str_format(arena, "%.*s-wal", STR_ARG(path)), why;
        Database *old = NULL;
        DatabaseOptions options = { .place = str_format(arena, "sqlite:%.*s", STR_ARG(path)) };
        Rc rc = database_open(&options, arena, &old, &why);
        if (rc == RC_OK)
                rc = database_begin(old, true);
        database_close(old);
        if (rc == RC_CONFLICT || (rc == RC_OK && is_there(log))) {
                cli_say("%.*s 正在使用；先停下网站（leye serve）再恢复", STR_ARG(path));
                return EXIT_USER;
        }
        return remove_log(path, arena) ? EXIT_DONE : tell_failure(log, "删不了");
}

static int restore(Str city, Str from, Str folder, bool force, Arena *arena) {
        Str source = str_copy(arena, from), place = store_place(arena, folder, city);
        Str path = str_copy(arena, str_slice(place, STR("sqlite:").length, place.length));
        Str made;
        if (!is_there(source))
                return tell_failure(source, "读不了");
        if (is_there(path) && !force) {
                cli_say("%.*s 已经有了；要用备份换掉它，写 --force（原来的数据就没有了）", STR_ARG(path));
                return EXIT_USER;
        }
        if (mkdir(str_copy(arena, folder).data, 0700) != 0 && errno != EEXIST)
                return tell_failure(folder, "建不了文件夹");
        if (is_there(str_format(arena, "%.*s-wal", STR_ARG(source)))) {
                cli_say("%.*s 旁边有 -wal 文件：这是正在使用的数据库，不是备份；请用 leye backup 备份", STR_ARG(source));
                return EXIT_USER;
        }
        int code = copy_checked(NULL, source, path, city, arena, &made);
        if (code != EXIT_DONE)
                return code;
        if (is_there(path))
                code = retire(path, arena);
        if (code == EXIT_DONE)
                return put_in_place(made, path, arena);
        (void) unlink(made.data);
        return code;
}

int command_restore(const Command *command, int argc, char **argv) {
        Str city[1], folder = STR("data"), from = { 0 };
        bool force = false;
        uint32_t count;
        const CliOption options[] = {
                { .name = "--folder", .value = "DIR", .help = "数据文件夹；缺省 data", .text = &folder },
                { .name = "--from", .value = "文件", .help = "leye backup 写的备份", .text = &from },
                { .name = "--force", .help = "换掉已有的数据", .flag = &force },
        };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        if (is_postgres(folder))
                return refuse_postgres(city[0]);
        if (from.length == 0) {
                cli_say("要写 --from 文件");
                return EXIT_USAGE;
        }
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        Arena *arena CLEAN(arena_cleanup) = arena_new(ARENA_CAP);
        code = cli_load(pack, city[0], &(PackOptions){ 0 }, false, true);
        return code == EXIT_DONE ? restore(pack->name, from, folder, force, arena) : code;
}
