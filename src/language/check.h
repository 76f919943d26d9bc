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

/* A figure put in place of a parameter's versions (--set, demo overlay), as a user writes it; or only a figure that
 * the parameter's range shall hold, so that a run may replace the versions by it (simulate --set). */
typedef struct ParameterSetting {
        Str  name, value;
        bool range_only;
} ParameterSetting;

typedef struct CompileOptions {
        const ParameterSetting *settings;          /* of several for one name the last counts */
        uint32_t                setting_count;
} CompileOptions;

/* Compiles module 0. RC_INVALID when a diagnostic of level error was given (all that can be found are given);
 * warnings alone give RC_OK. The program refers to the files of `diagnostics` for its spans. */
Rc language_compile(Arena *arena, const Module *modules, uint32_t module_count, const CompileOptions *options,
                    Diagnostics *diagnostics, Program *ret_program) CHECKED;
