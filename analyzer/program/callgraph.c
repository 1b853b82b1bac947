// Who may call whom. One scan over all bodies and initializers notes direct calls and connects slots (slots.h); then functions flow,
// and every function that reaches the callee of an indirect call, or the entry of a spawn or callback role, is a target.
// Only what can hold a function is looked at: pointers to functions, void pointers, and pointers to these.
//
// Left out: functions kept in integers, in what an opaque function allocates or returns, or read by memcpy.
#include "program/link.h"
#include "program/slots.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_BY_TYPE = 8 }; // more functions of one type than this say nothing

// Where a value comes from: a function itself, a slot, or nothing known.
struct source {
    enum { FROM_NOWHERE, FROM_FUNC, FROM_SLOT } kind;
    uint32_t id;
    bool both_ways; // an address of the slot rather than what it holds: what is stored through it arrives in the slot
    bool is_code;   // by its type a function pointer
};

struct call_site {
    uint32_t caller, inst;
    uint32_t args, arg_count; // in graph.args: where the arguments come from
    uint32_t result;          // slot
    uint32_t type;            // text id of the callee's function type, 0 unknown
    bool resolved;
};

struct graph {
    struct program *program;
    struct slots slots;
    uint8_t **carries; // by unit and type, see find_carriers
    VEC(struct prog_call) calls;
    VEC(struct call_site) sites;
    VEC(struct source) args;
    struct strtab types;
    uint8_t *used, *resolved; // by function: its address is a value somewhere; it is called through a pointer
    uint32_t outside;         // slot: what opaque code gets
    // the body being scanned
    const struct prog_unit *unit;
    const struct ir_func *func;
    uint32_t body;  // function id; beyond those, unit by unit, the init functions
    uint32_t *defs; // by temporary: its instruction
};

enum { LISTEN_CALL, LISTEN_THREAD, LISTEN_CALLBACK }; // at a call site

// Types that can carry a function: CODE (functions) or BLANK (void, unknown) below so many pointers. Arrays count as their elements.
enum { CODE = 0x80, BLANK = 0x40, DEPTH = 0x3f };

static uint8_t *find_carriers(const struct ir_unit *unit) {
    uint8_t *carries = mem_zalloc(unit->types_count);
    for (uint32_t t = 0; t < unit->types_count; t++) {
        const struct ir_type *type = &unit->types[t];
        if (type->kind == IR_FUNCTION)
            carries[t] = CODE;
        else if (type->kind == IR_VOID)
            carries[t] = BLANK;
        else if (type->kind == IR_OTHER)
            carries[t] = BLANK | 1;
        else if (type->kind == IR_ARRAY)
            carries[t] = carries[type->target];
        else if (type->kind == IR_POINTER && carries[type->target])
            carries[t] = (uint8_t)(carries[type->target] + ((carries[type->target] & DEPTH) < DEPTH));
    }
    return carries;
}

static bool can_carry(const struct graph *g, uint32_t unit, uint32_t type) {
    return g->carries[unit][type] & CODE || g->carries[unit][type] & DEPTH;
}

static uint32_t unit_index(const struct graph *g, const struct prog_unit *unit) {
    return (uint32_t)(unit - g->program->units);
}

static bool carries_here(const struct graph *g, uint32_t type) {
    return can_carry(g, unit_index(g, g->unit), type);
}

static const struct source nowhere = {.kind = FROM_NOWHERE};

static struct source from_var(struct graph *g, uint32_t var) {
    uint32_t global = g->unit->global_ids[var], local = var - g->func->vars;
    if (!carries_here(g, g->unit->ir->vars[var].type) || (global == IR_NONE && local >= g->func->var_count))
        return nowhere;
    uint32_t slot = global != IR_NONE ? slots_get(&g->slots, SLOT_GLOBAL, 0, global) : slots_get(&g->slots, SLOT_VAR, g->body, local);
    return (struct source){.kind = FROM_SLOT, .id = slot, .both_ways = true};
}

static struct source from_call(struct graph *g, const struct ir_inst *inst) {
    struct ir_value callee = g->unit->ir->values[inst->args];
    if (callee.kind != IR_V_FUNC)
        return (struct source){.kind = FROM_SLOT, .id = slots_get(&g->slots, SLOT_RESULT, g->body, (uint32_t)(inst - g->unit->ir->insts))};
    uint32_t func = g->unit->func_ids[callee.index];
    if (func == IR_NONE || !g->program->funcs[func].has_body)
        return nowhere;
    return (struct source){.kind = FROM_SLOT, .id = slots_get(&g->slots, SLOT_RETURN, func, 0)};
}

