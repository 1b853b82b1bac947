// Waits without an end of their own that end all the same: because the budget went along with the request that is waited for, because
// what is joined was cancelled before, or because the descriptor that is read from was armed elsewhere.
#include "flow/paths/exec.h"
#include "flow/waits/timed.h"

#include <stdlib.h>

static bool is_context_type(const struct ssa *ssa, uint32_t type) {
    return type != IR_NONE && model_type_is_context(ssa->unit->model, type);
}

// The local object that an address lies in, SSA_UNKNOWN for others.
static ssa_id object_of(const struct ssa *ssa, ssa_id address) {
    while (ssa_at(ssa, address)->kind == SSA_FIELD || ssa_at(ssa, address)->kind == SSA_ELEM)
        address = ssa_at(ssa, address)->a;
    return address;
}

static bool is_budget_value(struct timed *timed, uint32_t func, ssa_id value, uint32_t type) {
    const struct ssa *ssa = timed->funcs[func].ssa;
    if (is_context_type(ssa, type))
        return ssa_at(ssa, value)->kind != SSA_INT;
    struct span span = span_eval(timed, func, value, NULL);
    return timed_is_budget(timed, func, &span);
}

// A store of a budget into a member, or a call that gets both the object and a budget: the object carries it from then on.
static ssa_id loaded_object(struct timed *timed, uint32_t func, uint32_t inst) {
    struct ssa *ssa = timed->funcs[func].ssa;
    const struct ir_inst *i = &ssa->ir->insts[inst];
    if (i->op == IR_STORE && ssa_at(ssa, ssa_operand(ssa, inst, 0))->kind == SSA_FIELD)
        return is_budget_value(timed, func, ssa_operand(ssa, inst, 1), i->type) ? object_of(ssa, ssa_operand(ssa, inst, 0)) : SSA_UNKNOWN;
    if (i->op != IR_CALL || timed_roles(timed, func, inst))
        return SSA_UNKNOWN;
    ssa_id object = SSA_UNKNOWN;
    bool has_budget = false;
    for (uint32_t a = 1; a < i->arg_count; a++) {
        ssa_id value = ssa_operand(ssa, inst, a);
        if (ssa_at(ssa, object_of(ssa, value))->kind == SSA_ADDR)
            object = object_of(ssa, value);
        else
            has_budget |= is_budget_value(timed, func, value, ssa->ir->call_args[i->aux + a].type);
    }
    return has_budget ? object : SSA_UNKNOWN;
}

static bool gets_object(struct ssa *ssa, uint32_t inst, ssa_id object) {
    const struct ir_inst *i = &ssa->ir->insts[inst];
    for (uint32_t a = 1; i->op == IR_CALL && a < i->arg_count; a++)
        if (object_of(ssa, ssa_operand(ssa, inst, a)) == object)
            return true;
    return false;
}

typedef bool inst_visit(struct timed *timed, const struct wait *wait, uint32_t inst, ssa_id object);

static bool any_inst(struct timed *timed, const struct wait *wait, ssa_id object, inst_visit *visit) {
    const struct ssa *ssa = timed->funcs[wait->func].ssa;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            if (visit(timed, wait, i, object))
                return true;
    }
    return false;
}

// An object that carries a budget, and the first calls that get it.
struct loaded {
    ssa_id object;
    uint32_t calls[2]; // IR_NONE: no more
};

struct requests {
    VEC(struct loaded) all;
    bool is_known; // of the function
};

static void find_calls(struct ssa *ssa, struct loaded *loaded) {
    unsigned count = 0;
    loaded->calls[0] = loaded->calls[1] = IR_NONE;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; count < ARRAY_LEN(loaded->calls) && i < block->insts + block->inst_count; i++)
            if (gets_object(ssa, i, loaded->object))
                loaded->calls[count++] = i;
    }
}

static void find_requests(struct timed *timed, uint32_t func, struct requests *requests) {
    struct ssa *ssa = timed->funcs[func].ssa;
    requests->is_known = true;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            struct loaded loaded = {.object = loaded_object(timed, func, i)};
            bool is_new = loaded.object;
            for (size_t n = 0; n < requests->all.len; n++)
                is_new &= requests->all.items[n].object != loaded.object;
            if (!is_new)
                continue;
            find_calls(ssa, &loaded);
            vec_push(&requests->all, loaded);
        }
    }
}

// Whether some object carries a budget, and a call other than the wait gets it.
static bool has_request(struct timed *timed, const struct wait *wait, struct requests *requests) {
    if (!requests->is_known)
        find_requests(timed, wait->func, requests);
    for (size_t i = 0; i < requests->all.len; i++)
        for (size_t c = 0; c < ARRAY_LEN(requests->all.items[i].calls); c++)
            if (requests->all.items[i].calls[c] != IR_NONE && requests->all.items[i].calls[c] != wait->inst)
                return true;
    return false;
}

