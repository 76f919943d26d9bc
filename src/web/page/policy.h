/* One policy in plain words: who it is for, what it gives, which figures are still open, where to go. */
#pragma once

#include "engine/plain.h"
#include "web/page/service.h"

typedef struct ParameterItem {
        const Parameter *parameter;
        bool             pending;        /* no figure on this day */
        Str              value, from, cite, at_least, at_most;
} ParameterItem;

typedef struct ExampleItem {
        Str name, date, expected;
} ExampleItem;

/* A service that carries the policy out, handed in today. */
typedef struct PolicyService {
        const ServiceItem *service;
        ServiceClock       clock;
} PolicyService;

typedef struct PolicyView {
        Layout         layout;
        Arena         *arena;
        const City    *city;
        const Policy  *policy;
        const Document *document;       /* that has it; NULL: none */
        Str            whom, clause, exclusive;
        Markup         prose;            /* our words about the clause */
        uint32_t       conditions, exclusions;
        ParameterItem *parameters;
        uint32_t       parameter_count, pending;
        Str           *supplements;      /* titles of the clauses that open it to more people */
        uint32_t       supplement_count;
        ExampleItem   *examples;
        uint32_t       example_count;
        PolicyService *services;
        uint32_t       service_count;
} PolicyView;

Rc   page_policy(Visit *visit);
void template_policy(Buffer *out, const PolicyView *view);
