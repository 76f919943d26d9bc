/* Gathers a document's clauses from the pack, and what the city's database knows about it. */
#include "web/page/document.h"

#include "base/date.h"
#include "base/log.h"
#include "base/utf8.h"
#include "web/page/carrier.h"

#define FACTS_MAX 12
#define PROSE_MAX ((size_t) 1 << 21)
#define HEADING_MAX 5
#define HEADING_CHARACTERS 60            /* a clause of a published text that is no longer is a heading */

/* The order in which a reader is shown what carries a clause. */
static const CarrierKind SHOWN[] = {
        CARRIER_POLICY, CARRIER_SUPPLEMENT, CARRIER_SERVICE, CARRIER_DIRECTORY, CARRIER_TARGET, CARRIER_TASK, CARRIER_REPORT,
};

typedef struct Filler {
        Visit          *visit;
        DocumentView   *view;
        const Pack     *pack;
        const Coverage *coverage;
        CarrierReader   reader;
        OriginalRow    *rows;
        uint32_t        row_count;
} Filler;

Str document_title(const Document *document) {
        return document->title.length ? document->title : document->name;
}

/* ---- clauses ------------------------------------------------------------------------------------------- */

static const ClauseCoverage *coverage_of_clause(const Coverage *coverage, uint32_t clause) {
        for (uint32_t i = 0; i < coverage->clause_count; i++)
                if (coverage->clauses[i].clause == clause)
                        return &coverage->clauses[i];
        return NULL;
}

static void add_lines(Filler *filler, const OutlineClause *clause, CarrierKind kind, CarrierGroup *group) {
        uint32_t capacity = 0;
        *group = (CarrierGroup){ .kind = kind, .title = carrier_title(kind) };
        for (uint32_t i = 0; i < clause->clause_count; i++) {
                const ClauseCoverage *covered = coverage_of_clause(filler->coverage, clause->clauses[i]);
                for (uint32_t k = 0; covered && k < covered->carrier_count; k++)
                        if (covered->carriers[k].kind == kind)
                                *ARENA_PUSH(filler->visit->arena, group->lines, group->line_count, capacity) =
                                        carrier_line(&filler->reader, &covered->carriers[k]);
        }
        filler->view->carriers[kind] += group->line_count;
}

static void fill_carriers(Filler *filler, DocumentItem *item) {
        item->groups = ARENA_NEW(filler->visit->arena, CarrierGroup, ARRAY_LENGTH(SHOWN));
        for (size_t i = 0; i < ARRAY_LENGTH(SHOWN); i++) {
                add_lines(filler, item->clause, SHOWN[i], &item->groups[item->group_count]);
                item->group_count += item->groups[item->group_count].line_count > 0;
        }
        add_lines(filler, item->clause, CARRIER_INDICATOR, &item->indicators);
        for (uint32_t i = 0; i < item->clause->clause_count; i++) {
                const ClauseCoverage *covered = coverage_of_clause(filler->coverage, item->clause->clauses[i]);
                for (uint32_t k = 0; covered && k < covered->carrier_count; k++)
                        item->others += carrier_title(covered->carriers[k].kind).length == 0;
        }
}

static void fill_original(Filler *filler, DocumentItem *item) {
        uint32_t capacity = 0;
        for (uint32_t i = 0; i < filler->row_count; i++) {
                const OriginalRow *row = &filler->rows[i];
                bool heading = item->prose.html.length == 0 && utf8_count(row->text) <= HEADING_CHARACTERS;
                if (!str_equal(row->key, item->clause->key) || (heading && !original_changed(row)))
                        continue;        /* a heading alone stands above already */
                item->has_original = filler->view->has_original = true;
                item->changed = original_changed(row);
                filler->view->changed += item->changed;
                for (Str rest = row->text; rest.length > 0;)
                        *ARENA_PUSH(filler->visit->arena, item->original, item->original_count, capacity) = str_cut(&rest, '\n');
        }
}

static void fill_item(Filler *filler, const Outline *outline, uint32_t index) {
        const OutlineClause *clause = &outline->items[index];
        DocumentItem *item = &filler->view->items[index];
        Arena *arena = filler->visit->arena;
        Buffer prose CLEAN(buffer_free) = buffer_new(PROSE_MAX);
        for (uint32_t i = 0; i < clause->clause_count; i++) {
                Str words = pack_clause_prose(filler->pack, arena, clause->clauses[i]);
                buffer_format(&prose, "%.*s\n\n", STR_ARG(words));
        }
        *item = (DocumentItem){
                .clause = clause, .anchor = clause_anchor(arena, clause->key), .prose = markdown_render(arena, buffer_str(&prose)),
                .level = clause->level + 1 < HEADING_MAX ? clause->level + 1 : HEADING_MAX,
                .leaf = index + 1 == outline->count || outline->items[index + 1].level <= clause->level,
        };
        fill_carriers(filler, item);
        fill_original(filler, item);
}

/* ---- the head ------------------------------------------------------------------------------------------ */

static void add_fact(DocumentView *view, Str name, Str value) {
        MUST(view->fact_count < FACTS_MAX);
        if (value.length)
                view->facts[view->fact_count++] = (DocumentFact){ name, value };
}

static Str day_text(Arena *arena, int32_t day) {
        return day == DATE_MIN || day == DATE_MAX ? (Str){ 0 } : date_chinese(arena, day);
}

