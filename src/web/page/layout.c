/* Names and the frame of a page. */
#include "web/page/layout.h"

#include "base/date.h"

#define VALUE_MAX 4096
#define NAMES_MAX 65536

/* Friendly words for the entities of the common pack; any other keeps its own name. */
static const struct {
        Str name, shown, self;
} subjects[] = {
        { STR_INIT("人"), STR_INIT("个人"), STR_INIT("我自己") },
        { STR_INIT("户"), STR_INIT("家庭"), STR_INIT("我家") },
        { STR_INIT("企业"), STR_INIT("企业和单位"), STR_INIT("我的企业或单位") },
        { STR_INIT("载体"), STR_INIT("创业载体"), STR_INIT("我办的孵化基地、园区") },
};

const OfficePlace OFFICE_NAVIGATION[OFFICE_PLACES] = {
        { SECTION_BOARD, "", "看板" },          { SECTION_TASKS, "/tasks", "任务" },     { SECTION_DUE, "/due", "待办" },
        { SECTION_RECORDS, "/r", "记录" },      { SECTION_IMPORT, "/import", "导入" },   { SECTION_REPORT, "/report", "报告" },
};

Layout layout_of(const Visit *visit, Str title, Section section) {
        return (Layout){ .title = title, .city = visit->city, .section = section, .elder = visit->elder, .visit = visit,
                         .office = visit->actor.kind == ACTOR_OPERATOR && visit->city && visit->city->pool,
                         .back = visit->request->method == METHOD_GET ? visit->request->target : visit->path };
}

Str subject_name(const Program *program, uint16_t entity) {
        Str name = program->entities[entity].name;
        for (size_t i = 0; i < ARRAY_LENGTH(subjects); i++)
                if (str_equal(subjects[i].name, name))
                        return subjects[i].shown;
        return name;
}

Str subject_self(const Program *program, uint16_t entity) {
        Str name = program->entities[entity].name;
        for (size_t i = 0; i < ARRAY_LENGTH(subjects); i++)
                if (str_equal(subjects[i].name, name))
                        return subjects[i].self;
        return name;
}

Str benefit_kind_name(BenefitKind kind) {
        switch (kind) {
        case BENEFIT_ONCE:
                return STR("一次性");
        case BENEFIT_BY_MONTH:
                return STR("按月");
        case BENEFIT_LOAN:
                return STR("贷款");
        case BENEFIT_SERVICE:
                return STR("服务");
        }
        return (Str){ 0 };
}

Str value_text(Arena *arena, const Program *program, Type type, int64_t cell) {
        if (type.kind == TYPE_DATE && cell != UNKNOWN)
                return date_chinese(arena, (int32_t) cell);
        Buffer out CLEAN(buffer_free) = buffer_new(VALUE_MAX);
        value_print(program, type, cell, &out);
        return str_copy(arena, buffer_str(&out));
}

Str date_text(Arena *arena, int32_t day) {
        char text[11];
        date_print(day, text);
        return str_copy(arena, str_from(text));
}

Str grouped_text(Arena *arena, Str text) {
        Buffer out CLEAN(buffer_free) = buffer_new(NAMES_MAX);
        size_t from = str_starts(text, STR("-")), digits = from;
        while (digits < text.length && text.data[digits] >= '0' && text.data[digits] <= '9')
                digits++;
        buffer_add(&out, str_slice(text, 0, from));
        for (size_t i = from; i < digits; i++) {
                if (i > from && (digits - i) % 3 == 0)
                        buffer_byte(&out, ',');
                buffer_byte(&out, text.data[i]);
        }
        buffer_add(&out, str_slice(text, digits, text.length));
        return str_copy(arena, buffer_str(&out));
}

Str names_text(Arena *arena, const Str *names, uint32_t count) {
        Buffer out CLEAN(buffer_free) = buffer_new(NAMES_MAX);
        for (uint32_t i = 0; i < count; i++)
                buffer_format(&out, "%s%.*s", i ? "、" : "", STR_ARG(names[i]));
        return str_copy(arena, buffer_str(&out));
}

static Str exclusive_rule(ExclusiveRule rule) {
        switch (rule) {
        case EXCLUSIVE_HIGHEST:
                return STR("给金额最高的一项");
        case EXCLUSIVE_FIRST:
                return STR("先申请的为准");
        case EXCLUSIVE_CHOICE:
                return STR("由您自己选");
        }
        return (Str){ 0 };
}

static bool exclusive_has(const Exclusive *exclusive, uint32_t policy) {
        for (uint32_t i = 0; i < exclusive->policy_count; i++)
                if (exclusive->policies[i] == policy)
                        return true;
        return false;
}

Str exclusive_text(Arena *arena, const Program *program, uint32_t policy) {
        Buffer out CLEAN(buffer_free) = buffer_new(VALUE_MAX);
        for (uint32_t i = 0; i < program->exclusive_count; i++) {
                const Exclusive *exclusive = &program->exclusives[i];
                if (!exclusive_has(exclusive, policy))
                        continue;
                buffer_add(&out, out.length ? STR("；和") : STR("和"));
                for (uint32_t j = 0, shown = 0; j < exclusive->policy_count; j++) {
                        if (exclusive->policies[j] == policy)
                                continue;
                        buffer_format(&out, "%s“%.*s”", shown++ ? "、" : "",
                                      STR_ARG(program->policies[exclusive->policies[j]].name));
                }
                buffer_format(&out, "只能享受一项，%.*s", STR_ARG(exclusive_rule(exclusive->rule)));
        }
        return str_copy(arena, buffer_str(&out));
}
