/* leye coverage: clause by clause, what carries it. */
#include "city/coverage.h"
#include "cli/cli.h"

#define COVERAGE_CAP ((size_t) 16 << 20)

int command_coverage(const Command *command, int argc, char **argv) {
        bool json = false;
        const CliOption options[] = {
                { .name = "--json", .help = "以 JSON 输出", .flag = &json },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        code = cli_load(pack, city[0], &(PackOptions){ 0 }, false, true);
        if (code != EXIT_DONE)
                return code;
        Coverage coverage = coverage_of(pack, pack->arena);
        Buffer out CLEAN(buffer_free) = buffer_new(COVERAGE_CAP);
        if (json) {
                Json writer = json_begin(&out);
                coverage_json(pack, &coverage, &writer);
                buffer_byte(&out, '\n');
        } else
                coverage_print(pack, &coverage, &out);
        return cli_output(&out);
}
