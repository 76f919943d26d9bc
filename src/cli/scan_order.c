/* What is settled after evaluation: who keeps which of policies that exclude one another, and how far a year's limit
 * reaches. */
#include "cli/scan.h"
#include "cli/table.h"

/* ---- 互斥 --------------------------------------------------------------------------------------------- */

/* The conflicts that the rule cannot settle from the data, and why. */
static Str unsettled_text(const BatchExclusive *exclusive, ExclusiveRule rule, Arena *arena) {
        static const char *const texts[] = {
                [EXCLUSIVE_HIGHEST] = "说不准哪项高",
                [EXCLUSIVE_FIRST] = "要看谁先到",
                [EXCLUSIVE_CHOICE] = "由本人选",
        };
        const uint64_t numbers[] = {
                [EXCLUSIVE_HIGHEST] = exclusive->undecided,
                [EXCLUSIVE_FIRST] = exclusive->needs_order,
                [EXCLUSIVE_CHOICE] = exclusive->needs_choice,
        };
        return str_format(arena, "%llu（%s）", (unsigned long long) numbers[rule], texts[rule]);
}

static void print_exclusive(const Program *program, const BatchExclusive *totals, TextTable *table) {
        const Exclusive *exclusive = &program->exclusives[totals->exclusive];
        for (uint32_t i = 0; i < exclusive->policy_count; i++) {
                const BatchShare *share = &totals->shares[i];
                const Policy *policy = &program->policies[exclusive->policies[i]];
                Str unit = batch_money_unit(policy);
                table_cell(table, i == 0 ? exclusive->name : STR(""));
                table_cell(table, policy->name);
                table_number(table, share->kept);
                table_number(table, share->dropped);
                table_money(table, share->kept_sum, unit);
                table_money(table, share->dropped_sum, unit);
                if (i == 0)
                        table_number(table, totals->conflicts);
                else
                        table_cell(table, STR(""));
                table_cell(table, i == 0 ? unsettled_text(totals, exclusive->rule, table->arena) : STR(""));
        }
}

static void print_exclusives(const Program *program, const BatchResult *result, Arena *arena, Buffer *out) {
        static const Str head[] = { STR_INIT("互斥"),     STR_INIT("政策"),     STR_INIT("留下"),     STR_INIT("让出"),
                                    STR_INIT("留下的钱"), STR_INIT("让出的钱"), STR_INIT("两项都是"), STR_INIT("没有定") };
        TextTable table = table_new(arena, "llrrrrrl");
        for (uint32_t i = 0; i < ARRAY_LENGTH(head); i++)
                table_cell(&table, head[i]);
        for (uint32_t i = 0; i < result->exclusive_count; i++)
                print_exclusive(program, &result->exclusives[i], &table);
        buffer_byte(out, '\n');
        table_print(&table, out);
}

/* ---- 预算 --------------------------------------------------------------------------------------------- */

static void table_date(TextTable *table, int64_t date) {
        char text[11];
        if (date == UNKNOWN) {
                table_cell(table, STR("—"));
                return;
        }
        date_print((int32_t) date, text);
        table_cell(table, str_copy(table->arena, str_from(text)));
}

