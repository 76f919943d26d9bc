/* leye simulate: the same population before and after a change of figures. */
#include "cli/progress.h"
#include "cli/scan.h"
#include "cli/table.h"

#define SIMULATE_CAP ((size_t) 64 << 20)
#define SIMULATE_ARENA ((size_t) 64 << 30)

typedef struct SimulateOptions {
        bool     json, demonstration;
        Str      data, group;
        int32_t  date;
        int64_t  threads;
        Str      sets[CLI_LIST_MAX];
        uint32_t set_count;
} SimulateOptions;

/* Per entity what its rows are grouped by, and the names of the groups. */
typedef struct Groups {
        BatchGroup         *by;
        const Enumeration **names;
} Groups;

static void say_unknown_parameter(const Program *program, Arena *arena, Str wrong) {
        Str *names = ARENA_NEW(arena, Str, program->parameter_count + 1), near;
        for (uint32_t i = 0; i < program->parameter_count; i++)
                names[i] = program->parameters[i].name;
        if (nearest_name(wrong, names, program->parameter_count, &near))
                cli_say("没有“%.*s”这个参数，是否想写 %.*s", STR_ARG(wrong), STR_ARG(near));
        else
                cli_say("没有“%.*s”这个参数", STR_ARG(wrong));
}

/* The new figures as overrides of the run. *ret_outside: one lies outside the range that the program was proven for;
 * with a NULL there that is an error. */
static bool read_changes(const Program *program, Arena *arena, const ParameterSetting *settings, uint32_t count,
                         int64_t *after, bool *ret_outside) {
        bool outside = false;
        for (uint32_t i = 0; i < count; i++) {
                uint32_t parameter = find_named(program->parameters, program->parameter_count, settings[i].name);
                if (parameter == NONE) {
                        say_unknown_parameter(program, arena, settings[i].name);
                        return false;
                }
                const Parameter *known = &program->parameters[parameter];
                Str why, wider;
                if (value_parse(program, known->type, known->low, known->high, settings[i].value, arena, &after[parameter],
                                &why))
                        continue;
                if (!ret_outside || !value_parse(program, known->type, -INT64_MAX, INT64_MAX, settings[i].value, arena,
                                                 &after[parameter], &wider)) {
                        cli_say("%.*s：%.*s", STR_ARG(known->name), STR_ARG(why));
                        return false;
                }
                outside = true;
        }
        if (ret_outside)
                *ret_outside = outside;
        return true;
}

/* ---- groups ------------------------------------------------------------------------------------------ */

/* A fact or definition whose values are those of an enumeration. */
typedef struct GroupName {
        Str        name;
        uint16_t   entity, enumeration;
        BatchGroup by;
} GroupName;

static GroupName *list_group_names(const Program *program, Arena *arena, uint32_t *ret_count) {
        GroupName *names = ARENA_NEW(arena, GroupName, program->fact_count + program->definition_count + 1);
        uint32_t count = 0;
        for (uint32_t i = 0; i < program->fact_count; i++) {
                const Fact *fact = &program->facts[i];
                if (fact->type.kind == TYPE_CODE)
                        names[count++] = (GroupName){ fact->name, fact->entity, fact->type.of, { i, NONE } };
        }
        for (uint32_t i = 0; i < program->definition_count; i++) {
                const Definition *definition = &program->definitions[i];
                Type type = program->steps[definition->step].type;
                if (type.kind == TYPE_CODE)
                        names[count++] = (GroupName){ definition->name, definition->entity, type.of,
                                                      { NONE, definition->step } };
        }
        *ret_count = count;
        return names;
}

static void say_no_group(Arena *arena, Str wrong, const GroupName *names, uint32_t count) {
        Str *words = ARENA_NEW(arena, Str, count + 1), near, list = STR("");
        uint32_t word_count = 0;
        for (uint32_t i = 0; i < count; i++) {
                bool known = false;
                for (uint32_t j = 0; j < word_count; j++)
                        known |= str_equal(words[j], names[i].name);
                if (known)
                        continue;
                list = str_format(arena, "%.*s%s%.*s", STR_ARG(list), word_count ? "、" : "", STR_ARG(names[i].name));
                words[word_count++] = names[i].name;
        }
        if (nearest_name(wrong, words, word_count, &near))
                cli_say("不能按“%.*s”分组，是否想写 %.*s", STR_ARG(wrong), STR_ARG(near));
        else if (word_count > 0)
                cli_say("不能按“%.*s”分组：要是取值为枚举的事实或定义，有 %.*s", STR_ARG(wrong), STR_ARG(list));
        else
                cli_say("不能按“%.*s”分组：这座城市没有取值为枚举的事实或定义", STR_ARG(wrong));
}

