/* A program's entities as tables: links first, then facts in order of declaration. */
#include "records/model.h"

#include "engine/measure.h"

#define INDEX_COLUMNS_MAX 16     /* of a measure's index: beyond that the table itself is read */
#define FACETS_MAX 4096          /* numbers of a group: a filter looks up a third of them at most */
#define CARRIED_MAX 24           /* columns that an index carries: PostgreSQL takes 32 in all */
#define SCRATCH_MAX ((size_t) 1 << 28)

static RecordField field_of_link(const Program *program, Arena *arena, uint32_t link) {
        const Link *known = &program->links[link];
        return (RecordField){
                .name = str_copy(arena, sql_name(arena, known->one_name)), .kind = FIELD_LINK,
                .fact = NONE, .link = link, .partner = known->parent,
        };
}

static RecordField field_of_fact(const Program *program, Arena *arena, uint32_t fact) {
        static const FieldKind kinds[] = {
                [TYPE_TRUTH] = FIELD_TRUTH, [TYPE_NUMBER] = FIELD_NUMBER, [TYPE_DATE] = FIELD_DATE, [TYPE_CODE] = FIELD_CODE,
                [TYPE_ROW] = FIELD_LINK,    [TYPE_TEXT] = FIELD_TEXT,
        };
        const Fact *known = &program->facts[fact];
        MUST(known->type.kind != TYPE_ROW);
        return (RecordField){
                .name = str_copy(arena, sql_name(arena, known->name)), .kind = kinds[known->type.kind],
                .fact = fact, .link = NONE, .partner = ENTITY_NONE,
                .type = known->type, .low = known->low, .high = known->high, .check = known->check, .required = known->required,
                .sensitive = known->sensitive || known->check == CHECK_IDENTITY || known->check == CHECK_MOBILE,
        };
}

/* The first field that `fits`, or NONE. */
static uint32_t first_field(const RecordTable *table, FieldKind kind, Str name) {
        for (uint32_t i = 0; i < table->field_count; i++)
                if (table->fields[i].kind == kind && (name.length == 0 || str_equal(table->fields[i].name, name)))
                        return i;
        return NONE;
}

static bool field_is_choice(const RecordField *field) {
        return field->kind == FIELD_TRUTH || field->kind == FIELD_CODE;
}

uint32_t field_radix(const Program *program, const RecordField *field) {
        MUST(field_is_choice(field));
        return field->kind == FIELD_TRUTH ? 3 : program->enumerations[field->type.of].member_count + 1;
}

/* ---- indexes ----------------------------------------------------------------------------------------------- */

static void add_index(RecordTable *table, Arena *arena, RecordIndex index) {
        Buffer text CLEAN(buffer_free) = buffer_new(1u << 16);
        buffer_format(&text, "%s_%.*s", index.unique ? "key" : index.expression.length ? "fx" : "ix", STR_ARG(table->name));
        for (uint32_t i = 0; i < index.column_count; i++)
                buffer_format(&text, "_%.*s", STR_ARG(index.columns[i]));
        index.name = sql_name(arena, str_copy(arena, buffer_str(&text)));
        table->indexes[table->index_count++] = index;
}

/* The index of the day carries all that pages filter by, so that a list is walked without reading rows; others carry the day, by
 * which lists are sorted. More would cost every import more than it saves. */
static void carry(const RecordTable *table, Arena *arena, RecordIndex *index) {
        bool day = table->day != NONE && str_equal(index->columns[0], table->fields[table->day].name);
        index->carried = ARENA_NEW(arena, Str, CARRIED_MAX);
        for (uint32_t i = 0; i < table->field_count && index->carried_count < CARRIED_MAX; i++) {
                const RecordField *field = &table->fields[i];
                bool other = field->kind == FIELD_DATE || field_is_choice(field);
                if (i != table->day && day ? other : i == table->day && !day)
                        index->carried[index->carried_count++] = field->name;
        }
}

static void add_field_index(RecordTable *table, Arena *arena, uint32_t field) {
        RecordIndex index = { .columns = ARENA_NEW(arena, Str, 1), .column_count = 1 };
        index.columns[0] = table->fields[field].name;
        if (table->fields[field].kind == FIELD_DATE)
                carry(table, arena, &index);
        add_index(table, arena, index);
}

