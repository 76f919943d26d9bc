/* Interviews: what is asked, in which order, never too little and seldom too much; households; changed answers; saved
 * states, also hostile ones. */
#include "engine/interview.h"

#include "engine/explain.h"
#include "support/random_program.h"
#include "support/small_program.h"
#include "unit.h"

#include <string.h>

#define TODAY 17500

static int setup(void **state) {
        *state = arena_new((size_t) 1 << 30);
        return 0;
}

static int teardown(void **state) {
        *state = arena_free(*state);
        return 0;
}

/* ---- random rules over few truths, against brute force ----------------------------------------------- */

#define TRUTHS_MAX 12
#define RULE_PROGRAMS 1500
#define REUSE_PERCENT 10         /* facts that stand in a policy a second time */

typedef struct Rules {
        Small          small;
        Random         random;
        uint16_t       person;
        uint32_t       truths[TRUTHS_MAX], truth_count;
        uint32_t       order[TRUTHS_MAX], used, signs;  /* of the policy being made */
        const Program *program;
        uint8_t       *table[SMALL_MAX];         /* per policy: its truth for every combination of facts */
} Rules;

/* A fact the policy has not used yet, now and then one it has; within a policy a fact nearly always stands with the
 * same sign (the checker reports a policy that contradicts itself). */
static uint32_t rules_leaf(Rules *rules) {
        bool again =
                rules->used >= rules->truth_count || (rules->used > 0 && random_chance(&rules->random, REUSE_PERCENT));
        uint32_t at = again ? random_below(&rules->random, rules->used) : rules->used++;
        uint32_t fact = rules->order[at], step = rules->truths[fact];
        bool     negate = (rules->signs >> fact & 1) != random_chance(&rules->random, 2);
        return negate ? build_not(rules->small.builder, step) : step;
}

/* A new policy draws its facts in a new order with new signs: a quarter are exclusions. */
static void rules_shuffle(Rules *rules) {
        rules->used = rules->signs = 0;
        for (uint32_t at = 0; at < rules->truth_count; at++) {
                uint32_t other = random_below(&rules->random, at + 1);
                rules->order[at] = rules->order[other];
                rules->order[other] = at;
                rules->signs |= (uint32_t) random_chance(&rules->random, 25) << at;
        }
}

static uint32_t rules_formula(Rules *rules, uint32_t depth) {
        Builder *builder = rules->small.builder;
        if (depth == 0 || random_chance(&rules->random, 40))
                return rules_leaf(rules);
        if (random_chance(&rules->random, 8)) {
                uint32_t when = rules_leaf(rules), yes = rules_formula(rules, depth - 1);
                return build_select(builder, when, yes, rules_formula(rules, depth - 1));
        }
        bool     all = random_chance(&rules->random, 45);
        uint32_t formula = rules_formula(rules, depth - 1), parts = 1 + random_below(&rules->random, 3);
        for (uint32_t at = 0; at < parts; at++) {
                uint32_t part = rules_formula(rules, depth - 1);
                formula = all ? build_and(builder, formula, part) : build_or(builder, formula, part);
        }
        return formula;
}

/* Policies of 2 to 8 conditions, most of them a fact, some nested, over shared facts; some facts with a default. */
static Rules rules_new(Arena *arena, uint64_t seed) {
        Rules rules = { .small = small_begin(arena), .random = { seed } };
        rules.person = small_entity(&rules.small, "人", "人");
        rules.truth_count = 8 + random_below(&rules.random, TRUTHS_MAX - 7);
        for (uint32_t at = 0; at < rules.truth_count; at++) {
                rules.truths[at] = small_truth(&rules.small, rules.person, "事", "是吗？");
                if (random_chance(&rules.random, 10))
                        rules.truths[at] =
                                build_default(rules.small.builder, rules.truths[at],
                                              build_constant(rules.small.builder, type_truth(), TRUTH_NO), true);
        }
        uint32_t policies = 1 + random_below(&rules.random, 5);
        for (uint32_t at = 0; at < policies; at++) {
                uint32_t policy = small_policy(&rules.small, rules.person, "政策");
                rules_shuffle(&rules);
                uint32_t conditions = 2 + random_below(&rules.random, 7);
                for (uint32_t condition = 0; condition < conditions; condition++) {
                        uint32_t step =
                                random_chance(&rules.random, 60) ? rules_leaf(&rules) : rules_formula(&rules, 2);
                        small_condition(&rules.small, policy, step, "条件");
                }
        }
        rules.program = small_finish(&rules.small);
        return rules;
}

