/* The syntax tree of the policy language: what the parser makes, the formatter prints and the checker reads.
 *
 * A source file is Markdown; only fences tagged `leye` hold declarations, and the nearest heading above a
 * declaration is its clause. Everything lives in one arena; texts are slices of the source, except where
 * full-width characters were folded or quotes removed. */
#pragma once

#include "base/diagnostic.h"

/* ---- words ------------------------------------------------------------------------------------------- */

typedef enum Head {
#define HEAD(id, text, help) HEAD_##id,
#include "language/labels.def"
        HEAD_COUNT,
} Head;

typedef enum InnerHead {
#define INNER(id, owner, text, help) INNER_##id,
#include "language/labels.def"
        INNER_COUNT,
} InnerHead;

typedef enum Label {
#define LABEL(id, owner, text, value, repeat, help) LABEL_##id,
#include "language/labels.def"
        LABEL_COUNT,
} Label;

typedef enum TailKind {
#define TAIL(id, text, value, help) TAILKIND_##id,
#include "language/labels.def"
        TAILKIND_COUNT,
} TailKind;

/* ---- expressions ------------------------------------------------------------------------------------- */

typedef struct Expression Expression;
typedef struct Tail       Tail;
typedef struct Item       Item;

typedef enum ExpressionKind {
        EXPRESSION_ERROR,      /* could not be parsed; a diagnostic was given; checks skip it silently */
        EXPRESSION_NUMBER,     /* number */
        EXPRESSION_YEAR,       /* 第n年: integer */
        EXPRESSION_DATE,       /* integer: days */
        EXPRESSION_TEXT,       /* text */
        EXPRESSION_TRUTH,      /* 是 / 否: integer 1 / 0 */
        EXPRESSION_UNKNOWN,    /* 未知 */
        EXPRESSION_PATH,       /* parts: 甲.乙.丙 ; parts[0] may be 本 (the outer row) */
        EXPRESSION_AT,         /* left 于 right: a parameter at a date */
        EXPRESSION_INDEX,      /* left [ arguments ] : a table's figure */
        EXPRESSION_CALL,       /* parts[0] ( arguments ) */
        EXPRESSION_AGGREGATE,  /* parts[0] is 计数…; left: relation path; where; by; value in right; nonempty */
        EXPRESSION_MANUAL,     /* 需人工认定“text” */
        EXPRESSION_NOT,        /* 非 left */
        EXPRESSION_NEGATE,     /* - left */
        EXPRESSION_BINARY,     /* left operator right */
        EXPRESSION_BETWEEN,    /* left 介于 arguments[0] 至 arguments[1] */
        EXPRESSION_IN,         /* left 属于 ( arguments ) */
        EXPRESSION_IF,         /* 若 arguments[0] 则 arguments[1] 否则 arguments[2] */
        EXPRESSION_ANY_OF,     /* 以下之一： + arguments */
        EXPRESSION_ALL_OF,     /* 以下全部： + arguments */
} ExpressionKind;

typedef enum Operator {
        OPERATOR_OR, OPERATOR_AND,
        OPERATOR_EQUAL, OPERATOR_NOT_EQUAL, OPERATOR_LESS, OPERATOR_AT_MOST, OPERATOR_MORE, OPERATOR_AT_LEAST,
        OPERATOR_ADD, OPERATOR_SUBTRACT, OPERATOR_MULTIPLY, OPERATOR_DIVIDE,
} Operator;

/* A literal keeps its own decimal scale: 3.45 is mantissa 345, scale 2. 万 and 亿 are digits: 1.5万 is
 * mantissa 15000, scale 0 (trailing zeros of the fraction are absorbed where they can be). */
typedef struct NumberLiteral {
        int64_t mantissa;
        uint8_t scale;
        bool    percent;       /* written with %: the mantissa's scale already counts the two digits */
        bool    points;        /* written with (个)百分点: likewise */
        Str     unit;          /* "元/月/人"; empty when bare, percent or points */
        Span    unit_at;
} NumberLiteral;

struct Expression {
        ExpressionKind kind;
        Operator       operator;       /* EXPRESSION_BINARY */
        uint32_t       height;         /* of the tree from here down, at most SYNTAX_NESTING_MAX */
        Span           at;
        NumberLiteral  number;
        int64_t        integer;
        Str            text;
        Str           *parts;          /* names of a path */
        Span          *part_spans;
        uint32_t       part_count;
        bool           not_empty;      /* 非空 in an aggregate */
        bool           negated;        /* 不属于 */
        Expression    *left, *right, *where, *by;
        Expression   **arguments;
        uint32_t       argument_count;
        Tail          *tails;          /* on an item of 以下之一/以下全部: 因, 依据, 由 */
};

/* A clause after a comma. Which members are used follows from the tail's value kind in labels.def. */
struct Tail {
        TailKind    kind;
        Span        at;
        Str         text;              /* TAIL_TEXT, TAIL_SOURCE: the column */
        Expression *value;             /* TAIL_NAME (a path), TAIL_EXPRESSION, TAIL_RANGE: low */
        Expression *upper;             /* TAIL_RANGE: high */
        Item       *codes;             /* TAIL_SOURCE: key = the code as text or number, value = its meaning */
        Tail       *next;
};

