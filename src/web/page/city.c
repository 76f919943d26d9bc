/* Puts each policy under its clause, and each clause that offers nothing aside. */
#include "web/page/city.h"

#include "base/date.h"
#include "base/json.h"
#include "engine/plain.h"

static bool reads_open_figure(const Program *program, const Policy *policy) {
        for (uint32_t i = 0; i < policy->parameter_count; i++)
                if (program->parameters[policy->parameters[i]].pending)
                        return true;
        return false;
}

/* One line about a policy: its note, whom to ask, or what it gives. */
static Str policy_summary(Arena *arena, const Policy *policy) {
        if (policy->card.length || policy->note.length)
                return policy->card.length ? policy->card : policy->note;
        Buffer out CLEAN(buffer_free) = buffer_new(1 << 16);
        for (uint32_t i = 0; i < policy->benefit_count; i++) {
                const Benefit *benefit = &policy->benefits[i];
                buffer_add(&out, i ? STR("；") : STR(""));
                if (benefit->content.length)
                        buffer_add(&out, benefit->content);
                else if (benefit->output_count) {
                        Str formula = plain_words(arena, benefit->outputs[0].formula, NULL);
                        buffer_format(&out, "%.*s：%.*s", STR_ARG(benefit->outputs[0].label), STR_ARG(formula));
                } else
                        buffer_add(&out, benefit->name);
        }
        return str_copy(arena, buffer_str(&out));
}

static bool is_chosen(const CityView *view, const Policy *policy) {
        return view->filter.length == 0 ||
               str_equal(view->filter, view->city->pack->program.entities[policy->entity].name);
}

static void fill_policies(CityView *view, ClauseItem *item) {
        const Program *program = &view->city->pack->program;
        item->items = ARENA_NEW(view->arena, PolicyItem, program->policy_count);
        item->widened = ARENA_NEW(view->arena, const Policy *, program->policy_count);
        for (uint32_t i = 0; i < program->policy_count; i++) {
                const Policy *policy = &program->policies[i];
                if (!is_chosen(view, policy))
                        continue;
                if (policy->clause == item->index)
                        item->items[item->item_count++] = (PolicyItem){
                                policy, subject_name(program, policy->entity), policy_summary(view->arena, policy),
                                reads_open_figure(program, policy),
                        };
                for (uint32_t j = 0; j < policy->supplement_count; j++)
                        if (policy->supplements[j] == item->index) {
                                item->widened[item->widened_count++] = policy;
                                break;
                        }
        }
}

static void fill_clause(CityView *view, uint32_t index) {
        const Pack *pack = view->city->pack;
        const DocumentClause *clause = &pack->program.clauses[index];
        ClauseItem *item = &view->clauses[view->clause_count++];
        *item = (ClauseItem){ .clause = clause, .index = index };
        fill_policies(view, item);
        Str prose = pack_clause_prose(pack, view->arena, index);
        if (item->item_count || item->widened_count)
                item->summary = markdown_first_paragraph(view->arena, prose);
        else
                item->prose = markdown_render(view->arena, prose);
        view->policy_count += item->item_count;
        item->shown = view->filter.length == 0 || item->item_count > 0;
}

/* Under a filter a part is shown when a clause of it is. */
static void show_parents(CityView *view) {
        for (uint32_t i = view->clause_count; i-- > 0;) {
                const ClauseItem *item = &view->clauses[i];
                for (uint32_t j = i; item->shown && j-- > 0;)
                        if (view->clauses[j].index == item->clause->parent)
                                view->clauses[j].shown = true;
        }
}

static void fill_filters(CityView *view) {
        const Program *program = &view->city->pack->program;
        view->filters = ARENA_NEW(view->arena, FilterItem, program->entity_count);
        for (uint16_t entity = 0; entity < program->entity_count; entity++) {
                uint32_t count = 0;
                for (uint32_t i = 0; i < program->policy_count; i++)
                        count += program->policies[i].entity == entity;
                if (count)
                        view->filters[view->filter_count++] = (FilterItem){
                                program->entities[entity].name, subject_name(program, entity), count,
                                str_equal(view->filter, program->entities[entity].name),
                        };
        }
}

static bool is_own_file(const Pack *pack, uint32_t file) {
        return file >= pack->own_file_first && file <= pack->own_file_last;
}

Rc page_city(Visit *visit) {
        const Pack *pack = visit->city->pack;
        CityView view = {
                .layout = layout_of(visit, str_format(visit->arena, "%.*s的政策", STR_ARG(visit->city->name)),
                                    SECTION_POLICIES),
                .city = visit->city,
                .arena = visit->arena,
                .filter = form_text(&visit->query, STR("for")),
                .base_date = date_chinese(visit->arena, visit_date(visit)),
                .total = pack->program.policy_count,
                .clauses = ARENA_NEW(visit->arena, ClauseItem, pack->program.clause_count),
        };
        if (view.filter.length && pack_entity(pack, view.filter) == NONE)
                return RC_MISSING;
        if (visit->city->document->signed_on != DATE_MIN)
                view.signed_on = date_chinese(visit->arena, visit->city->document->signed_on);
        for (uint32_t i = 1; i < pack->program.clause_count; i++)
                if (is_own_file(pack, pack->program.clauses[i].at.file))
                        fill_clause(&view, i);
        show_parents(&view);
        fill_filters(&view);
        template_city(&visit->response->body, &view);
        return RC_OK;
}

static void policy_json(Json *json, const Pack *pack, const Policy *policy, Arena *arena) {
        const struct {
                const char *key;
                Str         text;
        } texts[] = {
                { "name", policy->name },
                { "entity", pack->program.entities[policy->entity].name },
                { "clause", pack_clause(pack, policy->clause) },
                { "summary", policy_summary(arena, policy) },
                { "office", policy->office },
                { "fund", policy->fund },
        };
        json_open_object(json);
        for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
                json_key(json, texts[i].key);
                json_text(json, texts[i].text);
        }
        json_key(json, "decidable");
        json_bool(json, policy->card.length == 0);
        json_key(json, "openFigures");
        json_open_array(json);
        for (uint32_t i = 0; i < policy->parameter_count; i++)
                if (pack->program.parameters[policy->parameters[i]].pending)
                        json_text(json, pack->program.parameters[policy->parameters[i]].name);
        json_end(json);
        json_key(json, "conditions");
        json_open_array(json);
        for (uint32_t i = 0; i < policy->condition_count; i++) {
                json_open_object(json);
                json_key(json, "text");
                json_text(json, policy->conditions[i].text);
                json_key(json, "exclusion");
                json_bool(json, policy->conditions[i].exclusion);
                json_key(json, "cite");
                json_text(json, policy->conditions[i].cite);
                json_end(json);
        }
        json_end(json);
        json_end(json);
}

Rc page_city_json(Visit *visit) {
        const City *city = visit->city;
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        json_open_object(&json);
        json_key(&json, "city");
        json_text(&json, city->name);
        json_key(&json, "document");
        json_text(&json, city->document->title);
        json_key(&json, "issuer");
        json_text(&json, city->document->issuer);
        json_key(&json, "hash");
        json_text(&json, city->pack->hash);
        json_key(&json, "demonstration");
        json_bool(&json, city->pack->demonstration);
        json_key(&json, "policies");
        json_open_array(&json);
        for (uint32_t i = 0; i < city->pack->program.policy_count; i++)
                policy_json(&json, city->pack, &city->pack->program.policies[i], visit->arena);
        json_end(&json);
        json_end(&json);
        return RC_OK;
}
