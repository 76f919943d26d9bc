/* Figures as a reader of a report expects them. */
#include "insight/report_inside.h"

#include "program/kernels.h"

#define RATIO_SCALE 6
#define WHOLE 1000000                    /* scale 6 */
#define TENTH 1000                       /* of a percent, at scale 6 */

static const Str NO_FIGURE = STR_INIT("（暂无数据）");
static const Str NOTHING = STR_INIT("—");

Str report_column_name(ReportColumn column) {
        static const char *const names[] = {
                [REPORT_TARGET] = "目标", [REPORT_REQUIREMENT] = "要求", [REPORT_FIGURE] = "已完成", [REPORT_PROGRESS] = "进度",
                [REPORT_GROWTH] = "同比", [REPORT_LAMP] = "状态", [REPORT_LEAD] = "牵头单位",
        };
        return str_from(names[column]);
}

Str report_paragraph(Arena *arena, const ReportText *paragraph) {
        Buffer text CLEAN(buffer_free) = buffer_new(WORDS_MAX);
        for (uint32_t i = 0; i < paragraph->span_count; i++)
                buffer_add(&text, paragraph->spans[i].text);
        return str_copy(arena, buffer_str(&text));
}

Str report_subtitle(Arena *arena, const ReportPage *page) {
        return str_format(arena, "%.*s%s%.*s", STR_ARG(page->issuer), page->issuer.length ? "　" : "", STR_ARG(page->period_text));
}

bool report_starts_area(const ReportPage *page, uint32_t row) {
        Str area = page->rows[row].area;
        return area.length && (row == 0 || !str_equal(area, page->rows[row - 1].area));
}

Str report_text_heading(void) {
        return STR("一、进展情况");
}

Str report_table_heading(void) {
        return STR("二、目标完成情况");
}

Str report_table_note(void) {
        return STR("“状态”由系统按时间进度判断，不是文件的规定；“—”是不适用或没有数据。");
}

Str report_demonstration_text(void) {
        return STR("示范数据：记录和数字都是编造的，只供演示");
}

/* value ÷ unit to the nearest, halves away from zero. */
static int64_t rounded(__int128 value, int64_t unit) {
        __int128 half = value < 0 ? -unit / 2 : unit / 2, result = (value + half) / unit;
        return result > INT64_MAX ? INT64_MAX : result < -INT64_MAX ? -INT64_MAX : (int64_t) result;
}

/* Hundredths as "4.33". */
static Str hundredths_text(Arena *arena, int64_t hundredths) {
        int64_t size = hundredths < 0 ? -hundredths : hundredths;
        return str_format(arena, "%s%lld.%02lld", hundredths < 0 ? "-" : "", (long long) (size / 100), (long long) (size % 100));
}

static Str without_zeros(Str text) {
        while (str_ends(text, STR("0")))
                text = str_slice(text, 0, text.length - 1);
        return str_ends(text, STR(".")) ? str_slice(text, 0, text.length - 1) : text;
}

/* A rate to hundredths of a percent; zeros at the end say that it was rounded: 3.53%, 4.00%, but 4% is exact. */
static Str rate_text(Arena *arena, Type type, int64_t value) {
        int64_t hundredth = kernel_power_of_ten(type.scale) / 10000;
        Str text = hundredths_text(arena, rounded(value, hundredth));
        if (value % hundredth == 0)
                text = without_zeros(text);
        return str_format(arena, "%.*s%%", STR_ARG(text));
}

/* Money from ten thousand yuan on, by 万 and 亿. */
static Str money_text(Arena *arena, Type type, int64_t value) {
        static const struct {
                int64_t     yuan;
                const char *word;
        } steps[] = { { 100000000, "亿元" }, { 10000, "万元" } };
        for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
                __int128 step = (__int128) steps[i].yuan * kernel_power_of_ten(type.scale);
                if (value < step && value > -step)
                        continue;
                Str text = without_zeros(hundredths_text(arena, rounded((__int128) value * 100, (int64_t) step)));
                return str_format(arena, "%.*s%s", STR_ARG(text), steps[i].word);
        }
        return (Str){ 0 };
}

Str words_value(Arena *arena, const Program *program, Type type, int64_t value) {
        const Unit *unit = &program->units[type.unit];
        if (value == UNKNOWN)
                return NO_FIGURE;
        if (unit->percent && type.scale > 4)
                return rate_text(arena, type, value);
        Str money = str_equal(unit->text, STR("元")) ? money_text(arena, type, value) : (Str){ 0 };
        if (money.length)
                return money;
        Buffer out CLEAN(buffer_free) = buffer_new(WORDS_MAX);
        value_print(program, type, value, &out);
        return str_copy(arena, buffer_str(&out));
}

/* Tenths as "12.5". */
static Str tenths_text(Arena *arena, int64_t tenths) {
        int64_t size = tenths < 0 ? -tenths : tenths;
        return str_format(arena, "%s%lld.%lld", tenths < 0 ? "-" : "", (long long) (size / 10), (long long) (size % 10));
}

Str words_progress(Arena *arena, int64_t progress) {
        if (progress == UNKNOWN)
                return NO_FIGURE;
        int64_t tenths = rounded(progress, TENTH), whole = WHOLE / TENTH;
        if (progress < WHOLE && tenths >= whole)
                tenths = whole - 1;
        Str text = tenths_text(arena, tenths);
        return str_format(arena, "%.*s%%", STR_ARG(text));
}

