/* Firms, and who works for them, holds certificates, owes loans. */
#include "engine/synth_block.h"

#define NOBODY UINT32_MAX
#define FREE_FIRMS 64                     /* numbers a block has for firms without founder */
#define FREE_FIRM_NUMBER 50000000
#define ENDED_NUMBER 50000000
#define LARGE 1
#define MEDIUM 6
#define SMALL 40
#define SOCIAL 3

static const uint16_t founded_kinds[] = { 550, 360, 0, 0, 35, 35, 20 };
static const uint16_t farm_kinds[] = { 400, 250, 0, 0, 170, 170, 10 };

static void add_firm(Block *block, Firm firm) {
        Random *random = &block->random;
        bool farm = firm.kind == FIRM_COOPERATIVE || firm.kind == FIRM_FARM;
        static const uint16_t industries[] = { 0, 210, 90, 260, 80, 120, 60, 120, 60 };
        firm.industry = farm ? 0 : random_pick(random, industries, ARRAY_LENGTH(industries));
        int32_t months = firm.founder == NOBODY ? random_between(random, 24, 360) : random_between(random, 0, 96);
        firm.founded = date_add_months(block->options->base_date, -months) - random_between(random, 0, 27);
        block->firms[block->firm_count++] = firm;
}

void block_make_firms(Block *block) {
        Random *random = &block->random;
        uint32_t number = block->first / SYNTH_BLOCK * FREE_FIRMS + FREE_FIRM_NUMBER + 1;
        block->firms = ARENA_NEW(block->arena, Firm, block->person_count + FREE_FIRMS);
        for (uint32_t i = 0; i < LARGE + MEDIUM + SMALL + SOCIAL; i++) {
                const Household *near = &block->households[random_below(random, block->household_count)];
                add_firm(block, (Firm){ .number = number + i, .founder = NOBODY, .county = near->county,
                                        .kind = i < LARGE                    ? FIRM_LARGE
                                                : i < LARGE + MEDIUM         ? FIRM_MEDIUM
                                                : i < LARGE + MEDIUM + SMALL ? FIRM_SMALL
                                                                             : FIRM_SOCIAL });
        }
        for (uint32_t i = 0; i < block->person_count; i++) {
                Person *person = &block->persons[i];
                if (person->status != STATUS_FOUNDER)
                        continue;
                const Household *household = &block->households[person->household];
                person->firm = block->firm_count;
                add_firm(block,
                         (Firm){ .number = block->first + i + 1,
                                 .founder = i,
                                 .county = household->county,
                                 .rural = household->rural,
                                 .kind = (FirmKind) random_pick(random, household->rural ? farm_kinds : founded_kinds,
                                                                FIRM_SOCIAL + 1) });
        }
}

static const Firm *pick_employer(Block *block) {
        static const uint16_t sizes[] = { 220, 280, 330, 170 };
        Random *random = &block->random;
        uint32_t free_firms = LARGE + MEDIUM + SMALL + SOCIAL, founded = block->firm_count - free_firms;
        switch (random_pick(random, sizes, ARRAY_LENGTH(sizes))) {
        case 0:
                return &block->firms[random_below(random, LARGE)];
        case 1:
                return &block->firms[LARGE + random_below(random, MEDIUM)];
        case 2:
                return &block->firms[LARGE + MEDIUM + random_below(random, SMALL + SOCIAL)];
        default:
                return &block->firms[founded == 0 ? LARGE : free_firms + random_below(random, founded)];
        }
}

