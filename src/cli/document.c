/* leye document load: the published text of a document, put beside our words. The text stays in the city's database; it is cut into
 * clauses by their numbers, and a clause that reads otherwise than the last time is flagged. */
#include "cli/store.h"

#include "base/utf8.h"
#include "insight/document.h"

#include <errno.h>

#define OUTPUT_CAP ((size_t) 1 << 22)
#define SHOWN_MAX 60                     /* bytes of a clause's beginning */

/* The file as UTF-8, whichever of the two it is; told on standard error when it is neither. */
static int read_text(Arena *arena, Str path, Str *ret_text) {
        Str bytes, text;
        size_t at;
        Rc rc = file_read(arena, path.data, ORIGINAL_TEXT_MAX, &bytes);
        if (rc == RC_TOOBIG) {
                cli_say("%.*s 超过 1 MiB，不像一份文件的正文", STR_ARG(path));
                return EXIT_USER;
        }
        if (rc != RC_OK) {
                cli_say("读不了 %.*s：%s", STR_ARG(path), cli_reason(errno));
                return rc == RC_MISSING ? EXIT_USER : EXIT_WORLD;
        }
        if (str_starts(bytes, STR("\xEF\xBB\xBF")))
                bytes = str_slice(bytes, 3, bytes.length);
        if (utf8_check(bytes, &at)) {
                *ret_text = bytes;
                return EXIT_DONE;
        }
        rc = gb18030_to_utf8(arena, bytes, &text, &at);
        if (rc == RC_IO) {
                cli_say("这台机器没有 GB18030 的转换表");
                return EXIT_WORLD;
        }
        if (rc != RC_OK) {
                cli_say("%.*s 既不是 UTF-8 也不是 GB18030 的文字（第 %zu 个字节）；请另存为纯文本", STR_ARG(path), at + 1);
                return EXIT_USER;
        }
        *ret_text = text;
        return EXIT_DONE;
}

/* The first characters of a clause, on one line. */
static Str beginning(Str text) {
        Str line = str_cut(&text, '\n');
        size_t end = 0;
        for (size_t at = 0; at < line.length && at < SHOWN_MAX; end = at)
                (void) utf8_next(line, &at);
        return str_slice(line, 0, end);
}

static bool has_key(const Original *original, Str key) {
        for (uint32_t i = 0; i < original->count; i++)
                if (str_equal(original->items[i].key, key))
                        return true;
        return false;
}

/* What was found, what of ours the text has not, what of the text we have not. */
static void print_match(const Original *original, const Outline *outline, Buffer *out) {
        buffer_format(out, "对上 %u 条", original->matched);
        if (original->nested)
                buffer_format(out, "；更细的 %u 段并入上一级条款", original->nested);
        buffer_format(out, "；没有对上 %u 条\n", original->unmatched);
        for (uint32_t i = 0; i < original->count; i++) {
                Str start = beginning(original->items[i].text);
                if (!original->items[i].matched)
                        buffer_format(out, "  原文有、我们没有：%.*s…\n", STR_ARG(start));
        }
        for (uint32_t i = 1; i < outline->count; i++)
                if (!has_key(original, outline->items[i].key))
                        buffer_format(out, "  我们有、原文没有找到：%.*s\n", STR_ARG(outline->items[i].title));
}

static int save(Store *store, const Document *document, const Original *original, bool accept, Buffer *out) {
        uint32_t changed, gone;
        Rc rc = original_save(&store->plan, document->name, original, accept, store->arena, &changed, &gone);
        if (rc != RC_OK)
                return store_failure(store, "没有存成，原来的还在", rc);
        if (changed)
                buffer_format(out, "有改动 %u 条：网页上已标出；照新的原文改好城市文件以后，加 --accept 再装一次\n", changed);
        if (gone)
                buffer_format(out, "上次有、这次没有 %u 条\n", gone);
        return EXIT_DONE;
}

static int load(Store *store, Str name, Str file, bool accept) {
        Original cut;
        Str text;
        uint32_t index = pack_document(store->pack, name);
        if (index == NONE) {
                cli_say("%.*s 没有“%.*s”这份文件；写文号或者“文件”后面的名称", STR_ARG(store->pack->name), STR_ARG(name));
                return EXIT_USER;
        }
        const Document *document = &store->pack->program.documents[index];
        int code = read_text(store->arena, file, &text);
        if (code != EXIT_DONE)
                return code;
        Rc rc = original_split(text, store->arena, &cut);
        if (rc != RC_OK) {
                cli_say(rc == RC_INVALID ? "%.*s 里没有文字" : "%.*s 里的条款太多，不像一份文件", STR_ARG(file));
                return EXIT_USER;
        }
        Buffer out CLEAN(buffer_free) = buffer_new(OUTPUT_CAP);
        Outline outline = outline_of(store->pack, index, store->arena);
        Original original = original_match(&cut, &outline, store->arena);
        buffer_format(&out, "%.*s：", STR_ARG(document->name));
        print_match(&original, &outline, &out);
        code = save(store, document, &original, accept, &out);
        return code == EXIT_DONE ? cli_output(&out) : code;
}

int command_document(const Command *command, int argc, char **argv) {
        Str words[4], folder = STR("data");
        bool accept = false;
        uint32_t count;
        const CliOption options[] = {
                { .name = "--folder", .value = "DIR", .help = "数据文件夹，或 postgres:连接串；缺省 data", .text = &folder },
                { .name = "--accept", .help = "城市文件已经照新的原文改好，不再标“有改动”", .flag = &accept },
        };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, words, &count);
        if (code >= 0)
                return code;
        if (!str_equal(words[0], STR("load"))) {
                cli_say("leye document 后面写 load：leye document load 城市 文号 文本文件");
                return EXIT_USAGE;
        }
        Store store;
        code = store_open(&store, &(StoreOptions){ .city = words[1], .folder = folder, .fitting = true });
        if (code == EXIT_DONE)
                code = load(&store, words[2], words[3], accept);
        store_close(&store);
        return code;
}
