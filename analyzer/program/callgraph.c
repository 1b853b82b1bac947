// Who may call whom. One scan over all bodies and initializers notes direct calls and connects slots (slots.h); then functions flow,
// and every function that reaches the slot an indirect call goes through, or the entry of a spawn or callback role, is a target.
//
// Left out: functions kept in integers, in what an opaque function allocates or returns, or read by memcpy.
#include "program/link.h"
#include "program/slots.h"
#include "program/sources.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_BY_TYPE = 8,   // more functions of one type than this say nothing
    MOST_TARGETS = 512, // a call with more than this counts as unresolved: each of them is as good as called from outside
};

// A call through a slot: IR_CALL's own, or of the entry that a role names.
struct site {
    uint32_t caller, inst;
    uint32_t slot; // IR_NONE where the callee comes from nowhere
    uint32_t type; // CALL_INDIRECT: text id of the callee's function type, 0 unknown
    enum call_kind kind;
};

struct graph {
    struct program *program;
    struct slots slots;
    uint8_t **carries; // by unit and type
    VEC(struct prog_call) calls;
    VEC(struct site) sites;
    VEC(struct source) args; // of the call being scanned
    struct strtab types;
    uint8_t *used, *resolved; // by function: its address is a value somewhere; it is called through a pointer
    uint32_t outside;         // slot
    struct body body;         // the one being scanned
};

static const struct source nowhere = {.kind = FROM_NOWHERE};

static void connect(struct graph *g, struct source source, uint32_t slot) {
    if (source.kind == FROM_FUNC)
        slots_put(&g->slots, slot, source.id);
    if (source.kind != FROM_SLOT)
        return;
    slots_copy(&g->slots, source.id, slot);
    if (source.both_ways)
        slots_copy(&g->slots, slot, source.id);
}

static void escape(struct graph *g, struct source source) {
    if (source.kind == FROM_FUNC)
        slots_put(&g->slots, g->outside, source.id);
    else if (source.kind == FROM_SLOT && (source.is_code || source.both_ways))
        slots_copy(&g->slots, source.id, g->outside);
}

// Passes the arguments in g->args to a function, or to the calls through a slot.
static void pass_to_func(struct graph *g, uint32_t callee) {
    const struct prog_func *func = &g->program->funcs[callee];
    for (uint32_t i = 0; i < g->args.len; i++)
        if (!func->has_body || i >= func->ir->param_count)
            escape(g, g->args.items[i]);
        else if (carries_code(g->carries[func->unit], g->program->units[func->unit].ir->vars[func->ir->vars + i].type))
            connect(g, g->args.items[i], slots_get(&g->slots, SLOT_VAR, callee, i));
}

static void pass_to_slot(struct graph *g, uint32_t slot) {
    slots_call(&g->slots, slot, (uint32_t)g->args.len);
    for (uint32_t i = 0; i < g->args.len; i++)
        if (g->args.items[i].kind != FROM_NOWHERE)
            connect(g, g->args.items[i], slots_get(&g->slots, SLOT_ARG, slot, i));
}

static void func_arrives(void *context, uint32_t slot, uint32_t arg_count, uint32_t callee) {
    struct graph *g = context;
    const struct prog_func *func = &g->program->funcs[callee];
    const struct ir_unit *ir = g->program->units[func->unit].ir;
    for (uint32_t i = 0; i < arg_count; i++) {
        if (!func->has_body || i >= func->ir->param_count) {
            slots_copy(&g->slots, slots_get(&g->slots, SLOT_ARG, slot, i), g->outside);
            continue;
        }
        uint32_t type = ir->vars[func->ir->vars + i].type;
        if (!carries_code(g->carries[func->unit], type))
            continue;
        uint32_t arg = slots_get(&g->slots, SLOT_ARG, slot, i), param = slots_get(&g->slots, SLOT_VAR, callee, i);
        slots_copy(&g->slots, arg, param);
        if (carries_pointer_to_code(g->carries[func->unit], type))
            slots_copy(&g->slots, param, arg);
    }
    uint32_t result = ir->types[func->ir->type].target;
    if (func->has_body && result != IR_NONE && carries_code(g->carries[func->unit], result))
        slots_copy(&g->slots, slots_get(&g->slots, SLOT_RETURN, callee, 0), slots_get(&g->slots, SLOT_RESULT, slot, 0));
}

