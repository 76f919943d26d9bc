/* The SQL generator's statements: the opening comment, input tables, segments, results. */
#include "engine/sql_inside.h"

static bool is_postgres(const Sql *sql) {
        return sql->options->dialect == SQL_POSTGRES;
}

static void begin_table(const Sql *sql, uint32_t table) {
        buffer_format(sql->out, "CREATE TEMPORARY TABLE leye_%u%s AS\n", table,
                      is_postgres(sql) ? " ON COMMIT DROP" : "");
}

/* Unique: a key that stands twice must stop the script. */
static void index_table(const Sql *sql, uint32_t table) {
        buffer_format(sql->out, "CREATE UNIQUE INDEX leye_%u_k ON leye_%u (k);\n", table, table);
}

/* A comment is one line whatever the name holds. */
static void comment_name(const Sql *sql, Str name) {
        for (size_t i = 0; i < name.length; i++)
                buffer_byte(sql->out, (unsigned char) name.data[i] < ' ' ? ' ' : name.data[i]);
}

static void list_push(const Sql *sql, SqlList *list, uint32_t item) {
        *ARENA_PUSH(sql->arena, list->items, list->count, list->capacity) = item;
}

/* ---- input -------------------------------------------------------------------------------------------- */

static void print_raw(const Sql *sql, Str column) {
        buffer_add(sql->out, STR("t."));
        sql_identifier(sql, column);
}

/* The source's own codes, compared as text. */
static void print_codes(const Sql *sql, const Fact *fact) {
        buffer_add(sql->out, STR("CASE CAST("));
        print_raw(sql, fact->column);
        buffer_add(sql->out, STR(" AS TEXT)"));
        for (uint32_t i = 0; i < fact->code_count; i++) {
                buffer_add(sql->out, STR(" WHEN '"));
                for (size_t k = 0; k < fact->codes[i].text.length; k++) {
                        if (fact->codes[i].text.data[k] == '\'')
                                buffer_byte(sql->out, '\'');
                        buffer_byte(sql->out, fact->codes[i].text.data[k]);
                }
                buffer_add(sql->out, STR("' THEN "));
                sql_text_literal(sql, fact->type, fact->codes[i].value);
        }
        buffer_add(sql->out, STR(" END"));
}

/* What the column says, NULL for what is out of range: it must not reach arithmetic that trusts the range. */
static void print_guarded(const Sql *sql, const Fact *fact) {
        if (fact->type.kind == TYPE_TEXT) {
                buffer_add(sql->out, STR("NULLIF(CAST("));
                print_raw(sql, fact->column);
                buffer_add(sql->out, STR(" AS TEXT), '')"));
                return;
        }
        if (fact->type.kind == TYPE_TRUTH && is_postgres(sql)) {
                print_raw(sql, fact->column);
                return;
        }
        buffer_add(sql->out, STR("CASE WHEN "));
        if (!is_postgres(sql)) {
                buffer_add(sql->out, STR("typeof("));
                print_raw(sql, fact->column);
                buffer_add(sql->out, STR(") = 'integer' AND "));
        }
        print_raw(sql, fact->column);
        bool truth = fact->type.kind == TYPE_TRUTH;
        buffer_format(sql->out, " BETWEEN %lld AND %lld THEN ", (long long) (truth ? 0 : fact->low),
                      (long long) (truth ? 1 : fact->high));
        print_raw(sql, fact->column);
        buffer_add(sql->out, is_postgres(sql) ? STR("::bigint END") : STR(" END"));
}

static void print_fact(const Sql *sql, const Fact *fact) {
        if (fact->blank_is_no) {
                buffer_add(sql->out, STR("CASE WHEN "));
                print_raw(sql, fact->column);
                buffer_add(sql->out, STR(" IS NULL THEN "));
                sql_text_literal(sql, fact->type, 0);
                buffer_add(sql->out, STR(" ELSE "));
        }
        if (fact->code_count > 0)
                print_codes(sql, fact);
        else
                print_guarded(sql, fact);
        if (fact->blank_is_no)
                buffer_add(sql->out, STR(" END"));
}

