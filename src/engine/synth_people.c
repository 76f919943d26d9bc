/* Households and their members. The weights below are the ones that doc/synthetic.md states. */
#include "engine/synth_block.h"

#include "engine/identity.h"

#define MONTH_DAYS 30
#define IDENTITY_CLASS 500000    /* people whose region and serial differ; see birth_date */
#define DAYS_SURE 28             /* every month has them */

typedef enum Shape {
        SHAPE_ADULT, SHAPE_ELDER, SHAPE_COUPLE, SHAPE_ELDER_COUPLE, SHAPE_ONE_CHILD, SHAPE_TWO_CHILDREN,
        SHAPE_THREE_GENERATIONS, SHAPE_TWO_ELDERS_ONE_CHILD, SHAPE_TWO_ELDERS_TWO_CHILDREN, SHAPE_TOTAL,
} Shape;

static const uint16_t shape_weights[SHAPE_TOTAL] = { 150, 90, 130, 120, 220, 120, 90, 50, 30 };
/* adults, elders, children (of any age); adults from 25 on where there are children */
static const uint8_t shape_members[SHAPE_TOTAL][3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 2, 0, 0 }, { 0, 2, 0 }, { 2, 0, 1 },
                                                       { 2, 0, 2 }, { 2, 1, 1 }, { 2, 2, 1 }, { 2, 2, 2 } };
static const uint16_t adult_bands[] = { 110, 100, 60, 60, 90, 150, 220, 210 };       /* 20–24 … 55–59 */
static const uint16_t parent_bands[] = { 80, 190, 190, 180, 160, 120, 80 };          /* 25–29 … 55–59 */
static const uint16_t elder_bands[] = { 300, 260, 200, 130, 70, 40 };                /* 60–64 … 85–89 */

/* basic, secondary, college, bachelor, master: under 30, 30 to 49, from 50 */
static const uint16_t education_weights[3][EDUCATION_NONE] = {
        { 120, 260, 280, 290, 50 }, { 300, 280, 200, 190, 30 }, { 580, 270, 90, 55, 5 },
};
static const int32_t graduation_age[EDUCATION_NONE] = { 0, 0, 21, 22, 25 };

/* employed, flexible, founder, unemployed, none, school, retired */
static const uint16_t status_weights[][STATUS_RETIRED + 1] = {
        { 20, 20, 0, 10, 100, 850, 0 },        /* 16–18 */
        { 230, 90, 10, 60, 110, 500, 0 },      /* 19–22 */
        { 500, 160, 45, 80, 95, 120, 0 },      /* 23–25 */
        { 580, 170, 80, 55, 115, 0, 0 },       /* to 49, women 44 */
        { 470, 200, 60, 60, 150, 0, 60 },      /* to retirement age */
        { 20, 60, 10, 0, 60, 0, 850 },         /* above */
};

static uint32_t pick_county(Block *block) {
        const SynthOptions *options = block->options;
        uint32_t total = 0, at = 0;
        for (uint32_t i = 0; i < options->county_count; i++)
                total += options->counties[i].weight;
        uint32_t draw = total == 0 ? 0 : random_below(&block->random, total);
        while (at + 1 < options->county_count && draw >= options->counties[at].weight)
                draw -= options->counties[at++].weight;
        return at;
}

/* A birthday that makes the person `age` or nearly so. People whose identity numbers would otherwise agree, because
 * their numbers differ by a multiple of IDENTITY_CLASS, have different days of the month. */
