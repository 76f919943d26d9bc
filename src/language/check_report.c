/* Reports: sentences cut into literal text and placeholders, each bound to its indicator or target. */
#include "language/check_internal.h"

typedef struct PartWord {
        Str        word;
        ReportPart part;
        NameSpace  space;
} PartWord;

static const PartWord PARTS[] = {
        { STR_INIT(""), PART_VALUE, SPACE_INDICATOR },          { STR_INIT("累计"), PART_TOTAL, SPACE_INDICATOR },
        { STR_INIT("同比"), PART_GROWTH, SPACE_INDICATOR },     { STR_INIT("最多区县"), PART_MOST, SPACE_INDICATOR },
        { STR_INIT("最少区县"), PART_LEAST, SPACE_INDICATOR },  { STR_INIT("进度"), PART_PROGRESS, SPACE_TARGET },
        { STR_INIT("要求"), PART_REQUIREMENT, SPACE_TARGET },   { STR_INIT("灯"), PART_LAMP, SPACE_TARGET },
};

typedef struct Writing {
        Checker         *checker;
        ReportParagraph *paragraph;
        uint32_t         capacity;
        Span             at;
} Writing;

static void add_piece(Writing *writing, ReportPiece piece) {
        *ARENA_PUSH(writing->checker->arena, writing->paragraph->pieces, writing->paragraph->piece_count, writing->capacity) = piece;
}

static void report_part(Writing *writing, Str word) {
        Checker *checker = writing->checker;
        Str names[ARRAY_LENGTH(PARTS)];
        uint32_t count = 0;
        for (uint32_t i = 1; i < ARRAY_LENGTH(PARTS); i++)
                names[count++] = PARTS[i].word;
        check_error(checker, PLACEHOLDER_INVALID, writing->at, plan_similar(checker, word, names, count), "花括号里不能写“.%.*s”",
                    STR_ARG(word));
}

/* {甲.同比} */
static void read_placeholder(Writing *writing, Str inside) {
        Checker *checker = writing->checker;
        Str word = inside, name = str_trim(str_cut(&word, '.'));
        word = str_trim(word);
        if (str_equal(name, STR("期间")) && word.length == 0) {
                add_piece(writing, (ReportPiece){ .part = PART_PERIOD, .index = NONE });
                return;
        }
        for (uint32_t i = 0; i < ARRAY_LENGTH(PARTS); i++) {
                if (!str_equal(PARTS[i].word, word))
                        continue;
                const Symbol *symbol = scope_require(checker, 0, PARTS[i].space, name, writing->at,
                                                     PARTS[i].space == SPACE_TARGET ? "目标" : "指标");
                bool counties = PARTS[i].part == PART_MOST || PARTS[i].part == PART_LEAST;
                if (symbol != NULL && counties && !checker->program->indicators[symbol->index].by_county)
                        check_error(checker, SPLIT_INVALID, writing->at, NO_HINT, "指标“%.*s”不分区县", STR_ARG(name));
                else if (symbol != NULL)
                        add_piece(writing, (ReportPiece){ .part = PARTS[i].part, .index = symbol->index });
                return;
        }
        report_part(writing, word);
}

/* The place of a slice of the source; a folded text is somewhere else, and then the whole text is meant. */
static Span place_of(const Checker *checker, const Expression *text, Str slice) {
        Str source = checker->diagnostics->files[text->at.file].text;
        uintptr_t from = (uintptr_t) source.data, at = (uintptr_t) slice.data;
        if (at < from || at + slice.length > from + source.length)
                return text->at;
        uint32_t start = (uint32_t) (at - from);
        return (Span){ text->at.file, start, start + (uint32_t) slice.length };
}

static ReportParagraph read_paragraph(Checker *checker, const Expression *text) {
        ReportParagraph paragraph = { 0 };
        Writing writing = { .checker = checker, .paragraph = &paragraph, .at = text->at };
        for (Str rest = text->text; rest.length > 0;) {
                size_t open = rest.length, close;
                (void) str_find(rest, STR("{"), &open); /* left at the end when there is none */
                if (open > 0)
                        add_piece(&writing, (ReportPiece){ .part = PART_TEXT, .text = str_slice(rest, 0, open), .index = NONE });
                rest = str_slice(rest, open, rest.length);
                if (rest.length == 0)
                        break;
                writing.at = place_of(checker, text, rest);
                if (!str_find(rest, STR("}"), &close)) {
                        check_error(checker, PLACEHOLDER_INVALID, writing.at, NO_HINT, "花括号没有配对");
                        break;
                }
                writing.at = place_of(checker, text, str_slice(rest, 0, close + 1));
                read_placeholder(&writing, str_slice(rest, 1, close));
                rest = str_slice(rest, close + 1, rest.length);
        }
        return paragraph;
}

static void report_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        static const Label REQUIRED[] = { LABEL_REPORT_CYCLE, LABEL_REPORT_PARAGRAPHS };
        (void) file;
        Program *program = checker->program;
        const Symbol *symbol = plan_declare(checker, SPACE_REPORT, SYMBOL_REPORT, module, declaration, program->report_count);
        if (symbol == NULL)
                return;
        Report report = { .name = declaration->name, .issuer = field_text(declaration, LABEL_REPORT_ISSUER), .cycle = CYCLE_NONE,
                          .clause = symbol->clause, .at = declaration->name_at };
        const Expression *cycle = plan_word(checker, declaration, LABEL_REPORT_CYCLE);
        const Field *paragraphs = field_get(declaration, LABEL_REPORT_PARAGRAPHS);
        uint32_t capacity = 0;
        for (uint32_t i = 0; i < ARRAY_LENGTH(REQUIRED); i++) {
                if (field_get(declaration, REQUIRED[i]) == NULL)
                        check_error(checker, PLAN_INCOMPLETE, declaration->name_at, NO_HINT, "报表“%.*s”没有写“%.*s”",
                                    STR_ARG(declaration->name), STR_ARG(label_text(REQUIRED[i])));
        }
        if (cycle != NULL)
                (void) plan_cycle(checker, cycle, &report.cycle);
        for (const Item *item = paragraphs == NULL ? NULL : paragraphs->items; item != NULL; item = item->next) {
                if (item->value != NULL && item->value->kind == EXPRESSION_TEXT)
                        *ARENA_PUSH(checker->arena, report.paragraphs, report.paragraph_count, capacity) =
                                read_paragraph(checker, item->value);
        }
        *ARENA_PUSH(checker->arena, program->reports, program->report_count, checker->report_capacity) = report;
}

void check_reports(Checker *checker) {
        check_each(checker, HEAD_REPORT, report_visit);
}
