/* One table of facts. */
#include "support/registry.h"

typedef enum Kind { TRUTH, DATE, MONTHS, MONEY, RATE, COUNT, CODE_OF } Kind;

static const Str sexes[] = { STR_INIT("男"), STR_INIT("女") };
static const Str places[] = { STR_INIT("本地"), STR_INIT("外地") };
static const Str kinds_of_household[] = { STR_INIT("城镇"), STR_INIT("农村") };
static const Str counties[] = { STR_INIT("东城区"), STR_INIT("西城区"), STR_INIT("河口县"), STR_INIT("山前县") };
static const Str educations[] = { STR_INIT("初中及以下"), STR_INIT("高中中专"), STR_INIT("大专"), STR_INIT("本科"), STR_INIT("研究生") };
static const Str statuses[] = { STR_INIT("单位就业"), STR_INIT("灵活就业"), STR_INIT("自主创业"), STR_INIT("失业"),
                                STR_INIT("未就业"), STR_INIT("在校"), STR_INIT("退休") };
static const Str firm_kinds[] = { STR_INIT("个体工商户"), STR_INIT("小微企业"), STR_INIT("中型企业"), STR_INIT("大型企业"),
                                  STR_INIT("农民合作社"), STR_INIT("家庭农场"), STR_INIT("社会组织") };
static const Str industries[] = { STR_INIT("农林牧渔"), STR_INIT("制造业"), STR_INIT("建筑业"), STR_INIT("批发零售"),
                                  STR_INIT("交通运输"), STR_INIT("住宿餐饮"), STR_INIT("信息技术"), STR_INIT("居民服务"),
                                  STR_INIT("其他") };
static const Str levels[] = { STR_INIT("初级工"), STR_INIT("中级工"), STR_INIT("高级工"), STR_INIT("技师"), STR_INIT("高级技师") };

enum { SEX, PLACE, HOUSEHOLD_KIND, COUNTY, EDUCATION, STATUS, FIRM_KIND, INDUSTRY, LEVEL };

static const struct {
        Str        name;
        const Str *members;
        uint32_t   count;
} enumerations[] = {
#define ENUMERATION(name, members) { STR_INIT(name), members, ARRAY_LENGTH(members) }
        ENUMERATION("性别", sexes),         ENUMERATION("户籍", places),       ENUMERATION("城乡", kinds_of_household),
        ENUMERATION("区县", counties),      ENUMERATION("学历", educations),   ENUMERATION("就业状态", statuses),
        ENUMERATION("企业类型", firm_kinds), ENUMERATION("行业", industries),   ENUMERATION("等级", levels),
};

static const struct {
        uint16_t entity;
        Str      name;
        Kind     kind;
        uint16_t of;
} facts[] = {
#define FACT(entity, name, ...) { entity, STR_INIT(name), __VA_ARGS__ }
        FACT(PERSON, "出生日期", DATE, 0),
        FACT(PERSON, "性别", CODE_OF, SEX),
        FACT(PERSON, "户籍", CODE_OF, PLACE),
        FACT(PERSON, "户口性质", CODE_OF, HOUSEHOLD_KIND),
        FACT(PERSON, "居住区县", CODE_OF, COUNTY),
        FACT(PERSON, "连续居住月数", MONTHS, 0),
        FACT(PERSON, "学历", CODE_OF, EDUCATION),
        FACT(PERSON, "就业状态", CODE_OF, STATUS),
        FACT(PERSON, "登记失业", TRUTH, 0),
        FACT(PERSON, "登记失业日期", DATE, 0),
        FACT(PERSON, "就业困难人员", TRUTH, 0),
        FACT(PERSON, "高校毕业生", TRUTH, 0),
        FACT(PERSON, "毕业日期", DATE, 0),
        FACT(PERSON, "退役军人", TRUTH, 0),
        FACT(PERSON, "残疾人", TRUTH, 0),
        FACT(PERSON, "农民工", TRUTH, 0),
        FACT(PERSON, "返乡农民工", TRUTH, 0),
        FACT(PERSON, "脱贫户", TRUTH, 0),
        FACT(PERSON, "低保家庭", TRUTH, 0),
        FACT(PERSON, "参加社会保险月数", MONTHS, 0),
        FACT(PERSON, "失业保险月数", MONTHS, 0),
        FACT(PERSON, "月收入", MONEY, 0),
        FACT(HOUSEHOLD, "区县", CODE_OF, COUNTY),
        FACT(HOUSEHOLD, "城乡", CODE_OF, HOUSEHOLD_KIND),
        FACT(HOUSEHOLD, "低保", TRUTH, 0),
        FACT(HOUSEHOLD, "脱贫户", TRUTH, 0),
        FACT(HOUSEHOLD, "人口数", COUNT, 0),
        FACT(HOUSEHOLD, "月人均收入", MONEY, 0),
        FACT(FIRM, "类型", CODE_OF, FIRM_KIND),
        FACT(FIRM, "行业", CODE_OF, INDUSTRY),
        FACT(FIRM, "成立日期", DATE, 0),
        FACT(FIRM, "区县", CODE_OF, COUNTY),
        FACT(FIRM, "参保人数", COUNT, 0),
        FACT(FIRM, "上年裁员率", RATE, 0),
        FACT(FIRM, "吸纳困难人数", COUNT, 0),
        FACT(FIRM, "吸纳毕业生数", COUNT, 0),
        FACT(FIRM, "新业态", TRUTH, 0),
        FACT(FIRM, "首次创办", TRUTH, 0),
        FACT(FIRM, "高新技术企业", TRUTH, 0),
        FACT(FIRM, "年租金", MONEY, 0),
        FACT(JOB, "入职日期", DATE, 0),
        FACT(JOB, "合同月数", MONTHS, 0),
        FACT(JOB, "已缴社保", TRUTH, 0),
        FACT(JOB, "缴费月数", MONTHS, 0),
        FACT(JOB, "月工资", MONEY, 0),
        FACT(JOB, "在职", TRUTH, 0),
        FACT(CERTIFICATE, "等级", CODE_OF, LEVEL),
        FACT(CERTIFICATE, "取证日期", DATE, 0),
        FACT(LOAN, "金额", MONEY, 0),
        FACT(LOAN, "签订日期", DATE, 0),
        FACT(LOAN, "期限", MONTHS, 0),
        FACT(LOAN, "利率", RATE, 0),
        FACT(LOAN, "按时还款", TRUTH, 0),
};