/* Per entity what is named `name`; false, having said so, when nothing is. */
static bool find_groups(const Program *program, Arena *arena, Str name, Groups *ret_groups) {
        uint32_t count;
        const GroupName *names = list_group_names(program, arena, &count);
        Groups groups = { ARENA_NEW(arena, BatchGroup, program->entity_count),
                          ARENA_NEW(arena, const Enumeration *, program->entity_count) };
        bool found = name.length == 0;
        for (uint32_t i = 0; i < program->entity_count; i++)
                groups.by[i] = (BatchGroup){ NONE, NONE };
        for (uint32_t i = 0; i < count; i++)
                if (str_equal(names[i].name, name)) {
                        groups.by[names[i].entity] = names[i].by;
                        groups.names[names[i].entity] = &program->enumerations[names[i].enumeration];
                        found = true;
                }
        if (!found)
                say_no_group(arena, name, names, count);
        else
                *ret_groups = groups;
        return found;
}

/* A fact that no rule reads may be missing from the data without a word of the loader's. */
static void say_missing_columns(const Program *program, const BatchGroup *groups, const Population *population) {
        for (uint32_t i = 0; i < program->entity_count; i++)
                if (groups[i].fact != NONE && population->entities[i].count > 0 &&
                    population->columns[groups[i].fact].cells == NULL) {
                        const Fact *fact = &program->facts[groups[i].fact];
                        Str column = fact->column.length ? fact->column : fact->name;
                        cli_say("提醒：%.*s的数据里没有“%.*s”这一列，都归入“其他”", STR_ARG(program->entities[i].name),
                                STR_ARG(column));
                }
}

static Str group_name(const Enumeration *names, uint32_t group) {
        return names && group < names->member_count ? names->members[group] : STR("其他");
}

/* ---- printing ---------------------------------------------------------------------------------------- */

static BatchChange add_changes(const BatchChange *changes, uint32_t count) {
        BatchChange sum = { 0 };
        for (uint32_t i = 0; i < count; i++) {
                sum.entered += changes[i].entered;
                sum.left += changes[i].left;
                sum.more += changes[i].more;
                sum.less += changes[i].less;
                sum.unclear += changes[i].unclear;
                sum.eased += changes[i].eased;
                sum.hardened += changes[i].hardened;
                sum.before += changes[i].before;
                sum.after += changes[i].after;
        }
        return sum;
}

static void table_change(TextTable *table, const Policy *policy, const BatchChange *change) {
        const uint64_t numbers[] = { change->entered, change->left,  change->more,    change->less,
                                     change->unclear, change->eased, change->hardened };
        for (uint32_t i = 0; i < ARRAY_LENGTH(numbers); i++)
                table_number(table, numbers[i]);
        const __int128 money[] = { change->before, change->after, change->after - change->before };
        Str unit = batch_money_unit(policy);
        for (uint32_t i = 0; i < ARRAY_LENGTH(money); i++)
                if (unit.length > 0)
                        table_money(table, money[i], unit);
                else
                        table_cell(table, STR("—"));
}

static void table_head(TextTable *table, Str second) {
        const Str head[] = { STR("政策"),   second,         STR("新享受"),   STR("不再享受"), STR("钱变多"), STR("钱变少"),
                             STR("说不清"), STR("不再为否"), STR("变为否"), STR("之前"),     STR("之后"),   STR("相差") };
        for (uint32_t i = 0; i < ARRAY_LENGTH(head); i++)
                table_cell(table, head[i]);
}

static bool nothing_changed(const BatchChange *change) {
        return !change->entered && !change->left && !change->more && !change->less && !change->unclear &&
               !change->eased && !change->hardened && change->before == change->after;
}

