/* Words from which texts of demonstration records are made; shared by demo_text.c and demo_words.c. Nothing here names a real
 * place, school or firm. */
#pragma once

#include "base/str.h"

typedef struct WordList {
        const char        *mark;         /* "{姓}" */
        const char *const *words;
        uint32_t           count;
} WordList;
extern const WordList DEMO_LISTS[];
extern const uint32_t DEMO_LIST_COUNT;

/* The text of a field: `entity` NULL is any; forms are separated by '|'. {县} {年} {月} {类} stand for the row's county, the year
 * and month of its day, and the member of its kind; {序} for its number. */
typedef struct TextForm {
        const char *entity, *field, *forms;
} TextForm;
extern const TextForm DEMO_FORMS[];
extern const uint32_t DEMO_FORM_COUNT;
