/* One function for each kind of declaration, in one table. */
#include "web/page/carrier.h"

#include "base/date.h"
#include "engine/plain.h"

#define LINE_MAX 8192

CarrierReader carrier_reader(Arena *arena, const Program *program, int32_t day) {
        uint32_t *none = ARENA_NEW(arena, uint32_t, program->entity_count);
        Frame *frame = frame_new(arena, program, population_new(arena, program, none));
        scalar_evaluate(&(Run){ .program = program, .base_date = day, .apply_date = day }, frame);
        return (CarrierReader){ arena, program, frame };
}

/* ---- targets ------------------------------------------------------------------------------------------- */

static Str requirement_words(Requirement requirement) {
        switch (requirement) {
        case REQUIRE_AT_LEAST:
                return STR("不少于 ");
        case REQUIRE_REACH:
                return STR("达到 ");
        case REQUIRE_MORE:
                return STR("超过 ");
        case REQUIRE_AT_MOST:
                return STR("不超过 ");
        case REQUIRE_ABOUT:
                return STR("约 ");
        case REQUIRE_STRIVE:
                return STR("力争 ");
        }
        return (Str){ 0 };
}

static Str period_words(TargetPeriod period) {
        switch (period) {
        case PERIOD_YEARLY:
                return STR("每年");
        case PERIOD_QUARTERLY:
                return STR("每季");
        case PERIOD_MONTHLY:
                return STR("每月");
        case PERIOD_TERM:
                return STR("每学期");
        case PERIOD_CUMULATIVE:
                return STR("累计");
        case PERIOD_BY:
                return STR("到期时");
        case PERIOD_UNSTATED:
                return STR("文件没有写明期间");
        }
        return (Str){ 0 };
}

static Str days_words(Arena *arena, int32_t from, int32_t to) {
        if (from == DATE_MIN && to == DATE_MAX)
                return (Str){ 0 };
        Str first = from == DATE_MIN ? (Str){ 0 } : date_chinese(arena, from);
        Str last = to == DATE_MAX ? (Str){ 0 } : date_chinese(arena, to);
        if (first.length == 0)
                return str_format(arena, "到%.*s", STR_ARG(last));
        if (last.length == 0)
                return str_format(arena, "从%.*s起", STR_ARG(first));
        return str_format(arena, "%.*s到%.*s", STR_ARG(first), STR_ARG(last));
}

Str target_words(const CarrierReader *reader, const Target *target) {
        Type type = reader->program->steps[target->value].type;
        Str value = value_text(reader->arena, reader->program, type, frame_cell(reader->frame, target->value, 0));
        Str requirement = requirement_words(target->requirement), period = period_words(target->period);
        Str days = days_words(reader->arena, target->from, target->to);
        return str_format(reader->arena, "%s%s%.*s%.*s，%.*s%s%.*s%s",
                          target->each_county ? "每个区县" : "", target->growth ? "比上年同期增长" : "",
                          STR_ARG(requirement), STR_ARG(grouped_text(reader->arena, value)), STR_ARG(period),
                          days.length ? "（" : "", STR_ARG(days), days.length ? "）" : "");
}

/* "牵头 市人社局；配合 市财政局、高校". */
static Str owner_words(Arena *arena, Str lead, const Str *partners, uint32_t count) {
        Buffer out CLEAN(buffer_free) = buffer_new(LINE_MAX);
        if (lead.length)
                buffer_format(&out, "牵头：%.*s", STR_ARG(lead));
        if (count)
                buffer_format(&out, "%s配合：%.*s", out.length ? "　" : "", STR_ARG(names_text(arena, partners, count)));
        return str_copy(arena, buffer_str(&out));
}

static void fill_target(const CarrierReader *reader, uint32_t index, CarrierLine *line) {
        const Target *target = &reader->program->targets[index];
        line->text = target_words(reader, target);
        line->detail = owner_words(reader->arena, target->lead, target->partners, target->partner_count);
        line->id = str_format(reader->arena, "mb-%.*s", STR_ARG(target->name));
}

/* ---- the rest ------------------------------------------------------------------------------------------ */

static Str cycle_words(Cycle cycle) {
        switch (cycle) {
        case CYCLE_NONE:
                break;
        case CYCLE_MONTH:
                return STR("每月");
        case CYCLE_QUARTER:
                return STR("每季");
        case CYCLE_HALF_YEAR:
                return STR("每半年");
        case CYCLE_TERM:
                return STR("每学期");
        case CYCLE_YEAR:
                return STR("每年");
        }
        return (Str){ 0 };
}

