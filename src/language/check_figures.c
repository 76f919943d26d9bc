/* Figures: dated parameters, open parameters with their bounds, settings that stand in their place, and tables. */
#include "language/check_internal.h"

/* ---- parameters ---------------------------------------------------------------------------------------------- */

#define RANGE_WIDENING 10

static int64_t widened(int64_t value) {
        int64_t wide = kernel_multiply(value, RANGE_WIDENING);
        return wide == UNKNOWN ? value : wide;
}

/* What an open figure of money may come to when the document states no upper bound: a hundred million yuan. */
#define OPEN_MONEY_MAX 100000000

/* The hull of all versions and bounds with 0, widened tenfold; an open side keeps the type's own range. */
static void parameter_range(Checker *checker, Parameter *parameter) {
        int64_t low = 0, high = 0, type_low, type_high;
        type_range(checker, parameter->type, &type_low, &type_high);
        parameter->low = type_low;
        parameter->high = type_high;
        if (parameter->type.kind != TYPE_NUMBER)
                return;
        const int64_t bounds[2] = { parameter->at_least, parameter->at_most };
        for (uint32_t i = 0; i < parameter->version_count + 2; i++) {
                int64_t value = i < 2 ? bounds[i] : parameter->versions[i - 2].value;
                if (value == UNKNOWN)
                        continue;
                low = value < low ? value : low;
                high = value > high ? value : high;
        }
        parameter->low = widened(low);
        parameter->high = widened(high);
        if (units_is_money(checker, parameter->type.unit) && type_high > OPEN_MONEY_MAX * kernel_power_of_ten(parameter->type.scale))
                type_high = OPEN_MONEY_MAX * kernel_power_of_ten(parameter->type.scale);
        if (parameter->pending && parameter->at_most == UNKNOWN && parameter->high < type_high)
                parameter->high = type_high;
        if (parameter->pending && parameter->at_least == UNKNOWN && parameter->low > type_low)
                parameter->low = type_low;
}

static void parameter_version(Checker *checker, uint32_t module, const Item *item, Parameter *parameter, uint32_t *capacity) {
        ParameterVersion version = { .from = DATE_MIN, .to = DATE_MAX, .value = UNKNOWN,
                                     .cite = tail_words(item->tails, TAILKIND_CITE), .at = item->at };
        bool fine = true;
        if (item->from == NULL) {
                check_error(checker, PARAMETER_EMPTY, item->at, STR("- 自 2018-01-01：36个月"), "版本要写明从哪天起");
                return;
        }
        fine = lower_constant_date(checker, item->from, &version.from);
        if (item->to != NULL)
                fine = lower_constant_date(checker, item->to, &version.to) && fine;
        if (tail_get(item->tails, TAILKIND_PENDING) != NULL)
                parameter->pending = true;
        else
                fine = lower_constant(checker, module, item->value, parameter->type, &version.value) && fine;
        if (fine && version.from > version.to) {
                check_error(checker, PERIOD_INVALID, item->at, NO_HINT, "版本的开始晚于结束");
                return;
        }
        if (fine)
                *ARENA_PUSH(checker->arena, parameter->versions, parameter->version_count, *capacity) = version;
}

static void sort_versions(Parameter *parameter) {
        for (uint32_t i = 1; i < parameter->version_count; i++) {
                ParameterVersion version = parameter->versions[i];
                uint32_t at = i;
                for (; at > 0 && parameter->versions[at - 1].from > version.from; at--)
                        parameter->versions[at] = parameter->versions[at - 1];
                parameter->versions[at] = version;
        }
}

/* A version without end lasts until the next begins; a stated end must not reach into the next. */
static void check_versions(Checker *checker, Parameter *parameter) {
        sort_versions(parameter);
        for (uint32_t i = 0; i + 1 < parameter->version_count; i++) {
                ParameterVersion *version = &parameter->versions[i], *next = version + 1;
                if (version->to == DATE_MAX && version->from < next->from)
                        version->to = next->from - 1;
                if (version->to >= next->from) {
                        check_error(checker, VERSIONS_OVERLAP, next->at, NO_HINT, "“%.*s”的这个版本与另一个版本日期重叠",
                                    STR_ARG(parameter->name));
                        check_note(checker, VERSIONS_OVERLAP, version->at, "另一个版本在这里");
                }
        }
}