/* A derived entity has no facts of its own: its rows are the keys that children hold. */
static void print_derived(const Sql *sql, const Entity *entity, const SqlList *columns) {
        const Link *link = &sql->program->links[entity->derived_from];
        buffer_add(sql->out, STR("SELECT DISTINCT "));
        print_raw(sql, link->column);
        buffer_add(sql->out, STR(" AS k"));
        for (uint32_t i = 0; i < columns->count; i++) {
                uint32_t column = columns->items[i], first_whole = sql_whole_column(sql, 0);
                buffer_add(sql->out, STR(", "));
                if (column >= first_whole)
                        buffer_add(sql->out,
                                   sql->program->links[column - first_whole].complete ? STR("TRUE") : STR("FALSE"));
                else if (column < sql->program->step_count)
                        sql_text_literal(sql, sql->program->steps[column].type,
                                         type_unknown(sql->program->steps[column].type));
                else
                        buffer_add(sql->out, STR("NULL"));
                buffer_add(sql->out, STR(" AS "));
                sql_text_column(sql, column);
        }
        buffer_add(sql->out, STR("\n  FROM "));
        sql_identifier(sql, sql->program->entities[link->child].name);
        buffer_add(sql->out, STR(" t WHERE "));
        print_raw(sql, link->column);
        buffer_add(sql->out, STR(" IS NOT NULL;\n"));
}

static bool is_derived(const Sql *sql, uint16_t entity) {
        return sql->program->entities[entity].derived_from != NONE;
}

/* Whether the link's keys are the parent's rows, so that none can dangle. */
static bool makes_parent(const Sql *sql, uint32_t link) {
        return sql->program->entities[sql->program->links[link].parent].derived_from == link;
}

static void print_input_column(const Sql *sql, uint32_t column) {
        const Program *program = sql->program;
        uint32_t first_link = sql_link_column(sql, 0), first_whole = sql_whole_column(sql, 0);
        if (column < first_link) {
                print_fact(sql, &program->facts[program->steps[column].aux]);
        } else if (column < first_whole) {
                const Link *link = &program->links[column - first_link];
                if (makes_parent(sql, column - first_link))
                        print_raw(sql, link->column);
                else
                        buffer_format(sql->out, "p%u.k", column - first_link);
        } else {
                const Link *link = &program->links[column - first_whole];
                buffer_add(sql->out, STR("COALESCE("));
                print_raw(sql, str_format(sql->arena, "%.*s齐全", STR_ARG(link->many_name)));
                buffer_add(sql->out, link->complete ? STR(", TRUE)") : STR(", FALSE)"));
        }
        buffer_add(sql->out, STR(" AS "));
        sql_text_column(sql, column);
}

/* The keys of the link's parent, as column k of a table. */
static void print_parent_keys(const Sql *sql, uint16_t parent) {
        const Entity *entity = &sql->program->entities[parent];
        const Link *maker = is_derived(sql, parent) ? &sql->program->links[entity->derived_from] : NULL;
        buffer_add(sql->out, maker ? STR("(SELECT DISTINCT ") : STR("(SELECT "));
        sql_identifier(sql, maker ? maker->column : entity->key);
        buffer_add(sql->out, STR(" AS k FROM "));
        sql_identifier(sql, maker ? sql->program->entities[maker->child].name : entity->name);
        buffer_byte(sql->out, ')');
}

/* Dangling keys become NULL here, by a join with the parent's own keys. */
static void print_input_joins(const Sql *sql, uint16_t entity, const SqlList *columns) {
        buffer_add(sql->out, STR("\n  FROM "));
        sql_identifier(sql, sql->program->entities[entity].name);
        buffer_add(sql->out, STR(" t"));
        for (uint32_t i = 0; i < columns->count; i++) {
                uint32_t number = columns->items[i] - sql_link_column(sql, 0);
                if (columns->items[i] < sql_link_column(sql, 0) || columns->items[i] >= sql_whole_column(sql, 0) ||
                    makes_parent(sql, number))
                        continue;
                buffer_add(sql->out, STR("\n  LEFT JOIN "));
                print_parent_keys(sql, sql->program->links[number].parent);
                buffer_format(sql->out, " p%u ON p%u.k = ", number, number);
                print_raw(sql, sql->program->links[number].column);
        }
        buffer_add(sql->out, STR(";\n"));
}

/* The columns of the entity's input table that somebody wants. */
static SqlList input_columns(const Sql *sql, uint16_t entity) {
        const Program *program = sql->program;
        SqlList columns = { 0 };
        for (uint32_t step = 0; step < program->step_count; step++)
                if (sql->columns[step].wanted && program->steps[step].op == OP_FACT &&
                    program->steps[step].entity == entity)
                        list_push(sql, &columns, step);
        for (uint32_t link = 0; link < program->link_count; link++) {
                if (program->links[link].child == entity && sql->columns[sql_link_column(sql, link)].wanted)
                        list_push(sql, &columns, sql_link_column(sql, link));
                if (program->links[link].parent == entity && sql->columns[sql_whole_column(sql, link)].wanted)
                        list_push(sql, &columns, sql_whole_column(sql, link));
        }
        return columns;
}

