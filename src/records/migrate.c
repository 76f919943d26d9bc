/* From the schema that the database remembers to the one that a pack wants: a plan in words, then one transaction. */
#include "records/record_inside.h"

#include "base/map.h"
#include "database/named.h"
#include "engine/sql.h"

#define SCALE_UP_MAX 9

/* A column as the database remembers it, or as the model wants it. */
typedef struct StoredField {
        Str     table, name, kind;
        int64_t scale;
        Str     members;                 /* of a code, a line each; of a link the partner's table */
} StoredField;

typedef struct Planner {
        Database    *database;
        const Model *model;
        Arena       *arena;
        Str          city;
        StoredField *old;
        uint32_t     old_count, old_capacity;
        Map         *old_tables, *old_columns;   /* "table", "table.column" → index into old */
        StoredField *old_indexes;
        uint32_t     old_index_count, old_index_capacity;
        Migration   *migration;
        uint32_t     step_capacity;
        bool         unprepared;                 /* the system tables, or the newest of them, are not there yet */
} Planner;

static const char *const kind_words[] = {
        [FIELD_TRUTH] = "truth", [FIELD_NUMBER] = "number", [FIELD_DATE] = "date",
        [FIELD_CODE] = "code",   [FIELD_TEXT] = "text",     [FIELD_LINK] = "link",
};

/* Texts are compared by bytes, so that an index finds what begins with a text; SQLite does so by itself. */
static const char *type_word(const Planner *planner, FieldKind kind) {
        static const char *const words[] = {
                [FIELD_TRUTH] = "BOOLEAN", [FIELD_NUMBER] = "BIGINT", [FIELD_DATE] = "BIGINT",
                [FIELD_CODE] = "BIGINT",   [FIELD_TEXT] = "TEXT",     [FIELD_LINK] = "BIGINT",
        };
        bool postgres = database_kind(planner->database) == DATABASE_POSTGRES;
        return kind == FIELD_TEXT && postgres ? "TEXT COLLATE \"C\"" : words[kind];
}

static Str members_of(const Enumeration *enumeration, Arena *arena) {
        Buffer lines = buffer_new(RECORD_STATEMENT_MAX);
        for (uint32_t i = 0; i < enumeration->member_count; i++) {
                buffer_add(&lines, enumeration->members[i]);
                buffer_byte(&lines, '\n');
        }
        Str text = str_copy(arena, buffer_str(&lines));
        buffer_free(&lines);
        return text;
}

static StoredField column_of(const Planner *planner, const RecordTable *table, const RecordField *field) {
        const Program *program = planner->model->program;
        StoredField column = { .table = table->name, .name = field->name, .kind = str_from(kind_words[field->kind]) };
        if (field->kind == FIELD_NUMBER)
                column.scale = field->type.scale;
        if (field->kind == FIELD_CODE)
                column.members = members_of(&program->enumerations[field->type.of], planner->arena);
        if (field->kind == FIELD_LINK)
                column.members = program->entities[field->partner].name;
        return column;
}

/* ---- what is there ----------------------------------------------------------------------------------- */

static Str path_of(Arena *arena, Str table, Str column) {
        return str_format(arena, "%.*s.%.*s", STR_ARG(table), STR_ARG(column));
}

static void keep_old(Planner *planner, const StoredField *column) {
        if (str_equal(column->kind, STR("index"))) {
                *ARENA_PUSH(planner->arena, planner->old_indexes, planner->old_index_count, planner->old_index_capacity) = *column;
                return;
        }
        *ARENA_PUSH(planner->arena, planner->old, planner->old_count, planner->old_capacity) = *column;
        map_add(planner->old_tables, column->table, planner->old_count - 1);
        map_add(planner->old_columns, path_of(planner->arena, column->table, column->name), planner->old_count - 1);
}

