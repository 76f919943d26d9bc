/* leye ask: the interview in a terminal or over a pipe. One question at a time; an empty line or "不知道" leaves it open,
 * "回" goes back one question, "完" or the end of the input shows the answers now. */
#include "base/utf8.h"
#include "cli/cli.h"
#include "engine/explain.h"
#include "engine/interview.h"

#include <stdio.h>
#include <stdlib.h>

#define ASK_CAP ((size_t) 16 << 20)

typedef enum Reply { REPLY_TAKEN, REPLY_AGAIN, REPLY_DONE } Reply;

/* The dialogue: answers come from standard input, questions go to `out`. */
typedef struct Talk {
        Interview *interview;
        Arena     *arena;
        FILE      *out;
} Talk;

/* Prints the choices or the form of an answer. */
static void print_choices(const Talk *talk, const Program *program, Type type) {
        if (type.kind == TYPE_TRUTH)
                (void) fprintf(talk->out, "  （是 / 否 / 不知道）\n");
        else if (type.kind == TYPE_CODE) {
                const Enumeration *enumeration = &program->enumerations[type.of];
                for (uint32_t i = 0; i < enumeration->member_count; i++)
                        (void) fprintf(talk->out, "  %u. %.*s\n", i + 1, STR_ARG(enumeration->members[i]));
        } else if (type.kind == TYPE_DATE)
                (void) fprintf(talk->out, "  （例如 1998-03-02；不知道就直接回车）\n");
        else if (type.kind == TYPE_NUMBER && program->units[type.unit].text.length)
                (void) fprintf(talk->out, "  （单位：%.*s；不知道就直接回车）\n", STR_ARG(program->units[type.unit].text));
}

static void prompt(const Talk *talk) {
        (void) fprintf(talk->out, "> ");
        (void) fflush(talk->out);
}

static void print_question(const Talk *talk, const Question *question) {
        InterviewProgress progress = interview_progress(talk->interview);
        (void) fprintf(talk->out, "\n第 %u 题（最多还有 %u 题）\n", progress.answered + 1, progress.open);
        if (question->who.length)
                (void) fprintf(talk->out, "【%.*s】", STR_ARG(question->who));
        (void) fprintf(talk->out, "%.*s\n", STR_ARG(question->text));
        if (question->help.length)
                (void) fprintf(talk->out, "  %.*s\n", STR_ARG(question->help));
        if (question->assumed.length)
                (void) fprintf(talk->out, "  （没有回答前按 %.*s 算）\n", STR_ARG(question->assumed));
        print_choices(talk, interview_run(talk->interview)->program, question->type);
        prompt(talk);
}

/* A member chosen by its number in the list, else what value_parse makes of the text. */
static bool read_value(const Talk *talk, const Question *question, Str text, int64_t *ret_cell) {
        const Program *program = interview_run(talk->interview)->program;
        int64_t number;
        if (question->type.kind == TYPE_CODE && str_to_int(text, &number) && number >= 1 &&
            number <= program->enumerations[question->type.of].member_count) {
                *ret_cell = number - 1;
                return true;
        }
        Str why;
        if (value_parse(program, question->type, question->low, question->high, text, talk->arena, ret_cell, &why))
                return true;
        (void) fprintf(talk->out, "  %.*s\n", STR_ARG(why));
        return false;
}

/* Takes the last answer back, so that its question comes again. */
static Reply go_back(const Talk *talk) {
        uint32_t count = interview_given_count(talk->interview);
        if (count == 0) {
                (void) fprintf(talk->out, "  这是第一题\n");
                return REPLY_AGAIN;
        }
        const GivenAnswer *last = interview_given(talk->interview, count - 1);
        return interview_forget(talk->interview, last->kind, last->id, last->row) == RC_OK ? REPLY_TAKEN : REPLY_AGAIN;
}

