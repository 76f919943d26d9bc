/* A compiled pack: schema, figures, steps, policies, examples. Typed, immutable, total.
 *
 * The front end (src/language) builds it with program/builder.h; everything in src/engine only reads it.
 * All arrays and texts live in one arena owned by whoever built it (a pack).
 *
 * A value is an int64 cell whose meaning comes from its Type (ops.def says how unknown is written). The steps are
 * in order: operands come before users. A step belongs to one entity (it has a value per row) or to none
 * (ENTITY_NONE: one value per run). Only CROSS operations read another entity. */
#pragma once

#include "base/diagnostic.h"
#include "program/kernels.h"

#define NONE UINT32_MAX          /* no step, no fact, no ... */
#define ENTITY_NONE UINT16_MAX
#define SCALE_MAX 9

/* ---- types ------------------------------------------------------------------------------------------- */

typedef enum TypeKind {
        TYPE_TRUTH,      /* 真假 */
        TYPE_NUMBER,     /* scaled integer with a unit; a ratio is a number without unit */
        TYPE_DATE,       /* days since 1970-01-01 */
        TYPE_CODE,       /* member of enumeration `of` */
        TYPE_ROW,        /* a row of entity `of` */
        TYPE_TEXT,       /* index into the run's text dictionary; equality only */
} TypeKind;

typedef struct Type {
        TypeKind kind;
        uint8_t  scale;          /* NUMBER: value = cell / 10^scale, 0..9 */
        uint16_t unit;           /* NUMBER: index into Program.units; 0 is "no unit" */
        uint16_t of;             /* CODE: enumeration; ROW: entity */
} Type;

/* A unit is a product of base dimensions: 元/月 is 元¹ 月⁻¹. 个月 and 年 are one dimension (月), 年利率 and 比率 are
 * told apart by the dimension 年率. Two units are the same when their exponents are. */
#define UNIT_DIMENSIONS_MAX 4
typedef struct Unit {
        Str     text;                                   /* as shown: "元/月", "个月", "%" */
        struct {
                uint16_t dimension;                     /* index into Program.dimensions */
                int8_t   exponent;
        } parts[UNIT_DIMENSIONS_MAX];
        uint8_t part_count;
        bool    percent;                                /* shown as %: 比率, 年利率 */
} Unit;

/* ---- schema ------------------------------------------------------------------------------------------ */

typedef struct Enumeration {
        Str      name;
        Str     *members;
        uint32_t member_count;
} Enumeration;

typedef struct Entity {
        Str      name;
        Str      counter;        /* 人, 家, 户 */
        Str      file;           /* CSV file without folder; default "<name>.csv" */
        Str      key;            /* key column; default "编号" */
        uint32_t derived_from;   /* link whose key column makes the rows, or NONE */
        uint32_t county;         /* step of this entity whose code is the county (name 区县), or NONE */
} Entity;

/* One link seen from both ends: `child` holds the key (to-one), `parent` sees many. */
typedef struct Link {
        uint16_t child, parent;
        Str      one_name;       /* 所在户 on 人; empty when never named */
        Str      many_name;      /* 成员 on 户; empty when never named */
        Str      column;         /* key column in the child's file */
        bool     complete;       /* 齐全: in registry data every parent's list is whole */
        Span     at;
} Link;

typedef struct CodeMapping {     /* 源 status：2 = 单位就业 */
        Str     text;            /* the cell's text */
        int64_t value;
} CodeMapping;

/* 校验 of a text fact: GB 11643 identity number, GB 32100 social credit code, GB/T 2260 division code, mobile number. */
typedef enum FactCheck { CHECK_NONE, CHECK_IDENTITY, CHECK_CREDIT_CODE, CHECK_DIVISION, CHECK_MOBILE } FactCheck;

