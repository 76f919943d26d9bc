/* Packs, figures and output for the commands. */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define OUTPUT_CAP ((size_t) 256 << 20)

void cli_say(const char *format, ...) {
        va_list arguments;
        va_start(arguments, format);
        (void) fputs("leye: ", stderr);
        (void) vfprintf(stderr, format, arguments);
        (void) fputc('\n', stderr);
        va_end(arguments);
}

void cli_tell(const Buffer *text) {
        if (text->length > 0)
                (void) fwrite(text->data, 1, text->length, stderr);     /* nowhere is left to complain */
}

const char *cli_reason(int error) {
        static const struct {
                int         error;
                const char *text;
        } reasons[] = {
                { ENOENT, "没有这个文件或文件夹" }, { EACCES, "没有权限" },     { EPERM, "不允许" },
                { ENOTDIR, "不是文件夹" },         { EISDIR, "是文件夹，不是文件" }, { ENOSPC, "磁盘满了" },
                { EDQUOT, "磁盘配额用完了" },      { EROFS, "那里只能读，不能写" }, { EIO, "读写出错" },
                { EBADF, "输出已经关闭" },         { EPIPE, "输出已经关闭" },   { ENOMEM, "内存不够" },
                { EFBIG, "文件太大，系统不让写" },  { EMFILE, "打开的文件太多" },      { ENAMETOOLONG, "名称太长" }, { ELOOP, "链接绕成了圈" },
        };
        for (uint32_t i = 0; i < ARRAY_LENGTH(reasons); i++)
                if (reasons[i].error == error)
                        return reasons[i].text;
        const char *text = strerrordesc_np(error);
        return text ? text : "出了错";
}

int cli_exit(Rc rc) {
        switch (rc) {
        case RC_OK:
                return EXIT_DONE;
        case RC_INVALID:
        case RC_MISSING:
        case RC_DENIED:
        case RC_CONFLICT:
        case RC_TOOBIG:
                return EXIT_USER;
        case RC_IO:
                return EXIT_WORLD;
        }
        return EXIT_WORLD;
}

int cli_output(const Buffer *out) {
        if (out->failed) {
                cli_say("结果太长，没有写完");
                return EXIT_WORLD;
        }
        errno = 0;
        if ((out->length > 0 && fwrite(out->data, 1, out->length, stdout) != out->length) || fflush(stdout) != 0 ||
            ferror(stdout)) {
                cli_say("写不出结果：%s", cli_reason(errno ? errno : EIO));
                return EXIT_WORLD;
        }
        return EXIT_DONE;
}

