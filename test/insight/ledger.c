/* What is reported, doubted, closed, corrected, split, ordered and due. */
#include "city.h"

#include "base/date.h"

#define SECONDS_A_DAY 86400

static Rc report(const City *city, const char *indicator, Period period, int64_t county, int64_t value, const char *evidence) {
        FigureReport figure = { .indicator = indicator_of(city, indicator), .period = period, .county = county, .value = value,
                                .evidence = str_from(evidence) };
        return figure_report(&city->plan, &figure, &city->change);
}

static Rc correct(const City *city, const char *indicator, Period period, int64_t county, int64_t value, const char *note) {
        FigureReport figure = { .indicator = indicator_of(city, indicator), .period = period, .county = county,
                .value = value, .note = str_from(note) };
        return figure_correct(&city->plan, &figure, &city->change);
}

#define assert_rc(call, expected) assert_string_equal(rc_name(call), rc_name(expected))

static void what_is_refused(World *world) {
        City city;
        LedgerLine *lines;
        uint32_t count;
        city_open(world, &city);
        Period quarter = days("2022-01-01", "2022-03-31");
        assert_rc(report(&city, "新增就业", quarter, -1, 10, ""), RC_INVALID);                        /* no evidence */
        assert_rc(report(&city, "新增就业", days("2022-01-01", "2022-01-31"), -1, 10, "表"), RC_INVALID);   /* not a quarter */
        assert_rc(report(&city, "新增就业", quarter, 2, 10, "表"), RC_INVALID);                       /* no such county */
        assert_rc(report(&city, "新增就业", quarter, -2, 10, "表"), RC_INVALID);
        assert_rc(report(&city, "新增就业", quarter, -1, UNKNOWN, "表"), RC_INVALID);
        assert_rc(report(&city, "创业培训人次", quarter, -1, 10, "表"), RC_INVALID);                  /* computed */
        assert_rc(correct(&city, "新增就业", quarter, -1, 10, "漏报"), RC_INVALID);                   /* not closed */
        assert_rc(ledger_lines(&city.plan, &city.program->indicators[indicator_of(&city, "新增就业")],
                               days("1990-01-01", "2100-12-31"), city.arena,
                               &lines, &count), RC_OK);
        assert_int_equal(count, 0);
        assert_false(database_in_transaction(world->database));
        assert_rc(report(&city, "新增就业", quarter, 1, 10, "表<b>"), RC_OK);
        assert_rc(ledger_lines(&city.plan, &city.program->indicators[indicator_of(&city, "新增就业")], quarter, city.arena,
                               &lines, &count), RC_OK);
        assert_int_equal(count, 1);
        assert_int_equal(lines[0].value, 10);
        assert_int_equal(lines[0].county, 1);
        assert_str(lines[0].evidence, "表<b>");
        assert_str(lines[0].source, "填报");
        assert_str(lines[0].actor, "本机操作员");
}

static void doubts(World *world) {
        static const struct {
                int64_t     value;
                uint32_t    count;
                const char *words;
        } rows[] = {
                { 100, 0, NULL }, { 300, 0, NULL }, { 301, 1, "上一期是 100人" }, { 34, 0, NULL }, { 33, 1, "上一期是 100人" },
                { -5, 2, "负数" },  { INT64_MAX / 2, 1, "相差很大" },
        };
        City city;
        Str *texts;
        uint32_t count;
        city_open(world, &city);
        must_report(&city, "新增就业", days("2022-01-01", "2022-03-31"), -1, 100);
        FigureReport figure = { .indicator = indicator_of(&city, "新增就业"), .period = days("2022-04-01", "2022-06-30"), .county = -1 };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                figure.value = rows[i].value;
                assert_rc(figure_doubts(&city.plan, &figure, city.arena, &texts, &count), RC_OK);
                assert_int_equal(count, rows[i].count);
                bool said = rows[i].words == NULL;
                size_t at;
                for (uint32_t k = 0; !said && k < count; k++)
                        said = str_find(texts[k], str_from(rows[i].words), &at);
                assert_true(said);
        }
        figure = (FigureReport){ .indicator = indicator_of(&city, "新增就业"), .period = days("2023-01-01", "2023-03-31"),
                .county = -1, .value = 5 };
        assert_rc(figure_doubts(&city.plan, &figure, city.arena, &texts, &count), RC_OK);
        assert_int_equal(count, 1);                      /* a year ago; nothing is known of the quarter before */
        figure = (FigureReport){ .indicator = indicator_of(&city, "失业率"), .period = days("2022-01-01", "2022-01-31"), .county = -1,
                                 .value = 2 * kernel_power_of_ten(city.program->indicators[indicator_of(&city, "失业率")].type.scale) };
        assert_rc(figure_doubts(&city.plan, &figure, city.arena, &texts, &count), RC_OK);
        assert_int_equal(count, 1);
        assert_str(texts[0], "超过了 100%，请再核对一下。");
}

