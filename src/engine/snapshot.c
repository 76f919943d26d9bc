/* Sections are collected as slices, then written one behind the other; opening turns them back into pointers. */
#include "engine/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define VERSION 1
#define MAGIC 0x0A504F504559454Cu   /* "LEYEPOP\n" where the lowest byte comes first */
#define ALIGNMENT 64
#define SECRET 0x9e3779b97f4a7c15u


typedef enum SectionKind {
        SECTION_ROWS,            /* no bytes: `count` rows of entity `index` */
        SECTION_COLUMN,          /* cells of fact `index`, `count` of `width` bytes */
        SECTION_PARTNER,         /* per child row of link `index` */
        SECTION_OFFSETS,
        SECTION_MEMBERS,
        SECTION_SORTED,          /* no bytes: the members of link `index` stand in their parents' order */
        SECTION_COMPLETE,
        SECTION_KEYS,            /* bytes of the keys of entity `index`; `width` when all are that long */
        SECTION_KEY_ENDS,
        SECTION_TEXTS,           /* bytes of the dictionary */
        SECTION_TEXT_ENDS,
        SECTION_KIND_TOTAL,
} SectionKind;

typedef struct Section {
        uint32_t kind, index;
        uint32_t width, count;
        uint64_t offset, size;
} Section;

typedef struct Header {
        uint64_t magic;          /* as a number: also shows the byte order */
        uint32_t version, section_count;
        uint64_t schema, file_size, data_sum;
        uint64_t directory_sum;  /* over the header with this field 0, and the directory */
        uint64_t reserved[2];
} Header;

_Static_assert(sizeof(Header) == 64 && sizeof(Section) == 32, "the file's layout must not depend on padding");

/* ---- sums --------------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t sum, uint64_t word) {
        unsigned __int128 product = (unsigned __int128) (sum ^ word) * (SECRET | 1);
        return ((uint64_t) product ^ (uint64_t) (product >> 64)) + word;
}

/* A sum against damage, not against forgery; four lanes, so that memory is what it waits for. */
static uint64_t sum_bytes(uint64_t sum, const void *bytes, size_t size) {
        uint64_t lanes[4] = { sum, sum + 1, sum + 2, sum + 3 }, words[4];
        const char *at = bytes;
        for (; size >= sizeof(words); at += sizeof(words), size -= sizeof(words)) {
                memcpy(words, at, sizeof(words));
                for (int i = 0; i < 4; i++)
                        lanes[i] = mix(lanes[i], words[i]);
        }
        memset(words, 0, sizeof(words));
        if (size > 0)
                memcpy(words, at, size);
        for (int i = 0; i < 4; i++)
                sum = mix(sum, mix(lanes[i], words[i]) + size);
        return sum;
}

static uint64_t sum_text(uint64_t sum, Str text) {
        return sum_bytes(mix(sum, text.length), text.data, text.length);
}

uint64_t population_schema_hash(const Program *program) {
        uint64_t sum = VERSION;
        for (uint32_t i = 0; i < program->enumeration_count; i++) {
                const Enumeration *enumeration = &program->enumerations[i];
                sum = mix(sum_text(sum, enumeration->name), enumeration->member_count);
                for (uint32_t m = 0; m < enumeration->member_count; m++)
                        sum = sum_text(sum, enumeration->members[m]);
        }
        for (uint32_t i = 0; i < program->entity_count; i++)
                sum = sum_text(sum, program->entities[i].name);
        for (uint32_t i = 0; i < program->link_count; i++) {
                const Link *link = &program->links[i];
                sum = sum_text(mix(mix(sum, link->child), link->parent), link->column);
        }
        for (uint32_t i = 0; i < program->fact_count; i++) {
                const Fact *fact = &program->facts[i];
                sum = mix(sum_text(sum, fact->name), fact->entity);
                sum = mix(mix(sum, (uint64_t) fact->type.kind), fact->type.scale);
                sum = mix(mix(sum, fact->type.of), (uint64_t) fact->low);
                sum = mix(sum, (uint64_t) fact->high);
                if (fact->type.kind == TYPE_NUMBER)
                        sum = sum_text(sum, program->units[fact->type.unit].text);
        }
        return sum;
}

