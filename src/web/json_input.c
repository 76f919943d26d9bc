/* By jansson, which refuses trailing text, doubled names, bad UTF-8 and NUL. */
#include "web/json_input.h"

#include <jansson.h>
#include <string.h>

static void release(json_t **value) {
        json_decref(*value);
}

static bool value_text(Arena *arena, const json_t *value, Str *ret_text) {
        if (json_is_string(value))
                *ret_text = str_copy(arena, (Str){ json_string_value(value), json_string_length(value) });
        else if (json_is_integer(value))
                *ret_text = str_format(arena, "%lld", (long long) json_integer_value(value));
        else if (json_is_boolean(value))
                *ret_text = json_is_true(value) ? STR("是") : STR("否");
        else
                return false;
        return true;
}

static Rc read_object(Arena *arena, json_t *object, const char *except, FormFields *ret_fields) {
        FormFields fields = { ARENA_NEW(arena, FormField, REQUEST_FIELDS_MAX), 0 };
        const char *name;
        json_t *value;
        json_object_foreach(object, name, value) {
                if (except && strcmp(name, except) == 0)
                        continue;
                if (fields.count == REQUEST_FIELDS_MAX)
                        return RC_TOOBIG;
                FormField *field = &fields.items[fields.count++];
                field->name = str_copy(arena, str_from(name));
                if (!value_text(arena, value, &field->value))
                        return RC_INVALID;
        }
        *ret_fields = fields;
        return RC_OK;
}

Rc json_input_read(Arena *arena, Str text, const char *nested, FormFields *ret_fields, FormFields *ret_nested) {
        json_t *root CLEAN(release) = json_loadb(text.data ? text.data : "", text.length, JSON_REJECT_DUPLICATES, NULL);
        json_t *inner = json_object_get(root, nested);
        if (!json_is_object(root) || (inner && !json_is_object(inner)))
                return RC_INVALID;
        FormFields fields;
        Rc rc = read_object(arena, root, nested, &fields);
        if (rc == RC_OK)
                rc = read_object(arena, inner, NULL, ret_nested);
        if (rc == RC_OK)
                *ret_fields = fields;
        return rc;
}
