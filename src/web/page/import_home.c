/* Batches are read from the database; what they did is undone by a job. */
#include "web/page/import_home.h"

#include "web/page/import_job.h"

#define OVER_SHOWN 5u

/* What a command puts into an empty database: the divisions, invented records. */
static bool is_given(Str file_name) {
        return str_equal(file_name, STR("divisions.tsv")) || str_equal(file_name, STR("示范"));
}

static BatchItem item_of(Arena *arena, const Batch *batch) {
        return (BatchItem){
                .batch = *batch, .when = record_time(arena, batch->at),
                .undone = batch->undone_at ? record_time(arena, batch->undone_at) : (Str){ 0 },
                .created = record_count_text(arena, batch->created), .updated = record_count_text(arena, batch->updated),
                .refused = record_count_text(arena, batch->refused), .given = is_given(batch->file_name),
        };
}

/* All that goes on, and the last ones that are over. */
static void list_jobs(const Visit *visit, ImportHomeView *view) {
        JobLine *lines;
        uint32_t count;
        jobs_list(visit->site->jobs, visit->city, visit->arena, &lines, &count);
        view->jobs = ARENA_NEW(visit->arena, JobItem, count);
        for (uint32_t i = 0; i < count; i++) {
                JobItem item = job_item(visit, &lines[i]);
                if (item.over && view->over_count == OVER_SHOWN)
                        continue;
                view->running_count += !item.over;
                view->over_count += item.over;
                view->jobs[view->job_count++] = item;
        }
}

Rc page_import_home(Visit *visit) {
        Batch *batches;
        ImportHomeView view = { .city = visit->city };
        Rc rc = visit_plan(visit);
        if (rc == RC_OK)
                rc = visit_allowed(visit, ACTION_IMPORT, NULL);
        if (rc == RC_OK)
                rc = batch_list(visit->database, visit->city->pack->name, visit->arena, &batches, &view.batch_count);
        if (rc != RC_OK)
                return rc;
        view.layout = layout_of(visit, STR("导入"), SECTION_IMPORT);
        view.model = visit->city->model;
        view.batches = ARENA_NEW(visit->arena, BatchItem, view.batch_count);
        for (uint32_t i = 0; i < view.batch_count; i++) {
                view.batches[i] = item_of(visit->arena, &batches[i]);
                view.given_count += view.batches[i].given;
        }
        list_jobs(visit, &view);
        template_import_home(&visit->response->body, &view);
        return RC_OK;
}

static Rc load(Visit *visit, Action action, int64_t *ret_id, Batch *ret_batch) {
        Rc rc = visit_plan(visit);
        if (rc == RC_OK)
                rc = visit_allowed(visit, action, NULL);
        if (rc == RC_OK && (!str_to_int(visit->parameters[0], ret_id) || *ret_id <= 0))
                rc = RC_MISSING;
        return rc == RC_OK ? batch_load(visit->database, visit->city->pack->name, *ret_id, visit->arena, ret_batch) : rc;
}

static Rc show(Visit *visit, const Batch *batch, bool fresh, Str result, Str error) {
        BatchView view = { .layout = layout_of(visit, STR("一次导入"), SECTION_IMPORT), .city = visit->city,
                           .item = item_of(visit->arena, batch),
                           .table = model_table(visit->city->model, batch->entity), .form_key = visit->form_key, .result = result,
                           .error = error, .fresh = fresh };
        view.layout.error = error.length > 0;
        template_import_batch(&visit->response->body, &view);
        return RC_OK;
}

Rc import_show_batch(Visit *visit, int64_t id, bool fresh, Str result) {
        Batch batch;
        Rc rc = batch_load(visit->database, visit->city->pack->name, id, visit->arena, &batch);
        return rc == RC_OK ? show(visit, &batch, fresh, result, (Str){ 0 }) : rc;
}

Rc page_batch(Visit *visit) {
        int64_t id;
        Batch batch;
        Rc rc = load(visit, ACTION_IMPORT, &id, &batch);
        return rc == RC_OK ? show(visit, &batch, false, (Str){ 0 }, (Str){ 0 }) : rc;
}

static Rc refuse(Visit *visit, const Batch *batch, uint16_t status, Str why) {
        visit->response->status = status;
        return show(visit, batch, false, (Str){ 0 }, why);
}

Rc page_batch_undo(Visit *visit) {
        int64_t id;
        Batch batch;
        Job *job;
        Rc rc = load(visit, ACTION_UNDO, &id, &batch);
        if (rc != RC_OK)
                return rc;
        if (!str_equal(form_text(&visit->form, STR("sure")), STR("1")))
                return refuse(visit, &batch, 422, STR("要撤销，请先勾选“我知道会删掉或恢复这些记录”。"));
        if (batch.undone_at)
                return refuse(visit, &batch, 409, STR("这次导入已经撤销过了。"));
        JobOrder order = { .kind = JOB_UNDO, .city = visit->city, .change = visit_change(visit, STR("撤销导入")), .batch = id,
                           .file_name = batch.file_name, .entity = batch.entity };
        rc = jobs_add(visit->site->jobs, &order, &job);
        if (rc != RC_OK)
                return refuse(visit, &batch, 503, job_refusal(rc));
        job_wait(visit->site->jobs, job);
        rc = job_redirect(visit, job, false);
        job_release(visit->site->jobs, job);
        return rc;
}
