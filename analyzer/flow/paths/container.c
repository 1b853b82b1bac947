// Containers of `void *`: maps, lists and queues that take anything. What a constructor both returns and puts into one is the caller's to
// end, and the container only finds it again, unless the program ends what it takes out of that container.
//
// The container is known by the member of type `void *`; what was taken out of it keeps that mark through joins and calls. Who takes a
// reference along with the object gives back that one, not the container's.
// Left out: containers that are arrays of `void *`, and those whose code is not part of the program.
#include "flow/paths/exec.h"

uint32_t exec_container(const struct exec *x, sym_id address) {
    const struct sym *node = sym_at(x->syms, address);
    if (node->kind != SYM_FIELD)
        return IR_NONE;
    const struct prog_field *field = &x->program->fields[node->b];
    const struct ir_unit *ir = x->program->units[field->unit].ir;
    const struct ir_type *type = &ir->types[ir->fields[field->field].type];
    return type->kind == IR_POINTER && type->target != IR_NONE && ir->types[type->target].kind == IR_VOID ? node->b : IR_NONE;
}

// An unknown value is one function's alone; what was found in memory has the same name in every function.
static uint64_t taken_key(const struct exec *x, sym_id value) {
    return sym_at(x->syms, value)->kind == SYM_FRESH ? value : (uint64_t)(x->func + 1) << 32 | value;
}

// The mark of a value: twice the container, and 1 where a reference was taken along.
static uint32_t *mark_taken(struct exec *x, sym_id value, bool *ret_new) {
    sym_note_taken(x->syms, value);
    return map_put(&x->flow->taken, taken_key(x, value), ret_new);
}

// The container a value was taken from, IR_NONE where it comes from elsewhere.
static uint32_t taken_from(const struct exec *x, sym_id value, bool *ret_referenced) {
    const struct sym *node = sym_at(x->syms, value);
    uint32_t container = node->kind == SYM_INIT ? exec_container(x, node->a) : IR_NONE;
    *ret_referenced = false;
    if (node->kind != SYM_FRESH && container == IR_NONE)
        return IR_NONE;
    const uint32_t *marked = node->is_taken ? map_get(&x->flow->taken, taken_key(x, value)) : NULL;
    *ret_referenced = marked && *marked % 2;
    return marked ? *marked / 2 : container;
}

void exec_keep_taken(struct exec *x, sym_id to, sym_id from) {
    bool referenced, is_new;
    uint32_t container = taken_from(x, from, &referenced);
    if (container == IR_NONE)
        return;
    uint32_t *mark = mark_taken(x, to, &is_new);
    *mark = 2 * container + (referenced && (is_new || *mark % 2));
}

void exec_mark_referenced(struct exec *x, sym_id object) {
    bool referenced;
    uint32_t container = taken_from(x, object, &referenced);
    if (container != IR_NONE && !referenced)
        *mark_taken(x, object, NULL) = 2 * container + 1;
}

// A counter in an object that was taken out is raised.
void exec_note_reference(struct exec *x, sym_id address, sym_id value) {
    struct linear sum;
    sym_linear(x->syms, value, &sum);
    if (sum.count != 1 || sum.terms[0].coefficient != 1 || sum.constant <= 0 || sum.terms[0].atom != sym_make(x->syms, SYM_INIT, 0, address, 0, 0))
        return;
    const struct sym *node = sym_at(x->syms, address);
    while (node->kind == SYM_FIELD || (node->kind == SYM_INIT && exec_container(x, node->a) == IR_NONE)) {
        address = node->a;
        node = sym_at(x->syms, address);
    }
    exec_mark_referenced(x, address);
}

bool exec_has_reference(const struct exec *x, sym_id value) {
    bool referenced;
    return sym_at(x->syms, value)->kind == SYM_INIT && taken_from(x, value, &referenced) != IR_NONE && referenced;
}

static bool is_known_index(const struct flow *flow, const struct indexed *wanted) {
    for (size_t i = 0; i < flow->indexed.len; i++) {
        const struct indexed *known = &flow->indexed.items[i];
        if (known->bind == wanted->bind && known->container == wanted->container && known->holder == wanted->holder)
            return true;
    }
    return false;
}

void exec_note_indexed(struct exec *x, const struct state *state, sym_id ctx, uint32_t container) {
    for (size_t i = 0; i < state->cells.len; i++) {
        const struct sym *address = sym_at(x->syms, state->cells.items[i].address);
        struct indexed found = {sym_at(x->syms, ctx)->a, container, address->b};
        if (state->cells.items[i].value == ctx && address->kind == SYM_FIELD && !is_known_index(x->flow, &found))
            vec_push(&x->flow->indexed, found);
    }
}

// A counter in the object, counted up and down again on this path, would have to have been 0 before: that is no end of what a
// container keeps, but of the reference taken here.
static bool is_counted(const struct exec *x, const struct state *state, sym_id object) {
    for (size_t i = 0; i < state->facts.items.len; i++) {
        const struct fact *fact = &state->facts.items.items[i];
        const struct sym *node = sym_at(x->syms, fact->key);
        if (node->kind == SYM_INIT && fact->high <= 0 && state_cell(state, node->a) && sym_mentions(x->syms, fact->key, object))
            return true;
    }
    return false;
}

void exec_note_taken_ended(struct exec *x, const struct state *state, sym_id ctx) {
    const struct sym *node = sym_at(x->syms, ctx);
    if (node->kind != SYM_INIT || sym_at(x->syms, node->a)->kind != SYM_FIELD)
        return;
    uint32_t holder = sym_at(x->syms, node->a)->b;
    for (sym_id at = sym_at(x->syms, node->a)->a;; at = sym_at(x->syms, at)->a) {
        bool referenced;
        uint32_t container = taken_from(x, at, &referenced);
        if (container != IR_NONE && !referenced && !is_counted(x, state, at))
            exec_note_ending(x, HOLDER_TAKEN, container, holder);
        uint8_t kind = sym_at(x->syms, at)->kind;
        if (kind != SYM_FIELD && kind != SYM_ELEM && kind != SYM_INIT)
            return;
    }
}

static bool is_owned_by_container(const struct flow *flow, uint32_t bind) {
    for (size_t i = 0; i < flow->indexed.len; i++) {
        const struct indexed *indexed = &flow->indexed.items[i];
        if (indexed->bind == bind && flow_is_ended(flow, HOLDER_TAKEN, indexed->container, indexed->holder))
            return true;
    }
    return false;
}

void flow_drop_indexed_leaks(struct flow *flow) {
    size_t kept = 0;
    for (size_t i = 0; i < flow->leaks.len; i++) {
        uint32_t bind = flow->leaks.items[i].bind;
        while (bind && !is_owned_by_container(flow, bind))
            bind = flow->binds.items[bind].inner;
        if (!bind)
            flow->leaks.items[kept++] = flow->leaks.items[i];
    }
    flow->leaks.len = kept;
}
