/* Why a truth is what it is: the trace of one condition pruned to the comparisons and facts that decided, with gaps.
 *
 * A step is visited with the truth that was wanted and that it does not have. 且 that fails shows only what failed, 或
 * that fails shows every alternative; 非 turns the wish round. */
#include "engine/explain_inside.h"

#define DEPTH_MAX 48
#define MEMBERS_SHOWN 8

typedef struct FindingList {
        Finding *findings;
        uint32_t count, capacity;
} FindingList;

static void find(Explainer *explainer, Place at, int64_t wanted, uint32_t depth, FindingList *ret_list);

static Finding *add(Explainer *explainer, Place at, Finding finding, FindingList *list) {
        const Step *step = &explainer->program->steps[at.step];
        if (explainer->findings_left == 0)
                return NULL;
        explainer->findings_left--;
        if (finding.who.length == 0 && step->entity != ENTITY_NONE)
                finding.who = explain_who(explainer, step->entity, at.row);
        finding.provisional = frame_provisional(explainer->frame, at.step, at.row);
        Finding *added = ARENA_PUSH(explainer->arena, list->findings, list->count, list->capacity);
        *added = finding;
        return added;
}

static Str join(const Explainer *explainer, Str a, Str between, Str b) {
        if (a.length == 0 || b.length == 0)
                return a.length == 0 ? b : a;
        return str_format(explainer->arena, "%.*s%.*s%.*s", STR_ARG(a), STR_ARG(between), STR_ARG(b));
}

/* ---- comparisons ------------------------------------------------------------------------------------- */

static Op opposite(Op op) {
        static const Op pairs[][2] = { { OP_EQUAL, OP_NOT_EQUAL }, { OP_LESS, OP_AT_LEAST }, { OP_AT_MOST, OP_MORE } };
        for (uint32_t at = 0; at < ARRAY_LENGTH(pairs); at++)
                for (uint32_t side = 0; side < 2; side++)
                        if (pairs[at][side] == op)
                                return pairs[at][1 - side];
        return op;
}

static Op mirrored(Op op) {
        static const Op pairs[][2] = { { OP_LESS, OP_MORE }, { OP_AT_MOST, OP_AT_LEAST } };
        for (uint32_t at = 0; at < ARRAY_LENGTH(pairs); at++)
                for (uint32_t side = 0; side < 2; side++)
                        if (pairs[at][side] == op)
                                return pairs[at][1 - side];
        return op;
}

/* How a value that is not as wanted lies to its limit. */
typedef struct RelationWords {
        Str relation, gap;
} RelationWords;

static RelationWords relation_words(bool date, Op wanted, int64_t order) {
        bool at_least = wanted == OP_AT_LEAST || wanted == OP_MORE;
        if (wanted == OP_EQUAL)
                return (RelationWords){ STR("不是"), order < 0 ? STR("差") : STR("多出") };
        if (wanted == OP_NOT_EQUAL)
                return (RelationWords){ STR("正是"), STR("") };
        if (order == 0)
                return (RelationWords){ date ? (at_least ? STR("没有晚于") : STR("没有早于"))
                                             : (at_least ? STR("没有超过") : STR("没有少于")), STR("") };
        if (date)
                return order < 0 ? (RelationWords){ STR("早于"), STR("早") } : (RelationWords){ STR("晚于"), STR("晚") };
        return order < 0 ? (RelationWords){ STR("少于"), STR("差") } : (RelationWords){ STR("超过"), STR("超出") };
}

/* The limit is named when it is more than a figure: "最低月数 36个月", "2017-05-01（毕业日期后 24个月）". */
static Str limit_text(const Explainer *explainer, uint32_t step, uint32_t row) {
        Str value = explain_cell(explainer, step, row);
        if (explainer->program->steps[step].name.length > 0)
                return join(explainer, explainer->program->steps[step].name, STR(" "), value);
        Str source = explain_step_name(explainer, step);
        return source.length == 0 ? value : str_format(explainer->arena, "%.*s（%.*s）", STR_ARG(value), STR_ARG(source));
}

