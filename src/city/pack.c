/* Loads a pack: lists the folder, parses every file, follows imports, reads the overlay, compiles, hashes. */
#include "city/pack.h"

#include "base/secret.h"

#include "language/diagnostics.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PACK_ARENA_CAP ((size_t) 1 << 30)
#define OVERLAY_FILE "demo.md"

typedef struct Loader {
        Pack   *pack;
        Str     parent;                     /* folder that holds the packs */
        Module  modules[PACK_IMPORTS_MAX + 1];
        uint32_t module_count;
        Fingerprint *hash;
} Loader;

Pack *pack_new(void) {
        Arena *arena = arena_new(PACK_ARENA_CAP);
        Pack *pack = ARENA_NEW(arena, Pack, 1);
        pack->arena = arena;
        diagnostics_init(&pack->diagnostics, arena);
        return pack;
}

Pack *pack_free(Pack *pack) {
        if (pack)
                arena_free(pack->arena);
        return NULL;
}

void pack_cleanup(Pack **pack) {
        *pack = pack_free(*pack);
}

static int compare_names(const void *a, const void *b) {
        return str_compare(*(const Str *) a, *(const Str *) b);
}

static Rc unreadable(Pack *pack, Str path, int error) {
        pack->unreadable = path;
        pack->error = error;
        return RC_IO;
}

static bool is_source(Str name) {
        return str_ends(name, STR(".md")) && !str_starts(name, STR(".")) && !str_equal(name, STR(OVERLAY_FILE));
}

/* The .md files of a folder in name order, without the overlay and without hidden files. */
static Rc list_folder(Pack *pack, Str folder, Str *names, uint32_t *ret_count) {
        DIR *directory = opendir(folder.data);
        if (!directory)
                return errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG ? RC_MISSING
                                                                                   : unreadable(pack, folder, errno);
        uint32_t count = 0;
        bool fits = true;
        for (const struct dirent *entry; fits && (entry = readdir(directory));) {
                Str name = str_from(entry->d_name);
                if (!is_source(name))
                        continue;
                fits = count < PACK_FILES_MAX;
                if (fits)
                        names[count++] = str_copy(pack->arena, name);
        }
        (void) closedir(directory);      /* only read */
        if (!fits)
                return RC_TOOBIG;
        qsort(names, count, sizeof(Str), compare_names);
        *ret_count = count;
        return count ? RC_OK : RC_MISSING;
}

static void hash_text(Loader *loader, Str text) {
        uint64_t length = text.length;
        fingerprint_add(loader->hash, (Str){ (const char *) &length, sizeof length });
        fingerprint_add(loader->hash, text);
}

/* Reads and parses one file. What is wrong with it is a diagnostic: the tree of what could be read is kept. */
static Rc parse_file(Loader *loader, Str path, Str shown, const Syntax **ret_syntax) {
        Pack *pack = loader->pack;
        Syntax *syntax = ARENA_NEW(pack->arena, Syntax, 1);
        Str text;
        Rc rc = file_read(pack->arena, path.data, SYNTAX_SOURCE_MAX, &text);
        if (rc == RC_TOOBIG) {
                uint32_t file = diagnostics_add_file(&pack->diagnostics, shown, STR(""));
                diagnostics_add(&pack->diagnostics, DIAGNOSTIC_ERROR, language_code_text(CODE_SOURCE_TOO_LARGE),
                                (Span){ .file = file }, STR("把文件拆成几个，每个不超过 1 MiB"), "文件超过 1 MiB，没有读取");
                *ret_syntax = syntax;
                return RC_OK;
        }
        if (rc != RC_OK)
                return rc == RC_MISSING ? rc : unreadable(pack, path, errno);
        hash_text(loader, shown);
        hash_text(loader, text);
        uint32_t file = diagnostics_add_file(&pack->diagnostics, shown, text);
        rc = syntax_parse(pack->arena, text, file, &pack->diagnostics, syntax);
        *ret_syntax = syntax;
        return rc == RC_INVALID ? RC_OK : rc;
}

static Rc load_module(Loader *loader, Str name, Module *module) {
        Arena *arena = loader->pack->arena;
        Str folder = str_format(arena, "%.*s/%.*s", STR_ARG(loader->parent), STR_ARG(name));
        Str *names = ARENA_NEW(arena, Str, PACK_FILES_MAX);
        uint32_t count;
        Rc rc = list_folder(loader->pack, folder, names, &count);
        if (rc != RC_OK)
                return rc;
        const Syntax **files = ARENA_NEW(arena, const Syntax *, count);
        for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
                Str path = str_format(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names[i]));
                Str shown = str_format(arena, "%.*s/%.*s", STR_ARG(name), STR_ARG(names[i]));
                rc = parse_file(loader, path, shown, &files[i]);
                if (rc == RC_MISSING)                /* listed, but gone or a link to nowhere */
                        rc = unreadable(loader->pack, path, ENOENT);
        }
        if (rc == RC_OK)
                *module = (Module){ .name = name, .files = files, .file_count = count };
        return rc;
}

