/* The value of a definition: one expression, or a general rule with named exceptions.
 *
 * Exceptions form a partial order (优先于). The lowering is a chain of choices in that order, so an exception that is
 * undecided leaves the value unknown unless all that could follow agree. Two exceptions that are not ordered must be
 * provably disjoint or give the same step. */
#include "language/check_internal.h"

#define EXCEPTIONS_MAX 64

typedef struct Exception {
        const Field *field;
        uint32_t     condition, value;
} Exception;

typedef struct Exceptions {
        Exception items[EXCEPTIONS_MAX];
        uint32_t  count;
        bool      over[EXCEPTIONS_MAX][EXCEPTIONS_MAX];    /* [a][b]: a goes before b, directly or not */
} Exceptions;

static bool read_exceptions(Checker *checker, const Symbol *symbol, const Scope *scope, Exceptions *exceptions) {
        bool fine = true;
        for (const Field *field = symbol->declaration->fields; field != NULL; field = field->next) {
                if (field->label != LABEL_DEFINITION_EXCEPTION)
                        continue;
                if (exceptions->count == EXCEPTIONS_MAX) {
                        check_error(checker, TOO_LARGE, field->at, NO_HINT, "一个定义最多 %u 个例外", EXCEPTIONS_MAX);
                        return false;
                }
                for (uint32_t i = 0; i < exceptions->count; i++) {
                        if (str_equal(exceptions->items[i].field->name, field->name)) {
                                check_error(checker, NAME_DUPLICATE, field->at, NO_HINT, "例外“%.*s”写了两次",
                                            STR_ARG(field->name));
                                fine = false;
                        }
                }
                const Tail *when = tail_get(field->tails, TAILKIND_WHEN);
                Exception *exception = &exceptions->items[exceptions->count++];
                *exception = (Exception){ .field = field, .condition = NONE, .value = NONE };
                if (when == NULL || when->value == NULL) {
                        check_error(checker, DEFINITION_EMPTY, field->at, STR("例外 名：值，当 条件"), "例外“%.*s”没有写“当”",
                                    STR_ARG(field->name));
                        fine = false;
                        continue;
                }
                exception->condition = lower_truth(checker, scope, when->value);
                Known known;
                Scope inner = scope_knowing(scope, &known, exception->condition, true);
                if (symbol->has_type && field->value_count > 0)
                        exception->value = lower_typed(checker, &inner, field->values[0], symbol->type);
                if (exception->condition == NONE || exception->value == NONE ||
                    static_check_condition(checker, exception->condition, when->at))
                        fine = false;
        }
        return fine;
}

static bool order_exceptions(Checker *checker, Exceptions *exceptions) {
        bool fine = true;
        uint32_t n = exceptions->count;
        for (uint32_t i = 0; i < n; i++) {
                const Field *field = exceptions->items[i].field;
                for (uint32_t k = 0; k < field->over_count; k++) {
                        uint32_t other = 0;
                        while (other < n && !str_equal(exceptions->items[other].field->name, field->over[k]))
                                other++;
                        if (other == n) {
                                check_error(checker, EXCEPTION_ORDER, field->at, NO_HINT, "没有名为“%.*s”的例外",
                                            STR_ARG(field->over[k]));
                                fine = false;
                        } else {
                                exceptions->over[i][other] = true;
                        }
                }
        }
        for (uint32_t via = 0; via < n; via++)
                for (uint32_t i = 0; i < n; i++)
                        for (uint32_t k = 0; k < n; k++)
                                exceptions->over[i][k] |= exceptions->over[i][via] && exceptions->over[via][k];
        for (uint32_t i = 0; i < n && fine; i++) {
                if (exceptions->over[i][i]) {
                        check_error(checker, EXCEPTION_ORDER, exceptions->items[i].field->at, NO_HINT,
                                    "例外“%.*s”绕一圈又优先于它自己", STR_ARG(exceptions->items[i].field->name));
                        fine = false;
                }
        }
        return fine;
}

/* The truths that hold where exception `at` is looked at: its condition, and not those that go before it. */
static uint32_t literals_of(const Exceptions *exceptions, uint32_t at, Literal *literals, uint32_t count) {
        literals[count++] = (Literal){ exceptions->items[at].condition, true };
        for (uint32_t i = 0; i < exceptions->count; i++) {
                if (exceptions->over[i][at])
                        literals[count++] = (Literal){ exceptions->items[i].condition, false };
        }
        return count;
}

