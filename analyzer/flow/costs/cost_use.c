// What can be said of functions before any is walked: which ones reach a time or a context at all, which wait, and which parameters
// bound a wait. Blind to order: a variable holds whatever is put into it anywhere.
#include "flow/costs/cost.h"

#include <stdlib.h>

// ---- which functions matter

struct reached {
    bool is_timely, waits, looks;
};

static void add_role(struct reached *out, const struct role *role) {
    for (; role; role = role->next)
        switch (role->kind) {
        case ROLE_BLOCK:
        case ROLE_SLEEP: out->is_timely = out->waits = true; break;
        case ROLE_QUERY:
        case ROLE_NOW: out->is_timely = out->looks = true; break;
        case ROLE_DERIVE:
        case ROLE_ARM:
        case ROLE_ROOT:
        case ROLE_VALUE:
        case ROLE_DETACH:
        case ROLE_REF:
        case ROLE_CONVERT: out->is_timely = true; break;
        default: break;
        }
}

// A function without body or role that is given a context waits for it.
static bool takes_context(const struct program *program, const struct prog_func *func) {
    const struct prog_unit *unit = &program->units[func->unit];
    for (uint32_t i = 0; i < func->ir->param_count; i++)
        if (model_type_is_context(unit->model, unit->ir->vars[func->ir->vars + i].type))
            return true;
    return false;
}

const struct role *cost_field_roles(const struct program *program, const struct prog_unit *unit, const struct ir_inst *call) {
    const struct ir_unit *ir = unit->ir;
    uint32_t wanted = ir->values[call->args].index;
    if (ir->values[call->args].kind != IR_V_TEMP)
        return NULL;
    for (const struct ir_inst *inst = call; inst-- > ir->insts && inst->op < IR_JUMP;) {
        if (inst->result != wanted)
            continue;
        if (inst->op == IR_FIELD) {
            const struct prog_field *field = &program->fields[unit->field_ids[inst->aux]];
            return model_field_roles(program->units[field->unit].model, field->field);
        }
        if (inst->op != IR_LOAD || ir->values[inst->args].kind != IR_V_TEMP)
            return NULL;
        wanted = ir->values[inst->args].index;
    }
    return NULL;
}

static void scan_pointer_calls(struct cost *cost, const struct prog_func *func, struct reached *out) {
    const struct prog_unit *unit = &cost->program->units[func->unit];
    for (uint32_t k = 0; k < func->ir->block_count; k++) {
        const struct ir_block *block = &unit->ir->blocks[func->ir->blocks + k];
        for (uint32_t i = 0; i < block->inst_count; i++) {
            const struct ir_inst *inst = &unit->ir->insts[block->insts + i];
            if (inst->op == IR_CALL && unit->ir->values[inst->args].kind == IR_V_TEMP)
                add_role(out, cost_field_roles(cost->program, unit, inst));
        }
    }
}

static struct reached scan_function(struct cost *cost, uint32_t f) {
    const struct prog_func *func = &cost->program->funcs[f];
    struct reached out = {0};
    for (uint32_t i = 0; i < func->call_count; i++) {
        const struct prog_call *call = &cost->program->calls[func->calls + i];
        const struct prog_func *callee = &cost->program->funcs[call->callee];
        if (call->kind != CALL_DIRECT && call->kind != CALL_INDIRECT)
            continue;
        if (callee->roles)
            add_role(&out, callee->roles);
        else if (!callee->has_body && takes_context(cost->program, callee))
            out.is_timely = out.waits = true;
    }
    scan_pointer_calls(cost, func, &out);
    return out;
}

