/* Heads: one function a declaration, named in the table at the end; a later head is one more row. */
#include "language/parser.h"

#include "base/utf8.h"

#define NAME_HAN_MAX 20 /* 60 bytes: PostgreSQL cuts column names at 63 */
#define NAME_BYTES_MAX 63

/* ---- names and types ---- */

static size_t count_han(Str name) {
        size_t count = 0;
        for (size_t at = 0; at < name.length;)
                count += utf8_is_han(utf8_next(name, &at));
        return count;
}

static void check_name(Parser *parser, bool dotted, Str name, Span at) {
        if (name.length == 0)
                PARSER_REPORT(parser, NAME_MISSING, at, STR(""), "名称是空的");
        else if (dotted ? keyword_find(name) != KEYWORD_NONE_AT_ALL : word_is_reserved(name))
                PARSER_REPORT(parser, NAME_RESERVED, at, STR("请换一个更具体的名称。"), "“%.*s”是保留词，不能作名称",
                              STR_ARG(name));
        else if (name.length > NAME_BYTES_MAX || count_han(name) > NAME_HAN_MAX)
                PARSER_REPORT(parser, NAME_TOO_LONG, at, STR(""),
                              "名称最多 20 个汉字、63 字节，这个有 %zu 个字、%zu 字节", utf8_count(name), name.length);
}

/* name = word | "「" … "」" */
bool parse_name(Parser *parser, bool dotted, Str *ret_name, Span *ret_at) {
        const Token *token = parser_peek(parser);
        if (token->kind == TOKEN_NUMBER) {
                PARSER_REPORT(parser, NAME_MISSING, parser_span(parser, token), STR("以数字开头的名称用「」括起来。"),
                              "这里缺少名称");
                return false;
        }
        if (token->kind != TOKEN_WORD && token->kind != TOKEN_NAME) {
                if (token->kind == TOKEN_BAD)
                        parser_expected(parser, "名称");
                else
                        PARSER_REPORT(parser, NAME_MISSING, parser_span(parser, token), STR(""), "这里缺少名称");
                return false;
        }
        (void) parser_take(parser); /* peeked above */
        Str name = parser_word(parser, token);
        Span at = parser_span(parser, token);
        check_name(parser, dotted, name, at);
        *ret_name = name;
        *ret_at = at;
        return !parser->line_failed;
}

/* declared = [ name "." ] name */
static void parse_declared(Parser *parser, Declaration *declaration) {
        if (!parse_name(parser, false, &declaration->name, &declaration->name_at) || !parser_accept(parser, TOKEN_DOT))
                return;
        Str owner = declaration->name;
        Span start = declaration->name_at;
        if (!parse_name(parser, true, &declaration->name, &declaration->name_at))
                return;
        declaration->owner = owner;
        declaration->name_at.start = start.start;
}

/* type = word { "/" word } [ "(" ( word | number ) ")" ] : kept as text, without blanks */
static bool parse_type(Parser *parser, Declaration *declaration, uint32_t *capacity) {
        uint32_t first = parser->at, start = parser_peek(parser)->start;
        if (!parser_is(parser, TOKEN_WORD) && !parser_is(parser, TOKEN_NAME)) {
                parser_expected(parser, "类型，例如 真假、金额、日期");
                return false;
        }
        (void) parser_take(parser); /* the word above */
        while (parser_accept(parser, TOKEN_SLASH)) {
                if (!parser_expect(parser, TOKEN_WORD, "单位，例如 月"))
                        return false;
        }
        if (parser_accept(parser, TOKEN_OPEN) &&
            ((!parser_accept(parser, TOKEN_NUMBER) &&
              !parser_expect(parser, TOKEN_WORD, "位数或单位，例如 小数(2)、数量(平方米)")) ||
             !parser_expect(parser, TOKEN_CLOSE, "右括号“)”")))
                return false;
        *ARENA_PUSH(parser->arena, declaration->types, declaration->type_count, *capacity) =
                (TypeSyntax){ .at = parser_span_from(parser, start), .text = parser_joined(parser, first) };
        return true;
}

static bool parse_one_type(Parser *parser, Declaration *declaration) {
        uint32_t capacity = 0;
        return parse_type(parser, declaration, &capacity);
}