static int32_t birth_date(Block *block, uint32_t number, int32_t age) {
        Random *random = &block->random;
        int32_t earliest = date_add_months(block->options->base_date, -12 * ((int64_t) age + 1));
        Civil civil = date_to_civil(earliest + 1 + random_between(random, 0, 364));
        uint32_t class = number % IDENTITY_CLASS, round = number / IDENTITY_CLASS;
        civil.day = (int32_t) ((class * 2654435761u >> 7) % DAYS_SURE + round) % DAYS_SURE + 1;
        if (round == 0 && random_chance(random, 85))
                for (int32_t late = 31; late > DAYS_SURE; late--)
                        if (civil_valid(civil.year, civil.month, late)) {
                                civil.day = late - random_between(random, 0, late - DAYS_SURE - 1);
                                break;
                        }
        int32_t birth = date_from_civil(civil.year, civil.month, civil.day);
        return birth <= block->options->base_date ? birth : date_add_months(birth, -12);
}

static uint32_t status_row(const Person *person) {
        int32_t late = person->sex == SEX_MALE ? 50 : 45, retired = person->sex == SEX_MALE ? 60 : 55;
        if (person->age <= 18)
                return 0;
        if (person->age <= 22)
                return 1;
        if (person->age <= 25)
                return 2;
        return person->age < late ? 3 : person->age < retired ? 4 : 5;
}

static void study_and_work(Block *block, Person *person) {
        Random *random = &block->random;
        person->education = EDUCATION_NONE;
        person->status = person->age < 6 ? STATUS_NONE : STATUS_SCHOOL;
        if (person->age < 16)
                return;
        person->status = (Status) random_pick(random, status_weights[status_row(person)], STATUS_RETIRED + 1);
        uint32_t band = person->age < 30 ? 0 : person->age < 50 ? 1 : 2;
        person->education = (Education) random_pick(random, education_weights[band], EDUCATION_NONE);
        if (person->status == STATUS_SCHOOL)
                person->education = person->age < 19 ? EDUCATION_BASIC : EDUCATION_SECONDARY;
        if (person->education < EDUCATION_COLLEGE)
                return;
        int32_t year = date_to_civil(person->birth).year + graduation_age[person->education];
        int32_t graduated = date_from_civil(year, 6, random_between(random, 20, 30));
        if (graduated > block->options->base_date) {
                person->education = EDUCATION_SECONDARY;
                return;
        }
        person->graduated = graduated;
        person->graduate = graduated > date_add_months(block->options->base_date, -60);
}

static void describe(Block *block, Person *person, const Household *household) {
        Random *random = &block->random;
        int32_t base = block->options->base_date, grown = person->age < 16 ? 0 : person->age - 16;
        bool works = person->status <= STATUS_FOUNDER;
        person->local = household->local;
        person->disabled = random_chance(random, person->age < 60 ? 20 : 50);
        person->veteran = person->sex == SEX_MALE && person->age >= 20 && random_chance(random, 60);
        person->migrant = household->rural && works && random_chance(random, 600);
        person->returned = person->migrant && household->local && random_chance(random, 150);
        if (person->status == STATUS_UNEMPLOYED && random_chance(random, 620))
                person->registered = base - random_between(random, 1, 36 * MONTH_DAYS);
        uint32_t hard = person->status == STATUS_UNEMPLOYED ? 180 : person->status == STATUS_FLEXIBLE ? 60 : 15;
        if (person->disabled || household->allowance)
                hard *= 4;
        if (person->age >= (person->sex == SEX_MALE ? 50 : 40))
                hard *= 2;
        person->difficult = person->age >= 16 && person->status != STATUS_SCHOOL && person->status != STATUS_RETIRED &&
                            random_chance(random, hard);
        int32_t most = household->local ? person->age * 12 + 11 : 150;
        person->residence = (uint16_t) (household->local && random_chance(random, 700)
                                                ? person->age * 12 + random_between(random, 0, 11)
                                                : random_between(random, 0, most));
        int32_t months = grown > 45 ? 540 : grown * 12;
        if (person->age >= 16 && person->status != STATUS_SCHOOL && random_chance(random, works ? 880 : 600))
                person->insured = (uint16_t) random_between(random, 0, months);
        if (person->insured > 0 && random_chance(random, person->status == STATUS_FLEXIBLE ? 300 : 850))
                person->unemployment = (uint16_t) random_between(random, person->insured / 2, person->insured);
}

