// C text scanned without a lexer: where libclang gives only a place, or only the spelling of a type.
// Convention: [at, end) need not end in NUL; nothing ever reads at `end`. Left out: trigraphs, raw strings.
#include "frontend/capture/lower.h"

#include <ctype.h>
#include <string.h>

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static const char *skip_comment(const char *at, const char *end) {
    bool is_line = at[1] == '/';
    for (at += 2; at < end; at++) {
        if (is_line && *at == '\n')
            return at;
        if (!is_line && *at == '*' && end - at > 1 && at[1] == '/')
            return at + 2;
    }
    return end;
}

const char *text_skip_blanks(const char *at, const char *end) {
    while (at < end) {
        if (isspace((unsigned char)*at))
            at++;
        else if (*at == '\\' && end - at > 1 && (at[1] == '\n' || at[1] == '\r'))
            at += 2;
        else if (*at == '/' && end - at > 1 && (at[1] == '/' || at[1] == '*'))
            at = skip_comment(at, end);
        else
            break;
    }
    return at;
}

static const char *skip_quoted(const char *at, const char *end) {
    char quote = *at++;
    while (at < end && *at != quote)
        at += *at == '\\' && end - at > 1 ? 2 : 1;
    return at < end ? at + 1 : end;
}

const char *text_skip_token(const char *at, const char *end) {
    if (at >= end)
        return end;
    if (*at == '"' || *at == '\'')
        return skip_quoted(at, end);
    if (!is_word(*at))
        return at + 1;
    while (at < end && is_word(*at))
        at++;
    return at;
}

const char *text_skip_group(const char *at, const char *end) {
    int depth = 0;
    while ((at = text_skip_blanks(at, end)) < end) {
        if (strchr("([{", *at))
            depth++;
        else if (strchr(")]}", *at))
            depth--;
        at = text_skip_token(at, end);
        if (!depth)
            return at;
    }
    return end;
}

bool text_has_word(const char *text, const char *word) {
    size_t len = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += len)
        if ((at == text || !is_word(at[-1])) && !is_word(at[len]))
            return true;
    return false;
}

static bool is_blank_at(const char *at, const char *end) {
    return isspace((unsigned char)*at) || (*at == '\\' && end - at > 1 && (at[1] == '\n' || at[1] == '\r'));
}

void text_collapse(const char *at, const char *end, struct buf *out) {
    while (at < end) {
        const char *start = at;
        while (at < end && !is_blank_at(at, end))
            at++;
        buf_add(out, start, (size_t)(at - start));
        start = at;
        while (at < end && is_blank_at(at, end))
            at++;
        if (at > start && at < end && out->len)
            buf_putc(out, ' ');
    }
}

static bool is_qualifier(const char *word, size_t len) {
    static const char *const words[] = {"const", "volatile", "restrict", "__restrict"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strlen(words[i]) == len && !memcmp(words[i], word, len))
            return true;
    return false;
}

// Most types have nothing to drop.
static bool is_plain(const char *type) {
    static const char *const marks[] = {"const", "volatile", "restrict", " at ", "* ", "( ", "  "};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (strstr(type, marks[i]))
            return false;
    return true;
}

// "const char *const *restrict" -> "char **"; also cuts the place out of "struct (unnamed struct at x.c:1:2)".
void text_drop_qualifiers(const char *type, struct buf *out) {
    if (is_plain(type)) {
        buf_puts(out, type);
        return;
    }
    for (const char *at = type; *at;) {
        size_t len = 1;
        while (is_word(*at) && is_word(at[len]))
            len++;
        bool after_blank = out->len && strchr(" *(", out->data[out->len - 1]);
        if (is_qualifier(at, len) && (at == type || !is_word(at[-1])))
            len += at[len] == ' ';
        else if (*at == ' ' && !strncmp(at, " at ", 4) && strchr(at, ':'))
            len = strcspn(at, ")");
        else if (*at == '*' && out->len > 1 && !strcmp(out->data + out->len - 2, "* "))
            out->data[out->len - 1] = '*';
        else if (*at != ' ' || !after_blank || at[1] != '*')
            buf_add(out, at, len);
        at += len;
    }
    while (out->len && out->data[out->len - 1] == ' ')
        out->data[--out->len] = 0;
}