static Rc read_old(Planner *planner) {
        Statement *statement;
        Cell city = cell_text(planner->city), there, newest;
        Rc rc = database_named(planner->database, SQL_TABLE_EXISTS, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ cell_text(STR("leye_field")) }, 1, planner->arena, &there);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ cell_text(STR("leye_change")) }, 1, planner->arena, &newest);
        if (rc != RC_OK)
                return rc;
        planner->unprepared = newest.integer == 0;
        if (there.integer == 0)
                return RC_OK;
        rc = database_named(planner->database, SQL_FIELD_LIST, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, &city, 1);
        bool row = false;
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row) {
                StoredField column = {
                        .table = str_copy(planner->arena, statement_cell(statement, 0).text),
                        .name = str_copy(planner->arena, statement_cell(statement, 1).text),
                        .kind = str_copy(planner->arena, statement_cell(statement, 2).text),
                        .scale = statement_cell(statement, 3).integer,
                        .members = str_copy(planner->arena, statement_cell(statement, 4).text),
                };
                keep_old(planner, &column);
        }
        if (rc == RC_OK)
                statement_end(statement);
        return rc;
}

/* ---- steps --------------------------------------------------------------------------------------------- */

static void add_step(Planner *planner, MigrationStep step) {
        Migration *migration = planner->migration;
        *ARENA_PUSH(planner->arena, migration->steps, migration->step_count, planner->step_capacity) = step;
        migration->destructive_count += step.destructive;
}

/* ---- indexes ----------------------------------------------------------------------------------------------- */

static Str columns_text(Arena *arena, const RecordIndex *index) {
        Buffer text CLEAN(buffer_free) = buffer_new(RECORD_STATEMENT_MAX);
        if (index->expression.length)
                buffer_format(&text, "%.*s\n", STR_ARG(index->expression));
        for (uint32_t i = 0; i < index->column_count; i++)
                buffer_format(&text, "%.*s\n", STR_ARG(index->columns[i]));
        for (uint32_t i = 0; i < index->carried_count; i++)
                buffer_format(&text, "%s%.*s\n", i ? "" : "\n", STR_ARG(index->carried[i]));
        return str_copy(arena, buffer_str(&text));
}

static bool has_line(Str lines, Str wanted) {
        while (lines.length)
                if (str_equal(str_cut(&lines, '\n'), wanted))
                        return true;
        return false;
}

/* A column that this plan takes away or makes anew. */
static bool is_replaced(const Migration *migration, Str table, Str columns) {
        for (uint32_t i = 0; i < migration->step_count; i++) {
                const MigrationStep *step = &migration->steps[i];
                if ((step->kind == MIGRATE_TYPE || step->kind == MIGRATE_DROP_COLUMN) && str_equal(step->table, table) &&
                    has_line(columns, step->column))
                        return true;
        }
        return false;
}

static const RecordIndex *find_index(const RecordTable *table, Str name) {
        for (uint32_t i = 0; table && i < table->index_count; i++)
                if (str_equal(table->indexes[i].name, name))
                        return &table->indexes[i];
        return NULL;
}

/* An index stays when it is still wanted as it is and none of its columns is replaced. */
static bool stays(const Planner *planner, const Migration *columns, const StoredField *old) {
        const RecordIndex *index = find_index(model_table(planner->model, old->table), old->name);
        return index && str_equal(old->members, columns_text(planner->arena, index)) && !is_replaced(columns, old->table, old->members);
}

/* Goes before every other step: a column that is in an index cannot be taken away. */
static void plan_old_indexes(Planner *planner, const Migration *columns) {
        Arena *arena = planner->arena;
        for (uint32_t i = 0; i < planner->old_index_count; i++) {
                const StoredField *old = &planner->old_indexes[i];
                if (!stays(planner, columns, old))
                        add_step(planner, (MigrationStep){
                                .kind = MIGRATE_DROP_INDEX, .table = old->table,
                                .text = str_format(arena, "「%.*s」去掉一个索引", STR_ARG(old->table)),
                                .sql = str_format(arena, "DROP INDEX IF EXISTS %s", record_quoted(arena, old->name).data),
                        });
        }
}

static Str index_sql(Arena *arena, const RecordTable *table, const RecordIndex *index) {
        Buffer columns CLEAN(buffer_free) = buffer_new(RECORD_STATEMENT_MAX);
        if (index->expression.length)
                buffer_format(&columns, ", (%.*s)", STR_ARG(index->expression));
        for (uint32_t i = 0; i < index->column_count; i++)
                buffer_format(&columns, ", %s", record_quoted(arena, index->columns[i]).data);
        if (!index->unique)
                buffer_add(&columns, STR(", _id"));              /* pages of a list go on by it */
        for (uint32_t i = 0; i < index->carried_count; i++)
                buffer_format(&columns, ", %s", record_quoted(arena, index->carried[i]).data);
        return str_format(arena, "CREATE %sINDEX %s ON %s (_city%.*s)", index->unique ? "UNIQUE " : "",
                          record_quoted(arena, index->name).data, record_quoted(arena, table->name).data, STR_ARG(buffer_str(&columns)));
}

