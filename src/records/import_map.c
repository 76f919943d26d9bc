/* Which column is which field: what was remembered, equal names, then names without spaces, brackets and marks. The row of
 * headings is the one of which most cells fit. */
#include "records/import_inside.h"

#include "base/utf8.h"
#include "database/named.h"

#include <string.h>

#define HEADER_ROWS 20u            /* looked at in each sheet */
#define HEADER_MAX 100u            /* bytes of a heading that can be one */
#define KEY_WORD STR("_key")       /* how a remembered mapping names the natural key */

typedef struct Mapper {
        Database          *database;
        const RecordTable *table;
        Str                city;
        Arena             *arena;
        Rc                 rc;
        ImportMapping      best;
        uint32_t           best_fits;
} Mapper;

static Str bracketed(Str header) {
        static const Str open[] = { STR_INIT("（"), STR_INIT("("), STR_INIT("【"), STR_INIT("[") };
        static const Str close[] = { STR_INIT("）"), STR_INIT(")"), STR_INIT("】"), STR_INIT("]") };
        for (size_t i = 0; i < ARRAY_LENGTH(open); i++) {
                size_t from, length;
                if (!str_find(header, open[i], &from))
                        continue;
                Str inside = str_slice(header, from + open[i].length, header.length);
                return str_find(inside, close[i], &length) ? str_slice(inside, 0, length) : inside;
        }
        return (Str){ 0 };
}

bool import_magnitude(Str header, Str *ret_suffix) {
        static const Str known[] = { STR_INIT("万亿"), STR_INIT("万"), STR_INIT("亿") };
        static const Str unknown[] = { STR_INIT("十万"), STR_INIT("百万"), STR_INIT("千") };
        Str inside = bracketed(header);
        if (str_starts(inside, STR("单位：")))
                inside = str_slice(inside, sizeof("单位：") - 1, inside.length);
        for (size_t i = 0; i < ARRAY_LENGTH(unknown); i++)
                if (str_starts(inside, unknown[i]))
                        return false;
        *ret_suffix = (Str){ 0 };
        for (size_t i = 0; i < ARRAY_LENGTH(known) && ret_suffix->length == 0; i++)
                if (str_starts(inside, known[i]))
                        *ret_suffix = known[i];
        return true;
}

bool import_headings_fit(const ImportMapping *mapping, const SheetRow *row) {
        for (uint32_t i = 0; i < mapping->column_count; i++)
                if (mapping->columns[i].field != NONE &&
                    (i >= row->count || !str_equal(str_trim(row->cells[i].text), mapping->columns[i].header)))
                        return false;
        return row->number == mapping->header_row;
}

/* Without spaces, stars, colons and what stands in brackets. */
static Str stripped(Str name, Arena *arena) {
        char *bytes = ARENA_NEW(arena, char, name.length + 1);
        size_t length = 0;
        bool inside = false;
        for (size_t at = 0; at < name.length;) {
                size_t from = at;
                uint32_t character = utf8_narrow(utf8_next(name, &at));
                bool open = character == '(' || character == '[' || character == 0x3010;
                bool close = character == ')' || character == ']' || character == 0x3011;
                if (!inside && !open && !close && character > ' ' && character != '*' && character != ':' && character != 0xA0) {
                        memcpy(bytes + length, name.data + from, at - from);
                        length += at - from;
                }
                inside = open || (inside && !close);
        }
        return (Str){ bytes, length };
}

static uint32_t field_by_name(const RecordTable *table, Str name) {
        return str_equal(name, table->key_name) ? IMPORT_KEY : table_field(table, name);
}

/* The field a heading was used for before; RC_MISSING: never. */
static Rc remembered(const Mapper *mapper, Str header, uint32_t *ret_field) {
        Statement *statement;
        Cell field;
        Cell parameters[] = { cell_text(mapper->city), cell_text(mapper->table->name), cell_text(header) };
        Rc rc = database_named(mapper->database, SQL_MAPPING_OF_HEADER, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, parameters, ARRAY_LENGTH(parameters), mapper->arena, &field);
        if (rc != RC_OK)
                return rc;
        *ret_field = str_equal(field.text, KEY_WORD) ? IMPORT_KEY : table_field(mapper->table, field.text);
        return *ret_field == NONE && field.text.length ? RC_MISSING : RC_OK;
}

