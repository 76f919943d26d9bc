/* Groups the kinds by how they hang together: those that others name, those that name others, and the rest. */
#include "web/page/record_kinds.h"

#define PURPOSE_MAX ((size_t) 1 << 16)
#define NAMES_SHOWN 2

typedef enum Group { GROUP_SUBJECTS, GROUP_DEALINGS, GROUP_SINGLE } Group;

static const Str group_texts[RECORD_GROUPS][2] = {
        [GROUP_SUBJECTS] = { STR_INIT("人、单位和场所"), STR_INIT("先登记它们，别的记录才能指到它们。") },
        [GROUP_DEALINGS] = { STR_INIT("往来和经过"), STR_INIT("谁在哪天做了什么：每一条都连着上面的人或单位，指标多数从这里数。") },
        [GROUP_SINGLE] = { STR_INIT("单独登记"), STR_INIT("不连着别的记录。") },
};

static Group group_of(const Model *model, const RecordTable *table) {
        uint32_t named = 0, names = 0;
        for (uint32_t i = 0; i < table->field_count; i++)
                names += table->fields[i].kind == FIELD_LINK;
        for (uint32_t i = 0; i < model->table_count; i++)
                for (uint32_t j = 0; j < model->tables[i].field_count; j++)
                        named += model->tables[i].fields[j].kind == FIELD_LINK && model->tables[i].fields[j].partner == table->entity;
        if (named > 1 || (named && !names))
                return GROUP_SUBJECTS;
        return names || named ? GROUP_DEALINGS : GROUP_SINGLE;
}

/* The first names and how many there are: a sentence's part. */
typedef struct Naming {
        Str      names[NAMES_SHOWN];
        uint32_t count;
} Naming;

static void add_name(Naming *naming, Str name) {
        if (naming->count < NAMES_SHOWN)
                naming->names[naming->count] = name;
        naming->count++;
}

static void print_naming(Buffer *out, const Naming *naming, const char *verb, const char *things) {
        if (naming->count == 0)
                return;
        buffer_format(out, "%s%s", out->length ? "；" : "", verb);
        for (uint32_t i = 0; i < naming->count && i < NAMES_SHOWN; i++)
                buffer_format(out, "%s“%.*s”", i ? "、" : "", STR_ARG(naming->names[i]));
        if (naming->count > NAMES_SHOWN)
                buffer_format(out, " 等 %u %s", naming->count, things);
}

static Str purpose_of(Arena *arena, const Program *program, uint16_t entity, Group group) {
        Naming indicators = { 0 }, directories = { 0 }, tasks = { 0 }, services = { 0 }, policies = { 0 };
        for (uint32_t i = 0; i < program->indicator_count; i++) {
                const Indicator *indicator = &program->indicators[i];
                if (indicator->source == SOURCE_COMPUTED &&
                    (indicator->measure.entity == entity || (indicator->ratio && indicator->divisor.entity == entity)))
                        add_name(&indicators, indicator->name);
        }
        for (uint32_t i = 0; i < program->directory_count; i++)
                if (program->directories[i].entity == entity)
                        add_name(&directories, program->directories[i].name);
        for (uint32_t i = 0; i < program->task_count; i++)
                if (program->tasks[i].entity == entity)
                        add_name(&tasks, program->tasks[i].name);
        for (uint32_t i = 0; i < program->service_count; i++)
                if (program->services[i].records == entity)
                        add_name(&services, program->services[i].name);
        for (uint32_t i = 0; i < program->policy_count; i++)
                if (program->policies[i].entity == entity)
                        add_name(&policies, program->policies[i].name);
        Buffer out CLEAN(buffer_free) = buffer_new(PURPOSE_MAX);
        print_naming(&out, &indicators, "数指标", "项");
        print_naming(&out, &directories, "公开名录", "个");
        print_naming(&out, &tasks, "证明任务", "项");
        print_naming(&out, &services, "办理事项", "项");
        print_naming(&out, &policies, "算待遇", "项");
        if (out.length == 0)
                return group == GROUP_SUBJECTS ? STR("供别的记录引用。") : STR("按文件要求登记，现在没有指标数它。");
        return str_copy(arena, buffer_str(&out));
}

static Rc fill_kind(Visit *visit, const RecordTable *table, RecordKind *kind) {
        RecordPage page;
        RecordQuery query = { .city = visit->city->pack->name, .sort = NONE, .limit = 1 };
        Rc rc = record_list(visit->database, visit->city->model, table, &query, visit->arena, &page);
        if (rc == RC_OK)
                *kind = (RecordKind){ .table = table, .total = record_total_text(visit->arena, table, page.total), .empty = page.total == 0,
                                      .purpose = purpose_of(visit->arena, visit->city->model->program, table->entity,
                                                            group_of(visit->city->model, table)) };
        return rc;
}

Rc page_record_kinds(Visit *visit) {
        Rc rc = visit_plan(visit);
        if (rc == RC_OK)
                rc = visit_allowed(visit, ACTION_LIST, NULL);
        if (rc != RC_OK)
                return rc;
        const Model *model = visit->city->model;
        RecordKindsView view = { .layout = layout_of(visit, STR("记录"), SECTION_RECORDS), .city = visit->city, .all_empty = true };
        for (uint32_t i = 0; i < RECORD_GROUPS; i++)
                view.groups[i] = (RecordGroup){ .name = group_texts[i][0], .note = group_texts[i][1],
                                                .kinds = ARENA_NEW(visit->arena, RecordKind, model->table_count) };
        for (uint32_t i = 0; i < model->table_count && rc == RC_OK; i++) {
                RecordGroup *group = &view.groups[group_of(model, &model->tables[i])];
                rc = fill_kind(visit, &model->tables[i], &group->kinds[group->kind_count]);
                view.all_empty = view.all_empty && group->kinds[group->kind_count].empty;
                group->kind_count++;
        }
        if (rc == RC_OK)
                template_record_kinds(&visit->response->body, &view);
        return rc;
}
