/* What a job says of itself is read while it runs; its result only when it is over. A job that is not there (any more) was broken
 * off, unless the database knows what came of it. */
#include "web/page/import_job.h"

#include "base/json.h"

#define TENTH 10

static const struct {
        const char *name;                /* in the list */
        const char *doing, *stopped, *failed;    /* before the kind of record */
        const char *done;                /* before a count */
        const char *unit, *saving;
        Action      action;
} words[] = {
        [JOB_TRIAL] = { "试一遍", "正在试读", "试到一半停下了：", "没有试成：", "读了", "行", "读完了，正在收尾", ACTION_IMPORT },
        [JOB_IMPORT] = { "导入", "正在导入", "导入停下了：", "没有导入：", "读了", "行", "读完了，正在保存", ACTION_IMPORT },
        [JOB_UNDO] = { "撤销导入：", "正在撤销导入：", "撤销停下了：", "没有撤销：", "处理了", "条", "处理完了，正在保存", ACTION_UNDO },
};

static const char *const state_names[] = {
        [JOB_WAITING] = "waiting", [JOB_RUNNING] = "running", [JOB_STOPPED] = "stopped", [JOB_FAILED] = "failed", [JOB_DONE] = "done",
};

static Str place_of(const Visit *visit, int64_t id, int64_t batch) {
        Str place = str_format(visit->arena, "/o/%.*s/job/%lld", STR_ARG(visit->city->pack->name), (long long) id);
        return batch ? str_format(visit->arena, "%.*s?batch=%lld", STR_ARG(place), (long long) batch) : place;
}

Rc job_redirect(Visit *visit, const Job *job, bool late) {
        Str place = place_of(visit, job->id, job->order.batch);
        const char *mark = !late ? "" : job->order.batch ? "&late=1" : "?late=1";
        return visit_redirect(visit, str_format(visit->arena, "%.*s%s", STR_ARG(place), mark));
}

Str job_refusal(Rc rc) {
        return rc == RC_TOOBIG ? STR("前面还有好几项没有做完，请等它们做完再按一次。") : STR("服务正在停下，请过几分钟再试。");
}

static uint32_t tenths(int64_t done, int64_t total) {
        return total == 0 ? 0 : done >= total ? TENTH : (uint32_t) (done * TENTH / total);
}

JobItem job_item(const Visit *visit, const JobLine *line) {
        static const char *const states[] = {
                [JOB_WAITING] = "排队等着", [JOB_RUNNING] = "正在做", [JOB_STOPPED] = "停下了，什么都没有存",
                [JOB_FAILED] = "没做成，什么都没有存", [JOB_DONE] = "做完了",
        };
        uint32_t part = tenths((int64_t) line->done, (int64_t) line->total);
        return (JobItem){
                .what = str_format(visit->arena, "%s%.*s", words[line->kind].name, STR_ARG(line->entity)),
                .id = line->id, .batch = line->batch, .over = line->state >= JOB_STOPPED, .file_name = line->file_name,
                .state = line->state == JOB_RUNNING && part ? str_format(visit->arena, "做到 %u0%%", part) : str_from(states[line->state]),
        };
}

/* ---- while it goes on -------------------------------------------------------------------------------------- */

static Str sentence(const Visit *visit, const Job *job, const JobView *view) {
        uint32_t part = tenths(view->value, view->max);
        if (job_state(job) == JOB_WAITING) {
                uint32_t ahead = job_ahead(visit->site->jobs, job);
                return ahead ? str_format(visit->arena, "前面还有 %u 项，做完就轮到它。", ahead) : STR("马上开始。");
        }
        if (watch_stopped(&job->watch))
                return STR("正在停下。");
        if (view->max == 0)
                return STR("正在数一共有多少。");
        return part == TENTH ? str_format(visit->arena, "%s。", words[job->order.kind].saving)
               : part        ? str_format(visit->arena, "做到 %u0%%。", part)
                             : STR("刚刚开始。");
}

