/* The program as text: one line a thing, `kind numbers key=value…`, the same bytes for the same program. The format is
 * defined in doc/dump.md, which an independent evaluator is written from: change both together. */
#include "program/program.h"

#define CELLS_A_LINE 64

/* ---- values -------------------------------------------------------------------------------------------- */

static void dump_text(Buffer *out, const char *key, Str text) {
        buffer_format(out, " %s=\"", key);
        for (size_t i = 0; i < text.length; i++) {
                unsigned char byte = (unsigned char) text.data[i];
                if (byte == '"' || byte == '\\')
                        buffer_byte(out, '\\');
                if (byte < 0x20 || byte == 0x7f)
                        buffer_format(out, "\\u%04x", byte);
                else
                        buffer_byte(out, text.data[i]);
        }
        buffer_byte(out, '"');
}

static void dump_bare_cell(Buffer *out, int64_t cell) {
        if (cell == UNKNOWN)
                buffer_byte(out, '?');
        else
                buffer_format(out, "%lld", (long long) cell);
}

static void dump_cell(Buffer *out, const char *key, int64_t cell) {
        buffer_format(out, " %s=", key);
        dump_bare_cell(out, cell);
}

static void dump_number(Buffer *out, const char *key, uint32_t number) {
        buffer_format(out, " %s=%u", key, number);
}

static void dump_reference(Buffer *out, const char *key, uint32_t number) {
        if (number == NONE)
                buffer_format(out, " %s=-", key);
        else
                dump_number(out, key, number);
}

static void dump_entity_of(Buffer *out, uint16_t entity) {
        dump_reference(out, "entity", entity == ENTITY_NONE ? NONE : entity);
}

static void dump_yes(Buffer *out, const char *key, bool yes) {
        buffer_format(out, " %s=%s", key, yes ? "yes" : "no");
}

static void dump_list(Buffer *out, const char *key, const uint32_t *numbers, uint32_t count) {
        buffer_format(out, " %s=[", key);
        for (uint32_t i = 0; i < count; i++)
                buffer_format(out, i == 0 ? "%u" : ",%u", numbers[i]);
        buffer_byte(out, ']');
}

static void dump_type(Buffer *out, Type type) {
        buffer_add(out, STR(" type="));
        switch (type.kind) {
        case TYPE_TRUTH:
                buffer_add(out, STR("truth"));
                return;
        case TYPE_NUMBER:
                buffer_format(out, "number/%u/%u", type.scale, type.unit);
                return;
        case TYPE_DATE:
                buffer_add(out, STR("date"));
                return;
        case TYPE_CODE:
                buffer_format(out, "code/%u", type.of);
                return;
        case TYPE_ROW:
                buffer_format(out, "row/%u", type.of);
                return;
        case TYPE_TEXT:
                buffer_add(out, STR("text"));
                return;
        }
}

static void dump_place(Buffer *out, Span at) {
        if (at.file == 0)
                buffer_add(out, STR(" place=-\n"));
        else
                buffer_format(out, " place=%u:%u:%u\n", at.file, at.start, at.end);
}

static void dump_clause_and_place(Buffer *out, uint32_t clause, Span at) {
        dump_number(out, "clause", clause);
        dump_place(out, at);
}

/* ---- schema -------------------------------------------------------------------------------------------- */

static void dump_counts(const Program *program, Buffer *out) {
        const struct {
                const char *key;
                uint32_t    count;
        } counts[] = {
                { "units", program->unit_count }, { "enumerations", program->enumeration_count },
                { "entities", program->entity_count }, { "links", program->link_count },
                { "facts", program->fact_count },
                { "parameters", program->parameter_count }, { "tables", program->table_count },
                { "steps", program->step_count }, { "stages", program->stage_count },
                { "policies", program->policy_count }, { "definitions", program->definition_count },
                { "indicators", program->indicator_count }, { "targets", program->target_count },
                { "tasks", program->task_count }, { "services", program->service_count },
                { "directories", program->directory_count }, { "reports", program->report_count },
                { "clauses", program->clause_count }, { "examples", program->example_count },
        };
        buffer_add(out, STR("program 1"));
        for (size_t i = 0; i < ARRAY_LENGTH(counts); i++)
                dump_number(out, counts[i].key, counts[i].count);
        buffer_byte(out, '\n');
}

