/* What a column holds is a short list of choices with their texts, made once; a cell is a hash that picks one. Guards are
 * asked of the batch evaluator, each as the condition of a made-up policy, those first that read no other such column. */
#include "engine/synth_city.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/batch.h"
#include "engine/csv.h"
#include "engine/load.h"
#include "engine/parallel.h"
#include "engine/synth.h"

#define FILE_BYTES_MAX ((size_t) 64 << 20)     /* of a made file, or of a block */
#define MADE_ROWS_MIN 40
#define ROWS_PER_MADE 1000       /* a made file has a row for so many of the longest file */
#define BLOCK_ROWS 4096
#define DATE_MONTHS 120
#define ZERO_TRUTHS 50           /* in a thousand that are 是 where an empty cell means 否 */
#define ZERO_NUMBERS 200         /* in a thousand that are a number where an empty cell means 0 */

typedef struct Choice {
        int64_t cell;
        Str     text;            /* as it stands in the file; empty: not known */
} Choice;

typedef struct Extra {
        uint32_t      fact, link;        /* one of them; the other is NONE */
        Str           column;
        uint64_t      seed;
        const Choice *choices;           /* NULL for a link: a row of the parent */
        uint32_t      choice_count;
        uint32_t      share;             /* truths: 是 in a hundred; else 0 */
        uint32_t      blank;             /* in a thousand: the cell is empty */
        bool          zero;              /* an empty cell says 否 or 0 */
        const Rows   *parents;           /* link */
        uint8_t      *due;               /* per row: the guard is 是; NULL: there is no guard */
        bool          read;              /* by a guard */
        bool          ready;             /* its cells can be told */
} Extra;

typedef struct CityFile {
        uint16_t entity;
        Str      name;
        bool     made;
        CsvText  text;
        Str     *names, header;
        uint32_t name_count, rows;
        size_t   data_at;
        Extra   *extras;
        uint32_t count;
} CityFile;

typedef struct City {
        Arena                  *arena;
        Program                 program; /* a copy whose policies are guards */
        const SynthCityOptions *options;
        Str                     folder;
        CityFile               *files;
        uint32_t                file_count;
        Population             *population;
        Extra                 **fact_extras;   /* per fact; NULL: its column is there */
} City;

static uint64_t mix(uint64_t value) {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
        return value ^ (value >> 31);
}

/* ---- choices ------------------------------------------------------------------------------------------- */

typedef struct UnitRange {
        Str     unit;            /* what its text begins with */
        int64_t high, step;      /* whole units, from 0 */
} UnitRange;

static const UnitRange unit_ranges[] = {
        { STR_INIT("元/"), 5000, 1 }, { STR_INIT("元"), 200000, 1000 }, { STR_INIT("个月"), 60, 1 },
        { STR_INIT("岁"), 90, 1 },    { STR_INIT(""), 5, 1 },
};
#define RATIO_HIGH 50            /* percent */

static const uint32_t truth_shares[] = { 20, 50, 5, 30, 10 };
static const Str invented_texts[] = { STR_INIT("甲"), STR_INIT("乙"), STR_INIT("丙"), STR_INIT("丁"), STR_INIT("戊") };

static int64_t clip(int64_t value, const Fact *fact) {
        return value < fact->low ? fact->low : value > fact->high ? fact->high : value;
}

/* The cells low, low + step … high of a fact. */
static void find_range(const City *city, const Fact *fact, int64_t *ret_low, int64_t *ret_high, int64_t *ret_step) {
        int64_t high = 0, step = 1;
        if (fact->type.kind == TYPE_DATE) {
                *ret_low = clip(date_add_months(city->options->base_date, -DATE_MONTHS), fact);
                *ret_high = clip(city->options->base_date, fact);
                *ret_step = 1;
                return;
        }
        if (fact->type.kind == TYPE_CODE)
                high = (int64_t) city->program.enumerations[fact->type.of].member_count - 1;
        else if (fact->type.kind == TYPE_TRUTH)
                high = step = TRUTH_YES;
        else if (fact->type.kind == TYPE_NUMBER) {
                const Unit *unit = &city->program.units[fact->type.unit];
                const UnitRange *range = unit_ranges;
                while (!str_starts(unit->text, range->unit))
                        range++;
                int64_t one = kernel_power_of_ten(fact->type.scale);
                high = unit->percent ? one * RATIO_HIGH / 100 : one * range->high;
                step = unit->percent ? one / 100 : one * range->step;
        } else
                high = ARRAY_LENGTH(invented_texts) - 1;
        *ret_low = clip(0, fact);
        *ret_high = fact->high - *ret_low < high ? fact->high : *ret_low + high;
        *ret_step = step > 0 ? step : 1;
}

