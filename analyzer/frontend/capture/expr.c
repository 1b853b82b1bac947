// Expressions: values, addresses, effects. The order of evaluation is left to right, and the right side of an assignment before its
// left one; C leaves it open in most places.
//
// What has no place in the IR (vectors, complex numbers, blocks) becomes IR_HAVOC, its operands lowered for their effects.
#include "frontend/capture/lower.h"

#include <string.h>

static const struct ir_value no_value = {IR_V_NONE, 0};

static struct ir_value unknown_after(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    for (uint32_t i = 0; i < exprs.count; i++)
        expr_effects(l, exprs.items[i]);
    return emit_havoc(l, type_of(l, node), source_loc(l, node));
}

static struct ir_value literal(struct lower *l, struct node *node) {
    struct ir_value value;
    if (cursor_evaluate(l, node->cursor, &value))
        return value;
    return emit_havoc(l, type_of(l, node), source_loc(l, node));
}

static struct ir_value string_literal(struct lower *l, struct node *node) {
    enum { TEXT_MAX = 256 };
    CXEvalResult result = clang_Cursor_Evaluate(node->cursor);
    const char *text;
    if (result && clang_EvalResult_getKind(result) == CXEval_StrLiteral) {
        text = clang_EvalResult_getAsStr(result);
    } else { // __func__ and wide strings: as spelled, between the quotes
        text = source_string(l, clang_getCursorSpelling(node->cursor));
        text += strcspn(text, "\"");
        text += *text == '"';
    }
    size_t len = strnlen(text, TEXT_MAX);
    bool is_spelled = !result && len && text[len - 1] == '"';
    struct ir_value value = {IR_V_STRING, ir_build_text(&l->b, arena_strndup(&l->arena, text, len - is_spelled))};
    if (result)
        clang_EvalResult_dispose(result);
    return value;
}

static struct ir_value load(struct lower *l, struct node *node) { // of a place that has no name of its own
    uint32_t type = type_of(l, node);
    struct ir_value addr = expr_addr(l, node);
    uint8_t kind = type_at(l, type)->kind;
    if (kind == IR_ARRAY || kind == IR_FUNCTION)
        return addr;
    return emit_load(l, addr, type, source_loc(l, node));
}

static struct ir_value decl_addr(struct lower *l, CXCursor to) {
    if (to.kind == CXCursor_FunctionDecl)
        return decl_func(l, to);
    if (to.kind == CXCursor_VarDecl || to.kind == CXCursor_ParmDecl)
        return decl_var(l, to);
    return (struct ir_value){IR_V_UNKNOWN, 0};
}

struct ir_value expr_name_value(struct lower *l, struct node *node, CXCursor to, uint32_t type) {
    struct ir_value value;
    if (to.kind == CXCursor_EnumConstantDecl)
        return fold_typed(l, clang_getEnumConstantDeclValue(to), type);
    if (to.kind == CXCursor_VarDecl && decl_constant(l, to, type, &value))
        return value;
    uint8_t kind = type_at(l, type)->kind;
    value = decl_addr(l, to);
    if (kind == IR_ARRAY || kind == IR_FUNCTION || to.kind == CXCursor_FunctionDecl) // a builtin's type says nothing
        return value;
    return emit_load(l, value, type, source_loc(l, node));
}

// The way from a record to a field that may lie in anonymous members of it, outermost first. False where there is none.
static bool field_path(const struct lower *l, uint32_t record, uint32_t field, uint32_t *path, uint32_t room, uint32_t *ret_len) {
    const struct ir_record *r = &l->b.records.items[record];
    *ret_len = 1;
    if (l->b.fields.items[field].record == record) {
        path[0] = field;
        return true;
    }
    for (uint32_t i = 0; room > 1 && i < r->field_count; i++) {
        const struct ir_field *member = &l->b.fields.items[r->fields + i];
        const struct ir_type *type = type_at(l, member->type);
        uint32_t rest;
        if (member->name || type->kind != IR_RECORD || !field_path(l, type->record, field, path + 1, room - 1, &rest))
            continue;
        path[0] = r->fields + i;
        *ret_len = rest + 1;
        return true;
    }
    return false;
}

