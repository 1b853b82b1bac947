// The rules, on the cases in testdata/: testdata/<rule>/*.c are programs of one file each, testdata/<rule>/<program>/ of all
// files inside (with the model.yaml there, if any), testdata/projects/<project>/ whole small programs that all rules look at.
// expect.h says how a case states what should be found. `test_rules PATTERN` runs the cases whose name matches (* and ? are
// wildcards).
//
// The cases of a rule run twice, the second time with the context library's parameters const (-DCTX_CONST=const): nothing may
// rest on that.
#include "base/file.h"
#include "check/rule.h"
#include "expect.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

struct rule_case {
    const char *rule; // NULL: all rules
    const char *path; // a file or a folder, from SOURCE_DIR
};

static bool is_source(const char *name) {
    size_t len = strlen(name);
    return len > 2 && name[len - 2] == '.' && (name[len - 1] == 'c' || name[len - 1] == 'h');
}

static void read_file(struct expect *expect, const char *path) {
    struct err err;
    struct buf text = {0};
    if (!file_read(path, 1 << 20, &text, &err))
        fail_msg("%s", err.text);
    expect_read(expect, path, buf_text(&text));
    buf_done(&text);
}

// Reads the expectations of all files of the case, and adds its C files to the command.
static void read_case(struct expect *expect, const struct rule_case *test, struct buf *command) {
    if (file_is_regular(test->path)) {
        read_file(expect, test->path);
        buf_printf(command, " %s", test->path);
        return;
    }
    struct dirent **entries;
    int count = scandir(test->path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *file = arena_printf(&expect->arena, "%s/%s", test->path, entries[i]->d_name);
        if (is_source(file) && file_is_regular(file)) {
            read_file(expect, file);
            if (file[strlen(file) - 1] == 'c')
                buf_printf(command, " %s", file);
        }
        if (strcmp(entries[i]->d_name, "model.yaml") == 0)
            buf_printf(command, " --model %s", file);
        free(entries[i]);
    }
    free(entries);
}

static const char *text_of(json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void take_findings(struct expect *expect, const char *rule, json_t *root) {
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(root, "diagnostics"), i, item)
        if (!rule || strcmp(rule, text_of(item, "rule")) == 0)
            expect_finding(expect, text_of(item, "file"), (unsigned)json_integer_value(json_object_get(item, "line")), text_of(item, "rule"), text_of(item, "message"));
    json_array_foreach(json_object_get(root, "failures"), i, item)
        buf_printf(&expect->problems, "%s: could not be analysed: %s\n", text_of(item, "file"), text_of(item, "message"));
}

