// The shape of the house: which room may include which, how long files and functions get, and that a rule has all its parts.
#include "base/buf.h"
#include "base/file.h"
#include "check/rule.h"

#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { FILE_LINES_MAX = 700, FUNCTION_LINES_MAX = 60, DISPATCH_LINES_MAX = 120 };

// What each room may include: whole rooms ("base/") and single headers. analyzer/*.c and lsp/ may include everything.
struct room {
    const char *name, *allowed[9];
};
static const struct room rooms[] = {
    {"base", {"base/"}},
    {"ir", {"base/", "ir/"}},
    {"model", {"base/", "ir/", "model/"}},
    {"program", {"base/", "ir/", "model/", "program/"}},
    {"flow", {"base/", "ir/", "model/", "program/", "flow/"}},
    {"check", {"base/", "ir/", "model/", "program/", "flow/", "check/"}},
    {"rules", {"base/", "ir/", "model/", "program/", "flow/", "check/", "rules/", "rules.def"}},
    {"frontend", {"base/", "ir/", "frontend/"}},
    {"report", {"base/", "report/", "check/diag.h", "check/rule.h"}},
};

// A file under examination.
struct file {
    const char *path; // "analyzer/ir/print.c", "rules/lost_cancel.c"
    const char *text;
    struct buf *problems;
};

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_with(const char *text, const char *end) {
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

__attribute__((format(printf, 3, 4))) static void problem(const struct file *file, unsigned line, const char *format, ...) {
    char text[500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_printf(file->problems, "%s:%u: %s\n", file->path, line, text);
}

// Copies the next line, without its end and at most 499 bytes of it; false at the end of the text.
static bool next_line(const char **at, char line[500]) {
    if (!**at)
        return false;
    size_t len = strcspn(*at, "\n");
    snprintf(line, 500, "%.*s", (int)len, *at);
    *at += len + ((*at)[len] == '\n');
    return true;
}

static const struct room *room_of(const char *path) {
    const char *inside = starts_with(path, "analyzer/") ? path + strlen("analyzer/") : path;
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++)
        if (starts_with(inside, rooms[i].name) && inside[strlen(rooms[i].name)] == '/')
            return &rooms[i];
    return NULL;
}

static bool may_include(const struct room *room, const char *header) {
    for (size_t i = 0; i < ARRAY_LEN(room->allowed) && room->allowed[i]; i++)
        if (ends_with(room->allowed[i], "/") ? starts_with(header, room->allowed[i]) : strcmp(header, room->allowed[i]) == 0)
            return true;
    return false;
}

static void check_include(const struct file *file, unsigned number, const char *line) {
    const struct room *room = room_of(file->path);
    char header[500];
    if (sscanf(line, "#include \"%499[^\"]", header) == 1) {
        if (room && !may_include(room, header))
            problem(file, number, "%s/ may not include \"%s\"", room->name, header);
    } else if (strstr(line, "<clang-c/") && !starts_with(file->path, "analyzer/frontend/capture/")) {
        problem(file, number, "only frontend/capture/ may include libclang");
    }
}

static void check_lines(const struct file *file) {
    const char *at = file->text;
    char line[500];
    unsigned number = 0;
    while (next_line(&at, line)) {
        number++;
        if (starts_with(line, "#include"))
            check_include(file, number, line);
        if (starts_with(line, "typedef struct") || starts_with(line, "typedef union"))
            problem(file, number, "structs have no typedefs");
        if (strchr(line, '\t'))
            problem(file, number, "a tab");
    }
    if (number > FILE_LINES_MAX)
        problem(file, number, "more than %d lines", FILE_LINES_MAX);
}

// A function starts at the last line that began in the first column before ") {", and ends with "}" in the first column. It is
// a dispatch where one outermost switch takes two thirds of its lines.
static void check_functions(const struct file *file) {
    const char *at = file->text;
    char line[500], head[500] = "";
    unsigned number = 0, head_line = 0, start = 0, switch_line = 0, longest_switch = 0;
    while (next_line(&at, line)) {
        number++;
        if (!start) {
            if (isalpha((unsigned char)*line) || *line == '_') {
                memcpy(head, line, sizeof head);
                head_line = number;
            }
            if (ends_with(line, ") {")) {
                start = head_line;
                longest_switch = 0;
            }
        } else if (starts_with(line, "    switch (")) {
            switch_line = number;
        } else if (starts_with(line, "    }") && switch_line) {
            longest_switch = number - switch_line + 1 > longest_switch ? number - switch_line + 1 : longest_switch;
            switch_line = 0;
        } else if (*line == '}') {
            unsigned lines = number - start + 1;
            unsigned limit = longest_switch * 3 >= lines * 2 ? DISPATCH_LINES_MAX : FUNCTION_LINES_MAX;
            if (lines > limit)
                problem(file, start, "%u lines, at most %u: %s", lines, limit, head);
            start = 0;
        }
    }
}

static void check_file(const char *path, struct buf *problems) {
    struct buf text = {0};
    struct err err;
    if (!file_read(path, 1 << 22, &text, &err))
        fail_msg("%s", err.text);
    struct file file = {path, buf_text(&text), problems};
    check_lines(&file);
    check_functions(&file);
    buf_done(&text);
}

// Returns how many files were checked.
static unsigned check_folder(const char *folder, struct buf *problems) {
    struct arena arena = {0};
    struct dirent **entries;
    unsigned checked = 0;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *path = arena_printf(&arena, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && file_is_directory(path)) {
            checked += check_folder(path, problems);
        } else if (ends_with(path, ".c") || ends_with(path, ".h")) {
            check_file(path, problems);
            checked++;
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    arena_done(&arena);
    return checked;
}

static void assert_none(struct buf *problems) {
    if (problems->len > 0)
        fprintf(stderr, "%s", buf_text(problems));
    assert_int_equal(problems->len, 0);
    buf_done(problems);
}

static void every_file_keeps_to_the_rules(void **state) {
    (void)state;
    struct buf problems = {0};
    unsigned checked = check_folder("analyzer", &problems) + check_folder("rules", &problems);
    assert_true(checked > 20);
    assert_none(&problems);
}

// The sections of a documentation, and that its examples are closed blocks of C.
static void check_doc(const struct rule *rule, struct buf *problems) {
    const char *sections[] = {rule->doc.what, rule->doc.why, rule->doc.bad, rule->doc.good, rule->doc.fix, rule->doc.limits};
    static const char *const names[] = {"what", "why", "bad", "good", "fix", "limits"};
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        unsigned fences = 0;
        if (!sections[i] || strlen(sections[i]) < 40) {
            buf_printf(problems, "%s: the section '%s' is missing\n", rule->id, names[i]);
            continue;
        }
        for (const char *fence = strstr(sections[i], "```"); fence; fence = strstr(fence + 3, "```"))
            fences++;
        bool is_example = sections[i] == rule->doc.bad || sections[i] == rule->doc.good;
        if (fences % 2 != 0 || (is_example && !strstr(sections[i], "```c\n")))
            buf_printf(problems, "%s: the section '%s' needs whole blocks of ```c\n", rule->id, names[i]);
    }
    if (!rule->title || !isupper((unsigned char)*rule->title) || ends_with(rule->title, "."))
        buf_printf(problems, "%s: the title is one line with a capital letter and no full stop\n", rule->id);
}

// "lost-cancel" -> "lost_cancel".
static const char *c_name(struct arena *arena, const char *id) {
    char *name = arena_strdup(arena, id);
    for (char *p = name; *p; p++)
        if (*p == '-')
            *p = '_';
    return name;
}

static bool has_cases(const char *folder) {
    DIR *dir = opendir(folder);
    bool found = false;
    for (const struct dirent *entry; dir && (entry = readdir(dir));)
        found = found || ends_with(entry->d_name, ".c");
    if (dir)
        closedir(dir);
    return found;
}

static void every_rule_has_all_its_parts(void **state) {
    (void)state;
    struct buf problems = {0};
    struct arena arena = {0};
    for (unsigned i = 0; i < rule_count; i++) {
        const struct rule *rule = all_rules[i];
        if (i > 0 && strcmp(all_rules[i - 1]->id, rule->id) >= 0)
            buf_printf(&problems, "rules.def is not sorted at %s\n", rule->id);
        if (!file_is_regular(arena_printf(&arena, "rules/%s.c", c_name(&arena, rule->id))))
            buf_printf(&problems, "%s has no file of its own\n", rule->id);
        if (!has_cases(arena_printf(&arena, "testdata/%s", rule->id)))
            buf_printf(&problems, "%s has no cases in testdata/%s\n", rule->id, rule->id);
        if (!rule->run || rule->severity == SEVERITY_OFF)
            buf_printf(&problems, "%s does nothing by default\n", rule->id);
        check_doc(rule, &problems);
    }
    arena_done(&arena);
    assert_none(&problems);
}

static void every_file_with_a_rule_is_listed(void **state) {
    (void)state;
    struct buf problems = {0};
    struct arena arena = {0};
    DIR *dir = opendir("rules");
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir));) {
        struct buf text = {0};
        struct err err;
        const char *name = arena_strndup(&arena, entry->d_name, strcspn(entry->d_name, "."));
        if (ends_with(entry->d_name, ".c") && file_read(arena_printf(&arena, "rules/%s", entry->d_name), 1 << 20, &text, &err)) {
            bool has_rule = strstr(buf_text(&text), arena_printf(&arena, "\nconst struct rule rule_%s = {", name)) != NULL;
            bool is_listed = false;
            for (unsigned i = 0; i < rule_count; i++)
                is_listed = is_listed || strcmp(c_name(&arena, all_rules[i]->id), name) == 0;
            if (has_rule != is_listed)
                buf_printf(&problems, "rules/%s and rules.def do not agree\n", entry->d_name);
        }
        buf_done(&text);
    }
    closedir(dir);
    arena_done(&arena);
    assert_none(&problems);
}

