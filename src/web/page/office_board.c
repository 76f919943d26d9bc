/* Reads the filters, asks the insight floor for the board and sorts its rows by area. */
#include "web/page/office_board.h"

#include "base/date.h"
#include "base/json.h"
#include "web/page/record_view.h"

#define QUERY_CAP 4096

/* Known words of the lamps in addresses, in the order of the summary. */
static const struct {
        Lamp        lamp;
        const char *word;
} lamp_words[] = { { LAMP_RED, "red" }, { LAMP_YELLOW, "yellow" }, { LAMP_GREEN, "green" }, { LAMP_NONE, "none" } };

/* What was asked for, checked. */
typedef struct Asked {
        Office   office;
        uint32_t document;               /* NONE: those in force */
        int64_t  county;
        Str      area, lead, lamp;
        Board    board;
} Asked;

static const Target *targets_of(const Asked *asked) {
        return asked->office.city->pack->program.targets;
}

static bool has_targets(const Program *program, uint32_t document) {
        for (uint32_t i = 0; i < program->target_count; i++)
                if (program->clauses[program->targets[i].clause].document == document)
                        return true;
        return false;
}

static Rc ask_document(const Visit *visit, uint32_t *ret_document) {
        const Program *program = &visit->city->pack->program;
        Str name = form_text(&visit->query, STR("document"));
        if (name.length == 0) {
                *ret_document = NONE;
                return RC_OK;
        }
        uint32_t index = find_named(program->documents, program->document_count, name);
        if (index == NONE)
                return RC_MISSING;
        *ret_document = index;
        return RC_OK;
}

static bool known_lamp(Str word) {
        for (size_t i = 0; i < ARRAY_LENGTH(lamp_words); i++)
                if (str_equal(word, str_from(lamp_words[i].word)))
                        return true;
        return word.length == 0;
}

static Rc ask(Visit *visit, Asked *ret_asked) {
        Asked asked = { .area = form_text(&visit->query, STR("area")), .lead = form_text(&visit->query, STR("lead")),
                        .lamp = form_text(&visit->query, STR("lamp")) };
        Rc rc = office_open(visit, ACTION_READ_BOARD, STR("目标看板"), SECTION_BOARD, &asked.office);
        if (rc == RC_OK)
                rc = ask_document(visit, &asked.document);
        if (rc == RC_OK)
                rc = office_county(visit, &asked.county);
        if (rc == RC_OK && !known_lamp(asked.lamp))
                rc = RC_INVALID;
        if (rc == RC_OK)
                rc = board_load(&visit->plan, asked.document, asked.office.day, asked.county, visit->arena, &asked.board);
        if (rc == RC_OK)
                *ret_asked = asked;
        return rc;
}

static bool is_outside(const Asked *asked, const TargetState *state) {
        const Document *document = clause_document(&asked->office.city->pack->program, state->target->clause);
        return document && (asked->office.day < document->from || asked->office.day > document->to);
}

static Lamp lamp_of(const Asked *asked, const TargetState *state) {
        return is_outside(asked, state) ? LAMP_NONE : state->lamp;
}

/* Whether the filters other than the lamp let it through. */
static bool is_asked(const Asked *asked, const TargetState *state) {
        return (asked->area.length == 0 || str_equal(asked->area, state->target->area)) &&
               (asked->lead.length == 0 || str_equal(asked->lead, state->target->lead));
}

static bool has_asked_lamp(const Asked *asked, const TargetState *state) {
        for (size_t i = 0; i < ARRAY_LENGTH(lamp_words); i++)
                if (lamp_words[i].lamp == lamp_of(asked, state))
                        return asked->lamp.length == 0 || str_equal(asked->lamp, str_from(lamp_words[i].word));
        return false;
}

/* ---- filters ----------------------------------------------------------------------------------------- */

static void add_choice(BoardFilter *filter, Str value, Str name, Str asked) {
        for (uint32_t i = 0; i < filter->choice_count; i++)
                if (str_equal(filter->choices[i].value, value))
                        return;
        filter->choices[filter->choice_count++] = (BoardChoice){ value, name, str_equal(value, asked) };
}

