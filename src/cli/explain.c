/* leye explain: why one person, household or firm may or may not have a benefit. */
#include "engine/explain.h"

#include "cli/cli.h"
#include "engine/load.h"

#define EXPLAIN_CAP ((size_t) 16 << 20)
#define EXPLAIN_ARENA ((size_t) 8 << 30)

typedef struct ExplainOptions {
        bool     json, demonstration;
        Str      data, id, entity;
        int32_t  date;
        Str      facts[CLI_LIST_MAX];
        uint32_t fact_count;
} ExplainOptions;

typedef struct Subject {
        const Population *population;
        uint16_t          entity;
        uint32_t          row;
} Subject;

static bool find_fact(const Program *program, uint16_t entity, Str name, uint32_t *ret_fact) {
        for (uint32_t i = 0; i < program->fact_count; i++)
                if (program->facts[i].entity == entity && str_equal(program->facts[i].name, name)) {
                        *ret_fact = i;
                        return true;
                }
        return false;
}

/* 名=值 for a fact of the subject. */
static bool set_fact(const Program *program, Population *population, uint16_t entity, Str text) {
        Str value = text, name = str_trim(str_cut(&value, '=')), why;
        uint32_t fact;
        int64_t cell;
        if (!find_fact(program, entity, name, &fact)) {
                cli_say("“%.*s”没有“%.*s”这个事实", STR_ARG(program->entities[entity].name), STR_ARG(name));
                return false;
        }
        const Fact *known = &program->facts[fact];
        if (!value_parse(program, known->type, known->low, known->high, str_trim(value), population->arena, &cell, &why)) {
                cli_say("%.*s：%.*s", STR_ARG(name), STR_ARG(why));
                return false;
        }
        population_set(population, fact, 0, cell);
        return true;
}

static bool subject_from_facts(const Program *program, Arena *arena, const ExplainOptions *options, Subject *subject) {
        uint32_t *counts = ARENA_NEW(arena, uint32_t, program->entity_count);
        counts[subject->entity] = 1;
        Population *population = population_new(arena, program, counts);
        for (uint32_t i = 0; i < options->fact_count; i++)
                if (!set_fact(program, population, subject->entity, options->facts[i]))
                        return false;
        for (uint32_t link = 0; link < program->link_count; link++)
                if (program->links[link].parent == subject->entity)
                        population_complete(population, link, 0, false);
        population_index(population);
        subject->population = population;
        return true;
}

static int subject_from_data(const Program *program, Arena *arena, const ExplainOptions *options, Subject *subject) {
        LoadReport report;
        Population *all;
        Rc rc = population_load(arena, program, options->data, &(LoadOptions){ .threads = 2 }, &report, &all);
        if (rc != RC_OK) {
                cli_say("读不了数据文件夹 %.*s", STR_ARG(options->data));
                return cli_exit(rc);
        }
        const Rows *rows = &all->entities[subject->entity];
        for (uint32_t row = 0; rows->keys && row < rows->count; row++)
                if (str_equal(rows->keys[row], options->id)) {
                        subject->population = population_around(arena, all, subject->entity, row, &subject->row);
                        return EXIT_DONE;
                }
        cli_say("数据里没有编号为“%.*s”的%.*s", STR_ARG(options->id), STR_ARG(program->entities[subject->entity].name));
        return EXIT_USER;
}

static int print_explanations(const Pack *pack, const ExplainOptions *options, const Subject *subject, uint32_t only) {
        Run run = { .program = &pack->program, .base_date = options->date, .apply_date = options->date };
        Frame *frame = frame_new(pack->arena, run.program, subject->population);
        scalar_evaluate(&run, frame);
        Buffer out CLEAN(buffer_free) = buffer_new(EXPLAIN_CAP);
        Json json = json_begin(&out);
        if (options->json)
                json_array(&json);
        else if (pack->demonstration)
                buffer_add(&out, STR("【示范数值，非政策】\n\n"));
        for (uint32_t i = 0; i < run.program->policy_count; i++) {
                const Policy *policy = &run.program->policies[i];
                if (policy->entity != subject->entity || (only != NONE && only != i) || policy->card.length > 0)
                        continue;
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

/* Whose entity it is about: the policy's, or --entity, or the first one with a policy. */
static bool choose_entity(const Pack *pack, const ExplainOptions *options, uint32_t policy, uint16_t *ret_entity) {
        uint32_t entity = policy != NONE ? pack->program.policies[policy].entity
                          : options->entity.length ? pack_entity(pack, options->entity)
                                                   : pack_entity(pack, STR("人"));
        if (entity == NONE) {
                cli_say("没有“%.*s”这个实体", STR_ARG(options->entity));
                return false;
        }
        *ret_entity = (uint16_t) entity;
        return true;
}

static int explain_pack(const Pack *pack, const ExplainOptions *options, Str policy_name) {
        uint32_t policy = policy_name.length ? pack_policy(pack, policy_name) : NONE;
        if (policy_name.length && policy == NONE) {
                cli_say("没有“%.*s”这项政策；leye coverage 列出全部", STR_ARG(policy_name));
                return EXIT_USER;
        }
        Subject subject = { 0 };
        if (!choose_entity(pack, options, policy, &subject.entity))
                return EXIT_USER;
        int code = options->data.length ? subject_from_data(&pack->program, pack->arena, options, &subject)
                   : subject_from_facts(&pack->program, pack->arena, options, &subject) ? EXIT_DONE
                                                                                        : EXIT_USER;
        return code == EXIT_DONE ? print_explanations(pack, options, &subject, policy) : code;
}

int command_explain(const Command *command, int argc, char **argv) {
        ExplainOptions explain_options = { .date = date_today() };
        const CliOption options[] = {
                { .name = "--fact", .value = "名=值", .help = "一个已知的事实，可以写多次", .list = explain_options.facts,
                  .list_count = &explain_options.fact_count },
                { .name = "--at", .value = "日期", .help = "基准日，默认今天", .date = &explain_options.date },
                { .name = "--data", .value = "文件夹", .help = "数据所在的文件夹", .text = &explain_options.data },
                { .name = "--id", .value = "编号", .help = "数据里哪一行", .text = &explain_options.id },
                { .name = "--entity", .value = "实体", .help = "人、户、企业…；默认人", .text = &explain_options.entity },
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &explain_options.demonstration },
                { .name = "--json", .help = "以 JSON 输出", .flag = &explain_options.json },
        };
        Str arguments[2] = { 0 };
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, arguments, &count);
        if (code >= 0)
                return code;
        if ((explain_options.data.length > 0) != (explain_options.id.length > 0)) {
                cli_say("--data 和 --id 要一起给");
                return EXIT_USAGE;
        }
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        code = cli_load(pack, arguments[0], &(PackOptions){ .demonstration = explain_options.demonstration }, false, true);
        return code == EXIT_DONE ? explain_pack(pack, &explain_options, arguments[1]) : code;
}
