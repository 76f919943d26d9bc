/* Usage: bench_snapshot [--persons N] [--rounds N] [--json] FOLDER
 *
 * Saves the people of world.c, with keys, as a snapshot in FOLDER and measures how long it takes to open: mapped, as a
 * server opens it, and verified, which reads all of it. What was opened must equal what was saved. Medians. */
#include "engine/snapshot.h"
#include "world.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROUNDS_MAX 99
#define KEY_WIDTH 8

typedef struct Settings {
        uint32_t    persons, rounds;
        bool        json;
        const char *folder;
} Settings;

/* Numbers of eight digits, as a registry might have. */
static void add_keys(Population *population, uint16_t entity) {
        Rows  *rows = &population->entities[entity];
        char  *keys = arena_alloc(population->arena, (size_t) rows->count * KEY_WIDTH, 1);
        for (uint32_t row = 0; row < rows->count; row++)
                for (uint32_t digit = KEY_WIDTH, rest = row; digit-- > 0; rest /= 10)
                        keys[(size_t) row * KEY_WIDTH + digit] = (char) ('0' + rest % 10);
        rows->key_bytes = keys;
        rows->key_width = KEY_WIDTH;
}

static void must_equal(const Population *saved, const Population *opened) {
        for (uint32_t fact = 0; fact < saved->program->fact_count; fact++) {
                const Column *column = &saved->columns[fact];
                size_t        size = (size_t) saved->entities[saved->program->facts[fact].entity].count * column->width;
                MUST(opened->columns[fact].width == column->width && memcmp(opened->columns[fact].cells, column->cells, size) == 0);
        }
        size_t partners = (size_t) saved->entities[0].count * sizeof(uint32_t);
        MUST(memcmp(opened->links[0].partner, saved->links[0].partner, partners) == 0);
        MUST(str_equal(rows_key(&opened->entities[0], 1), rows_key(&saved->entities[0], 1)));
}

static int compare_times(const void *a, const void *b) {
        const int64_t *left = a, *right = b;
        return (*left > *right) - (*left < *right);
}

/* The median in nanoseconds; the first opening is checked and not counted. */
static int64_t measure_open(const World *world, Str path, bool verify, uint32_t rounds) {
        int64_t times[ROUNDS_MAX + 1];
        for (uint32_t round = 0; round <= rounds; round++) {
                Arena      *arena = arena_new((size_t) 1 << 24);
                Snapshot    snapshot = { 0 };
                Population *population = NULL;
                Str         why = { 0 };
                int64_t     started = clock_ns();
                MUST(population_open(arena, world->program, path, verify, &snapshot, &population, &why) == RC_OK);
                times[round] = clock_ns() - started;
                if (round == 0)
                        must_equal(world->population, population);
                snapshot_close(&snapshot);
                arena_free(arena);
        }
        qsort(times + 1, rounds, sizeof *times, compare_times);
        return times[1 + rounds / 2];
}

static void bench(const Settings *settings) {
        Arena *arena = arena_new((size_t) settings->persons * 200 + ((size_t) 64 << 20));
        World  world = world_make(arena, settings->persons, 42);
        add_keys(world.population, 0);
        add_keys(world.population, 1);
        Str path = str_format(arena, "%s/people.leye", settings->folder);
        int64_t started = clock_ns();
        MUST(population_save(world.population, path) == RC_OK);
        int64_t saved = clock_ns() - started;
        struct stat status = { 0 };
        MUST(stat(path.data, &status) == 0);
        int64_t opened = measure_open(&world, path, false, settings->rounds);
        int64_t verified = measure_open(&world, path, true, settings->rounds);
        MUST(unlink(path.data) == 0);
        if (settings->json)
                printf("{\"persons\": %u, \"bytes\": %lld, \"save\": %lld, \"open\": %lld, \"verify\": %lld}\n", settings->persons,
                       (long long) status.st_size, (long long) saved, (long long) opened, (long long) verified);
        else
                printf("%u persons, %.1f bytes a person with keys; save %.1f ms, open %.3f ms, open and verify %.1f ms\n",
                       settings->persons, (double) status.st_size / settings->persons, (double) saved / 1e6, (double) opened / 1e6,
                       (double) verified / 1e6);
        arena_free(arena);
}

static bool parse_arguments(int count, char **arguments, Settings *settings) {
        for (int i = 1; i < count; i++) {
                int64_t number = 0;
                bool    more = i + 1 < count && str_to_int(str_from(arguments[i + 1]), &number);
                if (strcmp(arguments[i], "--json") == 0)
                        settings->json = true;
                else if (strcmp(arguments[i], "--persons") == 0 && more && number > 0 && number <= 100000000 - 1)
                        settings->persons = (uint32_t) number, i++;
                else if (strcmp(arguments[i], "--rounds") == 0 && more && number > 0 && number <= ROUNDS_MAX)
                        settings->rounds = (uint32_t) number, i++;
                else if (arguments[i][0] != '-' && settings->folder == NULL)
                        settings->folder = arguments[i];
                else
                        return false;
        }
        return settings->folder != NULL;
}

int main(int count, char **arguments) {
        Settings settings = { .persons = 10000000, .rounds = 9 };
        if (!parse_arguments(count, arguments, &settings)) {
                (void) fprintf(stderr, "usage: bench_snapshot [--persons N] [--rounds N] [--json] FOLDER\n");
                return 2;
        }
        bench(&settings);
        return 0;
}
