/* Facts of the command line to a small population. */
#include "cli/subject.h"

/* A row beside the subject: the number'th along one end of a link. */
typedef struct NearRow {
        uint32_t link, number;           /* number from 1, as the user wrote it */
        bool     partner;                /* the subject is the child: the row is its partner */
        uint16_t entity;
        uint32_t row;
} NearRow;

/* What one text says, its value not yet read. */
typedef struct Saying {
        uint32_t fact, row;
        Str      value;
} Saying;

typedef struct Reading {
        const Program *program;
        uint16_t       entity;
        NearRow        near[CLI_LIST_MAX];
        uint32_t       near_count;
        uint32_t      *counts;           /* rows per entity */
        Saying         sayings[CLI_LIST_MAX];
} Reading;

static uint32_t find_fact(const Program *program, uint16_t entity, Str name) {
        for (uint32_t i = 0; i < program->fact_count; i++)
                if (program->facts[i].entity == entity && str_equal(program->facts[i].name, name))
                        return i;
        return NONE;
}

/* The end of a link that the subject calls by this name. */
static bool find_end(const Reading *reading, Str name, NearRow *ret_row) {
        for (uint32_t i = 0; i < reading->program->link_count; i++) {
                const Link *link = &reading->program->links[i];
                bool up = link->child == reading->entity && str_equal(link->one_name, name);
                bool down = link->parent == reading->entity && str_equal(link->many_name, name);
                if (!up && !down)
                        continue;
                *ret_row = (NearRow){ .link = i, .number = 1, .partner = up, .entity = up ? link->parent : link->child };
                return true;
        }
        return false;
}

/* The near row of a text "关系#2", new or known already. */
static bool near_row(Reading *reading, Str text, NearRow *ret_row) {
        Str name = str_cut(&text, '#');
        int64_t number = 1;
        if (!find_end(reading, name, ret_row) || (text.length > 0 && (!str_to_int(text, &number) || number < 1)) ||
            (ret_row->partner && number != 1) || number > CLI_LIST_MAX)
                return false;
        ret_row->number = (uint32_t) number;
        for (uint32_t i = 0; i < reading->near_count; i++) {
                const NearRow *known = &reading->near[i];
                if (known->link == ret_row->link && known->partner == ret_row->partner && known->number == ret_row->number) {
                        *ret_row = *known;
                        return true;
                }
        }
        ret_row->row = reading->counts[ret_row->entity]++;
        reading->near[reading->near_count++] = *ret_row;
        return true;
}

static bool read_saying(Reading *reading, Str text, Saying *ret_saying) {
        Str value = text, name = str_trim(str_cut(&value, '=')), shown = name;
        uint16_t entity = reading->entity;
        uint32_t row = 0, fact = find_fact(reading->program, entity, name);
        if (fact == NONE) {
                NearRow near;
                Str rest = name, end = str_cut(&rest, '.');
                if (rest.length > 0 && near_row(reading, end, &near)) {
                        entity = near.entity;
                        row = near.row;
                        shown = rest;
                        fact = find_fact(reading->program, entity, rest);
                }
        }
        if (fact == NONE) {
                cli_say("“%.*s”没有“%.*s”这个事实", STR_ARG(reading->program->entities[entity].name), STR_ARG(shown));
                return false;
        }
        *ret_saying = (Saying){ fact, row, str_trim(value) };
        return true;
}

static bool set_fact(Population *population, const Saying *saying) {
        const Fact *fact = &population->program->facts[saying->fact];
        int64_t cell;
        Str why;
        if (!value_parse(population->program, fact->type, fact->low, fact->high, saying->value, population->arena, &cell,
                         &why)) {
                cli_say("%.*s：%.*s", STR_ARG(fact->name), STR_ARG(why));
                return false;
        }
        population_set(population, saying->fact, saying->row, cell);
        return true;
}

/* Links the near rows; the lists they stand in are complete, all others are not known. */
static void set_links(const Reading *reading, Population *population) {
        const Program *program = reading->program;
        for (uint32_t link = 0; link < program->link_count; link++)
                for (uint32_t row = 0; row < reading->counts[program->links[link].parent]; row++)
                        population_complete(population, link, row, false);
        for (uint32_t i = 0; i < reading->near_count; i++) {
                const NearRow *near = &reading->near[i];
                population_link(population, near->link, near->partner ? 0 : near->row, near->partner ? near->row : 0);
                if (!near->partner)
                        population_complete(population, near->link, 0, true);
        }
        population_index(population);
}

bool subject_from_facts(const Program *program, Arena *arena, const Str *texts, uint32_t count, Subject *subject) {
        Reading reading = { .program = program, .entity = subject->entity,
                            .counts = ARENA_NEW(arena, uint32_t, program->entity_count) };
        MUST(count <= CLI_LIST_MAX);
        reading.counts[subject->entity] = 1;
        for (uint32_t i = 0; i < count; i++)
                if (!read_saying(&reading, texts[i], &reading.sayings[i]))
                        return false;
        Population *population = population_new(arena, program, reading.counts);
        for (uint32_t i = 0; i < count; i++)
                if (!set_fact(population, &reading.sayings[i]))
                        return false;
        set_links(&reading, population);
        subject->population = population;
        subject->row = 0;
        return true;
}

int subject_from_population(const Population *all, Arena *arena, Str key, Subject *subject) {
        const Rows *rows = &all->entities[subject->entity];
        for (uint32_t row = 0; row < rows->count; row++)
                if (str_equal(rows_key(rows, row), key)) {
                        subject->population = population_around(arena, all, subject->entity, row, &subject->row);
                        return EXIT_DONE;
                }
        Str entity = all->program->entities[subject->entity].name;
        cli_say("数据里没有编号为“%.*s”的%.*s", STR_ARG(key), STR_ARG(entity));
        return EXIT_USER;
}