static void forget_rows(const City *city) {
        must_run(city->pack.world->database, "DELETE FROM \"学员\" WHERE _city = $1", (Cell[]){ cell_text(PACK_CITY) }, 1);
}

static void a_closed_period_stays(World *world) {
        City city;
        uint64_t figures = 0;
        bool closed;
        ClosedPeriod *list;
        uint32_t count;
        city_open(world, &city);
        Period february = days("2022-02-01", "2022-02-28"), quarter = days("2022-01-01", "2022-03-31"),
                year = days("2022-01-01", "2022-12-31");
        Change early = city.change;
        early.at = (int64_t) february.last * SECONDS_A_DAY;
        assert_rc(period_close(&city.plan, CYCLE_MONTH, february, &early, &figures), RC_INVALID);                   /* not over */
        assert_rc(period_close(&city.plan, CYCLE_MONTH, days("2022-02-01", "2022-02-27"), &city.change, &figures), RC_INVALID);
        assert_rc(period_close(&city.plan, CYCLE_QUARTER, february, &city.change, &figures), RC_INVALID);
        assert_rc(period_close(&city.plan, CYCLE_MONTH, february, &city.change, &figures), RC_OK);
        assert_true(figures > 0);
        assert_rc(period_close(&city.plan, CYCLE_MONTH, february, &city.change, &figures), RC_CONFLICT);
        assert_false(database_in_transaction(world->database));
        assert_rc(period_is_closed(&city.plan, february, &closed), RC_OK);
        assert_true(closed);
        assert_rc(period_is_closed(&city.plan, quarter, &closed), RC_OK);
        assert_false(closed);
        forget_rows(&city);
        assert_int_equal(figure_of(&city, "创业培训人次", february, -1).value, 1);
        assert_int_equal(figure_of(&city, "创业培训人次", february, -1).source, FIGURE_CLOSED);
        assert_int_equal(figure_of(&city, "创业培训人次", february, -1).undecided, 1);
        assert_int_equal(figure_of(&city, "创业培训人次", february, 1).value, 1);
        assert_int_equal(figure_of(&city, "参训人数", days("2022-01-01", "2022-02-28"), -1).value, 3);     /* and the year up to it */
        assert_int_equal(figure_of(&city, "创业培训人次", quarter, -1).value, 0);                          /* an open one follows the records */
        assert_int_equal(figure_of(&city, "创业培训人次", days("2022-01-01", "2022-01-31"), -1).value, 0);
        assert_rc(period_close(&city.plan, CYCLE_YEAR, year, &city.change, &figures), RC_OK);
        assert_rc(period_close(&city.plan, CYCLE_QUARTER, quarter, &city.change, &figures), RC_CONFLICT);   /* it lies in a closed year */
        assert_rc(closed_list(&city.plan, city.arena, &list, &count), RC_OK);
        assert_int_equal(count, 2);
        assert_int_equal(list[0].period.last, year.last);
        assert_int_equal(list[1].period.first, february.first);
        assert_str(list[1].actor, "本机操作员");
}

