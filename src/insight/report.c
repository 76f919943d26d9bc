/* Fills a report's sentences. A sentence is written for known figures; where one is not known, or nothing changed, the words
 * around it are trimmed so that it still reads. */
#include "insight/report_inside.h"

#include "program/kernels.h"

#define NAMES_MAX 3                      /* counties named when several share a place */

Period report_period(const Report *report, int32_t day, int32_t today) {
        if (day != DATE_MIN) {
                Period period = period_of(report->cycle, day);
                return (Period){ period.first, day };
        }
        Period period = period_of(report->cycle, today);
        return period.last == today ? period : period_before(report->cycle, period);
}

typedef struct Writer {
        const Plan *plan;
        Arena      *arena;
        ReportPage *page;
        ReportText *text;
        uint32_t    capacity;
        Str         drop;                /* a unit that the next words must not repeat */
} Writer;

static void add_span(Writer *writer, ReportSpan span) {
        *ARENA_PUSH(writer->arena, writer->text->spans, writer->text->span_count, writer->capacity) = span;
}

static Str without_space(Str text) {
        while (str_starts(text, STR(" ")))
                text = str_slice(text, 1, text.length);
        return text;
}

static Str without_end(Str text, Str end) {
        return str_ends(text, end) ? str_slice(text, 0, text.length - end.length) : text;
}

static void add_words(Writer *writer, Str text) {
        if (writer->drop.length && str_starts(without_space(text), writer->drop)) {
                text = without_space(text);
                text = str_slice(text, writer->drop.length, text.length);
        }
        writer->drop = (Str){ 0 };
        if (text.length)
                add_span(writer, (ReportSpan){ .text = text, .indicator = NONE, .target = NONE, .county = -1 });
}

/* ---- an indicator ------------------------------------------------------------------------------------------ */

static const Indicator *indicator_of(const Writer *writer, const ReportPiece *piece) {
        return &writer->plan->model->program->indicators[piece->index];
}

static void add_figure(Writer *writer, const ReportPiece *piece, Period period, int64_t county, Str text) {
        ReportSpan *last = writer->text->span_count ? &writer->text->spans[writer->text->span_count - 1] : NULL;
        while (last && !last->figure && str_starts(text, STR("（")) && str_ends(last->text, STR(" ")))
                last->text = without_end(last->text, STR(" "));
        add_span(writer, (ReportSpan){ .text = text, .figure = true, .indicator = piece->index, .target = NONE, .period = period,
                                       .county = county });
}

/* A figure; its unit stands once, where it was written by hand: behind the figure with the writer's own spaces (12 人), or in it
 * where it has become another (4.33亿元). */
static void add_value(Writer *writer, const ReportPiece *piece, Period period, int64_t value, const ReportPiece *next) {
        const Program *program = writer->plan->model->program;
        Type type = indicator_of(writer, piece)->type;
        Str text = words_value(writer->arena, program, type, value), unit = program->units[type.unit].text;
        bool changed = str_ends(text, STR("万元")) || str_ends(text, STR("亿元"));
        if (value == UNKNOWN || changed)
                writer->drop = unit;
        else if (unit.length && next && next->part == PART_TEXT && str_starts(without_space(next->text), unit))
                text = without_end(text, unit);
        add_figure(writer, piece, period, -1, text);
}

static Rc write_value(Writer *writer, const ReportPiece *piece, const ReportPiece *next) {
        Series series;
        Rc rc = series_load(writer->plan, indicator_of(writer, piece), &writer->page->period, 1, writer->arena, &series);
        if (rc == RC_OK)
                add_value(writer, piece, writer->page->period, series_at(&series, 0, -1)->value, next);
        return rc;
}

/* Since the first of January. */
static Rc write_total(Writer *writer, const ReportPiece *piece, const ReportPiece *next) {
        Series series;
        Period *year = ARENA_NEW(writer->arena, Period, 1);
        *year = (Period){ period_of(CYCLE_YEAR, writer->page->period.first).first, writer->page->period.last };
        Rc rc = series_load_cumulative(writer->plan, indicator_of(writer, piece), year, 1, writer->arena, &series);
        if (rc == RC_OK)
                add_value(writer, piece, *year, series_at(&series, 0, -1)->value, next);
        return rc;
}

