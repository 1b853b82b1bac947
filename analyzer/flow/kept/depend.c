// What a summary depends on, as one hash for each function: what its body says, what it can call and in which role, and the globals
// whose first values it may read. Not its callees' summaries: where one of those is another than before, its callers must be solved
// again, which is the business of the order of work. What no function has for itself is the environment: where that is another one,
// nothing is kept.
#include "flow/kept/kept.h"

#include "ir/named.h"

#include <stdlib.h>
#include <string.h>

struct first {
    uint32_t global;
    struct cell cell;
};

// What a global holds at first.
struct first_values {
    uint64_t hash;                 // 0: not asked for yet
    uint32_t others, other_count;  // in `mentioned`
};

struct depend {
    const struct flow *flow;
    uint64_t *names;          // by function: hash of name and roles, 0: not asked for yet
    struct first *firsts;     // first values of globals, by global
    struct first_values *values; // by global
    VEC(uint32_t) mentioned;  // globals in first values
    uint64_t *members;        // by unit: hash of what it knows of members from elsewhere, 0: not asked for yet
    uint32_t *seen;           // by global: 1 + the function that it was last looked at for
    VEC(uint32_t) globals;    // to be looked at
    uint64_t *digests;        // by function, 0: not asked for yet
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

uint64_t depend_name(struct depend *d, uint32_t func) {
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
        add_number(d, depend_name(d, call->callee));
        add_number(d, (uint64_t)d->flow->wanted[call->callee] << 2 | (uint64_t)callee->has_body << 1 | callee->address_taken);
    }
}

// ---- first values of globals

static void add_global(struct depend *d, uint32_t func, uint32_t global) {
    if (global == IR_NONE || d->seen[global] == func + 1)
        return;
    d->seen[global] = func + 1;
    vec_push(&d->globals, global);
}

static bool see_node(void *data, sym_id id) {
    struct depend *d = data;
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
            vec_push(&d->mentioned, values[i]);
            break;
        case PART_SYM: // the node's own nodes come by themselves
        case PART_BIND: // there are no contexts, and no function has started, before the program has
        case PART_INST:
        case PART_VAR: break;
        }
    return true;
}

static size_t first_of(const struct depend *d, uint32_t global) {
    size_t low = 0, high = d->flow->firsts.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (d->firsts[middle].global < global)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct first_values *first_values_of(struct depend *d, uint32_t global) {
    struct first_values *values = &d->values[global];
    if (values->hash)
        return values;
    size_t before = d->mentioned.len;
    d->all.len = 0;
    add_number(d, d->flow->program->globals[global].is_written);
    for (size_t i = first_of(d, global); i < d->flow->firsts.len && d->firsts[i].global == global; i++) {
        sym_walk(&d->flow->syms, d->firsts[i].cell.address, see_node, d);
        sym_walk(&d->flow->syms, d->firsts[i].cell.value, see_node, d);
    }
    uint64_t hash = hash_bytes(d->all.data, d->all.len);
    *values = (struct first_values){hash ? hash : 1, (uint32_t)before, (uint32_t)(d->mentioned.len - before)};
    return values;
}

// A hash of what the globals hold that the function names, and those that they lead to.
static uint64_t globals_of(struct depend *d, uint32_t func) {
    const struct prog_func *pf = &d->flow->program->funcs[func];
    const struct prog_unit *unit = &d->flow->program->units[pf->unit];
    const struct ir_unit *ir = unit->ir;
    uint64_t hash = 0;
    for (uint32_t i = ir->named_starts[pf->func]; i < ir->named_starts[pf->func + 1]; i++)
        add_global(d, func, unit->global_ids[ir->named[i] & NAMED_VAR]);
    while (d->globals.len) {
        const struct first_values *values = first_values_of(d, d->globals.items[--d->globals.len]);
        hash = hash_mix(hash, values->hash);
        for (uint32_t i = 0; i < values->other_count; i++)
            add_global(d, func, d->mentioned.items[values->others + i]);
    }
    return hash;
}

// ---- all of it

uint64_t depend_digest(struct depend *d, uint32_t func) {
    const struct prog_func *pf = &d->flow->program->funcs[func];
    if (d->digests[func])
        return d->digests[func];
    uint64_t globals = globals_of(d, func);
    d->all.len = 0;
    add_number(d, d->flow->program->units[pf->unit].ir->body_keys[pf->func]);
    add_number(d, members_of(d, pf->unit));
    add_number(d, (uint64_t)d->flow->wanted[func] << 1 | (pf->caller_count > 0));
    add_calls(d, func);
    add_number(d, globals);
    uint64_t digest = hash_bytes(d->all.data, d->all.len);
    return d->digests[func] = digest ? digest : 1;
}

static int by_global(const void *a, const void *b) {
    const struct first *x = a, *y = b;
    if (x->global != y->global)
        return x->global < y->global ? -1 : 1;
    return x->cell.address < y->cell.address ? -1 : x->cell.address > y->cell.address;
}

struct depend *depend_new(const struct flow *flow) {
    const struct program *program = flow->program;
    struct depend *d = mem_zalloc(sizeof *d);
    d->flow = flow;
    d->names = mem_zalloc(program->func_count * sizeof *d->names);
    d->members = mem_zalloc(program->unit_count * sizeof *d->members);
    d->digests = mem_zalloc(program->func_count * sizeof *d->digests);
    d->seen = mem_zalloc(program->global_count * sizeof *d->seen);
    d->values = mem_zalloc(program->global_count * sizeof *d->values);
    d->firsts = mem_zalloc(flow->firsts.len * sizeof *d->firsts);
    for (size_t i = 0; i < flow->firsts.len; i++)
        d->firsts[i] = (struct first){sym_at(&flow->syms, sym_root(&flow->syms, flow->firsts.items[i].address))->a, flow->firsts.items[i]};
    qsort(d->firsts, flow->firsts.len, sizeof *d->firsts, by_global);
    return d;
}

void depend_free(struct depend *d) {
    if (!d)
        return;
    free(d->names);
    free(d->members);
    free(d->digests);
    free(d->seen);
    free(d->firsts);
    free(d->values);
    vec_done(&d->mentioned);
    vec_done(&d->globals);
    buf_done(&d->all);
    free(d);
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
