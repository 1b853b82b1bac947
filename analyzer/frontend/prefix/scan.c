// A tokenizer of words. Convention: what it does not understand counts against hoisting: an unknown condition is never known to hold, an
// unknown directive makes the piece open. Trigraphs and digraphs are unknown to it, too, and hide directives: clang is told what really
// was read (hoist.c).
#include "frontend/prefix/scan.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

struct reader {
    const char *at, *end;
    struct strtab *texts;
    struct scan *out;
    struct map seen;        // words of this piece
    struct piece piece;
    uint32_t levels[DEPTH_MAX]; // where the names of each open #if start among `names`
    bool has_include[DEPTH_MAX];
    VEC(uint32_t) names;    // of all open #ifs, each list ended by 0
    unsigned depth, directives;
    bool tag_behind;        // the last word was struct, union or enum
    bool in_body;           // of a macro
    bool at_line_start, guard_is_closed, is_outside; // text stands outside the guard
};

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool skip_splice(struct reader *r) {
    const char *next = r->at + 1;
    if (*r->at != '\\' || next >= r->end)
        return false;
    next += *next == '\r' && next + 1 < r->end;
    if (*next != '\n')
        return false;
    r->at = next + 1;
    return true;
}

static void skip_comment(struct reader *r) {
    if (r->at[1] == '*') {
        const char *close = r->end - r->at > 4 ? memmem(r->at + 2, (size_t)(r->end - r->at - 2), "*/", 2) : NULL;
        r->at = close ? close + 2 : r->end;
        return;
    }
    while (r->at < r->end && *r->at != '\n')
        if (!skip_splice(r))
            r->at++;
}

static void skip_quoted(struct reader *r) {
    char quote = *r->at++;
    while (r->at < r->end && *r->at != quote && *r->at != '\n')
        r->at += *r->at == '\\' && r->end - r->at > 1 ? 2 : 1;
    r->at += r->at < r->end && *r->at == quote;
}