static struct source from_field(struct graph *g, uint32_t field) {
    if (!carries_here(g, g->unit->ir->fields[field].type))
        return nowhere;
    return (struct source){.kind = FROM_SLOT, .id = slots_get(&g->slots, SLOT_FIELD, 0, g->unit->field_ids[field]), .both_ways = true};
}

// Follows a value back to the place it was read from. Loads and element accesses stay at the place: a pointer to a slot is the slot.
static struct source chase(struct graph *g, struct ir_value value) {
    bool loaded = false;
    for (uint32_t step = 0; step <= g->func->temp_count; step++) { // no longer chain is sound
        struct source source = nowhere;
        const struct ir_inst *inst = value.kind == IR_V_TEMP ? &g->unit->ir->insts[g->defs[value.index]] : NULL;
        if (inst && (inst->op == IR_LOAD || inst->op == IR_INDEX || inst->op == IR_CAST)) {
            loaded |= inst->op == IR_LOAD;
            value = g->unit->ir->values[inst->args];
            continue;
        }
        if (value.kind == IR_V_FUNC && g->unit->func_ids[value.index] != IR_NONE)
            source = (struct source){.kind = FROM_FUNC, .id = g->unit->func_ids[value.index]};
        else if (value.kind == IR_V_ADDR)
            source = from_var(g, value.index);
        else if (inst && inst->op == IR_FIELD)
            source = from_field(g, inst->aux);
        else if (inst && inst->op == IR_CALL && inst->result != IR_NONE && carries_here(g, inst->type))
            source = from_call(g, inst);
        source.both_ways &= !loaded;
        return source;
    }
    return nowhere;
}

static struct source source_of(struct graph *g, struct ir_value value) {
    if (value.kind == IR_V_TEMP && !carries_here(g, g->unit->ir->insts[g->defs[value.index]].type))
        return nowhere;
    struct source source = chase(g, value);
    if (value.kind != IR_V_TEMP)
        return source;
    uint8_t carries = g->carries[unit_index(g, g->unit)][g->unit->ir->insts[g->defs[value.index]].type];
    source.both_ways |= (carries & DEPTH) > 1;
    source.is_code = (carries & CODE) != 0;
    return source;
}

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

// What a call does with its arguments once its callee is known.
static void pass_args(struct graph *g, uint32_t callee, const struct call_site *site) {
    const struct prog_func *func = &g->program->funcs[callee];
    for (uint32_t i = 0; i < site->arg_count; i++) {
        struct source source = g->args.items[site->args + i];
        if (!func->has_body || i >= func->ir->param_count)
            escape(g, source);
        else if (can_carry(g, func->unit, g->program->units[func->unit].ir->vars[func->ir->vars + i].type))
            connect(g, source, slots_get(&g->slots, SLOT_VAR, callee, i));
    }
}

static void add_call(struct graph *g, const struct call_site *site, uint32_t callee, enum call_kind kind) {
    struct prog_call call = {site->caller, callee, site->inst, (uint8_t)kind};
    if (site->caller < g->program->func_count)
        vec_push(&g->calls, call);
    if (kind != CALL_DIRECT)
        g->resolved[callee] = 1;
}

static void func_arrives(void *context, uint32_t what, uint32_t index, uint32_t func) {
    struct graph *g = context;
    struct call_site site = g->sites.items[index];
    add_call(g, &site, func, what == LISTEN_CALL ? CALL_INDIRECT : what == LISTEN_THREAD ? CALL_THREAD : CALL_CALLBACK);
    if (what != LISTEN_CALL)
        return;
    g->sites.items[index].resolved = true;
    pass_args(g, func, &site);
    if (site.result != IR_NONE && g->program->funcs[func].has_body)
        slots_copy(&g->slots, slots_get(&g->slots, SLOT_RETURN, func, 0), site.result);
}

// Where the function that a role starts comes from: the argument itself, or a member of what it points to.
static struct source entry_source(struct graph *g, const struct ir_inst *inst, const struct pos *entry) {
    uint32_t operand = entry->arg + 1;
    if (entry->kind != POS_ARG || operand >= inst->arg_count)
        return nowhere;
    if (!entry->field)
        return source_of(g, g->unit->ir->values[inst->args + operand]);
    const struct ir_unit *ir = g->unit->ir;
    const struct ir_type *type = &ir->types[ir->call_args[inst->aux + operand].type];
    while (type->kind == IR_POINTER || type->kind == IR_ARRAY)
        type = &ir->types[type->target];
    if (type->kind != IR_RECORD)
        return nowhere;
    const struct ir_record *record = &ir->records[type->record];
    for (uint32_t i = 0; i < record->field_count; i++)
        if (!strcmp(ir_text(ir, ir->fields[record->fields + i].name), entry->field))
            return from_field(g, record->fields + i);
    return nowhere;
}

