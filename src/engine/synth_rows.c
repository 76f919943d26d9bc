/* Rows of people, households and firms, with their fictional numbers. */
#include "engine/synth_block.h"

#include "engine/identity.h"

#include <string.h>

#define IDENTITY_SERIALS 500     /* odd ones and even ones */

/* Digits into a fixed number of places. */
static void put_digits(char *at, uint32_t number, int places) {
        for (int i = places - 1; i >= 0; i--, number /= 10)
                at[i] = (char) ('0' + number % 10);
}

/* 999 and three places, the date of birth, a serial that is odd for men, the check character. The region's last three
 * places and the serial count people, so that 500,000 in a row differ; further ones differ by birthday. */
static void cell_identity(const Block *block, Buffer *out, uint32_t number, const Person *person) {
        char *digits = ARENA_NEW(block->arena, char, IDENTITY_LENGTH);
        Civil birth = date_to_civil(person->birth);
        put_digits(digits, FICTIONAL_REGION, 3);
        put_digits(digits + 3, number / IDENTITY_SERIALS % 1000, 3);
        put_digits(digits + 6, (uint32_t) (birth.year * 10000 + birth.month * 100 + birth.day), 8);
        put_digits(digits + 14, number % IDENTITY_SERIALS * 2 + (person->sex == SEX_MALE), 3);
        digits[17] = identity_check(digits);
        cell_text(out, (Str){ digits, IDENTITY_LENGTH });
}

/* Authority and kind of organisation, region 999000, the firm's number as organisation code, check characters. */
static void cell_credit(const Block *block, Buffer *out, const Firm *firm) {
        static const char kinds[][3] = { "92", "91", "91", "91", "93", "91", "52" };
        char *code = ARENA_NEW(block->arena, char, CREDIT_LENGTH);
        memcpy(code, kinds[firm->kind], 2);
        memcpy(code + 2, "999000", 6);
        put_digits(code + 8, firm->number, 8);
        code[16] = organisation_check(code + 8);
        code[17] = credit_check(code);
        cell_text(out, (Str){ code, CREDIT_LENGTH });
}

static void blank_or_number(Block *block, Buffer *out, uint32_t per_mille, uint64_t number) {
        if (random_chance(&block->random, per_mille))
                cell_blank(out);
        else
                cell_number(out, number);
}

static void blank_or_money(Buffer *out, bool blank, int64_t fen) {
        if (blank)
                cell_blank(out);
        else
                cell_hundredths(out, fen, STR(""));
}

static void write_person(Block *block, uint32_t at) {
        static const Str educations[] = { STR_INIT("初中及以下"), STR_INIT("高中中专"), STR_INIT("大专"), STR_INIT("本科"),
                                          STR_INIT("研究生") };
        static const Str statuses[] = { STR_INIT("单位就业"), STR_INIT("灵活就业"), STR_INIT("自主创业"), STR_INIT("失业"),
                                        STR_INIT("未就业"), STR_INIT("在校"), STR_INIT("退休") };
        const Person *person = &block->persons[at];
        const Household *household = &block->households[person->household];
        Random *random = &block->random;
        Buffer *out = &block->files[SYNTH_PERSON];
        bool child = person->age < 16;
        row_key(out, 'P', block->first + at + 1);
        cell_identity(block, out, block->first + at, person);
        cell_key(out, 'H', block->first + household->first + 1);
        cell_date(out, person->birth);
        cell_text(out, person->sex == SEX_MALE ? STR("男") : STR("女"));
        cell_text(out, random_chance(random, 10) ? STR("") : person->local ? STR("本地") : STR("外地"));
        cell_text(out, household->rural ? STR("农村") : STR("城镇"));
        cell_text(out, block->options->counties[household->county].name);
        blank_or_number(block, out, 30, person->residence);
        cell_text(out, child || random_chance(random, 20) ? STR("") : educations[person->education]);
        cell_text(out, statuses[person->status]);
        cell_truth(out, person->registered != DATE_MIN);
        person->registered == DATE_MIN ? cell_blank(out) : cell_date(out, person->registered);
        cell_truth(out, person->difficult);
        cell_truth(out, person->graduate);
        bool unknown = person->graduated == DATE_MIN || random_chance(random, 10);
        unknown || !person->graduate ? cell_blank(out) : cell_date(out, person->graduated);
        cell_truth(out, person->veteran);
        cell_truth(out, person->disabled);
        cell_truth(out, person->migrant);
        cell_truth(out, person->returned);
        cell_truth(out, household->lifted);
        cell_truth(out, household->allowance);
        blank_or_number(block, out, 40, person->insured);
        blank_or_number(block, out, 40, person->unemployment);
        blank_or_money(out, child || random_chance(random, 80), person->income);
        row_end(block, SYNTH_PERSON);
}

