/* What the world does to a database: kill -9 in the middle of writing, a full disk, a torn file. */
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#define BATCH_ROWS 2000
#define TABLE "CREATE TABLE t (batch BIGINT, a BIGINT, b TEXT, PRIMARY KEY (batch, a))"

/* One batch in one transaction; what fails is rolled back. */
static Rc add_batch(Database *database, int64_t batch) {
        static Cell cells[3 * BATCH_ROWS];
        for (uint32_t i = 0; i < BATCH_ROWS; i++) {
                cells[3 * i] = cell_integer(batch);
                cells[3 * i + 1] = cell_integer(i);
                cells[3 * i + 2] = cell_text(STR("创业培训班第一期，济宁市任城区"));
        }
        Statement *insert = must_prepare(database, "INSERT INTO t (batch, a, b) VALUES ($1, $2, $3)");
        Rc rc = database_begin(database, true);
        if (rc == RC_OK)
                rc = statement_many(insert, cells, 3, BATCH_ROWS, NULL);
        if (rc == RC_OK)
                rc = database_commit(database);
        database_rollback(database);
        return rc;
}

static int64_t batches(Database *database) {
        int64_t count = must_count(database, "SELECT count(DISTINCT batch) FROM t");
        assert_true(must_count(database, "SELECT count(*) FROM t") == count * BATCH_ROWS);
        assert_true(must_count(database, "SELECT COALESCE(max(batch) + 1, 0) FROM t") == count);
        return count;
}

/* ---- kill -9 ----------------------------------------------------------------------------------------- */

/* Writes batch after batch and says each one that is acknowledged. */
static void write_until_killed(World *world, int64_t batch, int out) {
        Database *database = world_open(world);
        for (;; batch++)
                if (add_batch(database, batch) != RC_OK || write(out, &batch, sizeof(batch)) != sizeof(batch))
                        _exit(1);
}

static void case_killed(World *world) {
        int64_t acknowledged = 0, unsaid = 0;
        must_script(world->database, TABLE);
        for (int round = 0; round < 20; round++) {
                int ends[2];
                assert_int_equal(pipe(ends), 0);
                (void) fflush(NULL);
                pid_t child = fork();
                if (child == 0)
                        write_until_killed(world, acknowledged, ends[1]);
                (void) close(ends[1]);
                int64_t batch = 0, first = acknowledged;
                assert_int_equal(read(ends[0], &batch, sizeof(batch)), sizeof(batch));
                struct timespec pause = { .tv_nsec = 1000000L * (round * 7 % 40) };
                (void) nanosleep(&pause, NULL);
                assert_int_equal(kill(child, SIGKILL), 0);
                do {
                        assert_true(batch == acknowledged);
                        acknowledged++;
                } while (read(ends[0], &batch, sizeof(batch)) == sizeof(batch));
                (void) close(ends[0]);
                int status = 0;
                assert_int_equal(waitpid(child, &status, 0), child);
                assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && acknowledged > first);
                /* opened anew; the dead writer's lock is gone (PostgreSQL needs a moment to see it) */
                Database *after = world_open(world);
                Rc rc = database_begin(after, true);
                for (int wait = 0; rc == RC_CONFLICT && wait < 20; wait++)
                        rc = database_begin(after, true);
                assert_int_equal(rc, RC_OK);
                int64_t there = batches(after);
                database_rollback(after);
                /* at most the one that was committed but not yet said */
                assert_in_range(there, acknowledged, acknowledged + 1);
                unsaid += there - acknowledged;
                acknowledged = there;
                (void) database_close(after);
        }
        print_message("# killed 20 times: %lld batches whole, %lld of them not yet acknowledged\n", (long long) acknowledged,
                      (long long) unsaid);
}

/* ---- a full disk ------------------------------------------------------------------------------------- */

static void fill(Database *database, int64_t before) {
        Rc rc = RC_OK;
        int64_t batch = before;
        while (rc == RC_OK && batch < 10000)
                rc = add_batch(database, batch++);
        assert_fault(database, rc, RC_IO, FAULT_FULL);
        assert_true(batches(database) == batch - 1);
}