static Str gap_text(const Explainer *explainer, Type type, Str word, int64_t a, int64_t b) {
        int64_t gap = a > b ? kernel_subtract(a, b) : kernel_subtract(b, a);
        if (word.length == 0 || gap == UNKNOWN)
                return STR("");
        Str amount = type.kind == TYPE_DATE ? str_format(explainer->arena, "%lld天", (long long) gap)
                                            : explain_value(explainer, type, gap);
        return join(explainer, word, STR(" "), amount);
}

static void find_comparison(Explainer *explainer, Place at, uint32_t a, uint32_t b, Op wanted, FindingList *list) {
        const Step *left = &explainer->program->steps[a], *right = &explainer->program->steps[b];
        if (left->entity == ENTITY_NONE && right->entity != ENTITY_NONE) {
                find_comparison(explainer, at, b, a, mirrored(wanted), list);
                return;
        }
        int64_t x = frame_cell(explainer->frame, a, at.row), y = frame_cell(explainer->frame, b, at.row);
        bool    ordered = left->type.kind == TYPE_NUMBER || left->type.kind == TYPE_DATE;
        Finding finding = { .kind = ordered ? FINDING_COMPARISON : FINDING_FACT };
        finding.name = explain_step_name(explainer, a);
        finding.value = explain_cell(explainer, a, at.row);
        finding.text = join(explainer, finding.name, ordered ? STR(" ") : STR("是"), finding.value);
        if (ordered) {
                RelationWords words = relation_words(left->type.kind == TYPE_DATE, wanted, x < y ? -1 : x > y);
                finding.limit = join(explainer, words.relation, STR(" "), limit_text(explainer, b, at.row));
                finding.gap = gap_text(explainer, left->type, words.gap, x, y);
        } else if (wanted == OP_EQUAL) {
                finding.limit = join(explainer, STR("不是"), STR(""), limit_text(explainer, b, at.row));
        }
        finding.text = join(explainer, finding.text, STR("，"), finding.limit);
        finding.text = join(explainer, finding.text, STR("，"), finding.gap);
        add(explainer, at, finding, list);
}

static void find_between(Explainer *explainer, Place at, int64_t wanted, FindingList *list) {
        const Step *step = &explainer->program->steps[at.step];
        int64_t a = frame_cell(explainer->frame, step->a, at.row), low = frame_cell(explainer->frame, step->b, at.row);
        if (wanted == TRUTH_YES) {
                bool below = low != UNKNOWN && a < low;
                find_comparison(explainer, at, step->a, below ? step->b : step->c, below ? OP_AT_LEAST : OP_AT_MOST,
                                list);
                return;
        }
        Finding finding = { .kind = FINDING_COMPARISON, .name = explain_step_name(explainer, step->a),
                            .value = explain_cell(explainer, step->a, at.row) };
        finding.limit = str_format(explainer->arena, "介于 %.*s 至 %.*s",
                                   STR_ARG(explain_cell(explainer, step->b, at.row)),
                                   STR_ARG(explain_cell(explainer, step->c, at.row)));
        finding.text = join(explainer, join(explainer, finding.name, STR(" "), finding.value), STR("，"), finding.limit);
        add(explainer, at, finding, list);
}

static void find_in_set(Explainer *explainer, Place at, int64_t wanted, FindingList *list) {
        const Step *step = &explainer->program->steps[at.step];
        Type        type = explainer->program->steps[step->a].type;
        Finding     finding = { .kind = FINDING_FACT, .name = explain_step_name(explainer, step->a),
                                .value = explain_cell(explainer, step->a, at.row) };
        Str         set = { NULL, 0 };
        for (int64_t code = 0; code < 64; code++)
                if (((uint64_t) step->imm >> code & 1) &&
                    (type.kind != TYPE_CODE || code < explainer->program->enumerations[type.of].member_count))
                        set = join(explainer, set, STR("、"), explain_value(explainer, type, code));
        finding.limit = join(explainer, wanted == TRUTH_YES ? STR("不属于") : STR("属于"), STR(""), set);
        finding.text =
                join(explainer, join(explainer, finding.name, STR("是"), finding.value), STR("，"), finding.limit);
        add(explainer, at, finding, list);
}

/* ---- logic ------------------------------------------------------------------------------------------- */