static void dump_names(const Program *program, Buffer *out) {
        for (uint32_t i = 1; i < program->file_count; i++) {
                buffer_format(out, "file %u", i);
                dump_text(out, "path", program->files[i].path);
                buffer_byte(out, '\n');
        }
        for (uint32_t i = 0; i < program->dimension_count; i++) {
                buffer_format(out, "dimension %u", i);
                dump_text(out, "name", program->dimensions[i]);
                buffer_byte(out, '\n');
        }
        for (uint32_t i = 0; i < program->unit_count; i++) {
                const Unit *unit = &program->units[i];
                buffer_format(out, "unit %u", i);
                dump_text(out, "text", unit->text);
                dump_yes(out, "percent", unit->percent);
                buffer_add(out, STR(" parts=["));
                for (uint32_t k = 0; k < unit->part_count; k++)
                        buffer_format(out, "%s%u^%d", k == 0 ? "" : ",", unit->parts[k].dimension,
                                      unit->parts[k].exponent);
                buffer_add(out, STR("]\n"));
        }
        for (uint32_t i = 0; i < program->enumeration_count; i++) {
                const Enumeration *enumeration = &program->enumerations[i];
                buffer_format(out, "enumeration %u", i);
                dump_text(out, "name", enumeration->name);
                dump_number(out, "members", enumeration->member_count);
                buffer_byte(out, '\n');
                for (uint32_t k = 0; k < enumeration->member_count; k++) {
                        buffer_format(out, "member %u %u", i, k);
                        dump_text(out, "name", enumeration->members[k]);
                        buffer_byte(out, '\n');
                }
        }
}

static void dump_entities(const Program *program, Buffer *out) {
        for (uint32_t i = 0; i < program->entity_count; i++) {
                const Entity *entity = &program->entities[i];
                buffer_format(out, "entity %u", i);
                dump_text(out, "name", entity->name);
                dump_text(out, "counter", entity->counter);
                dump_text(out, "file", entity->file);
                dump_text(out, "key", entity->key);
                dump_reference(out, "derived", entity->derived_from);
                dump_reference(out, "county", entity->county);
                buffer_byte(out, '\n');
        }
        for (uint32_t i = 0; i < program->link_count; i++) {
                const Link *link = &program->links[i];
                buffer_format(out, "link %u", i);
                dump_number(out, "child", link->child);
                dump_number(out, "parent", link->parent);
                dump_text(out, "one", link->one_name);
                dump_text(out, "many", link->many_name);
                dump_text(out, "column", link->column);
                dump_yes(out, "complete", link->complete);
                buffer_byte(out, '\n');
        }
}

static void dump_facts(const Program *program, Buffer *out) {
        static const char *const checks[] = { "none", "identity", "credit_code", "division", "mobile" };
        for (uint32_t i = 0; i < program->fact_count; i++) {
                const Fact *fact = &program->facts[i];
                buffer_format(out, "fact %u", i);
                dump_text(out, "name", fact->name);
                dump_entity_of(out, fact->entity);
                dump_type(out, fact->type);
                dump_cell(out, "low", fact->low);
                dump_cell(out, "high", fact->high);
                dump_yes(out, "manual", fact->manual);
                dump_reference(out, "guard", fact->guard);
                dump_reference(out, "step", fact->step);
                dump_yes(out, "blank_is_no", fact->blank_is_no);
                dump_text(out, "column", fact->column);
                dump_text(out, "question", fact->question);
                dump_text(out, "help", fact->help);
                dump_text(out, "decider", fact->decider);
                buffer_format(out, " check=%s", checks[fact->check]);
                dump_yes(out, "required", fact->required);
                dump_yes(out, "sensitive", fact->sensitive);
                dump_clause_and_place(out, fact->clause, fact->at);
                for (uint32_t k = 0; k < fact->code_count; k++) {
                        buffer_format(out, "mapping %u %u", i, k);
                        dump_text(out, "text", fact->codes[k].text);
                        dump_cell(out, "value", fact->codes[k].value);
                        buffer_byte(out, '\n');
                }
        }
}