// Bottom-up: what a callee reaches, its callers reach. Inside a component until nothing changes.
static void spread_reached(struct cost *cost) {
    const struct program *program = cost->program;
    VEC(uint32_t) queue = {0};
    for (uint32_t f = 0; f < program->func_count; f++)
        if (cost->funcs[f].is_timely)
            vec_push(&queue, f);
    while (queue.len) {
        uint32_t f = queue.items[--queue.len];
        const struct prog_func *func = &program->funcs[f];
        for (uint32_t i = 0; i < func->caller_count; i++) {
            const struct prog_call *call = &program->calls[program->callers[func->callers + i]];
            struct cost_func *caller = &cost->funcs[call->caller];
            bool known = caller->is_timely && (caller->waits || !cost->funcs[f].waits);
            if (known || func->roles || (call->kind != CALL_DIRECT && call->kind != CALL_INDIRECT))
                continue;
            caller->is_timely = true;
            caller->waits |= cost->funcs[f].waits;
            vec_push(&queue, call->caller);
        }
    }
    vec_done(&queue);
}

// ---- what parameters are for

enum { TAINT_PARAMS = 28, TAINT_NOW = 1 << 30, TAINT_SCALED = 1 << 29, TAINT_ROUNDS = 3 };

struct taint {
    struct cost *cost;
    struct cost_func *info;
    const struct prog_unit *unit;
    const struct ir_unit *ir;
    const struct ir_func *fn;
    uint32_t *vars, *temps; // bits: parameters, TAINT_*
    uint32_t *bases;        // by temporary: variable whose memory it points into, IR_NONE
};

static uint32_t taint_of(const struct taint *t, const struct ir_value *value) {
    if (value->kind == IR_V_TEMP)
        return t->temps[value->index] | (t->bases[value->index] != IR_NONE ? t->vars[t->bases[value->index]] : 0);
    if (value->kind == IR_V_ADDR && value->index - t->fn->vars < t->fn->var_count)
        return t->vars[value->index - t->fn->vars];
    return 0;
}

static uint32_t base_of(const struct taint *t, const struct ir_value *value) {
    if (value->kind == IR_V_ADDR && value->index - t->fn->vars < t->fn->var_count)
        return value->index - t->fn->vars;
    return value->kind == IR_V_TEMP ? t->bases[value->index] : IR_NONE;
}

static void mark(struct taint *t, uint32_t bits, uint8_t use, enum time_unit unit) {
    for (uint32_t p = 0; p < t->fn->param_count && p < TAINT_PARAMS; p++)
        if (bits >> p & 1) {
            t->info->uses[p] |= use;
            if (unit != UNIT_UNKNOWN && time_unit_ns(unit) && !(bits & TAINT_SCALED))
                t->info->units[p] = (uint8_t)unit;
        }
}

static void mark_bound(struct taint *t, const struct ir_value *args, uint32_t arg_count, const struct role *role) {
    const struct bound *bound = &role->bound;
    if (bound->kind == BOUND_NONE || bound->pos.kind != POS_ARG || bound->pos.arg + 1 >= arg_count)
        return;
    uint32_t bits = taint_of(t, &args[bound->pos.arg + 1]);
    bool is_bound = role->kind == ROLE_BLOCK || role->kind == ROLE_DERIVE || role->kind == ROLE_ARM;
    bool is_end = bound->kind == BOUND_DEADLINE && !(bits & TAINT_NOW);
    mark(t, bits, (uint8_t)(PARAM_MATTERS | (!is_bound ? 0 : is_end ? PARAM_ENDS : PARAM_BOUNDS)), is_end ? UNIT_UNKNOWN : bound->unit);
}

static uint32_t scan_role(struct taint *t, const struct ir_value *args, uint32_t arg_count, const struct role *role) {
    uint32_t bits = 0;
    for (; role; role = role->next) {
        mark_bound(t, args, arg_count, role);
        if (role->kind == ROLE_NOW)
            bits |= TAINT_NOW;
        if (role->kind == ROLE_NOW && role->result.kind == POS_ARG && role->result.arg + 1 < arg_count) {
            uint32_t base = base_of(t, &args[role->result.arg + 1]);
            if (base != IR_NONE)
                t->vars[base] |= TAINT_NOW;
        }
        for (uint32_t i = 1; role->kind == ROLE_CONVERT && i < arg_count; i++)
            bits |= taint_of(t, &args[i]);
    }
    return bits;
}