static void write_job(Block *block, uint32_t at, bool present) {
        static const uint16_t terms[] = { 0, 6, 12, 24, 36, 60 }, term_weights[] = { 220, 30, 200, 160, 330, 60 };
        Random *random = &block->random;
        Buffer *out = &block->files[SYNTH_JOB];
        const Person *person = &block->persons[at];
        const Firm *chosen = pick_employer(block);
        Firm *firm = &block->firms[chosen - block->firms];
        int32_t grown = person->birth + 16 * 366, base = block->options->base_date;
        int32_t earliest = firm->founded > grown ? firm->founded : grown;
        if (earliest < base - 3650)
                earliest = base - 3650;
        int32_t hired = random_between(random, earliest > base ? base : earliest, base);
        bool insured = random_chance(random, 870);
        int64_t months = date_full_months(hired, base);
        uint32_t term = random_pick(random, term_weights, ARRAY_LENGTH(terms));
        row_key(out, 'W', block->first + at + 1 + (present ? 0 : ENDED_NUMBER));
        cell_key(out, 'E', firm->number);
        cell_key(out, 'P', block->first + at + 1);
        cell_date(out, hired);
        random_chance(random, 20) ? cell_blank(out) : cell_number(out, terms[term]);
        random_chance(random, 10) ? cell_blank(out) : cell_truth(out, insured);
        uint64_t paid = insured ? (uint64_t) random_between(random, (int32_t) months * 3 / 4, (int32_t) months) : 0;
        random_chance(random, 30) ? cell_blank(out) : cell_number(out, paid);
        int64_t wage = person->income > 0 ? person->income : 190000;
        random_chance(random, 30) ? cell_blank(out) : cell_hundredths(out, wage, STR(""));
        cell_truth(out, present);
        row_end(block, SYNTH_JOB);
        if (!present)
                return;
        firm->insured += insured;
        firm->difficult += person->difficult;
        firm->graduates += person->graduate;
}

void block_write_jobs(Block *block) {
        for (uint32_t i = 0; i < block->person_count; i++) {
                Status status = block->persons[i].status;
                if (status == STATUS_EMPLOYED)
                        write_job(block, i, true);
                if ((status == STATUS_EMPLOYED || status == STATUS_FLEXIBLE || status == STATUS_UNEMPLOYED) &&
                    random_chance(&block->random, 150))
                        write_job(block, i, false);
        }
}

void block_write_certificates(Block *block) {
        static const Str levels[] = { STR_INIT("初级工"), STR_INIT("中级工"), STR_INIT("高级工"), STR_INIT("技师"),
                                      STR_INIT("高级技师") };
        static const uint16_t weights[] = { 380, 320, 220, 60, 20 };
        Random *random = &block->random;
        Buffer *out = &block->files[SYNTH_CERTIFICATE];
        for (uint32_t i = 0; i < block->person_count; i++) {
                const Person *person = &block->persons[i];
                if (person->age < 18 || person->status > STATUS_UNEMPLOYED || !random_chance(random, 130))
                        continue;
                int32_t oldest = person->age - 18 < 10 ? (person->age - 18) * 365 : 3650;
                row_key(out, 'C', block->first + i + 1);
                cell_key(out, 'P', block->first + i + 1);
                cell_text(out, levels[random_pick(random, weights, ARRAY_LENGTH(levels))]);
                int32_t taken = block->options->base_date - random_between(random, 0, oldest);
                random_chance(random, 10) ? cell_blank(out) : cell_date(out, taken);
                row_end(block, SYNTH_CERTIFICATE);
        }
}

void block_write_loans(Block *block) {
        Random *random = &block->random;
        Buffer *out = &block->files[SYNTH_LOAN];
        for (uint32_t i = 0; i < block->person_count; i++) {
                const Person *person = &block->persons[i];
                if (person->status != STATUS_FOUNDER || !random_chance(random, 180))
                        continue;
                int32_t base = block->options->base_date, founded = block->firms[person->firm].founded;
                int32_t ten_thousands =
                        random_chance(random, 850) ? random_between(random, 1, 10) : random_between(random, 11, 30);
                row_key(out, 'L', block->first + i + 1);
                cell_key(out, 'P', block->first + i + 1);
                cell_hundredths(out, (int64_t) ten_thousands * 1000000, STR(""));
                cell_date(out, random_between(random, founded > base - 1500 ? founded : base - 1500, base));
                cell_number(out, 12 * (1 + random_below(random, 3)));
                int64_t rate = 435 + 5 * (int64_t) random_below(random, 49);
                random_chance(random, 20) ? cell_blank(out) : cell_hundredths(out, rate, STR("%"));
                random_chance(random, 30) ? cell_blank(out) : cell_truth(out, random_chance(random, 960));
                row_end(block, SYNTH_LOAN);
        }
}
