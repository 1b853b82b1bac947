// Events: what happens in a function that the whole program must know of. Each is in terms of what the function is entered with, so
// that reach.c can evaluate it for every entry, and is kept once however many paths do it.
#include "flow/paths/exec.h"

#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 4000, NEEDS_MAX = 48 };

// ---- needs: the entry values an event depends on

static bool is_need(const struct exec *x, sym_id value) {
    const struct sym *node = sym_at(x->syms, value);
    if (node->kind == SYM_PARAM)
        return true;
    return node->kind == SYM_INIT && sym_is_entry(x->syms, value) && sym_at(x->syms, sym_root(x->syms, node->a))->kind != SYM_GLOBAL;
}

static void add_need(struct exec *x, sym_id value) {
    for (size_t i = 0; i < x->summary->needs.len; i++)
        if (x->summary->needs.items[i] == value)
            return;
    if (x->summary->needs.len < NEEDS_MAX)
        vec_push(&x->summary->needs, value);
}

static void add_needs(struct exec *x, sym_id value, unsigned depth) {
    if (!value || depth > 12)
        return;
    if (is_need(x, value)) {
        add_need(x, value);
        return;
    }
    struct sym node = *sym_at(x->syms, value);
    switch ((enum sym_kind)node.kind) {
    case SYM_SUM:
    case SYM_OP:
    case SYM_CMP:
    case SYM_ELEM:
        add_needs(x, node.a, depth + 1);
        add_needs(x, node.b, depth + 1);
        break;
    case SYM_FIELD:
    case SYM_INIT:
    case SYM_CANCEL: add_needs(x, node.a, depth + 1); break;
    case SYM_CTX:
        add_needs(x, x->flow->binds.items[node.a].parent, depth + 1);
        add_needs(x, x->flow->binds.items[node.a].bound, depth + 1);
        break;
    default: break;
    }
}

void exec_add_need(struct exec *x, sym_id value) {
    add_needs(x, value, 0);
}

// ---- events

static bool same_event(const struct event *a, const struct event *b) {
    if (a->kind != b->kind || a->inst != b->inst || a->bind != b->bind || a->callee != b->callee || a->pointer != b->pointer ||
        a->call_kind != b->call_kind || a->cell.address != b->cell.address || a->cell.value != b->cell.value || a->need_count != b->need_count)
        return false;
    return !a->need_count || !memcmp(a->needs, b->needs, a->need_count * sizeof *a->needs);
}

static bool is_about_entry(void *data, sym_id key) {
    return sym_is_entry(data, key);
}

static uint64_t event_hash(const struct event *event) {
    uint64_t h = hash_mix((uint64_t)event->kind << 32 | event->inst, (uint64_t)event->bind << 32 | event->callee);
    h = hash_mix(h, (uint64_t)event->cell.address << 32 | event->cell.value);
    for (uint32_t i = 0; i < event->need_count; i++)
        h = hash_mix(h, event->needs[i].value);
    return h;
}

// The place of an event that is equal to this one, made where there was none: IR_NONE then.
static uint32_t *event_slot(struct exec *x, const struct event *event) {
    for (uint64_t key = event_hash(event);; key++) {
        bool is_new;
        uint32_t *slot = map_put(&x->event_ids, key, &is_new);
        if (is_new)
            *slot = IR_NONE;
        if (is_new || *slot == IR_NONE || same_event(&x->summary->events.items[*slot], event))
            return slot;
    }
}

static void add_event(struct exec *x, const struct state *state, const struct event *event) {
    struct facts facts = {0};
    facts_copy(&facts, &state->facts);
    facts_filter(&facts, SYM_NONE, is_about_entry, x->syms);
    uint32_t *slot = event_slot(x, event);
    if (*slot != IR_NONE) {
        x->summary->events.items[*slot].is_excused &= event->is_excused;
        facts_join(&x->summary->events.items[*slot].facts, &facts);
        vec_done(&facts.items);
        return;
    }
    if (x->summary->events.len >= EVENTS_MAX) {
        vec_done(&facts.items);
        return;
    }
    *slot = (uint32_t)x->summary->events.len;
    struct event added = *event;
    added.needs = arena_copy(&x->flow->arena, event->needs, event->need_count * sizeof *event->needs);
    added.facts = facts;
    vec_push(&x->summary->events, added);
}

// ---- bounds

struct guard {
    const struct flow *flow;
    sym_id parent;
};

static bool is_no_query_of(void *data, sym_id id) {
    const struct guard *guard = data;
    const struct sym *node = sym_at(&guard->flow->syms, id);
    return node->kind != SYM_QUERY || node->a != guard->parent;
}

// What the path has proved about the parent's remaining time (in its own unit or in the bound's), as far as it concerns a bound.
enum proof {
    PROOF_NOTHING,
    PROOF_FITS, // the bound fits into what is left
    PROOF_NONE, // there is no deadline above, or it has passed
};