/* The operands of a chain of one operation, in order, down to named definitions. */
static void find_alternatives(Explainer *explainer, Place at, Op chain, int64_t wanted, uint32_t depth,
                              FindingList *list) {
        const Step *step = &explainer->program->steps[at.step];
        if (step->op == chain && (depth == 0 || step->name.length == 0) && depth < DEPTH_MAX) {
                find_alternatives(explainer, (Place){ step->a, at.row }, chain, wanted, depth + 1, list);
                find_alternatives(explainer, (Place){ step->b, at.row }, chain, wanted, depth + 1, list);
        } else if (frame_cell(explainer->frame, at.step, at.row) == 2 - wanted) {
                find(explainer, at, wanted, depth + 1, list);
        }
}

static void find_logic(Explainer *explainer, Place at, int64_t wanted, uint32_t depth, FindingList *list) {
        const Step *step = &explainer->program->steps[at.step];
        if (step->op == OP_NOT) {
                find(explainer, (Place){ step->a, at.row }, 2 - wanted, depth + 1, list);
        } else if (step->op == OP_AND || (step->op == OP_OR && wanted == TRUTH_NO)) {
                find_alternatives(explainer, at, step->op, wanted, 0, list);
        } else if (step->op == OP_OR) {
                FindingList parts = { 0 };
                find_alternatives(explainer, at, OP_OR, wanted, 0, &parts);
                if (parts.count == 1)    /* equal alternatives were one step */
                        *ARENA_PUSH(explainer->arena, list->findings, list->count, list->capacity) = parts.findings[0];
                else
                        add(explainer, at, (Finding){ .kind = FINDING_ALTERNATIVES, .text = STR("以下各项都不符合"),
                                                      .parts = parts.findings, .part_count = parts.count }, list);
        } else {
                uint32_t decided = cell_known(explainer, step->a, at.row) ? step->a : step->b;
                if (cell_known(explainer, decided, at.row))
                        find(explainer, (Place){ decided, at.row }, 2 - frame_cell(explainer->frame, decided, at.row),
                             depth + 1, list);
        }
}

/* ---- facts and choices ------------------------------------------------------------------------------- */

static void find_truth(Explainer *explainer, Place at, Str note, FindingList *list) {
        Finding finding = { .kind = FINDING_FACT, .name = explain_step_name(explainer, at.step),
                            .value = explain_cell(explainer, at.step, at.row) };
        finding.text = join(explainer, join(explainer, finding.name, STR("："), finding.value), STR(""), note);
        add(explainer, at, finding, list);
}

static void find_known(Explainer *explainer, Place at, int64_t wanted, FindingList *list) {
        const Step *step = &explainer->program->steps[explainer->program->steps[at.step].a];
        Finding finding = { .kind = FINDING_FACT,
                            .name = explain_step_name(explainer, explainer->program->steps[at.step].a) };
        if (step->op == OP_LINK)
                finding.name = explainer->program->links[step->aux].one_name;
        finding.text = join(explainer, wanted == TRUTH_YES ? STR("没有") : STR("有"), STR(""), finding.name);
        add(explainer, at, finding, list);
}

static void find_choice(Explainer *explainer, Place at, int64_t wanted, uint32_t depth, FindingList *list) {
        const Step *step = &explainer->program->steps[at.step];
        if (step->op == OP_BETWEEN) {
                find_between(explainer, at, wanted, list);
        } else if (step->op == OP_IN_SET) {
                find_in_set(explainer, at, wanted, list);
        } else if (step->op == OP_KNOWN) {
                find_known(explainer, at, wanted, list);
        } else if (step->op == OP_DEFAULT) {
                if (cell_known(explainer, step->a, at.row))
                        find(explainer, (Place){ step->a, at.row }, wanted, depth + 1, list);
                else
                        find_truth(explainer, at, STR("（没有填写，按缺省）"), list);
        } else {
                int64_t  when = frame_cell(explainer->frame, step->a, at.row);
                uint32_t branch = when == TRUTH_NO ? step->c : step->b;
                if (when != TRUTH_UNKNOWN && explainer->program->steps[branch].op == OP_CONSTANT)
                        find(explainer, (Place){ step->a, at.row }, 2 - when, depth + 1, list);
                else
                        find(explainer, (Place){ branch, at.row }, wanted, depth + 1, list);
        }
}

/* ---- across links ------------------------------------------------------------------------------------ */

