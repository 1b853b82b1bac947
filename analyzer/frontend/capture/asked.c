// See asked.h. The line is the one kind of declaration that declares nothing, so the unit means the same with it; its function is no
// more used than before. Where the unit's own macros get in the way there is an error or another name, and nothing is found.
#include "frontend/capture/asked.h"

#include "frontend/capture/places.h"

#include <stdlib.h>
#include <string.h>

enum { PREFIXES_MAX = 256 };

static void forget(struct asked_memory *memory) {
    for (size_t i = 0; i < memory->prefixes.len; i++)
        buf_done(&memory->prefixes.items[i].lines);
    memory->prefixes.len = 0;
}

void asked_done(struct asked_memory *memory) {
    forget(memory);
    vec_done(&memory->prefixes);
}

// Of the last one: it was made on top of all others.
static bool identify(const char *prefix, uint64_t *ret_id) {
    size_t len = strlen(prefix);
    char *path = mem_strdup(prefix);
    path[len ? len - 1 : 0] = '\0';
    const char *before = strrchr(path, '\n');
    struct timespec changed;
    bool ok = places_identify(before ? before + 1 : path, ret_id, &changed);
    free(path);
    return ok;
}

struct buf *asked_lines(struct asked_memory *memory, const char *prefix) {
    struct asked added = {0};
    if (!identify(prefix, &added.prefix))
        return NULL;
    for (size_t i = 0; i < memory->prefixes.len; i++)
        if (memory->prefixes.items[i].prefix == added.prefix)
            return &memory->prefixes.items[i].lines;
    if (memory->prefixes.len == PREFIXES_MAX)
        forget(memory);
    vec_push(&memory->prefixes, added);
    return &memory->prefixes.items[memory->prefixes.len - 1].lines;
}

void asked_add(struct buf *lines, const char *name) {
    struct buf line = {0};
    buf_printf(&line, "__extension__ _Static_assert(sizeof(&%s), \"\");\n", name);
    if (!strstr(buf_text(lines), buf_text(&line)))
        buf_add(lines, line.data, line.len);
    buf_done(&line);
}

static enum CXChildVisitResult find_reference(CXCursor child, CXCursor parent, CXClientData data) {
    (void)parent;
    CXCursor *found = data;
    if (child.kind != CXCursor_DeclRefExpr)
        return CXChildVisit_Recurse;
    *found = clang_getCursorReferenced(child);
    return CXChildVisit_Break;
}

CXCursor asked_mentioned(CXCursor declaration) {
    CXCursor found = clang_getNullCursor();
    if (declaration.kind == CXCursor_StaticAssert)
        clang_visitChildren(declaration, find_reference, &found);
    return found;
}
