/* Elements are closed short when nothing stands in them. */
#include "insight/xml.h"

#include "base/utf8.h"

Xml xml_begin(Buffer *out) {
        buffer_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"));
        return (Xml){ .out = out };
}

static void finish_tag(Xml *xml) {
        if (xml->in_tag)
                buffer_byte(xml->out, '>');
        xml->in_tag = false;
}

void xml_open(Xml *xml, const char *name) {
        MUST(xml->depth < XML_DEPTH_MAX);
        finish_tag(xml);
        buffer_format(xml->out, "<%s", name);
        xml->names[xml->depth++] = name;
        xml->in_tag = true;
}

static bool is_allowed(uint32_t character) {
        return character >= 0x20 ? character != 0xfffe && character != 0xffff : character == '\t' || character == '\n';
}

static void add_escaped(Buffer *out, Str text) {
        for (size_t at = 0; at < text.length;) {
                size_t from = at;
                uint32_t character = utf8_next(text, &at);
                if (character == '&')
                        buffer_add(out, STR("&amp;"));
                else if (character == '<')
                        buffer_add(out, STR("&lt;"));
                else if (character == '>')
                        buffer_add(out, STR("&gt;"));
                else if (character == '"')
                        buffer_add(out, STR("&quot;"));
                else if (is_allowed(character))
                        buffer_add(out, str_slice(text, from, at));
        }
}

void xml_attribute(Xml *xml, const char *name, Str value) {
        MUST(xml->in_tag);
        buffer_format(xml->out, " %s=\"", name);
        add_escaped(xml->out, value);
        buffer_byte(xml->out, '"');
}

void xml_number(Xml *xml, const char *name, int64_t value) {
        MUST(xml->in_tag);
        buffer_format(xml->out, " %s=\"%lld\"", name, (long long) value);
}

void xml_text(Xml *xml, Str text) {
        MUST(xml->depth > 0);
        finish_tag(xml);
        add_escaped(xml->out, text);
}

void xml_end(Xml *xml) {
        MUST(xml->depth > 0);
        const char *name = xml->names[--xml->depth];
        if (xml->in_tag)
                buffer_add(xml->out, STR("/>"));
        else
                buffer_format(xml->out, "</%s>", name);
        xml->in_tag = false;
}

void xml_leaf(Xml *xml, const char *name, const char *attribute, Str value) {
        xml_open(xml, name);
        if (attribute)
                xml_attribute(xml, attribute, value);
        xml_end(xml);
}