static JobView view_of(Visit *visit, const Job *job) {
        const JobOrder *order = &job->order;
        JobView view = {
                .city = visit->city, .form_key = visit->form_key, .id = job->id, .sheet = order->kind != JOB_UNDO,
                .value = (int64_t) atomic_load(&job->watch.done), .max = (int64_t) atomic_load(&job->watch.total),
                .title = str_format(visit->arena, "%s%.*s", words[order->kind].doing, STR_ARG(order->entity)),
                .done_label = str_from(words[order->kind].done),
        };
        const char *unit = words[order->kind].unit;
        if (view.value > view.max)
                view.value = view.max;
        view.done = str_format(visit->arena, "%.*s %s", STR_ARG(record_count_text(visit->arena, view.value)), unit);
        view.total = view.max ? str_format(visit->arena, "%.*s %s", STR_ARG(record_count_text(visit->arena, view.max)), unit)
                              : STR("还在数");
        view.faults = str_format(visit->arena, "%.*s 处",
                                 STR_ARG(record_count_text(visit->arena, (int64_t) atomic_load(&job->watch.faults))));
        view.say = sentence(visit, job, &view);
        return view;
}

static Rc show_running(Visit *visit, const Job *job) {
        JobView view = view_of(visit, job);
        view.layout = layout_of(visit, view.title, SECTION_IMPORT);
        view.layout.refresh = true;
        view.lead = str_format(visit->arena, "“%.*s”", STR_ARG(job->order.file_name));
        template_import_job(&visit->response->body, &view);
        return RC_OK;
}

/* ---- when it is over --------------------------------------------------------------------------------------- */

/* Nothing came of it: why, and how to begin again. */
static Rc show_over(Visit *visit, const Job *job) {
        const JobOrder *order = &job->order;
        const JobResult *result = &job->result;
        bool stopped = job_state(job) == JOB_STOPPED;
        ImportStep step = { 0 };
        JobView view = {
                .city = visit->city, .form_key = visit->form_key,
                .title = str_format(visit->arena, "%s%.*s", stopped ? words[order->kind].stopped : words[order->kind].failed,
                                    STR_ARG(order->entity)),
                .lead = stopped ? (Str){ 0 } : result->rc == RC_CONFLICT && order->kind == JOB_UNDO ? STR("这次导入已经撤销过了。")
                        : result->why.length                                                       ? result->why
                                                                                                   : STR("数据库现在用不了，请过几分钟再试。"),
                .say = STR("什么都没有存，库里和原来一样。"),
                .batch = order->batch, .back = STR("回到那次导入"),
        };
        view.layout = layout_of(visit, view.title, SECTION_IMPORT);
        if (order->kind != JOB_UNDO) {
                step = import_step_of(visit, job);
                view.step = &step;
        }
        template_import_over(&visit->response->body, &view);
        return RC_OK;
}

static Str undone_text(Arena *arena, const UndoResult *result) {
        Str deleted = record_count_text(arena, (int64_t) result->deleted), restored = record_count_text(arena, (int64_t) result->restored);
        if (result->kept == 0)
                return str_format(arena, "已经撤销：删掉新增的 %.*s 条，%.*s 条恢复成导入前的样子。", STR_ARG(deleted), STR_ARG(restored));
        return str_format(arena, "已经撤销：删掉新增的 %.*s 条，%.*s 条恢复成导入前的样子；%.*s 条后来有人改过或用到，留着没动。", STR_ARG(deleted),
                          STR_ARG(restored), STR_ARG(record_count_text(arena, (int64_t) result->kept)));
}

static Rc show_done(Visit *visit, const Job *job) {
        const JobResult *result = &job->result;
        bool late = form_has(&visit->query, STR("late"));
        if (job->order.kind == JOB_UNDO)
                return import_show_batch(visit, job->order.batch, false, undone_text(visit->arena, &result->undone));
        if (result->report.batch == 0)
                return import_show_report(visit, job);
        return import_show_batch(visit, result->report.batch, true,
                                 late ? STR("按“停下”的时候已经导入完了。不想要，可以在下面撤销。") : (Str){ 0 });
}

