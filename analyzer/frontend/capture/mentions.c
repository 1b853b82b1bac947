// Generous: words in comments, in strings and in branches that were skipped count too. A name counts as pasted together where up to
// PIECES_MAX words of the header make it up; that a header pastes more, to get just a name that a source defines, does not happen.
#include "frontend/capture/mentions.h"

#include "base/map.h"

#include <string.h>

enum { PIECES_MAX = 4, WORD_MAX = 256 };

struct mentions {
    CXTranslationUnit tu;
    struct map words; // by hash
    bool is_guarded, is_readable;
};

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

static void add_words(struct mentions *m, const char *text, size_t size) {
    const char *end = text + size;
    for (const char *at = text; at < end; at++) {
        const char *start = at;
        while (at < end && is_word(*at))
            at++;
        if (at > start)
            map_put(&m->words, hash_bytes(start, (size_t)(at - start)), NULL);
    }
}

// ---- including it again ----

static const char *skip_line(const char *at, const char *end) {
    while (at < end && *at != '\n')
        at += *at == '\\' && end - at > 1 ? 2 : 1;
    return at < end ? at + 1 : end;
}

// Behind "# word" at the start of a line; NULL where that does not stand there.
static const char *behind(const char *at, const char *end, const char *word) {
    size_t len = strlen(word);
    at += strspn(at, " \t");
    if (at == end || *at++ != '#')
        return NULL;
    at += strspn(at, " \t");
    return (size_t)(end - at) >= len && !memcmp(at, word, len) ? at + len : NULL;
}

static bool is_same_word(const char *a, const char *b) {
    a += strspn(a, " \t");
    b += strspn(b, " \t");
    while (is_word(*a) && *a == *b)
        a++, b++;
    return !is_word(*a) && !is_word(*b);
}

// The offset behind the #endif of the #ifndef and #define that a header starts with; 0 where it does not.
static size_t guard_end(const char *text, size_t size) {
    const char *end = text + size, *guard = NULL;
    int depth = 0, seen = 0;
    for (const char *at = text; at < end; at = skip_line(at, end)) {
        if (at[strspn(at, " \t")] != '#')
            continue;
        seen++;
        const char *name = behind(at, end, seen == 1 ? "ifndef" : "define");
        if ((seen == 1 && !(guard = name)) || (seen == 2 && !(name && is_same_word(guard, name))))
            return 0;
        depth += behind(at, end, "if") != NULL;
        depth -= behind(at, end, "endif") != NULL;
        if (!depth)
            return (size_t)(skip_line(at, end) - text);
    }
    return 0;
}

struct search {
    CXFile file;
    size_t start;
    bool found;
};

static enum CXChildVisitResult find_behind(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    struct search *search = data;
    CXFile file;
    unsigned offset;
    clang_getExpansionLocation(clang_getCursorLocation(cursor), &file, NULL, NULL, &offset);
    search->found |= file && offset >= search->start && clang_File_isEqual(file, search->file);
    return search->found ? CXChildVisit_Break : CXChildVisit_Continue;
}

// Something may stand behind the guard as long as it declares and defines nothing.
static bool is_guarded(CXTranslationUnit tu, CXFile file, const char *text, size_t size) {
    static const char *const words[] = {"define", "undef", "include", "import", "pragma", "_Pragma"};
    if (clang_isFileMultipleIncludeGuarded(tu, file))
        return true;
    struct search search = {.file = file, .start = guard_end(text, size)};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        search.found |= memmem(text + search.start, size - search.start, words[i], strlen(words[i])) != NULL;
    if (search.start && !search.found)
        clang_visitChildren(clang_getTranslationUnitCursor(tu), find_behind, &search);
    return search.start && !search.found;
}

// ---- mentioning ----

static void add_file(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data) {
    (void)stack;
    struct mentions *m = data;
    size_t size;
    if (!depth)
        return;
    const char *text = clang_getFileContents(m->tu, file, &size);
    if (text)
        add_words(m, text, size);
    m->is_readable &= text != NULL;
    if (depth == 1 && text)
        m->is_guarded &= is_guarded(m->tu, file, text, size);
}

static bool is_mentioned(const struct mentions *m, const char *word, size_t len) {
    unsigned pieces[WORD_MAX + 1] = {0}; // that make up its first letters; 0: nothing does
    if (len > WORD_MAX || map_get(&m->words, hash_bytes(word, len)))
        return true;
    for (size_t end = 1; end <= len; end++)
        for (size_t start = 0; start < end; start++)
            if ((!start || (pieces[start] && pieces[start] < PIECES_MAX)) && map_get(&m->words, hash_bytes(word + start, end - start)) &&
                (!pieces[end] || pieces[start] + 1 < pieces[end]))
                pieces[end] = pieces[start] + 1;
    return pieces[len];
}

bool mentions_find(CXTranslationUnit tu, const char *const *args, int arg_count, const char *words, struct buf *ret_lines) {
    static const char predefined[] = "L LL U UL ULL"; // what clang's own macros stand for
    struct mentions m = {.tu = tu, .is_guarded = true, .is_readable = true};
    clang_getInclusions(tu, add_file, &m);
    add_words(&m, predefined, strlen(predefined));
    for (int i = 0; i < arg_count; i++)
        add_words(&m, args[i], strlen(args[i]));
    for (const char *at = words; *at; at += *at == '\n') {
        size_t len = strcspn(at, "\n");
        if (is_mentioned(&m, at, len))
            buf_printf(ret_lines, "M %.*s\n", (int)len, at);
        at += len;
    }
    map_done(&m.words);
    return m.is_guarded && m.is_readable;
}