static void check_ties(Checker *checker, const Exceptions *exceptions) {
        Literal literals[2 * EXCEPTIONS_MAX + 2];
        for (uint32_t i = 0; i < exceptions->count; i++) {
                const Exception *exception = &exceptions->items[i];
                if (static_impossible(checker, literals, literals_of(exceptions, i, literals, 0)))
                        check_warning(checker, EXCEPTION_UNREACHABLE, exception->field->at, NO_HINT,
                                      "例外“%.*s”用不上：更优先的例外总是先成立", STR_ARG(exception->field->name));
                for (uint32_t k = 0; k < i; k++) {
                        const Exception *other = &exceptions->items[k];
                        if (exceptions->over[i][k] || exceptions->over[k][i] || exception->value == other->value)
                                continue;
                        uint32_t count = literals_of(exceptions, i, literals, 0);
                        if (static_impossible(checker, literals, literals_of(exceptions, k, literals, count)))
                                continue;
                        check_error(checker, EXCEPTION_TIE, exception->field->at,
                                    str_format(checker->arena, "例如 例外 %.*s 优先于 %.*s：…", STR_ARG(exception->field->name),
                                               STR_ARG(other->field->name)),
                                    "例外“%.*s”与“%.*s”可能同时成立而结果不同", STR_ARG(exception->field->name),
                                    STR_ARG(other->field->name));
                        check_note(checker, EXCEPTION_TIE, other->field->at, "另一个例外在这里");
                }
        }
}

/* The next exception in order: nothing left goes before it; among several the first by name, so that the order in the
 * file does not matter. */
static uint32_t next_exception(const Exceptions *exceptions, const bool *taken) {
        uint32_t best = NONE;
        for (uint32_t i = 0; i < exceptions->count; i++) {
                bool free = !taken[i];
                for (uint32_t k = 0; k < exceptions->count && free; k++)
                        free = taken[k] || !exceptions->over[k][i];
                if (free && (best == NONE || str_compare(exceptions->items[i].field->name,
                                                         exceptions->items[best].field->name) < 0))
                        best = i;
        }
        return best;
}

static uint32_t choose(Checker *checker, const Exceptions *exceptions, uint32_t general) {
        uint32_t order[EXCEPTIONS_MAX];
        bool taken[EXCEPTIONS_MAX] = { false };
        for (uint32_t i = 0; i < exceptions->count; i++) {
                order[i] = next_exception(exceptions, taken);
                taken[order[i]] = true;
        }
        uint32_t value = general;
        for (uint32_t i = exceptions->count; i > 0; i--) {
                const Exception *exception = &exceptions->items[order[i - 1]];
                builder_at(checker->builder, exception->field->at);
                value = build_select(checker->builder, exception->condition, exception->value, value);
        }
        return value;
}

void check_definition_value(Checker *checker, Symbol *symbol) {
        const Declaration *declaration = symbol->declaration;
        Scope scope = scope_of_entity(checker, symbol->module, symbol->entity, declaration, symbol->clause);
        Exceptions held = { .count = 0 }, *exceptions = &held;
        const Field *general = field_get(declaration, LABEL_DEFINITION_GENERAL);
        const Expression *expression = declaration->value;
        bool fine = read_exceptions(checker, symbol, &scope, exceptions);
        fine = order_exceptions(checker, exceptions) && fine;
        if (expression == NULL && general != NULL && general->value_count > 0)
                expression = general->values[0];
        else if (expression != NULL && (general != NULL || exceptions->count > 0)) {
                check_error(checker, DEFINITION_EMPTY, declaration->at, NO_HINT, "写了“=”就不能再写“一般”和“例外”");
                return;
        }
        if (expression == NULL) {
                if (declaration->type_count > 0 && general == NULL)
                        check_error(checker, DEFINITION_EMPTY, declaration->at, NO_HINT, "定义“%.*s”没有写“=”或“一般”",
                                    STR_ARG(declaration->name));
                return;
        }
        uint32_t value = symbol->has_type ? lower_typed(checker, &scope, expression, symbol->type) : NONE;
        if (value == NONE || !fine)
                return;
        check_ties(checker, exceptions);
        symbol->step = choose(checker, exceptions, value);
        builder_name(checker->builder, symbol->step, symbol->name);
}
