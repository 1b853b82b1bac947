// Conditions as control flow: each sub-condition of && and || branches by itself, so that its text and its correlation with others
// stay visible. A condition that is constant is no branch at all.
#include "frontend/capture/lower.h"

#include <string.h>

enum { CONDITION_TEXT_MAX = 80 };

static const struct ir_value unknown = {IR_V_UNKNOWN, 0};

// 1: always true, 0: always false, -1: depends.
static int truth_of(const struct lower *l, struct ir_value value) {
    if (fold_is_const(value))
        return !fold_is_zero(l, value);
    return value.kind == IR_V_ADDR || value.kind == IR_V_STRING ? 1 : -1;
}

static void branch_on(struct lower *l, struct ir_value value, struct node *node, uint32_t yes, uint32_t no) {
    uint32_t loc = source_loc(l, node);
    int truth = truth_of(l, value);
    if (truth >= 0)
        ir_build_jump(&l->b, truth ? yes : no, loc);
    else
        ir_build_branch(&l->b, value, yes, no, loc, source_text(l, node, CONDITION_TEXT_MAX));
}

static void branch_binary(struct lower *l, struct node *node, uint32_t yes, uint32_t no) {
    enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(node->cursor);
    struct nodes exprs = node->exprs;
    bool is_and = op == CXBinaryOperator_LAnd;
    if (exprs.count != 2 || (!is_and && op != CXBinaryOperator_LOr && op != CXBinaryOperator_Comma)) {
        branch_on(l, expr_value(l, node), node, yes, no);
        return;
    }
    if (op == CXBinaryOperator_Comma) {
        expr_effects(l, exprs.items[0]);
    } else {
        uint32_t second = ir_build_block(&l->b);
        cond_branch(l, exprs.items[0], is_and ? second : yes, is_and ? no : second);
        ir_build_move_to(&l->b, second);
    }
    cond_branch(l, exprs.items[1], yes, no);
}

static void branch_choice(struct lower *l, struct node *node, uint32_t yes, uint32_t no) {
    struct nodes exprs = node->exprs;
    if (exprs.count != 3) {
        branch_on(l, expr_value(l, node), node, yes, no);
        return;
    }
    uint32_t first = ir_build_block(&l->b), second = ir_build_block(&l->b);
    cond_branch(l, exprs.items[0], first, second);
    ir_build_move_to(&l->b, first);
    cond_branch(l, exprs.items[1], yes, no);
    ir_build_move_to(&l->b, second);
    cond_branch(l, exprs.items[2], yes, no);
}

// The operand of a conversion that leaves zero zero and the rest not; null where there is none.
static struct node *same_truth(struct lower *l, struct node *node) {
    struct node *operand = NULL;
    if (node->cursor.kind == CXCursor_UnexposedExpr) {
        operand = unexposed_chosen(l, node);
    } else {
        struct nodes exprs = node->exprs;
        if (exprs.count == 1)
            operand = exprs.items[0];
    }
    if (!operand)
        return operand;
    uint32_t from = type_of(l, operand), to = type_of(l, node);
    bool to_bool = type_at(l, to)->kind == IR_BOOL, both_integer = type_is_integer(l, from) && type_is_integer(l, to);
    bool is_same = to_bool || from == to || (both_integer && type_at(l, from)->size <= type_at(l, to)->size);
    return is_same ? operand : NULL;
}

static struct node *expected(struct node *call) {
    CXString spelling = clang_getCursorSpelling(call->cursor);
    const char *name = clang_getCString(spelling);
    bool is_expect = name && !strncmp(name, "__builtin_expect", 16);
    clang_disposeString(spelling);
    struct nodes exprs = is_expect ? call->exprs : (struct nodes){0};
    return exprs.count > 1 ? exprs.items[1] : NULL;
}

static void branch_unary(struct lower *l, struct node *node, uint32_t yes, uint32_t no) {
    struct nodes exprs = node->exprs;
    enum CXUnaryOperatorKind op = clang_getCursorUnaryOperatorKind(node->cursor);
    if (op == CXUnaryOperator_LNot && exprs.count)
        cond_branch(l, exprs.items[0], no, yes);
    else if (op == CXUnaryOperator_Extension && exprs.count)
        cond_branch(l, exprs.items[0], yes, no);
    else
        branch_on(l, expr_value(l, node), node, yes, no);
}

void cond_branch(struct lower *l, struct node *node, uint32_t yes, uint32_t no) {
    struct node *inner = NULL;
    switch (node->cursor.kind) {
    case CXCursor_UnaryOperator:
        branch_unary(l, node, yes, no);
        return;
    case CXCursor_BinaryOperator:
        branch_binary(l, node, yes, no);
        return;
    case CXCursor_ConditionalOperator:
        branch_choice(l, node, yes, no);
        return;
    case CXCursor_CallExpr:
        inner = expected(node);
        break;
    case CXCursor_ParenExpr: case CXCursor_UnexposedExpr: case CXCursor_CStyleCastExpr:
        inner = same_truth(l, node);
        break;
    default:
        break;
    }
    if (!inner)
        branch_on(l, expr_value(l, node), node, yes, no);
    else
        cond_branch(l, inner, yes, no);
}