/* Every combination of facts is a row of one population. */
static void rules_tabulate(Rules *rules, Arena *arena) {
        uint32_t    rows = 1u << rules->truth_count;
        Population *population = population_new(arena, rules->program, &rows);
        for (uint32_t fact = 0; fact < rules->truth_count; fact++)
                for (uint32_t row = 0; row < rows; row++)
                        population_set(population, fact, row, row >> fact & 1 ? TRUTH_YES : TRUTH_NO);
        Frame *frame = frame_new(arena, rules->program, population);
        scalar_evaluate(&(Run){ .base_date = TODAY, .apply_date = TODAY }, frame);
        for (uint32_t policy = 0; policy < rules->program->policy_count; policy++) {
                rules->table[policy] = ARENA_NEW(arena, uint8_t, rows);
                for (uint32_t row = 0; row < rows; row++)
                        rules->table[policy][row] =
                                frame_cell(frame, rules->program->policies[policy].eligible, row) == TRUTH_YES;
        }
}

/* Whether, with these facts known, the fact can still change a policy. */
static bool rules_relevant(const Rules *rules, uint32_t known, uint32_t values, uint32_t fact) {
        uint32_t rows = 1u << rules->truth_count;
        for (uint32_t row = 0; row < rows; row++)
                if ((row & known) == (values & known))
                        for (uint32_t policy = 0; policy < rules->program->policy_count; policy++)
                                if (rules->table[policy][row] != rules->table[policy][row ^ 1u << fact])
                                        return true;
        return false;
}

/* The policy's only possible truth with these facts known, or MAYBE. */
static int64_t rules_truth(const Rules *rules, uint32_t policy, uint32_t known, uint32_t values) {
        uint32_t rows = 1u << rules->truth_count;
        bool     seen[2] = { false, false };
        for (uint32_t row = 0; row < rows; row++)
                if ((row & known) == (values & known))
                        seen[rules->table[policy][row]] = true;
        return seen[0] && seen[1] ? TRUTH_UNKNOWN : seen[1] ? TRUTH_YES : TRUTH_NO;
}

typedef struct Tally {
        uint64_t asked, idle, interviews, undecided_idle;
} Tally;

static void one_interview(Rules *rules, Arena *arena, Tally *tally) {
        Interview *interview = interview_new(arena, rules->program, rules->person, TODAY);
        uint32_t   known = 0, values = 0, questions = 0;
        Question   question;
        while (interview_next(interview, &question)) {
                assert_int_equal(question.kind, QUESTION_FACT);
                assert_int_equal(question.row, 0);
                assert_false(known >> question.id & 1);
                assert_true(question.policies > 0);
                tally->asked++;
                tally->idle += !rules_relevant(rules, known, values, question.id);
                bool yes = random_chance(&rules->random, 60);
                assert_int_equal(interview_answer(interview, question.id, 0, yes ? TRUTH_YES : TRUTH_NO), RC_OK);
                known |= 1u << question.id;
                values |= (uint32_t) yes << question.id;
                assert_true(++questions <= rules->truth_count);
        }
        /* nobody was asked too little: every policy is what brute force says, and that is known */
        for (uint32_t policy = 0; policy < rules->program->policy_count; policy++) {
                int64_t truth = rules_truth(rules, policy, known, values);
                assert_int_not_equal(truth, TRUTH_UNKNOWN);
                assert_int_equal(frame_answer(interview_frame(interview), policy, 0),
                                 truth == TRUTH_YES ? ANSWER_YES : ANSWER_NO);
        }
        assert_int_equal(interview_progress(interview).open, 0);
        assert_int_equal(interview_progress(interview).undecided, 0);
        assert_int_equal(interview_progress(interview).answered, questions);
        tally->interviews++;
}

static void test_asking(void **state) {
        (void) state;
        Tally tally = { 0 };
        for (uint64_t seed = 0; seed < RULE_PROGRAMS; seed++) {
                Arena *arena = arena_new((size_t) 64 << 20);
                Rules  rules = rules_new(arena, seed);
                rules_tabulate(&rules, arena);
                for (uint32_t round = 0; round < 4; round++)
                        one_interview(&rules, arena, &tally);
                arena_free(arena);
        }
        print_message("# asking: %llu interviews, %llu questions, %llu idle (%llu per 10,000)\n",
                      (unsigned long long) tally.interviews, (unsigned long long) tally.asked,
                      (unsigned long long) tally.idle, (unsigned long long) (tally.idle * 10000 / tally.asked));
        assert_true(tally.asked > 20000);
        assert_true(tally.idle * 100 <= tally.asked * 5);
}

