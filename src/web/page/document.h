/* The documents of a city, and one of them clause by clause: our words, the published text where it was loaded, and what in the
 * system carries each clause. */
#pragma once

#include "city/coverage.h"
#include "insight/document.h"
#include "web/markdown.h"
#include "web/page/layout.h"

/* One thing that carries a clause, as a reader is told of it. */
typedef struct CarrierLine {
        CarrierKind kind;
        Str         name, id;            /* id: its anchor on the page; empty for what has a page of its own */
        Str         text;                /* what it asks or gives, in a line */
        Str         detail;              /* who, when, how it is counted; may be empty */
        Str         waits;               /* 待后续: why it does not run yet */
} CarrierLine;

typedef struct CarrierGroup {
        CarrierKind  kind;
        Str          title;
        CarrierLine *lines;
        uint32_t     line_count;
} CarrierGroup;

typedef struct DocumentItem {
        const OutlineClause *clause;
        Str                  anchor;
        uint32_t             level;      /* of the heading: 2 to 5 */
        Markup               prose;
        CarrierGroup        *groups;     /* without indicators */
        uint32_t             group_count;
        CarrierGroup         indicators;
        uint32_t             others;     /* definitions, figures and facts */
        bool                 leaf;       /* no clause below it */
        bool                 has_original, changed;
        Str                 *original;   /* line by line */
        uint32_t             original_count;
} DocumentItem;

/* What stands about a document above its clauses. */
typedef struct DocumentFact {
        Str name, value;
} DocumentFact;

typedef struct DocumentView {
        Layout          layout;
        const City     *city;
        const Document *document;
        Str             name, title;
        DocumentFact   *facts;
        uint32_t        fact_count;
        DocumentItem   *items;           /* items[0]: the document itself */
        uint32_t        item_count;
        uint32_t        carriers[CARRIER_KINDS];
        bool            has_original;
        uint32_t        changed;
} DocumentView;

typedef struct DocumentCard {
        const Document *document;
        Str             title, dates;
        uint32_t        clauses, policies, targets, services;
} DocumentCard;

typedef struct DocumentListView {
        Layout        layout;
        const City   *city;
        DocumentCard *cards;
        uint32_t      card_count;
} DocumentListView;

/* The title of a document as a page shows it. */
Str document_title(const Document *document);

Rc   page_document_list(Visit *visit);
Rc   page_document(Visit *visit);
void template_document_list(Buffer *out, const DocumentListView *view);
void template_document(Buffer *out, const DocumentView *view);