static void reports_of_closed_periods(World *world) {
        City city;
        uint64_t figures;
        city_open(world, &city);
        Period quarter = days("2022-01-01", "2022-03-31"), year = days("2022-01-01", "2022-12-31");
        must_report(&city, "新增就业", quarter, 0, 10);
        must_report(&city, "新增就业", quarter, 1, 20);
        assert_rc(period_close(&city.plan, CYCLE_QUARTER, quarter, &city.change, &figures), RC_OK);
        assert_rc(report(&city, "新增就业", quarter, 0, 11, "表"), RC_DENIED);
        assert_int_equal(figure_of(&city, "新增就业", quarter, -1).value, 30);
        assert_int_equal(figure_of(&city, "新增就业", year, -1).value, 30);
        assert_rc(correct(&city, "新增就业", quarter, 0, 12, ""), RC_INVALID);                 /* a correction says why */
        assert_rc(correct(&city, "新增就业", quarter, 0, 12, "漏了两人"), RC_OK);
        assert_int_equal(figure_of(&city, "新增就业", quarter, 0).value, 12);
        assert_int_equal(figure_of(&city, "新增就业", quarter, 0).source, FIGURE_CORRECTED);
        assert_int_equal(figure_of(&city, "新增就业", year, 0).value, 12);
        assert_int_equal(figure_of(&city, "新增就业", quarter, -1).value, 32);                 /* the city's total follows */
        assert_int_equal(figure_of(&city, "新增就业", quarter, -1).source, FIGURE_FOLLOWED);
        assert_int_equal(figure_of(&city, "新增就业", year, -1).value, 32);
        assert_rc(correct(&city, "新增就业", quarter, 1, 15, "重报五人"), RC_OK);
        assert_int_equal(figure_of(&city, "新增就业", quarter, -1).value, 27);
        assert_rc(correct(&city, "新增就业", quarter, -1, 40, "市里另有来源"), RC_OK);
        assert_rc(correct(&city, "新增就业", quarter, 0, 13, "又漏了一人"), RC_OK);
        assert_int_equal(figure_of(&city, "新增就业", quarter, 0).value, 13);
        assert_int_equal(figure_of(&city, "新增就业", quarter, -1).value, 40);                 /* it has a line of its own */
}

static void a_city_reported_by_itself(World *world) {
        City city;
        uint64_t figures;
        city_open(world, &city);
        Period quarter = days("2022-01-01", "2022-03-31");
        must_report(&city, "新增就业", quarter, 0, 10);
        must_report(&city, "新增就业", quarter, -1, 50);
        assert_rc(period_close(&city.plan, CYCLE_QUARTER, quarter, &city.change, &figures), RC_OK);
        assert_rc(correct(&city, "新增就业", quarter, 0, 12, "漏了两人"), RC_OK);
        assert_int_equal(figure_of(&city, "新增就业", quarter, 0).value, 12);
        assert_int_equal(figure_of(&city, "新增就业", quarter, -1).value, 50);
}

static void a_correction_moves_the_sums(World *world) {
        City city;
        uint64_t figures;
        LedgerLine *lines;
        uint32_t count;
        city_open(world, &city);
        Period february = days("2022-02-01", "2022-02-28"), march = days("2022-03-01", "2022-03-31");
        assert_rc(period_close(&city.plan, CYCLE_MONTH, february, &city.change, &figures), RC_OK);
        assert_rc(period_close(&city.plan, CYCLE_MONTH, march, &city.change, &figures), RC_OK);
        assert_rc(correct(&city, "创业培训人次", february, -1, 4, "补录"), RC_OK);             /* was 1 */
        assert_int_equal(figure_of(&city, "创业培训人次", february, -1).value, 4);
        assert_int_equal(figure_of(&city, "创业培训人次", days("2022-01-01", "2022-02-28"), -1).value, 6);
        assert_int_equal(figure_of(&city, "创业培训人次", days("2022-01-01", "2022-03-31"), -1).value, 8);
        assert_int_equal(figure_of(&city, "创业培训人次", march, -1).value, 2);
        assert_int_equal(figure_of(&city, "创业培训人次", february, 1).value, 1);
        assert_rc(correct(&city, "创业培训人次", march, 1, figure_of(&city, "创业培训人次", march, 1).value + 3, "补录"), RC_OK);
        assert_int_equal(figure_of(&city, "创业培训人次", march, -1).value, 5);
        assert_int_equal(figure_of(&city, "创业培训人次", days("2022-01-01", "2022-03-31"), -1).value, 11);
        /* different persons do not add up: only their own line changes */
        assert_rc(correct(&city, "合格率", february, -1, 5, "补录"), RC_OK);
        assert_int_equal(figure_of(&city, "合格率", february, -1).value, 5);
        assert_rc(ledger_lines(&city.plan, &city.program->indicators[indicator_of(&city, "合格率")], february, city.arena,
                               &lines, &count), RC_OK);
        assert_str(lines[0].source, "更正");
        assert_str(lines[0].note, "补录");
        assert_str(lines[count - 1].source, "已结账");
}

