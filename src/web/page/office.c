/* The day, the texts and the small charts of the officers' pages. */
#include "web/page/office.h"

#include "base/date.h"
#include "base/utf8.h"

#define TEXT_CAP 65536
#define SECONDS_A_DAY 86400
#define SPARK_WIDTH 112            /* of 120 × 36, with a margin of 4 */
#define SPARK_HEIGHT 28
#define SPARK_MARGIN 4
#define TENTH_OF_PERCENT 1000      /* millionths */
#define TEN_THOUSAND 10000
#define HUNDRED_MILLION 100000000
#define TILE_CHARACTERS 8
#define PERCENT_DIGITS 4           /* two behind the point of a percentage */

/* ---- opening ----------------------------------------------------------------------------------------- */

static const struct {
        const char *word, *text;
} dones[] = {
        { "order", "已经记下。" },     { "split", "分解数已经保存。" },     { "figure", "数字已经报送。" },
        { "close", "已经结账。" },     { "correct", "更正已经记入台账。" },
};

static Str done_text(Str word) {
        for (size_t i = 0; i < ARRAY_LENGTH(dones); i++)
                if (str_equal(word, str_from(dones[i].word)))
                        return str_from(dones[i].text);
        return (Str){ 0 };
}

bool office_date(Str text, int32_t *ret_day) {
        int32_t day;
        bool known = date_parse(text, &day) && day >= DATE_MIN && day <= DATE_MAX;
        if (known)
                *ret_day = day;
        return known;
}

/* The day asked for; without one, or when it is none, the day the board is set to. */
static Rc choose_day(const Visit *visit, Str asked, int32_t *ret_day) {
        Str set;
        int32_t day = visit_date(visit);
        if (office_date(asked, ret_day))
                return RC_OK;
        Rc rc = plan_setting(&visit->plan, STR("board_day"), visit->arena, &set);
        if (rc == RC_OK)
                *ret_day = office_date(set, &day) ? day : visit_date(visit);
        return rc;
}

Rc office_open(Visit *visit, Action action, Str title, Section section, Office *ret_office) {
        Arena *arena = visit->arena;
        Str typed = form_text(&visit->query, STR("day")), asked = typed.length ? typed : form_text(&visit->form, STR("day"));
        int32_t day;
        Rc rc = visit_allowed(visit, action, NULL);
        bool known = asked.length == 0 || office_date(asked, &day);
        if (rc == RC_OK && !known && typed.length == 0)
                rc = RC_INVALID;                  /* a hidden field: nobody typed it */
        if (rc == RC_OK)
                rc = visit_plan(visit);
        if (rc == RC_OK)
                rc = choose_day(visit, asked, &day);
        if (rc != RC_OK)
                return rc;
        Str text = date_text(arena, day);
        *ret_office = (Office){
                .layout = layout_of(visit, title, section), .city = visit->city, .name = visit->city->pack->name,
                .day = day, .day_text = text, .day_shown = date_chinese(arena, day),
                .form_key = visit->form_key, .done = done_text(form_text(&visit->query, STR("done"))),
        };
        if (!known)
                office_refuse(visit, ret_office, OFFICE_ODD_DATE, STR("day"));
        else if (asked.length)
                ret_office->day_query = str_format(arena, "?day=%.*s", STR_ARG(text));
        return RC_OK;
}

void office_refuse(Visit *visit, Office *office, Str error, Str field) {
        visit->response->status = 422;
        office->layout.error = true;
        office->error = error;
        office->error_field = field;
}

Rc office_return(Visit *visit, const char *done) {
        Str day = form_text(&visit->form, STR("asked"));
        int32_t parsed;
        bool keep = office_date(day, &parsed);
        return visit_redirect(visit, str_format(visit->arena, "%.*s?done=%s%s%.*s", STR_ARG(visit->path), done, keep ? "&day=" : "",
                                                keep ? (int) day.length : 0, day.data));
}