static struct ir_value member_addr(struct lower *l, struct node *node) {
    enum { DEPTH_MAX = 16 };
    struct nodes exprs = node->exprs;
    if (!exprs.count)
        return (struct ir_value){IR_V_UNKNOWN, 0};
    uint32_t base_type = type_of(l, exprs.items[0]);
    bool is_arrow = type_at(l, base_type)->kind == IR_POINTER || type_at(l, base_type)->kind == IR_ARRAY;
    struct ir_value base = is_arrow ? expr_value(l, exprs.items[0]) : expr_addr(l, exprs.items[0]);
    const struct ir_type *outer = type_at(l, is_arrow ? type_pointee(l, base_type) : base_type);
    uint32_t field = decl_field(l, clang_getCursorReferenced(node->cursor));
    uint32_t path[DEPTH_MAX], len, loc = source_loc(l, node);
    if (field == IR_NONE || outer->kind != IR_RECORD || !field_path(l, outer->record, field, path, DEPTH_MAX, &len))
        return (struct ir_value){IR_V_UNKNOWN, 0};
    for (uint32_t i = 0; i < len; i++)
        base = emit_field(l, base, path[i], loc);
    return base;
}

static struct ir_value element_addr(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    if (exprs.count != 2)
        return (struct ir_value){IR_V_UNKNOWN, 0};
    struct ir_value a = expr_value(l, exprs.items[0]), b = expr_value(l, exprs.items[1]);
    uint32_t type = type_of(l, exprs.items[0]);
    if (type_is_integer(l, type)) { // 2[array]
        struct ir_value swapped = a;
        a = b;
        b = swapped;
    }
    return emit_index(l, a, b, type_pointer(l, type_of(l, node)), source_loc(l, node));
}

// A value that needs an address, such as `f().field`, gets a variable of its own.
static struct ir_value materialized(struct lower *l, struct node *node) {
    struct ir_value value = expr_value(l, node);
    uint32_t type = type_of(l, node), loc = source_loc(l, node);
    if (type_at(l, type)->kind == IR_ARRAY || type_at(l, type)->kind == IR_FUNCTION || value.kind == IR_V_UNKNOWN)
        return value;
    struct ir_value addr = emit_synthetic(l, type, loc);
    emit_store(l, addr, value, type, loc);
    return addr;
}

static struct ir_value compound_literal_addr(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    struct ir_value addr = emit_synthetic(l, type_of(l, node), source_loc(l, node));
    if (exprs.count)
        init_object(l, addr, clang_getCursorType(node->cursor), exprs.items[exprs.count - 1]);
    return addr;
}

static struct ir_value only_child_addr(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    return exprs.count == 1 ? expr_addr(l, exprs.items[0]) : materialized(l, node);
}

static struct ir_value unary_addr(struct lower *l, struct node *node) {
    enum CXUnaryOperatorKind op = clang_getCursorUnaryOperatorKind(node->cursor);
    struct nodes exprs = node->exprs;
    if (op == CXUnaryOperator_Deref && exprs.count)
        return expr_value(l, exprs.items[0]);
    if ((op == CXUnaryOperator_Extension || op == CXUnaryOperator_Real) && exprs.count)
        return expr_addr(l, exprs.items[0]);
    return materialized(l, node);
}

struct ir_value expr_addr(struct lower *l, struct node *node) {
    struct node *chosen;
    switch (node->cursor.kind) {
    case CXCursor_DeclRefExpr:
        return decl_addr(l, clang_getCursorReferenced(node->cursor));
    case CXCursor_MemberRefExpr:
        return member_addr(l, node);
    case CXCursor_ArraySubscriptExpr:
        return element_addr(l, node);
    case CXCursor_CompoundLiteralExpr:
        return compound_literal_addr(l, node);
    case CXCursor_StringLiteral:
        return string_literal(l, node);
    case CXCursor_UnaryOperator:
        return unary_addr(l, node);
    case CXCursor_ParenExpr:
        return only_child_addr(l, node);
    case CXCursor_GenericSelectionExpr:
        chosen = unexposed_chosen(l, node);
        return !chosen ? unknown_after(l, node) : expr_addr(l, chosen);
    case CXCursor_UnexposedExpr:
        chosen = unexposed_chosen(l, node);
        return !chosen ? materialized(l, node) : expr_addr(l, chosen);
    default:
        return materialized(l, node);
    }
}

struct ir_value expr_converted(struct lower *l, struct node *node, uint32_t to) {
    struct ir_value value = expr_value(l, node);
    uint32_t from = type_of(l, node);
    return emit_converts(l, value, from, to) ? emit_convert(l, value, from, to, source_loc(l, node)) : value;
}

struct ir_value expr_cast(struct lower *l, struct node *node, struct node *operand) {
    struct ir_value value = expr_value(l, operand);
    uint32_t from = type_of(l, operand), to = type_of(l, node);
    return emit_converts(l, value, from, to) ? emit_convert(l, value, from, to, source_loc(l, node)) : value;
}

