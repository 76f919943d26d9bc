/* Blocks made by threads, written in their order. */
#include "engine/synth_block.h"

#include "engine/parallel.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define ROUND_BLOCKS_MAX PARALLEL_MAX
#define BLOCK_BYTES_MAX ((size_t) 64 << 20)

static const Str file_names[SYNTH_FILE_TOTAL] = {
        STR_INIT("人.csv"), STR_INIT("户.csv"), STR_INIT("企业.csv"), STR_INIT("用工.csv"), STR_INIT("证书.csv"),
        STR_INIT("贷款.csv"),
};

static const Str headers[SYNTH_FILE_TOTAL] = {
        STR_INIT("编号,身份证号,户编号,出生日期,性别,户籍,户口性质,居住区县,连续居住月数,学历,就业状态,登记失业,登记失业日期,就业困难人员,"
                 "高校毕业生,毕业日期,退役军人,残疾人,农民工,返乡农民工,脱贫户,低保家庭,参加社会保险月数,失业保险月数,月收入\n"),
        STR_INIT("编号,区县,城乡,低保,脱贫户,人口数,月人均收入\n"),
        STR_INIT("编号,信用代码,创办人,类型,行业,成立日期,区县,参保人数,上年裁员率,吸纳困难人数,吸纳毕业生数,新业态,首次创办,高新技术企业,"
                 "年租金\n"),
        STR_INIT("编号,单位,劳动者,入职日期,合同月数,已缴社保,缴费月数,月工资,在职\n"),
        STR_INIT("编号,持有人,等级,取证日期\n"),
        STR_INIT("编号,借款人,金额,签订日期,期限,利率,按时还款\n"),
};

Str synth_file_name(SynthFile file) {
        return file_names[file];
}

/* ---- random numbers ------------------------------------------------------------------------------------ */

static uint64_t split_mix(uint64_t *state) {
        uint64_t mixed = *state += 0x9e3779b97f4a7c15u;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
        return mixed ^ (mixed >> 31);
}

static Random random_new(uint64_t seed, uint64_t stream) {
        Random random;
        uint64_t state = seed;
        state = split_mix(&state) ^ stream * 0xd1342543de82ef95u;
        for (int i = 0; i < 4; i++)
                random.state[i] = split_mix(&state);
        return random;
}

static uint64_t rotate(uint64_t value, int by) {
        return value << by | value >> (64 - by);
}

uint64_t random_next(Random *random) {
        uint64_t *state = random->state, result = rotate(state[1] * 5, 7) * 9, shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = rotate(state[3], 45);
        return result;
}

uint32_t random_below(Random *random, uint32_t bound) {
        return (uint32_t) ((random_next(random) >> 32) * bound >> 32);
}

int32_t random_between(Random *random, int32_t low, int32_t high) {
        return high <= low ? low : low + (int32_t) random_below(random, (uint32_t) (high - low) + 1);
}

bool random_chance(Random *random, uint32_t per_mille) {
        return random_below(random, 1000) < per_mille;
}

uint32_t random_pick(Random *random, const uint16_t *weights, uint32_t count) {
        uint32_t total = 0, at = 0;
        for (uint32_t i = 0; i < count; i++)
                total += weights[i];
        uint32_t draw = random_below(random, total);
        while (draw >= weights[at])
                draw -= weights[at++];
        return at;
}

/* ---- cells --------------------------------------------------------------------------------------------- */

static void add_digits(Buffer *out, uint64_t number, int least) {
        uint64_t power = 1;
        while (--least > 0 || number / power >= 10)
                power *= 10;
        for (; power > 0; power /= 10)
                buffer_byte(out, (char) ('0' + number / power % 10));
}

void row_key(Buffer *out, char prefix, uint32_t number) {
        buffer_byte(out, prefix);
        add_digits(out, number, 8);
}

void row_end(Block *block, SynthFile file) {
        buffer_byte(&block->files[file], '\n');
        block->rows[file]++;
}

void cell_key(Buffer *out, char prefix, uint32_t number) {
        buffer_byte(out, ',');
        row_key(out, prefix, number);
}

void cell_text(Buffer *out, Str text) {
        buffer_byte(out, ',');
        buffer_add(out, text);
}

void cell_truth(Buffer *out, bool truth) {
        cell_text(out, truth ? STR("是") : STR("否"));
}

void cell_number(Buffer *out, uint64_t number) {
        buffer_byte(out, ',');
        add_digits(out, number, 1);
}

void cell_hundredths(Buffer *out, int64_t hundredths, Str behind) {
        cell_number(out, (uint64_t) hundredths / 100);
        buffer_byte(out, '.');
        add_digits(out, (uint64_t) hundredths % 100, 2);
        buffer_add(out, behind);
}

void cell_date(Buffer *out, int32_t days) {
        char text[11];
        date_print(days, text);
        cell_text(out, (Str){ text, 10 });
}

void cell_blank(Buffer *out) {
        buffer_byte(out, ',');
}

/* ---- blocks and files ---------------------------------------------------------------------------------- */