static const struct role *roles_of(const struct graph *g, struct ir_value callee) {
    if (callee.kind == IR_V_FUNC) {
        uint32_t func = g->unit->func_ids[callee.index];
        return func == IR_NONE ? NULL : g->program->funcs[func].roles;
    }
    if (callee.kind != IR_V_TEMP || !g->unit->model)
        return NULL;
    const struct ir_inst *load = &g->unit->ir->insts[g->defs[callee.index]];
    if (load->op != IR_LOAD || g->unit->ir->values[load->args].kind != IR_V_TEMP)
        return NULL;
    const struct ir_inst *field = &g->unit->ir->insts[g->defs[g->unit->ir->values[load->args].index]];
    return field->op == IR_FIELD ? model_field_roles(g->unit->model, field->aux) : NULL;
}

static void scan_roles(struct graph *g, const struct ir_inst *inst, uint32_t index, bool opaque) {
    for (const struct role *role = roles_of(g, g->unit->ir->values[inst->args]); role; role = role->next) {
        if (role->kind != ROLE_SPAWN && role->kind != ROLE_CALLBACK)
            continue;
        struct source source = entry_source(g, inst, &role->entry);
        bool thread = role->kind == ROLE_SPAWN;
        if (source.kind == FROM_FUNC)
            func_arrives(g, thread ? LISTEN_THREAD : LISTEN_CALLBACK, index, source.id);
        else if (source.kind == FROM_SLOT)
            slots_listen(&g->slots, source.id, thread ? LISTEN_THREAD : LISTEN_CALLBACK, index);
        if (source.kind != FROM_NOWHERE && !role->entry.field && opaque) // known who calls it: it does not get outside
            g->args.items[g->sites.items[index].args + role->entry.arg] = nowhere;
    }
}

static uint32_t callee_type(struct graph *g, const struct ir_inst *inst) {
    const struct ir_unit *ir = g->unit->ir;
    const struct ir_type *type = &ir->types[ir->call_args[inst->aux].type];
    if (ir->values[inst->args].kind == IR_V_TEMP && type->kind != IR_POINTER && type->kind != IR_FUNCTION)
        type = &ir->types[ir->insts[g->defs[ir->values[inst->args].index]].type];
    while (type->kind == IR_POINTER)
        type = &ir->types[type->target];
    return type->kind == IR_FUNCTION ? strtab_add(&g->types, ir_text(ir, type->canonical)) : 0;
}

static void scan_call(struct graph *g, const struct ir_inst *inst) {
    const struct ir_value *args = g->unit->ir->values + inst->args;
    struct call_site site = {.caller = g->body, .inst = (uint32_t)(inst - g->unit->ir->insts), .result = IR_NONE};
    site.args = (uint32_t)g->args.len;
    site.arg_count = inst->arg_count - 1;
    for (uint32_t i = 0; i < site.arg_count; i++)
        vec_push(&g->args, source_of(g, args[i + 1]));
    struct source callee = chase(g, args[0]);
    if (callee.kind != FROM_FUNC) {
        site.type = callee_type(g, inst);
        if (inst->result != IR_NONE && carries_here(g, inst->type))
            site.result = from_call(g, inst).id;
    }
    uint32_t index = (uint32_t)g->sites.len;
    vec_push(&g->sites, site);
    scan_roles(g, inst, index, callee.kind != FROM_FUNC || !g->program->funcs[callee.id].has_body);
    if (callee.kind == FROM_FUNC) {
        g->sites.items[index].resolved = true;
        add_call(g, &site, callee.id, CALL_DIRECT);
        pass_args(g, callee.id, &site);
    } else if (callee.kind == FROM_SLOT) {
        slots_listen(&g->slots, callee.id, LISTEN_CALL, index);
    }
}

// Functions whose address is more than called or compared here.
static void scan_uses(struct graph *g, const struct ir_inst *inst) {
    bool harmless = inst->op == IR_BINARY || inst->op == IR_UNARY || inst->op == IR_BRANCH || inst->op == IR_SWITCH || inst->op == IR_LOAD;
    for (uint32_t i = inst->op == IR_CALL; !harmless && i < inst->arg_count; i++) {
        struct ir_value value = g->unit->ir->values[inst->args + i];
        if (value.kind == IR_V_FUNC && g->unit->func_ids[value.index] != IR_NONE)
            g->used[g->unit->func_ids[value.index]] = 1;
    }
}

