/* Lines are indented by level; expressions are written in prefix form: (且 甲 (≥ 年龄 16[岁])). */
#include "language/syntax_dump.h"

#include "base/date.h"

static const Str OPERATORS[] = {
        [OPERATOR_OR] = STR_INIT("或"),       [OPERATOR_AND] = STR_INIT("且"),     [OPERATOR_EQUAL] = STR_INIT("="),
        [OPERATOR_NOT_EQUAL] = STR_INIT("≠"), [OPERATOR_LESS] = STR_INIT("<"),     [OPERATOR_AT_MOST] = STR_INIT("≤"),
        [OPERATOR_MORE] = STR_INIT(">"),      [OPERATOR_AT_LEAST] = STR_INIT("≥"), [OPERATOR_ADD] = STR_INIT("+"),
        [OPERATOR_SUBTRACT] = STR_INIT("-"),  [OPERATOR_MULTIPLY] = STR_INIT("×"), [OPERATOR_DIVIDE] = STR_INIT("÷"),
};

static void dump_expression(const Expression *expression, Buffer *out);
static void dump_tails(const Tail *tail, Buffer *out);

/* ---- expressions ---- */

static void dump_text(Str text, Buffer *out) {
        buffer_byte(out, '"');
        buffer_add(out, text);
        buffer_byte(out, '"');
}

static void dump_number(const NumberLiteral *number, Buffer *out) {
        buffer_format(out, "%lld", (long long) number->mantissa);
        if (number->scale > 0)
                buffer_format(out, "e-%u", number->scale);
        if (number->percent)
                buffer_byte(out, '%');
        if (number->points)
                buffer_add(out, STR("pp"));
        if (number->unit.length > 0)
                buffer_format(out, "[%.*s]", STR_ARG(number->unit));
}

static void dump_date(int64_t days, Buffer *out) {
        char text[11];
        date_print((int32_t) days, text);
        buffer_add(out, str_from(text));
}

static void dump_parts(const Expression *expression, Buffer *out) {
        for (uint32_t i = 0; i < expression->part_count; i++) {
                if (i > 0)
                        buffer_byte(out, '.');
                buffer_add(out, expression->parts[i]);
        }
}

static void dump_child(const char *label, const Expression *child, Buffer *out) {
        if (child == NULL)
                return;
        buffer_format(out, " %s", label);
        dump_expression(child, out);
}

/* (name child… argument…) */
static void dump_node(Str name, const Expression *expression, Buffer *out) {
        buffer_byte(out, '(');
        buffer_add(out, name);
        dump_child("", expression->left, out);
        dump_child("", expression->right, out);
        for (uint32_t i = 0; i < expression->argument_count; i++)
                dump_child("", expression->arguments[i], out);
        buffer_byte(out, ')');
}

static void dump_aggregate(const Expression *expression, Buffer *out) {
        buffer_byte(out, '(');
        dump_parts(expression, out);
        dump_child("", expression->left, out);
        dump_child("其中:", expression->where, out);
        dump_child("按:", expression->by, out);
        if (expression->not_empty)
                buffer_add(out, STR(" 非空"));
        dump_child("值:", expression->right, out);
        buffer_byte(out, ')');
}

static void dump_expression(const Expression *expression, Buffer *out) {
        switch (expression->kind) {
        case EXPRESSION_ERROR:
                buffer_add(out, STR("?"));
                break;
        case EXPRESSION_NUMBER:
                dump_number(&expression->number, out);
                break;
        case EXPRESSION_YEAR:
                buffer_format(out, "第%lld年", (long long) expression->integer);
                break;
        case EXPRESSION_DATE:
                dump_date(expression->integer, out);
                break;
        case EXPRESSION_TEXT:
                dump_text(expression->text, out);
                break;
        case EXPRESSION_TRUTH:
                buffer_add(out, expression->integer != 0 ? STR("是") : STR("否"));
                break;
        case EXPRESSION_UNKNOWN:
                buffer_add(out, STR("未知"));
                break;
        case EXPRESSION_PATH:
                dump_parts(expression, out);
                break;
        case EXPRESSION_AT:
                dump_node(STR("于"), expression, out);
                break;
        case EXPRESSION_INDEX:
                dump_node(STR("[]"), expression, out);
                break;
        case EXPRESSION_CALL:
                dump_node(expression->parts[0], expression, out);
                break;
        case EXPRESSION_AGGREGATE:
                dump_aggregate(expression, out);
                break;
        case EXPRESSION_MANUAL:
                buffer_add(out, STR("认定:"));
                dump_text(expression->text, out);
                break;
        case EXPRESSION_NOT:
                dump_node(STR("非"), expression, out);
                break;
        case EXPRESSION_NEGATE:
                dump_node(STR("负"), expression, out);
                break;
        case EXPRESSION_BINARY:
                dump_node(OPERATORS[expression->operator], expression, out);
                break;
        case EXPRESSION_BETWEEN:
                dump_node(STR("介于"), expression, out);
                break;
        case EXPRESSION_IN:
                dump_node(expression->negated ? STR("不属于") : STR("属于"), expression, out);
                break;
        case EXPRESSION_IF:
                dump_node(STR("若"), expression, out);
                break;
        case EXPRESSION_ANY_OF:
                dump_node(STR("之一"), expression, out);
                break;
        case EXPRESSION_ALL_OF:
                dump_node(STR("全部项"), expression, out);
                break;
        }
        if (expression->tails != NULL) {
                buffer_byte(out, '{');
                dump_tails(expression->tails, out);
                buffer_byte(out, '}');
        }
}

