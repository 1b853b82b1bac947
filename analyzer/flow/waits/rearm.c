// Budgets that do not shrink: two waits, or one in a loop, that are given the very same time. In single static assignment form "the
// very same" is the same node; a time that is computed anew from the clock or from what is left is another node. An absolute end is
// given anew only where the clock is read anew for it: then what is added to the clock is compared.
//
// A loop is only meant where it goes on depending on what the wait returned: a loop that serves for ever waits a period, not a budget.
#include "flow/values/condition.h"
#include "flow/waits/timed.h"

#include <stdlib.h>

enum { NODES_MAX = 4, SIGNATURE_DEPTH = 24 };

// What a wait is bounded with, and the instruction that starts that time running.
struct start {
    ssa_id nodes[NODES_MAX];
    unsigned count;
    uint32_t at;      // the wait itself, or what arms it; IR_NONE: the clock says
    bool is_absolute; // an end: starts when the clock is read
};

// A start as it looks from one loop, or without one.
struct look {
    struct timed *timed;
    uint32_t func, loop; // IR_NONE: no loop
    bool is_absolute;
    uint64_t signature;
    uint64_t params;     // that it is made of
    bool has_left, varies, is_share;
    uint32_t clock;      // call that reads the clock, IR_NONE
};

static struct start find_start(struct timed *timed, const struct wait *wait) {
    struct start start = {.at = wait->inst};
    struct ssa *ssa = timed->funcs[wait->func].ssa;
    if (wait->through == IR_NONE) {
        start.count = timed_bound_nodes(timed, wait->func, wait->inst, &wait->role->bound, start.nodes);
        start.is_absolute = wait->role->bound.kind == BOUND_DEADLINE;
        return start;
    }
    const struct timed_func *callee = &timed->funcs[wait->through];
    for (size_t s = 0; s < callee->sinks.len; s++) {
        if (callee->sinks.items[s].role != wait->role)
            continue;
        for (uint32_t i = 0; i + 1 < ssa->ir->insts[wait->inst].arg_count && i < 64; i++)
            if (callee->sinks.items[s].params >> i & 1 && start.count < NODES_MAX) {
                struct bound bound = wait->role->bound;
                bound.pos = (struct pos){.kind = POS_ARG, .arg = i};
                ssa_id nodes[2];
                unsigned count = timed_bound_nodes(timed, wait->func, wait->inst, &bound, nodes);
                if (!count)
                    nodes[count++] = ssa_operand(ssa, wait->inst, i + 1);
                for (unsigned k = 0; k < count && start.count < NODES_MAX; k++)
                    start.nodes[start.count++] = nodes[k];
                start.is_absolute |= callee->end_params >> i & 1;
            }
        break;
    }
    return start;
}

// A wait that takes a timer starts when the timer was last armed in this function.
static struct start find_armed_start(struct timed *timed, const struct wait *wait) {
    struct start start = {.at = IR_NONE};
    struct ssa *ssa = timed->funcs[wait->func].ssa;
    ssa_id object = timed_position(timed, wait->func, wait->inst, &wait->role->armed);
    for (uint32_t k = 0; k < ssa->cfg.rpo_count && object; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            const struct role *arm = ssa->ir->insts[i].op == IR_CALL ? timed_role(timed, wait->func, i, ROLE_ARM) : NULL;
            if (!arm || timed_position(timed, wait->func, i, &arm->object) != object || !cfg_precedes(&ssa->cfg, i, wait->inst))
                continue;
            start.count = timed_bound_nodes(timed, wait->func, i, &arm->bound, start.nodes);
            start.is_absolute = arm->bound.kind == BOUND_DEADLINE;
            start.at = i;
        }
    }
    return start;
}

// ---- looking at a value

static uint64_t look_at_node(struct look *look, ssa_id id, unsigned depth);

static bool in_loop(const struct look *look, uint32_t inst) {
    const struct cfg *cfg = &look->timed->funcs[look->func].ssa->cfg;
    return look->loop != IR_NONE && cfg_in_loop(cfg, cfg_block_of(cfg, inst), look->loop);
}

