// Expressions that libclang does not name (UnexposedExpr), told apart by their children, their type and, where these are not enough,
// their first token: implicit conversions, GNU `a ?: b`, va_arg, offsetof, __builtin_choose_expr, atomics, __func__ and more.
#include "frontend/capture/lower.h"

#include <string.h>

// va_arg(ap, T) looks like a conversion of `ap` to T.
static bool is_va_arg(struct lower *l, struct node *node, struct node *child) {
    return type_is_va_list(l, type_of(l, child)) && !type_is_va_list(l, type_of(l, node));
}

static bool is_offsetof(const struct node *node) {
    struct nodes children = node->children;
    for (uint32_t i = 0; i < children.count; i++)
        if (children.items[i]->cursor.kind == CXCursor_MemberRef)
            return true;
    return false;
}

static bool is_gnu_choice(struct lower *l, struct nodes exprs) {
    if (exprs.count != 4)
        return false;
    CXSourceRange first = source_extent(l, exprs.items[0]);
    return clang_equalRanges(first, source_extent(l, exprs.items[1])) && clang_equalRanges(first, source_extent(l, exprs.items[2]));
}

static struct node *choose_expr(struct lower *l, struct nodes exprs) {
    struct ir_value which;
    if (!decl_dry_constant(l, exprs.items[0], l->int_type, &which))
        return NULL;
    return exprs.items[fold_is_zero(l, which) ? 2 : 1];
}

struct node *unexposed_chosen(struct lower *l, struct node *node) {
    struct node *chosen = NULL;
    if (node->cursor.kind == CXCursor_GenericSelectionExpr) {
        generic_chosen(l, node, &chosen);
        return chosen;
    }
    struct nodes exprs = node->exprs;
    if (exprs.count == 1 && !is_va_arg(l, node, exprs.items[0]) && !is_offsetof(node))
        return exprs.items[0];
    if (exprs.count == 3 && !strcmp(source_first_token(l, node), "__builtin_choose_expr"))
        return choose_expr(l, exprs);
    return chosen;
}

static struct ir_value unknown_after(struct lower *l, struct node *node, struct nodes exprs) {
    for (uint32_t i = 0; i < exprs.count; i++)
        expr_effects(l, exprs.items[i]);
    l->has_effects = true;
    return emit_havoc(l, type_of(l, node), source_loc(l, node));
}

static struct ir_value one_child_value(struct lower *l, struct node *node, struct nodes exprs) {
    struct node *child = exprs.items[0];
    struct ir_value value;
    if (is_va_arg(l, node, child))
        return unknown_after(l, node, exprs);
    if (is_offsetof(node))
        return cursor_evaluate(l, node->cursor, &value) ? value : unknown_after(l, node, exprs);
    return expr_cast(l, node, child);
}

// Conversions of a plain variable, the most frequent case by far: libclang sees through them. It also sees through a call to the
// variable that is called.
static bool variable_value(struct lower *l, struct node *node, struct ir_value *ret_value) {
    CXCursor to = clang_getCursorReferenced(node->cursor);
    if (to.kind != CXCursor_VarDecl && to.kind != CXCursor_ParmDecl)
        return false;
    uint32_t from = type_of_decl(l, to);
    if (type_at(l, type_pointee(l, from))->kind == IR_FUNCTION)
        return false;
    struct ir_value value = expr_name_value(l, node, to, from);
    uint32_t type = type_of(l, node);
    *ret_value = emit_converts(l, value, from, type) ? emit_convert(l, value, from, type, source_loc(l, node)) : value;
    return true;
}

struct ir_value unexposed_value(struct lower *l, struct node *node) {
    struct ir_value value;
    if (variable_value(l, node, &value))
        return value;
    struct nodes exprs = node->exprs;
    if (exprs.count == 1)
        return one_child_value(l, node, exprs);
    if (is_gnu_choice(l, exprs))
        return cond_gnu_choice_value(l, node, exprs);
    if (exprs.count == 0 || is_offsetof(node))
        return cursor_evaluate(l, node->cursor, &value) ? value : unknown_after(l, node, exprs);
    const char *token = source_first_token(l, node);
    if (!strcmp(token, "__builtin_choose_expr")) {
        struct node *chosen = unexposed_chosen(l, node);
        return !chosen ? unknown_after(l, node, exprs) : expr_value(l, chosen);
    }
    if (strstr(token, "atomic_"))
        return atomic_value(l, node, token, exprs);
    return unknown_after(l, node, exprs);
}
