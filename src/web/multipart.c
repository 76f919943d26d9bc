/* multipart/form-data: parts between boundary lines. */
#include "web/message.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

#define BOUNDARY_MAX 70

/* Up to the next ';' that stands outside quotes, moving *header behind it. */
static Str cut_parameter(Str *header) {
        bool quoted = false;
        size_t end = 0;
        while (end < header->length && (quoted || header->data[end] != ';'))
                quoted ^= header->data[end++] == '"';
        Str part = str_slice(*header, 0, end);
        *header = str_slice(*header, end + 1, header->length);
        return part;
}

/* The parameter of a header value, without its quotes: name="file". */
static bool header_parameter(Str header, Str name, Str *ret_value) {
        while (header.length) {
                Str value = str_trim(cut_parameter(&header)), key = str_trim(str_cut(&value, '='));
                if (!str_equal(key, name))
                        continue;
                value = str_trim(value);
                if (value.length >= 2 && value.data[0] == '"' && value.data[value.length - 1] == '"')
                        value = str_slice(value, 1, value.length - 1);
                *ret_value = value;
                return true;
        }
        return false;
}

/* Up to the next `mark`, moving *body behind it. */
static bool cut_at(Str *body, Str mark, Str *ret_before) {
        const char *at = body->length ? memmem(body->data, body->length, mark.data, mark.length) : NULL;
        if (!at)
                return false;
        size_t before = (size_t) (at - body->data);
        *ret_before = str_slice(*body, 0, before);
        *body = str_slice(*body, before + mark.length, body->length);
        return true;
}

/* Browsers of old send whole paths. */
static Str without_folders(Str name) {
        for (size_t i = name.length; i-- > 0;)
                if (name.data[i] == '/' || name.data[i] == '\\')
                        return str_slice(name, i + 1, name.length);
        return name;
}

static Rc add_part(Arena *arena, Str head, Str content, FormFields *fields, FormFile *file) {
        Str line, disposition = { 0 }, name, file_name;
        size_t bad;
        while (head.length) {
                if (!cut_at(&head, STR("\r\n"), &line)) {
                        line = head;
                        head = (Str){ 0 };
                }
                Str value = line, key = str_cut(&value, ':');
                if (key.length == STR("content-disposition").length && strncasecmp(key.data, "content-disposition", key.length) == 0)
                        disposition = value;
        }
        if (!header_parameter(disposition, STR("name"), &name) || !utf8_check(name, &bad))
                return RC_INVALID;
        if (header_parameter(disposition, STR("filename"), &file_name)) {
                if (!utf8_check(file_name, &bad) || file->bytes.data)    /* an empty file has a place too */
                        return RC_INVALID;
                *file = (FormFile){ str_copy(arena, without_folders(file_name)), content };
                return RC_OK;
        }
        if (!utf8_check(content, &bad) || form_has(fields, name))
                return RC_INVALID;
        fields->items[fields->count++] = (FormField){ name, content };
        return RC_OK;
}

Rc multipart_parse(Arena *arena, Str content_type, Str body, FormFields *ret_fields, FormFile *ret_file) {
        Str boundary, before, head, content;
        FormFile file = { 0 };
        FormFields fields = { .items = ARENA_NEW(arena, FormField, REQUEST_FIELDS_MAX) };
        if (!content_type_is(content_type, STR("multipart/form-data")) || !header_parameter(content_type, STR("boundary"), &boundary) ||
            boundary.length == 0 || boundary.length > BOUNDARY_MAX)
                return RC_INVALID;
        Str first = str_format(arena, "--%.*s", STR_ARG(boundary)), next = str_format(arena, "\r\n--%.*s", STR_ARG(boundary));
        if (!cut_at(&body, first, &before) || before.length)
                return RC_INVALID;
        while (!str_starts(body, STR("--"))) {
                if (!str_starts(body, STR("\r\n")) || fields.count == REQUEST_FIELDS_MAX)
                        return RC_INVALID;
                body = str_slice(body, 2, body.length);
                if (!cut_at(&body, STR("\r\n\r\n"), &head) || !cut_at(&body, next, &content))
                        return RC_INVALID;
                Rc rc = add_part(arena, head, content, &fields, &file);
                if (rc != RC_OK)
                        return rc;
        }
        *ret_fields = fields;
        *ret_file = file;
        return RC_OK;
}
