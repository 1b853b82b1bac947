#include "flow/waits/given.h"

struct loop {
    struct timed *timed;
    uint32_t func, head;
};

static bool is_in_loop(const struct loop *loop, uint32_t inst) {
    const struct cfg *cfg = &loop->timed->funcs[loop->func].ssa->cfg;
    return loop->head != IR_NONE && cfg_in_loop(cfg, cfg_block_of(cfg, inst), loop->head);
}

// Whether a call in the loop may write behind this address.
static bool is_written(const struct loop *loop, ssa_id address) {
    struct ssa *ssa = loop->timed->funcs[loop->func].ssa;
    while (ssa_at(ssa, address)->kind == SSA_FIELD)
        address = ssa_at(ssa, address)->a;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; cfg_in_loop(&ssa->cfg, ssa->cfg.rpo[k], loop->head) && i < block->insts + block->inst_count; i++) {
            const struct ir_inst *inst = &ssa->ir->insts[i];
            if (inst->op == IR_STORE && ssa_at(ssa, ssa_operand(ssa, i, 0))->kind == SSA_FIELD && ssa_at(ssa, ssa_operand(ssa, i, 0))->a == address)
                return true;
            for (uint32_t a = 1; inst->op == IR_CALL && !timed_role(loop->timed, loop->func, i, ROLE_BLOCK) && a < inst->arg_count; a++)
                if (ssa_operand(ssa, i, a) == address)
                    return true;
        }
    }
    return false;
}

static bool is_constant_node(void *data, ssa_id id) {
    const struct loop *loop = data;
    const struct ssa *ssa = loop->timed->funcs[loop->func].ssa;
    const struct ssa_node *node = ssa_at(ssa, id);
    switch ((enum ssa_kind)node->kind) {
    case SSA_UNKNOWN: return false;
    case SSA_RESULT:
    case SSA_OUT: return !is_in_loop(loop, node->a);
    case SSA_PHI: return !cfg_in_loop(&ssa->cfg, node->block, loop->head);
    case SSA_LOAD: return !is_in_loop(loop, node->b) || !is_written(loop, node->a);
    default: return true;
    }
}

bool given_is_constant(struct timed *timed, uint32_t func, ssa_id id, uint32_t head) {
    struct loop loop = {timed, func, head};
    return ssa_walk(timed->funcs[func].ssa, id, is_constant_node, &loop);
}

bool given_is_context(const struct timed *timed, uint32_t func, uint32_t inst, uint32_t arg) {
    const struct ssa *ssa = timed->funcs[func].ssa;
    const struct ir_inst *call = &ssa->ir->insts[inst];
    if (arg + 1 >= call->arg_count)
        return false;
    const struct ir_value *callee = &ssa->ir->values[call->args];
    uint32_t type = ssa->ir->call_args[call->aux + arg + 1].type;
    uint32_t func_id = timed_callee(timed, func, inst);
    if (func_id != IR_NONE && arg < 64 && timed->funcs[func_id].context_params >> arg & 1)
        return true;
    bool is_declared = callee->kind == IR_V_FUNC && arg < ssa->ir->funcs[callee->index].param_count &&
                       model_var_is_context(ssa->unit->model, ssa->ir->funcs[callee->index].vars + arg);
    return is_declared || (type != IR_NONE && model_type_is_context(ssa->unit->model, type));
}

// Up from a context to where it came into the function, over those that were derived from it here.
static bool find_origin(const struct loop *loop, ssa_id id, struct given *given) {
    struct timed *timed = loop->timed;
    const struct ssa *ssa = timed->funcs[loop->func].ssa;
    for (unsigned depth = 0; depth < 8; depth++) {
        struct ssa_node node = *ssa_at(ssa, id);
        given->origin = id;
        while (node.kind == SSA_MEMBER)
            node = *ssa_at(ssa, node.a);
        given->is_callers = node.kind == SSA_PARAM || node.kind == SSA_LOAD;
        if (given->is_callers)
            return true;
        if (node.kind == SSA_PHI && node.b) {
            id = ssa->phi_args.items[node.a];
            continue;
        }
        if (node.kind != SSA_RESULT && node.kind != SSA_OUT)
            return false;
        struct maker maker;
        if (!timed_maker(timed, loop->func, node.a, &maker) || !maker.parent)
            return false;
        const struct role *role = maker.role;
        struct span span = role->bound.kind == BOUND_NONE ? (struct span){0} : timed_made_bound(timed, loop->func, node.a, &maker);
        if (span.parts & (SPAN_LEFT | SPAN_OTHER) && is_in_loop(loop, node.a))
            return false; // its length is from what was left: the loop knows
        ssa_id parent = maker.parent;
        if (!is_in_loop(loop, node.a) && role->bound.kind != BOUND_NONE && !find_origin(loop, parent, given))
            return true; // a budget of the function's own
        id = parent;
    }
    return false;
}