/* "比上年同期" is said by the figure itself when there is nothing to compare with, or no change. */
static void trim_comparison(const Writer *writer, Comparison comparison) {
        ReportText *text = writer->text;
        if (comparison == COMPARE_KNOWN || text->span_count == 0 || text->spans[text->span_count - 1].figure)
                return;
        ReportSpan *last = &text->spans[text->span_count - 1];
        last->text = without_end(without_end(last->text, STR("比上年同期")), STR("同比"));
        if (comparison == COMPARE_NO_BASE)
                last->text = without_end(last->text, STR("，"));
        text->span_count -= last->text.length == 0;
}

/* Whether the last words say of this indicator just that: it is enough once. */
static bool is_said(const Writer *writer, const ReportPiece *piece, Str words) {
        const ReportText *text = writer->text;
        const ReportSpan *last = text->span_count ? &text->spans[text->span_count - 1] : NULL;
        return last && last->figure && last->indicator == piece->index && str_equal(last->text, words);
}

static Rc write_growth(Writer *writer, const ReportPiece *piece) {
        Series now, before;
        Comparison comparison;
        const Indicator *indicator = indicator_of(writer, piece);
        Period *earlier = ARENA_NEW(writer->arena, Period, 1);
        *earlier = period_year_before(writer->page->period);
        Rc rc = series_load(writer->plan, indicator, &writer->page->period, 1, writer->arena, &now);
        if (rc == RC_OK)
                rc = series_load(writer->plan, indicator, earlier, 1, writer->arena, &before);
        if (rc != RC_OK)
                return rc;
        Str text = words_growth(writer->arena, writer->plan->model->program, indicator->type, series_at(&now, 0, -1)->value,
                                series_at(&before, 0, -1)->value, &comparison);
        trim_comparison(writer, comparison);
        if (!is_said(writer, piece, text))
                add_figure(writer, piece, writer->page->period, -1, text);
        return RC_OK;
}

/* The counties with the most or the least; those without a figure are in no order. */
typedef struct Extreme {
        int64_t  value, first;
        uint32_t count, known;
        Buffer   names;
} Extreme;

static void find_extreme(const Plan *plan, const Series *series, bool most, Extreme *extreme) {
        for (int64_t county = 0; county < series->county_count; county++) {
                int64_t value = series_at(series, 0, county)->value;
                extreme->known += value != UNKNOWN;
                if (value == UNKNOWN || (extreme->count && (most ? value < extreme->value : value > extreme->value)))
                        continue;
                if (extreme->count == 0 || value != extreme->value) {
                        buffer_clear(&extreme->names);
                        extreme->value = value;
                        extreme->first = county;
                        extreme->count = 0;
                }
                Str name = plan_county(plan, county);
                buffer_format(&extreme->names, "%s%.*s", extreme->count++ ? "、" : "", STR_ARG(name));
        }
}

static Rc write_county(Writer *writer, const ReportPiece *piece) {
        Series series;
        bool most = piece->part == PART_MOST;
        Rc rc = series_load(writer->plan, indicator_of(writer, piece), &writer->page->period, 1, writer->arena, &series);
        if (rc != RC_OK)
                return rc;
        Extreme extreme = { .names = buffer_new(WORDS_MAX) };
        find_extreme(writer->plan, &series, most, &extreme);
        Str text = str_copy(writer->arena, buffer_str(&extreme.names));
        buffer_free(&extreme.names);
        bool all = extreme.count > 1 && extreme.count == extreme.known;
        if (extreme.count == 0 || all) {
                text = all ? STR("各区县相同") : STR("（暂无数据）");
                writer->drop = most ? STR("最多") : STR("最少");
        } else if (extreme.count > NAMES_MAX)
                text = str_format(writer->arena, "%u 个区县并列", extreme.count);
        add_figure(writer, piece, writer->page->period, extreme.count == 1 ? extreme.first : -1, text);
        return RC_OK;
}

/* ---- a target ---------------------------------------------------------------------------------------------- */

/* Its state on the last day; a target of another document is not on the board. */
static Rc state_of(const Writer *writer, uint32_t index, const TargetState **ret_state) {
        const Board *board = &writer->page->board;
        const Target *target = &writer->plan->model->program->targets[index];
        for (uint32_t i = 0; i < board->state_count; i++)
                if (board->states[i].target == target) {
                        *ret_state = &board->states[i];
                        return RC_OK;
                }
        TargetDetail *detail = ARENA_NEW(writer->arena, TargetDetail, 1);
        Rc rc = target_load(writer->plan, index, board->day, writer->arena, detail);
        if (rc == RC_OK)
                *ret_state = &detail->state;
        return rc;
}

