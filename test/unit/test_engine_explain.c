/* Explanations: the exact gap in words, what is missing, figures with what was put in, marks, and both renderers. */
#include "engine/explain.h"

#include "support/small_program.h"
#include "unit.h"

#include <string.h>

static int setup(void **state) {
        *state = arena_new((size_t) 64 << 20);
        return 0;
}

static int teardown(void **state) {
        *state = arena_free(*state);
        return 0;
}

static int32_t today(void) {
        return date_from_civil(2018, 6, 10);
}

/* ---- one condition in many shapes -------------------------------------------------------------------- */

enum { MONTHS, AGE, HIRED, LEVEL, LOCAL, DISABLED, PEER, FACTS };

static uint32_t number(Small *small, int64_t cell, uint16_t unit) {
        return small_number(small, cell, 0, unit);
}

static uint32_t day(Small *small, int32_t year, int32_t month, int32_t at) {
        return build_constant(small->builder, type_date(), date_from_civil(year, month, at));
}

/* One policy for each condition, in the order of the cases below. */
static const Program *shapes(Arena *arena) {
        Small    small = small_begin(arena);
        Builder *b = small.builder;
        uint16_t person = small_entity(&small, "人", "人");
        small.program->enumerations[0] = (Enumeration){ .name = STR("等级"),
                                                        .members = (Str[]){ STR("初级"), STR("中级"), STR("高级") },
                                                        .member_count = 3 };
        Str *members = ARENA_NEW(arena, Str, 3);
        memcpy(members, small.program->enumerations[0].members, 3 * sizeof(Str));
        small.program->enumerations[0].members = members;
        small.program->enumeration_count = 1;
        uint32_t months = small_fact(&small, person, "失业保险月数", type_number(0, UNIT_MONTHS), 0, 600, "几个月？");
        uint32_t age = small_fact(&small, person, "年龄", type_number(0, UNIT_AGE), 0, 150, "几岁？");
        uint32_t hired = small_fact(&small, person, "取证日期", type_date(), DATE_MIN, DATE_MAX, "哪天？");
        uint32_t level = small_fact(&small, person, "等级", (Type){ .kind = TYPE_CODE }, 0, 2, "几级？");
        uint32_t local = small_truth(&small, person, "本市户籍", "本市？");
        uint32_t disabled = small_truth(&small, person, "残疾人", "残疾？");
        uint32_t peer = small_fact(&small, person, "要求月数", type_number(0, UNIT_MONTHS), 0, 600, "要求？");
        uint32_t hard = build_or(b, build_compare(b, OP_AT_LEAST, age, number(&small, 40, UNIT_AGE)), disabled);
        builder_name(b, hard, STR("就业困难人员"));
        uint32_t conditions[] = {
                build_compare(b, OP_AT_LEAST, months, number(&small, 36, UNIT_MONTHS)),
                build_compare(b, OP_LESS, months, number(&small, 36, UNIT_MONTHS)),
                build_compare(b, OP_AT_MOST, age, number(&small, 60, UNIT_AGE)),
                build_compare(b, OP_MORE, months, number(&small, 36, UNIT_MONTHS)),
                build_between(b, age, number(&small, 16, UNIT_AGE), number(&small, 59, UNIT_AGE)),
                build_compare(b, OP_AT_MOST, hired, day(&small, 2018, 1, 31)),
                build_compare(b, OP_AT_LEAST, hired, day(&small, 2018, 1, 31)),
                build_in_set(b, level, 6),
                build_compare(b, OP_EQUAL, level, build_constant(b, (Type){ .kind = TYPE_CODE }, 2)),
                local,
                build_not(b, disabled),
                build_compare(b, OP_AT_LEAST, months, peer),
                build_compare(b, OP_AT_LEAST, number(&small, 60, UNIT_AGE), age),
                build_and(b, local, build_compare(b, OP_AT_LEAST, age, number(&small, 20, UNIT_AGE))),
                hard,
                build_not(b, build_or(b, disabled, build_compare(b, OP_MORE, age, number(&small, 70, UNIT_AGE)))),
        };
        for (size_t at = 0; at < ARRAY_LENGTH(conditions); at++)
                small_condition(&small, small_policy(&small, person, "政策"), conditions[at], "条件原文");
        return small_finish(&small);
}

