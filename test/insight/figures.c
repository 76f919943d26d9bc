/* Indicators through time: counts, different persons, sums, ratios over nothing, stocks, reported and imported figures, and the
 * rows behind a figure. */
#include "city.h"

#include "base/date.h"

#define NOBODY UNKNOWN

static const char *const months[][2] = {
        { "2022-01-01", "2022-01-31" }, { "2022-02-01", "2022-02-28" }, { "2022-03-01", "2022-03-31" },
        { "2022-04-01", "2022-04-30" }, { "2022-05-01", "2022-05-31" },
};
#define MONTHS 5

static void assert_series(const City *city, const Series *series, const char *what, int64_t county, const int64_t *expected) {
        for (uint32_t i = 0; i < MONTHS; i++)
                if (series_at(series, i, county)->value != expected[i])
                        fail_msg("%s of %.*s in %s: %lld instead of %lld", what, STR_ARG(plan_county(&city->plan, county)), months[i][0],
                                 (long long) series_at(series, i, county)->value, (long long) expected[i]);
}

static void figures_by_month(World *world) {
        static const struct {
                const char *indicator;
                int64_t     each[3][MONTHS], since[3][MONTHS];   /* city, 甲县, 乙县: by themselves, since January */
        } rows[] = {
                { "创业培训人次", { { 2, 1, 2, 1, 0 }, { 2, 0, 1, 0, 0 }, { 0, 1, 1, 0, 0 } },
                  { { 2, 3, 5, 6, 6 }, { 2, 2, 3, 3, 3 }, { 0, 1, 2, 2, 2 } } },
                { "参训人数", { { 2, 3, 2, 1, 0 }, { 2, 1, 1, 0, 0 }, { 0, 1, 1, 0, 0 } },
                  { { 2, 3, 4, 4, 4 }, { 2, 2, 2, 2, 2 }, { 0, 1, 2, 2, 2 } } },
                { "培训费用", { { 20000, 30100, 25050, 0, 0 }, { 20000, 0, 20000, 0, 0 }, { 0, 30000, 5050, 0, 0 } },
                  { { 20000, 50100, 75150, 75150, 75150 }, { 20000, 20000, 40000, 40000, 40000 }, { 0, 30000, 35050, 35050, 35050 } } },
                { "在用载体", { { 2, 3, 2, 2, 2 }, { 2, 2, 1, 1, 1 }, { 0, 1, 1, 1, 1 } },
                        { { 2, 3, 2, 2, 2 }, { 2, 2, 1, 1, 1 }, { 0, 1, 1, 1, 1 } } },
                { "久用载体", { { 2, 2, 3, 3, 3 }, { 2, 2, 2, 2, 2 }, { 0, 0, 1, 1, 1 } },
                        { { 2, 2, 2, 2, 2 }, { 2, 2, 2, 2, 2 }, { 0, 0, 0, 0, 0 } } },
        };
        City city;
        Series series;
        Period periods[MONTHS];
        city_open(world, &city);
        for (uint32_t i = 0; i < MONTHS; i++)
                periods[i] = days(months[i][0], months[i][1]);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                const Indicator *indicator = &city.program->indicators[indicator_of(&city, rows[i].indicator)];
                assert_int_equal(series_load(&city.plan, indicator, periods, MONTHS, city.arena, &series), RC_OK);
                for (int64_t county = -1; county < 2; county++)
                        assert_series(&city, &series, rows[i].indicator, county, rows[i].each[county + 1]);
                assert_int_equal(series_load_cumulative(&city.plan, indicator, periods, MONTHS, city.arena, &series), RC_OK);
                for (int64_t county = -1; county < 2; county++)
                        assert_series(&city, &series, rows[i].indicator, county, rows[i].since[county + 1]);
        }
}

static void what_is_not_known_is_told_apart(World *world) {
        City city;
        city_open(world, &city);
        Figure figure = figure_of(&city, "创业培训人次", days("2022-02-01", "2022-02-28"), -1);
        assert_int_equal(figure.value, 1);
        assert_int_equal(figure.undecided, 1);           /* a trainee of no class */
        assert_int_equal(figure.source, FIGURE_COMPUTED);
        figure = figure_of(&city, "培训费用", days("2022-04-01", "2022-04-30"), -1);
        assert_int_equal(figure.value, 0);
        assert_int_equal(figure.undecided, 1);           /* a fee nobody wrote down */
}