static void run_command(struct expect *expect, const char *rule, const char *command) {
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    json_error_t error;
    json_t *root = json_loadf(pipe, 0, &error);
    int status = pclose(pipe);
    if (!root)
        buf_printf(&expect->problems, "no JSON came out: %s\n", error.text);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        buf_printf(&expect->problems, "wrong exit status: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -status);
    take_findings(expect, rule, root);
    json_decref(root);
}

// True where the case passes; prints what is wrong, and what is known to be.
static bool run_case(const struct rule_case *test, const char *flags, bool show_known) {
    struct expect expect = {0};
    struct buf command = {0};
    buf_printf(&command, "%s check --format json --no-cache -q", TIMEOUTLINT);
    if (test->rule)
        buf_printf(&command, " --disable '*' --enable %s", test->rule);
    read_case(&expect, test, &command);
    buf_printf(&command, " -- -std=c17 -D_GNU_SOURCE %s", flags);
    run_command(&expect, test->rule, buf_text(&command));
    expect_finish(&expect);
    bool ok = expect.problems.len == 0;
    if (!ok)
        fprintf(stderr, "%swith: %s\n", buf_text(&expect.problems), buf_text(&command));
    if (show_known && expect.misses.len + expect.alarms.len > 0)
        fprintf(stderr, "known misses:\n%sknown false alarms:\n%s", buf_text(&expect.misses), buf_text(&expect.alarms));
    buf_done(&command);
    expect_done(&expect);
    return ok;
}

static void findings_are_as_wanted(void **state) {
    const struct rule_case *test = *state;
    if (!test->rule) {
        assert_true(run_case(test, "", true));
        return;
    }
    bool plain = run_case(test, "-Itestdata/include", true), with_const = run_case(test, "-Itestdata/include -DCTX_CONST=const", false);
    assert_true(plain && with_const);
}

// The matcher itself.

static void assert_problems(struct expect *expect, const char *wanted) {
    expect_finish(expect);
    assert_string_equal(buf_text(&expect->problems), wanted);
    expect_done(expect);
}

static const char sample[] =
    "static int one_bad(void);\n"
    "static int one_bad(void) {\n"
    "    a(); // want r \"x [0-9]+\" \"a \\\"b\\\" \\(\" s \"z\"\n"
    "}\n"
    "int two_ok(int a,\n"
    "           int b)\n"
    "{\n"
    "    b();\n"
    "}\n"
    "// because\n"
    "int FN_three_bad(void) {\n"
    "}\n"
    "// because\n"
    "__attribute__((noinline)) int FP_four_ok(void) {\n"
    "    c(); // want r \"alarm\"\n"
    "}\n";

static void matched_wants_leave_no_problem(void **state) {
    (void)state;
    struct expect expect = {0};
    expect_read(&expect, "a.c", sample);
    expect_finding(&expect, "a.c", 3, "s", "zzz");
    expect_finding(&expect, "a.c", 3, "r", "has a \"b\" (");
    expect_finding(&expect, "a.c", 3, "r", "has x 17");
    expect_finding(&expect, "a.c", 15, "r", "alarm");
    assert_int_equal(expect.funcs.len, 4);
    assert_problems(&expect, "");
}

static void every_mismatch_is_a_problem(void **state) {
    (void)state;
    struct expect expect = {0};
    expect_read(&expect, "a.c", sample);
    expect_finding(&expect, "a.c", 3, "s", "zzz");
    expect_finding(&expect, "a.c", 3, "s", "zzz");
    expect_finding(&expect, "a.c", 3, "r", "has x y");
    expect_finding(&expect, "a.c", 8, "r", "m");
    expect_finding(&expect, "a.c", 11, "r", "m");
    expect_finding(&expect, "b.c", 15, "r", "alarm");
    assert_problems(&expect,
        "a.c:3: nobody wants this finding: s: zzz\n"
        "a.c:3: nobody wants this finding: r: has x y\n"
        "a.c:8: nobody wants this finding: r: m\n"
        "a.c:11: fixed! 'FN_three_bad' is found now: drop the FN_ and write a want (r: m)\n"
        "b.c:15: nobody wants this finding: r: alarm\n"
        "a.c:3: not found: r \"x [0-9]+\"\n"
        "a.c:3: not found: r \"a \"b\" \\(\"\n"
        "a.c:15: fixed! 'FP_four_ok' raises no alarm now: drop the FP_ and the want\n");
}

static void names_must_fit(void **state) {
    (void)state;
    struct expect expect = {0};
    expect_read(&expect, "a.c",
        "int a_bad(void) { return 1; }\n"
        "int b_ok(void) { return 1; } // want r \"m\"\n"
        "int FN_c_bad(void) {\n"
        "    x(); // want r \"m\"\n"
        "}\n"
        "// because\n"
        "int FP_d_ok(void) {\n"
        "}\n"
        "int x; // want nothing\n"
        "int y; // want r \"a\n"
        "int e_ok(void) {\n");
    expect_finding(&expect, "a.c", 2, "r", "m");
    expect_finding(&expect, "a.c", 4, "r", "m");
    assert_problems(&expect,
        "a.c:9: cannot read this want: write `// want RULE \"REGEX\"`\n"
        "a.c:10: the expression of this want has no end\n"
        "a.c:10: cannot read this want: write `// want RULE \"REGEX\"`\n"
        "a.c:11: 'e_ok' has no end: a function ends with } in the first column\n"
        "a.c:1: 'a_bad' has no want\n"
        "a.c:2: 'b_ok' has a want, but its name says that it is fine\n"
        "a.c:3: 'FN_c_bad' needs a comment above it that says why it is missed\n"
        "a.c:3: 'FN_c_bad' must have no want\n"
        "a.c:7: 'FP_d_ok' must have the want of its false alarm\n");
}

static void a_program_of_several_files_needs_one_want(void **state) {
    (void)state;
    struct expect expect = {0};
    expect_read(&expect, "a.c", "int a_bad(void) {\n}\n");
    expect_read(&expect, "b.c", "int b_ok(void) {\n}\nint c(void) {\n    x(); // want r \"m\"\n}\n");
    expect_finding(&expect, "b.c", 4, "r", "m");
    assert_problems(&expect, "");
}

static void a_wrong_expression_is_a_problem(void **state) {
    (void)state;
    struct expect expect = {0};
    expect_read(&expect, "a.c", "int x; // want r \"(\"\n");
    expect_finding(&expect, "a.c", 1, "r", "m");
    assert_non_null(strstr(buf_text(&expect.problems), "a.c:1: wrong expression \"(\": "));
    expect_done(&expect);
}

// One test for each case.
struct suite {
    VEC(struct CMUnitTest) tests;
    struct arena arena;
};

static void add_case(struct suite *suite, const char *rule, const char *path) {
    struct rule_case *test = arena_new(&suite->arena, struct rule_case);
    *test = (struct rule_case){rule, path};
    struct CMUnitTest unit = {path, findings_are_as_wanted, NULL, NULL, test};
    vec_push(&suite->tests, unit);
}

static void add_folder(struct suite *suite, const char *rule, const char *folder) {
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *path = arena_printf(&suite->arena, "%s/%s", folder, entries[i]->d_name);
        bool is_program = entries[i]->d_name[0] != '.' && file_is_directory(path);
        if (is_program || (is_source(path) && path[strlen(path) - 1] == 'c'))
            add_case(suite, rule, path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

int main(int argc, char **argv) {
    const struct CMUnitTest own_tests[] = {
        cmocka_unit_test(matched_wants_leave_no_problem),
        cmocka_unit_test(every_mismatch_is_a_problem),
        cmocka_unit_test(names_must_fit),
        cmocka_unit_test(a_program_of_several_files_needs_one_want),
        cmocka_unit_test(a_wrong_expression_is_a_problem),
    };
    if (chdir(SOURCE_DIR) != 0)
        return 2;
    struct suite suite = {0};
    for (size_t i = 0; i < ARRAY_LEN(own_tests); i++)
        vec_push(&suite.tests, own_tests[i]);
    for (unsigned i = 0; i < rule_count; i++)
        add_folder(&suite, all_rules[i]->id, arena_printf(&suite.arena, "testdata/%s", all_rules[i]->id));
    add_folder(&suite, NULL, "testdata/projects");
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    int failed = _cmocka_run_group_tests("rules", suite.tests.items, suite.tests.len, NULL, NULL);
    vec_done(&suite.tests);
    arena_done(&suite.arena);
    return failed;
}
