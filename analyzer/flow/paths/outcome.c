// What a return hands to the caller: the outcomes of a summary. Two returns are one outcome where a caller cannot tell them apart, so
// everything it can do nothing with is left out: far memory, unless it leads to a context, and the names of unknown values.
#include "flow/paths/exec.h"

#include <stdlib.h>
#include <string.h>

enum {
    OUTCOMES_MAX = 16,
    OUTCOMES_LEAST = 4,
    OUTCOMES_TOTAL = 64, // blocks x outcomes
    // Writes further away than a member of what a parameter's member points to are only kept where they lead to contexts.
    WRITE_DEPTH = 3,
    OPAQUE_DEPTH = 1, // for objects that came from code nobody sees, and for unknown values below globals
    FACT_DEPTH = 8,
    WRITES_OUTSIDE = 32,
    WRITES_INSIDE = 64,
};

// ---- what a caller can see

struct projection {
    struct exec *x;
    struct state *state;
    sym_id result;
    VEC(sym_id) leading; // objects made here that have a context in them, or lead to one that has
    uint32_t outside, inside; // writes kept so far
};

static bool leads(const struct projection *p, sym_id value) {
    uint8_t kind = sym_at(p->x->syms, value)->kind;
    for (size_t i = 0; i < p->leading.len; i++)
        if (p->leading.items[i] == value)
            return true;
    return kind == SYM_CTX || kind == SYM_CANCEL;
}

static void find_leading(struct projection *p) {
    for (size_t before = SIZE_MAX; before != p->leading.len;) {
        before = p->leading.len;
        for (size_t i = 0; i < p->state->cells.len; i++) {
            sym_id root = sym_root(p->x->syms, p->state->cells.items[i].address);
            uint8_t kind = sym_at(p->x->syms, root)->kind;
            if ((kind == SYM_FRESH || kind == SYM_REGION) && leads(p, p->state->cells.items[i].value) && !leads(p, root))
                vec_push(&p->leading, root);
        }
    }
}

// How far away the caller has to go: from what is returned, or from what it knows anyway.
static unsigned distance(const struct projection *p, sym_id address) {
    unsigned depth = sym_at(p->x->syms, address)->depth, start = sym_at(p->x->syms, p->result)->depth;
    bool is_returned = p->result && start > 0 && depth >= start && sym_mentions(p->x->syms, address, p->result);
    return is_returned ? depth - start : depth;
}

static bool is_visible_fact(void *data, sym_id key) {
    const struct projection *p = data;
    struct exec *x = p->x;
    if (distance(p, key) > FACT_DEPTH)
        return false;
    if (sym_is_entry(x->syms, key))
        return true;
    struct linear sum;
    sym_linear(x->syms, key, &sum);
    for (uint32_t i = 0; i < sum.count; i++)
        if (!exec_is_marked(x, sum.terms[i].atom) && !sym_is_entry(x->syms, sum.terms[i].atom))
            return false;
    return true;
}

static bool is_visible_cell(const struct exec *x, const struct cell *cell) {
    sym_id root = sym_root(x->syms, cell->address);
    const struct sym *node = sym_at(x->syms, root);
    if (node->kind == SYM_LOCAL)
        return false;
    return (exec_is_outside(x, root) && node->kind != SYM_FRESH) || exec_is_marked(x, root);
}

// What an address starts from, past everything that is loaded on the way.
static const struct sym *base_of(const struct exec *x, sym_id address, sym_id *ret_base) {
    const struct sym *node = sym_at(x->syms, address);
    for (*ret_base = address; node->kind == SYM_FIELD || node->kind == SYM_ELEM || node->kind == SYM_INIT; node = sym_at(x->syms, *ret_base))
        *ret_base = node->a;
    return node;
}

static bool is_near(struct projection *p, const struct cell *cell) {
    sym_id base;
    const struct sym *node = base_of(p->x, cell->address, &base), *value = sym_at(p->x->syms, cell->value);
    unsigned depth = distance(p, cell->address);
    bool is_of_result = depth != sym_at(p->x->syms, cell->address)->depth;
    if (is_of_result || base == p->result || node->kind == SYM_REGION || (node->kind == SYM_FRESH && sym_at(p->x->syms, base)->is_allocated))
        return depth <= WRITE_DEPTH && p->inside++ < WRITES_INSIDE;
    if (node->kind == SYM_FRESH)
        return depth <= OPAQUE_DEPTH && p->inside++ < WRITES_INSIDE;
    if (node->kind == SYM_GLOBAL && value->kind == SYM_FRESH)
        return depth <= OPAQUE_DEPTH && p->outside++ < WRITES_OUTSIDE;
    return (node->kind == SYM_GLOBAL || node->kind == SYM_PARAM) && depth <= WRITE_DEPTH && p->outside++ < WRITES_OUTSIDE;
}

