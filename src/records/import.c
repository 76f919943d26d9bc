/* A sheet goes into a table: rows are read, a few hundred at a time are looked up, checked and saved, all in one transaction that
 * is committed at the end or not at all. */
#include "records/import_inside.h"

#include "database/named.h"

#include <string.h>

#define FAULTS_MAX 10000u
#define SHOWN_MAX 120u             /* bytes of a cell that a fault shows */
#define MEASURE_FIRST 1000u        /* new rows after which the database looks at the table's size, and again when it has grown so often */
#define MEASURE_GROWTH 4u
#define LONG_ARENA ((size_t) 2 << 30)
#define CHUNK_ARENA ((size_t) 1 << 30)

typedef struct PendingRow {
        Str          sheet;
        uint32_t     sheet_number, number;
        Record       record;             /* what the sheet says */
        bool        *given;              /* by field */
        Str         *texts;              /* by column, as the sheet has them */
        Str         *links;              /* by field: the partner's name, else empty */
        Str          match;              /* what tells it apart; empty: nothing does */
        uint32_t     match_field;        /* IMPORT_KEY or the field */
        ImportFault *faults;
        uint32_t     fault_count, fault_capacity;
} PendingRow;

typedef struct SeenRow {
        Str      sheet;
        uint32_t number;
} SeenRow;

typedef struct Importer {
        Database            *database;
        const Model         *model;
        const RecordTable   *table;
        const ImportMapping *mapping;
        const ImportOptions *options;
        Change               change;
        Arena               *report_arena, *arena, *chunk_arena;   /* of the caller, of the import, of a chunk */
        uint32_t            *column_of;      /* by field, or NONE */
        uint32_t             key_column;
        Str                 *magnitudes;     /* by column */
        LinkCache           *caches;         /* by field */
        Map                 *seen;           /* what told rows apart → index into seen_rows */
        SeenRow             *seen_rows;
        uint32_t             seen_count, seen_capacity;
        Str                  sheet;
        uint32_t             sheet_number;
        bool                 sheet_fits, sheet_told;
        bool                 counting;       /* rows are only counted, for the watch */
        uint64_t             counted;
        PendingRow          *rows;           /* of the chunk */
        uint32_t             row_count;
        uint64_t             measured_next;
        ImportReport         report;
        Rc                   rc;
} Importer;

/* ---- faults ------------------------------------------------------------------------------------------------- */

/* `column` counts from 0; NONE is the whole row. */
static void add_fault(Importer *importer, PendingRow *row, uint32_t column, Str message) {
        bool cell = column != NONE;
        *ARENA_PUSH(importer->chunk_arena, row->faults, row->fault_count, row->fault_capacity) = (ImportFault){
                .sheet = row->sheet, .row = row->number, .column = cell ? column + 1 : 0,
                .header = cell ? importer->mapping->columns[column].header : (Str){ 0 }, .text = cell ? row->texts[column] : (Str){ 0 },
                .message = message,
        };
}

/* As much of a text as a fault shows, whole characters. */
static Str shown(Str text) {
        size_t end = text.length < SHOWN_MAX ? text.length : SHOWN_MAX;
        while (end < text.length && end > 0 && ((unsigned char) text.data[end] & 0xC0) == 0x80)
                end--;
        return str_slice(text, 0, end);
}

static void keep_faults(Importer *importer, const PendingRow *row) {
        ImportReport *report = &importer->report;
        Arena *arena = importer->report_arena;
        report->refused += row->fault_count > 0;
        report->fault_total += row->fault_count;
        for (uint32_t i = 0; i < row->fault_count && report->fault_count < FAULTS_MAX; i++) {
                ImportFault fault = row->faults[i];
                fault.text = str_copy(arena, shown(fault.text));
                fault.message = str_copy(arena, fault.message);
                *ARENA_PUSH(arena, report->faults, report->fault_count, report->fault_capacity) = fault;
        }
}