static void fill_filters(Visit *visit, const Asked *asked, BoardView *view) {
        static const BoardFilter empty[BOARD_FILTERS] = {
                [BOARD_DOCUMENT] = { .field = "document", .label = "文件", .all = "现行文件" },
                [BOARD_AREA] = { .field = "area", .label = "领域", .all = "全部领域" },
                [BOARD_LEAD] = { .field = "lead", .label = "牵头部门", .all = "全部部门" },
                [BOARD_LAMP] = { .field = "lamp", .label = "状态", .all = "全部状态" },
                [BOARD_COUNTY] = { .field = "county", .label = "范围", .all = "全市" },
        };
        const Program *program = &visit->city->pack->program;
        uint32_t counties = visit->plan.counties == NONE ? 0 : program->enumerations[visit->plan.counties].member_count;
        for (uint32_t i = 0; i < BOARD_FILTERS; i++) {
                view->filters[i] = empty[i];
                view->filters[i].choices = ARENA_NEW(visit->arena, BoardChoice,
                                                     program->target_count + program->document_count + counties + 4);
        }
        for (uint32_t i = 0; i < program->document_count; i++)
                if (has_targets(program, i))
                        add_choice(&view->filters[BOARD_DOCUMENT], program->documents[i].name, program->documents[i].name,
                                   asked->document == i ? program->documents[i].name : (Str){ 0 });
        for (uint32_t i = 0; i < asked->board.state_count; i++) {
                const Target *target = asked->board.states[i].target;
                if (target->area.length)
                        add_choice(&view->filters[BOARD_AREA], target->area, target->area, asked->area);
                if (target->lead.length)
                        add_choice(&view->filters[BOARD_LEAD], target->lead, target->lead, asked->lead);
        }
        for (size_t i = 0; i < ARRAY_LENGTH(lamp_words); i++)
                add_choice(&view->filters[BOARD_LAMP], str_from(lamp_words[i].word), lamp_text(lamp_words[i].lamp), asked->lamp);
        for (uint32_t i = 0; i < counties; i++)
                add_choice(&view->filters[BOARD_COUNTY], str_format(visit->arena, "%u", i), plan_county(&visit->plan, i),
                           asked->county == i ? str_format(visit->arena, "%u", i) : (Str){ 0 });
}

/* The same board, of one lamp only. */
static Str lamp_query(Visit *visit, const Asked *asked, const BoardView *view, const char *word) {
        Buffer query CLEAN(buffer_free) = buffer_new(QUERY_CAP);
        for (uint32_t i = 0; i < BOARD_FILTERS; i++)
                for (uint32_t k = 0; k < view->filters[i].choice_count && i != BOARD_LAMP; k++)
                        if (view->filters[i].choices[k].chosen)
                                record_query_add(&query, str_from(view->filters[i].field), view->filters[i].choices[k].value);
        if (asked->office.day_query.length)
                record_query_add(&query, STR("day"), asked->office.day_text);
        record_query_add(&query, STR("lamp"), str_from(word));
        return str_copy(visit->arena, buffer_str(&query));
}

/* ---- rows -------------------------------------------------------------------------------------------- */

static Str source_of(const Program *program, const TargetState *state) {
        static const FigureSource sources[] = { [SOURCE_COMPUTED] = FIGURE_COMPUTED, [SOURCE_REPORTED] = FIGURE_REPORTED,
                [SOURCE_IMPORTED] = FIGURE_IMPORTED };
        const Indicator *indicator = &program->indicators[state->target->indicator];
        return figure_source_text(state->figure.source == FIGURE_NONE ? sources[indicator->source] : state->figure.source);
}

static BoardRow row_of(Visit *visit, const Asked *asked, const TargetState *state) {
        const Program *program = &visit->city->pack->program;
        const Target *target = state->target;
        Type type = program->indicators[target->indicator].type;
        BoardRow row = {
                .state = state, .figure = short_figure_text(visit->arena, program, type, state->figure.value),
                .promise = promise_text(visit->arena, program, target, state->promise),
                .progress = percent_text(visit->arena, state->progress),
                .source = source_of(program, state), .period = target_period_text(visit->arena, state), .area = target->area,
                .spark = spark_of(visit->arena, program, state, asked->office.day, (uint32_t) (target - targets_of(asked))),
                .outside = is_outside(asked, state),
        };
        bool ratio = program->units[type.unit].percent;
        if (!ratio || target->growth)           /* a percentage of percentages would only confuse */
                row.growth = growth_text(visit->arena, state->growth);
        bool towards = state->pace != UNKNOWN && state->pace != state->promise && !target->growth;
        row.judged = judged_text(visit->arena, state, asked->office.day);
        if (towards)
                row.pace = short_figure_text(visit->arena, program, type, state->pace);
        if (target->each_county && asked->county < 0)
                row.figure = str_format(visit->arena, "%u 个区县达到", state->counties_reached);
        return row;
}

static BoardArea *area_of(BoardView *view, Str name, Arena *arena, uint32_t rows) {
        for (uint32_t i = 0; i < view->area_count; i++)
                if (str_equal(view->areas[i].name, name))
                        return &view->areas[i];
        view->areas[view->area_count] = (BoardArea){ .name = name, .rows = ARENA_NEW(arena, BoardRow, rows) };
        return &view->areas[view->area_count++];
}

