/* By cmark-gfm, which is safe unless told otherwise (no CMARK_OPT_UNSAFE here). */
#include "web/markdown.h"

#include "base/utf8.h"

#include <cmark-gfm.h>
#include <stdlib.h>

#define MARKDOWN_OPTIONS (CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8)
#define PARAGRAPH_MAX 4096
#define PLAIN_MAX ((size_t) 1 << 20)

static bool is_ascii_edge(cmark_node *node, bool end) {
        const char *literal = node && cmark_node_get_type(node) == CMARK_NODE_TEXT ? cmark_node_get_literal(node) : NULL;
        Str text = str_from(literal ? literal : "");
        return text.length == 0 || (unsigned char) text.data[end ? text.length - 1 : 0] < 0x80;
}

/* Takes out line breaks between wide characters; each only once the iterator has moved past it. */
static void join_lines(cmark_node *document) {
        cmark_iter *iterator = cmark_iter_new(document);
        cmark_event_type event;
        cmark_node *doomed = NULL;
        while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
                cmark_node *node = cmark_iter_get_node(iterator);
                if (doomed)
                        cmark_node_free(doomed);
                doomed = NULL;
                if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_SOFTBREAK &&
                    !is_ascii_edge(cmark_node_previous(node), true) && !is_ascii_edge(cmark_node_next(node), false))
                        doomed = node;
        }
        if (doomed)
                cmark_node_free(doomed);
        cmark_iter_free(iterator);
}

static cmark_node *parse(Str text) {
        cmark_node *document = cmark_parse_document(text.data ? text.data : "", text.length, MARKDOWN_OPTIONS);
        MUST(document);
        join_lines(document);
        return document;
}

Markup markdown_render(Arena *arena, Str text) {
        cmark_node *document = parse(text);
        char *html = cmark_render_html(document, MARKDOWN_OPTIONS, NULL);
        MUST(html);
        Markup markup = { str_copy(arena, str_from(html)) };
        free(html);
        cmark_node_free(document);
        return markup;
}

/* The literal text of the whole, or of the first paragraph that stands by itself. */
static Str plain_text(Arena *arena, Str text, bool first) {
        cmark_node *document = parse(text), *root = document;
        if (first)
                for (root = cmark_node_first_child(document); root && cmark_node_get_type(root) != CMARK_NODE_PARAGRAPH;)
                        root = cmark_node_next(root);
        Buffer plain CLEAN(buffer_free) = buffer_new(first ? PARAGRAPH_MAX : PLAIN_MAX);
        cmark_iter *iterator = root ? cmark_iter_new(root) : NULL;
        cmark_event_type event;
        while (iterator && (event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
                cmark_node *node = cmark_iter_get_node(iterator);
                const char *literal = cmark_node_get_literal(node);
                cmark_node_type type = cmark_node_get_type(node);
                if (event == CMARK_EVENT_EXIT) {
                        if (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING)
                                buffer_byte(&plain, ' ');
                } else if (literal && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE))
                        buffer_add(&plain, str_from(literal));
                else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
                        buffer_byte(&plain, ' ');
        }
        if (iterator)
                cmark_iter_free(iterator);
        cmark_node_free(document);
        return plain.failed ? (Str){ 0 } : str_copy(arena, str_trim(buffer_str(&plain)));
}

Str markdown_first_paragraph(Arena *arena, Str text) {
        return plain_text(arena, text, true);
}

Str markdown_plain(Arena *arena, Str text) {
        return plain_text(arena, text, false);
}
