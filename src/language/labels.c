/* The arrays of labels.def and look-ups in them. The tables are short (tens of rows), so a look-up walks them:
 * it is made once a line, and compares lengths first. */
#include "language/label.h"
#include "language/token.h"

typedef struct HeadRow {
        Str text, help;
} HeadRow;

typedef struct InnerRow {
        Str  text;
        Head owner;
        Str  help;
} InnerRow;

typedef struct TailRow {
        Str       text;
        TailValue value;
        Str       help;
} TailRow;

static const HeadRow HEADS[] = {
#define HEAD(id, text, help) [HEAD_##id] = { STR_INIT(text), STR_INIT(help) },
#include "language/labels.def"
};

static const InnerRow INNERS[] = {
#define INNER(id, owner, text, help) [INNER_##id] = { STR_INIT(text), HEAD_##owner, STR_INIT(help) },
#include "language/labels.def"
};

#define REPEAT_ONCE true
#define REPEAT_MANY false
static const LabelRow LABELS[] = {
#define LABEL(id, owner, text, value, repeat, help) \
        [LABEL_##id] = { STR_INIT(text), OWNER_##owner, value, REPEAT_##repeat, STR_INIT(help) },
#include "language/labels.def"
};

static const TailRow TAILS[] = {
#define TAIL(id, text, value, help) [TAILKIND_##id] = { STR_INIT(text), value, STR_INIT(help) },
#include "language/labels.def"
};

static const Owner HEAD_OWNERS[] = {
#define HEAD(id, text, help) [HEAD_##id] = OWNER_##id,
#include "language/labels.def"
};

static const Owner INNER_OWNERS[] = {
#define INNER(id, owner, text, help) [INNER_##id] = OWNER_##id,
#include "language/labels.def"
};

static const Str OWNER_TEXTS[] = {
#define HEAD(id, text, help) [OWNER_##id] = STR_INIT(text),
#define INNER(id, owner, text, help) [OWNER_##id] = STR_INIT(text),
#include "language/labels.def"
};

static const Str VALUE_HELP[] = {
        [VALUE_TEXT]             = STR_INIT("text"),
        [VALUE_EXPRESSION]       = STR_INIT("expression"),
        [VALUE_NAMED_EXPRESSION] = STR_INIT("name [优先于 names]：expression"),
        [VALUE_PERIOD]           = STR_INIT("自 date [至 date]"),
        [VALUE_ROUND]            = STR_INIT("unit，mode"),
        [VALUE_NAMES]            = STR_INIT("names"),
        [VALUE_TEXTS]            = STR_INIT("texts"),
        [VALUE_SOURCE]           = STR_INIT("计算 measure [÷ measure]; 填报 or 导入, and 每月, 每季, 每半年, 每学期 or 每年，由 name"),
        [VALUE_REQUIREMENT]      = STR_INIT("不少于, 达到, 超过, 不超过, 约 or 力争, and expression"),
        [VALUE_TARGET_PERIOD]    = STR_INIT("每年, 每季, 每月 or 每学期 [，year 至 year]; 累计，自 date 至 date; 截至 date; 期间不明"),
        [VALUE_LINES]            = STR_INIT("lines of text"),
        [VALUE_ITEMS]            = STR_INIT("items"),
        [VALUE_EQUATIONS]        = STR_INIT("equations"),
};

static const Str TAIL_HELP[] = {
        [TAIL_TEXT]       = STR_INIT("“text”"),
        [TAIL_NAME]       = STR_INIT("name"),
        [TAIL_WORDS]      = STR_INIT("name or “text”"),
        [TAIL_EXPRESSION] = STR_INIT("expression"),
        [TAIL_RANGE]      = STR_INIT("value 至 value"),
        [TAIL_FLAG]       = STR_INIT("nothing"),
        [TAIL_SOURCE]     = STR_INIT("column [：code = name、…]"),
};

Owner owner_of_head(Head head) {
        MUST(head < HEAD_COUNT);
        return HEAD_OWNERS[head];
}

Owner owner_of_inner(InnerHead inner) {
        MUST(inner < INNER_COUNT);
        return INNER_OWNERS[inner];
}

Head inner_owner(InnerHead inner) {
        MUST(inner < INNER_COUNT);
        return INNERS[inner].owner;
}

Str owner_text(Owner owner) {
        MUST(owner < OWNER_COUNT);
        return OWNER_TEXTS[owner];
}

const LabelRow *label_row(Label label) {
        MUST(label < LABEL_COUNT);
        return &LABELS[label];
}

TailValue tail_value(TailKind tail) {
        MUST(tail < TAILKIND_COUNT);
        return TAILS[tail].value;
}

Str head_text(Head head) {
        MUST(head < HEAD_COUNT);
        return HEADS[head].text;
}

Str inner_text(InnerHead inner) {
        MUST(inner < INNER_COUNT);
        return INNERS[inner].text;
}

Str label_text(Label label) {
        return label_row(label)->text;
}

Str tail_text(TailKind tail) {
        MUST(tail < TAILKIND_COUNT);
        return TAILS[tail].text;
}

bool head_find(Str word, Head *ret_head) {
        for (uint32_t i = 0; i < HEAD_COUNT; i++) {
                if (str_equal(HEADS[i].text, word)) {
                        *ret_head = (Head) i;
                        return true;
                }
        }
        return false;
}

bool inner_find(Str word, InnerHead *ret_inner) {
        for (uint32_t i = 0; i < INNER_COUNT; i++) {
                if (str_equal(INNERS[i].text, word)) {
                        *ret_inner = (InnerHead) i;
                        return true;
                }
        }
        return false;
}

bool tail_find(Str word, TailKind *ret_tail) {
        for (uint32_t i = 0; i < TAILKIND_COUNT; i++) {
                if (str_equal(TAILS[i].text, word)) {
                        *ret_tail = (TailKind) i;
                        return true;
                }
        }
        return false;
}

bool label_find(Owner owner, Str word, Label *ret_label) {
        for (uint32_t i = 0; i < LABEL_COUNT; i++) {
                if (LABELS[i].owner == owner && str_equal(LABELS[i].text, word)) {
                        *ret_label = (Label) i;
                        return true;
                }
        }
        return false;
}

bool label_find_any(Str word, Label *ret_label) {
        for (uint32_t i = 0; i < LABEL_COUNT; i++) {
                if (str_equal(LABELS[i].text, word)) {
                        *ret_label = (Label) i;
                        return true;
                }
        }
        return false;
}

bool word_is_reserved(Str word) {
        Head      head;
        InnerHead inner;
        return head_find(word, &head) || inner_find(word, &inner) || keyword_find(word) != KEYWORD_NONE_AT_ALL;
}

bool word_begins_with_head(Str word, Str *ret_head) {
        Str best = STR("");
        for (uint32_t i = 0; i < OWNER_COUNT; i++) {
                if (word.length > OWNER_TEXTS[i].length && OWNER_TEXTS[i].length > best.length &&
                    str_starts(word, OWNER_TEXTS[i]))
                        best = OWNER_TEXTS[i];
        }
        if (best.length == 0)
                return false;
        *ret_head = best;
        return true;
}

static void reference_labels(Buffer *out, Owner owner) {
        bool any = false;
        for (uint32_t i = 0; i < LABEL_COUNT; i++) {
                const LabelRow *row = &LABELS[i];
                if (row->owner != owner)
                        continue;
                if (!any)
                        buffer_add(out, STR("| label | holds | times | meaning |\n|---|---|---|---|\n"));
                any = true;
                buffer_format(out, "| %.*s | %.*s | %s | %.*s |\n", STR_ARG(row->text), STR_ARG(VALUE_HELP[row->value]),
                              row->once ? "once" : "any", STR_ARG(row->help));
        }
        if (any)
                buffer_byte(out, '\n');
}

void syntax_reference(Buffer *out) {
        for (uint32_t i = 0; i < HEAD_COUNT; i++) {
                buffer_format(out, "### %.*s\n\n%.*s\n\n", STR_ARG(HEADS[i].text), STR_ARG(HEADS[i].help));
                reference_labels(out, HEAD_OWNERS[i]);
                for (uint32_t k = 0; k < INNER_COUNT; k++) {
                        if (INNERS[k].owner != (Head) i)
                                continue;
                        buffer_format(out, "#### %.*s › %.*s\n\n%.*s\n\n", STR_ARG(HEADS[i].text),
                                      STR_ARG(INNERS[k].text), STR_ARG(INNERS[k].help));
                        reference_labels(out, INNER_OWNERS[k]);
                }
        }
        buffer_add(out, STR("### After a comma\n\n| word | followed by | meaning |\n|---|---|---|\n"));
        for (uint32_t i = 0; i < TAILKIND_COUNT; i++)
                buffer_format(out, "| %.*s | %.*s | %.*s |\n", STR_ARG(TAILS[i].text),
                              STR_ARG(TAIL_HELP[TAILS[i].value]), STR_ARG(TAILS[i].help));
}
