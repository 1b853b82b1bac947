// Assignments: =, op=, ++ and --. Their value is what was stored.
//
// libclang does not say in which type `a op= b` computes. For arithmetic it is the type `b` has been converted to, for shifts the
// promoted type of `a`.
#include "frontend/capture/lower.h"

static uint8_t compound_op(enum CXBinaryOperatorKind kind) {
    switch (kind) {
    case CXBinaryOperator_MulAssign: return IR_MUL;
    case CXBinaryOperator_DivAssign: return IR_DIV;
    case CXBinaryOperator_RemAssign: return IR_REM;
    case CXBinaryOperator_SubAssign: return IR_SUB;
    case CXBinaryOperator_ShlAssign: return IR_SHL;
    case CXBinaryOperator_ShrAssign: return IR_SHR;
    case CXBinaryOperator_AndAssign: return IR_AND;
    case CXBinaryOperator_XorAssign: return IR_XOR;
    case CXBinaryOperator_OrAssign: return IR_OR;
    default: return IR_ADD;
    }
}

static struct ir_value computed(struct lower *l, uint8_t op, struct ir_value old, uint32_t type, struct ir_value operand,
                                uint32_t operand_type, uint32_t loc) {
    if (type_at(l, type)->kind == IR_POINTER) {
        if (op == IR_SUB)
            operand = emit_unary(l, IR_NEG, operand, operand_type, loc);
        return emit_index(l, old, operand, type, loc);
    }
    uint32_t in = op == IR_SHL || op == IR_SHR ? type_promoted(l, type) : operand_type;
    old = emit_convert(l, old, type, in, loc);
    return emit_convert(l, emit_binary(l, op, old, operand, in, in, loc), in, type, loc);
}

static struct ir_value compound_value(struct lower *l, struct node *node, struct nodes exprs, uint8_t op) {
    uint32_t type = type_of(l, exprs.items[0]), loc = source_loc(l, node);
    struct ir_value operand = expr_value(l, exprs.items[1]), addr = expr_addr(l, exprs.items[0]);
    struct ir_value old = emit_load(l, addr, type, loc);
    struct ir_value value = computed(l, op, old, type, operand, type_of(l, exprs.items[1]), loc);
    emit_store(l, addr, value, type, loc);
    return value;
}

struct ir_value assign_value(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    l->has_effects = true;
    if (exprs.count != 2)
        return emit_havoc(l, type_of(l, node), source_loc(l, node));
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(node->cursor);
    if (kind != CXBinaryOperator_Assign)
        return compound_value(l, node, exprs, compound_op(kind));
    struct ir_value value = expr_value(l, exprs.items[1]), addr = expr_addr(l, exprs.items[0]);
    emit_store(l, addr, value, type_of(l, exprs.items[0]), source_loc(l, node));
    return value;
}

struct ir_value assign_step_value(struct lower *l, struct node *operand, enum CXUnaryOperatorKind op) {
    bool is_post = op == CXUnaryOperator_PostInc || op == CXUnaryOperator_PostDec;
    bool is_down = op == CXUnaryOperator_PostDec || op == CXUnaryOperator_PreDec;
    uint32_t type = type_of(l, operand), loc = source_loc(l, operand), step_type = type_promoted(l, type);
    l->has_effects = true;
    struct ir_value addr = expr_addr(l, operand), old = emit_load(l, addr, type, loc), value;
    if (type_at(l, type)->kind == IR_POINTER)
        value = emit_index(l, old, ir_build_int(&l->b, is_down ? -1 : 1), type, loc);
    else
        value = computed(l, is_down ? IR_SUB : IR_ADD, old, type, fold_typed(l, 1, step_type), step_type, loc);
    emit_store(l, addr, value, type, loc);
    return is_post ? old : value;
}
