/* Long work of the officers' pages, done behind the requests: a sheet is tried or imported, a batch is taken back. One queue and
 * one thread for the whole server, so that a city never has two writers here. A page asks for a job, waits a moment for the short
 * ones, and shows the rest while it goes on.
 *
 * Jobs live in memory: a server that stops tells the running one to stop, nothing of it is kept, and those that waited are
 * forgotten. The id of an import is the id its batch will have, so that even after a restart the database says what became of it. */
#pragma once

#include "records/import.h"
#include "web/site.h"

#define JOBS_WAITING_MAX 8
#define JOBS_KEPT 24                     /* that are over, with up to 10,000 faults each; older ones go */
#define JOB_KEPT_SECONDS 86400
#define JOB_PATIENCE_MS 300              /* how long a request waits, so that a small sheet is one step */

typedef enum JobKind { JOB_TRIAL, JOB_IMPORT, JOB_UNDO } JobKind;
typedef enum JobState { JOB_WAITING, JOB_RUNNING, JOB_STOPPED, JOB_FAILED, JOB_DONE } JobState;

/* What is to be done. */
typedef struct JobOrder {
        JobKind       kind;
        const City   *city;
        Change        change;
        Str           token, file_name;  /* of the sheet in the spool; file_name: of the batch, too */
        ImportMapping mapping;
        bool          partial;
        int64_t       batch;             /* to take back */
        Str           entity;
} JobOrder;

/* What is written once, before the state says that the job is over, and then only read. */
typedef struct JobResult {
        Rc           rc;
        Str          why;
        ImportReport report;
        UndoResult   undone;
} JobResult;

typedef struct Job {
        int64_t          id;
        JobOrder         order;          /* a copy */
        Watch            watch;
        _Atomic JobState state;
        JobResult        result;         /* behind JOB_STOPPED */
        int64_t          over_at;        /* seconds since 1970 */
        Arena           *arena;
        uint32_t         holders;        /* under the lock of Jobs */
        struct Job      *next;
} Job;

/* Begins the thread, and takes the spools of the site's cities, which are emptied at the end. Packs and pools must
 * outlive it. */
Jobs *jobs_new(const Site *site);
/* Stops the running job, forgets those that wait, and takes no more; what is over can still be looked at. */
void  jobs_stop(Jobs *jobs);
void  jobs_free(Jobs *jobs);             /* NULL is fine */

/* Puts a job into the queue; *ret_job is held. Where the same is waited for or running already (for an import: was done) it is that
 * one. RC_TOOBIG: too many wait; RC_MISSING: the server is stopping. */
Rc   jobs_add(Jobs *jobs, const JobOrder *order, Job **ret_job) CHECKED;
/* Jobs of this city, held until they are released; NULL when there is none. */
Job *jobs_find(Jobs *jobs, const City *city, int64_t id);
Job *jobs_import_of(Jobs *jobs, const City *city, Str token);        /* the import of a sheet, unless it was broken off */
void job_release(Jobs *jobs, Job *job);  /* NULL is fine */

/* Waits until it is over, at most JOB_PATIENCE_MS. */
void job_wait(Jobs *jobs, const Job *job);
/* Tells it to stop; one that waits is over at once. */
void job_stop(Jobs *jobs, Job *job);

static inline JobState job_state(const Job *job) { return atomic_load(&job->state); }
static inline bool     job_over(const Job *job) { return job_state(job) >= JOB_STOPPED; }

/* A job as a line of a list. */
typedef struct JobLine {
        int64_t  id, batch, over_at;
        JobKind  kind;
        JobState state;
        Str      file_name, entity;
        uint64_t done, total;
} JobLine;
/* Those of the city, newest first; at most JOBS_WAITING_MAX + JOBS_KEPT + 1. */
void jobs_list(Jobs *jobs, const City *city, Arena *arena, JobLine **ret_lines, uint32_t *ret_count);
/* How many stand before it; 0: none, or it waits no more. */
uint32_t job_ahead(Jobs *jobs, const Job *job);
