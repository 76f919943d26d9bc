/* Every step reads the sheet again and takes the mapping from its form: nothing is kept but the file itself, and what jobs found. */
#include "web/page/import_sheet.h"

#include "web/page/import_job.h"
#include "web/spool.h"

#define STEP_ARENA ((size_t) 1 << 30)
#define FAULTS_SHOWN 100
#define SAMPLES 3
#define SAMPLE_BYTES 60
#define KEY_VALUE "_key"
#define FILE_NAME_MAX 200
#define SHEET_GONE "刚才那张表已经不在了（已经导入，或放了一天以上），请重新选文件。"
#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* What a step works on. The arena is its own: a sheet may be large. */
typedef struct Work {
        Visit             *visit;
        const RecordTable *table;
        Arena             *arena;
        Str                token, file_name, bytes;
        ImportMapping      mapping;
} Work;

static void free_work(Work *work) {
        arena_free(work->arena);
}

static Rc show_start(Visit *visit, const RecordTable *table, uint16_t status, Str error) {
        ImportStart view = { .layout = layout_of(visit, str_format(visit->arena, "导入%.*s", STR_ARG(table->name)), SECTION_IMPORT),
                             .city = visit->city, .table = table, .form_key = visit->form_key, .error = error };
        view.layout.error = error.length > 0;
        visit->response->status = status;
        template_import_start(&visit->response->body, &view);
        return RC_OK;
}

/* ---- the mapping --------------------------------------------------------------------------------------- */

static Str value_of(const RecordTable *table, uint32_t field) {
        return field == NONE ? (Str){ 0 } : field == IMPORT_KEY ? STR(KEY_VALUE) : table->fields[field].name;
}

static bool field_of(const RecordTable *table, Str value, uint32_t *ret_field) {
        *ret_field = value.length == 0 ? NONE : str_equal(value, STR(KEY_VALUE)) ? IMPORT_KEY : table_field(table, value);
        return value.length == 0 || *ret_field != NONE;
}

static Str column_name(const Work *work, uint32_t column) {
        return str_format(work->visit->arena, "c%u", column);
}

/* What the form says of the columns stands over the guess. */
static Rc take_mapping(Work *work) {
        const FormFields *form = &work->visit->form;
        for (uint32_t i = 0; i < work->mapping.column_count; i++) {
                Str name = column_name(work, i);
                if (form_has(form, name) && !field_of(work->table, form_text(form, name), &work->mapping.columns[i].field))
                        return RC_INVALID;
        }
        if (form_has(form, STR("match")) && !field_of(work->table, form_text(form, STR("match")), &work->mapping.match))
                return RC_INVALID;
        return RC_OK;
}

/* The spooled sheet and its mapping. A step whose file is gone begins anew: *ret_done. */
static Rc open_work(Visit *visit, Work *work, bool *ret_done) {
        Str why;
        *work = (Work){ .visit = visit };
        *ret_done = true;
        Rc rc = record_visit(visit, ACTION_IMPORT, &work->table);
        if (rc != RC_OK)
                return rc;
        work->arena = arena_new(STEP_ARENA);
        work->token = form_text(&visit->form, STR("token"));
        work->file_name = form_text(&visit->form, STR("name"));
        rc = work->file_name.length > FILE_NAME_MAX ? RC_INVALID : spool_get(visit->city, work->token, SHEET_BYTES_MAX,
                                                                             work->arena, &work->bytes);
        if (rc == RC_MISSING)
                return show_start(visit, work->table, 422, STR(SHEET_GONE));
        if (rc == RC_OK)
                rc = import_map(visit->database, visit->city->model, work->table, visit->city->pack->name, work->bytes, work->arena,
                                &work->mapping, &why);
        if (rc == RC_OK)
                rc = take_mapping(work);
        *ret_done = rc != RC_OK;
        return rc;
}

/* ---- samples ------------------------------------------------------------------------------------------- */

