/* One compilation from syntax trees to a Program, and the small questions every checking file asks of a tree. */
#include "language/check_internal.h"

void check_each(Checker *checker, Head head, DeclarationVisitor *visit) {
        for (uint32_t i = checker->module_count; i > 0; i--) {
                for (uint32_t k = 0; k < checker->modules[i - 1].file_count; k++) {
                        const Syntax *file = checker->modules[i - 1].files[k];
                        for (const Declaration *declaration = file->first; declaration != NULL; declaration = declaration->next) {
                                if (declaration->head == head && declaration->name.length > 0)
                                        visit(checker, i - 1, file, declaration);
                        }
                }
        }
}

const Tail *tail_get(const Tail *tails, TailKind kind) {
        while (tails != NULL && tails->kind != kind)
                tails = tails->next;
        return tails;
}

Str tail_words(const Tail *tails, TailKind kind) {
        const Tail *tail = tail_get(tails, kind);
        if (tail == NULL)
                return (Str){ 0 };
        if (tail->value != NULL && tail->value->kind == EXPRESSION_PATH && tail->value->part_count > 0)
                return tail->value->parts[tail->value->part_count - 1];
        return tail->value != NULL && tail->value->kind == EXPRESSION_TEXT ? tail->value->text : tail->text;
}

const Field *field_get(const Declaration *declaration, Label label) {
        const Field *field = declaration->fields;
        while (field != NULL && field->label != label)
                field = field->next;
        return field;
}

const Field *inner_get(const Inner *inner, Label label) {
        const Field *field = inner->fields;
        while (field != NULL && field->label != label)
                field = field->next;
        return field;
}

Str field_text(const Declaration *declaration, Label label) {
        const Field *field = field_get(declaration, label);
        return field == NULL || field->value_count == 0 || field->values[0] == NULL ? (Str){ 0 } : field->values[0]->text;
}

Scope scope_of_entity(const Checker *checker, uint32_t module, uint16_t entity, const Declaration *owner, uint32_t clause) {
        return (Scope){ .module = module, .entity = entity, .outer_link = NONE, .owner = owner, .clause = clause,
                        .anchor = build_base_date(checker->builder) };
}

#define DECLARATIONS_MAX 50000u

/* What follows may take time in the square of some counts. */
static bool check_size(Checker *checker) {
        uint32_t total = 0;
        for (uint32_t i = 0; i < checker->module_count; i++) {
                for (uint32_t k = 0; k < checker->modules[i].file_count; k++)
                        total += checker->modules[i].files[k]->declaration_count;
        }
        if (total > DECLARATIONS_MAX)
                check_error(checker, TOO_LARGE, ((Span){ 0 }), NO_HINT, "声明太多：%u 个，最多 %u 个", total, DECLARATIONS_MAX);
        return total <= DECLARATIONS_MAX;
}

Rc language_compile(Arena *arena, const Module *modules, uint32_t module_count, const CompileOptions *options,
                    Diagnostics *diagnostics, Program *ret_program) {
        MUST(module_count > 0);
        uint64_t proof_budget = PROOF_BUDGET;
        Program program = { .arena = arena, .files = diagnostics->files, .file_count = diagnostics->file_count };
        Checker checker = { .arena = arena, .program = &program, .builder = builder_new(arena, &program),
                            .diagnostics = diagnostics, .modules = modules, .module_count = module_count, .options = options,
                            .texts = map_new(arena), .proof_budget = &proof_budget };
        if (!check_size(&checker))
                return RC_INVALID;
        scope_open(&checker);
        units_open(&checker);
        check_schema(&checker);
        check_figures(&checker);
        check_definitions(&checker);
        check_policies(&checker);
        check_plan(&checker);
        check_examples(&checker);
        if (diagnostics->errors > 0)       /* those of the parser too: its tree has holes */
                return RC_INVALID;
        if (builder_finish(checker.builder) != RC_OK) {
                check_error(&checker, STEPS_TOO_MANY, ((Span){ 0 }), NO_HINT, "步骤超过 %u 步", PROGRAM_STEPS_MAX);
                return RC_INVALID;
        }
        static_check_overflow(&checker);
        *ret_program = program;
        return RC_OK;
}
