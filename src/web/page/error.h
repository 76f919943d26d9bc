/* The page for everything that did not work: what happened, and what to do now. */
#pragma once

#include "web/page/layout.h"

typedef struct ErrorView {
        Layout layout;
        Str    title, advice;
        bool   restart;                  /* offer to begin the interview again */
        bool   upload;                   /* offer to choose another sheet */
        const FormFields *fields;        /* what was typed, to be sent to the same address again; NULL: nothing was */
} ErrorView;

/* Fill the response, whose status is set, for people and for programs. */
void error_page(Visit *visit);
void error_json(Visit *visit);

void template_error(Buffer *out, const ErrorView *view);
