// Each wait that gets the caller's budget is taken to have failed because that has ended; then questions about the budget say so. If
// control gets to a call that tells a breaker of a failure all the same (after.h), the breaker is told of the caller's doing. Control is
// followed up to the next wait: what is told after that is about that one.
#include "flow/retries/blame.h"

#include "flow/retries/after.h"
#include "flow/waits/given.h"

struct suspect {
    struct timed *timed;
    uint32_t func, inst, wait_inst;
    struct given given;
};

static bool waits(const struct timed *timed, uint32_t func, uint32_t inst) {
    uint32_t callee = timed_callee(timed, func, inst);
    if (timed_role(timed, func, inst, ROLE_BLOCK))
        return true;
    return callee != IR_NONE && timed->funcs[callee].may_wait && !timed->program->funcs[callee].roles;
}

// Control ends at another wait. One that stands in the block of the breaker behind it does not matter.
static bool ends(void *data, uint32_t block, uint32_t from) {
    const struct suspect *s = data;
    const struct ssa *ssa = s->timed->funcs[s->func].ssa;
    const struct ir_block *b = &ssa->ir->blocks[ssa->fn->blocks + block];
    for (uint32_t i = from; i < b->insts + b->inst_count; i++)
        if (ssa->ir->insts[i].op == IR_CALL && i != s->inst && waits(s->timed, s->func, i))
            return true;
    return false;
}

static bool is_between(const struct suspect *s, uint32_t from, uint32_t to) {
    const struct ssa *ssa = s->timed->funcs[s->func].ssa;
    for (uint32_t i = from; i < to; i++)
        if (ssa->ir->insts[i].op == IR_CALL && waits(s->timed, s->func, i))
            return true;
    return false;
}

// ---- what tells the breaker

static bool tells_in(struct after *outer, uint32_t inst, uint32_t callee);

// Whether control gets to something in the function that tells a breaker of a failure.
static bool tells_below(struct after *outer, uint32_t inst, uint32_t callee) {
    struct ssa *ssa = outer->timed->funcs[callee].ssa;
    bool found = false;
    for (uint32_t k = 0; ssa && !found && k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; !found && i < block->insts + block->inst_count; i++) {
            uint32_t next = ssa->ir->insts[i].op == IR_CALL ? timed_callee(outer->timed, callee, i) : IR_NONE;
            bool is_told = next != IR_NONE && timed_role(outer->timed, callee, i, ROLE_BREAKER_FAILURE);
            if (next == IR_NONE || !(is_told || outer->timed->funcs[next].tells_below))
                continue;
            struct after inner = {.target = ssa->cfg.rpo[k]};
            if (!after_enter(outer, inst, callee, &inner))
                continue;
            found = inner.entered[ssa->cfg.rpo[k]] && (is_told || tells_in(&inner, i, next));
            after_done(&inner);
        }
    }
    return found;
}

static bool tells_in(struct after *outer, uint32_t inst, uint32_t callee) {
    return !outer->timed->program->funcs[callee].roles && outer->timed->funcs[callee].tells_below && tells_below(outer, inst, callee);
}

// Whether the breaker is told once the wait has failed for the budget's end.
static bool is_told(struct suspect *s, enum after_mode mode) {
    struct ssa *ssa = s->timed->funcs[s->func].ssa;
    uint32_t block = cfg_block_of(&ssa->cfg, s->inst), start = cfg_block_of(&ssa->cfg, s->wait_inst), type = ssa->ir->insts[s->wait_inst].type;
    bool is_truth = type != IR_NONE && (ssa->ir->types[type].kind == IR_BOOL || ssa->ir->types[type].kind == IR_POINTER);
    struct after after = {.timed = s->timed, .func = s->func, .inst = s->wait_inst, .head = IR_NONE, .target = block, .mode = mode, .ends = ends, .data = s};
    after.result = (struct known){KNOWN_CODE, is_truth ? 0 : -1, false};
    if (s->given.arg != IR_NONE) {
        after.budgets[0] = ssa_operand(ssa, s->wait_inst, s->given.arg + 1);
        after.budgets[1] = s->given.origin;
    }
    after_run(&after);
    bool is_same = start == block && s->inst > s->wait_inst && !is_between(s, s->wait_inst + 1, s->inst);
    bool found = is_same || (after.entered[block] && !is_between(s, ssa->ir->blocks[ssa->fn->blocks + block].insts, s->inst));
    if (found && !timed_role(s->timed, s->func, s->inst, ROLE_BREAKER_FAILURE))
        found = tells_in(&after, s->inst, timed_callee(s->timed, s->func, s->inst));
    after_done(&after);
    return found;
}

// Whether anything is decided by what the wait said.
static bool is_looked_at(const struct suspect *s) {
    struct ssa *ssa = s->timed->funcs[s->func].ssa;
    struct after after = {.timed = s->timed, .func = s->func, .inst = s->wait_inst, .head = IR_NONE};
    for (uint32_t i = 1; i < ssa->ir->insts[s->inst].arg_count; i++)
        if (after_depends(&after, ssa_operand(ssa, s->inst, i), s->wait_inst))
            return true;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        uint32_t last = block->insts + block->inst_count - 1;
        bool is_choice = ssa->ir->insts[last].op == IR_BRANCH || ssa->ir->insts[last].op == IR_SWITCH;
        if (is_choice && after_depends(&after, ssa_operand(ssa, last, 0), s->wait_inst))
            return true;
    }
    return false;
}

static bool look_at_wait(struct suspect *s) {
    if (!waits(s->timed, s->func, s->wait_inst) || !given_find(s->timed, s->func, s->wait_inst, IR_NONE, &s->given) || !s->given.is_callers)
        return false;
    if (!is_looked_at(s) || !is_told(s, AFTER_ENDED) || !is_told(s, AFTER_ENDED_FOR_SURE))
        return false;
    vec_push(&s->timed->blames, ((struct blame){s->func, s->inst, s->wait_inst, s->given.kind, s->given.arg}));
    return true;
}

typedef bool call_visit(struct suspect *s, uint32_t inst);

// Visits calls in order until one says that it is enough.
static void each_call(struct suspect *s, call_visit *visit) {
    const struct ssa *ssa = s->timed->funcs[s->func].ssa;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            if (ssa->ir->insts[i].op == IR_CALL && visit(s, i))
                return;
    }
}

static bool try_wait(struct suspect *s, uint32_t inst) {
    s->wait_inst = inst;
    return inst != s->inst && look_at_wait(s);
}

static bool try_breaker(struct suspect *s, uint32_t inst) {
    uint32_t callee = timed_callee(s->timed, s->func, inst);
    bool is_below = callee != IR_NONE && s->timed->funcs[callee].tells_below && !s->timed->funcs[callee].may_wait;
    s->inst = inst;
    if (is_below || timed_role(s->timed, s->func, inst, ROLE_BREAKER_FAILURE))
        each_call(s, try_wait);
    return false;
}

void timed_find_blames(struct timed *timed, uint32_t func) {
    struct suspect s = {.timed = timed, .func = func};
    each_call(&s, try_breaker);
}

const struct blame *blame_all(const struct timed *timed, size_t *ret_count) {
    *ret_count = timed->blames.len;
    return timed->blames.items;
}
