// IR_CALL: who is called, and what that does to the state. In order: what a model says, the bodies in the program, and for everything
// else the assumptions of an ordinary C function: it borrows contexts, may keep what it is given by other types, and may
// write through pointers to what is not const.
#include "flow/paths/exec.h"

#include <stdlib.h>
#include <string.h>

enum { TARGETS_MAX = 12 };

static void add_way(struct alternatives *ways, struct state *state, sym_id result) {
    vec_push(ways, ((struct alternative){*state, result}));
}

static sym_id call_result(struct exec *x, struct state *state, const struct ir_inst *inst, sym_id known) {
    return known || inst->result == IR_NONE ? known : exec_fresh(x, state, 3);
}

static bool is_const_pointer(const struct ir_unit *ir, uint32_t type) {
    return type != IR_NONE && ir->types[type].kind == IR_POINTER && ir->types[type].target != IR_NONE && ir->types[ir->types[type].target].is_const;
}

// The type the callee declares for an argument, else the argument's own.
static uint32_t param_type(const struct exec *x, const struct call *call, uint32_t arg) {
    const struct ir_value *callee = &x->ir->values[call->inst->args];
    if (callee->kind == IR_V_FUNC && arg < x->ir->funcs[callee->index].param_count)
        return x->ir->vars[x->ir->funcs[callee->index].vars + arg].type;
    return x->ir->call_args[call->inst->aux + 1 + arg].type;
}

// A number too small for a pointer leads nowhere, wherever it was taken from; a context may be one.
static bool leads_nowhere(const struct exec *x, uint32_t type, sym_id value) {
    if (type == IR_NONE || sym_at(x->syms, value)->kind == SYM_CTX)
        return false;
    uint8_t kind = x->ir->types[type].kind;
    return kind == IR_BOOL || kind == IR_ENUM || kind == IR_FLOAT || ((kind == IR_INT || kind == IR_UINT) && x->ir->types[type].size < sizeof(void *));
}

static void opaque_argument(struct exec *x, struct state *state, const struct call *call, uint32_t arg, enum effect_kind context_effect) {
    uint32_t type = param_type(x, call, arg);
    sym_id value = call->args[arg];
    sym_id ctx = exec_context(x, state, value);
    bool is_context = type != IR_NONE && model_type_is_context(x->unit->model, type);
    if (is_context && context_effect == EFFECT_ENDS)
        exec_cancel(x, state, ctx);
    else if (is_context && context_effect == EFFECT_BORROWS) {
        exec_use(x, state, ctx, false);
        return;
    }
    if (!is_context && leads_nowhere(x, type, value))
        return;
    if (is_const_pointer(x->ir, type) && x->ir->types[x->ir->types[type].target].kind != IR_VOID)
        return; // bytes without a type may be copied with all that they point to
    exec_escape(x, state, ctx == value ? value : ctx);
    const struct sym *root = sym_at(x->syms, sym_root(x->syms, value));
    if (!is_context && root->kind == SYM_LOCAL && !is_const_pointer(x->ir, type))
        state_store(state, x->syms, value, exec_fresh(x, state, 10 + arg % 50));
}

static bool takes_derived(const struct exec *x, const struct call *call) {
    for (uint32_t i = 0; i < call->arg_count; i++)
        if (flow_is_derived(x->flow, call->args[i]))
            return true;
    return false;
}

static void opaque_call(struct exec *x, struct state *state, const struct call *call, struct alternatives *ways) {
    enum effect_kind context_effect = EFFECT_BORROWS;
    if (call->func != IR_NONE) {
        const struct prog_func *callee = &x->program->funcs[call->func];
        context_effect = model_default_effect(x->program->units[callee->unit].model, callee->func);
    }
    for (uint32_t i = 0; i < call->arg_count; i++)
        opaque_argument(x, state, call, i, context_effect);
    sym_id result = call_result(x, state, call->inst, SYM_NONE);
    if (result && takes_derived(x, call))
        sym_note_derived(x->syms, result);
    add_way(ways, state, result);
}