/* As a cell of a file: quoted where it must be. */
static Str quoted(Arena *arena, Str text) {
        Buffer out CLEAN(buffer_free) = buffer_new(FILE_BYTES_MAX);
        if (memchr(text.data, ',', text.length) == NULL && memchr(text.data, '"', text.length) == NULL)
                return text;
        buffer_byte(&out, '"');
        for (size_t i = 0; i < text.length; i++) {
                if (text.data[i] == '"')
                        buffer_byte(&out, '"');
                buffer_byte(&out, text.data[i]);
        }
        buffer_byte(&out, '"');
        return str_copy(arena, buffer_str(&out));
}

/* The choice of a cell. One whose text the fact's code map gives another meaning becomes "not known". */
static Choice choice_of(City *city, const Fact *fact, int64_t cell) {
        Buffer out CLEAN(buffer_free) = buffer_new(FILE_BYTES_MAX);
        if (fact->type.kind == TYPE_TEXT) {
                Str text = invented_texts[cell % (int64_t) ARRAY_LENGTH(invented_texts)];
                return (Choice){ population_text(city->population, text), text };
        }
        for (uint32_t i = 0; i < fact->code_count; i++)
                if (fact->codes[i].value == cell && fact->codes[i].text.length > 0)
                        return (Choice){ cell, quoted(city->arena, fact->codes[i].text) };
        Type type = fact->type;
        if (type.kind == TYPE_NUMBER && !city->program.units[type.unit].percent)
                type.unit = 0;
        value_print(&city->program, type, cell, &out);
        for (uint32_t i = 0; i < fact->code_count; i++)
                if (str_equal(fact->codes[i].text, buffer_str(&out)))
                        return (Choice){ type_unknown(type), { NULL, 0 } };
        return (Choice){ cell, quoted(city->arena, str_copy(city->arena, buffer_str(&out))) };
}

static void make_choices(City *city, Extra *extra) {
        const Fact *fact = &city->program.facts[extra->fact];
        int64_t low, high, step;
        find_range(city, fact, &low, &high, &step);
        extra->choice_count = (uint32_t) ((high - low) / step + 1);
        Choice *choices = ARENA_NEW(city->arena, Choice, extra->choice_count);
        for (uint32_t i = 0; i < extra->choice_count; i++)
                choices[i] = choice_of(city, fact, low + i * step);
        extra->choices = choices;
        bool truth = fact->type.kind == TYPE_TRUTH;
        if (truth)
                extra->share = truth_shares[mix(str_hash(fact->name)) % ARRAY_LENGTH(truth_shares)];
        bool county = fact->step != NONE && city->program.entities[fact->entity].county == fact->step;
        extra->blank = county ? 0 : city->options->blank_permille;
        extra->zero = fact->blank_is_no && fact->low <= 0 && fact->high >= 0 && (truth || fact->type.kind == TYPE_NUMBER);
        if (extra->zero)
                extra->blank = 1000 - (truth ? ZERO_TRUTHS : ZERO_NUMBERS);
        if (extra->zero && truth)
                extra->share = 100;
}

/* ---- cells --------------------------------------------------------------------------------------------- */

