/* What somebody typed into a record's form, cell by cell, with what is wrong with it. */
#pragma once

#include "web/page/record_view.h"

typedef struct Draft {
        const RecordTable *table;
        Record             record;       /* cells as far as they could be read */
        Str               *texts;        /* by field: what stands in the form */
        bool              *clear;        /* by field: a sensitive text is to be emptied */
        FieldFaults        faults;
} Draft;

/* The draft of a record as it is; sensitive texts stay out of it. */
Draft draft_of(const Visit *visit, const RecordTable *table, const Record *record);
/* Reads the form over `base`: what the form does not have stays as it is there. */
Rc draft_read(Visit *visit, const RecordTable *table, const Record *base, Draft *ret_draft) CHECKED;
/* A record without anything, but with the partners that the fields name by number ("<prefix><link>" → id). */
Rc draft_seed(Visit *visit, const RecordTable *table, const FormFields *fields, Str prefix, Record *ret_record) CHECKED;
/* The words of a field in the form, and of a cell in a sentence. */
Str draft_cell_text(const Visit *visit, const RecordTable *table, const Record *record, uint32_t field);
