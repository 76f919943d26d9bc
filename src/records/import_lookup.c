/* Look-ups for an import, a few hundred at a time: rows that are there already, and partners by their names. */
#include "records/import_inside.h"

#define NUMBER_DIGITS_MIN 13u      /* fewer, and it may be a key */

typedef struct LookUp {
        Database  *database;
        Str        city;
        const Str *texts;
        uint32_t   count;
        void     (*take)(void *context, const Statement *statement);   /* each row */
        void      *context;
        Arena     *arena;
} LookUp;

/* How many texts a statement takes. SQLite has no way to go, but reads a table whole rather than look up hundreds of keys. */
static uint32_t texts_at_once(const Database *database) {
        return database_kind(database) == DATABASE_SQLITE ? 1 : IMPORT_CHUNK;
}

/* "$2, $3, …" */
static Str parameter_list(uint32_t count, Arena *arena) {
        Buffer list = buffer_new(RECORD_STATEMENT_MAX);
        for (uint32_t i = 0; i < count; i++)
                buffer_format(&list, "%s$%u", i ? ", " : "", i + 2);
        Str text = str_copy(arena, buffer_str(&list));
        buffer_free(&list);
        return text;
}

/* Runs a statement made with texts_at_once parameters for all texts; the last one fills up. */
static Rc look_up(const LookUp *wanted, Str sql) {
        uint32_t width = texts_at_once(wanted->database);
        Cell *cells = ARENA_NEW(wanted->arena, Cell, width + 1);
        Statement *statement;
        bool row = false;
        Rc rc = database_prepare(wanted->database, sql, &statement);
        cells[0] = cell_text(wanted->city);
        for (uint32_t from = 0; rc == RC_OK && from < wanted->count; from += width) {
                for (uint32_t i = 0; i < width; i++)
                        cells[i + 1] = cell_text(wanted->texts[from + i < wanted->count ? from + i : wanted->count - 1]);
                rc = statement_start(statement, cells, width + 1);
                while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                        wanted->take(wanted->context, statement);
                if (rc == RC_OK)
                        statement_end(statement);
        }
        return rc;
}

typedef struct Found {
        const RecordTable *table;
        Arena             *arena;
        Record            *records;
        uint32_t           count, capacity;
} Found;

static void take_record(void *context, const Statement *statement) {
        Found *found = context;
        record_read(statement, found->table, found->arena, ARENA_PUSH(found->arena, found->records, found->count, found->capacity));
}

Rc import_existing(Database *database, const Model *model, const RecordTable *table, Str city, const ImportKeys *keys, Arena *arena,
                   Record **ret_records, uint32_t *ret_count) {
        Found found = { .table = table, .arena = arena };
        LookUp wanted = { database, city, keys->texts, keys->count, take_record, &found, arena };
        Str name = keys->field == IMPORT_KEY ? STR("_key") : record_quoted(arena, table->fields[keys->field].name);
        Str list = parameter_list(texts_at_once(database), arena);
        Str sql = str_format(arena, "%.*s WHERE t._city = $1 AND t.%.*s IN (%.*s)", STR_ARG(record_select(arena, model, table)),
                             STR_ARG(name), STR_ARG(list));
        Rc rc = look_up(&wanted, sql);
        if (rc != RC_OK)
                return rc;
        *ret_records = found.records;
        *ret_count = found.count;
        return RC_OK;
}

Rc import_measure(Database *database, const RecordTable *table) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(1u << 16);
        return database_kind(database) == DATABASE_POSTGRES
                       ? database_script(database, str_format(arena, "ANALYZE %s", record_quoted(arena, table->name).data))
                       : RC_OK;
}

static void remember(LinkCache *cache, Arena *arena, Str name, LinkTarget target) {
        *ARENA_PUSH(arena, cache->targets, cache->count, cache->capacity) = target;
        map_set(cache->numbers, name, cache->count - 1);
}

typedef struct Naming {
        LinkCache *cache;
        Arena     *arena;
} Naming;

static void take_name(void *context, const Statement *statement) {
        const Naming *naming = context;
        bool once = statement_cell(statement, 2).integer == 1;
        remember(naming->cache, naming->arena, str_copy(naming->arena, statement_cell(statement, 0).text),
                 (LinkTarget){ once ? LINK_FOUND : LINK_AMBIGUOUS, statement_cell(statement, 1).integer });
}

