/* Snapshots: what was saved is what is opened; damaged, cut and foreign files are refused, never a crash. */
#include "unit.h"

#include "engine/load.h"
#include "engine/snapshot.h"
#include "support/folder.h"
#include "support/registry.h"

#include <string.h>

typedef struct World {
        Arena      *arena;
        Program    *program;
        Str         folder, path;
        Population *population;
} World;

/* A small city with a text fact, uneven keys, sorted and unsorted links, and a list that is not whole. */
static World world_new(void) {
        Arena *arena = arena_new((size_t) 1 << 28);
        World world = { .arena = arena, .program = registry_program(arena), .folder = folder_new(arena) };
        LoadOptions options = { .threads = 1 };
        LoadReport report = { 0 };
        Fact *county = &world.program->facts[registry_fact(world.program, PERSON, "居住区县")];
        county->type = (Type){ .kind = TYPE_TEXT };
        county->high = INT32_MAX;
        folder_write(arena, world.folder, "户.csv", STR("编号,人口数,月人均收入\nH1,2,800.50\nH22,1,\nH333,0,7\n"));
        folder_write(arena, world.folder, "人.csv",
                     STR("编号,户编号,居住区县,残疾人,出生日期,月收入\nA,H1,甲,是,1990-01-01,1.00\nB,H1,乙,否,,\nC,H22,甲,,2000-02-29,99999.99\n"));
        folder_write(arena, world.folder, "证书.csv", STR("编号,持有人,等级\n1,C,技师\n2,A,初级工\n3,C,高级工\n4,Z,\n"));
        assert_int_equal(population_load(arena, world.program, world.folder, &options, &report, &world.population), RC_OK);
        population_complete(world.population, HOLDER, 1, true);
        world.path = str_format(arena, "%.*s/city", STR_ARG(world.folder));
        assert_int_equal(population_save(world.population, world.path), RC_OK);
        return world;
}

static void world_end(World *world) {
        folder_remove(world->folder);
        arena_free(world->arena);
}

static void assert_same(const Population *a, const Population *b) {
        const Program *program = a->program;
        for (uint32_t i = 0; i < program->entity_count; i++) {
                assert_int_equal(a->entities[i].count, b->entities[i].count);
                for (uint32_t row = 0; row < a->entities[i].count; row++)
                        assert_true(str_equal(rows_key(&a->entities[i], row), rows_key(&b->entities[i], row)));
        }
        for (uint32_t i = 0; i < program->fact_count; i++)
                for (uint32_t row = 0; row < a->entities[program->facts[i].entity].count; row++)
                        assert_int_equal(population_cell(a, i, row), population_cell(b, i, row));
        for (uint32_t i = 0; i < program->link_count; i++) {
                uint32_t children = a->entities[program->links[i].child].count;
                uint32_t parents = a->entities[program->links[i].parent].count;
                const LinkRows *one = &a->links[i], *two = &b->links[i];
                assert_int_equal(one->partner == NULL, two->partner == NULL);
                for (uint32_t row = 0; row < parents; row++)
                        assert_int_equal(population_is_complete(a, i, row), population_is_complete(b, i, row));
                if (one->partner == NULL)
                        continue;
                assert_int_equal(one->sorted, two->sorted);
                assert_memory_equal(one->partner, two->partner, sizeof(uint32_t) * children);
                assert_memory_equal(one->offsets, two->offsets, sizeof(uint32_t) * (parents + 1));
                assert_memory_equal(one->members, two->members, sizeof(uint32_t) * one->offsets[parents]);
        }
        assert_int_equal(a->text_count, b->text_count);
        for (uint32_t i = 0; i < a->text_count; i++)
                assert_true(str_equal(a->texts[i], b->texts[i]));
}

static Rc open_at(const World *world, Str path, bool verify, Snapshot *ret_snapshot, Population **ret_population) {
        Str why = { 0 };
        Rc rc = population_open(world->arena, world->program, path, verify, ret_snapshot, ret_population, &why);
        if (rc == RC_INVALID)
                assert_true(why.length > 0);
        return rc;
}

static void what_was_saved_is_opened(void **state) {
        (void) state;
        World world = world_new();
        for (int verify = 0; verify < 2; verify++) {
                Snapshot snapshot = { 0 };
                Population *opened = NULL;
                assert_int_equal(open_at(&world, world.path, verify, &snapshot, &opened), RC_OK);
                assert_same(world.population, opened);
                assert_true(opened->links[LIVES_IN].sorted && !opened->links[HOLDER].sorted);
                for (uint32_t i = 0; i < world.program->fact_count; i++)
                        assert_int_equal((uintptr_t) opened->columns[i].cells % 64, 0);
                snapshot_close(&snapshot);
        }
        world_end(&world);
}

