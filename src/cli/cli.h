/* What the commands share: options by table, packs by name, output, exit codes.
 *
 * Exit codes: 0 done; 1 the user's input has errors (a pack, a file, a failed example); 2 wrong usage; 3 the world
 * (disk, network). Results go to standard output, everything else to standard error. */
#pragma once

#include "city/pack.h"

typedef enum ExitCode { EXIT_DONE = 0, EXIT_USER = 1, EXIT_USAGE = 2, EXIT_WORLD = 3 } ExitCode;

/* One option of a command. Exactly one target is set; `value` names the argument in the help ("DIR"). */
typedef struct CliOption {
        const char  *name;               /* "--json" */
        const char  *value;              /* NULL for a flag */
        const char  *help;
        bool        *flag;
        Str         *text;
        int64_t     *number;
        int32_t     *date;
        Str         *list;               /* may be given often: at most CLI_LIST_MAX */
        uint32_t    *list_count;
} CliOption;
#define CLI_LIST_MAX 64

typedef struct Command {
        const char      *name;
        const char      *arguments;      /* "城市 [选项]" */
        const char      *help;           /* one line for the list of commands */
        const char      *details;        /* further lines for --help, may be NULL */
        uint32_t         least, most;    /* positional arguments */
        int            (*run)(const struct Command *command, int argc, char **argv);
} Command;

extern const Command COMMANDS[];
extern const uint32_t COMMAND_COUNT;

/* Parses argv[1..] into the targets and the positional arguments. Returns -1 to go on, or the exit code when --help
 * was printed or the usage was wrong (2, told on standard error). */
int cli_parse(const Command *command, const CliOption *options, uint32_t option_count, int argc, char **argv,
              Str *ret_arguments, uint32_t *ret_count);

/* Prints the help of a command; the exit code. */
int cli_help(const Command *command, const CliOption *options, uint32_t option_count);

/* The folder of a pack: a path as it is, or a name under $LEYE_CITIES, ./cities or the installed cities. */
Str cli_pack_folder(Arena *arena, Str name);

/* Every folder beside each other under $LEYE_CITIES or ./cities, as paths in order of name, at most `most`: which of them
 * is a city shows when it is loaded. EXIT_DONE, or the exit code to end with. */
int cli_list_cities(Arena *arena, uint32_t most, Str *ret_names, uint32_t *ret_count);

/* Loads a pack and prints its diagnostics. EXIT_DONE, or the exit code to end with. `quiet` leaves warnings out. */
int cli_load(Pack *pack, Str name, const PackOptions *options, bool json, bool quiet);

/* "名=值" texts as settings; false (told on standard error) when one has no "=". */
bool cli_settings(Arena *arena, const Str *texts, uint32_t count, ParameterSetting **ret_settings);

/* A policy (NONE for an empty name) or an entity by name; false, told on standard error, when there is none. */
bool cli_find_policy(const Pack *pack, Str name, uint32_t *ret_policy);
bool cli_find_entity(const Pack *pack, Str name, uint16_t *ret_entity);

/* Writes to standard output; EXIT_DONE or EXIT_WORLD. */
int cli_output(const Buffer *out);

/* Writes to standard error. */
void cli_tell(const Buffer *text);

/* A line on standard error: "leye: …". */
void cli_say(const char *format, ...) PRINTF_LIKE(1, 2);

/* What an errno means, in Chinese where it is one that users meet. */
const char *cli_reason(int error);

/* The exit code for what a library function returned. */
int cli_exit(Rc rc);

int command_check(const Command *command, int argc, char **argv);
int command_format(const Command *command, int argc, char **argv);
int command_test(const Command *command, int argc, char **argv);
int command_coverage(const Command *command, int argc, char **argv);
int command_explain(const Command *command, int argc, char **argv);
int command_ask(const Command *command, int argc, char **argv);
int command_scan(const Command *command, int argc, char **argv);
int command_simulate(const Command *command, int argc, char **argv);
int command_sql(const Command *command, int argc, char **argv);
int command_synth(const Command *command, int argc, char **argv);
int command_serve(const Command *command, int argc, char **argv);
int command_init(const Command *command, int argc, char **argv);
int command_document(const Command *command, int argc, char **argv);
int command_import(const Command *command, int argc, char **argv);
int command_export(const Command *command, int argc, char **argv);
int command_migrate(const Command *command, int argc, char **argv);
int command_report(const Command *command, int argc, char **argv);
int command_backup(const Command *command, int argc, char **argv);
int command_restore(const Command *command, int argc, char **argv);
int command_demo(const Command *command, int argc, char **argv);
int command_dump(const Command *command, int argc, char **argv);
