// The order of work: which functions matter, bottom-up over the SCCs with recursion iterated to a fixpoint, then top-down.
#include "flow/paths/exec.h"
#include "flow/waits/waits.h"

#include <stdlib.h>
#include <string.h>

enum { HELPER_INSTS = 400, HELPER_DEPTH = 4, ROUNDS_MAX = 4 };

// ---- what matters

static bool is_context_role(const struct role *role) {
    for (; role; role = role->next)
        switch (role->kind) {
        case ROLE_ROOT:
        case ROLE_DERIVE:
        case ROLE_VALUE:
        case ROLE_DETACH:
        case ROLE_CANCEL:
        case ROLE_REF: return true;
        default: break; // who releases a context has it in a variable
        }
    return false;
}

static bool is_cancel_type(const struct flow *flow, const struct ir_unit *ir, uint32_t type) {
    return type != IR_NONE && strtab_find(&flow->cancel_types, ir_text(ir, ir->types[type].canonical));
}

static bool has_context_variable(const struct prog_unit *unit, const struct ir_func *fn) {
    for (uint32_t i = 0; i < fn->var_count; i++)
        if (model_var_is_context(unit->model, fn->vars + i) || model_type_is_context(unit->model, unit->ir->vars[fn->vars + i].type))
            return true;
    return false;
}

// A context taken out of memory, or a call through a pointer to a cancel function.
static bool has_context_instruction(const struct flow *flow, const struct prog_unit *unit, const struct ir_func *fn) {
    const struct ir_unit *ir = unit->ir;
    for (uint32_t k = 0; k < fn->block_count; k++)
        for (uint32_t i = 0; i < ir->blocks[fn->blocks + k].inst_count; i++) {
            const struct ir_inst *inst = &ir->insts[ir->blocks[fn->blocks + k].insts + i];
            if (inst->op == IR_LOAD && (model_type_is_context(unit->model, inst->type) || is_cancel_type(flow, ir, inst->type)))
                return true;
        }
    return false;
}

static bool touches_context(const struct flow *flow, const struct prog_func *func) {
    const struct program *program = flow->program;
    const struct prog_unit *unit = &program->units[func->unit];
    if (has_context_variable(unit, func->ir) || has_context_instruction(flow, unit, func->ir))
        return true;
    for (uint32_t i = 0; i < func->call_count; i++)
        if (is_context_role(program->funcs[program->calls[func->calls + i].callee].roles))
            return true;
    return false;
}

static void want_callers(struct flow *flow) {
    const struct program *program = flow->program;
    VEC(uint32_t) queue = {0};
    for (uint32_t f = 0; f < program->func_count; f++)
        if (program->funcs[f].has_body && !is_context_role(program->funcs[f].roles) && touches_context(flow, &program->funcs[f])) {
            flow->wanted[f] = WANT_RELEVANT;
            vec_push(&queue, f);
        }
    while (queue.len) {
        const struct prog_func *func = &program->funcs[queue.items[--queue.len]];
        for (uint32_t i = 0; i < func->caller_count; i++) {
            const struct prog_call *call = &program->calls[program->callers[func->callers + i]];
            if (call->kind == CALL_BY_TYPE || flow->wanted[call->caller] || is_context_role(program->funcs[call->caller].roles))
                continue;
            flow->wanted[call->caller] = WANT_RELEVANT;
            vec_push(&queue, call->caller);
        }
    }
    vec_done(&queue);
}

static uint32_t inst_count(const struct program *program, const struct prog_func *func) {
    const struct ir_unit *ir = program->units[func->unit].ir;
    uint32_t count = 0;
    for (uint32_t k = 0; k < func->ir->block_count; k++)
        count += ir->blocks[func->ir->blocks + k].inst_count;
    return count;
}