static void the_same_population_gives_the_same_bytes(void **state) {
        (void) state;
        World world = world_new();
        Str first = folder_read(world.arena, world.folder, "city");
        assert_int_equal(population_save(world.population, world.path), RC_OK);
        assert_true(str_equal(first, folder_read(world.arena, world.folder, "city")));
        assert_int_equal(population_save(world.population, STR("/nowhere/city")), RC_IO);
        world_end(&world);
}

static void cut_files_are_refused(void **state) {
        (void) state;
        World world = world_new();
        Str whole = folder_read(world.arena, world.folder, "city");
        for (size_t length = 0; length < whole.length; length += length < 1200 ? 1 : 61) {
                Snapshot snapshot = { 0 };
                Population *opened = NULL;
                Str path = folder_write(world.arena, world.folder, "cut", str_slice(whole, 0, length));
                assert_int_equal(open_at(&world, path, false, &snapshot, &opened), RC_INVALID);
                assert_null(opened);
        }
        world_end(&world);
}

static void flipped_bytes_are_found(void **state) {
        (void) state;
        World world = world_new();
        Str whole = folder_read(world.arena, world.folder, "city");
        char *bytes = ARENA_NEW(world.arena, char, whole.length);
        uint32_t refused = 0, gaps = 0;
        for (size_t at = 0; at < whole.length; at++) {
                Snapshot snapshot = { 0 };
                Population *opened = NULL;
                memcpy(bytes, whole.data, whole.length);
                bytes[at] = (char) (bytes[at] ^ 0x40);
                Str path = folder_write(world.arena, world.folder, "flipped", (Str){ bytes, whole.length });
                Rc rc = open_at(&world, path, true, &snapshot, &opened);
                if (rc == RC_OK) {   /* a byte between two sections belongs to neither */
                        assert_same(world.population, opened);
                        snapshot_close(&snapshot);
                        gaps++;
                } else {
                        assert_int_equal(rc, RC_INVALID);
                        refused++;
                }
        }
        assert_true(refused > 64 + 32 * 20 && gaps < refused * 2);
        world_end(&world);
}

/* Another program's file, whatever differs in it. */
static void foreign_files_are_refused(void **state) {
        (void) state;
        World world = world_new();
        Snapshot snapshot = { 0 };
        Population *opened = NULL;
        Fact *fact = &world.program->facts[registry_fact(world.program, PERSON, "月收入")];
        Fact kept = *fact;
        fact->high++;
        assert_int_equal(open_at(&world, world.path, false, &snapshot, &opened), RC_INVALID);
        *fact = kept;
        fact->name = STR("年收入");
        assert_int_equal(open_at(&world, world.path, false, &snapshot, &opened), RC_INVALID);
        *fact = kept;
        fact->type.unit = 2;
        assert_int_equal(open_at(&world, world.path, false, &snapshot, &opened), RC_INVALID);
        *fact = kept;
        world.program->enumerations[0].members[1] = STR("其他");
        assert_int_equal(open_at(&world, world.path, false, &snapshot, &opened), RC_INVALID);
        world.program->enumerations[0].members[1] = STR("女");
        assert_int_equal(open_at(&world, world.path, false, &snapshot, &opened), RC_OK);
        snapshot_close(&snapshot);
        assert_int_equal(open_at(&world, STR("/nowhere/city"), false, &snapshot, &opened), RC_MISSING);
        assert_int_equal(open_at(&world, STR("/"), false, &snapshot, &opened), RC_IO);
        Str csv = str_format(world.arena, "%.*s/人.csv", STR_ARG(world.folder));
        assert_int_equal(open_at(&world, csv, false, &snapshot, &opened), RC_INVALID);
        world_end(&world);
}

static void empty_populations_are_saved_too(void **state) {
        (void) state;
        World world = world_new();
        uint32_t counts[REGISTRY_ENTITIES] = { 0 };
        Population *empty = population_new(world.arena, world.program, counts), *opened = NULL;
        Snapshot snapshot = { 0 };
        population_index(empty);
        assert_int_equal(population_save(empty, world.path), RC_OK);
        assert_int_equal(open_at(&world, world.path, true, &snapshot, &opened), RC_OK);
        assert_same(empty, opened);
        snapshot_close(&snapshot);
        world_end(&world);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_was_saved_is_opened),
                cmocka_unit_test(the_same_population_gives_the_same_bytes),
                cmocka_unit_test(cut_files_are_refused),
                cmocka_unit_test(flipped_bytes_are_found),
                cmocka_unit_test(foreign_files_are_refused),
                cmocka_unit_test(empty_populations_are_saved_too),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