static void plan_index(Planner *planner, const RecordTable *table, const RecordIndex *index) {
        Arena *arena = planner->arena;
        add_step(planner, (MigrationStep){
                .kind = MIGRATE_INDEX, .table = table->name,
                .text = str_format(arena, "「%.*s」建一个索引", STR_ARG(table->name)), .sql = index_sql(arena, table, index),
        });
}

static void plan_new_indexes(Planner *planner, const Migration *columns) {
        for (uint32_t i = 0; i < planner->model->table_count; i++) {
                const RecordTable *table = &planner->model->tables[i];
                for (uint32_t j = 0; j < table->index_count; j++) {
                        bool there = false;
                        for (uint32_t k = 0; k < planner->old_index_count && !there; k++) {
                                const StoredField *old = &planner->old_indexes[k];
                                there = str_equal(old->table, table->name) && str_equal(old->name, table->indexes[j].name) &&
                                        stays(planner, columns, old);
                        }
                        if (!there)
                                plan_index(planner, table, &table->indexes[j]);
                }
        }
}

/* ---- tables and columns -------------------------------------------------------------------------------------- */

static void plan_table(Planner *planner, const RecordTable *table) {
        Arena *arena = planner->arena;
        Buffer sql = buffer_new(RECORD_STATEMENT_MAX);
        buffer_format(&sql, "CREATE TABLE %s (_city TEXT NOT NULL, _id BIGINT NOT NULL, _key %s, _version BIGINT NOT NULL, _batch BIGINT",
                      record_quoted(arena, table->name).data, type_word(planner, FIELD_TEXT));
        for (uint32_t i = 0; i < table->field_count; i++)
                buffer_format(&sql, ", %s %s", record_quoted(arena, table->fields[i].name).data, type_word(planner, table->fields[i].kind));
        buffer_add(&sql, STR(", PRIMARY KEY (_city, _id))"));
        if (database_kind(planner->database) == DATABASE_SQLITE)
                buffer_add(&sql, STR(" WITHOUT ROWID"));
        add_step(planner, (MigrationStep){
                .kind = MIGRATE_TABLE, .table = table->name,
                .text = str_format(arena, "新建表「%.*s」，%u 列", STR_ARG(table->name), table->field_count),
                .sql = str_copy(arena, buffer_str(&sql)),
        });
        buffer_free(&sql);
}

static void plan_column(Planner *planner, const RecordTable *table, const RecordField *field) {
        Arena *arena = planner->arena;
        add_step(planner, (MigrationStep){
                .kind = MIGRATE_COLUMN, .table = table->name, .column = field->name,
                .text = str_format(arena, "「%.*s」加一列“%.*s”", STR_ARG(table->name), STR_ARG(field->name)),
                .sql = str_format(arena, "ALTER TABLE %s ADD COLUMN %s %s", record_quoted(arena, table->name).data,
                                  record_quoted(arena, field->name).data, type_word(planner, field->kind)),
        });
}

/* How many rows of the city have something in the column, of those that `condition` names. */
static Rc count_rows(Planner *planner, Str table, Str column, Str condition, uint64_t *ret_rows) {
        Arena *arena = planner->arena;
        Statement *statement;
        Cell count;
        Str what = column.length ? str_format(arena, "%s IS NOT NULL", record_quoted(arena, column).data) : STR("1 = 1");
        Str sql = str_format(arena, "SELECT count(*) FROM %s WHERE _city = $1 AND %.*s%.*s", record_quoted(arena, table).data,
                             STR_ARG(what), STR_ARG(condition));
        Rc rc = database_prepare(planner->database, sql, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ cell_text(planner->city) }, 1, arena, &count);
        if (rc == RC_OK)
                *ret_rows = (uint64_t) count.integer;
        return rc;
}

static Str drop_column_sql(Planner *planner, Str table, Str column) {
        Arena *arena = planner->arena;
        return str_format(arena, "ALTER TABLE %s DROP COLUMN %s", record_quoted(arena, table).data, record_quoted(arena, column).data);
}

/* ---- one column that changed ----------------------------------------------------------------------------- */

