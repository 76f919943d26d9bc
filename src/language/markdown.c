/* Lines of Markdown to clauses and fences, in one pass from top to bottom. */
#include "language/markdown.h"

#include "base/utf8.h"
#include "language/token.h"

#include <string.h>

#define HEADING_LEVELS 6
#define FENCE_MARKS_MIN 3

typedef struct Scanner {
        Arena *arena;
        Str text;
        uint32_t file;
        uint32_t line, line_end, next;     /* the current line without its break; the next line's start */
        uint32_t open[HEADING_LEVELS + 1]; /* the last clause of each level, 0 when none */
        Markdown result;
} Scanner;

static Str skip_blanks(Str text) {
        size_t at = 0, next = 0;
        while (at < text.length && character_is_blank(utf8_next(text, &next)))
                at = next;
        return str_slice(text, at, text.length);
}

static Str trim_blanks(Str text) {
        text = skip_blanks(text);
        size_t end = 0;
        for (size_t at = 0; at < text.length;) {
                if (!character_is_blank(utf8_next(text, &at)))
                        end = at;
        }
        return str_slice(text, 0, end);
}

static bool next_line(Scanner *scanner) {
        if (scanner->next >= scanner->text.length)
                return false;
        scanner->line = scanner->next;
        const char *from = scanner->text.data + scanner->line;
        const char *stop = memchr(from, '\n', scanner->text.length - scanner->line);
        scanner->line_end = stop == NULL ? (uint32_t) scanner->text.length : (uint32_t) (stop - scanner->text.data);
        scanner->next = stop == NULL ? scanner->line_end : scanner->line_end + 1;
        return true;
}

static Str current_line(const Scanner *scanner) {
        return skip_blanks(str_slice(scanner->text, scanner->line, scanner->line_end));
}

static Span line_span(const Scanner *scanner) {
        return (Span){ scanner->file, scanner->line, scanner->line_end };
}

/* ---- clause numbers ---- */

static bool is_numeral(uint32_t character) {
        static const Str NUMERALS = STR_INIT("〇零一二三四五六七八九十百千两0123456789");
        for (size_t at = 0; at < NUMERALS.length;) {
                if (utf8_next(NUMERALS, &at) == character)
                        return true;
        }
        return false;
}

/* The characters of `set`, one at *at, folded. */
static bool take_one_of(Str text, size_t *at, const char *set) {
        if (*at >= text.length)
                return false;
        size_t next = *at;
        uint32_t character = utf8_narrow(utf8_next(text, &next));
        Str members = str_from(set);
        for (size_t k = 0; k < members.length;) {
                if (utf8_next(members, &k) == character) {
                        *at = next;
                        return true;
                }
        }
        return false;
}

static bool take_numerals(Str text, size_t *at) {
        size_t start = *at;
        for (size_t next = start; *at < text.length && is_numeral(utf8_narrow(utf8_next(text, &next)));)
                *at = next;
        return *at > start;
}

static bool blank_or_end(Str text, size_t at) {
        return at >= text.length || character_is_blank(utf8_next(text, &at));
}

/* number = "（" numerals "）" | "第" numerals ("条"|"章"|"节"|"款"|"项") | numerals { "." numerals } ( "、" | "." | blank )
 *        | circled digit */
Str clause_number(Arena *arena, Str title) {
        size_t at = 0;
        if (take_one_of(title, &at, "(")) {
                size_t start = at;
                if (!take_numerals(title, &at))
                        return STR("");
                size_t end = at;
                if (!take_one_of(title, &at, ")"))
                        return STR("");
                Str inside = str_slice(title, start, end), whole = str_slice(title, 0, at);
                Str wide = str_format(arena, "（%.*s）", STR_ARG(inside));
                return str_equal(whole, wide) ? whole : wide;
        }
        if (take_one_of(title, &at, "第"))
                return take_numerals(title, &at) && take_one_of(title, &at, "条章节款项") ? str_slice(title, 0, at)
                                                                                          : STR("");
        if (take_one_of(title, &at, "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"))
                return str_slice(title, 0, at);
        if (!take_numerals(title, &at))
                return STR("");
        for (size_t behind = at; take_one_of(title, &behind, ".") && take_numerals(title, &behind);)
                at = behind;
        if (take_one_of(title, &at, "、.") || blank_or_end(title, at))
                return str_slice(title, 0, at);
        return STR("");
}