static uint32_t scan_body(struct taint *t, const struct ir_value *args, uint32_t arg_count, uint32_t callee) {
    struct cost_func *info = &t->cost->funcs[callee];
    const struct prog_func *func = &t->cost->program->funcs[callee];
    uint32_t all = 0;
    for (uint32_t i = 1; i < arg_count; i++) {
        uint32_t bits = taint_of(t, &args[i]);
        all |= bits;
        if (info->uses && i <= func->ir->param_count)
            mark(t, bits, info->uses[i - 1], (enum time_unit)info->units[i - 1]);
        else
            mark(t, bits, PARAM_MATTERS, UNIT_UNKNOWN);
    }
    return all;
}

static uint32_t scan_call(struct taint *t, uint32_t inst) {
    const struct ir_inst *call = &t->ir->insts[inst];
    const struct ir_value *args = &t->ir->values[call->args];
    const struct role *roles = cost_field_roles(t->cost->program, t->unit, call);
    uint32_t count, bits = 0, func = (uint32_t)(t->info - t->cost->funcs);
    if (roles)
        return scan_role(t, args, call->arg_count, roles);
    const struct prog_call *targets = program_targets(t->cost->program, func, inst, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct prog_func *callee = &t->cost->program->funcs[targets[i].callee];
        if (callee->roles)
            bits |= scan_role(t, args, call->arg_count, callee->roles);
        else if (callee->has_body && (targets[i].kind == CALL_DIRECT || targets[i].kind == CALL_INDIRECT))
            bits |= scan_body(t, args, call->arg_count, targets[i].callee);
    }
    return bits;
}

static void scan_inst(struct taint *t, uint32_t index) {
    const struct ir_inst *inst = &t->ir->insts[index];
    const struct ir_value *args = &t->ir->values[inst->args];
    uint32_t bits = 0;
    switch ((enum ir_op)inst->op) {
    case IR_FIELD:
    case IR_INDEX: t->bases[inst->result] = base_of(t, &args[0]); break;
    case IR_LOAD: bits = taint_of(t, &args[0]); break;
    case IR_STORE: {
        uint32_t base = base_of(t, &args[0]);
        if (base != IR_NONE)
            t->vars[base] |= taint_of(t, &args[1]);
        if (args[0].kind != IR_V_ADDR)
            mark(t, taint_of(t, &args[1]), PARAM_MATTERS, UNIT_UNKNOWN);
        break;
    }
    case IR_BINARY:
        bits = taint_of(t, &args[0]) | taint_of(t, &args[1]);
        if (inst->sub != IR_ADD && inst->sub != IR_SUB)
            bits |= TAINT_SCALED;
        break;
    case IR_UNARY:
    case IR_CAST: bits = taint_of(t, &args[0]); break;
    case IR_CALL: bits = scan_call(t, index); break;
    case IR_BRANCH:
    case IR_SWITCH:
    case IR_RETURN:
        if (inst->arg_count)
            mark(t, taint_of(t, &args[0]), PARAM_MATTERS, UNIT_UNKNOWN);
        break;
    default: break;
    }
    if (inst->result != IR_NONE)
        t->temps[inst->result] |= bits;
}

static void scan_params(struct cost *cost, uint32_t f) {
    const struct prog_func *func = &cost->program->funcs[f];
    struct taint t = {.cost = cost, .info = &cost->funcs[f], .unit = &cost->program->units[func->unit], .fn = func->ir};
    t.ir = t.unit->ir;
    t.vars = mem_zalloc(t.fn->var_count * sizeof *t.vars);
    t.temps = mem_zalloc(t.fn->temp_count * sizeof *t.temps);
    t.bases = mem_zalloc(t.fn->temp_count * sizeof *t.bases);
    for (uint32_t i = 0; i < t.fn->temp_count; i++)
        t.bases[i] = IR_NONE;
    for (uint32_t i = 0; i < t.fn->param_count && i < TAINT_PARAMS; i++)
        t.vars[i] = UINT32_C(1) << i;
    for (unsigned round = 0; round < TAINT_ROUNDS; round++)
        for (uint32_t k = 0; k < t.fn->block_count; k++) {
            const struct ir_block *block = &t.ir->blocks[t.fn->blocks + k];
            for (uint32_t i = 0; i < block->inst_count; i++)
                scan_inst(&t, block->insts + i);
        }
    free(t.vars);
    free(t.temps);
    free(t.bases);
}