/* For each shape: facts, and the finding of the failed condition. */
static const struct {
        int64_t     cells[FACTS];
        const char *text, *name, *value, *limit, *gap;
} failures[] = {
        { { 24, 30, 0, 0, 0, 0, 0 },
          "失业保险月数 24个月，少于 36个月，差 12个月",
          "失业保险月数",
          "24个月",
          "少于 36个月",
          "差 12个月" },
        { { 40, 30, 0, 0, 0, 0, 0 },
          "失业保险月数 40个月，超过 36个月，超出 4个月",
          "失业保险月数",
          "40个月",
          "超过 36个月",
          "超出 4个月" },
        { { 40, 61, 0, 0, 0, 0, 0 },
          "年龄 61岁，超过 60岁，超出 1岁",
          "年龄",
          "61岁",
          "超过 60岁",
          "超出 1岁" },
        { { 36, 61, 0, 0, 0, 0, 0 },
          "失业保险月数 36个月，没有超过 36个月",
          "失业保险月数",
          "36个月",
          "没有超过 36个月",
          "" },
        { { 36, 60, 0, 0, 0, 0, 0 },
          "年龄 60岁，超过 59岁，超出 1岁",
          "年龄",
          "60岁",
          "超过 59岁",
          "超出 1岁" },
        { { 36, 60, 17607, 0, 0, 0, 0 },
          "取证日期 2018-03-17，晚于 2018-01-31，晚 45天",
          "取证日期",
          "2018-03-17",
          "晚于 2018-01-31",
          "晚 45天" },
        { { 36, 60, 17560, 0, 0, 0, 0 },
          "取证日期 2018-01-29，早于 2018-01-31，早 2天",
          "取证日期",
          "2018-01-29",
          "早于 2018-01-31",
          "早 2天" },
        { { 36, 60, 17560, 0, 0, 0, 0 },
          "等级是初级，不属于中级、高级",
          "等级",
          "初级",
          "不属于中级、高级",
          "" },
        { { 36, 60, 17560, 1, 0, 0, 0 }, "等级是中级，不是高级", "等级", "中级", "不是高级", "" },
        { { 36, 60, 17560, 1, 0, 0, 0 }, "本市户籍：否", "本市户籍", "否", "", "" },
        { { 36, 60, 17560, 1, 0, 2, 0 }, "残疾人：是", "残疾人", "是", "", "" },
        { { 24, 60, 17560, 1, 0, 2, 30 },
          "失业保险月数 24个月，少于 要求月数 30个月，差 6个月",
          "失业保险月数",
          "24个月",
          "少于 要求月数 30个月",
          "差 6个月" },
        { { 24, 61, 17560, 1, 0, 2, 30 },
          "年龄 61岁，超过 60岁，超出 1岁",
          "年龄",
          "61岁",
          "超过 60岁",
          "超出 1岁" },
        { { 24, 18, 17560, 1, 2, 2, 30 },
          "年龄 18岁，少于 20岁，差 2岁",
          "年龄",
          "18岁",
          "少于 20岁",
          "差 2岁" },
};

static void test_findings(void **state) {
        const Program *program = shapes(*state);
        Population    *population = population_new(*state, program, (uint32_t[]){ 1 });
        Frame         *frame = frame_new(*state, program, population);
        const Run      run = { .program = program, .base_date = today(), .apply_date = today() };
        for (uint32_t at = 0; at < ARRAY_LENGTH(failures); at++) {
                for (uint32_t fact = 0; fact < FACTS; fact++)
                        population_set(population, fact, 0, failures[at].cells[fact]);
                scalar_evaluate(&run, frame);
                const Explanation *explanation = explain(*state, &run, frame, at, 0);
                assert_int_equal(explanation->answer, ANSWER_NO);
                assert_int_equal(explanation->conditions[0].finding_count, 1);
                const Finding *finding = &explanation->conditions[0].findings[0];
                assert_str(finding->text, failures[at].text);
                assert_str(finding->name, failures[at].name);
                assert_str(finding->value, failures[at].value);
                assert_str(finding->limit, failures[at].limit);
                assert_str(finding->gap, failures[at].gap);
                assert_str(explanation->headline, str_format(*state, "不符合：%s", failures[at].text).data);
                assert_int_equal(explanation->benefit_count, 0);
        }
}