typedef struct Sampler {
        Arena               *arena;
        const ImportMapping *mapping;
        Buffer              *texts;          /* by column */
        uint32_t             rows;
        bool                 inside;         /* behind the headings */
} Sampler;

static bool take_sample(void *context, const SheetRow *row) {
        Sampler *sampler = context;
        const ImportMapping *mapping = sampler->mapping;
        if (!sampler->inside) {
                sampler->inside = row->number == mapping->header_row && row->count &&
                                  str_equal(str_trim(row->cells[0].text), mapping->columns[0].header);
                return true;
        }
        for (uint32_t i = 0; i < row->count && i < mapping->column_count; i++) {
                Str text = str_trim(row->cells[i].text);
                if (text.length && text.length <= SAMPLE_BYTES)
                        buffer_format(&sampler->texts[i], "%s%.*s", sampler->texts[i].length ? "、" : "", STR_ARG(text));
        }
        return ++sampler->rows < SAMPLES;
}

static Rc fill_samples(Work *work, Str *samples) {
        uint32_t count = work->mapping.column_count;
        Str why;
        Sampler sampler = { .arena = work->arena, .mapping = &work->mapping, .texts = ARENA_NEW(work->arena, Buffer, count) };
        for (uint32_t i = 0; i < count; i++)
                sampler.texts[i] = buffer_new(SAMPLES * (SAMPLE_BYTES + 4));
        Rc rc = sheet_read(work->bytes, take_sample, &sampler, work->arena, &why);
        for (uint32_t i = 0; i < count; i++) {
                samples[i] = str_copy(work->visit->arena, buffer_str(&sampler.texts[i]));
                buffer_free(&sampler.texts[i]);
        }
        return rc;
}

/* ---- pages of the steps -------------------------------------------------------------------------------- */

static void fill_matches(const Work *work, ImportStep *step) {
        const RecordTable *table = work->table;
        step->matches = ARENA_NEW(work->visit->arena, uint32_t, table->field_count + 1);
        step->matches[step->match_count++] = IMPORT_KEY;
        for (uint32_t i = 0; i < table->field_count; i++)
                if (table->fields[i].check == CHECK_IDENTITY || table->fields[i].check == CHECK_CREDIT_CODE)
                        step->matches[step->match_count++] = i;
}

static ImportStep step_of(const Work *work, const Str *samples) {
        Visit *visit = work->visit;
        const ImportMapping *mapping = &work->mapping;
        ImportStep step = {
                .layout = layout_of(visit, str_format(visit->arena, "导入%.*s", STR_ARG(work->table->name)), SECTION_IMPORT),
                .city = visit->city, .table = work->table, .form_key = visit->form_key, .token = work->token, .file_name = work->file_name,
                .match = value_of(work->table, mapping->match), .header_row = mapping->header_row,
                .columns = ARENA_NEW(visit->arena, ImportColumnItem, mapping->column_count),
        };
        for (uint32_t i = 0; i < mapping->column_count; i++) {
                const ImportColumn *column = &mapping->columns[i];
                bool reason = str_equal(column->header, STR(IMPORT_REASON)) && column->field == NONE;
                step.returned = step.returned || reason;
                if (column->header.length == 0 || reason)
                        continue;
                step.used_count += column->field != NONE;
                step.columns[step.column_count++] = (ImportColumnItem){
                        .name = column_name(work, i), .header = column->header, .field = column->field,
                        .value = value_of(work->table, column->field), .remembered = column->remembered,
                        .samples = samples ? samples[i] : (Str){ 0 },
                };
        }
        step.layout.back = str_format(visit->arena, "/o/%.*s/import", STR_ARG(visit->city->pack->name));
        fill_matches(work, &step);
        return step;
}

static Rc show_map(Work *work, uint16_t status, Str error) {
        Str *samples = ARENA_NEW(work->visit->arena, Str, work->mapping.column_count);
        Rc rc = fill_samples(work, samples);
        if (rc != RC_OK)
                return rc;
        ImportStep step = step_of(work, samples);
        step.error = error;
        step.layout.error = error.length > 0;
        work->visit->response->status = status;
        template_import_map(&work->visit->response->body, &step);
        return RC_OK;
}

