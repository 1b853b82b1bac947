// Constants: what the machine would compute, with the widths and signs of C. Integers are kept in 64 bits, those of unsigned types
// zero-extended (so the upper half of uint64_t shows as negative). Left out: 128-bit integers, whose upper half is dropped, and the
// precision of long double.
#include "frontend/capture/lower.h"

#include <math.h>

bool fold_is_const(struct ir_value value) {
    return value.kind == IR_V_INT || value.kind == IR_V_FLOAT;
}

int64_t fold_int(const struct lower *l, struct ir_value value) {
    return l->b.ints.items[value.index];
}

static double fold_float(const struct lower *l, struct ir_value value) {
    return l->b.floats.items[value.index];
}

bool fold_is_zero(const struct lower *l, struct ir_value value) {
    if (value.kind == IR_V_INT)
        return fold_int(l, value) == 0;
    return value.kind == IR_V_FLOAT && fold_float(l, value) == 0.0;
}

static int64_t cut(int64_t value, uint32_t size, bool is_unsigned) {
    if (size == 0 || size >= 8)
        return value;
    unsigned shift = 64 - 8 * size;
    uint64_t up = (uint64_t)value << shift;
    return is_unsigned ? (int64_t)(up >> shift) : (int64_t)up >> shift;
}

struct ir_value fold_typed(struct lower *l, int64_t value, uint32_t type) {
    const struct ir_type *t = type_at(l, type);
    if (t->kind == IR_BOOL)
        return ir_build_int(&l->b, value != 0);
    if (t->kind == IR_FLOAT)
        return ir_build_float(&l->b, (double)value);
    return ir_build_int(&l->b, cut(value, t->size, type_is_unsigned(l, type)));
}

static bool compare(uint8_t op, int order) {
    switch (op) {
    case IR_EQ: return order == 0;
    case IR_NE: return order != 0;
    case IR_LT: return order < 0;
    case IR_LE: return order <= 0;
    case IR_GT: return order > 0;
    default: return order >= 0;
    }
}

static int order_of(int64_t a, int64_t b, bool is_unsigned) {
    if (is_unsigned)
        return ((uint64_t)a > (uint64_t)b) - ((uint64_t)a < (uint64_t)b);
    return (a > b) - (a < b);
}

static bool divide(uint8_t op, int64_t a, int64_t b, bool is_unsigned, int64_t *ret_value) {
    if (b == 0 || (!is_unsigned && a == INT64_MIN && b == -1))
        return false;
    if (is_unsigned)
        *ret_value = (int64_t)(op == IR_DIV ? (uint64_t)a / (uint64_t)b : (uint64_t)a % (uint64_t)b);
    else
        *ret_value = op == IR_DIV ? a / b : a % b;
    return true;
}

static bool shift(uint8_t op, int64_t a, int64_t b, bool is_unsigned, int64_t *ret_value) {
    if (b < 0 || b > 63)
        return false;
    if (op == IR_SHL)
        *ret_value = (int64_t)((uint64_t)a << b);
    else
        *ret_value = is_unsigned ? (int64_t)((uint64_t)a >> b) : a >> b;
    return true;
}

static bool arithmetic(uint8_t op, int64_t a, int64_t b, bool is_unsigned, int64_t *ret_value) {
    uint64_t x = (uint64_t)a, y = (uint64_t)b;
    switch (op) {
    case IR_ADD: *ret_value = (int64_t)(x + y); return true;
    case IR_SUB: *ret_value = (int64_t)(x - y); return true;
    case IR_MUL: *ret_value = (int64_t)(x * y); return true;
    case IR_AND: *ret_value = (int64_t)(x & y); return true;
    case IR_OR: *ret_value = (int64_t)(x | y); return true;
    case IR_XOR: *ret_value = (int64_t)(x ^ y); return true;
    case IR_DIV: case IR_REM: return divide(op, a, b, is_unsigned, ret_value);
    case IR_SHL: case IR_SHR: return shift(op, a, b, is_unsigned, ret_value);
    default: return false;
    }
}

