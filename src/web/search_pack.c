/* Walks a pack and gives every text a reader may look for to the index. */
#include "web/search_pack.h"

#include "city/outline.h"
#include "web/markdown.h"

#define PROSE_MAX ((size_t) 1 << 20)

typedef struct Gatherer {
        const Pack *pack;
        Arena      *arena;
        PackSearch *search;
} Gatherer;

static const struct {
        const char *word;
        Str         text;
} kinds[FIND_KINDS] = {
        [FIND_POLICY] = { "policy", STR_INIT("政策") },       [FIND_SERVICE] = { "service", STR_INIT("可办的事") },
        [FIND_DIRECTORY] = { "directory", STR_INIT("名录") }, [FIND_TARGET] = { "target", STR_INIT("目标") },
        [FIND_TASK] = { "task", STR_INIT("任务") },           [FIND_CLAUSE] = { "clause", STR_INIT("文件条款") },
        [FIND_DOCUMENT] = { "document", STR_INIT("文件") },   [FIND_QUESTION] = { "question", STR_INIT("算一算里的问题") },
};

Str find_kind_text(FindKind kind) {
        return kinds[kind].text;
}

const char *find_kind_word(FindKind kind) {
        return kinds[kind].word;
}

/* ---- places -------------------------------------------------------------------------------------------- */

/* Where a clause of the program stands: on its document's page, or nowhere when another pack has it. */
static FindPlace place_of(const Gatherer *gatherer, FindKind kind, Str name, uint32_t clause) {
        const Program *program = &gatherer->pack->program;
        const DocumentClause *known = &program->clauses[clause];
        FindPlace place = { .kind = kind, .name = name, .clause = known->title };
        if (clause == 0 || known->document == NONE || !pack_is_own(gatherer->pack, known->at.file))
                return place;
        Str key = clause_key(gatherer->pack, clause, gatherer->arena);
        place.document = program->documents[known->document].name;
        place.anchor = key.length ? clause_anchor(gatherer->arena, key) : STR("main");
        return place;
}

static void add(Gatherer *gatherer, const FindPlace *place, Str title, Str heading, Str prose) {
        PackSearch *search = gatherer->search;
        SearchEntry entry = { .kind = place->kind, .index = search->place_count, .fields = { title, heading, prose } };
        *ARENA_PUSH(gatherer->arena, search->places, search->place_count, search->place_capacity) = *place;
        search_add(search->index, &entry);
}

static Str joined(const Gatherer *gatherer, const Str *texts, size_t count) {
        Buffer out CLEAN(buffer_free) = buffer_new(PROSE_MAX);
        for (size_t i = 0; i < count; i++)
                if (texts[i].length)
                        buffer_format(&out, "%s%.*s", out.length ? " " : "", STR_ARG(texts[i]));
        return str_copy(gatherer->arena, buffer_str(&out));
}

/* ---- kinds --------------------------------------------------------------------------------------------- */

static void add_clause(Gatherer *gatherer, uint32_t document, const OutlineClause *clause) {
        FindPlace place = { .kind = FIND_CLAUSE, .name = clause->title, .document = gatherer->pack->program.documents[document].name,
                            .anchor = clause_anchor(gatherer->arena, clause->key) };
        Buffer prose CLEAN(buffer_free) = buffer_new(PROSE_MAX);
        for (uint32_t i = 0; i < clause->clause_count; i++) {
                Str words = pack_clause_prose(gatherer->pack, gatherer->arena, clause->clauses[i]);
                buffer_format(&prose, "%.*s\n\n", STR_ARG(words));
        }
        add(gatherer, &place, (Str){ 0 }, clause->title, markdown_plain(gatherer->arena, buffer_str(&prose)));
}

static void add_document(Gatherer *gatherer, uint32_t index) {
        const Document *document = &gatherer->pack->program.documents[index];
        Outline outline = outline_of(gatherer->pack, index, gatherer->arena);
        FindPlace place = {
                .kind = FIND_DOCUMENT, .name = document->title.length ? document->title : document->name,
                .document = document->name, .anchor = STR("main"),
        };
        Str texts[] = { document->number, document->issuer, document->area, document->sources, document->category, document->name };
        add(gatherer, &place, place.name, (Str){ 0 }, joined(gatherer, texts, ARRAY_LENGTH(texts)));
        for (uint32_t i = 1; i < outline.count; i++)
                add_clause(gatherer, index, &outline.items[i]);
}

