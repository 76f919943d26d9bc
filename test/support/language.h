/* Shared by the tests of the language floor: parse a text and show the tree, wrap code in a fence, walk a folder. */
#pragma once

#include "base/diagnostic.h"

/* Room for any one file and what tests make of it. */
#define LANGUAGE_TEST_MEMORY ((size_t) 1 << 30)

/* "```leye\n" code "\n```\n" */
Str language_fenced(Arena *arena, Str code);
/* The dump of the tree, or of what could be read; findings go to `diagnostics`, initialised here. */
Str language_dump(Arena *arena, Str text, Diagnostics *diagnostics);
/* The formatted text; a refusal fails the test and prints the findings. */
Str language_formatted(Arena *arena, Str text);
/* Fails the test, printing the findings, when there is one. */
void language_expect_clean(const Diagnostics *diagnostics);

typedef struct FileList {
        Str *paths;
        uint32_t count, capacity;
} FileList;

/* The files of a folder of the source tree that end in `suffix`, in order of name. */
FileList language_files(Arena *arena, const char *folder, const char *suffix);
Str language_file(Arena *arena, Str path);
