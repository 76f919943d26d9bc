/* Collecting and printing what is wrong. Examples never show a number that could identify a person. */
#include "engine/load_table.h"

#include "base/json.h"
#include "base/utf8.h"

#include <string.h>

#define SHOWN_CHARACTERS 40
#define MASK_DIGITS 7            /* a run of so many digits is masked: phones have 11, identity numbers 15 or 18 */
#define MASK_SHOWN_FIRST 3
#define MASK_SHOWN_LAST 2
#define NAMES_SHOWN 8            /* of columns, examples and rows in the printed report; the JSON has all */
#define FINDS_SHOWN 5
#define ROWS_SHOWN 10

static const struct {
        const char *code, *text;
        bool        problem;
} faults[LOAD_FAULT_TOTAL] = {
        [LOAD_FINE] = { "fine", "", false },
#define LOAD_FAULT_ROW(id, code, problem, text) [LOAD_##id] = { code, text, problem },
        LOAD_FAULTS(LOAD_FAULT_ROW)
#undef LOAD_FAULT_ROW
};

const char *load_fault_code(LoadFault fault) {
        return faults[fault].code;
}

const char *load_fault_text(LoadFault fault) {
        return faults[fault].text;
}

bool load_fault_is_problem(LoadFault fault) {
        return faults[fault].problem;
}

static bool is_digit(char byte) {
        return byte >= '0' && byte <= '9';
}

/* A short, harmless copy: no control characters, no broken bytes, long numbers masked. */
static Str shown_value(Arena *arena, Str value) {
        Str part = str_slice(value, 0, (size_t) SHOWN_CHARACTERS * 4);
        char *out = ARENA_NEW(arena, char, part.length * 3 + 4);
        size_t length = 0, run = 0, characters = 0, at = 0;
        while (at < part.length && characters++ < SHOWN_CHARACTERS) {
                uint32_t character = utf8_next(part, &at);
                size_t bytes = 0;
                run = character < 0x80 && is_digit((char) character) ? run + 1 : 0;
                utf8_encode(character < 0x20 || character == 0x7F ? 0xFFFD : character, out + length, &bytes);
                length += bytes;
                bool ends = at >= part.length || !is_digit(part.data[at]) || characters == SHOWN_CHARACTERS;
                if (ends && run >= MASK_DIGITS)
                        memset(out + length - run + MASK_SHOWN_FIRST, '*', run - MASK_SHOWN_FIRST - MASK_SHOWN_LAST);
        }
        if (at < value.length) {
                const Str more = STR("…");
                memcpy(out + length, more.data, more.length);
                length += more.length;
        }
        return (Str){ out, length };
}

void load_tally_add(LoadTally *tally, Arena *arena, LoadFault fault, uint64_t row, Str value) {
        tally->counts[fault]++;
        if (tally->find_count >= tally->find_max)
                return;
        if (tally->finds == NULL)
                tally->finds = ARENA_NEW(arena, LoadFind, tally->find_max);
        tally->finds[tally->find_count++] =
                (LoadFind){ .fault = fault, .row = row, .value = shown_value(arena, value) };
}

LoadColumn *load_report_column(Load *load, uint32_t file, Str name) {
        LoadReport *report = load->report;
        for (uint32_t i = 0; i < report->column_count; i++)
                if (report->columns[i].file == file && str_equal(report->columns[i].name, name))
                        return &report->columns[i];
        LoadColumn *column = ARENA_PUSH(load->arena, report->columns, report->column_count, report->column_capacity);
        *column = (LoadColumn){ .file = file, .name = str_copy(load->arena, name),
                                .finds = ARENA_NEW(load->arena, LoadFind, load->options.finds) };
        return column;
}

void load_report_merge(Load *load, LoadColumn *column, const LoadTally *tally) {
        column->unknown += tally->unknown;
        for (int fault = 0; fault < LOAD_FAULT_TOTAL; fault++) {
                column->counts[fault] += tally->counts[fault];
                load->report->counts[fault] += tally->counts[fault];
                if (load_fault_is_problem((LoadFault) fault))
                        load->report->problems += tally->counts[fault];
        }
        for (uint32_t i = 0; i < tally->find_count && column->find_count < load->options.finds; i++) {
                column->finds[column->find_count] = tally->finds[i];
                column->finds[column->find_count++].value = str_copy(load->arena, tally->finds[i].value);
        }
}

void load_report_add(Load *load, uint32_t file, Str column, LoadFault fault, uint64_t row, Str value) {
        LoadTally tally = { .find_max = 1 };
        load_tally_add(&tally, load->arena, fault, row, value);
        load_report_merge(load, load_report_column(load, file, column), &tally);
}

/* ---- printing ----------------------------------------------------------------------------------------- */

/* Whether the fault is told once for all columns of a file. */
static bool told_together(LoadFault fault) {
        return fault == LOAD_COLUMN_MISSING || fault == LOAD_COLUMN_EXTRA;
}

static Str name_of(const LoadReport *report, const LoadColumn *column) {
        return report->files[column->file].name;
}