static void print_comparison(const Pack *pack, const BatchComparison *comparison, const Groups *groups, Str group,
                             Arena *arena, Buffer *out) {
        TextTable table = table_new(arena, "llrrrrrrrrrr");
        table_head(&table, group.length ? group : STR("区县"));
        for (uint32_t i = 0; i < comparison->policy_count; i++) {
                const BatchPolicyChange *change = &comparison->policies[i];
                const Policy *policy = &pack->program.policies[change->policy];
                BatchChange sum = add_changes(change->counties, change->bucket_count);
                table_cell(&table, policy->name);
                table_cell(&table, STR("合计"));
                table_change(&table, policy, &sum);
                uint32_t count = group.length ? change->group_count : change->bucket_count;
                for (uint32_t part = 0; part < count; part++) {
                        const BatchChange *one = group.length ? &change->groups[part] : &change->counties[part];
                        if (nothing_changed(one))
                                continue;
                        table_cell(&table, STR(""));
                        table_cell(&table, group.length ? group_name(groups->names[policy->entity], part)
                                                        : batch_bucket_name(&pack->program, policy, part));
                        table_change(&table, policy, one);
                }
        }
        if (pack->demonstration)
                buffer_add(out, STR("【示范数值，非政策】\n\n"));
        if (comparison->policy_count == 0) {
                buffer_add(out, STR("这个改动不影响任何政策。\n"));
                return;
        }
        table_print(&table, out);
        buffer_add(out, STR("“说不清”：前后都能享受，但有一头的金额未定。“不再为否”“变为否”：回答变了，还不是“是”。\n"));
}

static void json_change(Json *json, Arena *arena, Str name, const BatchChange *change) {
        const struct {
                const char *key;
                uint64_t    number;
        } numbers[] = { { "entered", change->entered }, { "left", change->left },       { "more", change->more },
                        { "less", change->less },       { "unclear", change->unclear }, { "eased", change->eased },
                        { "hardened", change->hardened } };
        json_open_object(json);
        json_key(json, "name");
        json_text(json, name);
        for (uint32_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
                json_key(json, numbers[i].key);
                json_int(json, (int64_t) numbers[i].number);
        }
        json_key(json, "before");
        json_raw(json, money_text(arena, change->before));
        json_key(json, "after");
        json_raw(json, money_text(arena, change->after));
        json_end(json);
}

static void json_policy(const Pack *pack, const BatchPolicyChange *change, const Groups *groups, Arena *arena,
                        Json *json) {
        const Policy *policy = &pack->program.policies[change->policy];
        BatchChange sum = add_changes(change->counties, change->bucket_count);
        json_open_object(json);
        json_key(json, "policy");
        json_text(json, policy->name);
        json_key(json, "unit");
        json_text(json, batch_money_unit(policy));
        json_key(json, "total");
        json_change(json, arena, STR("合计"), &sum);
        json_key(json, "counties");
        json_open_array(json);
        for (uint32_t part = 0; part < change->bucket_count; part++)
                json_change(json, arena, batch_bucket_name(&pack->program, policy, part), &change->counties[part]);
        json_end(json);
        json_key(json, "groups");
        json_open_array(json);
        for (uint32_t part = 0; part < change->group_count; part++)
                json_change(json, arena, group_name(groups->names[policy->entity], part), &change->groups[part]);
        json_end(json);
        json_end(json);
}

static void json_comparison(const Pack *pack, const BatchComparison *comparison, const Groups *groups, Arena *arena,
                            Json *json) {
        json_open_object(json);
        json_key(json, "pack");
        json_text(json, pack->name);
        json_key(json, "hash");
        json_text(json, pack->hash);
        json_key(json, "demonstration");
        json_bool(json, pack->demonstration);
        json_key(json, "policies");
        json_open_array(json);
        for (uint32_t i = 0; i < comparison->policy_count; i++)
                json_policy(pack, &comparison->policies[i], groups, arena, json);
        json_end(json);
        json_end(json);
}

static int print_result(const SimulateOptions *simulate, const Pack *pack, const BatchComparison *comparison,
                        const Groups *groups, Arena *arena) {
        Buffer out CLEAN(buffer_free) = buffer_new(SIMULATE_CAP);
        if (simulate->json) {
                Json json = json_begin(&out);
                json_comparison(pack, comparison, groups, arena, &json);
                buffer_byte(&out, '\n');
        } else
                print_comparison(pack, comparison, groups, simulate->group, arena, &out);
        return cli_output(&out);
}