static void add_key_index(RecordTable *table, Arena *arena) {
        RecordIndex index = { .columns = ARENA_NEW(arena, Str, 1), .column_count = 1, .unique = true };
        index.columns[0] = STR("_key");
        add_index(table, arena, index);
}

/* Two measures with the same first column share an index: the columns of both. */
static void merge(RecordIndex *index, const Str *columns, uint32_t count) {
        for (uint32_t i = 0; i < count; i++) {
                bool there = false;
                for (uint32_t j = 0; j < index->column_count; j++)
                        there = there || str_equal(index->columns[j], columns[i]);
                if (!there && index->column_count < INDEX_COLUMNS_MAX)
                        index->columns[index->column_count++] = columns[i];
        }
}

typedef struct MeasureIndexes {
        RecordIndex *items;
        uint32_t     count, capacity;
} MeasureIndexes;

static void take_measure(const Program *program, const RecordTable *table, const Measure *measure, MeasureIndexes *indexes, Arena *arena) {
        Str *columns;
        if (measure->entity != table->entity)
                return;
        Arena *scratch CLEAN(arena_cleanup) = arena_new(SCRATCH_MAX);    /* evaluating the program takes more than the names that stay */
        uint32_t count = measure_index(program, measure, scratch, &columns);
        if (count == 0)
                return;
        for (uint32_t i = 0; i < count; i++)
                columns[i] = str_copy(arena, sql_name(scratch, columns[i]));
        for (uint32_t i = 0; i < indexes->count; i++)
                if (str_equal(indexes->items[i].columns[0], columns[0])) {
                        merge(&indexes->items[i], columns, count);
                        return;
                }
        RecordIndex index = { .columns = ARENA_NEW(arena, Str, INDEX_COLUMNS_MAX) };
        merge(&index, columns, count);
        *ARENA_PUSH(arena, indexes->items, indexes->count, indexes->capacity) = index;
}

/* Whether a measure's index begins with the column, so that lists need none of their own. */
static bool is_led(const MeasureIndexes *indexes, Str column) {
        for (uint32_t i = 0; i < indexes->count; i++)
                if (str_equal(indexes->items[i].columns[0], column))
                        return true;
        return false;
}

/* ---- facets ------------------------------------------------------------------------------------------------ */

static Str facets_expression(const Program *program, const RecordTable *table, const RecordFacets *facets, Arena *arena) {
        Buffer text CLEAN(buffer_free) = buffer_new(1u << 16);
        for (uint32_t i = 0; i + 1 < facets->field_count; i++)
                buffer_byte(&text, '(');
        for (uint32_t i = 0; i < facets->field_count; i++) {
                const RecordField *field = &table->fields[facets->fields[i]];
                uint32_t radix = field_radix(program, field);
                bool truth = field->kind == FIELD_TRUTH;
                if (i)
                        buffer_format(&text, " * %u + ", radix);
                buffer_format(&text, "COALESCE(%s\"%.*s\"%s, %u)", truth ? "CAST(" : "", STR_ARG(field->name), truth ? " AS INTEGER)" : "",
                              radix - 1);
                if (i)
                        buffer_byte(&text, ')');
        }
        return str_copy(arena, buffer_str(&text));
}

/* Every truth and code goes to the first group that has room; those of many members have been placed before. */
static void choose_facets(const Program *program, RecordTable *table, Arena *arena) {
        bool *placed = ARENA_NEW(arena, bool, table->field_count);
        table->facets = ARENA_NEW(arena, RecordFacets, table->field_count);
        while (true) {
                uint32_t largest = NONE, radix = 0, at = 0;
                for (uint32_t i = 0; i < table->field_count; i++) {
                        const RecordField *field = &table->fields[i];
                        if (!placed[i] && field_is_choice(field) && field_radix(program, field) > radix) {
                                largest = i;
                                radix = field_radix(program, field);
                        }
                }
                if (largest == NONE)
                        break;
                while (at < table->facets_count && (uint64_t) table->facets[at].size * radix > FACETS_MAX)
                        at++;
                RecordFacets *facets = &table->facets[at];
                if (at == table->facets_count) {
                        *facets = (RecordFacets){ .fields = ARENA_NEW(arena, uint32_t, table->field_count), .size = 1 };
                        table->facets_count++;
                }
                facets->fields[facets->field_count++] = largest;
                facets->size *= radix;
                placed[largest] = true;
        }
        for (uint32_t i = 0; i < table->facets_count; i++)
                table->facets[i].expression = facets_expression(program, table, &table->facets[i], arena);
}

