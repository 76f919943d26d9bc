/* Names: who declared what, who may see it, and what a person probably meant.
 *
 * Names of an entity (facts, definitions, ends of relations) live in one map per entity; names of the pack in one
 * map per class. Symbols of equal name in several modules hang on one chain; a module sees its own and the public
 * ones of the modules it imports. */
#include "language/check_internal.h"

/* ---- modules and clauses ------------------------------------------------------------------------------ */

static void import_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        for (uint32_t i = 0; i < declaration->name_count; i++) {
                const Expression *name = declaration->names[i];
                Str text = name->kind == EXPRESSION_PATH && name->part_count > 0 ? name->parts[0] : name->text;
                if (name->kind == EXPRESSION_ERROR)
                        continue;
                uint32_t found = NONE;
                for (uint32_t k = 1; k < checker->module_count; k++) {
                        if (str_equal(checker->modules[k].name, text))
                                found = k;
                }
                if (found == NONE)
                        check_error(checker, IMPORT_UNKNOWN, name->at, NO_HINT, "没有名为“%.*s”的包", STR_ARG(text));
                else
                        checker->imports[module * checker->module_count + found] = true;
        }
}

static void clauses_open(Checker *checker, uint32_t module, uint32_t number, const Syntax *file) {
        Program *program = checker->program;
        uint32_t base = checker->clause_base[module][number] = program->clause_count - 1;
        for (uint32_t i = 1; i < file->clause_count; i++) {
                const Clause *clause = &file->clauses[i];
                *ARENA_PUSH(checker->arena, program->clauses, program->clause_count, checker->clause_capacity) =
                        (DocumentClause){ .title = clause->title, .number = clause->number, .level = clause->level,
                                          .parent = clause->parent == 0 ? 0 : base + clause->parent,
                                          .document = NONE, .at = clause->at };
        }
}

void scope_open(Checker *checker) {
        uint32_t modules = checker->module_count, total = 0;
        checker->imports = ARENA_NEW(checker->arena, bool, modules * modules);
        checker->clause_base = ARENA_NEW(checker->arena, uint32_t *, modules);
        checker->file_document = ARENA_NEW(checker->arena, uint32_t *, modules);
        *ARENA_PUSH(checker->arena, checker->program->clauses, checker->program->clause_count, checker->clause_capacity) =
                (DocumentClause){ .document = NONE };
        for (uint32_t i = 0; i < modules; i++) {
                const Module *module = &checker->modules[i];
                checker->clause_base[i] = ARENA_NEW(checker->arena, uint32_t, module->file_count);
                checker->file_document[i] = ARENA_NEW(checker->arena, uint32_t, module->file_count);
                for (uint32_t k = 0; k < module->file_count; k++) {
                        total += module->files[k]->declaration_count;
                        checker->file_document[i][k] = NONE;
                        clauses_open(checker, i, k, module->files[k]);
                }
        }
        /* symbols never move: a relation has two ends, everything else one */
        checker->symbol_capacity = 2 * total + 1;
        checker->symbols = ARENA_NEW(checker->arena, Symbol, checker->symbol_capacity);
        for (uint32_t i = 0; i < SPACE_COUNT; i++)
                checker->globals[i] = map_new(checker->arena);
        check_each(checker, HEAD_IMPORT, import_visit);
}

uint32_t clause_in_program(const Checker *checker, uint32_t module, uint32_t file, uint32_t clause) {
        const Module *of = &checker->modules[module];
        for (uint32_t i = 0; i < of->file_count; i++) {
                if (of->files[i]->file == file)
                        return clause == 0 ? 0 : checker->clause_base[module][i] + clause;
        }
        return 0;
}

Str clause_title(const Checker *checker, uint32_t clause) {
        return checker->program->clauses[clause].title;
}

/* ---- symbols ------------------------------------------------------------------------------------------ */

bool scope_sees(const Checker *checker, uint32_t module, const Symbol *symbol) {
        return symbol->module == module ||
               (!symbol->internal && checker->imports[module * checker->module_count + symbol->module]);
}

static Symbol *chain_find(const Checker *checker, const Map *map, uint32_t module, Str name, const Symbol **ret_hidden) {
        uint32_t index;
        if (!map_get(map, name, &index))
                return NULL;
        Symbol *found = NULL;
        for (Symbol *symbol = &checker->symbols[index]; symbol != NULL; symbol = symbol->next) {
                if (scope_sees(checker, module, symbol)) {
                        if (found == NULL || symbol->module == module)
                                found = symbol;
                } else if (ret_hidden != NULL) {
                        *ret_hidden = symbol;
                }
        }
        return found;
}

Symbol *scope_global(const Checker *checker, uint32_t module, NameSpace space, Str name, const Symbol **ret_hidden) {
        return chain_find(checker, checker->globals[space], module, name, ret_hidden);
}

Symbol *scope_member(const Checker *checker, uint32_t module, uint16_t entity, Str name, const Symbol **ret_hidden) {
        return entity == ENTITY_NONE ? NULL : chain_find(checker, checker->members[entity], module, name, ret_hidden);
}

