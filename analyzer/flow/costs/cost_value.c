// Arithmetic on what the walk knows. What a clock, a deadline or the time left become is kept as long as a bound can be read out of it.
#include "flow/costs/cost.h"

#include <string.h>

struct cost_value cost_int(int64_t number) {
    return (struct cost_value){.kind = COST_INT, .number = number};
}

static struct cost_value of_float(double number) {
    struct cost_value out = {.kind = COST_FLOAT};
    memcpy(&out.number, &number, sizeof number);
    return out;
}

static double float_of(struct cost_value value) {
    double out = (double)value.number;
    if (value.kind == COST_FLOAT)
        memcpy(&out, &value.number, sizeof out);
    return out;
}

static const struct cost_value derived = {.kind = COST_DERIVED};

bool cost_is_derived(struct cost_value value) {
    return value.kind == COST_LEFT || value.kind == COST_DERIVED || value.kind == COST_TIMEOUT;
}

int cost_truth(const struct cost *cost, struct cost_value value) {
    switch ((enum cost_value_kind)value.kind) {
    case COST_INT: return value.number != 0;
    case COST_FLOAT: return float_of(value) != 0;
    case COST_ADDR: return cost_place_at(cost, value.a)->kind == PLACE_VAR ? 1 : -1;
    case COST_TIMEOUT: return value.number != 0;
    case COST_CTX:
    case COST_CANCEL:
    case COST_BUDGET:
    case COST_APART:
    case COST_DEADLINE:
    case COST_FUNC: return 1;
    default: return -1;
    }
}

static bool fold_sum(enum ir_binary op, int64_t a, int64_t b, int64_t *ret) {
    switch (op) {
    case IR_ADD: return !__builtin_add_overflow(a, b, ret);
    case IR_SUB: return !__builtin_sub_overflow(a, b, ret);
    case IR_MUL: return !__builtin_mul_overflow(a, b, ret);
    default: return false;
    }
}

static struct cost_value fold(enum ir_binary op, int64_t a, int64_t b) {
    int64_t sum;
    switch (op) {
    case IR_ADD:
    case IR_SUB:
    case IR_MUL: return fold_sum(op, a, b, &sum) ? cost_int(sum) : (struct cost_value){0};
    case IR_DIV: return b && !(a == INT64_MIN && b == -1) ? cost_int(a / b) : (struct cost_value){0};
    case IR_REM: return b && !(a == INT64_MIN && b == -1) ? cost_int(a % b) : (struct cost_value){0};
    case IR_SHL: return a >= 0 && b >= 0 && b < 62 && a <= INT64_MAX >> b ? cost_int(a << b) : (struct cost_value){0};
    case IR_SHR: return a >= 0 && b >= 0 && b < 63 ? cost_int(a >> b) : (struct cost_value){0};
    case IR_AND: return cost_int(a & b);
    case IR_OR: return cost_int(a | b);
    case IR_XOR: return cost_int(a ^ b);
    case IR_EQ: return cost_int(a == b);
    case IR_NE: return cost_int(a != b);
    case IR_LT: return cost_int(a < b);
    case IR_LE: return cost_int(a <= b);
    case IR_GT: return cost_int(a > b);
    case IR_GE: return cost_int(a >= b);
    }
    return (struct cost_value){0};
}

static struct cost_value fold_floats(enum ir_binary op, double a, double b) {
    switch (op) {
    case IR_ADD: return of_float(a + b);
    case IR_SUB: return of_float(a - b);
    case IR_MUL: return of_float(a * b);
    case IR_DIV: return b != 0 ? of_float(a / b) : (struct cost_value){0};
    case IR_LT: return cost_int(a < b);
    case IR_LE: return cost_int(a <= b);
    case IR_GT: return cost_int(a > b);
    case IR_GE: return cost_int(a >= b);
    default: return (struct cost_value){0};
    }
}

static bool is_comparison(enum ir_binary op) {
    return op >= IR_EQ;
}

static enum ir_binary mirrored(enum ir_binary op) {
    switch (op) {
    case IR_LT: return IR_GT;
    case IR_LE: return IR_GE;
    case IR_GT: return IR_LT;
    case IR_GE: return IR_LE;
    default: return op;
    }
}

// ---- comparisons

static bool is_moment(struct cost_value value) {
    return value.kind == COST_NOW || value.kind == COST_DEADLINE;
}

static int64_t raise(int64_t number, int64_t offset, int64_t unit_ns) {
    int64_t raw, ns;
    if (!unit_ns || __builtin_sub_overflow(number, offset, &raw) || __builtin_mul_overflow(raw, unit_ns, &ns))
        return INT64_MAX;
    return ns > 0 ? ns : 0;
}

