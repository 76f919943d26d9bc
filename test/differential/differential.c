/* The differential test: random programs over random rows, evaluated by everybody, equal cell for cell.
 *
 *   differential FIRST COUNT [--sqlite yes] [--postgres CONNECTION] [--oracle FILE] [--examples PACK]
 *
 * For each seed a program of the SQL subset goes through scalar, batch, SQLite, PostgreSQL and the oracle, and one
 * of the whole language through scalar, batch and the oracle; who is not named is not asked. The last line is
 * "N passed, N failed"; a program is one count. The first difference of a program is printed with its seed and what
 * it rests on. With --examples the cases are the examples of a city's pack, and COUNT is not looked at. */
#include "differential.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ORACLE_CAP ((size_t) 1 << 30)
#define CASES_A_TIME 100

/* ---- cases -------------------------------------------------------------------------------------------- */

Case case_make(uint64_t seed, bool subset) {
        Case at = { .seed = seed, .subset = subset, .arena = arena_new(CASE_CAP) };
        at.program = random_program(at.arena, (RandomShape){ .seed = seed, .subset = subset });
        at.population = random_population(at.arena, at.program, seed, CASE_ROWS);
        at.run = random_run(at.arena, at.program, seed);
        at.run.ignore_defaults = at.run.ignore_defaults && !subset;
        at.frame = frame_new(at.arena, at.program, at.population);
        scalar_evaluate(&at.run, at.frame);
        return at;
}

void case_free(Case *at) {
        at->arena = arena_free(at->arena);
}

static void print_cell(Type type, int64_t cell) {
        if (cell == type_unknown(type))
                (void) printf("unknown");
        else
                (void) printf("%lld", (long long) cell);
}

/* Marks the steps that `step` rests on. */
static void mark_cone(const Program *program, uint32_t step, bool *marks) {
        marks[step] = true;
        for (uint32_t at = step + 1; at-- > 0; ) {
                const uint32_t operands[3] = { program->steps[at].a, program->steps[at].b, program->steps[at].c };
                for (uint32_t i = 0; marks[at] && i < 3; i++)
                        if (operands[i] != NONE)
                                marks[operands[i]] = true;
        }
}

static void print_cone(const Case *at, uint32_t step) {
        Buffer dump = buffer_new(ORACLE_CAP);
        bool *marks = ARENA_NEW(at->arena, bool, at->program->step_count);
        mark_cone(at->program, step, marks);
        program_dump(at->program, &dump);
        for (Str text = buffer_str(&dump); text.length > 0; ) {
                Str line = str_cut(&text, '\n');
                Str words = line;
                int64_t number = 0;
                if (str_equal(str_cut(&words, ' '), STR("step")) && str_to_int(str_cut(&words, ' '), &number) &&
                    marks[number])
                        (void) printf("  %.*s\n", STR_ARG(line));
        }
        buffer_free(&dump);
}

void case_report(const Case *at, const char *witness, uint32_t step, uint32_t row, const char *theirs) {
        const Step *made = &at->program->steps[step];
        const uint32_t operands[3] = { made->a, made->b, made->c };
        (void) printf("seed %llu%s, step %u (%s), row %u: scalar says ", (unsigned long long) at->seed,
                      at->subset ? " of the subset" : "", step, op_name(made->op), row);
        print_cell(made->type, frame_cell(at->frame, step, row));
        (void) printf(", %s says %s\n", witness, theirs);
        for (uint32_t i = 0; i < 3 && op_class(made->op) != CLASS_CROSS; i++)
                if (operands[i] != NONE) {
                        (void) printf("  operand step %u: ", operands[i]);
                        print_cell(at->program->steps[operands[i]].type, frame_cell(at->frame, operands[i], row));
                        (void) printf("\n");
                }
        print_cone(at, step);
}

/* ---- the oracle --------------------------------------------------------------------------------------- */

/* Runs the oracle over `questions` and returns everything it says. */
static Str ask_oracle(Arena *arena, const char *oracle, Str questions) {
        char path[] = "/tmp/leye-oracle-XXXXXX";
        int file = mkstemp(path);
        MUST(file >= 0 && close(file) == 0);
        MUST(file_write(path, questions) == RC_OK);
        Str command = str_format(arena, "python3 '%s' < %s", oracle, path);
        FILE *pipe = popen(command.data, "r");
        MUST(pipe != NULL);
        Buffer answers = buffer_new(ORACLE_CAP);
        char block[65536];
        for (size_t length; (length = fread(block, 1, sizeof(block), pipe)) > 0; )
                buffer_add(&answers, (Str){ block, length });
        int status = pclose(pipe);
        (void) unlink(path);
        if (status != 0)
                (void) printf("the oracle failed with status %d\n", status);
        Str text = str_copy(arena, buffer_str(&answers));
        buffer_free(&answers);
        return text;
}