/* With 不知道 among the answers the interview ends, asks nothing twice, and what it shows as known is right. */
static void test_declining(void **state) {
        (void) state;
        uint64_t decided = 0;
        for (uint64_t seed = 0; seed < 600; seed++) {
                Arena    *arena = arena_new((size_t) 64 << 20);
                Rules     rules = rules_new(arena, seed);
                uint32_t  known = 0, values = 0, seen = 0;
                Question  question;
                rules_tabulate(&rules, arena);
                Interview *interview = interview_new(arena, rules.program, rules.person, TODAY);
                while (interview_next(interview, &question)) {
                        assert_false(seen >> question.id & 1);
                        seen |= 1u << question.id;
                        if (random_chance(&rules.random, 35)) {
                                assert_int_equal(interview_decline(interview, QUESTION_FACT, question.id, 0), RC_OK);
                                continue;
                        }
                        bool yes = random_chance(&rules.random, 60);
                        assert_int_equal(interview_answer(interview, question.id, 0, yes ? TRUTH_YES : TRUTH_NO),
                                         RC_OK);
                        known |= 1u << question.id;
                        values |= (uint32_t) yes << question.id;
                }
                for (uint32_t policy = 0; policy < rules.program->policy_count; policy++) {
                        const Frame *frame = interview_frame(interview);
                        uint32_t     eligible = rules.program->policies[policy].eligible;
                        Answer       answer = frame_answer(frame, policy, 0);
                        if (answer == ANSWER_ASK || frame_provisional(frame, eligible, 0))
                                continue;
                        assert_int_equal(rules_truth(&rules, policy, known, values),
                                         answer == ANSWER_YES ? TRUTH_YES : TRUTH_NO);
                        decided++;
                }
                arena_free(arena);
        }
        assert_true(decided > 500);
}

/* After an interview without 不知道, whatever else could be asked changes no answer. */
static void expect_settled(Interview *interview, const Program *program, uint16_t entity, Random *random) {
        Answer before[SMALL_MAX] = { ANSWER_YES };
        for (uint32_t policy = 0; policy < program->policy_count; policy++)
                if (program->policies[policy].entity == entity)
                        before[policy] = frame_answer(interview_frame(interview), policy, 0);
        for (uint32_t fact = 0; fact < program->fact_count; fact++) {
                const Fact *about = &program->facts[fact];
                for (uint32_t row = 0; row < interview_frame(interview)->population->entities[about->entity].count;
                     row++)
                        if (population_cell(interview_frame(interview)->population, fact, row) ==
                                    type_unknown(about->type) &&
                            about->question.length > 0)
                                (void) !interview_answer(interview, fact, row,
                                                         about->type.kind == TYPE_TRUTH
                                                                 ? (int64_t) random_below(random, 2) * 2
                                                                 : random_between(random, about->low, about->high));
        }
        for (uint32_t policy = 0; policy < program->policy_count; policy++)
                if (program->policies[policy].entity == entity)
                        assert_int_equal(frame_answer(interview_frame(interview), policy, 0), before[policy]);
}

/* Interviews over programs with every operation end, and are explained. */
static void test_any_program(void **state) {
        (void) state;
        uint64_t asked = 0, settled = 0;
        for (uint64_t seed = 0; seed < 800; seed++) {
                Arena         *arena = arena_new((size_t) 512 << 20);
                Random         random = { seed };
                const Program *program = random_program(arena, (RandomShape){ .seed = seed, .depth = 3 });
                uint16_t       entity = program->policy_count > 0 ? program->policies[0].entity : 0;
                Interview     *interview = interview_new(arena, program, entity, TODAY);
                Question       question;
                uint32_t       questions = 0, declined = 0;
                bool           more = true;
                while (questions++ < 200 && (more = interview_next(interview, &question))) {
                        asked++;
                        uint32_t needs = 0;
                        (void) interview_why(interview, &question, &needs);
                        assert_true(needs > 0);
                        Rc rc = RC_INVALID;
                        if (question.kind == QUESTION_COUNT)
                                rc = interview_count(interview, question.id, question.row,
                                                     (uint32_t) question.low + random_below(&random, 3));
                        else if (question.type.kind == TYPE_TRUTH)
                                rc = interview_reply(interview, question.kind, question.id, question.row,
                                                     (int64_t) random_below(&random, 2) * 2);
                        else if (seed % 2 == 0 || !random_chance(&random, 20))
                                rc = interview_answer(interview, question.id, question.row,
                                                      random_between(&random, question.low, question.high));
                        if (rc != RC_OK) {
                                assert_int_equal(interview_decline(interview, question.kind, question.id, question.row),
                                                 RC_OK);
                                declined++;
                        }
                        uint32_t records = 0;
                        (void) interview_needs_records(interview, &records);
                }
                for (uint32_t policy = 0; policy < program->policy_count; policy++)
                        if (program->policies[policy].entity == entity) {
                                Buffer             text = buffer_new(1 << 20);
                                const Explanation *explanation =
                                        explain(arena, interview_run(interview), interview_frame(interview), policy, 0);
                                Json               json = json_begin(&text);
                                explanation_json(explanation, &json);
                                explanation_text(explanation, &text);
                                assert_true(text.length > 0 && !text.failed);
                                buffer_free(&text);
                        }
                if (!more && declined == 0) {
                        expect_settled(interview, program, entity, &random);
                        settled++;
                }
                arena_free(arena);
        }
        assert_true(settled > 300);
        print_message("# any program: %llu questions\n", (unsigned long long) asked);
        assert_true(asked > 500);
}