/* ---- one row ------------------------------------------------------------------------------------------------ */

static void read_cell(Importer *importer, PendingRow *row, uint32_t column, const SheetCell *from) {
        uint32_t number = importer->mapping->columns[column].field;
        Arena *arena = importer->chunk_arena;
        Str why, name;
        if (number == NONE || str_trim(from->text).length == 0)
                return;
        SheetCell cell = *from;
        cell.text = row->texts[column] = str_copy(arena, from->text);
        if (number == IMPORT_KEY || importer->table->fields[number].kind == FIELD_LINK) {
                if (!import_name(&cell, &name, &why))
                        add_fault(importer, row, column, why);
                else if (number == IMPORT_KEY)
                        row->record.key = name;
                else
                        row->links[number] = name;
        } else if (import_cell(importer->model->program, &importer->table->fields[number], &cell, importer->magnitudes[column], arena,
                               &row->record.cells[number], &why))
                row->given[number] = true;
        else
                add_fault(importer, row, column, why);
}

/* What tells the row apart; a second row with the same is a fault. */
static void find_match(Importer *importer, PendingRow *row) {
        uint32_t match = importer->mapping->match;
        if (row->record.key.length) {
                row->match = row->record.key;
                row->match_field = IMPORT_KEY;
        } else if (match < importer->table->field_count && row->record.cells[match].kind == CELL_TEXT) {
                row->match = row->record.cells[match].text;
                row->match_field = match;
        } else
                return;
        uint32_t column = row->match_field == IMPORT_KEY ? importer->key_column : importer->column_of[match], first;
        Str mark = str_format(importer->arena, "%c%.*s", row->match_field == IMPORT_KEY ? 'k' : 'f', STR_ARG(row->match));
        if (map_get(importer->seen, mark, &first)) {
                const SeenRow *seen = &importer->seen_rows[first];
                bool other = !str_equal(seen->sheet, row->sheet);
                add_fault(importer, row, column,
                          str_format(importer->chunk_arena, "和%s%.*s%s第 %u 行重复了，请只留一行。", other ? "工作表“" : "",
                                     other ? (int) seen->sheet.length : 0, seen->sheet.data, other ? "”" : "", seen->number));
                return;
        }
        *ARENA_PUSH(importer->arena, importer->seen_rows, importer->seen_count, importer->seen_capacity) =
                (SeenRow){ row->sheet, row->number };
        map_set(importer->seen, mark, importer->seen_count - 1);
}

static void read_row(Importer *importer, const SheetRow *from) {
        uint32_t fields = importer->table->field_count, columns = importer->mapping->column_count;
        Arena *arena = importer->chunk_arena;
        PendingRow *row = &importer->rows[importer->row_count++];
        *row = (PendingRow){
                .sheet = importer->sheet, .sheet_number = from->sheet_number, .number = from->number,
                .record = { .cells = ARENA_NEW(arena, Cell, fields) }, .given = ARENA_NEW(arena, bool, fields),
                .texts = ARENA_NEW(arena, Str, columns), .links = ARENA_NEW(arena, Str, fields),
        };
        for (uint32_t i = 0; i < columns && i < from->count; i++)
                read_cell(importer, row, i, &from->cells[i]);
        find_match(importer, row);
}

/* ---- a chunk: links, rows that are there, checks, saving --------------------------------------------------- */