static enum proof prove(const struct exec *x, const struct state *state, const struct bind *bind, int64_t *ret_limit) {
    struct guard guard = {x->flow, exec_budget_context(x->flow, bind->parent)};
    sym_id length = bind->role->bound.kind == BOUND_DEADLINE ? flow_since_now(x->syms, bind->bound) : bind->bound;
    int64_t bound = 0;
    if (!bind->parent || !length || !sym_is_int(x->syms, length, &bound))
        return PROOF_NOTHING;
    for (size_t i = 0; i < state->facts.items.len; i++) {
        const struct fact *fact = &state->facts.items.items[i];
        if (sym_walk(x->syms, fact->key, is_no_query_of, &guard))
            continue;
        struct linear sum;
        sym_linear(x->syms, fact->key, &sum);
        for (uint32_t k = 0; k < sum.count; k++) {
            bool is_query = !sym_walk(x->syms, sum.terms[k].atom, is_no_query_of, &guard);
            bool positive = sum.terms[k].coefficient > 0;
            int64_t low = positive ? fact->low : fact->high == INT64_MAX ? INT64_MIN : -fact->high;
            int64_t high = positive ? fact->high : fact->low == INT64_MIN ? INT64_MAX : -fact->low;
            *ret_limit = low > 0 ? low : high;
            if (is_query && low > 0 && low >= bound)
                return PROOF_FITS;
            if (is_query && high <= 0)
                return PROOF_NONE;
        }
    }
    return PROOF_NOTHING;
}

// Whether the path needs no report: a check has proved that the bound fits, or that nothing is above. Both together are only a check
// where they leave something out: `if (left >= 1) ...` followed by a bound of 1 lets every value through.
static bool is_guarded(struct exec *x, const struct state *state, const struct bind *bind, bool *ret_is_excused) {
    int64_t limit = 0;
    enum proof proof = prove(x, state, bind, &limit);
    *ret_is_excused = proof == PROOF_NONE;
    if (proof == PROOF_NOTHING)
        return false;
    uint32_t *id = map_put(&x->check_ids, bind->inst, NULL);
    if (!*id) {
        vec_push(&x->checks, ((struct check_range){INT64_MAX, INT64_MIN}));
        *id = (uint32_t)x->checks.len;
    }
    struct check_range *range = &x->checks.items[*id - 1];
    if (proof == PROOF_FITS && limit < range->fits_from)
        range->fits_from = limit;
    if (proof == PROOF_NONE && limit > range->none_to)
        range->none_to = limit;
    return proof == PROOF_FITS;
}

static bool leaves_nothing_out(const struct exec *x, uint32_t inst) {
    const uint32_t *id = map_get(&x->check_ids, inst);
    const struct check_range *range = id ? &x->checks.items[*id - 1] : NULL;
    return range && range->fits_from != INT64_MAX && range->none_to != INT64_MIN && range->none_to + 1 >= range->fits_from;
}

void exec_end_events(struct exec *x) {
    size_t kept = 0;
    for (size_t i = 0; i < x->summary->events.len; i++) {
        struct event *event = &x->summary->events.items[i];
        if (event->is_excused && !leaves_nothing_out(x, x->flow->binds.items[event->bind].inst))
            vec_done(&event->facts.items);
        else
            x->summary->events.items[kept++] = *event;
    }
    x->summary->events.len = kept;
}

static bool is_no_param(void *data, sym_id id) {
    return sym_at(data, id)->kind != SYM_PARAM;
}

// Whether a caller decides about the duration: a parameter is part of it (not merely what a parameter points to).
static bool depends_on_params(const struct syms *syms, sym_id bound) {
    struct linear sum;
    sym_linear(syms, bound, &sum);
    for (uint32_t i = 0; i < sum.count; i++) {
        sym_id atom = sum.terms[i].atom;
        if (sym_at(syms, atom)->kind != SYM_INIT && !sym_walk(syms, atom, is_no_param, (void *)syms))
            return true;
    }
    return false;
}

void exec_bind_event(struct exec *x, const struct state *state, uint32_t bind_id) {
    struct bind bind = x->flow->binds.items[bind_id];
    bool is_excused;
    if (flow_is_derived(x->flow, bind.bound) || is_guarded(x, state, &bind, &is_excused))
        return;
    struct event event = {.kind = EVENT_BIND, .inst = x->inst, .bind = bind_id, .callee = IR_NONE, .is_excused = is_excused};
    event.is_final = !x->has_callers || !depends_on_params(x->syms, bind.bound);
    exec_add_need(x, bind.parent);
    exec_add_need(x, bind.bound);
    add_event(x, state, &event);
}

void exec_call_event(struct exec *x, const struct state *state, struct event *event) {
    if (event->pointer)
        exec_add_need(x, event->pointer);
    for (uint32_t i = 0; i < event->need_count; i++)
        exec_add_need(x, event->needs[i].value);
    add_event(x, state, event);
}

// What is put into a member or global, for those who load it from an object we cannot follow.
void exec_store_event(struct exec *x, const struct state *state, sym_id address, sym_id value) {
    const struct sym *node = sym_at(x->syms, address);
    while (node->kind == SYM_ELEM)
        node = sym_at(x->syms, node->a);
    if (node->kind != SYM_FIELD && node->kind != SYM_GLOBAL)
        return;
    const struct sym *stored = sym_at(x->syms, value);
    if (stored->kind == SYM_FUNC || stored->kind == SYM_TEXT || stored->kind == SYM_CANCEL || stored->kind == SYM_REGION)
        return;
    if (node->kind == SYM_FIELD && !x->flow->field_matters[node->b])
        return;
    sym_id target = node->kind == SYM_FIELD ? sym_make(x->syms, SYM_FIELD, 0, SYM_NONE, node->b, 0) : sym_make(x->syms, SYM_GLOBAL, 0, node->a, 0, 0);
    exec_add_need(x, value);
    add_event(x, state, &(struct event){.kind = EVENT_STORE, .inst = x->inst, .callee = IR_NONE, .cell = {target, value}});
}