static void add_call(struct graph *g, const struct site *site, uint32_t callee, enum call_kind kind) {
    struct prog_call call = {site->caller, callee, site->inst, (uint8_t)kind};
    vec_push(&g->calls, call);
    if (kind != CALL_DIRECT && kind != CALL_BY_TYPE)
        g->resolved[callee] = 1;
}

static void add_site(struct graph *g, struct site site, struct source callee, enum call_kind kind) {
    site.kind = kind;
    site.slot = callee.kind == FROM_SLOT ? callee.id : IR_NONE;
    if (callee.kind == FROM_FUNC)
        add_call(g, &site, callee.id, kind == CALL_INDIRECT ? CALL_DIRECT : kind);
    else if (callee.kind == FROM_SLOT || kind == CALL_INDIRECT)
        vec_push(&g->sites, site);
}

// Where the function that a role starts comes from: the argument itself, or a member of what it points to.
static struct source entry_source(struct graph *g, const struct ir_inst *inst, const struct pos *entry) {
    uint32_t operand = entry->arg + 1;
    if (entry->kind != POS_ARG || operand >= inst->arg_count)
        return nowhere;
    if (!entry->field)
        return body_source(&g->body, g->body.unit->ir->values[inst->args + operand]);
    const struct ir_unit *ir = g->body.unit->ir;
    const struct ir_type *type = &ir->types[ir->call_args[inst->aux + operand].type];
    while (type->kind == IR_POINTER || type->kind == IR_ARRAY)
        type = &ir->types[type->target];
    if (type->kind != IR_RECORD)
        return nowhere;
    const struct ir_record *record = &ir->records[type->record];
    for (uint32_t i = 0; i < record->field_count; i++)
        if (!strcmp(ir_text(ir, ir->fields[record->fields + i].name), entry->field))
            return body_field(&g->body, record->fields + i);
    return nowhere;
}

static const struct role *roles_of(const struct graph *g, struct ir_value callee) {
    if (callee.kind == IR_V_FUNC) {
        uint32_t func = g->body.unit->func_ids[callee.index];
        return func == IR_NONE ? NULL : g->program->funcs[func].roles;
    }
    if (callee.kind != IR_V_TEMP || !g->body.unit->model)
        return NULL;
    const struct ir_inst *load = &g->body.unit->ir->insts[g->body.defs.items[callee.index]];
    if (load->op != IR_LOAD || g->body.unit->ir->values[load->args].kind != IR_V_TEMP)
        return NULL;
    const struct ir_inst *field = &g->body.unit->ir->insts[g->body.defs.items[g->body.unit->ir->values[load->args].index]];
    return field->op == IR_FIELD ? model_field_roles(g->body.unit->model, field->aux) : NULL;
}

static void scan_roles(struct graph *g, const struct ir_inst *inst, struct site site, bool opaque) {
    for (const struct role *role = roles_of(g, g->body.unit->ir->values[inst->args]); role; role = role->next) {
        if (role->kind != ROLE_SPAWN && role->kind != ROLE_CALLBACK)
            continue;
        struct source source = entry_source(g, inst, &role->entry);
        add_site(g, site, source, role->kind == ROLE_SPAWN ? CALL_THREAD : CALL_CALLBACK);
        if (source.kind != FROM_NOWHERE && !role->entry.field && opaque) // known who calls it: it does not get outside
            g->args.items[role->entry.arg] = nowhere;
    }
}

static uint32_t callee_type(struct graph *g, const struct ir_inst *inst) {
    const struct ir_unit *ir = g->body.unit->ir;
    const struct ir_type *type = &ir->types[ir->call_args[inst->aux].type];
    if (ir->values[inst->args].kind == IR_V_TEMP && type->kind != IR_POINTER && type->kind != IR_FUNCTION)
        type = &ir->types[ir->insts[g->body.defs.items[ir->values[inst->args].index]].type];
    while (type->kind == IR_POINTER)
        type = &ir->types[type->target];
    return type->kind == IR_FUNCTION ? strtab_add(&g->types, ir_text(ir, type->canonical)) : 0;
}

