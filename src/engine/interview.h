/* An interview: answers so far about one subject and the rows around it, and the next question that can still matter.
 *
 * It asks only what can still change an undecided policy (doc/language.md, "Relevance"): facts, and where a rule looks
 * at related rows first how many there are (QUESTION_COUNT) or whether there is one (QUESTION_LINKED). Open parameters
 * and manual judgements are never asked; a fact without a question comes from records and is never asked; "不知道"
 * (decline) leaves it unknown and is final until answered. A fact with a default is asked all the same.
 * A policy's amounts are asked for once nothing but a reviewer or an open parameter can stand between the subject and
 * it. When interview_next says false and nothing was declined, no askable fact could change any answer.
 *
 * Rows are numbers as in the interview's population: row 0 of the subject's entity is the subject. A changed count
 * keeps the first members and forgets the others; rows may be renumbered, so draw a page anew after interview_count or
 * interview_linked. Everything lives in the arena: for a program of 3,000 steps about 400 KB with four rows, 5 MB
 * with INTERVIEW_ROWS_MAX, and again as much with every answer that changes the rows. */
#pragma once

#include "engine/relevance.h"

#define INTERVIEW_MEMBERS_MAX 30         /* rows of one list */
#define INTERVIEW_ROWS_MAX 64            /* rows in all */
#define INTERVIEW_ANSWERS_MAX 1024         /* a saved state then fits INTERVIEW_STATE_MAX */
#define INTERVIEW_STATE_MAX 65536        /* bytes of a saved state */

typedef struct Interview Interview;

typedef struct Question {
        QuestionKind kind;
        uint32_t     id, row;
        Str          text;       /* "您的出生日期是？", "您所在户一共有几人（包括您自己）？", "您有任职企业吗？" */
        Str          help;       /* may be empty */
        Str          who;        /* the related row it is about ("第2位成员"); empty: the subject */
        Type         type;       /* of the answer: the fact's; a whole number; a truth */
        int64_t      low, high;  /* allowed cells */
        Str          assumed;    /* the default that stands until it is answered ("0个月"); empty when there is none */
        uint32_t     policies;   /* undecided policies that need it; 0 for an answered one */
} Question;

/* A new interview for row 0 of `entity`. 申请日 is `base_date`. */
Interview *interview_new(Arena *arena, const Program *program, uint16_t entity, int32_t base_date);

/* Figures that replace parameters (a demonstration overlay, a simulation); kept by reference; may be NULL. */
void interview_parameters(Interview *interview, const int64_t *parameters);

/* The next question; false when nothing that can be asked matters any more. */
bool interview_next(Interview *interview, Question *ret_question);
/* Any question by its identity, to show or change an answer; false when there is no such question. */
bool interview_question(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row, Question *ret_question);

/* Answers, first or changed. RC_INVALID: no such fact or row, a manual fact, or a cell outside the range;
 * RC_TOOBIG: over INTERVIEW_MEMBERS_MAX or INTERVIEW_ROWS_MAX. A count must be at least 1 where the subject's own side
 * belongs to the list (Question.low). Nothing changes on failure. */
Rc interview_answer(Interview *interview, uint32_t fact, uint32_t row, int64_t cell) CHECKED;
Rc interview_count(Interview *interview, uint32_t link, uint32_t parent_row, uint32_t members) CHECKED;
Rc interview_linked(Interview *interview, uint32_t link, uint32_t child_row, bool yes) CHECKED;
/* The answer to any kind of question by its cell (a count's number, a truth 0/2). */
Rc interview_reply(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row, int64_t cell) CHECKED;
/* "不知道". RC_INVALID when there is no such question. */
Rc interview_decline(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row) CHECKED;
/* Takes an answer back, so that the question may come again. RC_MISSING when there was none. */
Rc interview_forget(Interview *interview, QuestionKind kind, uint32_t id, uint32_t row) CHECKED;

/* What was answered, in the order it was answered first. */
typedef struct GivenAnswer {
        QuestionKind kind;
        uint32_t     id, row;
        bool         declined;
        int64_t      cell;
} GivenAnswer;
uint32_t           interview_given_count(const Interview *interview);
const GivenAnswer *interview_given(const Interview *interview, uint32_t index);

/* 为什么问: the undecided policies that need the question and, of each, the conditions that do, else the benefit. */
typedef struct Need {
        uint32_t         policy;
        const Condition *condition;
        const Benefit   *benefit;        /* both NULL: the policy as a whole */
} Need;
/* Array of *ret_count in the interview's arena; one entry a condition or benefit. */
const Need *interview_why(Interview *interview, const Question *question, uint32_t *ret_count);

typedef struct InterviewProgress {
        uint32_t answered;       /* including declined ones */
        uint32_t open;           /* at most so many of the questions known so far are still to come */
        uint32_t undecided;      /* policies about the subject that an answer can still change */
} InterviewProgress;
InterviewProgress interview_progress(Interview *interview);

/* Facts without a question that an undecided policy waits for; each once. Array of *ret_count facts. */
const uint32_t *interview_needs_records(Interview *interview, uint32_t *ret_count);

/* The situation, evaluated with defaults: for frame_answer and explain, row 0. Valid until the next answer. */
const Frame *interview_frame(Interview *interview);
const Run   *interview_run(const Interview *interview);
uint16_t     interview_entity(const Interview *interview);

/* The state as compact ASCII text (letters, digits and `.;=-?`), fit for a hidden form field. */
void interview_save(const Interview *interview, Buffer *out);
/* The interview again. The text may be hostile: RC_INVALID unless every part is well-formed, in range and fits the
 * program; RC_CONFLICT when it was saved for another version of the pack (start anew); RC_TOOBIG over a limit. */
Rc interview_load(Arena *arena, const Program *program, Str text, Interview **ret_interview) CHECKED;