/* A list item ("- …"), an equation (a = b) or a version. */
struct Item {
        Span         at;
        Expression **keys;             /* what stands before ：or = ; empty for a bare condition */
        uint32_t     key_count;        /* 第1年 至 第2年 gives two keys with range set */
        bool         range;
        bool         none;             /* 无: an explicitly empty list */
        Expression  *from, *to;        /* 自 … 至 … ; to may be NULL */
        Expression  *value;            /* may be NULL: a member row holds equations instead */
        Item        *equations;        /* of a member row: 出生日期 = …、登记失业 = 是 */
        Tail        *tails;
        Item        *next;
};

/* ---- declarations ------------------------------------------------------------------------------------ */

typedef struct Field {
        Label        label;
        Span         at;
        Str          name;             /* 例外 名 */
        Str         *over;             /* 优先于 名、名 */
        uint32_t     over_count;
        Expression **values;           /* VALUE_EXPRESSION/TEXT/NAMES; PERIOD: from, to or NULL; ROUND: unit, mode */
        uint32_t     value_count;
        Item        *items;            /* VALUE_ITEMS, VALUE_EQUATIONS */
        Tail        *tails;
        struct Field *next;
} Field;

typedef struct Inner {
        InnerHead     head;
        Span          at, name_at;
        Str           name;            /* 待遇 名 */
        Expression   *path;            /* 成员 路径 */
        Str           kind;            /* 一次性, 按月, 贷款, 服务 */
        Span          kind_at;
        Field        *fields;
        Item         *items;           /* 成员: one item a row */
        struct Inner *next;
} Inner;

/* A type as written, full width folded: "金额/月/人", "小数(2)", "数量(平方米)", "证书等级". */
typedef struct TypeSyntax {
        Span at;
        Str  text;
} TypeSyntax;

typedef struct Declaration {
        Head         head;
        bool         supplement;       /* 补充 政策 X */
        Span         at, name_at;
        Str          owner;            /* 人 in 人.出生日期; empty when there is none */
        Str          name;
        Str          cardinality;      /* 关系: 一个 or 多个 */
        TypeSyntax  *types;            /* 事实, 参数, 定义: one; 表: keys, then the figure; 关系: the entity */
        uint32_t     type_count;
        Expression  *value;            /* 定义 X：T = value */
        Expression **names;            /* 枚举 members, 单位 words, 互斥 policies, 引入 text: paths or texts */
        uint32_t     name_count;
        Str          same_as;          /* 单位 名、位 = 人 */
        Tail        *tails;
        Field       *fields;
        Inner       *inners;
        Item        *items;            /* 参数 versions, 表 rows */
        uint32_t     clause;           /* index of the nearest heading above; 0 when none */
        struct Declaration *next;
} Declaration;

/* A Markdown heading: one clause of the document. */
typedef struct Clause {
        Span     at;
        uint32_t level;                /* number of # */
        Str      title;                /* "（九）进一步拓宽融资渠道" */
        Str      number;               /* "（九）", "二、", "三"; empty when the title has none */
        uint32_t parent;               /* index of the enclosing heading; 0 when none */
} Clause;

typedef struct Syntax {
        uint32_t     file;             /* number in Diagnostics */
        Clause      *clauses;          /* clauses[0] is "no clause" */
        uint32_t     clause_count;
        Declaration *first;            /* in source order */
        uint32_t     declaration_count;
} Syntax;

#define SYNTAX_SOURCE_MAX ((size_t) 1 << 20)  /* bytes of one file */
#define SYNTAX_NESTING_MAX 200                /* brackets, 若, operators */
#define SYNTAX_MEMORY_MAX ((size_t) 1 << 29)  /* an arena of this cap never runs over on one file; a plain file
                                               * takes about fifty times its size */

/* Parses one file. Always returns a tree (of what could be read); RC_INVALID when a diagnostic was given. */
Rc syntax_parse(Arena *arena, Str text, uint32_t file, Diagnostics *diagnostics, Syntax *ret_syntax) CHECKED;

/* The file in its one canonical form: fences rewritten, prose and comments byte for byte. Refuses
 * (RC_INVALID) a file with syntax errors; RC_TOOBIG when the result would be too large a file. Nothing of `out` may be
 * used then. format(format(x)) = format(x). */
Rc syntax_format(Arena *arena, Str text, uint32_t file, Diagnostics *diagnostics, Buffer *out) CHECKED;

/* ---- the label table --------------------------------------------------------------------------------- */

Str  head_text(Head head);
Str  inner_text(InnerHead inner);
Str  label_text(Label label);
Str  tail_text(TailKind tail);
/* A head, inner head, keyword or aggregate: not a declared name. A label may be one: it is a label only at the start of
 * a line of its owner. */
bool word_is_reserved(Str word);

/* The reference of all words as Markdown (doc/language.md §labels is this text). */
void syntax_reference(Buffer *out);