// A container that also has what is returned.
static bool is_index(const struct projection *p, const struct cell *cell) {
    return cell->value == p->result && p->state->resources.len && leads(p, p->result) &&
           exec_container(p->x, cell->address) != IR_NONE;
}

// The caller is given the object itself: whether the container owns it too is known when the whole program was seen.
static void note_indexed(const struct projection *p, const struct cell *cell) {
    for (size_t i = 0; i < p->state->resources.len; i++)
        exec_note_indexed(p->x, p->state, p->state->resources.items[i].ctx, exec_container(p->x, cell->address));
}

static void keep_visible_cells(struct projection *p) {
    struct exec *x = p->x;
    size_t kept = 0;
    for (size_t i = 0; i < p->state->cells.len; i++) {
        const struct cell *cell = &p->state->cells.items[i];
        const struct sym *value = sym_at(x->syms, cell->value);
        if (!is_visible_cell(x, cell) || (value->kind == SYM_INIT && value->a == cell->address))
            continue;
        if (is_index(p, cell))
            note_indexed(p, cell);
        else if (leads(p, cell->value) || is_near(p, cell))
            p->state->cells.items[kept++] = *cell;
    }
    p->state->cells.len = kept;
}

// ---- unknown values

static sym_id unknown_at(struct exec *x, sym_id address, sym_id left, sym_id right) {
    bool is_derived = flow_is_derived(x->flow, left) || flow_is_derived(x->flow, right);
    sym_id value = sym_make(x->syms, SYM_FRESH, is_derived ? FRESH_UNKNOWN_DERIVED : FRESH_UNKNOWN, x->func, 0, address);
    if (is_derived)
        sym_note_derived(x->syms, value);
    exec_keep_taken(x, value, left);
    exec_keep_taken(x, value, right);
    return value;
}

// Where the result is kept when it is treated as one more cell.
static sym_id result_address(struct exec *x) {
    return sym_make(x->syms, SYM_LOCAL, 0, x->func, EXEC_TEMP_VAR, 0);
}

// An unknown value that nothing else speaks of (marked is what something does), or a sum of such.
static bool is_nameless(const struct exec *x, sym_id value) {
    const struct sym *node = sym_at(x->syms, value);
    if (node->kind == SYM_FRESH)
        return !exec_is_marked(x, value) && !node->is_allocated;
    if (node->kind != SYM_SUM)
        return false;
    struct linear sum;
    sym_linear(x->syms, value, &sum);
    for (uint32_t i = 0; i < sum.count; i++)
        if (sym_at(x->syms, sum.terms[i].atom)->kind != SYM_FRESH || !is_nameless(x, sum.terms[i].atom))
            return false;
    return true;
}

// Where it came from makes no difference to a caller: only that it is unknown what is there now.
static void forget_names(struct projection *p) {
    struct exec *x = p->x;
    exec_begin_marks(x);
    for (size_t i = 0; i < p->state->facts.items.len; i++)
        exec_mark(x, p->state->facts.items.items[i].key);
    for (size_t i = 0; i < p->state->resources.len; i++)
        exec_mark(x, p->state->resources.items[i].status);
    for (size_t i = 0; i < p->state->cells.len; i++)
        exec_mark(x, sym_root(x->syms, p->state->cells.items[i].address));
    bool is_known = p->result && is_nameless(x, p->result);
    exec_mark(x, p->result);
    for (size_t i = 0; i < p->state->cells.len; i++) {
        struct cell *cell = &p->state->cells.items[i];
        is_known &= cell->value != p->result;
        if (is_nameless(x, cell->value))
            cell->value = unknown_at(x, cell->address, cell->value, SYM_NONE);
    }
    if (is_known)
        p->result = unknown_at(x, result_address(x), p->result, SYM_NONE);
}

// Keeps of a returning path what a caller can see. The marks are those of everything reachable from outside.
static void project(struct exec *x, struct state *state, sym_id *result) {
    struct projection p = {.x = x, .state = state, .result = *result};
    find_leading(&p);
    keep_visible_cells(&p);
    facts_filter(&state->facts, SYM_NONE, is_visible_fact, &p);
    vec_done(&p.leading);
    state->loops.len = 0;
    forget_names(&p);
    *result = p.result;
}

// ---- joining

static sym_id joined_write(void *data, sym_id address, sym_id left, sym_id right) {
    return unknown_at(data, address, left, right);
}

static bool same_cells(const struct state *a, const struct state *b) {
    return a->cells.len == b->cells.len && (!a->cells.len || !memcmp(a->cells.items, b->cells.items, a->cells.len * sizeof(struct cell)));
}