static void dump_parameters(const Program *program, Buffer *out) {
        for (uint32_t i = 0; i < program->parameter_count; i++) {
                const Parameter *parameter = &program->parameters[i];
                buffer_format(out, "parameter %u", i);
                dump_text(out, "name", parameter->name);
                dump_type(out, parameter->type);
                dump_cell(out, "low", parameter->low);
                dump_cell(out, "high", parameter->high);
                dump_yes(out, "pending", parameter->pending);
                dump_cell(out, "at_least", parameter->at_least);
                dump_cell(out, "at_most", parameter->at_most);
                dump_text(out, "decider", parameter->decider);
                dump_clause_and_place(out, parameter->clause, parameter->at);
                for (uint32_t k = 0; k < parameter->version_count; k++) {
                        const ParameterVersion *version = &parameter->versions[k];
                        buffer_format(out, "version %u %u from=%d to=%d", i, k, version->from, version->to);
                        dump_cell(out, "value", version->value);
                        dump_text(out, "cite", version->cite);
                        buffer_byte(out, '\n');
                }
        }
}

static void dump_tables(const Program *program, Buffer *out) {
        for (uint32_t i = 0; i < program->table_count; i++) {
                const Table *table = &program->tables[i];
                uint32_t keys[3] = { table->keys[0], table->keys[1], table->keys[2] };
                buffer_format(out, "table %u", i);
                dump_text(out, "name", table->name);
                dump_type(out, table->type);
                dump_list(out, "keys", keys, table->key_count);
                dump_cell(out, "low", table->low);
                dump_cell(out, "high", table->high);
                dump_number(out, "cells", table->cell_count);
                dump_clause_and_place(out, table->clause, table->at);
                for (uint32_t k = 0; k < table->cell_count; k++) {
                        if (k % CELLS_A_LINE == 0)
                                buffer_format(out, "cells %u %u values=[", i, k);
                        dump_bare_cell(out, table->cells[k]);
                        bool last = k + 1 == table->cell_count || (k + 1) % CELLS_A_LINE == 0;
                        buffer_add(out, last ? STR("]\n") : STR(","));
                }
        }
}

/* ---- steps --------------------------------------------------------------------------------------------- */

static void dump_steps(const Program *program, Buffer *out) {
        for (uint32_t i = 0; i < program->stage_count; i++) {
                buffer_format(out, "stage %u", i);
                dump_entity_of(out, program->stages[i].entity);
                buffer_format(out, " first=%u count=%u\n", program->stages[i].first, program->stages[i].count);
        }
        for (uint32_t i = 0; i < program->step_count; i++) {
                const Step *step = &program->steps[i];
                buffer_format(out, "step %u", i);
                dump_entity_of(out, step->entity);
                buffer_format(out, " op=%s", op_name(step->op));
                dump_reference(out, "a", step->a);
                dump_reference(out, "b", step->b);
                dump_reference(out, "c", step->c);
                dump_reference(out, "aux", step->aux);
                if (step->op == OP_IN_SET)
                        buffer_format(out, " imm=0x%016llx", (unsigned long long) step->imm);
                else
                        dump_cell(out, "imm", step->imm);
                dump_type(out, step->type);
                dump_cell(out, "low", step->low);
                dump_cell(out, "high", step->high);
                dump_yes(out, "proven", step->proven);
                dump_text(out, "name", step->name);
                dump_place(out, step->at);
        }
}

/* ---- policies ------------------------------------------------------------------------------------------ */

