// What libclang lacks: tables keyed by cursor, values of literals.
#include "frontend/capture/lower.h"

#include <stdlib.h>

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