static void ratios(World *world) {
        static const struct {
                const char *first, *last;
                int64_t     county, above, below, percent;
        } rows[] = {
                { "2022-01-01", "2022-01-31", -1, 2, 2, 100 },  { "2022-03-01", "2022-03-31", -1, 1, 2, 50 },
                        { "2022-03-01", "2022-03-31", 0, 0, 1, 0 },
                { "2022-01-01", "2022-03-31", 0, 3, 4, 75 },    { "2022-05-01", "2022-05-31", -1, 0, 0, -1 },
        };
        City city;
        city_open(world, &city);
        int64_t whole = kernel_power_of_ten(city.program->indicators[indicator_of(&city, "合格率")].type.scale);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Figure figure = figure_of(&city, "合格率", days(rows[i].first, rows[i].last), rows[i].county);
                assert_int_equal(figure.numerator, rows[i].above);
                assert_int_equal(figure.denominator, rows[i].below);
                assert_int_equal(figure.value, rows[i].percent < 0 ? UNKNOWN : whole * rows[i].percent / 100);
        }
}

static void reports_add_up(World *world) {
        City city;
        city_open(world, &city);
        Period first = days("2022-01-01", "2022-03-31"), second = days("2022-04-01", "2022-06-30"), year = days("2022-01-01", "2022-12-31");
        assert_int_equal(figure_of(&city, "新增就业", year, -1).value, UNKNOWN);
        assert_int_equal(figure_of(&city, "新增就业", year, -1).source, FIGURE_NONE);
        must_report(&city, "新增就业", first, 0, 10);
        must_report(&city, "新增就业", first, 1, 15);
        assert_int_equal(figure_of(&city, "新增就业", first, -1).value, 25);      /* only counties reported */
        must_report(&city, "新增就业", second, -1, 40);
        assert_int_equal(figure_of(&city, "新增就业", year, -1).value, 65);       /* a quarter as a sum, a quarter by itself */
        assert_int_equal(figure_of(&city, "新增就业", year, 0).value, 10);
        must_report(&city, "新增就业", first, 0, 12);                             /* the later line counts */
        assert_int_equal(figure_of(&city, "新增就业", year, -1).value, 67);
        must_report(&city, "新增就业", first, -1, 30);                            /* the city's own stands over its counties */
        assert_int_equal(figure_of(&city, "新增就业", year, -1).value, 70);
        assert_int_equal(figure_of(&city, "新增就业", days("2022-01-01", "2022-05-31"), -1).value, 30);
        assert_int_equal(figure_of(&city, "新增就业", first, -1).source, FIGURE_REPORTED);
}

static void a_ratio_is_the_last_one(World *world) {
        City city;
        city_open(world, &city);
        must_report(&city, "失业率", days("2022-01-01", "2022-01-31"), -1, 36);
        must_report(&city, "失业率", days("2022-02-01", "2022-02-28"), -1, 41);
        Figure figure = figure_of(&city, "失业率", days("2022-01-01", "2022-03-31"), -1);
        assert_int_equal(figure.value, 41);
        assert_int_equal(figure.source, FIGURE_IMPORTED);
        assert_int_equal(figure_of(&city, "失业率", days("2022-01-01", "2022-03-31"), 0).value, UNKNOWN);
}