static void dump_benefit(Buffer *out, uint32_t policy, uint32_t at, const Benefit *benefit) {
        static const char *const kinds[] = { "once", "month", "loan", "service" };
        buffer_format(out, "benefit %u %u", policy, at);
        dump_text(out, "name", benefit->name);
        buffer_format(out, " kind=%s", kinds[benefit->kind]);
        dump_reference(out, "when", benefit->when);
        dump_reference(out, "each", benefit->each);
        dump_reference(out, "each_when", benefit->each_when);
        dump_reference(out, "each_output", benefit->each_output);
        dump_text(out, "content", benefit->content);
        dump_text(out, "cite", benefit->cite);
        dump_clause_and_place(out, benefit->clause, benefit->at);
        for (uint32_t i = 0; i < benefit->output_count; i++) {
                const Output *output = &benefit->outputs[i];
                buffer_format(out, "output %u %u %u", policy, at, i);
                dump_text(out, "label", output->label);
                dump_reference(out, "step", output->step);
                dump_reference(out, "floor", output->floor);
                dump_reference(out, "ceiling", output->ceiling);
                dump_yes(out, "money", output->money);
                dump_text(out, "formula", output->formula);
                buffer_byte(out, '\n');
        }
        for (uint32_t i = 0; i < benefit->interest_count; i++) {
                const InterestYears *years = &benefit->interest[i];
                buffer_format(out, "interest %u %u %u from=%u to=%u", policy, at, i, years->from_year, years->to_year);
                dump_reference(out, "share", years->share);
                buffer_byte(out, '\n');
        }
}

static void dump_policy(Buffer *out, uint32_t at, const Policy *policy) {
        buffer_format(out, "policy %u", at);
        dump_text(out, "name", policy->name);
        dump_entity_of(out, policy->entity);
        dump_reference(out, "eligible", policy->eligible);
        dump_reference(out, "judged", policy->eligible_if_judged);
        dump_reference(out, "open", policy->eligible_if_open);
        dump_reference(out, "anchor", policy->anchor);
        dump_reference(out, "budget", policy->budget);
        dump_reference(out, "budget_order", policy->budget_order);
        dump_list(out, "parameters", policy->parameters, policy->parameter_count);
        dump_text(out, "fund", policy->fund);
        dump_text(out, "office", policy->office);
        dump_text(out, "area", policy->area);
        dump_text(out, "card", policy->card);
        dump_text(out, "note", policy->note);
        dump_list(out, "supplements", policy->supplements, policy->supplement_count);
        dump_text(out, "cite", policy->cite);
        dump_clause_and_place(out, policy->clause, policy->at);
        for (uint32_t i = 0; i < policy->condition_count; i++) {
                const Condition *condition = &policy->conditions[i];
                buffer_format(out, "condition %u %u", at, i);
                dump_reference(out, "step", condition->step);
                dump_yes(out, "exclusion", condition->exclusion);
                dump_yes(out, "in_force", condition->in_force);
                dump_text(out, "text", condition->text);
                dump_text(out, "because", condition->because);
                dump_text(out, "cite", condition->cite);
                dump_clause_and_place(out, condition->clause, condition->at);
        }
        for (uint32_t i = 0; i < policy->benefit_count; i++)
                dump_benefit(out, at, i, &policy->benefits[i]);
}

static void dump_policies(const Program *program, Buffer *out) {
        static const char *const rules[] = { "highest", "first", "choice" };
        for (uint32_t i = 0; i < program->policy_count; i++)
                dump_policy(out, i, &program->policies[i]);
        for (uint32_t i = 0; i < program->exclusive_count; i++) {
                const Exclusive *exclusive = &program->exclusives[i];
                buffer_format(out, "exclusive %u", i);
                dump_text(out, "name", exclusive->name);
                buffer_format(out, " rule=%s", rules[exclusive->rule]);
                dump_list(out, "policies", exclusive->policies, exclusive->policy_count);
                dump_place(out, exclusive->at);
        }
        for (uint32_t i = 0; i < program->definition_count; i++) {
                const Definition *definition = &program->definitions[i];
                buffer_format(out, "definition %u", i);
                dump_text(out, "name", definition->name);
                dump_entity_of(out, definition->entity);
                dump_reference(out, "step", definition->step);
                dump_clause_and_place(out, definition->clause, definition->at);
        }
}

