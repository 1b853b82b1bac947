// Recursion that a few rounds do not exhaust: each round adds the ways of one more level, and a caller that needs more levels would
// find no way that fits. Widening (Cousot & Cousot, 1977) adds one way for all levels to come: outcomes with the same property joined,
// and a bound of the facts that still moved in the last round is given up.
#include "flow/paths/exec.h"

#include <stdlib.h>

struct widening {
    struct flow *flow;
    uint32_t func;
};

static sym_id unknown_at(void *data, sym_id address, sym_id left, sym_id right) {
    struct widening *w = data;
    (void)left;
    (void)right;
    return sym_make(&w->flow->syms, SYM_FRESH, FRESH_WIDENED, w->func, 0, address);
}

// The outcomes of `summary` with the property of `like`, as one. False where there are none.
static bool join_group(struct widening *w, const struct outcomes *outcomes, const struct state *like, struct outcome *ret) {
    bool found = false;
    for (size_t i = 0; i < outcomes->len; i++) {
        const struct outcome *outcome = &outcomes->items[i];
        if (!state_same_property(like, &outcome->state, &w->flow->syms))
            continue;
        if (!found) {
            *ret = (struct outcome){.result = outcome->result, .is_joined = true};
            state_copy(&ret->state, &outcome->state);
        } else {
            state_join(&ret->state, &outcome->state, &w->flow->syms, unknown_at, w);
            if (ret->result != outcome->result)
                ret->result = unknown_at(w, SYM_NONE, SYM_NONE, SYM_NONE);
        }
        found = true;
    }
    return found;
}

static bool is_first_of_group(const struct outcomes *outcomes, size_t index, const struct syms *syms) {
    for (size_t i = 0; i < index; i++)
        if (state_same_property(&outcomes->items[i].state, &outcomes->items[index].state, syms))
            return false;
    return true;
}

void flow_keep_outcomes(const struct flow *flow, uint32_t func, struct outcomes *ret_kept) {
    const struct outcomes *outcomes = &flow->summaries[func].outcomes;
    for (size_t i = 0; i < outcomes->len; i++) {
        struct outcome kept = outcomes->items[i];
        kept.state = (struct state){0};
        state_copy(&kept.state, &outcomes->items[i].state);
        vec_push(ret_kept, kept);
    }
}

void outcomes_done(struct outcomes *outcomes) {
    for (size_t i = 0; i < outcomes->len; i++)
        state_done(&outcomes->items[i].state);
    vec_done(outcomes);
}

void flow_widen(struct flow *flow, uint32_t func, const struct outcomes *before) {
    struct widening w = {flow, func};
    struct outcomes *outcomes = &flow->summaries[func].outcomes;
    size_t count = outcomes->len;
    for (size_t first = 0; first < count; first++) {
        struct outcome old = {0}, all = {0};
        if (!is_first_of_group(outcomes, first, &flow->syms) || !join_group(&w, before, &outcomes->items[first].state, &old))
            continue;
        join_group(&w, outcomes, &outcomes->items[first].state, &all);
        if (facts_equal(&all.state.facts, &old.state.facts))
            state_done(&all.state);
        else {
            facts_widen(&all.state.facts, &old.state.facts);
            vec_push(outcomes, all);
        }
        state_done(&old.state);
    }
}
