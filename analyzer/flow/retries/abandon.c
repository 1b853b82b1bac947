// A thread or task is settled where it is cancelled, joined, detached, stored, returned or passed on, where a context is cancelled, and
// where something it was given changes: it may be told to end. What happens after the wait has timed out is simulated (after.h); a return
// that is reached with nothing settled is an abandoned wait.
//
// Left out: handles that came from somewhere else, and threads that were given a budget: they end by themselves.
#include "flow/retries/abandon.h"

#include "flow/retries/after.h"
#include "flow/waits/given.h"

#include <string.h>

// A call that starts a thread or task, itself or in a function of the program.
struct spawn {
    struct timed *timed;
    uint32_t func, inst;
    ssa_id address; // where the handle was written; SSA_UNKNOWN: the call returns it
    ssa_id object;  // what the thread was given
};

struct giving_up {
    const struct spawn *spawn;
    uint32_t wait_inst, return_inst;
};

static struct ssa *ssa_of(const struct spawn *spawn) {
    return spawn->timed->funcs[spawn->func].ssa;
}

static ssa_id root_of(const struct ssa *ssa, ssa_id address) {
    while (ssa_at(ssa, address)->kind == SSA_FIELD || ssa_at(ssa, address)->kind == SSA_ELEM)
        address = ssa_at(ssa, address)->a;
    return address;
}

static bool is_local(const struct ssa *ssa, ssa_id address) {
    const struct ssa_node *node = ssa_at(ssa, address);
    return node->kind == SSA_ADDR && node->a - ssa->fn->vars < ssa->fn->var_count && ssa->ir->vars[node->a].kind != IR_VAR_STATIC_LOCAL;
}

static bool is_handle(const struct spawn *spawn, ssa_id id) {
    const struct ssa_node *node = ssa_at(ssa_of(spawn), id);
    return spawn->address ? node->kind == SSA_OUT && node->b == spawn->address : node->kind == SSA_RESULT && node->a == spawn->inst;
}

// ---- what starts something

static ssa_id operand_at(struct ssa *ssa, uint32_t inst, const struct pos *pos) {
    bool has = pos->kind == POS_ARG && pos->arg + 1 < ssa->ir->insts[inst].arg_count;
    return has ? ssa_operand(ssa, inst, pos->arg + 1) : SSA_UNKNOWN;
}

// Whether the call that starts the thread gets anything beside what it has to: attributes may say that nobody waits for it.
static bool has_options(struct ssa *ssa, uint32_t inst, const struct role *role) {
    const struct pos *known[] = {&role->entry, &role->object, &role->result};
    for (uint32_t i = 0; i + 1 < ssa->ir->insts[inst].arg_count; i++) {
        bool is_known = ssa_at(ssa, ssa_operand(ssa, inst, i + 1))->kind == SSA_INT;
        for (size_t k = 0; k < ARRAY_LEN(known); k++)
            is_known |= known[k]->kind == POS_ARG && known[k]->arg == i;
        if (!is_known)
            return true;
    }
    return false;
}

// The parameters of a function of the program that starts a thread and gives its handle to the caller: which is the handle's, IR_NONE
// where it is returned, and which is the thread's argument.
static bool starts_below(struct timed *timed, uint32_t callee, uint32_t *ret_handle, uint32_t *ret_object) {
    struct ssa *ssa = timed->funcs[callee].ssa;
    for (uint32_t k = 0; ssa && k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            const struct role *role = ssa->ir->insts[i].op == IR_CALL ? timed_role(timed, callee, i, ROLE_SPAWN) : NULL;
            if (!role || role->structured || has_options(ssa, i, role))
                continue;
            const struct ssa_node *handle = ssa_at(ssa, operand_at(ssa, i, &role->result)), *object = ssa_at(ssa, operand_at(ssa, i, &role->object));
            if (handle->kind != SSA_PARAM)
                continue;
            *ret_handle = handle->a;
            *ret_object = object->kind == SSA_PARAM ? object->a : IR_NONE;
            return true;
        }
    }
    return false;
}