static int64_t draw_income(Random *random, const Person *person) {
        static const int32_t low[] = { 1900, 800, 0, 0, 0, 0, 700 }, high[] = { 9500, 6500, 16000, 0, 0, 0, 5200 };
        int32_t top = high[person->status];
        if (top == 0)
                return 0;
        if (person->education != EDUCATION_NONE)
                top += (int32_t) person->education * top / 5;
        /* the smallest of two draws: many small incomes, few large ones */
        int32_t a = random_between(random, low[person->status], top),
                b = random_between(random, low[person->status], top);
        return (int64_t) (a < b ? a : b) * 100 + random_between(random, 0, 99);
}

static void add_person(Block *block, uint32_t at, int32_t age, Sex sex) {
        Household *household = &block->households[block->household_count];
        Person *person = &block->persons[at];
        *person = (Person){ .household = block->household_count, .sex = sex, .registered = DATE_MIN,
                            .graduated = DATE_MIN, .firm = UINT32_MAX };
        person->birth = birth_date(block, block->first + at, age);
        person->age = (int32_t) date_full_years(person->birth, block->options->base_date);
        study_and_work(block, person);
        describe(block, person, household);
        person->income = draw_income(&block->random, person);
        household->income += person->income;
        household->size++;
}

static int32_t band_age(Block *block, const uint16_t *bands, uint32_t count, int32_t first) {
        return first + 5 * (int32_t) random_pick(&block->random, bands, count) + random_between(&block->random, 0, 4);
}

static Sex other(Sex sex) {
        return sex == SEX_MALE ? SEX_FEMALE : SEX_MALE;
}

/* Adults, elders, children of one household from person `at` on; as many as there is room for. Returns the next. */
static uint32_t make_household(Block *block, uint32_t at) {
        Random *random = &block->random;
        uint32_t shape = random_pick(random, shape_weights, SHAPE_TOTAL), room = block->person_count - at, made = 0;
        const uint8_t *members = shape_members[shape];
        int32_t age = members[2] > 0 ? band_age(block, parent_bands, ARRAY_LENGTH(parent_bands), 25)
                                     : band_age(block, adult_bands, ARRAY_LENGTH(adult_bands), 20);
        int32_t elder = band_age(block, elder_bands, ARRAY_LENGTH(elder_bands), 60);
        if (members[0] > 0 && elder < age + 20)
                elder = age + 20;
        Sex sex = random_chance(random, 510) ? SEX_MALE : SEX_FEMALE;
        for (uint32_t i = 0; i < members[0] && made < room; i++, made++, sex = other(sex))
                add_person(block, at + made, i == 0 ? age : age + random_between(random, -3, 2), sex);
        for (uint32_t i = 0; i < members[1] && made < room; i++, made++, sex = other(sex))
                add_person(block, at + made, i == 0 ? elder : elder + random_between(random, -4, 2), sex);
        for (uint32_t i = 0; i < members[2] && made < room; i++, made++) {
                int32_t child = age - random_between(random, 22, 33);
                add_person(block, at + made, child < 0 ? random_between(random, 0, 3) : child,
                           random_chance(random, 520) ? SEX_MALE : SEX_FEMALE);
        }
        return at + made;
}

void block_make_people(Block *block) {
        block->persons = ARENA_NEW(block->arena, Person, block->person_count);
        block->households = ARENA_NEW(block->arena, Household, block->person_count);
        for (uint32_t at = 0; at < block->person_count; block->household_count++) {
                Random *random = &block->random;
                bool rural = random_chance(random, 320);
                block->households[block->household_count] = (Household){
                        .first = at, .county = (uint16_t) pick_county(block), .rural = rural,
                        .local = random_chance(random, 860), .allowance = random_chance(random, rural ? 45 : 20),
                        .lifted = rural && random_chance(random, 70),
                };
                at = make_household(block, at);
        }
}
