/* The schema of random programs: enumerations, entities, links, facts, dated parameters with gaps and open versions,
 * tables with open cells. Every entity has a fact of every kind and enumeration, so that a leaf can always be found. */
#include "random_schema.h"

static uint32_t pick(Schema *schema, uint32_t count) {
        return random_below(schema->random, count);
}

static bool chance(Schema *schema, uint32_t percent) {
        return random_chance(schema->random, percent);
}

static void make_entities(Schema *schema) {
        Program *program = schema->program;
        Arena *arena = schema->arena;
        static const uint32_t member_counts[] = { 2, 3, 7, 64 };
        static const char *const names[] = { "人", "户", "企业", "用工" };
        program->dimension_count = 1;
        program->dimensions = ARENA_NEW(arena, Str, 1);
        program->dimensions[0] = STR("元");
        program->unit_count = 1;
        program->units = ARENA_NEW(arena, Unit, 1);
        program->clause_count = 1;
        program->clauses = ARENA_NEW(arena, DocumentClause, 1);
        program->enumeration_count = 1 + pick(schema, 3);
        program->enumerations = ARENA_NEW(arena, Enumeration, program->enumeration_count);
        for (uint32_t i = 0; i < program->enumeration_count; i++) {
                Enumeration *enumeration = &program->enumerations[i];
                *enumeration = (Enumeration){ .name = str_format(arena, "枚举%u", i),
                                              .member_count = member_counts[pick(schema, 4)] };
                enumeration->members = ARENA_NEW(arena, Str, enumeration->member_count);
                for (uint32_t k = 0; k < enumeration->member_count; k++)
                        enumeration->members[k] = str_format(arena, "成员%u_%u", i, k);
        }
        program->entity_count = 2 + pick(schema, 3);
        program->entities = ARENA_NEW(arena, Entity, program->entity_count);
        for (uint32_t i = 0; i < program->entity_count; i++)
                program->entities[i] = (Entity){ .name = str_from(names[i]), .counter = STR("个"), .key = STR("编号"),
                                                 .file = str_format(arena, "%s.csv", names[i]),
                                                 .derived_from = NONE, .county = NONE };
}

static void make_links(Schema *schema) {
        Program *program = schema->program;
        program->link_count = 1 + pick(schema, 4);
        program->links = ARENA_NEW(schema->arena, Link, program->link_count);
        for (uint32_t i = 0; i < program->link_count; i++) {
                uint16_t child = (uint16_t) pick(schema, program->entity_count);
                uint16_t parent = (uint16_t) pick(schema, program->entity_count);
                if (child == parent && chance(schema, 80))
                        parent = (uint16_t) ((parent + 1) % program->entity_count);
                program->links[i] = (Link){ .child = child, .parent = parent, .complete = chance(schema, 70),
                                            .one_name = str_format(schema->arena, "所属%u", i),
                                            .many_name = str_format(schema->arena, "成员%u", i),
                                            .column = str_format(schema->arena, "关系%u", i) };
        }
        /* now and then an entity is known only by the keys that others hold, in one column */
        const Link *link = &program->links[pick(schema, program->link_count)];
        uint32_t columns = 0;
        for (uint32_t i = 0; i < program->link_count; i++)
                columns += program->links[i].parent == link->parent;
        if (link->child != link->parent && columns == 1 && chance(schema, 30))
                program->entities[link->parent].derived_from = (uint32_t) (link - program->links);
}

/* Ranges of numbers: each width of column, its edges, and the whole of int64. */
static void number_range(Schema *schema, int64_t *ret_low, int64_t *ret_high) {
        static const int64_t ranges[][2] = {
                { 0, 1 }, { 0, 100 }, { -5, 5 }, { -127, 127 }, { 0, 128 }, { -32767, 32767 }, { 0, 65535 },
                { 0, 1200 }, { -INT32_MAX, INT32_MAX }, { 0, 10000000000 }, { 1, 1000000 }, { -1000000000, -1 },
                { -INT64_MAX, INT64_MAX }, { 0, INT64_MAX }, { -1000000000000000000, 1000000000000000000 },
        };
        uint32_t row = !schema->subset && chance(schema, 35) ? 12 + pick(schema, 3) : pick(schema, 12);
        *ret_low = ranges[row][0];
        *ret_high = ranges[row][1];
}

void random_range(Schema *schema, Type type, int64_t *ret_low, int64_t *ret_high) {
        *ret_low = 0;
        *ret_high = 2;
        switch (type.kind) {
        case TYPE_TRUTH:
                break;
        case TYPE_NUMBER:
                number_range(schema, ret_low, ret_high);
                break;
        case TYPE_DATE:
                *ret_low = chance(schema, 50) ? DATE_MIN : 7305;
                *ret_high = chance(schema, 50) ? DATE_MAX : 21000;
                break;
        case TYPE_CODE:
                *ret_high = schema->program->enumerations[type.of].member_count - 1;
                break;
        case TYPE_TEXT:
        case TYPE_ROW:
                *ret_high = INT32_MAX;
                break;
        }
}