bool scope_names_value(const Checker *checker, const Scope *scope, Str name) {
        return str_equal(name, STR("基准日")) || str_equal(name, STR("申请日")) ||
               scope_member(checker, scope->module, scope->entity, name, NULL) != NULL ||
               scope_global(checker, scope->module, SPACE_VALUE, name, NULL) != NULL;
}

/* A symbol of the same name that cannot stand beside this one. */
static const Symbol *chain_clash(const Checker *checker, const Map *map, const Symbol *symbol) {
        uint32_t index;
        if (!map_get(map, symbol->name, &index))
                return NULL;
        for (const Symbol *other = &checker->symbols[index]; other != NULL; other = other->next) {
                if (scope_sees(checker, symbol->module, other) || scope_sees(checker, other->module, symbol))
                        return other;
        }
        return NULL;
}

Symbol *scope_add(Checker *checker, NameSpace space, uint16_t entity, Symbol symbol) {
        Map *map = entity == ENTITY_NONE ? checker->globals[space] : checker->members[entity];
        if (symbol.name.length == 0)
                return NULL;
        const Symbol *other = chain_clash(checker, map, &symbol);
        if (other != NULL) {
                const SourceFile *file = &checker->diagnostics->files[other->at.file];
                uint32_t line = position_of(file->text, other->at.start).line;
                if (other->module == symbol.module)
                        check_error(checker, NAME_DUPLICATE, symbol.at, NO_HINT, "“%.*s”已经声明过，第一次在 %.*s 第 %u 行",
                                    STR_ARG(symbol.name), STR_ARG(file->path), line);
                else
                        check_error(checker, NAME_SHADOWED, symbol.at, NO_HINT, "引入的包里已经有“%.*s”，在 %.*s 第 %u 行",
                                    STR_ARG(symbol.name), STR_ARG(file->path), line);
                return NULL;
        }
        MUST(checker->symbol_count < checker->symbol_capacity);
        uint32_t index = checker->symbol_count++, first;
        Symbol *added = &checker->symbols[index];
        *added = symbol;
        added->entity = entity;
        added->step = added->fallback = NONE;
        if (map_get(map, symbol.name, &first))
                added->next = &checker->symbols[first];
        map_set(map, symbol.name, index);
        return added;
}

/* ---- names that are not known --------------------------------------------------------------------------- */

#define GUESS_MAX 240   /* bytes of a word about which guesses are made */
#define GUESS_NAMES_MAX 2000

typedef struct NameList {
        Str     *names;
        uint32_t count, capacity;
} NameList;

static void name_add(Checker *checker, NameList *list, Str name) {
        if (name.length > 0 && list->count < GUESS_NAMES_MAX)
                *ARENA_PUSH(checker->arena, list->names, list->count, list->capacity) = name;
}

/* Everything an expression of this scope could name. */
static NameList names_visible(Checker *checker, const Scope *scope) {
        NameList list = { 0 };
        for (uint32_t i = 0; i < checker->symbol_count; i++) {
                const Symbol *symbol = &checker->symbols[i];
                bool value = symbol->entity == ENTITY_NONE ? symbol->kind >= SYMBOL_FACT && symbol->kind <= SYMBOL_TABLE
                                                           : symbol->entity == scope->entity;
                if (value && scope_sees(checker, scope->module, symbol))
                        name_add(checker, &list, symbol->name);
        }
        name_add(checker, &list, STR("基准日"));
        name_add(checker, &list, STR("申请日"));
        if (scope->period) {
                name_add(checker, &list, STR("期初"));
                name_add(checker, &list, STR("期末"));
        }
        return list;
}

static const Str GLUE[] = {
        STR_INIT("不等于"), STR_INIT("等于"), STR_INIT("不少于"), STR_INIT("不低于"), STR_INIT("不早于"),
        STR_INIT("不超过"), STR_INIT("不高于"), STR_INIT("不多于"), STR_INIT("不晚于"), STR_INIT("超过"),
        STR_INIT("高于"), STR_INIT("多于"), STR_INIT("大于"), STR_INIT("晚于"), STR_INIT("低于"), STR_INIT("少于"),
        STR_INIT("小于"), STR_INIT("不足"), STR_INIT("不满"), STR_INIT("早于"), STR_INIT("介于"), STR_INIT("至"),
        STR_INIT("不属于"), STR_INIT("属于"), STR_INIT("且"), STR_INIT("或"), STR_INIT("非"), STR_INIT("若"),
        STR_INIT("则"), STR_INIT("否则"), STR_INIT("于"), STR_INIT("是"), STR_INIT("否"),
};

/* The length of "16岁" or "1万元" at the start of the text; 0 when no number stands there. */
static size_t number_length(const Checker *checker, Str text) {
        size_t digits = 0, best;
        uint32_t index;
        while (digits < text.length && text.data[digits] >= '0' && text.data[digits] <= '9')
                digits++;
        if (digits == 0)
                return 0;
        Str rest = str_slice(text, digits, text.length);
        if (str_starts(rest, STR("万")) || str_starts(rest, STR("亿")))
                digits += STR("万").length;
        best = digits;
        for (size_t end = digits + 1; end <= text.length && end <= digits + 30; end++) {
                if (map_get(checker->unit_words, str_slice(text, digits, end), &index))
                        best = end;
        }
        return best;
}

