/* Lamps by the words of board.h, and the board of the small city on some days. */
#include "city.h"

#include "base/date.h"

#define MILLION 1000000

static void lamps(World *world) {
        static const struct {
                const char *target;
                int64_t     promise, share, value, pace;
                Lamp        lamp;
        } rows[] = {
                /* a flow is held against its pace */
                { "每年培训", 1000, 500000, 500, 500, LAMP_GREEN },   { "每年培训", 1000, 500000, 499, 500, LAMP_YELLOW },
                { "每年培训", 1000, 500000, 400, 500, LAMP_YELLOW },  { "每年培训", 1000, 500000, 399, 500, LAMP_RED },
                { "每年培训", 1000, MILLION, 999, 1000, LAMP_YELLOW }, { "每年培训", 1000, 0, 0, 0, LAMP_GREEN },
                { "每年培训", 1000, 500000, UNKNOWN, 500, LAMP_NONE }, { "每年培训", UNKNOWN, 500000, 7, UNKNOWN, LAMP_NONE },
                { "就业", 1000, 500000, 500, 500, LAMP_GREEN },
                /* more than the promise counts at the end only */
                { "超过六次", 1000, MILLION, 1000, 1000, LAMP_YELLOW },   { "超过六次", 1000, MILLION, 1001, 1000, LAMP_GREEN },
                { "超过六次", 1000, 500000, 500, 500, LAMP_GREEN },       { "超过六次", 1000, MILLION, 799, 1000, LAMP_RED },
                /* ratios, stocks and growth are held against the promise itself */
                { "合格", 900000, 500000, 900000, 900000, LAMP_GREEN }, { "合格", 900000, 500000, 855000, 900000, LAMP_YELLOW },
                { "合格", 900000, 500000, 854999, 900000, LAMP_RED },   { "县县有载体", 10, 500000, 8, 10, LAMP_YELLOW },
                { "县县有载体", 10, 500000, 7, 10, LAMP_RED },          { "培训增长", 170000, 500000, 170000, 170000, LAMP_GREEN },
                { "培训增长", 170000, 500000, 161500, 170000, LAMP_YELLOW }, { "培训增长", 170000, 500000, 161499, 170000, LAMP_RED },
                { "培训增长", 170000, 500000, -50000, 170000, LAMP_RED },
                /* 不超过 turns round */
                { "控制失业", 40000, 500000, 40000, 40000, LAMP_GREEN }, { "控制失业", 40000, 500000, 42000, 40000, LAMP_YELLOW },
                { "控制失业", 40000, 500000, 42001, 40000, LAMP_RED },   { "不过", 100, 500000, 100, 100, LAMP_GREEN },
                { "不过", 100, 500000, 110, 100, LAMP_YELLOW },          { "不过", 100, 500000, 111, 100, LAMP_RED },
                /* 力争 is never red */
                { "力争费用", 1000, 500000, 0, 500, LAMP_YELLOW },      { "力争费用", 1000, 500000, 500, 500, LAMP_GREEN },
                /* 约: a tenth; over it counts at the end only */
                { "大约", 1000, 500000, 450, 500, LAMP_GREEN },         { "大约", 1000, 500000, 449, 500, LAMP_YELLOW },
                { "大约", 1000, 500000, 400, 500, LAMP_YELLOW },        { "大约", 1000, 500000, 399, 500, LAMP_RED },
                { "大约", 1000, 500000, 700, 500, LAMP_GREEN },         { "大约", 1000, MILLION, 1100, 1000, LAMP_GREEN },
                { "大约", 1000, MILLION, 1101, 1000, LAMP_YELLOW },
                /* numbers near the edge of a cell do not overflow */
                { "每年培训", INT64_MAX, MILLION, INT64_MAX, INT64_MAX, LAMP_GREEN },
        };
        City city;
        city_open(world, &city);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                int64_t pace = 0;
                const Target *target = &city.program->targets[target_of(&city, rows[i].target)];
                Lamp lamp = target_lamp(city.program, target, rows[i].value, rows[i].promise, rows[i].share, &pace);
                if (lamp != rows[i].lamp || pace != rows[i].pace)
                        fail_msg("%s, %lld of %lld: %.*s, pace %lld", rows[i].target, (long long) rows[i].value,
                                 (long long) rows[i].promise,
                                 STR_ARG(lamp_text(lamp)), (long long) pace);
        }
}

typedef struct Expected {
        const char *target;
        int64_t     figure, promise, pace, growth;
        Lamp        lamp;
} Expected;