static void scan_call(struct graph *g, const struct ir_inst *inst) {
    const struct ir_value *args = g->body.unit->ir->values + inst->args;
    struct site site = {.caller = g->body.id, .inst = (uint32_t)(inst - g->body.unit->ir->insts)};
    g->args.len = 0;
    for (uint32_t i = 1; i < inst->arg_count; i++)
        vec_push(&g->args, body_source(&g->body, args[i]));
    struct source callee = body_chase(&g->body, args[0]);
    scan_roles(g, inst, site, callee.kind != FROM_FUNC || !g->program->funcs[callee.id].has_body);
    site.type = callee.kind == FROM_FUNC ? 0 : callee_type(g, inst);
    add_site(g, site, callee, CALL_INDIRECT);
    if (callee.kind == FROM_FUNC)
        pass_to_func(g, callee.id);
    else if (callee.kind == FROM_SLOT)
        pass_to_slot(g, callee.id);
}

// Functions whose address is more than called here.
static void scan_uses(struct graph *g, const struct ir_inst *inst) {
    for (uint32_t i = inst->op == IR_CALL; i < inst->arg_count; i++) {
        struct ir_value value = g->body.unit->ir->values[inst->args + i];
        if (value.kind == IR_V_FUNC && g->body.unit->func_ids[value.index] != IR_NONE)
            g->used[g->body.unit->func_ids[value.index]] = 1;
    }
}

static void scan_inst(struct graph *g, const struct ir_inst *inst) {
    const struct ir_value *args = g->body.unit->ir->values + inst->args;
    scan_uses(g, inst);
    if (inst->op == IR_CALL && g->body.id < g->program->func_count) {
        scan_call(g, inst);
    } else if (inst->op == IR_STORE && carries_code(g->body.carries, inst->type)) {
        struct source to = body_chase(&g->body, args[0]);
        if (to.kind == FROM_SLOT)
            connect(g, body_source(&g->body, args[1]), to.id);
    } else if (inst->op == IR_RETURN && inst->arg_count && g->body.id < g->program->func_count) {
        uint32_t type = g->body.unit->ir->types[g->body.func->type].target;
        if (type != IR_NONE && carries_code(g->body.carries, type))
            connect(g, body_source(&g->body, args[0]), slots_get(&g->slots, SLOT_RETURN, g->body.id, 0));
    }
}

// Most instructions only read a place or a number, and know functions at most by comparing them.
static bool only_reads(const struct ir_inst *inst) {
    return inst->op == IR_LOAD || inst->op == IR_UNARY || inst->op == IR_BINARY || inst->op == IR_BRANCH || inst->op == IR_SWITCH || inst->op == IR_JUMP;
}

static void scan_body(struct graph *g, uint32_t unit, uint32_t func, uint32_t id) {
    body_start(&g->body, &g->slots, g->program, unit, func, id, g->carries[unit]);
    const struct ir_unit *ir = g->body.unit->ir;
    globals_see(g->program, g->body.unit, func);
    for (uint32_t b = 0; b < g->body.func->block_count; b++) {
        const struct ir_block *block = &ir->blocks[g->body.func->blocks + b];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            body_see(&g->body, i);
            if (!only_reads(&ir->insts[i]))
                scan_inst(g, &ir->insts[i]);
        }
    }
}

// Unit by unit, so that each is read in one go.
static void scan_unit(struct graph *g, uint32_t u) {
    const struct prog_unit *unit = &g->program->units[u];
    if (unit->ir->init_func != IR_NONE)
        scan_body(g, u, unit->ir->init_func, g->program->func_count + u);
    for (uint32_t i = 0; i < unit->ir->funcs_count; i++) {
        const struct prog_func *func = unit->func_ids[i] == IR_NONE ? NULL : &g->program->funcs[unit->func_ids[i]];
        if (func && func->has_body && func->unit == u && func->func == i)
            scan_body(g, u, i, unit->func_ids[i]);
    }
}