static void add_policy(Gatherer *gatherer, const Policy *policy) {
        FindPlace place = place_of(gatherer, FIND_POLICY, policy->name, policy->clause);
        Str head[] = { policy->note, policy->card, policy->office, policy->fund, policy->area };
        Str words = joined(gatherer, head, ARRAY_LENGTH(head));
        for (uint32_t i = 0; i < policy->benefit_count; i++)
                words = joined(gatherer, (Str[]){ words, policy->benefits[i].name, policy->benefits[i].content }, 3);
        add(gatherer, &place, policy->name, place.clause, words);
}

static void add_service(Gatherer *gatherer, const ServiceItem *service) {
        FindPlace place = place_of(gatherer, FIND_SERVICE, service->name, service->clause);
        Str words = joined(gatherer, (Str[]){ service->note, service->office, service->channel, service->fund }, 4);
        words = joined(gatherer, (Str[]){ words, joined(gatherer, service->materials, service->material_count),
                                          joined(gatherer, service->steps, service->step_count) }, 3);
        add(gatherer, &place, service->name, place.clause, words);
}

static void add_plan(Gatherer *gatherer) {
        const Program *program = &gatherer->pack->program;
        for (uint32_t i = 0; i < program->target_count; i++) {
                const Target *target = &program->targets[i];
                FindPlace place = place_of(gatherer, FIND_TARGET, target->name, target->clause);
                place.anchor = str_format(gatherer->arena, "mb-%.*s", STR_ARG(target->name));
                add(gatherer, &place, target->name, place.clause,
                    joined(gatherer, (Str[]){ target->note, target->area, target->lead, program->indicators[target->indicator].name }, 4));
        }
        for (uint32_t i = 0; i < program->task_count; i++) {
                const Task *task = &program->tasks[i];
                FindPlace place = place_of(gatherer, FIND_TASK, task->name, task->clause);
                place.anchor = str_format(gatherer->arena, "rw-%.*s", STR_ARG(task->name));
                add(gatherer, &place, task->name, place.clause,
                    joined(gatherer, (Str[]){ task->requirement, task->note, task->area, task->lead, task->evidence }, 5));
        }
}

static void add_directories(Gatherer *gatherer) {
        const Program *program = &gatherer->pack->program;
        for (uint32_t i = 0; i < program->directory_count; i++) {
                const Directory *directory = &program->directories[i];
                FindPlace place = place_of(gatherer, FIND_DIRECTORY, directory->name, directory->clause);
                Str words = directory->note;
                for (uint32_t k = 0; k < directory->column_count; k++)
                        words = joined(gatherer, (Str[]){ words, program->facts[directory->columns[k]].name }, 2);
                add(gatherer, &place, directory->name, place.clause, words);
        }
}

/* What is asked of visitors: a fact that some rule reads. */
static void add_questions(Gatherer *gatherer) {
        const Program *program = &gatherer->pack->program;
        for (uint32_t i = 0; i < program->fact_count; i++) {
                const Fact *fact = &program->facts[i];
                if (fact->question.length == 0 || fact->step == NONE || fact->manual)
                        continue;
                FindPlace place = { .kind = FIND_QUESTION, .name = fact->question };
                add(gatherer, &place, fact->question, fact->name, fact->help);
        }
}

const PackSearch *search_pack(const Pack *pack, Arena *arena) {
        PackSearch *search = ARENA_NEW(arena, PackSearch, 1);
        Gatherer gatherer = { pack, arena, search };
        const Program *program = &pack->program;
        search->index = search_new(arena);
        for (uint32_t i = 0; i < program->document_count; i++)
                if (pack_is_own(pack, program->documents[i].at.file))
                        add_document(&gatherer, i);
        for (uint32_t i = 0; i < program->policy_count; i++)
                add_policy(&gatherer, &program->policies[i]);
        for (uint32_t i = 0; i < program->service_count; i++)
                add_service(&gatherer, &program->services[i]);
        add_plan(&gatherer);
        add_directories(&gatherer);
        add_questions(&gatherer);
        search_close(search->index);
        return search;
}
