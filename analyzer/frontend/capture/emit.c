// Instructions, with constants folded on the way and conversions only where they can change the value.
#include "frontend/capture/lower.h"

struct ir_value emit_load(struct lower *l, struct ir_value addr, uint32_t type, uint32_t loc) {
    return ir_build_inst(&l->b, IR_LOAD, 0, type, loc, IR_NONE, &addr, 1);
}

void emit_store(struct lower *l, struct ir_value addr, struct ir_value value, uint32_t type, uint32_t loc) {
    struct ir_value args[] = {addr, value};
    ir_build_inst(&l->b, IR_STORE, 0, type, loc, IR_NONE, args, 2);
}

void emit_zero(struct lower *l, struct ir_value addr, uint32_t type, uint32_t loc) {
    ir_build_inst(&l->b, IR_ZERO, 0, type, loc, IR_NONE, &addr, 1);
}

// Integers of 64 bits look alike, signed or not, so a constant beyond INT64_MAX is compared with something that shows its type.
static bool shows_as_negative(const struct lower *l, uint8_t op, struct ir_value value, uint32_t type) {
    return op >= IR_LT && op <= IR_GE && value.kind == IR_V_INT && fold_int(l, value) < 0 && type_is_unsigned(l, type);
}

static struct ir_value with_type(struct lower *l, struct ir_value value, uint32_t type, uint32_t loc) {
    return fold_is_const(value) ? value : ir_build_inst(&l->b, IR_CAST, 0, type, loc, IR_NONE, &value, 1);
}

struct ir_value emit_binary(struct lower *l, uint8_t op, struct ir_value a, struct ir_value b, uint32_t operand_type,
                            uint32_t type, uint32_t loc) {
    struct ir_value folded;
    if (fold_binary(l, op, a, b, operand_type, type, &folded))
        return folded;
    if (shows_as_negative(l, op, a, operand_type))
        b = with_type(l, b, operand_type, loc);
    else if (shows_as_negative(l, op, b, operand_type))
        a = with_type(l, a, operand_type, loc);
    struct ir_value args[] = {a, b};
    return ir_build_inst(&l->b, IR_BINARY, op, type, loc, IR_NONE, args, 2);
}

struct ir_value emit_unary(struct lower *l, uint8_t op, struct ir_value a, uint32_t type, uint32_t loc) {
    struct ir_value folded;
    if (fold_unary(l, op, a, type, &folded))
        return folded;
    return ir_build_inst(&l->b, IR_UNARY, op, type, loc, IR_NONE, &a, 1);
}

static bool is_address(struct ir_value value) {
    return value.kind == IR_V_ADDR || value.kind == IR_V_FUNC || value.kind == IR_V_STRING;
}

// Whether the temporary is 0 or 1 already: the result of a comparison or `!`.
static bool is_truth(const struct lower *l, struct ir_value value) {
    if (value.kind != IR_V_TEMP || l->b.current == IR_NONE)
        return false;
    const struct ir_build_block *block = &l->b.open_blocks.items[l->b.current];
    if (!block->insts.len)
        return false;
    const struct ir_inst *inst = &block->insts.items[block->insts.len - 1];
    if (inst->result != value.index)
        return false;
    return (inst->op == IR_BINARY && inst->sub >= IR_EQ) || (inst->op == IR_UNARY && inst->sub == IR_NOT);
}

static bool keeps_value(const struct lower *l, uint32_t from, uint32_t to) {
    const struct ir_type *f = type_at(l, from), *t = type_at(l, to);
    if (from == to || t->kind == IR_OTHER || f->kind == IR_OTHER || t->kind == IR_RECORD)
        return true;
    bool from_word = f->kind == IR_POINTER || f->kind == IR_ARRAY || f->kind == IR_FUNCTION;
    bool to_word = t->kind == IR_POINTER || t->kind == IR_ARRAY || t->kind == IR_FUNCTION;
    if (to_word)
        return from_word || f->size >= l->pointer_size || type_is_unsigned(l, from);
    if (from_word)
        return t->kind != IR_BOOL && t->kind != IR_FLOAT && t->size >= l->pointer_size;
    if (f->kind == IR_FLOAT || t->kind == IR_FLOAT)
        return f->kind == t->kind && f->size <= t->size;
    if (t->kind == IR_BOOL || f->kind == IR_BOOL)
        return f->kind == IR_BOOL;
    bool from_unsigned = type_is_unsigned(l, from), to_unsigned = type_is_unsigned(l, to);
    return from_unsigned == to_unsigned ? f->size <= t->size : from_unsigned && f->size < t->size;
}

bool emit_converts(const struct lower *l, struct ir_value value, uint32_t from, uint32_t to) {
    if (type_at(l, to)->kind == IR_VOID || fold_is_const(value))
        return true;
    return value.kind != IR_V_NONE && value.kind != IR_V_UNKNOWN && !keeps_value(l, from, to);
}

struct ir_value emit_convert(struct lower *l, struct ir_value value, uint32_t from, uint32_t to, uint32_t loc) {
    struct ir_value folded;
    if (type_at(l, to)->kind == IR_VOID)
        return (struct ir_value){IR_V_NONE, 0};
    if (value.kind == IR_V_NONE || value.kind == IR_V_UNKNOWN)
        return value;
    if (fold_cast(l, value, from, to, &folded))
        return folded;
    if (keeps_value(l, from, to) || (is_truth(l, value) && type_is_integer(l, to)))
        return value;
    if (type_at(l, to)->kind == IR_BOOL && is_address(value))
        return ir_build_int(&l->b, 1);
    return ir_build_inst(&l->b, IR_CAST, 0, to, loc, IR_NONE, &value, 1);
}

struct ir_value emit_field(struct lower *l, struct ir_value base, uint32_t field, uint32_t loc) {
    uint32_t type = type_pointer(l, l->b.fields.items[field].type);
    return ir_build_inst(&l->b, IR_FIELD, 0, type, loc, field, &base, 1);
}

struct ir_value emit_index(struct lower *l, struct ir_value base, struct ir_value index, uint32_t pointer_type, uint32_t loc) {
    struct ir_value args[] = {base, index};
    return ir_build_inst(&l->b, IR_INDEX, 0, pointer_type, loc, IR_NONE, args, 2);
}

struct ir_value emit_havoc(struct lower *l, uint32_t type, uint32_t loc) {
    return ir_build_inst(&l->b, IR_HAVOC, 0, type, loc, IR_NONE, NULL, 0);
}

struct ir_value emit_call(struct lower *l, struct ir_value callee, const struct ir_value *args, uint32_t count, uint32_t type,
                          uint32_t loc) {
    struct ir_value *all = arena_array(&l->arena, struct ir_value, count + 1);
    all[0] = callee;
    for (uint32_t i = 0; i < count; i++)
        all[i + 1] = args[i];
    return ir_build_inst(&l->b, IR_CALL, 0, type, loc, IR_NONE, all, count + 1);
}

struct ir_value emit_synthetic(struct lower *l, uint32_t type, uint32_t loc) {
    if (l->is_dry)
        return (struct ir_value){IR_V_UNKNOWN, 0};
    struct ir_var var = {.kind = IR_VAR_SYNTHETIC, .type = type, .loc = loc};
    return ir_build_local(&l->b, &var);
}
