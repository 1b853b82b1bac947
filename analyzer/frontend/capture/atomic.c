// Atomic operations as plain loads and stores: orderings mean nothing here, but a flag set by one function and read by another must
// keep its meaning. Covers __sync_* (calls), __atomic_* and stdatomic.h's __c11_atomic_* (libclang: unexposed, operands in the order
// pointer, order, value, order on failure, second value, weak).
#include "frontend/capture/lower.h"

#include <string.h>

static const struct ir_value no_value = {IR_V_NONE, 0};

struct cell {
    struct ir_value addr;
    uint32_t type, loc;
};

static struct cell cell_at(struct lower *l, struct node *pointer, struct node *whole) {
    struct cell cell = {.addr = expr_value(l, pointer), .loc = source_loc(l, whole)};
    cell.type = type_pointee(l, type_of(l, node_strip(pointer)));
    if (type_at(l, cell.type)->kind == IR_VOID || cell.type == 0)
        cell.type = type_pointee(l, type_of(l, pointer));
    return cell;
}

// fetch_add, add_fetch, fetch_and_add (where `and` joins), and_and_fetch (where it is first the operation).
static bool find_op(const char *name, uint8_t *ret_op) {
    static const struct { const char *word; uint8_t op; } ops[] = {
        {"add", IR_ADD}, {"sub", IR_SUB}, {"xor", IR_XOR}, {"nand", IR_AND}, {"and", IR_AND}, {"or", IR_OR}};
    static const char *const before[] = {"fetch_and_", "fetch_"};
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        size_t len = strlen(before[i]);
        if (!strncmp(name, before[i], len)) {
            name += len;
            break;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(ops); i++)
        if (!strncmp(name, ops[i].word, strlen(ops[i].word))) {
            *ret_op = ops[i].op;
            return true;
        }
    return false;
}

// fetch_add and add_fetch, and so on for the other operations.
static struct ir_value change(struct lower *l, const struct cell *cell, const char *name, struct ir_value operand) {
    struct ir_value old = emit_load(l, cell->addr, cell->type, cell->loc), value;
    uint8_t op;
    if (!find_op(name, &op))
        value = emit_havoc(l, cell->type, cell->loc); // min and max
    else if (type_at(l, cell->type)->kind == IR_POINTER)
        value = emit_havoc(l, cell->type, cell->loc); // steps of bytes or of elements, by builtin
    else
        value = emit_binary(l, op, old, operand, cell->type, cell->type, cell->loc);
    if (strstr(name, "nand"))
        value = emit_unary(l, IR_COMPL, value, cell->type, cell->loc);
    emit_store(l, cell->addr, value, cell->type, cell->loc);
    return strncmp(name, "fetch_", 6) == 0 ? old : value;
}

// Compares the cell with `expected`, stores `desired` where equal, else (where there is one) writes the old value to `seen`.
static struct ir_value exchange_if(struct lower *l, const struct cell *cell, struct ir_value expected, struct ir_value desired,
                                   const struct ir_value *seen, struct ir_value *ret_old) {
    struct ir_value old = emit_load(l, cell->addr, cell->type, cell->loc);
    struct ir_value same = emit_binary(l, IR_EQ, old, expected, cell->type, l->int_type, cell->loc);
    uint32_t yes = ir_build_block(&l->b), no = ir_build_block(&l->b), end = ir_build_block(&l->b);
    ir_build_branch(&l->b, same, yes, no, cell->loc, 0);
    ir_build_move_to(&l->b, yes);
    emit_store(l, cell->addr, desired, cell->type, cell->loc);
    ir_build_jump(&l->b, end, cell->loc);
    ir_build_move_to(&l->b, no);
    if (seen)
        emit_store(l, *seen, old, cell->type, cell->loc);
    ir_build_jump(&l->b, end, cell->loc);
    ir_build_move_to(&l->b, end);
    *ret_old = old;
    return same;
}

static struct ir_value value_of(struct lower *l, struct node *operand, const struct cell *cell) {
    return expr_converted(l, operand, cell->type);
}