/* ---- saving ------------------------------------------------------------------------------------------- */

typedef struct Saver {
        Arena       *arena;
        Section     *sections;
        const void **bytes;
        uint32_t     count;
        uint64_t     end;        /* of the file so far */
} Saver;

static uint64_t aligned(uint64_t offset) {
        return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void add(Saver *saver, SectionKind kind, uint32_t index, uint32_t width, uint32_t count, const void *bytes,
                uint64_t size) {
        saver->bytes[saver->count] = bytes;
        saver->sections[saver->count++] =
                (Section){ .kind = kind, .index = index, .width = width, .count = count, .size = size };
}

/* Keys that are separate slices are laid end to end. */
static void add_keys(Saver *saver, uint32_t entity, const Rows *rows) {
        uint64_t total = 0;
        if (rows->keys == NULL && rows->key_bytes == NULL)
                return;
        if (rows->key_bytes != NULL && rows->key_ends == NULL) {
                add(saver, SECTION_KEYS, entity, rows->key_width, rows->count, rows->key_bytes,
                    (uint64_t) rows->count * rows->key_width);
                return;
        }
        uint32_t *ends = ARENA_NEW(saver->arena, uint32_t, rows->count);
        for (uint32_t row = 0; row < rows->count; row++) {
                total += rows_key(rows, row).length;
                MUST(total <= UINT32_MAX);
                ends[row] = (uint32_t) total;
        }
        char *bytes = ARENA_NEW(saver->arena, char, total);
        for (uint32_t row = 0, at = 0; row < rows->count; at = ends[row++]) {
                Str key = rows_key(rows, row);
                if (key.length > 0)
                        memcpy(bytes + at, key.data, key.length);
        }
        add(saver, SECTION_KEYS, entity, 0, rows->count, bytes, total);
        add(saver, SECTION_KEY_ENDS, entity, sizeof(uint32_t), rows->count, ends,
            sizeof(uint32_t) * (uint64_t) rows->count);
}

static void add_link(Saver *saver, const Population *population, uint32_t link) {
        const Link *about = &population->program->links[link];
        const LinkRows *rows = &population->links[link];
        uint32_t children = population->entities[about->child].count,
                 parents = population->entities[about->parent].count;
        if (rows->complete != NULL)
                add(saver, SECTION_COMPLETE, link, 1, parents, rows->complete, parents);
        if (rows->partner == NULL || rows->offsets == NULL)
                return;
        add(saver, SECTION_PARTNER, link, 4, children, rows->partner, sizeof(uint32_t) * (uint64_t) children);
        add(saver, SECTION_OFFSETS, link, 4, parents + 1, rows->offsets, sizeof(uint32_t) * ((uint64_t) parents + 1));
        add(saver, SECTION_MEMBERS, link, 4, rows->offsets[parents], rows->members,
            sizeof(uint32_t) * (uint64_t) rows->offsets[parents]);
        if (rows->sorted)
                add(saver, SECTION_SORTED, link, 0, 0, NULL, 0);
}

static void add_texts(Saver *saver, const Population *population) {
        uint64_t total = 0;
        uint32_t *ends = ARENA_NEW(saver->arena, uint32_t, population->text_count);
        for (uint32_t i = 0; i < population->text_count; i++) {
                total += population->texts[i].length;
                MUST(total <= UINT32_MAX);
                ends[i] = (uint32_t) total;
        }
        char *bytes = ARENA_NEW(saver->arena, char, total);
        for (uint32_t i = 0; i < population->text_count; i++)
                if (population->texts[i].length > 0)
                        memcpy(bytes + ends[i] - population->texts[i].length, population->texts[i].data,
                               population->texts[i].length);
        add(saver, SECTION_TEXTS, 0, 1, population->text_count, bytes, total);
        add(saver, SECTION_TEXT_ENDS, 0, 4, population->text_count, ends,
            sizeof(uint32_t) * (uint64_t) population->text_count);
}

/* Rows, keys and their ends of each entity; columns; the five sections of a link; the dictionary. */
static uint32_t sections_most(const Program *program) {
        return program->entity_count * 3 + program->fact_count + program->link_count * 5 + 2;
}

static void collect(Saver *saver, const Population *population) {
        const Program *program = population->program;
        uint32_t most = sections_most(program);
        saver->sections = ARENA_NEW(saver->arena, Section, most);
        saver->bytes = ARENA_NEW(saver->arena, const void *, most);
        for (uint32_t i = 0; i < program->entity_count; i++)
                add(saver, SECTION_ROWS, i, 0, population->entities[i].count, NULL, 0);
        for (uint32_t i = 0; i < program->fact_count; i++) {
                const Column *column = &population->columns[i];
                uint32_t rows = population->entities[program->facts[i].entity].count;
                if (column->cells != NULL)
                        add(saver, SECTION_COLUMN, i, column->width, rows, column->cells,
                            (uint64_t) rows * column->width);
        }
        for (uint32_t i = 0; i < program->link_count; i++)
                add_link(saver, population, i);
        for (uint32_t i = 0; i < program->entity_count; i++)
                add_keys(saver, i, &population->entities[i]);
        add_texts(saver, population);
        saver->end = sizeof(Header) + sizeof(Section) * (uint64_t) saver->count;
        for (uint32_t i = 0; i < saver->count; i++) {
                saver->sections[i].offset = aligned(saver->end);
                saver->end = saver->sections[i].offset + saver->sections[i].size;
        }
}

static Rc write_bytes(FILE *file, const void *bytes, size_t size) {
        return size == 0 || fwrite(bytes, 1, size, file) == size ? RC_OK : RC_IO;
}

static Rc write_sections(FILE *file, const Saver *saver, const Header *header) {
        static const char zeros[ALIGNMENT];
        uint64_t at = sizeof(Header) + sizeof(Section) * (uint64_t) saver->count;
        Rc rc = write_bytes(file, header, sizeof(*header));
        if (rc == RC_OK)
                rc = write_bytes(file, saver->sections, sizeof(Section) * saver->count);
        for (uint32_t i = 0; i < saver->count && rc == RC_OK; i++) {
                rc = write_bytes(file, zeros, saver->sections[i].offset - at);
                if (rc == RC_OK)
                        rc = write_bytes(file, saver->bytes[i], saver->sections[i].size);
                at = saver->sections[i].offset + saver->sections[i].size;
        }
        return rc;
}

static uint64_t sum_directory(Header header, const Section *sections) {
        header.directory_sum = 0;
        return sum_bytes(sum_bytes(VERSION, &header, sizeof(header)), sections, sizeof(Section) * header.section_count);
}

Rc population_save(const Population *population, Str path) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(SIZE_MAX / 2);
        Saver saver = { .arena = arena };
        Header header = { .magic = MAGIC, .version = VERSION };
        collect(&saver, population);
        header.schema = population_schema_hash(population->program);
        header.file_size = saver.end;
        header.section_count = saver.count;
        for (uint32_t i = 0; i < saver.count; i++)
                header.data_sum = sum_bytes(header.data_sum, saver.bytes[i], saver.sections[i].size);
        header.directory_sum = sum_directory(header, saver.sections);
        Str made = str_format(arena, "%.*s.new", STR_ARG(path)), wanted = str_copy(arena, path);
        FILE *file = fopen(made.data, "wbe");
        if (file == NULL)
                return RC_IO;
        Rc rc = write_sections(file, &saver, &header);
        if (fflush(file) != 0 || fsync(fileno(file)) != 0)
                rc = RC_IO;
        if (fclose(file) != 0 || (rc == RC_OK && rename(made.data, wanted.data) != 0))
                rc = RC_IO;
        if (rc != RC_OK)
                (void) unlink(made.data);   /* nothing more to be done about it */
        return rc;
}

