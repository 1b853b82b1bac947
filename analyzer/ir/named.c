#include "ir/named.h"

#include <stdlib.h>

struct collector {
    const struct ir_unit *unit;
    struct named *named;
    uint32_t *bases;    // by temporary: the variable that it points into, or IR_NONE. Defined before use in layout order
    uint32_t *items_of; // by variable: 1 + its place in this function's items
    uint32_t first;     // the function's items start here
};

static uint32_t base_of(const struct collector *c, struct ir_value value) {
    return value.kind == IR_V_ADDR ? value.index : value.kind == IR_V_TEMP ? c->bases[value.index] : IR_NONE;
}

static uint32_t flags_of(const struct ir_inst *inst, uint32_t operand) {
    switch (inst->op) {
    case IR_STORE: return operand == 0 ? NAMED_WRITTEN : NAMED_LOST;
    case IR_ZERO:
    case IR_ASM: return NAMED_WRITTEN;
    case IR_LOAD:
    case IR_FIELD:
    case IR_INDEX:
    case IR_UNARY:
    case IR_BRANCH: return 0;
    case IR_BINARY: return inst->sub >= IR_EQ ? 0 : NAMED_LOST; // comparing addresses is harmless, computing with them is not
    default: return NAMED_LOST;
    }
}

static void note(struct collector *c, uint32_t var, uint32_t flags) {
    uint8_t kind = c->unit->vars[var].kind;
    if (kind != IR_VAR_GLOBAL && kind != IR_VAR_STATIC_LOCAL)
        return;
    if (c->items_of[var] <= c->first) {
        vec_push(&c->named->items, var);
        c->items_of[var] = (uint32_t)c->named->items.len;
    }
    c->named->items.items[c->items_of[var] - 1] |= flags;
}

static void see(struct collector *c, const struct ir_inst *inst) {
    const struct ir_value *args = &c->unit->values[inst->args];
    if (inst->result != IR_NONE)
        c->bases[inst->result] = inst->op == IR_FIELD || inst->op == IR_INDEX ? base_of(c, args[0]) : IR_NONE;
    for (uint32_t i = 0; i < inst->arg_count; i++) {
        uint32_t var = base_of(c, args[i]);
        if (var != IR_NONE)
            note(c, var, flags_of(inst, i));
    }
}

static void collect(struct collector *c, const struct ir_func *func) {
    c->first = (uint32_t)c->named->items.len;
    c->bases = mem_realloc(c->bases, func->temp_count * sizeof *c->bases);
    for (uint32_t i = 0; i < func->temp_count; i++)
        c->bases[i] = IR_NONE;
    for (uint32_t k = 0; k < func->block_count; k++) {
        const struct ir_block *block = &c->unit->blocks[func->blocks + k];
        for (uint32_t i = 0; i < block->inst_count; i++)
            see(c, &c->unit->insts[block->insts + i]);
    }
}

void named_make(const struct ir_unit *unit, struct named *ret_named) {
    *ret_named = (struct named){.starts = mem_zalloc(((size_t)unit->funcs_count + 1) * sizeof *ret_named->starts)};
    struct collector c = {.unit = unit, .named = ret_named, .items_of = mem_zalloc(unit->vars_count * sizeof *c.items_of)};
    ENSURE(unit->vars_count <= NAMED_VAR);
    for (uint32_t f = 0; f < unit->funcs_count; f++) {
        collect(&c, &unit->funcs[f]);
        ret_named->starts[f + 1] = (uint32_t)ret_named->items.len;
    }
    free(c.bases);
    free(c.items_of);
}

void named_done(struct named *named) {
    vec_done(&named->items);
    free(named->starts);
}