static void rows_behind_a_figure(World *world) {
        City city;
        int64_t *ids;
        uint32_t count;
        city_open(world, &city);
        const Measure *measure = &city.program->indicators[indicator_of(&city, "创业培训人次")].measure;
        Period quarter = days("2022-01-01", "2022-03-31");
        assert_int_equal(indicator_rows(&city.plan, measure, &(RowsWanted){ quarter, -1, 100, 0 }, city.arena, &ids, &count), RC_OK);
        const int expected[] = { 0, 1, 2, 3, 4 };
        assert_int_equal(count, ARRAY_LENGTH(expected));
        for (uint32_t i = 0; i < count; i++)
                assert_int_equal(ids[i], city.trainees[expected[i]]);
        assert_int_equal(indicator_rows(&city.plan, measure, &(RowsWanted){ quarter, 1, 100, 0 }, city.arena, &ids, &count), RC_OK);
        assert_int_equal(count, 2);
        assert_int_equal(ids[0], city.trainees[3]);
        assert_int_equal(ids[1], city.trainees[4]);
        assert_int_equal(indicator_rows(&city.plan, measure, &(RowsWanted){ quarter, -1, 2, 3 }, city.arena, &ids, &count), RC_OK);
        assert_int_equal(count, 2);
        assert_int_equal(ids[0], city.trainees[3]);
        assert_int_equal(indicator_rows(&city.plan, measure, &(RowsWanted){ quarter, -1, 2, 9 }, city.arena, &ids, &count), RC_OK);
        assert_int_equal(count, 0);
        measure = &city.program->indicators[indicator_of(&city, "在用载体")].measure;
        assert_int_equal(indicator_rows(&city.plan, measure, &(RowsWanted){ quarter, 0, 100, 0 }, city.arena, &ids, &count), RC_OK);
        assert_int_equal(count, 1);
}

static void periods(World *world) {
        static const struct {
                Cycle       cycle;
                const char *day, *first, *last, *before, *next, *text;
        } rows[] = {
                { CYCLE_MONTH, "2024-02-29", "2024-02-01", "2024-02-29", "2024-01-01", "2024-03-01", "2024年2月" },
                { CYCLE_QUARTER, "2022-12-31", "2022-10-01", "2022-12-31", "2022-07-01", "2023-01-01", "2022年第四季度" },
                { CYCLE_HALF_YEAR, "2022-06-30", "2022-01-01", "2022-06-30", "2021-07-01", "2022-07-01", "2022年上半年" },
                { CYCLE_TERM, "2022-01-31", "2021-08-01", "2022-01-31", "2021-02-01", "2022-02-01", "2021年秋季学期" },
                { CYCLE_TERM, "2022-02-01", "2022-02-01", "2022-07-31", "2021-08-01", "2022-08-01", "2022年春季学期" },
                { CYCLE_YEAR, "2022-05-05", "2022-01-01", "2022-12-31", "2021-01-01", "2023-01-01", "2022年" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Period period = period_of(rows[i].cycle, day_of(rows[i].day));
                assert_int_equal(period.first, day_of(rows[i].first));
                assert_int_equal(period.last, day_of(rows[i].last));
                assert_int_equal(period_before(rows[i].cycle, period).first, day_of(rows[i].before));
                assert_int_equal(period_before(rows[i].cycle, period).last, period.first - 1);
                assert_int_equal(period_next(rows[i].cycle, period).first, day_of(rows[i].next));
                CLEAN(buffer_free) Buffer text = buffer_new(4096);
                period_print(period, &text);
                assert_str(buffer_str(&text), rows[i].text);
        }
        Period leap = period_year_before(days("2024-02-01", "2024-02-29"));
        assert_int_equal(leap.last, day_of("2023-02-28"));
        assert_int_equal(period_year_before(days("2025-02-01", "2025-02-28")).last, day_of("2024-02-29"));
        assert_int_equal(period_year_before(days("2024-01-01", "2024-03-15")).last, day_of("2023-03-15"));
        CLEAN(buffer_free) Buffer text = buffer_new(4096);
        period_print(days("2021-01-01", "2023-12-31"), &text);
        assert_str(buffer_str(&text), "2021至2023年");
        buffer_clear(&text);
        period_print(days("2022-01-01", "2022-03-15"), &text);
        assert_str(buffer_str(&text), "2022年1月1日至3月15日");
        (void) world;
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "figures_by_month", figures_by_month, true, true },
                { "what_is_not_known_is_told_apart", what_is_not_known_is_told_apart, true, true },
                { "ratios", ratios, true, true },
                { "reports_add_up", reports_add_up, true, true },
                { "a_ratio_is_the_last_one", a_ratio_is_the_last_one, true, true },
                { "rows_behind_a_figure", rows_behind_a_figure, true, true },
                { "periods", periods, true, false },
                { 0 },
        };
        return world_run(cases, argc, argv);
}