static uint64_t look_at_args(struct look *look, uint32_t inst, unsigned depth) {
    struct ssa *ssa = look->timed->funcs[look->func].ssa;
    uint64_t h = 0;
    for (uint32_t i = 1; i < ssa->ir->insts[inst].arg_count; i++)
        h = hash_mix(h, look_at_node(look, ssa_operand(ssa, inst, i), depth + 1));
    return h;
}

static uint64_t look_at_call(struct look *look, ssa_id id, uint32_t inst, unsigned depth) {
    struct timed *timed = look->timed;
    struct span span = span_eval(timed, look->func, id, NULL);
    uint32_t callee = timed_callee(timed, look->func, inst);
    if (look->is_absolute && span.parts & SPAN_CLOCK && !(span.parts & SPAN_LEFT)) {
        look->clock = inst;
        return hash_mix(callee, look_at_args(look, inst, depth));
    }
    bool is_pure = callee != IR_NONE && timed->program->funcs[callee].has_body && !timed->funcs[callee].asks && !timed->funcs[callee].may_wait;
    if (is_pure && in_loop(look, inst))
        return hash_mix(callee, look_at_args(look, inst, depth));
    look->varies |= in_loop(look, inst);
    look->has_left |= (span.parts & SPAN_LEFT) != 0;
    return id;
}

static uint64_t look_at_binary(struct look *look, const struct ssa_node *node, unsigned depth) {
    const struct ssa *ssa = look->timed->funcs[look->func].ssa;
    const struct ssa_node *right = ssa_at(ssa, node->b);
    if ((node->sub == IR_DIV && (right->kind != SSA_INT || right->number < 10)) || node->sub == IR_SHR)
        look->is_share = true;
    struct span b = span_eval(look->timed, look->func, node->b, NULL);
    if (node->sub == IR_SUB && b.parts & SPAN_CLOCK)
        look->has_left = true;
    uint64_t h = hash_mix((uint64_t)node->sub << 8, look_at_node(look, node->a, depth + 1));
    return hash_mix(h, look_at_node(look, node->b, depth + 1));
}

static uint64_t look_at_phi(struct look *look, ssa_id id, const struct ssa_node *node, unsigned depth) {
    const struct ssa *ssa = look->timed->funcs[look->func].ssa;
    const struct cfg *cfg = &ssa->cfg;
    if (look->loop != IR_NONE && cfg_in_loop(cfg, node->block, look->loop) && cfg->blocks[node->block].loop == node->block)
        look->varies = true;
    for (uint32_t i = 0; !look->varies && i < node->b; i++)
        look_at_node(look, ssa->phi_args.items[node->a + i], depth + 4);
    return id;
}

static uint64_t look_at_node(struct look *look, ssa_id id, unsigned depth) {
    const struct ssa *ssa = look->timed->funcs[look->func].ssa;
    struct ssa_node node = *ssa_at(ssa, id);
    if (depth > SIGNATURE_DEPTH)
        return id;
    switch ((enum ssa_kind)node.kind) {
    case SSA_PARAM:
        look->params |= node.a < 64 ? UINT64_C(1) << node.a : 0;
        return id;
    case SSA_LOAD:
        look->varies |= in_loop(look, node.b);
        return hash_mix(node.a, SSA_LOAD);
    case SSA_RESULT: return look_at_call(look, id, node.a, depth);
    case SSA_OUT: return look_at_call(look, id, node.a, depth);
    case SSA_MEMBER: return hash_mix(node.b, look_at_node(look, node.a, depth + 1));
    case SSA_BINARY: return look_at_binary(look, &node, depth);
    case SSA_UNARY: return hash_mix(node.sub, look_at_node(look, node.a, depth + 1));
    case SSA_PHI: return look_at_phi(look, id, &node, depth);
    default: return id;
    }
}

static struct look look_at(struct timed *timed, uint32_t func, uint32_t loop, const struct start *start) {
    struct look look = {.timed = timed, .func = func, .loop = loop, .is_absolute = start->is_absolute, .clock = IR_NONE};
    for (unsigned i = 0; i < start->count; i++)
        look.signature = hash_mix(look.signature, look_at_node(&look, start->nodes[i], 0));
    return look;
}

