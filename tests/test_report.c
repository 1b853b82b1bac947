// report/ and check/diag.c: what a finding looks like in each format, and what must never get out of a report.
#include "base/file.h"
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

static struct place at(const char *file, uint32_t line, uint32_t column, uint32_t end_column) {
    return (struct place){file, line, column, line, end_column};
}

static struct diag plain(const char *file, uint32_t line, uint32_t column, const char *message) {
    return (struct diag){.rule = "lost-cancel", .severity = SEVERITY_WARNING, .place = at(file, line, column, column + 4), .function = "f",
                         .message = message, .upstream_ns = -1, .bound_ns = -1, .fingerprint_key = message};
}

static struct report report_of(struct diags *diags) {
    diags_finish(diags);
    return (struct report){.diags = diags, .version = "1.2.3", .base_dir = SOURCE_DIR "/testdata/report", .complete = true, .units_analysed = 12};
}

static char *write_to_text(const struct report *report, const char *format) {
    struct err err;
    char *text = NULL;
    size_t len;
    FILE *stream = open_memstream(&text, &len);
    const struct report_writer *writer = report_find_format(format);
    assert_non_null(writer);
    assert_true(report_write(report, writer, stream, &err));
    fclose(stream);
    return text;
}

// One finding with everything: path, numbers, help, fix; one with as little as there can be; a note.
static struct diag_step story_path[] = {
    {{"main.c", 5, 23, 5, 64}, "'handle' sets a deadline of 3 s"},
    {{"main.c", 7, 18, 7, 46}, "'handle' calls 'charge'"},
    {{"pay.c", 5, 21, 5, 50}, "'charge' sets 1 s on the same context"},
};
static struct diag_edit story_edits[] = {{{"pay.c", 5, 43, 5, 49}, "MIN(SECOND, ctx_remaining(ctx))"}};

static void add_story(struct diags *diags) {
    vec_push(&diags->items, ((struct diag){
        .rule = "nested-timeout", .severity = SEVERITY_WARNING, .grade = "capped", .place = at("pay.c", 5, 21, 50), .function = "charge",
        .message = "a fixed timeout of 1 s under a deadline of 3 s: it is capped by what is left of the 3 s", .help = "derive it from the time that is left",
        .upstream_ns = 3000000000, .bound_ns = 1000000000, .path = story_path, .path_count = ARRAY_LEN(story_path),
        .fix_message = "take the smaller of the two", .edits = story_edits, .edit_count = 1, .fingerprint_key = "charge ctx_with_timeout(ctx,SECOND)"}));
    struct diag gone = plain("gone.c", 3, 1, "stands in a file that nobody can read");
    gone.function = NULL;
    gone.severity = SEVERITY_ERROR;
    vec_push(&diags->items, gone);
    struct diag note = plain("pay.c", 8, 15, "two wide characters before the end");
    note.place.end_column = 48;
    note.severity = SEVERITY_NOTE;
    vec_push(&diags->items, note);
}

// The files in testdata/report/ hold what is expected. TIMEOUTLINT_UPDATE=1 in the environment rewrites them.
static void assert_same_as_file(const char *text, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/testdata/report/%s", SOURCE_DIR, name);
    if (getenv("TIMEOUTLINT_UPDATE")) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);
    }
    struct buf wanted = {0};
    struct err err = {0};
    if (!file_read(path, 1 << 20, &wanted, &err))
        fail_msg("%s", err.text);
    assert_string_equal(text, buf_text(&wanted));
    buf_done(&wanted);
}

static void assert_story(const char *format, bool color, const char *name) {
    struct diags diags = {0};
    add_story(&diags);
    struct report report = report_of(&diags);
    const struct report_failure failures[] = {{"bad.c", "expected ';'"}};
    report.failures = failures;
    report.failure_count = report.units_failed = 1;
    report.complete = false;
    report.color = color;
    char *text = write_to_text(&report, format);
    assert_same_as_file(text, name);
    free(text);
    diags_done(&diags);
}

static void text_shows_the_story(void **state) {
    (void)state;
    assert_story("text", false, "story.txt");
}

static void text_is_colored_for_a_terminal(void **state) {
    (void)state;
    assert_story("text", true, "story.ansi");
}

static void gcc_has_one_line_each(void **state) {
    (void)state;
    assert_story("gcc", false, "story.gcc");
}

static void json_has_the_documented_shape(void **state) {
    (void)state;
    assert_story("json", false, "story.json");
}

static char *write_one(struct diag diag, const char *base_dir, const char *format) {
    struct diags diags = {0};
    vec_push(&diags.items, diag);
    struct report report = report_of(&diags);
    report.base_dir = base_dir;
    report.quiet = true;
    char *text = write_to_text(&report, format);
    diags_done(&diags);
    return text;
}

// Writes a source file, shows a finding in it as text, and removes it again.
static char *show_source(const char *source, size_t len, struct diag diag) {
    char folder[] = "/tmp/timeoutlint-report-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.c", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(source, 1, len, file);
    fclose(file);
    char *text = write_one(diag, folder, "text");
    unlink(path);
    rmdir(folder);
    return text;
}