/* `tenths` up or down, in the words of a rate or of percentage points. */
static Str change_text(Arena *arena, int64_t tenths, bool points) {
        Str size = tenths_text(arena, tenths < 0 ? -tenths : tenths);
        const char *word = tenths < 0 ? "下降" : points ? "提高" : "增长";
        return str_format(arena, "%s %.*s%s", word, STR_ARG(size), points ? " 个百分点" : "%");
}

Str words_rate(Arena *arena, int64_t growth) {
        int64_t tenths = growth == UNKNOWN ? 0 : rounded(growth, TENTH);
        if (growth == UNKNOWN)
                return NOTHING;
        return growth == 0 ? STR("持平") : tenths == 0 ? STR("基本持平") : change_text(arena, tenths, false);
}

Str words_growth(Arena *arena, const Program *program, Type type, int64_t now, int64_t before, Comparison *ret_comparison) {
        bool points = program->units[type.unit].percent;
        *ret_comparison = COMPARE_NO_BASE;
        if (now == UNKNOWN)
                return NO_FIGURE;
        if (before == UNKNOWN)
                return STR("（上年同期无数据）");
        *ret_comparison = COMPARE_EQUAL;
        if (now == before)
                return STR("与上年同期持平");
        *ret_comparison = COMPARE_NO_BASE;
        if (!points && before <= 0)
                return STR("（上年同期为 0）");
        __int128 difference = (__int128) now - before;
        int64_t tenths = points ? rounded(difference * TENTH, kernel_power_of_ten(type.scale)) : rounded(difference * TENTH, before);
        *ret_comparison = tenths ? COMPARE_KNOWN : COMPARE_EQUAL;
        return tenths ? change_text(arena, tenths, points) : STR("与上年同期基本持平");
}

/* What a document promises is mostly a round number: 1.3万, exactly. */
static Str promise_value(Arena *arena, const Program *program, Type type, int64_t value) {
        int64_t thousand = kernel_power_of_ten(type.scale) * 1000, tenths = value / thousand;
        const Unit *unit = &program->units[type.unit];
        if (unit->percent || str_equal(unit->text, STR("元")) || value % thousand != 0 || tenths < 10)
                return words_value(arena, program, type, value);
        Str text = tenths % 10 ? tenths_text(arena, tenths) : str_format(arena, "%lld", (long long) (tenths / 10));
        return str_format(arena, "%.*s万%.*s", STR_ARG(text), STR_ARG(unit->text));
}

Str words_requirement(Arena *arena, const Program *program, const TargetState *state) {
        static const char *const words[] = {
                [REQUIRE_AT_LEAST] = "不少于", [REQUIRE_REACH] = "达到", [REQUIRE_MORE] = "超过",
                [REQUIRE_AT_MOST] = "不超过", [REQUIRE_ABOUT] = "约", [REQUIRE_STRIVE] = "力争",
        };
        const Target *target = state->target;
        Type type = program->indicators[target->indicator].type;
        if (state->promise == UNKNOWN)
                return STR("（待定）");
        const char *word = words[target->requirement], *whole = target->each_county ? "每个区县" : "";
        if (!target->growth) {
                Str value = promise_value(arena, program, type, state->promise);
                return str_format(arena, "%s%s %.*s", whole, word, STR_ARG(value));
        }
        int64_t tenths = rounded(state->promise, TENTH);
        Str rate = tenths % 10 ? tenths_text(arena, tenths) : str_format(arena, "%lld", (long long) (tenths / 10));
        bool before = target->requirement == REQUIRE_STRIVE;
        return str_format(arena, "%s%s比上年同期增长%s %.*s%%", whole, before ? word : "", before ? "" : word, STR_ARG(rate));
}

static Str figure_cell(Arena *arena, const Program *program, const TargetState *state) {
        const Target *target = state->target;
        if (target->each_county)
                return str_format(arena, "%u 个区县达到", state->counties_reached);
        if (state->figure.value == UNKNOWN)
                return STR("暂无数据");
        return words_value(arena, program, program->indicators[target->indicator].type, state->figure.value);
}

void words_row(Arena *arena, const Program *program, const TargetState *state, ReportRow *ret_row) {
        const Target *target = state->target;
        bool ratio = program->units[program->indicators[target->indicator].type.unit].percent;
        Buffer period CLEAN(buffer_free) = buffer_new(WORDS_MAX);
        Str requirement = words_requirement(arena, program, state);
        period_print(state->period, &period);
        *ret_row = (ReportRow){ .area = target->area, .state = state };
        ret_row->cells[REPORT_TARGET] = target->name;
        ret_row->cells[REPORT_REQUIREMENT] = str_format(arena, "%.*s%.*s", STR_ARG(buffer_str(&period)), STR_ARG(requirement));
        ret_row->cells[REPORT_FIGURE] = figure_cell(arena, program, state);
        ret_row->cells[REPORT_PROGRESS] =
                target->requirement == REQUIRE_AT_MOST || state->progress == UNKNOWN ? NOTHING : words_progress(arena, state->progress);
        ret_row->cells[REPORT_GROWTH] = ratio && !target->growth ? NOTHING : words_rate(arena, state->growth);
        ret_row->cells[REPORT_LAMP] = lamp_text(state->lamp);
        ret_row->cells[REPORT_LEAD] = target->lead.length ? target->lead : NOTHING;
}
