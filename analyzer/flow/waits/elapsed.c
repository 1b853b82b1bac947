// Time that has passed and is subtracted twice. A duration is taken apart into a sum of clock readings and other values:
//
//   timeout - elapsed - elapsed, elapsed = now - start      timeout + 2 start - 2 now
//   remaining() - (now - start), asked after a wait since start
//   timeout -= now - start, in a loop that does not set start anew
#include "flow/values/dimension.h"

enum { TERMS_MAX = 24, DEPTH_MAX = 32 };

struct term {
    ssa_id node;
    int count;
    bool is_clock; // a reading of the clock
    uint32_t inst; // call that it comes from, IR_NONE
};

struct sum {
    struct timed *timed;
    uint32_t func;
    struct ssa *ssa;
    struct term terms[TERMS_MAX];
    unsigned len;
    bool is_lost; // too long, or nothing that can be taken apart
};

static void add_term(struct sum *sum, ssa_id id, int count) {
    for (unsigned i = 0; i < sum->len; i++)
        if (sum->terms[i].node == id) {
            sum->terms[i].count += count;
            return;
        }
    sum->is_lost |= sum->len == TERMS_MAX;
    if (!sum->is_lost)
        sum->terms[sum->len++] = (struct term){.node = id, .count = count, .inst = IR_NONE};
}

static void take_apart(struct sum *sum, ssa_id id, int count, unsigned depth) {
    struct ssa_node node = *ssa_at(sum->ssa, id);
    double factor;
    if (node.kind == SSA_INT || node.kind == SSA_FLOAT)
        return;
    if (node.kind == SSA_BINARY && depth < DEPTH_MAX && (node.sub == IR_ADD || node.sub == IR_SUB)) {
        take_apart(sum, node.a, count, depth + 1);
        take_apart(sum, node.b, node.sub == IR_ADD ? count : -count, depth + 1);
    } else if (node.kind == SSA_BINARY && depth < DEPTH_MAX && (node.sub == IR_MUL || node.sub == IR_DIV) &&
               dim_constant(sum->timed, sum->func, node.b, &factor) && dim_is_unit_factor(factor))
        take_apart(sum, node.a, count, depth + 1);
    else
        add_term(sum, id, count);
}

static struct sum sum_of(struct timed *timed, uint32_t func, ssa_id id) {
    struct sum sum = {.timed = timed, .func = func, .ssa = timed->funcs[func].ssa};
    take_apart(&sum, id, 1, 0);
    for (unsigned i = 0; i < sum.len; i++) {
        struct ssa_node node = *ssa_at(sum.ssa, sum.terms[i].node);
        while (node.kind == SSA_MEMBER)
            node = *ssa_at(sum.ssa, node.a);
        if (node.kind != SSA_RESULT && node.kind != SSA_OUT)
            continue;
        struct span span = span_eval(timed, func, sum.terms[i].node, NULL);
        sum.terms[i].inst = node.a;
        sum.terms[i].is_clock = span.parts & SPAN_CLOCK && dim_eval(timed, func, sum.terms[i].node).moments == 1;
    }
    return sum;
}

// ---- the same difference twice

static bool is_subtracted_twice(const struct sum *sum, uint32_t *ret_from) {
    bool has_total = false, has_start = false;
    uint32_t now = IR_NONE, elapsed = IR_NONE;
    for (unsigned i = 0; i < sum->len; i++) {
        const struct term *term = &sum->terms[i];
        struct span span = span_eval(sum->timed, sum->func, term->node, NULL);
        has_total |= !term->is_clock && term->count == 1;
        has_start |= term->is_clock && term->count >= 2;
        if (term->count > -2 || term->inst == IR_NONE)
            continue;
        if (term->is_clock)
            now = term->inst;
        else if (span.parts & SPAN_CLOCK && dim_eval(sum->timed, sum->func, term->node).moments == 0)
            elapsed = term->inst;
    }
    *ret_from = elapsed != IR_NONE ? elapsed : now;
    return has_total && (elapsed != IR_NONE || (now != IR_NONE && has_start));
}

// ---- what is left, less what has passed