static void want_helpers(struct flow *flow, uint32_t caller, unsigned depth) {
    const struct program *program = flow->program;
    const struct prog_func *func = &program->funcs[caller];
    for (uint32_t i = 0; i < func->call_count; i++) {
        uint32_t callee = program->calls[func->calls + i].callee;
        const struct prog_func *target = &program->funcs[callee];
        if (flow->wanted[callee] || !target->has_body || target->roles || inst_count(program, target) > HELPER_INSTS)
            continue;
        flow->wanted[callee] = WANT_HELPER;
        if (depth < HELPER_DEPTH)
            want_helpers(flow, callee, depth + 1);
    }
}

static void choose_functions(struct flow *flow) {
    want_callers(flow);
    for (uint32_t f = 0; f < flow->program->func_count; f++)
        if (flow->wanted[f] == WANT_RELEVANT)
            want_helpers(flow, f, 0);
    for (uint32_t f = 0; f < flow->program->func_count; f++) {
        flow->summaries[f].is_opaque = !flow->wanted[f];
        flow->stats.skipped += flow->program->funcs[f].has_body && !flow->wanted[f];
    }
}

// The member a temporary was loaded from, IR_NONE where it was not: looked for backwards in its block.
static uint32_t loaded_field(const struct ir_unit *ir, const struct ir_value *value, uint32_t before) {
    uint32_t wanted = value->index;
    for (uint32_t i = before; value->kind == IR_V_TEMP && i > 0 && ir->insts[i - 1].op < IR_JUMP; i--) {
        const struct ir_inst *inst = &ir->insts[i - 1];
        if (inst->result != wanted)
            continue;
        if (inst->op == IR_FIELD)
            return inst->aux;
        if ((inst->op != IR_LOAD && inst->op != IR_CAST) || ir->values[inst->args].kind != IR_V_TEMP)
            return IR_NONE;
        wanted = ir->values[inst->args].index;
    }
    return IR_NONE;
}

static bool makes_contexts(const struct flow *flow, uint32_t func) {
    const struct prog_func *pf = &flow->program->funcs[func];
    if (is_context_role(pf->roles))
        return true;
    for (uint32_t i = 0; i < pf->call_count; i++)
        if (is_context_role(flow->program->funcs[flow->program->calls[pf->calls + i].callee].roles))
            return true;
    return false;
}

// Members that are passed to a derive, or to a function that calls one.
static void collect_bounding_fields(struct flow *flow) {
    const struct program *program = flow->program;
    for (uint32_t c = 0; c < program->call_count; c++) {
        const struct prog_call *call = &program->calls[c];
        if (!makes_contexts(flow, call->callee))
            continue;
        const struct prog_unit *unit = &program->units[program->funcs[call->caller].unit];
        const struct ir_inst *inst = &unit->ir->insts[call->inst];
        for (uint32_t i = 1; i < inst->arg_count; i++) {
            uint32_t field = loaded_field(unit->ir, &unit->ir->values[inst->args + i], call->inst);
            if (field != IR_NONE)
                map_put(&flow->bounding_fields, unit->field_ids[field], NULL);
        }
    }
}

bool flow_field_matters(const struct flow *flow, uint32_t field) {
    const struct prog_field *pf = &flow->program->fields[field];
    const struct prog_unit *unit = &flow->program->units[pf->unit];
    return map_get(&flow->bounding_fields, field) || model_field_is_context(unit->model, pf->field) ||
           model_type_is_context(unit->model, unit->ir->fields[pf->field].type);
}

// ---- cancel functions that derives hand out

static uint32_t cancel_pointer_type(const struct prog_unit *unit, const struct prog_func *func, const struct role *role) {
    const struct ir_unit *ir = unit->ir;
    uint32_t type = IR_NONE;
    if (role->cancel.kind == POS_RETURN)
        type = ir->types[func->ir->type].target;
    else if (role->cancel.kind == POS_ARG && role->cancel.arg < func->ir->param_count)
        type = ir->types[ir->vars[func->ir->vars + role->cancel.arg].type].target;
    if (type == IR_NONE || !role->cancel.field)
        return type;
    const struct ir_type *record = &ir->types[type];
    for (uint32_t i = 0; record->record != IR_NONE && i < ir->records[record->record].field_count; i++) {
        const struct ir_field *field = &ir->fields[ir->records[record->record].fields + i];
        if (!strcmp(ir_text(ir, field->name), role->cancel.field))
            return field->type;
    }
    return IR_NONE;
}

