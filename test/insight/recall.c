/* Figures that are kept with a connection: what anybody changes is seen by the next look, and what was taken back is not. */
#include "city.h"

static int64_t trainings(const City *city) {
        return figure_of(city, "创业培训人次", days("2022-01-01", "2022-12-31"), -1).value;
}

/* Moves a trainee to a day on this connection, and counts the change as whoever writes records does. */
static void move_trainee(const City *city, Database *database, int64_t trainee, const char *day) {
        bool own = !database_in_transaction(database);
        if (own)
                assert_int_equal(database_begin(database, true), RC_OK);
        must_run(database, "UPDATE \"学员\" SET \"结业日期\" = $1 WHERE _id = $2",
                 (Cell[]){ cell_integer(day_of(day)), cell_integer(trainee) }, 2);
        assert_int_equal(record_changed(database, city->plan.city, model_table(city->plan.model, STR("学员"))), RC_OK);
        if (own)
                assert_int_equal(database_commit(database), RC_OK);
}

static void case_changes_show(World *world) {
        City city;
        city_open(world, &city);
        Database *other CLEAN(database_cleanup) = world_open(world);
        int64_t all = trainings(&city);
        assert_true(all > 2);
        assert_int_equal(trainings(&city), all);
        move_trainee(&city, world->database, city.trainees[0], "2020-01-01");
        assert_int_equal(trainings(&city), all - 1);
        move_trainee(&city, other, city.trainees[1], "2020-01-01");
        assert_int_equal(trainings(&city), all - 2);
        move_trainee(&city, other, city.trainees[1], "2022-01-20");
        move_trainee(&city, world->database, city.trainees[0], "2022-01-10");
        assert_int_equal(trainings(&city), all);
}

static void case_taken_back(World *world) {
        City city;
        city_open(world, &city);
        int64_t all = trainings(&city);
        for (int kept = 0; kept < 2; kept++) {
                assert_int_equal(database_begin(world->database, true), RC_OK);
                move_trainee(&city, world->database, city.trainees[0], "2020-01-01");
                assert_int_equal(trainings(&city), all - 1);
                database_rollback(world->database);
                assert_int_equal(trainings(&city), all);
        }
}

/* While another writes, his figures are not ours; when he is done they are. */
static void case_others_write(World *world) {
        City city;
        city_open(world, &city);
        Database *other CLEAN(database_cleanup) = world_open(world);
        int64_t all = trainings(&city);
        assert_int_equal(database_begin(other, true), RC_OK);
        move_trainee(&city, other, city.trainees[0], "2020-01-01");
        assert_int_equal(trainings(&city), all);
        assert_int_equal(trainings(&city), all);
        assert_int_equal(database_commit(other), RC_OK);
        assert_int_equal(trainings(&city), all - 1);
}

/* A change of a table that a figure does not read leaves it kept: rows altered behind our back do not show yet. */
static void case_other_tables(World *world) {
        City city;
        city_open(world, &city);
        int64_t all = trainings(&city);
        must_run(world->database, "UPDATE \"学员\" SET \"结业日期\" = $1 WHERE _id = $2",
                 (Cell[]){ cell_integer(day_of("2020-01-01")), cell_integer(city.trainees[0]) }, 2);
        assert_int_equal(record_changed(world->database, city.plan.city, model_table(city.plan.model, STR("载体"))), RC_OK);
        assert_int_equal(trainings(&city), all);
        assert_int_equal(record_changed(world->database, city.plan.city, model_table(city.plan.model, STR("班级"))), RC_OK);
        assert_int_equal(trainings(&city), all - 1);
}

static void case_schema(World *world) {
        City city;
        city_open(world, &city);
        assert_true(trainings(&city) > 0);
        must_script(world->database, "DROP TABLE \"学员\"; "
                                     "CREATE TABLE \"学员\" (_city TEXT, _id BIGINT, \"结业日期\" BIGINT, \"班级\" BIGINT)");
        assert_int_equal(trainings(&city), 0);
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "changes_show", case_changes_show, true, true }, { "taken_back", case_taken_back, true, true },
                { "others_write", case_others_write, true, true }, { "other_tables", case_other_tables, true, true },
                { "schema", case_schema, true, true }, { NULL, NULL, false, false },
        };
        return world_run(cases, argc, argv);
}
