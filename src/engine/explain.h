/* Why a policy gives the answer it gives for one row: the trace pruned to what decided, as a plain tree that a page, a
 * terminal or a JSON reader walks without knowing the program.
 *
 * All texts are Chinese and ready to show; they live in the arena given (or in the program). Lists are arrays with a
 * count; an empty Str means "nothing to say". Nothing here is computed twice: every figure is a cell of the frame. */
#pragma once

#include "base/json.h"
#include "engine/scalar.h"

/* ---- what decided ------------------------------------------------------------------------------------ */

typedef enum FindingKind {
        FINDING_COMPARISON,      /* name value against limit; gap says by how much */
        FINDING_FACT,            /* a truth, a code or a text that is as `text` says */
        FINDING_ALTERNATIVES,    /* 以下之一 of which none holds: every part failed */
        FINDING_GROUP,           /* several reasons together, under a definition's name or a related row */
} FindingKind;

/* One reason. `text` says all of it ("失业保险月数 24个月，少于 36个月，差 12个月"); for ALTERNATIVES and GROUP it is the
 * heading of the parts. */
typedef struct Finding {
        FindingKind     kind;
        Str             text;
        Str             who;             /* related row it is about: its key or "第2位成员"; empty: the subject */
        Str             name, value;     /* "失业保险月数", "24个月" */
        Str             limit, gap;      /* "少于 36个月", "差 12个月" */
        bool            provisional;     /* rests on a default */
        struct Finding *parts;
        uint32_t        part_count;
} Finding;

/* ---- what is missing --------------------------------------------------------------------------------- */

typedef struct MissingFact {
        uint32_t fact;           /* or NONE: the list or the partner along `link` is not known */
        uint32_t link;
        uint32_t row;            /* of the fact's entity; of the link's parent (list) or child (partner) */
        Str      who;            /* related row, as in Finding */
        Str      name;
        Str      question;       /* empty: nobody is asked, it comes from records */
} MissingFact;

typedef struct OpenParameter {   /* 待定 */
        uint32_t parameter;
        Str      name;
        Str      at_least, at_most;      /* "300元/月"; empty when no bound is stated */
        Str      decider;
        Str      text;           /* "租赁月标准：待定，不少于 300元/月，由 市住房城乡建设局 确定" */
        bool     no_version;     /* not open, but outside every stated period: 该日期无文件载明 */
} OpenParameter;

typedef struct Judgement {       /* 需人工认定 */
        uint32_t fact, row;
        Str      who, text, decider;
} Judgement;

typedef struct Lack {
        MissingFact   *facts;
        uint32_t       fact_count;
        OpenParameter *parameters;
        uint32_t       parameter_count;
        Judgement     *judgements;
        uint32_t       judgement_count;
} Lack;

/* A default that stands for an unknown fact: provisional, still asked. */
typedef struct Assumption {
        uint32_t fact;           /* or NONE */
        Str      who, name, value, question;
} Assumption;

/* ---- conditions and benefits ------------------------------------------------------------------------- */

typedef struct ExplainedCondition {
        const Condition *condition;      /* text as the pack says it, because, cite, clause, exclusion, in_force */
        Str              words;          /* the text in plain words */
        int64_t          truth;          /* TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES */
        bool             provisional;
        Finding         *findings;       /* of a 否: what failed */
        uint32_t         finding_count;
        Lack             lack;           /* of an unknown: what it waits for */
} ExplainedCondition;

typedef struct ParameterUse {
        uint32_t parameter;
        Str      name, value;
        Str      from;           /* "2015年10月24日"; empty: without a start */
        Str      cite;
        bool     replaced;       /* the run's own value (simulation, demonstration), not the document's */
} ParameterUse;

typedef struct ExplainedOutput {
        const Output *output;            /* label, formula as the pack says it, money */
        Str           formula;           /* in plain words */
        int64_t       cell;              /* UNKNOWN when there is no figure */
        Str           value;             /* "1200元"; else "不少于 300元/月", "不超过 …", both; else empty */
        bool          bounded;           /* value is only a bound: the figure is 待定 */
        Str           worked;            /* "申请额度（15万元）与 10万元中较小的一个 = 10万元" */
        Str           rounding;          /* "1234.567元，四舍五入到 0.01元"; empty when rounding changed nothing */
        bool          provisional;
        Lack          lack;              /* when there is no figure */
        ParameterUse *parameters;
        uint32_t      parameter_count;
} ExplainedOutput;

typedef struct ExplainedYears {          /* 贴息 */
        uint32_t from_year, to_year;
        Str      share;                  /* "100%"; empty when not known */
} ExplainedYears;

typedef struct ExplainedRow {            /* 逐个 */
        uint32_t row;
        Str      who;
        int64_t  truth;
        Str      value;                  /* empty when not known or not due */
} ExplainedRow;

typedef struct ExplainedBenefit {
        const Benefit   *benefit;        /* name, kind, content, cite, clause */
        int64_t          truth;          /* eligible and its own 当 */
        bool             possible;       /* truth is not 否, or only the answer itself is still undecided */
        Lack             lack;           /* of an unknown own 当, for an eligible policy */
        ExplainedOutput *outputs;
        uint32_t         output_count;
        ExplainedYears  *years;
        uint32_t         year_count;
        ExplainedRow    *rows;
        uint32_t         row_count;
} ExplainedBenefit;

typedef struct Explanation {
        const Program      *program;
        const Policy       *policy;
        uint32_t            policy_index, row;
        Answer              answer;
        bool                provisional;         /* a default decided the answer */
        Str                 headline;            /* "不符合：失业保险月数 24个月，少于 36个月，差 12个月" */
        ExplainedCondition *conditions;
        uint32_t            condition_count;
        Lack                lack;                /* of the whole: what the answer still waits for */
        Assumption         *assumptions;         /* defaults the answer or a figure rests on */
        uint32_t            assumption_count;
        ExplainedBenefit   *benefits;            /* of a policy that is not 否 */
        uint32_t            benefit_count;
} Explanation;

/* Explains a policy for a row of its entity, from a frame that `run` evaluated without ignore_defaults. */
const Explanation *explain(Arena *arena, const Run *run, const Frame *frame, uint32_t policy, uint32_t row);

/* Plain lines, ending in a line break each. */
void explanation_text(const Explanation *explanation, Buffer *out);
/* One JSON object, placed where `json` stands. */
void explanation_json(const Explanation *explanation, Json *json);

/* How a row is called beside the subject `subject` of entity `entity`: 本人, its key, "第2位成员" or the relation's
 * name; empty for the subject itself. */
Str row_name(Arena *arena, const Frame *frame, uint16_t subject_entity, uint32_t subject, uint16_t entity,
             uint32_t row);
