// The walk over all functions for what happens after waits that failed: retries, threads left running, breakers told. Runs last, when all
// waits and budgets are known; functions that nobody needed in static single assignment form so far get it for a moment, where they have a
// loop that may wait.
#include "flow/kept/quiet.h"
#include "flow/paths/exec.h"
#include "flow/waits/timed.h"

static void note_roles(struct timed_func *tf, const struct role *roles) {
    for (const struct role *role = roles; role; role = role->next) {
        tf->asks_below |= role->kind == ROLE_QUERY || role->kind == ROLE_NOW;
        tf->sleeps_below |= role->kind == ROLE_SLEEP;
        tf->tells_below |= role->kind == ROLE_BREAKER_FAILURE;
    }
}

// Own waits first: a length that changes, or anything but a sleep, and the function is more than a delay.
static void note_waits(struct timed *timed) {
    for (uint32_t f = 0; f < timed->program->func_count; f++) {
        timed->funcs[f].sleeps_only = timed->funcs[f].may_wait;
        timed->funcs[f].sleeps_ns = -1;
    }
    for (size_t i = 0; i < timed->waits.len; i++) {
        const struct wait *wait = &timed->waits.items[i];
        struct timed_func *tf = &timed->funcs[wait->func];
        tf->sleeps_only &= wait->is_sleep && !wait->varies && !wait->in_loop && (wait->bound == WAIT_FIXED || wait->bound == WAIT_BUDGET);
        tf->sleeps_ns = wait->bound == WAIT_FIXED && wait->unit_known && wait->low == wait->high ? wait->high : -1;
    }
}

static void note_below(struct timed *timed) {
    const struct program *program = timed->program;
    note_waits(timed);
    for (uint32_t i = 0; i < program->scc_starts[program->scc_count]; i++) {
        const struct prog_func *pf = &program->funcs[program->scc_funcs[i]];
        struct timed_func *tf = &timed->funcs[program->scc_funcs[i]];
        for (uint32_t c = 0; c < pf->call_count && pf->has_body; c++) {
            const struct prog_call *call = &program->calls[pf->calls + c];
            const struct timed_func *callee = &timed->funcs[call->callee];
            if (call->kind == CALL_THREAD || call->kind == CALL_CALLBACK)
                continue;
            note_roles(tf, program->funcs[call->callee].roles);
            tf->asks_below |= callee->asks_below;
            tf->sleeps_below |= callee->sleeps_below;
            tf->tells_below |= callee->tells_below;
            if (callee->may_wait && !program->funcs[call->callee].roles) {
                tf->sleeps_only &= callee->sleeps_only;
                tf->sleeps_ns = tf->sleeps_ns >= 0 ? tf->sleeps_ns : callee->sleeps_ns;
            }
        }
    }
}

// Parameters that end what the function waits for.
static void note_contexts(struct timed *timed, uint32_t func, uint32_t inst) {
    struct timed_func *tf = &timed->funcs[func];
    const struct role *block = timed_role(timed, func, inst, ROLE_BLOCK);
    uint32_t callee = timed_callee(timed, func, inst);
    uint64_t args = callee == IR_NONE ? 0 : timed->funcs[callee].context_params;
    if (block && block->object.kind == POS_ARG && block->object.arg < 64)
        args |= UINT64_C(1) << block->object.arg;
    for (uint32_t i = 0; args && i + 1 < tf->ssa->ir->insts[inst].arg_count && i < 64; i++) {
        const struct ssa_node *node = ssa_at(tf->ssa, ssa_operand(tf->ssa, inst, i + 1));
        if (args >> i & 1 && node->kind == SSA_PARAM && node->a < 64)
            tf->context_params |= UINT64_C(1) << node->a;
    }
}

static void look_at(struct timed *timed, uint32_t func, size_t first_wait) {
    const struct ssa *ssa = timed->funcs[func].ssa;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            if (ssa->ir->insts[i].op == IR_CALL)
                note_contexts(timed, func, i);
    }
    timed_find_retries(timed, func);
    timed_find_abandons(timed, func, first_wait);
    timed_find_blames(timed, func);
}

// ---- functions that are in no form yet

static bool goes_back(const struct ir_unit *ir, const struct ir_func *fn) {
    for (uint32_t k = 0; k < fn->block_count; k++)
        for (uint32_t i = 0; i < ir->blocks[fn->blocks + k].succ_count; i++)
            if (ir->succs[ir->blocks[fn->blocks + k].succs + i] <= k)
                return true;
    return false;
}

