#include "flow/waits/handoff.h"

#include "flow/paths/exec.h"
#include "flow/values/condition.h"
#include "flow/waits/timed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hand {
    struct timed *timed;
    uint32_t func;
    struct ssa *ssa;
    const struct prog_unit *unit;
};

static bool is_context_type(const struct hand *h, uint32_t type) {
    return type != IR_NONE && model_type_is_context(h->unit->model, type);
}

static void add(struct hand *h, struct handoff handoff) {
    handoff.func = h->func;
    vec_push(&h->timed->handoffs, handoff);
}

typedef void call_visit(struct hand *h, uint32_t inst);

static void each_call(struct hand *h, call_visit *visit) {
    for (uint32_t k = 0; k < h->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &h->ssa->ir->blocks[h->ssa->fn->blocks + h->ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            if (h->ssa->ir->insts[i].op == IR_CALL)
                visit(h, i);
    }
}

// ---- uses

// Whether an instruction uses a value, as such or as part of another.
struct use {
    const struct hand *h;
    ssa_id wanted;
};

static bool is_other(void *data, ssa_id id) {
    const struct use *use = data;
    return id != use->wanted;
}

static bool mentions(const struct hand *h, ssa_id value, ssa_id wanted) {
    struct use use = {h, wanted};
    return value == wanted || !ssa_walk(h->ssa, value, is_other, &use);
}

static bool is_param_node(const struct hand *h, ssa_id id, uint32_t param) {
    const struct ssa_node *node = ssa_at(h->ssa, id);
    return node->kind == SSA_PARAM && node->a == param;
}

static bool has_effect(const struct ir_inst *inst) {
    return inst->op == IR_CALL || inst->op == IR_STORE || inst->op == IR_LOAD || inst->op == IR_ASM || inst->op >= IR_BRANCH;
}

// Operands of arithmetic do not count: what becomes of the result does.
static bool uses_param(struct hand *h, uint32_t inst, uint32_t param, ssa_id node) {
    const struct ir_inst *i = &h->ssa->ir->insts[inst];
    for (uint32_t a = 0; has_effect(i) && a < i->arg_count; a++) {
        const struct ir_value *value = &h->ssa->ir->values[i->args + a];
        bool is_address = value->kind == IR_V_ADDR && value->index == h->ssa->fn->vars + param;
        if ((is_address && i->op != IR_LOAD) || (node && mentions(h, ssa_operand(h->ssa, inst, a), node)))
            return true;
    }
    return false;
}

static bool is_used(struct hand *h, uint32_t param) {
    ssa_id node = (ssa_id)h->ssa->nodes.len - 1;
    while (node && !is_param_node(h, node, param))
        node--;
    for (uint32_t k = 0; k < h->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &h->ssa->ir->blocks[h->ssa->fn->blocks + h->ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            if (uses_param(h, i, param, node))
                return true;
    }
    return false;
}

// ---- stand-ins: a function that takes another one's place has that one's parameters, as test doubles do

static bool has_type_of(const struct hand *h, uint32_t other) {
    const struct program *program = h->timed->program;
    if (other == IR_NONE || other == h->func)
        return false;
    const struct ir_unit *ir = program->units[program->funcs[other].unit].ir;
    const char *type = ir_text(ir, ir->types[program->funcs[other].ir->type].canonical);
    return !strcmp(type, ir_text(h->ssa->ir, h->ssa->ir->types[h->ssa->fn->type].canonical));
}

// The function with external linkage of that name; `number`: which of several.
static uint32_t named(const struct program *program, const char *name, const char *number) {
    char usr[256];
    snprintf(usr, sizeof usr, "c:@F@%s%s", name, number);
    return program_find_usr(program, usr);
}

// Whether the source of a call names another function, which a macro has replaced.
static bool is_called_otherwise(const struct hand *h, const struct prog_unit *unit, uint32_t inst) {
    const struct ir_inst *call = &unit->ir->insts[inst];
    const struct ir_value *callee = &unit->ir->values[call->args];
    if (callee->kind != IR_V_FUNC || unit->func_ids[callee->index] != h->func)
        return false;
    const char *name = ir_text(unit->ir, unit->ir->call_args[call->aux].text);
    return *name && strcmp(name, h->timed->program->funcs[h->func].name) != 0 && has_type_of(h, named(h->timed->program, name, ""));
}

// Of two functions that came of one source under different macros the program has only one: all calls of the unit count.
static bool is_put_in_place(const struct hand *h) {
    const struct program *program = h->timed->program;
    const struct prog_func *pf = &program->funcs[h->func];
    for (uint32_t i = 0; i < h->ssa->ir->insts_count; i++)
        if (h->ssa->ir->insts[i].op == IR_CALL && is_called_otherwise(h, h->unit, i))
            return true;
    for (uint32_t i = 0; i < pf->caller_count; i++) {
        const struct prog_call *call = &program->calls[program->callers[pf->callers + i]];
        if (is_called_otherwise(h, &program->units[program->funcs[call->caller].unit], call->inst))
            return true;
    }
    return false;
}

static bool is_called_from_elsewhere(const struct program *program, uint32_t func, uint32_t other) {
    const struct prog_func *pf = &program->funcs[func];
    for (uint32_t i = 0; i < pf->caller_count; i++) {
        uint32_t unit = program->funcs[program->calls[program->callers[pf->callers + i]].caller].unit;
        if (unit != pf->unit && unit != program->funcs[other].unit)
            return true;
    }
    return false;
}

// One of two functions of a name that others call: the linker takes one or the other. Or what it is told to take instead (--wrap).
static bool is_linked_instead(const struct hand *h) {
    const struct program *program = h->timed->program;
    const char *name = program->funcs[h->func].name;
    uint32_t first = named(program, name, ""), second = named(program, name, "#2");
    if (second != IR_NONE && (h->func == first || h->func == second))
        return has_type_of(h, h->func == first ? second : first) && is_called_from_elsewhere(program, first, second);
    return !strncmp(name, "__wrap_", 7) && has_type_of(h, named(program, name + 7, ""));
}

// ---- unused parameters

static void note_stored(struct timed *timed, const struct prog_unit *unit) {
    for (uint32_t i = 0; i < unit->ir->insts_count; i++) {
        const struct ir_inst *inst = &unit->ir->insts[i];
        for (uint32_t a = inst->op == IR_CALL; a < inst->arg_count; a++) {
            const struct ir_value *value = &unit->ir->values[inst->args + a];
            if (value->kind == IR_V_FUNC && unit->func_ids[value->index] != IR_NONE)
                timed->stored[unit->func_ids[value->index]] = 1;
        }
    }
}

// Whether the function's address is put somewhere. Few are asked about, so all are looked for when the first one is.
static bool is_stored(struct timed *timed, uint32_t func) {
    const struct program *program = timed->program;
    bool is_first = !timed->stored;
    if (is_first)
        timed->stored = mem_zalloc(program->func_count);
    for (uint32_t u = 0; is_first && u < program->unit_count; u++) {
        note_stored(timed, &program->units[u]);
        program_rest_at_unit(program, u);
    }
    return timed->stored[func];
}

// Whether somebody else decides about the parameters: the function is called through a pointer, or may be.
static bool is_forced(const struct hand *h) {
    const struct program *program = h->timed->program;
    const struct prog_func *pf = &program->funcs[h->func];
    for (uint32_t i = 0; i < pf->caller_count; i++)
        if (program->calls[program->callers[pf->callers + i]].kind != CALL_DIRECT)
            return true;
    return pf->address_taken;
}

static void find_unused(struct hand *h) {
    const struct timed_func *tf = &h->timed->funcs[h->func];
    if (!tf->waits || is_forced(h))
        return;
    for (uint32_t i = 0; i < h->ssa->fn->param_count && i < 64; i++) {
        bool is_budget = timed_is_context_param(h->timed, h->func, i) || tf->timer_params >> i & 1 || model_var_is_budget(h->unit->model, h->ssa->fn->vars + i);
        if (is_budget && *ir_text(h->ssa->ir, h->ssa->ir->vars[h->ssa->fn->vars + i].name) && !is_used(h, i) &&
            !is_put_in_place(h) && !is_linked_instead(h) && !is_stored(h->timed, h->func))
            add(h, (struct handoff){.kind = HANDOFF_UNUSED, .inst = IR_NONE, .param = i, .other = IR_NONE});
    }
}

// ---- fresh contexts

// The budget in hand: a parameter of this function that is not known to be absent at `inst`. False: none.
static bool has_budget(struct hand *h, uint32_t inst, uint32_t *ret_param) {
    const struct timed_func *tf = &h->timed->funcs[h->func];
    struct condition conditions[CONDITIONS_MAX];
    unsigned count = conditions_of(h->ssa, inst, conditions);
    for (uint32_t p = 0; p < h->ssa->fn->param_count && p < 64; p++) {
        bool denied = false;
        if (!timed_is_context_param(h->timed, h->func, p) && !((tf->bound_params | tf->timer_params) >> p & 1))
            continue;
        for (unsigned i = 0; i < count; i++)
            denied |= is_param_node(h, conditions[i].left, p) && condition_denies(h->ssa, &conditions[i]);
        if (!denied) {
            *ret_param = p;
            return true;
        }
    }
    return false;
}

// Whether a context was taken, before `inst`, out of an object that the function was given.
static bool loads_context(const struct hand *h, uint32_t inst) {
    for (ssa_id id = 1; id < h->ssa->nodes.len; id++) {
        const struct ssa_node *node = ssa_at(h->ssa, id);
        if (node->kind != SSA_LOAD || ssa_at(h->ssa, node->a)->kind != SSA_FIELD || !is_context_type(h, h->ssa->ir->insts[node->b].type))
            continue;
        const struct ssa_node *base = ssa_at(h->ssa, ssa_at(h->ssa, node->a)->a);
        if (base->kind == SSA_PARAM && cfg_precedes(&h->ssa->cfg, node->b, inst))
            return true;
    }
    return false;
}

// What becomes of a fresh context: bounded with what is left of a budget, or with a number, or neither.
enum fate { FATE_NONE, FATE_BOUNDED, FATE_BUDGET };

static enum fate fate_of(struct hand *h, ssa_id context) {
    enum fate fate = FATE_NONE;
    for (uint32_t k = 0; k < h->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &h->ssa->ir->blocks[h->ssa->fn->blocks + h->ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            struct maker maker;
            bool is_maker = h->ssa->ir->insts[i].op == IR_CALL && timed_maker(h->timed, h->func, i, &maker) && maker.role->kind == ROLE_DERIVE;
            if (!is_maker || maker.parent != context || maker.role->bound.kind == BOUND_NONE)
                continue;
            struct span span = timed_made_bound(h->timed, h->func, i, &maker);
            if (timed_is_budget(h->timed, h->func, &span))
                return FATE_BUDGET;
            fate = FATE_BOUNDED;
        }
    }
    return fate;
}

static bool gives_context(struct hand *h, uint32_t inst) {
    const struct ir_inst *call = &h->ssa->ir->insts[inst];
    for (uint32_t a = 1; a < call->arg_count; a++)
        if (is_context_type(h, h->ssa->ir->call_args[call->aux + a].type))
            return true;
    return false;
}

// Whether the context that the callee makes is bounded with what is left of a budget.
static bool is_bounded_by_budget(struct hand *h, uint32_t inst, uint32_t callee) {
    struct span span = span_sink(h->timed, h->func, inst, callee, &h->timed->funcs[callee].made, NULL);
    return timed_is_budget(h->timed, h->func, &span);
}

static bool is_annotated(const struct hand *h) {
    const struct prog_func *pf = &h->timed->program->funcs[h->func];
    if (model_func_is_detached(h->unit->model, pf->func))
        return true;
    for (uint32_t v = 0; v < h->ssa->fn->var_count; v++)
        if (model_var_is_detached(h->unit->model, h->ssa->fn->vars + v))
            return true;
    return false;
}

static void look_for_fresh(struct hand *h, uint32_t inst) {
    uint32_t param = IR_NONE, callee = timed_callee(h->timed, h->func, inst);
    const struct timed_func *maker = callee == IR_NONE ? NULL : &h->timed->funcs[callee];
    bool is_made = maker && maker->makes_root && !h->timed->program->funcs[callee].roles && !gives_context(h, inst);
    if ((!is_made && !timed_role(h->timed, h->func, inst, ROLE_ROOT)) || is_annotated(h) || h->ssa->ir->insts[inst].result == IR_NONE)
        return;
    if (!has_budget(h, inst, &param) && !loads_context(h, inst))
        return;
    enum fate fate = fate_of(h, h->ssa->temps[h->ssa->ir->insts[inst].result]);
    if (is_made && fate == FATE_NONE && maker->made.role->bound.kind != BOUND_NONE)
        fate = is_bounded_by_budget(h, inst, callee) ? FATE_BUDGET : FATE_BOUNDED;
    if (fate != FATE_BUDGET)
        add(h, (struct handoff){.kind = HANDOFF_FRESH, .inst = inst, .param = param, .other = IR_NONE, .is_bounded = fate == FATE_BOUNDED});
}

// ---- NULL and the outer context

static uint32_t param_type(const struct hand *h, uint32_t inst, uint32_t arg) {
    const struct ir_inst *call = &h->ssa->ir->insts[inst];
    const struct ir_value *callee = &h->ssa->ir->values[call->args];
    if (callee->kind == IR_V_FUNC && arg < h->ssa->ir->funcs[callee->index].param_count)
        return h->ssa->ir->vars[h->ssa->ir->funcs[callee->index].vars + arg].type;
    return h->ssa->ir->call_args[call->aux + 1 + arg].type;
}

static bool ends_context(const struct program *program, uint32_t func) {
    const struct prog_func *pf = &program->funcs[func];
    for (uint32_t i = 0; i < pf->call_count; i++)
        for (const struct role *role = program->funcs[program->calls[pf->calls + i].callee].roles; role; role = role->next)
            if (role->kind == ROLE_CANCEL || role->kind == ROLE_RELEASE)
                return true;
    return false;
}

// Whether the call works under the context it gets: it waits, or is a function that no model speaks of.
static bool works(const struct hand *h, uint32_t inst) {
    const struct role *role = timed_roles(h->timed, h->func, inst);
    uint32_t callee = timed_callee(h->timed, h->func, inst);
    if (!role && callee != IR_NONE && h->timed->program->funcs[callee].has_body)
        return !ends_context(h->timed->program, callee);
    while (role && role->kind != ROLE_BLOCK)
        role = role->next;
    return role || !timed_roles(h->timed, h->func, inst);
}

static void look_for_null(struct hand *h, uint32_t inst) {
    uint32_t param = IR_NONE;
    if (!works(h, inst))
        return;
    for (uint32_t a = 1; a < h->ssa->ir->insts[inst].arg_count; a++) {
        const struct ssa_node *node = ssa_at(h->ssa, ssa_operand(h->ssa, inst, a));
        bool is_null = node->kind == SSA_INT && !node->number && is_context_type(h, param_type(h, inst, a - 1));
        if (is_null && has_budget(h, inst, &param) && timed_is_context_param(h->timed, h->func, param))
            add(h, (struct handoff){.kind = HANDOFF_NULL, .inst = inst, .param = param, .other = IR_NONE});
    }
}

static bool gets(struct hand *h, uint32_t inst, ssa_id value) {
    for (uint32_t a = 1; a < h->ssa->ir->insts[inst].arg_count; a++)
        if (ssa_operand(h->ssa, inst, a) == value)
            return true;
    return false;
}

// Whether a derived context is used for anything but asking it, comparing it and ending it.
static bool is_worked_with(struct hand *h, ssa_id context) {
    for (uint32_t k = 0; k < h->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &h->ssa->ir->blocks[h->ssa->fn->blocks + h->ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            const struct ir_inst *inst = &h->ssa->ir->insts[i];
            const struct role *role = inst->op == IR_CALL ? timed_roles(h->timed, h->func, i) : NULL;
            bool ends = role && (role->kind == ROLE_CANCEL || role->kind == ROLE_RELEASE || role->kind == ROLE_QUERY);
            if (inst->op == IR_CALL && !ends && gets(h, i, context))
                return true;
            if (inst->op == IR_RETURN && inst->arg_count && mentions(h, ssa_operand(h->ssa, i, 0), context))
                return true;
            if (inst->op == IR_STORE && mentions(h, ssa_operand(h->ssa, i, 1), context) && ssa_at(h->ssa, ssa_operand(h->ssa, i, 0))->kind != SSA_ADDR)
                return true;
        }
    }
    return false;
}

static bool is_ended_between(struct hand *h, ssa_id context, uint32_t from, uint32_t to) {
    for (uint32_t k = 0; k < h->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &h->ssa->ir->blocks[h->ssa->fn->blocks + h->ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
            if (h->ssa->ir->insts[i].op == IR_CALL && gets(h, i, context) && cfg_precedes(&h->ssa->cfg, from, i) && cfg_precedes(&h->ssa->cfg, i, to))
                return true;
    }
    return false;
}

static void look_for_outer(struct hand *h, uint32_t derive) {
    struct maker maker;
    const struct ir_inst *call = &h->ssa->ir->insts[derive];
    if (!timed_maker(h->timed, h->func, derive, &maker) || maker.role->kind != ROLE_DERIVE || !maker.parent || call->result == IR_NONE)
        return;
    if (maker.callee == IR_NONE && (maker.role->result.kind != POS_RETURN || maker.role->result.field))
        return;
    ssa_id parent = maker.parent, context = h->ssa->temps[call->result];
    uint8_t kind = ssa_at(h->ssa, parent)->kind;
    if ((kind != SSA_PARAM && kind != SSA_RESULT) || is_worked_with(h, context))
        return;
    for (uint32_t k = 0; k < h->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &h->ssa->ir->blocks[h->ssa->fn->blocks + h->ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            if (h->ssa->ir->insts[i].op != IR_CALL || !works(h, i) || !gets(h, i, parent) || !cfg_precedes(&h->ssa->cfg, derive, i) ||
                is_ended_between(h, context, derive, i))
                continue;
            add(h, (struct handoff){.kind = HANDOFF_OUTER, .inst = i, .param = IR_NONE, .other = derive});
            return;
        }
    }
}

void timed_find_handoffs(struct timed *timed) {
    for (uint32_t i = 0; i < timed->program->func_count; i++) {
        uint32_t f = timed->program->scc_funcs[i];
        struct hand h = {.timed = timed, .func = f, .ssa = timed->funcs[f].ssa, .unit = &timed->program->units[timed->program->funcs[f].unit]};
        program_rest_at(timed->program, i);
        if (!h.ssa)
            continue;
        find_unused(&h);
        each_call(&h, look_for_fresh);
        each_call(&h, look_for_null);
        each_call(&h, look_for_outer);
    }
}

const struct handoff *handoffs_all(const struct timed *timed, size_t *ret_count) {
    *ret_count = timed->handoffs.len;
    return timed->handoffs.items;
}
