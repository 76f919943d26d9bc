/* A sheet on its way in: chosen, its columns mapped, tried, imported. Between the steps it waits in the spool; each step's
 * form carries its token and the mapping. Trying and importing are jobs (import_job.h). */
#pragma once

#include "web/job.h"
#include "web/page/record_view.h"

/* One column on the mapping page. */
typedef struct ImportColumnItem {
        Str      name, header, samples;  /* name: of the form's field, "c0" */
        uint32_t field;                  /* as in ImportColumn */
        Str      value;                  /* of the chosen field in the form */
        bool     remembered;
} ImportColumnItem;

typedef struct ImportStart {
        Layout             layout;
        const City        *city;
        const RecordTable *table;
        Str                form_key, error;
} ImportStart;

typedef struct ImportStep {
        Layout             layout;
        const City        *city;
        const RecordTable *table;
        Str                form_key, token, file_name, error, match;
        uint32_t           header_row;
        ImportColumnItem  *columns;      /* those with a heading */
        uint32_t           column_count, used_count;
        bool               returned;     /* it has the column with our reasons, which is not among them */
        uint32_t          *matches;      /* what may tell rows apart: IMPORT_KEY and fields */
        uint32_t           match_count;
        const ImportReport *report;      /* of the trial */
        int64_t            job;          /* that has it */
        uint32_t           shown_count;  /* faults on the page */
        Str                rows, created, updated, unchanged, refused, faults;
        bool               worth;        /* something would go in */
} ImportStep;

Rc   page_import_start(Visit *visit);
Rc   page_import_template(Visit *visit);
Rc   page_import_upload(Visit *visit);
Rc   page_import_map(Visit *visit);
Rc   page_import_check(Visit *visit);
Rc   page_import_run(Visit *visit);

/* A trial that is over, or an import that found faults and saved nothing. */
Rc import_show_report(Visit *visit, const Job *job);
/* The sheet and the mapping of a job, for a form that begins again. */
ImportStep import_step_of(Visit *visit, const Job *job);
/* The sheet of a trial with its reasons, as a file. */
Rc import_send_sheet(Visit *visit, const Job *job, bool only_bad) CHECKED;

void template_import_start(Buffer *out, const ImportStart *view);
void template_import_map(Buffer *out, const ImportStep *view);
void template_import_report(Buffer *out, const ImportStep *view);