static void scan_inst(struct graph *g, const struct ir_inst *inst) {
    const struct ir_value *args = g->unit->ir->values + inst->args;
    scan_uses(g, inst);
    if (inst->op == IR_CALL) {
        scan_call(g, inst);
    } else if (inst->op == IR_STORE && carries_here(g, inst->type)) {
        struct source to = chase(g, args[0]);
        if (to.kind == FROM_SLOT)
            connect(g, source_of(g, args[1]), to.id);
    } else if (inst->op == IR_RETURN && inst->arg_count && g->body < g->program->func_count) {
        uint32_t type = g->unit->ir->types[g->func->type].target;
        if (type != IR_NONE && carries_here(g, type))
            connect(g, source_of(g, args[0]), slots_get(&g->slots, SLOT_RETURN, g->body, 0));
    }
}

static void scan_body(struct graph *g, uint32_t unit, uint32_t func, uint32_t body) {
    g->unit = &g->program->units[unit];
    g->func = &g->unit->ir->funcs[func];
    g->body = body;
    g->defs = mem_zalloc(g->func->temp_count * sizeof *g->defs);
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t b = 0; b < g->func->block_count; b++) {
            const struct ir_block *block = &g->unit->ir->blocks[g->func->blocks + b];
            for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++)
                if (pass)
                    scan_inst(g, &g->unit->ir->insts[i]);
                else if (g->unit->ir->insts[i].result != IR_NONE)
                    g->defs[g->unit->ir->insts[i].result] = i;
        }
    free(g->defs);
}

static void scan_all(struct graph *g) {
    for (uint32_t u = 0; u < g->program->unit_count; u++) // first: then most functions are known where they are called
        if (g->program->units[u].ir->init_func != IR_NONE)
            scan_body(g, u, g->program->units[u].ir->init_func, g->program->func_count + u);
    for (uint32_t i = 0; i < g->program->func_count; i++)
        if (g->program->funcs[i].has_body)
            scan_body(g, g->program->funcs[i].unit, g->program->funcs[i].func, i);
    slots_run(&g->slots);
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

static void guess_by_type(struct graph *g) {
    struct by_type groups = group_by_type(g);
    for (size_t i = 0; i < g->sites.len; i++) {
        const struct call_site *site = &g->sites.items[i];
        if (site->resolved || site->caller >= g->program->func_count || !site->type || groups.counts[site->type] > MOST_BY_TYPE)
            continue;
        for (uint32_t f = groups.first[site->type]; f; f = groups.next[f - 1]) {
            struct prog_call call = {site->caller, f - 1, site->inst, CALL_BY_TYPE};
            vec_push(&g->calls, call);
        }
    }
    free(groups.first);
    free(groups.counts);
    free(groups.next);
}

static int compare_calls(const void *a, const void *b) {
    const struct prog_call *x = a, *y = b;
    if (x->caller != y->caller)
        return x->caller < y->caller ? -1 : 1;
    if (x->inst != y->inst)
        return x->inst < y->inst ? -1 : 1;
    if (x->callee != y->callee)
        return x->callee < y->callee ? -1 : 1;
    return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static void store_calls(struct graph *g) {
    struct program *program = g->program;
    if (g->calls.len)
        qsort(g->calls.items, g->calls.len, sizeof *g->calls.items, compare_calls);
    size_t count = 0;
    for (size_t i = 0; i < g->calls.len; i++)
        if (!count || compare_calls(&g->calls.items[i], &g->calls.items[count - 1]) != 0)
            g->calls.items[count++] = g->calls.items[i];
    program->call_count = (uint32_t)count;
    program->calls = arena_copy(&program->arena, g->calls.items, count * sizeof *g->calls.items);
    program->callers = arena_array(&program->arena, uint32_t, count);
    for (uint32_t i = program->call_count; i-- > 0;) {
        program->funcs[program->calls[i].caller].calls = i;
        program->funcs[program->calls[i].caller].call_count++;
        program->funcs[program->calls[i].callee].caller_count++;
    }
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
    struct graph g = {.program = program, .slots = {.tell = func_arrives}};
    g.slots.context = &g;
    g.outside = slots_get(&g.slots, SLOT_OUTSIDE, 0, 0);
    g.carries = mem_zalloc(program->unit_count * sizeof *g.carries);
    for (uint32_t u = 0; u < program->unit_count; u++)
        g.carries[u] = find_carriers(program->units[u].ir);
    g.used = mem_zalloc(program->func_count);
    g.resolved = mem_zalloc(program->func_count);
    scan_all(&g);
    guess_by_type(&g);
    store_calls(&g);
    for (uint32_t i = 0; i < program->func_count; i++)
        program->funcs[i].address_taken = g.used[i] && (!g.resolved[i] || slots_has(&g.slots, g.outside, i));
    for (uint32_t u = 0; u < program->unit_count; u++)
        free(g.carries[u]);
    free(g.carries);
    free(g.used);
    free(g.resolved);
    vec_done(&g.calls);
    vec_done(&g.sites);
    vec_done(&g.args);
    strtab_done(&g.types);
    slots_done(&g.slots);
}
