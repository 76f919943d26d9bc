/* Escaping. The entities are named by number, so that no tag-like text stands in C. */
#include "web/markup.h"

void markup_text(Buffer *out, Str text) {
        size_t from = 0;
        for (size_t i = 0; i < text.length; i++) {
                char byte = text.data[i];
                if (byte != '&' && byte != '<' && byte != '>' && byte != '"' && byte != '\'')
                        continue;
                buffer_add(out, str_slice(text, from, i));
                buffer_format(out, "&#%d;", byte);
                from = i + 1;
        }
        buffer_add(out, str_slice(text, from, text.length));
}

static bool is_unreserved(unsigned char byte) {
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
               byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

void markup_url(Buffer *out, Str text) {
        for (size_t i = 0; i < text.length; i++) {
                unsigned char byte = (unsigned char) text.data[i];
                if (is_unreserved(byte))
                        buffer_byte(out, (char) byte);
                else
                        buffer_format(out, "%%%02X", byte);
        }
}

void markup_number(Buffer *out, int64_t number) {
        buffer_format(out, "%lld", (long long) number);
}

void markup_add(Buffer *out, Markup markup) {
        buffer_add(out, markup.html);
}