static struct ir_value cast_value(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    if (!exprs.count)
        return unknown_after(l, node);
    struct node *operand = exprs.items[exprs.count - 1]; // those before are sizes in the type's name
    uint32_t to = type_of(l, node);
    if (type_at(l, to)->kind == IR_VOID) {
        expr_effects(l, operand);
        return no_value;
    }
    return expr_cast(l, node, operand);
}

static struct ir_value unary_value(struct lower *l, struct node *node) {
    enum CXUnaryOperatorKind op = clang_getCursorUnaryOperatorKind(node->cursor);
    struct nodes exprs = node->exprs;
    if (!exprs.count)
        return unknown_after(l, node);
    struct node *operand = exprs.items[0];
    switch (op) {
    case CXUnaryOperator_AddrOf:
        return expr_addr(l, operand);
    case CXUnaryOperator_Deref:
        return load(l, node);
    case CXUnaryOperator_PostInc: case CXUnaryOperator_PostDec: case CXUnaryOperator_PreInc: case CXUnaryOperator_PreDec:
        return assign_step_value(l, operand, op);
    case CXUnaryOperator_Minus:
        return emit_unary(l, IR_NEG, expr_value(l, operand), type_of(l, node), source_loc(l, node));
    case CXUnaryOperator_Not:
        return emit_unary(l, IR_COMPL, expr_value(l, operand), type_of(l, node), source_loc(l, node));
    case CXUnaryOperator_LNot:
        return emit_unary(l, IR_NOT, expr_value(l, operand), type_of(l, node), source_loc(l, node));
    case CXUnaryOperator_Plus: case CXUnaryOperator_Extension:
        return expr_value(l, operand);
    default:
        return unknown_after(l, node);
    }
}

static bool binary_op(enum CXBinaryOperatorKind kind, uint8_t *ret_op) {
    switch (kind) {
    case CXBinaryOperator_Mul: *ret_op = IR_MUL; return true;
    case CXBinaryOperator_Div: *ret_op = IR_DIV; return true;
    case CXBinaryOperator_Rem: *ret_op = IR_REM; return true;
    case CXBinaryOperator_Add: *ret_op = IR_ADD; return true;
    case CXBinaryOperator_Sub: *ret_op = IR_SUB; return true;
    case CXBinaryOperator_Shl: *ret_op = IR_SHL; return true;
    case CXBinaryOperator_Shr: *ret_op = IR_SHR; return true;
    case CXBinaryOperator_LT: *ret_op = IR_LT; return true;
    case CXBinaryOperator_GT: *ret_op = IR_GT; return true;
    case CXBinaryOperator_LE: *ret_op = IR_LE; return true;
    case CXBinaryOperator_GE: *ret_op = IR_GE; return true;
    case CXBinaryOperator_EQ: *ret_op = IR_EQ; return true;
    case CXBinaryOperator_NE: *ret_op = IR_NE; return true;
    case CXBinaryOperator_And: *ret_op = IR_AND; return true;
    case CXBinaryOperator_Xor: *ret_op = IR_XOR; return true;
    case CXBinaryOperator_Or: *ret_op = IR_OR; return true;
    default: return false;
    }
}

static struct ir_value arithmetic_value(struct lower *l, struct node *node, uint8_t op, struct nodes exprs) {
    struct ir_value a = expr_value(l, exprs.items[0]), b = expr_value(l, exprs.items[1]);
    uint32_t a_type = type_of(l, exprs.items[0]), b_type = type_of(l, exprs.items[1]);
    uint32_t type = type_of(l, node), loc = source_loc(l, node);
    if (type_at(l, type)->kind == IR_POINTER && (op == IR_ADD || op == IR_SUB)) {
        if (type_at(l, b_type)->kind == IR_POINTER) // 2 + p
            return emit_index(l, b, a, type, loc);
        if (op == IR_SUB)
            b = emit_unary(l, IR_NEG, b, b_type, loc);
        return emit_index(l, a, b, type, loc);
    }
    return emit_binary(l, op, a, b, a_type, type, loc);
}

static struct ir_value binary_value(struct lower *l, struct node *node) {
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(node->cursor);
    if (kind == CXBinaryOperator_Assign)
        return assign_value(l, node);
    if (kind == CXBinaryOperator_LAnd || kind == CXBinaryOperator_LOr)
        return cond_logical_value(l, node);
    struct nodes exprs = node->exprs;
    uint8_t op;
    if (exprs.count != 2)
        return unknown_after(l, node);
    if (kind == CXBinaryOperator_Comma) {
        expr_effects(l, exprs.items[0]);
        return expr_value(l, exprs.items[1]);
    }
    if (!binary_op(kind, &op) || type_at(l, type_of(l, node))->kind == IR_OTHER)
        return unknown_after(l, node);
    return arithmetic_value(l, node, op, exprs);
}