Rc office_county(const Visit *visit, int64_t *ret_county) {
        Str text = form_text(&visit->query, STR("county"));
        int64_t county = -1;
        if (text.length == 0) {
                *ret_county = -1;
                return RC_OK;
        }
        bool known = visit->plan.counties != NONE && str_to_int(text, &county) && county >= 0 &&
                     county < visit->city->pack->program.enumerations[visit->plan.counties].member_count;
        if (known)
                *ret_county = county;
        return known ? RC_OK : RC_INVALID;
}

bool office_text(Visit *visit, Office *office, const char *field, bool required, Str *ret_text) {
        Str text = form_text(&visit->form, str_from(field));
        *ret_text = text;
        if (required && text.length == 0)
                office_refuse(visit, office, STR("这里还没有填写。"), str_from(field));
        else if (text.length > OFFICE_TEXT_MAX)
                office_refuse(visit, office, STR("写得太长了，请缩短到六百字以内。"), str_from(field));
        else
                return true;
        return false;
}

const Document *clause_document(const Program *program, uint32_t clause) {
        uint32_t document = program->clauses[clause].document;
        return document < program->document_count ? &program->documents[document] : NULL;
}

/* ---- texts ------------------------------------------------------------------------------------------- */

static int64_t rounded(int64_t value, int64_t step) {
        return (value < 0 ? value - step / 2 : value + step / 2) / step;
}

Str figure_text(Arena *arena, const Program *program, Type type, int64_t value) {
        Buffer out CLEAN(buffer_free) = buffer_new(TEXT_CAP);
        if (value == UNKNOWN)
                return STR("—");
        if (program->units[type.unit].percent && type.scale > PERCENT_DIGITS) {
                value = rounded(value, kernel_power_of_ten(type.scale - PERCENT_DIGITS));
                type.scale = PERCENT_DIGITS;
        }
        value_print(program, type, value, &out);
        return grouped_text(arena, buffer_str(&out));
}

/* In hundreds of millions or in ten thousands: 10亿元, 8603.4万元. */
static Str counted_in(Arena *arena, const Program *program, Type type, int64_t value, int64_t size, uint8_t digits) {
        int64_t last = kernel_multiply(size, kernel_power_of_ten(type.scale)) / kernel_power_of_ten(digits);
        Str number = decimal_text(arena, rounded(value, last), digits);
        while (digits && str_ends(number, STR("0")))       /* 10.00 */
                number = str_slice(number, 0, number.length - 1);
        if (str_ends(number, STR(".")))
                number = str_slice(number, 0, number.length - 1);
        return str_format(arena, "%.*s%s%.*s", STR_ARG(number), size == TEN_THOUSAND ? "万" : "亿", STR_ARG(program->units[type.unit].text));
}

static bool is_large(const Program *program, Type type, int64_t value, int64_t size) {
        return value != UNKNOWN && !program->units[type.unit].percent && value >= kernel_multiply(size, kernel_power_of_ten(type.scale));
}

Str short_figure_text(Arena *arena, const Program *program, Type type, int64_t value) {
        return is_large(program, type, value, HUNDRED_MILLION) ? counted_in(arena, program, type, value, HUNDRED_MILLION, 2)
                                                               : figure_text(arena, program, type, value);
}

Str tile_figure_text(Arena *arena, const Program *program, Type type, int64_t value) {
        Str text = short_figure_text(arena, program, type, value);
        bool shorten = utf8_count(text) > TILE_CHARACTERS && is_large(program, type, value, TEN_THOUSAND) &&
                       !is_large(program, type, value, HUNDRED_MILLION);
        if (!shorten)
                return text;
        return counted_in(arena, program, type, value, TEN_THOUSAND, is_large(program, type, value, HUNDRED_MILLION / 10) ? 0 : 1);
}

Str percent_text(Arena *arena, int64_t millionths) {
        if (millionths == UNKNOWN)
                return STR("—");
        int64_t tenths = rounded(millionths, TENTH_OF_PERCENT), size = tenths < 0 ? -tenths : tenths;
        if (size % 10 == 0)
                return str_format(arena, "%s%lld%%", tenths < 0 ? "-" : "", (long long) (size / 10));
        return str_format(arena, "%s%lld.%lld%%", tenths < 0 ? "-" : "", (long long) (size / 10), (long long) (size % 10));
}