/* Which choice, or which parent; NONE: the cell is empty. */
static uint32_t extra_pick(const Extra *extra, uint32_t row) {
        if (extra->due != NULL && extra->due[row] == 0)
                return NONE;
        uint64_t draw = mix(extra->seed + ((uint64_t) row + 1) * 0x9e3779b97f4a7c15u);
        if ((uint32_t) ((draw & UINT32_MAX) * 1000 >> 32) < extra->blank || extra->choice_count == 0)
                return NONE;
        uint64_t pick = (draw >> 32) * (extra->share > 0 ? 100 : extra->choice_count) >> 32;
        return extra->share > 0 ? pick < extra->share : (uint32_t) pick;
}

static void add_cell(const Extra *extra, uint32_t row, Buffer *out) {
        uint32_t pick = extra_pick(extra, row);
        buffer_byte(out, ',');
        if (pick != NONE)
                buffer_add(out, extra->choices != NULL ? extra->choices[pick].text : rows_key(extra->parents, pick));
}

/* Puts a column into the population, for guards to read. */
static void put_column(City *city, const CityFile *file, const Extra *extra) {
        const Fact *fact = extra->fact == NONE ? NULL : &city->program.facts[extra->fact];
        for (uint32_t row = 0; row < file->rows; row++) {
                uint32_t pick = extra_pick(extra, row);
                if (fact == NULL) {
                        population_link(city->population, extra->link, row, pick);
                        continue;
                }
                population_set(city->population, extra->fact, row,
                               pick != NONE ? extra->choices[pick].cell
                                            : extra->zero ? 0 : type_unknown(fact->type));
        }
}

/* ---- guards -------------------------------------------------------------------------------------------- */

/* Walks the facts that a guard reads: marks their columns as read; false when one of them is not ready. */
static bool guard_is_ready(City *city, uint32_t guard) {
        Arena *arena CLEAN(arena_cleanup) = arena_new((size_t) 1 << 24);
        bool *needed = ARENA_NEW(arena, bool, guard + 1), ready = true;
        needed[guard] = true;
        for (uint32_t at = guard + 1; at-- > 0;) {
                const Step *step = &city->program.steps[at];
                const uint32_t operands[] = { step->a, step->b, step->c };
                for (uint32_t i = 0; needed[at] && i < ARRAY_LENGTH(operands); i++)
                        if (operands[i] != NONE)
                                needed[operands[i]] = true;
                Extra *extra = needed[at] && step->op == OP_FACT ? city->fact_extras[step->aux] : NULL;
                if (extra != NULL) {
                        extra->read = true;
                        ready &= extra->ready;
                }
        }
        return ready;
}

typedef struct GuardWork {
        Extra **extras;                  /* per policy */
} GuardWork;

static void keep_answers(void *context, const BatchRows *rows) {
        const GuardWork *work = context;
        for (uint32_t i = 0; i < rows->count; i++)
                work->extras[rows->policy]->due[rows->first + i] = rows->answers[i] == ANSWER_YES;
}

static void evaluate_guards(City *city, Extra **extras, uint32_t count) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(SIZE_MAX / 2);
        Policy *policies = ARENA_NEW(arena, Policy, count);
        for (uint32_t i = 0; i < count; i++) {
                const Fact *fact = &city->program.facts[extras[i]->fact];
                policies[i] = (Policy){ .name = fact->name, .entity = fact->entity, .eligible = fact->guard,
                                        .eligible_if_judged = fact->guard, .eligible_if_open = fact->guard,
                                        .budget = NONE, .budget_order = NONE };
        }
        city->program.policies = policies;
        city->program.policy_count = count;
        Run run = { .program = &city->program, .base_date = city->options->base_date,
                    .apply_date = city->options->base_date };
        GuardWork work = { .extras = extras };
        BatchOptions options = { .threads = parallel_threads(city->options->threads, BATCH_THREADS_MAX),
                                 .sink = keep_answers, .sink_context = &work };
        (void) batch_run(batch_plan_new(arena, &run, &options), city->population, arena);
        city->program.policy_count = 0;
}