static void print_input(Sql *sql, uint16_t entity) {
        SqlList columns = input_columns(sql, entity);
        sql->table[entity] = ++sql->tables;
        sql->held[entity] = columns;
        buffer_add(sql->out, STR("-- "));
        comment_name(sql, sql->program->entities[entity].name);
        buffer_byte(sql->out, '\n');
        begin_table(sql, sql->table[entity]);
        if (is_derived(sql, entity)) {
                print_derived(sql, &sql->program->entities[entity], &columns);
        } else {
                buffer_add(sql->out, STR("SELECT "));
                print_raw(sql, sql->program->entities[entity].key);
                buffer_add(sql->out, STR(" AS k"));
                for (uint32_t i = 0; i < columns.count; i++) {
                        buffer_add(sql->out, STR(",\n       "));
                        print_input_column(sql, columns.items[i]);
                }
                print_input_joins(sql, entity, &columns);
        }
        index_table(sql, sql->table[entity]);
}

/* ---- segments ----------------------------------------------------------------------------------------- */

static bool kept_after(const SqlColumn *column, uint32_t segment) {
        return column->last_segment == NONE || column->last_segment > segment;
}

/* One SELECT: what is still wanted of the level below, and what is computed at this one. Returns the columns. */
static SqlList print_level(const Sql *sql, uint32_t segment, uint32_t level, const SqlList *below) {
        const SqlSegment *at = &sql->segments[segment];
        SqlList columns = { 0 };
        buffer_add(sql->out, STR("SELECT t.k"));
        for (uint32_t i = 0; i < below->count; i++) {
                const SqlColumn *column = &sql->columns[below->items[i]];
                if (!kept_after(column, segment) && column->last_level <= level)
                        continue;
                buffer_add(sql->out, STR(", t."));
                sql_text_column(sql, below->items[i]);
                list_push(sql, &columns, below->items[i]);
        }
        for (uint32_t step = at->first; step < at->end; step++) {
                const SqlStep *made = &sql->steps[step];
                if (!made->needed || made->segment != segment || !made->stored || made->level != level)
                        continue;
                buffer_add(sql->out, STR(",\n       "));
                sql_text_define(sql, step);
                buffer_format(sql->out, " AS c%u", step);
                list_push(sql, &columns, step);
        }
        return columns;
}

static void print_from(const Sql *sql, uint32_t segment, const uint32_t *groups) {
        uint16_t entity = sql->segments[segment].entity;
        buffer_format(sql->out, "\n  FROM leye_%u t", sql->table[entity]);
        for (uint32_t link = 0; link < sql->program->link_count; link++) {
                const Link *crossed = &sql->program->links[link];
                if (crossed->child == entity && sql_cross_reads(sql, segment, link, false))
                        buffer_format(sql->out, "\n  LEFT JOIN leye_%u g%u ON g%u.k = t.l%u",
                                      sql->table[crossed->parent], link, link, link);
                if (groups[link] != 0)
                        buffer_format(sql->out, "\n  LEFT JOIN leye_%u r%u ON r%u.k = t.k", groups[link], link, link);
        }
}

/* Whether a later segment joins the entity's rows to those of others. */
static bool is_joined(const Sql *sql, uint16_t entity, uint32_t after) {
        for (uint32_t link = 0; link < sql->program->link_count; link++)
                for (uint32_t segment = after + 1;
                     segment < sql->segment_count && sql->program->links[link].parent == entity; segment++)
                        if (sql_cross_reads(sql, segment, link, false))
                                return true;
        return false;
}

static void print_segment(Sql *sql, uint32_t number) {
        const SqlSegment *segment = &sql->segments[number];
        uint32_t *groups = ARENA_NEW(sql->arena, uint32_t, sql->program->link_count + 1);
        sql_plan_levels(sql, number);
        if (segment->levels == 0)
                return;
        for (uint32_t link = 0; link < sql->program->link_count; link++)
                if (sql->program->links[link].parent == segment->entity && sql_cross_reads(sql, number, link, true)) {
                        sql_cross_group(sql, number, link);
                        groups[link] = sql->tables;
                }
        uint32_t table = ++sql->tables;
        SqlList columns = sql->held[segment->entity];
        begin_table(sql, table);
        for (uint32_t level = 1; level <= segment->levels; level++) {
                if (level < segment->levels)
                        buffer_format(sql->out, "%s m%u AS MATERIALIZED (\n", level == 1 ? "WITH" : ",", level);
                columns = print_level(sql, number, level, &columns);
                if (level == 1)
                        print_from(sql, number, groups);
                else
                        buffer_format(sql->out, "\n  FROM m%u t", level - 1);
                buffer_add(sql->out, level < segment->levels ? STR(")\n") : STR(";\n"));
        }
        /* PostgreSQL hashes what it joins */
        if (!is_postgres(sql) && is_joined(sql, segment->entity, number))
                index_table(sql, table);
        sql->table[segment->entity] = table;
        sql->held[segment->entity] = columns;
}

