/* Gathers what the page of one service shows. */
#include "web/page/service.h"

#include "city/outline.h"

static uint32_t find_service(const Program *program, Str name) {
        for (uint32_t i = 0; i < program->service_count; i++)
                if (str_equal(program->services[i].name, name))
                        return i;
        return NONE;
}

Rc page_service(Visit *visit) {
        const Pack *pack = visit->city->pack;
        const Program *program = &pack->program;
        uint32_t index = find_service(program, visit->parameters[0]);
        if (index == NONE)
                return RC_MISSING;
        const ServiceItem *service = &program->services[index];
        uint32_t document = program->clauses[service->clause].document;
        bool own = document != NONE && pack_is_own(pack, program->clauses[service->clause].at.file);
        ServiceView view = {
                .layout = layout_of(visit, service->name, SECTION_DOCUMENTS), .city = visit->city, .service = service,
                .document = own ? &program->documents[document] : NULL,
                .policy = service->policy == NONE ? NULL : &program->policies[service->policy],
                .whom = service->entity == ENTITY_NONE ? (Str){ 0 } : subject_name(program, service->entity),
                .clause = pack_clause(pack, service->clause),
                .anchor = clause_anchor(visit->arena, clause_key(pack, service->clause, visit->arena)),
                .record = service->records == ENTITY_NONE ? (Str){ 0 } : program->entities[service->records].name,
        };
        template_service(&visit->response->body, &view);
        return RC_OK;
}