/* Makes the columns ready whose guards can be told now; false when there were none. */
static bool settle_guards(City *city) {
        Extra **extras = ARENA_NEW(city->arena, Extra *, city->program.fact_count);
        uint32_t count = 0;
        for (uint32_t i = 0; i < city->program.fact_count; i++) {
                Extra *extra = city->fact_extras[i];
                if (extra != NULL && !extra->ready && guard_is_ready(city, city->program.facts[i].guard))
                        extras[count++] = extra;
        }
        if (count > 0)
                evaluate_guards(city, extras, count);
        for (uint32_t i = 0; i < count; i++)
                extras[i]->ready = true;
        for (uint32_t i = 0; i < city->file_count; i++)
                for (uint32_t j = 0; j < count; j++)
                        if (extras[j]->read && city->program.facts[extras[j]->fact].entity == city->files[i].entity)
                                put_column(city, &city->files[i], extras[j]);
        return count > 0;
}

static void settle_columns(City *city) {
        bool linked = false;
        for (uint32_t i = 0; i < city->program.fact_count; i++)
                if (city->fact_extras[i] != NULL && !city->fact_extras[i]->ready)
                        (void) guard_is_ready(city, city->program.facts[i].guard);
        for (uint32_t i = 0; i < city->file_count; i++)
                for (uint32_t j = 0; j < city->files[i].count; j++) {
                        const Extra *extra = &city->files[i].extras[j];
                        linked |= extra->link != NONE;
                        if (extra->ready && (extra->read || extra->link != NONE))
                                put_column(city, &city->files[i], extra);
                }
        if (linked)
                population_index(city->population);
        while (settle_guards(city)) {
        }
}

/* ---- which columns ------------------------------------------------------------------------------------- */

static bool file_has(const CityFile *file, Str column) {
        for (uint32_t i = 0; i < file->name_count; i++)
                if (str_equal(file->names[i], column))
                        return true;
        for (uint32_t i = 0; i < file->count; i++)
                if (str_equal(file->extras[i].column, column))
                        return true;
        return false;
}

static Extra *add_extra(const City *city, CityFile *file, Str column, uint32_t fact, uint32_t link) {
        Extra *extra = &file->extras[file->count++];
        Str entity = city->program.entities[file->entity].name;
        *extra = (Extra){ .fact = fact, .link = link, .column = column,
                          .seed = mix(mix(city->options->seed ^ str_hash(entity)) ^ str_hash(column)) };
        return extra;
}

static void find_columns(City *city, CityFile *file) {
        const Program *program = &city->program;
        file->extras = ARENA_NEW(city->arena, Extra, program->fact_count + program->link_count);
        for (uint32_t i = 0; i < program->link_count; i++) {
                const Link *link = &program->links[i];
                if (link->child != file->entity || program->entities[link->parent].derived_from != NONE ||
                    file_has(file, link->column))
                        continue;
                Extra *extra = add_extra(city, file, link->column, NONE, i);
                extra->blank = city->options->blank_permille;
                extra->parents = &city->population->entities[link->parent];
                extra->choice_count = extra->parents->count;
                extra->ready = true;
        }
        for (uint32_t i = 0; i < program->fact_count; i++) {
                const Fact *fact = &program->facts[i];
                Str column = fact->column.length > 0 ? fact->column : fact->name;
                if (fact->entity != file->entity || fact->manual || fact->type.kind == TYPE_ROW || file_has(file, column))
                        continue;
                Extra *extra = add_extra(city, file, column, i, NONE);
                make_choices(city, extra);
                extra->ready = fact->guard == NONE;
                if (!extra->ready)
                        extra->due = ARENA_NEW(city->arena, uint8_t, file->rows);
                city->fact_extras[i] = extra;
        }
}

/* ---- files --------------------------------------------------------------------------------------------- */

static const char *path_of(const City *city, const CityFile *file, const char *suffix) {
        return str_format(city->arena, "%.*s/%.*s%s", STR_ARG(city->folder), STR_ARG(file->name), suffix).data;
}