static bool role_holds(const struct exec *x, const struct call *call, const struct role *role) {
    int64_t value;
    return role->option.kind != POS_ARG ||
           (role->option.arg < call->arg_count && sym_is_int(x->syms, call->args[role->option.arg], &value) && value == role->option_value);
}

// The entry function runs on its own: only what it does to contexts counts. A start that fails leaves them with the caller.
static void spawn(struct exec *x, struct state *state, const struct call *call, const struct role *role, struct alternatives *ways) {
    sym_id entry = role->entry.kind == POS_ARG && role->entry.arg < call->arg_count ? call->args[role->entry.arg] : SYM_NONE;
    sym_id object = role->object.kind == POS_ARG && role->object.arg < call->arg_count ? call->args[role->object.arg] : SYM_NONE;
    const struct sym *node = sym_at(x->syms, entry);
    sym_id result = call_result(x, state, call->inst, SYM_NONE);
    if (node->kind != SYM_FUNC || !object) {
        if (object)
            exec_escape(x, state, object);
        add_way(ways, state, result);
        return;
    }
    struct call run = {.inst = call->inst, .callee = entry, .args = &object, .arg_count = 1, .func = node->a};
    if (role->result.kind == POS_ARG && role->result.arg < call->arg_count)
        run.has_local_handle = sym_at(x->syms, sym_root(x->syms, call->args[role->result.arg]))->kind == SYM_LOCAL;
    struct state failed = {0};
    if (result) {
        state_copy(&failed, state);
        if (!state_assume(&failed, x->syms, result, true) || !state_assume(state, x->syms, result, false))
            result = SYM_NONE;
    }
    size_t before = ways->len;
    if (!exec_apply(x, state, &run, node->a, CALL_THREAD, ways)) {
        exec_escape(x, state, object);
        struct state copy = {0};
        state_copy(&copy, state);
        add_way(ways, &copy, result);
    }
    for (size_t i = before; i < ways->len; i++)
        ways->items[i].result = result;
    if (result)
        add_way(ways, &failed, result);
    else
        state_done(&failed);
    state_done(state);
}

// Whether the model says what becomes of this argument; others may be written to.
static bool speaks_of(const struct role *role, uint32_t arg) {
    for (; role; role = role->next) {
        const struct pos *positions[] = {&role->object, &role->parent, &role->result, &role->bound.pos, &role->bound.pos2, &role->cancel};
        for (size_t i = 0; i < ARRAY_LEN(positions); i++)
            if (positions[i]->kind == POS_ARG && positions[i]->arg == arg)
                return true;
    }
    return false;
}

static void modelled_call(struct exec *x, struct state *state, const struct call *call, const struct role *roles, struct alternatives *ways) {
    sym_id result = SYM_NONE;
    for (const struct role *role = roles; role; role = role->next) {
        if (!role_holds(x, call, role))
            continue;
        if (role->kind == ROLE_SPAWN) {
            spawn(x, state, call, role, ways);
            return;
        }
        exec_role(x, state, call, role, &result);
    }
    for (uint32_t i = 0; i < call->arg_count; i++)
        if (sym_at(x->syms, sym_root(x->syms, call->args[i]))->kind == SYM_LOCAL && !speaks_of(roles, i) && !is_const_pointer(x->ir, param_type(x, call, i)))
            state_store(state, x->syms, call->args[i], exec_fresh(x, state, 10 + i % 50));
    add_way(ways, state, call_result(x, state, call->inst, result));
}

static bool call_function(struct exec *x, struct state *state, struct call *call, uint32_t func, struct alternatives *ways) {
    const struct prog_func *callee = &x->program->funcs[func];
    call->func = func;
    if (callee->roles) {
        modelled_call(x, state, call, callee->roles, ways);
        return true;
    }
    if (!callee->has_body || !exec_apply(x, state, call, func, CALL_DIRECT, ways))
        return false;
    state_done(state);
    return true;
}

