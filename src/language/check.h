/* From syntax trees to a Program: names, types, units, ranges, cycles, guards, exceptions, and the lowering to steps.
 *
 * Checking and lowering are one walk: every expression is checked and handed to program/builder.h at once, so that
 * types, intervals and constants are the builder's and exist only once. Declarations are resolved on demand, which is
 * how cycles are found with their path. Warnings come from the intervals of finished steps. */
#pragma once

#include "language/syntax.h"
#include "program/program.h"

/* One pack: a folder of files. Module 0 is the pack itself; the others are what it imports, directly or not. */
typedef struct Module {
        Str            name;            /* as named in 引入 “…” */
        const Syntax **files;
        uint32_t       file_count;
} Module;

/* A figure put in place of a parameter's versions (simulate --set, demo overlay): as a user writes it. */
typedef struct ParameterSetting {
        Str name, value;
} ParameterSetting;

typedef struct CompileOptions {
        const ParameterSetting *settings;
        uint32_t                setting_count;
} CompileOptions;

/* Compiles module 0. RC_INVALID when a diagnostic of level error was given (all that can be found are given);
 * warnings alone give RC_OK. The program refers to the files of `diagnostics` for its spans. */
Rc language_compile(Arena *arena, const Module *modules, uint32_t module_count, const CompileOptions *options,
                    Diagnostics *diagnostics, Program *ret_program) CHECKED;
