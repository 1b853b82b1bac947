// Calls: the operands with what the source says at each, and the end of the path behind a function that does not return.
#include "frontend/capture/lower.h"

#include <string.h>

enum { OPERAND_TEXT_MAX = 120 };

// What the source calls the function where a macro of one word stands for it.
static uint32_t written_name(struct lower *l, struct node *callee) {
    uint32_t text = source_text(l, callee, OPERAND_TEXT_MAX);
    const char *at = strtab_text(&l->b.texts, text), *end = at + strlen(at);
    return text_skip_token(at, end) == end ? text : 0;
}

static struct ir_call_arg describe(struct lower *l, struct node *call, struct node *operand) {
    struct ir_call_arg arg = {.loc = source_loc(l, operand), .type = type_of(l, node_strip(operand))};
    if (!source_in_macro(l, call))
        arg.text = source_text(l, operand, OPERAND_TEXT_MAX);
    return arg;
}

static bool never_returns(const struct lower *l, struct ir_value callee, uint32_t callee_type) {
    if (callee.kind == IR_V_FUNC && l->b.funcs.items[callee.index].is_noreturn)
        return true;
    uint32_t type = type_at(l, callee_type)->kind == IR_POINTER ? type_pointee(l, callee_type) : callee_type;
    return type < l->type_infos.len && l->type_infos.items[type].is_noreturn;
}

static struct ir_value plain_call(struct lower *l, struct node *node, struct nodes exprs) {
    struct ir_value *values = arena_array(&l->arena, struct ir_value, exprs.count);
    struct ir_call_arg *args = arena_array(&l->arena, struct ir_call_arg, exprs.count);
    for (uint32_t i = 0; i < exprs.count; i++) {
        values[i] = expr_value(l, exprs.items[i]);
        args[i] = describe(l, node, exprs.items[i]);
    }
    if (exprs.count && source_in_macro(l, node))
        args[0].text = written_name(l, exprs.items[0]);
    uint32_t first = (uint32_t)l->b.call_args.len;
    for (uint32_t i = 0; i < exprs.count; i++)
        vec_push(&l->b.call_args, args[i]);
    uint32_t loc = source_loc(l, node);
    struct ir_value result = ir_build_inst(&l->b, IR_CALL, 0, type_of(l, node), loc, first, values, exprs.count);
    if (never_returns(l, values[0], type_of(l, exprs.items[0])))
        ir_build_terminate(&l->b, IR_UNREACHABLE, NULL, 0, NULL, 0, loc, IR_NONE);
    return result;
}

static bool special_call(struct lower *l, struct node *node, struct nodes exprs, struct ir_value *ret_value) {
    struct node *callee = node_strip(exprs.items[0]);
    if (callee->cursor.kind != CXCursor_DeclRefExpr)
        return false;
    CXString spelling = clang_getCursorSpelling(callee->cursor);
    const char *name = clang_getCString(spelling);
    struct nodes args = {exprs.items + 1, exprs.count - 1};
    bool is_special = false;
    if (name && !strncmp(name, "__builtin_", 10))
        is_special = builtin_value(l, node, name + 10, args, ret_value);
    else if (name && !strncmp(name, "__sync_", 7))
        is_special = atomic_sync_value(l, node, name + 7, args, ret_value);
    clang_disposeString(spelling);
    return is_special;
}

struct ir_value call_value(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    struct ir_value value = {IR_V_UNKNOWN, 0};
    if (!exprs.count)
        return emit_havoc(l, type_of(l, node), source_loc(l, node));
    if (special_call(l, node, exprs, &value))
        return value;
    l->has_effects = true;
    return l->is_dry ? value : plain_call(l, node, exprs);
}