static void make_block(Block *block) {
        block->random = random_new(block->options->seed, block->first / SYNTH_BLOCK);
        block->arena = arena_new(BLOCK_BYTES_MAX);
        for (int file = 0; file < SYNTH_FILE_TOTAL; file++)
                block->files[file] = buffer_new(BLOCK_BYTES_MAX);
        block_make_people(block);
        block_make_firms(block);
        block_write_people(block);
        block_write_jobs(block);
        block_write_firms(block);
        block_write_certificates(block);
        block_write_loans(block);
        block->arena = arena_free(block->arena);
}

typedef struct Round {
        const SynthOptions *options;
        uint32_t            first_block, count;
        Block               blocks[ROUND_BLOCKS_MAX];
} Round;

static void make_part(void *context, uint32_t part, uint32_t parts) {
        Round *round = context;
        for (uint32_t i = part; i < round->count; i += parts) {
                uint64_t first = ((uint64_t) round->first_block + i) * SYNTH_BLOCK;
                uint64_t left = round->options->persons - first;
                round->blocks[i] = (Block){ .options = round->options, .first = (uint32_t) first,
                                            .person_count = left < SYNTH_BLOCK ? (uint32_t) left : SYNTH_BLOCK };
                make_block(&round->blocks[i]);
        }
}

static Rc write_all(int file, Str text) {
        while (text.length > 0) {
                ssize_t written = write(file, text.data, text.length);
                if (written <= 0)
                        return RC_IO;
                text = str_slice(text, (size_t) written, text.length);
        }
        return RC_OK;
}

static Rc write_round(Round *round, const int *files, uint64_t *rows) {
        Rc rc = RC_OK;
        for (uint32_t i = 0; i < round->count; i++)
                for (int file = 0; file < SYNTH_FILE_TOTAL; file++) {
                        Buffer *buffer = &round->blocks[i].files[file];
                        if (buffer->failed || (rc == RC_OK && write_all(files[file], buffer_str(buffer)) != RC_OK))
                                rc = RC_IO;
                        rows[file] += round->blocks[i].rows[file];
                        buffer_free(buffer);
                }
        return rc;
}

static Rc write_blocks(const SynthOptions *options, const int *files, uint64_t *rows) {
        uint32_t blocks = (options->persons + SYNTH_BLOCK - 1) / SYNTH_BLOCK;
        uint32_t threads = parallel_threads(options->threads, blocks);
        Arena *arena CLEAN(arena_cleanup) = arena_new(sizeof(Round) * 2);
        Round *round = ARENA_NEW(arena, Round, 1);
        Rc rc = RC_OK;
        for (int file = 0; file < SYNTH_FILE_TOTAL && rc == RC_OK; file++)
                rc = write_all(files[file], headers[file]);
        for (uint32_t first = 0; first < blocks && rc == RC_OK; first += round->count) {
                round->options = options;
                round->first_block = first;
                round->count = blocks - first < threads * 4 ? blocks - first : threads * 4;
                if (round->count > ROUND_BLOCKS_MAX)
                        round->count = ROUND_BLOCKS_MAX;
                parallel_run(threads, make_part, round);
                rc = write_round(round, files, rows);
        }
        return rc;
}

static Str file_path(Arena *arena, Str folder, int file, const char *suffix) {
        return str_format(arena, "%.*s/%.*s%s", STR_ARG(folder), STR_ARG(file_names[file]), suffix);
}

Rc synth_write(const SynthOptions *options, Str folder, uint64_t ret_rows[SYNTH_FILE_TOTAL]) {
        if (options->persons == 0 || options->persons > SYNTH_PERSONS_MAX || options->county_count == 0)
                return RC_INVALID;
        Arena *arena CLEAN(arena_cleanup) = arena_new((size_t) 1 << 20);
        int files[SYNTH_FILE_TOTAL];
        uint64_t rows[SYNTH_FILE_TOTAL] = { 0 };
        Rc rc = RC_OK;
        for (int file = 0; file < SYNTH_FILE_TOTAL; file++) {
                files[file] = open(file_path(arena, folder, file, ".new").data,
                                   O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
                if (files[file] < 0)
                        rc = RC_IO;
        }
        if (rc == RC_OK)
                rc = write_blocks(options, files, rows);
        for (int file = 0; file < SYNTH_FILE_TOTAL; file++)
                if (files[file] >= 0 && close(files[file]) != 0)
                        rc = RC_IO;
        for (int file = 0; file < SYNTH_FILE_TOTAL; file++) {
                Str made = file_path(arena, folder, file, ".new"), wanted = file_path(arena, folder, file, "");
                if (rc == RC_OK && rename(made.data, wanted.data) != 0)
                        rc = RC_IO;
                if (rc != RC_OK)
                        (void) unlink(made.data);   /* nothing more to be done about it */
        }
        if (rc == RC_OK)
                for (int file = 0; file < SYNTH_FILE_TOTAL; file++)
                        ret_rows[file] = rows[file];
        return rc;
}