typedef struct Fact {
        Str          name;
        uint16_t     entity;
        Type         type;
        int64_t      low, high;          /* range of known values, cells */
        Str          question, help;     /* question empty: nobody is asked; it comes from records */
        bool         manual;             /* 需人工认定: a reviewer's judgement, never asked of the subject */
        Str          decider;            /* who judges, when manual */
        Str          column;             /* source column; default the name */
        CodeMapping *codes;
        uint32_t     code_count;
        bool         blank_is_no;        /* 空即无: an empty cell is 否 / 0 */
        FactCheck    check;              /* 校验: what a text must be when somebody enters it */
        bool         required;           /* 必填: a record without it is refused */
        bool         sensitive;          /* 敏感: masked wherever it is shown unless asked for */
        uint32_t     guard;              /* truth step (仅当), or NONE */
        uint32_t     step;               /* its FACT step, or NONE when never read */
        uint32_t     clause;
        Span         at;
} Fact;

typedef struct ParameterVersion {
        int32_t from, to;        /* days, inclusive; open ends are DATE_MIN / DATE_MAX */
        int64_t value;           /* UNKNOWN when 待定 */
        Str     cite;
        Span    at;
} ParameterVersion;

typedef struct Parameter {
        Str               name;
        Type              type;
        int64_t           low, high;     /* over all versions and bounds */
        ParameterVersion *versions;      /* by date, not overlapping */
        uint32_t          version_count;
        bool              pending;       /* some version is 待定 */
        int64_t           at_least, at_most; /* bounds of the open value, UNKNOWN when none */
        Str               decider;
        uint32_t          clause;
        Span              at;
} Parameter;

typedef struct Table {
        Str       name;
        uint16_t  keys[3];       /* enumerations */
        uint32_t  key_count;
        Type      type;
        int64_t   low, high;
        int64_t  *cells;         /* index ((a * |B|) + b) * |C| + c; UNKNOWN where open */
        uint32_t  cell_count;
        uint32_t  clause;
        Span      at;
} Table;

/* ---- steps ------------------------------------------------------------------------------------------- */

typedef enum Op {
#define LEAF(id, ...) OP_##id,
#define STRICT1(id, ...) OP_##id,
#define STRICT2(id, ...) OP_##id,
#define STRICT3(id, ...) OP_##id,
#define COMPARE(id, ...) OP_##id,
#define LOGIC1(id, ...) OP_##id,
#define LOGIC2(id, ...) OP_##id,
#define CHOOSE(id, ...) OP_##id,
#define CROSS(id, ...) OP_##id,
#include "program/ops.def"
        OP_TOTAL,                /* how many there are */
} Op;

typedef struct Step {
        Op       op;
        uint16_t entity;         /* whose rows carry the value; ENTITY_NONE: one per run */
        bool     proven;         /* the interval proves that the kernel cannot overflow */
        Type     type;
        uint32_t a, b, c;        /* operand steps, NONE when unused */
        uint32_t aux;            /* fact, link, parameter or table */
        int64_t  imm;
        int64_t  low, high;      /* every known value lies here; truths 0..2 */
        Span     at;             /* source of the expression; file 0 when made by the compiler */
        Str      name;           /* fact, definition or parameter it is the value of; may be empty */
} Step;

/* Consecutive steps of one entity. */
typedef struct Stage {
        uint16_t entity;
        uint32_t first, count;
} Stage;

/* ---- policies ---------------------------------------------------------------------------------------- */

typedef struct Condition {
        uint32_t step;           /* truth; for an exclusion already negated: 是 is good */
        bool     exclusion;
        bool     in_force;       /* the made-up condition "施行 covers the anchor date" */
        Str      text;           /* source text of the condition, one line */
        Str      because;        /* 因, may be empty */
        Str      cite;           /* 依据, or the title of the clause */
        uint32_t clause;         /* index into Program.clauses */
        Span     at;
} Condition;

typedef enum BenefitKind { BENEFIT_ONCE, BENEFIT_BY_MONTH, BENEFIT_LOAN, BENEFIT_SERVICE } BenefitKind;