static void splits(World *world) {
        static const struct {
                const char *target;
                int64_t     values[2];
                Rc          rc;
                const char *why;
        } rows[] = {
                { "每年培训", { 4, 2 }, RC_OK, "" },
                { "每年培训", { 4, 3 }, RC_OK, "" },
                { "每年培训", { 4, 1 }, RC_INVALID, "各区县合计 5人次，少于目标 6人次，请再分一分。" },
                { "每年培训", { 9, -1 }, RC_INVALID, "分解数不能是负数，也不能太大。" },
                { "每年培训", { INT64_MAX, 5 }, RC_INVALID, "分解数不能是负数，也不能太大。" },
                { "每年培训", { UNKNOWN, UNKNOWN }, RC_INVALID, "各区县合计 0人次，少于目标 6人次，请再分一分。" },
                { "每年培训", { 6, UNKNOWN }, RC_OK, "" },
                { "三年培训", { 9, 9 }, RC_INVALID, "文件没有要求把这个目标分解到区县。" },
        };
        City city;
        TargetDetail detail;
        city_open(world, &city);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Str why = { 0 };
                assert_rc(target_split(&city.plan, target_of(&city, rows[i].target), 2022, rows[i].values, &city.change,
                                       city.arena, &why), rows[i].rc);
                assert_str(why, rows[i].why);
        }
        assert_rc(target_load(&city.plan, target_of(&city, "每年培训"), day_of("2022-03-31"), city.arena, &detail), RC_OK);
        assert_int_equal(detail.counties[0].promise, 6);
        assert_int_equal(detail.counties[1].promise, UNKNOWN);
}

static Rc order(const City *city, bool task, const char *subject, OrderAction action, const char *unit, int32_t due, const char *day) {
        Order line = { .task = task, .subject = str_from(subject), .action = action, .unit = str_from(unit),
                .text = STR("请办"), .county = -1, .due = due };
        Change change = city->change;
        change.at = (int64_t) day_of(day) * SECONDS_A_DAY;
        return order_add(&city->plan, &line, &change);
}

static const Due *due_of(const Due *dues, uint32_t count, DueKind kind, const char *name) {
        for (uint32_t i = 0; i < count; i++)
                if (dues[i].kind == kind && str_equal(dues[i].name, str_from(name)))
                        return &dues[i];
        fail_msg("nothing due: %s", name);
        return NULL;
}

static void orders(World *world) {
        City city;
        Order *list;
        uint32_t count;
        city_open(world, &city);
        assert_rc(order(&city, false, "每年培训", ORDER_DISPATCH, "市人社局", day_of("2022-05-01"), "2022-04-01"), RC_OK);
        assert_rc(order(&city, false, "每年培训", ORDER_REMIND, "市人社局", DATE_MAX, "2022-04-20"), RC_OK);
        assert_rc(order(&city, true, "清单", ORDER_RETURN, "市发改委", DATE_MAX, "2022-04-20"), RC_OK);
        assert_rc(order_list(&city.plan, false, STR("每年培训"), city.arena, &list, &count), RC_OK);
        assert_int_equal(count, 2);
        assert_int_equal(list[0].action, ORDER_REMIND);
        assert_int_equal(list[0].due, DATE_MAX);
        assert_int_equal(list[1].due, day_of("2022-05-01"));
        assert_str(order_action_text(list[1].action), "交办");
        assert_rc(order_list(&city.plan, true, STR("每年培训"), city.arena, &list, &count), RC_OK);
        assert_int_equal(count, 0);
}