static Rc plan_type(Planner *planner, const RecordTable *table, const RecordField *field) {
        Arena *arena = planner->arena;
        uint64_t rows;
        Rc rc = count_rows(planner, table->name, field->name, (Str){ 0 }, &rows);
        if (rc != RC_OK)
                return rc;
        add_step(planner, (MigrationStep){
                .kind = MIGRATE_TYPE, .destructive = rows > 0, .table = table->name, .column = field->name, .rows = rows,
                .text = str_format(arena, "「%.*s」的“%.*s”换了类型，旧值作废（%llu 条）", STR_ARG(table->name), STR_ARG(field->name),
                                   (unsigned long long) rows),
                .sql = str_format(arena, "%.*s; ALTER TABLE %s ADD COLUMN %s %s",
                                  STR_ARG(drop_column_sql(planner, table->name, field->name)),
                                  record_quoted(arena, table->name).data, record_quoted(arena, field->name).data,
                                  type_word(planner, field->kind)),
        });
        return RC_OK;
}

static Rc plan_scale(Planner *planner, const StoredField *old, const StoredField *new) {
        Arena *arena = planner->arena;
        int64_t steps = new->scale - old->scale;
        uint64_t rows = 0;
        MUST(steps >= -SCALE_UP_MAX && steps <= SCALE_UP_MAX);
        long long power = kernel_power_of_ten(steps < 0 ? -steps : steps);
        Str name = record_quoted(arena, new->name);
        Rc rc = RC_OK;
        if (steps <= 0)
                rc = count_rows(planner, new->table, new->name, str_format(arena, " AND %s %% %lld <> 0", name.data, power), &rows);
        if (rc != RC_OK)
                return rc;
        add_step(planner, (MigrationStep){
                .kind = MIGRATE_RESCALE, .destructive = rows > 0, .table = new->table, .column = new->name, .rows = rows,
                .text = str_format(arena, "「%.*s」的“%.*s”由 %lld 位小数改为 %lld 位", STR_ARG(new->table), STR_ARG(new->name),
                                   (long long) old->scale, (long long) new->scale),
                .sql = str_format(arena, "UPDATE %s SET %s = %s %c %lld", record_quoted(arena, new->table).data, name.data, name.data,
                                  steps > 0 ? '*' : '/', power),
        });
        return RC_OK;
}

static bool line_number(Str lines, Str wanted, uint32_t *ret_number) {
        for (uint32_t number = 0; lines.length; number++)
                if (str_equal(str_cut(&lines, '\n'), wanted)) {
                        *ret_number = number;
                        return true;
                }
        return false;
}

/* Old codes that have to change: "WHEN 1 THEN 3", or "WHEN 2 THEN NULL" for a member that is gone. */
static Rc plan_codes(Planner *planner, const StoredField *old, const StoredField *new) {
        Arena *arena = planner->arena;
        Buffer cases = buffer_new(RECORD_STATEMENT_MAX), gone = buffer_new(RECORD_STATEMENT_MAX);
        Str lines = old->members;
        for (uint32_t code = 0; lines.length; code++) {
                uint32_t now;
                if (!line_number(new->members, str_cut(&lines, '\n'), &now)) {
                        buffer_format(&cases, " WHEN %u THEN NULL", code);
                        buffer_format(&gone, "%s%u", gone.length ? ", " : "", code);
                } else if (now != code)
                        buffer_format(&cases, " WHEN %u THEN %u", code, now);
        }
        uint64_t rows = 0;
        Str name = record_quoted(arena, new->name);
        Rc rc = gone.length == 0 ? RC_OK : count_rows(planner, new->table, new->name,
                                                      str_format(arena, " AND %s IN (%.*s)", name.data, STR_ARG(buffer_str(&gone))), &rows);
        if (rc == RC_OK && cases.length)
                add_step(planner, (MigrationStep){
                        .kind = rows ? MIGRATE_CODE_GONE : MIGRATE_RECODE, .destructive = rows > 0,
                        .table = new->table, .column = new->name, .rows = rows,
                        .text = rows ? str_format(arena, "「%.*s」的“%.*s”少了选项，%llu 条记录的值变为未知", STR_ARG(new->table),
                                                  STR_ARG(new->name), (unsigned long long) rows)
                                     : str_format(arena, "「%.*s」的“%.*s”选项次序变了，重新编号", STR_ARG(new->table), STR_ARG(new->name)),
                        .sql = str_format(arena, "UPDATE %s SET %s = CASE %s%.*s ELSE %s END", record_quoted(arena, new->table).data,
                                          name.data, name.data, STR_ARG(buffer_str(&cases)), name.data),
                });
        buffer_free(&cases);
        buffer_free(&gone);
        return rc;
}