// Whether the time is a budget at all: a parameter that bounds waits, or something that was left.
static bool is_budget(const struct timed *timed, uint32_t func, const struct look *look) {
    const struct timed_func *tf = &timed->funcs[func];
    return !look->varies && !look->is_share && (look->has_left || look->params & (tf->bound_params | tf->sleep_params));
}

// When the time starts to run: IR_NONE, before the function was entered.
static uint32_t started_at(const struct start *start, const struct look *look) {
    return start->is_absolute ? look->clock : start->at;
}

// ---- loops

struct mention {
    const struct ssa *ssa;
    uint32_t inst;
    uint64_t params, found;
};

static bool is_not_result(void *data, ssa_id id) {
    const struct mention *mention = data;
    const struct ssa_node *node = ssa_at(mention->ssa, id);
    return (node->kind != SSA_RESULT && node->kind != SSA_OUT) || node->a != mention->inst;
}

static bool note_param(void *data, ssa_id id) {
    struct mention *mention = data;
    const struct ssa_node *node = ssa_at(mention->ssa, id);
    if (node->kind == SSA_PARAM && node->a < 64)
        mention->found |= UINT64_C(1) << node->a;
    return true;
}

static bool leaves_loop(const struct ssa *ssa, uint32_t block, uint32_t head) {
    const struct ir_block *b = &ssa->ir->blocks[ssa->fn->blocks + block];
    for (uint32_t i = 0; i < b->succ_count; i++)
        if (!cfg_in_loop(&ssa->cfg, ssa->ir->succs[b->succs + i], head))
            return true;
    return false;
}

// ---- turns that the caller counts

struct counter {
    const struct ssa *ssa;
    uint32_t head;
    uint64_t times; // parameters that are times
    bool has_step, has_param;
};

// Whether the phi goes up or down by the same number in every turn.
static bool is_stepped(const struct ssa *ssa, ssa_id id) {
    const struct ssa_node *phi = ssa_at(ssa, id);
    for (uint32_t i = 0; i < phi->b; i++) {
        const struct ssa_node *next = ssa_at(ssa, ssa->phi_args.items[phi->a + i]);
        bool is_sum = next->kind == SSA_BINARY && (next->sub == IR_ADD || next->sub == IR_SUB);
        if (is_sum && next->a == id && ssa_at(ssa, next->b)->kind == SSA_INT)
            return true;
    }
    return false;
}

static bool note_counter(void *data, ssa_id id) {
    struct counter *counter = data;
    const struct ssa_node *node = ssa_at(counter->ssa, id);
    counter->has_step |= node->kind == SSA_PHI && node->block == counter->head && is_stepped(counter->ssa, id);
    counter->has_param |= node->kind == SSA_PARAM && node->a < 64 && !(counter->times >> node->a & 1);
    return true;
}

// Whether a parameter limits how many turns there are: who chooses both means the time for each of them.
static bool is_counted_by_caller(struct timed *timed, uint32_t func, uint32_t head) {
    struct ssa *ssa = timed->funcs[func].ssa;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        uint32_t last = block->insts + block->inst_count - 1;
        if (!cfg_in_loop(&ssa->cfg, ssa->cfg.rpo[k], head) || ssa->ir->insts[last].op != IR_BRANCH || !leaves_loop(ssa, ssa->cfg.rpo[k], head))
            continue;
        struct counter counter = {.ssa = ssa, .head = head, .times = timed->funcs[func].bound_params | timed->funcs[func].sleep_params};
        ssa_walk(ssa, ssa_operand(ssa, last, 0), note_counter, &counter);
        if (counter.has_step && counter.has_param)
            return true;
    }
    return false;
}