/* names = name { "、" name } */
static void parse_names(Parser *parser, Declaration *declaration) {
        ExpressionList list = { 0 };
        do {
                uint32_t start = parser_peek(parser)->start;
                Str name;
                Span at;
                if (!parse_name(parser, false, &name, &at))
                        break;
                Expression *path = expression_new(parser, EXPRESSION_PATH, start);
                path->parts = ARENA_NEW(parser->arena, Str, 1);
                path->part_spans = ARENA_NEW(parser->arena, Span, 1);
                path->part_count = 1;
                path->parts[0] = name;
                path->part_spans[0] = at;
                expression_push(parser, &list, expression_close(parser, path));
        } while (parser_accept(parser, TOKEN_LIST));
        declaration->names = list.items;
        declaration->name_count = list.count;
}

static bool expect_colon(Parser *parser) {
        return parser_expect(parser, TOKEN_COLON, "冒号“：”");
}

/* ---- one function a head; tails are read by the caller ---- */

/* "引入" string */
static void parse_import(Parser *parser, Declaration *declaration) {
        ExpressionList list = { 0 };
        Expression *path = parse_text(parser);
        expression_push(parser, &list, path);
        declaration->name = path->text;
        declaration->name_at = path->at;
        declaration->names = list.items;
        declaration->name_count = list.count;
}

/* ("文件" | "实体" | "政策" | "目标" | "任务" | "事项" | "名录" | "报表") name */
static void parse_named(Parser *parser, Declaration *declaration) {
        (void) parse_name(parser, false, &declaration->name, &declaration->name_at); /* reported there */
}

/* "关系" entity "." name "：" ("一个" | "多个") entity */
static void parse_relation(Parser *parser, Declaration *declaration) {
        parse_declared(parser, declaration);
        if (!expect_colon(parser))
                return;
        Str word = parser_word(parser, parser_peek(parser));
        if (!parser_is(parser, TOKEN_WORD) || (!str_equal(word, STR("一个")) && !str_equal(word, STR("多个")))) {
                parser_expected(parser, "“一个”或“多个”");
                return;
        }
        (void) parser_take(parser); /* the word above */
        declaration->cardinality = word;
        (void) parse_one_type(parser, declaration); /* reported there */
}

/* "枚举" name "：" names   |   "互斥" name "：" names */
static void parse_enumeration(Parser *parser, Declaration *declaration) {
        parse_named(parser, declaration);
        if (expect_colon(parser))
                parse_names(parser, declaration);
}

/* "单位" names [ "=" name ] */
static void parse_unit(Parser *parser, Declaration *declaration) {
        parse_names(parser, declaration);
        if (declaration->name_count > 0) {
                declaration->name = declaration->names[0]->parts[0];
                declaration->name_at = declaration->names[0]->at;
        }
        Span at;
        if (parser_accept(parser, TOKEN_EQUAL))
                (void) parse_name(parser, false, &declaration->same_as, &at); /* reported there */
}

/* "事实" declared "：" type */
static void parse_fact(Parser *parser, Declaration *declaration) {
        parse_declared(parser, declaration);
        if (expect_colon(parser))
                (void) parse_one_type(parser, declaration); /* reported there */
}

/* "参数" name "：" type, then items */
static void parse_parameter(Parser *parser, Declaration *declaration) {
        parse_fact(parser, declaration);
        parser->item_end = &declaration->items;
        parser->item_indent = 2;
        if (parser_is(parser, TOKEN_EQUAL))
                PARSER_REPORT(parser, VERSION_MALFORMED, parser_span(parser, parser_peek(parser)),
                              STR("另起一行：- 自 2018-01-01：数值"), "参数的数值要写明从哪天起");
}

/* "表" name "：" type { "、" type } "→" type, then items */
static void parse_table(Parser *parser, Declaration *declaration) {
        parse_named(parser, declaration);
        if (!expect_colon(parser))
                return;
        uint32_t capacity = 0;
        do {
                if (!parse_type(parser, declaration, &capacity))
                        return;
        } while (parser_accept(parser, TOKEN_LIST));
        if (parser_expect(parser, TOKEN_ARROW, "箭头“→”") && parse_type(parser, declaration, &capacity)) {
                parser->item_end = &declaration->items;
                parser->item_indent = 2;
        }
}

/* "定义" declared "：" type [ "=" expression ] */
static void parse_definition(Parser *parser, Declaration *declaration) {
        parse_fact(parser, declaration);
        if (parser_accept(parser, TOKEN_EQUAL))
                declaration->value = parse_expression(parser);
}

/* "指标" name "：" type */
static void parse_indicator(Parser *parser, Declaration *declaration) {
        parse_named(parser, declaration);
        if (expect_colon(parser))
                (void) parse_one_type(parser, declaration); /* reported there */
}

