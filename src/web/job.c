/* The queue is a list, oldest first, under one lock; a job is freed when it has left the list and nobody holds it. What a job
 * does is a table of functions by kind. */
#include "web/job.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "base/log.h"
#include "web/spool.h"

#define JOB_ARENA ((size_t) 1 << 28)     /* what is kept of it */
#define WORK_ARENA ((size_t) 1 << 30)    /* while it runs */
#define NS_PER_MS 1000000

struct Jobs {
        pthread_mutex_t lock;
        pthread_cond_t  changed;         /* a job came, a job is over, the server stops */
        pthread_t       thread;
        Job            *first;
        bool            stopping;
        Site            site;            /* a copy, for its cities */
        int             spools[SITE_CITIES_MAX];         /* locks, by city */
};

static void lock(Jobs *jobs) {
        MUST(pthread_mutex_lock(&jobs->lock) == 0);
}

static void unlock(Jobs *jobs) {
        MUST(pthread_mutex_unlock(&jobs->lock) == 0);
}

static void tell(Jobs *jobs) {
        MUST(pthread_cond_broadcast(&jobs->changed) == 0);
}

/* ---- what jobs do ------------------------------------------------------------------------------------------ */

static void keep_report(const Job *job, const ImportReport *from, ImportReport *to) {
        Arena *arena = job->arena;
        *to = *from;
        to->skipped = str_copy(arena, from->skipped);
        to->faults = ARENA_NEW(arena, ImportFault, from->fault_count);
        for (uint32_t i = 0; i < from->fault_count; i++) {
                ImportFault *fault = &to->faults[i];
                *fault = from->faults[i];
                fault->header = fault->column ? job->order.mapping.columns[fault->column - 1].header : (Str){ 0 };
                fault->sheet = i > 0 && str_equal(fault->sheet, fault[-1].sheet) ? fault[-1].sheet : str_copy(arena, fault->sheet);
                fault->text = str_copy(arena, fault->text);
                fault->message = str_copy(arena, fault->message);
        }
}

static Rc run_sheet(Job *job, Database *database, Arena *arena, JobResult *result) {
        const JobOrder *order = &job->order;
        ImportReport report;
        Str bytes;
        Rc rc = spool_get(order->city, order->token, SHEET_BYTES_MAX, arena, &bytes);
        if (rc == RC_MISSING)
                result->why = STR("刚才那张表已经不在了，请重新选文件。");
        if (rc != RC_OK)
                return rc;
        ImportOptions options = { .mapping = &order->mapping, .change = order->change, .file_name = order->file_name,
                                  .dry = order->kind == JOB_TRIAL, .partial = order->partial, .watch = &job->watch,
                                  .count = atomic_load(&job->watch.total) == 0 };
        options.change.batch = job->id;
        rc = import_run(database, order->city->model, bytes, &options, arena, &report, &result->why);
        if (rc != RC_OK)
                return rc;
        keep_report(job, &report, &result->report);
        if (report.batch)
                spool_remove(order->city, order->token, arena);
        return RC_OK;
}

static Rc run_undo(Job *job, Database *database, Arena *arena, JobResult *result) {
        (void) arena;
        const JobOrder *order = &job->order;
        return record_undo(database, order->city->model, &order->change, order->batch, &job->watch, &result->undone);
}

static const struct {
        const char *name;                /* for the log */
        Rc (*run)(Job *job, Database *database, Arena *arena, JobResult *result);
} kinds[] = {
        [JOB_TRIAL] = { "trial", run_sheet },
        [JOB_IMPORT] = { "import", run_sheet },
        [JOB_UNDO] = { "undo", run_undo },
};

/* On a connection of its own. */
static JobState run(Job *job) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(WORK_ARENA);
        JobResult *result = &job->result;
        Database *database;
        int64_t begun = clock_ns();
        Rc rc = pool_take(job->order.city->pool, arena, &database, &result->why);
        if (rc == RC_OK) {
                rc = kinds[job->order.kind].run(job, database, arena, result);
                if (rc == RC_IO)
                        log_event(LOG_ERROR, "database", "%.*s", STR_ARG(database_message(database)));
                pool_give(job->order.city->pool, database);
        }
        result->rc = rc;
        result->why = str_copy(job->arena, result->why);
        bool stopped = rc == RC_DENIED && watch_stopped(&job->watch);
        log_event(LOG_INFO, "job", "%s %s %llu rows %lld ms", kinds[job->order.kind].name, stopped ? "stopped" : rc_name(rc),
                  (unsigned long long) atomic_load(&job->watch.done), (long long) ((clock_ns() - begun) / NS_PER_MS));
        return stopped ? JOB_STOPPED : rc == RC_OK ? JOB_DONE : JOB_FAILED;
}

/* ---- the queue (all under the lock) ------------------------------------------------------------------------ */

static void drop_holder(Job *job) {
        if (--job->holders == 0)
                arena_free(job->arena);
}

