/* Decoding of what clients send. */
#include "web/message.h"

#include "base/utf8.h"

#include <unistd.h>

Response response_new(void) {
        return (Response){ .status = 200, .content_type = STR("text/html; charset=utf-8"),
                           .body = buffer_new(RESPONSE_BODY_MAX), .file = -1 };
}

void response_free(Response *response) {
        if (response->file >= 0)
                (void) close(response->file);    /* only read */
        buffer_free(&response->body);
}

static int hex_value(char byte) {
        if (byte >= '0' && byte <= '9')
                return byte - '0';
        if (byte >= 'a' && byte <= 'f')
                return byte - 'a' + 10;
        return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

Rc part_decode(Arena *arena, Str text, bool plus_is_space, Str *ret_text) {
        char *decoded = ARENA_NEW(arena, char, text.length + 1);
        size_t length = 0, bad;
        for (size_t i = 0; i < text.length; i++) {
                char byte = text.data[i];
                if (byte == '%') {
                        int high = i + 2 < text.length ? hex_value(text.data[i + 1]) : -1;
                        int low = high < 0 ? -1 : hex_value(text.data[i + 2]);
                        if (low < 0)
                                return RC_INVALID;
                        byte = (char) (high << 4 | low);
                        i += 2;
                } else if (byte == '+' && plus_is_space)
                        byte = ' ';
                decoded[length++] = byte;
        }
        Str result = { decoded, length };
        if (!utf8_check(result, &bad))
                return RC_INVALID;
        *ret_text = result;
        return RC_OK;
}

bool form_has(const FormFields *fields, Str name) {
        for (uint32_t i = 0; i < fields->count; i++)
                if (str_equal(fields->items[i].name, name))
                        return true;
        return false;
}

Str form_text(const FormFields *fields, Str name) {
        for (uint32_t i = 0; i < fields->count; i++)
                if (str_equal(fields->items[i].name, name))
                        return str_trim(fields->items[i].value);
        return (Str){ 0 };
}

Rc form_parse(Arena *arena, Str text, FormFields *ret_fields) {
        FormFields fields = { ARENA_NEW(arena, FormField, REQUEST_FIELDS_MAX), 0 };
        while (text.length > 0) {
                Str value = str_cut(&text, '&'), name = str_cut(&value, '=');
                FormField field;
                if (fields.count == REQUEST_FIELDS_MAX)
                        return RC_TOOBIG;
                if (part_decode(arena, name, true, &field.name) != RC_OK ||
                    part_decode(arena, value, true, &field.value) != RC_OK || form_has(&fields, field.name))
                        return RC_INVALID;
                fields.items[fields.count++] = field;
        }
        *ret_fields = fields;
        return RC_OK;
}

Str cookie_value(Str header, Str name) {
        while (header.length > 0) {
                Str value = str_trim(str_cut(&header, ';')), key = str_cut(&value, '=');
                if (str_equal(key, name))
                        return value;
        }
        return (Str){ 0 };
}

bool content_type_is(Str header, Str type) {
        Str named = str_trim(str_cut(&header, ';'));
        if (named.length != type.length)
                return false;
        for (size_t i = 0; i < type.length; i++) {
                char byte = named.data[i];
                if ((byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte) != type.data[i])
                        return false;
        }
        return true;
}
