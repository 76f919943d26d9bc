/* Tasks of the documents: the list, one task with its orders, and what is due of whom. */
#pragma once

#include "web/page/office.h"

typedef struct TaskRow {
        const Task *task;
        Str         cycle, due, state;
        bool        late;
} TaskRow;

typedef struct TasksView {
        Office   office;
        TaskRow *rows;
        uint32_t row_count, all;
        Str     *leads, *areas;
        uint32_t lead_count, area_count;
        Str      lead, area;             /* asked for */
} TasksView;

typedef struct TaskView {
        Office             office;
        const Task        *task;
        Str                cycle, due, partners, clause, document;
        const RecordTable *table;        /* whose records prove it; may be NULL */
        OrdersView         orders;
} TaskView;

typedef struct DueRow {
        const Due  *due;
        const char *kind, *place;        /* place: of the address of what it is about */
        Str         subject, period, day, state;
} DueRow;

typedef struct DueView {
        Office   office;
        Str      unit;
        Str     *units;
        uint32_t unit_count;
        DueRow  *rows;
        uint32_t row_count, late;
} DueView;

Rc   page_office_tasks(Visit *visit);
Rc   page_office_task(Visit *visit);
Rc   page_office_task_form(Visit *visit);
Rc   page_office_due(Visit *visit);
void template_office_tasks(Buffer *out, const TasksView *view);
void template_office_task(Buffer *out, const TaskView *view);
void template_office_due(Buffer *out, const DueView *view);