/* ---- the plan ------------------------------------------------------------------------------------------ */

static const char *const CYCLES[] = { "none", "month", "quarter", "half_year", "term", "year" };

static void dump_texts(Buffer *out, const char *kind, uint32_t of, const Str *texts, uint32_t count) {
        for (uint32_t i = 0; i < count; i++) {
                buffer_format(out, "%s %u %u", kind, of, i);
                dump_text(out, "text", texts[i]);
                buffer_byte(out, '\n');
        }
}

static void dump_measure(Buffer *out, uint32_t indicator, uint32_t at, const Measure *measure) {
        static const char *const kinds[] = { "count", "distinct", "sum" };
        if (measure->entity == ENTITY_NONE)
                return;
        buffer_format(out, "measure %u %u kind=%s", indicator, at, kinds[measure->kind]);
        dump_entity_of(out, measure->entity);
        dump_reference(out, "where", measure->where);
        dump_reference(out, "dated", measure->dated);
        dump_reference(out, "rest", measure->rest);
        dump_reference(out, "value", measure->value);
        dump_reference(out, "distinct", measure->distinct);
        buffer_byte(out, '\n');
}

static void dump_indicator(Buffer *out, uint32_t at, const Indicator *indicator) {
        static const char *const sources[] = { "computed", "reported", "imported" };
        buffer_format(out, "indicator %u", at);
        dump_text(out, "name", indicator->name);
        dump_type(out, indicator->type);
        buffer_format(out, " source=%s", sources[indicator->source]);
        dump_yes(out, "ratio", indicator->ratio);
        buffer_format(out, " cycle=%s", CYCLES[indicator->cycle]);
        dump_text(out, "reporter", indicator->reporter);
        dump_yes(out, "by_county", indicator->by_county);
        buffer_format(out, " finest=%s", CYCLES[indicator->finest]);
        dump_text(out, "meaning", indicator->meaning);
        dump_reference(out, "same_as", indicator->same_as);
        dump_clause_and_place(out, indicator->clause, indicator->at);
        dump_measure(out, at, 0, &indicator->measure);
        dump_measure(out, at, 1, &indicator->divisor);
}

static void dump_target(Buffer *out, uint32_t at, const Target *target) {
        static const char *const requirements[] = { "at_least", "reach", "more", "at_most", "about", "strive" };
        static const char *const periods[] = { "yearly", "quarterly", "monthly", "term", "cumulative", "by", "unstated" };
        buffer_format(out, "target %u", at);
        dump_text(out, "name", target->name);
        dump_reference(out, "indicator", target->indicator);
        buffer_format(out, " requirement=%s", requirements[target->requirement]);
        dump_reference(out, "value", target->value);
        buffer_format(out, " period=%s from=%d to=%d", periods[target->period], target->from, target->to);
        dump_yes(out, "growth", target->growth);
        dump_yes(out, "each_county", target->each_county);
        dump_yes(out, "split", target->split);
        dump_text(out, "area", target->area);
        dump_text(out, "lead", target->lead);
        dump_text(out, "note", target->note);
        dump_text(out, "cite", target->cite);
        dump_clause_and_place(out, target->clause, target->at);
        dump_texts(out, "target_partner", at, target->partners, target->partner_count);
}

static void dump_task(Buffer *out, uint32_t at, const Task *task) {
        buffer_format(out, "task %u", at);
        dump_text(out, "name", task->name);
        dump_text(out, "requirement", task->requirement);
        dump_text(out, "area", task->area);
        dump_text(out, "lead", task->lead);
        buffer_format(out, " due=%d cycle=%s", task->due, CYCLES[task->cycle]);
        dump_text(out, "evidence", task->evidence);
        dump_entity_of(out, task->entity);
        dump_text(out, "waiting", task->waiting);
        dump_text(out, "note", task->note);
        dump_text(out, "cite", task->cite);
        dump_clause_and_place(out, task->clause, task->at);
        dump_texts(out, "task_partner", at, task->partners, task->partner_count);
}