static bool find_context(const struct loop *loop, uint32_t inst, const struct role *block, struct given *given) {
    struct ssa *ssa = loop->timed->funcs[loop->func].ssa;
    for (uint32_t arg = 0; arg + 1 < ssa->ir->insts[inst].arg_count; arg++) {
        bool is_object = block && block->object.kind == POS_ARG && block->object.arg == arg;
        if ((block ? is_object : given_is_context(loop->timed, loop->func, inst, arg)) && find_origin(loop, ssa_operand(ssa, inst, arg + 1), given)) {
            given->kind = BUDGET_CONTEXT;
            given->arg = arg;
            return true;
        }
    }
    return false;
}

static bool is_timer(const struct timed *timed, const struct ssa *ssa, uint32_t type) {
    uint32_t target = type == IR_NONE || ssa->ir->types[type].kind != IR_POINTER ? IR_NONE : ssa->ir->types[type].target;
    return target != IR_NONE && ssa->ir->types[target].kind == IR_RECORD && strtab_find(&timed->timer_types, ir_text(ssa->ir, ssa->ir->types[target].canonical));
}

static bool find_timer(const struct loop *loop, uint32_t inst, struct given *given) {
    struct ssa *ssa = loop->timed->funcs[loop->func].ssa;
    const struct ir_inst *call = &ssa->ir->insts[inst];
    for (uint32_t arg = 0; arg + 1 < call->arg_count; arg++) {
        ssa_id value = ssa_operand(ssa, inst, arg + 1);
        if (!is_timer(loop->timed, ssa, ssa->ir->call_args[call->aux + arg + 1].type) || ssa_at(ssa, value)->kind != SSA_PARAM)
            continue;
        *given = (struct given){BUDGET_TIMER, arg, true, value};
        return true;
    }
    return false;
}

// The argument of a call into a function that becomes the end of its waits.
static uint32_t end_arg(const struct timed *timed, uint32_t func, uint32_t inst, const struct role *block) {
    uint32_t callee = timed_callee(timed, func, inst);
    if (block)
        return block->bound.kind == BOUND_DEADLINE && block->bound.pos.kind == POS_ARG ? block->bound.pos.arg : IR_NONE;
    for (uint32_t i = 0; callee != IR_NONE && i < 64; i++)
        if (timed->funcs[callee].end_params >> i & 1)
            return i;
    return IR_NONE;
}

static bool find_deadline(const struct loop *loop, uint32_t inst, const struct role *block, struct given *given) {
    struct timed *timed = loop->timed;
    struct ssa *ssa = timed->funcs[loop->func].ssa;
    uint32_t arg = end_arg(timed, loop->func, inst, block);
    if (arg == IR_NONE || arg + 1 >= ssa->ir->insts[inst].arg_count)
        return false;
    ssa_id nodes[2] = {ssa_operand(ssa, inst, arg + 1)};
    unsigned count = block ? timed_bound_nodes(timed, loop->func, inst, &block->bound, nodes) : 1;
    struct span all = {0};
    for (unsigned i = 0; i < count; i++) {
        struct span span = span_eval(timed, loop->func, nodes[i], NULL);
        all.parts |= span.parts;
        if (loop->head != IR_NONE && !given_is_constant(timed, loop->func, nodes[i], loop->head))
            return false;
    }
    bool is_own = (all.parts & SPAN_CLOCK) != 0;
    if (!count || !(is_own || all.parts & SPAN_PARAM))
        return false;
    *given = (struct given){BUDGET_NUMBER, arg, !is_own, nodes[0]};
    return true;
}

static bool is_ambient(const struct timed *timed, uint32_t func, uint32_t inst) {
    for (size_t i = 0; i < timed->waits.len; i++) {
        const struct wait *wait = &timed->waits.items[i];
        if (wait->func == func && wait->inst == inst && wait->above != IR_NONE)
            return timed->aboves.items[wait->above].kind == BUDGET_AMBIENT;
    }
    return false;
}

bool given_find(struct timed *timed, uint32_t func, uint32_t inst, uint32_t head, struct given *ret_given) {
    const struct role *block = timed_role(timed, func, inst, ROLE_BLOCK);
    struct loop loop = {timed, func, head};
    if (find_context(&loop, inst, block, ret_given) || find_timer(&loop, inst, ret_given) || find_deadline(&loop, inst, block, ret_given))
        return true;
    if (!block || block->object.kind != POS_AMBIENT || !is_ambient(timed, func, inst))
        return false;
    *ret_given = (struct given){BUDGET_AMBIENT, IR_NONE, true, SSA_UNKNOWN};
    return true;
}
