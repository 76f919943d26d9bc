/* Loads a pack: lists the folder, parses every file, follows imports, reads the overlay, compiles, hashes. */
#include "city/pack.h"

#include <dirent.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define PACK_ARENA_CAP ((size_t) 1 << 30)
#define OVERLAY_FILE "demo.md"

typedef struct Loader {
        Pack   *pack;
        Str     parent;                     /* folder that holds the packs */
        Module  modules[PACK_IMPORTS_MAX + 1];
        uint32_t module_count;
        crypto_hash_sha256_state hash;
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

/* The .md files of a folder in name order, without the overlay and without hidden files. */
static Rc list_folder(Arena *arena, const char *folder, Str *names, uint32_t *ret_count) {
        DIR *directory = opendir(folder);
        if (!directory)
                return RC_MISSING;
        uint32_t count = 0;
        Rc rc = RC_OK;
        for (const struct dirent *entry; (entry = readdir(directory));) {
                Str name = str_from(entry->d_name);
                if (!str_ends(name, STR(".md")) || str_starts(name, STR(".")) || str_equal(name, STR(OVERLAY_FILE)))
                        continue;
                if (count == PACK_FILES_MAX) {
                        rc = RC_TOOBIG;
                        break;
                }
                names[count++] = str_copy(arena, name);
        }
        closedir(directory);
        if (rc != RC_OK)
                return rc;
        qsort(names, count, sizeof(Str), compare_names);
        *ret_count = count;
        return count ? RC_OK : RC_MISSING;
}

static void hash_text(Loader *loader, Str text) {
        uint64_t length = text.length;
        crypto_hash_sha256_update(&loader->hash, (const unsigned char *) &length, sizeof length);
        crypto_hash_sha256_update(&loader->hash, (const unsigned char *) text.data, text.length);
}

/* Reads and parses one file. Syntax errors are diagnostics: the tree of what could be read is kept. */
static Rc parse_file(Loader *loader, Str path, Str shown, const Syntax **ret_syntax) {
        Pack *pack = loader->pack;
        Str text;
        Rc rc = file_read(pack->arena, path.data, SYNTAX_SOURCE_MAX + 1, &text);
        if (rc != RC_OK && rc != RC_TOOBIG)
                return rc;
        if (rc == RC_TOOBIG) {
                uint32_t file = diagnostics_add_file(&pack->diagnostics, shown, STR(""));
                diagnostics_add(&pack->diagnostics, DIAGNOSTIC_ERROR, "L0101", (Span){ .file = file },
                                STR("把文件拆成几个，每个不超过 1 MiB"), "文件超过 1 MiB，没有读取");
                return RC_TOOBIG;
        }
        hash_text(loader, shown);
        hash_text(loader, text);
        uint32_t file = diagnostics_add_file(&pack->diagnostics, shown, text);
        Syntax *syntax = ARENA_NEW(pack->arena, Syntax, 1);
        rc = syntax_parse(pack->arena, text, file, &pack->diagnostics, syntax);
        *ret_syntax = syntax;
        return rc == RC_INVALID ? RC_OK : rc;
}

static Rc load_module(Loader *loader, Str name, Module *module) {
        Arena *arena = loader->pack->arena;
        Str folder = str_format(arena, "%.*s/%.*s", STR_ARG(loader->parent), STR_ARG(name));
        Str *names = ARENA_NEW(arena, Str, PACK_FILES_MAX);
        uint32_t count;
        Rc rc = list_folder(arena, folder.data, names, &count);
        if (rc != RC_OK)
                return rc;
        const Syntax **files = ARENA_NEW(arena, const Syntax *, count);
        for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
                Str path = str_format(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names[i]));
                Str shown = str_format(arena, "%.*s/%.*s", STR_ARG(name), STR_ARG(names[i]));
                rc = parse_file(loader, path, shown, &files[i]);
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

static Rc load_import(Loader *loader, const Expression *named) {
        Pack *pack = loader->pack;
        Str name = named->kind == EXPRESSION_TEXT ? named->text : (Str){ 0 };
        if (module_loaded(loader, name))
                return RC_OK;
        Rc rc = !plain_name(name) || loader->module_count > PACK_IMPORTS_MAX
                        ? RC_MISSING
                        : load_module(loader, str_copy(pack->arena, name), &loader->modules[loader->module_count]);
        if (rc == RC_OK)
                loader->module_count++;
        if (rc != RC_MISSING)
                return rc;
        diagnostics_add(&pack->diagnostics, DIAGNOSTIC_ERROR, "L0201", named->at,
                        STR("引入的是同一个文件夹下的另一个包，例如 引入 “common”"), "找不到要引入的包“%.*s”", STR_ARG(name));
        return RC_OK;
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
        for (const Declaration *d = overlay ? overlay->first : NULL; d; d = d->next) {
                Str value;
                if (d->head != HEAD_PARAMETER || !overlay_value(pack, d, &value))
                        diagnostics_add(&pack->diagnostics, DIAGNOSTIC_ERROR, "L0202", d->at,
                                        STR("写成 参数 名：类型，下一行 - 自 日期：值"), "示范文件里只能有带数值的参数");
                else
                        *ARENA_PUSH(pack->arena, settings, count, capacity) = (ParameterSetting){ d->name, value };
        }
        for (uint32_t i = 0; i < options->setting_count; i++)
                *ARENA_PUSH(pack->arena, settings, count, capacity) = options->settings[i];
        *ret_compile = (CompileOptions){ .settings = settings, .setting_count = count };
        return RC_OK;
}

static Str finish_hash(Loader *loader) {
        unsigned char digest[crypto_hash_sha256_BYTES];
        crypto_hash_sha256_final(&loader->hash, digest);
        char *text = ARENA_NEW(loader->pack->arena, char, 2 * sizeof digest + 1);
        sodium_bin2hex(text, 2 * sizeof digest + 1, digest, sizeof digest);
        return (Str){ text, 2 * sizeof digest };
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
        pack->demonstration = options->demonstration;
        split_folder(pack, folder, &loader->parent);
        crypto_hash_sha256_init(&loader->hash);
        pack->own_file_first = 1;
        Rc rc = load_module(loader, pack->name, &loader->modules[0]);
        if (rc != RC_OK)
                return rc == RC_TOOBIG && pack->diagnostics.errors ? RC_INVALID : rc;
        loader->module_count = 1;
        pack->own_file_last = loader->modules[0].file_count;
        CompileOptions compile;
        if ((rc = load_imports(loader)) != RC_OK || (rc = read_overlay(loader, options, &compile)) != RC_OK)
                return rc;
        pack->hash = finish_hash(loader);
        Program program = { 0 };
        rc = language_compile(pack->arena, loader->modules, loader->module_count, &compile, &pack->diagnostics, &program);
        if (rc == RC_OK && pack->diagnostics.errors)
                rc = RC_INVALID;
        if (rc == RC_OK)
                pack->program = program;
        return rc;
}

uint32_t pack_policy(const Pack *pack, Str name) {
        for (uint32_t i = 0; i < pack->program.policy_count; i++)
                if (str_equal(pack->program.policies[i].name, name))
                        return i;
        return NONE;
}

uint32_t pack_entity(const Pack *pack, Str name) {
        for (uint32_t i = 0; i < pack->program.entity_count; i++)
                if (str_equal(pack->program.entities[i].name, name))
                        return i;
        return NONE;
}

Str pack_clause(const Pack *pack, uint32_t clause) {
        return clause < pack->program.clause_count ? pack->program.clauses[clause].title : (Str){ 0 };
}

/* Whether a line opens or closes a fence. */
static bool is_fence(Str line) {
        Str text = str_trim(line);
        return str_starts(text, STR("```")) || str_starts(text, STR("~~~"));
}

Str pack_clause_prose(const Pack *pack, Arena *arena, uint32_t clause) {
        if (clause == 0 || clause >= pack->program.clause_count)
                return (Str){ 0 };
        Span at = pack->program.clauses[clause].at;
        Str text = pack->program.files[at.file].text;
        Str rest = str_slice(text, at.start, text.length);
        str_cut(&rest, '\n');
        Buffer prose CLEAN(buffer_free) = buffer_new(SYNTAX_SOURCE_MAX);
        for (bool fenced = false; rest.length > 0;) {
                Str line = str_cut(&rest, '\n');
                if (is_fence(line))
                        fenced = !fenced;
                else if (!fenced && str_starts(line, STR("#")))
                        break;
                else if (!fenced) {
                        buffer_add(&prose, line);
                        buffer_byte(&prose, '\n');
                }
        }
        return str_copy(arena, str_trim(buffer_str(&prose)));
}