// The temporaries that something reads.
static uint8_t *find_read(const struct ir_unit *ir, const struct ir_func *fn, struct arena *arena) {
    uint8_t *read = arena_array(arena, uint8_t, fn->temp_count + 1);
    for (uint32_t k = 0; k < fn->block_count; k++) {
        const struct ir_block *block = &ir->blocks[fn->blocks + k];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            for (uint32_t a = 0; a < ir->insts[i].arg_count; a++)
                if (ir->values[ir->insts[i].args + a].kind == IR_V_TEMP)
                    read[ir->values[ir->insts[i].args + a].index] = 1;
    }
    return read;
}

// Whether a call can be what a loop tries: it waits, and its result is looked at. Functions that call what a model describes as a wait
// have their form already.
static bool may_be_tried(const struct timed *timed, const struct prog_unit *unit, const struct ir_inst *call, const uint8_t *read) {
    const struct ir_value *callee = &unit->ir->values[call->args];
    uint32_t target = callee->kind == IR_V_FUNC ? unit->func_ids[callee->index] : IR_NONE;
    if (target == IR_NONE || timed->program->funcs[target].roles || !timed->funcs[target].may_wait || call->result == IR_NONE || call->type == IR_NONE)
        return false;
    uint8_t kind = unit->ir->types[call->type].kind;
    return read[call->result] && kind != IR_VOID && kind != IR_FLOAT && kind != IR_RECORD;
}

static bool has_tried_call(const struct timed *timed, const struct prog_func *pf, struct arena *arena) {
    const struct prog_unit *unit = &timed->program->units[pf->unit];
    const uint8_t *read = find_read(unit->ir, pf->ir, arena);
    struct cfg cfg;
    cfg_build(&cfg, unit->ir, pf->ir, arena);
    for (uint32_t k = 0; k < pf->ir->block_count; k++) {
        const struct ir_block *block = &unit->ir->blocks[pf->ir->blocks + k];
        for (uint32_t i = block->insts; cfg.blocks[k].loop != IR_NONE && i < block->insts + block->inst_count; i++)
            if (unit->ir->insts[i].op == IR_CALL && may_be_tried(timed, unit, &unit->ir->insts[i], read))
                return true;
    }
    return false;
}

// ---- the walk

static bool may_go_round(const struct timed *timed, uint32_t func) {
    const struct prog_func *pf = &timed->program->funcs[func];
    return timed->funcs[func].may_wait && goes_back(timed->program->units[pf->unit].ir, pf->ir);
}

static void look_for_a_moment(struct timed *timed, uint32_t func, size_t first_wait) {
    struct timed_func *tf = &timed->funcs[func];
    struct arena arena = {0};
    struct ssa ssa;
    if (tf->tells_below || has_tried_call(timed, &timed->program->funcs[func], &arena)) {
        ssa_build(&ssa, timed->program, func, &arena);
        tf->ssa = &ssa;
        look_at(timed, func, first_wait);
        tf->ssa = NULL;
        ssa_done(&ssa);
    }
    arena_done(&arena);
}

static size_t found(const struct timed *timed) {
    return timed->retries.len + timed->abandons.len + timed->blames.len;
}

static void follow(struct timed *timed, struct quiet *quiet, uint32_t func, size_t first_wait) {
    size_t before = found(timed);
    uint64_t digest = quiet ? quiet_digest(quiet, func, first_wait) : 0;
    bool is_quiet = quiet && quiet_has(quiet, digest);
    timed->flow->stats.followed++;
    timed->flow->stats.quiet += is_quiet;
    if (!is_quiet && timed->funcs[func].ssa)
        look_at(timed, func, first_wait);
    else if (!is_quiet)
        look_for_a_moment(timed, func, first_wait);
    if (quiet && found(timed) == before && !timed->funcs[func].context_params)
        quiet_note(quiet, digest);
}

void timed_find_resilience(struct timed *timed, struct depend *depend, struct buf *memory) {
    const struct program *program = timed->program;
    size_t first = 0; // of the function's waits: they lie in the order of this walk
    note_below(timed);
    struct quiet *quiet = memory ? quiet_open(timed, depend, memory) : NULL;
    for (uint32_t i = 0; i < program->scc_starts[program->scc_count]; i++) {
        uint32_t func = program->scc_funcs[i];
        program_rest_at(program, i);
        if (!program->funcs[func].has_body || program->funcs[func].roles)
            continue;
        if (timed->funcs[func].ssa || may_go_round(timed, func))
            follow(timed, quiet, func, first);
        while (first < timed->waits.len && timed->waits.items[first].func == func)
            first++;
    }
    quiet_close(quiet, memory);
}