static void fill_rows(Visit *visit, const Asked *asked, BoardView *view) {
        const Board *board = &asked->board;
        view->areas = ARENA_NEW(visit->arena, BoardArea, board->state_count + 1);
        for (size_t i = 0; i < ARRAY_LENGTH(lamp_words); i++)
                view->lamps[i] = (BoardLamp){ .lamp = lamp_words[i].lamp, .query = lamp_query(visit, asked, view, lamp_words[i].word),
                                              .chosen = str_equal(asked->lamp, str_from(lamp_words[i].word)) };
        for (uint32_t i = 0; i < board->state_count; i++) {
                const TargetState *state = &board->states[i];
                if (!is_asked(asked, state))
                        continue;
                view->all++;
                for (size_t k = 0; k < ARRAY_LENGTH(lamp_words); k++)
                        view->lamps[k].count += lamp_words[k].lamp == lamp_of(asked, state);
                if (!has_asked_lamp(asked, state))
                        continue;
                BoardArea *area = area_of(view, state->target->area, visit->arena, board->state_count);
                area->rows[area->row_count++] = row_of(visit, asked, state);
                view->shown++;
        }
}

Rc page_office_board(Visit *visit) {
        Asked asked;
        Rc rc = ask(visit, &asked);
        if (rc != RC_OK)
                return rc;
        const Program *program = &visit->city->pack->program;
        BoardView view = { .office = asked.office, .filtered = asked.area.length || asked.lead.length || asked.lamp.length };
        if (asked.county >= 0)
                view.county_name = plan_county(&visit->plan, asked.county);
        const Document *chosen = asked.document == NONE ? NULL : &program->documents[asked.document];
        view.outside = chosen && (asked.office.day < chosen->from || asked.office.day > chosen->to);
        if (view.outside)
                view.outside_text = str_format(visit->arena, "%.*s：%.*s至%.*s", STR_ARG(chosen->name),
                                               STR_ARG(date_chinese(visit->arena, chosen->from)),
                                               STR_ARG(chosen->to == DATE_MAX ? STR("今") : date_chinese(visit->arena, chosen->to)));
        fill_filters(visit, &asked, &view);
        fill_rows(visit, &asked, &view);
        template_office_board(&visit->response->body, &view);
        return RC_OK;
}

/* ---- JSON -------------------------------------------------------------------------------------------- */

static void json_decimal(Json *json, const char *key, Arena *arena, int64_t value, uint8_t scale) {
        json_key(json, key);
        if (value == UNKNOWN)
                json_nothing(json);
        else
                json_raw(json, decimal_text(arena, value, scale));
}

static void json_words(Json *json, const char *key, Str text) {
        json_key(json, key);
        json_text(json, text);
}

static void json_target(Visit *visit, const Asked *asked, const TargetState *state, Json *json) {
        const Program *program = &visit->city->pack->program;
        const Target *target = state->target;
        uint8_t scale = program->indicators[target->indicator].type.scale;
        uint8_t promised = target->growth ? 6 : scale;
        char from[11], to[11];
        date_print(state->period.first, from);
        date_print(state->period.last, to);
        json_open_object(json);
        json_words(json, "name", target->name);
        json_words(json, "area", target->area);
        json_words(json, "lead", target->lead);
        json_words(json, "indicator", program->indicators[target->indicator].name);
        json_words(json, "unit", program->units[program->indicators[target->indicator].type.unit].text);
        json_words(json, "from", str_from(from));
        json_words(json, "to", str_from(to));
        json_decimal(json, "figure", visit->arena, state->figure.value, scale);
        json_decimal(json, "promise", visit->arena, state->promise, promised);
        json_decimal(json, "pace", visit->arena, state->pace, promised);
        json_decimal(json, "progress", visit->arena, state->progress, 6);
        json_decimal(json, "growth", visit->arena, state->growth, 6);
        json_words(json, "source", source_of(program, state));
        json_words(json, "lamp", lamp_text(lamp_of(asked, state)));
        json_key(json, "outside");
        json_bool(json, is_outside(asked, state));
        json_key(json, "undecided");
        json_int(json, state->figure.undecided);
        json_key(json, "trend");
        json_open_array(json);
        for (uint32_t i = 0; i < state->trend_count; i++)
                if (state->trend[i].value == UNKNOWN)
                        json_nothing(json);
                else
                        json_raw(json, decimal_text(visit->arena, state->trend[i].value, scale));
        json_end(json);
        json_end(json);
}

Rc page_office_board_json(Visit *visit) {
        Asked asked;
        Rc rc = ask(visit, &asked);
        if (rc == RC_OK && asked.office.error.length)
                rc = RC_INVALID;
        if (rc != RC_OK)
                return rc;
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        json_open_object(&json);
        json_words(&json, "city", visit->city->name);
        json_words(&json, "day", asked.office.day_text);
        json_words(&json, "county", plan_county(&visit->plan, asked.county));
        json_key(&json, "demonstration");
        json_bool(&json, visit->demonstration_data);
        json_key(&json, "targets");
        json_open_array(&json);
        for (uint32_t i = 0; i < asked.board.state_count; i++)
                if (is_asked(&asked, &asked.board.states[i]) && has_asked_lamp(&asked, &asked.board.states[i]))
                        json_target(visit, &asked, &asked.board.states[i], &json);
        json_end(&json);
        json_end(&json);
        return RC_OK;
}
