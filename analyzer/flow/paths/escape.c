// Who can still reach a context: what escapes to code nobody sees, and what is lost.
#include "flow/paths/exec.h"

#include <stdlib.h>
#include <string.h>

// ---- reachability over cells

bool exec_is_outside(const struct exec *x, sym_id root) {
    const struct sym *node = sym_at(x->syms, root);
    if (node->kind == SYM_FRESH && node->is_allocated)
        return false;
    return !(node->kind == SYM_LOCAL && node->a == x->func) && node->kind != SYM_REGION;
}

static void mark_reachable(struct exec *x, const struct state *state, bool from_outside) {
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < state->cells.len; i++) {
            sym_id root = sym_root(x->syms, state->cells.items[i].address);
            if (exec_is_marked(x, root) || (from_outside && exec_is_outside(x, root)))
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

// Whether variables hold the context, and nothing else does.
static bool is_in_variable(const struct exec *x, const struct state *state, sym_id ctx) {
    bool found = false;
    for (size_t i = 0; i < state->cells.len; i++) {
        const struct sym *value = sym_at(x->syms, state->cells.items[i].value);
        if (state->cells.items[i].value != ctx && !(value->kind == SYM_CANCEL && value->a == ctx))
            continue;
        if (sym_at(x->syms, sym_root(x->syms, state->cells.items[i].address))->kind != SYM_LOCAL)
            return false;
        found = true;
    }
    return found;
}

static struct leak *report(struct exec *x, const struct state *state, const struct resource *resource, enum loss_kind kind, uint32_t loss_inst) {
    struct leak *leak = known_leak(x, resource->site, kind);
    if (state->is_vague && !is_in_variable(x, state, resource->ctx))
        return NULL;
    bool is_joined = state->is_joined && !resource->is_doomed;
    bool is_better = !leak || (leak->is_joined && !is_joined) || (leak->is_joined == is_joined && is_shorter(state, resource, leak));
    if (!is_better)
        return NULL;
    if (!leak) {
        vec_push(&x->flow->leaks, (struct leak){0});
        leak = &x->flow->leaks.items[x->flow->leaks.len - 1];
    }
    *leak = (struct leak){.func = x->func, .inst = resource->site, .bind = sym_at(x->syms, resource->ctx)->a, .kind = kind, .loss_inst = loss_inst,
                          .holder_field = IR_NONE, .holder_global = IR_NONE, .is_joined = is_joined};
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
    bool is_element = node->kind == SYM_ELEM;
    while (node->kind == SYM_ELEM)
        node = sym_at(x->syms, node->a);
    if (is_element && node->kind == SYM_INIT) // of an array that is kept there
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
        if (!exec_is_outside(x, root) && !(exec_is_marked(x, root) && sym_at(x->syms, root)->kind != SYM_REGION))
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

void exec_settle_resources(struct exec *x, struct state *state, sym_id value) {
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
