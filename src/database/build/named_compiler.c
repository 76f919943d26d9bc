/* Cuts the files at their heads, checks each text and writes the two C files. */
#include "database/build/named_compiler.h"

#include "base/map.h"
#include "base/utf8.h"
#include "database/statement_text.h"

typedef enum Dialect { BOTH, SQLITE, POSTGRES } Dialect;
#define DIALECTS (POSTGRES + 1)

static const Str dialect_names[DIALECTS] = { STR_INIT("both"), STR_INIT("sqlite"), STR_INIT("postgres") };

typedef struct Entry {
        Str      name;
        Str      texts[DIALECTS];
        bool     given[DIALECTS];
        bool     script;
        uint32_t parameters;
        Str      path;                   /* where it was named first */
        uint32_t line;
} Entry;

typedef struct Compiler {
        Arena   *arena;
        Entry   *entries;
        uint32_t count, capacity;
        Map     *names;
        Str      path;
        uint32_t line;
        Str      why;
} Compiler;

static bool refuse(Compiler *c, Str what, Str word) {
        c->why = str_format(c->arena, "%.*s:%u: %.*s: %.*s", STR_ARG(c->path), c->line, STR_ARG(what),
                            STR_ARG(word));
        return false;
}

/* ---- reading ----------------------------------------------------------------------------------------- */

static bool name_is_good(Str name) {
        for (size_t i = 0; i < name.length; i++) {
                char byte = name.data[i];
                if (!(byte >= 'a' && byte <= 'z') && (i == 0 || (byte != '_' && !(byte >= '0' && byte <= '9'))))
                        return false;
        }
        return name.length > 0;
}

static Str without_end(Str text) {
        text = str_trim(text);
        while (str_ends(text, STR(";")))
                text = str_trim(str_slice(text, 0, text.length - 1));
        return text;
}

static bool check_text(Compiler *c, Entry *entry, Str text) {
        StatementShape shape;
        Str why;
        if (statement_scan(text, NULL, &shape, &why) != RC_OK)
                return refuse(c, why, entry->name);
        if (entry->script ? shape.parameters > 0 : shape.statements != 1)
                return refuse(c, entry->script ? STR("a script takes no parameters") : STR("one statement must stand here"),
                              entry->name);
        bool first = !entry->given[BOTH] && !entry->given[SQLITE] && !entry->given[POSTGRES];
        if (!first && entry->parameters != shape.parameters)
                return refuse(c, STR("not as many parameters as in the other words"), entry->name);
        entry->parameters = shape.parameters;
        return true;
}

/* Takes the text under a head; c->line is the head's. */
static bool add_text(Compiler *c, Str name, Dialect dialect, bool script, Str text) {
        uint32_t at;
        if (!name_is_good(name))
                return refuse(c, STR("a name is of a-z, 0-9 and _"), name);
        if (!map_get(c->names, name, &at)) {
                at = c->count;
                (void) map_add(c->names, name, at);
                *ARENA_PUSH(c->arena, c->entries, c->count, c->capacity) =
                        (Entry){ .name = name, .script = script, .path = c->path, .line = c->line };
        }
        MUST(at < c->count && c->entries != NULL);
        Entry *entry = &c->entries[at];
        if (entry->given[dialect] || entry->script != script)
                return refuse(c, STR("this name is taken"), name);
        if (!check_text(c, entry, text))
                return false;
        entry->given[dialect] = true;
        entry->texts[dialect] = without_end(text);
        return true;
}

/* "figure_add postgres" behind "-- name:". */
static bool read_head(Compiler *c, Str rest, Str *ret_name, Dialect *ret_dialect) {
        rest = str_trim(rest);
        *ret_name = str_cut(&rest, ' ');
        rest = str_trim(rest);
        *ret_dialect = BOTH;
        if (rest.length == 0)
                return true;
        for (Dialect dialect = SQLITE; dialect <= POSTGRES; dialect++)
                if (str_equal(rest, dialect_names[dialect])) {
                        *ret_dialect = dialect;
                        return true;
                }
        return refuse(c, STR("sqlite or postgres may stand behind a name"), rest);
}

