// __attribute__((cleanup(f))) and what it needs. libclang shows the attribute without its operand, so the function's name is taken
// from the declaration as clang prints it, with macros and token pasting already resolved.
#include "frontend/capture/lower.h"

#include <string.h>

static const char *cleanup_name(struct lower *l, CXCursor var) {
    bool has_unexposed;
    decl_annotation(l, var, &has_unexposed);
    if (!has_unexposed)
        return NULL;
    const char *text = source_string(l, clang_getCursorPrettyPrinted(var, l->printing));
    const char *at = strstr(text, "cleanup(");
    if (!at)
        return NULL;
    at += strlen("cleanup(");
    size_t len = strcspn(at, ")");
    return arena_strndup(&l->arena, at, len);
}

static enum CXChildVisitResult index_func(CXCursor child, CXCursor parent, CXClientData data) {
    (void)parent;
    struct lower *l = data;
    if (child.kind == CXCursor_StaticAssert && l->asked) // it may mention one of the precompiled header, which is not looked through
        child = asked_mentioned(child);
    if (child.kind != CXCursor_FunctionDecl)
        return CXChildVisit_Continue;
    vec_push(&l->top_level_funcs, child);
    CXString spelling = clang_getCursorSpelling(child);
    const char *name = clang_getCString(spelling);
    *map_put(&l->funcs_by_name, hash_bytes(name, strlen(name)), NULL) = (uint32_t)l->top_level_funcs.len;
    clang_disposeString(spelling);
    return CXChildVisit_Continue;
}

bool decl_cleanup(struct lower *l, CXCursor var, struct ir_value *ret_func) {
    const char *name = cleanup_name(l, var);
    if (!name)
        return false;
    if (!l->top_level_funcs.len)
        clang_visitChildren(clang_getTranslationUnitCursor(l->tu), index_func, l);
    const uint32_t *index = map_get(&l->funcs_by_name, hash_bytes(name, strlen(name)));
    if (!index && l->asked) {
        l->needs_whole = true;
        asked_add(l->asked, name);
    }
    *ret_func = index ? decl_func(l, l->top_level_funcs.items[*index - 1]) : decl_named_func(l, name, 0);
    return true;
}