static void collect_cancel_types(struct flow *flow) {
    for (uint32_t f = 0; f < flow->program->func_count; f++) {
        const struct prog_func *func = &flow->program->funcs[f];
        const struct prog_unit *unit = &flow->program->units[func->unit];
        for (const struct role *role = func->roles; role; role = role->next) {
            if (role->kind != ROLE_DERIVE || (role->cancel_how != CANCEL_FIELD && role->cancel_how != CANCEL_OUT_FUNC))
                continue;
            uint32_t type = cancel_pointer_type(unit, func, role);
            const char *text = type == IR_NONE ? "" : ir_text(unit->ir, unit->ir->types[type].canonical);
            if (strcmp(text, "void (*)(void)") && strcmp(text, "void (*)(void *)")) // those say nothing
                strtab_add(&flow->cancel_types, text);
        }
    }
}

bool flow_type_is_cancel(const struct exec *x, uint32_t type) {
    return is_cancel_type(x->flow, x->ir, type);
}

// ---- initial values of globals

static sym_id init_value(struct flow *flow, const struct prog_unit *unit, const sym_id *temps, const struct ir_value *value) {
    switch ((enum ir_value_kind)value->kind) {
    case IR_V_TEMP: return temps[value->index];
    case IR_V_INT: return sym_int(&flow->syms, unit->ir->ints[value->index]);
    case IR_V_FLOAT: return sym_float(&flow->syms, unit->ir->floats[value->index]);
    case IR_V_FUNC: return sym_make(&flow->syms, SYM_FUNC, 0, unit->func_ids[value->index], 0, 0);
    case IR_V_ADDR: return unit->global_ids[value->index] == IR_NONE ? SYM_NONE : sym_make(&flow->syms, SYM_GLOBAL, 0, unit->global_ids[value->index], 0, 0);
    default: return SYM_NONE;
    }
}

static void init_store(struct flow *flow, sym_id address, sym_id value) {
    const struct sym *root = sym_at(&flow->syms, sym_root(&flow->syms, address));
    if (address && value && root->kind == SYM_GLOBAL && !flow->program->globals[root->a].is_written)
        *map_put(&flow->globals, address, NULL) = value;
}

static void run_init_inst(struct flow *flow, const struct prog_unit *unit, const struct ir_inst *inst, sym_id *temps) {
    const struct ir_value *args = &unit->ir->values[inst->args];
    sym_id first = inst->arg_count ? init_value(flow, unit, temps, &args[0]) : SYM_NONE;
    sym_id second = inst->arg_count > 1 ? init_value(flow, unit, temps, &args[1]) : SYM_NONE;
    if (inst->op == IR_STORE)
        init_store(flow, first, second);
    else if (inst->op == IR_ZERO)
        init_store(flow, first, sym_int(&flow->syms, 0));
    else if (inst->op == IR_FIELD && first)
        temps[inst->result] = sym_make(&flow->syms, SYM_FIELD, 0, first, unit->field_ids[inst->aux], 0);
    else if (inst->op == IR_INDEX && first && second)
        temps[inst->result] = sym_make(&flow->syms, SYM_ELEM, 0, first, second, 0);
    else if (inst->op == IR_CAST && first)
        temps[inst->result] = sym_cast(&flow->syms, first, &unit->ir->types[inst->type]);
}

// Initializers have no branches worth following: their instructions in order.
static void read_initializers(struct flow *flow) {
    for (uint32_t u = 0; u < flow->program->unit_count; u++) {
        const struct prog_unit *unit = &flow->program->units[u];
        if (unit->ir->init_func == IR_NONE)
            continue;
        const struct ir_func *fn = &unit->ir->funcs[unit->ir->init_func];
        sym_id *temps = mem_zalloc(fn->temp_count * sizeof *temps);
        for (uint32_t k = 0; k < fn->block_count; k++) {
            const struct ir_block *block = &unit->ir->blocks[fn->blocks + k];
            for (uint32_t i = 0; i < block->inst_count; i++)
                run_init_inst(flow, unit, &unit->ir->insts[block->insts + i], temps);
        }
        free(temps);
    }
}

