/* Definitions and guards, in order of dependence.
 *
 * First every definition and every guarded fact is resolved by names alone, with a stack of its own, so that a chain
 * of any length fits and a cycle is found with its path; each is lowered when all it reads is there. */
#include "language/check_internal.h"

/* ---- who reads whom ------------------------------------------------------------------------------------------ */

typedef struct Reads {
        Checker  *checker;
        uint32_t  module;
        Symbol  **symbols;
        uint32_t  count, capacity;
} Reads;

/* Only what must be resolved first: definitions and facts with a guard. */
static void reads_add(Reads *reads, Symbol *symbol) {
        bool guarded = symbol->kind == SYMBOL_FACT && tail_get(symbol->declaration->tails, TAILKIND_ONLY_WHEN) != NULL;
        if (symbol->kind == SYMBOL_DEFINITION || guarded)
                *ARENA_PUSH(reads->checker->arena, reads->symbols, reads->count, reads->capacity) = symbol;
}

/* Follows a path by names; returns the entity that its last part leads to. */
static uint16_t reads_path(Reads *reads, uint16_t entity, uint16_t outer, const Expression *path) {
        uint32_t first = path->part_count > 1 && str_equal(path->parts[0], STR("本")) ? 1 : 0;
        if (first == 1)
                entity = outer;
        for (uint32_t i = first; i < path->part_count; i++) {
                Symbol *symbol = scope_member(reads->checker, reads->module, entity, path->parts[i], NULL);
                if (symbol == NULL && i == first)
                        symbol = scope_global(reads->checker, reads->module, SPACE_VALUE, path->parts[i], NULL);
                if (symbol == NULL)
                        return ENTITY_NONE;
                reads_add(reads, symbol);
                if (symbol->kind == SYMBOL_ONE)
                        entity = reads->checker->program->links[symbol->index].parent;
                else if (symbol->kind == SYMBOL_MANY)
                        entity = reads->checker->program->links[symbol->index].child;
        }
        return entity;
}

static void reads_expression(Reads *reads, uint16_t entity, uint16_t outer, const Expression *expression) {
        if (expression == NULL)
                return;
        if (expression->kind == EXPRESSION_PATH) {
                (void) reads_path(reads, entity, outer, expression);
                return;
        }
        if (expression->kind == EXPRESSION_AGGREGATE && expression->left != NULL) {
                uint16_t rows = reads_path(reads, entity, outer, expression->left);
                reads_expression(reads, rows, entity, expression->where);
                reads_expression(reads, rows, entity, expression->right);
                return;
        }
        reads_expression(reads, entity, outer, expression->left);
        reads_expression(reads, entity, outer, expression->right);
        for (uint32_t i = 0; i < expression->argument_count; i++)
                reads_expression(reads, entity, outer, expression->arguments[i]);
}

static void reads_symbol(Reads *reads, const Symbol *symbol) {
        const Declaration *declaration = symbol->declaration;
        reads->module = symbol->module;
        const Tail *guard = tail_get(declaration->tails, TAILKIND_ONLY_WHEN);
        if (symbol->kind == SYMBOL_FACT) {
                reads_expression(reads, symbol->entity, ENTITY_NONE, guard == NULL ? NULL : guard->value);
                return;
        }
        reads_expression(reads, symbol->entity, ENTITY_NONE, declaration->value);
        for (const Field *field = declaration->fields; field != NULL; field = field->next) {
                const Tail *when = tail_get(field->tails, TAILKIND_WHEN);
                for (uint32_t i = 0; i < field->value_count; i++)
                        reads_expression(reads, symbol->entity, ENTITY_NONE, field->values[i]);
                if (when != NULL)
                        reads_expression(reads, symbol->entity, ENTITY_NONE, when->value);
        }
}

/* ---- resolution ------------------------------------------------------------------------------------------------ */

typedef struct Frame {
        Symbol  *symbol;
        Symbol **reads;
        uint32_t read_count, next;
} Frame;

typedef struct Stack {
        Frame   *frames;
        uint32_t count, capacity;
} Stack;

static void enter(Checker *checker, Stack *stack, Symbol *symbol) {
        Reads reads = { .checker = checker };
        symbol->resolution = RESOLUTION_ACTIVE;
        reads_symbol(&reads, symbol);
        *ARENA_PUSH(checker->arena, stack->frames, stack->count, stack->capacity) =
                (Frame){ .symbol = symbol, .reads = reads.symbols, .read_count = reads.count };
}

static Str symbol_title(Checker *checker, const Symbol *symbol) {
        if (symbol->entity == ENTITY_NONE)
                return symbol->name;
        return str_format(checker->arena, "%.*s.%.*s", STR_ARG(checker->program->entities[symbol->entity].name),
                          STR_ARG(symbol->name));
}

#define PATH_SHOWN_MAX 40

static void report_cycle(Checker *checker, const Stack *stack, const Symbol *again) {
        uint32_t first = stack->count - 1;
        while (stack->frames[first].symbol != again)
                first--;
        Str path = { 0 };
        uint32_t length = stack->count - first;
        for (uint32_t i = first; i < stack->count; i++) {
                Symbol *symbol = stack->frames[i].symbol;
                uint32_t at = i - first;
                symbol->cyclic = true;
                if (length > PATH_SHOWN_MAX && at == PATH_SHOWN_MAX / 2)
                        path = str_format(checker->arena, "%.*s…（中间 %u 个）… → ", STR_ARG(path), length - PATH_SHOWN_MAX);
                if (length > PATH_SHOWN_MAX && at >= PATH_SHOWN_MAX / 2 && at < length - PATH_SHOWN_MAX / 2)
                        continue;
                path = str_format(checker->arena, "%.*s%.*s → ", STR_ARG(path), STR_ARG(symbol_title(checker, symbol)));
        }
        check_error(checker, CYCLE, again->at, NO_HINT, "循环定义：%.*s%.*s", STR_ARG(path),
                    STR_ARG(symbol_title(checker, again)));
}