static Rc resolve_links(Importer *importer, uint32_t number) {
        const RecordField *field = &importer->table->fields[number];
        const RecordTable *partner = &importer->model->tables[importer->model->table_of[field->partner]];
        LinkCache *cache = &importer->caches[number];
        Str names[IMPORT_CHUNK];
        uint32_t count = 0;
        for (uint32_t i = 0; i < importer->row_count; i++)
                if (importer->rows[i].links[number].length)
                        names[count++] = importer->rows[i].links[number];
        Rc rc = import_resolve(importer->database, partner, importer->change.city, cache, names, count, importer->arena,
                               importer->chunk_arena);
        for (uint32_t i = 0; rc == RC_OK && i < importer->row_count; i++) {
                PendingRow *row = &importer->rows[i];
                uint32_t target;
                if (row->links[number].length == 0)
                        continue;
                MUST(map_get(cache->numbers, row->links[number], &target));
                const LinkTarget *found = &cache->targets[target];
                if (found->state == LINK_FOUND) {
                        row->record.cells[number] = cell_integer(found->id);
                        row->given[number] = true;
                } else
                        add_fault(importer, row, importer->column_of[number],
                                  import_no_partner(importer->model->program, partner, row->links[number], found->state,
                                                    importer->chunk_arena));
        }
        return rc;
}

/* Old records by what the rows of the chunk match them with; a number that two records have tells nothing apart. */
static Rc find_existing(Importer *importer, uint32_t field, Map *found, Record **ret_records) {
        ImportKeys *wanted = ARENA_NEW(importer->chunk_arena, ImportKeys, 1);
        uint32_t record_count = 0, other;
        Record *records = NULL;
        wanted->field = field;
        for (uint32_t i = 0; i < importer->row_count; i++)
                if (importer->rows[i].match.length && importer->rows[i].match_field == field)
                        wanted->texts[wanted->count++] = importer->rows[i].match;
        if (wanted->count == 0)
                return RC_OK;
        Rc rc = import_existing(importer->database, importer->model, importer->table, importer->change.city, wanted, importer->chunk_arena,
                                &records, &record_count);
        if (rc != RC_OK)
                return rc;
        for (uint32_t i = 0; i < record_count; i++) {
                Str text = field == IMPORT_KEY ? records[i].key : records[i].cells[field].text;
                map_set(found, text, map_get(found, text, &other) ? NONE : i);
        }
        *ret_records = records;
        return RC_OK;
}

/* The message of the checker at the column it belongs to. */
static void check_row(Importer *importer, PendingRow *row, const Record *record) {
        FieldFaults faults = { 0 };
        if (record_check(importer->model, importer->table, record, importer->chunk_arena, &faults))
                return;
        for (uint32_t i = 0; i < faults.count; i++) {
                uint32_t column = faults.items[i].field == NONE ? importer->key_column : importer->column_of[faults.items[i].field];
                bool told = false;
                for (uint32_t j = 0; j < row->fault_count; j++)
                        told = told || (column != NONE && row->faults[j].column == column + 1);
                if (!told)
                        add_fault(importer, row, column, faults.items[i].message);
        }
}

static bool saving(const Importer *importer) {
        return !importer->options->dry && (importer->options->partial || importer->report.fault_total == 0);
}

/* What a row makes of the record that it is about; false when nothing is to be saved. */
static bool merge_row(Importer *importer, PendingRow *row, const Record *old, RecordUpdate *update) {
        Record merged = *old;
        bool changed = false;
        merged.cells = ARENA_NEW(importer->chunk_arena, Cell, importer->table->field_count);
        for (uint32_t i = 0; i < importer->table->field_count; i++) {
                merged.cells[i] = row->given[i] ? row->record.cells[i] : old->cells[i];
                changed = changed || !cell_equal(merged.cells[i], old->cells[i]);
        }
        check_row(importer, row, &merged);
        if (row->fault_count)
                return false;
        importer->report.updated += changed;
        importer->report.unchanged += !changed;
        *update = (RecordUpdate){ .before = *old, .after = merged };
        return changed;
}