static void add_facets_index(RecordTable *table, Arena *arena, const RecordFacets *facets) {
        RecordIndex index = { .expression = facets->expression, .columns = ARENA_NEW(arena, Str, facets->field_count) };
        for (uint32_t i = 0; i < facets->field_count; i++)
                index.columns[i] = table->fields[facets->fields[i]].name;
        index.column_count = facets->field_count;
        carry(table, arena, &index);
        add_index(table, arena, index);
}

static void choose_indexes(const Program *program, RecordTable *table, Arena *arena) {
        MeasureIndexes measures = { 0 };
        for (uint32_t i = 0; i < program->indicator_count; i++) {
                const Indicator *indicator = &program->indicators[i];
                if (indicator->source != SOURCE_COMPUTED)
                        continue;
                take_measure(program, table, &indicator->measure, &measures, arena);
                if (indicator->ratio)
                        take_measure(program, table, &indicator->divisor, &measures, arena);
        }
        choose_facets(program, table, arena);
        table->indexes = ARENA_NEW(arena, RecordIndex, table->field_count + measures.count + table->facets_count + 1);
        add_key_index(table, arena);
        for (uint32_t i = 0; i < measures.count; i++)
                add_index(table, arena, measures.items[i]);
        for (uint32_t i = 0; i < table->field_count; i++) {
                RecordField *field = &table->fields[i];
                bool led = is_led(&measures, field->name), named = i == table->title || i == table->day || i == table->county;
                field->indexed = led || named || field->kind == FIELD_LINK || field->kind == FIELD_DATE || field->check != CHECK_NONE;
                if (field->indexed && !led)
                        add_field_index(table, arena, i);
        }
        for (uint32_t i = 0; i < table->facets_count; i++)
                add_facets_index(table, arena, &table->facets[i]);
}

static RecordTable table_of(const Program *program, Arena *arena, uint16_t entity) {
        const Entity *known = &program->entities[entity];
        RecordTable table = {
                .name = str_copy(arena, sql_name(arena, known->name)), .counter = known->counter, .entity = entity,
                .key_name = known->key.length ? known->key : STR("编号"),
                .fields = ARENA_NEW(arena, RecordField, program->link_count + program->fact_count),
        };
        for (uint32_t i = 0; i < program->link_count; i++)
                if (program->links[i].child == entity && program->links[i].one_name.length &&
                    program->entities[program->links[i].parent].derived_from == NONE)
                        table.fields[table.field_count++] = field_of_link(program, arena, i);
        for (uint32_t i = 0; i < program->fact_count; i++)
                if (program->facts[i].entity == entity && !program->facts[i].manual)
                        table.fields[table.field_count++] = field_of_fact(program, arena, i);
        table.title = first_field(&table, FIELD_TEXT, (Str){ 0 });
        table.county = first_field(&table, FIELD_CODE, STR("区县"));
        table.day = first_field(&table, FIELD_DATE, (Str){ 0 });
        choose_indexes(program, &table, arena);
        return table;
}

Model *model_new(const Program *program, Arena *arena) {
        Model *model = ARENA_NEW(arena, Model, 1);
        model->program = program;
        model->tables = ARENA_NEW(arena, RecordTable, program->entity_count);
        model->table_of = ARENA_NEW(arena, uint32_t, program->entity_count);
        for (uint16_t entity = 0; entity < program->entity_count; entity++) {
                bool derived = program->entities[entity].derived_from != NONE;
                model->table_of[entity] = derived ? NONE : model->table_count;
                if (!derived)
                        model->tables[model->table_count++] = table_of(program, arena, entity);
        }
        return model;
}

const RecordTable *model_table(const Model *model, Str name) {
        for (uint32_t i = 0; i < model->table_count; i++)
                if (str_equal(model->tables[i].name, name))
                        return &model->tables[i];
        return NULL;
}

uint32_t table_field(const RecordTable *table, Str name) {
        for (uint32_t i = 0; i < table->field_count; i++)
                if (str_equal(table->fields[i].name, name))
                        return i;
        return NONE;
}
