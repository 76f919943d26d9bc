/* What every page has around its content, and small texts that several pages show. */
#pragma once

#include "web/visit.h"

typedef enum Section {
        SECTION_NONE, SECTION_POLICIES, SECTION_ASK, SECTION_OVERVIEW, SECTION_DOCUMENTS, SECTION_DIRECTORIES, SECTION_SEARCH,
        SECTION_BOARD, SECTION_TASKS, SECTION_DUE, SECTION_RECORDS, SECTION_IMPORT, SECTION_REPORT,      /* officers' */
} Section;

typedef struct Layout {
        Str         title;
        const City *city;                /* NULL outside a city */
        Section     section;
        bool        demonstration;       /* the page shows figures that no document has */
        const Visit *visit;              /* says whether the city's records are invented, once visit_plan was called */
        bool        office;              /* officers' navigation */
        bool        refresh;             /* the page changes by itself: without scripts it is loaded again */
        bool        elder, error;        /* error: the title says so, for screen readers */
        Str         back;                /* where switching large type returns to */
        Str         state, view;         /* of an interview: switching large type keeps it */
} Layout;

Layout layout_of(const Visit *visit, Str title, Section section);

/* One place of the officers' navigation. */
typedef struct OfficePlace {
        Section     section;
        const char *path, *name;         /* path: behind /o/CITY */
} OfficePlace;
#define OFFICE_PLACES 6
extern const OfficePlace OFFICE_NAVIGATION[OFFICE_PLACES];

void template_layout_top(Buffer *out, const Layout *layout);
void template_layout_bottom(Buffer *out, const Layout *layout);
/* Says that a document (NULL: none) is no longer, or not yet, in force on the visitor's day. */
void template_validity(Buffer *out, const Visit *visit, const Document *document);

/* Whom a policy or an interview is about, as one says it to a resident: 个人, 家庭, 企业, 载体. */
Str subject_name(const Program *program, uint16_t entity);
/* "我自己", "我家"; for the choice at the beginning of an interview. */
Str subject_self(const Program *program, uint16_t entity);
/* 一次性, 按月, 贷款, 服务. */
Str benefit_kind_name(BenefitKind kind);
/* A cell as people read it; dates in Chinese. */
Str value_text(Arena *arena, const Program *program, Type type, int64_t cell);
/* A day as forms and addresses write it: 2022-09-30. */
Str date_text(Arena *arena, int32_t day);
/* "-1234567.5元" with a comma after each three digits before the point. */
Str grouped_text(Arena *arena, Str text);
/* Names with 、 between them. */
Str names_text(Arena *arena, const Str *names, uint32_t count);
/* What a policy excludes or is excluded by: "和“技能提升补贴”只能享受一项，给金额高的"; empty when nothing. */
Str exclusive_text(Arena *arena, const Program *program, uint32_t policy);