/* `after` holds the overrides. */
static int run_simulation(const SimulateOptions *simulate, const Pack *pack, const int64_t *after) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(SIMULATE_ARENA);
        const Program *program = &pack->program;
        Groups groups;
        if (!find_groups(program, arena, simulate->group, &groups))
                return EXIT_USER;
        ScanData data CLEAN(scan_close) = { 0 };
        int code = scan_load(program, arena, simulate->data, (uint32_t) simulate->threads, false, &data);
        if (code != EXIT_DONE)
                return code;
        say_missing_columns(program, groups.by, data.population);
        Run run = { .program = program, .base_date = simulate->date, .apply_date = simulate->date }, changed = run;
        changed.parameters = after;
        BatchOptions options = { .threads = (uint32_t) simulate->threads };
        options.policies = scan_policies(program, arena, &options.policy_count);
        CliProgress progress;
        cli_progress_begin(&progress, "计算");
        const BatchComparison *comparison = batch_compare(arena, &run, &changed, &options,
                                                          groups.by, data.population);
        cli_progress_end(&progress);
        return print_result(simulate, pack, comparison, &groups, arena);
}

static int64_t *no_changes(const Pack *pack) {
        int64_t *after = ARENA_NEW(pack->arena, int64_t, pack->program.parameter_count + 1);
        for (uint32_t i = 0; i < pack->program.parameter_count; i++)
                after[i] = UNKNOWN;
        return after;
}

/* A figure beyond what the program was proven for: the pack is compiled again with ranges that hold it. */
static int simulate_beyond(const SimulateOptions *simulate, Str city, const ParameterSetting *changes) {
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        ParameterSetting *settings = ARENA_NEW(pack->arena, ParameterSetting, simulate->set_count);
        for (uint32_t i = 0; i < simulate->set_count; i++) {
                settings[i] = changes[i];
                settings[i].range_only = true;
        }
        int code = cli_load(pack, city, &(PackOptions){ simulate->demonstration, settings, simulate->set_count }, false,
                            true);
        if (code != EXIT_DONE)
                return code;
        int64_t *after = no_changes(pack);
        if (!read_changes(&pack->program, pack->arena, changes, simulate->set_count, after, NULL))
                return EXIT_USER;
        return run_simulation(simulate, pack, after);
}

static int simulate_pack(const SimulateOptions *simulate, Str city) {
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        ParameterSetting *changes;
        if (!cli_settings(pack->arena, simulate->sets, simulate->set_count, &changes))
                return EXIT_USAGE;
        int code = cli_load(pack, city, &(PackOptions){ .demonstration = simulate->demonstration }, false, true);
        if (code != EXIT_DONE)
                return code;
        int64_t *after = no_changes(pack);
        bool outside;
        if (!read_changes(&pack->program, pack->arena, changes, simulate->set_count, after, &outside))
                return EXIT_USER;
        return outside ? simulate_beyond(simulate, city, changes) : run_simulation(simulate, pack, after);
}

int command_simulate(const Command *command, int argc, char **argv) {
        SimulateOptions simulate = { .date = date_today(), .threads = 2 };
        const CliOption options[] = {
                { .name = "--data", .value = "文件夹", .help = "CSV 文件夹，或 scan --save 存下的快照", .text = &simulate.data },
                { .name = "--set", .value = "参数=值", .help = "改成多少，可以写多次", .list = simulate.sets,
                  .list_count = &simulate.set_count },
                { .name = "--by", .value = "事实", .help = "按一个取值为枚举的事实或定义分组，例如 性别；默认按区县", .text = &simulate.group },
                { .name = "--at", .value = "日期", .help = "基准日，默认今天", .date = &simulate.date },
                { .name = "--demo", .help = "在示范数值（demo.md）上比较", .flag = &simulate.demonstration },
                { .name = "--threads", .value = "个数", .help = "用几个线程，默认 2", .number = &simulate.threads },
                { .name = "--json", .help = "以 JSON 输出", .flag = &simulate.json },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        if (simulate.data.length == 0 || simulate.set_count == 0 || simulate.threads < 1 ||
            simulate.threads > BATCH_THREADS_MAX) {
                cli_say(simulate.data.length == 0  ? "请用 --data 指定数据文件夹"
                        : simulate.set_count == 0 ? "请用 --set 写出要改的参数，例如 --set 技能提升补贴标准=1800元"
                                                  : "--threads 要在 1 到 64 之间");
                return EXIT_USAGE;
        }
        return simulate_pack(&simulate, city[0]);
}
