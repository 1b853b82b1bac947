#include "expect.h"

#include <ctype.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void expect_done(struct expect *expect) {
    vec_done(&expect->wants);
    vec_done(&expect->funcs);
    buf_done(&expect->problems);
    buf_done(&expect->misses);
    buf_done(&expect->alarms);
    arena_done(&expect->arena);
}

__attribute__((format(printf, 4, 5))) static void problem(struct expect *expect, const char *file, unsigned line, const char *format, ...) {
    char text[2000];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_printf(&expect->problems, "%s:%u: %s\n", file, line, text);
}

static bool is_name_char(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

// Reads "..." with \" for a quote; every other backslash belongs to the expression. NULL where the end is missing.
static const char *read_regex(struct expect *expect, const char **at) {
    struct buf regex = {0};
    const char *p = *at + 1;
    for (; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1] == '"')
            p++;
        else if (*p == '\\' && p[1])
            buf_putc(&regex, *p++);
        buf_putc(&regex, *p);
    }
    const char *copy = *p ? arena_strdup(&expect->arena, buf_text(&regex)) : NULL;
    *at = *p ? p + 1 : p;
    buf_done(&regex);
    return copy;
}

// What follows `// want` on a line: names of rules, each with one expression or more.
static void read_wants(struct expect *expect, const char *file, unsigned line, const char *p) {
    const char *rule = NULL;
    size_t before = expect->wants.len;
    for (;; p += strspn(p, " ,")) {
        p += strspn(p, " ");
        if (*p == '"' && rule) {
            const char *regex = read_regex(expect, &p);
            if (!regex)
                problem(expect, file, line, "the expression of this want has no end");
            else
                vec_push(&expect->wants, ((struct expect_want){file, rule, regex, line, false}));
        } else if (islower((unsigned char)*p)) {
            size_t len = 0;
            while (is_name_char(p[len]))
                len++;
            rule = arena_strndup(&expect->arena, p, len);
            p += len;
        } else {
            break;
        }
    }
    if (expect->wants.len == before)
        problem(expect, file, line, "cannot read this want: write `// want RULE \"REGEX\"`");
}