/* One figure of a benefit: 金额, 每月, 额度, 期限, 利率不超过, 剩余月数, 贴息总额. */
typedef struct Output {
        Str      label;
        uint32_t step;           /* unknown where eligible but a fact or an open parameter is missing */
        uint32_t floor;          /* step of the "不少于" when the figure is 待定, or NONE */
        uint32_t ceiling;        /* step of the "不超过" when the figure is 待定, or NONE */
        bool     money;          /* counts in totals: one-off and monthly amounts (fen, scale 2) */
        Str      formula;        /* source text */
} Output;

typedef struct InterestYears {   /* 贴息：第1年 至 第2年：100% */
        uint32_t from_year, to_year;
        uint32_t share;          /* step, ratio */
} InterestYears;

typedef struct Benefit {
        Str            name;
        BenefitKind    kind;
        uint32_t       when;             /* truth step: eligible and the benefit's own 当 */
        Output        *outputs;
        uint32_t       output_count;
        uint32_t       each;             /* link of 逐个, or NONE */
        uint32_t       each_when;        /* truth step on the child entity */
        uint32_t       each_output;      /* child step of the per-row amount */
        InterestYears *interest;
        uint32_t       interest_count;
        Str            content;          /* 服务 */
        Str            cite;
        uint32_t       clause;
        Span           at;
} Benefit;

typedef struct Policy {
        Str        name;
        uint16_t   entity;               /* whom it is about */
        Condition *conditions;           /* in source order, 施行 first */
        uint32_t   condition_count;
        uint32_t   eligible;             /* truth: all conditions */
        uint32_t   eligible_if_judged;   /* the same with every manual judgement favourable where unknown */
        uint32_t   eligible_if_open;     /* and every comparison that only an open parameter leaves undecided */
        uint32_t   anchor;               /* date step of 施行 按; base date by default */
        Benefit   *benefits;
        uint32_t   benefit_count;
        Str        fund, office, area, card, note;
        uint32_t   budget;               /* run-level step of the yearly limit in fen, or NONE */
        uint32_t   budget_order;         /* date step by which money is given out, or NONE */
        uint32_t  *parameters;           /* every parameter the policy reads, directly or through definitions */
        uint32_t   parameter_count;
        uint32_t  *supplements;          /* clauses that widen it by 补充 */
        uint32_t   supplement_count;
        Str        cite;
        uint32_t   clause;
        Span       at;
} Policy;

typedef enum ExclusiveRule { EXCLUSIVE_HIGHEST, EXCLUSIVE_FIRST, EXCLUSIVE_CHOICE } ExclusiveRule;

typedef struct Exclusive {
        Str           name;
        uint32_t     *policies;
        uint32_t      policy_count;
        ExclusiveRule rule;
        Span          at;
} Exclusive;

/* A definition, for `期望`, coverage and the reference pages. */
typedef struct Definition {
        Str      name;
        uint16_t entity;
        uint32_t step;
        uint32_t clause;
        Span     at;
} Definition;

/* ---- the plan: indicators, targets, tasks, services, directories, reports --------------------------------- */

/* What is counted over all rows of an entity for one period. 期初 is APPLY_DATE and 期末 is BASE_DATE of the run, so that
 * definitions are taken at the period's end. A row whose `where` is unknown is not counted, but told apart. */
typedef enum MeasureKind { MEASURE_COUNT, MEASURE_DISTINCT, MEASURE_SUM } MeasureKind;

typedef struct Measure {
        MeasureKind kind;
        uint16_t    entity;
        uint32_t    where;       /* truth step of the entity: the whole 其中; NONE: every row */
        uint32_t    dated;       /* date step that must lie in 期初 至 期末 (a conjunct of 其中), or NONE: read at 期末 */
        uint32_t    rest;        /* 其中 without that conjunct, or NONE when nothing is left */
        uint32_t    value;       /* SUM: numeric step */
        uint32_t    distinct;    /* DISTINCT: row, text or code step whose different values count */
} Measure;

