/* What another record names is not deleted; the page says which those are. */
#include "web/page/record_delete.h"

#define CHILDREN_SHOWN 3
#define REASON_MAX 300

static Rc show(Visit *visit, const RecordTable *table, const Record *record, Str error) {
        RecordDeleteView view = {
                .city = visit->city, .table = table, .id = record->id, .version = record->version, .form_key = visit->form_key,
                .error = error,
                .title = record_title(visit->arena, visit->city->model, table, record),
        };
        view.layout = layout_of(visit, str_format(visit->arena, "删除%.*s", STR_ARG(view.title)), SECTION_RECORDS);
        view.layout.error = error.length > 0;
        Rc rc = record_children(visit, table, record->id, CHILDREN_SHOWN, &view.children, &view.child_count);
        if (rc == RC_OK)
                template_record_delete(&visit->response->body, &view);
        return rc;
}

Rc page_record_delete_ask(Visit *visit) {
        const RecordTable *table;
        Record record;
        Rc rc = record_visit_one(visit, ACTION_DELETE, &table, &record);
        return rc == RC_OK ? show(visit, table, &record, (Str){ 0 }) : rc;
}

static Rc refuse(Visit *visit, const RecordTable *table, uint16_t status, Str error) {
        Record record;
        Rc rc = record_visit_one(visit, ACTION_DELETE, &table, &record);
        visit->response->status = status;
        return rc == RC_OK ? show(visit, table, &record, error) : rc;
}

Rc page_record_delete(Visit *visit) {
        const RecordTable *table;
        Record record;
        int64_t version;
        Str reason = form_text(&visit->form, STR("reason"));
        Rc rc = record_visit_one(visit, ACTION_DELETE, &table, &record);
        if (rc != RC_OK)
                return rc;
        if (!str_to_int(form_text(&visit->form, STR("version")), &version) || reason.length > REASON_MAX)
                return RC_INVALID;
        if (reason.length == 0)
                return refuse(visit, table, 422, STR("请写一句为什么删。"));
        Change change = visit_change(visit, reason);
        rc = record_delete(visit->database, visit->city->model, table, &change, record.id, version);
        if (rc == RC_INVALID)
                return refuse(visit, table, 422, STR("还有别的记录指着它，先改掉或删掉那些。"));
        if (rc == RC_CONFLICT)
                return refuse(visit, table, 409, STR("您打开以后有人改过这条记录。看过现在的内容，再决定删不删。"));
        return rc == RC_OK ? visit_redirect(visit, record_place(visit, table, 0)) : rc;
}