static bool ends_with(const char *text, const char *end) {
    size_t len = strlen(text), end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

// The name that ends in _bad or _ok before a parenthesis, on a line that starts in the first column.
static const char *func_name(struct expect *expect, const char *line) {
    if (!isalpha((unsigned char)*line) && *line != '_')
        return NULL;
    for (const char *paren = strchr(line, '('); paren; paren = strchr(paren + 1, '(')) {
        const char *start = paren;
        while (start > line && is_name_char(start[-1]))
            start--;
        const char *name = arena_strndup(&expect->arena, start, (size_t)(paren - start));
        if (ends_with(name, "_bad") || ends_with(name, "_ok"))
            return name;
    }
    return NULL;
}

// Follows the definitions of one file line by line.
struct func_reader {
    struct expect_func func; // name: NULL outside
    bool in_body, after_comment;
};

static void read_func_line(struct expect *expect, struct func_reader *reader, const char *file, unsigned number, const char *line) {
    if (!reader->func.name) {
        const char *name = func_name(expect, line);
        if (name)
            reader->func = (struct expect_func){file, name, number, number, reader->after_comment};
        reader->after_comment = starts_with(line, "//");
        reader->in_body = false;
    }
    if (!reader->func.name)
        return;
    const char *semicolon = strchr(line, ';'), *brace = strchr(line, '{');
    if (brace)
        reader->in_body = true;
    if (!reader->in_body && semicolon)
        reader->func.name = NULL; // only a declaration
    bool is_one_line = number == reader->func.first_line && brace && strrchr(line, '}');
    if (*line != '}' && !is_one_line)
        return;
    reader->func.last_line = number;
    vec_push(&expect->funcs, reader->func);
    reader->func.name = NULL;
}

void expect_read(struct expect *expect, const char *file, const char *text) {
    static const char mark[] = "// want ";
    struct func_reader reader = {0};
    file = arena_strdup(&expect->arena, file);
    for (unsigned number = 1; *text; number++) {
        size_t len = strcspn(text, "\n");
        const char *line = arena_strndup(&expect->arena, text, len);
        for (const char *want = strstr(line, mark); want; want = strstr(want + 1, mark))
            read_wants(expect, file, number, want + sizeof mark - 1);
        read_func_line(expect, &reader, file, number, line);
        text += len + (text[len] == '\n');
    }
    if (reader.func.name)
        problem(expect, file, reader.func.first_line, "'%s' has no end: a function ends with } in the first column", reader.func.name);
}

static bool matches(struct expect *expect, const struct expect_want *want, const char *message) {
    regex_t regex;
    char why[200];
    int status = regcomp(&regex, want->regex, REG_EXTENDED | REG_NOSUB);
    if (status != 0) {
        regerror(status, &regex, why, sizeof why);
        problem(expect, want->file, want->line, "wrong expression \"%s\": %s", want->regex, why);
        return false;
    }
    bool found = regexec(&regex, message, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

static const struct expect_func *func_at(const struct expect *expect, const char *file, unsigned line) {
    for (size_t i = 0; i < expect->funcs.len; i++) {
        const struct expect_func *func = &expect->funcs.items[i];
        if (strcmp(func->file, file) == 0 && line >= func->first_line && line <= func->last_line)
            return func;
    }
    return NULL;
}

void expect_finding(struct expect *expect, const char *file, unsigned line, const char *rule, const char *message) {
    for (size_t i = 0; i < expect->wants.len; i++) {
        struct expect_want *want = &expect->wants.items[i];
        bool is_here = want->line == line && strcmp(want->file, file) == 0 && strcmp(want->rule, rule) == 0;
        if (is_here && !want->is_found && matches(expect, want, message)) {
            want->is_found = true;
            return;
        }
    }
    const struct expect_func *func = func_at(expect, file, line);
    if (func && starts_with(func->name, "FN_"))
        problem(expect, file, line, "fixed! '%s' is found now: drop the FN_ and write a want (%s: %s)", func->name, rule, message);
    else
        problem(expect, file, line, "nobody wants this finding: %s: %s", rule, message);
}

static void finish_wants(struct expect *expect) {
    for (size_t i = 0; i < expect->wants.len; i++) {
        const struct expect_want *want = &expect->wants.items[i];
        const struct expect_func *func = func_at(expect, want->file, want->line);
        if (want->is_found)
            continue;
        if (func && starts_with(func->name, "FP_"))
            problem(expect, want->file, want->line, "fixed! '%s' raises no alarm now: drop the FP_ and the want", func->name);
        else
            problem(expect, want->file, want->line, "not found: %s \"%s\"", want->rule, want->regex);
    }
}

static bool has_want(const struct expect *expect, const struct expect_func *func) {
    for (size_t i = 0; i < expect->wants.len; i++)
        if (func_at(expect, expect->wants.items[i].file, expect->wants.items[i].line) == func)
            return true;
    return false;
}

static bool has_several_files(const struct expect *expect) {
    for (size_t i = 1; i < expect->funcs.len; i++)
        if (strcmp(expect->funcs.items[i].file, expect->funcs.items[0].file) != 0)
            return true;
    return false;
}

static void finish_known(struct expect *expect, const struct expect_func *func, bool is_miss) {
    if (!func->has_reason)
        problem(expect, func->file, func->first_line, "'%s' needs a comment above it that says why it is %s", func->name, is_miss ? "missed" : "found");
    if (is_miss == has_want(expect, func))
        problem(expect, func->file, func->first_line, "'%s' must have %s", func->name, is_miss ? "no want" : "the want of its false alarm");
    buf_printf(is_miss ? &expect->misses : &expect->alarms, "%s:%u: %s\n", func->file, func->first_line, func->name);
}

static void finish_func(struct expect *expect, const struct expect_func *func, bool several_files) {
    bool is_bad = ends_with(func->name, "_bad");
    if (starts_with(func->name, is_bad ? "FN_" : "FP_"))
        finish_known(expect, func, is_bad);
    else if (is_bad && !(several_files ? expect->wants.len > 0 : has_want(expect, func)))
        problem(expect, func->file, func->first_line, "'%s' has no want", func->name);
    else if (!is_bad && has_want(expect, func))
        problem(expect, func->file, func->first_line, "'%s' has a want, but its name says that it is fine", func->name);
}

void expect_finish(struct expect *expect) {
    finish_wants(expect);
    bool several_files = has_several_files(expect);
    for (size_t i = 0; i < expect->funcs.len; i++)
        finish_func(expect, &expect->funcs.items[i], several_files);
}
