/* One loop for everything that has a name. */
#include "city/named.h"

#include "program/program.h"

uint32_t find_name(const void *items, size_t size, size_t name_at, uint32_t count, Str wanted) {
        for (uint32_t i = 0; i < count; i++)
                if (str_equal(*(const Str *) ((const char *) items + i * size + name_at), wanted))
                        return i;
        return NONE;
}