static int64_t bound_tail(Checker *checker, uint32_t module, const Declaration *declaration, TailKind kind, Type type) {
        const Tail *tail = tail_get(declaration->tails, kind);
        int64_t cell;
        if (tail == NULL || tail->value == NULL)
                return UNKNOWN;
        if (type.kind != TYPE_NUMBER) {
                check_error(checker, TYPE_MISMATCH, tail->at, NO_HINT, "%.*s没有上下限", STR_ARG(type_words(checker, type)));
                return UNKNOWN;
        }
        return lower_constant(checker, module, tail->value, type, &cell) ? cell : UNKNOWN;
}

/* A setting is the only version, for all time, or only widens the range. */
static void apply_setting(Checker *checker, const ParameterSetting *setting, Parameter *parameter) {
        int64_t cell, low, high;
        Str why;
        type_range(checker, parameter->type, &low, &high);
        if (parameter->type.kind == TYPE_NUMBER && low == 0)
                low = -high;
        if (!value_parse(checker->program, parameter->type, low, high, setting->value, checker->arena, &cell, &why)) {
                check_error(checker, SETTING_INVALID, ((Span){ 0 }), NO_HINT, "参数“%.*s”不能取“%.*s”：%.*s",
                            STR_ARG(setting->name), STR_ARG(setting->value), STR_ARG(why));
                return;
        }
        if (!setting->range_only) {
                parameter->versions = ARENA_NEW(checker->arena, ParameterVersion, 1);
                parameter->versions[0] = (ParameterVersion){ .from = DATE_MIN, .to = DATE_MAX, .value = cell,
                                                             .cite = STR("设定值"), .at = parameter->at };
                parameter->version_count = 1;
                parameter->pending = false;
        }
        if (parameter->type.kind == TYPE_NUMBER) {
                parameter->low = cell < parameter->low ? cell : parameter->low;
                parameter->high = cell > parameter->high ? cell : parameter->high;
        }
}

/* Those that the pack means by this parameter's name; the last figure wins. */
static void apply_settings(Checker *checker, const Symbol *symbol, Parameter *parameter) {
        const CompileOptions *options = checker->options;
        bool visible = options != NULL && scope_sees(checker, 0, symbol);
        for (uint32_t i = 0; visible && i < options->setting_count; i++)
                if (str_equal(options->settings[i].name, parameter->name))
                        apply_setting(checker, &options->settings[i], parameter);
}

static Symbol *figure_symbol(Checker *checker, SymbolKind kind, uint32_t module, const Declaration *declaration, uint32_t index) {
        return scope_add(checker, SPACE_VALUE, ENTITY_NONE,
                         (Symbol){ .kind = kind, .module = module, .index = index, .name = declaration->name,
                                   .declaration = declaration, .at = declaration->name_at,
                                   .internal = tail_get(declaration->tails, TAILKIND_INTERNAL) != NULL,
                                   .clause = clause_in_program(checker, module, declaration->at.file, declaration->clause) });
}