static Rc save_rows(Importer *importer, const Map *keys, const Record *by_key, const Map *numbers, const Record *by_number) {
        Record *created = ARENA_NEW(importer->chunk_arena, Record, importer->row_count);
        RecordUpdate *updates = ARENA_NEW(importer->chunk_arena, RecordUpdate, importer->row_count);
        uint32_t count = 0, update_count = 0, place, failed;
        for (uint32_t i = 0; i < importer->row_count; i++) {
                PendingRow *row = &importer->rows[i];
                bool keyed = row->match_field == IMPORT_KEY;
                bool there = row->match.length && map_get(keyed ? keys : numbers, row->match, &place);
                if (there && place == NONE)
                        add_fault(importer, row, importer->column_of[row->match_field], STR("库里不止一条有这个号码，分不清是哪一条；请先合并它们，或加上编号一列。"));
                else if (there) {
                        const Record *old = keyed ? by_key : by_number;
                        MUST(old != NULL);
                        update_count += merge_row(importer, row, old + place, &updates[update_count]);
                } else {
                        check_row(importer, row, &row->record);
                        if (row->fault_count == 0)
                                created[count++] = row->record;
                }
                keep_faults(importer, row);
        }
        importer->report.created += count;
        Rc rc = RC_OK;
        if (saving(importer))
                rc = record_update_many(importer->database, importer->model, importer->table, &importer->change, updates, update_count,
                                        importer->chunk_arena);
        if (rc != RC_OK || count == 0 || !saving(importer))
                return rc;
        int64_t id = record_new_ids(count);
        for (uint32_t i = 0; i < count; i++)
                created[i].id = id + i;
        rc = record_insert_many(importer->database, importer->table, &importer->change, created, count, &failed);
        if (rc == RC_OK && importer->report.created > importer->measured_next) {
                importer->measured_next = importer->report.created * MEASURE_GROWTH;
                rc = import_measure(importer->database, importer->table);
        }
        return rc;
}

static Rc flush(Importer *importer) {
        Rc rc = RC_OK;
        Map *keys = map_new(importer->chunk_arena), *numbers = map_new(importer->chunk_arena);
        Record *by_key = NULL, *by_number = NULL;
        for (uint32_t i = 0; rc == RC_OK && i < importer->table->field_count; i++)
                if (importer->table->fields[i].kind == FIELD_LINK && importer->column_of[i] != NONE)
                        rc = resolve_links(importer, i);
        if (rc == RC_OK)
                rc = find_existing(importer, IMPORT_KEY, keys, &by_key);
        if (rc == RC_OK && importer->mapping->match < importer->table->field_count)
                rc = find_existing(importer, importer->mapping->match, numbers, &by_number);
        if (rc == RC_OK)
                rc = save_rows(importer, keys, by_key, numbers, by_number);
        importer->report.rows += importer->row_count;
        importer->row_count = 0;
        arena_reset(importer->chunk_arena);
        importer->rows = ARENA_NEW(importer->chunk_arena, PendingRow, IMPORT_CHUNK);
        watch_set(importer->options->watch, importer->report.rows, importer->report.fault_total);
        return rc == RC_OK && watch_stopped(importer->options->watch) ? RC_DENIED : rc;
}

/* ---- the sheet ----------------------------------------------------------------------------------------------- */

static void enter_sheet(Importer *importer, const SheetRow *row) {
        importer->sheet = str_copy(importer->report_arena, row->sheet);
        importer->sheet_number = row->sheet_number;
        importer->sheet_fits = importer->sheet_told = false;
}

static void skip_sheet(Importer *importer) {
        Str *skipped = &importer->report.skipped;
        if (!importer->sheet_told)
                *skipped = skipped->length ? str_format(importer->report_arena, "%.*s、%.*s", STR_ARG(*skipped), STR_ARG(importer->sheet))
                                           : importer->sheet;
        importer->sheet_told = true;
}

