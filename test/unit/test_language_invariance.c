/* What must not matter: the order of declarations, indentation, the formatter. Compared by a hash of each policy's
 * expressions that knows names instead of numbers. And what must: a changed figure changes the hash. */
#include "unit.h"

#include <string.h>

#include "support/compile.h"

/* ---- a hash of meaning ----------------------------------------------------------------------------------- */

typedef struct Hashing {
        const Program *program;
        uint64_t      *steps;      /* 0: not yet; operands stand before users */
} Hashing;

static uint64_t mix(uint64_t hash, uint64_t word) {
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        return hash ^ (hash >> 29);
}

static uint64_t hash_type(const Program *program, Type type) {
        uint64_t hash = mix(mix(7, type.kind), type.scale);
        if (type.kind == TYPE_NUMBER)
                hash = mix(hash, str_hash(program->units[type.unit].text));
        if (type.kind == TYPE_CODE)
                hash = mix(hash, str_hash(program->enumerations[type.of].name));
        return hash;
}

static uint64_t hash_entity(const Program *program, uint16_t entity) {
        return entity == ENTITY_NONE ? 1 : str_hash(program->entities[entity].name);
}

static uint64_t hash_aux(const Program *program, const Step *step) {
        if (step->op == OP_FACT)
                return mix(str_hash(program->facts[step->aux].name), hash_entity(program, step->entity));
        if (step->op == OP_PARAMETER)
                return str_hash(program->parameters[step->aux].name);
        if (step->op == OP_TABLE)
                return str_hash(program->tables[step->aux].name);
        if (op_class(step->op) != CLASS_CROSS && step->op != OP_LINK)
                return 3;
        const Link *link = &program->links[step->aux];
        return mix(str_hash(link->one_name), str_hash(link->many_name));
}

/* 且 and 或 are sums over their leaves, so that neither order nor grouping matters; other operands that may be exchanged
 * are sorted by hash. */
static uint64_t hash_operands(const Hashing *hashing, const Step *step) {
        uint64_t a = step->a == NONE ? 11 : hashing->steps[step->a], b = step->b == NONE ? 13 : hashing->steps[step->b];
        uint64_t c = step->c == NONE ? 17 : hashing->steps[step->c];
        bool free = step->op == OP_ADD || step->op == OP_MULTIPLY || step->op == OP_MINIMUM || step->op == OP_MAXIMUM ||
                    step->op == OP_EQUAL || step->op == OP_NOT_EQUAL || step->op == OP_MULTIPLY_DIVIDE;
        if (step->op == OP_AND || step->op == OP_OR) {
                uint64_t sum = 0;
                const uint32_t operands[2] = { step->a, step->b };
                for (int i = 0; i < 2; i++) {
                        const Step *operand = &hashing->program->steps[operands[i]];
                        uint64_t hash = hashing->steps[operands[i]];
                        sum += operand->op == step->op ? hash : mix(step->op, hash);
                }
                return sum;
        }
        if (free && a > b) {
                uint64_t other = a;
                a = b;
                b = other;
        }
        return mix(mix(mix(19, a), b), c);
}

static Hashing hash_steps(Arena *arena, const Program *program) {
        Hashing hashing = { program, ARENA_NEW(arena, uint64_t, program->step_count + 1) };
        for (uint32_t i = 0; i < program->step_count; i++) {
                const Step *step = &program->steps[i];
                uint64_t operands = hash_operands(&hashing, step);
                uint64_t own = mix(mix(step->op, hash_type(program, step->type)), mix((uint64_t) step->imm, hash_aux(program, step)));
                hashing.steps[i] = step->op == OP_AND || step->op == OP_OR ? operands : mix(own, operands);
        }
        return hashing;
}

static uint64_t hash_step(const Hashing *hashing, uint32_t step) {
        return step == NONE ? 23 : hashing->steps[step];
}

static uint64_t hash_policy(const Hashing *hashing, const Policy *policy) {
        uint64_t hash = mix(str_hash(policy->name), hash_entity(hashing->program, policy->entity)), conditions = 0;
        for (uint32_t i = 0; i < policy->condition_count; i++)
                conditions += mix(hash_step(hashing, policy->conditions[i].step), str_hash(policy->conditions[i].because));
        hash = mix(mix(hash, conditions), hash_step(hashing, policy->eligible));
        hash = mix(mix(hash, hash_step(hashing, policy->eligible_if_judged)), hash_step(hashing, policy->eligible_if_open));
        for (uint32_t i = 0; i < policy->benefit_count; i++) {
                const Benefit *benefit = &policy->benefits[i];
                uint64_t figures = mix(str_hash(benefit->name), hash_step(hashing, benefit->when));
                for (uint32_t k = 0; k < benefit->output_count; k++)
                        figures = mix(mix(figures, str_hash(benefit->outputs[k].label)),
                                      mix(hash_step(hashing, benefit->outputs[k].step), hash_step(hashing, benefit->outputs[k].floor)));
                hash += figures;
        }
        return mix(hash, policy->parameter_count);
}