static void end_job(Jobs *jobs, Job *job, JobState state) {
        job->over_at = clock_seconds();
        atomic_store(&job->state, state);
        tell(jobs);
}

static Job *first_in(const Jobs *jobs, JobState state) {
        Job *job = jobs->first;
        while (job && job_state(job) != state)
                job = job->next;
        return job;
}

/* The oldest go that are over, when there are too many or they are too old. */
static void forget_old(Jobs *jobs) {
        uint32_t over = 0;
        int64_t oldest = clock_seconds() - JOB_KEPT_SECONDS;
        for (const Job *job = jobs->first; job; job = job->next)
                over += job_over(job);
        for (Job **place = &jobs->first; *place;) {
                Job *job = *place;
                if (job_over(job) && (over > JOBS_KEPT || job->over_at < oldest)) {
                        over--;
                        *place = job->next;
                        drop_holder(job);
                } else
                        place = &job->next;
        }
}

static void *work(void *context) {
        Jobs *jobs = context;
        lock(jobs);
        while (!jobs->stopping) {
                Job *job = first_in(jobs, JOB_WAITING);
                if (!job) {
                        MUST(pthread_cond_wait(&jobs->changed, &jobs->lock) == 0);
                        continue;
                }
                atomic_store(&job->state, JOB_RUNNING);
                job->holders++;
                unlock(jobs);
                JobState state = run(job);
                lock(jobs);
                end_job(jobs, job, state);
                drop_holder(job);
                forget_old(jobs);
        }
        unlock(jobs);
        return NULL;
}

static bool same_columns(const ImportMapping *a, const ImportMapping *b) {
        bool same = a->match == b->match && a->column_count == b->column_count;
        for (uint32_t i = 0; same && i < a->column_count; i++)
                same = a->columns[i].field == b->columns[i].field;
        return same;
}

/* A second press of a button. A sheet is imported once, whatever its columns are; it may be tried again as soon as a trial is over. */
static bool is_same(const Job *job, const JobOrder *order) {
        bool done = job_state(job) == JOB_DONE && job->result.report.batch != 0;
        if (job->order.city != order->city || job->order.kind != order->kind || (job_over(job) && !done) || watch_stopped(&job->watch))
                return false;
        return order->kind == JOB_UNDO ? job->order.batch == order->batch
                                       : str_equal(job->order.token, order->token) &&
                                                 (order->kind == JOB_IMPORT || same_columns(&job->order.mapping, &order->mapping));
}

static Job *find_same(const Jobs *jobs, const JobOrder *order) {
        Job *job = jobs->first;
        while (job && !is_same(job, order))
                job = job->next;
        return job;
}

/* ---- from outside ------------------------------------------------------------------------------------------ */

static Job *new_job(const JobOrder *order) {
        Arena *arena = arena_new(JOB_ARENA);
        Job *job = ARENA_NEW(arena, Job, 1);
        *job = (Job){ .id = record_new_ids(1), .order = *order, .arena = arena, .holders = 1 };
        JobOrder *own = &job->order;
        Str *texts[] = { &own->change.city, &own->change.actor, &own->change.reason, &own->token, &own->file_name, &own->entity };
        for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
                *texts[i] = str_copy(arena, *texts[i]);
        own->mapping.columns = ARENA_NEW(arena, ImportColumn, own->mapping.column_count);
        for (uint32_t i = 0; i < own->mapping.column_count; i++) {
                own->mapping.columns[i] = order->mapping.columns[i];
                own->mapping.columns[i].header = str_copy(arena, order->mapping.columns[i].header);
        }
        return job;
}

/* A trial of the same sheet has counted its rows. */
static uint64_t known_rows(const Jobs *jobs, const JobOrder *order) {
        for (const Job *job = jobs->first; job && order->kind == JOB_IMPORT; job = job->next)
                if (job_state(job) == JOB_DONE && job->order.kind == JOB_TRIAL && job->order.city == order->city &&
                    str_equal(job->order.token, order->token) && same_columns(&job->order.mapping, &order->mapping))
                        return job->result.report.rows;
        return 0;
}

Rc jobs_add(Jobs *jobs, const JobOrder *order, Job **ret_job) {
        uint32_t waiting = 0;
        Rc rc = RC_OK;
        lock(jobs);
        forget_old(jobs);
        Job *job = find_same(jobs, order), **end = &jobs->first;
        for (; *end; end = &(*end)->next)
                waiting += job_state(*end) == JOB_WAITING;
        if (jobs->stopping || (!job && waiting >= JOBS_WAITING_MAX))
                rc = jobs->stopping ? RC_MISSING : RC_TOOBIG;
        else if (!job) {
                job = *end = new_job(order);
                atomic_store(&job->watch.total, known_rows(jobs, order));
                tell(jobs);
        }
        if (rc == RC_OK) {
                job->holders++;
                *ret_job = job;
        }
        unlock(jobs);
        return rc;
}