/* ---- opening ------------------------------------------------------------------------------------------ */

typedef struct Opener {
        Population    *population;
        const char    *file;
        const Header  *header;
        const Section *sections;
} Opener;

static const uint32_t *numbers_at(const Opener *opener, const Section *section) {
        return (const uint32_t *) (const void *) (opener->file + section->offset);
}

/* What a section must be to fit the program; false when it does not. */
static bool section_fits(const Opener *opener, const Section *section) {
        const Program *program = opener->population->program;
        const Rows *rows = opener->population->entities;
        uint32_t index = section->index, width = section->width, count = section->count;
        bool even = section->size == (uint64_t) width * count;
        switch ((SectionKind) section->kind) {
        case SECTION_ROWS:
                return index < program->entity_count && section->size == 0 && count < UINT32_MAX;
        case SECTION_COLUMN:
                return index < program->fact_count && even && count == rows[program->facts[index].entity].count &&
                       width == opener->population->columns[index].width;
        case SECTION_PARTNER:
                return index < program->link_count && even && width == 4 &&
                       count == rows[program->links[index].child].count;
        case SECTION_OFFSETS:
                return index < program->link_count && even && width == 4 &&
                       count == rows[program->links[index].parent].count + 1;
        case SECTION_MEMBERS:
                return index < program->link_count && even && width == 4 &&
                       count <= rows[program->links[index].child].count;
        case SECTION_SORTED:
                return index < program->link_count && section->size == 0;
        case SECTION_COMPLETE:
                return index < program->link_count && even && width == 1 &&
                       count == rows[program->links[index].parent].count;
        case SECTION_KEYS:
                return index < program->entity_count && count == rows[index].count && (even || width == 0);
        case SECTION_KEY_ENDS:
                return index < program->entity_count && even && width == 4 && count == rows[index].count;
        case SECTION_TEXTS:
                return index == 0;
        case SECTION_TEXT_ENDS:
                return index == 0 && even && width == 4;
        case SECTION_KIND_TOTAL:
                break;
        }
        return false;
}

