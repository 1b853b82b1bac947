// Who may call whom. One scan over all bodies and initializers notes direct calls and connects slots (slots.h); then functions flow,
// and every function that reaches the slot an indirect call goes through, or the entry of a spawn or callback role, is a target.
// Only what can hold a function is looked at: pointers to functions, void pointers, and pointers to these.
//
// Left out: functions kept in integers, in what an opaque function allocates or returns, or read by memcpy.
#include "program/link.h"
#include "program/slots.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_BY_TYPE = 8,   // more functions of one type than this say nothing
    MOST_TARGETS = 512, // a call with more than this counts as unresolved: each of them is as good as called from outside
    LONGEST_CHAIN = 1000,
};

// Where a value comes from: a function itself, a slot, or nothing known.
struct source {
    enum { FROM_NOWHERE, FROM_FUNC, FROM_SLOT } kind;
    uint32_t id;
    bool both_ways; // an address of the slot rather than what it holds: what is stored through it arrives in the slot
    bool is_code;   // by its type a function pointer
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
    uint8_t **carries; // by unit and type, see find_carriers
    VEC(struct prog_call) calls;
    VEC(struct site) sites;
    VEC(struct source) args; // of the call being scanned
    struct strtab types;
    uint8_t *used, *resolved; // by function: its address is a value somewhere; it is called through a pointer
    uint32_t outside;         // slot
    // the body being scanned
    const struct prog_unit *unit;
    const struct ir_func *func;
    uint32_t body;  // function id; beyond those, unit by unit, the init functions
    uint32_t *defs; // by temporary: its instruction
};

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

static struct source from_field(struct graph *g, uint32_t field) {
    if (!carries_here(g, g->unit->ir->fields[field].type))
        return nowhere;
    return (struct source){.kind = FROM_SLOT, .id = slots_get(&g->slots, SLOT_FIELD, 0, g->unit->field_ids[field]), .both_ways = true};
}

static struct source from_place(struct graph *g, struct ir_value value, const struct ir_inst *inst) {
    if (value.kind == IR_V_FUNC && g->unit->func_ids[value.index] != IR_NONE)
        return (struct source){.kind = FROM_FUNC, .id = g->unit->func_ids[value.index]};
    if (value.kind == IR_V_ADDR)
        return from_var(g, value.index);
    return inst && inst->op == IR_FIELD ? from_field(g, inst->aux) : nowhere;
}

// What a call of `callee` gives.
static struct source from_result(struct graph *g, struct source callee) {
    if (callee.kind == FROM_NOWHERE || (callee.kind == FROM_FUNC && !g->program->funcs[callee.id].has_body))
        return nowhere;
    uint32_t slot = slots_get(&g->slots, callee.kind == FROM_FUNC ? SLOT_RETURN : SLOT_RESULT, callee.id, 0);
    return (struct source){.kind = FROM_SLOT, .id = slot};
}

// Follows a value back to the place it was read from. Loads and element accesses stay at the place: a pointer to a slot is the slot.
static struct source chase(struct graph *g, struct ir_value value) {
    bool loaded = false;
    unsigned calls = 0;
    for (unsigned step = 0; step < LONGEST_CHAIN; step++) {
        const struct ir_inst *inst = value.kind == IR_V_TEMP ? &g->unit->ir->insts[g->defs[value.index]] : NULL;
        if (!inst || (inst->op != IR_LOAD && inst->op != IR_INDEX && inst->op != IR_CAST && inst->op != IR_CALL)) {
            struct source source = from_place(g, value, inst);
            source.both_ways &= !loaded;
            for (; calls; calls--)
                source = from_result(g, source);
            return source;
        }
        loaded |= inst->op == IR_LOAD;
        calls += inst->op == IR_CALL;
        value = g->unit->ir->values[inst->args];
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

// Passes the arguments in g->args to a function, or to the calls through a slot.
static void pass_to_func(struct graph *g, uint32_t callee) {
    const struct prog_func *func = &g->program->funcs[callee];
    for (uint32_t i = 0; i < g->args.len; i++)
        if (!func->has_body || i >= func->ir->param_count)
            escape(g, g->args.items[i]);
        else if (can_carry(g, func->unit, g->program->units[func->unit].ir->vars[func->ir->vars + i].type))
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
        if (!can_carry(g, func->unit, type))
            continue;
        uint32_t arg = slots_get(&g->slots, SLOT_ARG, slot, i), param = slots_get(&g->slots, SLOT_VAR, callee, i);
        slots_copy(&g->slots, arg, param);
        if ((g->carries[func->unit][type] & DEPTH) > 1)
            slots_copy(&g->slots, param, arg);
    }
    uint32_t result = ir->types[func->ir->type].target;
    if (func->has_body && result != IR_NONE && can_carry(g, func->unit, result))
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

static void scan_roles(struct graph *g, const struct ir_inst *inst, struct site site, bool opaque) {
    for (const struct role *role = roles_of(g, g->unit->ir->values[inst->args]); role; role = role->next) {
        if (role->kind != ROLE_SPAWN && role->kind != ROLE_CALLBACK)
            continue;
        struct source source = entry_source(g, inst, &role->entry);
        add_site(g, site, source, role->kind == ROLE_SPAWN ? CALL_THREAD : CALL_CALLBACK);
        if (source.kind != FROM_NOWHERE && !role->entry.field && opaque) // known who calls it: it does not get outside
            g->args.items[role->entry.arg] = nowhere;
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
    struct site site = {.caller = g->body, .inst = (uint32_t)(inst - g->unit->ir->insts)};
    g->args.len = 0;
    for (uint32_t i = 1; i < inst->arg_count; i++)
        vec_push(&g->args, source_of(g, args[i]));
    struct source callee = chase(g, args[0]);
    scan_roles(g, inst, site, callee.kind != FROM_FUNC || !g->program->funcs[callee.id].has_body);
    site.type = callee.kind == FROM_FUNC ? 0 : callee_type(g, inst);
    add_site(g, site, callee, CALL_INDIRECT);
    if (callee.kind == FROM_FUNC)
        pass_to_func(g, callee.id);
    else if (callee.kind == FROM_SLOT)
        pass_to_slot(g, callee.id);
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
    if (inst->op == IR_CALL && g->body < g->program->func_count) {
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
    for (uint32_t u = 0; u < g->program->unit_count; u++)
        if (g->program->units[u].ir->init_func != IR_NONE)
            scan_body(g, u, g->program->units[u].ir->init_func, g->program->func_count + u);
    for (uint32_t i = 0; i < g->program->func_count; i++)
        if (g->program->funcs[i].has_body)
            scan_body(g, g->program->funcs[i].unit, g->program->funcs[i].func, i);
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

static void resolve_sites(struct graph *g) {
    struct by_type groups = group_by_type(g);
    for (size_t i = 0; i < g->sites.len; i++) {
        const struct site *site = &g->sites.items[i];
        const struct slot *slot = site->slot == IR_NONE ? NULL : &g->slots.items.items[site->slot];
        size_t known = slot ? slot->funcs.len : 0;
        for (size_t f = 0; f < known && known <= MOST_TARGETS; f++)
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
    struct graph g = {.program = program};
    g.outside = slots_get(&g.slots, SLOT_OUTSIDE, 0, 0);
    g.carries = mem_zalloc(program->unit_count * sizeof *g.carries);
    for (uint32_t u = 0; u < program->unit_count; u++)
        g.carries[u] = find_carriers(program->units[u].ir);
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
    vec_done(&g.calls);
    vec_done(&g.sites);
    vec_done(&g.args);
    strtab_done(&g.types);
    slots_done(&g.slots);
}