static void resolve_guard(Checker *checker, Symbol *symbol) {
        const Tail *guard = tail_get(symbol->declaration->tails, TAILKIND_ONLY_WHEN);
        Scope scope = scope_of_entity(checker, symbol->module, symbol->entity, symbol->declaration, symbol->clause);
        if (guard == NULL || guard->value == NULL)
                return;
        symbol->step = lower_truth(checker, &scope, guard->value);
        checker->program->facts[symbol->index].guard = symbol->step;
}

static void resolve(Checker *checker, Symbol *root) {
        Stack stack = { 0 };
        if (root->resolution != RESOLUTION_NEW)
                return;
        enter(checker, &stack, root);
        while (stack.count > 0) {
                Frame *frame = &stack.frames[stack.count - 1];
                if (frame->next < frame->read_count) {
                        Symbol *read = frame->reads[frame->next++];
                        if (read->resolution == RESOLUTION_ACTIVE)
                                report_cycle(checker, &stack, read);
                        else if (read->resolution == RESOLUTION_NEW)
                                enter(checker, &stack, read);
                        continue;
                }
                Symbol *symbol = frame->symbol;
                symbol->resolution = RESOLUTION_DONE;
                stack.count--;
                if (symbol->cyclic)
                        continue;
                if (symbol->kind == SYMBOL_FACT)
                        resolve_guard(checker, symbol);
                else
                        check_definition_value(checker, symbol);
        }
}

static void definition_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Symbol symbol = { .kind = SYMBOL_DEFINITION, .module = module, .name = declaration->name, .declaration = declaration,
                          .at = declaration->name_at, .internal = tail_get(declaration->tails, TAILKIND_INTERNAL) != NULL,
                          .clause = clause_in_program(checker, module, declaration->at.file, declaration->clause) };
        uint16_t entity = ENTITY_NONE;
        if (declaration->owner.length > 0) {
                const Symbol *owner = scope_require(checker, module, SPACE_TYPE, declaration->owner, declaration->name_at, "实体");
                if (owner == NULL)
                        return;
                if (owner->kind != SYMBOL_ENTITY) {
                        check_error(checker, NAME_KIND, declaration->name_at, NO_HINT, "“%.*s”不是实体",
                                    STR_ARG(declaration->owner));
                        return;
                }
                entity = (uint16_t) owner->index;
        }
        symbol.has_type = declaration->type_count > 0 && type_read(checker, module, declaration->types[0], &symbol.type);
        (void) scope_add(checker, SPACE_VALUE, entity, symbol);
}

/* A word that is both a fact or definition and a parameter or table: nobody can tell which one is meant. */
static void check_shadows(Checker *checker) {
        for (uint32_t i = 0; i < checker->symbol_count; i++) {
                const Symbol *symbol = &checker->symbols[i];
                if (symbol->kind < SYMBOL_FACT || symbol->kind > SYMBOL_TABLE)
                        continue;
                const Symbol *other = scope_global(checker, symbol->module, SPACE_VALUE, symbol->name, NULL);
                if (other == NULL || other == symbol)
                        continue;
                const SourceFile *file = &checker->diagnostics->files[other->at.file];
                check_error(checker, NAME_SHADOWED, symbol->at, NO_HINT, "“%.*s”与 %.*s 第 %u 行的参数、表或定义同名",
                            STR_ARG(symbol->name), STR_ARG(file->path), position_of(file->text, other->at.start).line);
        }
}

void check_definitions(Checker *checker) {
        Program *program = checker->program;
        check_each(checker, HEAD_DEFINITION, definition_visit);
        check_shadows(checker);
        for (uint32_t i = 0; i < checker->symbol_count; i++) {
                Symbol *symbol = &checker->symbols[i];
                if (symbol->kind == SYMBOL_DEFINITION || symbol->kind == SYMBOL_FACT)
                        resolve(checker, symbol);
        }
        for (uint32_t i = 0; i < checker->symbol_count; i++) {
                const Symbol *symbol = &checker->symbols[i];
                if (symbol->kind != SYMBOL_DEFINITION || symbol->step == NONE)
                        continue;
                *ARENA_PUSH(checker->arena, program->definitions, program->definition_count, checker->definition_capacity) =
                        (Definition){ .name = symbol->name, .entity = symbol->entity, .step = symbol->step,
                                      .clause = symbol->clause, .at = symbol->at };
        }
        for (uint32_t i = 0; i < program->entity_count; i++) {
                const Symbol *county = scope_member(checker, 0, (uint16_t) i, STR("区县"), NULL);
                if (county == NULL || !county->has_type || county->type.kind != TYPE_CODE)
                        continue;
                if (county->kind == SYMBOL_FACT)
                        program->entities[i].county = build_fact(checker->builder, county->index);
                else if (county->kind == SYMBOL_DEFINITION)
                        program->entities[i].county = county->step;
        }
}