static Work work_of(Visit *visit, const Job *job) {
        const JobOrder *order = &job->order;
        return (Work){ .visit = visit, .table = order->mapping.table, .token = order->token, .file_name = order->file_name,
                       .mapping = order->mapping };
}

ImportStep import_step_of(Visit *visit, const Job *job) {
        Work work = work_of(visit, job);
        return step_of(&work, NULL);
}

Rc import_show_report(Visit *visit, const Job *job) {
        Arena *arena = visit->arena;
        const ImportReport *report = &job->result.report;
        ImportStep step = import_step_of(visit, job);
        step.report = report;
        step.job = job->id;
        step.shown_count = report->fault_count < FAULTS_SHOWN ? report->fault_count : FAULTS_SHOWN;
        step.rows = record_count_text(arena, (int64_t) report->rows);
        step.created = record_count_text(arena, (int64_t) report->created);
        step.updated = record_count_text(arena, (int64_t) report->updated);
        step.unchanged = record_count_text(arena, (int64_t) report->unchanged);
        step.refused = record_count_text(arena, (int64_t) report->refused);
        step.faults = record_count_text(arena, (int64_t) report->fault_total);
        step.worth = report->created + report->updated > 0;
        template_import_report(&visit->response->body, &step);
        return RC_OK;
}

Rc import_send_sheet(Visit *visit, const Job *job, bool only_bad) {
        const JobOrder *order = &job->order;
        Arena *arena CLEAN(arena_cleanup) = arena_new(STEP_ARENA);
        Str bytes, path;
        Rc rc = spool_get(visit->city, order->token, SHEET_BYTES_MAX, arena, &bytes);
        if (rc == RC_MISSING)
                return show_start(visit, order->mapping.table, 422, STR(SHEET_GONE));
        if (rc == RC_OK)
                rc = spool_path(visit, &path);
        if (rc != RC_OK)
                return rc;
        rc = import_return_sheet(bytes, &order->mapping, &job->result.report, only_bad, path.data, arena);
        if (rc != RC_OK) {
                spool_forget(path);
                return rc;
        }
        return visit_send_file(visit, path.data, STR(XLSX_TYPE), str_format(visit->arena, "%.*s%s.xlsx", STR_ARG(order->entity),
                                                                            only_bad ? "有错的行" : "带原因的原表"));
}

/* What import_run would only stumble over; empty: nothing. */
static Str mapping_fault(const Work *work) {
        const ImportMapping *mapping = &work->mapping;
        Arena *arena = work->visit->arena;
        bool used = false, matched = mapping->match == NONE;
        for (uint32_t i = 0; i < mapping->column_count; i++) {
                used = used || mapping->columns[i].field != NONE;
                matched = matched || mapping->columns[i].field == mapping->match;
        }
        if (!used)
                return STR("没有一列对应到字段，请至少选一列。");
        if (matched)
                return (Str){ 0 };
        Str name = mapping->match == IMPORT_KEY ? work->table->key_name : work->table->fields[mapping->match].name;
        return str_format(arena, "要用“%.*s”认出已有的记录，得有一列对应到它。", STR_ARG(name));
}

/* Tries or imports, behind this request; what is wrong with the mapping is shown on its page. */
static Rc submit(Work *work, JobKind kind, bool partial) {
        Visit *visit = work->visit;
        Str why = mapping_fault(work);
        Job *job;
        if (why.length)
                return show_map(work, 422, why);
        JobOrder order = { .kind = kind, .city = visit->city, .change = visit_change(visit, STR("导入")), .token = work->token,
                           .file_name = work->file_name, .mapping = work->mapping, .partial = partial, .entity = work->table->name };
        Rc rc = jobs_add(visit->site->jobs, &order, &job);
        if (rc != RC_OK)
                return show_map(work, 503, job_refusal(rc));
        job_wait(visit->site->jobs, job);
        rc = job_state(job) == JOB_FAILED && (job->result.rc == RC_INVALID || job->result.rc == RC_TOOBIG)
                     ? show_map(work, 422, job->result.why)
                     : job_redirect(visit, job, false);
        job_release(visit->site->jobs, job);
        return rc;
}