static void join_outcome(struct exec *x, struct outcome *into, const struct state *state, sym_id result) {
    if (into->result != result && into->result && result) {
        // the result is one more cell of the join, so that its sign is kept
        sym_id address = result_address(x);
        struct state other = {0};
        state_copy(&other, state);
        state_store(&other, x->syms, address, result);
        state_store(&into->state, x->syms, address, into->result);
        state_join(&into->state, &other, x->syms, joined_write, x);
        into->result = state_cell(&into->state, address);
        state_forget_below(&into->state, x->syms, address);
        state_done(&other);
    } else
        state_join(&into->state, state, x->syms, joined_write, x);
}

static bool is_same_outcome(const struct exec *x, const struct outcome *known, const struct state *state, sym_id result) {
    return known->result == result && state_same_property(&known->state, state, x->syms) && same_cells(&known->state, state);
}

// Of the outcomes of a plain function, all of which have the same property.
static struct outcome *most_alike(const struct exec *x, const struct state *state, sym_id result) {
    sym_id class = exec_result_class(x, &state->facts, result);
    for (size_t i = 0; i < x->summary->outcomes.len; i++) {
        struct outcome *known = &x->summary->outcomes.items[i];
        if (exec_result_class(x, &known->state.facts, known->result) == class)
            return known;
    }
    return NULL;
}

static bool add_to_plain(struct exec *x, const struct state *state, sym_id result) {
    bool is_full = x->summary->outcomes.len >= OUTCOMES_LEAST;
    for (size_t i = 0; i < x->summary->outcomes.len; i++) {
        struct outcome *known = &x->summary->outcomes.items[i];
        if (!is_same_outcome(x, known, state, result) || !facts_join_exactly(&known->state.facts, &state->facts))
            continue;
        known->is_joined |= state->is_joined;
        facts_join(&known->state.facts, &state->facts);
        return true;
    }
    struct outcome *alike = x->is_deep || is_full ? most_alike(x, state, result) : NULL;
    if (!alike && is_full)
        alike = &x->summary->outcomes.items[0];
    if (!alike)
        return false;
    join_outcome(x, alike, state, result);
    alike->is_joined = true;
    return true;
}

static bool add_to_known(struct exec *x, const struct state *state, sym_id result) {
    size_t share = OUTCOMES_TOTAL / (x->fn->block_count + 1);
    size_t limit = share > OUTCOMES_MAX ? OUTCOMES_MAX : share < OUTCOMES_LEAST ? OUTCOMES_LEAST : share;
    bool is_full = x->summary->outcomes.len >= limit, is_over = x->summary->outcomes.len >= 2 * limit;
    for (size_t i = 0; i < x->summary->outcomes.len; i++) {
        struct outcome *known = &x->summary->outcomes.items[i];
        if (is_over ? !state_same_resources(&known->state, state, x->syms) : !state_same_property(&known->state, state, x->syms))
            continue;
        if (is_same_outcome(x, known, state, result) && (is_full || facts_join_exactly(&known->state.facts, &state->facts))) {
            known->is_joined |= is_full || state->is_joined;
            facts_join(&known->state.facts, &state->facts);
            return true;
        }
        if (is_full) {
            join_outcome(x, known, state, result);
            known->is_joined = true;
            return true;
        }
    }
    return false;
}

void exec_return(struct exec *x, struct state *state, sym_id value) {
    value = facts_simplify(&state->facts, x->syms, value);
    exec_settle_resources(x, state, value);
    exec_settle_ghosts(x, state);
    project(x, state, &value);
    if (x->is_plain ? add_to_plain(x, state, value) : add_to_known(x, state, value))
        return;
    struct outcome outcome = {.result = value, .is_joined = state->is_joined};
    state_copy(&outcome.state, state);
    outcome.state.trail = NULL;
    for (size_t i = 0; i < outcome.state.resources.len; i++)
        outcome.state.resources.items[i].born = NULL;
    vec_push(&x->summary->outcomes, outcome);
}

void exec_return_unknown(struct exec *x) {
    const struct ir_type *returned = &x->ir->types[x->fn->type];
    bool is_void = returned->target == IR_NONE || x->ir->types[returned->target].kind == IR_VOID;
    struct outcome outcome = {.result = is_void ? SYM_NONE : unknown_at(x, result_address(x), SYM_NONE, SYM_NONE), .is_joined = true};
    vec_push(&x->summary->outcomes, outcome);
    for (uint32_t i = 0; i < x->fn->param_count; i++)
        vec_push(&x->summary->escapes, sym_make(x->syms, SYM_PARAM, 0, i, 0, 0));
}
