// Who can still reach a context: what escapes to code nobody sees, what is lost, and what a return hands to the caller.
#include "flow/exec.h"

#include <stdlib.h>
#include <string.h>

// ---- reachability over cells

// Memory that lives on after this function by itself: not its own variables, not a struct value, not what it has allocated.
static bool is_outside(const struct exec *x, sym_id root) {
    const struct sym *node = sym_at(x->syms, root);
    if (node->kind == SYM_FRESH && map_get(&x->flow->allocated, root))
        return false;
    return !(node->kind == SYM_LOCAL && node->a == x->func) && node->kind != SYM_REGION;
}

static void mark_reachable(struct exec *x, const struct state *state, bool from_outside) {
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < state->cells.len; i++) {
            sym_id root = sym_root(x->syms, state->cells.items[i].address);
            if (exec_is_marked(x, root) || (from_outside && is_outside(x, root)))
                again |= exec_mark(x, state->cells.items[i].value);
        }
    }
}

// ---- escape

enum { ESCAPES_MAX = 32, ESCAPE_DEPTH = 6 };

static void add_escape(struct summary *summary, sym_id value) {
    for (size_t i = 0; i < summary->escapes.len; i++)
        if (summary->escapes.items[i] == value)
            return;
    if (summary->escapes.len < ESCAPES_MAX)
        vec_push(&summary->escapes, value);
}

static void drop_reachable(struct exec *x, struct state *state, sym_id value) {
    exec_begin_marks(x);
    exec_mark(x, value);
    exec_mark(x, sym_root(x->syms, value));
    mark_reachable(x, state, false);
    for (size_t i = 0; i < state->resources.len; i++)
        if (exec_is_marked(x, state->resources.items[i].ctx))
            state_drop_resource(state, state->resources.items[i--].ctx);
}

void exec_escape(struct exec *x, struct state *state, sym_id value) {
    const struct sym *node = sym_at(x->syms, value);
    if (node->kind == SYM_INT || node->kind == SYM_TEXT || node->kind == SYM_FUNC)
        return;
    if (state->resources.len)
        drop_reachable(x, state, value);
    if (sym_is_entry(x->syms, value) && node->kind != SYM_GLOBAL && node->depth <= ESCAPE_DEPTH)
        add_escape(x->summary, value);
}

// ---- loss

static void copy_steps(struct exec *x, struct leak *leak, const struct trail *end, const struct trail *born) {
    uint32_t count = (end ? end->length : 0) - (born ? born->length : 0);
    leak->steps = arena_array(&x->flow->arena, struct path_step, count);
    leak->step_count = count;
    for (const struct trail *at = end; at != born; at = at->older)
        leak->steps[--count] = (struct path_step){x->func, at->inst, at->outcome};
}

static struct leak *known_leak(struct exec *x, uint32_t inst, enum loss_kind kind) {
    for (size_t i = x->first_leak; i < x->flow->leaks.len; i++) {
        struct leak *leak = &x->flow->leaks.items[i];
        if (leak->inst == inst && (leak->kind == LOSS_STORED) == (kind == LOSS_STORED))
            return leak;
    }
    return NULL;
}

static bool is_shorter(const struct state *state, const struct resource *resource, const struct leak *known) {
    return (state->trail ? state->trail->length : 0) - (resource->born ? resource->born->length : 0) < known->step_count;
}

static struct leak *report(struct exec *x, const struct state *state, const struct resource *resource, enum loss_kind kind, uint32_t loss_inst) {
    struct leak *leak = known_leak(x, resource->site, kind);
    bool is_better = !leak || (leak->is_joined && !state->is_joined) || (leak->is_joined == state->is_joined && is_shorter(state, resource, leak));
    if (!is_better)
        return NULL;
    if (!leak) {
        vec_push(&x->flow->leaks, (struct leak){0});
        leak = &x->flow->leaks.items[x->flow->leaks.len - 1];
    }
    *leak = (struct leak){.func = x->func, .inst = resource->site, .bind = sym_at(x->syms, resource->ctx)->a, .kind = kind, .loss_inst = loss_inst,
                          .holder_field = IR_NONE, .holder_global = IR_NONE, .is_joined = state->is_joined};
    copy_steps(x, leak, state->trail, resource->born);
    return leak;
}

// At the end of a block: a context that no cell holds any more is lost for good.
void exec_check_lost(struct exec *x, struct state *state) {
    for (size_t i = 0; i < state->resources.len; i++) {
        struct resource resource = state->resources.items[i];
        if (state_holds(state, x->syms, resource.ctx, NULL))
            continue;
        bool overwritten = x->overwritten != IR_NONE;
        report(x, state, &resource, overwritten ? LOSS_OVERWRITTEN : LOSS_DISCARDED, overwritten ? x->overwritten : resource.site);
        state_drop_resource(state, resource.ctx);
        i--;
    }
}

// The member or global through which a context outlives the function: IR_NONE for both where it is the caller's own variable.
static void find_holder(const struct exec *x, sym_id address, uint32_t *ret_field, uint32_t *ret_global) {
    const struct sym *node = sym_at(x->syms, address);
    while (node->kind == SYM_ELEM)
        node = sym_at(x->syms, node->a);
    if (node->kind == SYM_FIELD)
        *ret_field = node->b;
    else if (node->kind == SYM_GLOBAL)
        *ret_global = node->a;
}