static void parameter_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Program *program = checker->program;
        uint32_t index = program->parameter_count, capacity = 0;
        Symbol *symbol = figure_symbol(checker, SYMBOL_PARAMETER, module, declaration, index);
        Parameter parameter = { .name = declaration->name, .at = declaration->name_at, .at_least = UNKNOWN, .at_most = UNKNOWN,
                                .decider = tail_words(declaration->tails, TAILKIND_BY) };
        if (symbol == NULL || declaration->type_count == 0 ||
            !type_read(checker, module, declaration->types[0], &parameter.type))
                return;
        if (parameter.type.kind == TYPE_TEXT || parameter.type.kind == TYPE_TRUTH) {
                check_error(checker, TYPE_UNKNOWN, declaration->types[0].at, NO_HINT, "参数不能是%.*s",
                            STR_ARG(type_words(checker, parameter.type)));
                return;
        }
        parameter.clause = symbol->clause;
        parameter.pending = tail_get(declaration->tails, TAILKIND_PENDING) != NULL;
        parameter.at_least = bound_tail(checker, module, declaration, TAILKIND_AT_LEAST, parameter.type);
        parameter.at_most = bound_tail(checker, module, declaration, TAILKIND_AT_MOST, parameter.type);
        if (parameter.at_least != UNKNOWN && parameter.at_most != UNKNOWN && parameter.at_least > parameter.at_most)
                check_error(checker, RANGE_INVALID, declaration->at, NO_HINT, "下限大于上限");
        for (const Item *item = declaration->items; item != NULL; item = item->next)
                parameter_version(checker, module, item, &parameter, &capacity);
        check_versions(checker, &parameter);
        if (parameter.version_count == 0 && parameter.pending) {
                parameter.versions = ARENA_NEW(checker->arena, ParameterVersion, 1);
                parameter.versions[0] = (ParameterVersion){ .from = DATE_MIN, .to = DATE_MAX,
                                                            .value = UNKNOWN, .at = parameter.at };
                parameter.version_count = 1;
        } else if (parameter.version_count == 0 && declaration->items == NULL) {
                check_error(checker, PARAMETER_EMPTY, declaration->at, NO_HINT, "参数“%.*s”没有值", STR_ARG(parameter.name));
        }
        parameter_range(checker, &parameter);
        apply_settings(checker, symbol, &parameter);
        symbol->type = parameter.type;
        symbol->has_type = true;
        *ARENA_PUSH(checker->arena, program->parameters, program->parameter_count, checker->parameter_capacity) = parameter;
}

static void check_settings(Checker *checker) {
        for (uint32_t i = 0; checker->options != NULL && i < checker->options->setting_count; i++) {
                Str name = checker->options->settings[i].name, near, hint = { 0 };
                const Symbol *symbol = scope_global(checker, 0, SPACE_VALUE, name, NULL);
                if (symbol != NULL && symbol->kind == SYMBOL_PARAMETER)
                        continue;
                Str *names = ARENA_NEW(checker->arena, Str, checker->program->parameter_count + 1);
                for (uint32_t k = 0; k < checker->program->parameter_count; k++)
                        names[k] = checker->program->parameters[k].name;
                if (nearest_name(name, names, checker->program->parameter_count, &near))
                        hint = str_format(checker->arena, "是否想写 %.*s", STR_ARG(near));
                check_error(checker, SETTING_INVALID, ((Span){ 0 }), hint, "没有名为“%.*s”的参数", STR_ARG(name));
        }
}

/* ---- tables --------------------------------------------------------------------------------------------------- */

#define TABLE_CELLS_MAX 65536

static bool table_shape(Checker *checker, uint32_t module, const Declaration *declaration, Table *table) {
        uint64_t cells = 1;
        if (declaration->type_count < 2 || declaration->type_count > 4) {
                if (declaration->type_count > 0)
                        check_error(checker, TABLE_INVALID, declaration->at, NO_HINT, "表按一到三个枚举取值");
                return false;
        }
        for (uint32_t i = 0; i + 1 < declaration->type_count; i++) {
                Type type;
                if (!type_read(checker, module, declaration->types[i], &type))
                        return false;
                if (type.kind != TYPE_CODE) {
                        check_error(checker, TABLE_INVALID, declaration->types[i].at, NO_HINT, "表只能按枚举取值");
                        return false;
                }
                table->keys[table->key_count++] = type.of;
                cells *= checker->program->enumerations[type.of].member_count;
        }
        if (!type_read(checker, module, declaration->types[declaration->type_count - 1], &table->type))
                return false;
        if (table->type.kind == TYPE_TRUTH || table->type.kind == TYPE_TEXT) {
                check_error(checker, TABLE_INVALID, declaration->types[declaration->type_count - 1].at, NO_HINT,
                            "表里要是数、日期或枚举");
                return false;
        }
        if (cells > TABLE_CELLS_MAX) {
                check_error(checker, TOO_LARGE, declaration->at, NO_HINT, "这张表有 %llu 格，最多 %u 格",
                            (unsigned long long) cells, TABLE_CELLS_MAX);
                return false;
        }
        table->cell_count = (uint32_t) cells;
        table->cells = ARENA_NEW(checker->arena, int64_t, cells);
        return true;
}

