/* What appears on standard error: one JSON line per event, progress only for work over a second. */
#include "unit.h"

#include "base/buffer.h"
#include "base/log.h"

#include <fcntl.h>

typedef struct Capture {
        int   saved, descriptor;
        char  path[64];
        Arena *arena;
} Capture;

static int begin_capture(void **state) {
        Capture *capture = calloc(1, sizeof(Capture));
        if (capture == NULL)
                return -1;
        (void) snprintf(capture->path, sizeof(capture->path), "/tmp/leye-log-XXXXXX");
        capture->descriptor = mkstemp(capture->path);
        capture->saved = dup(STDERR_FILENO);
        capture->arena = arena_new(1 << 20);
        *state = capture;
        return capture->descriptor < 0 || capture->saved < 0 || dup2(capture->descriptor, STDERR_FILENO) < 0 ? -1 : 0;
}

/* What was written; standard error is back. */
static Str end_capture(Capture *capture) {
        Str text = STR("nothing read");
        assert_true(dup2(capture->saved, STDERR_FILENO) >= 0);
        assert_int_equal(file_read(capture->arena, capture->path, 1 << 19, &text), RC_OK);
        return text;
}

static int remove_capture(void **state) {
        Capture *capture = *state;
        (void) dup2(capture->saved, STDERR_FILENO);
        (void) close(capture->saved);
        (void) close(capture->descriptor);
        (void) unlink(capture->path);
        (void) arena_free(capture->arena);
        free(capture);
        return 0;
}

static void an_event_is_one_json_line(void **state) {
        log_event(LOG_WARNING, "pack.load", "第 %d 行：\"%s\"\n", 3, "年龄");
        Str text = end_capture(*state);
        size_t at = 0;
        assert_true(str_starts(text, STR("{\"time\":\"20")));
        assert_true(str_find(text, STR("Z\",\"level\":"), &at));
        assert_str(str_slice(text, at, text.length), "Z\",\"level\":\"warning\",\"event\":\"pack.load\","
                                                     "\"message\":\"第 3 行：\\\"年龄\\\"\\n\"}\n");
}

static void a_hostile_message_stays_one_line(void **state) {
        char *message = test_calloc(1, 100001);
        for (int i = 0; i < 100000; i++)
                message[i] = '\n';
        log_event(LOG_ERROR, "x", "%s", message);
        test_free(message);
        Str text = end_capture(*state);
        assert_true(text.length > 4000 && text.length < 20000);
        assert_true(str_ends(text, STR("\\n\\n\"}\n")));
        (void) str_cut(&text, '\n');
        assert_int_equal(text.length, 0);
}

static void short_work_shows_no_progress(void **state) {
        Progress progress = progress_begin("扫描");
        progress.always = true;
        for (uint64_t i = 0; i <= 1000; i++)
                progress_step(&progress, i, 1000);
        assert_str(end_capture(*state), "");
}

static void long_work_shows_progress_and_its_end(void **state) {
        Progress progress = progress_begin("扫描");
        progress.always = true;
        progress.started_ns -= INT64_C(2500000000);   /* as if begun earlier */
        progress_step(&progress, 1, 3);
        progress_step(&progress, 2, 3);               /* too soon after the last */
        progress_step(&progress, 3, 3);
        assert_str(end_capture(*state), "扫描  33% 2.5 秒\n扫描 100% 2.5 秒\n");
}

static void no_progress_into_a_file(void **state) {
        Progress progress = progress_begin("扫描");
        progress.started_ns -= INT64_C(2500000000);
        progress_step(&progress, 3, 3);
        assert_str(end_capture(*state), "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(an_event_is_one_json_line, begin_capture, remove_capture),
                cmocka_unit_test_setup_teardown(a_hostile_message_stays_one_line, begin_capture, remove_capture),
                cmocka_unit_test_setup_teardown(short_work_shows_no_progress, begin_capture, remove_capture),
                cmocka_unit_test_setup_teardown(long_work_shows_progress_and_its_end, begin_capture, remove_capture),
                cmocka_unit_test_setup_teardown(no_progress_into_a_file, begin_capture, remove_capture),
        };
        return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