/* ---- a household ------------------------------------------------------------------------------------- */

typedef struct Home {
        Small          small;
        const Program *program;
        uint16_t       person, home, firm;
        uint32_t       member, job;              /* links */
        uint32_t       local, birth, working, rented, records, small_firm;   /* facts */
} Home;

/* 零就业家庭: local, a home where nobody works, and (with a firm) not a small one. */
static Home home_new(Arena *arena) {
        enum { LOCAL, BIRTH, WORKING, RENTED, RECORDS, SMALL };
        Home home = { .small = small_begin(arena),
                      .local = LOCAL,
                      .birth = BIRTH,
                      .working = WORKING,
                      .rented = RENTED,
                      .records = RECORDS,
                      .small_firm = SMALL };
        Builder *builder = home.small.builder;
        home.person = small_entity(&home.small, "人", "人");
        home.home = small_entity(&home.small, "户", "户");
        home.firm = small_entity(&home.small, "企业", "家");
        home.member = small_link(&home.small, home.person, home.home, "所在户", "成员");
        home.job = small_link(&home.small, home.person, home.firm, "任职企业", "员工");
        home.small.program->entities[home.home].derived_from = home.member;
        uint32_t local = small_truth(&home.small, home.person, "本市户籍", "您是本市户籍吗？");
        uint32_t birth = small_fact(&home.small, home.person, "出生日期", type_date(), DATE_MIN, DATE_MAX, "您的出生日期是？");
        uint32_t working = small_truth(&home.small, home.person, "就业中", "现在有工作吗？");
        uint32_t rented = small_truth(&home.small, home.home, "租房", "您家租房住吗？");
        uint32_t records = small_truth(&home.small, home.person, "欠费", NULL);
        uint32_t small_firm = small_truth(&home.small, home.firm, "小微企业", "是小微企业吗？");
        uint32_t policy = small_policy(&home.small, home.person, "零就业家庭补贴");
        small_condition(&home.small, policy, local, "本市户籍");
        uint32_t idle = build_reduce(builder, OP_ALL, home.member, build_not(builder, working), NONE);
        small_condition(&home.small, policy, build_gather(builder, home.member, idle), "全部(成员，非空，其中 非 就业中)");
        small_condition(&home.small, policy, build_not(builder, records), "没有欠费");
        Benefit *benefit =
                small_benefit(&home.small, policy, "补贴", small_number(&home.small, 100000, 2, UNIT_YUAN), "1000元");
        benefit->when = build_gather(builder, home.member, rented);
        uint32_t other = small_policy(&home.small, home.person, "小微企业职工补贴");
        small_condition(&home.small, other, build_gather(builder, home.job, small_firm), "任职企业.小微企业");
        uint32_t age = build_date(builder, OP_FULL_YEARS, birth, build_base_date(builder), UNIT_AGE);
        small_condition(&home.small, other,
                        build_compare(builder, OP_AT_LEAST, age, small_number(&home.small, 16, 0, UNIT_AGE)),
                        "年满16岁");
        home.program = small_finish(&home.small);
        return home;
}

static void expect_question(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row, const char *who,
                            const char *text) {
        Question question;
        assert_true(interview_next(interview, &question));
        assert_int_equal(question.kind, kind);
        assert_int_equal(question.id, id);
        assert_int_equal(question.row, row);
        assert_str(question.who, who);
        assert_str(question.text, text);
}