/* A failed 或 lists every alternative, under the definition's name; a 非 of 或 only what held. */
static void test_trees(void **state) {
        const Program *program = shapes(*state);
        Population    *population = population_new(*state, program, (uint32_t[]){ 1 });
        Frame         *frame = frame_new(*state, program, population);
        const Run      run = { .program = program, .base_date = today(), .apply_date = today() };
        population_set(population, AGE, 0, 38);
        population_set(population, DISABLED, 0, TRUTH_NO);
        scalar_evaluate(&run, frame);
        const Explanation *explanation = explain(*state, &run, frame, 14, 0);
        assert_int_equal(explanation->conditions[0].finding_count, 1);
        const Finding *named = &explanation->conditions[0].findings[0];
        assert_int_equal(named->kind, FINDING_GROUP);
        assert_str(named->text, "就业困难人员：否");
        assert_int_equal(named->part_count, 1);
        assert_int_equal(named->parts[0].kind, FINDING_ALTERNATIVES);
        assert_int_equal(named->parts[0].part_count, 2);
        Buffer text = buffer_new(100000);
        explanation_text(explanation, &text);
        assert_str(buffer_str(&text), "政策：否\n  不符合：条件原文\n  [不符合] 条件原文（第十条）\n    - 就业困难人员：否\n"
                                      "      - 以下各项都不符合\n        - 残疾人：否\n        - 年龄 38岁，少于 40岁，差 2岁\n");
        buffer_free(&text);
        population_set(population, DISABLED, 0, TRUTH_YES);
        scalar_evaluate(&run, frame);
        explanation = explain(*state, &run, frame, 15, 0);
        assert_int_equal(explanation->conditions[0].finding_count, 1);
        assert_str(explanation->conditions[0].findings[0].text, "残疾人：是");
        explanation = explain(*state, &run, frame, 14, 0);
        assert_int_equal(explanation->answer, ANSWER_YES);
        assert_int_equal(explanation->conditions[0].finding_count, 0);
}

/* ---- related rows ------------------------------------------------------------------------------------ */

static void test_members(void **state) {
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人"), home = small_entity(&small, "户", "户");
        uint32_t link = small_link(&small, person, home, "所在户", "成员");
        uint32_t working = small_truth(&small, person, "就业中", "有工作吗？");
        uint32_t policy = small_policy(&small, person, "零就业"), other = small_policy(&small, person, "有人就业");
        uint32_t idle = build_reduce(small.builder, OP_ALL, link, build_not(small.builder, working), NONE);
        uint32_t some = build_reduce(small.builder, OP_ANY, link, working, NONE);
        small_condition(&small, policy, build_gather(small.builder, link, idle), "全部不就业");
        small_condition(&small, other, build_gather(small.builder, link, some), "有人就业");
        const Program *program = small_finish(&small);
        Population    *population = population_new(*state, program, (uint32_t[]){ 3, 1 });
        for (uint32_t row = 0; row < 3; row++) {
                population_link(population, link, row, 0);
                population_set(population, 0, row, row == 1 ? TRUTH_YES : TRUTH_NO);
        }
        population_complete(population, link, 0, true);
        population_index(population);
        Frame    *frame = frame_new(*state, program, population);
        const Run run = { .program = program, .base_date = today(), .apply_date = today() };
        scalar_evaluate(&run, frame);
        const Explanation *explanation = explain(*state, &run, frame, policy, 0);
        assert_str(explanation->headline, "不符合：第2位成员：就业中：是");
        Str keys[] = { STR("张三"), STR("李四"), STR("王五") };
        population->entities[person].keys = keys;
        explanation = explain(*state, &run, frame, policy, 0);
        assert_str(explanation->conditions[0].findings[0].who, "李四");
        population_set(population, 0, 1, TRUTH_NO);
        scalar_evaluate(&run, frame);
        explanation = explain(*state, &run, frame, other, 0);
        assert_str(explanation->conditions[0].findings[0].text, "成员中没有符合的");
        assert_int_equal(explanation->conditions[0].findings[0].part_count, 3);
        assert_str(explanation->conditions[0].findings[0].parts[2].who, "王五");
        /* an unfinished list is what is missing */
        population_complete(population, link, 0, false);
        scalar_evaluate(&run, frame);
        explanation = explain(*state, &run, frame, other, 0);
        assert_int_equal(explanation->answer, ANSWER_ASK);
        assert_int_equal(explanation->lack.fact_count, 1);
        assert_str(explanation->lack.facts[0].name, "全部成员");
        assert_int_equal(explanation->lack.facts[0].fact, NONE);
}