Job *jobs_find(Jobs *jobs, const City *city, int64_t id) {
        lock(jobs);
        Job *job = jobs->first;
        while (job && (job->order.city != city || job->id != id))
                job = job->next;
        if (job)
                job->holders++;
        unlock(jobs);
        return job;
}

Job *jobs_import_of(Jobs *jobs, const City *city, Str token) {
        lock(jobs);
        Job *job = find_same(jobs, &(JobOrder){ .kind = JOB_IMPORT, .city = city, .token = token });
        if (job)
                job->holders++;
        unlock(jobs);
        return job;
}

void job_release(Jobs *jobs, Job *job) {
        if (!job)
                return;
        lock(jobs);
        drop_holder(job);
        unlock(jobs);
}

void job_wait(Jobs *jobs, const Job *job) {
        int64_t end = clock_ns() + (int64_t) JOB_PATIENCE_MS * NS_PER_MS;
        struct timespec until = { .tv_sec = end / (1000 * NS_PER_MS), .tv_nsec = end % (1000 * NS_PER_MS) };
        int code = 0;
        lock(jobs);
        while (!job_over(job) && code != ETIMEDOUT)
                code = pthread_cond_timedwait(&jobs->changed, &jobs->lock, &until);
        unlock(jobs);
}

void job_stop(Jobs *jobs, Job *job) {
        lock(jobs);
        if (!job_over(job))
                atomic_store(&job->watch.stop, true);
        if (job_state(job) == JOB_WAITING)
                end_job(jobs, job, JOB_STOPPED);
        unlock(jobs);
}

void jobs_list(Jobs *jobs, const City *city, Arena *arena, JobLine **ret_lines, uint32_t *ret_count) {
        JobLine *lines = ARENA_NEW(arena, JobLine, JOBS_WAITING_MAX + JOBS_KEPT + 1);
        uint32_t count = 0;
        lock(jobs);
        forget_old(jobs);
        for (const Job *job = jobs->first; job; job = job->next)
                count += job->order.city == city;
        uint32_t at = count;
        for (const Job *job = jobs->first; job; job = job->next) {
                const JobOrder *order = &job->order;
                if (order->city != city)
                        continue;
                lines[--at] = (JobLine){
                        .id = job->id, .batch = order->batch, .kind = order->kind, .state = job_state(job), .over_at = job->over_at,
                        .file_name = str_copy(arena, order->file_name), .entity = str_copy(arena, order->entity),
                        .done = atomic_load(&job->watch.done), .total = atomic_load(&job->watch.total),
                };
        }
        unlock(jobs);
        *ret_lines = lines;
        *ret_count = count;
}

uint32_t job_ahead(Jobs *jobs, const Job *job) {
        uint32_t ahead = 0;
        lock(jobs);
        for (const Job *other = jobs->first; other && other != job; other = other->next)
                ahead += !job_over(other);
        unlock(jobs);
        return job_state(job) == JOB_WAITING ? ahead : 0;
}

/* ---- beginning and end ------------------------------------------------------------------------------------- */

Jobs *jobs_new(const Site *site) {
        Jobs *jobs = calloc(1, sizeof *jobs);
        pthread_condattr_t clock;
        MUST(jobs && pthread_mutex_init(&jobs->lock, NULL) == 0 && pthread_condattr_init(&clock) == 0);
        MUST(pthread_condattr_setclock(&clock, CLOCK_MONOTONIC) == 0 && pthread_cond_init(&jobs->changed, &clock) == 0);
        MUST(pthread_condattr_destroy(&clock) == 0);
        jobs->site = *site;
        for (uint32_t i = 0; i < SITE_CITIES_MAX; i++)
                jobs->spools[i] = i < site->city_count && site->cities[i].pool ? spool_begin(&site->cities[i]) : -1;
        MUST(pthread_create(&jobs->thread, NULL, work, jobs) == 0);
        return jobs;
}

void jobs_stop(Jobs *jobs) {
        lock(jobs);
        bool first = !jobs->stopping;
        jobs->stopping = true;
        for (Job *job = jobs->first; job; job = job->next)
                if (job_state(job) == JOB_WAITING)
                        end_job(jobs, job, JOB_STOPPED);
                else if (job_state(job) == JOB_RUNNING)
                        atomic_store(&job->watch.stop, true);
        tell(jobs);
        unlock(jobs);
        if (first)
                MUST(pthread_join(jobs->thread, NULL) == 0);
}

void jobs_free(Jobs *jobs) {
        if (!jobs)
                return;
        jobs_stop(jobs);
        while (jobs->first) {
                Job *job = jobs->first;
                jobs->first = job->next;
                MUST(job->holders == 1);         /* the requests are over */
                drop_holder(job);
        }
        for (uint32_t i = 0; i < SITE_CITIES_MAX; i++)
                if (jobs->spools[i] >= 0)
                        spool_end(&jobs->site.cities[i], jobs->spools[i]);
        MUST(pthread_mutex_destroy(&jobs->lock) == 0 && pthread_cond_destroy(&jobs->changed) == 0);
        free(jobs);
}