static Rc plan_field(Planner *planner, const RecordTable *table, const RecordField *field) {
        uint32_t index;
        StoredField new = column_of(planner, table, field);
        if (!map_get(planner->old_columns, path_of(planner->arena, table->name, field->name), &index)) {
                plan_column(planner, table, field);
                return RC_OK;
        }
        MUST(index < planner->old_count);
        const StoredField *old = &planner->old[index];
        if (!str_equal(old->kind, new.kind) || (field->kind == FIELD_LINK && !str_equal(old->members, new.members)))
                return plan_type(planner, table, field);
        if (old->scale != new.scale)
                return plan_scale(planner, old, &new);
        return field->kind == FIELD_CODE && !str_equal(old->members, new.members) ? plan_codes(planner, old, &new) : RC_OK;
}

/* ---- what the model no longer has ---------------------------------------------------------------------- */

static Rc plan_gone(Planner *planner, const StoredField *old) {
        const RecordTable *table = model_table(planner->model, old->table);
        if (table && (old->name.length == 0 || table_field(table, old->name) != NONE))
                return RC_OK;
        uint32_t first;
        MUST(map_get(planner->old_tables, old->table, &first));
        if (!table && &planner->old[first] != old)
                return RC_OK;                   /* the table goes once */
        uint64_t rows;
        Arena *arena = planner->arena;
        Rc rc = count_rows(planner, old->table, table ? old->name : (Str){ 0 }, (Str){ 0 }, &rows);
        if (rc != RC_OK)
                return rc;
        MigrationStep step = { .destructive = rows > 0, .table = old->table, .rows = rows };
        if (table) {
                step.kind = MIGRATE_DROP_COLUMN;
                step.column = old->name;
                step.text = str_format(arena, "删去「%.*s」的“%.*s”（%llu 条有值）", STR_ARG(old->table), STR_ARG(old->name),
                                       (unsigned long long) rows);
                step.sql = drop_column_sql(planner, old->table, old->name);
        } else {
                step.kind = MIGRATE_DROP_TABLE;
                step.text = str_format(arena, "删去表「%.*s」（%llu 条）", STR_ARG(old->table), (unsigned long long) rows);
                step.sql = str_format(arena, "DROP TABLE %s", record_quoted(arena, old->table).data);
        }
        add_step(planner, step);
        return RC_OK;
}

/* ---- the plan ------------------------------------------------------------------------------------------ */

Rc migration_plan(Database *database, const Model *model, Str city, Arena *arena, Migration *ret_migration) {
        Migration columns = { .city = city }, migration = { .city = city };
        Planner planner = {
                .database = database, .model = model, .arena = arena, .city = city, .migration = &columns,
                .old_tables = map_new(arena), .old_columns = map_new(arena),
        };
        Rc rc = read_old(&planner);
        if (rc == RC_OK && planner.unprepared)
                add_step(&planner, (MigrationStep){
                        .kind = MIGRATE_SYSTEM, .text = STR("新建系统表"), .sql = database_named_text(database, SQL_SCHEMA),
                });
        for (uint32_t i = 0; rc == RC_OK && i < model->table_count; i++) {
                const RecordTable *table = &model->tables[i];
                uint32_t known;
                if (!map_get(planner.old_tables, table->name, &known))
                        plan_table(&planner, table);
                else
                        for (uint32_t j = 0; rc == RC_OK && j < table->field_count; j++)
                                rc = plan_field(&planner, table, &table->fields[j]);
        }
        for (uint32_t i = 0; rc == RC_OK && i < planner.old_count; i++)
                rc = plan_gone(&planner, &planner.old[i]);
        if (rc != RC_OK)
                return rc;
        planner.migration = &migration;
        planner.step_capacity = 0;
        plan_old_indexes(&planner, &columns);
        for (uint32_t i = 0; i < columns.step_count; i++)
                add_step(&planner, columns.steps[i]);
        plan_new_indexes(&planner, &columns);
        *ret_migration = migration;
        return RC_OK;
}