Str growth_text(Arena *arena, int64_t millionths) {
        if (millionths == UNKNOWN)
                return (Str){ 0 };
        if (rounded(millionths, TENTH_OF_PERCENT) == 0)
                return STR("与上年同期持平");
        Str percent = percent_text(arena, millionths < 0 ? -millionths : millionths);
        return str_format(arena, "比上年同期%s %.*s", millionths < 0 ? "下降" : "增长", STR_ARG(percent));
}

Str promise_text(Arena *arena, const Program *program, const Target *target, int64_t promise) {
        static const char *const words[] = {
                [REQUIRE_AT_LEAST] = "不少于", [REQUIRE_REACH] = "达到", [REQUIRE_MORE] = "超过",
                [REQUIRE_AT_MOST] = "不超过", [REQUIRE_ABOUT] = "约", [REQUIRE_STRIVE] = "力争",
        };
        if (promise == UNKNOWN)
                return STR("—");
        Str value = target->growth ? percent_text(arena, promise) : short_figure_text(arena, program,
                program->indicators[target->indicator].type, promise);
        return str_format(arena, "%s%s%s %.*s", target->each_county ? "每个区县" : "", target->growth ? "比上年同期增长" : "",
                          words[target->requirement], STR_ARG(value));
}

Str period_text(Arena *arena, Period period) {
        Buffer out CLEAN(buffer_free) = buffer_new(TEXT_CAP);
        period_print(period, &out);
        return str_copy(arena, buffer_str(&out));
}

Str judged_text(Arena *arena, const TargetState *state, int32_t day) {
        int32_t last = day < state->period.last ? day : state->period.last;
        Civil judged = date_to_civil(state->judged);
        return state->judged >= last ? STR("今天") : str_format(arena, "到%d月%d日", judged.month, judged.day);
}

Str target_period_text(Arena *arena, const TargetState *state) {
        if (state->target->period != PERIOD_BY)
                return period_text(arena, state->period);
        return str_format(arena, "截至%.*s", STR_ARG(date_chinese(arena, state->period.last)));
}

Str time_text(Arena *arena, int64_t seconds) {
        int64_t day = seconds / SECONDS_A_DAY;
        return day < DATE_MIN || day > DATE_MAX ? STR("—") : date_text(arena, (int32_t) day);
}

Str decimal_text(Arena *arena, int64_t value, uint8_t scale) {
        uint64_t size = value < 0 ? 0 - (uint64_t) value : (uint64_t) value, power = (uint64_t) kernel_power_of_ten(scale);
        const char *sign = value < 0 ? "-" : "";
        if (scale == 0)
                return str_format(arena, "%s%llu", sign, (unsigned long long) size);
        return str_format(arena, "%s%llu.%0*llu", sign, (unsigned long long) (size / power), scale, (unsigned long long) (size % power));
}

/* ---- small charts ------------------------------------------------------------------------------------ */

uint32_t bar_width(int64_t value, int64_t largest) {
        if (value == UNKNOWN || value <= 0 || largest <= 0)
                return 0;
        __int128 width = (__int128) value * 1000 / largest;
        return width > 1000 ? 1000 : (uint32_t) width;
}

static void spark_span(const TargetState *state, int64_t *low, int64_t *high) {
        *low = 0;
        *high = 1;
        for (uint32_t i = 0; i < state->trend_count; i++) {
                int64_t value = state->trend[i].value;
                if (value != UNKNOWN && value > *high)
                        *high = value;
                if (value != UNKNOWN && value < *low)
                        *low = value;
        }
}

