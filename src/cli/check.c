/* leye check: loads a pack and prints what is wrong with it. */
#include "cli/cli.h"

int command_check(const Command *command, int argc, char **argv) {
        bool json = false, demonstration = false;
        const CliOption options[] = {
                { .name = "--json", .help = "以 JSON 输出", .flag = &json },
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &demonstration },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        return cli_load(pack, city[0], &(PackOptions){ .demonstration = demonstration }, json, false);
}