static bool find_spawn(struct timed *timed, uint32_t func, uint32_t inst, struct spawn *ret_spawn) {
    struct ssa *ssa = timed->funcs[func].ssa;
    const struct role *role = timed_role(timed, func, inst, ROLE_SPAWN);
    uint32_t callee = timed_callee(timed, func, inst), handle, object;
    *ret_spawn = (struct spawn){.timed = timed, .func = func, .inst = inst};
    if (role) {
        ret_spawn->address = operand_at(ssa, inst, &role->result);
        ret_spawn->object = operand_at(ssa, inst, &role->object);
        bool is_here = role->result.kind == POS_RETURN || is_local(ssa, root_of(ssa, ret_spawn->address));
        return is_here && !role->structured && !has_options(ssa, inst, role);
    }
    if (callee == IR_NONE || !timed->program->funcs[callee].has_body || !starts_below(timed, callee, &handle, &object) || handle + 1 >= ssa->ir->insts[inst].arg_count)
        return false;
    ret_spawn->address = ssa_operand(ssa, inst, handle + 1);
    ret_spawn->object = object != IR_NONE && object + 1 < ssa->ir->insts[inst].arg_count ? ssa_operand(ssa, inst, object + 1) : SSA_UNKNOWN;
    return is_local(ssa, root_of(ssa, ret_spawn->address));
}

// ---- what ends it

static bool is_context(const struct ssa *ssa, uint32_t type) {
    return type != IR_NONE && model_type_is_context(ssa->unit->model, type);
}

// Whether what the thread was given carries a budget.
static bool carries_budget(const struct spawn *spawn, uint32_t inst) {
    struct ssa *ssa = ssa_of(spawn);
    const struct ir_inst *i = &ssa->ir->insts[inst];
    if (i->op != IR_STORE || !spawn->object || root_of(ssa, ssa_operand(ssa, inst, 0)) != root_of(ssa, spawn->object))
        return false;
    struct span span = span_eval(spawn->timed, spawn->func, ssa_operand(ssa, inst, 1), NULL);
    return is_context(ssa, i->type) || span.parts & SPAN_CLOCK || timed_is_budget(spawn->timed, spawn->func, &span);
}

static bool is_argument_of(struct ssa *ssa, uint32_t inst, ssa_id value) {
    for (uint32_t i = 1; i < ssa->ir->insts[inst].arg_count; i++)
        if (ssa_operand(ssa, inst, i) == value)
            return true;
    return false;
}

// Whether a call takes the handle over, or the thread's argument in other parts than the wait itself looks at.
static bool takes_over(const struct spawn *spawn, uint32_t wait_inst, uint32_t inst) {
    struct ssa *ssa = ssa_of(spawn);
    for (uint32_t i = 1; i < ssa->ir->insts[inst].arg_count; i++) {
        ssa_id value = ssa_operand(ssa, inst, i);
        bool is_whole = spawn->object && root_of(ssa, value) == root_of(ssa, spawn->object) && !is_argument_of(ssa, wait_inst, value);
        if (value && (is_handle(spawn, value) || value == spawn->address || (is_whole && ssa_at(ssa, value)->kind != SSA_INT)))
            return true;
    }
    return false;
}

static bool settles(const struct spawn *spawn, uint32_t wait_inst, uint32_t inst) {
    struct ssa *ssa = ssa_of(spawn);
    const struct ir_inst *i = &ssa->ir->insts[inst];
    if (i->op == IR_RETURN)
        return i->arg_count && is_handle(spawn, ssa_operand(ssa, inst, 0));
    if (i->op == IR_STORE) {
        ssa_id address = ssa_operand(ssa, inst, 0);
        bool is_told = spawn->object && root_of(ssa, address) == root_of(ssa, spawn->object);
        return is_told || (is_handle(spawn, ssa_operand(ssa, inst, 1)) && !is_local(ssa, address));
    }
    if (i->op != IR_CALL || inst == spawn->inst)
        return false;
    return inst == wait_inst || timed_role(spawn->timed, spawn->func, inst, ROLE_CANCEL) || takes_over(spawn, wait_inst, inst);
}

// The program ends in what is called.
static bool ends_program(const struct spawn *spawn, uint32_t inst) {
    uint32_t callee = ssa_of(spawn)->ir->insts[inst].op == IR_CALL ? timed_callee(spawn->timed, spawn->func, inst) : IR_NONE;
    return callee != IR_NONE && spawn->timed->program->funcs[callee].ir->is_noreturn;
}

static bool ends(void *data, uint32_t block, uint32_t from) {
    struct giving_up *g = data;
    const struct ssa *ssa = ssa_of(g->spawn);
    const struct ir_block *b = &ssa->ir->blocks[ssa->fn->blocks + block];
    uint32_t last = b->insts + b->inst_count - 1;
    for (uint32_t i = from; i <= last; i++)
        if (settles(g->spawn, g->wait_inst, i) || ends_program(g->spawn, i))
            return true;
    if (ssa->ir->insts[last].op == IR_RETURN && g->return_inst == IR_NONE)
        g->return_inst = last;
    return false;
}