typedef enum Cycle {
        CYCLE_NONE, CYCLE_MONTH, CYCLE_QUARTER, CYCLE_HALF_YEAR, CYCLE_TERM, CYCLE_YEAR,  /* 每月 每季 每半年 每学期 每年 */
} Cycle;

typedef enum IndicatorSource { SOURCE_COMPUTED, SOURCE_REPORTED, SOURCE_IMPORTED } IndicatorSource;

typedef struct Indicator {
        Str             name;
        Type            type;
        IndicatorSource source;
        Measure         measure;         /* COMPUTED */
        Measure         divisor;         /* COMPUTED and `ratio`; a zero divisor gives no value */
        bool            ratio;
        Cycle           cycle;           /* REPORTED, IMPORTED: how often a figure is due */
        Str             reporter;        /* who reports, or where it is imported from */
        bool            by_county;       /* may be split by county (every measure's entity has one, or it is reported) */
        Cycle           finest;          /* the shortest period it may be asked for */
        Str             meaning;         /* 口径 */
        uint32_t        same_as;         /* 同口径: another indicator that counts the same, or NONE */
        uint32_t        clause;
        Span            at;
} Indicator;

typedef enum Requirement { REQUIRE_AT_LEAST, REQUIRE_REACH, REQUIRE_MORE, REQUIRE_AT_MOST, REQUIRE_ABOUT, REQUIRE_STRIVE } Requirement;

typedef enum TargetPeriod {
        PERIOD_YEARLY, PERIOD_QUARTERLY, PERIOD_MONTHLY, PERIOD_TERM,   /* starts anew each year, quarter, month, school term */
        PERIOD_CUMULATIVE,                                              /* adds up from `from` to `to` */
        PERIOD_BY,                                                      /* reached by `to` */
        PERIOD_UNSTATED,                                                /* the document gives none: judged by calendar year */
} TargetPeriod;

typedef struct Target {
        Str          name;
        uint32_t     indicator;
        Requirement  requirement;
        uint32_t     value;              /* run-level step of the indicator's type, or a ratio when `growth` */
        TargetPeriod period;
        int32_t      from, to;           /* days, inclusive; the document's period where open */
        bool         growth;             /* 比：上年同期: `value` is the growth over the same period of the year before */
        bool         each_county;        /* 每个：区县: every county must reach it */
        bool         split;              /* 分解：区县 */
        Str          area;               /* 领域 */
        Str          lead;               /* 牵头 */
        Str         *partners;           /* 配合 */
        uint32_t     partner_count;
        Str          note, cite;
        uint32_t     clause;
        Span         at;
} Target;

typedef struct Task {
        Str      name, requirement;
        Str      area, lead;
        Str     *partners;
        uint32_t partner_count;
        int32_t  due;                    /* DATE_MAX when not said */
        Cycle    cycle;                  /* a return is due each period; CYCLE_NONE: once */
        Str      evidence;               /* 佐证 */
        uint16_t entity;                 /* 记录: whose rows prove it, or ENTITY_NONE */
        Str      waiting;                /* 待后续: why it does not run yet; empty when it does */
        Str      note, cite;
        uint32_t clause;
        Span     at;
} Task;

typedef struct ServiceItem {             /* 材料, 步骤: one line of text each */
        Str      name;
        uint16_t entity;                 /* 对象, or ENTITY_NONE */
        uint32_t policy;                 /* 办理, or NONE */
        Str     *materials;
        uint32_t material_count;
        Str     *steps;
        uint32_t step_count;
        bool     without_application;    /* 免申即享 */
        Str      channel, fund, office;
        uint16_t records;                /* 记录: entity in which it leaves rows, or ENTITY_NONE */
        Str      note, waiting, cite;
        uint32_t clause;
        Span     at;
} ServiceItem;