// ---- bottom-up

static void summary_clear(struct summary *summary) {
    for (size_t i = 0; i < summary->outcomes.len; i++)
        state_done(&summary->outcomes.items[i].state);
    for (size_t i = 0; i < summary->events.len; i++)
        vec_done(&summary->events.items[i].facts.items);
    summary->outcomes.len = summary->events.len = 0;
}

static uint64_t hash_state(const struct state *state, uint64_t h) {
    for (size_t i = 0; i < state->cells.len; i++)
        h = hash_mix(h, (uint64_t)state->cells.items[i].address << 32 | state->cells.items[i].value);
    for (size_t i = 0; i < state->cancelled.len; i++)
        h = hash_mix(h, state->cancelled.items[i]);
    for (size_t i = 0; i < state->resources.len; i++)
        h = hash_mix(h, state->resources.items[i].ctx);
    for (size_t i = 0; i < state->facts.items.len; i++) {
        const struct fact *fact = &state->facts.items.items[i];
        h = hash_mix(hash_mix(h, fact->key), hash_mix((uint64_t)fact->low, (uint64_t)fact->high));
    }
    return h;
}

static uint64_t summary_hash(const struct summary *summary) {
    uint64_t h = hash_mix(hash_mix(summary->needs.len, summary->events.len), summary->escapes.len);
    for (size_t i = 0; i < summary->outcomes.len; i++)
        h = hash_state(&summary->outcomes.items[i].state, hash_mix(h, summary->outcomes.items[i].result));
    return h;
}

static void replace_summary(struct flow *flow, uint32_t func) {
    struct summary *summary = &flow->summaries[func];
    struct summary next = {0};
    for (size_t i = 0; i < summary->needs.len; i++)
        vec_push(&next.needs, summary->needs.items[i]);
    exec_function(flow, func, &next); // its own calls still see the summary of the last round
    next.fingerprint = summary_hash(&next);
    flow->changed[func] = next.fingerprint != summary->fingerprint;
    summary_clear(summary);
    vec_done(&summary->outcomes);
    vec_done(&summary->events);
    vec_done(&summary->escapes);
    vec_done(&summary->needs);
    *summary = next;
}

static void drop_leaks_of(struct flow *flow, uint32_t func, size_t from) {
    size_t kept = from;
    for (size_t i = from; i < flow->leaks.len; i++)
        if (flow->leaks.items[i].func != func)
            flow->leaks.items[kept++] = flow->leaks.items[i];
    flow->leaks.len = kept;
}

static bool callee_changed(const struct flow *flow, uint32_t func) {
    const struct prog_func *pf = &flow->program->funcs[func];
    for (uint32_t i = 0; i < pf->call_count; i++)
        if (flow->changed[flow->program->calls[pf->calls + i].callee])
            return true;
    return false;
}

static bool calls_itself(const struct program *program, uint32_t func) {
    const struct prog_func *pf = &program->funcs[func];
    for (uint32_t i = 0; i < pf->call_count; i++)
        if (program->calls[pf->calls + i].callee == func)
            return true;
    return false;
}