static void fill_task(const CarrierReader *reader, uint32_t index, CarrierLine *line) {
        const Task *task = &reader->program->tasks[index];
        Str owner = owner_words(reader->arena, task->lead, task->partners, task->partner_count), cycle = cycle_words(task->cycle);
        Str due = task->due == DATE_MAX ? (Str){ 0 } : date_chinese(reader->arena, task->due);
        line->text = task->requirement;
        line->detail = str_format(reader->arena, "%.*s%s%.*s%s%.*s", STR_ARG(owner), due.length ? "　期限：" : "", STR_ARG(due),
                                  cycle.length ? "　反馈：" : "", STR_ARG(cycle));
        line->waits = task->waiting;
        line->id = str_format(reader->arena, "rw-%.*s", STR_ARG(task->name));
}

static void fill_indicator(const CarrierReader *reader, uint32_t index, CarrierLine *line) {
        const Indicator *indicator = &reader->program->indicators[index];
        Str cycle = cycle_words(indicator->cycle);
        line->text = indicator->meaning;
        line->id = str_format(reader->arena, "zb-%.*s", STR_ARG(indicator->name));
        switch (indicator->source) {
        case SOURCE_COMPUTED:
                line->detail = STR("按登记的记录计算");
                break;
        case SOURCE_REPORTED:
                line->detail = str_format(reader->arena, "%.*s由%.*s填报", STR_ARG(cycle), STR_ARG(indicator->reporter));
                break;
        case SOURCE_IMPORTED:
                line->detail = str_format(reader->arena, "%.*s从%.*s导入", STR_ARG(cycle), STR_ARG(indicator->reporter));
                break;
        }
}

static void fill_policy(const CarrierReader *reader, uint32_t index, CarrierLine *line) {
        const Policy *policy = &reader->program->policies[index];
        line->text = policy->note.length ? policy->note : policy->card;
        for (uint32_t i = 0; line->text.length == 0 && i < policy->benefit_count; i++) {
                const Benefit *benefit = &policy->benefits[i];
                Str formula = benefit->output_count ? plain_words(reader->arena, benefit->outputs[0].formula, NULL) : (Str){ 0 };
                line->text = benefit->content.length ? benefit->content
                             : formula.length ? str_format(reader->arena, "%.*s：%.*s", STR_ARG(benefit->outputs[0].label), STR_ARG(formula))
                                              : benefit->name;
        }
        line->detail = str_format(reader->arena, "给%.*s", STR_ARG(subject_name(reader->program, policy->entity)));
}

static void fill_service(const CarrierReader *reader, uint32_t index, CarrierLine *line) {
        const ServiceItem *service = &reader->program->services[index];
        line->text = service->note;
        line->waits = service->waiting;
        if (service->office.length)
                line->detail = str_format(reader->arena, "找%.*s", STR_ARG(service->office));
}

static void fill_directory(const CarrierReader *reader, uint32_t index, CarrierLine *line) {
        line->text = reader->program->directories[index].note;
}

static void fill_report(const CarrierReader *reader, uint32_t index, CarrierLine *line) {
        const Report *report = &reader->program->reports[index];
        Str cycle = cycle_words(report->cycle);
        line->text = str_format(reader->arena, "%.*s由%.*s写出", STR_ARG(cycle), STR_ARG(report->issuer));
        line->id = str_format(reader->arena, "bb-%.*s", STR_ARG(report->name));
}

static const struct {
        void (*fill)(const CarrierReader *reader, uint32_t index, CarrierLine *line);
        Str title;
} kinds[CARRIER_KINDS] = {
        [CARRIER_POLICY] = { fill_policy, STR_INIT("可以享受的政策") },
        [CARRIER_SUPPLEMENT] = { fill_policy, STR_INIT("这一条扩大了范围的政策") },
        [CARRIER_SERVICE] = { fill_service, STR_INIT("可以办的事") },
        [CARRIER_TARGET] = { fill_target, STR_INIT("目标") },
        [CARRIER_TASK] = { fill_task, STR_INIT("任务") },
        [CARRIER_DIRECTORY] = { fill_directory, STR_INIT("公开名录") },
        [CARRIER_REPORT] = { fill_report, STR_INIT("报告") },
        [CARRIER_INDICATOR] = { fill_indicator, STR_INIT("这些数怎么数") },
};

Str carrier_title(CarrierKind kind) {
        return kinds[kind].title;
}

CarrierLine carrier_line(const CarrierReader *reader, const Carrier *carrier) {
        CarrierLine line = { .kind = carrier->kind, .name = carrier->name };
        MUST(kinds[carrier->kind].fill);
        kinds[carrier->kind].fill(reader, carrier->index, &line);
        return line;
}
