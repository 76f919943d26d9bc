/* What the checker's files share: the state of one compilation, its symbols, the scope of an expression, and the
 * functions each file gives to the others. Nothing outside src/language/{check,scope,units,lower,static}* reads it.
 *
 * A failed name or expression is a Value without step (NONE): it was reported once and silences what follows. */
#pragma once

#include "base/map.h"
#include "language/check.h"
#include "language/diagnostics.h"
#include "program/builder.h"

#include <string.h>

#define check_error(checker, code, at, hint, ...) \
        diagnostics_add((checker)->diagnostics, DIAGNOSTIC_ERROR, language_code_text(CODE_##code), (at), (hint), __VA_ARGS__)
#define check_warning(checker, code, at, hint, ...) \
        diagnostics_add((checker)->diagnostics, DIAGNOSTIC_WARNING, language_code_text(CODE_##code), (at), (hint), \
                        __VA_ARGS__)
#define check_note(checker, code, at, ...) \
        diagnostics_add((checker)->diagnostics, DIAGNOSTIC_NOTE, language_code_text(CODE_##code), (at), (Str){ 0 }, \
                        __VA_ARGS__)
#define NO_HINT ((Str){ 0 })

/* ---- symbols ----------------------------------------------------------------------------------------- */

typedef enum SymbolKind {
        SYMBOL_ENTITY, SYMBOL_ENUMERATION,                       /* type words */
        SYMBOL_FACT, SYMBOL_DEFINITION, SYMBOL_ONE, SYMBOL_MANY, /* of an entity */
        SYMBOL_PARAMETER, SYMBOL_TABLE,                          /* of the pack */
        SYMBOL_POLICY, SYMBOL_EXCLUSIVE, SYMBOL_DOCUMENT, SYMBOL_EXAMPLE,
        SYMBOL_INDICATOR, SYMBOL_TARGET, SYMBOL_TASK, SYMBOL_SERVICE, SYMBOL_DIRECTORY, SYMBOL_REPORT,
} SymbolKind;

/* Names of one class must differ; names of different classes may be equal (事实 人.就业状态：就业状态). */
typedef enum NameSpace { SPACE_TYPE, SPACE_VALUE, SPACE_POLICY, SPACE_GROUP, SPACE_DOCUMENT, SPACE_EXAMPLE,
                           SPACE_INDICATOR, SPACE_TARGET, SPACE_TASK, SPACE_SERVICE, SPACE_DIRECTORY, SPACE_REPORT,
                           SPACE_COUNT } NameSpace;

typedef enum Resolution { RESOLUTION_NEW, RESOLUTION_ACTIVE, RESOLUTION_DONE } Resolution;

typedef struct Symbol Symbol;
struct Symbol {
        SymbolKind         kind;
        Resolution         resolution;    /* definitions and guarded facts */
        bool               internal, cyclic;
        uint16_t           entity;        /* owner; ENTITY_NONE: of the pack */
        uint32_t           module, index; /* index into the Program's array of its kind */
        Str                name;
        const Declaration *declaration;
        uint32_t           clause;        /* index into Program.clauses */
        uint32_t           step;          /* definitions: value; guarded facts: guard; NONE when failed or not yet */
        uint32_t           fallback;      /* facts: the constant of 缺省, or NONE */
        Type               type;          /* definitions and facts: as declared */
        bool               has_type;
        Span               at;
        Symbol            *next;          /* the next of the same name in another module */
};

/* ---- the state of one compilation -------------------------------------------------------------------- */

typedef struct UnitWord {
        uint16_t dimension;
        int64_t  factor;                  /* 年 is 12 months */
} UnitWord;

/* A judgement: one fact per policy (or definition) and text. */
typedef struct Judgement {
        const Declaration *owner;
        Str                text;
        uint16_t           entity;
        uint32_t           fact;
} Judgement;

typedef struct Checker {
        Arena                *arena;
        Program              *program;
        Builder              *builder;
        Diagnostics          *diagnostics;
        const Module         *modules;
        uint32_t              module_count;
        const CompileOptions *options;
        bool                 *imports;          /* [from * module_count + to] */
        uint32_t            **clause_base;      /* [module][file]: program index of the file's clause 0 */
        uint32_t            **file_document;    /* [module][file]: document of the file, or NONE */
        Symbol               *symbols;
        uint32_t              symbol_count, symbol_capacity;
        Map                  *globals[SPACE_COUNT];
        Map                 **members;          /* [entity]: facts, definitions, link ends */
        Map                 **enumeration_members;
        uint32_t              enumeration_map_capacity, member_map_capacity;
        Map                  *unit_words;
        Map                  *unit_numbers;     /* by exponents */
        UnitWord             *words;
        uint32_t              word_count, word_capacity;
        uint32_t              dimension_capacity, unit_capacity, enumeration_capacity, entity_capacity, link_capacity;
        uint32_t              fact_capacity, parameter_capacity, table_capacity, definition_capacity;
        uint32_t              document_capacity, clause_capacity, policy_capacity, exclusive_capacity, example_capacity;
        uint32_t              indicator_capacity, target_capacity, task_capacity, service_capacity, directory_capacity;
        uint32_t              report_capacity;
        Judgement            *judgements;
        uint32_t              judgement_count, judgement_capacity;
        Map                  *texts;            /* texts given to 文本 facts in examples */
        uint64_t             *proof_budget;     /* what static_domain.c may still spend; a hostile pack ends it */
} Checker;

/* ---- expressions ------------------------------------------------------------------------------------- */

/* A truth known to be `yes` (or no) wherever the scope's expressions matter. */
typedef struct Known {
        uint32_t            step;
        bool                yes;
        const struct Known *next;
} Known;

typedef struct Scope {
        uint32_t            module;
        uint16_t            entity;       /* whose row a bare name is of */
        bool                constant;     /* only fixed values and members of enumerations */
        bool                period;       /* of a measure: 期初 and 期末 may be read */
        const struct Scope *outer;        /* the row an aggregate belongs to; or, seen through a path, the reader */
        uint32_t            outer_link;   /* child = entity, parent = outer->entity; NONE: 本 cannot be reached */
        const struct Scope *reader;       /* set while a to-one path is followed: whose names are known truths */
        uint32_t            reader_link;
        uint32_t            anchor;       /* date step at which parameters are read */
        const Known        *known;
        const Declaration  *owner;        /* whose judgements these are */
        uint32_t            clause;
        Str                 decider;
} Scope;

typedef struct Value {
        uint32_t step;                    /* NONE: an error was reported */
        bool     points;                  /* 个百分点 */
        bool     percent;                 /* a literal written with %: takes the unit of the rate it meets */
} Value;

#define VALUE_FAILED ((Value){ .step = NONE })

static inline bool value_failed(Value value) {
        return value.step == NONE;
}

/* ---- scope.c: names ----------------------------------------------------------------------------------- */

void    scope_open(Checker *checker);             /* imports, clauses */
Symbol *scope_add(Checker *checker, NameSpace space, uint16_t entity, Symbol symbol);
bool    scope_sees(const Checker *checker, uint32_t module, const Symbol *symbol);
/* NULL when there is none that `module` may see; *ret_hidden (may be NULL) is then one that it may not. */
Symbol *scope_global(const Checker *checker, uint32_t module, NameSpace space, Str name, const Symbol **ret_hidden);
Symbol *scope_member(const Checker *checker, uint32_t module, uint16_t entity, Str name, const Symbol **ret_hidden);
/* Whether a bare name is a value here (else it may be a member of an enumeration). */
bool    scope_names_value(const Checker *checker, const Scope *scope, Str name);
/* Says that a name is not known, with the nearest name or the glued words in it. */
void    scope_unknown(Checker *checker, const Scope *scope, Str name, Span at, const char *what);
/* A global of the class, or a diagnostic and NULL. */
Symbol *scope_require(Checker *checker, uint32_t module, NameSpace space, Str name, Span at, const char *what);
uint32_t clause_in_program(const Checker *checker, uint32_t module, uint32_t file, uint32_t clause);
Str      clause_title(const Checker *checker, uint32_t clause);

/* ---- units.c: dimensions, units, type words ------------------------------------------------------------- */

enum { UNIT_NONE, UNIT_RATIO, UNIT_YEARLY, UNIT_YUAN, UNIT_MONTHS, UNIT_DAYS, UNIT_AGE, UNIT_PEOPLE, UNIT_TIMES, UNIT_FIXED };

void     units_open(Checker *checker);
bool     units_declare(Checker *checker, Str word, Str same_as, Span at);
bool     units_same(const Checker *checker, uint16_t a, uint16_t b);
/* The unit of a product (sign 1) or quotient (sign -1); false when it is over UNIT_DIMENSIONS_MAX. */
bool     units_combine(Checker *checker, uint16_t a, uint16_t b, int sign, uint16_t *ret_unit);
/* "元/月/人" as a unit; *ret_factor is what the number must be multiplied by. */
bool     units_read(Checker *checker, Str text, uint16_t *ret_unit, int64_t *ret_factor);
bool     units_is_money(const Checker *checker, uint16_t unit);
/* The type a type word names, its default range, or a diagnostic and false. */
bool     type_read(Checker *checker, uint32_t module, TypeSyntax syntax, Type *ret_type);
void     type_range(const Checker *checker, Type type, int64_t *ret_low, int64_t *ret_high);
Str      type_words(const Checker *checker, Type type);       /* for messages: "金额（元）", "日期" */
Str      unit_words(const Checker *checker, uint16_t unit);   /* "元/月", "没有单位" */
static inline Type type_of(TypeKind kind) {
        return (Type){ .kind = kind };
}
static inline Type type_number(uint16_t unit, uint8_t scale) {
        return (Type){ .kind = TYPE_NUMBER, .unit = unit, .scale = scale };
}

/* ---- lower_*.c: expressions ---------------------------------------------------------------------------- */

/* Checks and builds. `expected` (may be NULL) tells which enumeration a bare member is of. */
Value    lower(Checker *checker, const Scope *scope, const Expression *expression, const Type *expected);
uint32_t lower_truth(Checker *checker, const Scope *scope, const Expression *expression);
/* A value of exactly this type (units equal, scale its own); NONE after a diagnostic. */
uint32_t lower_typed(Checker *checker, const Scope *scope, const Expression *expression, Type type);
/* A fixed cell of this type at its scale; false after a diagnostic. UNKNOWN for 未知 (1 for a truth). */
bool     lower_constant(Checker *checker, uint32_t module, const Expression *expression, Type type, int64_t *ret_cell);
/* The member of an enumeration; false when there is none of that name. */
bool     enumeration_find(const Checker *checker, uint16_t enumeration, Str name, int64_t *ret_code);
bool     lower_constant_date(Checker *checker, const Expression *expression, int32_t *ret_days);
/* The value a path names when its parts from `first` on are read in `scope`. */
Value    lower_path(Checker *checker, const Scope *scope, const Expression *expression, uint32_t first, const Type *expected);
Value    lower_call(Checker *checker, const Scope *scope, const Expression *expression, const Type *expected);
Value    lower_aggregate(Checker *checker, const Scope *scope, const Expression *expression);
Value    lower_manual(Checker *checker, const Scope *scope, const Expression *expression);
Value    lower_arithmetic(Checker *checker, const Scope *scope, const Expression *expression, const Type *expected);
Value    lower_comparison(Checker *checker, const Scope *scope, const Expression *expression);
Value    lower_between(Checker *checker, const Scope *scope, const Expression *expression);
Value    lower_in(Checker *checker, const Scope *scope, const Expression *expression);
/* Brings both sides to one type or reports; `what` is "相加", "比较"... */
bool     lower_unify(Checker *checker, Value *a, Value *b, Span at, const char *what);
bool     lower_pair(Checker *checker, const Scope *scope, const Expression *left, const Expression *right, const Type *expected,
                    Value *ret_left, Value *ret_right);
/* What a measure counts in; `any`: different texts or codes, whatever the author calls them. */
typedef struct MeasureUnit {
        Type type;
        bool any;
} MeasureUnit;
/* 计数(实体，…) or 合计(实体，…): all rows of the entity; false after a diagnostic. */
bool     lower_measure(Checker *checker, const Scope *scope, const Expression *expression, Measure *ret_measure,
                       MeasureUnit *ret_unit);
bool     round_quantum(Str unit, int64_t *ret_quantum, uint8_t *ret_scale);
bool     round_mode(Str mode, Op *ret_op);
/* What 逐个 and aggregates iterate: the to-many link at the end of a path, and the to-one links before it. */
typedef struct RowPath {
        uint32_t links[8];
        uint32_t link_count;              /* to-one links before the list */
        uint32_t many;
        uint16_t entity;                  /* whose rows the list has */
        uint16_t parent;                  /* who has the list */
} RowPath;
bool     lower_row_path(Checker *checker, const Scope *scope, const Expression *path, RowPath *ret_path);
Scope    scope_of_rows(const Scope *outer, const RowPath *path);
Type     step_type(const Checker *checker, uint32_t step);
static inline Type value_type(const Checker *checker, Value value) {
        return step_type(checker, value.step);
}
/* The scope with one more known truth; `link` must outlive it. */
Scope    scope_knowing(const Scope *scope, Known *link, uint32_t step, bool yes);
/* The texts with a separator between them. */
Str      join_texts(const Checker *checker, const Str *texts, uint32_t count, Str separator);
/* One line of source without comments. */
Str      source_line(const Checker *checker, Span at);
Str      expression_line(const Checker *checker, const Expression *expression);

/* ---- static_*.c: what can be proven ---------------------------------------------------------------------- */

typedef struct Literal {
        uint32_t step;
        bool     yes;
} Literal;
#define PROOF_BUDGET 5000000   /* truths looked at in one compilation; afterwards nothing is proven any more */
/* True when the truths cannot hold together, by intervals and sets of single values. */
bool static_impossible(const Checker *checker, const Literal *literals, uint32_t count);
/* Reports a condition that never or always holds; true when it never does. */
bool static_check_condition(Checker *checker, uint32_t step, Span at);
void static_check_guard(Checker *checker, const Scope *scope, const Symbol *fact, Span at);
void static_check_overflow(Checker *checker);

/* ---- check_*.c: declarations ----------------------------------------------------------------------------- */

typedef void DeclarationVisitor(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration);
/* Visits every declaration of a kind: imported modules first, so that a clash is reported in the pack itself. */
void  check_each(Checker *checker, Head head, DeclarationVisitor *visit);
const Tail  *tail_get(const Tail *tails, TailKind kind);
Str          tail_words(const Tail *tails, TailKind kind);    /* its text or the last part of its path; may be empty */
const Field *field_get(const Declaration *declaration, Label label);
const Field *inner_get(const Inner *inner, Label label);
Str          field_text(const Declaration *declaration, Label label);
Scope        scope_of_entity(const Checker *checker, uint32_t module, uint16_t entity, const Declaration *owner, uint32_t clause);
bool         expression_is_name(const Expression *expression, const char *name);

/* The entity of this name, or a diagnostic and NULL. */
Symbol *check_entity(Checker *checker, uint32_t module, Str name, Span at);
/* A symbol as the declaration says. */
Symbol  check_symbol(Checker *checker, SymbolKind kind, uint32_t module, const Declaration *declaration, uint32_t index);
/* 自 a 至 b: fixed dates into those that are there; says when they are the wrong way round. */
void    check_period(Checker *checker, const Field *field, int32_t *from, int32_t *to);

void check_schema(Checker *checker);       /* documents, units, entities, enumerations, relations, facts */
void check_figures(Checker *checker);      /* parameters, tables */
void check_definitions(Checker *checker);  /* definitions and guards, in order of dependence; cycles */
void check_definition_value(Checker *checker, Symbol *symbol);
void check_policies(Checker *checker);
/* Adds the benefits that one declaration (the policy or a supplement) gives. */
void check_benefits(Checker *checker, const Scope *scope, const Declaration *declaration, Policy *policy, uint32_t *capacity);
void check_plan(Checker *checker);         /* tasks, service items, directories, reports; and first the next two */
void check_indicators(Checker *checker);
void check_targets(Checker *checker);
void check_reports(Checker *checker);
void check_examples(Checker *checker);

/* ---- check_plan.c: what its neighbours share -------------------------------------------------------------- */

/* Declares a name of the pack itself; NULL for another module's, or after a diagnostic. */
Symbol *plan_declare(Checker *checker, NameSpace space, SymbolKind kind, uint32_t module, const Declaration *declaration,
                     uint32_t index);
/* The field's only word (周期：每月): a path of one part; NULL when the field is not there, or after a diagnostic. */
const Expression *plan_word(Checker *checker, const Declaration *declaration, Label label);
/* 每月 … 每年; false after a diagnostic. */
bool plan_cycle(Checker *checker, const Expression *word, Cycle *ret_cycle);
/* 市发展改革委、“市教育局” */
void plan_texts(Checker *checker, const Declaration *declaration, Label label, Str **ret_texts, uint32_t *ret_count);
Str  plan_joined(Checker *checker, const Declaration *declaration, Label label);
/* All 说明 together. */
Str  plan_notes(Checker *checker, const Declaration *declaration, Label label);
Str  plan_cite(Checker *checker, const Declaration *declaration, uint32_t clause);
/* "是否想写 X", or nothing. */
Str  plan_similar(Checker *checker, Str wrong, const Str *names, uint32_t count);
/* The words of a field, held against a table: reports the first that is none; *ret_index is where the last stands. */
bool plan_choose(Checker *checker, const Expression *word, const Str *names, uint32_t count, uint32_t *ret_index);