Rc page_import_start(Visit *visit) {
        const RecordTable *table;
        Rc rc = record_visit(visit, ACTION_IMPORT, &table);
        return rc == RC_OK ? show_start(visit, table, 200, (Str){ 0 }) : rc;
}

Rc page_import_template(Visit *visit) {
        const RecordTable *table;
        Str path;
        Rc rc = record_visit(visit, ACTION_IMPORT, &table);
        if (rc == RC_OK)
                rc = spool_path(visit, &path);
        if (rc != RC_OK)
                return rc;
        Arena *arena CLEAN(arena_cleanup) = arena_new(STEP_ARENA);
        rc = import_template(visit->city->model, table, path.data, arena);
        if (rc != RC_OK) {
                spool_forget(path);
                return rc;
        }
        return visit_send_file(visit, path.data, STR(XLSX_TYPE), str_format(visit->arena, "%.*s导入模板.xlsx", STR_ARG(table->name)));
}

Rc page_import_upload(Visit *visit) {
        Work work CLEAN(free_work) = { .visit = visit };
        Str why;
        Rc rc = record_visit(visit, ACTION_IMPORT, &work.table);
        if (rc != RC_OK)
                return rc;
        if (visit->file.bytes.length == 0 || visit->file.bytes.length > SHEET_BYTES_MAX || visit->file.name.length > FILE_NAME_MAX)
                return show_start(visit, work.table, 422, visit->file.bytes.length == 0 ? STR("请先选一个文件；空的文件也不行。")
                                                          : visit->file.bytes.length > SHEET_BYTES_MAX ? STR("文件太大了，最多 64 MB。请分成几张。")
                                                                                                       : STR("文件名太长了，请改短一点。"));
        work.arena = arena_new(STEP_ARENA);
        work.file_name = visit->file.name;
        work.bytes = visit->file.bytes;
        rc = import_map(visit->database, visit->city->model, work.table, visit->city->pack->name, work.bytes, work.arena,
                        &work.mapping, &why);
        if (rc == RC_INVALID || rc == RC_TOOBIG)
                return show_start(visit, work.table, 422, why);
        if (rc == RC_OK)
                rc = spool_put(visit, work.bytes, &work.token);
        return rc == RC_OK ? show_map(&work, 200, (Str){ 0 }) : rc;
}

Rc page_import_map(Visit *visit) {
        Work work CLEAN(free_work);
        bool done;
        Rc rc = open_work(visit, &work, &done);
        return done ? rc : show_map(&work, 200, (Str){ 0 });
}

Rc page_import_check(Visit *visit) {
        Work work CLEAN(free_work);
        bool done;
        Rc rc = open_work(visit, &work, &done);
        return done ? rc : submit(&work, JOB_TRIAL, true);
}

/* A second press finds the import that the first one began, even when the sheet is used up. */
Rc page_import_run(Visit *visit) {
        Work work CLEAN(free_work) = { .visit = visit };
        bool done;
        Rc rc = record_visit(visit, ACTION_IMPORT, &work.table);
        Job *job = rc == RC_OK ? jobs_import_of(visit->site->jobs, visit->city, form_text(&visit->form, STR("token"))) : NULL;
        if (job) {
                rc = job_redirect(visit, job, false);
                job_release(visit->site->jobs, job);
        }
        if (job || rc != RC_OK)
                return rc;
        rc = open_work(visit, &work, &done);
        return done ? rc : submit(&work, JOB_IMPORT, str_equal(form_text(&visit->form, STR("partial")), STR("1")));
}