/* ---- missing, open, judged, figures ------------------------------------------------------------------ */

typedef struct Loan {
        Small          small;
        const Program *program;
        uint32_t       policy, rent;
        Population    *population;
        Frame         *frame;
        Run            run;
} Loan;

enum { ASKED, RATE_DAY, RECEIVED, TRUSTED, PAID };

static Loan loan_new(Arena *arena) {
        Loan     loan = { .small = small_begin(arena) };
        Small   *small = &loan.small;
        Builder *b = small->builder;
        uint16_t person = small_entity(small, "人", "人");
        uint32_t asked = small_fact(small, person, "申请额度", type_number(2, UNIT_YUAN), 0, 10000000000, "想贷多少？");
        uint32_t signed_on = small_fact(small, person, "合同签订日", type_date(), DATE_MIN, DATE_MAX, NULL);
        uint32_t months = small_fact(small, person, "累计月数", type_number(0, UNIT_MONTHS), 0, 600, "累计几个月？");
        uint32_t trusted = small_manual(small, person, "信誉良好", "街道");
        uint32_t paid = small_fact(small, person, "缴费额", type_number(2, UNIT_YUAN), 0, 10000000000, "缴了多少？");
        uint32_t rate = small_parameter(small, "基准利率", type_number(6, UNIT_PERCENT), 0, 1000000, 47500);
        uint32_t standard = small_parameter(small, "租赁标准", type_number(2, UNIT_YUAN_A_MONTH), 0, 1000000, UNKNOWN);
        small->program->parameters[standard].at_least = 30000;
        small->program->parameters[standard].decider = STR("市住房城乡建设局");
        loan.policy = small_policy(small, person, "创业贷款");
        uint32_t received = build_default(b, months, number(small, 0, UNIT_MONTHS), true);
        small_condition(small, loan.policy, build_compare(b, OP_LESS, received, number(small, 36, UNIT_MONTHS)),
                        "累计不满36个月");
        small_condition(small, loan.policy, trusted, "需人工认定“信誉良好”");
        uint32_t amount = build_arithmetic(b, OP_MINIMUM, asked, number(small, 100000, UNIT_YUAN), UNIT_YUAN);
        small_benefit(small, loan.policy, "额度", build_rescale(b, amount, 2), "较小(申请额度, 10万元)");
        uint32_t bank = build_arithmetic(b, OP_ADD, build_parameter(b, rate, signed_on),
                                         small_number(small, 20000, 6, UNIT_PERCENT), UNIT_PERCENT);
        Benefit *interest = small_benefit(small, loan.policy, "利率不超过", bank, "基准利率 于 合同签订日 + 2个百分点");
        interest->interest = ARENA_NEW(arena, InterestYears, 1);
        interest->interest[0] = (InterestYears){ 1, 2, small_number(small, 1, 0, UNIT_PERCENT) };
        interest->interest_count = 1;
        uint32_t third = build_multiply_divide(b, paid, number(small, 1, 0), number(small, 3, 0), UNIT_YUAN);
        small_benefit(small, loan.policy, "补贴", build_round(b, OP_ROUND_UP, third, 1, 0), "缴费额 ÷ 3");
        loan.rent = small_policy(small, person, "租房补贴");
        uint32_t rent = build_parameter(b, standard, build_base_date(b));
        Benefit *open = small_benefit(small, loan.rent, "每月", rent, "租赁标准");
        open->outputs[0].floor = build_floor(b, rent);
        small_condition(small, loan.rent, build_constant(b, type_truth(), TRUTH_YES), "都可以");
        loan.program = small_finish(small);
        loan.population = population_new(arena, loan.program, (uint32_t[]){ 1 });
        loan.frame = frame_new(arena, loan.program, loan.population);
        loan.run = (Run){ .program = loan.program, .base_date = today(), .apply_date = today() };
        return loan;
}

