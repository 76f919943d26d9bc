/* The table is small (a few hundred rows a city): rows are looked up one by one, new ones go in together. */
#include "records/division.h"

#include "base/map.h"
#include "base/tsv.h"
#include "database/named.h"
#include "records/record_inside.h"
#include "records/sheet.h"

#define LOAD_ARENA ((size_t) 256 << 20)
#define FILE_NAME STR("divisions.tsv")

static const struct {
        Str word, member;                /* in the table, in the pack */
} levels[] = {
        [DIVISION_PROVINCE] = { STR_INIT("province"), STR_INIT("省级") },
        [DIVISION_CITY] = { STR_INIT("city"), STR_INIT("地级") },
        [DIVISION_COUNTY] = { STR_INIT("county"), STR_INIT("县级") },
        [DIVISION_STREET] = { STR_INIT("street"), STR_INIT("乡级") },
};

/* ---- the table ---------------------------------------------------------------------------------------------- */

enum { COLUMN_CODE, COLUMN_NAME, COLUMN_LEVEL, COLUMN_PARENT, COLUMN_PSEUDO, COLUMN_COUNT };

typedef struct DivisionTable {
        Arena    *arena;
        Map      *codes;                 /* code → index */
        Division *items;
        uint32_t  count;
} DivisionTable;

static bool find_level(Str word, DivisionLevel *ret_level) {
        for (DivisionLevel level = DIVISION_PROVINCE; level <= DIVISION_STREET; level++)
                if (str_equal(word, levels[level].word)) {
                        *ret_level = level;
                        return true;
                }
        return false;
}

/* False with what is wrong. */
static bool read_division(DivisionTable *table, const Str *cells, Str *ret_why) {
        Division division = { .code = cells[COLUMN_CODE], .name = cells[COLUMN_NAME], .parent = NONE,
                              .pseudo = str_equal(cells[COLUMN_PSEUDO], STR("yes")) };
        Str parent = cells[COLUMN_PARENT];
        if (!division_code_check(division.code, table->arena, ret_why))
                return false;
        if (division.name.length == 0)
                *ret_why = STR("name 是空的");
        else if (!find_level(cells[COLUMN_LEVEL], &division.level))
                *ret_why = STR("level 只能是 province、city、county、street");
        else if (!division.pseudo && !str_equal(cells[COLUMN_PSEUDO], STR("no")))
                *ret_why = STR("pseudo 只能是 yes 或 no");
        else if ((parent.length == 0) != (division.level == DIVISION_PROVINCE))
                *ret_why = STR("省没有上级，其余都要有上级代码");
        else if (parent.length && !map_get(table->codes, parent, &division.parent))
                *ret_why = STR("上级代码要写在前面的行里");
        else if (parent.length && table->items[division.parent].level >= division.level)
                *ret_why = STR("上级的级别要更高");
        else if (!map_add(table->codes, division.code, table->count))
                *ret_why = STR("这个代码前面已经有了");
        else {
                table->items[table->count++] = division;
                return true;
        }
        return false;
}

Rc division_read(Str text, Arena *arena, Division **ret_divisions, uint32_t *ret_count, Str *ret_why) {
        static const Str columns[COLUMN_COUNT] = {
                [COLUMN_CODE] = STR_INIT("code"), [COLUMN_NAME] = STR_INIT("name"), [COLUMN_LEVEL] = STR_INIT("level"),
                [COLUMN_PARENT] = STR_INIT("parent"), [COLUMN_PSEUDO] = STR_INIT("pseudo"),
        };
        TsvRow *rows;
        uint32_t count;
        Rc rc = tsv_read(text, columns, COLUMN_COUNT, arena, &rows, &count, ret_why);
        if (rc != RC_OK)
                return rc;
        DivisionTable table = { .arena = arena, .codes = map_new(arena), .items = ARENA_NEW(arena, Division, count) };
        for (uint32_t i = 0; i < count; i++) {
                Str why;
                if (!read_division(&table, rows[i].cells, &why)) {
                        *ret_why = str_format(arena, "第 %u 行“%.*s”：%.*s", rows[i].line, STR_ARG(rows[i].cells[COLUMN_CODE]), STR_ARG(why));
                        return RC_INVALID;
                }
        }
        *ret_divisions = table.items;
        *ret_count = table.count;
        return RC_OK;
}

/* ---- into the records ----------------------------------------------------------------------------------------- */

typedef struct Loader {
        Database          *database;
        const Model       *model;
        const RecordTable *table;
        Change             change;
        Arena             *arena;
        uint32_t           name, code, level, pseudo, parent;    /* fields */
        int64_t            members[ARRAY_LENGTH(levels)];        /* codes of the pack's enumeration */
        int64_t           *ids;                                  /* by division; 0: not of this area, or not there yet */
        Record            *created;
        uint32_t           created_count;
        DivisionResult     result;
} Loader;

static bool find_members(Loader *loader) {
        const RecordField *field = &loader->table->fields[loader->level];
        if (field->kind != FIELD_CODE)
                return false;
        const Enumeration *enumeration = &loader->model->program->enumerations[field->type.of];
        for (size_t level = 0; level < ARRAY_LENGTH(levels); level++) {
                loader->members[level] = -1;
                for (uint32_t i = 0; i < enumeration->member_count; i++)
                        if (str_equal(enumeration->members[i], levels[level].member))
                                loader->members[level] = i;
                if (loader->members[level] < 0)
                        return false;
        }
        return true;
}