static Str period_text(Arena *arena, const Document *document) {
        Str from = day_text(arena, document->from), to = day_text(arena, document->to);
        if (from.length == 0 && to.length == 0)
                return (Str){ 0 };
        return str_format(arena, "%s%.*s%s%.*s%s", from.length ? "自" : "", STR_ARG(from), to.length ? "至" : "起", STR_ARG(to),
                          to.length ? "" : "，没有写明截止");
}

/* One a line becomes one behind the other. */
static Str joined_lines(Arena *arena, Str lines) {
        Str text = { 0 };
        for (Str rest = lines; rest.length > 0;) {
                Str line = str_cut(&rest, '\n');
                text = str_format(arena, "%.*s%s%.*s", STR_ARG(text), text.length ? "、" : "", STR_ARG(line));
        }
        return text;
}

/* "370800 济宁市" is shown with its code behind. */
static Str area_text(Arena *arena, Str area) {
        Str rest = area, code = str_cut(&rest, ' ');
        return rest.length ? str_format(arena, "%.*s（%.*s）", STR_ARG(rest), STR_ARG(code)) : area;
}

static void fill_facts(DocumentView *view, Arena *arena, int64_t views) {
        const Document *document = view->document;
        view->facts = ARENA_NEW(arena, DocumentFact, FACTS_MAX);
        add_fact(view, STR("文号"), document->number.length ? document->number : STR("原文没有写"));
        add_fact(view, STR("发文机关"), document->issuer);
        add_fact(view, STR("成文日期"), day_text(arena, document->signed_on));
        add_fact(view, STR("发布日期"), day_text(arena, document->published_on));
        add_fact(view, STR("有效期"), period_text(arena, document));
        add_fact(view, STR("适用地区"), area_text(arena, document->area));
        add_fact(view, STR("上位文件"), joined_lines(arena, document->sources));
        add_fact(view, STR("所在栏目"), document->category);
        if (views >= 0)
                add_fact(view, STR("浏览次数"), str_format(arena, "%lld", (long long) views));
}

/* The database adds to the page; without it the page stands. *ret_views is -1 then. */
static void ask_records(Filler *filler, int64_t *ret_views) {
        Visit *visit = filler->visit;
        Str name = filler->view->document->name;
        *ret_views = -1;
        Rc rc = visit_plan(visit);
        if (rc == RC_OK)
                rc = original_load(&visit->plan, name, visit->arena, &filler->rows, &filler->row_count);
        if (rc == RC_OK)
                rc = document_views(&visit->plan, name, !visit->request->head, visit->arena, ret_views);
        if (rc != RC_OK && rc != RC_MISSING)
                log_event(LOG_ERROR, "document", "records: %s", rc_name(rc));
        visit->demonstration_data = false;       /* no record of a person or firm is shown here */
}

Rc page_document(Visit *visit) {
        const Pack *pack = visit->city->pack;
        uint32_t index = pack_document(pack, visit->parameters[0]);
        if (index == NONE)
                return RC_MISSING;
        const Document *document = &pack->program.documents[index];
        DocumentView view = { .layout = layout_of(visit, document->name, SECTION_DOCUMENTS), .city = visit->city, .document = document,
                              .name = document->name, .title = document_title(document) };
        Coverage coverage = coverage_of(pack, visit->arena);
        Filler filler = { .visit = visit, .view = &view, .pack = pack, .coverage = &coverage,
                          .reader = carrier_reader(visit->arena, &pack->program, visit_date(visit)) };
        Outline outline = outline_of(pack, index, visit->arena);
        int64_t views;
        ask_records(&filler, &views);
        fill_facts(&view, visit->arena, views);
        view.items = ARENA_NEW(visit->arena, DocumentItem, outline.count);
        view.item_count = outline.count;
        for (uint32_t i = 0; i < outline.count; i++)
                fill_item(&filler, &outline, i);
        template_document(&visit->response->body, &view);
        return RC_OK;
}

/* ---- the list ------------------------------------------------------------------------------------------ */

static DocumentCard card_of(const Visit *visit, const Coverage *coverage, uint32_t index) {
        const Program *program = &visit->city->pack->program;
        const Document *document = &program->documents[index];
        DocumentCard card = {
                .document = document, .title = document_title(document), .dates = day_text(visit->arena, document->signed_on),
        };
        if (card.dates.length == 0)
                card.dates = day_text(visit->arena, document->published_on);
        card.clauses = outline_of(visit->city->pack, index, visit->arena).count - 1;
        for (uint32_t i = 0; i < coverage->clause_count; i++) {
                const ClauseCoverage *clause = &coverage->clauses[i];
                for (uint32_t k = 0; program->clauses[clause->clause].document == index && k < clause->carrier_count; k++) {
                        card.policies += clause->carriers[k].kind == CARRIER_POLICY;
                        card.targets += clause->carriers[k].kind == CARRIER_TARGET;
                        card.services += clause->carriers[k].kind == CARRIER_SERVICE;
                }
        }
        return card;
}

Rc page_document_list(Visit *visit) {
        const Pack *pack = visit->city->pack;
        DocumentListView view = { .layout = layout_of(visit, STR("文件"), SECTION_DOCUMENTS), .city = visit->city,
                                  .cards = ARENA_NEW(visit->arena, DocumentCard, pack->program.document_count) };
        Coverage coverage = coverage_of(pack, visit->arena);
        for (uint32_t i = 0; i < pack->program.document_count; i++)
                if (pack_is_own(pack, pack->program.documents[i].at.file))
                        view.cards[view.card_count++] = card_of(visit, &coverage, i);
        template_document_list(&visit->response->body, &view);
        return RC_OK;
}