static void write_household(Block *block, const Household *household) {
        Buffer *out = &block->files[SYNTH_HOUSEHOLD];
        row_key(out, 'H', block->first + household->first + 1);
        cell_text(out, block->options->counties[household->county].name);
        cell_text(out, household->rural ? STR("农村") : STR("城镇"));
        cell_truth(out, household->allowance);
        cell_truth(out, household->lifted);
        cell_number(out, household->size);
        blank_or_money(out, random_chance(&block->random, 50), household->income / household->size);
        row_end(block, SYNTH_HOUSEHOLD);
}

void block_write_people(Block *block) {
        for (uint32_t i = 0; i < block->person_count; i++)
                write_person(block, i);
        for (uint32_t i = 0; i < block->household_count; i++)
                write_household(block, &block->households[i]);
}

static void write_firm(Block *block, const Firm *firm) {
        static const Str kinds[] = { STR_INIT("个体工商户"), STR_INIT("小微企业"), STR_INIT("中型企业"), STR_INIT("大型企业"),
                                     STR_INIT("农民合作社"), STR_INIT("家庭农场"), STR_INIT("社会组织") };
        static const Str industries[] = { STR_INIT("农林牧渔"), STR_INIT("制造业"), STR_INIT("建筑业"), STR_INIT("批发零售"),
                                          STR_INIT("交通运输"), STR_INIT("住宿餐饮"), STR_INIT("信息技术"), STR_INIT("居民服务"),
                                          STR_INIT("其他") };
        Random *random = &block->random;
        Buffer *out = &block->files[SYNTH_FIRM];
        bool founded = firm->founder != UINT32_MAX;
        row_key(out, 'E', firm->number);
        cell_credit(block, out, firm);
        founded ? cell_key(out, 'P', block->first + firm->founder + 1) : cell_blank(out);
        cell_text(out, kinds[firm->kind]);
        cell_text(out, industries[firm->industry]);
        cell_date(out, firm->founded);
        cell_text(out, block->options->counties[firm->county].name);
        cell_number(out, firm->insured);
        bool blank = firm->kind == FIRM_INDIVIDUAL || random_chance(random, 50);
        int64_t cut =
                random_chance(random, 500) ? 0 : random_between(random, 1, random_chance(random, 900) ? 600 : 3500);
        blank ? cell_blank(out) : cell_hundredths(out, cut, STR("%"));
        cell_number(out, firm->difficult);
        cell_number(out, firm->graduates);
        cell_truth(out, random_chance(random, firm->industry == 6 ? 400 : 40));
        cell_truth(out, founded && random_chance(random, 760));
        cell_truth(out, firm->kind <= FIRM_LARGE && firm->kind != FIRM_INDIVIDUAL && random_chance(random, 60));
        int64_t rent = random_chance(random, 300) ? 0 : (int64_t) random_between(random, 30, 600) * 10000;
        blank_or_money(out, random_chance(random, 50), rent);
        row_end(block, SYNTH_FIRM);
}

void block_write_firms(Block *block) {
        for (uint32_t i = 0; i < block->firm_count; i++)
                write_firm(block, &block->firms[i]);
}