static void assert_board(const City *city, const Board *board, const Expected *rows, size_t count) {
        for (size_t i = 0; i < count; i++) {
                const TargetState *state = NULL;
                for (uint32_t k = 0; k < board->state_count; k++)
                        if (str_equal(board->states[k].target->name, str_from(rows[i].target)))
                                state = &board->states[k];
                MUST(state != NULL);
                if (state->figure.value != rows[i].figure || state->promise != rows[i].promise || state->pace != rows[i].pace ||
                    state->growth != rows[i].growth || state->lamp != rows[i].lamp)
                        fail_msg("%s: %lld of %lld, pace %lld, growth %lld, %.*s", rows[i].target, (long long) state->figure.value,
                                 (long long) state->promise, (long long) state->pace, (long long) state->growth,
                                         STR_ARG(lamp_text(state->lamp)));
        }
        (void) city;
}

static Board board_on(const City *city, const char *day, uint32_t document, int64_t county) {
        Board board;
        Rc rc = board_load(&city->plan, document, day_of(day), county, city->arena, &board);
        if (rc != RC_OK)
                fail_msg("%s: %.*s", rc_name(rc), STR_ARG(database_message(city->pack.world->database)));
        return board;
}

static void the_city_in_march(World *world) {
        City city;
        city_open(world, &city);
        int64_t whole = kernel_power_of_ten(city.program->indicators[indicator_of(&city, "合格率")].type.scale);
        int64_t most = (6 * whole * 10 / 7 + 5) / 10;
        const Expected rows[] = {
                { "每年培训", 5, 6, 1, 1500000, LAMP_GREEN },
                { "三年培训", 7, 10, 4, 2500000, LAMP_GREEN },
                { "培训增长", 5, 170000, 170000, 1500000, LAMP_GREEN },
                { "合格", most, whole * 9 / 10, whole * 9 / 10, (most - whole) * MILLION / whole, LAMP_YELLOW },
                { "就业", UNKNOWN, 100, 25, UNKNOWN, LAMP_NONE },
                { "控制失业", UNKNOWN, kernel_power_of_ten(city.program->indicators[indicator_of(&city, "失业率")].type.scale) / 25,
                  kernel_power_of_ten(city.program->indicators[indicator_of(&city, "失业率")].type.scale) / 25, UNKNOWN, LAMP_NONE },
                { "县县有载体", 2, 1, 1, 0, LAMP_GREEN },
                { "力争费用", 75150, 1000000, 246575, 36575000, LAMP_YELLOW },
                { "大约", 5, 20, 5, 1500000, LAMP_GREEN },
                { "超过六次", 5, 6, 1, 1500000, LAMP_GREEN },
                { "不过", 5, 100, 100, 1500000, LAMP_GREEN },
        };
        Board board = board_on(&city, "2022-03-31", NONE, -1);
        assert_int_equal(board.state_count, city.program->target_count);
        assert_board(&city, &board, rows, ARRAY_LENGTH(rows));
        assert_int_equal(board.lamps[LAMP_GREEN], 7);
        assert_int_equal(board.lamps[LAMP_YELLOW], 2);
        assert_int_equal(board.lamps[LAMP_RED], 0);
        assert_int_equal(board.lamps[LAMP_NONE], 2);
        assert_int_equal(board.trend_periods[11].last, day_of("2022-03-31"));
        assert_int_equal(board.trend_periods[0].first, day_of("2021-04-01"));
        const int64_t year[] = { 2, 3, 5 }, three[] = { 2, 2, 2, 2, 2, 2, 2, 2, 2, 4, 5, 7 };
        assert_int_equal(board.states[0].trend_count, ARRAY_LENGTH(year));
        for (uint32_t i = 0; i < ARRAY_LENGTH(year); i++)
                assert_int_equal(board.states[0].trend[i].value, year[i]);
        assert_int_equal(board.states[1].trend_count, ARRAY_LENGTH(three));
        for (uint32_t i = 0; i < ARRAY_LENGTH(three); i++)
                assert_int_equal(board.states[1].trend[i].value, three[i]);
        assert_int_equal(board.states[0].progress, 833333);
        assert_int_equal(board.states[0].figure.undecided, 1);
        assert_int_equal(board.states[6].counties_reached, 2);
}

static void other_days(World *world) {
        static const Expected december[] = {
                { "每年培训", 6, 6, 6, 2000000, LAMP_GREEN }, { "超过六次", 6, 6, 6, 2000000, LAMP_YELLOW },
                        { "三年培训", 8, 10, 7, 3000000, LAMP_GREEN },
                { "大约", 6, 20, 20, 2000000, LAMP_RED },
        };
        City city;
        city_open(world, &city);
        Board board = board_on(&city, "2022-12-31", NONE, -1);
        assert_board(&city, &board, december, ARRAY_LENGTH(december));
        assert_int_equal(board_on(&city, "2020-12-31", NONE, -1).state_count, 0);
        assert_int_equal(board_on(&city, "2024-01-01", NONE, -1).state_count, 0);
        assert_int_equal(board_on(&city, "2021-01-01", NONE, -1).state_count, city.program->target_count);
        /* asked for by name, a document shows its targets on any day: before it begins nothing is judged */
        board = board_on(&city, "1900-01-01", 0, -1);
        assert_int_equal(board.state_count, city.program->target_count);
        assert_int_equal(board.lamps[LAMP_NONE], board.state_count);
        assert_int_equal(board.states[0].figure.value, UNKNOWN);
        /* long after it ended the last period counts, and no day is too far */
        board = board_on(&city, "2199-12-31", 0, -1);
        assert_int_equal(board.states[0].period.last, day_of("2023-12-31"));
        assert_int_equal(board.states[0].figure.value, 0);
        assert_int_equal(board.states[1].figure.value, 8);
        assert_true(board.states[1].trend_count <= 12);
}

