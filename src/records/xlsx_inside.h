/* Shared by the files of the sheet reader (sheet_read.c, xlsx_*.c); nobody else includes this. */
#pragma once

#include "records/sheet.h"

/* What a number format makes of a number. */
typedef enum NumberForm { FORM_PLAIN, FORM_DATE, FORM_TIME, FORM_PERCENT } NumberForm;

NumberForm xlsx_builtin_form(int64_t id);
NumberForm xlsx_custom_form(Str code);

/* The value of a number cell: digits, or the day it stands for. Digits are written out without an exponent and with the 15
 * significant ones that a spreadsheet knows ("7.0000000000000007E-2" is 0.07); a whole number beyond them stays as the file
 * has it, for whoever must refuse it. Text that is no number becomes SHEET_ERROR. */
SheetCell xlsx_number(Arena *arena, Str text, NumberForm form, bool epoch_1904);

/* "_x000D_" and the like become characters. */
Str xlsx_unescape(Arena *arena, Str text);

/* A workbook; *ret_why as in sheet_read. */
Rc xlsx_read(Str bytes, SheetRowFunction *function, void *context, Arena *arena, Str *ret_why) CHECKED;
