/* What the officers' pages of the plan share: the day they are about, how figures are written, lamps, small charts and the
 * orders under a target or a task. Figures come from src/insight; here they only become texts. */
#pragma once

#include "insight/ledger.h"
#include "web/page/layout.h"

#define OFFICE_TEXT_MAX 2000             /* bytes of what somebody may write into one field */
#define OFFICE_ODD_DATE STR("日期看不懂，请这样写：2022-09-30。")

typedef struct Office {
        Layout      layout;
        const City *city;
        Str         name;                /* of the city in addresses */
        int32_t     day;
        Str         day_text;            /* 2022-09-30 */
        Str         day_shown;           /* 2022年9月30日 */
        Str         day_query;           /* "?day=2022-09-30" when it was asked for, so that links keep it */
        Str         form_key;
        Str         done;                /* what was just done, in words; may be empty */
        Str         error, error_field;  /* what is wrong with the form sent, and the id of its field */
} Office;

/* Permission, the city's records, and the day: `day` of the query or form, else the setting board_day, else the visitor's
 * day. A day in the query that is none is the error of the page, which shows the setting's; one in the form is RC_INVALID. */
Rc office_open(Visit *visit, Action action, Str title, Section section, Office *ret_office) CHECKED;
/* Answers a form with the page again and the status 422. */
void office_refuse(Visit *visit, Office *office, Str error, Str field);
/* Back to the page, which says `done` (a word of the table in office.c). */
Rc office_return(Visit *visit, const char *done) CHECKED;

/* "county" of the query: a code of the city's counties; -1 when empty. RC_INVALID otherwise. */
Rc office_county(const Visit *visit, int64_t *ret_county) CHECKED;
/* A date that a client sent: only days the program knows. */
bool office_date(Str text, int32_t *ret_day);
/* A field of the form, when it is there and not too long; else the page's error. */
bool office_text(Visit *visit, Office *office, const char *field, bool required, Str *ret_text);

const Document *clause_document(const Program *program, uint32_t clause);    /* NULL when there is none */

/* ---- texts ------------------------------------------------------------------------------------------- */

Str figure_text(Arena *arena, const Program *program, Type type, int64_t value);   /* 13,000人次; — when unknown */
/* The same for a narrow place: 13.6亿元 instead of nine digits. */
Str short_figure_text(Arena *arena, const Program *program, Type type, int64_t value);
/* For a tile of a map: 8603.4万元. */
Str tile_figure_text(Arena *arena, const Program *program, Type type, int64_t value);
Str percent_text(Arena *arena, int64_t millionths);                                /* 87.5%; — */
Str growth_text(Arena *arena, int64_t millionths);                                 /* 增长 12.5%; empty when unknown */
Str promise_text(Arena *arena, const Program *program, const Target *target, int64_t promise);   /* 不少于 13,000人次, short */
/* When a target is judged: its period, or 截至 a day. */
Str target_period_text(Arena *arena, const TargetState *state);
/* The day of the pace: 今天, or 到6月30日 where a report reaches no further. */
Str judged_text(Arena *arena, const TargetState *state, int32_t day);
Str period_text(Arena *arena, Period period);
Str time_text(Arena *arena, int64_t seconds);                                      /* 2022-09-30 */
/* A figure as an exact decimal, for JSON. */
Str decimal_text(Arena *arena, int64_t value, uint8_t scale);

/* ---- small charts ------------------------------------------------------------------------------------ */

typedef struct Spark {
        Str      id, title, description;
        Str      points;                 /* of a polyline in 120 × 36; empty: nothing is known */
        uint32_t last_x, last_y;
} Spark;
/* The trend of a target up to a day, by month. */
Spark spark_of(Arena *arena, const Program *program, const TargetState *state, int32_t day, uint32_t number);

/* A bar in a table: 0 to 1000 of the largest. */
uint32_t bar_width(int64_t value, int64_t largest);

/* ---- orders ------------------------------------------------------------------------------------------ */

typedef struct OrderItem {
        const Order *order;
        Str          day, due, action, county;
} OrderItem;

typedef struct OrdersView {
        const Office *office;
        const char   *kind;              /* "t" or "task": of the address */
        Str           subject, unit, evidence;   /* whom it is about; what a return must prove */
        OrderItem    *items;
        uint32_t      item_count;
        bool          sent;              /* the form comes back, with what was sent: */
        uint32_t      chosen;
        Str           sent_unit, sent_due, sent_text, sent_evidence;
} OrdersView;

Rc orders_load(Visit *visit, const Office *office, bool task, Str subject, OrdersView *ret_view) CHECKED;
/* Takes the form of an order. False: it was refused, and the office has the error. */
Rc orders_take(Visit *visit, Office *office, bool task, Str subject, OrdersView *view, bool *ret_taken) CHECKED;

void template_lamp(Buffer *out, Lamp lamp);
void template_lamp_with(Buffer *out, Lamp lamp, Str word);   /* another word than the lamp's own */
void template_spark(Buffer *out, const Spark *spark);
void template_bar(Buffer *out, uint32_t width, Lamp lamp);
void template_office_top(Buffer *out, const Office *office);
void template_orders(Buffer *out, const OrdersView *view);