static struct ir_value init_list_value(struct lower *l, struct node *node) {
    uint32_t type = type_of(l, node);
    if (!type_is_aggregate(l, type)) {
        struct nodes exprs = node->exprs;
        return exprs.count ? expr_converted(l, exprs.items[0], type) : fold_typed(l, 0, type);
    }
    struct ir_value addr = emit_synthetic(l, type, source_loc(l, node));
    init_object(l, addr, clang_getCursorType(node->cursor), node);
    return type_at(l, type)->kind == IR_ARRAY ? addr : emit_load(l, addr, type, source_loc(l, node));
}

static struct ir_value label_value(struct lower *l, struct node *node) {
    struct nodes children = node->children;
    for (uint32_t i = 0; i < children.count; i++)
        if (children.items[i]->cursor.kind == CXCursor_LabelRef)
            jump_take_label(l, clang_getCursorReferenced(children.items[i]->cursor));
    return (struct ir_value){IR_V_UNKNOWN, 0};
}

static struct ir_value chosen_value(struct lower *l, struct node *node) {
    struct node *chosen = unexposed_chosen(l, node);
    return !chosen ? unknown_after(l, node) : expr_value(l, chosen);
}

struct ir_value expr_value(struct lower *l, struct node *node) {
    struct nodes exprs;
    CXCursor to;
    switch (node->cursor.kind) {
    case CXCursor_IntegerLiteral: case CXCursor_CharacterLiteral: case CXCursor_FloatingLiteral:
    case CXCursor_UnaryExpr: // sizeof, alignof
        return literal(l, node);
    case CXCursor_CXXBoolLiteralExpr: case CXCursor_CXXNullPtrLiteralExpr: // C23: true, false, nullptr
        return node->cursor.kind == CXCursor_CXXNullPtrLiteralExpr ? ir_build_int(&l->b, 0) : literal(l, node);
    case CXCursor_StringLiteral:
        return string_literal(l, node);
    case CXCursor_ParenExpr:
        exprs = node->exprs;
        return exprs.count ? expr_value(l, exprs.items[0]) : unknown_after(l, node);
    case CXCursor_DeclRefExpr:
        to = clang_getCursorReferenced(node->cursor);
        return expr_name_value(l, node, to, type_of_decl(l, to));
    case CXCursor_MemberRefExpr: case CXCursor_ArraySubscriptExpr: case CXCursor_CompoundLiteralExpr:
        return load(l, node);
    case CXCursor_UnaryOperator:
        return unary_value(l, node);
    case CXCursor_BinaryOperator:
        return binary_value(l, node);
    case CXCursor_CompoundAssignOperator:
        return assign_value(l, node);
    case CXCursor_ConditionalOperator:
        return cond_choice_value(l, node);
    case CXCursor_CStyleCastExpr:
        return cast_value(l, node);
    case CXCursor_CallExpr:
        return call_value(l, node);
    case CXCursor_StmtExpr:
        return stmt_expr_value(l, node);
    case CXCursor_InitListExpr:
        return init_list_value(l, node);
    case CXCursor_AddrLabelExpr:
        return label_value(l, node);
    case CXCursor_GenericSelectionExpr:
        return chosen_value(l, node);
    case CXCursor_UnexposedExpr:
        return unexposed_value(l, node);
    case CXCursor_BlockExpr:
        return emit_havoc(l, type_of(l, node), source_loc(l, node));
    default:
        return unknown_after(l, node);
    }
}

static void effects_of_exprs(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    for (uint32_t i = 0; i < exprs.count; i++)
        expr_effects(l, exprs.items[i]);
}

void expr_effects(struct lower *l, struct node *node) {
    enum CXBinaryOperatorKind op;
    switch (node->cursor.kind) {
    case CXCursor_ParenExpr:
        effects_of_exprs(l, node);
        break;
    case CXCursor_CStyleCastExpr:
        if (clang_getCursorType(node->cursor).kind == CXType_Void)
            effects_of_exprs(l, node);
        else
            expr_value(l, node);
        break;
    case CXCursor_ConditionalOperator:
        cond_effects(l, node);
        break;
    case CXCursor_BinaryOperator:
        op = clang_getCursorBinaryOperatorKind(node->cursor);
        if (op == CXBinaryOperator_Comma)
            effects_of_exprs(l, node);
        else if (op == CXBinaryOperator_LAnd || op == CXBinaryOperator_LOr)
            cond_effects(l, node);
        else
            expr_value(l, node);
        break;
    default:
        expr_value(l, node);
    }
}