// Objects that are asked how much time they have left count down; others hold a setting for each step.
static void find_ticking(struct cost *cost) {
    for (uint32_t f = 0; f < cost->program->func_count; f++) {
        const struct prog_func *func = &cost->program->funcs[f];
        const struct ir_unit *ir = cost->program->units[func->unit].ir;
        for (const struct role *role = func->roles; role; role = role->next)
            if (role->kind == ROLE_QUERY && role->object.kind == POS_ARG && role->object.arg < func->ir->param_count)
                strtab_add(&cost->ticking, ir_text(ir, ir->types[ir->vars[func->ir->vars + role->object.arg].type].canonical));
    }
}

void cost_find_uses(struct cost *cost) {
    const struct program *program = cost->program;
    find_ticking(cost);
    for (uint32_t f = 0; f < program->func_count; f++) {
        struct reached reached = program->funcs[f].has_body && !program->funcs[f].roles ? scan_function(cost, f) : (struct reached){0};
        cost->funcs[f].is_timely = reached.is_timely;
        cost->funcs[f].waits = reached.waits;
        cost->funcs[f].looks = reached.looks;
    }
    spread_reached(cost);
    for (uint32_t i = 0; i < program->scc_starts[program->scc_count]; i++) {
        uint32_t f = program->scc_funcs[i];
        struct cost_func *info = &cost->funcs[f];
        if (!info->is_timely || !program->funcs[f].has_body)
            continue;
        uint32_t count = program->funcs[f].ir->param_count;
        info->uses = arena_array(&cost->arena, uint8_t, count);
        info->units = arena_array(&cost->arena, uint8_t, count);
        scan_params(cost, f);
    }
}

// ---- conditions that a loop itself changes

// The variable that an address or a value comes from; IR_NONE where that is not one alone.
static void mark_sources(const struct ir_unit *ir, const struct ir_func *fn, const uint32_t *makers, const struct ir_value *value, uint8_t *vars, unsigned depth) {
    enum { SOURCES_DEPTH = 12 };
    if (value->kind == IR_V_ADDR && value->index - fn->vars < fn->var_count)
        vars[value->index - fn->vars] = 1;
    if (value->kind != IR_V_TEMP || depth > SOURCES_DEPTH || makers[value->index] == IR_NONE)
        return;
    const struct ir_inst *inst = &ir->insts[makers[value->index]];
    for (uint32_t i = inst->op == IR_CALL; i < inst->arg_count; i++)
        mark_sources(ir, fn, makers, &ir->values[inst->args + i], vars, depth + 1);
}

// Variables that some instruction of the loop writes, or hands to a call by their address.
static void mark_changed(const struct cost_func *info, const struct ir_unit *ir, const struct ir_func *fn, const uint32_t *makers, uint32_t head, uint8_t *vars) {
    for (uint32_t k = 0; k < fn->block_count; k++) {
        if (!cfg_in_loop(&info->cfg, k, head))
            continue;
        const struct ir_block *block = &ir->blocks[fn->blocks + k];
        for (uint32_t i = 0; i < block->inst_count; i++) {
            const struct ir_inst *inst = &ir->insts[block->insts + i];
            if (inst->op == IR_STORE || inst->op == IR_ZERO)
                mark_sources(ir, fn, makers, &ir->values[inst->args], vars, 0);
            for (uint32_t arg = 1; inst->op == IR_CALL && arg < inst->arg_count; arg++)
                mark_sources(ir, fn, makers, &ir->values[inst->args + arg], vars, 0);
        }
    }
}