// A pointer that holds a cancel function we saw being handed out, or has the type of one.
static bool call_cancel_pointer(struct exec *x, struct state *state, const struct call *call, struct alternatives *ways) {
    const struct sym *node = sym_at(x->syms, call->callee);
    sym_id ctx = SYM_NONE;
    if (node->kind == SYM_CANCEL)
        ctx = node->a;
    else if (flow_type_is_cancel(x, x->ir->call_args[call->inst->aux].type) && call->arg_count)
        ctx = exec_context(x, state, call->args[0]);
    if (!ctx)
        return false;
    exec_note_cancel_called(x, call->callee);
    exec_cancel(x, state, ctx);
    exec_note_end(x, state, ctx, false);
    add_way(ways, state, call_result(x, state, call->inst, SYM_NONE));
    return true;
}

// Through a pointer: every function the program stores there may be meant.
static void call_pointer(struct exec *x, struct state *state, struct call *call, struct alternatives *ways) {
    uint32_t target_count, followed = 0;
    const struct prog_call *targets = program_targets(x->program, x->func, x->inst, &target_count);
    if (call_cancel_pointer(x, state, call, ways))
        return;
    for (uint32_t i = 0; i < target_count && followed < TARGETS_MAX; i++) {
        if (targets[i].kind != CALL_INDIRECT)
            continue;
        struct state copy = {0};
        state_copy(&copy, state);
        call->func = IR_NONE;
        if (!call_function(x, &copy, call, targets[i].callee, ways))
            opaque_call(x, &copy, call, ways);
        followed++;
    }
    for (uint32_t i = 0; i < target_count; i++)
        if (targets[i].kind == CALL_BY_TYPE)
            exec_record_call(x, state, call, targets[i].callee, CALL_BY_TYPE);
    call->func = IR_NONE;
    if (!followed)
        opaque_call(x, state, call, ways);
    else
        state_done(state);
}

static const struct role *field_roles(const struct exec *x, sym_id callee) {
    const struct sym *node = sym_at(x->syms, callee);
    if (node->kind != SYM_INIT)
        return NULL;
    node = sym_at(x->syms, node->a);
    if (node->kind != SYM_FIELD)
        return NULL;
    const struct prog_field *field = &x->program->fields[node->b];
    return model_field_roles(x->program->units[field->unit].model, field->field);
}

static bool outcome_is_unused(const struct ir_inst *inst, const struct exec *x) {
    return inst->result == IR_NONE || !x->live.used[inst->result];
}

void exec_call(struct exec *x, const struct ir_inst *inst, struct state *state, struct alternatives *ret_ways) {
    const struct ir_value *values = &x->ir->values[inst->args];
    sym_id *args = arena_array(&x->arena, sym_id, inst->arg_count);
    struct call call = {.inst = inst, .args = args, .arg_count = inst->arg_count - 1, .func = IR_NONE};
    call.callee = exec_value(x, state, &values[0]);
    for (uint32_t i = 0; i < call.arg_count; i++)
        args[i] = facts_simplify(&state->facts, x->syms, exec_value(x, state, &values[i + 1]));
    const struct role *roles = field_roles(x, call.callee);
    if (roles)
        modelled_call(x, state, &call, roles, ret_ways);
    else if (sym_at(x->syms, call.callee)->kind != SYM_FUNC)
        call_pointer(x, state, &call, ret_ways);
    else if (!call_function(x, state, &call, sym_at(x->syms, call.callee)->a, ret_ways))
        opaque_call(x, state, &call, ret_ways);
    if (x->is_plain && ret_ways->len > (x->is_deep ? 1 : 2))
        exec_join_ways(x, ret_ways, true);
    if (ret_ways->len > 1 && (outcome_is_unused(inst, x) || !exec_may_fork(x)))
        exec_join_ways(x, ret_ways, false);
}