static void test_household(void **state) {
        Home       home = home_new(*state);
        Interview *interview = interview_new(*state, home.program, home.person, TODAY);
        Question   question;
        expect_question(interview, QUESTION_FACT, home.local, 0, "", "您是本市户籍吗？");
        assert_int_equal(interview_answer(interview, home.local, 0, TRUTH_YES), RC_OK);
        expect_question(interview, QUESTION_FACT, home.birth, 0, "", "您的出生日期是？");
        assert_int_equal(interview_answer(interview, home.birth, 0, 0), RC_OK);
        expect_question(interview, QUESTION_FACT, home.working, 0, "", "现在有工作吗？");
        uint32_t    needs = 0;
        assert_true(interview_next(interview, &question));
        const Need *need = interview_why(interview, &question, &needs);
        assert_int_equal(needs, 1);
        assert_int_equal(need[0].policy, 0);
        assert_str(need[0].condition->text, "全部(成员，非空，其中 非 就业中)");
        assert_int_equal(interview_answer(interview, home.working, 0, TRUTH_NO), RC_OK);
        expect_question(interview, QUESTION_LINKED, home.job, 0, "", "您有任职企业吗？");
        assert_int_equal(interview_linked(interview, home.job, 0, true), RC_OK);
        expect_question(interview, QUESTION_COUNT, home.member, 0, "所在户", "您所在户一共有几人（包括您自己）？");
        assert_true(interview_next(interview, &question));
        assert_int_equal(question.low, 1);
        assert_int_equal(interview_count(interview, home.member, 0, 0), RC_INVALID);
        assert_int_equal(interview_count(interview, home.member, 0, INTERVIEW_MEMBERS_MAX + 1), RC_TOOBIG);
        assert_int_equal(interview_count(interview, home.member, 0, 3), RC_OK);
        expect_question(interview, QUESTION_FACT, home.small_firm, 0, "任职企业", "是小微企业吗？");
        assert_int_equal(interview_answer(interview, home.small_firm, 0, TRUTH_YES), RC_OK);
        assert_int_equal(frame_answer(interview_frame(interview), 1, 0), ANSWER_YES);
        expect_question(interview, QUESTION_FACT, home.working, 1, "第2位成员", "现在有工作吗？");
        assert_int_equal(interview_answer(interview, home.working, 1, TRUTH_NO), RC_OK);
        expect_question(interview, QUESTION_FACT, home.working, 2, "第3位成员", "现在有工作吗？");
        assert_int_equal(interview_answer(interview, home.working, 2, TRUTH_YES), RC_OK);
        assert_false(interview_next(interview, &question));
        assert_int_equal(frame_answer(interview_frame(interview), 0, 0), ANSWER_NO);

        /* one person less: the third one and her answer are gone, and the rest waits for a record */
        assert_int_equal(interview_count(interview, home.member, 0, 2), RC_OK);
        assert_int_equal(interview_given_count(interview), 7);
        assert_false(interview_next(interview, &question));
        assert_int_equal(frame_answer(interview_frame(interview), 0, 0), ANSWER_ASK);
        uint32_t        records = 0;
        const uint32_t *facts = interview_needs_records(interview, &records);
        assert_int_equal(records, 1);
        assert_int_equal(facts[0], home.records);
        /* the record comes: now the home matters for the money */
        assert_int_equal(interview_answer(interview, home.records, 0, TRUTH_NO), RC_OK);
        expect_question(interview, QUESTION_FACT, home.rented, 0, "所在户", "您家租房住吗？");
        assert_int_equal(interview_answer(interview, home.rented, 0, TRUTH_YES), RC_OK);
        assert_int_equal(frame_answer(interview_frame(interview), 0, 0), ANSWER_YES);
        assert_false(interview_next(interview, &question));

        /* more people again: the new one is asked about, the earlier answers stand */
        assert_int_equal(interview_count(interview, home.member, 0, 4), RC_OK);
        expect_question(interview, QUESTION_FACT, home.working, 2, "第3位成员", "现在有工作吗？");
        assert_int_equal(interview_forget(interview, QUESTION_COUNT, home.member, 0), RC_OK);
        assert_int_equal(interview_forget(interview, QUESTION_COUNT, home.member, 0), RC_MISSING);
        expect_question(interview, QUESTION_COUNT, home.member, 0, "所在户", "您所在户一共有几人（包括您自己）？");
        assert_int_equal(interview_decline(interview, QUESTION_COUNT, home.member, 0), RC_OK);
        assert_false(interview_next(interview, &question));
        assert_int_equal(interview_answer(interview, home.working, 0, TRUTH_YES), RC_OK);
        assert_int_equal(frame_answer(interview_frame(interview), 0, 0), ANSWER_NO);
}

/* A changed link makes the answers about its partner go, and keeps the members' own. */
static void test_changed_link(void **state) {
        Home       home = home_new(*state);
        Interview *interview = interview_new(*state, home.program, home.person, TODAY);
        assert_int_equal(interview_linked(interview, home.job, 0, true), RC_OK);
        assert_int_equal(interview_count(interview, home.member, 0, 3), RC_OK);
        assert_int_equal(interview_linked(interview, home.job, 2, true), RC_OK);
        assert_int_equal(interview_answer(interview, home.small_firm, 0, TRUTH_YES), RC_OK);
        assert_int_equal(interview_answer(interview, home.small_firm, 1, TRUTH_NO), RC_OK);
        assert_int_equal(interview_answer(interview, home.working, 2, TRUTH_YES), RC_OK);
        assert_int_equal(interview_linked(interview, home.job, 0, false), RC_OK);
        const Frame *frame = interview_frame(interview);
        assert_int_equal(frame->population->entities[home.firm].count, 1);
        assert_int_equal(population_cell(frame->population, home.small_firm, 0), TRUTH_NO);
        assert_int_equal(frame->population->links[home.job].partner[2], 0);
        assert_int_equal(population_cell(frame->population, home.working, 2), TRUTH_YES);
        assert_int_equal(frame_answer(frame, 1, 0), ANSWER_ASK);
}

