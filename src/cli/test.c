/* leye test: runs every example of a pack and tells which do not come out as their author expects. */
#include "cli/cli.h"

#include "city/examples.h"

#define TEST_CAP ((size_t) 64 << 20)
#define EXAMPLE_ARENA ((size_t) 256 << 20)

static void print_failure(const Pack *pack, const ExampleOutcome *outcome, Buffer *out) {
        Span at = outcome->example->at;
        const SourceFile *file = &pack->diagnostics.files[at.file];
        Position place = position_of(file->text, at.start);
        buffer_format(out, "%.*s:%u: 例 %.*s 没有通过\n", STR_ARG(file->path), place.line, STR_ARG(outcome->example->name));
        for (Str rest = outcome->got; rest.length > 0;) {
                Str line = str_cut(&rest, '\n');
                buffer_format(out, "    %.*s\n", STR_ARG(line));
        }
}

static void json_outcome(const Pack *pack, const ExampleOutcome *outcome, Json *json) {
        Span at = outcome->example->at;
        const SourceFile *file = &pack->diagnostics.files[at.file];
        json_open_object(json);
        json_key(json, "example");
        json_text(json, outcome->example->name);
        json_key(json, "file");
        json_text(json, file->path);
        json_key(json, "line");
        json_int(json, position_of(file->text, at.start).line);
        json_key(json, "passed");
        json_bool(json, outcome->passed);
        json_key(json, "got");
        json_text(json, outcome->got);
        json_end(json);
}

static int run_examples(const Pack *pack, bool as_json) {
        Buffer out CLEAN(buffer_free) = buffer_new(TEST_CAP);
        Arena *arena CLEAN(arena_cleanup) = arena_new(EXAMPLE_ARENA);
        Json json = json_begin(&out);
        uint32_t failed = 0;
        if (as_json)
                json_open_array(&json);
        for (uint32_t i = 0; i < pack->program.example_count; i++) {
                ExampleOutcome outcome = example_run(pack, arena, &pack->program.examples[i]);
                failed += !outcome.passed;
                if (as_json)
                        json_outcome(pack, &outcome, &json);
                else if (!outcome.passed)
                        print_failure(pack, &outcome, &out);
                arena_reset(arena);
        }
        if (as_json) {
                json_end(&json);
                buffer_byte(&out, '\n');
        } else
                buffer_format(&out, "%u passed, %u failed\n", pack->program.example_count - failed, failed);
        int code = cli_output(&out);
        return code != EXIT_DONE ? code : failed ? EXIT_USER : EXIT_DONE;
}

int command_test(const Command *command, int argc, char **argv) {
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
        return code == EXIT_DONE ? run_examples(pack, json) : code;
}
