/* One pass over the lines; text goes through a small automaton that knows where in the HTML it is, which decides
 * what an expression may be there. */
#include "web/build/template_compiler.h"

#include "base/utf8.h"

typedef enum Place {
        PLACE_TEXT,            /* between tags */
        PLACE_TAG_NAME,        /* behind "<" */
        PLACE_TAG,             /* inside a tag, between attributes */
        PLACE_NAME,            /* in an attribute's name */
        PLACE_EQUALS,          /* behind "=" */
        PLACE_VALUE,           /* in a quoted value */
        PLACE_AFTER_VALUE,     /* behind the closing quote */
} Place;

typedef struct Compiler {
        Arena   *arena;
        Str      path;
        Buffer  *out;
        uint32_t line;
        Place    place;
        bool     inside;       /* between %%template and %%end */
        Buffer   literal;      /* text not yet written */
        Buffer   tag, name, value;     /* of where we are; value: its literal beginning */
        bool     value_mixed;  /* the value has an expression already */
        bool     script;       /* behind <script …>: only its end may follow */
        Str      why;
} Compiler;

#define PIECE_MAX ((size_t) 1 << 20)

static bool refuse(Compiler *c, const char *what, Str word) {
        if (c->why.length == 0 && word.length == 0)
                c->why = str_format(c->arena, "%.*s:%u: %s", STR_ARG(c->path), c->line, what);
        else if (c->why.length == 0)
                c->why = str_format(c->arena, "%.*s:%u: %s: %.*s", STR_ARG(c->path), c->line, what, STR_ARG(word));
        return false;
}