static void test_refusals(void **state) {
        Home       home = home_new(*state);
        Interview *interview = interview_new(*state, home.program, home.person, TODAY);
        Question   question;
        static const struct {
                QuestionKind kind;
                uint32_t     id, row;
                int64_t      cell;
        } cases[] = {
                { QUESTION_FACT, 0, 1, TRUTH_YES }, { QUESTION_FACT, 0, 0, TRUTH_UNKNOWN },
                { QUESTION_FACT, 0, 0, 3 },         { QUESTION_FACT, 1, 0, DATE_MAX + 1 },
                { QUESTION_FACT, 1, 0, UNKNOWN },   { QUESTION_FACT, 99, 0, 0 },
                { QUESTION_FACT, NONE, 0, 0 },      { QUESTION_COUNT, 7, 0, 2 },
                { QUESTION_COUNT, 0, 1, 2 },        { QUESTION_LINKED, 0, 0, TRUTH_YES },
                { QUESTION_LINKED, 1, 0, 1 },       { QUESTION_COUNT, 0, 0, -1 },
        };
        for (size_t at = 0; at < ARRAY_LENGTH(cases); at++) {
                assert_int_equal(
                        interview_reply(interview, cases[at].kind, cases[at].id, cases[at].row, cases[at].cell),
                        RC_INVALID);
                assert_int_equal(interview_given_count(interview), 0);
        }
        assert_int_equal(interview_forget(interview, QUESTION_FACT, 0, 0), RC_MISSING);
        assert_false(interview_question(interview, QUESTION_FACT, 99, 0, &question));
        /* the rows' cap holds, and what was there before still is */
        assert_int_equal(interview_count(interview, home.member, 0, 30), RC_OK);
        for (uint32_t row = 0; row < 30; row++)
                (void) !interview_linked(interview, home.job, row, true);
        assert_int_equal(interview_count(interview, home.job, 0, 30), RC_TOOBIG);
        assert_true(interview_next(interview, &question));
        assert_int_equal(interview_frame(interview)->population->entities[home.person].count, 30);
}

/* ---- guards, defaults, judgements -------------------------------------------------------------------- */

static void test_guard_and_default(void **state) {
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人");
        uint32_t since = small_fact(&small, person, "毕业日期", type_date(), DATE_MIN, DATE_MAX, "哪天毕业？");
        uint32_t graduate = small_truth(&small, person, "高校毕业生", "是高校毕业生吗？");
        uint32_t months = small_fact(&small, person, "累计月数", type_number(0, UNIT_MONTHS), 0, 600, "累计几个月？");
        uint32_t honest = small_manual(&small, person, "信誉良好", "街道");
        uint32_t amount = small_fact(&small, person, "申请额度", type_number(2, UNIT_YUAN), 0, 100000000, "申请多少？");
        small.program->facts[0].guard = graduate;
        uint32_t recent =
                build_compare(small.builder, OP_AT_LEAST, since, build_constant(small.builder, type_date(), 17000));
        uint32_t policy = small_policy(&small, person, "政策");
        small_condition(&small, policy, build_and(small.builder, graduate, recent), "毕业不久");
        uint32_t received = build_default(small.builder, months, small_number(&small, 0, 0, UNIT_MONTHS), true);
        small_condition(&small, policy,
                        build_compare(small.builder, OP_LESS, received, small_number(&small, 36, 0, UNIT_MONTHS)),
                        "不满36个月");
        small_condition(&small, policy, honest, "信誉良好");
        small_benefit(&small, policy, "额度", amount, "申请额度");
        const Program *program = small_finish(&small);

        Interview *interview = interview_new(*state, program, person, TODAY);
        Question   question;
        assert_true(interview_next(interview, &question));
        assert_int_equal(question.id, 1);        /* the guard before what it guards, although declared later */
        assert_int_equal(interview_answer(interview, 1, 0, TRUTH_YES), RC_OK);
        assert_true(interview_next(interview, &question));
        assert_int_equal(question.id, 0);
        assert_int_equal(interview_answer(interview, 0, 0, 17400), RC_OK);
        assert_true(interview_next(interview, &question));
        assert_int_equal(question.id, 2);        /* a default is asked all the same */
        assert_str(question.assumed, "0个月");
        assert_int_equal(interview_decline(interview, QUESTION_FACT, 2, 0), RC_OK);
        assert_true(interview_next(interview, &question));
        assert_int_equal(question.id, 4);        /* only a reviewer stands in the way: how much would it be? */
        assert_int_equal(interview_answer(interview, 4, 0, 1500000), RC_OK);
        assert_false(interview_next(interview, &question));      /* the judgement is never asked */
        assert_int_equal(frame_answer(interview_frame(interview), 0, 0), ANSWER_JUDGE);
        assert_int_equal(interview_answer(interview, 3, 0, TRUTH_YES), RC_INVALID);

        interview = interview_new(*state, program, person, TODAY);
        assert_int_equal(interview_answer(interview, 1, 0, TRUTH_NO), RC_OK);
        assert_false(interview_next(interview, &question));
        assert_int_equal(frame_answer(interview_frame(interview), 0, 0), ANSWER_NO);
}