/* The mapping is read-only; the population's pointers are not const, and nobody writes to a loaded population. */
static void *place(const Opener *opener, const Section *section) {
        const void *bytes = opener->file + section->offset;
        void *writable;
        memcpy(&writable, &bytes, sizeof(writable));
        return writable;
}

static void section_use(const Opener *opener, const Section *section) {
        Population *population = opener->population;
        void *bytes = place(opener, section);
        LinkRows *link = &population->links[section->index];
        switch ((SectionKind) section->kind) {
        case SECTION_ROWS:
                population->entities[section->index].count = section->count;
                return;
        case SECTION_COLUMN:
                population->columns[section->index].cells = bytes;
                return;
        case SECTION_PARTNER:
                link->partner = bytes;
                return;
        case SECTION_OFFSETS:
                link->offsets = bytes;
                return;
        case SECTION_MEMBERS:
                link->members = bytes;
                return;
        case SECTION_SORTED:
                link->sorted = true;
                return;
        case SECTION_COMPLETE:
                link->complete = bytes;
                return;
        case SECTION_KEYS:
                population->entities[section->index].key_bytes = bytes;
                population->entities[section->index].key_width = section->width;
                return;
        case SECTION_KEY_ENDS:
                population->entities[section->index].key_ends = bytes;
                return;
        case SECTION_TEXTS:
        case SECTION_TEXT_ENDS:
        case SECTION_KIND_TOTAL:
                return;
        }
}

static const Section *find_section(const Opener *opener, SectionKind kind, uint32_t index) {
        for (uint32_t i = 0; i < opener->header->section_count; i++)
                if (opener->sections[i].kind == kind && opener->sections[i].index == index)
                        return &opener->sections[i];
        return NULL;
}

/* Numbers that rise to no more than `most`. */
static bool rises(const uint32_t *numbers, uint64_t count, uint64_t most) {
        for (uint64_t i = 0; i < count; i++)
                if (numbers[i] > most || (i > 0 && numbers[i] < numbers[i - 1]))
                        return false;
        return true;
}

static bool open_texts(Opener *opener, Arena *arena) {
        const Section *texts = find_section(opener, SECTION_TEXTS, 0),
                      *ends = find_section(opener, SECTION_TEXT_ENDS, 0);
        if (texts == NULL || ends == NULL || !rises(numbers_at(opener, ends), ends->count, texts->size))
                return false;
        Population *population = opener->population;
        population->texts = ARENA_NEW(arena, Str, ends->count);
        population->text_count = population->text_capacity = ends->count;
        for (uint32_t i = 0, at = 0; i < ends->count; at = numbers_at(opener, ends)[i++])
                population->texts[i] = (Str){ opener->file + texts->offset + at, numbers_at(opener, ends)[i] - at };
        return true;
}