/* Between two reports the last one is held against its own days, until the next is overdue. */
static void reports_are_judged_by_their_days(World *world) {
        static const struct {
                const char *day, *judged;
                int64_t     pace;
                Lamp        lamp;
        } rows[] = {
                { "2022-03-31", "2022-03-31", 25, LAMP_GREEN }, { "2022-05-15", "2022-03-31", 25, LAMP_GREEN },
                { "2022-07-11", "2022-03-31", 25, LAMP_GREEN }, /* 10 July is a Sunday */
                { "2022-07-12", "2022-06-30", 50, LAMP_RED },   { "2022-12-31", "2022-09-30", 75, LAMP_RED },
        };
        City city;
        city_open(world, &city);
        must_report(&city, "新增就业", days("2022-01-01", "2022-03-31"), -1, 25);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Board board = board_on(&city, rows[i].day, NONE, -1);
                const Expected expected = { "就业", 25, 100, rows[i].pace, UNKNOWN, rows[i].lamp };
                assert_board(&city, &board, &expected, 1);
                for (uint32_t k = 0; k < board.state_count; k++)
                        assert_int_equal(board.states[k].judged, day_of(str_equal(board.states[k].target->name, STR("就业")) ? rows[i].judged
                                                                                                                      : rows[i].day));
        }
}

static void one_county(World *world) {
        City city;
        Str why = { 0 };
        city_open(world, &city);
        Board board = board_on(&city, "2022-03-31", NONE, 0);
        const Expected before[] = { { "每年培训", 3, UNKNOWN, UNKNOWN, 2000000, LAMP_NONE } };
        assert_board(&city, &board, before, 1);
        const int64_t split[] = { 16, 2 };
        assert_int_equal(target_split(&city.plan, target_of(&city, "每年培训"), 2022, split, &city.change, city.arena, &why), RC_OK);
        board = board_on(&city, "2022-03-31", NONE, 0);
        const Expected after[] = { { "每年培训", 3, 16, 4, 2000000, LAMP_RED }, { "县县有载体", 1, 1, 1, -500000, LAMP_GREEN } };
        assert_board(&city, &board, after, ARRAY_LENGTH(after));
        TargetDetail detail;
        assert_int_equal(target_load(&city.plan, target_of(&city, "每年培训"), day_of("2022-03-31"), city.arena, &detail), RC_OK);
        assert_int_equal(detail.split_sum, 18);
        assert_int_equal(detail.county_count, 2);
        assert_int_equal(detail.counties[0].figure.value, 3);
        assert_int_equal(detail.counties[0].promise, 16);
        assert_int_equal(detail.counties[0].lamp, LAMP_RED);
        assert_int_equal(detail.counties[1].figure.value, 2);
        assert_int_equal(detail.counties[1].lamp, LAMP_GREEN);
        assert_int_equal(detail.months.period_count, 13);
        const int64_t months[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2 };
        for (uint32_t i = 0; i < 13; i++)
                assert_int_equal(series_at(&detail.months, i, -1)->value, months[i]);
        /* another year is not split */
        assert_int_equal(target_load(&city.plan, target_of(&city, "每年培训"), day_of("2023-03-31"), city.arena, &detail), RC_OK);
        assert_int_equal(detail.split_sum, UNKNOWN);
}

static void settings(World *world) {
        City city;
        Str value;
        city_open(world, &city);
        assert_int_equal(plan_setting(&city.plan, STR("board_day"), city.arena, &value), RC_OK);
        assert_int_equal(value.length, 0);
        must_run(world->database, "INSERT INTO leye_setting (_city, name, value) VALUES ($1, 'board_day', '2022-03-31')",
                 (Cell[]){ cell_text(PACK_CITY) }, 1);
        assert_int_equal(plan_setting(&city.plan, STR("board_day"), city.arena, &value), RC_OK);
        assert_str(value, "2022-03-31");
        assert_str(plan_county(&city.plan, -1), "全市");
        assert_str(plan_county(&city.plan, 1), "乙县");
        assert_str(plan_county(&city.plan, 2), "？");
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "lamps", lamps, true, false },
                { "the_city_in_march", the_city_in_march, true, true },
                { "reports_are_judged_by_their_days", reports_are_judged_by_their_days, true, true },
                { "other_days", other_days, true, true },
                { "one_county", one_county, true, true },
                { "settings", settings, true, true },
                { 0 },
        };
        return world_run(cases, argc, argv);
}