Spark spark_of(Arena *arena, const Program *program, const TargetState *state, int32_t day, uint32_t number) {
        Buffer points CLEAN(buffer_free) = buffer_new(TEXT_CAP);
        Buffer words CLEAN(buffer_free) = buffer_new(TEXT_CAP);
        Spark spark = { .id = str_format(arena, "spark-%u", number), .title = str_format(arena, "%.*s的走势", STR_ARG(state->target->name)) };
        int32_t last = day < state->period.last ? day : state->period.last;
        int64_t low, high;
        spark_span(state, &low, &high);
        __int128 span = (__int128) high - low;
        MUST(span > 0);
        for (uint32_t i = 0; i < state->trend_count; i++) {
                int64_t value = state->trend[i].value;
                uint32_t behind = state->trend_count - 1 - i;
                Civil month = date_to_civil(date_add_months(last, -(int64_t) behind));
                Str text = figure_text(arena, program, program->indicators[state->target->indicator].type, value);
                buffer_format(&words, "%s%d年%d月 %.*s", i ? "，" : "", month.year, month.month, STR_ARG(text));
                if (value == UNKNOWN)
                        continue;
                /* the latest month stands at the right edge, so that rows can be compared */
                spark.last_x = SPARK_MARGIN + SPARK_WIDTH * (11 - behind) / 11;
                spark.last_y = SPARK_MARGIN + SPARK_HEIGHT - (uint32_t) ((__int128) (value - low) * SPARK_HEIGHT / span);
                buffer_format(&points, "%s%u,%u", points.length ? " " : "", spark.last_x, spark.last_y);
        }
        spark.points = str_copy(arena, buffer_str(&points));
        spark.description = str_copy(arena, buffer_str(&words));
        return spark;
}

/* ---- orders ------------------------------------------------------------------------------------------ */

Rc orders_load(Visit *visit, const Office *office, bool task, Str subject, OrdersView *ret_view) {
        Arena *arena = visit->arena;
        Order *orders;
        uint32_t count;
        Rc rc = order_list(&visit->plan, task, subject, arena, &orders, &count);
        if (rc != RC_OK)
                return rc;
        *ret_view = (OrdersView){ .office = office, .kind = task ? "task" : "t", .subject = subject,
                                  .items = ARENA_NEW(arena, OrderItem, count + 1),
                                  .chosen = ORDER_DISPATCH };
        for (uint32_t i = 0; i < count; i++)
                ret_view->items[ret_view->item_count++] = (OrderItem){
                        .order = &orders[i], .day = time_text(arena, orders[i].at), .action = order_action_text(orders[i].action),
                        .due = orders[i].due == DATE_MAX ? (Str){ 0 } : date_chinese(arena, orders[i].due),
                        .county = orders[i].county < 0 ? (Str){ 0 } : plan_county(&visit->plan, orders[i].county),
                };
        return RC_OK;
}

static bool read_order(Visit *visit, Office *office, OrdersView *view, Order *order) {
        int64_t action;
        if (!str_to_int(form_text(&visit->form, STR("order")), &action) || action < ORDER_DISPATCH || action > ORDER_DONE) {
                office_refuse(visit, office, STR("请选择要做什么。"), STR("order"));
                return false;
        }
        order->action = (OrderAction) action;
        view->chosen = order->action;
        bool of_us = order->action == ORDER_DISPATCH || order->action == ORDER_REMIND || order->action == ORDER_INTERVIEW;
        bool proof = order->action == ORDER_RETURN && view->evidence.length;
        view->sent_due = form_text(&visit->form, STR("due"));
        bool good = office_text(visit, office, "unit", of_us, &view->sent_unit);
        good = office_text(visit, office, "text", true, &view->sent_text) && good;
        good = office_text(visit, office, "evidence", proof, &view->sent_evidence) && good;
        if (good && view->sent_due.length && !office_date(view->sent_due, &order->due)) {
                office_refuse(visit, office, OFFICE_ODD_DATE, STR("due"));
                return false;
        }
        order->unit = view->sent_unit;
        order->text = view->sent_text;
        order->evidence = view->sent_evidence;
        return good;
}

Rc orders_take(Visit *visit, Office *office, bool task, Str subject, OrdersView *view, bool *ret_taken) {
        Order order = { .county = -1, .task = task, .subject = subject, .due = DATE_MAX };
        Change change = visit_change(visit, (Str){ 0 });
        view->sent = true;
        *ret_taken = read_order(visit, office, view, &order);
        return *ret_taken ? order_add(&visit->plan, &order, &change) : RC_OK;
}
