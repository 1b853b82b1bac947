// Which calls make a context, and from what: a call that a model speaks of, or one into a function that returns what it makes so.
#include "flow/paths/exec.h"
#include "flow/waits/timed.h"

static bool makes(const struct role *role) {
    return role->kind == ROLE_DERIVE || role->kind == ROLE_VALUE || role->kind == ROLE_ROOT;
}

bool timed_maker(struct timed *timed, uint32_t func, uint32_t inst, struct maker *ret_maker) {
    const struct role *role = timed_roles(timed, func, inst);
    uint32_t callee = timed_callee(timed, func, inst);
    for (; role; role = role->next)
        if (makes(role) && timed_role_holds(timed, func, inst, role)) {
            *ret_maker = (struct maker){role, IR_NONE, role->parent.kind == POS_ARG ? timed_position(timed, func, inst, &role->parent) : SSA_UNKNOWN};
            return true;
        }
    if (timed_roles(timed, func, inst) || callee == IR_NONE || callee == func || !timed->funcs[callee].made.role)
        return false;
    struct ssa *ssa = timed->funcs[func].ssa;
    uint32_t parent = timed->funcs[callee].made_parent;
    bool is_given = parent != IR_NONE && parent + 1 < ssa->ir->insts[inst].arg_count;
    *ret_maker = (struct maker){timed->funcs[callee].made.role, callee, is_given ? ssa_operand(ssa, inst, parent + 1) : SSA_UNKNOWN};
    return true;
}

struct span timed_made_bound(struct timed *timed, uint32_t func, uint32_t inst, const struct maker *maker) {
    if (maker->callee == IR_NONE)
        return span_bound(timed, func, inst, maker->role, NULL);
    return span_sink(timed, func, inst, maker->callee, &timed->funcs[maker->callee].made, NULL);
}

bool timed_is_from_root(struct timed *timed, uint32_t func, ssa_id id) {
    const struct ssa_node *node = ssa_at(timed->funcs[func].ssa, id);
    struct maker maker;
    if (node->kind != SSA_RESULT || !timed_maker(timed, func, node->a, &maker))
        return false;
    if (maker.callee != IR_NONE && timed->funcs[maker.callee].makes_root)
        return true;
    return maker.callee == IR_NONE && maker.role->kind == ROLE_ROOT ? true : maker.parent && timed_is_from_root(timed, func, maker.parent);
}

// The parameter that a context was made from, over any that were made between.
static uint32_t parent_param(struct timed *timed, uint32_t func, ssa_id id) {
    const struct ssa_node *node = ssa_at(timed->funcs[func].ssa, id);
    struct maker maker;
    if (node->kind == SSA_PARAM)
        return node->a;
    return node->kind == SSA_RESULT && timed_maker(timed, func, node->a, &maker) && maker.parent ? parent_param(timed, func, maker.parent) : IR_NONE;
}

static void note_made(struct timed *timed, uint32_t func, ssa_id id) {
    struct timed_func *tf = &timed->funcs[func];
    const struct ssa_node *node = ssa_at(tf->ssa, id);
    struct maker maker;
    for (uint32_t i = 0; node->kind == SSA_PHI && i < node->b && !tf->made.role; i++)
        if (ssa_at(tf->ssa, tf->ssa->phi_args.items[node->a + i])->kind == SSA_RESULT)
            note_made(timed, func, tf->ssa->phi_args.items[node->a + i]);
    if (node->kind != SSA_RESULT || !timed_maker(timed, func, node->a, &maker))
        return;
    tf->made = (struct sink){.inst = node->a, .role = maker.role, .callee = maker.callee, .inner = maker.callee == IR_NONE ? IR_NONE : SINK_MADE};
    tf->makes_root = timed_is_from_root(timed, func, id);
    tf->made_parent = parent_param(timed, func, id);
}

// The context that a function makes for its caller.
void timed_find_made(struct timed *timed, uint32_t func) {
    struct ssa *ssa = timed->funcs[func].ssa;
    uint32_t type = ssa->fn->type == IR_NONE ? IR_NONE : ssa->ir->types[ssa->fn->type].target;
    timed->funcs[func].made_parent = IR_NONE;
    if (type == IR_NONE || !model_type_is_context(ssa->unit->model, type))
        return;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count && !timed->funcs[func].made.role; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        uint32_t last = block->insts + block->inst_count - 1;
        if (ssa->ir->insts[last].op == IR_RETURN && ssa->ir->insts[last].arg_count)
            note_made(timed, func, ssa_operand(ssa, last, 0));
    }
}