/* ---- results ------------------------------------------------------------------------------------------ */

static void print_mask(const Sql *sql, uint32_t number, bool undecided) {
        const Policy *policy = &sql->program->policies[number];
        buffer_add(sql->out, STR(",\n       "));
        for (uint32_t i = 0; i < policy->condition_count; i++) {
                buffer_add(sql->out, i == 0 ? STR("CASE WHEN ") : STR(" + CASE WHEN "));
                if (!undecided)
                        buffer_add(sql->out, STR("NOT "));
                sql_text_operand(sql, policy->conditions[i].step);
                buffer_format(sql->out, "%s THEN %lld ELSE 0 END", undecided ? " IS NULL" : "", 1LL << i);
        }
        if (policy->condition_count == 0)
                buffer_byte(sql->out, '0');
        buffer_format(sql->out, " AS p%u_%s", number, undecided ? "undecided" : "failed");
}

static void print_root(const Sql *sql, const SqlRoot *root) {
        buffer_add(sql->out, STR(",\n       "));
        if (root->when != NONE) {
                buffer_add(sql->out, STR("CASE WHEN "));
                sql_text_operand(sql, root->when);
                buffer_add(sql->out, STR(" THEN "));
        }
        sql_text_operand(sql, root->step);
        buffer_format(sql->out, "%s AS %.*s", root->when != NONE ? " END" : "", STR_ARG(root->name));
}

static void print_result(const Sql *sql, uint16_t entity) {
        bool any = false;
        for (uint32_t i = 0; i < sql->root_count; i++)
                any = any || sql->roots[i].entity == entity;
        if (!any)
                return;
        buffer_format(sql->out, "CREATE %sTABLE ", sql->options->temporary ? "TEMPORARY " : "");
        sql_identifier(sql, str_format(sql->arena, "结果_%.*s", STR_ARG(sql->program->entities[entity].name)));
        buffer_add(sql->out, STR(" AS\nSELECT t.k AS "));
        sql_identifier(sql, sql->program->entities[entity].key);
        for (uint32_t i = 0; i < sql->root_count; i++)
                if (sql->roots[i].entity == entity)
                        print_root(sql, &sql->roots[i]);
        for (uint32_t i = 0; i < sql->program->policy_count; i++)
                if (!sql->left_out[i] && sql->program->policies[i].entity == entity) {
                        print_mask(sql, i, false);
                        print_mask(sql, i, true);
                }
        buffer_format(sql->out, "\n  FROM leye_%u t;\n", sql->table[entity]);
}

/* ---- the script --------------------------------------------------------------------------------------- */

static void print_date(const Sql *sql, const char *what, int32_t date) {
        char text[11];
        date_print(date, text);
        buffer_format(sql->out, "%s %s", what, text);
}

static void print_opening(const Sql *sql) {
        buffer_format(sql->out, "-- Leye, %s. ", is_postgres(sql) ? "PostgreSQL" : "SQLite");
        print_date(sql, "基准日", sql->options->base_date);
        print_date(sql, "，申请日", sql->options->apply_date);
        buffer_add(sql->out, STR("\n-- 结果表另建；重新运行前先删除旧的结果表。NULL 表示未知。\n"));
        for (uint32_t i = 0; i < sql->program->policy_count; i++) {
                if (sql->left_out[i])
                        continue;
                const Policy *policy = &sql->program->policies[i];
                buffer_format(sql->out, "-- p%u: ", i);
                comment_name(sql, policy->name);
                for (uint32_t b = 0; b < policy->benefit_count; b++) {
                        buffer_format(sql->out, "；b%u ", b);
                        comment_name(sql, policy->benefits[b].name);
                        for (uint32_t o = 0; o < policy->benefits[b].output_count; o++) {
                                buffer_format(sql->out, " o%u ", o);
                                comment_name(sql, policy->benefits[b].outputs[o].label);
                        }
                }
                buffer_byte(sql->out, '\n');
        }
}