/* Where the guard is 否 the guarded fact is not asked, whatever else is open. */
static void test_guard_no(void **state) {
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人");
        uint32_t graduate = small_truth(&small, person, "高校毕业生", "是高校毕业生吗？");
        uint32_t degree = small_truth(&small, person, "研究生", "是研究生吗？");
        uint32_t local = small_truth(&small, person, "本市", "本市？");
        small.program->facts[1].guard = graduate;
        uint32_t policy = small_policy(&small, person, "政策");
        small_condition(&small, policy, build_or(small.builder, build_and(small.builder, graduate, degree), local),
                        "之一");
        const Program *program = small_finish(&small);
        Interview     *interview = interview_new(*state, program, person, TODAY);
        Question       question;
        assert_int_equal(interview_answer(interview, 0, 0, TRUTH_NO), RC_OK);
        assert_true(interview_next(interview, &question));
        assert_int_equal(question.id, 2);
        assert_int_equal(interview_answer(interview, 2, 0, TRUTH_NO), RC_OK);
        assert_false(interview_next(interview, &question));
        assert_int_equal(frame_answer(interview_frame(interview), 0, 0), ANSWER_NO);
}

/* ---- saved states ------------------------------------------------------------------------------------ */

static Str save(Arena *arena, const Interview *interview) {
        Buffer buffer = buffer_new(INTERVIEW_STATE_MAX);
        interview_save(interview, &buffer);
        assert_false(buffer.failed);
        Str text = str_copy(arena, buffer_str(&buffer));
        buffer_free(&buffer);
        return text;
}

static Interview *typical_interview(Arena *arena, const Home *home) {
        Interview *interview = interview_new(arena, home->program, home->person, TODAY);
        assert_int_equal(interview_answer(interview, home->local, 0, TRUTH_YES), RC_OK);
        assert_int_equal(interview_answer(interview, home->birth, 0, -3000), RC_OK);
        assert_int_equal(interview_linked(interview, home->job, 0, true), RC_OK);
        assert_int_equal(interview_count(interview, home->member, 0, 3), RC_OK);
        assert_int_equal(interview_answer(interview, home->working, 2, TRUTH_NO), RC_OK);
        assert_int_equal(interview_decline(interview, QUESTION_FACT, home->small_firm, 0), RC_OK);
        assert_int_equal(interview_count(interview, home->member, 0, 4), RC_OK);
        assert_int_equal(interview_answer(interview, home->working, 3, TRUTH_NO), RC_OK);
        return interview;
}

static void test_save_and_load(void **state) {
        Home       home = home_new(*state);
        Interview *interview = typical_interview(*state, &home), *again = NULL;
        Str        text = save(*state, interview);
        assert_int_equal(interview_load(*state, home.program, text, &again), RC_OK);
        assert_str(save(*state, again), text.data);
        assert_int_equal(interview_entity(again), home.person);
        assert_int_equal(interview_run(again)->base_date, TODAY);
        for (uint32_t questions = 0; questions < 20; questions++) {
                Question one, two;
                bool     more = interview_next(interview, &one);
                assert_int_equal(more, interview_next(again, &two));
                if (!more)
                        return;
                assert_true(one.kind == two.kind && one.id == two.id && one.row == two.row);
                assert_int_equal(interview_decline(interview, one.kind, one.id, one.row), RC_OK);
                assert_int_equal(interview_decline(again, two.kind, two.id, two.row), RC_OK);
        }
        fail();
}

