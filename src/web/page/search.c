/* Asks each city's index, puts the finds in one order, and shows the best. */
#include "web/page/search.h"

#include "base/json.h"
#include "web/markup.h"

#include <stdlib.h>

#define TITLE_WIDTH 60
#define SNIPPET_WIDTH 90
#define ENOUGH 8                         /* so many finds with every word, and no others are shown */
#define PARTLY_SHOWN 20
#define QUESTION_SHARE 40                /* per cent: what one can get or do comes before what one is asked */
#define OWN_CITY_BONUS 110               /* per cent: of equal finds the city one is reading comes first */

static int compare_items(const void *a, const void *b) {
        const FindItem *x = a, *y = b;
        if (x->hit.whole != y->hit.whole)
                return x->hit.whole ? -1 : 1;
        if (x->hit.score != y->hit.score)
                return x->hit.score > y->hit.score ? -1 : 1;
        if (x->city != y->city)
                return x->city < y->city ? -1 : 1;
        return (x->place > y->place) - (x->place < y->place);
}

static void ask_city(SearchView *view, const City *city, const SearchQuery *query, Arena *arena, uint32_t *capacity) {
        SearchHit *hits;
        uint32_t count;
        search_run(city->search->index, query, arena, &hits, &count);
        for (uint32_t i = 0; i < count; i++) {
                if (city == view->city)
                        hits[i].score = hits[i].score * OWN_CITY_BONUS / 100;
                if (hits[i].entry->kind == FIND_QUESTION)
                        hits[i].score = hits[i].score * QUESTION_SHARE / 100;
                *ARENA_PUSH(arena, view->items, view->item_count, *capacity) =
                        (FindItem){ .city = city, .place = &city->search->places[hits[i].entry->index], .hit = hits[i] };
        }
}

/* Where enough has every word, what has only parts of them is left out. */
static void choose(SearchView *view) {
        if (view->item_count > 1)
                qsort(view->items, view->item_count, sizeof *view->items, compare_items);
        uint32_t whole = 0;
        while (whole < view->item_count && view->items[whole].hit.whole)
                whole++;
        view->total = whole;
        view->partly = view->item_count > 0 && whole == 0;
        uint32_t least = whole < ENOUGH ? PARTLY_SHOWN : whole, kept = least < view->item_count ? least : view->item_count;
        view->similar = kept > whole ? kept - whole : 0;
        view->item_count = kept < SEARCH_SHOWN_MAX ? kept : SEARCH_SHOWN_MAX;
}

static FindGroup *group_of(SearchView *view, FindKind kind) {
        for (uint32_t i = 0; i < view->group_count; i++)
                if (view->groups[i].kind == kind)
                        return &view->groups[i];
        view->groups[view->group_count] = (FindGroup){ .kind = kind, .title = find_kind_text(kind) };
        return &view->groups[view->group_count++];
}

static void show(SearchView *view, const SearchQuery *query, Arena *arena) {
        for (uint32_t i = 0; i < view->item_count; i++) {
                FindItem *item = &view->items[i];
                FindGroup *group = group_of(view, item->place->kind);
                search_snippet(query, item->place->name, TITLE_WIDTH, arena, &item->title, &item->title_count);
                search_snippet(query, item->hit.entry->fields[SEARCH_PROSE], SNIPPET_WIDTH, arena, &item->snippet, &item->snippet_count);
                *ARENA_PUSH(arena, group->items, group->item_count, group->item_capacity) = *item;
        }
}

static SearchView find(Visit *visit) {
        const Site *site = visit->site;
        SearchView view = {
                .layout = layout_of(visit, STR("搜索"), SECTION_SEARCH), .city = visit->city, .text = form_text(&visit->query, STR("q")),
                .own = str_equal(form_text(&visit->query, STR("in")), STR("own")),
        };
        SearchQuery query = search_query(visit->arena, view.text);
        uint32_t capacity = 0;
        view.asked = view.text.length > 0;
        view.shortened = query.shortened;
        for (uint32_t i = 0; i < site->city_count; i++)
                if (!view.own || &site->cities[i] == visit->city)
                        ask_city(&view, &site->cities[i], &query, visit->arena, &capacity);
        choose(&view);
        show(&view, &query, visit->arena);
        return view;
}

Rc page_search(Visit *visit) {
        SearchView view = find(visit);
        template_search(&visit->response->body, &view);
        return RC_OK;
}

/* ---- for programs -------------------------------------------------------------------------------------- */

static void json_member(Json *json, const char *key, Str text) {
        json_key(json, key);
        json_text(json, text);
}

/* Where a find stands, as a path of this site. */
static Str path_of(Arena *arena, const FindItem *item) {
        static const char *const pages[FIND_KINDS] = { [FIND_POLICY] = "p", [FIND_SERVICE] = "s", [FIND_DIRECTORY] = "n" };
        Buffer out CLEAN(buffer_free) = buffer_new(1 << 16);
        buffer_add(&out, STR("/c/"));
        markup_url(&out, item->city->pack->name);
        const char *page = pages[item->place->kind];
        if (item->place->kind == FIND_QUESTION)
                buffer_add(&out, STR("/ask"));
        else if (page || item->place->document.length) {
                buffer_format(&out, "/%s/", page ? page : "d");
                markup_url(&out, page ? item->place->name : item->place->document);
        }
        if (!page && item->place->anchor.length) {
                buffer_byte(&out, '#');
                markup_url(&out, item->place->anchor);
        }
        return str_copy(arena, buffer_str(&out));
}

static void item_json(Json *json, Arena *arena, const FindItem *item) {
        json_open_object(json);
        json_member(json, "kind", str_from(find_kind_word(item->place->kind)));
        json_member(json, "city", item->city->name);
        json_member(json, "name", item->place->name);
        json_member(json, "document", item->place->document);
        json_member(json, "clause", item->place->clause);
        json_member(json, "path", path_of(arena, item));
        json_key(json, "snippet");
        json_open_array(json);
        for (uint32_t i = 0; i < item->snippet_count; i++) {
                json_open_object(json);
                json_member(json, "plain", item->snippet[i].plain);
                json_member(json, "marked", item->snippet[i].marked);
                json_end(json);
        }
        json_end(json);
        json_end(json);
}

Rc page_search_json(Visit *visit) {
        SearchView view = find(visit);
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        json_open_object(&json);
        json_member(&json, "query", view.text);
        json_key(&json, "total");
        json_int(&json, view.total);
        json_key(&json, "similar");
        json_int(&json, view.similar);
        json_key(&json, "hits");
        json_open_array(&json);
        for (uint32_t i = 0; i < view.item_count; i++)
                item_json(&json, visit->arena, &view.items[i]);
        json_end(&json);
        json_end(&json);
        return RC_OK;
}