static Rc open_file(const City *city, CityFile *file) {
        Rc rc = csv_open(path_of(city, file, ""), csv_level_best(), city->options->threads, &file->text);
        if (rc == RC_OK)
                rc = csv_header(&file->text, city->arena, &file->names, &file->name_count, &file->header, &file->data_at);
        if (rc != RC_OK)
                return rc;
        const CsvSurvey *survey = &file->text.survey;
        if (survey->returns || !str_ends(file->text.text, STR("\n")) || survey->newlines > UINT32_MAX - 1)
                return RC_INVALID;
        file->rows = (uint32_t) survey->newlines - 1;
        return RC_OK;
}

/* Keys alone; the columns come later like everybody's. */
static Rc make_file(const City *city, CityFile *file, uint32_t rows) {
        Buffer out CLEAN(buffer_free) = buffer_new(FILE_BYTES_MAX);
        Str key = city->program.entities[file->entity].key;
        buffer_add(&out, quoted(city->arena, key.length > 0 ? key : STR("编号")));
        for (uint32_t row = 1; row <= rows; row++)
                buffer_format(&out, "\nX%08u", row);
        buffer_byte(&out, '\n');
        Rc rc = file_write(path_of(city, file, ""), buffer_str(&out));
        return rc == RC_OK ? open_file(city, file) : rc;
}

static Rc open_files(City *city) {
        Rc rc = RC_OK;
        uint32_t longest = 0;
        city->files = ARENA_NEW(city->arena, CityFile, city->program.entity_count);
        for (uint32_t entity = 0; entity < city->program.entity_count; entity++) {
                const Entity *about = &city->program.entities[entity];
                if (about->derived_from != NONE)
                        continue;
                CityFile *file = &city->files[city->file_count++];
                Str name = about->file.length > 0 ? about->file
                                                  : str_format(city->arena, "%.*s.csv", STR_ARG(about->name));
                *file = (CityFile){ .entity = (uint16_t) entity, .name = name, .made = true };
                for (SynthFile i = 0; i < SYNTH_FILE_TOTAL; i++)
                        file->made &= !str_equal(name, synth_file_name(i));
                if (!file->made && rc == RC_OK)
                        rc = open_file(city, file);
                longest = file->rows > longest ? file->rows : longest;
        }
        uint32_t made = longest / ROWS_PER_MADE < MADE_ROWS_MIN ? MADE_ROWS_MIN : longest / ROWS_PER_MADE;
        for (uint32_t i = 0; i < city->file_count && rc == RC_OK; i++)
                if (city->files[i].made)
                        rc = make_file(city, &city->files[i], made);
        return rc;
}

typedef struct Block {
        Str      lines;
        uint32_t first;
        Buffer   out;
} Block;

typedef struct Round {
        const CityFile *file;
        uint32_t        count;
        Block           blocks[PARALLEL_MAX];
} Round;

static void make_blocks(void *context, uint32_t part, uint32_t parts) {
        Round *round = context;
        for (uint32_t i = part; i < round->count; i += parts) {
                Block *block = &round->blocks[i];
                Str lines = block->lines;
                block->out = buffer_new(FILE_BYTES_MAX);
                for (uint32_t row = block->first; lines.length > 0; row++) {
                        buffer_add(&block->out, str_cut(&lines, '\n'));
                        for (uint32_t j = 0; j < round->file->count; j++)
                                add_cell(&round->file->extras[j], row, &block->out);
                        buffer_byte(&block->out, '\n');
                }
        }
}

/* The next BLOCK_ROWS lines. */
static Str cut_lines(Str *rest) {
        Str all = *rest;
        for (uint32_t i = 0; i < BLOCK_ROWS && rest->length > 0; i++)
                (void) str_cut(rest, '\n');
        return str_slice(all, 0, all.length - rest->length);
}

static bool write_buffer(FILE *out, const Buffer *buffer) {
        return !buffer->failed && fwrite(buffer->data, 1, buffer->length, out) == buffer->length;
}