static bool find_fields(Loader *loader) {
        const struct { uint32_t *field; Str name; FieldKind kind; } wanted[] = {
                { &loader->name, STR("名称"), FIELD_TEXT },   { &loader->code, STR("代码"), FIELD_TEXT },
                { &loader->level, STR("级别"), FIELD_CODE },  { &loader->pseudo, STR("统计用"), FIELD_TRUTH },
                { &loader->parent, STR("上级区划"), FIELD_LINK },
        };
        loader->table = model_table(loader->model, STR("区划"));
        for (size_t i = 0; loader->table && i < ARRAY_LENGTH(wanted); i++) {
                *wanted[i].field = table_field(loader->table, wanted[i].name);
                if (*wanted[i].field == NONE || loader->table->fields[*wanted[i].field].kind != wanted[i].kind)
                        return false;
        }
        return loader->table && find_members(loader);
}

/* Which divisions are of the area; false when it is not in the table. */
static bool mark_area(const Division *divisions, uint32_t count, Str area, bool *marks) {
        uint32_t self = 0;
        while (self < count && !str_equal(divisions[self].code, area))
                self++;
        if (self == count)
                return false;
        for (uint32_t i = self; i != NONE; i = divisions[i].parent)
                marks[i] = true;
        for (uint32_t i = self + 1; i < count; i++)
                marks[i] = divisions[i].parent != NONE && divisions[i].parent >= self && marks[divisions[i].parent];
        return true;
}

/* Sets the cells that come from the table; whether one differs from what was there. */
static bool set_cells(const Loader *loader, const Division *division, Cell *cells) {
        const struct { uint32_t field; Cell cell; } values[] = {
                { loader->name, cell_text(division->name) },
                { loader->code, cell_text(division->code) },
                { loader->level, cell_integer(loader->members[division->level]) },
                { loader->pseudo, cell_integer(division->pseudo) },
                { loader->parent, division->parent == NONE ? cell_null() : cell_integer(loader->ids[division->parent]) },
        };
        bool differs = false;
        for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
                differs = differs || !cell_equal(cells[values[i].field], values[i].cell);
                cells[values[i].field] = values[i].cell;
        }
        return differs;
}

static Rc update_division(Loader *loader, const Division *division, int64_t id) {
        Record record;
        FieldFaults faults = { 0 };
        Rc rc = record_load(loader->database, loader->model, loader->table, loader->change.city, id, loader->arena, &record);
        if (rc != RC_OK)
                return rc;
        bool differs = set_cells(loader, division, record.cells);
        loader->result.updated += differs;
        loader->result.unchanged += !differs;
        if (!differs)
                return RC_OK;
        return record_save(loader->database, loader->model, loader->table, &loader->change, &record, loader->arena, &faults);
}

static Rc take_division(Loader *loader, const Division *divisions, uint32_t number) {
        const Division *division = &divisions[number];
        int64_t id;
        Rc rc = record_find(loader->database, loader->table, loader->change.city, division->code, &id);
        if (rc == RC_OK) {
                loader->ids[number] = id;
                return update_division(loader, division, id);
        }
        if (rc != RC_MISSING)
                return rc;
        Record *record = &loader->created[loader->created_count++];
        Cell *cells = ARENA_NEW(loader->arena, Cell, loader->table->field_count);
        *record = (Record){ .id = record_new_ids(1), .key = division->code, .cells = cells };
        loader->ids[number] = record->id;
        (void) set_cells(loader, division, cells);
        return RC_OK;
}

static Rc add_batch(const Loader *loader) {
        Statement *statement;
        const Change *change = &loader->change;
        Cell cells[] = {
                cell_text(change->city), cell_integer(change->batch), cell_text(loader->table->name), cell_text(FILE_NAME),
                cell_integer(change->at), cell_text(change->actor), cell_integer((int64_t) loader->result.created),
                cell_integer((int64_t) loader->result.updated), cell_integer(0),
        };
        Rc rc = database_named(loader->database, SQL_BATCH_ADD, &statement);
        return rc == RC_OK ? statement_run(statement, cells, ARRAY_LENGTH(cells), NULL) : rc;
}

static Rc load_in_transaction(Loader *loader, const Division *divisions, uint32_t count, const bool *marks) {
        Rc rc = RC_OK;
        uint32_t failed;
        for (uint32_t i = 0; rc == RC_OK && i < count; i++)
                if (marks[i])
                        rc = take_division(loader, divisions, i);
        loader->result.created = loader->created_count;
        if (rc == RC_OK && loader->created_count)
                rc = record_insert_many(loader->database, loader->table, &loader->change, loader->created, loader->created_count, &failed);
        if (rc == RC_OK && loader->result.created + loader->result.updated > 0)
                rc = add_batch(loader);
        return rc == RC_OK ? record_changed(loader->database, loader->change.city, loader->table) : rc;
}

Rc division_load(Database *database, const Model *model, const Change *change, Str area, const Division *divisions, uint32_t count,
                 DivisionResult *ret_result) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(LOAD_ARENA);
        Loader loader = { .database = database, .model = model, .change = *change, .arena = arena };
        bool *marks = ARENA_NEW(arena, bool, count + 1);
        if (!find_fields(&loader) || !mark_area(divisions, count, area, marks))
                return RC_MISSING;
        loader.change.batch = record_new_ids(1);
        loader.ids = ARENA_NEW(arena, int64_t, count);
        loader.created = ARENA_NEW(arena, Record, count);
        bool own = !database_in_transaction(database);
        Rc rc = own ? database_begin(database, true) : RC_OK;
        if (rc != RC_OK)
                return rc;
        rc = load_in_transaction(&loader, divisions, count, marks);
        rc = own ? database_finish(database, rc) : rc;
        if (rc == RC_OK)
                *ret_result = loader.result;
        return rc;
}