/* "例" words */
static void parse_example(Parser *parser, Declaration *declaration) {
        Expression *title = parse_words(parser);
        declaration->name = title->text;
        declaration->name_at = title->at;
}

typedef void (*HeadRule)(Parser *parser, Declaration *declaration);

static const HeadRule RULES[] = {
        [HEAD_IMPORT] = parse_import,
        [HEAD_DOCUMENT] = parse_named,
        [HEAD_ENTITY] = parse_named,
        [HEAD_RELATION] = parse_relation,
        [HEAD_ENUMERATION] = parse_enumeration,
        [HEAD_UNIT] = parse_unit,
        [HEAD_FACT] = parse_fact,
        [HEAD_PARAMETER] = parse_parameter,
        [HEAD_TABLE] = parse_table,
        [HEAD_DEFINITION] = parse_definition,
        [HEAD_POLICY] = parse_named,
        [HEAD_EXCLUSIVE] = parse_enumeration,
        [HEAD_INDICATOR] = parse_indicator,
        [HEAD_TARGET] = parse_named,
        [HEAD_TASK] = parse_named,
        [HEAD_SERVICE] = parse_named,
        [HEAD_DIRECTORY] = parse_named,
        [HEAD_REPORT] = parse_named,
        [HEAD_EXAMPLE] = parse_example,
};
_Static_assert(ARRAY_LENGTH(RULES) == HEAD_COUNT, "each head needs its rule");

/* ---- opening ---- */

static Declaration *open_declaration(Parser *parser, Head head) {
        Declaration *declaration = ARENA_NEW(parser->arena, Declaration, 1);
        declaration->head = head;
        declaration->clause = parser->clause;
        *parser->declaration_end = declaration;
        parser->declaration_end = &declaration->next;
        parser->declaration = declaration;
        parser->field_end = &declaration->fields;
        parser->inner_end = &declaration->inners;
        parser->declaration_generation = ++parser->generation;
        parser->declaration_count++;
        return declaration;
}

/* declaration = HEAD … { "，" tail } */
void parse_declaration(Parser *parser, Head head, uint32_t start) {
        Declaration *declaration = open_declaration(parser, head);
        RULES[head](parser, declaration);
        declaration->tails = parse_tails(parser);
        declaration->at = parser_span_from(parser, start);
}

/* supplement = "补充" "政策" name { "，" tail } */
void parse_supplement(Parser *parser, uint32_t start) {
        const Token *token = parser_peek(parser);
        Head head = HEAD_POLICY;
        if (token->kind != TOKEN_WORD || !head_find(parser_text(parser, token), &head) || head != HEAD_POLICY) {
                PARSER_REPORT(parser, SUPPLEMENT_INVALID, parser_span(parser, token), STR("补充 政策 名称"),
                              "“补充”后面要写“政策”");
                parser->declaration = NULL;
                parser->quiet = true;
                return;
        }
        (void) parser_take(parser); /* 政策 */
        parse_declaration(parser, HEAD_POLICY, start);
        parser->declaration->supplement = true;
}

/* benefit = "待遇" name "：" word ;   members = "成员" path "：" [ "无" ], then rows */
void parse_inner(Parser *parser, InnerHead head, uint32_t start) {
        Inner *inner = ARENA_NEW(parser->arena, Inner, 1);
        inner->head = head;
        *parser->inner_end = inner;
        parser->inner_end = &inner->next;
        parser->inner = inner;
        parser->inner_field_end = &inner->fields;
        parser->inner_generation = ++parser->generation;
        inner->at = (Span){ parser->file, start, start };
        if (head == INNER_MEMBERS) {
                inner->path = parse_path(parser);
                inner->name_at = inner->path->at;
                parser->item_end = &inner->items;
                parser->rows = true;
                parser->item_indent = 4;
                parser->items_seen = false;
                if (expect_colon(parser) && !parser_at_line_end(parser))
                        parse_item(parser);
        } else if (parse_name(parser, false, &inner->name, &inner->name_at) && expect_colon(parser)) {
                if (!parser_is(parser, TOKEN_WORD))
                        parser_expected(parser, "种类：一次性、按月、贷款或服务");
                else {
                        inner->kind_at = parser_span(parser, parser_peek(parser));
                        inner->kind = parser_word(parser, parser_take(parser));
                }
        }
        inner->at = parser_span_from(parser, start);
}
