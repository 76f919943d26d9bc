/* Runs a fuzz target over every file of its corpus folder, so that ordinary tests keep what fuzzing found.
 *
 * A finding ends the program by the sanitizers or a MUST; the name printed last is the file. A folder without
 * files fails: a corpus that is not there proves nothing. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The file's bytes in memory of exactly their size, so that reading one byte too far is noticed. */
static uint8_t *read_bytes(const char *path, size_t *ret_size) {
        struct stat status;
        FILE *file = fopen(path, "rb");
        if (file == NULL || fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode)) {
                if (file != NULL)
                        (void) fclose(file);
                return NULL;
        }
        size_t size = (size_t) status.st_size;
        uint8_t *data = malloc(size == 0 ? 1 : size);
        if (data == NULL || fread(data, 1, size, file) != size) {
                free(data);
                data = NULL;
        }
        (void) fclose(file);
        *ret_size = size;
        return data;
}

int main(int argument_count, char **arguments) {
        if (argument_count != 2)
                return 2;
        struct dirent **entries = NULL;
        int count = scandir(arguments[1], &entries, NULL, alphasort), inputs = 0;
        for (int i = 0; i < count; i++) {
                char *path = NULL;
                size_t size = 0;
                if (asprintf(&path, "%s/%s", arguments[1], entries[i]->d_name) < 0)
                        return 2;
                uint8_t *data = read_bytes(path, &size);
                if (data != NULL) {
                        (void) fprintf(stderr, "%s\n", path);
                        (void) LLVMFuzzerTestOneInput(data, size);
                        inputs++;
                }
                free(data);
                free(path);
                free(entries[i]);
        }
        free(entries);
        (void) printf("1..1\n%s 1 - %d inputs of %s\n", inputs > 0 ? "ok" : "not ok", inputs, arguments[1]);
        return 0;
}