static bool module_loaded(const Loader *loader, Str name) {
        for (uint32_t i = 0; i < loader->module_count; i++)
                if (str_equal(loader->modules[i].name, name))
                        return true;
        return false;
}

/* A name that stays inside the folder of packs. */
static bool plain_name(Str name) {
        size_t at;
        return name.length > 0 && name.data[0] != '.' && !str_find(name, STR("/"), &at);
}

/* The checker says which imports are not there; here stands why one that is there was not read. */
static void import_error(Pack *pack, const Expression *named, const char *why, Str name) {
        diagnostics_add(&pack->diagnostics, DIAGNOSTIC_ERROR, language_code_text(CODE_IMPORT_UNKNOWN), named->at, STR(""),
                        "没有读取“%.*s”：%s", STR_ARG(name), why);
}

static Rc load_import(Loader *loader, const Expression *named) {
        Pack *pack = loader->pack;
        Str name = named->text;
        if (named->kind == EXPRESSION_TEXT && name.length == 0)
                import_error(pack, named, "没有写名称", name);
        if (module_loaded(loader, name) || !plain_name(name))
                return RC_OK;
        if (loader->module_count > PACK_IMPORTS_MAX) {
                import_error(pack, named, "直接和间接引入的包超过 16 个", name);
                return RC_OK;
        }
        Rc rc = load_module(loader, str_copy(pack->arena, name), &loader->modules[loader->module_count]);
        if (rc == RC_OK)
                loader->module_count++;
        if (rc == RC_TOOBIG)
                import_error(pack, named, "它的 .md 文件超过 64 个", name);
        return rc == RC_IO ? rc : RC_OK;
}

/* Follows 引入 through all modules, those found on the way included. */
static Rc load_imports(Loader *loader) {
        for (uint32_t m = 0; m < loader->module_count; m++)
                for (uint32_t f = 0; f < loader->modules[m].file_count; f++)
                        for (const Declaration *d = loader->modules[m].files[f]->first; d; d = d->next)
                                for (uint32_t i = 0; d->head == HEAD_IMPORT && i < d->name_count; i++) {
                                        Rc rc = load_import(loader, d->names[i]);
                                        if (rc != RC_OK)
                                                return rc;
                                }
        return RC_OK;
}

/* The figure a demonstration parameter is given: its last version, as written. */
static bool overlay_value(const Pack *pack, const Declaration *parameter, Str *ret_value) {
        const Item *last = parameter->items;
        while (last && last->next)
                last = last->next;
        if (!last || !last->value)
                return false;
        Span at = last->value->at;
        *ret_value = str_slice(pack->diagnostics.files[at.file].text, at.start, at.end);
        return true;
}

/* demo.md as settings, behind which the user's own settings stand (the last one for a name wins). */
static Rc read_overlay(Loader *loader, const PackOptions *options, CompileOptions *ret_compile) {
        Pack *pack = loader->pack;
        uint32_t count = 0, capacity = options->setting_count;
        ParameterSetting *settings = ARENA_NEW(pack->arena, ParameterSetting, capacity);
        Str path = str_format(pack->arena, "%.*s/%.*s/" OVERLAY_FILE, STR_ARG(loader->parent), STR_ARG(pack->name));
        Str shown = str_format(pack->arena, "%.*s/" OVERLAY_FILE, STR_ARG(pack->name));
        const Syntax *overlay = NULL;
        Rc rc = options->demonstration ? parse_file(loader, path, shown, &overlay) : RC_OK;
        if (rc != RC_OK && rc != RC_MISSING)
                return rc;
        pack->demonstration = overlay != NULL;
        for (const Declaration *d = overlay ? overlay->first : NULL; d; d = d->next) {
                Str value;
                if (d->head != HEAD_PARAMETER || !overlay_value(pack, d, &value))
                        diagnostics_add(&pack->diagnostics, DIAGNOSTIC_ERROR, language_code_text(CODE_SETTING_INVALID), d->at,
                                        STR("写成 参数 名：类型，下一行 - 自 日期：值"), "示范文件里只能有带数值的参数");
                else
                        *ARENA_PUSH(pack->arena, settings, count, capacity) =
                                (ParameterSetting){ .name = d->name, .value = value };
        }
        for (uint32_t i = 0; i < options->setting_count; i++)
                *ARENA_PUSH(pack->arena, settings, count, capacity) = options->settings[i];
        *ret_compile = (CompileOptions){ .settings = settings, .setting_count = count };
        return RC_OK;
}