static void what_is_due(World *world) {
        City city;
        Due *dues;
        uint32_t count;
        city_open(world, &city);
        int32_t day = day_of("2022-04-15");
        assert_rc(order(&city, false, "每年培训", ORDER_DISPATCH, "市人社局", day_of("2022-04-10"), "2022-04-01"), RC_OK);
        assert_rc(order(&city, false, "合格", ORDER_DISPATCH, "市人社局", day_of("2022-05-10"), "2022-04-01"), RC_OK);
        assert_rc(due_list(&city.plan, (Str){ 0 }, day, city.arena, &dues, &count), RC_OK);
        assert_int_equal(count, 6);              /* two figures, two tasks that run, two orders */
        const Due *due = due_of(dues, count, DUE_FIGURE, "新增就业");
        assert_int_equal(due->period.first, day_of("2022-01-01"));
        assert_int_equal(due->day, day_of("2022-04-11"));        /* ten days after the quarter is a Sunday */
        assert_true(due->late && !due->done);
        due = due_of(dues, count, DUE_TASK, "办法");
        assert_int_equal(due->day, day_of("2022-06-30"));
        assert_false(due->late);
        assert_true(due_of(dues, count, DUE_TASK, "清单")->late);
        assert_true(due_of(dues, count, DUE_ORDER, "每年培训")->late);
        assert_false(due_of(dues, count, DUE_ORDER, "合格")->late);
        for (uint32_t i = 1; i < count; i++)
                assert_true(dues[i - 1].day <= dues[i].day);     /* the late ones first */
        must_report(&city, "新增就业", days("2022-01-01", "2022-03-31"), -1, 10);
        assert_rc(order(&city, true, "清单", ORDER_RETURN, "市发改委", DATE_MAX, "2022-04-12"), RC_OK);
        assert_rc(order(&city, false, "每年培训", ORDER_DONE, "市人社局", DATE_MAX, "2022-04-12"), RC_OK);
        assert_rc(due_list(&city.plan, (Str){ 0 }, day, city.arena, &dues, &count), RC_OK);
        assert_true(due_of(dues, count, DUE_FIGURE, "新增就业")->done);
        assert_true(due_of(dues, count, DUE_TASK, "清单")->done);
        assert_true(due_of(dues, count, DUE_ORDER, "每年培训")->done && !due_of(dues, count, DUE_ORDER, "每年培训")->late);
        assert_false(due_of(dues, count, DUE_ORDER, "合格")->done);
        assert_rc(due_list(&city.plan, STR("市教育局"), day, city.arena, &dues, &count), RC_OK);
        assert_int_equal(count, 1);
        assert_str(dues[0].name, "办法");
        assert_rc(due_list(&city.plan, STR("没有这个单位"), day, city.arena, &dues, &count), RC_OK);
        assert_int_equal(count, 0);
}

/* With a calendar what is due steps over holidays; where it does not know the year, that is told. */
static void due_days_are_working_days(World *world) {
        static const struct { const char *day, *figure; bool unsure; } cases[] = {
                { "2022-04-15", "2022-04-11", false }, { "2022-10-15", "2022-10-12", false },    /* 10 and 11 October declared free */
                { "2024-01-15", "2024-01-10", true },
        };
        City city;
        Str why;
        city_open(world, &city);
        assert_rc(workday_read(STR("date\tkind\tname\n2022-10-08\twork\t国庆节\n2022-10-10\toff\t国庆节\n2022-10-11\toff\t国庆节\n"), city.arena,
                               &city.plan.workdays, &why), RC_OK);
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                Due *dues;
                uint32_t count;
                assert_rc(due_list(&city.plan, (Str){ 0 }, day_of(cases[i].day), city.arena, &dues, &count), RC_OK);
                const Due *due = due_of(dues, count, DUE_FIGURE, "新增就业");
                assert_int_equal(due->day, day_of(cases[i].figure));
                assert_true(due->day_unsure == cases[i].unsure);
        }
        assert_rc(order(&city, false, "合格", ORDER_DISPATCH, "市人社局", day_of("2022-10-10"), "2022-10-01"), RC_OK);
        Due *dues;
        uint32_t count;
        assert_rc(due_list(&city.plan, (Str){ 0 }, day_of("2022-10-02"), city.arena, &dues, &count), RC_OK);
        const Due *due = due_of(dues, count, DUE_ORDER, "合格");
        assert_int_equal(due->day, day_of("2022-10-10"));        /* an order's own day stays */
        assert_false(due->day_unsure);
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "what_is_refused", what_is_refused, true, true },
                { "doubts", doubts, true, true },
                { "a_closed_period_stays", a_closed_period_stays, true, true },
                { "reports_of_closed_periods", reports_of_closed_periods, true, true },
                { "a_city_reported_by_itself", a_city_reported_by_itself, true, true },
                { "a_correction_moves_the_sums", a_correction_moves_the_sums, true, true },
                { "splits", splits, true, true },
                { "orders", orders, true, true },
                { "what_is_due", what_is_due, true, true },
                { "due_days_are_working_days", due_days_are_working_days, true, false },
                { 0 },
        };
        return world_run(cases, argc, argv);
}
