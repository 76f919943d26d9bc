/* Finding a declaration by its name. */
#pragma once

#include <stddef.h>

#include "base/str.h"

/* The index of the first item whose member `name` is this; NONE when there is none. */
#define find_named(items, count, wanted) find_name((items), sizeof(*(items)), offsetof(__typeof__(*(items)), name), (count), (wanted))
uint32_t find_name(const void *items, size_t size, size_t name_at, uint32_t count, Str wanted);
