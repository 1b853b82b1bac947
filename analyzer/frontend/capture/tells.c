// Convention: names are those of the file's scope: functions, variables, types, enumerators, and tags as "struct NAME", whatever their
// kind. Tags that only a prototype or a function body sees are left out.
#include "frontend/capture/tells.h"

#include "base/map.h"

#include <string.h>

struct telling {
    struct map numbers; // file -> in order of first use, plus one
    struct buf *lines;
};

static void tell_file(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data) {
    (void)stack;
    struct telling *telling = data;
    if (!depth)
        return;
    uint32_t *slot = map_put(&telling->numbers, (uint64_t)(uintptr_t)file, NULL);
    if (!*slot)
        *slot = telling->numbers.len;
    CXString name = clang_getFileName(file);
    buf_printf(telling->lines, "F %u %s\n", depth, clang_getCString(name));
    clang_disposeString(name);
}

static void tell_name(struct telling *telling, CXCursor cursor, const char *kind) {
    CXFile file = NULL;
    CXString string = clang_getCursorSpelling(cursor);
    const char *name = clang_getCString(string);
    clang_getExpansionLocation(clang_getCursorLocation(cursor), &file, NULL, NULL, NULL);
    const uint32_t *slot = file ? map_get(&telling->numbers, (uint64_t)(uintptr_t)file) : NULL;
    if (slot && name && *name && !strpbrk(name, " (\n"))
        buf_printf(telling->lines, "D %u %s%s\n", *slot - 1, kind, name);
    clang_disposeString(string);
}

static enum CXChildVisitResult tell_cursor(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    switch (cursor.kind) {
    case CXCursor_StructDecl:
    case CXCursor_UnionDecl:
    case CXCursor_EnumDecl:
        tell_name(data, cursor, "struct ");
        return CXChildVisit_Recurse;
    case CXCursor_FunctionDecl:
    case CXCursor_VarDecl:
    case CXCursor_TypedefDecl:
    case CXCursor_EnumConstantDecl:
        tell_name(data, cursor, "");
        return CXChildVisit_Continue;
    default:
        return CXChildVisit_Continue;
    }
}

void tells_files(CXTranslationUnit tu, struct buf *ret_lines) {
    struct telling telling = {.lines = ret_lines};
    clang_getInclusions(tu, tell_file, &telling);
    clang_visitChildren(clang_getTranslationUnitCursor(tu), tell_cursor, &telling);
    map_done(&telling.numbers);
}

// ---- macros ----

static const char answer_name[] = "timeoutlint_answer_";

// Enumerators are the cheapest to declare.
void tells_question(const char *words, bool are_some, struct buf *ret_text) {
    buf_puts(ret_text, "enum {\n");
    for (const char *at = words; *at; at += *at == '\n') {
        bool may_go = *at == '!';
        at += may_go;
        size_t len = strcspn(at, "\n");
        if (may_go || !are_some)
            buf_printf(ret_text, "#%s %.*s\n%s%.*s,\n#endif\n", are_some ? "ifdef" : "ifndef", (int)len, at, answer_name, (int)len, at);
        at += len;
    }
    buf_puts(ret_text, "timeoutlint_end };\n");
}

struct answering {
    char kind;
    struct buf *lines;
};

static enum CXChildVisitResult answer_cursor(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    const struct answering *answering = data;
    CXString string = clang_getCursorSpelling(cursor);
    const char *name = clang_getCString(string);
    if (name && !strncmp(name, answer_name, strlen(answer_name)))
        buf_printf(answering->lines, "%c %s\n", answering->kind, name + strlen(answer_name));
    clang_disposeString(string);
    return cursor.kind == CXCursor_EnumDecl ? CXChildVisit_Recurse : CXChildVisit_Continue;
}

void tells_answer(CXTranslationUnit tu, char kind, struct buf *ret_lines) {
    struct answering answering = {kind, ret_lines};
    clang_visitChildren(clang_getTranslationUnitCursor(tu), answer_cursor, &answering);
}