bool atomic_sync_value(struct lower *l, struct node *call, const char *name, struct nodes args, struct ir_value *ret_value) {
    struct ir_value old, same;
    l->has_effects = true;
    *ret_value = no_value;
    if (!strncmp(name, "synchronize", 11))
        return true;
    if (!args.count || l->is_dry)
        return false;
    struct cell cell = cell_at(l, args.items[0], call);
    if (!strncmp(name, "lock_release", 12)) {
        emit_store(l, cell.addr, fold_typed(l, 0, cell.type), cell.type, cell.loc);
    } else if (!strncmp(name, "lock_test_and_set", 17) && args.count > 1) {
        *ret_value = emit_load(l, cell.addr, cell.type, cell.loc);
        emit_store(l, cell.addr, value_of(l, args.items[1], &cell), cell.type, cell.loc);
    } else if (strstr(name, "_compare_and_swap") && args.count > 2) {
        struct ir_value expected = value_of(l, args.items[1], &cell), desired = value_of(l, args.items[2], &cell);
        same = exchange_if(l, &cell, expected, desired, NULL, &old);
        *ret_value = *name == 'b' ? same : old;
    } else if (strstr(name, "fetch") && args.count > 1) {
        *ret_value = change(l, &cell, name, value_of(l, args.items[1], &cell));
    } else {
        return false;
    }
    return true;
}

static bool has_suffix(const char *name, const char *suffix) {
    size_t len = strlen(name), suffix_len = strlen(suffix);
    return len >= suffix_len && !strcmp(name + len - suffix_len, suffix);
}

static struct ir_value exchange(struct lower *l, const struct cell *cell, bool by_value, struct nodes parts) {
    struct ir_value value = by_value ? value_of(l, parts.items[2], cell)
                                     : emit_load(l, expr_value(l, parts.items[2]), cell->type, cell->loc);
    struct ir_value old = emit_load(l, cell->addr, cell->type, cell->loc);
    emit_store(l, cell->addr, value, cell->type, cell->loc);
    if (by_value || parts.count < 4)
        return old;
    emit_store(l, expr_value(l, parts.items[3]), old, cell->type, cell->loc);
    return no_value;
}

static struct ir_value compare_exchange(struct lower *l, const struct cell *cell, bool by_value, struct nodes parts) {
    struct ir_value seen = expr_value(l, parts.items[2]), expected = emit_load(l, seen, cell->type, cell->loc), old;
    struct ir_value desired = by_value ? value_of(l, parts.items[4], cell)
                                       : emit_load(l, expr_value(l, parts.items[4]), cell->type, cell->loc);
    return exchange_if(l, cell, expected, desired, &seen, &old);
}

struct ir_value atomic_value(struct lower *l, struct node *node, const char *name, struct nodes parts) {
    bool by_value = !strncmp(name, "__c11_", 6) || has_suffix(name, "_n");
    const char *op = strstr(name, "atomic_") + strlen("atomic_");
    l->has_effects = true;
    if (l->is_dry)
        return (struct ir_value){IR_V_UNKNOWN, 0};
    struct cell cell = cell_at(l, parts.items[0], node);
    if (!strncmp(op, "load", 4)) {
        struct ir_value value = emit_load(l, cell.addr, cell.type, cell.loc);
        if (by_value || parts.count < 3)
            return value;
        emit_store(l, expr_value(l, parts.items[2]), value, cell.type, cell.loc);
        return no_value;
    }
    if ((!strncmp(op, "store", 5) && parts.count > 2) || !strcmp(op, "init")) {
        struct node *operand = parts.items[parts.count > 2 ? 2 : 1];
        struct ir_value value = by_value ? value_of(l, operand, &cell) : emit_load(l, expr_value(l, operand), cell.type, cell.loc);
        emit_store(l, cell.addr, value, cell.type, cell.loc);
        return no_value;
    }
    if (!strncmp(op, "exchange", 8) && parts.count > 2)
        return exchange(l, &cell, by_value, parts);
    if (!strncmp(op, "compare_exchange", 16) && parts.count > 4)
        return compare_exchange(l, &cell, by_value, parts);
    if (strstr(op, "fetch") && parts.count > 2)
        return change(l, &cell, op, value_of(l, parts.items[2], &cell));
    return emit_havoc(l, type_of(l, node), cell.loc);
}
