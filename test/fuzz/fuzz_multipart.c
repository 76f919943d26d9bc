/* Hostile multipart bodies: a Content-Type on the first line, the body behind it. Whatever is taken lies within the body, is
 * UTF-8 where it is text, has no name twice, and a file's name has no folders. */
#include "base/utf8.h"
#include "web/message.h"

#define ARENA_CAP ((size_t) 64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool within(Str part, Str whole) {
        return part.length == 0 || (part.data >= whole.data && part.data + part.length <= whole.data + whole.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        Str body = { (const char *) data, size }, type = str_cut(&body, '\n');
        FormFields fields = { 0 };
        FormFile file = { 0 };
        size_t at;
        if (multipart_parse(arena, type, body, &fields, &file) != RC_OK) {
                MUST(fields.count == 0 && file.name.length == 0);
                return 0;
        }
        MUST(fields.count <= REQUEST_FIELDS_MAX);
        for (uint32_t i = 0; i < fields.count; i++) {
                MUST(within(fields.items[i].value, body) && utf8_check(fields.items[i].value, &at) &&
                     utf8_check(fields.items[i].name, &at));
                for (uint32_t j = 0; j < i; j++)
                        MUST(!str_equal(fields.items[i].name, fields.items[j].name));
        }
        MUST(within(file.bytes, body) && utf8_check(file.name, &at));
        MUST(!str_find(file.name, STR("/"), &at) && !str_find(file.name, STR("\\"), &at));
        return 0;
}
