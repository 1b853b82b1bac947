// What a summary depends on, as one hash for each function: what its body says, what it can call and in which role, and the globals
// whose first values it may read. Not its callees' summaries: where one of those is another than before, its callers must be solved
// again, which is the business of the order of work. What no function has for itself is the environment: where that is another one,
// nothing is kept.
#include "flow/kept/kept.h"

#include <stdlib.h>
#include <string.h>

struct depend {
    const struct flow *flow;
    uint64_t *names;          // by function: hash of name and roles, 0: not asked for yet
    struct cell *firsts;      // first values of globals, by global
    uint64_t *members;        // by unit: hash of what it knows of members from elsewhere, 0: not asked for yet
    uint32_t *seen;           // by global: 1 + the function that it was last looked at for
    VEC(uint32_t) globals;    // to be looked at
    struct buf all;           // what is hashed
};

static void add_number(struct depend *d, uint64_t number) {
    buf_add(&d->all, &number, sizeof number);
}

static void add_text(struct depend *d, const char *text) {
    buf_add(&d->all, text, strlen(text) + 1);
}

uint32_t kept_first_inst(const struct program *program, uint32_t func) {
    const struct prog_func *pf = &program->funcs[func];
    return program->units[pf->unit].ir->blocks[pf->ir->blocks].insts;
}

// ---- members: their types are those of the unit that stands for them

static uint64_t member_hash(const struct program *program, const struct prog_unit *unit, uint32_t field) {
    const struct prog_field *info = &program->fields[unit->field_ids[field]];
    const struct ir_unit *home = program->units[info->unit].ir;
    const struct ir_field *there = &home->fields[info->field];
    if (home == unit->ir)
        return 0;
    const char *annotation = ir_text(home, there->annotation);
    uint64_t hash = hash_mix(home->record_keys[there->record], info->field - home->records[there->record].fields);
    return hash_mix(hash_mix(hash, home->type_keys[there->type]), *annotation ? hash_bytes(annotation, strlen(annotation)) : 0);
}

static uint64_t members_of(struct depend *d, uint32_t unit) {
    const struct prog_unit *u = &d->flow->program->units[unit];
    if (!d->members[unit]) {
        uint64_t sum = 0; // whatever the order: others that stand beside them do not matter
        for (uint32_t i = 0; i < u->ir->fields_count; i++)
            sum += member_hash(d->flow->program, u, i);
        d->members[unit] = sum ? sum : 1;
    }
    return d->members[unit];
}

// ---- calls

static uint64_t name_of(struct depend *d, uint32_t func) {
    const struct prog_func *pf = &d->flow->program->funcs[func];
    if (!d->names[func]) {
        uint64_t hash = hash_bytes(pf->usr, strlen(pf->usr));
        for (const struct role *role = pf->roles; role; role = role->next)
            hash = hash_mix(hash, model_role_digest(role));
        d->names[func] = hash ? hash : 1;
    }
    return d->names[func];
}

static void add_calls(struct depend *d, uint32_t func) {
    const struct program *program = d->flow->program;
    const struct prog_func *pf = &program->funcs[func];
    uint32_t first = kept_first_inst(program, func);
    for (uint32_t i = 0; i < pf->call_count; i++) {
        const struct prog_call *call = &program->calls[pf->calls + i];
        const struct prog_func *callee = &program->funcs[call->callee];
        add_number(d, (uint64_t)(call->inst - first) << 32 | call->kind);
        add_number(d, name_of(d, call->callee));
        add_number(d, (uint64_t)d->flow->wanted[call->callee] << 2 | (uint64_t)callee->has_body << 1 | callee->address_taken);
    }
}

// ---- first values of globals

static uint32_t global_of(const struct flow *flow, const struct cell *cell) {
    return sym_at(&flow->syms, sym_root(&flow->syms, cell->address))->a;
}

static void add_global(struct depend *d, uint32_t func, uint32_t global) {
    if (global == IR_NONE || d->seen[global] == func + 1)
        return;
    d->seen[global] = func + 1;
    vec_push(&d->globals, global);
}

struct value_hash {
    struct depend *d;
    uint32_t func;
};

static bool add_node(void *data, sym_id id) {
    struct value_hash *h = data;
    struct depend *d = h->d;
    const struct program *program = d->flow->program;
    const struct sym *node = sym_at(&d->flow->syms, id);
    const uint32_t values[] = {node->a, node->b, node->c};
    enum sym_part parts[3];
    sym_parts(node, parts);
    add_number(d, (uint64_t)node->kind << 8 | node->sub);
    for (unsigned i = 0; i < 3; i++)
        switch (parts[i]) {
        case PART_NUMBER: add_number(d, values[i]); break;
        case PART_FUNC: add_text(d, program->funcs[values[i]].usr); break;
        case PART_FIELD: add_text(d, program->fields[values[i]].name); break;
        case PART_GLOBAL:
            add_text(d, program->globals[values[i]].usr);
            add_global(d, h->func, values[i]);
            break;
        case PART_SYM: // the node's own nodes come by themselves
        case PART_BIND: // there are no contexts, and no function has started, before the program has
        case PART_INST:
        case PART_VAR: break;
        }
    return true;
}