/* Sections that need one another: lists need both ends, keys their lengths. */
static bool parts_complete(const Opener *opener) {
        const Population *population = opener->population;
        for (uint32_t i = 0; i < population->program->link_count; i++) {
                const LinkRows *link = &population->links[i];
                if ((link->partner == NULL) != (link->offsets == NULL) ||
                    (link->partner == NULL) != (link->members == NULL))
                        return false;
        }
        for (uint32_t i = 0; i < population->program->entity_count; i++) {
                const Section *keys = find_section(opener, SECTION_KEYS, i);
                const Section *ends = find_section(opener, SECTION_KEY_ENDS, i);
                if (ends != NULL ? keys == NULL : keys != NULL && keys->size != (uint64_t) keys->width * keys->count)
                        return false;
        }
        return true;
}

/* ---- looking at all of it ------------------------------------------------------------------------------ */

/* Every cell unknown or in its fact's range. */
#define CELLS_SOUND(type, none)                                                                                        \
        for (uint32_t row = 0; row < rows; row++) {                                                                    \
                type cell = ((const type *) cells)[row];                                                               \
                wrong |= cell != (none) && (cell < low || cell > high);                                                \
        }

static bool column_sound(const Column *column, const Fact *fact, uint32_t rows) {
        const void *cells = column->cells;
        int64_t low = column->truth ? TRUTH_NO : fact->low, high = column->truth ? TRUTH_YES : fact->high;
        bool wrong = false;
        if (cells == NULL)
                return true;
        switch (column->width) {
        case 1:
                CELLS_SOUND(int8_t, column->truth ? TRUTH_UNKNOWN : INT8_MIN)
                return !wrong;
        case 2:
                CELLS_SOUND(int16_t, INT16_MIN)
                return !wrong;
        case 4:
                CELLS_SOUND(int32_t, INT32_MIN)
                return !wrong;
        default:
                CELLS_SOUND(int64_t, INT64_MIN)
                return !wrong;
        }
}

/* Every row number inside its entity, every list inside its members. */
static bool link_sound(const LinkRows *link, uint32_t children, uint32_t parents, uint32_t listed) {
        if (!rises(link->offsets, (uint64_t) parents + 1, listed))
                return false;
        for (uint32_t row = 0; row < children; row++)
                if (link->partner[row] != NONE && link->partner[row] >= parents)
                        return false;
        for (uint32_t at = 0; at < listed; at++)
                if (link->members[at] >= children || (link->sorted && link->members[at] != at + link->offsets[0]))
                        return false;
        return true;
}

static bool data_sound(const Opener *opener) {
        const Population *population = opener->population;
        const Program *program = population->program;
        uint64_t sum = 0;
        for (uint32_t i = 0; i < opener->header->section_count; i++)
                sum = sum_bytes(sum, opener->file + opener->sections[i].offset, opener->sections[i].size);
        if (sum != opener->header->data_sum)
                return false;
        for (uint32_t i = 0; i < program->fact_count; i++)
                if (!column_sound(&population->columns[i], &program->facts[i],
                                  population->entities[program->facts[i].entity].count))
                        return false;
        for (uint32_t i = 0; i < program->link_count; i++) {
                const Section *members = find_section(opener, SECTION_MEMBERS, i);
                if (members != NULL &&
                    !link_sound(&population->links[i], population->entities[program->links[i].child].count,
                                population->entities[program->links[i].parent].count, members->count))
                        return false;
        }
        for (uint32_t i = 0; i < program->entity_count; i++) {
                const Section *keys = find_section(opener, SECTION_KEYS, i),
                              *ends = find_section(opener, SECTION_KEY_ENDS, i);
                if (keys != NULL && ends != NULL && !rises(numbers_at(opener, ends), ends->count, keys->size))
                        return false;
        }
        return true;
}

/* ---- the file ------------------------------------------------------------------------------------------ */

