/* A folder of its own for a test, and files in it. */
#pragma once

#include "base/buffer.h"

/* A new empty folder. */
Str  folder_new(Arena *arena);
/* Writes a file of the folder and returns its path. */
Str  folder_write(Arena *arena, Str folder, const char *name, Str bytes);
Str  folder_read(Arena *arena, Str folder, const char *name);
/* Removes the folder with its files. */
void folder_remove(Str folder);