static void dump_service(Buffer *out, uint32_t at, const ServiceItem *service) {
        buffer_format(out, "service %u", at);
        dump_text(out, "name", service->name);
        dump_entity_of(out, service->entity);
        dump_reference(out, "policy", service->policy);
        dump_yes(out, "without_application", service->without_application);
        dump_text(out, "channel", service->channel);
        dump_text(out, "fund", service->fund);
        dump_text(out, "office", service->office);
        dump_reference(out, "records", service->records == ENTITY_NONE ? NONE : service->records);
        dump_text(out, "note", service->note);
        dump_text(out, "waiting", service->waiting);
        dump_text(out, "cite", service->cite);
        dump_clause_and_place(out, service->clause, service->at);
        dump_texts(out, "material", at, service->materials, service->material_count);
        dump_texts(out, "procedure", at, service->steps, service->step_count);
}

static void dump_directory(Buffer *out, uint32_t at, const Directory *directory) {
        buffer_format(out, "directory %u", at);
        dump_text(out, "name", directory->name);
        dump_entity_of(out, directory->entity);
        dump_reference(out, "where", directory->where);
        dump_list(out, "columns", directory->columns, directory->column_count);
        dump_list(out, "filters", directory->filters, directory->filter_count);
        dump_text(out, "note", directory->note);
        dump_clause_and_place(out, directory->clause, directory->at);
}

static void dump_report(Buffer *out, uint32_t at, const Report *report) {
        static const char *const parts[] = { "text", "period", "value", "total", "growth", "most", "least",
                                             "progress", "requirement", "lamp" };
        buffer_format(out, "report %u", at);
        dump_text(out, "name", report->name);
        dump_text(out, "issuer", report->issuer);
        buffer_format(out, " cycle=%s", CYCLES[report->cycle]);
        dump_clause_and_place(out, report->clause, report->at);
        for (uint32_t i = 0; i < report->paragraph_count; i++)
                for (uint32_t k = 0; k < report->paragraphs[i].piece_count; k++) {
                        const ReportPiece *piece = &report->paragraphs[i].pieces[k];
                        buffer_format(out, "piece %u %u %u part=%s", at, i, k, parts[piece->part]);
                        dump_reference(out, "index", piece->index);
                        dump_text(out, "text", piece->text);
                        buffer_byte(out, '\n');
                }
}

static void dump_plan(const Program *program, Buffer *out) {
        for (uint32_t i = 0; i < program->indicator_count; i++)
                dump_indicator(out, i, &program->indicators[i]);
        for (uint32_t i = 0; i < program->target_count; i++)
                dump_target(out, i, &program->targets[i]);
        for (uint32_t i = 0; i < program->task_count; i++)
                dump_task(out, i, &program->tasks[i]);
        for (uint32_t i = 0; i < program->service_count; i++)
                dump_service(out, i, &program->services[i]);
        for (uint32_t i = 0; i < program->directory_count; i++)
                dump_directory(out, i, &program->directories[i]);
        for (uint32_t i = 0; i < program->report_count; i++)
                dump_report(out, i, &program->reports[i]);
}

/* ---- documents and examples ---------------------------------------------------------------------------- */