static Rc map_snapshot(Str path, Snapshot *ret_snapshot, Str *ret_why) {
        Arena *arena CLEAN(arena_cleanup) = arena_new((size_t) 1 << 16);
        struct stat status = { 0 };
        if (path.length > 4096)
                return RC_MISSING;
        int file = open(str_copy(arena, path).data, O_RDONLY | O_CLOEXEC);
        if (file < 0)
                return errno == ENOENT || errno == ENOTDIR ? RC_MISSING : RC_IO;
        Rc rc = fstat(file, &status) == 0 && S_ISREG(status.st_mode) ? RC_OK : RC_IO;
        if (rc == RC_OK && (size_t) status.st_size < sizeof(Header)) {
                *ret_why = STR("人口快照太短，不是完整的文件");
                rc = RC_INVALID;
        }
        void *mapping = rc == RC_OK ? mmap(NULL, (size_t) status.st_size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
        (void) close(file);   /* only read */
        if (mapping == MAP_FAILED)
                return rc == RC_OK ? RC_IO : rc;
        *ret_snapshot = (Snapshot){ mapping, (size_t) status.st_size };
        return RC_OK;
}

/* The header and the directory; *ret_why says what is wrong. */
static bool check_directory(const Opener *opener, size_t size, Str *ret_why) {
        const Header *header = opener->header;
        if (header->magic == __builtin_bswap64(MAGIC))
                *ret_why = STR("人口快照是字节序不同的机器写的，请重新载入数据");
        else if (header->magic != MAGIC)
                *ret_why = STR("不是人口快照文件");
        else if (header->version != VERSION)
                *ret_why = STR("人口快照的版本不同，请重新载入数据");
        else if (header->file_size != size)
                *ret_why = STR("人口快照不完整：长度与所记的不同");
        else if (header->section_count > (size - sizeof(Header)) / sizeof(Section) ||
                 header->section_count > sections_most(opener->population->program) ||
                 sum_directory(*header, opener->sections) != header->directory_sum)
                *ret_why = STR("人口快照的目录已损坏");
        else if (header->schema != population_schema_hash(opener->population->program))
                *ret_why = STR("人口快照是按另一套事实写的，请重新载入数据");
        else
                return true;
        return false;
}

/* The rows of every entity first, because all else is measured by them; nothing twice; all inside the file. */
static bool check_sections(const Opener *opener, size_t size, Str *ret_why) {
        uint32_t entities = opener->population->program->entity_count;
        bool good = opener->header->section_count >= entities;
        for (uint32_t i = 0; i < opener->header->section_count && good; i++) {
                const Section *section = &opener->sections[i];
                good = section->offset <= size && section->size <= size - section->offset &&
                       section->offset % ALIGNMENT == 0 && (section->kind == SECTION_ROWS) == (i < entities) &&
                       (i >= entities || section->index == i) && section_fits(opener, section) &&
                       find_section(opener, (SectionKind) section->kind, section->index) == section;
                if (good)
                        section_use(opener, section);
        }
        if (!good)
                *ret_why = STR("人口快照的目录与内容不符");
        return good;
}

Rc population_open(Arena *arena, const Program *program, Str path, bool verify, Snapshot *ret_snapshot,
                   Population **ret_population, Str *ret_why) {
        Snapshot snapshot = { 0 };
        Rc rc = map_snapshot(path, &snapshot, ret_why);
        if (rc != RC_OK)
                return rc;
        uint32_t *counts = ARENA_NEW(arena, uint32_t, program->entity_count);
        Opener opener = { .population = population_new(arena, program, counts), .file = snapshot.mapping,
                          .header = snapshot.mapping };
        opener.sections = (const Section *) (const void *) (opener.file + sizeof(Header));
        bool good = check_directory(&opener, snapshot.size, ret_why) && check_sections(&opener, snapshot.size, ret_why);
        if (good && (!parts_complete(&opener) || !open_texts(&opener, arena))) {
                *ret_why = STR("人口快照的目录与内容不符");
                good = false;
        }
        if (good && verify && !data_sound(&opener)) {
                *ret_why = STR("人口快照的数据已损坏");
                good = false;
        }
        if (!good) {
                snapshot_close(&snapshot);
                return RC_INVALID;
        }
        *ret_snapshot = snapshot;
        *ret_population = opener.population;
        return RC_OK;
}

void snapshot_close(Snapshot *snapshot) {
        if (snapshot->mapping != NULL)
                (void) munmap(snapshot->mapping, snapshot->size);   /* only fails on a wrong address */
        *snapshot = (Snapshot){ 0 };
}