/* One number for all policies, definitions and examples, whatever their order. */
static uint64_t hash_program(Arena *arena, const Program *program) {
        Hashing hashing = hash_steps(arena, program);
        uint64_t hash = 0;
        for (uint32_t i = 0; i < program->policy_count; i++)
                hash += hash_policy(&hashing, &program->policies[i]);
        for (uint32_t i = 0; i < program->definition_count; i++)
                hash += mix(str_hash(program->definitions[i].name), hash_step(&hashing, program->definitions[i].step));
        for (uint32_t i = 0; i < program->fact_count; i++)
                hash += mix(str_hash(program->facts[i].name), hash_step(&hashing, program->facts[i].guard));
        for (uint32_t i = 0; i < program->example_count; i++) {
                const Example *example = &program->examples[i];
                hash += mix(mix(str_hash(example->name), example->fact_count), mix(example->link_count, example->complete_count));
        }
        return mix(hash, program->step_count);
}

/* ---- the pack ------------------------------------------------------------------------------------------------ */

static Str reference(Arena *arena) {
        const char *source = getenv("LEYE_SOURCE");
        assert_non_null(source);
        return language_file(arena, str_format(arena, "%s/test/language/check/ok/reference.md", source));
}

static uint64_t hash_text(Arena *arena, Str text) {
        Compiled compiled;
        compile_clean(arena, text, &compiled);
        return hash_program(arena, &compiled.program);
}

static void the_order_of_declarations_does_not_matter(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *kept = arena_new(LANGUAGE_TEST_MEMORY);
        Str text = reference(kept);
        uint64_t expected = hash_text(kept, text), random = 12345;
        for (int round = 0; round < 200; round++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
                Diagnostics diagnostics;
                Program program;
                Syntax syntax;
                diagnostics_init(&diagnostics, arena);
                uint32_t file = diagnostics_add_file(&diagnostics, STR("pack.md"), text);
                assert_int_equal(syntax_parse(arena, text, file, &diagnostics, &syntax), RC_OK);
                Declaration **order = ARENA_NEW(arena, Declaration *, syntax.declaration_count);
                uint32_t count = 0;
                for (Declaration *declaration = syntax.first; declaration != NULL; declaration = declaration->next)
                        order[count++] = declaration;
                for (uint32_t i = count - 1; i > 0; i--) {
                        random = random * 6364136223846793005u + 1442695040888963407u;
                        uint32_t other = (uint32_t) (random >> 33) % (i + 1);
                        Declaration *declaration = order[i];
                        order[i] = order[other];
                        order[other] = declaration;
                }
                for (uint32_t i = 0; i < count; i++)
                        order[i]->next = i + 1 < count ? order[i + 1] : NULL;
                syntax.first = order[0];
                const Syntax *files[] = { &syntax };
                Module module = { .name = STR("pack"), .files = files, .file_count = 1 };
                assert_int_equal(language_compile(arena, &module, 1, NULL, &diagnostics, &program), RC_OK);
                assert_true(hash_program(arena, &program) == expected);
        }
}

static void indentation_and_formatting_do_not_matter(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        CLEAN(buffer_free) Buffer flat = buffer_new(LANGUAGE_TEST_MEMORY);
        Str text = reference(arena), rest = text;
        uint64_t expected = hash_text(arena, text);
        while (rest.length > 0) {
                buffer_add(&flat, str_trim(str_cut(&rest, '\n')));
                buffer_byte(&flat, '\n');
        }
        assert_true(hash_text(arena, buffer_str(&flat)) == expected);
        assert_true(hash_text(arena, language_formatted(arena, text)) == expected);
}

/* The hash sees what it must: one figure, one name, one comparison. */
static void a_change_of_meaning_changes_the_hash(void **state) {
        (void) state;
        static const struct {
                const char *from, *to;
        } CHANGES[] = {
                { "年龄 介于 16岁 至 59岁", "年龄 介于 16岁 至 60岁" }, { "封顶：2000元", "封顶：2001元" },
                { "失业保险月数 不少于", "失业保险月数 超过" },         { "农民合作社 或 家庭农场", "农民合作社 且 家庭农场" },
                { "取整：元，向上", "取整：元，向下" },
        };
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        Str text = reference(arena);
        uint64_t expected = hash_text(arena, text);
        for (size_t i = 0; i < ARRAY_LENGTH(CHANGES); i++) {
                size_t at, length = strlen(CHANGES[i].from);
                assert_true(str_find(text, str_from(CHANGES[i].from), &at));
                Str changed = str_format(arena, "%.*s%s%.*s", (int) at, text.data, CHANGES[i].to, (int) (text.length - at - length),
                                         text.data + at + length);
                assert_true(hash_text(arena, changed) != expected);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_order_of_declarations_does_not_matter),
                cmocka_unit_test(indentation_and_formatting_do_not_matter),
                cmocka_unit_test(a_change_of_meaning_changes_the_hash),
        };
        return cmocka_run_group_tests_name("language invariance", tests, NULL, NULL);
}