// Stored outside: whether somebody cancels what is kept there is known when the whole program was seen.
static void note_stored(struct exec *x, const struct state *state, const struct resource *resource) {
    uint32_t field = IR_NONE, global = IR_NONE;
    for (size_t i = 0; i < state->cells.len; i++) {
        const struct cell *cell = &state->cells.items[i];
        const struct sym *value = sym_at(x->syms, cell->value);
        if (cell->value != resource->ctx && !(value->kind == SYM_CANCEL && value->a == resource->ctx))
            continue;
        sym_id root = sym_root(x->syms, cell->address);
        if (!is_outside(x, root) && !(exec_is_marked(x, root) && sym_at(x->syms, root)->kind != SYM_REGION))
            continue;
        find_holder(x, cell->address, &field, &global);
        if (field == IR_NONE && global == IR_NONE)
            return; // the caller's variable: the caller knows
    }
    if (field == IR_NONE && global == IR_NONE)
        return;
    struct leak *leak = report(x, state, resource, LOSS_STORED, x->inst);
    if (leak) {
        leak->holder_field = field;
        leak->holder_global = global;
    }
}

static void settle_resources(struct exec *x, struct state *state, sym_id value) {
    exec_begin_marks(x);
    exec_mark(x, value);
    mark_reachable(x, state, true);
    size_t kept = 0;
    for (size_t i = 0; i < state->resources.len; i++) {
        struct resource *resource = &state->resources.items[i];
        if (exec_is_marked(x, resource->ctx)) {
            if (resource->ctx != value)
                note_stored(x, state, resource);
            state->resources.items[kept++] = *resource;
        } else if (state_holds(state, x->syms, resource->ctx, NULL)) {
            if (!x->is_main) // the process ends with main
                report(x, state, resource, LOSS_RETURN, x->inst);
        } else
            report(x, state, resource, x->overwritten != IR_NONE ? LOSS_OVERWRITTEN : LOSS_DISCARDED,
                   x->overwritten != IR_NONE ? x->overwritten : resource->site);
    }
    state->resources.len = kept;
}

// ---- outcomes

// Writes further away than a member of what a parameter's member points to are only kept where they are contexts.
enum { OUTCOMES_MAX = 16, OUTCOMES_LEAST = 4, OUTCOMES_TOTAL = 64 /* blocks x outcomes */, WRITES_MAX = 48, WRITE_DEPTH = 3 };

static bool is_visible(void *data, sym_id key) {
    struct exec *x = data;
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
    return (is_outside(x, root) && node->kind != SYM_FRESH) || exec_is_marked(x, root);
}

// Keeps of a returning path what a caller can see. The marks are those of everything reachable from outside.
static void project(struct exec *x, struct state *state) {
    size_t kept = 0, others = 0;
    for (size_t i = 0; i < state->cells.len; i++) {
        const struct cell *cell = &state->cells.items[i];
        const struct sym *value = sym_at(x->syms, cell->value);
        if (!is_visible_cell(x, cell) || (value->kind == SYM_INIT && value->a == cell->address))
            continue;
        bool leads_to_context = value->kind == SYM_CTX || value->kind == SYM_CANCEL || map_get(&x->flow->allocated, cell->value);
        bool is_near = sym_at(x->syms, cell->address)->depth <= WRITE_DEPTH && others++ < WRITES_MAX;
        if (leads_to_context || is_near)
            state->cells.items[kept++] = *cell;
    }
    state->cells.len = kept;
    facts_filter(&state->facts, is_visible, x);
    state->loops.len = 0;
}

static sym_id joined_write(void *data, sym_id address, sym_id left, sym_id right) {
    struct exec *x = data;
    sym_id value = sym_make(x->syms, SYM_FRESH, 201, x->func, x->inst, address);
    if (flow_is_derived(x->flow, left) || flow_is_derived(x->flow, right))
        map_put(&x->flow->derived, value, NULL);
    return value;
}

static bool same_cells(const struct state *a, const struct state *b) {
    return a->cells.len == b->cells.len && (!a->cells.len || !memcmp(a->cells.items, b->cells.items, a->cells.len * sizeof(struct cell)));
}

static void join_outcome(struct exec *x, struct outcome *into, const struct state *state, sym_id result) {
    if (into->result != result && into->result && result) {
        // the result is one more cell of the join, so that its sign is kept
        sym_id address = sym_make(x->syms, SYM_LOCAL, 0, x->func, EXEC_TEMP_VAR, 0);
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

static bool add_to_known(struct exec *x, const struct state *state, sym_id result) {
    size_t share = OUTCOMES_TOTAL / (x->fn->block_count + 1);
    size_t limit = share > OUTCOMES_MAX ? OUTCOMES_MAX : share < OUTCOMES_LEAST ? OUTCOMES_LEAST : share;
    bool is_full = x->summary->outcomes.len >= limit, is_over = x->summary->outcomes.len >= 2 * limit;
    for (size_t i = 0; i < x->summary->outcomes.len; i++) {
        struct outcome *known = &x->summary->outcomes.items[i];
        if (is_over ? !state_same_resources(&known->state, state, x->syms) : !state_same_property(&known->state, state, x->syms))
            continue;
        bool same = state_same_property(&known->state, state, x->syms) && known->result == result && same_cells(&known->state, state);
        if (same && (is_full || facts_join_exactly(&known->state.facts, &state->facts))) {
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
    settle_resources(x, state, value);
    project(x, state);
    if (add_to_known(x, state, value))
        return;
    struct outcome outcome = {.result = value, .is_joined = state->is_joined};
    state_copy(&outcome.state, state);
    outcome.state.trail = NULL;
    for (size_t i = 0; i < outcome.state.resources.len; i++)
        outcome.state.resources.items[i].born = NULL;
    vec_push(&x->summary->outcomes, outcome);
}