/* ---- blocks ---- */

/* heading = "#"{1,6} title ["#"…]: kept also without a blank, as Chinese authors often write it. */
static bool scan_heading(Scanner *scanner, Str line) {
        uint32_t level = 0;
        while (level < line.length && line.data[level] == '#')
                level++;
        if (level == 0 || level > HEADING_LEVELS)
                return false;
        Str title = trim_blanks(str_slice(line, level, line.length));
        size_t closer = title.length;
        while (closer > 0 && title.data[closer - 1] == '#')
                closer--;
        if (closer == 0 || title.data[closer - 1] == ' ')
                title = trim_blanks(str_slice(title, 0, closer));

        uint32_t parent = 0;
        for (uint32_t i = level - 1; i > 0 && parent == 0; i--)
                parent = scanner->open[i];
        Markdown *result = &scanner->result;
        Clause *clause = ARENA_PUSH(scanner->arena, result->clauses, result->clause_count, result->clause_capacity);
        *clause = (Clause){ .at = line_span(scanner),
                            .level = level,
                            .title = title,
                            .number = clause_number(scanner->arena, title),
                            .parent = parent };
        scanner->open[level] = result->clause_count - 1;
        for (uint32_t i = level + 1; i <= HEADING_LEVELS; i++)
                scanner->open[i] = 0;
        return true;
}

/* Counts the fence marks a line begins with; 0 when they are too few to be a fence. */
static uint32_t fence_marks(Str line) {
        uint32_t count = 0;
        while (count < line.length && line.data[count] == line.data[0])
                count++;
        return line.length > 0 && (line.data[0] == '`' || line.data[0] == '~') && count >= FENCE_MARKS_MIN ? count : 0;
}

static bool is_ours(Str information) {
        information = skip_blanks(information);
        static const Str TAG = STR_INIT("leye");
        for (size_t i = 0; i < TAG.length; i++) {
                if (i >= information.length || (information.data[i] | 0x20) != TAG.data[i])
                        return false;
        }
        return blank_or_end(information, TAG.length);
}

static bool scan_fence(Scanner *scanner, Str line) {
        uint32_t marks = fence_marks(line);
        Str information = str_slice(line, marks, line.length);
        size_t ignored;
        /* a line of inline code is no fence */
        if (marks == 0 || (line.data[0] == '`' && str_find(information, STR("`"), &ignored)))
                return false;
        Span opening = line_span(scanner);
        char mark = line.data[0];
        Fence fence = { .start = scanner->next,
                        .end = (uint32_t) scanner->text.length,
                        .clause = scanner->result.clause_count - 1,
                        .carriage_returns = str_ends(line, STR("\r")) };
        bool closed = false;
        while (!closed && next_line(scanner)) {
                Str inner = current_line(scanner);
                uint32_t count = fence_marks(inner);
                closed = count >= marks && inner.data[0] == mark &&
                         skip_blanks(str_slice(inner, count, inner.length)).length == 0;
        }
        if (closed)
                fence.end = scanner->line;
        else
                scanner->result.unclosed = opening;
        if (is_ours(information))
                *ARENA_PUSH(scanner->arena, scanner->result.fences, scanner->result.fence_count,
                            scanner->result.fence_capacity) = fence;
        return true;
}

/* A line that begins with <!-- up to the line that holds -->. */
static bool scan_comment(Scanner *scanner, Str line) {
        if (!str_starts(line, STR("<!--")))
                return false;
        Span opening = line_span(scanner);
        size_t found;
        bool closed = str_find(line, STR("-->"), &found);
        while (!closed && next_line(scanner))
                closed = str_find(current_line(scanner), STR("-->"), &found);
        if (!closed)
                scanner->result.unclosed = opening;
        return true;
}

Markdown markdown_scan(Arena *arena, Str text, uint32_t file) {
        Scanner scanner = { .arena = arena, .text = text, .file = file };
        Markdown *result = &scanner.result;
        *ARENA_PUSH(arena, result->clauses, result->clause_count, result->clause_capacity) = (Clause){ 0 };
        while (next_line(&scanner)) {
                Str line = current_line(&scanner);
                if (!scan_comment(&scanner, line) && !scan_fence(&scanner, line))
                        (void) scan_heading(&scanner, line); /* anything else is prose */
        }
        return scanner.result;
}