static void rules_are_found_by_id(void **state) {
    (void)state;
    for (unsigned i = 0; i < rule_count; i++)
        assert_ptr_equal(rule_find(all_rules[i]->id), all_rules[i]);
    assert_null(rule_find("lost_cancel"));
    assert_null(rule_find(""));
}

// The checks themselves must be able to fail.

static void assert_refused(const char *path, const char *text, const char *wanted) {
    struct buf problems = {0};
    struct file file = {path, text, &problems};
    check_lines(&file);
    check_functions(&file);
    assert_string_equal(buf_text(&problems), wanted);
    buf_done(&problems);
}

static void wrong_arrows_are_refused(void **state) {
    (void)state;
    assert_refused("analyzer/base/a.c", "#include \"base/mem.h\"\n#include \"ir/ir.h\"\n", "analyzer/base/a.c:2: base/ may not include \"ir/ir.h\"\n");
    assert_refused("analyzer/flow/a.h", "#include \"program/program.h\"\n#include \"frontend/database.h\"\n",
                   "analyzer/flow/a.h:2: flow/ may not include \"frontend/database.h\"\n");
    assert_refused("analyzer/report/a.c", "#include \"check/diag.h\"\n#include \"check/pass.h\"\n", "analyzer/report/a.c:2: report/ may not include \"check/pass.h\"\n");
    assert_refused("analyzer/report/a.c", "#include \"text.h\"\n", "analyzer/report/a.c:1: report/ may not include \"text.h\"\n");
    assert_refused("rules/a.c", "#include \"check/rule.h\"\n#include \"report/report.h\"\n", "rules/a.c:2: rules/ may not include \"report/report.h\"\n");
    assert_refused("analyzer/frontend/a.c", "#include <clang-c/Index.h>\n", "analyzer/frontend/a.c:1: only frontend/capture/ may include libclang\n");
    assert_refused("analyzer/frontend/capture/a.c", "#include <clang-c/Index.h>\n", "");
    assert_refused("analyzer/run.c", "#include \"flow/x.h\"\n#include \"report/report.h\"\n", "");
    assert_refused("analyzer/base/a.h", "typedef struct {\n", "analyzer/base/a.h:1: structs have no typedefs\n");
}

