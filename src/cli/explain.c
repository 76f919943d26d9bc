/* leye explain: why one person, household or firm may or may not have a benefit. */
#include "engine/explain.h"

#include "cli/scan.h"
#include "cli/subject.h"

#define EXPLAIN_CAP ((size_t) 16 << 20)
#define EXPLAIN_ARENA ((size_t) 64 << 30)

typedef struct ExplainOptions {
        bool     json, demonstration;
        Str      data, id, entity;
        int32_t  date;
        Str      facts[CLI_LIST_MAX];
        uint32_t fact_count;
} ExplainOptions;

static void print_card(const Policy *policy, Json *json, Buffer *out) {
        if (json) {
                json_open_object(json);
                json_key(json, "policy");
                json_text(json, policy->name);
                json_key(json, "card");
                json_text(json, policy->card);
                json_end(json);
        } else
                buffer_format(out, "%.*s：不作判断，请咨询\n  %.*s\n", STR_ARG(policy->name), STR_ARG(policy->card));
}

static int print_explanations(const Pack *pack, const ExplainOptions *options, const Subject *subject, uint32_t only) {
        Run run = { .program = &pack->program, .base_date = options->date, .apply_date = options->date };
        Frame *frame = frame_new(pack->arena, run.program, subject->population);
        scalar_evaluate(&run, frame);
        Buffer out CLEAN(buffer_free) = buffer_new(EXPLAIN_CAP);
        Json json = json_begin(&out);
        if (options->json)
                json_open_array(&json);
        else if (pack->demonstration)
                buffer_add(&out, STR("【示范数值，非政策】\n\n"));
        for (uint32_t i = 0; i < run.program->policy_count; i++) {
                const Policy *policy = &run.program->policies[i];
                if (policy->entity != subject->entity || (only != NONE && only != i))
                        continue;
                if (policy->card.length > 0) {
                        if (only == i)
                                print_card(policy, options->json ? &json : NULL, &out);
                        continue;
                }
                const Explanation *explanation = explain(pack->arena, &run, frame, i, subject->row);
                if (options->json)
                        explanation_json(explanation, &json);
                else {
                        explanation_text(explanation, &out);
                        buffer_byte(&out, '\n');
                }
        }
        if (options->json) {
                json_end(&json);
                buffer_byte(&out, '\n');
        }
        return cli_output(&out);
}

static int explain_pack(const Pack *pack, const ExplainOptions *options, Str policy_name) {
        uint32_t policy;
        Subject subject = { 0 };
        if (!cli_find_policy(pack, policy_name, &policy) ||
            !cli_find_entity(pack, options->entity.length ? options->entity : STR("人"), &subject.entity))
                return EXIT_USER;
        if (policy != NONE)
                subject.entity = pack->program.policies[policy].entity;
        Arena *arena CLEAN(arena_cleanup) = arena_new(EXPLAIN_ARENA);
        ScanData data CLEAN(scan_close) = { 0 };
        int code = EXIT_DONE;
        if (options->data.length > 0) {
                code = scan_load(&pack->program, arena, options->data, 0, true, &data);
                if (code == EXIT_DONE)
                        code = subject_from_population(data.population, arena, options->id, &subject);
        } else if (!subject_from_facts(&pack->program, arena, options->facts, options->fact_count, &subject))
                code = EXIT_USER;
        return code == EXIT_DONE ? print_explanations(pack, options, &subject, policy) : code;
}

int command_explain(const Command *command, int argc, char **argv) {
        ExplainOptions explain_options = { .date = date_today() };
        const CliOption options[] = {
                { .name = "--fact", .value = "名=值", .help = "一个已知的事实，可以写多次；相关的写 关系.名=值 或 关系#2.名=值", .list = explain_options.facts,
                  .list_count = &explain_options.fact_count },
                { .name = "--at", .value = "日期", .help = "基准日，默认今天", .date = &explain_options.date },
                { .name = "--data", .value = "文件夹", .help = "CSV 文件夹，或快照", .text = &explain_options.data },
                { .name = "--id", .value = "编号", .help = "数据里哪一行", .text = &explain_options.id },
                { .name = "--entity", .value = "实体", .help = "替谁算：人、户、企业…；默认人，写了政策就是政策的对象", .text = &explain_options.entity },
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &explain_options.demonstration },
                { .name = "--json", .help = "以 JSON 输出", .flag = &explain_options.json },
        };
        Str arguments[2] = { 0 };
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, arguments, &count);
        if (code >= 0)
                return code;
        if ((explain_options.data.length > 0) != (explain_options.id.length > 0) ||
            (explain_options.data.length > 0 && explain_options.fact_count > 0)) {
                cli_say(explain_options.fact_count > 0 ? "--fact 和 --data 只能用一种" : "--data 和 --id 要一起给");
                return EXIT_USAGE;
        }
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        code = cli_load(pack, arguments[0], &(PackOptions){ .demonstration = explain_options.demonstration }, false, true);
        return code == EXIT_DONE ? explain_pack(pack, &explain_options, arguments[1]) : code;
}