static bool read_file(Compiler *c, const NamedFile *file) {
        const Str head = STR("-- name:");
        Str rest = file->text, name = { 0 };
        Dialect dialect = BOTH;
        const char *body = NULL;                 /* where the text under the last head begins */
        uint32_t line = 0, head_line = 1;
        size_t bad;
        c->path = file->path;
        c->line = 1;
        if (!utf8_check(file->text, &bad))
                return refuse(c, STR("not UTF-8"), file->name);
        while (rest.length > 0) {
                const char *begin = rest.data;
                Str text = str_cut(&rest, '\n');
                line++;
                if (!str_starts(text, head))
                        continue;
                c->line = head_line;
                if (body && !add_text(c, name, dialect, false, (Str){ body, (size_t) (begin - body) }))
                        return false;
                c->line = head_line = line;
                if (!read_head(c, str_slice(text, head.length, text.length), &name, &dialect))
                        return false;
                body = rest.data;
        }
        c->line = head_line;
        const char *end = file->text.data + file->text.length;
        return body ? add_text(c, name, dialect, false, (Str){ body, (size_t) (end - body) })
                    : add_text(c, file->name, BOTH, true, file->text);
}

static bool check_entries(Compiler *c) {
        for (uint32_t i = 0; i < c->count; i++) {
                const Entry *entry = &c->entries[i];
                c->path = entry->path;
                c->line = entry->line;
                if (!entry->given[BOTH] && !(entry->given[SQLITE] && entry->given[POSTGRES]))
                        return refuse(c, STR("the words for the other database are missing"), entry->name);
                if (entry->given[BOTH] && entry->given[SQLITE] && entry->given[POSTGRES])
                        return refuse(c, STR("one of the three is never used"), entry->name);
        }
        return true;
}

/* ---- writing ----------------------------------------------------------------------------------------- */

static void write_str(Buffer *out, Str text) {
        buffer_add(out, STR("{ \""));
        for (size_t i = 0; i < text.length; i++) {
                unsigned char byte = (unsigned char) text.data[i];
                if (byte == '\n')
                        buffer_add(out, STR("\\n\"\n          \""));
                else if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\' || byte == '?')
                        buffer_format(out, "\\%03o", byte);
                else
                        buffer_byte(out, (char) byte);
        }
        buffer_format(out, "\", %zu }", text.length);
}

static void write_header(const Compiler *c, Buffer *out) {
        buffer_add(out, STR("/* Made from sql/ while building. */\n#pragma once\n\n#include \"database/named_table.h\"\n\n"
                            "typedef enum NamedSql {\n"));
        for (uint32_t i = 0; i < c->count; i++) {
                buffer_add(out, STR("        SQL_"));
                for (size_t k = 0; k < c->entries[i].name.length; k++) {
                        char byte = c->entries[i].name.data[k];
                        buffer_byte(out, byte >= 'a' && byte <= 'z' ? (char) (byte - 'a' + 'A') : byte);
                }
                buffer_add(out, STR(",\n"));
        }
        buffer_add(out, STR("        NAMED_SQL_COUNT\n} NamedSql;\n"));
}

static void write_source(const Compiler *c, Buffer *out) {
        buffer_add(out, STR("/* Made from sql/ while building. */\n#include \"database/named_table.h\"\n\n"
                            "const NamedStatement NAMED_STATEMENTS[] = {\n"));
        for (uint32_t i = 0; i < c->count; i++) {
                const Entry *entry = &c->entries[i];
                buffer_add(out, STR("        { "));
                write_str(out, entry->name);
                buffer_add(out, STR(",\n          "));
                write_str(out, entry->texts[entry->given[SQLITE] ? SQLITE : BOTH]);
                buffer_add(out, STR(",\n          "));
                write_str(out, entry->texts[entry->given[POSTGRES] ? POSTGRES : BOTH]);
                buffer_format(out, ", %s },\n", entry->script ? "true" : "false");
        }
        buffer_format(out, "        { { 0 }, { 0 }, { 0 }, false },\n};\nconst uint32_t NAMED_STATEMENT_COUNT = %u;\n", c->count);
}

Rc named_compile(Arena *arena, const NamedFile *files, uint32_t count, Buffer *header, Buffer *source, Str *ret_why) {
        Compiler c = { .arena = arena, .names = map_new(arena) };
        for (uint32_t i = 0; i < count; i++)
                if (!read_file(&c, &files[i])) {
                        *ret_why = c.why;
                        return RC_INVALID;
                }
        if (!check_entries(&c)) {
                *ret_why = c.why;
                return RC_INVALID;
        }
        write_header(&c, header);
        write_source(&c, source);
        return RC_OK;
}