static void test_lack(void **state) {
        Loan loan = loan_new(*state);
        scalar_evaluate(&loan.run, loan.frame);
        const Explanation *explanation = explain(*state, &loan.run, loan.frame, loan.policy, 0);
        assert_int_equal(explanation->answer, ANSWER_JUDGE);
        assert_str(explanation->headline, "其余条件都满足，只等街道认定：信誉良好");
        assert_int_equal(explanation->lack.judgement_count, 1);
        assert_str(explanation->lack.judgements[0].decider, "街道");
        assert_int_equal(explanation->lack.fact_count, 0);
        assert_int_equal(explanation->conditions[1].lack.judgement_count, 1);
        const ExplainedOutput *amount = &explanation->benefits[0].outputs[0];
        assert_str(amount->value, "");
        assert_int_equal(amount->lack.fact_count, 1);
        assert_str(amount->lack.facts[0].question, "想贷多少？");
        /* the rate waits for a date that nobody is asked for, not for the parameter */
        const ExplainedOutput *rate = &explanation->benefits[1].outputs[0];
        assert_int_equal(rate->lack.fact_count, 1);
        assert_str(rate->lack.facts[0].question, "");
        assert_int_equal(rate->lack.parameter_count, 0);
        population_set(loan.population, RATE_DAY, 0, date_from_civil(2014, 12, 31));
        scalar_evaluate(&loan.run, loan.frame);
        explanation = explain(*state, &loan.run, loan.frame, loan.policy, 0);
        rate = &explanation->benefits[1].outputs[0];
        assert_int_equal(rate->lack.parameter_count, 1);
        assert_true(rate->lack.parameters[0].no_version);
        assert_str(rate->lack.parameters[0].text, "基准利率：该日期无文件载明");
}

static void test_open_figure(void **state) {
        Loan loan = loan_new(*state);
        scalar_evaluate(&loan.run, loan.frame);
        const Explanation     *explanation = explain(*state, &loan.run, loan.frame, loan.rent, 0);
        const ExplainedOutput *output = &explanation->benefits[0].outputs[0];
        assert_int_equal(explanation->answer, ANSWER_YES);
        assert_str(output->value, "不少于 300元/月");
        assert_true(output->bounded && output->cell == UNKNOWN);
        assert_int_equal(output->lack.parameter_count, 1);
        assert_str(output->lack.parameters[0].text, "租赁标准：待定，不少于 300元/月，由市住房城乡建设局确定");
        int64_t replaced[] = { UNKNOWN, 45000 };
        Run     demonstration = loan.run;
        demonstration.parameters = replaced;
        scalar_evaluate(&demonstration, loan.frame);
        explanation = explain(*state, &demonstration, loan.frame, loan.rent, 0);
        output = &explanation->benefits[0].outputs[0];
        assert_str(output->value, "450元/月");
        assert_int_equal(output->parameter_count, 1);
        assert_true(output->parameters[0].replaced);
        assert_str(output->parameters[0].from, "");
}