static void dump_documents(const Program *program, Buffer *out) {
        for (uint32_t i = 0; i < program->document_count; i++) {
                const Document *document = &program->documents[i];
                buffer_format(out, "document %u", i);
                dump_text(out, "name", document->name);
                dump_text(out, "title", document->title);
                dump_text(out, "number", document->number);
                dump_text(out, "issuer", document->issuer);
                dump_text(out, "area", document->area);
                dump_text(out, "phone", document->phone);
                if (document->sources.length > 0)
                        dump_text(out, "sources", document->sources);
                if (document->category.length > 0)
                        dump_text(out, "category", document->category);
                buffer_format(out, " signed=%d published=%d from=%d to=%d", document->signed_on, document->published_on,
                              document->from, document->to);
                dump_place(out, document->at);
        }
        for (uint32_t i = 0; i < program->clause_count; i++) {
                const DocumentClause *clause = &program->clauses[i];
                buffer_format(out, "clause %u", i);
                dump_text(out, "title", clause->title);
                dump_text(out, "number", clause->number);
                dump_number(out, "level", clause->level);
                dump_reference(out, "parent", clause->parent);
                dump_reference(out, "document", clause->document);
                dump_place(out, clause->at);
        }
}

static void dump_expect(Buffer *out, uint32_t example, uint32_t at, const ExampleExpect *expect) {
        static const char *const answers[] = { "yes", "no", "ask", "open", "judge" };
        buffer_format(out, "expect %u %u", example, at);
        dump_yes(out, "eligibility", expect->eligibility);
        dump_yes(out, "measured", expect->measured);
        dump_reference(out, "policy", expect->policy);
        buffer_add(out, STR(" answers=["));
        const char *comma = "";
        for (size_t i = 0; i < ARRAY_LENGTH(answers); i++)
                if (expect->answers >> i & 1) {
                        buffer_format(out, "%s%s", comma, answers[i]);
                        comma = ",";
                }
        buffer_byte(out, ']');
        dump_reference(out, "step", expect->step);
        dump_cell(out, "value", expect->value);
        dump_text(out, "text", expect->text);
        dump_place(out, expect->at);
}

static void dump_example(Buffer *out, uint32_t at, const Example *example) {
        buffer_format(out, "example %u", at);
        dump_text(out, "name", example->name);
        dump_reference(out, "policy", example->policy);
        dump_reference(out, "indicator", example->policy == NONE ? example->indicator : NONE);
        buffer_format(out, " base_date=%d apply_date=%d", example->base_date, example->apply_date);
        dump_yes(out, "check_asks", example->check_asks);
        dump_list(out, "asks", example->asks, example->ask_count);
        dump_clause_and_place(out, example->clause, example->at);
        for (uint32_t i = 0; i < example->row_count; i++) {
                buffer_format(out, "row %u %u", at, i);
                dump_entity_of(out, example->rows[i].entity);
                dump_text(out, "key", example->rows[i].key);
                buffer_byte(out, '\n');
        }
        for (uint32_t i = 0; i < example->fact_count; i++) {
                buffer_format(out, "given %u %u row=%u fact=%u", at, i, example->facts[i].row, example->facts[i].fact);
                dump_cell(out, "value", example->facts[i].value);
                buffer_byte(out, '\n');
        }
        for (uint32_t i = 0; i < example->link_count; i++)
                buffer_format(out, "linked %u %u link=%u child=%u parent=%u\n", at, i, example->links[i].link,
                              example->links[i].child, example->links[i].parent);
        for (uint32_t i = 0; i < example->complete_count; i++)
                buffer_format(out, "whole %u %u link=%u row=%u\n", at, i, example->complete[i].link,
                              example->complete[i].row);
        for (uint32_t i = 0; i < example->set_count; i++) {
                buffer_format(out, "set %u %u parameter=%u", at, i, example->sets[i].parameter);
                dump_cell(out, "value", example->sets[i].value);
                buffer_byte(out, '\n');
        }
        for (uint32_t i = 0; i < example->expect_count; i++)
                dump_expect(out, at, i, &example->expects[i]);
}

void program_dump(const Program *program, Buffer *out) {
        dump_counts(program, out);
        dump_names(program, out);
        dump_entities(program, out);
        dump_facts(program, out);
        dump_parameters(program, out);
        dump_tables(program, out);
        dump_steps(program, out);
        dump_policies(program, out);
        dump_plan(program, out);
        dump_documents(program, out);
        for (uint32_t i = 0; i < program->example_count; i++)
                dump_example(out, i, &program->examples[i]);
}