static void case_full(World *world) {
        must_script(world->database, TABLE);
        assert_int_equal(add_batch(world->database, 0), RC_OK);
        must_script(world->database, "PRAGMA max_page_count = 400");
        fill(world->database, 1);
        int64_t whole = batches(world->database);
        must_script(world->database, "PRAGMA max_page_count = 100000");
        assert_int_equal(add_batch(world->database, whole), RC_OK);
        assert_true(batches(world->database) == whole + 1);
}

/* Files may not grow: the system itself refuses the write. */
static void write_within(World *world, rlim_t size) {
        (void) signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit = { size, size };
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
                _exit(3);
        Database *database = world_open(world);
        Rc rc = RC_OK;
        int64_t batch = batches(database);
        while (rc == RC_OK && batch < 10000)
                rc = add_batch(database, batch++);
        _exit(rc == RC_IO && database_fault(database) == FAULT_FULL && batches(database) == batch - 1 ? 0 : 4);
}

static void case_files_may_not_grow(World *world) {
        must_script(world->database, TABLE);
        for (rlim_t size = 1 << 20; size < 6 << 20; size += (1 << 20) + 12345) {
                (void) fflush(NULL);
                pid_t child = fork();
                if (child == 0)
                        write_within(world, size);
                int status = 0;
                assert_int_equal(waitpid(child, &status, 0), child);
                assert_true(WIFEXITED(status));
                assert_int_equal(WEXITSTATUS(status), 0);
                assert_int_equal(add_batch(world->database, batches(world->database)), RC_OK);
        }
        assert_true(must_count(world->database, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1);
}

/* ---- a torn file ------------------------------------------------------------------------------------- */

/* What happens with a file of which only the first `size` bytes are left, or with garbage from there on. */
static DatabaseFault fault_of_torn(World *world, Str good, size_t size, bool garbage) {
        char *bytes = arena_alloc(world->arena, good.length, 1);
        memcpy(bytes, good.data, good.length);
        memset(bytes + size, 0xA7, good.length - size);
        Str path = folder_write(world->arena, world->folder, "torn.db", (Str){ bytes, garbage ? good.length : size });
        World torn = *world;
        torn.options.place = str_format(world->arena, "sqlite:%.*s", STR_ARG(path));
        Database *database = NULL;
        Str why = { 0 };
        size_t at;
        DatabaseFault fault = FAULT_NONE;
        if (database_open(&torn.options, world->arena, &database, &why) != RC_OK)
                return str_find(why, STR("已损坏"), &at) ? FAULT_DAMAGED : FAULT_OTHER;
        Statement *statement;
        Cell cell = cell_integer(77);
        Rc rc = database_prepare(database, STR("SELECT sum(length(b)) FROM t"), &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, NULL, 0, world->arena, &cell);
        assert_true((rc == RC_OK) == (cell.integer != 77));
        if (rc != RC_OK)
                fault = database_fault(database);
        (void) database_close(database);
        return fault;
}

static void case_torn(World *world) {
        must_script(world->database, TABLE);
        for (int64_t batch = 0; batch < 10; batch++)
                assert_int_equal(add_batch(world->database, batch), RC_OK);
        must_script(world->database, "PRAGMA wal_checkpoint(TRUNCATE)");
        world->database = database_close(world->database);
        Str good = folder_read(world->arena, world->folder, "city.db");
        assert_int_equal(fault_of_torn(world, good, good.length, false), FAULT_NONE);
        for (int garbage = 0; garbage < 2; garbage++)
                for (size_t part = 1; part < 10; part++) {
                        size_t size = good.length / 10 * part;
                        assert_int_equal(fault_of_torn(world, good, size, garbage), FAULT_DAMAGED);
                }
}

/* A file of people's data is its owner's alone, and so are its neighbours. */
static void case_private(World *world) {
        static const char *const names[] = { "city.db", "city.db-wal", "city.db-shm" };
        must_script(world->database, TABLE);
        for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
                struct stat status;
                assert_int_equal(stat(str_format(world->arena, "%.*s/%s", STR_ARG(world->folder), names[i]).data, &status), 0);
                assert_int_equal(status.st_mode & 077, 0);
        }
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "killed", case_killed, true, true },
                { "full", case_full, true, false },
                { "files_may_not_grow", case_files_may_not_grow, true, false },
                { "torn", case_torn, true, false },
                { "private", case_private, true, false },
                { NULL, NULL, false, false },
        };
        return world_run(cases, argc, argv);
}