// What is left, against a number: a budget is never used up, and never endless.
static struct cost_value compare_left(enum ir_binary op, struct cost_value left, struct cost_value right) {
    enum { ENDLESS = INT32_MAX };
    struct cost_value out = {.kind = COST_TEST, .number = INT64_MAX};
    if (right.kind == COST_INT && left.kind == COST_LEFT) {
        bool low = right.number < 0 || (right.number == 0 && op != IR_LE && op != IR_GT), high = right.number >= ENDLESS && time_unit_ns((enum time_unit)left.sub) != 1;
        if (op == IR_EQ || op == IR_NE)
            return cost_int(op == IR_NE);
        if (right.number == 0 && !low)
            return cost_int(op == IR_GT);
        if (low)
            return cost_int(op == IR_GT || op == IR_GE);
        if (high)
            return cost_int(op == IR_LT || op == IR_LE);
        out.number = raise(right.number, left.number, time_unit_ns((enum time_unit)left.sub));
    }
    if (op == IR_EQ || op == IR_NE)
        return derived;
    out.sub = op == IR_GT || op == IR_GE;
    return out;
}

static void prove(struct walk *w, int64_t ns) {
    place_id place = cost_place(w->cost, PLACE_PROVEN, 0, 0);
    if (ns > cost_get(&w->env, place).number)
        cost_set(&w->env, place, cost_int(ns));
}

// The timeout that is tried is known; where it is at least some number, that number is within it.
static struct cost_value compare_timeout(struct walk *w, enum ir_binary op, struct cost_value left, int64_t number) {
    if (number > 0 && left.number >= number)
        prove(w, raise(number, 0, time_unit_ns((enum time_unit)left.sub)));
    return fold(op, left.number, number);
}

static struct cost_value compare(struct walk *w, enum ir_binary op, struct cost_value left, struct cost_value right) {
    bool is_null = right.kind == COST_INT && right.number == 0;
    if (is_null && (op == IR_EQ || op == IR_NE) && left.kind != COST_LEFT) {
        int truth = cost_truth(w->cost, left);
        return truth < 0 ? (struct cost_value){0} : cost_int(truth == (op == IR_NE));
    }
    if (left.kind == COST_TIMEOUT && right.kind == COST_INT)
        return compare_timeout(w, op, left, right.number);
    if (is_moment(left) && left.part == 2 && right.kind == COST_INT) // a carry into the seconds changes nothing
        return cost_int(op == IR_LT || op == IR_LE || op == IR_NE);
    if (left.kind == COST_DEADLINE && right.kind == COST_INT) // "none", or none yet
        return op == IR_EQ || op == IR_LT || op == IR_LE ? cost_int(0) : cost_int(1);
    if (left.kind == COST_LEFT || (left.kind == COST_DERIVED && right.kind != COST_DERIVED) || left.kind == COST_TIMEOUT)
        return compare_left(op, left, right);
    return (struct cost_value){0};
}

// ---- sums

static struct cost_value shifted(struct cost_value value, enum ir_binary op, int64_t number) {
    int64_t sum;
    if (!fold_sum(op, value.number, number, &sum))
        return (struct cost_value){0};
    value.number = sum;
    return value;
}

static void use_deadline(struct walk *w, int64_t offset, enum time_unit unit) {
    int64_t ns = raise(offset, 0, time_unit_ns(unit));
    if (ns > 0 && ns != INT64_MAX)
        cost_add_item(w, &(struct cost_item){.kind = COST_OF_USE, .inst = w->inst, .offset = ns});
}

// One moment minus another: what has passed, or what is left.
static struct cost_value between(struct walk *w, struct cost_value left, struct cost_value right) {
    if (left.part != right.part)
        return derived;
    if (left.kind == COST_NOW && right.kind == COST_NOW) {
        if (left.number == 0 && right.number == 0)
            return (struct cost_value){.kind = COST_ELAPSED, .a = right.a, .sub = right.sub};
        if (right.number == 0)
            return (struct cost_value){.kind = COST_UNTIL, .a = left.a, .sub = left.sub, .number = left.number};
        return derived;
    }
    if (left.kind == COST_DEADLINE && right.kind == COST_NOW) {
        if (left.a == 1 && !left.part)
            use_deadline(w, left.number, (enum time_unit)right.sub);
        return left.part ? derived : (struct cost_value){.kind = COST_LEFT, .sub = right.sub};
    }
    if (left.kind == COST_NOW && right.kind == COST_DEADLINE && right.a == 1 && right.number == 0 && !right.part)
        return (struct cost_value){.kind = COST_ELAPSED, .sub = left.sub};
    return derived;
}

