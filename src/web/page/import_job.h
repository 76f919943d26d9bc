/* The page of a job: how far a trial, an import or an undoing is, and how to stop it; when it is over, the same address shows what
 * came out. */
#pragma once

#include "web/page/import_home.h"
#include "web/page/import_sheet.h"

typedef struct JobView {
        Layout     layout;
        const City *city;
        int64_t    id, batch;            /* batch: that was to be taken back; 0: none */
        Str        form_key, title, lead, say;           /* say: how far it is, in words */
        Str        done, total, faults;  /* counts */
        Str        done_label;           /* 读了, 处理了 */
        int64_t    value, max;           /* of the bar; max 0: not known yet */
        bool       sheet;                /* it reads one: there may be faults */
        const ImportStep *step;          /* to begin again with the same sheet; NULL: there is none */
        Str        back;                 /* otherwise: words of the link that goes on */
} JobView;

Rc page_job(Visit *visit);
Rc page_job_json(Visit *visit);
Rc page_job_sheet(Visit *visit);
Rc page_job_stop(Visit *visit);

/* 303 to the job's page. `late`: it was told to stop when it was over. */
Rc  job_redirect(Visit *visit, const Job *job, bool late);
/* Why a job was not taken, of jobs_add. */
Str job_refusal(Rc rc);
JobItem job_item(const Visit *visit, const JobLine *line);

void template_import_job(Buffer *out, const JobView *view);
void template_import_over(Buffer *out, const JobView *view);