// Whether the loop is left depending on what the wait returned; and which parameters the conditions that leave it speak of.
static bool depends_on(struct timed *timed, const struct wait *wait, uint32_t head, uint64_t *ret_params) {
    struct ssa *ssa = timed->funcs[wait->func].ssa;
    struct mention mention = {.ssa = ssa, .inst = wait->inst};
    bool depends = false;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        const struct ir_inst *last = &ssa->ir->insts[block->insts + block->inst_count - 1];
        if (!cfg_in_loop(&ssa->cfg, ssa->cfg.rpo[k], head) || (last->op != IR_BRANCH && last->op != IR_SWITCH) || !leaves_loop(ssa, ssa->cfg.rpo[k], head))
            continue;
        ssa_id condition = ssa_operand(ssa, block->insts + block->inst_count - 1, 0);
        depends |= !ssa_walk(ssa, condition, is_not_result, &mention);
        ssa_walk(ssa, condition, note_param, &mention);
    }
    *ret_params = mention.found;
    return depends;
}

static bool repeats_in_loop(struct timed *timed, struct wait *wait, const struct start *start) {
    const struct cfg *cfg = &timed->funcs[wait->func].ssa->cfg;
    for (uint32_t head = cfg->blocks[cfg_block_of(cfg, wait->inst)].loop; head != IR_NONE; head = cfg->blocks[head].outer) {
        struct look look = look_at(timed, wait->func, head, start);
        uint32_t started = started_at(start, &look);
        uint64_t asked;
        if (started == IR_NONE || !in_loop(&look, started) || !is_budget(timed, wait->func, &look))
            continue;
        bool depends = depends_on(timed, wait, head, &asked);
        if (!look.has_left && (!depends || (wait->loop_asks && !(asked & look.params)) || is_counted_by_caller(timed, wait->func, head)))
            continue;
        wait->repeats = wait->inst;
        wait->repeats_left = look.has_left;
        return true;
    }
    return false;
}

// ---- sequences

static bool reaches(const struct ssa *ssa, uint32_t from, uint32_t to) {
    uint32_t first = cfg_block_of(&ssa->cfg, from), second = cfg_block_of(&ssa->cfg, to);
    if (first == second && from < to)
        return true;
    uint8_t *reached = mem_zalloc(ssa->fn->block_count);
    cfg_reach(&ssa->cfg, first, reached);
    bool found = reached[second];
    free(reached);
    return found;
}

static bool repeats(struct timed *timed, const struct wait *first, const struct start *start, struct wait *second, const struct start *again) {
    struct ssa *ssa = timed->funcs[second->func].ssa;
    struct look a = look_at(timed, first->func, IR_NONE, start), b = look_at(timed, second->func, IR_NONE, again);
    uint32_t started = started_at(again, &b);
    if (a.signature != b.signature || !is_budget(timed, second->func, &b) || started == IR_NONE || start->is_absolute != again->is_absolute)
        return false;
    bool is_anew = started == second->inst || (started != started_at(start, &a) && reaches(ssa, first->inst, started));
    if (!is_anew || !reaches(ssa, first->inst, second->inst) || conditions_exclude(ssa, first->inst, second->inst))
        return false;
    second->repeats = first->inst;
    second->repeats_left = b.has_left;
    return true;
}

void timed_find_repeats(struct timed *timed, size_t first) {
    size_t count = timed->waits.len - first;
    struct start *starts = mem_zalloc((count + 1) * sizeof *starts);
    for (size_t i = 0; i < count; i++) {
        struct wait *wait = &timed->waits.items[first + i];
        if (wait->bound == WAIT_TIMER && wait->role->armed.kind == POS_ARG && wait->through == IR_NONE)
            starts[i] = find_armed_start(timed, wait);
        else if (wait->bound == WAIT_BUDGET)
            starts[i] = find_start(timed, wait);
    }
    for (size_t i = 0; i < count; i++) {
        struct wait *wait = &timed->waits.items[first + i];
        if (!starts[i].count || repeats_in_loop(timed, wait, &starts[i]))
            continue;
        for (size_t k = 0; k < count && wait->repeats == IR_NONE; k++) {
            const struct wait *earlier = &timed->waits.items[first + k];
            if (k != i && starts[k].count && earlier->inst != wait->inst && !earlier->is_sleep && !wait->is_sleep)
                repeats(timed, earlier, &starts[k], wait, &starts[i]);
        }
    }
    free(starts);
}