void sql_script(Sql *sql) {
        print_opening(sql);
        buffer_add(sql->out, is_postgres(sql) ? STR("BEGIN ISOLATION LEVEL REPEATABLE READ;\n") : STR("BEGIN;\n"));
        sql_text_prelude(sql);
        for (uint16_t entity = 0; entity < sql->program->entity_count; entity++)
                if (sql->read[entity])
                        print_input(sql, entity);
        for (uint32_t segment = 1; segment < sql->segment_count; segment++)
                print_segment(sql, segment);
        for (uint16_t entity = 0; entity < sql->program->entity_count; entity++)
                if (sql->read[entity])
                        print_result(sql, entity);
        /* PostgreSQL drops them at COMMIT */
        for (uint32_t table = 1; !is_postgres(sql) && table <= sql->tables; table++)
                buffer_format(sql->out, "DROP TABLE leye_%u;\n", table);
        for (uint32_t table = 0; !is_postgres(sql) && table < sql->program->table_count; table++)
                if (sql_text_table_is_stored(sql, table))
                        buffer_format(sql->out, "DROP TABLE leye_t%u;\n", table);
        buffer_add(sql->out, STR("COMMIT;\n"));
}

/* ---- tables the script reads -------------------------------------------------------------------------- */

static void print_column_comment(const Sql *sql, const Fact *fact) {
        const Program *program = sql->program;
        buffer_add(sql->out, STR(" -- "));
        if (sql_name(sql->arena, fact->column).length != fact->column.length) {
                comment_name(sql, fact->column);
                buffer_add(sql->out, STR("："));
        }
        switch (fact->type.kind) {
        case TYPE_TRUTH:
                buffer_add(sql->out, STR("是否"));
                break;
        case TYPE_NUMBER:
                comment_name(sql, program->units[fact->type.unit].text);
                if (fact->type.scale > 0)
                        buffer_format(sql->out, " × 10^%u", fact->type.scale);
                break;
        case TYPE_DATE:
                buffer_add(sql->out, STR("自 1970-01-01 的天数"));
                break;
        case TYPE_CODE:
                for (uint32_t i = 0; i < program->enumerations[fact->type.of].member_count; i++) {
                        buffer_format(sql->out, "%s%u ", i ? "、" : "", i);
                        comment_name(sql, program->enumerations[fact->type.of].members[i]);
                }
                break;
        case TYPE_TEXT:
        case TYPE_ROW:
                break;
        }
}

static bool column_before(const Program *program, uint32_t fact) {
        for (uint32_t i = 0; i < fact; i++)
                if (program->facts[i].entity == program->facts[fact].entity &&
                    str_equal(program->facts[i].column, program->facts[fact].column))
                        return true;
        return false;
}

static void print_table(const Sql *sql, uint16_t entity) {
        const Program *program = sql->program;
        buffer_add(sql->out, STR("CREATE TABLE "));
        sql_identifier(sql, program->entities[entity].name);
        buffer_add(sql->out, STR(" (\n  "));
        sql_identifier(sql, program->entities[entity].key);
        buffer_add(sql->out, STR(" VARCHAR(64) PRIMARY KEY"));
        for (uint32_t i = 0; i < program->link_count; i++) {
                const Link *link = &program->links[i];
                if (link->child == entity) {
                        buffer_add(sql->out, STR(",\n  "));
                        sql_identifier(sql, link->column);
                        buffer_add(sql->out, STR(" VARCHAR(64)"));
                }
                if (link->parent == entity && sql->options->lists) {
                        buffer_add(sql->out, STR(",\n  "));
                        sql_identifier(sql, str_format(sql->arena, "%.*s齐全", STR_ARG(link->many_name)));
                        buffer_add(sql->out, STR(" BOOLEAN"));
                }
        }
        for (uint32_t i = 0; i < program->fact_count; i++) {
                const Fact *fact = &program->facts[i];
                if (fact->entity != entity || column_before(program, i))
                        continue;
                bool text = fact->type.kind == TYPE_TEXT || fact->code_count > 0;
                buffer_add(sql->out, STR("\n  , "));
                sql_identifier(sql, fact->column);
                buffer_add(sql->out, text                            ? STR(" TEXT")
                                     : fact->type.kind == TYPE_TRUTH ? STR(" BOOLEAN")
                                                                     : STR(" BIGINT"));
                print_column_comment(sql, fact);
        }
        buffer_add(sql->out, STR("\n);\n"));
}

void sql_tables(Sql *sql) {
        for (uint16_t entity = 0; entity < sql->program->entity_count; entity++)
                if (!is_derived(sql, entity))
                        print_table(sql, entity);
}