static bool take_row(void *context, const SheetRow *row) {
        Importer *importer = context;
        if (row->sheet_number != importer->sheet_number)
                enter_sheet(importer, row);
        if (row->number <= importer->mapping->header_row) {
                importer->sheet_fits = import_headings_fit(importer->mapping, row);
                return true;
        }
        if (!importer->sheet_fits) {
                skip_sheet(importer);
                return true;
        }
        uint32_t filled = 0;
        for (uint32_t i = 0; i < row->count && i < importer->mapping->column_count; i++)
                filled += importer->mapping->columns[i].field != NONE && str_trim(row->cells[i].text).length > 0;
        if (filled == 0)
                return true;
        if (importer->counting) {
                importer->rc = ++importer->counted % IMPORT_CHUNK == 0 && watch_stopped(importer->options->watch) ? RC_DENIED : RC_OK;
                return importer->rc == RC_OK;
        }
        read_row(importer, row);
        if (importer->row_count == IMPORT_CHUNK)
                importer->rc = flush(importer);
        return importer->rc == RC_OK;
}

/* ---- the batch ------------------------------------------------------------------------------------------------ */

static Rc open_batch(const Importer *importer) {
        Statement *statement;
        const Change *change = &importer->change;
        Cell cells[] = { cell_text(change->city),
                         cell_integer(change->batch),
                         cell_text(importer->table->name),
                         cell_text(importer->options->file_name),
                         cell_integer(change->at),
                         cell_text(change->actor),
                         cell_integer(0),
                         cell_integer(0),
                         cell_integer(0) };
        Rc rc = database_named(importer->database, SQL_BATCH_ADD, &statement);
        return rc == RC_OK ? statement_run(statement, cells, ARRAY_LENGTH(cells), NULL) : rc;
}

static Rc remember_mapping(const Importer *importer) {
        Statement *statement;
        Rc rc = database_named(importer->database, SQL_MAPPING_REMEMBER, &statement);
        for (uint32_t i = 0; rc == RC_OK && i < importer->mapping->column_count; i++) {
                const ImportColumn *column = &importer->mapping->columns[i];
                Str name = column->field == IMPORT_KEY ? STR("_key")
                           : column->field == NONE     ? (Str){ "", 0 }
                                                       : importer->table->fields[column->field].name;
                /* left out: only if it was somebody's choice, so that a field that comes later finds its column */
                bool known = table_field(importer->table, column->header) != NONE || column->remembered;
                Cell cells[] = { cell_text(importer->change.city), cell_text(importer->table->name), cell_text(column->header),
                                 cell_text(name) };
                if (column->header.length && (column->field != NONE || known))
                        rc = statement_run(statement, cells, ARRAY_LENGTH(cells), NULL);
        }
        return rc;
}

static Rc close_batch(const Importer *importer) {
        Statement *statement;
        const ImportReport *report = &importer->report;
        Cell cells[] = { cell_text(importer->change.city), cell_integer(importer->change.batch), cell_integer((int64_t) report->created),
                         cell_integer((int64_t) report->updated), cell_integer((int64_t) report->refused) };
        Rc rc = database_named(importer->database, SQL_BATCH_COUNT, &statement);
        if (rc == RC_OK)
                rc = statement_run(statement, cells, ARRAY_LENGTH(cells), NULL);
        return rc == RC_OK ? remember_mapping(importer) : rc;
}

/* Tells the watch how many rows there are: the sheet is read once for that alone. What is wrong with it the reading tells. */
static void count_rows(Importer *importer, Str bytes) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(LONG_ARENA);
        Str why;
        importer->counting = true;
        if (sheet_read(bytes, take_row, importer, arena, &why) == RC_OK && importer->rc == RC_OK)
                atomic_store(&importer->options->watch->total, importer->counted);
        importer->counting = false;
        importer->sheet_number = 0;
        importer->report.skipped = (Str){ 0 };
}

/* Reads the whole sheet; the transaction is open. */
static Rc read_all(Importer *importer, Str bytes, Str *ret_why) {
        Rc rc = importer->options->dry ? RC_OK : open_batch(importer);
        if (rc == RC_OK)
                rc = sheet_read(bytes, take_row, importer, importer->report_arena, ret_why);
        else
                importer->rc = rc;
        if (rc == RC_OK && importer->rc == RC_OK && importer->row_count)
                importer->rc = flush(importer);
        if (rc == RC_OK && importer->rc == RC_OK && saving(importer))
                importer->rc = close_batch(importer);
        if (rc == RC_OK && importer->rc == RC_OK && watch_stopped(importer->options->watch))
                importer->rc = RC_DENIED;
        if (importer->rc != RC_OK)
                *ret_why = importer->rc == RC_DENIED ? STR("停下了") : database_fault_text(database_fault(importer->database));
        return importer->rc != RC_OK ? importer->rc : rc;
}