static void assert_shown(const char *source, size_t len, struct place place, const char *wanted) {
    struct diag diag = plain("a.c", 1, 1, "m");
    diag.place = place;
    char *text = show_source(source, len, diag);
    const char *snippet = strchr(text, '\n') + 1;
    assert_string_equal(snippet, wanted);
    free(text);
}
#define SHOWN(source, place, wanted) assert_shown(source, sizeof source - 1, place, wanted)

static void a_place_is_underlined_where_the_eye_sees_it(void **state) {
    (void)state;
    SHOWN("int a;\n", at("a.c", 1, 5, 6), "    1 | int a;\n      |     ^\n\n");
    SHOWN("\tx\ty;\r\n", at("a.c", 1, 4, 6), "    1 |         x       y;\n      |                 ^~\n\n");
    SHOWN("a\rb c\n", at("a.c", 2, 3, 4), "    2 | b c\n      |   ^\n\n");
    SHOWN("e\xcc\x81 x\n", at("a.c", 1, 5, 6), "    1 | e\xcc\x81 x\n      |   ^\n\n");
    SHOWN("f(a,\n  b)\n", ((struct place){"a.c", 1, 1, 2, 5}), "    1 | f(a,\n      | ^~~~\n\n");
    SHOWN("x", at("a.c", 1, 2, 2), "    1 | x\n      |  ^\n\n");
    SHOWN("x;", at("a.c", 1, 1, 400), "    1 | x;\n      | ^~\n\n");
    SHOWN("x   ;", at("a.c", 1, 1, 0), "    1 | x   ;\n      | ^\n\n");
}

static void a_changed_file_shows_no_line(void **state) {
    (void)state;
    SHOWN("x;\n", at("a.c", 7, 1, 2), "\n");
    SHOWN("x;\n", at("a.c", 1, 5, 9), "\n");
    SHOWN("", at("a.c", 1, 2, 9), "\n");
    SHOWN("x;\n", at("a.c", 0, 0, 0), "\n");
}

static void hostile_text_is_spelled_out(void **state) {
    (void)state;
    SHOWN("\x1b[2J\0\x7f\xe2\x80\xae\xff\xc3 x\n", at("a.c", 1, 12, 13), "    1 | <U+001B>[2J<U+0000><U+007F><U+202E><FF><C3> x\n"
          "      |                                            ^\n\n");
    struct diag diag = plain("\x1b]0;a.c", 1, 1, "one\ntwo \x1b[31m\xff");
    diag.help = "\x1b";
    const char *formats[] = {"text", "gcc", "json"};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        char *text = write_one(diag, "/", formats[i]);
        assert_null(strchr(text, '\x1b'));
        assert_null(strchr(text, '\xff'));
        assert_non_null(strstr(text, i == 2 ? "one\\ntwo \\u001B[31m\xef\xbf\xbd" : "one two <U+001B>[31m<FF> [lost-cancel]"));
        free(text);
    }
}

static void a_long_line_is_cut_around_the_place(void **state) {
    (void)state;
    char source[4000];
    for (size_t column = 0; column < 3900; column += 130) {
        memset(source, '-', sizeof source);
        source[column] = 'x';
        struct diag diag = plain("a.c", 1, 1, "m");
        diag.place = at("a.c", 1, (uint32_t)column + 1, (uint32_t)column + 2);
        char *text = show_source(source, sizeof source, diag), *end;
        char *line = strstr(text, " | ") + 3, *caret = strstr(line, " | ") + 3;
        assert_true((end = strchr(line, '\n')) && end - line <= 168);
        assert_true((end = strchr(caret, '^')) && line[end - caret] == 'x');
        free(text);
    }
}

static void a_range_longer_than_the_window_ends_with_it(void **state) {
    (void)state;
    char source[1000];
    memset(source, 'y', sizeof source);
    struct diag diag = plain("a.c", 1, 1, "m");
    diag.place = at("a.c", 1, 101, 901);
    char *text = show_source(source, sizeof source, diag);
    const char *caret = strchr(text, '^');
    assert_int_equal(strspn(caret + 1, "~"), 119);
    free(text);
}

// The n-th of some findings that differ in one thing each.
static struct diag numbered(unsigned n) {
    struct diag diag = plain(n & 1 ? "a.c" : "b.c", 1 + (n >> 1 & 1), 1 + (n >> 2 & 1), n & 8 ? "one" : "two");
    diag.rule = n & 16 ? "lost-cancel" : "nested-timeout";
    return diag;
}

static void order_does_not_depend_on_who_reports_first(void **state) {
    (void)state;
    char *first = NULL;
    for (unsigned step = 1; step < 64; step += 2) {
        struct diags diags = {0};
        for (unsigned i = 0; i < 64; i++)
            vec_push(&diags.items, numbered(i * step % 32));
        struct report report = report_of(&diags);
        assert_int_equal(diags.items.len, 32);
        char *text = write_to_text(&report, "json");
        if (first)
            assert_string_equal(text, first);
        else
            first = strdup(text);
        free(text);
        diags_done(&diags);
    }
    free(first);
}