// Blanks, comments and continued lines; stops at the end of the line.
static void skip_blanks(struct reader *r) {
    while (r->at < r->end) {
        if (*r->at == '/' && r->end - r->at > 1 && (r->at[1] == '*' || r->at[1] == '/'))
            skip_comment(r);
        else if (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\f' || *r->at == '\v')
            r->at++;
        else if (!skip_splice(r))
            return;
    }
}

static size_t word_length(const struct reader *r) {
    const char *at = r->at;
    while (at < r->end && (is_letter(*at) || is_digit(*at)))
        at++;
    return (size_t)(at - r->at);
}

static bool is_word(const char *text, size_t len, const char *word) {
    return strlen(word) == len && !memcmp(text, word, len);
}

static void put_word(struct reader *r, uint32_t word) {
    bool is_new;
    if (r->in_body) {
        vec_push(&r->out->body_words, word);
        return;
    }
    map_put(&r->seen, word, &is_new);
    if (is_new)
        vec_push(&r->out->words, word);
}

// _Pragma("GCC diagnostic ..."), say.
static bool is_idle_operator(const struct reader *r, size_t len) {
    size_t size = (size_t)(r->end - r->at) < len + 30 ? (size_t)(r->end - r->at) : len + 30;
    return is_word(r->at, len, "_Pragma") && (memmem(r->at, size, "diagnostic", 10) || memmem(r->at, size, "warning", 7));
}

static uint32_t take_word(struct reader *r) {
    size_t len = word_length(r);
    uint32_t word = strtab_addn(r->texts, r->at, len);
    if (!is_idle_operator(r, len))
        put_word(r, word);
    if (r->tag_behind && len < 200) {
        char tag[256] = "struct ";
        memcpy(tag + 7, r->at, len);
        uint32_t id = strtab_addn(r->texts, tag, len + 7);
        put_word(r, id);
        if (!r->in_body)
            vec_push(&r->out->defs, id);
    }
    if (is_word(r->at, len, "__COUNTER__")) // says another thing each time
        vec_push(&r->out->defs, word);
    if (r->tag_behind && is_word(r->at, len, "__attribute__"))
        r->piece.is_open = true;
    r->tag_behind = is_word(r->at, len, "struct") || is_word(r->at, len, "union") || is_word(r->at, len, "enum");
    r->at += len;
    return word;
}

// One token, which is no word and no blank.
static void skip_other(struct reader *r) {
    r->tag_behind = false;
    if (*r->at == '"' || *r->at == '\'')
        skip_quoted(r);
    else if (is_digit(*r->at))
        while (r->at < r->end && (is_letter(*r->at) || is_digit(*r->at) || *r->at == '.'))
            r->at++;
    else if (*r->at == '#' && r->end - r->at > 1 && r->at[1] == '#') {
        r->piece.has_paste = true;
        r->at += 2;
    } else
        r->at++;
}

static void read_line(struct reader *r) {
    for (skip_blanks(r); r->at < r->end && *r->at != '\n'; skip_blanks(r)) {
        if (is_letter(*r->at))
            take_word(r);
        else
            skip_other(r);
    }
}

// ---- conditions ----

// defined(A) || defined B ...: pushes the names. False where it is anything else.
static bool read_alternatives(struct reader *r) {
    for (;;) {
        skip_blanks(r);
        if (!is_word(r->at, word_length(r), "defined"))
            return false;
        r->at += strlen("defined");
        skip_blanks(r);
        bool has_paren = r->at < r->end && *r->at == '(';
        r->at += has_paren;
        skip_blanks(r);
        if (r->at == r->end || !is_letter(*r->at))
            return false;
        uint32_t name = take_word(r);
        vec_push(&r->names, name);
        skip_blanks(r);
        r->at += has_paren && r->at < r->end && *r->at == ')';
        skip_blanks(r);
        if (r->at == r->end || *r->at == '\n')
            return true;
        if (r->end - r->at < 2 || r->at[0] != '|' || r->at[1] != '|')
            return false;
        r->at += 2;
    }
}

static uint32_t last_guard_word(struct reader *r, bool is_ifndef) {
    skip_blanks(r);
    if (!is_ifndef) {
        if (r->at == r->end || *r->at != '!')
            return 0;
        r->at++;
        skip_blanks(r);
        if (!is_word(r->at, word_length(r), "defined"))
            return 0;
        r->at += strlen("defined");
        skip_blanks(r);
        r->at += r->at < r->end && *r->at == '(';
        skip_blanks(r);
    }
    if (r->at == r->end || !is_letter(*r->at))
        return 0;
    uint32_t word = take_word(r);
    skip_blanks(r);
    r->at += r->at < r->end && *r->at == ')' && !is_ifndef;
    skip_blanks(r);
    return r->at == r->end || *r->at == '\n' ? word : 0;
}

static void open_condition(struct reader *r, const char *word, size_t len) {
    uint32_t from = (uint32_t)r->names.len;
    if (r->directives == 1 && (is_word(word, len, "ifndef") || is_word(word, len, "if")))
        r->out->guard = last_guard_word(r, is_word(word, len, "ifndef"));
    if (r->directives == 1 && r->out->guard) {
        vec_push(&r->names, SCAN_GUARD);
    } else if (is_word(word, len, "ifdef")) {
        skip_blanks(r);
        if (r->at < r->end && is_letter(*r->at)) {
            uint32_t name = take_word(r);
            vec_push(&r->names, name);
        }
    } else if (is_word(word, len, "if") && r->directives > 1 && !read_alternatives(r)) {
        r->names.len = from;
    }
    vec_push(&r->names, 0);
    if (r->depth < DEPTH_MAX)
        r->levels[r->depth] = from, r->has_include[r->depth] = false;
    r->depth++;
}

static void put_conditions(struct reader *r) {
    r->piece.when_from = (uint32_t)r->out->conditions.len;
    for (size_t i = 0; i < r->names.len; i++)
        vec_push(&r->out->conditions, r->names.items[i]);
    r->piece.when_to = (uint32_t)r->out->conditions.len;
}

static void end_piece(struct reader *r) {
    r->piece.words_to = (uint32_t)r->out->words.len;
    r->piece.defs_to = (uint32_t)r->out->defs.len;
    r->piece.bodies_to = (uint32_t)r->out->bodies.len;
    vec_push(&r->out->pieces, r->piece);
    r->piece = (struct piece){.words_from = r->piece.words_to, .defs_from = r->piece.defs_to, .bodies_from = r->piece.bodies_to};
    map_done(&r->seen);
}

// Text behind an #include, up to the end of what that stands under: a piece of its own.
static void end_level(struct reader *r) {
    if (r->depth > DEPTH_MAX || !r->has_include[r->depth - 1])
        return;
    put_conditions(r);
    end_piece(r);
}

// Nothing is known of what stands behind #else.
static void turn_condition(struct reader *r) {
    if (!r->depth || r->depth > DEPTH_MAX)
        return;
    end_level(r);
    r->has_include[r->depth - 1] = false;
    if (r->depth == 1)
        r->out->guard = 0;
    r->names.len = r->levels[r->depth - 1];
    vec_push(&r->names, 0);
}

static void close_condition(struct reader *r) {
    if (!r->depth)
        return;
    end_level(r);
    r->depth--;
    if (r->depth < DEPTH_MAX)
        r->names.len = r->levels[r->depth];
    r->guard_is_closed |= !r->depth;
}

// ---- directives ----

static void read_include(struct reader *r, bool is_next) {
    skip_blanks(r);
    char open = r->at < r->end ? *r->at : '\n', close = open == '<' ? '>' : '"';
    const char *line_end = memchr(r->at, '\n', (size_t)(r->end - r->at)), *start = r->at + 1;
    const char *stop = (open == '<' || open == '"') && line_end ? memchr(start, close, (size_t)(line_end - start)) : NULL;
    if (!stop || r->depth > DEPTH_MAX) {
        r->piece.is_open = true;
        return;
    }
    r->piece.name = strtab_addn(r->texts, start, (size_t)(stop - start));
    r->piece.is_quoted = open == '"';
    r->piece.is_next = is_next;
    put_conditions(r);
    for (unsigned i = 0; i < r->depth; i++)
        r->has_include[i] = true;
    r->at = stop + 1;
    end_piece(r);
}

// Pragmas that have no effect on what stands behind them: clang knows nothing of them, or they are about messages.
static bool is_idle_pragma(struct reader *r) {
    static const char idle[] = " deprecated message region endregion mark alloca names error_messages warning diagnostic system_header error ";
    size_t len = word_length(r);
    if (is_word(r->at, len, "GCC") || is_word(r->at, len, "clang")) {
        r->at += len;
        skip_blanks(r);
        len = word_length(r);
    }
    for (const char *at = idle; len && (at = memmem(at, strlen(at), r->at, len)); at++)
        if (at[-1] == ' ' && at[len] == ' ')
            return true;
    return false;
}

static void read_pragma(struct reader *r) {
    skip_blanks(r);
    if (is_word(r->at, word_length(r), "once"))
        r->out->is_guarded = true;
    else if (!is_idle_pragma(r))
        r->piece.is_open = r->out->has_odd = true;
}

static void read_body(struct reader *r, uint32_t macro) {
    struct body body = {.macro = macro, .from = (uint32_t)r->out->body_words.len};
    r->in_body = true;
    read_line(r);
    r->in_body = false;
    body.to = (uint32_t)r->out->body_words.len;
    if (body.to > body.from)
        vec_push(&r->out->bodies, body);
}

static void read_directive(struct reader *r) {
    r->at++;
    skip_blanks(r);
    const char *word = r->at;
    size_t len = word_length(r);
    r->at += len;
    r->directives += len > 0;
    r->is_outside |= r->guard_is_closed && len > 0;
    r->tag_behind = false;
    if (is_word(word, len, "include") || is_word(word, len, "include_next") || is_word(word, len, "import")) {
        read_include(r, is_word(word, len, "include_next"));
    } else if (is_word(word, len, "define") || is_word(word, len, "undef")) {
        skip_blanks(r);
        if (r->at < r->end && is_letter(*r->at)) {
            size_t name_len = word_length(r);
            uint32_t name = strtab_addn(r->texts, r->at, name_len);
            r->at += name_len;
            vec_push(&r->out->defs, name);
            if (len == strlen("undef"))
                vec_push(&r->out->undefs, name);
            else
                read_body(r, name);
        }
    } else if (is_word(word, len, "if") || is_word(word, len, "ifdef") || is_word(word, len, "ifndef")) {
        open_condition(r, word, len);
    } else if (len >= 4 && !memcmp(word, "el", 2)) {
        turn_condition(r);
    } else if (is_word(word, len, "endif")) {
        close_condition(r);
    } else if (is_word(word, len, "pragma")) {
        read_pragma(r);
    } else if (len && !is_word(word, len, "error") && !is_word(word, len, "warning")) {
        r->piece.is_open = true;
    }
    read_line(r);
}

static const char *last_include(const char *text, size_t size) {
    const char *end = text + size, *last = text;
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), "include", 7)); at += 7) {
        const char *before = at;
        while (before > text && (before[-1] == ' ' || before[-1] == '\t'))
            before--;
        if (before > text && before[-1] == '#') {
            const char *line_end = memchr(at, '\n', (size_t)(end - at));
            last = line_end ? line_end + 1 : end;
        }
    }
    return last;
}