/* Fields by column, each at most once. */
static bool prepare(Importer *importer, Str *ret_why) {
        const ImportMapping *mapping = importer->mapping;
        uint32_t fields = importer->table->field_count;
        importer->column_of = ARENA_NEW(importer->arena, uint32_t, fields);
        importer->magnitudes = ARENA_NEW(importer->arena, Str, mapping->column_count);
        importer->caches = ARENA_NEW(importer->arena, LinkCache, fields);
        importer->seen = map_new(importer->arena);
        importer->rows = ARENA_NEW(importer->chunk_arena, PendingRow, IMPORT_CHUNK);
        importer->key_column = NONE;
        for (uint32_t i = 0; i < fields; i++) {
                importer->column_of[i] = NONE;
                importer->caches[i].numbers = map_new(importer->arena);
        }
        for (uint32_t i = 0; i < mapping->column_count; i++) {
                const ImportColumn *column = &mapping->columns[i];
                if (column->field == NONE)
                        continue;
                MUST(column->field == IMPORT_KEY || column->field < fields);
                uint32_t *place = column->field == IMPORT_KEY ? &importer->key_column : &importer->column_of[column->field];
                bool number = column->field != IMPORT_KEY && importer->table->fields[column->field].kind == FIELD_NUMBER;
                if (*place != NONE || (number && !import_magnitude(column->header, &importer->magnitudes[i]))) {
                        *ret_why = *place != NONE ? str_format(importer->report_arena, "“%.*s”和另一列对应了同一个字段，请只留一列。", STR_ARG(column->header))
                                                  : str_format(importer->report_arena, "“%.*s”的单位读不了，请把数换算成元或万元。", STR_ARG(column->header));
                        return false;
                }
                *place = i;
        }
        return true;
}

Rc import_run(Database *database, const Model *model, Str bytes, const ImportOptions *options, Arena *arena, ImportReport *ret_report,
              Str *ret_why) {
        Arena *own CLEAN(arena_cleanup) = arena_new(LONG_ARENA), *chunk CLEAN(arena_cleanup) = arena_new(CHUNK_ARENA);
        Importer importer = {
                .database = database, .model = model, .table = options->mapping->table, .mapping = options->mapping, .options = options,
                .change = options->change, .report_arena = arena, .arena = own, .chunk_arena = chunk, .measured_next = MEASURE_FIRST,
        };
        if (importer.change.batch == 0)
                importer.change.batch = record_new_ids(1);
        if (!prepare(&importer, ret_why))
                return RC_INVALID;
        if (options->watch && options->count)
                count_rows(&importer, bytes);
        if (importer.rc != RC_OK) {
                *ret_why = STR("停下了");
                return importer.rc;
        }
        Rc rc = database_begin(database, !options->dry);
        if (rc != RC_OK) {
                *ret_why = database_fault_text(database_fault(database));
                return rc;
        }
        rc = read_all(&importer, bytes, ret_why);
        bool keep = rc == RC_OK && saving(&importer) && importer.report.created + importer.report.updated > 0;
        if (keep) {
                rc = record_changed(database, importer.change.city, importer.table);
                if (rc == RC_OK)
                        rc = database_commit(database);
                importer.report.batch = importer.change.batch;
                if (rc != RC_OK)
                        *ret_why = database_fault_text(database_fault(database));
        }
        if (!keep || rc != RC_OK)
                database_rollback(database);
        if (rc == RC_OK)
                *ret_report = importer.report;
        return rc;
}
