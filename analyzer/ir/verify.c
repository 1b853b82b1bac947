// See verify.h. Temporaries are checked by dominance: the instruction that makes one must stand before its use in the same block,
// or in a block that every path from the entry to the use goes through. Blocks that no path reaches are left alone.
#include "ir/verify.h"

#include "base/mem.h"
#include "ir/check.h"

#include <stdlib.h>
#include <string.h>

struct body {
    const struct ir_unit *unit;
    const struct ir_func *func;
    const struct ir_block *blocks;
    uint32_t *order, order_count; // reachable blocks in reverse postorder
    uint32_t *rank;               // by block: place in `order`; IR_NONE where unreachable
    uint32_t *idom;               // by rank: rank of the immediate dominator; the entry's is itself
    uint32_t *def_block;          // by temporary: the block that makes it
};

static bool fault(const struct body *body, uint32_t block, const char *what, struct err *err) {
    const struct ir_loc *loc = &body->unit->locs[ir_terminator(body->unit, &body->blocks[block])->loc];
    return err_set(err, "the unit is broken: in function '%s', block b%u, near line %u: %s", ir_text(body->unit, body->func->name), block,
                   loc->line, what);
}

static void find_order(struct body *body) {
    uint32_t count = body->func->block_count, depth = 0, done = count;
    uint32_t *stack = mem_zalloc(count * sizeof *stack), *next = mem_zalloc(count * sizeof *next);
    uint32_t *backward = mem_zalloc(count * sizeof *backward);
    memset(body->rank, 0xff, count * sizeof *body->rank);
    stack[depth++] = 0;
    body->rank[0] = 0; // seen
    while (depth) {
        uint32_t at = stack[depth - 1];
        if (next[at] == body->blocks[at].succ_count) {
            backward[--done] = at;
            depth--;
            continue;
        }
        uint32_t to = body->unit->succs[body->blocks[at].succs + next[at]++];
        if (body->rank[to] == IR_NONE) {
            body->rank[to] = 0;
            stack[depth++] = to;
        }
    }
    body->order_count = count - done;
    memcpy(body->order, backward + done, body->order_count * sizeof *backward);
    for (uint32_t i = 0; i < body->order_count; i++)
        body->rank[body->order[i]] = i;
    free(stack);
    free(next);
    free(backward);
}

static uint32_t common_dominator(const struct body *body, uint32_t a, uint32_t b) {
    while (a != b) {
        while (a > b)
            a = body->idom[a];
        while (b > a)
            b = body->idom[b];
    }
    return a;
}

// Cooper, Harvey, Kennedy: "A simple, fast dominance algorithm", pushing along successors instead of pulling from predecessors.
static void find_dominators(struct body *body) {
    memset(body->idom, 0xff, body->func->block_count * sizeof *body->idom);
    body->idom[0] = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < body->order_count; i++) {
            const struct ir_block *block = &body->blocks[body->order[i]];
            for (uint32_t j = 0; j < block->succ_count; j++) {
                uint32_t to = body->rank[body->unit->succs[block->succs + j]];
                uint32_t idom = body->idom[to] == IR_NONE ? i : common_dominator(body, i, body->idom[to]);
                changed |= idom != body->idom[to];
                body->idom[to] = idom;
            }
        }
    }
}

static bool dominates(const struct body *body, uint32_t above, uint32_t below) {
    uint32_t a = body->rank[above], b = body->rank[below];
    if (a == IR_NONE)
        return false;
    while (b > a)
        b = body->idom[b];
    return a == b;
}

static void find_definitions(struct body *body) {
    for (uint32_t b = 0; b < body->func->block_count; b++)
        for (uint32_t i = 0; i < body->blocks[b].inst_count; i++) {
            uint32_t temp = body->unit->insts[body->blocks[b].insts + i].result;
            if (temp != IR_NONE)
                body->def_block[temp] = b;
        }
}

static bool is_address(struct ir_value value) {
    return value.kind != IR_V_NONE && value.kind != IR_V_FLOAT;
}

