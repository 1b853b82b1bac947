// Inline assembly: libclang shows its operands, outputs as they stand and inputs as values. What an operand's address or value
// points to may change; nothing more is known. `asm goto` may go to the labels its text names.
#include "frontend/capture/lower.h"

#include <string.h>

static bool is_place(struct node *operand) {
    return operand->cursor.kind == CXCursor_DeclRefExpr || operand->cursor.kind == CXCursor_MemberRefExpr ||
           operand->cursor.kind == CXCursor_ArraySubscriptExpr ||
           (operand->cursor.kind == CXCursor_UnaryOperator && clang_getCursorUnaryOperatorKind(operand->cursor) == CXUnaryOperator_Deref);
}

struct label_search {
    struct lower *l;
    const char *words; // text of the asm statement
};

static enum CXChildVisitResult find_label(CXCursor child, CXCursor parent, CXClientData data) {
    (void)parent;
    struct label_search *search = data;
    if (child.kind == CXCursor_LabelStmt) {
        const char *name = source_string(search->l, clang_getCursorSpelling(child));
        if (!search->words || text_has_word(search->words, name))
            jump_take_label(search->l, child);
    }
    return clang_isExpression(child.kind) ? CXChildVisit_Continue : CXChildVisit_Recurse;
}

static void go_anywhere(struct lower *l, struct node *node, const char *words) {
    struct label_search search = {l, source_in_macro(l, node) ? NULL : words};
    clang_visitChildren(l->body.cursor, find_label, &search);
    if (l->b.current == IR_NONE || !l->body.taken_labels.len)
        return;
    uint32_t behind = ir_build_block(&l->b), away = ir_build_block(&l->b), loc = source_loc(l, node);
    ir_build_branch(&l->b, (struct ir_value){IR_V_UNKNOWN, 0}, away, behind, loc, 0);
    struct pending_goto pending = {.from = away, .cleanup = l->body.cleanup, .loc = loc};
    vec_push(&l->body.any_gotos, pending);
    ir_build_move_to(&l->b, behind);
}

void asm_lower(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    struct ir_value *operands = arena_array(&l->arena, struct ir_value, exprs.count);
    for (uint32_t i = 0; i < exprs.count; i++)
        operands[i] = is_place(exprs.items[i]) ? expr_addr(l, exprs.items[i]) : expr_value(l, exprs.items[i]);
    ir_build_inst(&l->b, IR_ASM, 0, IR_NONE, source_loc(l, node), IR_NONE, operands, exprs.count);
    const char *end, *at = source_spelled(l, node, &end);
    const char *paren = at ? memchr(at, '(', (size_t)(end - at)) : NULL;
    if (!paren)
        return;
    const char *words = arena_strndup(&l->arena, at, (size_t)(text_skip_group(paren, end) - at));
    if (text_has_word(arena_strndup(&l->arena, at, (size_t)(paren - at)), "goto"))
        go_anywhere(l, node, words);
}