/* ---- tails and items ---- */

static void dump_equation(const Item *item, Buffer *out) {
        dump_expression(item->keys[0], out);
        buffer_byte(out, '=');
        if (item->value != NULL)
                dump_expression(item->value, out);
}

static void dump_tails(const Tail *tail, Buffer *out) {
        for (; tail != NULL; tail = tail->next) {
                buffer_format(out, " ,%.*s", STR_ARG(tail_text(tail->kind)));
                if (tail->text.length > 0)
                        dump_text(tail->text, out);
                dump_child("", tail->value, out);
                dump_child("至 ", tail->upper, out);
                for (const Item *code = tail->codes; code != NULL; code = code->next) {
                        buffer_byte(out, ' ');
                        dump_equation(code, out);
                }
        }
}

static void dump_items(const Item *item, size_t indent, Buffer *out) {
        for (; item != NULL; item = item->next) {
                buffer_repeat(out, ' ', indent);
                buffer_byte(out, '-');
                if (item->none)
                        buffer_add(out, STR(" 无"));
                dump_child("自 ", item->from, out);
                dump_child("至 ", item->to, out);
                for (uint32_t i = 0; i < item->key_count; i++)
                        dump_child(item->range && i > 0 ? "…" : "", item->keys[i], out);
                if (item->key_count > 0 || item->from != NULL)
                        buffer_add(out, STR(":"));
                dump_child("", item->value, out);
                for (const Item *equation = item->equations; equation != NULL; equation = equation->next) {
                        buffer_byte(out, ' ');
                        dump_equation(equation, out);
                }
                dump_tails(item->tails, out);
                buffer_byte(out, '\n');
        }
}

/* ---- declarations ---- */

static void dump_fields(const Field *field, size_t indent, Buffer *out) {
        for (; field != NULL; field = field->next) {
                buffer_repeat(out, ' ', indent);
                buffer_add(out, label_text(field->label));
                if (field->name.length > 0)
                        buffer_format(out, " %.*s", STR_ARG(field->name));
                for (uint32_t i = 0; i < field->over_count; i++)
                        buffer_format(out, " >%.*s", STR_ARG(field->over[i]));
                buffer_byte(out, ':');
                for (uint32_t i = 0; i < field->value_count; i++)
                        dump_child("", field->values[i], out);
                dump_tails(field->tails, out);
                buffer_byte(out, '\n');
                dump_items(field->items, indent + 2, out);
        }
}

static void dump_inners(const Inner *inner, Buffer *out) {
        for (; inner != NULL; inner = inner->next) {
                buffer_format(out, "  %.*s %.*s", STR_ARG(inner_text(inner->head)), STR_ARG(inner->name));
                dump_child("", inner->path, out);
                if (inner->kind.length > 0)
                        buffer_format(out, ": %.*s", STR_ARG(inner->kind));
                buffer_byte(out, '\n');
                dump_fields(inner->fields, 4, out);
                dump_items(inner->items, 4, out);
        }
}

static void dump_declaration(const Syntax *syntax, const Declaration *declaration, Buffer *out) {
        const Clause *clause = &syntax->clauses[declaration->clause];
        if (declaration->supplement)
                buffer_add(out, STR("补充 "));
        buffer_format(out, "%.*s", STR_ARG(head_text(declaration->head)));
        if (declaration->owner.length > 0)
                buffer_format(out, " %.*s.", STR_ARG(declaration->owner));
        else
                buffer_byte(out, ' ');
        buffer_add(out, declaration->name);
        if (declaration->cardinality.length > 0)
                buffer_format(out, " %.*s", STR_ARG(declaration->cardinality));
        for (uint32_t i = 0; i < declaration->type_count; i++)
                buffer_format(out, " :%.*s", STR_ARG(declaration->types[i].text));
        for (uint32_t i = 0; i < declaration->name_count; i++)
                dump_child("", declaration->names[i], out);
        if (declaration->same_as.length > 0)
                buffer_format(out, " =%.*s", STR_ARG(declaration->same_as));
        dump_child("= ", declaration->value, out);
        dump_tails(declaration->tails, out);
        if (clause->title.length > 0)
                buffer_format(out, " @%.*s|%.*s", STR_ARG(clause->number), STR_ARG(clause->title));
        buffer_byte(out, '\n');
        dump_fields(declaration->fields, 2, out);
        dump_inners(declaration->inners, out);
        dump_items(declaration->items, 2, out);
}

void syntax_dump(const Syntax *syntax, Buffer *out) {
        for (const Declaration *declaration = syntax->first; declaration != NULL; declaration = declaration->next)
                dump_declaration(syntax, declaration, out);
}