// A function of `lines` lines, of which the last ones are a switch.
static void add_function(struct buf *text, unsigned lines, unsigned switch_lines) {
    buf_puts(text, "static void f(int a,\n              int b) {\n");
    for (unsigned i = 0; i < lines - 3 - switch_lines; i++)
        buf_puts(text, "    a++;\n");
    for (unsigned i = 0; i < switch_lines; i++)
        buf_puts(text, i == 0 ? "    switch (a) {\n" : i + 1 == switch_lines ? "    }\n" : "    case 1:\n");
    buf_puts(text, "}\n");
}

static void long_functions_are_refused(void **state) {
    (void)state;
    static const struct {
        unsigned lines, switch_lines;
        const char *problem;
    } cases[] = {
        {60, 0, ""},
        {61, 0, "analyzer/a.c:1: 61 lines, at most 60: static void f(int a,\n"},
        {90, 60, ""},
        {90, 59, "analyzer/a.c:1: 90 lines, at most 60: static void f(int a,\n"},
        {120, 117, ""},
        {121, 117, "analyzer/a.c:1: 121 lines, at most 120: static void f(int a,\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf text = {0};
        add_function(&text, cases[i].lines, cases[i].switch_lines);
        assert_refused("analyzer/a.c", buf_text(&text), cases[i].problem);
        buf_done(&text);
    }
}

static void long_files_are_refused(void **state) {
    (void)state;
    struct buf text = {0};
    for (unsigned i = 0; i < 701; i++)
        buf_puts(&text, "\n");
    assert_refused("analyzer/a.c", buf_text(&text), "analyzer/a.c:701: more than 700 lines\n");
    buf_done(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_keeps_to_the_rules),
        cmocka_unit_test(every_rule_has_all_its_parts),
        cmocka_unit_test(every_file_with_a_rule_is_listed),
        cmocka_unit_test(rules_are_found_by_id),
        cmocka_unit_test(wrong_arrows_are_refused),
        cmocka_unit_test(long_functions_are_refused),
        cmocka_unit_test(long_files_are_refused),
    };
    if (chdir(SOURCE_DIR) != 0)
        return 2;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
