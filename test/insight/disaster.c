/* kill -9 in the middle of a period close, fifty times, and a disk that is full: after it the period is closed with all its figures
 * or not at all, and what was acknowledged stands. */
#include "city.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 50

static int64_t count_of(const City *city, const char *sql) {
        Statement *statement;
        Cell cell;
        assert_int_equal(database_prepare(city->plan.database, str_from(sql), &statement), RC_OK);
        assert_int_equal(statement_one(statement, NULL, 0, city->arena, &cell), RC_OK);
        return cell.integer;
}

/* The n-th month from January 2010. */
static Period month_of(int round) {
        Period month = days("2010-01-01", "2010-01-31");
        for (int i = 0; i < round; i++)
                month = period_next(CYCLE_MONTH, month);
        return month;
}

/* Closes month after month on a connection of its own, and says each that it was told is done. */
static void close_until_killed(World *world, City *city, int from, int out) {
        uint64_t figures;
        city->plan.database = world_open(world);
        for (int round = from;; round++) {
                unsigned char said = 1;
                if (period_close(&city->plan, CYCLE_MONTH, month_of(round), &city->change, &figures) != RC_OK)
                        _exit(1);
                if (write(out, &said, 1) != 1)
                        _exit(2);
        }
}

/* Every closed month has its figures, as many as any other of its kind, and no figure belongs to an open one. */
static void expect_whole(const City *city, int64_t each) {
        assert_int_equal(count_of(city, "SELECT count(*) FROM leye_figure f WHERE source = 'closed' AND NOT EXISTS "
                                        "(SELECT 1 FROM leye_closed c WHERE c._city = f._city AND c.last_day = f.last_day)"), 0);
        assert_int_equal(count_of(city, "SELECT count(*) FROM leye_figure f JOIN leye_closed c ON c._city = f._city AND "
                                        "c.first_day = f.first_day AND c.last_day = f.last_day"),
                         each * count_of(city, "SELECT count(*) FROM leye_closed"));
}

static void case_killed(World *world) {
        City city;
        uint64_t figures;
        city_open(world, &city);
        assert_int_equal(period_close(&city.plan, CYCLE_MONTH, month_of(0), &city.change, &figures), RC_OK);
        int64_t each = (int64_t) figures, closed = 1, in_middle = 0;      /* January: the year's sums are the month's */
        assert_true(each > 10);
        for (int round = 0; round < ROUNDS; round++) {
                int ends[2];
                unsigned char said;
                assert_int_equal(pipe(ends), 0);
                (void) fflush(NULL);
                pid_t child = fork();
                if (child == 0)
                        close_until_killed(world, &city, (int) closed, ends[1]);
                (void) close(ends[1]);
                assert_int_equal(read(ends[0], &said, 1), 1);    /* it is at work */
                struct timespec pause = { .tv_nsec = 137000L * (round * 37 % 101) };
                (void) nanosleep(&pause, NULL);
                assert_int_equal(kill(child, SIGKILL), 0);
                int64_t told = 1;
                while (read(ends[0], &said, 1) == 1)
                        told++;
                (void) close(ends[0]);
                int status = 0;
                assert_int_equal(waitpid(child, &status, 0), child);
                assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
                Rc rc = database_begin(world->database, true);   /* the dead writer's lock is gone */
                for (int wait = 0; rc == RC_CONFLICT && wait < 20; wait++)
                        rc = database_begin(world->database, true);
                assert_int_equal(rc, RC_OK);
                int64_t now = count_of(&city, "SELECT count(*) FROM leye_closed");
                expect_whole(&city, each);
                database_rollback(world->database);
                assert_true(now == closed + told || now == closed + told + 1);   /* the last word may have been cut off */
                in_middle += now == closed + told;
                closed = now;
        }
        assert_true(in_middle > 0);
        print_message("# killed %d times: %lld months whole, %lld kills before the end of one\n", ROUNDS,
                      (long long) closed, (long long) in_middle);
}

/* No file may grow: as good as a full disk, and it ends when the limit does. */
static void case_full(World *world) {
        City city;
        uint64_t figures;
        city_open(world, &city);
        assert_int_equal(period_close(&city.plan, CYCLE_MONTH, month_of(0), &city.change, &figures), RC_OK);
        struct rlimit before, full = { .rlim_cur = 4096, .rlim_max = RLIM_INFINITY };
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        full.rlim_max = before.rlim_max;
        void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
        Rc rc = period_close(&city.plan, CYCLE_MONTH, month_of(1), &city.change, &figures);
        DatabaseFault fault = database_fault(city.plan.database);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        (void) signal(SIGXFSZ, handler);
        assert_int_equal(rc, RC_IO);
        assert_int_equal(fault, FAULT_FULL);
        assert_true(str_starts(database_fault_text(fault), STR("磁盘满了")));
        assert_int_equal(count_of(&city, "SELECT count(*) FROM leye_closed"), 1);
        expect_whole(&city, count_of(&city, "SELECT count(*) FROM leye_figure WHERE source = 'closed'"));
        assert_int_equal(period_close(&city.plan, CYCLE_MONTH, month_of(1), &city.change, &figures), RC_OK);
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "killed", case_killed, true, true }, { "full", case_full, true, false }, { NULL, NULL, false, false },
        };
        return world_run(cases, argc, argv);
}