static bool is_folder(const char *path) {
        struct stat status;
        return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

Str cli_pack_folder(Arena *arena, Str name) {
        size_t at;
        Str plain = str_copy(arena, name);
        if (str_find(name, STR("/"), &at) || is_folder(plain.data))
                return plain;
        const char *cities = getenv("LEYE_CITIES");
        return str_format(arena, "%s/%.*s", cities ? cities : "cities", STR_ARG(name));
}

static int compare_names(const void *a, const void *b) {
        return str_compare(*(const Str *) a, *(const Str *) b);
}

int cli_list_cities(Arena *arena, uint32_t most, Str *ret_names, uint32_t *ret_count) {
        const char *variable = getenv("LEYE_CITIES");
        const char *folder = variable ? variable : "cities";
        DIR *directory = opendir(folder);
        uint32_t count = 0;
        if (!directory) {
                cli_say("打不开城市文件夹 %s；用环境变量 LEYE_CITIES 指定，或者写出城市的路径", folder);
                return EXIT_USER;
        }
        for (const struct dirent *entry; (entry = readdir(directory));)
                if (entry->d_name[0] != '.' && entry->d_type != DT_REG && count < most)
                        ret_names[count++] = str_format(arena, "%s/%s", folder, entry->d_name);
        (void) closedir(directory);      /* only read */
        qsort(ret_names, count, sizeof(Str), compare_names);
        *ret_count = count;
        return EXIT_DONE;
}

static int print_diagnostics(const Pack *pack, bool json, bool quiet) {
        Buffer out CLEAN(buffer_free) = buffer_new(OUTPUT_CAP);
        int code = pack->diagnostics.errors > 0 ? EXIT_USER : EXIT_DONE;
        if (json) {
                diagnostics_json(&pack->diagnostics, &out);
                buffer_byte(&out, '\n');
                int printed = cli_output(&out);
                return printed != EXIT_DONE ? printed : code;
        }
        if (!quiet || code != EXIT_DONE) {
                diagnostics_print(&pack->diagnostics, &out);
                cli_tell(&out);
        }
        return code;
}

int cli_load(Pack *pack, Str name, const PackOptions *options, bool json, bool quiet) {
        Str folder = cli_pack_folder(pack->arena, name);
        Rc rc = pack_load(pack, folder, options);
        switch (rc) {
        case RC_OK:
        case RC_INVALID:
                MUST((rc == RC_OK) == (pack->diagnostics.errors == 0));
                return print_diagnostics(pack, json, quiet);
        case RC_MISSING:
                cli_say("找不到“%.*s”：%.*s 不是放着 .md 文件的文件夹", STR_ARG(name), STR_ARG(folder));
                return EXIT_USER;
        case RC_TOOBIG:
                cli_say("“%.*s”里的 .md 文件超过 %d 个，请分成几个包", STR_ARG(name), PACK_FILES_MAX);
                return EXIT_USER;
        case RC_DENIED:
        case RC_CONFLICT:
        case RC_IO:
                break;
        }
        cli_say("读不了 %.*s：%s", STR_ARG(pack->unreadable), cli_reason(pack->error));
        return EXIT_WORLD;
}

static Str near_text(Arena *arena, Str wrong, const Str *names, uint32_t count) {
        Str near;
        return nearest_name(wrong, names, count, &near) ? str_format(arena, "，是否想写 %.*s", STR_ARG(near)) : STR("");
}

bool cli_find_policy(const Pack *pack, Str name, uint32_t *ret_policy) {
        *ret_policy = name.length ? pack_policy(pack, name) : NONE;
        if (name.length == 0 || *ret_policy != NONE)
                return true;
        uint32_t count = pack->program.policy_count;
        Str *names = ARENA_NEW(pack->arena, Str, count + 1);
        for (uint32_t i = 0; i < count; i++)
                names[i] = pack->program.policies[i].name;
        Str near = near_text(pack->arena, name, names, count);
        cli_say("没有“%.*s”这项政策%.*s；leye coverage 列出全部", STR_ARG(name), STR_ARG(near));
        return false;
}

bool cli_find_entity(const Pack *pack, Str name, uint16_t *ret_entity) {
        uint32_t entity = pack_entity(pack, name), count = pack->program.entity_count;
        if (entity != NONE) {
                *ret_entity = (uint16_t) entity;
                return true;
        }
        Buffer names CLEAN(buffer_free) = buffer_new(OUTPUT_CAP);
        for (uint32_t i = 0; i < count; i++) {
                Str one = pack->program.entities[i].name;
                buffer_format(&names, "%s%.*s", i ? "、" : "", STR_ARG(one));
        }
        cli_say("没有“%.*s”这个实体；有：%.*s", STR_ARG(name), STR_ARG(buffer_str(&names)));
        return false;
}

bool cli_settings(Arena *arena, const Str *texts, uint32_t count, ParameterSetting **ret_settings) {
        ParameterSetting *settings = ARENA_NEW(arena, ParameterSetting, count);
        for (uint32_t i = 0; i < count; i++) {
                Str value = texts[i], name = str_cut(&value, '=');
                if (name.length == texts[i].length) {
                        cli_say("“%.*s”要写成 名=值", STR_ARG(texts[i]));
                        return false;
                }
                settings[i] = (ParameterSetting){ .name = str_trim(name), .value = str_trim(value) };
        }
        *ret_settings = settings;
        return true;
}
