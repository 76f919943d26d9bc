/* leye dump: prints the compiled program, one line a step (doc/dump.md). */
#include "cli/cli.h"

#define DUMP_CAP ((size_t) 256 << 20)

int command_dump(const Command *command, int argc, char **argv) {
        bool demonstration = false;
        const CliOption options[] = {
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &demonstration },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        code = cli_load(pack, city[0], &(PackOptions){ .demonstration = demonstration }, false, true);
        if (code != EXIT_DONE)
                return code;
        Buffer out CLEAN(buffer_free) = buffer_new(DUMP_CAP);
        program_dump(&pack->program, &out);
        return cli_output(&out);
}