static bool defines(const struct scan *scan, uint32_t macro) {
    for (size_t i = 0; macro && i < scan->defs.len; i++)
        if (scan->defs.items[i] == macro)
            return true;
    return false;
}

void scan_text(const char *text, size_t size, bool is_main, struct strtab *texts, struct scan *ret_scan) {
    struct reader r = {.at = text, .end = is_main ? last_include(text, size) : text + size, .texts = texts, .out = ret_scan, .at_line_start = true};
    while (r.at < r.end) {
        skip_blanks(&r);
        if (r.at == r.end)
            break;
        if (*r.at == '\n') {
            r.at_line_start = true;
            r.at++;
        } else if (*r.at == '#' && r.at_line_start) {
            read_directive(&r);
        } else {
            r.at_line_start = false;
            r.is_outside |= !r.depth;
            if (is_letter(*r.at))
                take_word(&r);
            else
                skip_other(&r);
        }
    }
    end_piece(&r);
    if (r.depth || r.is_outside || is_main || !defines(ret_scan, ret_scan->guard))
        ret_scan->guard = 0;
    ret_scan->is_guarded |= ret_scan->guard != 0;
    vec_done(&r.names);
}

void scan_done(struct scan *scan) {
    vec_done(&scan->pieces);
    vec_done(&scan->words);
    vec_done(&scan->defs);
    vec_done(&scan->undefs);
    vec_done(&scan->bodies);
    vec_done(&scan->body_words);
    vec_done(&scan->conditions);
}