static Type random_type(Schema *schema, uint32_t kind) {
        uint16_t of = kind == TYPE_CODE ? (uint16_t) pick(schema, schema->program->enumeration_count) : 0;
        return (Type){ .kind = (TypeKind) kind,
                       .scale = kind == TYPE_NUMBER ? (uint8_t) pick(schema, 5) : 0,
                       .of = of };
}

/* Every entity has a fact of every kind and every enumeration, so that a leaf can always be found. */
static void make_facts(Schema *schema) {
        static const TypeKind kinds[] = { TYPE_TRUTH,  TYPE_TRUTH, TYPE_NUMBER, TYPE_NUMBER,
                                          TYPE_NUMBER, TYPE_DATE,  TYPE_DATE,   TYPE_TEXT };
        Program *program = schema->program;
        uint32_t most = program->entity_count * ((uint32_t) ARRAY_LENGTH(kinds) + program->enumeration_count);
        program->facts = ARENA_NEW(schema->arena, Fact, most);
        for (uint16_t entity = 0; entity < program->entity_count; entity++)
                for (uint32_t i = 0; i < ARRAY_LENGTH(kinds) + program->enumeration_count; i++) {
                        bool code = i >= ARRAY_LENGTH(kinds);
                        Fact *fact = &program->facts[program->fact_count];
                        fact->entity = entity;
                        fact->type = random_type(schema, code ? TYPE_CODE : kinds[i]);
                        if (code)
                                fact->type.of = (uint16_t) (i - ARRAY_LENGTH(kinds));
                        random_range(schema, fact->type, &fact->low, &fact->high);
                        fact->name = fact->column = str_format(schema->arena, "事实%u", program->fact_count);
                        fact->manual = fact->type.kind == TYPE_TRUTH && chance(schema, 40);
                        fact->decider = fact->manual ? STR("街道") : STR("");
                        fact->question = fact->manual ? STR("") : STR("多少？");
                        fact->guard = fact->step = NONE;
                        program->fact_count++;
                }
}

/* Dated versions, with gaps between some of them, some of them open. */
static void make_versions(Schema *schema, Parameter *parameter) {
        int32_t day = chance(schema, 70) ? DATE_MIN : (int32_t) random_between(schema->random, 0, 18000);
        parameter->versions = ARENA_NEW(schema->arena, ParameterVersion, 4);
        for (parameter->version_count = 0;
             parameter->version_count < 1 + pick(schema, 4) && day < DATE_MAX - 9000;) {
                ParameterVersion *version = &parameter->versions[parameter->version_count++];
                bool open = chance(schema, 15);
                version->from = day;
                version->to = chance(schema, 35) ? DATE_MAX : day + (int32_t) pick(schema, 15000);
                version->value = open ? UNKNOWN : random_between(schema->random, parameter->low, parameter->high);
                version->cite = STR("第一条");
                parameter->pending |= open;
                if (version->to == DATE_MAX)
                        break;
                day = version->to + 1 + (chance(schema, 50) ? 0 : (int32_t) pick(schema, 1000));
        }
}

static void make_parameters(Schema *schema) {
        Program *program = schema->program;
        program->parameter_count = 4;
        program->parameters = ARENA_NEW(schema->arena, Parameter, 4);
        for (uint32_t i = 0; i < 4; i++) {
                Parameter *parameter = &program->parameters[i];
                parameter->name = str_format(schema->arena, "参数%u", i);
                parameter->type = random_type(schema, i == 3 ? TYPE_DATE : TYPE_NUMBER);
                random_range(schema, parameter->type, &parameter->low, &parameter->high);
                make_versions(schema, parameter);
                parameter->at_least = parameter->at_most = UNKNOWN;
                if (parameter->pending && chance(schema, 60))
                        parameter->at_least = parameter->low;
                if (parameter->pending && chance(schema, 60))
                        parameter->at_most = parameter->high;
                parameter->decider = parameter->pending ? STR("市人力资源社会保障局") : STR("");
        }
}

static void make_tables(Schema *schema) {
        Program *program = schema->program;
        program->table_count = 2;
        program->tables = ARENA_NEW(schema->arena, Table, 2);
        for (uint32_t i = 0; i < 2; i++) {
                Table *table = &program->tables[i];
                table->name = str_format(schema->arena, "表%u", i);
                table->type = random_type(schema, TYPE_NUMBER);
                random_range(schema, table->type, &table->low, &table->high);
                table->cell_count = 1;
                for (uint32_t keys = 1 + pick(schema, 3); table->key_count < keys; ) {
                        uint16_t enumeration = (uint16_t) pick(schema, program->enumeration_count);
                        if (table->cell_count * program->enumerations[enumeration].member_count > 200)
                                break;
                        table->keys[table->key_count++] = enumeration;
                        table->cell_count *= program->enumerations[enumeration].member_count;
                }
                table->cells = ARENA_NEW(schema->arena, int64_t, table->cell_count);
                for (uint32_t k = 0; k < table->cell_count; k++)
                        table->cells[k] = chance(schema, 20)
                                                  ? UNKNOWN
                                                  : random_between(schema->random, table->low, table->high);
        }
}

void random_schema(Schema *schema) {
        make_entities(schema);
        make_links(schema);
        make_facts(schema);
        make_parameters(schema);
        make_tables(schema);
}