static const char *operands_fault(const struct ir_inst *inst, const struct ir_value *args) {
    bool through_address = inst->op <= IR_INDEX;
    for (uint32_t i = 0; i < inst->arg_count; i++)
        if (args[i].kind == IR_V_NONE && inst->op != IR_RETURN)
            return "an operand is missing";
    if ((through_address || inst->op == IR_CALL) && !is_address(args[0]))
        return "a number is used as an address";
    return NULL;
}

// Only globals, static locals and the function's own variables.
static bool is_own_var(const struct body *body, uint32_t var) {
    return body->unit->vars[var].kind <= IR_VAR_STATIC_LOCAL ||
           (var >= body->func->vars && var - body->func->vars < body->func->var_count);
}

static bool check_inst(const struct body *body, uint32_t block, const struct ir_inst *inst, const uint8_t *made_here, struct err *err) {
    const struct ir_value *args = body->unit->values + inst->args;
    const char *operands = operands_fault(inst, args);
    if (operands)
        return fault(body, block, operands, err);
    for (uint32_t i = 0; i < inst->arg_count; i++) {
        if (args[i].kind == IR_V_ADDR && !is_own_var(body, args[i].index))
            return fault(body, block, "the variable of another function is used", err);
        if (args[i].kind != IR_V_TEMP)
            continue;
        uint32_t def = body->def_block[args[i].index];
        if (def == block ? !made_here[args[i].index] : !dominates(body, def, block))
            return fault(body, block, "a temporary is used where it may not be written yet", err);
    }
    return true;
}

static bool check_uses(const struct body *body, struct err *err) {
    uint8_t *made = mem_zalloc(body->func->temp_count); // so far, in the block looked at and in those before
    bool ok = true;
    for (uint32_t i = 0; ok && i < body->order_count; i++) {
        const struct ir_block *block = &body->blocks[body->order[i]];
        for (uint32_t j = 0; ok && j < block->inst_count; j++) {
            const struct ir_inst *inst = &body->unit->insts[block->insts + j];
            ok = check_inst(body, body->order[i], inst, made, err);
            if (inst->result != IR_NONE)
                made[inst->result] = 1;
        }
    }
    free(made);
    return ok;
}

static bool check_body(const struct ir_unit *unit, const struct ir_func *func, struct err *err) {
    struct body body = {.unit = unit, .func = func, .blocks = unit->blocks + func->blocks};
    struct arena arena = {0};
    body.order = arena_array(&arena, uint32_t, func->block_count);
    body.rank = arena_array(&arena, uint32_t, func->block_count);
    body.idom = arena_array(&arena, uint32_t, func->block_count);
    body.def_block = arena_array(&arena, uint32_t, func->temp_count);
    find_order(&body);
    find_dominators(&body);
    find_definitions(&body);
    bool ok = check_uses(&body, err);
    arena_done(&arena);
    return ok;
}

static bool check_vars(const struct ir_unit *unit, const struct ir_func *func, struct err *err) {
    for (uint32_t i = 0; i < func->var_count; i++) {
        bool is_param = unit->vars[func->vars + i].kind == IR_VAR_PARAM;
        if (unit->vars[func->vars + i].kind <= IR_VAR_STATIC_LOCAL || is_param != (i < func->param_count))
            return err_set(err, "the unit is broken: variable %u of function '%s' is of the wrong kind", i, ir_text(unit, func->name));
    }
    return true;
}

bool ir_verify(const struct ir_unit *unit, struct err *err) {
    if (!ir_check(unit, err))
        return false;
    for (uint32_t i = 0; i < unit->funcs_count; i++) {
        const struct ir_func *func = &unit->funcs[i];
        if (!check_vars(unit, func, err) || (func->block_count && !check_body(unit, func, err)))
            return false;
        if (unit->types[func->type].kind != IR_FUNCTION)
            return err_set(err, "the unit is broken: function '%s' has no function type", ir_text(unit, func->name));
    }
    return true;
}