static bool table_cell(Checker *checker, uint32_t module, const Table *table, const Item *item, uint32_t *ret_cell) {
        uint32_t cell = 0;
        if (item->key_count != table->key_count) {
                check_error(checker, TABLE_INVALID, item->at, NO_HINT, "这张表每行要写 %u 个枚举项，这里有 %u 个",
                            table->key_count, item->key_count);
                return false;
        }
        for (uint32_t i = 0; i < table->key_count; i++) {
                int64_t code;
                if (!lower_constant(checker, module, item->keys[i], (Type){ .kind = TYPE_CODE, .of = table->keys[i] }, &code) ||
                    code == UNKNOWN)
                        return false;
                cell = cell * checker->program->enumerations[table->keys[i]].member_count + (uint32_t) code;
        }
        *ret_cell = cell;
        return true;
}

static Str cell_title(Checker *checker, const Table *table, uint32_t cell) {
        Str title = { 0 };
        for (uint32_t i = table->key_count; i > 0; i--) {
                const Enumeration *key = &checker->program->enumerations[table->keys[i - 1]];
                title = str_format(checker->arena, "%.*s%s%.*s", STR_ARG(key->members[cell % key->member_count]),
                                   title.length > 0 ? "、" : "", STR_ARG(title));
                cell /= key->member_count;
        }
        return title;
}

#define MISSING_SHOWN_MAX 8

static void report_missing(Checker *checker, const Declaration *declaration, const Table *table, const bool *given) {
        Str list = { 0 };
        uint32_t missing = 0;
        for (uint32_t i = 0; i < table->cell_count; i++) {
                if (given[i] || ++missing > MISSING_SHOWN_MAX)
                        continue;
                list = str_format(checker->arena, "%.*s%s%.*s", STR_ARG(list), missing > 1 ? "；" : "",
                                  STR_ARG(cell_title(checker, table, i)));
        }
        if (missing > 0)
                check_error(checker, TABLE_ROW_MISSING, declaration->name_at, STR("文件没有规定的写“待定”"),
                            "表“%.*s”缺 %u 行：%.*s%s", STR_ARG(table->name), missing, STR_ARG(list),
                            missing > MISSING_SHOWN_MAX ? "……" : "");
}

/* Fills the cells; false when a row was wrong, so that missing rows are not reported twice. */
static bool table_rows(Checker *checker, uint32_t module, const Declaration *declaration, Table *table, bool *given) {
        bool fine = true;
        for (const Item *item = declaration->items; item != NULL; item = item->next) {
                uint32_t cell;
                int64_t value = UNKNOWN;
                if (!table_cell(checker, module, table, item, &cell) ||
                    (tail_get(item->tails, TAILKIND_PENDING) == NULL &&
                     !lower_constant(checker, module, item->value, table->type, &value))) {
                        fine = false;
                        continue;
                }
                if (given[cell])
                        check_error(checker, TABLE_INVALID, item->at, NO_HINT, "“%.*s”这一行写了两次",
                                    STR_ARG(cell_title(checker, table, cell)));
                given[cell] = true;
                table->cells[cell] = value;
                if (value == UNKNOWN)
                        continue;
                table->low = value < table->low ? value : table->low;
                table->high = value > table->high ? value : table->high;
        }
        return fine;
}

static void table_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Program *program = checker->program;
        Table table = { .name = declaration->name, .at = declaration->name_at, .low = INT64_MAX, .high = INT64_MIN };
        Symbol *symbol = figure_symbol(checker, SYMBOL_TABLE, module, declaration, program->table_count);
        if (symbol == NULL || !table_shape(checker, module, declaration, &table))
                return;
        for (uint32_t i = 0; i < table.cell_count; i++)
                table.cells[i] = UNKNOWN;
        bool *given = ARENA_NEW(checker->arena, bool, table.cell_count);
        if (table_rows(checker, module, declaration, &table, given))
                report_missing(checker, declaration, &table, given);
        if (table.low > table.high)
                type_range(checker, table.type, &table.low, &table.high);
        table.clause = symbol->clause;
        symbol->type = table.type;
        symbol->has_type = true;
        *ARENA_PUSH(checker->arena, program->tables, program->table_count, checker->table_capacity) = table;
}

void check_figures(Checker *checker) {
        check_each(checker, HEAD_PARAMETER, parameter_visit);
        check_settings(checker);
        check_each(checker, HEAD_TABLE, table_visit);
}
