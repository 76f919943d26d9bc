/* The totals of a scan, as text and as JSON. */
#include "cli/scan.h"
#include "cli/table.h"

#define CONDITION_WIDTH 60

/* 元 and 元/月 are never added. */
typedef enum MoneyKind { MONEY_ONCE, MONEY_BY_MONTH, MONEY_KINDS } MoneyKind;

typedef struct Sum {
        uint64_t answers[5];
        __int128 money[MONEY_KINDS], floor[MONEY_KINDS];
        uint64_t unknown;                /* eligible, but the amount is not known */
} Sum;

static MoneyKind money_kind(const Benefit *benefit) {
        return benefit->kind == BENEFIT_BY_MONTH ? MONEY_BY_MONTH : MONEY_ONCE;
}

/* Which kinds of money a policy pays: a bit each. */
static uint32_t money_kinds(const Policy *policy) {
        uint32_t kinds = 0;
        for (uint32_t b = 0; b < policy->benefit_count; b++)
                for (uint32_t o = 0; o < policy->benefits[b].output_count; o++)
                        if (policy->benefits[b].outputs[o].money)
                                kinds |= 1u << money_kind(&policy->benefits[b]);
        return kinds;
}

static void add_bucket(Sum *sum, const Policy *policy, const BatchPolicy *totals, uint32_t bucket) {
        for (uint32_t answer = 0; answer < 5; answer++)
                sum->answers[answer] += totals->answers[bucket][answer];
        for (uint32_t i = 0; i < totals->output_count; i++) {
                const BatchMoney *money = &totals->outputs[i].counties[bucket];
                MoneyKind kind = money_kind(&policy->benefits[totals->outputs[i].benefit]);
                sum->money[kind] += money->sum;
                sum->floor[kind] += money->floor_sum;
                sum->unknown += money->unknown;
        }
}

static Sum sum_policy(const Policy *policy, const BatchPolicy *totals) {
        Sum sum = { 0 };
        for (uint32_t bucket = 0; bucket < totals->bucket_count; bucket++)
                add_bucket(&sum, policy, totals, bucket);
        return sum;
}

/* The kinds of money that the policy pays, side by side. */
static void table_kinds(TextTable *table, uint32_t kinds, const __int128 money[MONEY_KINDS]) {
        switch (kinds) {
        case 0:
                table_cell(table, STR("—"));
                return;
        case 1u << MONEY_ONCE:
                table_money(table, money[MONEY_ONCE], STR("元"));
                return;
        case 1u << MONEY_BY_MONTH:
                table_money(table, money[MONEY_BY_MONTH], STR("元/月"));
                return;
        }
        Str once = money_text(table->arena, money[MONEY_ONCE]), monthly = money_text(table->arena, money[MONEY_BY_MONTH]);
        table_cell(table, str_format(table->arena, "%.*s元 %.*s元/月", STR_ARG(once), STR_ARG(monthly)));
}

static void table_sum(TextTable *table, const Policy *policy, const Sum *sum) {
        static const Answer order[] = { ANSWER_YES, ANSWER_JUDGE, ANSWER_OPEN, ANSWER_ASK, ANSWER_NO };
        for (uint32_t i = 0; i < ARRAY_LENGTH(order); i++)
                table_number(table, sum->answers[order[i]]);
        uint32_t kinds = money_kinds(policy);
        table_kinds(table, kinds, sum->money);
        table_kinds(table, kinds, sum->floor);
        if (kinds)
                table_number(table, sum->unknown);
        else
                table_cell(table, STR("—"));
}

static void table_head(TextTable *table, const Str *first, uint32_t count) {
        static const Str rest[] = { STR_INIT("是"),   STR_INIT("需人工认定"), STR_INIT("待定"),       STR_INIT("缺事实"),
                                    STR_INIT("否"),   STR_INIT("已定金额"),   STR_INIT("待定的至少"), STR_INIT("金额未定") };
        for (uint32_t i = 0; i < count; i++)
                table_cell(table, first[i]);
        for (uint32_t i = 0; i < ARRAY_LENGTH(rest); i++)
                table_cell(table, rest[i]);
}

static void print_totals(const Pack *pack, const BatchResult *result, Arena *arena, Buffer *out) {
        TextTable table = table_new(arena, "llrrrrrrrr");
        table_head(&table, (const Str[]){ STR("政策"), STR("对象") }, 2);
        for (uint32_t i = 0; i < result->policy_count; i++) {
                const Policy *policy = &pack->program.policies[result->policies[i].policy];
                Sum sum = sum_policy(policy, &result->policies[i]);
                table_cell(&table, policy->name);
                table_cell(&table, pack->program.entities[policy->entity].name);
                table_sum(&table, policy, &sum);
        }
        table_print(&table, out);
}

static void print_counties(const Pack *pack, const BatchResult *result, Arena *arena, Buffer *out) {
        TextTable table = table_new(arena, "llrrrrrrrr");
        table_head(&table, (const Str[]){ STR("政策"), STR("区县") }, 2);
        for (uint32_t i = 0; i < result->policy_count; i++) {
                const BatchPolicy *totals = &result->policies[i];
                const Policy *policy = &pack->program.policies[totals->policy];
                for (uint32_t bucket = 0; bucket < totals->bucket_count; bucket++) {
                        Sum sum = { 0 };
                        add_bucket(&sum, policy, totals, bucket);
                        table_cell(&table, policy->name);
                        table_cell(&table, batch_bucket_name(&pack->program, policy, bucket));
                        table_sum(&table, policy, &sum);
                }
        }
        table_print(&table, out);
}

