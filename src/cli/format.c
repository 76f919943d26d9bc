/* leye format: prints files in their canonical form, rewrites them, or only says which would change. */
#include "cli/cli.h"

#include <errno.h>
#include <string.h>

#define FORMAT_CAP ((size_t) 8 << 20)
#define FORMAT_ARENA ((size_t) 512 << 20)

typedef struct FormatMode {
        bool write, check;
} FormatMode;

static int format_file(Str path, FormatMode mode) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(FORMAT_ARENA);
        Str name = str_copy(arena, path), text;
        Rc rc = file_read(arena, name.data, SYNTAX_SOURCE_MAX, &text);
        if (rc != RC_OK) {
                cli_say("读不了 %s：%s", name.data, rc == RC_TOOBIG ? "文件超过 1 MiB" : cli_reason(errno ? errno : EIO));
                return rc == RC_IO ? EXIT_WORLD : EXIT_USER;
        }
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, arena);
        uint32_t file = diagnostics_add_file(&diagnostics, name, text);
        Buffer out CLEAN(buffer_free) = buffer_new(FORMAT_CAP);
        if (syntax_format(arena, text, file, &diagnostics, &out) != RC_OK) {
                Buffer problems CLEAN(buffer_free) = buffer_new(FORMAT_CAP);
                diagnostics_print(&diagnostics, &problems);
                cli_tell(&problems);
                return EXIT_USER;
        }
        bool changed = !str_equal(buffer_str(&out), text);
        if (mode.check) {
                buffer_clear(&out);
                if (changed)
                        buffer_format(&out, "%s\n", name.data);
                int code = cli_output(&out);
                return code == EXIT_DONE && changed ? EXIT_USER : code;
        }
        if (!mode.write)
                return cli_output(&out);
        if (changed && file_write(name.data, buffer_str(&out)) != RC_OK) {
                cli_say("写不了 %s：%s；原来的文件没有动", name.data, cli_reason(errno));
                return EXIT_WORLD;
        }
        return EXIT_DONE;
}

int command_format(const Command *command, int argc, char **argv) {
        FormatMode mode = { 0 };
        const CliOption options[] = {
                { .name = "--write", .help = "改写文件", .flag = &mode.write },
                { .name = "--check", .help = "只列出会改动的文件；有就以 1 退出", .flag = &mode.check },
        };
        Str files[64];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, files, &count);
        if (code >= 0)
                return code;
        if (mode.write && mode.check) {
                cli_say("--write 和 --check 只能写一个");
                return EXIT_USAGE;
        }
        code = EXIT_DONE;
        for (uint32_t i = 0; i < count; i++) {
                int one = format_file(files[i], mode);
                code = one > code ? one : code;
        }
        return code;
}
