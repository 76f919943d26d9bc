/* Three weighted sums. */
#include "engine/identity.h"

#include "base/date.h"

#include <string.h>

static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

char identity_check(const char *digits) {
        static const uint8_t weights[IDENTITY_LENGTH - 1] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
        uint32_t sum = 0;
        for (int i = 0; i < IDENTITY_LENGTH - 1; i++)
                sum += weights[i] * (uint32_t) (digits[i] - '0');
        return "10X98765432"[sum % 11];
}

bool identity_valid(Str number) {
        int32_t birth = 0;
        if (number.length != IDENTITY_LENGTH)
                return false;
        for (int i = 0; i < IDENTITY_LENGTH - 1; i++)
                if (number.data[i] < '0' || number.data[i] > '9')
                        return false;
        return date_parse(str_slice(number, 6, 14), &birth) && identity_check(number.data) == number.data[17];
}

static bool credit_value(char character, uint32_t *ret_value) {
        const char *found = character == 0 ? NULL : strchr(credit_alphabet, character);
        if (found == NULL)
                return false;
        *ret_value = (uint32_t) (found - credit_alphabet);
        return true;
}

char credit_check(const char *characters) {
        uint32_t sum = 0, weight = 1;
        for (int i = 0; i < CREDIT_LENGTH - 1; i++, weight = weight * 3 % 31) {
                uint32_t value = 0;
                if (!credit_value(characters[i], &value))
                        return 0;
                sum += value * weight;
        }
        return credit_alphabet[(31 - sum % 31) % 31];
}

char organisation_check(const char *characters) {
        static const uint8_t weights[8] = { 3, 7, 9, 10, 5, 8, 4, 2 };
        uint32_t sum = 0;
        for (int i = 0; i < 8; i++) {
                char character = characters[i];
                sum += weights[i] * (uint32_t) (character >= 'A' ? character - 'A' + 10 : character - '0');
        }
        return "0X987654321"[sum % 11];
}

bool credit_valid(Str code) {
        return code.length == CREDIT_LENGTH && credit_check(code.data) == code.data[17] &&
               organisation_check(code.data + 8) == code.data[16];
}
