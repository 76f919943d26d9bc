/* A record as a form made of the model: new, edited, and what happens when somebody else was faster. */
#pragma once

#include "web/page/record_view.h"

typedef enum FormKind { FORM_RADIO, FORM_SELECT, FORM_DATE, FORM_NUMBER, FORM_LINE, FORM_LINK } FormKind;

typedef struct FormOption {
        Str  value, name;
        bool chosen;
} FormOption;

typedef struct FormInput {
        const RecordField *field;        /* NULL: the key */
        FormKind           kind;
        Str                label, name, id, value, hint, error;
        Str                kept;         /* a sensitive text that stays when nothing is written: masked */
        Str                clear;        /* name of the box that empties it */
        bool               cleared, required;
        FormOption        *options;
        uint32_t           option_count;
} FormInput;

/* A field that is not what it was when the form was opened. */
typedef struct FormConflict {
        Str  name, base, theirs, yours;
        bool both;                       /* both changed it: yours stands in the form */
} FormConflict;

typedef struct RecordFormView {
        Layout             layout;
        const City        *city;
        const RecordTable *table;
        int64_t            id, version;  /* id 0: a new one */
        Str                title, form_key, who;        /* who: changed it meanwhile, and when */
        FormInput         *inputs;
        uint32_t           input_count, error_count;
        FormField         *seeds;        /* partners that a new record was begun with: hidden fields */
        uint32_t           seed_count;
        FormConflict      *conflicts;
        uint32_t           conflict_count;
} RecordFormView;

Rc   page_record_new(Visit *visit);
Rc   page_record_create(Visit *visit);
Rc   page_record_edit(Visit *visit);
Rc   page_record_save(Visit *visit);
void template_record_form(Buffer *out, const RecordFormView *view);