/* The longest known piece at the start of the text. */
static size_t piece_length(const Checker *checker, const NameList *names, Str text) {
        size_t best = number_length(checker, text);
        for (uint32_t i = 0; i < ARRAY_LENGTH(GLUE); i++) {
                if (GLUE[i].length > best && str_starts(text, GLUE[i]))
                        best = GLUE[i].length;
        }
        for (uint32_t i = 0; i < names->count; i++) {
                if (names->names[i].length > best && str_starts(text, names->names[i]))
                        best = names->names[i].length;
        }
        return best;
}

/* "年龄大于16岁" as "年龄 大于 16岁"; false when it is not made of known words. */
static bool split_words(Checker *checker, const NameList *names, Str word, Str *ret_split) {
        Str split = { 0 };
        uint32_t pieces = 0;
        if (word.length > GUESS_MAX)
                return false;
        for (size_t at = 0; at < word.length; pieces++) {
                Str rest = str_slice(word, at, word.length);
                size_t length = piece_length(checker, names, rest);
                if (length == 0)
                        return false;
                split = str_format(checker->arena, "%.*s%s%.*s", STR_ARG(split), at > 0 ? " " : "", (int) length, rest.data);
                at += length;
        }
        *ret_split = split;
        return pieces > 1;
}

void scope_unknown(Checker *checker, const Scope *scope, Str name, Span at, const char *what) {
        Str near, hint = { 0 };
        const Symbol *hidden = NULL;
        if (checker->diagnostics->errors >= checker->diagnostics->limit) {
                check_error(checker, NAME_UNKNOWN, at, hint, "没有名为“%.*s”的%s", STR_ARG(name), what);
                return;
        }
        if (scope->outer != NULL && scope_member(checker, scope->module, scope->outer->entity, name, NULL) != NULL) {
                hint = str_format(checker->arena, "写作 本.%.*s", STR_ARG(name));
                check_error(checker, NAME_OUTER, at, hint, "列表里的%.*s没有“%.*s”，它是外面%.*s的",
                            STR_ARG(checker->program->entities[scope->entity].name), STR_ARG(name),
                            STR_ARG(checker->program->entities[scope->outer->entity].name));
                return;
        }
        (void) scope_member(checker, scope->module, scope->entity, name, &hidden);
        (void) scope_global(checker, scope->module, SPACE_VALUE, name, &hidden);
        if (hidden != NULL && hidden->internal) {
                check_error(checker, NAME_INTERNAL, at, NO_HINT, "“%.*s”是包“%.*s”的内部名称", STR_ARG(name),
                            STR_ARG(checker->modules[hidden->module].name));
                return;
        }
        NameList names = names_visible(checker, scope);
        if (split_words(checker, &names, name, &near)) {
                hint = str_format(checker->arena, "是否想写 %.*s", STR_ARG(near));
                check_error(checker, NAME_GLUED, at, hint, "没有名为“%.*s”的%s：几个词连在了一起", STR_ARG(name), what);
                return;
        }
        if (name.length <= GUESS_MAX && nearest_name(name, names.names, names.count, &near))
                hint = str_format(checker->arena, "是否想写 %.*s", STR_ARG(near));
        if (scope->entity == ENTITY_NONE)
                check_error(checker, NAME_UNKNOWN, at, hint, "没有名为“%.*s”的%s", STR_ARG(name), what);
        else
                check_error(checker, NAME_UNKNOWN, at, hint, "%.*s没有名为“%.*s”的%s",
                            STR_ARG(checker->program->entities[scope->entity].name), STR_ARG(name), what);
}

Symbol *scope_require(Checker *checker, uint32_t module, NameSpace space, Str name, Span at, const char *what) {
        const Symbol *hidden = NULL;
        Symbol *symbol = scope_global(checker, module, space, name, &hidden);
        if (symbol != NULL)
                return symbol;
        if (hidden != NULL && hidden->internal) {
                check_error(checker, NAME_INTERNAL, at, NO_HINT, "“%.*s”是包“%.*s”的内部名称", STR_ARG(name),
                            STR_ARG(checker->modules[hidden->module].name));
                return NULL;
        }
        NameList names = { 0 };
        Str near, hint = { 0 };
        bool full = checker->diagnostics->errors >= checker->diagnostics->limit;
        for (uint32_t i = 0; !full && i < checker->symbol_count; i++) {
                const Symbol *other = &checker->symbols[i];
                if (other->entity == ENTITY_NONE && scope_sees(checker, module, other) &&
                    scope_global(checker, module, space, other->name, NULL) == other)
                        name_add(checker, &names, other->name);
        }
        if (name.length <= GUESS_MAX && nearest_name(name, names.names, names.count, &near))
                hint = str_format(checker->arena, "是否想写 %.*s", STR_ARG(near));
        check_error(checker, NAME_UNKNOWN, at, hint, "没有名为“%.*s”的%s", STR_ARG(name), what);
        return NULL;
}