static bool float_arithmetic(uint8_t op, double a, double b, double *ret_value) {
    switch (op) {
    case IR_ADD: *ret_value = a + b; return true;
    case IR_SUB: *ret_value = a - b; return true;
    case IR_MUL: *ret_value = a * b; return true;
    case IR_DIV: *ret_value = a / b; return b != 0.0;
    default: return false;
    }
}

static bool fold_floats(struct lower *l, uint8_t op, double a, double b, uint32_t type, struct ir_value *ret_value) {
    if (op >= IR_EQ) {
        *ret_value = ir_build_int(&l->b, isnan(a) || isnan(b) ? op == IR_NE : compare(op, (a > b) - (a < b)));
        return true;
    }
    double value;
    if (!float_arithmetic(op, a, b, &value))
        return false;
    *ret_value = ir_build_float(&l->b, type_at(l, type)->size == 4 ? (double)(float)value : value);
    return true;
}

bool fold_binary(struct lower *l, uint8_t op, struct ir_value a, struct ir_value b, uint32_t operand_type, uint32_t type,
                 struct ir_value *ret_value) {
    if (a.kind == IR_V_FLOAT && b.kind == IR_V_FLOAT)
        return fold_floats(l, op, fold_float(l, a), fold_float(l, b), type, ret_value);
    if (a.kind != IR_V_INT || b.kind != IR_V_INT || type_at(l, operand_type)->size > 8)
        return false;
    int64_t x = fold_int(l, a), y = fold_int(l, b), value;
    bool is_unsigned = type_is_unsigned(l, operand_type);
    if (op >= IR_EQ)
        *ret_value = ir_build_int(&l->b, compare(op, order_of(x, y, is_unsigned)));
    else if (arithmetic(op, x, y, is_unsigned, &value))
        *ret_value = fold_typed(l, value, type);
    else
        return false;
    return true;
}

bool fold_unary(struct lower *l, uint8_t op, struct ir_value a, uint32_t type, struct ir_value *ret_value) {
    if (!fold_is_const(a) || type_at(l, type)->size > 8)
        return false;
    if (op == IR_NOT)
        *ret_value = ir_build_int(&l->b, fold_is_zero(l, a));
    else if (a.kind == IR_V_FLOAT && op == IR_NEG)
        *ret_value = ir_build_float(&l->b, -fold_float(l, a));
    else if (a.kind == IR_V_INT)
        *ret_value = fold_typed(l, op == IR_NEG ? (int64_t)(0 - (uint64_t)fold_int(l, a)) : ~fold_int(l, a), type);
    else
        return false;
    return true;
}

static bool float_to_int(struct lower *l, double value, uint32_t to, struct ir_value *ret_value) {
    if (type_at(l, to)->kind == IR_BOOL)
        *ret_value = ir_build_int(&l->b, value != 0.0);
    else if (value >= -9223372036854775808.0 && value < 9223372036854775808.0)
        *ret_value = fold_typed(l, (int64_t)value, to);
    else if (value > 0 && value < 18446744073709551616.0)
        *ret_value = fold_typed(l, (int64_t)(uint64_t)value, to);
    else
        return false;
    return true;
}

bool fold_cast(struct lower *l, struct ir_value a, uint32_t from, uint32_t to, struct ir_value *ret_value) {
    const struct ir_type *t = type_at(l, to);
    bool to_int = type_is_integer(l, to) || t->kind == IR_POINTER;
    if (a.kind == IR_V_FLOAT && t->kind == IR_FLOAT) {
        double value = fold_float(l, a);
        *ret_value = ir_build_float(&l->b, t->size == 4 ? (double)(float)value : value);
    } else if (a.kind == IR_V_FLOAT && to_int) {
        return float_to_int(l, fold_float(l, a), to, ret_value);
    } else if (a.kind == IR_V_INT && t->kind == IR_FLOAT) {
        int64_t value = fold_int(l, a);
        double wide = type_is_unsigned(l, from) ? (double)(uint64_t)value : (double)value;
        *ret_value = ir_build_float(&l->b, t->size == 4 ? (double)(float)wide : wide);
    } else if (a.kind == IR_V_INT && to_int) {
        *ret_value = fold_typed(l, fold_int(l, a), to);
    } else {
        return false;
    }
    return true;
}