static void test_bad_states(void **state) {
        Home home = home_new(*state);
        Str  head = save(*state, interview_new(*state, home.program, home.person, TODAY));
        static const char *const tails[] = {
                ";",
                ";f0",
                ";f0.0",
                ";f0.0=",
                ";f0.0=1",
                ";f0.0=3",
                ";f0.0=x",
                ";f0.1=2",
                ";f9.0=2",
                ";f0.0=2;f0.0=2",
                ";x0.0=2",
                ";f0.0=2;",
                ";;f0.0=2",
                ";f-1.0=2",
                ";f4294967295.0=2",
                ";f99999999999999999999999.0=2",
                ";c0.0=31",
                ";c0.0=0",
                ";c0.0=?0",
                ";l0.0=2",
                ";f1.0=99999999",
                ";f1.0=-9223372036854775808",
                ";f0.64=2",
                ";f 0.0=2",
                ";f0.0=+2",
        };
        Interview *interview = NULL;
        assert_int_equal(interview_load(*state, home.program, head, &interview), RC_OK);
        for (size_t at = 0; at < ARRAY_LENGTH(tails); at++) {
                Str text = str_format(*state, "%.*s%s", STR_ARG(head), tails[at]);
                Rc  rc = interview_load(*state, home.program, text, &interview);
                if (rc != RC_INVALID && rc != RC_TOOBIG)
                        fail_msg("\"%s\" gave %s", tails[at], rc_name(rc));
        }
        static const char *const heads[] = { "", "L1", "L2;0000000000000000;0;17500", "L1;0000;0;17500",
                                             "L1;000000000000000G;0;17500" };
        for (size_t at = 0; at < ARRAY_LENGTH(heads); at++)
                assert_int_equal(interview_load(*state, home.program, str_from(heads[at]), &interview), RC_INVALID);
        assert_int_equal(interview_load(*state, home.program, STR("L1;0000000000000000;0;17500"), &interview),
                         RC_CONFLICT);
        Str no_entity = str_format(*state, "%.*s;9;17500", STR_ARG(str_slice(head, 0, 19)));
        assert_int_equal(interview_load(*state, home.program, no_entity, &interview), RC_INVALID);
        Buffer large = buffer_new(INTERVIEW_STATE_MAX + 2);
        buffer_repeat(&large, ';', INTERVIEW_STATE_MAX + 1);
        assert_int_equal(interview_load(*state, home.program, buffer_str(&large), &interview), RC_TOOBIG);
        buffer_free(&large);
}

/* Mutated states load or are refused; what loads is a whole interview that saves and loads again. */
static void test_mutated_states(void **state) {
        static const char alphabet[] = "0123456789.;=?-flcxL";
        Home     home = home_new(*state);
        Str      text = save(*state, typical_interview(*state, &home));
        Random   random = { 11 };
        uint32_t loaded = 0, refused = 0;
        for (uint32_t round = 0; round < 20000; round++) {
                Arena *arena = arena_new((size_t) 32 << 20);
                char  *bytes = ARENA_NEW(arena, char, text.length * 2);
                size_t length = text.length;
                memcpy(bytes, text.data, length);
                for (uint32_t change = 1 + random_below(&random, 3); change > 0; change--) {
                        size_t at = 26 + random_below(&random, (uint32_t) length - 26);
                        char   byte = alphabet[random_below(&random, sizeof(alphabet) - 1)];
                        uint32_t how = random_below(&random, 4);
                        if (how == 0 && length < text.length * 2) {
                                memmove(bytes + at + 1, bytes + at, length - at);
                                length++;
                        }
                        if (how == 1 && length > 30) {
                                memmove(bytes + at, bytes + at + 1, length - at - 1);
                                length--;
                        } else {
                                bytes[at] = byte;
                        }
                }
                Interview *interview = NULL, *again = NULL;
                Rc rc = interview_load(arena, home.program, (Str){ bytes, length }, &interview);
                if (rc == RC_OK) {
                        Question question;
                        (void) interview_next(interview, &question);
                        assert_int_equal(interview_load(arena, home.program, save(arena, interview), &again), RC_OK);
                        loaded++;
                } else {
                        assert_true(rc == RC_INVALID || rc == RC_TOOBIG || rc == RC_CONFLICT);
                        refused++;
                }
                arena_free(arena);
        }
        assert_true(loaded > 500 && refused > 500);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_asking),
                cmocka_unit_test(test_declining),
                cmocka_unit_test(test_any_program),
                cmocka_unit_test_setup_teardown(test_household, setup, teardown),
                cmocka_unit_test_setup_teardown(test_changed_link, setup, teardown),
                cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
                cmocka_unit_test_setup_teardown(test_guard_and_default, setup, teardown),
                cmocka_unit_test_setup_teardown(test_guard_no, setup, teardown),
                cmocka_unit_test_setup_teardown(test_save_and_load, setup, teardown),
                cmocka_unit_test_setup_teardown(test_bad_states, setup, teardown),
                cmocka_unit_test_setup_teardown(test_mutated_states, setup, teardown),
        };
        return cmocka_run_group_tests_name("engine_interview", tests, NULL, NULL);
}