static void test_figures(void **state) {
        Loan loan = loan_new(*state);
        population_set(loan.population, ASKED, 0, 15000000);
        population_set(loan.population, RATE_DAY, 0, date_from_civil(2018, 1, 1));
        population_set(loan.population, TRUSTED, 0, TRUTH_YES);
        population_set(loan.population, PAID, 0, 10000);
        scalar_evaluate(&loan.run, loan.frame);
        const Explanation *explanation = explain(*state, &loan.run, loan.frame, loan.policy, 0);
        assert_int_equal(explanation->answer, ANSWER_YES);
        assert_true(explanation->provisional);
        assert_int_equal(explanation->assumption_count, 1);
        assert_str(explanation->assumptions[0].name, "累计月数");
        assert_str(explanation->assumptions[0].value, "0个月");
        assert_str(explanation->assumptions[0].question, "累计几个月？");
        assert_str(explanation->benefits[0].outputs[0].worked, "申请额度（150000元）与 10万元中较小的一个 = 100000元");
        assert_str(explanation->benefits[0].outputs[0].rounding, "");
        const ExplainedBenefit *interest = &explanation->benefits[1];
        assert_str(interest->outputs[0].value, "6.75%");
        assert_str(interest->outputs[0].worked, "合同签订日（2018-01-01）的基准利率（4.75%）+ 2个百分点 = 6.75%");
        assert_int_equal(interest->outputs[0].parameter_count, 1);
        assert_str(interest->outputs[0].parameters[0].from, "2015年1月1日");
        assert_str(interest->outputs[0].parameters[0].cite, "某公告");
        assert_int_equal(interest->year_count, 1);
        assert_str(interest->years[0].share, "100%");
        assert_str(explanation->benefits[2].outputs[0].value, "34元");
        assert_str(explanation->benefits[2].outputs[0].rounding, "33.333333元，向上取整到 1元");
        population_set(loan.population, RECEIVED, 0, 3);
        scalar_evaluate(&loan.run, loan.frame);
        explanation = explain(*state, &loan.run, loan.frame, loan.policy, 0);
        assert_false(explanation->provisional);
        assert_int_equal(explanation->assumption_count, 0);
}

static void test_json(void **state) {
        Loan loan = loan_new(*state);
        population_set(loan.population, RECEIVED, 0, 40);
        scalar_evaluate(&loan.run, loan.frame);
        Buffer text = buffer_new(100000);
        Json   json = json_begin(&text);
        explanation_json(explain(*state, &loan.run, loan.frame, loan.policy, 0), &json);
        assert_str(buffer_str(&text), "{\"policy\":\"创业贷款\",\"answer\":\"否\",\"headline\":\"不符合：累计月数 "
                                      "40个月，超过 36个月，超出 4个月\","
                                      "\"conditions\":[{\"text\":\"累计不满36个月\",\"cite\":\"第十条\",\"truth\":"
                                      "false,\"findings\":[{\"kind\":\"comparison\","
                                      "\"text\":\"累计月数 40个月，超过 36个月，超出 "
                                      "4个月\",\"name\":\"累计月数\",\"value\":\"40个月\",\"limit\":\"超过 36个月\","
                                      "\"gap\":\"超出 "
                                      "4个月\"}]},{\"text\":\"需人工认定“信誉良好”\",\"cite\":\"第十条\",\"truth\":"
                                      "null,\"judgements\":[{\"text\":"
                                      "\"信誉良好\",\"decider\":\"街道\"}]}],\"benefits\":[]}");
        buffer_free(&text);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_findings, setup, teardown),
                cmocka_unit_test_setup_teardown(test_trees, setup, teardown),
                cmocka_unit_test_setup_teardown(test_members, setup, teardown),
                cmocka_unit_test_setup_teardown(test_lack, setup, teardown),
                cmocka_unit_test_setup_teardown(test_open_figure, setup, teardown),
                cmocka_unit_test_setup_teardown(test_figures, setup, teardown),
                cmocka_unit_test_setup_teardown(test_json, setup, teardown),
        };
        return cmocka_run_group_tests_name("engine_explain", tests, NULL, NULL);
}