static Reply take_reply(const Talk *talk, const Question *question, Str text) {
        if (str_equal(text, STR("完")))
                return REPLY_DONE;
        if (str_equal(text, STR("回")))
                return go_back(talk);
        Rc rc;
        int64_t cell;
        if (text.length == 0 || str_equal(text, STR("不知道")))
                rc = interview_decline(talk->interview, question->kind, question->id, question->row);
        else if (!read_value(talk, question, text, &cell))
                return REPLY_AGAIN;
        else
                rc = interview_reply(talk->interview, question->kind, question->id, question->row, cell);
        if (rc == RC_TOOBIG)
                (void) fprintf(talk->out, "  人数太多，这里算不了；请到窗口办理\n");
        return rc == RC_OK ? REPLY_TAKEN : REPLY_AGAIN;
}

static void free_line(char **line) {
        free(*line);
}

static void hold_interview(const Talk *talk) {
        char *line CLEAN(free_line) = NULL;
        size_t capacity = 0;
        Question question;
        while (interview_next(talk->interview, &question)) {
                print_question(talk, &question);
                Reply reply = REPLY_AGAIN;
                while (reply == REPLY_AGAIN) {
                        ssize_t length = getline(&line, &capacity, stdin);
                        if (length < 0) {
                                (void) fputc('\n', talk->out);
                                return;
                        }
                        Str text = str_trim((Str){ line, (size_t) length });
                        size_t bad;
                        reply = utf8_check(text, &bad) ? take_reply(talk, &question, text) : REPLY_AGAIN;
                        if (reply == REPLY_AGAIN)
                                prompt(talk);
                }
                if (reply == REPLY_DONE)
                        return;
        }
}

static void print_answer(const Explanation *explanation, Json *json, Buffer *out) {
        if (json) {
                explanation_json(explanation, json);
                return;
        }
        explanation_text(explanation, out);
        buffer_byte(out, '\n');
}

/* What the subject can have first, what not last. */
static void print_all(const Pack *pack, Interview *interview, Json *json, Buffer *out) {
        static const Answer order[] = { ANSWER_YES, ANSWER_OPEN, ANSWER_JUDGE, ANSWER_ASK, ANSWER_NO };
        const Frame *frame = interview_frame(interview);
        for (uint32_t k = 0; k < ARRAY_LENGTH(order); k++)
                for (uint32_t i = 0; i < pack->program.policy_count; i++) {
                        const Policy *policy = &pack->program.policies[i];
                        if (policy->entity != interview_entity(interview) || policy->card.length > 0 ||
                            frame_answer(frame, i, 0) != order[k])
                                continue;
                        print_answer(explain(pack->arena, interview_run(interview), frame, i, 0), json, out);
                }
}

static int print_answers(const Pack *pack, Interview *interview, bool as_json) {
        Buffer out CLEAN(buffer_free) = buffer_new(ASK_CAP);
        Json json = json_begin(&out);
        if (as_json) {
                json_open_array(&json);
                print_all(pack, interview, &json, &out);
                json_end(&json);
                buffer_byte(&out, '\n');
        } else {
                buffer_format(&out, "\n算出来了%s：\n\n", pack->demonstration ? "（示范数值，非政策）" : "");
                print_all(pack, interview, NULL, &out);
                buffer_add(&out, STR("以受理机关认定为准。\n"));
        }
        return cli_output(&out);
}

int command_ask(const Command *command, int argc, char **argv) {
        bool json = false, demonstration = false;
        Str entity_name = STR("人");
        int32_t date = date_today();
        const CliOption options[] = {
                { .name = "--entity", .value = "实体", .help = "替谁算：人、户、企业…；默认人", .text = &entity_name },
                { .name = "--at", .value = "日期", .help = "基准日，默认今天", .date = &date },
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &demonstration },
                { .name = "--json", .help = "结果以 JSON 输出", .flag = &json },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        code = cli_load(pack, city[0], &(PackOptions){ .demonstration = demonstration }, false, true);
        if (code != EXIT_DONE)
                return code;
        uint16_t entity;
        if (!cli_find_entity(pack, entity_name, &entity))
                return EXIT_USER;
        Interview *interview = interview_new(pack->arena, &pack->program, entity, date);
        hold_interview(&(Talk){ .interview = interview, .arena = pack->arena, .out = json ? stderr : stdout });
        return print_answers(pack, interview, json);
}