static void scan_all(struct graph *g) {
    for (uint32_t u = 0; u < g->program->unit_count; u++) {
        scan_unit(g, u);
        program_rest_at_unit(g->program, u);
    }
    slots_run(&g->slots, func_arrives, g);
}

// Functions whose address is used, chained by their type.
struct by_type {
    uint32_t *first, *counts; // by type's text id; `first` plus 1
    uint32_t *next;           // by function, plus 1
};

static struct by_type group_by_type(struct graph *g) {
    uint32_t *types = mem_zalloc(g->program->func_count * sizeof *types);
    for (uint32_t i = 0; i < g->program->func_count; i++) {
        const struct prog_func *func = &g->program->funcs[i];
        const struct ir_unit *ir = g->program->units[func->unit].ir;
        types[i] = g->used[i] ? strtab_add(&g->types, ir_text(ir, ir->types[func->ir->type].canonical)) : 0;
    }
    struct by_type groups = {.next = mem_zalloc(g->program->func_count * sizeof(uint32_t))};
    groups.first = mem_zalloc((g->types.texts.len + 1) * sizeof(uint32_t));
    groups.counts = mem_zalloc((g->types.texts.len + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < g->program->func_count; i++) {
        if (!types[i])
            continue;
        groups.next[i] = groups.first[types[i]];
        groups.first[types[i]] = i + 1;
        groups.counts[types[i]]++;
    }
    free(types);
    return groups;
}

// Whether a value of one type could be passed as the other at all. Numbers and pointers are what a `void *` on the way mixes up.
static bool is_passable(const struct ir_unit *from, const struct ir_value *value, uint32_t type, const struct ir_unit *to, uint32_t param) {
    if (type == IR_NONE || param == IR_NONE || value->kind == IR_V_INT)
        return true;
    enum ir_type_kind have = (enum ir_type_kind)from->types[type].kind, want = (enum ir_type_kind)to->types[param].kind;
    bool is_address = have == IR_POINTER || have == IR_ARRAY || have == IR_FUNCTION, is_number = have == IR_INT || have == IR_UINT || have == IR_ENUM;
    return !(is_address && (want == IR_INT || want == IR_UINT || want == IR_ENUM)) && !(is_number && want == IR_POINTER);
}

// A function can get where it is never called, when a function that stores pointers of many kinds puts them into one `void *`.
static bool is_callable(const struct graph *g, const struct site *site, uint32_t callee) {
    const struct prog_func *func = &g->program->funcs[callee];
    const struct ir_unit *from = g->program->units[g->program->funcs[site->caller].unit].ir, *to = g->program->units[func->unit].ir;
    const struct ir_inst *inst = &from->insts[site->inst];
    if (site->kind != CALL_INDIRECT)
        return true;
    if (inst->arg_count <= func->ir->param_count)
        return false;
    for (uint32_t i = 0; i < func->ir->param_count; i++)
        if (!is_passable(from, &from->values[inst->args + i + 1], from->call_args[inst->aux + i + 1].type, to, to->vars[func->ir->vars + i].type))
            return false;
    return true;
}

static void resolve_sites(struct graph *g) {
    struct by_type groups = group_by_type(g);
    for (size_t i = 0; i < g->sites.len; i++) {
        const struct site *site = &g->sites.items[i];
        const struct slot *slot = site->slot == IR_NONE ? NULL : &g->slots.items.items[site->slot];
        size_t known = slot ? slot->funcs.len : 0;
        for (size_t f = 0; f < known && known <= MOST_TARGETS; f++)
            if (is_callable(g, site, slot->funcs.items[f]))
                add_call(g, site, slot->funcs.items[f], site->kind);
        if (known || !site->type || groups.counts[site->type] > MOST_BY_TYPE)
            continue;
        for (uint32_t f = groups.first[site->type]; f; f = groups.next[f - 1])
            add_call(g, site, f - 1, CALL_BY_TYPE);
    }
    free(groups.first);
    free(groups.counts);
    free(groups.next);
}

static int compare_calls(const void *a, const void *b) {
    const struct prog_call *x = a, *y = b;
    if (x->inst != y->inst)
        return x->inst < y->inst ? -1 : 1;
    if (x->callee != y->callee)
        return x->callee < y->callee ? -1 : 1;
    return x->kind < y->kind ? -1 : x->kind > y->kind;
}

// Direct calls come in order.
static bool are_in_order(const struct prog_call *calls, uint32_t count) {
    for (uint32_t i = 1; i < count; i++)
        if (compare_calls(&calls[i - 1], &calls[i]) > 0)
            return false;
    return true;
}

// Puts the calls in order, each once, and says where those of each caller are.
static void sort_calls(struct graph *g) {
    struct program *program = g->program;
    uint32_t *ends = mem_zalloc(((size_t)program->func_count + 1) * sizeof *ends);
    struct prog_call *calls = program->calls = arena_array(&program->arena, struct prog_call, g->calls.len);
    for (size_t i = 0; i < g->calls.len; i++)
        ends[g->calls.items[i].caller + 1]++;
    for (uint32_t f = 0; f < program->func_count; f++)
        ends[f + 1] += ends[f];
    for (size_t i = 0; i < g->calls.len; i++)
        calls[ends[g->calls.items[i].caller]++] = g->calls.items[i];
    uint32_t count = 0;
    for (uint32_t f = 0, start = 0; f < program->func_count; start = ends[f++]) {
        uint32_t first = program->funcs[f].calls = count;
        if (!are_in_order(calls + start, ends[f] - start))
            qsort(calls + start, ends[f] - start, sizeof *calls, compare_calls);
        for (uint32_t i = start; i < ends[f]; i++)
            if (count == first || compare_calls(&calls[i], &calls[count - 1]) != 0)
                calls[count++] = calls[i];
        program->funcs[f].call_count = count - first;
    }
    program->call_count = count;
    free(ends);
}

static void store_calls(struct graph *g) {
    struct program *program = g->program;
    ENSURE(g->calls.len < UINT32_MAX);
    sort_calls(g);
    program->callers = arena_array(&program->arena, uint32_t, program->call_count);
    for (uint32_t i = 0; i < program->call_count; i++)
        program->funcs[program->calls[i].callee].caller_count++;
    uint32_t start = 0;
    for (uint32_t i = 0; i < program->func_count; i++) {
        program->funcs[i].callers = start;
        start += program->funcs[i].caller_count;
        program->funcs[i].caller_count = 0;
    }
    for (uint32_t i = 0; i < program->call_count; i++) {
        struct prog_func *callee = &program->funcs[program->calls[i].callee];
        program->callers[callee->callers + callee->caller_count++] = i;
    }
}

void link_calls(struct program *program) {
    struct graph g = {.program = program};
    g.outside = slots_get(&g.slots, SLOT_OUTSIDE, 0, 0);
    g.carries = mem_zalloc(program->unit_count * sizeof *g.carries);
    for (uint32_t u = 0; u < program->unit_count; u++) {
        g.carries[u] = carriers_new(program->units[u].ir);
        program_rest_at_unit(program, u);
    }
    g.used = mem_zalloc(program->func_count);
    g.resolved = mem_zalloc(program->func_count);
    scan_all(&g);
    resolve_sites(&g);
    store_calls(&g);
    for (uint32_t i = 0; i < program->func_count; i++)
        program->funcs[i].address_taken = g.used[i] && (!g.resolved[i] || slots_has(&g.slots, g.outside, i));
    for (uint32_t u = 0; u < program->unit_count; u++)
        free(g.carries[u]);
    free(g.carries);
    free(g.used);
    free(g.resolved);
    body_done(&g.body);
    vec_done(&g.calls);
    vec_done(&g.sites);
    vec_done(&g.args);
    strtab_done(&g.types);
    slots_done(&g.slots);
}
