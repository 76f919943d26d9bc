/* kill -9 in the middle of an import, fifty times, over all of it and mostly where it commits: after it the import is there whole or
 * not at all, and can be taken back. */
#include "pack.h"

#include "base/log.h"
#include "records/import.h"

#include <poll.h>
#include <string.h>

#define ROUNDS 50
#define ROWS 1500

static Str sheet_of(Arena *arena, int round) {
        Buffer out = buffer_new(1u << 24);
        buffer_add(&out, STR("编号,姓名,贷款金额\n"));
        for (int i = 0; i < ROWS; i++)
                buffer_format(&out, "%s%d,甲,%d\n", i % 2 ? "OLD" : "NEW", i % 2 ? i : round * ROWS + i, round + 1);
        Str text = str_copy(arena, buffer_str(&out));
        buffer_free(&out);
        return text;
}

/* Imports and says that it begins and ends. */
static void import_until_killed(World *world, int round, int out) {
        Pack pack = { .world = world, .change = { .city = PACK_CITY, .actor = STR("x"), .at = 1 } };
        world->database = world_open(world);
        pack.model = pack_model(world->arena, pack_text, &pack.compiled);
        pack.people = model_table(pack.model, STR("人"));
        Str sheet = sheet_of(world->arena, round), why;
        ImportMapping mapping;
        ImportReport report;
        if (import_map(world->database, pack.model, pack.people, PACK_CITY, sheet, world->arena, &mapping, &why) != RC_OK)
                _exit(1);
        ImportOptions options = { .mapping = &mapping, .change = pack.change, .file_name = STR("a.csv") };
        if (write(out, "b", 1) != 1 || import_run(world->database, pack.model, sheet, &options, world->arena, &report, &why) != RC_OK ||
            write(out, "e", 1) != 1)
                _exit(2);
        pause();
}

/* Every batch is whole: its rows, its changes with their history, its own line; and nothing is of a batch that is not there. */
static int64_t expect_whole(const Pack *pack) {
        int64_t batches = pack_count(pack, "SELECT count(*) FROM leye_batch");
        assert_true(pack_count(pack, "SELECT count(*) FROM leye_batch WHERE created = 0") == 0);
        assert_true(pack_count(pack, "SELECT COALESCE(sum(created), 0) FROM leye_batch") ==
                    pack_count(pack, "SELECT count(*) FROM \"人\" WHERE _batch IS NOT NULL"));
        assert_true(pack_count(pack, "SELECT COALESCE(sum(updated), 0) FROM leye_batch") ==
                    pack_count(pack, "SELECT count(*) FROM leye_history WHERE action = 'changed'"));
        assert_true(pack_count(pack, "SELECT COALESCE(sum(_version - 1), 0) FROM \"人\"") ==
                    pack_count(pack, "SELECT count(*) FROM leye_history WHERE action = 'changed'"));
        assert_true(pack_count(pack, "SELECT count(*) FROM \"人\" WHERE _batch NOT IN (SELECT _id FROM leye_batch)") == 0);
        assert_true(pack_count(pack, "SELECT count(*) FROM leye_history WHERE batch NOT IN (SELECT _id FROM leye_batch)") == 0);
        assert_true(pack_count(pack, "SELECT count(DISTINCT \"贷款金额\") FROM \"人\" WHERE _key LIKE 'OLD%'") <= 1);
        return batches;
}

/* How long to let an import run that takes so many milliseconds: evenly over it, and every second time around its end. */
static int part_of(int milliseconds, int round) {
        int part = round % 2 ? 100 * round / ROUNDS : 85 + 25 * round / ROUNDS;
        return milliseconds * part / 100;
}

/* The last batch is taken back whole: its rows go, and what it changed is as it was. */
static void take_back(const Pack *pack) {
        UndoResult undone;
        int64_t people = pack_count(pack, "SELECT count(*) FROM \"人\""), batch = pack_count(pack, "SELECT max(_id) FROM leye_batch");
        assert_int_equal(record_undo(pack->world->database, pack->model, &pack->change, batch, NULL, &undone), RC_OK);
        assert_true(undone.deleted == ROWS / 2 && undone.restored == ROWS / 2 && undone.kept == 0);
        assert_true(pack_count(pack, "SELECT count(*) FROM \"人\"") == people - ROWS / 2);
        assert_true(pack_count(pack, "SELECT count(DISTINCT \"贷款金额\") FROM \"人\" WHERE _key LIKE 'OLD%'") == 1);
}

static void case_killed(World *world) {
        Pack pack;
        pack_open(world, &pack);
        int64_t whole = 0, half = 0;
        int takes = 1000;
        for (int round = 0; round < ROUNDS; round++) {
                int ends[2];
                char said = 0;
                assert_int_equal(pipe(ends), 0);
                (void) fflush(NULL);
                pid_t child = fork();
                if (child == 0)
                        import_until_killed(world, round, ends[1]);
                (void) close(ends[1]);
                assert_int_equal(read(ends[0], &said, 1), 1);
                int64_t began = clock_ns();
                int most = round == 0 ? 60000 : part_of(takes, round);          /* the first is let to its end */
                (void) poll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, most);
                int took = (int) ((clock_ns() - began) / 1000000) + 1;
                assert_int_equal(kill(child, SIGKILL), 0);
                bool ended = read(ends[0], &said, 1) == 1;
                takes = ended ? took : took > takes ? took * 5 / 4 : takes;
                (void) close(ends[0]);
                int status = 0;
                assert_int_equal(waitpid(child, &status, 0), child);
                assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
                Rc rc = database_begin(world->database, true);      /* the dead writer's lock is gone */
                for (int wait = 0; rc == RC_CONFLICT && wait < 20; wait++)
                        rc = database_begin(world->database, true);
                assert_int_equal(rc, RC_OK);
                int64_t now = expect_whole(&pack);
                database_rollback(world->database);
                assert_true(now == whole || now == whole + 1);
                assert_true(!ended || now == whole + 1);
                half += now == whole;
                whole = now;
        }
        assert_true(half > ROUNDS / 4);
        print_message("# killed %d times: %lld imports whole, %lld not there at all\n", ROUNDS, (long long) whole, (long long) half);
        assert_true(whole > 1);
        take_back(&pack);
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = { { "killed", case_killed, true, true }, { NULL, NULL, false, false } };
        return world_run(cases, argc, argv);
}