/* "SELECT name, min(_id), count(*) … GROUP BY name": names that are there once are found, those there more often ambiguous. */
static Str naming_sql(const Database *database, const RecordTable *partner, Str column, Arena *arena) {
        Str list = parameter_list(texts_at_once(database), arena), table = record_quoted(arena, partner->name);
        return str_format(arena, "SELECT %.*s, min(_id), count(*) FROM %.*s WHERE _city = $1 AND %.*s IN (%.*s) GROUP BY %.*s",
                          STR_ARG(column), STR_ARG(table), STR_ARG(column), STR_ARG(list), STR_ARG(column));
}

/* The names that are not in the cache, each once. */
static uint32_t unknown_names(const LinkCache *cache, const Str *names, uint32_t count, Str *ret_unknown, Arena *scratch) {
        Map *seen = map_new(scratch);
        uint32_t unknown = 0, number;
        for (uint32_t i = 0; i < count; i++)
                if (!map_get(cache->numbers, names[i], &number) && map_add(seen, names[i], i))
                        ret_unknown[unknown++] = names[i];
        return unknown;
}

/* Key first, then numbers that belong to one only, then the title. */
static uint32_t name_columns(const RecordTable *partner, Str *columns, Arena *scratch) {
        uint32_t count = 0;
        columns[count++] = STR("_key");
        for (uint32_t i = 0; i < partner->field_count; i++)
                if (partner->fields[i].check == CHECK_IDENTITY || partner->fields[i].check == CHECK_CREDIT_CODE)
                        columns[count++] = record_quoted(scratch, partner->fields[i].name);
        if (partner->title != NONE && partner->fields[partner->title].check == CHECK_NONE)
                columns[count++] = record_quoted(scratch, partner->fields[partner->title].name);
        return count;
}

Rc import_resolve(Database *database, const RecordTable *partner, Str city, LinkCache *cache, const Str *names, uint32_t count,
                  Arena *arena, Arena *scratch) {
        Str *unknown = ARENA_NEW(scratch, Str, count + 1), *columns = ARENA_NEW(scratch, Str, partner->field_count + 2);
        uint32_t column_count = name_columns(partner, columns, scratch), left = unknown_names(cache, names, count, unknown, scratch);
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < column_count && left > 0; i++) {
                Naming naming = { cache, arena };
                LookUp wanted = { database, city, unknown, left, take_name, &naming, scratch };
                rc = look_up(&wanted, naming_sql(database, partner, columns[i], scratch));
                left = unknown_names(cache, names, count, unknown, scratch);
        }
        for (uint32_t i = 0; rc == RC_OK && i < left; i++)
                remember(cache, arena, str_copy(arena, unknown[i]), (LinkTarget){ LINK_MISSING, 0 });
        return rc;
}

static const RecordField *number_field(const RecordTable *table) {
        for (uint32_t i = 0; i < table->field_count; i++)
                if (table->fields[i].check == CHECK_IDENTITY || table->fields[i].check == CHECK_CREDIT_CODE)
                        return &table->fields[i];
        return NULL;
}

/* Digits, but for the last place or two: nobody is called that. */
static bool is_like_number(Str name) {
        size_t digits = 0;
        for (size_t i = 0; i < name.length; i++)
                digits += name.data[i] >= '0' && name.data[i] <= '9';
        return digits >= NUMBER_DIGITS_MIN && digits + 2 >= name.length;
}

Str import_no_partner(const Program *program, const RecordTable *partner, Str name, LinkState state, Arena *arena) {
        const RecordField *number = number_field(partner);
        Cell cell;
        Str why;
        if (state == LINK_AMBIGUOUS)
                return str_format(arena, "%.*s里不止一个叫这个名字，请改填%.*s%s%.*s。", STR_ARG(partner->name), STR_ARG(partner->key_name),
                                  number ? "或" : "", number ? (int) number->name.length : 0, number ? number->name.data : "");
        if (number && is_like_number(name) && !field_parse(program, number, name, arena, &cell, &why))
                return why;
        return str_format(arena, "%.*s里没有这一个；请核对写法，或先登记它。", STR_ARG(partner->name));
}
