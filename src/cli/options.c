/* The options of a command: read from a table, and printed as its help. */
#include "cli/cli.h"

#include <string.h>

#include "cli/table.h"

#define HELP_CAP ((size_t) 1 << 20)

/* What the wrong word may have meant, or nothing. */
static Str nearest_option(const CliOption *options, uint32_t count, Str wrong, Arena *arena) {
        Str *names = ARENA_NEW(arena, Str, count + 1), near;
        for (uint32_t i = 0; i < count; i++)
                names[i] = str_from(options[i].name);
        return nearest_name(wrong, names, count, &near) ? str_format(arena, "，是否想写 %.*s", STR_ARG(near)) : STR("");
}

static int usage_error(const Command *command, const char *what, Str word) {
        cli_say("%s“%.*s”；用法见 leye %s --help", what, STR_ARG(word), command->name);
        return EXIT_USAGE;
}

int cli_help(const Command *command, const CliOption *options, uint32_t option_count) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(HELP_CAP);
        Buffer out CLEAN(buffer_free) = buffer_new(HELP_CAP);
        buffer_format(&out, "用法：leye %s %s\n\n%s\n", command->name, command->arguments, command->help);
        if (command->details)
                buffer_format(&out, "\n%s\n", command->details);
        buffer_add(&out, STR("\n选项：\n"));
        TextTable table = table_new(arena, "ll");
        for (uint32_t i = 0; i < option_count; i++) {
                const char *value = options[i].value;
                table_cell(&table, str_format(arena, "  %s%s%s", options[i].name, value ? " " : "", value ? value : ""));
                table_cell(&table, str_from(options[i].help));
        }
        table_cell(&table, STR("  --help"));
        table_cell(&table, STR("显示这段说明"));
        table_print(&table, &out);
        return cli_output(&out);
}

static int set_option(const Command *command, const CliOption *option, Str value) {
        if (option->text)
                *option->text = value;
        else if (option->number && !str_to_int(value, option->number))
                return usage_error(command, "这里要一个整数，不是", value);
        else if (option->date && (!date_parse(value, option->date) || *option->date < DATE_MIN || *option->date > DATE_MAX))
                return usage_error(command, "这里要 1900 到 2199 年之间的一个日期，例如 2018-06-01，不是", value);
        else if (option->list) {
                if (*option->list_count == CLI_LIST_MAX)
                        return usage_error(command, "这个选项给得太多：", str_from(option->name));
                option->list[(*option->list_count)++] = value;
        }
        return -1;
}

static const CliOption *find_option(const CliOption *options, uint32_t count, Str name) {
        for (uint32_t i = 0; i < count; i++)
                if (str_equal(str_from(options[i].name), name))
                        return &options[i];
        return NULL;
}

static int unknown_option(const Command *command, const CliOption *options, uint32_t option_count, Str name) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(HELP_CAP);
        Str near = nearest_option(options, option_count, name, arena);
        cli_say("没有这个选项：“%.*s”%.*s；用法见 leye %s --help", STR_ARG(name), STR_ARG(near), command->name);
        return EXIT_USAGE;
}

/* One option at argv[*at], moving *at over its value ("--set x" or "--set=x"). */
static int parse_option(const Command *command, const CliOption *options, uint32_t option_count, int argc, char **argv,
                        int *at) {
        Str rest = str_from(argv[*at]), name = str_cut(&rest, '=');
        bool joined = name.length < strlen(argv[*at]);
        const CliOption *option = find_option(options, option_count, name);
        if (!option)
                return unknown_option(command, options, option_count, name);
        if (!option->value) {
                if (joined)
                        return usage_error(command, "这个选项不带值：", name);
                *option->flag = true;
                return -1;
        }
        if (!joined && ++*at >= argc)
                return usage_error(command, "选项后面缺一个值：", name);
        return set_option(command, option, joined ? rest : str_from(argv[*at]));
}

static bool asks_for_help(int argc, char **argv) {
        for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
                if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
                        return true;
        return false;
}

int cli_parse(const Command *command, const CliOption *options, uint32_t option_count, int argc, char **argv,
              Str *ret_arguments, uint32_t *ret_count) {
        uint32_t count = 0;
        bool plain = false;              /* behind "--" everything is an argument */
        if (asks_for_help(argc, argv))
                return cli_help(command, options, option_count);
        for (int i = 1; i < argc; i++) {
                Str word = str_from(argv[i]);
                if (!plain && str_equal(word, STR("--"))) {
                        plain = true;
                        continue;
                }
                if (!plain && word.length > 1 && word.data[0] == '-') {
                        int code = parse_option(command, options, option_count, argc, argv, &i);
                        if (code >= 0)
                                return code;
                        continue;
                }
                if (count == command->most)
                        return usage_error(command, "多了一个参数：", word);
                ret_arguments[count++] = word;
        }
        if (count < command->least) {
                cli_say("还缺参数；用法：leye %s %s", command->name, command->arguments);
                return EXIT_USAGE;
        }
        *ret_count = count;
        return -1;
}
