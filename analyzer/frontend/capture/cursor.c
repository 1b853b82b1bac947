// What libclang lacks: children as an array, tables keyed by cursor, values of literals.
#include "frontend/capture/lower.h"

#include <stdlib.h>
#include <string.h>

static enum CXChildVisitResult collect(CXCursor child, CXCursor parent, CXClientData data) {
    (void)parent;
    struct lower *l = data;
    vec_push(&l->collected, child);
    return CXChildVisit_Continue;
}

struct cursor_memo *cursor_memo(struct lower *l, CXCursor cursor) {
    uint64_t key = (uint64_t)(uintptr_t)cursor.data[1]; // the statement or expression; declarations share theirs
    struct cursor_memo *memo = &l->memos[hash_mix(key, cursor.kind) % CURSOR_MEMOS];
    if (memo->generation != l->generation || memcmp(&memo->cursor, &cursor, sizeof cursor) != 0)
        *memo = (struct cursor_memo){.cursor = cursor, .generation = l->generation};
    return memo;
}

void cursor_forget(struct lower *l) {
    l->generation++;
    arena_done(&l->arena);
}

static struct cursor_memo *memo_with_children(struct lower *l, CXCursor cursor) {
    struct cursor_memo *memo = cursor_memo(l, cursor);
    if (memo->has_children)
        return memo;
    memo->has_children = true;
    l->collected.len = 0;
    clang_visitChildren(cursor, collect, l);
    memo->children.count = (uint32_t)l->collected.len;
    if (!memo->children.count)
        return memo;
    memo->children.items = arena_copy(&l->arena, l->collected.items, l->collected.len * sizeof(CXCursor));
    uint32_t kept = 0;
    for (size_t i = 0; i < l->collected.len; i++)
        if (clang_isExpression(l->collected.items[i].kind))
            l->collected.items[kept++] = l->collected.items[i];
    memo->exprs = memo->children;
    memo->exprs.count = kept;
    if (kept && kept < memo->children.count)
        memo->exprs.items = arena_copy(&l->arena, l->collected.items, kept * sizeof(CXCursor));
    return memo;
}

struct cursors cursor_children(struct lower *l, CXCursor cursor) {
    return memo_with_children(l, cursor)->children;
}

struct cursors cursor_exprs(struct lower *l, CXCursor cursor) {
    return memo_with_children(l, cursor)->exprs;
}

CXCursor cursor_strip(struct lower *l, CXCursor cursor) {
    while (cursor.kind == CXCursor_ParenExpr || cursor.kind == CXCursor_UnexposedExpr) {
        struct cursors exprs = cursor_exprs(l, cursor);
        if (exprs.count != 1)
            break;
        cursor = exprs.items[0];
    }
    return cursor;
}

bool cursor_evaluate(struct lower *l, CXCursor cursor, struct ir_value *ret_value) {
    CXEvalResult result = clang_Cursor_Evaluate(cursor);
    if (!result)
        return false;
    bool is_known = true;
    switch (clang_EvalResult_getKind(result)) {
    case CXEval_Int:
        *ret_value = ir_build_int(&l->b, clang_EvalResult_isUnsignedInt(result)
                                             ? (int64_t)clang_EvalResult_getAsUnsigned(result)
                                             : (int64_t)clang_EvalResult_getAsLongLong(result));
        break;
    case CXEval_Float:
        *ret_value = ir_build_float(&l->b, clang_EvalResult_getAsDouble(result));
        break;
    default:
        is_known = false;
    }
    clang_EvalResult_dispose(result);
    return is_known;
}

struct decl *cursor_find(const struct decl_table *table, CXCursor cursor) {
    const uint32_t *head = map_get(&table->heads, clang_hashCursor(cursor));
    for (uint32_t at = head ? *head : 0; at; at = table->items.items[at - 1].next)
        if (clang_equalCursors(table->items.items[at - 1].cursor, cursor))
            return &table->items.items[at - 1];
    return NULL;
}

struct decl *cursor_add(struct decl_table *table, CXCursor cursor) {
    uint32_t *head = map_put(&table->heads, clang_hashCursor(cursor), NULL);
    struct decl decl = {.cursor = cursor, .next = *head, .id = IR_NONE, .value = {IR_V_UNKNOWN, 0}};
    vec_push(&table->items, decl);
    *head = (uint32_t)table->items.len;
    return &table->items.items[table->items.len - 1];
}

void cursor_table_done(struct decl_table *table) {
    map_done(&table->heads);
    vec_done(&table->items);
}