static void print_budgets(const Program *program, const BatchResult *result, Arena *arena, Buffer *out) {
        static const Str head[] = { STR_INIT("政策"),     STR_INIT("年度预算"), STR_INIT("给了"),   STR_INIT("给出的钱"), STR_INIT("没轮到"),
                                    STR_INIT("没给的钱"), STR_INIT("排不上"),   STR_INIT("给到哪天") };
        TextTable table = table_new(arena, "lrrrrrrl");
        for (uint32_t i = 0; i < ARRAY_LENGTH(head); i++)
                table_cell(&table, head[i]);
        for (uint32_t i = 0; i < result->budget_count; i++) {
                const BatchBudget *budget = &result->budgets[i];
                const Policy *policy = &program->policies[budget->policy];
                Str unit = batch_money_unit(policy);
                table_cell(&table, policy->name);
                if (budget->limit == UNKNOWN)
                        table_cell(&table, STR("待定"));
                else
                        table_money(&table, budget->limit, STR("元"));
                table_number(&table, budget->paid);
                table_money(&table, budget->paid_sum, unit);
                table_number(&table, budget->refused);
                table_money(&table, budget->refused_sum, unit);
                table_number(&table, budget->unplaced);
                table_date(&table, budget->last_date);
        }
        buffer_byte(out, '\n');
        table_print(&table, out);
        buffer_add(out, STR("“排不上”：能享受，但金额或先后的日期不知道。\n"));
}

void scan_print_order(const Program *program, const BatchResult *result, Arena *arena, Buffer *out) {
        if (result->exclusive_count > 0)
                print_exclusives(program, result, arena, out);
        if (result->budget_count > 0)
                print_budgets(program, result, arena, out);
}

/* ---- JSON --------------------------------------------------------------------------------------------- */

static void json_number(Json *json, const char *key, uint64_t number) {
        json_key(json, key);
        json_int(json, (int64_t) number);
}

static void json_money(Json *json, const char *key, __int128 fen, Arena *arena) {
        json_key(json, key);
        json_raw(json, money_text(arena, fen));
}

static void json_exclusive(const Program *program, const BatchExclusive *totals, Arena *arena, Json *json) {
        const Exclusive *exclusive = &program->exclusives[totals->exclusive];
        json_open_object(json);
        json_key(json, "name");
        json_text(json, exclusive->name);
        json_number(json, "conflicts", totals->conflicts);
        json_number(json, "undecided", totals->undecided);
        json_number(json, "needsOrder", totals->needs_order);
        json_number(json, "needsChoice", totals->needs_choice);
        json_key(json, "policies");
        json_open_array(json);
        for (uint32_t i = 0; i < exclusive->policy_count; i++) {
                const BatchShare *share = &totals->shares[i];
                json_open_object(json);
                json_key(json, "policy");
                json_text(json, program->policies[exclusive->policies[i]].name);
                json_number(json, "kept", share->kept);
                json_number(json, "dropped", share->dropped);
                json_money(json, "keptMoney", share->kept_sum, arena);
                json_money(json, "droppedMoney", share->dropped_sum, arena);
                json_end(json);
        }
        json_end(json);
        json_end(json);
}

static void json_budget(const Program *program, const BatchBudget *budget, Arena *arena, Json *json) {
        char date[11];
        json_open_object(json);
        json_key(json, "policy");
        json_text(json, program->policies[budget->policy].name);
        json_key(json, "limit");
        if (budget->limit == UNKNOWN)
                json_nothing(json);
        else
                json_raw(json, money_text(arena, budget->limit));
        json_number(json, "paid", budget->paid);
        json_money(json, "paidMoney", budget->paid_sum, arena);
        json_number(json, "refused", budget->refused);
        json_money(json, "refusedMoney", budget->refused_sum, arena);
        json_number(json, "unplaced", budget->unplaced);
        json_key(json, "lastDate");
        if (budget->last_date == UNKNOWN)
                json_nothing(json);
        else {
                date_print((int32_t) budget->last_date, date);
                json_text(json, str_from(date));
        }
        json_end(json);
}

void scan_json_order(const Program *program, const BatchResult *result, Arena *arena, Json *json) {
        json_key(json, "exclusives");
        json_open_array(json);
        for (uint32_t i = 0; i < result->exclusive_count; i++)
                json_exclusive(program, &result->exclusives[i], arena, json);
        json_end(json);
        json_key(json, "budgets");
        json_open_array(json);
        for (uint32_t i = 0; i < result->budget_count; i++)
                json_budget(program, &result->budgets[i], arena, json);
        json_end(json);
}
