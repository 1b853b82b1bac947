// Contexts that never end: roots, and what functions are given that get nothing else. A wait that ends with such a context has no end.
// It is the function's where all its callers give it such a context; else it is that of the calls that do.
#include "flow/paths/exec.h"
#include "flow/waits/timed.h"

#include <stdlib.h>

static bool is_body(const struct timed *timed, uint32_t func, uint32_t inst) {
    uint32_t callee = timed_callee(timed, func, inst);
    return callee != IR_NONE && timed->program->funcs[callee].has_body && timed->funcs[callee].may_wait;
}

// Whether a function without a role gets the context: it may set a deadline on it.
static bool is_changed(struct timed *timed, uint32_t func, ssa_id context) {
    struct ssa *ssa = timed->funcs[func].ssa;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            for (uint32_t a = 1; ssa->ir->insts[i].op == IR_CALL && a < ssa->ir->insts[i].arg_count; a++)
                if (ssa_operand(ssa, i, a) == context && !timed_roles(timed, func, i) && !is_body(timed, func, i))
                    return true;
    }
    return false;
}

// Whether a context can never end: a root, or the parameter of a function that is only given such.
static bool is_endless(struct timed *timed, uint32_t func, ssa_id id, const uint8_t *endless) {
    struct ssa *ssa = timed->funcs[func].ssa;
    for (;;) {
        const struct ssa_node *node = ssa_at(ssa, id);
        if (node->kind == SSA_PARAM)
            return endless[func];
        if (node->kind != SSA_RESULT)
            return false;
        struct maker maker;
        if (!timed_maker(timed, func, node->a, &maker))
            return false;
        if (maker.role->kind == ROLE_ROOT || (maker.role->kind == ROLE_VALUE && timed_is_from_root(timed, func, id)))
            return !is_changed(timed, func, id);
        if (maker.role->kind != ROLE_VALUE || !maker.parent)
            return false;
        id = maker.parent;
    }
}

// Whether every caller of the function gives it a context without end.
static bool is_given_endless(struct timed *timed, uint32_t func, const uint8_t *endless) {
    const struct program *program = timed->program;
    const struct prog_func *pf = &program->funcs[func];
    uint32_t param = 0;
    while (param < pf->ir->param_count && !timed_is_context_param(timed, func, param))
        param++;
    if (pf->address_taken || !pf->caller_count || param == pf->ir->param_count)
        return false;
    for (uint32_t i = 0; i < pf->caller_count; i++) {
        const struct prog_call *call = &program->calls[program->callers[pf->callers + i]];
        struct ssa *ssa = timed->funcs[call->caller].ssa;
        if (call->kind != CALL_DIRECT || !ssa || param + 1 >= ssa->ir->insts[call->inst].arg_count ||
            !is_endless(timed, call->caller, ssa_operand(ssa, call->inst, param + 1), endless))
            return false;
    }
    return true;
}

// ---- waits through callees

// Parameters that some wait of the function, or below it, has as its only end.
static uint64_t sole_ends(struct timed *timed, const struct wait *wait) {
    if (wait->bound != WAIT_CONTEXT || wait->through != IR_NONE || wait->role->object.kind != POS_ARG)
        return 0;
    const struct ssa_node *node = ssa_at(timed->funcs[wait->func].ssa, timed_position(timed, wait->func, wait->inst, &wait->role->object));
    return node->kind == SSA_PARAM && node->a < 64 ? UINT64_C(1) << node->a : 0;
}

// The argument that the callee has as the only end of a wait and that never ends.
static bool gives_endless(struct timed *timed, const struct prog_call *call, uint64_t params, const uint8_t *endless) {
    struct ssa *ssa = timed->funcs[call->caller].ssa;
    for (uint32_t i = 0; params && i < 64 && i + 1 < ssa->ir->insts[call->inst].arg_count; i++)
        if (params >> i & 1 && is_endless(timed, call->caller, ssa_operand(ssa, call->inst, i + 1), endless))
            return true;
    return false;
}

static uint64_t passed_params(struct timed *timed, const struct prog_call *call, uint64_t params) {
    struct ssa *ssa = timed->funcs[call->caller].ssa;
    uint64_t out = 0;
    for (uint32_t i = 0; params && i < 64 && i + 1 < ssa->ir->insts[call->inst].arg_count; i++) {
        const struct ssa_node *node = ssa_at(ssa, ssa_operand(ssa, call->inst, i + 1));
        if (params >> i & 1 && node->kind == SSA_PARAM && node->a < 64)
            out |= UINT64_C(1) << node->a;
    }
    return out;
}

static void find_through(struct timed *timed, const uint8_t *endless) {
    const struct program *program = timed->program;
    uint64_t *params = mem_zalloc((program->func_count + 1) * sizeof *params);
    const struct role **roles = mem_zalloc((program->func_count + 1) * sizeof *roles);
    for (size_t i = 0; i < timed->waits.len; i++)
        if (sole_ends(timed, &timed->waits.items[i])) {
            params[timed->waits.items[i].func] |= sole_ends(timed, &timed->waits.items[i]);
            roles[timed->waits.items[i].func] = timed->waits.items[i].role;
        }
    for (uint32_t i = 0; i < program->scc_starts[program->scc_count]; i++) {
        uint32_t func = program->scc_funcs[i];
        const struct prog_func *pf = &program->funcs[func];
        program_rest_at(program, i);
        for (uint32_t c = 0; c < pf->call_count && timed->funcs[func].ssa && !pf->roles; c++) {
            const struct prog_call *call = &program->calls[pf->calls + c];
            if (call->kind != CALL_DIRECT || !params[call->callee] || call->callee == func)
                continue;
            if (!endless[call->callee] && gives_endless(timed, call, params[call->callee], endless))
                vec_push(&timed->waits, ((struct wait){.func = func, .inst = call->inst, .role = roles[call->callee], .through = call->callee, .bound = WAIT_CONTEXT,
                                                       .low = -1, .high = -1, .above = IR_NONE, .repeats = IR_NONE, .takes_context = true, .is_endless = true}));
            params[func] |= passed_params(timed, call, params[call->callee]);
            roles[func] = roles[call->callee];
        }
    }
    free(params);
    free(roles);
}

void timed_find_endless(struct timed *timed) {
    const struct program *program = timed->program;
    uint8_t *endless = mem_zalloc(program->func_count + 1);
    for (uint32_t i = program->scc_starts[program->scc_count]; i-- > 0;) {
        program_rest_at(program, i);
        endless[program->scc_funcs[i]] = is_given_endless(timed, program->scc_funcs[i], endless);
    }
    for (size_t i = 0; i < timed->waits.len; i++) {
        struct wait *wait = &timed->waits.items[i];
        program_rest_often(program, (uint32_t)i);
        if (wait->bound == WAIT_CONTEXT && wait->through == IR_NONE && wait->role->object.kind == POS_ARG)
            wait->is_endless = is_endless(timed, wait->func, timed_position(timed, wait->func, wait->inst, &wait->role->object), endless);
    }
    find_through(timed, endless);
    free(endless);
}
