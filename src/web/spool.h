/* Private files between two requests: an uploaded sheet between its steps, a sheet on its way out. They stand in a folder
 * that only we can read, beside the database (PostgreSQL: in the folder for temporary files), under random names that a
 * form carries as a token. What is older than a day goes when the next one comes or a server begins; everything goes when a
 * server ends. After a crash, a sheet whose upload was answered is still there. */
#pragma once

#include "web/visit.h"

/* A server begins to use the folder, and ends: what is left there is removed unless another one uses it. The lock is for
 * spool_end. */
int  spool_begin(const City *city);
void spool_end(const City *city, int lock);

/* Keeps the bytes; *ret_token is for the form. */
Rc spool_put(const Visit *visit, Str bytes, Str *ret_token) CHECKED;
/* The bytes of a token. RC_MISSING: it is none of ours, or its file is gone. */
Rc spool_get(const City *city, Str token, size_t cap, Arena *arena, Str *ret_bytes) CHECKED;
void spool_remove(const City *city, Str token, Arena *arena);
/* A path of its own for a file to be written and sent. */
Rc spool_path(const Visit *visit, Str *ret_path) CHECKED;
/* Removes such a file when it will not be sent. */
void spool_forget(Str path);