static void add_value(struct depend *d, uint32_t func, sym_id value) {
    struct value_hash h = {d, func};
    sym_walk(&d->flow->syms, value, add_node, &h);
}

// The cells are in order of their globals.
static void add_firsts(struct depend *d, uint32_t func, uint32_t global) {
    const struct flow *flow = d->flow;
    size_t low = 0, high = flow->firsts.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (global_of(flow, &d->firsts[middle]) < global)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < flow->firsts.len && global_of(flow, &d->firsts[low]) == global; low++) {
        add_value(d, func, d->firsts[low].address);
        add_value(d, func, d->firsts[low].value);
    }
}

static void add_globals(struct depend *d, uint32_t func) {
    const struct prog_func *pf = &d->flow->program->funcs[func];
    const struct prog_unit *unit = &d->flow->program->units[pf->unit];
    const struct ir_unit *ir = unit->ir;
    for (uint32_t k = 0; k < pf->ir->block_count; k++) {
        const struct ir_block *block = &ir->blocks[pf->ir->blocks + k];
        for (uint32_t i = 0; i < block->inst_count; i++) {
            const struct ir_inst *inst = &ir->insts[block->insts + i];
            for (uint32_t a = 0; a < inst->arg_count; a++)
                if (ir->values[inst->args + a].kind == IR_V_ADDR)
                    add_global(d, func, unit->global_ids[ir->values[inst->args + a].index]);
        }
    }
    while (d->globals.len) {
        uint32_t global = d->globals.items[--d->globals.len];
        add_number(d, d->flow->program->globals[global].is_written);
        add_firsts(d, func, global);
    }
}

// ---- all of it

static uint64_t digest_of(struct depend *d, uint32_t func) {
    const struct prog_func *pf = &d->flow->program->funcs[func];
    d->all.len = 0;
    add_number(d, d->flow->program->units[pf->unit].ir->body_keys[pf->func]);
    add_number(d, members_of(d, pf->unit));
    add_number(d, (uint64_t)d->flow->wanted[func] << 1 | (pf->caller_count > 0));
    add_calls(d, func);
    add_globals(d, func);
    return hash_bytes(d->all.data, d->all.len);
}

static int by_global(const void *a, const void *b, void *data) {
    uint32_t left = global_of(data, a), right = global_of(data, b);
    if (left != right)
        return left < right ? -1 : 1;
    const struct cell *x = a, *y = b;
    return x->address < y->address ? -1 : x->address > y->address;
}

uint64_t *kept_digests(const struct flow *flow) {
    const struct program *program = flow->program;
    struct depend d = {.flow = flow};
    d.names = mem_zalloc(program->func_count * sizeof *d.names);
    d.members = mem_zalloc(program->unit_count * sizeof *d.members);
    d.seen = mem_zalloc(program->global_count * sizeof *d.seen);
    d.firsts = mem_zalloc(flow->firsts.len * sizeof *d.firsts);
    if (flow->firsts.len)
        memcpy(d.firsts, flow->firsts.items, flow->firsts.len * sizeof *d.firsts);
    qsort_r(d.firsts, flow->firsts.len, sizeof *d.firsts, by_global, (void *)flow);
    uint64_t *digests = mem_zalloc(program->func_count * sizeof *digests);
    for (uint32_t f = 0; f < program->func_count; f++)
        if (flow->wanted[f])
            digests[f] = digest_of(&d, f);
    free(d.names);
    free(d.members);
    free(d.seen);
    free(d.firsts);
    vec_done(&d.globals);
    buf_done(&d.all);
    return digests;
}

uint64_t kept_environment(const struct flow *flow) {
    const struct program *program = flow->program;
    uint64_t sum = program->model ? model_program_digest(program->model) : 0;
    for (uint32_t i = 1; i < flow->cancel_types.texts.len; i++)
        sum += hash_bytes(strtab_text(&flow->cancel_types, i), strlen(strtab_text(&flow->cancel_types, i)));
    for (uint32_t f = 0; f < program->field_count; f++)
        if (map_get(&flow->bounding_fields, f))
            sum += hash_bytes(program->fields[f].name, strlen(program->fields[f].name));
    return hash_mix(sum, flow->counts_references);
}