// The branches of a value: each stores its own, then they meet.
struct join {
    struct ir_value addr;
    uint32_t type, yes, no, end, loc;
};

static struct join join_begin(struct lower *l, struct node *node) {
    struct join join = {.type = type_of(l, node), .loc = source_loc(l, node)};
    join.addr = emit_synthetic(l, join.type, join.loc);
    join.yes = ir_build_block(&l->b);
    join.no = ir_build_block(&l->b);
    join.end = ir_build_block(&l->b);
    return join;
}

static void join_store(struct lower *l, const struct join *join, struct ir_value value) {
    emit_store(l, join->addr, value, join->type, join->loc);
    ir_build_jump(&l->b, join->end, join->loc);
}

static struct ir_value join_end(struct lower *l, const struct join *join) {
    ir_build_move_to(&l->b, join->end);
    return emit_load(l, join->addr, join->type, join->loc);
}

static struct ir_value dry_logical(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    bool is_and = clang_getCursorBinaryOperatorKind(node->cursor) == CXBinaryOperator_LAnd;
    for (uint32_t i = 0; i < exprs.count; i++) {
        int truth = truth_of(l, expr_value(l, exprs.items[i]));
        if (truth < 0)
            return unknown;
        if (truth != is_and)
            return ir_build_int(&l->b, truth);
    }
    return ir_build_int(&l->b, is_and);
}

struct ir_value cond_logical_value(struct lower *l, struct node *node) {
    struct ir_value constant;
    if (l->is_dry)
        return dry_logical(l, node);
    if (decl_dry_constant(l, node, l->int_type, &constant))
        return constant;
    struct join join = join_begin(l, node);
    cond_branch(l, node, join.yes, join.no);
    ir_build_move_to(&l->b, join.yes);
    join_store(l, &join, ir_build_int(&l->b, 1));
    ir_build_move_to(&l->b, join.no);
    join_store(l, &join, ir_build_int(&l->b, 0));
    return join_end(l, &join);
}

static struct ir_value arm_value(struct lower *l, struct node *node, struct node *arm) {
    return expr_converted(l, arm, type_of(l, node));
}

struct ir_value cond_choice_value(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    struct ir_value constant;
    if (exprs.count != 3)
        return emit_havoc(l, type_of(l, node), source_loc(l, node));
    if (decl_dry_constant(l, exprs.items[0], type_of(l, exprs.items[0]), &constant))
        return arm_value(l, node, exprs.items[fold_is_zero(l, constant) ? 2 : 1]);
    if (l->is_dry)
        return unknown;
    if (type_at(l, type_of(l, node))->kind == IR_VOID) {
        cond_effects(l, node);
        return (struct ir_value){IR_V_NONE, 0};
    }
    struct join join = join_begin(l, node);
    cond_branch(l, exprs.items[0], join.yes, join.no);
    ir_build_move_to(&l->b, join.yes);
    join_store(l, &join, arm_value(l, node, exprs.items[1]));
    ir_build_move_to(&l->b, join.no);
    join_store(l, &join, arm_value(l, node, exprs.items[2]));
    return join_end(l, &join);
}

// a ?: b. Parts: a, a, a, b.
struct ir_value cond_gnu_choice_value(struct lower *l, struct node *node, struct nodes parts) {
    uint32_t from = type_of(l, parts.items[0]), to = type_of(l, node), loc = source_loc(l, node);
    struct ir_value value = expr_value(l, parts.items[0]);
    int truth = truth_of(l, value);
    if (truth >= 0)
        return truth ? emit_convert(l, value, from, to, loc) : arm_value(l, node, parts.items[3]);
    if (l->is_dry)
        return unknown;
    struct join join = join_begin(l, node);
    branch_on(l, value, parts.items[0], join.yes, join.no);
    ir_build_move_to(&l->b, join.yes);
    join_store(l, &join, emit_convert(l, value, from, to, loc));
    ir_build_move_to(&l->b, join.no);
    join_store(l, &join, arm_value(l, node, parts.items[3]));
    return join_end(l, &join);
}

// `a && f();`, `c ? f() : g();`: the value is dropped, so nothing joins.
void cond_effects(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    if (l->is_dry) {
        expr_value(l, node);
        return;
    }
    uint32_t loc = source_loc(l, node);
    uint32_t yes = ir_build_block(&l->b), no = ir_build_block(&l->b), end = ir_build_block(&l->b);
    if (exprs.count >= 2)
        cond_branch(l, exprs.items[0], yes, no);
    bool is_choice = exprs.count == 3;
    bool is_or = !is_choice && clang_getCursorBinaryOperatorKind(node->cursor) == CXBinaryOperator_LOr;
    ir_build_move_to(&l->b, yes);
    if (!is_or && exprs.count >= 2)
        expr_effects(l, exprs.items[1]);
    ir_build_jump(&l->b, end, loc);
    ir_build_move_to(&l->b, no);
    if (is_choice || is_or)
        expr_effects(l, exprs.items[exprs.count - 1]);
    ir_build_jump(&l->b, end, loc);
    ir_build_move_to(&l->b, end);
}