/* A job of before a restart, of another city, of long ago, or of nobody. What it saved, if anything, is a batch. */
static Rc show_gone(Visit *visit, int64_t id) {
        Str city = visit->city->pack->name;
        int64_t batch = 0;
        Batch known;
        bool undo = str_to_int(form_text(&visit->query, STR("batch")), &batch) && batch > 0;
        Rc rc = batch_load(visit->database, city, undo ? batch : id, visit->arena, &known);
        if (rc != RC_OK && rc != RC_MISSING)
                return rc;
        if (rc == RC_OK && (!undo || known.undone_at))
                return visit_redirect(visit, str_format(visit->arena, "/o/%.*s/batch/%lld", STR_ARG(city), (long long) known.id));
        JobView view = {
                .layout = layout_of(visit, STR("这一项没有做完"), SECTION_IMPORT), .city = visit->city, .title = STR("这一项没有做完"),
                .lead = STR("服务重新启动过，或者过了太久：没做完的就断了，试读的结果也不再留着。"), .say = STR("什么都没有存，库里和原来一样。"),
                .batch = rc == RC_OK ? batch : 0, .back = rc == RC_OK ? STR("回到那次导入，再撤销一次") : STR("重新上传这张表"),
        };
        visit->response->status = 404;
        template_import_over(&visit->response->body, &view);
        return RC_OK;
}

/* ---- pages ------------------------------------------------------------------------------------------------- */

/* *ret_job NULL: there is none, or none of this city. */
static Rc find(Visit *visit, int64_t *ret_id, Job **ret_job) {
        if (!visit->city->pool || !str_to_int(visit->parameters[0], ret_id) || *ret_id <= 0)
                return RC_MISSING;
        Rc rc = visit_allowed(visit, ACTION_IMPORT, NULL);
        if (rc != RC_OK)
                return rc;
        Job *job = jobs_find(visit->site->jobs, visit->city, *ret_id);
        rc = job ? visit_allowed(visit, words[job->order.kind].action, job->order.mapping.table) : RC_OK;
        if (rc == RC_OK)
                *ret_job = job;
        else
                job_release(visit->site->jobs, job);
        return rc;
}

Rc page_job(Visit *visit) {
        int64_t id;
        Job *job;
        Rc rc = find(visit, &id, &job);
        if (rc != RC_OK)
                return rc;
        rc = visit_plan(visit);
        if (rc == RC_OK)
                rc = !job                          ? show_gone(visit, id)
                     : !job_over(job)              ? show_running(visit, job)
                     : job_state(job) == JOB_DONE ? show_done(visit, job)
                                                   : show_over(visit, job);
        job_release(visit->site->jobs, job);
        return rc;
}

Rc page_job_json(Visit *visit) {
        int64_t id;
        Job *job;
        Rc rc = find(visit, &id, &job);
        if (rc != RC_OK || !job)
                return rc == RC_OK ? RC_MISSING : rc;
        JobView view = view_of(visit, job);
        JobState state = job_state(job);
        const struct { const char *name; Str text; } texts[] = {
                { "state", str_from(state_names[state]) }, { "say", view.say },       { "done", view.done },
                { "total", view.total },                   { "faults", view.faults },
        };
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        json_open_object(&json);
        for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
                json_key(&json, texts[i].name);
                json_text(&json, texts[i].text);
        }
        json_key(&json, "over");
        json_bool(&json, state >= JOB_STOPPED);
        json_key(&json, "value");
        json_int(&json, view.value);
        json_key(&json, "max");
        json_int(&json, view.max);
        json_end(&json);
        job_release(visit->site->jobs, job);
        return RC_OK;
}

Rc page_job_sheet(Visit *visit) {
        int64_t id;
        Job *job;
        Rc rc = find(visit, &id, &job);
        if (rc == RC_OK)
                rc = visit_plan(visit);
        if (rc != RC_OK)
                return rc;
        bool there = job && job->order.kind != JOB_UNDO && job_state(job) == JOB_DONE;
        rc = there ? import_send_sheet(visit, job, str_equal(form_text(&visit->query, STR("only")), STR("bad"))) : RC_MISSING;
        job_release(visit->site->jobs, job);
        return rc;
}

Rc page_job_stop(Visit *visit) {
        int64_t id;
        Job *job;
        Rc rc = find(visit, &id, &job);
        if (rc != RC_OK)
                return rc;
        if (!job)
                return visit_redirect(visit, place_of(visit, id, 0));
        job_stop(visit->site->jobs, job);
        job_wait(visit->site->jobs, job);
        rc = job_redirect(visit, job, job_state(job) == JOB_DONE);
        job_release(visit->site->jobs, job);
        return rc;
}