// A component is executed until no summary in it changes. Nothing is known of it at first: a call into it does not return.
static void solve_component(struct flow *flow, const uint32_t *funcs, uint32_t count) {
    bool recursive = count > 1 || calls_itself(flow->program, funcs[0]);
    size_t first_leak = flow->leaks.len;
    for (uint32_t i = 0; i < count; i++)
        flow->stats.solved += flow->wanted[funcs[i]] != WANT_NOT;
    struct outcomes *before = mem_zalloc(count * sizeof *before); // of the round before the last
    bool again = true;
    for (unsigned round = 0; again && round < (recursive ? ROUNDS_MAX : 1); round++) {
        again = false;
        for (uint32_t i = 0; i < count; i++) {
            if (!flow->wanted[funcs[i]] || (round > 0 && !callee_changed(flow, funcs[i])))
                continue;
            if (recursive && round == ROUNDS_MAX - 1)
                flow_keep_outcomes(flow, funcs[i], &before[i]);
            drop_leaks_of(flow, funcs[i], first_leak);
            replace_summary(flow, funcs[i]);
            again |= flow->changed[funcs[i]];
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (before[i].len && flow->changed[funcs[i]])
            flow_widen(flow, funcs[i], &before[i]);
        outcomes_done(&before[i]);
        flow->changed[funcs[i]] = false;
        flow->stats.given_up += flow->summaries[funcs[i]].is_cut;
    }
    free(before);
}

static bool has_role(const struct program *program, enum role_kind kind) {
    for (uint32_t f = 0; f < program->func_count; f++)
        for (const struct role *role = program->funcs[f].roles; role; role = role->next)
            if (role->kind == kind)
                return true;
    return false;
}

struct flow *flow_solve(const struct program *program) {
    struct flow *flow = mem_zalloc(sizeof *flow);
    flow->program = program;
    syms_init(&flow->syms);
    flow->summaries = mem_zalloc(program->func_count * sizeof *flow->summaries);
    flow->wanted = mem_zalloc(program->func_count * sizeof *flow->wanted);
    flow->changed = mem_zalloc(program->func_count * sizeof *flow->changed);
    collect_cancel_types(flow);
    flow->counts_references = has_role(program, ROLE_REF);
    choose_functions(flow);
    collect_bounding_fields(flow);
    read_initializers(flow);
    for (uint32_t i = 0; i < program->scc_count; i++)
        solve_component(flow, &program->scc_funcs[program->scc_starts[i]], program->scc_starts[i + 1] - program->scc_starts[i]);
    flow_drop_kept_leaks(flow);
    flow_drop_repeated_leaks(flow);
    flow_drop_indexed_leaks(flow);
    flow_reach(flow);
    flow_find_overruns(flow);
    flow->timed = waits_solve(flow);
    return flow;
}

void flow_free(struct flow *flow) {
    waits_free(flow->timed);
    for (uint32_t f = 0; f < flow->program->func_count; f++) {
        summary_clear(&flow->summaries[f]);
        vec_done(&flow->summaries[f].outcomes);
        vec_done(&flow->summaries[f].events);
        vec_done(&flow->summaries[f].needs);
        vec_done(&flow->summaries[f].escapes);
    }
    free(flow->summaries);
    free(flow->wanted);
    free(flow->changed);
    vec_done(&flow->marks);
    syms_done(&flow->syms);
    vec_done(&flow->binds);
    vec_done(&flow->leaks);
    vec_done(&flow->misuses);
    map_done(&flow->misuse_ids);
    vec_done(&flow->bounds);
    vec_done(&flow->overruns);
    vec_done(&flow->entries);
    map_done(&flow->bind_ids);
    map_done(&flow->globals);
    map_done(&flow->allocated);
    map_done(&flow->derived);
    map_done(&flow->taken);
    vec_done(&flow->endings);
    map_done(&flow->ended);
    vec_done(&flow->indexed);
    map_done(&flow->bounding_fields);
    strtab_done(&flow->cancel_types);
    arena_done(&flow->arena);
    free(flow);
}

const struct bind *flow_bind(const struct flow *flow, uint32_t bind) {
    return &flow->binds.items[bind];
}

const struct leak *flow_leaks(const struct flow *flow, size_t *ret_count) {
    *ret_count = flow->leaks.len;
    return flow->leaks.items;
}

const struct bound_fact *flow_bounds(const struct flow *flow, size_t *ret_count) {
    *ret_count = flow->bounds.len;
    return flow->bounds.items;
}

const struct entry_step *flow_entry(const struct flow *flow, uint32_t entry) {
    return &flow->entries.items[entry];
}

const struct timed *flow_timed(const struct flow *flow) {
    return flow->timed;
}

struct flow_stats flow_stats(const struct flow *flow) {
    return flow->stats;
}