static void find_members(Explainer *explainer, Place at, int64_t wanted, uint32_t depth, FindingList *list) {
        const Step     *step = &explainer->program->steps[at.step];
        const Link     *link = &explainer->program->links[step->aux];
        const uint32_t *members = NULL;
        uint32_t        count = members_of(explainer->frame->population, step->aux, at.row, &members), shown = 0;
        Str name = link->many_name.length > 0 ? link->many_name : explainer->program->entities[link->child].name;
        FindingList     parts = { 0 };
        for (uint32_t n = 0; n < count && shown < MEMBERS_SHOWN; n++)
                if (frame_cell(explainer->frame, step->a, members[n]) == 2 - wanted) {
                        find(explainer, (Place){ step->a, members[n] }, wanted, depth + 1, &parts);
                        shown++;
                }
        if (parts.count == 1 && (wanted == TRUTH_NO) == (step->op == OP_ANY)) {
                /* one member decided: it speaks for itself */
                *ARENA_PUSH(explainer->arena, list->findings, list->count, list->capacity) = parts.findings[0];
                return;
        }
        Finding finding = { .kind = FINDING_GROUP, .name = name, .parts = parts.findings, .part_count = parts.count };
        finding.text = count == 0 ? join(explainer, STR("没有"), STR(""), name)
                       : wanted == TRUTH_NO
                               ? join(explainer, name, STR(""), step->op == OP_ALL ? STR("都符合") : STR("中有符合的"))
                       : step->op == OP_ANY ? join(explainer, name, STR(""), STR("中没有符合的"))
                                            : join(explainer, name, STR(""), STR("中有不符合的"));
        add(explainer, at, finding, list);
}

static void find_cross(Explainer *explainer, Place at, int64_t wanted, uint32_t depth, FindingList *list) {
        const Step *step = &explainer->program->steps[at.step];
        if (step->op == OP_GATHER)
                find(explainer, (Place){ step->a, partner_of(explainer->frame->population, step->aux, at.row) }, wanted,
                     depth + 1, list);
        else
                find_members(explainer, at, wanted, depth, list);
}

/* ---- one step ---------------------------------------------------------------------------------------- */

static void find_by_class(Explainer *explainer, Place at, int64_t wanted, uint32_t depth, FindingList *list) {
        const Step *step = &explainer->program->steps[at.step];
        switch (op_class(step->op)) {
        case CLASS_COMPARE:
                find_comparison(explainer, at, step->a, step->b, wanted == TRUTH_YES ? step->op : opposite(step->op),
                                list);
                return;
        case CLASS_LOGIC:
                find_logic(explainer, at, wanted, depth, list);
                return;
        case CLASS_CHOOSE:
                find_choice(explainer, at, wanted, depth, list);
                return;
        case CLASS_CROSS:
                find_cross(explainer, at, wanted, depth, list);
                return;
        case CLASS_LEAF:
        case CLASS_STRICT:
                break;
        }
        find_truth(explainer, at, STR(""), list);
}

/* A definition is shown by its name, with its reasons as parts. */
static void find(Explainer *explainer, Place at, int64_t wanted, uint32_t depth, FindingList *ret_list) {
        const Step *step = &explainer->program->steps[at.step];
        if (explainer->findings_left == 0)
                return;
        if (depth > DEPTH_MAX) {
                find_truth(explainer, at, STR(""), ret_list);
                return;
        }
        OpClass class = op_class(step->op);
        if (step->name.length == 0 || class == CLASS_LEAF || step->op == OP_GATHER || step->op == OP_DEFAULT) {
                find_by_class(explainer, at, wanted, depth, ret_list);
                return;
        }
        FindingList parts = { 0 };
        find_by_class(explainer, at, wanted, depth, &parts);
        Finding group = { .kind = FINDING_GROUP, .name = step->name, .value = explain_cell(explainer, at.step, at.row),
                          .parts = parts.findings, .part_count = parts.count };
        group.text = join(explainer, group.name, STR("："), group.value);
        add(explainer, at, group, ret_list);
}

Finding *explain_findings(Explainer *explainer, uint32_t step, uint32_t row, int64_t wanted, uint32_t *ret_count) {
        FindingList list = { 0 };
        explainer->findings_left = 64;
        find(explainer, (Place){ step, row }, wanted, 0, &list);
        *ret_count = list.count;
        return list.findings;
}
