/* Turns the totals computed at start into rows with bars. */
#include "web/page/overview.h"

#include "base/date.h"
#include "engine/plain.h"

static const struct {
        Answer      answer;
        const char *kind;
        Str         name;
} ANSWERS[OVERVIEW_ANSWERS] = {
        { ANSWER_YES, "yes", STR_INIT("可以享受") },   { ANSWER_JUDGE, "judge", STR_INIT("只等认定") },
        { ANSWER_OPEN, "open", STR_INIT("待定") },     { ANSWER_ASK, "ask", STR_INIT("还缺事实") },
        { ANSWER_NO, "no", STR_INIT("不符合") },
};

static Str grouped(Arena *arena, uint64_t number) {
        return grouped_text(arena, str_format(arena, "%llu", (unsigned long long) number));
}

/* Fen as people read a total: whole units (元, 元/月), or 万 of them with one rounded decimal from ten thousand on. */
static Str money(Arena *arena, __int128 fen, Str unit) {
        uint64_t yuan = (uint64_t) ((fen + 50) / 100);
        if (yuan < 10000)
                return str_format(arena, "%llu %.*s", (unsigned long long) yuan, STR_ARG(unit));
        uint64_t tenths = (yuan + 500) / 1000;
        Str wan = grouped(arena, tenths / 10);
        return str_format(arena, "%.*s.%llu 万%.*s", STR_ARG(wan), (unsigned long long) (tenths % 10), STR_ARG(unit));
}

static void fill_shares(Arena *arena, OverviewRow *row, const uint64_t answers[5]) {
        uint64_t total = 0;
        for (uint32_t i = 0; i < OVERVIEW_ANSWERS; i++)
                total += answers[i];
        row->total = grouped(arena, total);
        uint64_t before = 0;
        for (uint32_t i = 0; i < OVERVIEW_ANSWERS; i++) {
                uint64_t count = answers[ANSWERS[i].answer];
                uint32_t from = total ? (uint32_t) (before * 1000 / total) : 0;
                before += count;
                uint32_t to = total ? (uint32_t) (before * 1000 / total) : 0;
                row->shares[i] = (OverviewShare){ ANSWERS[i].kind, ANSWERS[i].name, count, from, to - from,
                                                  grouped(arena, count) };
        }
}

static void add_bucket(const BatchPolicy *totals, uint32_t bucket, uint64_t answers[5], BatchMoney *sum) {
        for (uint32_t i = 0; i < 5; i++)
                answers[i] += totals->answers[bucket][i];
        for (uint32_t i = 0; i < totals->output_count; i++) {
                sum->sum += totals->outputs[i].counties[bucket].sum;
                sum->floor_sum += totals->outputs[i].counties[bucket].floor_sum;
        }
}

static void finish_row(Arena *arena, OverviewRow *row, const uint64_t answers[5], const BatchMoney *sum) {
        fill_shares(arena, row, answers);
        if (sum->sum > 0)
                row->money = money(arena, sum->sum, batch_money_unit(row->policy));
        if (sum->floor_sum > 0)
                row->at_least = money(arena, sum->floor_sum, batch_money_unit(row->policy));
}

static void fill_policy(const OverviewView *view, Arena *arena, const BatchPolicy *totals, OverviewRow *row) {
        const Program *program = &view->city->overview->pack->program;
        const Policy *policy = &program->policies[totals->policy];
        uint64_t answers[5] = { 0 };
        BatchMoney sum = { 0 };
        for (uint32_t bucket = 0; bucket < totals->bucket_count; bucket++)
                add_bucket(totals, bucket, answers, &sum);
        *row = (OverviewRow){ .policy = policy, .name = policy->name, .whom = subject_name(program, policy->entity) };
        finish_row(arena, row, answers, &sum);
        if (totals->conditions && totals->worst != NONE) {
                row->worst = plain_words(arena, policy->conditions[totals->worst].text, NULL);
                row->sole = str_format(arena, "%.*s %.*s", STR_ARG(grouped(arena, totals->conditions[totals->worst].sole)),
                                       STR_ARG(program->entities[policy->entity].counter));
        }
}

static void fill_policies(OverviewView *view, Arena *arena) {
        const BatchResult *result = view->city->overview->result;
        view->rows = ARENA_NEW(arena, OverviewRow, result->policy_count);
        for (uint32_t i = 0; i < result->policy_count; i++)
                fill_policy(view, arena, &result->policies[i], &view->rows[view->row_count++]);
}

static void fill_counties(OverviewView *view, Arena *arena, const BatchPolicy *totals) {
        const Program *program = &view->city->overview->pack->program;
        view->chosen = &program->policies[totals->policy];
        view->rows = ARENA_NEW(arena, OverviewRow, totals->bucket_count);
        for (uint32_t bucket = 0; bucket < totals->bucket_count; bucket++) {
                uint64_t answers[5] = { 0 }, count = 0;
                BatchMoney sum = { 0 };
                add_bucket(totals, bucket, answers, &sum);
                for (uint32_t i = 0; i < 5; i++)
                        count += answers[i];
                if (count == 0)
                        continue;
                OverviewRow *row = &view->rows[view->row_count++];
                *row = (OverviewRow){ .policy = view->chosen, .name = batch_bucket_name(program, view->chosen, bucket) };
                finish_row(arena, row, answers, &sum);
        }
}

static bool has_policy(const Overview *overview, uint32_t entity) {
        for (uint32_t i = 0; i < overview->result->policy_count; i++)
                if (overview->pack->program.policies[overview->result->policies[i].policy].entity == entity)
                        return true;
        return false;
}

/* How many there are of whom the policies are about: "人 3,000 人、户 1,122 户、企业 167 家". */
static Str describe_population(Arena *arena, const Overview *overview) {
        const Program *program = &overview->pack->program;
        Buffer out CLEAN(buffer_free) = buffer_new(4096);
        for (uint32_t i = 0; i < program->entity_count; i++) {
                const Entity *entity = &program->entities[i];
                Str count = grouped(arena, overview->row_counts[i]);
                if (overview->row_counts[i] == 0 || !has_policy(overview, i))
                        continue;
                buffer_format(&out, "%s%.*s %.*s %.*s", out.length ? "、" : "", STR_ARG(entity->name), STR_ARG(count),
                              STR_ARG(entity->counter));
        }
        return str_copy(arena, buffer_str(&out));
}

Rc page_overview(Visit *visit) {
        const City *city = visit->city;
        if (!city->overview)
                return RC_MISSING;
        Str name = form_text(&visit->query, STR("policy"));
        OverviewView view = { .layout = layout_of(visit, STR("全市测算"), SECTION_OVERVIEW), .city = city,
                              .population = describe_population(visit->arena, city->overview),
                              .day = date_chinese(visit->arena, city->overview->day), .ended = city->overview->day == city->document->to };
        view.layout.demonstration = true;
        if (name.length == 0)
                fill_policies(&view, visit->arena);
        const BatchResult *result = city->overview->result;
        for (uint32_t i = 0; name.length > 0 && i < result->policy_count; i++)
                if (str_equal(city->overview->pack->program.policies[result->policies[i].policy].name, name))
                        fill_counties(&view, visit->arena, &result->policies[i]);
        if (name.length > 0 && !view.chosen)
                return RC_MISSING;
        template_overview(&visit->response->body, &view);
        return RC_OK;
}
