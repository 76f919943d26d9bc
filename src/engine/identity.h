/* Check characters of identity numbers (GB 11643), unified social credit codes (GB 32100) and organisation codes
 * (GB 11714), and the ranges of them that Leye keeps for people and firms that do not exist. */
#pragma once

#include "base/str.h"

#define IDENTITY_LENGTH 18
#define CREDIT_LENGTH 18

/* Region codes from 999000 belong to nobody: no province is 99, and the numbers of foreign residents, which begin
 * with 9, have a province in the next two places. Leye's fictional identity numbers and credit codes have them. */
#define FICTIONAL_REGION 999

/* Weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 over 17 digits; the sum modulo 11 picks from 10X98765432. */
char identity_check(const char *digits);
/* 18 characters with the right check character and a date of birth that exists. */
bool identity_valid(Str number);

/* Weights 3^i modulo 31 over 17 characters of 0-9 A-Z without I O S V Z. */
char credit_check(const char *characters);
/* Weights 3 7 9 10 5 8 4 2 over 8 digits or capitals. */
char organisation_check(const char *characters);
/* 18 characters with both check characters right. */
bool credit_valid(Str code);