/* "提示 人.csv：没有这一列，全部按未知处理：甲、乙 … 共 40 列". */
static void print_together(const LoadReport *report, uint32_t file, LoadFault fault, Buffer *out) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < report->column_count; i++) {
                const LoadColumn *column = &report->columns[i];
                if (column->file != file || column->counts[fault] == 0)
                        continue;
                if (count == 0)
                        buffer_format(out, "提示 %.*s：%s：", STR_ARG(name_of(report, column)), load_fault_text(fault));
                if (count < NAMES_SHOWN)
                        buffer_format(out, "%s%.*s", count > 0 ? "、" : "", STR_ARG(column->name));
                count++;
        }
        if (count > NAMES_SHOWN)
                buffer_format(out, " … 共 %u 列", count);
        if (count > 0)
                buffer_byte(out, '\n');
}

/* Where it is: rows with their values a line each, rows without one together. */
static void print_finds(const LoadColumn *column, LoadFault fault, Buffer *out) {
        uint32_t values = 0, rows = 0;
        for (uint32_t i = 0; i < column->find_count; i++) {
                const LoadFind *find = &column->finds[i];
                if (find->fault == fault && find->row > 0 && find->value.length > 0 && values++ < FINDS_SHOWN)
                        buffer_format(out, "    第 %llu 行：%.*s\n", (unsigned long long) find->row, STR_ARG(find->value));
        }
        for (uint32_t i = 0; i < column->find_count; i++) {
                const LoadFind *find = &column->finds[i];
                if (find->fault == fault && find->row > 0 && find->value.length == 0 && rows++ < ROWS_SHOWN)
                        buffer_format(out, "%s %llu", rows == 1 ? "    第" : "、", (unsigned long long) find->row);
        }
        if (rows > 0)
                buffer_add(out, rows < column->counts[fault] ? STR(" … 行\n") : STR(" 行\n"));
}

static void print_column(const LoadReport *report, const LoadColumn *column, Buffer *out) {
        for (LoadFault fault = LOAD_FINE + 1; fault < LOAD_FAULT_TOTAL; fault++) {
                if (column->counts[fault] == 0 || told_together(fault))
                        continue;
                buffer_format(out, "%s %.*s", load_fault_is_problem(fault) ? "问题" : "提示",
                              STR_ARG(name_of(report, column)));
                if (column->name.length > 0)
                        buffer_format(out, "「%.*s」", STR_ARG(column->name));
                buffer_format(out, "：%s", load_fault_text(fault));
                if (column->counts[fault] > 1)
                        buffer_format(out, "，%llu 处", (unsigned long long) column->counts[fault]);
                buffer_byte(out, '\n');
                print_finds(column, fault, out);
        }
}

void load_report_print(const LoadReport *report, Buffer *out) {
        for (uint32_t i = 0; i < report->file_count; i++)
                if (report->files[i].read)
                        buffer_format(out, "%.*s：%u 行%s\n", STR_ARG(report->files[i].name), report->files[i].rows,
                                      report->files[i].gb18030 ? "（GB18030）" : "");
        for (uint32_t i = 0; i < report->file_count; i++) {
                print_together(report, i, LOAD_COLUMN_MISSING, out);
                print_together(report, i, LOAD_COLUMN_EXTRA, out);
        }
        for (uint32_t i = 0; i < report->column_count; i++)
                print_column(report, &report->columns[i], out);
        buffer_format(out, "共 %llu 处问题\n", (unsigned long long) report->problems);
}

static void json_find(Json *json, const LoadFind *find) {
        json_open_object(json);
        json_key(json, "fault");
        json_text(json, str_from(load_fault_code(find->fault)));
        json_key(json, "row");
        json_int(json, (int64_t) find->row);
        json_key(json, "value");
        json_text(json, find->value);
        json_end(json);
}

static void json_column(Json *json, const LoadReport *report, const LoadColumn *column) {
        json_open_object(json);
        json_key(json, "file");
        json_text(json, report->files[column->file].name);
        json_key(json, "column");
        json_text(json, column->name);
        json_key(json, "unknown");
        json_int(json, (int64_t) column->unknown);
        json_key(json, "counts");
        json_open_object(json);
        for (int fault = LOAD_FINE + 1; fault < LOAD_FAULT_TOTAL; fault++)
                if (column->counts[fault] > 0) {
                        json_key(json, load_fault_code((LoadFault) fault));
                        json_int(json, (int64_t) column->counts[fault]);
                }
        json_end(json);
        json_key(json, "finds");
        json_open_array(json);
        for (uint32_t i = 0; i < column->find_count; i++)
                json_find(json, &column->finds[i]);
        json_end(json);
        json_end(json);
}

void load_report_json(const LoadReport *report, Buffer *out) {
        Json json = json_begin(out);
        json_open_object(&json);
        json_key(&json, "files");
        json_open_array(&json);
        for (uint32_t i = 0; i < report->file_count; i++) {
                const LoadFile *file = &report->files[i];
                json_open_object(&json);
                json_key(&json, "name");
                json_text(&json, file->name);
                json_key(&json, "read");
                json_bool(&json, file->read);
                json_key(&json, "gb18030");
                json_bool(&json, file->gb18030);
                json_key(&json, "bytes");
                json_int(&json, (int64_t) file->bytes);
                json_key(&json, "rows");
                json_int(&json, file->rows);
                json_end(&json);
        }
        json_end(&json);
        json_key(&json, "columns");
        json_open_array(&json);
        for (uint32_t i = 0; i < report->column_count; i++)
                json_column(&json, report, &report->columns[i]);
        json_end(&json);
        json_key(&json, "problems");
        json_int(&json, (int64_t) report->problems);
        json_end(&json);
}
