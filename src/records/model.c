/* A program's entities as tables: links first, then facts in order of declaration. */
#include "records/model.h"

#include "engine/sql.h"

static RecordField field_of_link(const Program *program, Arena *arena, uint32_t link) {
        const Link *known = &program->links[link];
        return (RecordField){
                .name = sql_name(arena, known->one_name), .kind = FIELD_LINK, .fact = NONE, .link = link, .partner = known->parent,
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
                .name = sql_name(arena, known->name), .kind = kinds[known->type.kind], .fact = fact, .link = NONE, .partner = ENTITY_NONE,
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

/* A measure places rows in time by this fact. */
static bool dates_a_measure(const Program *program, uint32_t fact) {
        for (uint32_t i = 0; i < program->indicator_count; i++) {
                const Indicator *indicator = &program->indicators[i];
                for (uint32_t side = 0; side <= indicator->ratio && indicator->source == SOURCE_COMPUTED; side++) {
                        uint32_t dated = side ? indicator->divisor.dated : indicator->measure.dated;
                        if (dated != NONE && program->steps[dated].op == OP_FACT && program->steps[dated].aux == fact)
                                return true;
                }
        }
        return false;
}

static void choose_indexes(const Program *program, RecordTable *table) {
        for (uint32_t i = 0; i < table->field_count; i++) {
                RecordField *field = &table->fields[i];
                bool named = i == table->title || i == table->day || i == table->county;
                field->indexed = named || field->kind == FIELD_LINK || field->check != CHECK_NONE ||
                                 (field->kind == FIELD_DATE && dates_a_measure(program, field->fact));
        }
}

static RecordTable table_of(const Program *program, Arena *arena, uint16_t entity) {
        const Entity *known = &program->entities[entity];
        RecordTable table = {
                .name = sql_name(arena, known->name), .counter = known->counter, .entity = entity,
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
        choose_indexes(program, &table);
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