/* A public view of an entity: never a sensitive fact. */
typedef struct Directory {
        Str       name;
        uint16_t  entity;
        uint32_t  where;                 /* truth step of the entity, or NONE */
        uint32_t *columns;               /* facts */
        uint32_t  column_count;
        uint32_t *filters;               /* facts of type CODE */
        uint32_t  filter_count;
        Str       note;
        uint32_t  clause;
        Span      at;
} Directory;

/* A report's sentences; a placeholder {name.part} stands for a figure of the ledger. */
typedef enum ReportPart {
        PART_TEXT,                       /* literal text */
        PART_PERIOD,                     /* {期间} */
        PART_VALUE, PART_TOTAL, PART_GROWTH, PART_MOST, PART_LEAST,      /* of an indicator: "", 累计 同比 最多区县 最少区县 */
        PART_PROGRESS, PART_REQUIREMENT, PART_LAMP,                      /* of a target: 进度 要求 灯 */
} ReportPart;

typedef struct ReportPiece {
        ReportPart part;
        Str        text;                 /* TEXT */
        uint32_t   index;                /* indicator or target */
} ReportPiece;

typedef struct ReportParagraph {
        ReportPiece *pieces;
        uint32_t     piece_count;
} ReportParagraph;

typedef struct Report {
        Str              name, issuer;
        Cycle            cycle;
        ReportParagraph *paragraphs;
        uint32_t         paragraph_count;
        uint32_t         clause;
        Span             at;
} Report;

/* ---- documents and examples -------------------------------------------------------------------------- */

typedef struct DocumentClause {
        Str      title, number;
        uint32_t level, parent, document;   /* document: index into Program.documents */
        Span     at;
} DocumentClause;

typedef struct Document {
        Str     name, title, number, issuer, area, phone;
        Str     sources;                    /* documents it carries out, one a line */
        Str     category;                   /* 栏目: where it is filed on the issuer's site: "专题专栏 > 就业创业" */
        int32_t signed_on, published_on;    /* DATE_MIN when not said */
        int32_t from, to;                   /* period it covers */
        Span    at;
} Document;

/* Rows of an example: row 0 of the subject entity is 本人. */
typedef struct ExampleRow {
        uint16_t entity;
        Str      key;
} ExampleRow;
typedef struct ExampleFact {
        uint32_t row, fact;                 /* index into rows; fact */
        int64_t  value;
} ExampleFact;
typedef struct ExampleLink {
        uint32_t child, parent, link;       /* rows */
} ExampleLink;
typedef struct ExampleComplete {
        uint32_t row, link;                 /* the list of this parent row is complete */
} ExampleComplete;
typedef enum Answer { ANSWER_YES, ANSWER_NO, ANSWER_ASK, ANSWER_OPEN, ANSWER_JUDGE } Answer;
typedef struct ExampleExpect {
        bool     eligibility;               /* compare the answer, else the value of `step` */
        bool     measured;                  /* compare the example's indicator */
        uint8_t  answers;                   /* bit set of acceptable Answers */
        uint32_t policy;
        uint32_t step;
        int64_t  value;                     /* UNKNOWN (or 1 for truths): must be unknown */
        Str      text;                      /* as written */
        Span     at;
} ExampleExpect;
typedef struct ExampleSet {
        uint32_t parameter;
        int64_t  value;
} ExampleSet;

typedef struct Example {
        Str              name;
        uint32_t         policy;            /* or NONE: about an indicator */
        uint32_t         indicator;         /* or NONE */
        int32_t          base_date, apply_date;   /* of an indicator: last and first day of the period */
        ExampleRow      *rows;
        uint32_t         row_count;
        ExampleFact     *facts;
        uint32_t         fact_count;
        ExampleLink     *links;
        uint32_t         link_count;
        ExampleComplete *complete;
        uint32_t         complete_count;
        ExampleSet      *sets;
        uint32_t         set_count;
        ExampleExpect   *expects;
        uint32_t         expect_count;
        bool             check_asks;
        uint32_t        *asks;              /* facts */
        uint32_t         ask_count;
        uint32_t         clause;
        Span             at;
} Example;