static Rc write_target(Writer *writer, const ReportPiece *piece) {
        const Program *program = writer->plan->model->program;
        const TargetState *state;
        Rc rc = state_of(writer, piece->index, &state);
        if (rc != RC_OK)
                return rc;
        int32_t day = writer->page->board.day;
        ReportSpan span = { .figure = true, .indicator = NONE, .target = piece->index, .county = -1 };
        span.period = (Period){ state->period.first, day < state->period.last ? day : state->period.last };
        if (piece->part == PART_REQUIREMENT)
                span.text = words_requirement(writer->arena, program, state);
        else if (piece->part == PART_LAMP)
                span.text = lamp_text(state->lamp);
        else {
                span.indicator = state->target->indicator;
                span.text = words_progress(writer->arena, state->progress);
        }
        add_span(writer, span);
        return RC_OK;
}

/* ---- the whole --------------------------------------------------------------------------------------------- */

static Rc write_piece(Writer *writer, const ReportPiece *piece, const ReportPiece *next) {
        if (piece->part != PART_TEXT)
                writer->drop = (Str){ 0 };
        switch (piece->part) {
        case PART_TEXT:
                add_words(writer, piece->text);
                return RC_OK;
        case PART_PERIOD:
                add_words(writer, writer->page->period_text);
                return RC_OK;
        case PART_VALUE:
                return write_value(writer, piece, next);
        case PART_TOTAL:
                return write_total(writer, piece, next);
        case PART_GROWTH:
                return write_growth(writer, piece);
        case PART_MOST:
        case PART_LEAST:
                return write_county(writer, piece);
        case PART_PROGRESS:
        case PART_REQUIREMENT:
        case PART_LAMP:
                return write_target(writer, piece);
        }
        return RC_OK;
}

static Rc write_paragraph(Writer *writer, const ReportParagraph *paragraph, ReportText *text) {
        Rc rc = RC_OK;
        writer->text = text;
        writer->capacity = 0;
        writer->drop = (Str){ 0 };
        for (uint32_t i = 0; rc == RC_OK && i < paragraph->piece_count; i++)
                rc = write_piece(writer, &paragraph->pieces[i], i + 1 < paragraph->piece_count ? &paragraph->pieces[i + 1] : NULL);
        return rc;
}

static Rc fill_table(const Plan *plan, const Report *report, Arena *arena, ReportPage *page) {
        const Program *program = plan->model->program;
        uint32_t document = program->clauses[report->clause].document;
        Rc rc = board_load(plan, document < program->document_count ? document : NONE, page->period.last, -1, arena, &page->board);
        if (rc != RC_OK)
                return rc;
        page->rows = ARENA_NEW(arena, ReportRow, page->board.state_count);
        bool areas = false;
        for (uint32_t i = 0; i < page->board.state_count; i++) {
                words_row(arena, program, &page->board.states[i], &page->rows[i]);
                areas = areas || page->rows[i].area.length;
        }
        for (uint32_t i = 0; areas && i < page->board.state_count; i++)
                if (page->rows[i].area.length == 0)
                        page->rows[i].area = STR("其他");
        return RC_OK;
}

Rc report_fill(const Plan *plan, uint32_t report, Period period, Arena *arena, ReportPage *ret_page) {
        const Report *known = &plan->model->program->reports[report];
        ReportPage page = { .title = known->name, .issuer = known->issuer, .period = period };
        Buffer text CLEAN(buffer_free) = buffer_new(WORDS_MAX);
        Str demonstration;
        period_print(period, &text);
        page.period_text = str_copy(arena, buffer_str(&text));
        page.paragraphs = ARENA_NEW(arena, ReportText, known->paragraph_count);
        Rc rc = plan_setting(plan, STR("demonstration"), arena, &demonstration);
        if (rc == RC_OK)
                rc = fill_table(plan, known, arena, &page);
        Writer writer = { .plan = plan, .arena = arena, .page = &page };
        for (uint32_t i = 0; rc == RC_OK && i < known->paragraph_count; i++)
                rc = write_paragraph(&writer, &known->paragraphs[i], &page.paragraphs[page.paragraph_count++]);
        if (rc != RC_OK)
                return rc;
        page.demonstration = str_equal(demonstration, STR("1"));
        *ret_page = page;
        return RC_OK;
}