static void print_conditions(const Pack *pack, const BatchResult *result, Arena *arena, Buffer *out) {
        TextTable table = table_new(arena, "lrrl");
        const Str head[] = { STR("政策"), STR("卡住"), STR("只差它"), STR("卡住最多的条件") };
        for (uint32_t i = 0; i < ARRAY_LENGTH(head); i++)
                table_cell(&table, head[i]);
        for (uint32_t i = 0; i < result->policy_count; i++) {
                const BatchPolicy *totals = &result->policies[i];
                if (!totals->conditions || totals->worst == NONE)
                        continue;
                const Policy *policy = &pack->program.policies[totals->policy];
                table_cell(&table, policy->name);
                table_number(&table, totals->conditions[totals->worst].failed);
                table_number(&table, totals->conditions[totals->worst].sole);
                table_short(&table, policy->conditions[totals->worst].text, CONDITION_WIDTH);
        }
        buffer_byte(out, '\n');
        table_print(&table, out);
        buffer_add(out, STR("“只差它”：其他条件都满足，去掉它就能享受的有多少。\n"));
}

void scan_print(const Pack *pack, const BatchResult *result, bool by_county, Arena *arena, Buffer *out) {
        if (pack->demonstration)
                buffer_add(out, STR("【示范数值，非政策】\n\n"));
        if (by_county)
                print_counties(pack, result, arena, out);
        else
                print_totals(pack, result, arena, out);
        print_conditions(pack, result, arena, out);
        scan_print_order(&pack->program, result, arena, out);
}

static void json_sum(const Sum *sum, Arena *arena, Json *json) {
        static const struct {
                const char *key;
                Answer      answer;
        } answers[] = { { "yes", ANSWER_YES }, { "judge", ANSWER_JUDGE }, { "open", ANSWER_OPEN }, { "ask", ANSWER_ASK },
                        { "no", ANSWER_NO } };
        for (uint32_t i = 0; i < ARRAY_LENGTH(answers); i++) {
                json_key(json, answers[i].key);
                json_int(json, (int64_t) sum->answers[answers[i].answer]);
        }
        static const struct {
                const char *money, *floor;
        } kinds[MONEY_KINDS] = { [MONEY_ONCE] = { "money", "atLeast" }, [MONEY_BY_MONTH] = { "monthly", "monthlyAtLeast" } };
        for (MoneyKind kind = 0; kind < MONEY_KINDS; kind++) {
                json_key(json, kinds[kind].money);
                json_raw(json, money_text(arena, sum->money[kind]));
                json_key(json, kinds[kind].floor);
                json_raw(json, money_text(arena, sum->floor[kind]));
        }
        json_key(json, "moneyUnknown");
        json_int(json, (int64_t) sum->unknown);
}

static void json_conditions(const Policy *policy, const BatchPolicy *totals, Json *json) {
        json_key(json, "conditions");
        json_open_array(json);
        for (uint32_t i = 0; totals->conditions && i < policy->condition_count; i++) {
                json_open_object(json);
                json_key(json, "number");            /* as in the files of --out */
                json_int(json, i + 1);
                json_key(json, "text");
                json_text(json, policy->conditions[i].text);
                json_key(json, "cite");
                json_text(json, policy->conditions[i].cite);
                json_key(json, "failed");
                json_int(json, (int64_t) totals->conditions[i].failed);
                json_key(json, "undecided");
                json_int(json, (int64_t) totals->conditions[i].undecided);
                json_key(json, "sole");
                json_int(json, (int64_t) totals->conditions[i].sole);
                json_end(json);
        }
        json_end(json);
}

static void json_policy(const Pack *pack, const BatchPolicy *totals, Arena *arena, Json *json) {
        const Policy *policy = &pack->program.policies[totals->policy];
        Sum sum = sum_policy(policy, totals);
        json_open_object(json);
        json_key(json, "policy");
        json_text(json, policy->name);
        json_key(json, "entity");
        json_text(json, pack->program.entities[policy->entity].name);
        json_sum(&sum, arena, json);
        json_key(json, "counties");
        json_open_array(json);
        for (uint32_t bucket = 0; bucket < totals->bucket_count; bucket++) {
                Sum county = { 0 };
                add_bucket(&county, policy, totals, bucket);
                json_open_object(json);
                json_key(json, "county");
                json_text(json, batch_bucket_name(&pack->program, policy, bucket));
                json_sum(&county, arena, json);
                json_end(json);
        }
        json_end(json);
        json_conditions(policy, totals, json);
        json_end(json);
}

void scan_json(const Pack *pack, const BatchResult *result, Arena *arena, Json *json) {
        json_open_object(json);
        json_key(json, "pack");
        json_text(json, pack->name);
        json_key(json, "hash");
        json_text(json, pack->hash);
        json_key(json, "demonstration");
        json_bool(json, pack->demonstration);
        json_key(json, "policies");
        json_open_array(json);
        for (uint32_t i = 0; i < result->policy_count; i++)
                json_policy(pack, &result->policies[i], arena, json);
        json_end(json);
        scan_json_order(&pack->program, result, arena, json);
        json_end(json);
}