// A number minus what has passed.
static struct cost_value remaining(struct walk *w, struct cost_value left, struct cost_value elapsed) {
    if (left.kind == COST_TIMEOUT)
        return (struct cost_value){.kind = COST_LEFT, .sub = left.sub};
    if (left.kind != COST_INT)
        return derived;
    if (elapsed.a)
        return (struct cost_value){.kind = COST_UNTIL, .a = elapsed.a, .sub = elapsed.sub, .number = left.number};
    use_deadline(w, left.number, (enum time_unit)elapsed.sub);
    return (struct cost_value){.kind = COST_LEFT, .sub = elapsed.sub};
}

static struct cost_value add_to_moment(struct cost_value moment, struct cost_value other) {
    if (other.kind == COST_INT)
        return shifted(moment, IR_ADD, other.number);
    if (cost_is_derived(other))
        return (struct cost_value){.kind = COST_DEADLINE, .part = moment.part, .sub = cost_is_derived(other) && (other.kind == COST_TIMEOUT || other.sub)};
    return (struct cost_value){0};
}

static struct cost_value arithmetic(struct walk *w, enum ir_binary op, struct cost_value left, struct cost_value right) {
    if (op == IR_SUB && is_moment(left) && is_moment(right))
        return between(w, left, right);
    if (op == IR_SUB && left.kind == COST_UNKNOWN && right.kind == COST_NOW && !right.part) // somebody's deadline
        return (struct cost_value){.kind = COST_LEFT, .sub = right.sub};
    if (op == IR_SUB && right.kind == COST_ELAPSED)
        return remaining(w, left, right);
    if (op == IR_ADD && is_moment(left))
        return add_to_moment(left, right);
    if (op == IR_ADD && is_moment(right))
        return add_to_moment(right, left);
    if (is_moment(left) && left.part == 2 && right.kind == COST_INT && (op == IR_DIV || op == IR_REM)) // the carry
        return op == IR_DIV ? cost_int(0) : left;
    if (op == IR_SUB && is_moment(left) && right.kind == COST_INT)
        return shifted(left, op, right.number);
    if ((op == IR_ADD || op == IR_SUB) && right.kind == COST_INT && (left.kind == COST_LEFT || left.kind == COST_UNTIL))
        return shifted(left, op, right.number);
    if (left.kind == COST_TIMEOUT && right.kind == COST_INT)
        return (struct cost_value){.kind = COST_DERIVED, .sub = 1};
    if (right.kind == COST_TIMEOUT && left.kind == COST_INT)
        return (struct cost_value){.kind = COST_DERIVED, .sub = 1};
    if (left.kind == COST_DERIVED && right.kind == COST_INT)
        return left;
    if (cost_is_derived(left) || cost_is_derived(right))
        return derived;
    return (struct cost_value){0};
}

struct cost_value cost_binary(struct walk *w, enum ir_binary op, struct cost_value left, struct cost_value right) {
    if (left.kind == COST_INT && right.kind == COST_INT)
        return fold(op, left.number, right.number);
    if ((left.kind == COST_FLOAT || left.kind == COST_INT) && (right.kind == COST_FLOAT || right.kind == COST_INT))
        return fold_floats(op, float_of(left), float_of(right));
    if (!is_comparison(op))
        return arithmetic(w, op, left, right);
    if (left.kind == COST_INT || (left.kind == COST_UNKNOWN && cost_is_derived(right)))
        return compare(w, mirrored(op), right, left);
    return compare(w, op, left, right);
}

struct cost_value cost_unary(enum ir_unary op, struct cost_value value) {
    if (value.kind == COST_INT && op == IR_NOT)
        return cost_int(!value.number);
    if (value.kind == COST_INT && op == IR_NEG && value.number != INT64_MIN)
        return cost_int(-value.number);
    if (value.kind == COST_INT && op == IR_COMPL)
        return cost_int(~value.number);
    if (value.kind == COST_FLOAT && op == IR_NEG)
        return of_float(-float_of(value));
    if (value.kind == COST_TEST && op == IR_NOT) {
        value.sub = !value.sub;
        return value;
    }
    return (struct cost_value){0};
}

struct cost_value cost_cast(const struct ir_type *type, struct cost_value value) {
    bool to_float = type->kind == IR_FLOAT;
    if (to_float)
        return value.kind == COST_INT ? of_float(float_of(value)) : value;
    if (value.kind == COST_FLOAT && float_of(value) > -9e18 && float_of(value) < 9e18)
        value = cost_int((int64_t)float_of(value));
    if (value.kind != COST_INT || !type->size || type->size >= 8)
        return value;
    if (type->kind == IR_BOOL)
        return cost_int(value.number != 0);
    uint32_t bits = type->size * 8;
    uint64_t cut = (uint64_t)value.number & ((UINT64_C(1) << bits) - 1);
    bool negative = type->kind != IR_UINT && cut >> (bits - 1);
    return cost_int(negative ? (int64_t)(cut | ~((UINT64_C(1) << bits) - 1)) : (int64_t)cut);
}