/* ---- the run ------------------------------------------------------------------------------------------ */

typedef struct Session {
        const char *oracle, *connection, *examples;
        bool        with_sqlite;
        Database   *sqlite, *postgres;
        uint64_t    passed, failed;
} Session;

static bool witnesses_agree(const Session *session, const Case *at) {
        return batch_agrees(at) && (!at->subset || session->sqlite == NULL || database_agrees(session->sqlite, at)) &&
               (!at->subset || session->postgres == NULL || database_agrees(session->postgres, at));
}

/* Holds the cases against everybody, the oracle asked once for all, and frees them. */
static void run_cases(Session *session, Arena *arena, Case *cases, uint32_t count) {
        bool *agree = ARENA_NEW(arena, bool, count);
        Buffer questions = buffer_new(ORACLE_CAP);
        for (uint32_t i = 0; i < count; i++) {
                agree[i] = witnesses_agree(session, &cases[i]);
                if (session->oracle)
                        oracle_write(&cases[i], &questions);
        }
        Str answers = { NULL, 0 };
        if (session->oracle)
                answers = ask_oracle(arena, session->oracle, buffer_str(&questions));
        bool lost = false;
        for (uint32_t i = 0; i < count; i++) {
                if (session->oracle && !lost && !oracle_agrees(&cases[i], &answers)) {
                        agree[i] = false;
                        lost = true;     /* the rest of this case's lines is unread */
                }
                if (agree[i])
                        session->passed++;
                else
                        session->failed++;
                case_free(&cases[i]);
        }
        buffer_free(&questions);
}

/* `count` seeds from `first`, both kinds of program. */
static void run_group(Session *session, uint64_t first, uint32_t count) {
        Arena *arena = arena_new(ORACLE_CAP);
        Case *cases = ARENA_NEW(arena, Case, 2 * count);
        for (uint32_t i = 0; i < 2 * count; i++)
                cases[i] = case_make(first + i / 2, i % 2 == 0);
        run_cases(session, arena, cases, 2 * count);
        arena_free(arena);
}

static void run_examples(Session *session) {
        Pack *pack;
        Case *cases;
        uint32_t count = examples_make(session->examples, &pack, &cases);
        if (count == 0) {
                (void) printf("%s has no examples, or does not load\n", session->examples);
                session->failed++;
                return;
        }
        Arena *arena = arena_new(ORACLE_CAP);
        run_cases(session, arena, cases, count);
        arena_free(arena);
        pack_free(pack);
}

static bool read_arguments(int count, char **arguments, Session *session) {
        for (int i = 3; i + 1 < count; i += 2) {
                if (strcmp(arguments[i], "--oracle") == 0)
                        session->oracle = arguments[i + 1];
                else if (strcmp(arguments[i], "--postgres") == 0)
                        session->connection = arguments[i + 1];
                else if (strcmp(arguments[i], "--examples") == 0)
                        session->examples = arguments[i + 1];
                else if (strcmp(arguments[i], "--sqlite") == 0)
                        session->with_sqlite = strcmp(arguments[i + 1], "yes") == 0;
                else
                        return false;
        }
        return count >= 3 && count % 2 == 1;
}

int main(int count, char **arguments) {
        Session session = { 0 };
        int64_t first = 0, total = 0;
        if (!read_arguments(count, arguments, &session) || !str_to_int(str_from(arguments[1]), &first) ||
            !str_to_int(str_from(arguments[2]), &total) || first < 0 || total < 1) {
                (void) fprintf(
                        stderr,
                        "usage: differential FIRST COUNT [--sqlite yes] [--postgres CONNECTION] [--oracle FILE] "
                        "[--examples PACK]\n");
                return 2;
        }
        if (session.with_sqlite)
                session.sqlite = database_sqlite();
        if (session.connection && (session.postgres = database_postgres(session.connection)) == NULL)
                return 3;
        if (session.examples)
                run_examples(&session);
        for (int64_t at = 0; !session.examples && at < total && session.failed < 5; at += CASES_A_TIME)
                run_group(&session, (uint64_t) (first + at),
                          (uint32_t) (total - at < CASES_A_TIME ? total - at : CASES_A_TIME));
        database_close(session.sqlite);
        database_close(session.postgres);
        (void) printf("%llu passed, %llu failed\n", (unsigned long long) session.passed,
                      (unsigned long long) session.failed);
        return session.failed > 0;
}