static bool leaves_loop(const struct cost_func *info, const struct ir_unit *ir, const struct ir_block *block, uint32_t head) {
    for (uint32_t s = 0; s < block->succ_count; s++)
        if (!cfg_in_loop(&info->cfg, ir->succs[block->succs + s], head))
            return true;
    return false;
}

static void find_progress(struct cost_func *info, const struct ir_unit *ir, const struct ir_func *fn, const uint32_t *makers, uint32_t head) {
    uint8_t *changed = mem_zalloc(fn->var_count + 1), *sources = mem_zalloc(fn->var_count + 1);
    mark_changed(info, ir, fn, makers, head, changed);
    for (uint32_t k = 0; k < fn->block_count; k++) {
        const struct ir_block *block = &ir->blocks[fn->blocks + k];
        const struct ir_inst *last = &ir->insts[block->insts + block->inst_count - 1];
        if ((last->op != IR_BRANCH && last->op != IR_SWITCH) || !cfg_in_loop(&info->cfg, k, head) || !leaves_loop(info, ir, block, head))
            continue;
        for (uint32_t v = 0; v < fn->var_count; v++)
            sources[v] = 0;
        mark_sources(ir, fn, makers, &ir->values[last->args], sources, 0);
        for (uint32_t v = 0; v < fn->var_count; v++)
            info->progresses[k] |= sources[v] & changed[v];
    }
    free(changed);
    free(sources);
}

// Whether a call asks a context or a clock, itself or in a function that only does that.
static bool looks(const struct cost *cost, uint32_t func, uint32_t inst) {
    uint32_t count;
    const struct prog_call *targets = program_targets(cost->program, func, inst, &count);
    struct reached reached = {0};
    for (uint32_t i = 0; i < count; i++) {
        const struct cost_func *callee = &cost->funcs[targets[i].callee];
        add_role(&reached, cost->program->funcs[targets[i].callee].roles);
        reached.looks |= callee->looks && !callee->waits;
    }
    return reached.looks;
}

static void find_asking(struct cost *cost, uint32_t func) {
    const struct prog_func *pf = &cost->program->funcs[func];
    struct cost_func *info = &cost->funcs[func];
    for (uint32_t i = 0; i < pf->call_count; i++) {
        const struct prog_call *call = &cost->program->calls[pf->calls + i];
        if (!looks(cost, func, call->inst))
            continue;
        for (uint32_t head = info->cfg.blocks[cfg_block_of(&info->cfg, call->inst)].loop; head != IR_NONE; head = info->cfg.blocks[head].outer)
            info->asks[head] = 1;
    }
}

void cost_prepare(struct cost *cost, uint32_t func) {
    struct cost_func *info = &cost->funcs[func];
    const struct prog_func *pf = &cost->program->funcs[func];
    const struct ir_unit *ir = cost->program->units[pf->unit].ir;
    if (info->is_ready)
        return;
    info->is_ready = true;
    cfg_build(&info->cfg, ir, pf->ir, &cost->arena);
    live_compute(&info->live, ir, pf->ir, &cost->arena);
    info->progresses = arena_array(&cost->arena, uint8_t, pf->ir->block_count);
    info->asks = arena_array(&cost->arena, uint8_t, pf->ir->block_count);
    find_asking(cost, func);
    uint32_t *makers = mem_zalloc(pf->ir->temp_count * sizeof *makers);
    for (uint32_t i = 0; i < pf->ir->temp_count; i++)
        makers[i] = IR_NONE;
    for (uint32_t k = 0; k < pf->ir->block_count; k++)
        for (uint32_t i = 0; i < ir->blocks[pf->ir->blocks + k].inst_count; i++)
            if (ir->insts[ir->blocks[pf->ir->blocks + k].insts + i].result != IR_NONE)
                makers[ir->insts[ir->blocks[pf->ir->blocks + k].insts + i].result] = ir->blocks[pf->ir->blocks + k].insts + i;
    for (uint32_t k = 0; k < pf->ir->block_count; k++)
        if (info->cfg.blocks[k].loop == k)
            find_progress(info, ir, pf->ir, makers, k);
    free(makers);
}
