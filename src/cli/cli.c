/* Options, packs and output for the commands. */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define OUTPUT_CAP ((size_t) 256 << 20)

void cli_say(const char *format, ...) {
        va_list arguments;
        va_start(arguments, format);
        (void) fputs("leye: ", stderr);
        (void) vfprintf(stderr, format, arguments);
        (void) fputc('\n', stderr);
        va_end(arguments);
}

int cli_exit(Rc rc) {
        switch (rc) {
        case RC_OK:
                return EXIT_DONE;
        case RC_INVALID:
        case RC_MISSING:
        case RC_DENIED:
        case RC_CONFLICT:
        case RC_TOOBIG:
                return EXIT_USER;
        case RC_IO:
                return EXIT_WORLD;
        }
        return EXIT_WORLD;
}

int cli_output(const Buffer *out) {
        if (out->failed) {
                cli_say("结果太长，没有写完");
                return EXIT_WORLD;
        }
        if (fwrite(out->data, 1, out->length, stdout) != out->length || fflush(stdout) != 0) {
                cli_say("写不出结果：%s", strerror(errno));
                return EXIT_WORLD;
        }
        return EXIT_DONE;
}

void cli_help(const Command *command, const CliOption *options, uint32_t option_count) {
        (void) printf("用法：leye %s %s\n\n%s\n", command->name, command->arguments, command->help);
        if (command->details)
                (void) printf("\n%s\n", command->details);
        (void) printf("\n选项：\n");
        for (uint32_t i = 0; i < option_count; i++)
                (void) printf("  %-11s %-7s %s\n", options[i].name, options[i].value ? options[i].value : "",
                              options[i].help);
        (void) printf("  %-11s %-7s %s\n", "--help", "", "显示这段说明");
}

static int usage_error(const Command *command, const char *what, Str word) {
        cli_say("%s“%.*s”；用法见 leye %s --help", what, STR_ARG(word), command->name);
        return EXIT_USAGE;
}

static int set_option(const Command *command, const CliOption *option, Str value) {
        if (option->text)
                *option->text = value;
        else if (option->number && !str_to_int(value, option->number))
                return usage_error(command, "这里要一个整数，不是", value);
        else if (option->date && !date_parse(value, option->date))
                return usage_error(command, "这里要一个日期，例如 2018-06-01，不是", value);
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

/* One option at argv[*at], moving *at over its value ("--set x" or "--set=x"). */
static int parse_option(const Command *command, const CliOption *options, uint32_t option_count, int argc, char **argv,
                        int *at) {
        Str rest = str_from(argv[*at]), name = str_cut(&rest, '=');
        bool joined = name.length < strlen(argv[*at]);
        const CliOption *option = find_option(options, option_count, name);
        if (!option)
                return usage_error(command, "没有这个选项：", name);
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

int cli_parse(const Command *command, const CliOption *options, uint32_t option_count, int argc, char **argv,
              Str *ret_arguments, uint32_t *ret_count) {
        uint32_t count = 0;
        for (int i = 1; i < argc; i++) {
                Str word = str_from(argv[i]);
                if (str_equal(word, STR("--help")) || str_equal(word, STR("-h"))) {
                        cli_help(command, options, option_count);
                        return EXIT_DONE;
                }
                if (!str_starts(word, STR("--"))) {
                        if (count == command->most)
                                return usage_error(command, "多了一个参数：", word);
                        ret_arguments[count++] = word;
                        continue;
                }
                int code = parse_option(command, options, option_count, argc, argv, &i);
                if (code >= 0)
                        return code;
        }
        if (count < command->least) {
                cli_say("还缺参数；用法：leye %s %s", command->name, command->arguments);
                return EXIT_USAGE;
        }
        *ret_count = count;
        return -1;
}

static bool is_folder(const char *path) {
        struct stat status;
        return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

Str cli_pack_folder(Arena *arena, Str name) {
        size_t at;
        Str plain = str_copy(arena, name);
        if (str_find(name, STR("/"), &at) || is_folder(plain.data))
                return plain;
        const char *cities = getenv("LEYE_CITIES");
        return str_format(arena, "%s/%.*s", cities ? cities : "cities", STR_ARG(name));
}

static void print_diagnostics(const Pack *pack, bool json, bool quiet) {
        Buffer out CLEAN(buffer_free) = buffer_new(OUTPUT_CAP);
        if (json) {
                diagnostics_json(&pack->diagnostics, &out);
                buffer_byte(&out, '\n');
                (void) cli_output(&out);
                return;
        }
        if (quiet && pack->diagnostics.errors == 0)
                return;
        diagnostics_print(&pack->diagnostics, &out);
        (void) fwrite(out.data, 1, out.length, stderr);
}

int cli_load(Pack *pack, Str name, const PackOptions *options, bool json, bool quiet) {
        Str folder = cli_pack_folder(pack->arena, name);
        Rc rc = pack_load(pack, folder, options);
        switch (rc) {
        case RC_OK:
        case RC_INVALID:
                print_diagnostics(pack, json, quiet);
                return rc == RC_OK ? EXIT_DONE : EXIT_USER;
        case RC_MISSING:
                cli_say("找不到“%.*s”：%.*s 不是放着 .md 文件的文件夹", STR_ARG(name), STR_ARG(folder));
                return EXIT_USER;
        case RC_TOOBIG:
                cli_say("“%.*s”里的 .md 文件超过 %d 个，请分成几个包", STR_ARG(name), PACK_FILES_MAX);
                return EXIT_USER;
        case RC_DENIED:
        case RC_CONFLICT:
        case RC_IO:
                break;
        }
        cli_say("读不了 %.*s：%s", STR_ARG(folder), strerror(errno));
        return EXIT_WORLD;
}

bool cli_settings(Arena *arena, const Str *texts, uint32_t count, ParameterSetting **ret_settings) {
        ParameterSetting *settings = ARENA_NEW(arena, ParameterSetting, count);
        for (uint32_t i = 0; i < count; i++) {
                Str value = texts[i], name = str_cut(&value, '=');
                if (name.length == texts[i].length) {
                        cli_say("“%.*s”要写成 名=值", STR_ARG(texts[i]));
                        return false;
                }
                settings[i] = (ParameterSetting){ str_trim(name), str_trim(value) };
        }
        *ret_settings = settings;
        return true;
}
