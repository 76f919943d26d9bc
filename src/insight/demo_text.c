/* Texts of demonstration records, made when a row is written. Numbers of people and firms are fictional: identity numbers and
 * credit codes have the regions of engine/identity.h, mobile numbers a prefix that is given to nobody. */
#include "insight/demo_inside.h"

#include "engine/identity.h"
#include "insight/demo_words.h"

#define TEXT_MOST 4096
#define SERIALS 500
#define FORM_MARK '|'
#define NUMBERED 1000000            /* texts that must differ have numbers below, one after the other */

typedef struct Writing {
        const World      *world;
        const WorldTable *table;
        uint32_t          index, row;
        uint64_t          number;        /* picks the words */
        Buffer           *out;
} Writing;

static int64_t cell_of(const Writing *writing, uint32_t field) {
        return world_cell(writing->world, writing->index, writing->row, field);
}

static uint64_t pick(Writing *writing, uint64_t count) {
        uint64_t picked = writing->number % count;
        writing->number /= count;
        return picked;
}

/* ---- numbers of registers -------------------------------------------------------------------------------------- */

static Str identity_number(const Writing *writing, Arena *arena) {
        uint32_t birth_field = table_field(writing->table->table, STR("出生日期"));
        uint32_t sex_field = table_field(writing->table->table, STR("性别"));
        int64_t birth = birth_field == NONE ? UNKNOWN : cell_of(writing, birth_field);
        int64_t sex = sex_field == NONE ? 0 : cell_of(writing, sex_field);
        uint32_t odd = sex == 0;         /* 男 is the first member */
        if (birth == UNKNOWN)
                return (Str){ 0 };
        Civil civil = date_to_civil((int32_t) birth);
        Str head = str_format(arena, "%d%03u%04d%02d%02d%03u", FICTIONAL_REGION, writing->row / SERIALS % 1000,
                              civil.year, civil.month, civil.day, writing->row % SERIALS * 2 + odd);
        return str_format(arena, "%.*s%c", STR_ARG(head), identity_check(head.data));
}

static Str credit_code(const Writing *writing, Arena *arena) {
        Str organisation = str_format(arena, "%08u", writing->row + 1 + writing->index * 1000000);
        Str head = str_format(arena, "91%d000%.*s%c", FICTIONAL_REGION, STR_ARG(organisation), organisation_check(organisation.data));
        return str_format(arena, "%.*s%c", STR_ARG(head), credit_check(head.data));
}

static Str checked_text(const Writing *writing, FactCheck check, Arena *arena) {
        switch (check) {
        case CHECK_IDENTITY:
                return identity_number(writing, arena);
        case CHECK_CREDIT_CODE:
                return credit_code(writing, arena);
        case CHECK_MOBILE:
                return str_format(arena, "154%08u", writing->row + 1);
        case CHECK_DIVISION:
                return str_format(arena, "%d%03u", FICTIONAL_REGION, writing->row % 1000);
        case CHECK_NONE:
                break;
        }
        return (Str){ 0 };
}

/* ---- forms ----------------------------------------------------------------------------------------------------- */

static void write_county(const Writing *writing) {
        int64_t county = world_county(writing->world, writing->index, writing->row);
        if (county >= 0)
                buffer_add(writing->out, plan_county(writing->world->plan, county));
}

/* The member of the row's kind: its first code that is no county. */
static void write_kind(const Writing *writing) {
        const RecordTable *table = writing->table->table;
        for (uint32_t i = 0; i < table->field_count; i++) {
                int64_t cell = table->fields[i].kind == FIELD_CODE && i != table->county ? cell_of(writing, i) : UNKNOWN;
                bool kind = str_ends(table->fields[i].name, STR("类别")) || str_equal(table->fields[i].name, STR("种类"));
                if (cell == UNKNOWN || !kind)
                        continue;
                buffer_add(writing->out, writing->world->program->enumerations[table->fields[i].type.of].members[cell]);
                return;
        }
        buffer_add(writing->out, table->name);
}

static Civil day_of(const Writing *writing) {
        uint32_t day = writing->table->table->day;
        int64_t cell = day == NONE ? UNKNOWN : cell_of(writing, day);
        return date_to_civil(cell == UNKNOWN ? writing->world->day : (int32_t) cell);
}

static void write_mark(Writing *writing, Str mark) {
        if (str_equal(mark, STR("{县}")))
                write_county(writing);
        else if (str_equal(mark, STR("{类}")))
                write_kind(writing);
        else if (str_equal(mark, STR("{年}")))
                buffer_format(writing->out, "%d", day_of(writing).year);
        else if (str_equal(mark, STR("{月}")))
                buffer_format(writing->out, "%d", day_of(writing).month);
        else if (str_equal(mark, STR("{序}")))
                buffer_format(writing->out, "%u", writing->row + 1);
        else
                for (uint32_t i = 0; i < DEMO_LIST_COUNT; i++)
                        if (str_equal(mark, str_from(DEMO_LISTS[i].mark)))
                                buffer_add(writing->out, str_from(DEMO_LISTS[i].words[pick(writing, DEMO_LISTS[i].count)]));
}

static void write_form(Writing *writing, Str form) {
        size_t from, to;
        while (str_find(form, STR("{"), &from) && str_find(form, STR("}"), &to)) {
                buffer_add(writing->out, str_slice(form, 0, from));
                write_mark(writing, str_slice(form, from, to + 1));
                form = str_slice(form, to + 1, form.length);
        }
        buffer_add(writing->out, form);
}

static Str choose_form(Writing *writing, Str forms) {
        uint64_t count = 1, wanted;
        Str form = forms;
        for (size_t i = 0; i < forms.length; i++)
                count += forms.data[i] == FORM_MARK;
        wanted = pick(writing, count);
        for (uint64_t i = 0; i <= wanted; i++)
                form = str_cut(&forms, FORM_MARK);
        return form;
}

static Str form_of(const RecordTable *table, Str field) {
        for (uint32_t i = 0; i < DEMO_FORM_COUNT; i++)
                if (str_equal(field, str_from(DEMO_FORMS[i].field)) &&
                    (DEMO_FORMS[i].entity == NULL || str_equal(table->name, str_from(DEMO_FORMS[i].entity))))
                        return str_from(DEMO_FORMS[i].forms);
        return (Str){ 0 };
}

Str demo_text(const World *world, const WorldTable *table, uint32_t row, uint32_t field, Arena *arena) {
        const RecordField *known = &table->table->fields[field];
        int64_t cell = world_cell(world, (uint32_t) (table - world->tables), row, field);
        Buffer out = buffer_new(TEXT_MOST);
        Writing writing = {
                .world = world, .table = table, .index = (uint32_t) (table - world->tables), .row = row,
                .number = (uint64_t) cell, .out = &out,
        };
        Str forms = form_of(table->table, known->name), text;
        if (cell == UNKNOWN)
                return (Str){ 0 };
        if (known->check != CHECK_NONE)
                return checked_text(&writing, known->check, arena);
        if (str_equal(known->name, STR("电话")) || str_equal(known->name, STR("联系方式")))
                return str_format(arena, "0000-%07u", 8000000 + row);
        if (forms.length)
                write_form(&writing, choose_form(&writing, forms));
        else
                buffer_format(&out, "%.*s示例%llu", STR_ARG(known->name), (unsigned long long) (cell < NUMBERED ? cell : cell % 9 + 1));
        text = str_copy(arena, buffer_str(&out));
        buffer_free(&out);
        return text;
}
