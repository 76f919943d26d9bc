/* Batches are read from the database; what they did is undone by record_undo. */
#include "web/page/import_home.h"

static BatchItem item_of(Arena *arena, const Batch *batch) {
        return (BatchItem){
                .batch = *batch, .when = record_time(arena, batch->at),
                .undone = batch->undone_at ? record_time(arena, batch->undone_at) : (Str){ 0 },
                .created = record_count_text(arena, batch->created), .updated = record_count_text(arena, batch->updated),
                .refused = record_count_text(arena, batch->refused),
        };
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
        for (uint32_t i = 0; i < view.batch_count; i++)
                view.batches[i] = item_of(visit->arena, &batches[i]);
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

static Rc show(Visit *visit, const Batch *batch, Str result, Str error) {
        BatchView view = { .layout = layout_of(visit, STR("一次导入"), SECTION_IMPORT), .city = visit->city,
                           .item = item_of(visit->arena, batch),
                           .table = model_table(visit->city->model, batch->entity), .form_key = visit->form_key, .result = result,
                           .error = error,
                           .fresh = form_has(&visit->query, STR("new")) };
        view.layout.error = error.length > 0;
        template_import_batch(&visit->response->body, &view);
        return RC_OK;
}

Rc page_batch(Visit *visit) {
        int64_t id;
        Batch batch;
        Rc rc = load(visit, ACTION_IMPORT, &id, &batch);
        return rc == RC_OK ? show(visit, &batch, (Str){ 0 }, (Str){ 0 }) : rc;
}

static Str result_text(Arena *arena, const UndoResult *result) {
        Str deleted = record_count_text(arena, (int64_t) result->deleted), restored = record_count_text(arena, (int64_t) result->restored);
        if (result->kept == 0)
                return str_format(arena, "已经撤销：删掉新增的 %.*s 条，%.*s 条恢复成导入前的样子。", STR_ARG(deleted), STR_ARG(restored));
        return str_format(arena, "已经撤销：删掉新增的 %.*s 条，%.*s 条恢复成导入前的样子；%.*s 条后来有人改过或用到，留着没动。", STR_ARG(deleted),
                          STR_ARG(restored), STR_ARG(record_count_text(arena, (int64_t) result->kept)));
}

Rc page_batch_undo(Visit *visit) {
        int64_t id;
        Batch batch;
        UndoResult result;
        Change change = visit_change(visit, STR("撤销导入"));
        Rc rc = load(visit, ACTION_UNDO, &id, &batch);
        if (rc != RC_OK)
                return rc;
        if (!str_equal(form_text(&visit->form, STR("sure")), STR("1"))) {
                visit->response->status = 422;
                return show(visit, &batch, (Str){ 0 }, STR("要撤销，请先勾选“我知道会删掉或恢复这些记录”。"));
        }
        rc = record_undo(visit->database, visit->city->model, &change, id, NULL, &result);
        if (rc == RC_CONFLICT) {
                visit->response->status = 409;
                return show(visit, &batch, (Str){ 0 }, STR("这次导入已经撤销过了。"));
        }
        if (rc == RC_OK)
                rc = load(visit, ACTION_UNDO, &id, &batch);
        return rc == RC_OK ? show(visit, &batch, result_text(visit->arena, &result), (Str){ 0 }) : rc;
}
