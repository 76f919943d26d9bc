/* Hostile saved interviews: loaded, or refused for a stated reason; what loads is asked, explained, saved and loaded
 * again to the same text. The first bytes of a valid state are put before the input, so that the fuzzer works on what
 * comes after the pack's hash; an input beginning with "L" is taken as it is. */
#include "engine/explain.h"
#include "engine/interview.h"
#include "support/small_program.h"

#define ARENA_CAP ((size_t) 256 << 20)
#define HEAD_LENGTH 20   /* "L1;", sixteen digits, ";" */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* People of a household, their jobs and the firms: rows of every kind. */
static const Program *world(Arena *arena) {
        Small    small = small_begin(arena);
        Builder *builder = small.builder;
        uint16_t person = small_entity(&small, "人", "人"), home = small_entity(&small, "户", "户");
        uint16_t job = small_entity(&small, "用工", "份"), firm = small_entity(&small, "企业", "家");
        uint32_t member = small_link(&small, person, home, "所在户", "成员");
        uint32_t worker = small_link(&small, job, person, "劳动者", "用工记录");
        uint32_t employer = small_link(&small, job, firm, "单位", "员工");
        small.program->entities[home].derived_from = member;
        uint32_t local = small_truth(&small, person, "本市户籍", "本市？");
        uint32_t birth = small_fact(&small, person, "出生日期", type_date(), DATE_MIN, DATE_MAX, "哪天生？");
        uint32_t pay = small_fact(&small, job, "月薪", type_number(2, UNIT_YUAN), 0, 10000000, "月薪？");
        uint32_t tiny = small_truth(&small, firm, "小微企业", "小微？");
        uint32_t policy = small_policy(&small, person, "政策");
        uint32_t yes = build_constant(builder, type_truth(), TRUTH_YES);
        uint32_t in_tiny = build_gather(builder, employer, tiny);
        uint32_t low = build_compare(builder, OP_AT_MOST, build_reduce(builder, OP_SUM, worker, in_tiny, pay),
                                     small_number(&small, 200000, 2, UNIT_YUAN));
        uint32_t people = build_reduce(builder, OP_COUNT, member, yes, NONE);
        uint32_t idle = build_reduce(builder, OP_ALL, member, low, NONE);
        small_condition(&small, policy, local, "本市");
        small_condition(&small, policy,
                        build_gather(builder, member,
                                     build_and(builder, idle,
                                               build_compare(builder, OP_MORE, people, small_number(&small, 1, 0, 0)))),
                        "低收入户");
        uint32_t age = build_date(builder, OP_FULL_YEARS, birth, build_base_date(builder), UNIT_AGE);
        small_condition(&small, policy, build_compare(builder, OP_AT_LEAST, age, small_number(&small, 16, 0, UNIT_AGE)),
                        "成年");
        return small_finish(&small);
}

static Str saved(Arena *arena, const Interview *interview) {
        CLEAN(buffer_free) Buffer out = buffer_new(INTERVIEW_STATE_MAX);
        interview_save(interview, &out);
        MUST(!out.failed);
        return str_copy(arena, buffer_str(&out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        const Program *program = world(arena);
        Str            input = { (const char *) data, size };
        if (size == 0 || data[0] != 'L') {
                Str head = saved(arena, interview_new(arena, program, 0, 17500));
                input = str_format(arena, "%.*s%.*s", HEAD_LENGTH, head.data, STR_ARG(input));
        }
        Interview *interview = NULL, *again = NULL;
        Rc         rc = interview_load(arena, program, input, &interview);
        MUST(rc == RC_OK || rc == RC_INVALID || rc == RC_CONFLICT || rc == RC_TOOBIG);
        if (rc != RC_OK)
                return 0;
        Question question;
        uint32_t count = 0;
        if (interview_next(interview, &question))
                (void) interview_why(interview, &question, &count);
        CLEAN(buffer_free) Buffer out = buffer_new(ARENA_CAP);
        if (interview_entity(interview) == program->policies[0].entity)
                explanation_text(explain(arena, interview_run(interview), interview_frame(interview), 0, 0), &out);
        Str text = saved(arena, interview);
        MUST(interview_load(arena, program, text, &again) == RC_OK && str_equal(text, saved(arena, again)));
        return 0;
}