// ---- waits for it

static bool is_settled_before(const struct spawn *spawn, uint32_t wait_inst) {
    struct ssa *ssa = ssa_of(spawn);
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            const struct ir_inst *inst = &ssa->ir->insts[i];
            bool is_between = cfg_precedes(&ssa->cfg, spawn->inst, i) && cfg_precedes(&ssa->cfg, i, wait_inst);
            bool is_kept = inst->op == IR_STORE && is_handle(spawn, ssa_operand(ssa, i, 1)) && !is_local(ssa, ssa_operand(ssa, i, 0));
            bool is_passed = inst->op == IR_CALL && i != wait_inst && i != spawn->inst && takes_over(spawn, wait_inst, i);
            if (carries_budget(spawn, i) || (is_between && (is_kept || is_passed)))
                return true;
        }
    }
    return false;
}

// Whether a wait with an end waits for the thread itself, or (`ret_is_signal`) for a sign in what it was given.
static bool waits_for(const struct spawn *spawn, const struct wait *wait, bool *ret_is_signal) {
    struct ssa *ssa = ssa_of(spawn);
    bool has_end = wait->through == IR_NONE && wait->role->bound.kind != BOUND_NONE && wait->bound != WAIT_FOREVER && wait->bound != WAIT_POLL && !wait->is_sleep;
    if (!has_end || !cfg_precedes(&ssa->cfg, spawn->inst, wait->inst))
        return false;
    *ret_is_signal = !wait->is_join;
    if (wait->is_join)
        return is_handle(spawn, timed_position(spawn->timed, spawn->func, wait->inst, &wait->role->object));
    for (uint32_t i = 1; i < ssa->ir->insts[wait->inst].arg_count; i++) {
        ssa_id value = ssa_operand(ssa, wait->inst, i), root = root_of(ssa, value);
        if (ssa_at(ssa, value)->kind == SSA_FIELD && is_local(ssa, root) && root == root_of(ssa, spawn->object))
            return true;
    }
    return false;
}

// The first return that is reached with the thread still running where the wait has returned this; IR_NONE: none.
static uint32_t find_return(const struct spawn *spawn, uint32_t wait_inst, int64_t result) {
    struct giving_up giving_up = {spawn, wait_inst, IR_NONE};
    struct after after = {.timed = spawn->timed, .func = spawn->func, .inst = wait_inst, .head = IR_NONE, .target = IR_NONE};
    after.mode = AFTER_ENDED_FOR_SURE;
    after.ends = ends;
    after.data = &giving_up;
    after.result = (struct known){KNOWN_CODE, result, false};
    after_run(&after);
    after_done(&after);
    return giving_up.return_inst;
}

// Whether errors are negative or positive is not known: both have to be abandoned.
static void look_at_wait(const struct spawn *spawn, const struct wait *wait) {
    enum { POSITIVE_ERROR = 110 };
    const struct ssa *ssa = ssa_of(spawn);
    struct abandon abandon = {.func = spawn->func, .inst = wait->inst, .spawn_inst = spawn->inst};
    if (!waits_for(spawn, wait, &abandon.is_signal) || is_settled_before(spawn, wait->inst))
        return;
    uint32_t type = ssa->ir->insts[wait->inst].type;
    bool is_truth = type != IR_NONE && (ssa->ir->types[type].kind == IR_BOOL || ssa->ir->types[type].kind == IR_POINTER);
    abandon.return_inst = find_return(spawn, wait->inst, is_truth ? 0 : -1);
    if (abandon.return_inst != IR_NONE && (is_truth || find_return(spawn, wait->inst, POSITIVE_ERROR) != IR_NONE))
        vec_push(&spawn->timed->abandons, abandon);
}

void timed_find_abandons(struct timed *timed, uint32_t func, size_t first_wait) {
    const struct ssa *ssa = timed->funcs[func].ssa;
    if (!strcmp(timed->program->funcs[func].name, "main")) // its threads end with the process
        return;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            struct spawn spawn;
            if (ssa->ir->insts[i].op != IR_CALL || !find_spawn(timed, func, i, &spawn))
                continue;
            for (size_t w = first_wait; w < timed->waits.len && timed->waits.items[w].func == func; w++)
                look_at_wait(&spawn, &timed->waits.items[w]);
        }
    }
}

const struct abandon *abandon_all(const struct timed *timed, size_t *ret_count) {
    *ret_count = timed->abandons.len;
    return timed->abandons.items;
}