static bool waits_between(const struct timed *timed, uint32_t func, uint32_t from, uint32_t to) {
    const struct cfg *cfg = &timed->funcs[func].ssa->cfg;
    for (size_t i = 0; i < timed->waits.len; i++) {
        const struct wait *wait = &timed->waits.items[i];
        if (wait->func == func && cfg_precedes(cfg, from, wait->inst) && cfg_precedes(cfg, wait->inst, to))
            return true;
    }
    return false;
}

static bool is_left_less_elapsed(const struct sum *sum, uint32_t *ret_from) {
    uint32_t left = IR_NONE, start = IR_NONE, now = IR_NONE;
    for (unsigned i = 0; i < sum->len; i++) {
        const struct term *term = &sum->terms[i];
        if (term->inst == IR_NONE)
            continue;
        const struct role *role = timed_role(sum->timed, sum->func, term->inst, ROLE_QUERY);
        if (role && role->query == QUERY_REMAINING && term->count == 1)
            left = term->inst;
        else if (term->is_clock && term->count == 1)
            start = term->inst;
        else if (term->is_clock && term->count == -1)
            now = term->inst;
    }
    *ret_from = left;
    return left != IR_NONE && start != IR_NONE && now != IR_NONE && waits_between(sum->timed, sum->func, start, left);
}

// ---- once more with each turn of a loop

static bool is_in_loop(const struct sum *sum, uint32_t inst, uint32_t head) {
    return cfg_in_loop(&sum->ssa->cfg, cfg_block_of(&sum->ssa->cfg, inst), head);
}

// Whether the sum is the loop's own value less the time since something outside the loop.
static bool is_less_since(const struct sum *sum, ssa_id phi, uint32_t head, uint32_t *ret_from) {
    bool has_phi = false, has_start = false;
    uint32_t now = IR_NONE;
    for (unsigned i = 0; i < sum->len; i++) {
        const struct term *term = &sum->terms[i];
        bool is_param = ssa_at(sum->ssa, term->node)->kind == SSA_PARAM;
        has_phi |= term->node == phi && term->count == 1;
        has_start |= term->count == 1 && (is_param || (term->is_clock && !is_in_loop(sum, term->inst, head)));
        if (term->is_clock && term->count == -1 && is_in_loop(sum, term->inst, head))
            now = term->inst;
    }
    *ret_from = now;
    return has_phi && has_start && now != IR_NONE && !sum->is_lost;
}

static bool shrinks_too_much(struct timed *timed, uint32_t func, ssa_id phi, ssa_id next, unsigned depth, uint32_t *ret_from) {
    struct ssa *ssa = timed->funcs[func].ssa;
    struct ssa_node head = *ssa_at(ssa, phi), node = *ssa_at(ssa, next);
    if (node.kind == SSA_PHI && next != phi && depth < 4 && cfg_in_loop(&ssa->cfg, node.block, head.block)) {
        for (uint32_t i = 0; i < node.b; i++)
            if (shrinks_too_much(timed, func, phi, ssa->phi_args.items[node.a + i], depth + 1, ret_from))
                return true;
        return false;
    }
    struct sum sum = sum_of(timed, func, next);
    return is_less_since(&sum, phi, head.block, ret_from);
}

static bool is_subtracted_in_loop(const struct sum *sum, uint32_t *ret_from) {
    const struct ssa *ssa = sum->ssa;
    for (unsigned t = 0; t < sum->len; t++) {
        ssa_id phi = sum->terms[t].node;
        struct ssa_node node = *ssa_at(ssa, phi);
        if (node.kind != SSA_PHI || ssa->cfg.blocks[node.block].loop != node.block || sum->terms[t].count != 1)
            continue;
        for (uint32_t i = 0; i < node.b; i++)
            if (shrinks_too_much(sum->timed, sum->func, phi, ssa->phi_args.items[node.a + i], 0, ret_from))
                return true;
    }
    return false;
}

bool dim_spent_twice(struct timed *timed, uint32_t func, ssa_id id, uint32_t *ret_from) {
    struct sum sum = sum_of(timed, func, id);
    if (sum.is_lost)
        return false;
    return is_subtracted_twice(&sum, ret_from) || is_left_less_elapsed(&sum, ret_from) || is_subtracted_in_loop(&sum, ret_from);
}