void migration_print(const Migration *migration, Buffer *out) {
        uint32_t indexes = 0;
        for (uint32_t i = 0; i < migration->step_count; i++) {
                const MigrationStep *step = &migration->steps[i];
                bool index = step->kind == MIGRATE_INDEX || step->kind == MIGRATE_DROP_INDEX;
                indexes += index;
                if (!index)
                        buffer_format(out, "%s %.*s\n", step->destructive ? "!" : "+", STR_ARG(step->text));
        }
        if (indexes)
                buffer_format(out, "+ 建或换 %u 个索引\n", indexes);
        if (migration->step_count == 0)
                buffer_add(out, STR("数据库已经是最新的，不用改。\n"));
        if (migration->destructive_count)
                buffer_format(out, "带 ! 的 %u 步会丢数据：确认后加 --destructive 再运行。\n", migration->destructive_count);
}

/* ---- apply --------------------------------------------------------------------------------------------- */

static Rc remember(Planner *planner, const StoredField *column) {
        Statement *statement;
        Cell cells[] = { cell_text(planner->city),  cell_text(column->table),    cell_text(column->name),
                         cell_text(column->kind), cell_integer(column->scale), cell_text(column->members) };
        Rc rc = database_named(planner->database, SQL_FIELD_ADD, &statement);
        return rc == RC_OK ? statement_run(statement, cells, ARRAY_LENGTH(cells), NULL) : rc;
}

static Rc remember_table(Planner *planner, const RecordTable *table) {
        /* a line without a name stands for the table itself, and sorts first */
        Rc rc = remember(planner, &(StoredField){ .table = table->name, .kind = STR("table") });
        for (uint32_t i = 0; rc == RC_OK && i < table->field_count; i++) {
                StoredField column = column_of(planner, table, &table->fields[i]);
                rc = remember(planner, &column);
        }
        for (uint32_t i = 0; rc == RC_OK && i < table->index_count; i++)
                rc = remember(planner, &(StoredField){ .table = table->name, .name = table->indexes[i].name, .kind = STR("index"),
                                                       .members = columns_text(planner->arena, &table->indexes[i]) });
        return rc;
}

static Rc remember_schema(Planner *planner) {
        Statement *statement;
        Rc rc = database_named(planner->database, SQL_FIELD_FORGET, &statement);
        if (rc == RC_OK)
                rc = statement_run(statement, (Cell[]){ cell_text(planner->city) }, 1, NULL);
        for (uint32_t i = 0; rc == RC_OK && i < planner->model->table_count; i++)
                rc = remember_table(planner, &planner->model->tables[i]);
        return rc;
}

Rc migration_apply(Database *database, const Model *model, const Migration *migration, bool destructive) {
        if (migration->destructive_count && !destructive)
                return RC_DENIED;
        Arena *arena CLEAN(arena_cleanup) = arena_new(64u << 20);
        Planner planner = { .database = database, .model = model, .arena = arena, .city = migration->city };
        bool own = !database_in_transaction(database);
        Rc rc = own ? database_begin(database, true) : RC_OK;
        if (rc != RC_OK)
                return rc;
        for (uint32_t i = 0; rc == RC_OK && i < migration->step_count; i++)
                rc = database_script(database, migration->steps[i].sql);
        if (rc == RC_OK)
                rc = remember_schema(&planner);
        return own ? database_finish(database, rc) : rc;
}

/* ---- loading ------------------------------------------------------------------------------------------- */

Rc table_begin_load(Database *database, const RecordTable *table, bool *ret_begun) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(16u << 20);
        Statement *statement;
        Cell there;
        Str sql = str_format(arena, "SELECT count(*) FROM (SELECT 1 FROM %s LIMIT 1) few", record_quoted(arena, table->name).data);
        Rc rc = database_prepare(database, sql, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, NULL, 0, arena, &there);
        bool begun = rc == RC_OK && there.integer == 0;
        for (uint32_t i = 0; rc == RC_OK && begun && i < table->index_count; i++)
                rc = database_script(database,
                                     str_format(arena, "DROP INDEX IF EXISTS %s", record_quoted(arena, table->indexes[i].name).data));
        if (rc == RC_OK)
                *ret_begun = begun;
        return rc;
}

Rc table_end_load(Database *database, const RecordTable *table) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(16u << 20);
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < table->index_count; i++)
                rc = database_script(database, index_sql(arena, table, &table->indexes[i]));
        return rc;
}
