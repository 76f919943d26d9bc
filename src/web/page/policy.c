/* Gathers what the page of one policy shows. */
#include "web/page/policy.h"

#include "base/date.h"

static Str bound_text(Arena *arena, const Program *program, Type type, int64_t cell) {
        return cell == UNKNOWN ? (Str){ 0 } : value_text(arena, program, type, cell);
}

static ParameterItem parameter_item(const Visit *visit, const Parameter *parameter) {
        const Program *program = &visit->city->pack->program;
        uint32_t version;
        int64_t cell = parameter_at(parameter, visit_date(visit), &version);
        ParameterItem item = { .parameter = parameter, .pending = cell == UNKNOWN };
        if (cell != UNKNOWN)
                item.value = value_text(visit->arena, program, parameter->type, cell);
        if (version != NONE) {
                const ParameterVersion *found = &parameter->versions[version];
                item.cite = found->cite;
                if (cell != UNKNOWN && found->from != DATE_MIN)
                        item.from = date_chinese(visit->arena, found->from);
        }
        item.at_least = bound_text(visit->arena, program, parameter->type, parameter->at_least);
        item.at_most = bound_text(visit->arena, program, parameter->type, parameter->at_most);
        return item;
}

static void fill_parameters(const Visit *visit, PolicyView *view) {
        const Policy *policy = view->policy;
        view->parameters = ARENA_NEW(visit->arena, ParameterItem, policy->parameter_count);
        for (uint32_t i = 0; i < policy->parameter_count; i++) {
                ParameterItem item = parameter_item(visit, &visit->city->pack->program.parameters[policy->parameters[i]]);
                view->parameters[view->parameter_count++] = item;
                view->pending += item.pending;
        }
}

static void fill_supplements(const Visit *visit, PolicyView *view) {
        const Policy *policy = view->policy;
        view->supplements = ARENA_NEW(visit->arena, Str, policy->supplement_count);
        for (uint32_t i = 0; i < policy->supplement_count; i++)
                if (i == 0 || policy->supplements[i] != policy->supplements[i - 1])
                        view->supplements[view->supplement_count++] =
                                pack_clause(visit->city->pack, policy->supplements[i]);
}

static Str expected_text(Arena *arena, const Example *example) {
        Buffer out CLEAN(buffer_free) = buffer_new(1 << 16);
        for (uint32_t i = 0; i < example->expect_count; i++)
                buffer_format(&out, "%s%.*s", i ? "；" : "", STR_ARG(example->expects[i].text));
        return str_copy(arena, buffer_str(&out));
}

static void fill_examples(const Visit *visit, PolicyView *view, uint32_t policy) {
        const Program *program = &visit->city->pack->program;
        view->examples = ARENA_NEW(visit->arena, ExampleItem, program->example_count);
        for (uint32_t i = 0; i < program->example_count; i++) {
                const Example *example = &program->examples[i];
                if (example->policy == policy)
                        view->examples[view->example_count++] = (ExampleItem){
                                example->name, date_chinese(visit->arena, example->base_date),
                                expected_text(visit->arena, example),
                        };
        }
}

static void fill_services(const Visit *visit, PolicyView *view, uint32_t policy) {
        const Program *program = &visit->city->pack->program;
        view->services = ARENA_NEW(visit->arena, PolicyService, program->service_count);
        for (uint32_t i = 0; i < program->service_count; i++)
                if (program->services[i].policy == policy)
                        view->services[view->service_count++] = (PolicyService){
                                &program->services[i], service_clock(visit, &program->services[i], visit_date(visit)),
                        };
}

Rc page_policy(Visit *visit) {
        const Pack *pack = visit->city->pack;
        uint32_t index = pack_policy(pack, visit->parameters[0]);
        if (index == NONE)
                return RC_MISSING;
        const Policy *policy = &pack->program.policies[index];
        uint32_t document = pack->program.clauses[policy->clause].document;
        PolicyView view = {
                .layout = layout_of(visit, policy->name, SECTION_POLICIES),
                .arena = visit->arena,
                .city = visit->city,
                .policy = policy,
                .document = document == NONE ? NULL : &pack->program.documents[document],
                .whom = subject_name(&pack->program, policy->entity),
                .clause = pack_clause(pack, policy->clause),
                .exclusive = exclusive_text(visit->arena, &pack->program, index),
                .prose = markdown_render(visit->arena, pack_clause_prose(pack, visit->arena, policy->clause)),
        };
        for (uint32_t i = 0; i < policy->condition_count; i++)
                *(policy->conditions[i].exclusion ? &view.exclusions : &view.conditions) += 1;
        fill_parameters(visit, &view);
        fill_supplements(visit, &view);
        fill_examples(visit, &view, index);
        fill_services(visit, &view, index);
        template_policy(&visit->response->body, &view);
        return RC_OK;
}
