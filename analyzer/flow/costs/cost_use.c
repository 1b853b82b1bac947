// What can be said of functions before any is walked: which ones reach a time or a context at all, which wait, where deadlines are
// set that something could be too long for (cost_taint.c); and what a walk needs to know of a function's loops.
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
    struct cost_func *info = &cost->funcs[func - cost->program->funcs];
    const struct prog_unit *unit = &cost->program->units[func->unit];
    for (uint32_t k = 0; k < func->ir->block_count; k++) {
        const struct ir_block *block = &unit->ir->blocks[func->ir->blocks + k];
        for (uint32_t i = 0; i < block->inst_count; i++) {
            const struct ir_inst *inst = &unit->ir->insts[block->insts + i];
            const struct role *roles = inst->op == IR_CALL && unit->ir->values[inst->args].kind == IR_V_TEMP ? cost_field_roles(cost->program, unit, inst) : NULL;
            info->calls_fields |= roles != NULL;
            add_role(out, roles);
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
    for (uint32_t i = 0; i < program->func_count; i++)
        if (cost->funcs[program->scc_funcs[i]].is_timely)
            vec_push(&queue, program->scc_funcs[i]);
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

// Objects that are asked how much time they have left count down; others hold a setting for each step.
static void find_ticking(struct cost *cost) {
    for (uint32_t f = 0; f < cost->program->func_count; f++) {
        const struct prog_func *func = &cost->program->funcs[f];
        const struct ir_unit *ir = cost->program->units[func->unit].ir;
        for (const struct role *role = func->roles; role; role = role->next) {
            cost->has_arms |= role->kind == ROLE_ARM && func->caller_count;
            if (role->kind == ROLE_QUERY && role->object.kind == POS_ARG && role->object.arg < func->ir->param_count)
                strtab_add(&cost->ticking, ir_text(ir, ir->types[ir->vars[func->ir->vars + role->object.arg].type].canonical));
        }
    }
}

static uint32_t inst_count(const struct program *program, uint32_t f) {
    const struct prog_func *func = &program->funcs[f];
    const struct ir_block *first = &program->units[func->unit].ir->blocks[func->ir->blocks], *last = first + func->ir->block_count - 1;
    return last->insts + last->inst_count - first->insts;
}

static void find_reached(struct cost *cost) {
    const struct program *program = cost->program;
    for (uint32_t i = 0; i < program->func_count; i++) {
        uint32_t f = program->scc_funcs[i]; // one unit after the other
        const struct prog_func *func = &program->funcs[f];
        struct cost_func *info = &cost->funcs[f];
        program_rest_at(program, i);
        if (!func->has_body)
            continue;
        info->inst_count = inst_count(program, f);
        if (func->roles)
            continue;
        struct reached reached = scan_function(cost, f);
        info->is_timely = reached.is_timely;
        info->waits = reached.waits;
        info->looks = reached.looks;
    }
    spread_reached(cost);
}

// Whether the program goes on after a call.
bool cost_comes_back(const struct ir_unit *ir, uint32_t inst) {
    while (ir->insts[inst].op < IR_JUMP)
        inst++;
    return ir->insts[inst].op != IR_UNREACHABLE;
}

// What is true of a callee becomes true of its callers, where the program comes back from it.
static void spread(struct cost *cost, bool *(*of)(struct cost_func *info)) {
    const struct program *program = cost->program;
    struct cost_queue queue = {0};
    for (uint32_t i = 0; i < program->func_count; i++)
        if (*of(&cost->funcs[program->scc_funcs[i]]))
            vec_push(&queue, program->scc_funcs[i]);
    while (queue.len) {
        const struct prog_func *func = &program->funcs[queue.items[--queue.len]];
        for (uint32_t i = 0; i < func->caller_count; i++) {
            const struct prog_call *call = &program->calls[program->callers[func->callers + i]];
            bool *known = of(&cost->funcs[call->caller]);
            if (*known || func->roles || (call->kind != CALL_DIRECT && call->kind != CALL_INDIRECT) ||
                !cost_comes_back(program->units[program->funcs[call->caller].unit].ir, call->inst))
                continue;
            *known = true;
            vec_push(&queue, call->caller);
        }
    }
    vec_done(&queue);
}

static bool *spends_of(struct cost_func *info) {
    return &info->spends;
}

static bool *asks_fields_of(struct cost_func *info) {
    return &info->asks_fields;
}

// Whether a function writes a member that says how long something waits.
static bool has_length_store(const struct cost *cost, uint32_t f) {
    const struct prog_func *func = &cost->program->funcs[f];
    const struct prog_unit *unit = &cost->program->units[func->unit];
    const struct ir_block *first = &unit->ir->blocks[func->ir->blocks];
    for (uint32_t i = first->insts; i < first->insts + cost->funcs[f].inst_count; i++) {
        const struct ir_inst *inst = &unit->ir->insts[i], *next = inst + 1;
        bool is_length = inst->op == IR_FIELD && (cost->field_uses[unit->field_ids[inst->aux]] & PARAM_LENGTH);
        bool is_read = next->op == IR_LOAD && unit->ir->values[next->args].kind == IR_V_TEMP && unit->ir->values[next->args].index == inst->result;
        if (is_length && !is_read)
            return true;
    }
    return false;
}

// The same, itself or by a helper. `known`: what was found before, by function: 1 no, 2 yes.
static bool writes_length(const struct cost *cost, uint8_t *known, uint32_t f, bool is_helper) {
    const struct prog_func *func = &cost->program->funcs[f];
    if (!known[f])
        known[f] = 1 + has_length_store(cost, f);
    bool writes = known[f] == 2;
    for (uint32_t i = 0; !is_helper && !writes && i < func->call_count; i++) {
        const struct prog_call *call = &cost->program->calls[func->calls + i];
        bool may_help = call->kind == CALL_DIRECT && cost->program->funcs[call->callee].has_body && cost->funcs[call->callee].inst_count <= COST_HELPER_INSTS;
        writes = may_help && writes_length(cost, known, call->callee, true);
    }
    return writes;
}

// Only functions that set a deadline, or tell a callee how long one is, can be where something is too long.
static void choose_roots(struct cost *cost) {
    uint8_t *known = mem_zalloc(cost->program->func_count + 1);
    for (uint32_t i = 0; i < cost->program->func_count; i++) {
        uint32_t f = cost->program->scc_funcs[i];
        struct cost_func *info = &cost->funcs[f];
        program_rest_at(cost->program, i);
        info->is_root = info->spends && (info->sets || info->tells || (info->asks_fields && writes_length(cost, known, f, false)));
    }
    free(known);
    for (size_t i = 0; i < cost->timeouts.len; i++) {
        const struct cost_timeout *timeout = &cost->timeouts.items[i];
        cost->funcs[timeout->caller].is_root |= timeout->has_others || cost->funcs[timeout->callee].spends;
    }
}

void cost_find_uses(struct cost *cost) {
    find_ticking(cost);
    find_reached(cost);
    cost_find_lengths(cost);
    spread(cost, spends_of);
    spread(cost, asks_fields_of);
    choose_roots(cost);
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

static bool is_head(const struct cost_func *info, uint32_t block) {
    return info->cfg.blocks[block].loop == block;
}

// What a walk need not stop at.
static void find_ways(struct cost *cost, struct cost_func *info, const struct ir_unit *ir, const struct ir_func *fn) {
    const struct ir_block *blocks = &ir->blocks[fn->blocks];
    uint32_t *edges = mem_zalloc(fn->block_count * sizeof *edges);
    info->jumps = arena_array(&cost->arena, uint32_t, fn->block_count);
    info->follows = arena_array(&cost->arena, uint32_t, fn->block_count);
    for (uint32_t k = 0; k < fn->block_count; k++)
        for (uint32_t s = 0; s < blocks[k].succ_count; s++)
            edges[ir->succs[blocks[k].succs + s]]++;
    for (uint32_t k = 0; k < fn->block_count; k++) {
        bool is_jump = ir->insts[blocks[k].insts + blocks[k].inst_count - 1].op == IR_JUMP;
        uint32_t to = is_jump ? ir->succs[blocks[k].succs] : IR_NONE;
        bool goes_on = to != IR_NONE && (info->cfg.blocks[to].order > info->cfg.blocks[k].order || is_head(info, to)); // not for ever
        info->jumps[k] = goes_on && blocks[k].inst_count == 1 && !is_head(info, k) ? to : IR_NONE;
        info->follows[k] = is_jump && to && edges[to] == 1 && !is_head(info, to) ? to : IR_NONE;
    }
    free(edges);
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
    find_ways(cost, info, ir, pf->ir);
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