/* Splits "a/b/jinan/" into its parent "a/b" and its name "jinan". */
static void split_folder(Pack *pack, Str folder, Str *ret_parent) {
        while (folder.length > 1 && folder.data[folder.length - 1] == '/')
                folder.length--;
        size_t cut = folder.length;
        while (cut > 0 && folder.data[cut - 1] != '/')
                cut--;
        pack->name = str_copy(pack->arena, str_slice(folder, cut, folder.length));
        *ret_parent = cut == 0 ? STR(".") : str_copy(pack->arena, str_slice(folder, 0, cut - 1));
}

Rc pack_load(Pack *pack, Str folder, const PackOptions *options) {
        Loader *loader = ARENA_NEW(pack->arena, Loader, 1);
        loader->pack = pack;
        split_folder(pack, folder, &loader->parent);
        loader->hash = fingerprint_new(pack->arena);
        pack->own_file_first = 1;
        Rc rc = load_module(loader, pack->name, &loader->modules[0]);
        if (rc != RC_OK)
                return rc;
        loader->module_count = 1;
        pack->own_file_last = loader->modules[0].file_count;
        CompileOptions compile;
        if ((rc = load_imports(loader)) != RC_OK || (rc = read_overlay(loader, options, &compile)) != RC_OK)
                return rc;
        pack->hash = fingerprint_end(loader->hash, pack->arena);
        Program program = { 0 };
        rc = language_compile(pack->arena, loader->modules, loader->module_count, &compile, &pack->diagnostics, &program);
        if (rc == RC_OK && pack->diagnostics.errors)
                rc = RC_INVALID;
        if (rc == RC_OK)
                pack->program = program;
        return rc;
}

uint32_t pack_policy(const Pack *pack, Str name) {
        return find_named(pack->program.policies, pack->program.policy_count, name);
}

uint32_t pack_entity(const Pack *pack, Str name) {
        return find_named(pack->program.entities, pack->program.entity_count, name);
}

Str text_hash(Arena *arena, Str text) {
        Fingerprint *fingerprint = fingerprint_new(arena);
        fingerprint_add(fingerprint, text);
        return fingerprint_end(fingerprint, arena);
}

Str pack_clause(const Pack *pack, uint32_t clause) {
        return clause < pack->program.clause_count ? pack->program.clauses[clause].title : (Str){ 0 };
}

/* Where the clause ends: at the next heading of its file. */
static uint32_t clause_end(const Program *program, uint32_t clause) {
        Span at = program->clauses[clause].at;
        uint32_t end = (uint32_t) program->files[at.file].text.length;
        for (uint32_t i = 1; i < program->clause_count; i++) {
                Span other = program->clauses[i].at;
                if (other.file == at.file && other.start > at.start && other.start < end)
                        end = other.start;
        }
        return end;
}

/* The marks a line that opens or closes a fence begins with: three or more ` or ~; empty for another line. */
static Str fence_marks(Str line) {
        Str text = str_trim(line);
        size_t count = 0;
        while (count < text.length && (text.data[0] == '`' || text.data[0] == '~') && text.data[count] == text.data[0])
                count++;
        size_t inside;
        bool inline_code = count > 0 && text.data[0] == '`' && str_find(str_slice(text, count, text.length), STR("`"), &inside);
        return count < 3 || inline_code ? (Str){ 0 } : str_slice(text, 0, count);
}

Str pack_clause_prose(const Pack *pack, Arena *arena, uint32_t clause) {
        if (clause == 0 || clause >= pack->program.clause_count)
                return (Str){ 0 };
        Span at = pack->program.clauses[clause].at;
        Str rest = str_slice(pack->program.files[at.file].text, at.start, clause_end(&pack->program, clause));
        str_cut(&rest, '\n');
        Buffer prose CLEAN(buffer_free) = buffer_new(SYNTAX_SOURCE_MAX);
        Str open = { 0 };                /* the marks of the fence we are in */
        while (rest.length > 0) {
                Str line = str_cut(&rest, '\n'), marks = fence_marks(line);
                if (open.length > 0 && str_starts(marks, open) && str_equal(str_trim(line), marks))
                        open = (Str){ 0 };
                else if (open.length == 0 && marks.length > 0)
                        open = marks;
                else if (open.length == 0) {
                        buffer_add(&prose, line);
                        buffer_byte(&prose, '\n');
                }
        }
        return str_copy(arena, str_trim(buffer_str(&prose)));
}