static void of_equal_findings_the_shortest_path_stays(void **state) {
    (void)state;
    struct diags diags = {0};
    for (unsigned i = 0; i < 3; i++) {
        struct diag diag = plain("a.c", 1, 1, "m");
        diag.path = story_path;
        diag.path_count = 3 - i;
        vec_push(&diags.items, diag);
    }
    diags_finish(&diags);
    assert_int_equal(diags.items.len, 1);
    assert_int_equal(diags.items.items[0].path_count, 1);
    diags_done(&diags);
}

static void fingerprints_survive_line_moves(void **state) {
    (void)state;
    char before[2][17];
    for (uint32_t moved = 0; moved < 2; moved++) {
        struct diags diags = {0};
        for (uint32_t i = 0; i < 2; i++) {
            struct diag diag = plain("a.c", 10 + i + moved * 100, 1, "m");
            diag.fingerprint_key = "same";
            vec_push(&diags.items, diag);
        }
        diags_finish(&diags);
        assert_string_not_equal(diags.items.items[0].fingerprint, diags.items.items[1].fingerprint);
        for (uint32_t i = 0; i < 2; i++) {
            assert_int_equal(strspn(diags.items.items[i].fingerprint, "0123456789abcdef"), 16);
            if (moved)
                assert_string_equal(diags.items.items[i].fingerprint, before[i]);
            else
                memcpy(before[i], diags.items.items[i].fingerprint, 17);
        }
        diags_done(&diags);
    }
}

static void fingerprints_tell_the_parts_apart(void **state) {
    (void)state;
    struct diags diags = {0};
    struct diag diag = plain("a.c", 1, 1, "m");
    diag.function = "ab";
    diag.fingerprint_key = "c";
    vec_push(&diags.items, diag);
    diag.place.line = 2;
    diag.function = "a";
    diag.fingerprint_key = "bc";
    vec_push(&diags.items, diag);
    diags_finish(&diags);
    assert_string_not_equal(diags.items.items[0].fingerprint, diags.items.items[1].fingerprint);
    diags_done(&diags);
}

static void nothing_found_is_nothing_said(void **state) {
    (void)state;
    struct diags diags = {0};
    struct report report = report_of(&diags);
    char *text = write_to_text(&report, "text"), *gcc = write_to_text(&report, "gcc"), *json = write_to_text(&report, "json");
    assert_string_equal(text, "");
    assert_string_equal(gcc, "");
    json_t *root = json_loads(json, 0, NULL);
    assert_true(json_is_array(json_object_get(root, "diagnostics")));
    json_decref(root);
    free(text);
    free(gcc);
    free(json);
}

static void a_full_disk_is_an_error(void **state) {
    (void)state;
    struct diags diags = {0};
    struct report report = report_of(&diags);
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    struct err err;
    assert_false(report_write(&report, &report_json, full, &err));
    assert_non_null(strstr(err.text, "cannot write"));
    fclose(full);
}

static void only_known_formats_are_found(void **state) {
    (void)state;
    assert_null(report_find_format("Text"));
    struct buf names = {0};
    report_add_format_names(&names);
    assert_string_equal(buf_text(&names), "text, gcc, json");
    buf_done(&names);
}

static void explain_shows_every_section(void **state) {
    (void)state;
    for (unsigned i = 0; i < rule_count; i++) {
        char *text = NULL;
        size_t len;
        FILE *stream = open_memstream(&text, &len);
        struct err err;
        assert_true(report_explain(all_rules[i], stream, &err));
        fclose(stream);
        assert_non_null(strstr(text, all_rules[i]->title));
        assert_non_null(strstr(text, all_rules[i]->doc.good));
        assert_non_null(strstr(text, all_rules[i]->doc.limits));
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_shows_the_story),
        cmocka_unit_test(text_is_colored_for_a_terminal),
        cmocka_unit_test(gcc_has_one_line_each),
        cmocka_unit_test(json_has_the_documented_shape),
        cmocka_unit_test(a_place_is_underlined_where_the_eye_sees_it),
        cmocka_unit_test(a_changed_file_shows_no_line),
        cmocka_unit_test(hostile_text_is_spelled_out),
        cmocka_unit_test(a_long_line_is_cut_around_the_place),
        cmocka_unit_test(a_range_longer_than_the_window_ends_with_it),
        cmocka_unit_test(order_does_not_depend_on_who_reports_first),
        cmocka_unit_test(of_equal_findings_the_shortest_path_stays),
        cmocka_unit_test(fingerprints_survive_line_moves),
        cmocka_unit_test(fingerprints_tell_the_parts_apart),
        cmocka_unit_test(nothing_found_is_nothing_said),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(only_known_formats_are_found),
        cmocka_unit_test(explain_shows_every_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