static bool readable(const RecordTable *table, uint32_t field, Str header) {
        Str suffix;
        return field >= table->field_count || table->fields[field].kind != FIELD_NUMBER || import_magnitude(header, &suffix);
}

static Rc map_header(const Mapper *mapper, Str header, ImportColumn *ret_column) {
        ImportColumn column = { .header = header, .field = NONE };
        Rc rc = remembered(mapper, header, &column.field);
        if (rc == RC_OK)
                column.remembered = true;
        else if (rc != RC_MISSING)
                return rc;
        else {
                column.field = field_by_name(mapper->table, header);
                if (column.field == NONE)
                        column.field = field_by_name(mapper->table, stripped(header, mapper->arena));
        }
        if (!readable(mapper->table, column.field, header))
                column.field = NONE;
        *ret_column = column;
        return RC_OK;
}

/* A row as a row of headings; a field is taken once. */
static Rc map_row(const Mapper *mapper, const SheetRow *row, ImportColumn *columns, uint32_t *ret_fits) {
        uint32_t fits = 0;
        for (uint32_t i = 0; i < row->count; i++) {
                Str header = str_trim(row->cells[i].text);
                columns[i] = (ImportColumn){ .header = header, .field = NONE };
                if (row->cells[i].kind != SHEET_TEXT || header.length == 0 || header.length > HEADER_MAX)
                        continue;
                Rc rc = map_header(mapper, header, &columns[i]);
                if (rc != RC_OK)
                        return rc;
                for (uint32_t j = 0; j < i; j++)
                        if (columns[j].field == columns[i].field)
                                columns[i].field = NONE;
                fits += columns[i].field != NONE;
        }
        *ret_fits = fits;
        return RC_OK;
}

static bool look_at_row(void *context, const SheetRow *row) {
        Mapper *mapper = context;
        uint32_t fits = 0;
        if (row->number > HEADER_ROWS)
                return mapper->best_fits == 0;
        ImportColumn *columns = ARENA_NEW(mapper->arena, ImportColumn, row->count);
        mapper->rc = map_row(mapper, row, columns, &fits);
        if (mapper->rc == RC_OK && fits > mapper->best_fits) {
                for (uint32_t i = 0; i < row->count; i++)
                        columns[i].header = str_copy(mapper->arena, columns[i].header);
                mapper->best = (ImportMapping){
                        .table = mapper->table, .header_row = row->number, .columns = columns, .column_count = row->count
                };
                mapper->best_fits = fits;
        }
        return mapper->rc == RC_OK;
}

/* The key, else a number that is given to one person or firm only. */
static uint32_t choose_match(const ImportMapping *mapping) {
        uint32_t match = NONE;
        for (uint32_t i = 0; i < mapping->column_count; i++) {
                uint32_t field = mapping->columns[i].field;
                if (field == IMPORT_KEY)
                        return IMPORT_KEY;
                FactCheck check = field == NONE ? CHECK_NONE : mapping->table->fields[field].check;
                if (match == NONE && (check == CHECK_IDENTITY || check == CHECK_CREDIT_CODE))
                        match = field;
        }
        return match;
}

Rc import_map(Database *database, const Model *model, const RecordTable *table, Str city, Str bytes, Arena *arena,
              ImportMapping *ret_mapping, Str *ret_why) {
        (void) model;
        Mapper mapper = { .database = database, .table = table, .city = city, .arena = arena };
        Rc rc = sheet_read(bytes, look_at_row, &mapper, arena, ret_why);
        if (rc != RC_OK)
                return rc;
        if (mapper.rc != RC_OK) {
                *ret_why = database_fault_text(database_fault(database));
                return mapper.rc;
        }
        if (mapper.best_fits == 0) {
                *ret_why = str_format(arena, "没有找到表头：前 %u 行里没有一格是“%.*s”的字段名。可以先下载空白模板，照着它的表头填。", HEADER_ROWS,
                                      STR_ARG(table->name));
                return RC_INVALID;
        }
        mapper.best.match = choose_match(&mapper.best);
        *ret_mapping = mapper.best;
        return RC_OK;
}