/* ---- the whole --------------------------------------------------------------------------------------- */

typedef struct Program {
        Arena          *arena;
        SourceFile     *files;              /* as in Diagnostics: Span.file indexes it, from 1 */
        uint32_t        file_count;
        Str            *dimensions;
        uint32_t        dimension_count;
        Unit           *units;
        uint32_t        unit_count;
        Enumeration    *enumerations;
        uint32_t        enumeration_count;
        Entity         *entities;
        uint32_t        entity_count;
        Link           *links;
        uint32_t        link_count;
        Fact           *facts;              /* in order of declaration: the order of questions */
        uint32_t        fact_count;
        Parameter      *parameters;
        uint32_t        parameter_count;
        Table          *tables;
        uint32_t        table_count;
        Step           *steps;
        uint32_t        step_count;
        Stage          *stages;
        uint32_t        stage_count;
        Policy         *policies;
        uint32_t        policy_count;
        Exclusive      *exclusives;
        uint32_t        exclusive_count;
        Definition     *definitions;
        uint32_t        definition_count;
        Indicator      *indicators;
        uint32_t        indicator_count;
        Target         *targets;
        uint32_t        target_count;
        Task           *tasks;
        uint32_t        task_count;
        ServiceItem    *services;
        uint32_t        service_count;
        Directory      *directories;
        uint32_t        directory_count;
        Report         *reports;
        uint32_t        report_count;
        Document       *documents;
        uint32_t        document_count;
        DocumentClause *clauses;            /* clauses[0] is "no clause" */
        uint32_t        clause_count;
        Example        *examples;
        uint32_t        example_count;
} Program;

#define PROGRAM_STEPS_MAX 100000

/* The text of an op ("add"), its number of operands, and its class. */
typedef enum OpClass { CLASS_LEAF, CLASS_STRICT, CLASS_COMPARE, CLASS_LOGIC, CLASS_CHOOSE, CLASS_CROSS } OpClass;
const char *op_name(Op op);
OpClass     op_class(Op op);
uint32_t    op_operands(Op op);

/* The cell that says "unknown" for a type: 1 for a truth, UNKNOWN for the rest. */
static inline int64_t type_unknown(Type type) {
        return type.kind == TYPE_TRUTH ? TRUTH_UNKNOWN : UNKNOWN;
}

bool type_equal(Type a, Type b);

/* The parameter's cell in force on `date`; unknown outside every version. *ret_version (may be NULL) is its index or
 * NONE. */
int64_t parameter_at(const Parameter *parameter, int64_t date, uint32_t *ret_version);
/* The table's cell; UNKNOWN when a code is unknown. */
int64_t table_at(const Program *program, const Table *table, int64_t a, int64_t b, int64_t c);

/* Checks every promise of this header (operand order, entities, types, intervals, stages, indices); false with a
 * sentence in *ret_why. The verifier guards all evaluators: a program it passes cannot make them misbehave. */
bool program_verify(const Program *program, Arena *arena, Str *ret_why);

/* The whole program as text, one line a step, readable by people and by test/oracle (format: doc/language.md §dump). */
void program_dump(const Program *program, Buffer *out);

/* A cell as people write it: "1.5万元" is "15000元", 否/是, 2025-06-10, a member's name, 3.1%. `texts` may be NULL. */
void value_print(const Program *program, Type type, int64_t cell, Buffer *out);
/* Reads what a person types into a field of this type: "15000", "1.5万", "15000元", "是", "2025-06-10", "3.1%", a
 * member's name. False with a plain Chinese sentence in *ret_why when it does not fit the type or the range. */
bool value_parse(const Program *program, Type type, int64_t low, int64_t high, Str text, Arena *arena,
                 int64_t *ret_cell, Str *ret_why);
