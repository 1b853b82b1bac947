// A scanner for directives only. Convention: what it does not understand ends the run of directives; so do trigraphs, digraphs and a
// backslash-newline within the first word, which no real source has there.
#include "frontend/prefix/directives.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

struct scan {
    const char *start, *at, *end;
};

static bool looking_at(const struct scan *s, const char *text) {
    size_t len = strlen(text);
    return (size_t)(s->end - s->at) >= len && !memcmp(s->at, text, len);
}

static bool skip_newline_splice(struct scan *s) {
    if (*s->at != '\\')
        return false;
    const char *next = s->at + 1;
    next += next < s->end && *next == '\r';
    if (next >= s->end || *next != '\n')
        return false;
    s->at = next + 1;
    return true;
}

// Behind the comment that starts here; a // comment ends before its newline.
static void skip_comment(struct scan *s) {
    bool is_line = s->at[1] == '/';
    s->at += 2;
    while (s->at < s->end) {
        if (is_line && skip_newline_splice(s))
            continue;
        if (is_line && *s->at == '\n')
            return;
        if (!is_line && looking_at(s, "*/")) {
            s->at += 2;
            return;
        }
        s->at++;
    }
}

static bool at_comment(const struct scan *s) {
    return looking_at(s, "/*") || looking_at(s, "//");
}

static void skip_between(struct scan *s) {
    while (s->at < s->end) {
        if (at_comment(s))
            skip_comment(s);
        else if (*s->at && strchr(" \t\n\r\f\v", *s->at))
            s->at++;
        else
            return;
    }
}

// A quoted text, which comments cannot start in. False where its line ends first.
static bool copy_quoted(struct scan *s, struct buf *out) {
    char quote = *s->at;
    do {
        buf_putc(out, *s->at);
        if (*s->at == '\\' && s->end - s->at > 1)
            buf_putc(out, *++s->at);
        s->at++;
    } while (s->at < s->end && *s->at != quote && *s->at != '\n');
    if (s->at == s->end || *s->at != quote)
        return false;
    buf_putc(out, *s->at++);
    return true;
}

// One directive up to its newline, comments as single blanks. False where it has no end that can be trusted.
static bool copy_directive(struct scan *s, struct buf *out) {
    while (s->at < s->end && *s->at != '\n') {
        const char *before = s->at;
        if (skip_newline_splice(s)) {
            buf_add(out, before, (size_t)(s->at - before));
        } else if (at_comment(s)) {
            skip_comment(s);
            buf_putc(out, ' ');
        } else if (*s->at == '"' || *s->at == '\'') {
            if (!copy_quoted(s, out))
                return false;
        } else {
            buf_putc(out, *s->at++);
        }
    }
    while (out->len && strchr(" \t\r\f\v", out->data[out->len - 1]))
        out->data[--out->len] = '\0';
    return s->at < s->end;
}

static const char *skip_blanks(const char *text) {
    return text + strspn(text, " \t");
}

// #include "name" or <name>, and nothing else.
static bool is_plain_include(const char *rest) {
    rest = skip_blanks(rest);
    if (*rest != '"' && *rest != '<')
        return false;
    const char *close = strchr(rest + 1, *rest == '<' ? '>' : '"');
    return close && !close[1] && close > rest + 1;
}

// Whether it says something else in another file, or on another line.
static bool depends_on_place(const char *text) {
    static const char *const words[] = {"__FILE", "__LINE__", "__BASE_FILE__", "__INCLUDE_LEVEL__", "__COUNTER__", "__TIME", "__DATE__"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strstr(text, words[i]))
            return true;
    return false;
}

static bool classify(const char *text, enum directive_kind *ret_kind) {
    static const struct {
        const char *word;
        enum directive_kind kind;
    } known[] = {
        {"include", DIRECTIVE_INCLUDE}, {"if", DIRECTIVE_OPEN},       {"ifdef", DIRECTIVE_OPEN},   {"ifndef", DIRECTIVE_OPEN}, {"else", DIRECTIVE_ELSE},
        {"elif", DIRECTIVE_ELSE},       {"endif", DIRECTIVE_CLOSE},   {"define", DIRECTIVE_OTHER}, {"undef", DIRECTIVE_OTHER},
    };
    const char *word = skip_blanks(text + 1);
    size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz_");
    if (depends_on_place(text))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strlen(known[i].word) == len && !strncmp(word, known[i].word, len)) {
            *ret_kind = known[i].kind;
            return known[i].kind != DIRECTIVE_INCLUDE || is_plain_include(word + len);
        }
    return false;
}

enum { DEPTH_MAX = 16 };

// Follows the nesting of conditionals; false where they make no sense, or too much of it.
static bool nest(enum directive_kind kind, bool *has_else, uint32_t *depth) {
    if (kind == DIRECTIVE_OPEN) {
        if (*depth == DEPTH_MAX)
            return false;
        has_else[(*depth)++] = false;
    } else if (kind == DIRECTIVE_ELSE || kind == DIRECTIVE_CLOSE) {
        if (!*depth)
            return false;
        has_else[*depth - 1] = true;
        *depth -= kind == DIRECTIVE_CLOSE;
    }
    return true;
}

void directives_read(const char *text, size_t size, struct strtab *texts, directive_vec *ret_directives) {
    struct scan s = {text, text, text + size};
    bool has_else[DEPTH_MAX];
    uint32_t depth = 0;
    for (;;) {
        skip_between(&s);
        if (s.at == s.end || *s.at != '#')
            return;
        struct buf line = {0};
        struct directive directive = {.start = (uint32_t)(s.at - s.start), .may_end = true};
        bool is_known = copy_directive(&s, &line) && classify(buf_text(&line), &directive.kind) && nest(directive.kind, has_else, &depth);
        directive.end = (uint32_t)(s.at - s.start);
        directive.text = is_known ? strtab_add(texts, buf_text(&line)) : 0;
        buf_done(&line);
        if (!is_known)
            return;
        directive.head_hash = hash_bytes(text, directive.end);
        for (uint32_t i = 0; i < depth; i++)
            directive.may_end &= !has_else[i];
        vec_push(ret_directives, directive);
    }
}

void directives_open(const directive_vec *directives, uint32_t count, uint32_t *ret_starts, uint32_t room, uint32_t *ret_count) {
    uint32_t depth = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct directive *directive = &directives->items[i];
        if (directive->kind == DIRECTIVE_OPEN && depth < room)
            ret_starts[depth] = directive->start;
        depth += directive->kind == DIRECTIVE_OPEN;
        depth -= directive->kind == DIRECTIVE_CLOSE;
    }
    *ret_count = depth < room ? depth : room;
}

uint32_t directives_cut(const directive_vec *directives, uint32_t from, uint32_t length) {
    uint32_t best = 0;
    bool includes = false;
    for (uint32_t i = from; i < length; i++) {
        const struct directive *directive = &directives->items[i];
        bool is_end = directive->kind == DIRECTIVE_INCLUDE || directive->kind == DIRECTIVE_CLOSE;
        includes |= directive->kind == DIRECTIVE_INCLUDE;
        if (includes && is_end && directive->may_end)
            best = i + 1;
    }
    return best;
}
