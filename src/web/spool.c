/* Files with random names in a folder of mode 0700. A token is 32 hexadecimal digits and nothing else, so that no path can
 * be made of it. */
#include "web/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log.h"
#include "base/secret.h"

#define TOKEN_BYTES 16
#define TOKEN_LENGTH ((size_t) 2 * TOKEN_BYTES)
#define KEEP_SECONDS 86400
#define FOLDER_ARENA ((size_t) 64 << 20)

static bool is_token(Str text) {
        for (size_t i = 0; i < text.length; i++)
                if (!((text.data[i] >= '0' && text.data[i] <= '9') || (text.data[i] >= 'a' && text.data[i] <= 'f')))
                        return false;
        return text.length == TOKEN_LENGTH;
}

static Str folder_of(const City *city, Arena *arena) {
        Str place = pool_place(city->pool), name = city->pack->name;
        if (str_starts(place, STR("sqlite:")))
                return str_format(arena, "%.*s.spool", STR_ARG(str_slice(place, STR("sqlite:").length, place.length)));
        const char *temporary = getenv("TMPDIR");
        return str_format(arena, "%s/leye-%u-%.*s.spool", temporary ? temporary : "/tmp", (unsigned) geteuid(), STR_ARG(name));
}

/* The folder, made when it is not there. One that another user made, or can read, is not used. */
static Rc open_folder(const City *city, Arena *arena, Str *ret_folder) {
        Str folder = folder_of(city, arena);
        struct stat about;
        if (mkdir(folder.data, 0700) != 0 && errno != EEXIST)
                return RC_IO;
        if (lstat(folder.data, &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != geteuid() || (about.st_mode & 077)) {
                log_event(LOG_ERROR, "spool", "the folder for uploaded files is not ours alone");
                return RC_IO;
        }
        *ret_folder = folder;
        return RC_OK;
}

static Str path_of(Arena *arena, Str folder, Str token) {
        return str_format(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(token));
}

/* Files that were not touched since then. */
static void remove_old(Arena *arena, Str folder, int64_t since) {
        DIR *files = opendir(folder.data);
        for (struct dirent *entry; files && (entry = readdir(files)) != NULL;) {
                struct stat about;
                const char *path = path_of(arena, folder, str_from(entry->d_name)).data;
                if (is_token(str_from(entry->d_name)) && lstat(path, &about) == 0 && about.st_mtime < since &&
                    unlink(path) != 0)
                        log_event(LOG_WARNING, "spool", "an old file stays");
        }
        if (files)
                (void) closedir(files);          /* only read */
}


int spool_begin(const City *city) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(FOLDER_ARENA);
        Str folder;
        int lock = open_folder(city, arena, &folder) == RC_OK ? open(folder.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        if (lock >= 0)
                remove_old(arena, folder, clock_seconds() - KEEP_SECONDS);
        if (lock >= 0 && flock(lock, LOCK_SH) != 0)
                log_event(LOG_WARNING, "spool", "the folder for uploaded files cannot be locked");
        return lock;
}

void spool_end(const City *city, int lock) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(FOLDER_ARENA);
        Str folder;
        if (lock >= 0 && open_folder(city, arena, &folder) == RC_OK && flock(lock, LOCK_EX | LOCK_NB) == 0)
                remove_old(arena, folder, INT64_MAX);
        if (lock >= 0)
                (void) close(lock);      /* nothing was written */
}

static Rc write_all(int file, Str bytes) {
        while (bytes.length) {
                ssize_t written = write(file, bytes.data, bytes.length);
                if (written < 0 && errno == EINTR)
                        continue;
                if (written <= 0)
                        return RC_IO;
                bytes = str_slice(bytes, (size_t) written, bytes.length);
        }
        return RC_OK;
}

Rc spool_put(const Visit *visit, Str bytes, Str *ret_token) {
        Str folder, token = secret_token(visit->arena, TOKEN_BYTES);
        Rc rc = open_folder(visit->city, visit->arena, &folder);
        if (rc != RC_OK)
                return rc;
        remove_old(visit->arena, folder, clock_seconds() - KEEP_SECONDS);
        const char *path = path_of(visit->arena, folder, token).data;
        int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (file < 0)
                return RC_IO;
        rc = write_all(file, bytes);
        if (close(file) != 0)
                rc = RC_IO;
        if (rc == RC_OK)
                *ret_token = token;
        else if (unlink(path) != 0)
                log_event(LOG_WARNING, "spool", "a torn file stays");
        return rc;
}

Rc spool_get(const City *city, Str token, size_t cap, Arena *arena, Str *ret_bytes) {
        Str folder;
        if (!is_token(token))
                return RC_MISSING;
        Rc rc = open_folder(city, arena, &folder);
        return rc == RC_OK ? file_read(arena, path_of(arena, folder, token).data, cap, ret_bytes) : rc;
}

void spool_remove(const City *city, Str token, Arena *arena) {
        Str folder;
        if (is_token(token) && open_folder(city, arena, &folder) == RC_OK && unlink(path_of(arena, folder, token).data) != 0 &&
            errno != ENOENT)
                log_event(LOG_WARNING, "spool", "a used file stays");
}

Rc spool_path(const Visit *visit, Str *ret_path) {
        Str folder;
        Rc rc = open_folder(visit->city, visit->arena, &folder);
        if (rc == RC_OK)
                *ret_path = path_of(visit->arena, folder, secret_token(visit->arena, TOKEN_BYTES));
        return rc;
}

void spool_forget(Str path) {
        if (unlink(path.data) != 0 && errno != ENOENT)
                log_event(LOG_WARNING, "spool", "a torn file stays");
}
