// Which functions are executed, and how closely.
//
// Idea: a function is looked at where a context may pass through it, where it calls such a one, and where one of those calls it, so that
// what comes back is known. A helper that can reach no context, by the types of all that it touches and calls, is plain: no two ways
// through it differ in what becomes of a context, so a few of them stand for all (ESP merges paths of equal property), and only what
// they return and write is told apart, as far as there is room. Where plain functions alone call it, one way for each class of results
// will do: nobody there decides about a context.
//
// Left out: contexts that travel as bytes or as plain integers inside a helper (numbers count where some model's contexts are numbers).
#include "flow/paths/exec.h"

#include <stdlib.h>
#include <string.h>

enum { HELPER_INSTS = 400, HELPER_DEPTH = 4 };

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
    for (uint32_t i = 0; model_has_contexts(unit->model) && i < fn->var_count; i++)
        if (model_var_is_context(unit->model, fn->vars + i) || model_type_is_context(unit->model, unit->ir->vars[fn->vars + i].type))
            return true;
    return false;
}

// A context taken out of memory, or a call through a pointer to a cancel function.
static bool has_context_instruction(const struct flow *flow, const struct prog_unit *unit, const struct ir_func *fn) {
    const struct ir_unit *ir = unit->ir;
    bool may_have = model_has_contexts(unit->model) || flow->cancel_types.texts.len > 1;
    for (uint32_t k = 0; may_have && k < fn->block_count; k++)
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

static uint32_t inst_count(const struct program *program, const struct prog_func *func) {
    const struct ir_unit *ir = program->units[func->unit].ir;
    const struct ir_block *first = &ir->blocks[func->ir->blocks], *last = first + func->ir->block_count - 1;
    return last->insts + last->inst_count - first->insts;
}

// By the way, which functions are small enough to be helpers: want_helpers meets the functions in no order of the units.
static void want_callers(struct flow *flow, bool *is_small) {
    const struct program *program = flow->program;
    VEC(uint32_t) queue = {0};
    for (uint32_t i = 0; i < program->func_count; i++) {
        uint32_t f = program->scc_funcs[i];
        program_rest_at(program, i);
        is_small[f] = program->funcs[f].has_body && inst_count(program, &program->funcs[f]) <= HELPER_INSTS;
        if (program->funcs[f].has_body && !is_context_role(program->funcs[f].roles) && touches_context(flow, &program->funcs[f])) {
            flow->wanted[f] = WANT_RELEVANT;
            vec_push(&queue, f);
        }
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

static void want_helpers(struct flow *flow, const bool *is_small, uint32_t caller, unsigned depth) {
    const struct program *program = flow->program;
    const struct prog_func *func = &program->funcs[caller];
    for (uint32_t i = 0; i < func->call_count; i++) {
        uint32_t callee = program->calls[func->calls + i].callee;
        if (flow->wanted[callee] || !is_small[callee] || program->funcs[callee].roles)
            continue;
        flow->wanted[callee] = WANT_HELPER;
        if (depth < HELPER_DEPTH)
            want_helpers(flow, is_small, callee, depth + 1);
    }
}

// ---- members that hold the length of some bound

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
        program_rest_at(program, c);
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

static bool field_matters(const struct flow *flow, uint32_t field) {
    const struct prog_field *pf = &flow->program->fields[field];
    const struct prog_unit *unit = &flow->program->units[pf->unit];
    return map_get(&flow->bounding_fields, field) || model_field_is_context(unit->model, pf->field) ||
           model_type_is_context(unit->model, unit->ir->fields[pf->field].type);
}

static void collect_fields(struct flow *flow) {
    collect_bounding_fields(flow);
    flow->field_matters = mem_zalloc(flow->program->field_count * sizeof *flow->field_matters);
    for (uint32_t field = 0; field < flow->program->field_count; field++)
        flow->field_matters[field] = field_matters(flow, field);
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

// ---- plain helpers

enum leading { LEADING_UNKNOWN, LEADING_VISITED /* in the search under way */, LEADING_NOWHERE, LEADING_TO_CONTEXT };

// Which types lead to contexts: per unit and record, found out where it is asked for.
struct types {
    struct flow *flow;
    uint8_t **records; // by unit, then by record: enum leading
    bool by_number;    // some contexts are integers
    VEC(uint32_t) visited;
};

static bool record_leads(struct types *types, uint32_t unit, uint32_t record);

// `is_behind`: what a pointer or array leads to. Bytes without a type, and records we know nothing of, may be anything.
static bool type_leads(struct types *types, uint32_t unit, uint32_t type, bool is_behind) {
    const struct prog_unit *pu = &types->flow->program->units[unit];
    if (type == IR_NONE)
        return is_behind;
    if (model_type_is_context(pu->model, type) || is_cancel_type(types->flow, pu->ir, type))
        return true;
    const struct ir_type *known = &pu->ir->types[type];
    switch ((enum ir_type_kind)known->kind) {
    case IR_VOID: return is_behind;
    case IR_INT:
    case IR_UINT: return types->by_number;
    case IR_BOOL:
    case IR_FLOAT:
    case IR_ENUM:
    case IR_FUNCTION: return false;
    case IR_POINTER:
    case IR_ARRAY: return type_leads(types, unit, known->target, true);
    case IR_RECORD: return known->record == IR_NONE || record_leads(types, unit, known->record);
    case IR_OTHER: break;
    }
    return true;
}

static bool record_leads(struct types *types, uint32_t unit, uint32_t record) {
    const struct prog_unit *pu = &types->flow->program->units[unit];
    const struct ir_record *r = &pu->ir->records[record];
    if (!types->records[unit])
        types->records[unit] = mem_zalloc(pu->ir->records_count);
    uint8_t *leading = &types->records[unit][record];
    if (*leading != LEADING_UNKNOWN)
        return *leading == LEADING_TO_CONTEXT;
    *leading = LEADING_VISITED;
    vec_push(&types->visited, record);
    bool leads = !r->field_count;
    for (uint32_t i = r->fields; !leads && i < r->fields + r->field_count; i++)
        leads = model_field_is_context(pu->model, i) || type_leads(types, unit, pu->ir->fields[i].type, false);
    if (leads)
        *leading = LEADING_TO_CONTEXT;
    return leads;
}

// Records that were visited on the way to one that leads somewhere may be part of a cycle: nothing is decided of them.
static bool settle(struct types *types, uint32_t unit, bool found) {
    for (size_t i = 0; i < types->visited.len; i++) {
        uint8_t *leading = &types->records[unit][types->visited.items[i]];
        if (*leading == LEADING_VISITED)
            *leading = found ? LEADING_UNKNOWN : LEADING_NOWHERE;
    }
    types->visited.len = 0;
    return found;
}

static bool leads(struct types *types, uint32_t unit, uint32_t type) {
    return settle(types, unit, type_leads(types, unit, type, false));
}

static bool is_plain_call(struct types *types, uint32_t unit, const struct ir_inst *inst) {
    const struct ir_unit *ir = types->flow->program->units[unit].ir;
    if (ir->values[inst->args].kind != IR_V_FUNC)
        return false;
    for (uint32_t i = 1; i < inst->arg_count; i++)
        if (leads(types, unit, ir->call_args[inst->aux + i].type))
            return false;
    return true;
}

static bool is_plain_inst(struct types *types, uint32_t unit, const struct ir_inst *inst) {
    const struct prog_unit *pu = &types->flow->program->units[unit];
    for (uint32_t i = 0; i < inst->arg_count; i++) {
        const struct ir_value *value = &pu->ir->values[inst->args + i];
        if (value->kind == IR_V_ADDR && leads(types, unit, pu->ir->vars[value->index].type))
            return false;
    }
    if (inst->op == IR_FIELD && settle(types, unit, record_leads(types, unit, pu->ir->fields[inst->aux].record)))
        return false;
    if (inst->op == IR_FIELD && types->flow->field_matters[pu->field_ids[inst->aux]])
        return false;
    if (inst->op == IR_CALL && !is_plain_call(types, unit, inst))
        return false;
    return inst->type == IR_NONE || inst->op == IR_FIELD || inst->op >= IR_JUMP || !leads(types, unit, inst->type);
}

static bool is_plain_func(struct types *types, const struct prog_func *func) {
    const struct ir_unit *ir = types->flow->program->units[func->unit].ir;
    for (uint32_t i = 0; i < func->ir->var_count; i++)
        if (leads(types, func->unit, ir->vars[func->ir->vars + i].type))
            return false;
    if (leads(types, func->unit, ir->types[func->ir->type].target))
        return false;
    for (uint32_t k = 0; k < func->ir->block_count; k++)
        for (uint32_t i = 0; i < ir->blocks[func->ir->blocks + k].inst_count; i++)
            if (!is_plain_inst(types, func->unit, &ir->insts[ir->blocks[func->ir->blocks + k].insts + i]))
                return false;
    return true;
}

static bool makes_numbers(const struct prog_unit *unit, const struct prog_func *func) {
    for (const struct role *role = func->roles; role; role = role->next) {
        uint32_t type = IR_NONE;
        if (!is_context_role(role) || role->kind == ROLE_CANCEL)
            continue;
        if (role->result.kind == POS_RETURN)
            type = unit->ir->types[func->ir->type].target;
        else if (role->result.kind == POS_ARG && role->result.arg < func->ir->param_count)
            type = unit->ir->types[unit->ir->vars[func->ir->vars + role->result.arg].type].target;
        if (type != IR_NONE && (unit->ir->types[type].kind == IR_INT || unit->ir->types[type].kind == IR_UINT))
            return true;
    }
    return false;
}

// Who calls a helper that is not plain is not plain either.
static void spread_helpers(struct flow *flow) {
    const struct program *program = flow->program;
    VEC(uint32_t) queue = {0};
    for (uint32_t f = 0; f < program->func_count; f++)
        if (flow->wanted[f] == WANT_HELPER)
            vec_push(&queue, f);
    while (queue.len) {
        const struct prog_func *func = &program->funcs[queue.items[--queue.len]];
        for (uint32_t i = 0; i < func->caller_count; i++) {
            uint32_t caller = program->calls[program->callers[func->callers + i]].caller;
            if (flow->wanted[caller] != WANT_PLAIN)
                continue;
            flow->wanted[caller] = WANT_HELPER;
            vec_push(&queue, caller);
        }
    }
    vec_done(&queue);
}

// Who only forwards to it does not count as a caller: the callers of that one do.
static bool has_plain_callers(const struct flow *flow, const struct prog_func *func) {
    const struct program *program = flow->program;
    for (uint32_t i = 0; i < func->caller_count; i++) {
        uint32_t caller = program->calls[program->callers[func->callers + i]].caller;
        const struct prog_func *by = &program->funcs[caller];
        bool is_forward = by != func && &program->funcs[by->forwards_to] == func;
        if (flow->wanted[caller] > WANT_PLAIN || (is_forward && !has_plain_callers(flow, by)))
            return false;
    }
    return true;
}

static void find_plain(struct flow *flow) {
    const struct program *program = flow->program;
    struct types types = {.flow = flow, .records = mem_zalloc(program->unit_count * sizeof *types.records)};
    for (uint32_t f = 0; f < program->func_count && !types.by_number; f++) {
        program_rest_at(program, f);
        types.by_number = makes_numbers(&program->units[program->funcs[f].unit], &program->funcs[f]);
    }
    for (uint32_t i = 0; i < program->func_count; i++) {
        uint32_t f = program->scc_funcs[i];
        program_rest_at(program, i);
        if (flow->wanted[f] == WANT_HELPER && is_plain_func(&types, &program->funcs[f]))
            flow->wanted[f] = WANT_PLAIN;
    }
    spread_helpers(flow);
    for (uint32_t f = 0; f < program->func_count; f++)
        if (flow->wanted[f] == WANT_PLAIN && has_plain_callers(flow, &program->funcs[f]))
            flow->wanted[f] = WANT_DEEP;
    for (uint32_t u = 0; u < program->unit_count; u++)
        free(types.records[u]);
    free(types.records);
    vec_done(&types.visited);
}

void flow_choose_functions(struct flow *flow) {
    const struct program *program = flow->program;
    bool *is_small = mem_zalloc(program->func_count * sizeof *is_small);
    collect_cancel_types(flow);
    collect_fields(flow);
    want_callers(flow, is_small);
    for (uint32_t f = 0; f < program->func_count; f++)
        if (flow->wanted[f] == WANT_RELEVANT)
            want_helpers(flow, is_small, f, 0);
    free(is_small);
    find_plain(flow);
    for (uint32_t f = 0; f < program->func_count; f++) {
        flow->summaries[f].is_opaque = !flow->wanted[f];
        flow->stats.skipped += program->funcs[f].has_body && !flow->wanted[f];
    }
}