static bool write_rows(const City *city, const CityFile *file, FILE *out) {
        uint32_t threads = parallel_threads(city->options->threads, file->rows / BLOCK_ROWS + 1);
        Round *round = ARENA_NEW(city->arena, Round, 1);
        Str rest = str_slice(file->text.text, file->data_at, file->text.text.length);
        uint32_t most = threads * 4 < PARALLEL_MAX ? threads * 4 : PARALLEL_MAX;
        bool good = true;
        round->file = file;
        for (uint32_t row = 0; rest.length > 0 && good;) {
                for (round->count = 0; round->count < most && rest.length > 0; row += BLOCK_ROWS)
                        round->blocks[round->count++] = (Block){ .lines = cut_lines(&rest), .first = row };
                parallel_run(threads, make_blocks, round);
                for (uint32_t i = 0; i < round->count; i++) {
                        good = good && write_buffer(out, &round->blocks[i].out);
                        buffer_free(&round->blocks[i].out);
                }
        }
        return good;
}

static Rc write_file(const City *city, const CityFile *file) {
        Buffer header CLEAN(buffer_free) = buffer_new(FILE_BYTES_MAX);
        buffer_add(&header, file->header);
        for (uint32_t i = 0; i < file->count; i++) {
                buffer_byte(&header, ',');
                buffer_add(&header, quoted(city->arena, file->extras[i].column));
        }
        buffer_byte(&header, '\n');
        FILE *out = fopen(path_of(city, file, ".new"), "we");
        if (out == NULL)
                return RC_IO;
        bool good = write_buffer(out, &header) && write_rows(city, file, out);
        return fclose(out) == 0 && good ? RC_OK : RC_IO;
}

/* All files or none, but for a rename that fails. */
static Rc write_files(const City *city) {
        Rc rc = RC_OK;
        for (uint32_t i = 0; i < city->file_count && rc == RC_OK; i++)
                if (city->files[i].count > 0)
                        rc = write_file(city, &city->files[i]);
        for (uint32_t i = 0; i < city->file_count; i++) {
                const CityFile *file = &city->files[i];
                const char *made = path_of(city, file, ".new");
                if (file->count > 0 && rc == RC_OK && rename(made, path_of(city, file, "")) != 0)
                        rc = RC_IO;
                if (file->count > 0 && rc != RC_OK)
                        (void) unlink(made);   /* nothing more to be done about it */
        }
        return rc;
}

static Rc add_columns(City *city) {
        LoadReport report;
        Rc rc = open_files(city);
        if (rc == RC_OK)
                rc = population_load(city->arena, &city->program, city->folder,
                                     &(LoadOptions){ .threads = city->options->threads }, &report, &city->population);
        for (uint32_t i = 0; i < city->file_count && rc == RC_OK; i++)
                if (city->population->entities[city->files[i].entity].count != city->files[i].rows)
                        rc = RC_INVALID;
        if (rc != RC_OK)
                return rc;
        city->fact_extras = ARENA_NEW(city->arena, Extra *, city->program.fact_count);
        for (uint32_t i = 0; i < city->file_count; i++)
                find_columns(city, &city->files[i]);
        settle_columns(city);
        return write_files(city);
}

Rc synth_city(const Program *program, Str folder, const SynthCityOptions *options, Arena *arena,
              SynthCityFile **ret_files, uint32_t *ret_count) {
        Arena *scratch CLEAN(arena_cleanup) = arena_new(SIZE_MAX / 2);
        City city = { .arena = scratch, .program = *program, .options = options, .folder = folder };
        city.program.policy_count = city.program.exclusive_count = 0;
        Rc rc = add_columns(&city);
        SynthCityFile *files = ARENA_NEW(arena, SynthCityFile, city.file_count);
        uint32_t count = 0;
        for (uint32_t i = 0; i < city.file_count; i++) {
                CityFile *file = &city.files[i];
                csv_close(&file->text);
                if (rc != RC_OK && file->made)
                        (void) unlink(path_of(&city, file, ""));
                if (file->count > 0 || file->made)
                        files[count++] = (SynthCityFile){ str_copy(arena, file->name), file->rows, file->count, file->made };
        }
        if (rc != RC_OK)
                return rc;
        *ret_files = files;
        *ret_count = count;
        return RC_OK;
}