static bool is_letter(char byte) {
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_space(char byte) {
        return byte == ' ' || byte == '\n' || byte == '\t';
}

/* ---- what is written --------------------------------------------------------------------------------- */

static void write_c_string(Buffer *out, Str text) {
        buffer_byte(out, '"');
        for (size_t i = 0; i < text.length; i++) {
                unsigned char byte = (unsigned char) text.data[i];
                if (byte == '"' || byte == '\\' || byte == '?')
                        buffer_format(out, "\\%c", byte);
                else if (byte < 0x20 || byte >= 0x7f)
                        buffer_format(out, "\\%03o", byte);
                else
                        buffer_byte(out, (char) byte);
        }
        buffer_byte(out, '"');
}

static void flush_literal(Compiler *c) {
        if (c->literal.length == 0)
                return;
        buffer_add(c->out, STR("        buffer_add(out, STR("));
        write_c_string(c->out, buffer_str(&c->literal));
        buffer_add(c->out, STR("));\n"));
        buffer_clear(&c->literal);
}

static void write_line_mark(Compiler *c) {
        buffer_format(c->out, "#line %u ", c->line);
        write_c_string(c->out, c->path);
        buffer_byte(c->out, '\n');
}

static void write_c(Compiler *c, Str text) {
        flush_literal(c);
        write_line_mark(c);
        buffer_add(c->out, text);
        buffer_byte(c->out, '\n');
}

/* ---- the automaton ----------------------------------------------------------------------------------- */

static bool is_url_attribute(Str name) {
        static const Str names[] = { STR_INIT("href"), STR_INIT("src"), STR_INIT("action"), STR_INIT("formaction"),
                                     STR_INIT("poster"), STR_INIT("srcset"), STR_INIT("data") };
        for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
                if (str_equal(name, names[i]))
                        return true;
        return false;
}

/* A URL begins, in the template's own words, with a path of this site, a place on the page or a telephone number. */
static bool url_begins_well(Str value, bool mixed) {
        return str_starts(value, STR("#")) || str_starts(value, STR("tel:")) || (!mixed && str_equal(value, STR("/"))) ||
               (value.length > 1 && value.data[0] == '/' && (is_letter(value.data[1]) || value.data[1] == '?'));
}

static bool attribute_named(Compiler *c) {
        Str name = buffer_str(&c->name);
        if (str_starts(name, STR("on")) || str_equal(name, STR("style")))
                return refuse(c, "scripts and styles stand in assets, not in attributes", name);
        return true;
}

static bool value_ended(Compiler *c) {
        if (is_url_attribute(buffer_str(&c->name)) && !url_begins_well(buffer_str(&c->value), c->value_mixed))
                return refuse(c, "a URL must begin with a path written here", buffer_str(&c->value));
        return true;
}

static bool tag_ended(Compiler *c) {
        c->place = PLACE_TEXT;
        c->script = str_equal(buffer_str(&c->tag), STR("script"));
        if (str_equal(buffer_str(&c->tag), STR("style")))
                return refuse(c, "styles stand in assets", STR("style"));
        return true;
}

static bool step_text(Compiler *c, char byte) {
        if (byte == '<') {
                c->place = PLACE_TAG_NAME;
                buffer_clear(&c->tag);
        } else if (c->script)
                return refuse(c, "scripts stand in assets", STR("script"));
        return true;
}

static bool step_tag_name(Compiler *c, char byte) {
        if (byte == '>')
                return tag_ended(c);
        if (is_space(byte))
                c->place = PLACE_TAG;
        else if (is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '/' || byte == '!')
                buffer_byte(&c->tag, byte);
        else
                return refuse(c, "not a tag; write &lt; for the sign, and no comments", (Str){ 0 });
        return true;
}

static bool step_tag(Compiler *c, char byte) {
        if (byte == '>')
                return tag_ended(c);
        if (is_space(byte) || byte == '/')
                c->place = PLACE_TAG;
        else if (is_letter(byte)) {
                c->place = PLACE_NAME;
                buffer_clear(&c->name);
                buffer_byte(&c->name, byte);
        } else
                return refuse(c, "an attribute's name was expected", (Str){ &byte, 1 });
        return true;
}

static bool step_name(Compiler *c, char byte) {
        if (byte == '=') {
                c->place = PLACE_EQUALS;
                return attribute_named(c);
        }
        if (is_letter(byte) || byte == '-' || (byte >= '0' && byte <= '9')) {
                buffer_byte(&c->name, byte);
                return true;
        }
        return attribute_named(c) && step_tag(c, byte);
}

static bool step_value(Compiler *c, char byte) {
        if (byte == '"') {
                c->place = PLACE_AFTER_VALUE;
                return value_ended(c);
        }
        if (!c->value_mixed)
                buffer_byte(&c->value, byte);
        return true;
}

static bool step(Compiler *c, char byte) {
        switch (c->place) {
        case PLACE_TEXT:
                return step_text(c, byte);
        case PLACE_TAG_NAME:
                return step_tag_name(c, byte);
        case PLACE_TAG:
                return step_tag(c, byte);
        case PLACE_NAME:
                return step_name(c, byte);
        case PLACE_EQUALS:
                if (byte != '"')
                        return refuse(c, "an attribute's value must stand in double quotes", buffer_str(&c->name));
                c->place = PLACE_VALUE;
                c->value_mixed = false;
                buffer_clear(&c->value);
                return true;
        case PLACE_VALUE:
                return step_value(c, byte);
        case PLACE_AFTER_VALUE:
                if (!is_space(byte) && byte != '>' && byte != '/')
                        return refuse(c, "a space must stand behind the value", buffer_str(&c->name));
                return step_tag(c, byte);
        }
        return false;
}

/* ---- expressions ------------------------------------------------------------------------------------- */

typedef struct Form {
        char        mark;
        const char *call;
        bool        in_text, in_value, in_tag;
} Form;

static const Form forms[] = {
        { '%', "markup_number", true, true, false },
        { '@', "markup_url", false, true, false },
        { '&', "markup_add", true, false, false },
        { 0, "markup_text", true, true, false },
};

/* {{?name condition}} and {{>name arguments}}: a word, then C. */
static bool compile_special(Compiler *c, char mark, Str rest) {
        Str word = str_cut(&rest, ' ');
        Str call = mark == '>' ? rest.length ? str_format(c->arena, "        template_%.*s(out, %.*s);", STR_ARG(word),
                                                          STR_ARG(rest))
                                             : str_format(c->arena, "        template_%.*s(out);", STR_ARG(word))
                               : str_format(c->arena, "        if (%.*s) buffer_add(out, STR(\" %.*s\"));",
                                            STR_ARG(rest), STR_ARG(word));
        for (size_t i = 0; i < word.length; i++)
                if (!is_letter(word.data[i]) && word.data[i] != (mark == '>' ? '_' : '-'))
                        return refuse(c, "a name and a space must stand here", word);
        if (mark == '>' ? c->place != PLACE_TEXT : c->place != PLACE_TAG && c->place != PLACE_AFTER_VALUE)
                return refuse(c, "this expression has no place here", word);
        if (mark == '?' && (rest.length == 0 || str_starts(word, STR("on"))))
                return refuse(c, "a name and a condition must stand here", word);
        write_c(c, call);
        return true;
}

static bool compile_expression(Compiler *c, Str inside) {
        inside = str_trim(inside);
        if (inside.length == 0)
                return refuse(c, "an empty expression", (Str){ 0 });
        char mark = inside.data[0];
        if (mark == '?' || mark == '>')
                return compile_special(c, mark, str_slice(inside, 1, inside.length));
        const Form *form = forms;
        while (form->mark && form->mark != mark)
                form++;
        Str expression = inside;
        if (form->mark == '%' && !str_starts(inside, STR("%d ")))
                return refuse(c, "an integer is written {{%d …}}", inside);
        if (form->mark)
                expression = str_slice(inside, form->mark == '%' ? 3 : 1, inside.length);
        if (!(c->place == PLACE_TEXT ? form->in_text && !c->script : c->place == PLACE_VALUE && form->in_value))
                return refuse(c, "this expression has no place here", inside);
        c->value_mixed = c->place == PLACE_VALUE;
        write_c(c, str_format(c->arena, "        %s(out, (%.*s));", form->call, STR_ARG(expression)));
        return true;
}

/* ---- lines ------------------------------------------------------------------------------------------- */

static bool compile_text(Compiler *c, Str line) {
        size_t from = 0;
        while (c->place != PLACE_VALUE && from < line.length && is_space(line.data[from]))
                from++;
        for (size_t i = from; i < line.length; i++) {
                Str rest = str_slice(line, i, line.length);
                size_t end;
                if (!str_starts(rest, STR("{{"))) {
                        buffer_byte(&c->literal, line.data[i]);
                        if (!step(c, line.data[i]))
                                return false;
                        continue;
                }
                if (!str_find(rest, STR("}}"), &end))
                        return refuse(c, "an expression without }}", (Str){ 0 });
                if (!compile_expression(c, str_slice(rest, 2, end)))
                        return false;
                i += end + 1;
        }
        buffer_byte(&c->literal, '\n');
        return c->script || step(c, '\n');
}

static bool begin_template(Compiler *c, Str head, const char *linkage) {
        size_t open;
        if (c->inside)
                return refuse(c, "a template inside a template", head);
        if (!str_find(head, STR("("), &open) || !str_ends(head, STR(")")) || open == 0)
                return refuse(c, "%%template name(parameters)", head);
        Str name = str_slice(head, 0, open), parameters = str_slice(head, open + 1, head.length - 1);
        c->inside = true;
        write_c(c, str_format(c->arena, "%svoid template_%.*s(Buffer *out%s%.*s) {", linkage, STR_ARG(name),
                              parameters.length ? ", " : "", STR_ARG(parameters)));
        return true;
}

static bool end_template(Compiler *c) {
        if (!c->inside || c->place != PLACE_TEXT || c->script)
                return refuse(c, "%%end in the middle of a tag, or without %%template", (Str){ 0 });
        c->inside = false;
        write_c(c, STR("}"));
        return true;
}

static bool compile_line(Compiler *c, Str line) {
        Str code = str_trim(line);
        if (str_starts(code, STR("%%template ")))
                return begin_template(c, str_trim(str_slice(code, 11, code.length)), "");
        if (str_starts(code, STR("%%part ")))
                return begin_template(c, str_trim(str_slice(code, 7, code.length)), "static ");
        if (str_equal(code, STR("%%end")))
                return end_template(c);
        if (str_starts(code, STR("%%"))) {
                write_c(c, str_slice(code, 2, code.length));
                return true;
        }
        if (c->inside)
                return code.length == 0 || compile_text(c, line);
        return code.length == 0 || refuse(c, "text outside a template", (Str){ 0 });
}

Rc template_compile(Arena *arena, Str path, Str text, Buffer *out, Str *ret_why) {
        Compiler c = { .arena = arena, .path = path, .out = out, .literal = buffer_new(PIECE_MAX),
                       .tag = buffer_new(PIECE_MAX), .name = buffer_new(PIECE_MAX), .value = buffer_new(PIECE_MAX) };
        size_t bad;
        buffer_add(out, STR("#include \"web/markup.h\"\n"));
        bool good = utf8_check(text, &bad) || refuse(&c, "not UTF-8", (Str){ 0 });
        while (good && text.length > 0) {
                c.line++;
                good = compile_line(&c, str_cut(&text, '\n'));
        }
        if (good && c.inside)
                good = refuse(&c, "%%template without %%end", (Str){ 0 });
        buffer_free(&c.literal);
        buffer_free(&c.tag);
        buffer_free(&c.name);
        buffer_free(&c.value);
        if (!good)
                *ret_why = c.why;
        return good ? RC_OK : RC_INVALID;
}
