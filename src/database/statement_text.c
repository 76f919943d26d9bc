/* One pass over the bytes: each step takes a whole quoted text, comment, word or parameter. */
#include "database/statement_text.h"

#include <string.h>

typedef struct Scan {
        Str            sql;
        size_t         at;
        Buffer        *out;
        StatementShape shape;
        bool           begun;            /* the statement that we are in says something */
        bool           seen[STATEMENT_PARAMETERS_MAX + 1];
        Str            why;
} Scan;

static bool refuse(Scan *scan, Str why) {
        scan->why = why;
        return false;
}

static bool is_digit(char byte) {
        return byte >= '0' && byte <= '9';
}

/* What a word may hold; bytes of UTF-8 count as letters. */
static bool is_word(char byte) {
        return is_digit(byte) || byte == '_' || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
               (unsigned char) byte >= 0x80;
}

/* The byte `ahead` of here; 0 behind the end. */
static char peek(const Scan *scan, size_t ahead) {
        return scan->at + ahead < scan->sql.length ? scan->sql.data[scan->at + ahead] : 0;
}

static void take_to(Scan *scan, size_t end) {
        if (scan->out)
                buffer_add(scan->out, str_slice(scan->sql, scan->at, end));
        scan->at = end;
}

/* Takes what stands from here to the next `end`, looked for `skip` bytes on. */
static bool take_through(Scan *scan, size_t skip, Str end, Str why) {
        size_t found;
        if (!str_find(str_slice(scan->sql, scan->at + skip, scan->sql.length), end, &found))
                return refuse(scan, why);
        take_to(scan, scan->at + skip + found + end.length);
        return true;
}

static bool take_quoted(Scan *scan) {
        Str quote = peek(scan, 0) == '"' ? STR("\"") : STR("'");
        do {
                if (!take_through(scan, 1, quote, STR("a quote without its end")))
                        return false;
        } while (peek(scan, 0) == quote.data[0]);
        return true;
}

static bool take_comment(Scan *scan) {
        size_t end, inner;
        Str rest = str_slice(scan->sql, scan->at + 2, scan->sql.length);
        if (peek(scan, 0) == '-') {
                take_to(scan, str_find(rest, STR("\n"), &end) ? scan->at + 2 + end + 1 : scan->sql.length);
                return true;
        }
        if (!str_find(rest, STR("*/"), &end))
                return refuse(scan, STR("a comment without its end"));
        if (str_find(str_slice(rest, 0, end), STR("/*"), &inner))
                return refuse(scan, STR("a comment inside a comment"));
        take_to(scan, scan->at + 2 + end + 2);
        return true;
}

static bool take_word(Scan *scan) {
        size_t length = 0;
        while (is_word(peek(scan, length)) || peek(scan, length) == '$')
                length++;
        if (length == 1 && (peek(scan, 0) | 0x20) == 'e' && peek(scan, 1) == '\'')
                return refuse(scan, STR("E'…' is PostgreSQL's alone"));
        take_to(scan, scan->at + length);
        return true;
}

static bool take_parameter(Scan *scan) {
        size_t length = 1, number = 0;
        for (; is_digit(peek(scan, length)) && number <= STATEMENT_PARAMETERS_MAX; length++)
                number = number * 10 + (size_t) (peek(scan, length) - '0');
        if (number < 1 || number > STATEMENT_PARAMETERS_MAX || is_word(peek(scan, length)))
                return refuse(scan, STR("parameters are $1 to $1000"));
        scan->seen[number] = true;
        if (number > scan->shape.parameters)
                scan->shape.parameters = (uint32_t) number;
        if (scan->out)
                buffer_byte(scan->out, '?');
        scan->at++;
        take_to(scan, scan->at + length - 1);
        return true;
}

/* $n, or a text between $tag$ and $tag$. */
static bool take_dollar(Scan *scan) {
        if (is_digit(peek(scan, 1)))
                return take_parameter(scan);
        size_t length = 1;
        while (is_word(peek(scan, length)))
                length++;
        if (peek(scan, length) != '$')
                return refuse(scan, STR("a $ that is no parameter"));
        Str tag = str_slice(scan->sql, scan->at, scan->at + length + 1);
        return take_through(scan, tag.length, tag, STR("a $$ without its end"));
}

static bool step(Scan *scan) {
        char byte = peek(scan, 0), next = peek(scan, 1);
        if (byte == 0)
                return refuse(scan, STR("a NUL"));
        if (strchr(" \t\r\n", byte) == NULL && !(byte == '-' && next == '-') && !(byte == '/' && next == '*') &&
            byte != ';' && !scan->begun) {
                scan->begun = true;
                scan->shape.statements++;
        }
        if (byte == '\'' || byte == '"')
                return take_quoted(scan);
        if ((byte == '-' && next == '-') || (byte == '/' && next == '*'))
                return take_comment(scan);
        if (byte == '$')
                return take_dollar(scan);
        if (byte == '?')
                return refuse(scan, STR("a ? outside quotes; parameters are $n"));
        if (is_word(byte))
                return take_word(scan);
        if (byte == ';')
                scan->begun = false;
        take_to(scan, scan->at + 1);
        return true;
}

Rc statement_scan(Str sql, Buffer *out, StatementShape *ret_shape, Str *ret_why) {
        Scan scan = { .sql = sql, .out = out };
        bool good = true;
        while (good && scan.at < sql.length)
                good = step(&scan);
        for (uint32_t i = 1; good && i <= scan.shape.parameters; i++)
                if (!scan.seen[i])
                        good = refuse(&scan, STR("a parameter is left out: each of $1, $2 … must be used"));
        if (!good) {
                *ret_why = scan.why;
                return RC_INVALID;
        }
        *ret_shape = scan.shape;
        return RC_OK;
}