/* Units: 0 none, 1 元, 2 个月, 3 a percentage. */
static const struct {
        Type    type;
        int64_t low, high;
} kinds[] = {
        [TRUTH] = { { .kind = TYPE_TRUTH }, TRUTH_NO, TRUTH_YES },
        [DATE] = { { .kind = TYPE_DATE }, DATE_MIN, DATE_MAX },
        [MONTHS] = { { .kind = TYPE_NUMBER, .unit = 2 }, 0, 1200 },
        [MONEY] = { { .kind = TYPE_NUMBER, .scale = 2, .unit = 1 }, 0, 1000000000 },
        [RATE] = { { .kind = TYPE_NUMBER, .scale = 6, .unit = 3 }, 0, 1000000 },
        [COUNT] = { { .kind = TYPE_NUMBER }, 0, 10000000 },
        [CODE_OF] = { { .kind = TYPE_CODE }, 0, 0 },
};

static void fill_schema(Arena *arena, Program *program) {
        static const Str entities[] = { STR_INIT("人"), STR_INIT("户"), STR_INIT("企业"), STR_INIT("用工"), STR_INIT("证书"),
                                        STR_INIT("贷款") };
        static const Link links[] = {
                [LIVES_IN] = { .child = PERSON, .parent = HOUSEHOLD, .column = STR_INIT("户编号"), .complete = true },
                [FOUNDED_BY] = { .child = FIRM, .parent = PERSON, .column = STR_INIT("创办人") },
                [WORKS_FOR] = { .child = JOB, .parent = FIRM, .column = STR_INIT("单位") },
                [WORKER] = { .child = JOB, .parent = PERSON, .column = STR_INIT("劳动者") },
                [HOLDER] = { .child = CERTIFICATE, .parent = PERSON, .column = STR_INIT("持有人") },
                [BORROWER] = { .child = LOAN, .parent = PERSON, .column = STR_INIT("借款人") },
        };
        program->entity_count = REGISTRY_ENTITIES;
        program->entities = ARENA_NEW(arena, Entity, REGISTRY_ENTITIES);
        for (uint32_t i = 0; i < REGISTRY_ENTITIES; i++)
                program->entities[i] = (Entity){ .name = entities[i],
                                                 .file = str_format(arena, "%.*s.csv", STR_ARG(entities[i])),
                                                 .key = STR("编号"), .derived_from = NONE, .county = NONE };
        program->link_count = REGISTRY_LINKS;
        program->links = ARENA_NEW(arena, Link, REGISTRY_LINKS);
        for (uint32_t i = 0; i < REGISTRY_LINKS; i++)
                program->links[i] = links[i];
        program->enumeration_count = ARRAY_LENGTH(enumerations);
        program->enumerations = ARENA_NEW(arena, Enumeration, program->enumeration_count);
        for (uint32_t i = 0; i < program->enumeration_count; i++) {
                Str *members = ARENA_NEW(arena, Str, enumerations[i].count);
                for (uint32_t m = 0; m < enumerations[i].count; m++)
                        members[m] = enumerations[i].members[m];
                program->enumerations[i] = (Enumeration){ enumerations[i].name, members, enumerations[i].count };
        }
        static const Unit units[] = { { .text = STR_INIT("") }, { .text = STR_INIT("元") }, { .text = STR_INIT("个月") },
                                      { .text = STR_INIT("%"), .percent = true } };
        program->unit_count = ARRAY_LENGTH(units);
        program->units = ARENA_NEW(arena, Unit, program->unit_count);
        for (uint32_t i = 0; i < program->unit_count; i++)
                program->units[i] = units[i];
}

Program *registry_program(Arena *arena) {
        Program *program = ARENA_NEW(arena, Program, 1);
        program->arena = arena;
        fill_schema(arena, program);
        program->fact_count = ARRAY_LENGTH(facts);
        program->facts = ARENA_NEW(arena, Fact, program->fact_count);
        for (uint32_t i = 0; i < program->fact_count; i++) {
                Fact fact = { .name = facts[i].name, .entity = facts[i].entity, .type = kinds[facts[i].kind].type,
                              .low = kinds[facts[i].kind].low, .high = kinds[facts[i].kind].high,
                              .column = facts[i].name, .guard = NONE, .step = NONE };
                fact.type.of = facts[i].of;
                if (fact.type.kind == TYPE_CODE)
                        fact.high = (int64_t) program->enumerations[fact.type.of].member_count - 1;
                program->facts[i] = fact;
        }
        return program;
}

uint32_t registry_fact(const Program *program, uint16_t entity, const char *name) {
        for (uint32_t i = 0; i < program->fact_count; i++)
                if (program->facts[i].entity == entity && str_equal(program->facts[i].name, str_from(name)))
                        return i;
        return NONE;
}