// Whether something is started here that gets a context as its argument: it ends with that.
static bool starts_with_context(struct timed *timed, const struct wait *wait, uint32_t inst, ssa_id object) {
    (void)object;
    struct ssa *ssa = timed->funcs[wait->func].ssa;
    const struct role *role = ssa->ir->insts[inst].op == IR_CALL ? timed_role(timed, wait->func, inst, ROLE_SPAWN) : NULL;
    if (!role)
        return false;
    const struct ssa_node *node = ssa_at(ssa, timed_position(timed, wait->func, inst, &role->object));
    if (node->kind == SSA_PARAM)
        return is_context_type(ssa, ssa->ir->vars[ssa->fn->vars + node->a].type);
    struct maker maker;
    return node->kind == SSA_RESULT && timed_maker(timed, wait->func, node->a, &maker) && maker.role->kind != ROLE_ROOT;
}

static bool cancels_handle(struct timed *timed, const struct wait *wait, uint32_t inst, ssa_id object) {
    struct ssa *ssa = timed->funcs[wait->func].ssa;
    const struct role *role = ssa->ir->insts[inst].op == IR_CALL ? timed_role(timed, wait->func, inst, ROLE_CANCEL) : NULL;
    if (!role || !cfg_precedes(&ssa->cfg, inst, wait->inst))
        return false;
    const struct ssa_node *handle = ssa_at(ssa, timed_position(timed, wait->func, inst, &role->object)), *joined = ssa_at(ssa, object);
    return handle == joined || (handle->kind == SSA_OUT && joined->kind == SSA_OUT && handle->b == joined->b);
}

// Whether the handle lies in an object that has a context for what it is the handle of.
static bool lies_beside_context(const struct timed *timed, const struct ssa *ssa, ssa_id handle) {
    const struct ssa_node *node = ssa_at(ssa, handle);
    if (node->kind != SSA_LOAD || ssa_at(ssa, node->a)->kind != SSA_FIELD)
        return false;
    const struct prog_field *field = &timed->program->fields[ssa_at(ssa, node->a)->b];
    const struct prog_unit *unit = &timed->program->units[field->unit];
    const struct ir_record *record = &unit->ir->records[unit->ir->fields[field->field].record];
    for (uint32_t i = 0; i < record->field_count; i++)
        if (model_field_is_context(unit->model, record->fields + i) || model_type_is_context(unit->model, unit->ir->fields[record->fields + i].type))
            return true;
    return false;
}

// Whether something other than a wait gets the descriptor before.
static bool prepares(struct timed *timed, const struct wait *wait, uint32_t inst, ssa_id object) {
    struct ssa *ssa = timed->funcs[wait->func].ssa;
    const struct ir_inst *i = &ssa->ir->insts[inst];
    if (i->op != IR_CALL || timed_role(timed, wait->func, inst, ROLE_BLOCK) || !cfg_precedes(&ssa->cfg, inst, wait->inst))
        return false;
    for (uint32_t a = 1; a < i->arg_count; a++)
        if (ssa_operand(ssa, inst, a) == object)
            return true;
    return false;
}

// A descriptor that was made here in a state in which it waits for ever, and that nobody changed.
static bool is_disarmed(struct timed *timed, const struct wait *wait) {
    struct ssa *ssa = timed->funcs[wait->func].ssa;
    ssa_id object = timed_position(timed, wait->func, wait->inst, &wait->role->armed);
    const struct ssa_node *node = ssa_at(ssa, object);
    const struct role *role = node->kind == SSA_RESULT ? timed_role(timed, wait->func, node->a, ROLE_DISARM) : NULL;
    return role && role->object.kind == POS_RETURN && !any_inst(timed, wait, object, prepares);
}

void timed_find_delegates(struct timed *timed, size_t first) {
    struct requests requests = {0};
    for (size_t i = first; i < timed->waits.len; i++) {
        struct wait *wait = &timed->waits.items[i];
        if (wait->bound == WAIT_TIMER && wait->through == IR_NONE && wait->role->armed.kind == POS_ARG && is_disarmed(timed, wait))
            wait->bound = WAIT_FOREVER;
        if (wait->bound != WAIT_FOREVER)
            continue;
        wait->is_delegated = has_request(timed, wait, &requests);
        if (wait->is_join && wait->through == IR_NONE) {
            ssa_id handle = timed_position(timed, wait->func, wait->inst, &wait->role->object);
            wait->is_delegated |= any_inst(timed, wait, handle, cancels_handle) || any_inst(timed, wait, handle, starts_with_context) || lies_beside_context(timed, timed->funcs[wait->func].ssa, handle);
        }
    }
    vec_done(&requests.all);
}
