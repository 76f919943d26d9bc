/* A program's entities as tables: links first, then facts in order of declaration. */
#include "records/model.h"

#include "engine/measure.h"

#define INDEX_COLUMNS_MAX 16     /* of a measure's index: beyond that the table itself is read */
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

/* ---- indexes ----------------------------------------------------------------------------------------------- */

static void add_index(RecordTable *table, Arena *arena, RecordIndex index) {
        Buffer text CLEAN(buffer_free) = buffer_new(1u << 16);
        buffer_format(&text, "%s_%.*s", index.unique ? "key" : "ix", STR_ARG(table->name));
        for (uint32_t i = 0; i < index.column_count; i++)
                buffer_format(&text, "_%.*s", STR_ARG(index.columns[i]));
        index.name = sql_name(arena, str_copy(arena, buffer_str(&text)));
        table->indexes[table->index_count++] = index;
}

static void add_field_index(RecordTable *table, Arena *arena, Str column, bool unique) {
        RecordIndex index = { .columns = ARENA_NEW(arena, Str, 1), .column_count = 1, .unique = unique };
        index.columns[0] = column;
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
        table->indexes = ARENA_NEW(arena, RecordIndex, table->field_count + measures.count + 1);
        add_field_index(table, arena, STR("_key"), true);
        for (uint32_t i = 0; i < measures.count; i++)
                add_index(table, arena, measures.items[i]);
        for (uint32_t i = 0; i < table->field_count; i++) {
                RecordField *field = &table->fields[i];
                bool led = is_led(&measures, field->name), named = i == table->title || i == table->day || i == table->county;
                field->indexed = led || named || field->kind == FIELD_LINK || field->check != CHECK_NONE;
                if (field->indexed && !led)
                        add_field_index(table, arena, field->name, false);
        }
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
