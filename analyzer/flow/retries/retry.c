// Finding loops that try again, by simulation (after.h): what the loop does after its call has returned a negative number, zero, a
// positive one. Where failure goes round and success leaves, it is a retry; where everything goes round, the loop ignores what the call
// says. A loop that takes the next item, or waits until something is ready, is none.
#include "flow/retries/retry.h"

#include "flow/retries/after.h"
#include "flow/waits/given.h"

#include <string.h>

enum { GENERIC_ERROR = -1 };

// A call in a loop.
struct attempt {
    struct timed *timed;
    uint32_t func, inst, head;
    const struct role *block; // of what waits itself, NULL: a function of the program
    int64_t failure;          // the result that means so
};

static struct ssa *ssa_of(const struct attempt *attempt) {
    return attempt->timed->funcs[attempt->func].ssa;
}

static const struct ir_type *result_type(const struct attempt *attempt) {
    const struct ir_inst *call = &ssa_of(attempt)->ir->insts[attempt->inst];
    return call->type == IR_NONE ? NULL : &ssa_of(attempt)->ir->types[call->type];
}

struct turn {
    bool again;   // the loop comes to the call again
    bool returns; // it may be left for good: the program does not end there
};

static struct turn follow(const struct attempt *attempt, int64_t result, enum after_mode mode, const struct given *given) {
    const struct cfg *cfg = &ssa_of(attempt)->cfg;
    uint32_t block = cfg_block_of(cfg, attempt->inst);
    struct after after = {.timed = attempt->timed, .func = attempt->func, .inst = attempt->inst, .head = attempt->head, .target = block, .mode = mode};
    after.result = (struct known){KNOWN_CODE, result, false};
    if (given && given->arg != IR_NONE) {
        after.budgets[0] = ssa_operand(ssa_of(attempt), attempt->inst, given->arg + 1);
        after.budgets[1] = given->origin;
    }
    after_run(&after);
    struct turn turn = {after.entered[attempt->head] && after.entered[block] && !after.is_left, after.may_return};
    after_done(&after);
    return turn;
}

// What a function of the program returns.
struct results {
    struct timed *timed;
    const struct ssa *ssa;
    uint32_t func;
    unsigned depth;
    bool has_negative, has_positive;
};

static bool note_results(struct results *results);

// False where it is not known.
static bool note_result(void *data, ssa_id id) {
    struct results *results = data;
    const struct ssa_node *node = ssa_at(results->ssa, id);
    if (node->kind == SSA_RESULT) {
        struct results inner = {.timed = results->timed, .func = timed_callee(results->timed, results->func, node->a), .depth = results->depth + 1};
        bool is_known = note_results(&inner);
        results->has_negative |= inner.has_negative;
        results->has_positive |= inner.has_positive;
        return is_known;
    }
    results->has_negative |= node->kind == SSA_INT && node->number < 0;
    results->has_positive |= node->kind == SSA_INT && node->number > 0;
    bool is_count = node->kind == SSA_BINARY && node->sub == IR_ADD; // of what was found
    return node->kind == SSA_PHI || node->kind == SSA_INT || is_count;
}

static bool note_returns(struct results *results, struct ssa *ssa) {
    bool returns = false;
    results->ssa = ssa;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        uint32_t last = block->insts + block->inst_count - 1;
        if (ssa->ir->insts[last].op != IR_RETURN)
            continue;
        if (!ssa->ir->insts[last].arg_count || !ssa_walk(ssa, ssa_operand(ssa, last, 0), note_result, results))
            return false;
        returns = true;
    }
    return returns;
}

// False where something that it returns is neither a constant nor a count.
static bool note_results(struct results *results) {
    const struct program *program = results->timed->program;
    struct timed_func *funcs = results->timed->funcs;
    if (results->func == IR_NONE || results->depth > RESULTS_DEPTH || !program->funcs[results->func].has_body || program->funcs[results->func].roles)
        return false;
    if (funcs[results->func].ssa)
        return note_returns(results, funcs[results->func].ssa);
    struct arena arena = {0};
    struct ssa ssa;
    ssa_build(&ssa, program, results->func, &arena);
    funcs[results->func].ssa = &ssa;
    bool is_known = note_returns(results, &ssa);
    funcs[results->func].ssa = NULL;
    ssa_done(&ssa);
    arena_done(&arena);
    return is_known;
}

// Whether every number but zero means failure: not where the call says how many are ready. False in *ret_may_fail: no negative number
// is among what it returns, so the others are what it found.
static bool returns_status(const struct attempt *attempt, bool *ret_may_fail) {
    struct results results = {.timed = attempt->timed, .func = timed_callee(attempt->timed, attempt->func, attempt->inst)};
    *ret_may_fail = true;
    if (attempt->block)
        return !attempt->block->bound.nowait_count && result_type(attempt)->size <= 4;
    bool is_known = note_results(&results);
    *ret_may_fail = !is_known || results.has_negative;
    return is_known && results.has_negative && !results.has_positive;
}

// Whether the loop is left on success and goes round on failure.
static bool tries_again(struct attempt *attempt) {
    const struct ir_type *type = result_type(attempt);
    if (!type || type->kind == IR_VOID || type->kind == IR_FLOAT || type->kind == IR_RECORD)
        return false;
    struct turn negative = follow(attempt, -1, AFTER_RETURN, NULL), zero = follow(attempt, 0, AFTER_RETURN, NULL);
    struct turn positive = follow(attempt, 1, AFTER_RETURN, NULL);
    if (type->kind == IR_POINTER || type->kind == IR_BOOL) {
        attempt->failure = 0;
        return zero.again && !positive.again;
    }
    attempt->failure = GENERIC_ERROR;
    bool is_left = (!zero.again && zero.returns) || (!positive.again && positive.returns);
    if (!negative.again || !is_left)
        return false;
    bool may_fail, is_status = returns_status(attempt, &may_fail);
    return may_fail && (!positive.again || is_status);
}

// ---- whether it asks

static bool is_in_loop(const struct attempt *attempt, uint32_t inst) {
    return cfg_in_loop(&ssa_of(attempt)->cfg, cfg_block_of(&ssa_of(attempt)->cfg, inst), attempt->head);
}

typedef bool attempt_visit(const struct attempt *attempt, uint32_t inst);

// Whether some call in the loop other than the one that is tried is so.
static bool any_call(const struct attempt *attempt, attempt_visit *visit) {
    const struct ssa *ssa = ssa_of(attempt);
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; cfg_in_loop(&ssa->cfg, ssa->cfg.rpo[k], attempt->head) && i < block->insts + block->inst_count; i++)
            if (ssa->ir->insts[i].op == IR_CALL && i != attempt->inst && visit(attempt, i))
                return true;
    }
    return false;
}

static bool asks(const struct attempt *attempt, uint32_t inst) {
    return after_asks(attempt->timed, attempt->func, inst);
}

// Whether a condition at the end of the block decides whether the loop is left.
static bool leaves_by(const struct attempt *attempt, uint32_t block, uint32_t *ret_last) {
    const struct ssa *ssa = ssa_of(attempt);
    const struct ir_block *b = &ssa->ir->blocks[ssa->fn->blocks + block];
    uint32_t last = b->insts + b->inst_count - 1;
    bool leaves = false, is_choice = ssa->ir->insts[last].op == IR_BRANCH || ssa->ir->insts[last].op == IR_SWITCH;
    for (uint32_t i = 0; i < b->succ_count; i++)
        leaves |= !cfg_in_loop(&ssa->cfg, ssa->ir->succs[b->succs + i], attempt->head);
    *ret_last = last;
    return is_choice && leaves && cfg_in_loop(&ssa->cfg, block, attempt->head);
}

// Whether a condition that leaves the loop depends on the call.
static bool decides(const struct attempt *attempt) {
    struct ssa *ssa = ssa_of(attempt);
    struct after after = {.timed = attempt->timed, .func = attempt->func, .inst = attempt->inst, .head = attempt->head};
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        uint32_t last;
        if (leaves_by(attempt, ssa->cfg.rpo[k], &last) && after_depends(&after, ssa_operand(ssa, last, 0), attempt->inst))
            return true;
    }
    return false;
}

// Whether the loop ends for another reason than what the call says: after some attempts, or in time.
static bool is_limited(const struct attempt *attempt) {
    struct ssa *ssa = ssa_of(attempt);
    struct after after = {.timed = attempt->timed, .func = attempt->func, .inst = attempt->inst, .head = attempt->head};
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        uint32_t last;
        if (leaves_by(attempt, ssa->cfg.rpo[k], &last) && !after_depends(&after, ssa_operand(ssa, last, 0), attempt->inst))
            return true;
    }
    return false;
}

static bool has_same_arguments(const struct attempt *attempt) {
    for (uint32_t i = 1; i < ssa_of(attempt)->ir->insts[attempt->inst].arg_count; i++)
        if (!given_is_constant(attempt->timed, attempt->func, ssa_operand(ssa_of(attempt), attempt->inst, i), attempt->head))
            return false;
    return true;
}

// A wait that is repeated whatever it says.
static bool is_ignored(struct attempt *attempt) {
    attempt->failure = GENERIC_ERROR;
    return attempt->block && !decides(attempt) && has_same_arguments(attempt);
}

static void find_unchecked(struct attempt *attempt, struct retry *retry) {
    struct given given;
    if (!given_find(attempt->timed, attempt->func, attempt->inst, attempt->head, &given) || !follow(attempt, attempt->failure, AFTER_ENDED, &given).again ||
        !follow(attempt, attempt->failure, AFTER_ENDED_FOR_SURE, &given).again)
        return;
    retry->is_unchecked = true;
    retry->asks = any_call(attempt, asks);
    retry->budget = given.kind;
    retry->budget_arg = given.arg;
}

// ---- delays

// Whether the value is made of nothing that differs from one turn to the next: then the same is asked for again.
static bool is_same(const struct attempt *attempt, ssa_id id, unsigned depth) {
    struct ssa *ssa = ssa_of(attempt);
    struct ssa_node node = *ssa_at(ssa, id);
    if (depth > 16)
        return false;
    switch ((enum ssa_kind)node.kind) {
    case SSA_LOAD:
    case SSA_FIELD:
    case SSA_MEMBER:
    case SSA_UNARY: return is_same(attempt, node.a, depth + 1);
    case SSA_ELEM:
    case SSA_BINARY: return is_same(attempt, node.a, depth + 1) && is_same(attempt, node.b, depth + 1);
    case SSA_PHI: return !cfg_in_loop(&ssa->cfg, node.block, attempt->head);
    case SSA_RESULT:
    case SSA_OUT: break;
    default: return true;
    }
    if (!is_in_loop(attempt, node.a))
        return true;
    uint32_t callee = timed_callee(attempt->timed, attempt->func, node.a); // made anew, from the same
    bool is_maker = callee != IR_NONE && (attempt->timed->program->funcs[callee].roles || attempt->timed->program->funcs[callee].ir->in_system_header);
    for (uint32_t i = 1; is_maker && i < ssa->ir->insts[node.a].arg_count; i++)
        is_maker = is_same(attempt, ssa_operand(ssa, node.a, i), depth + 1);
    return is_maker;
}

static bool is_bound(const struct attempt *attempt, uint32_t arg) {
    uint32_t callee = timed_callee(attempt->timed, attempt->func, attempt->inst);
    if (attempt->block)
        return attempt->block->bound.pos.kind == POS_ARG && attempt->block->bound.pos.arg == arg;
    return callee != IR_NONE && arg < 64 && attempt->timed->funcs[callee].bound_params >> arg & 1;
}

static bool asks_for_the_same(const struct attempt *attempt) {
    for (uint32_t i = 1; i < ssa_of(attempt)->ir->insts[attempt->inst].arg_count; i++)
        if (!is_bound(attempt, i - 1) && !is_same(attempt, ssa_operand(ssa_of(attempt), attempt->inst, i), 0))
            return false;
    return true;
}

static bool has_word(const char *name) {
    static const char *const words[] = {"sleep", "delay", "wait", "pause", "backoff", "back_off", "yield", "throttle"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcasestr(name, words[i]))
            return true;
    return false;
}

// Whether a function that nobody can look into may be the delay: it gets a number that changes, or is called so.
static bool may_delay(const struct attempt *attempt, uint32_t inst, uint32_t callee) {
    struct ssa *ssa = ssa_of(attempt);
    const struct ir_inst *call = &ssa->ir->insts[inst];
    const struct prog_func *pf = &attempt->timed->program->funcs[callee];
    if (has_word(pf->name))
        return true;
    for (uint32_t i = 1; !pf->ir->is_variadic && !pf->ir->in_system_header && i < call->arg_count; i++) {
        uint32_t type = ssa->ir->call_args[call->aux + i].type;
        bool is_number = type != IR_NONE && (ssa->ir->types[type].kind == IR_INT || ssa->ir->types[type].kind == IR_UINT || ssa->ir->types[type].kind == IR_FLOAT);
        if (is_number && !given_is_constant(attempt->timed, attempt->func, ssa_operand(ssa, inst, i), attempt->head))
            return true;
    }
    return false;
}

static void add_delay(struct retry *retry, enum retry_delay delay, int64_t ns) {
    if (retry->delay == DELAY_NONE) {
        retry->delay = delay;
        retry->delay_ns = ns;
    } else
        retry->delay = DELAY_OTHER;
}

// What lies in memory is configuration, and may be changed.
static bool is_same_length(const struct attempt *attempt, ssa_id id) {
    return ssa_at(ssa_of(attempt), id)->kind != SSA_LOAD && given_is_constant(attempt->timed, attempt->func, id, attempt->head);
}

static void add_sleep(const struct attempt *attempt, uint32_t inst, const struct role *role, struct retry *retry) {
    ssa_id nodes[2];
    unsigned count = timed_bound_nodes(attempt->timed, attempt->func, inst, &role->bound, nodes);
    bool is_constant = count && ssa_of(attempt)->cfg.blocks[cfg_block_of(&ssa_of(attempt)->cfg, inst)].loop == attempt->head;
    for (unsigned i = 0; i < count; i++)
        is_constant &= is_same_length(attempt, nodes[i]);
    struct span span = span_bound(attempt->timed, attempt->func, inst, role, NULL);
    bool has_unit = time_unit_is_known(role->bound.unit);
    add_delay(retry, is_constant ? DELAY_CONSTANT : DELAY_OTHER, span.known && has_unit && span.low == span.high ? span.high : -1);
}

// Whether the parameters that say how long a function sleeps are the same in every turn.
static bool has_same_lengths(const struct attempt *attempt, uint32_t inst, const struct timed_func *callee) {
    struct ssa *ssa = ssa_of(attempt);
    for (uint32_t i = 0; i + 1 < ssa->ir->insts[inst].arg_count && i < 64; i++)
        if (callee->sleep_params >> i & 1 && !is_same_length(attempt, ssa_operand(ssa, inst, i + 1)))
            return false;
    return ssa->cfg.blocks[cfg_block_of(&ssa->cfg, inst)].loop == attempt->head;
}

static void add_call(const struct attempt *attempt, uint32_t inst, struct retry *retry) {
    uint32_t callee = timed_callee(attempt->timed, attempt->func, inst);
    const struct role *sleep = timed_role(attempt->timed, attempt->func, inst, ROLE_SLEEP);
    if (sleep) {
        add_sleep(attempt, inst, sleep, retry);
        return;
    }
    bool waits = timed_role(attempt->timed, attempt->func, inst, ROLE_BLOCK) || timed_role(attempt->timed, attempt->func, inst, ROLE_JOIN);
    if (callee == IR_NONE || waits) {
        add_delay(retry, DELAY_OTHER, -1);
        return;
    }
    const struct prog_func *pf = &attempt->timed->program->funcs[callee];
    const struct timed_func *tf = &attempt->timed->funcs[callee];
    if (pf->roles)
        return;
    if (!pf->has_body && may_delay(attempt, inst, callee))
        add_delay(retry, DELAY_OTHER, -1);
    else if (pf->has_body && tf->may_wait)
        add_delay(retry, tf->sleeps_only && has_same_lengths(attempt, inst, tf) ? DELAY_CONSTANT : DELAY_OTHER, tf->sleeps_ns);
}

// Whether the call takes what comes in rather than asks for something: it waits for what it is armed with and fills in memory.
static bool only_receives(const struct attempt *attempt) {
    const struct ssa *ssa = ssa_of(attempt);
    const struct ir_value *callee = &ssa->ir->values[ssa->ir->insts[attempt->inst].args];
    if (!attempt->block || attempt->block->armed.kind != POS_ARG || callee->kind != IR_V_FUNC)
        return false;
    const struct ir_func *fn = &ssa->ir->funcs[callee->index];
    for (uint32_t i = 0; i < fn->param_count; i++) {
        const struct ir_type *type = &ssa->ir->types[ssa->ir->vars[fn->vars + i].type];
        if (i != attempt->block->armed.arg && type->kind == IR_POINTER && type->target != IR_NONE && !ssa->ir->types[type->target].is_const)
            return true;
    }
    return false;
}

// Until a moment, or without any end.
static bool waits_for_ever(const struct role *block) {
    bool has_none = block->bound.kind == BOUND_NONE && block->object.kind == POS_NONE && block->armed.kind == POS_NONE && !block->has_default;
    return has_none || block->bound.kind == BOUND_DEADLINE;
}

static void find_delay(const struct attempt *attempt, struct retry *retry) {
    const struct ssa *ssa = ssa_of(attempt);
    uint32_t callee = timed_callee(attempt->timed, attempt->func, attempt->inst);
    bool is_endless = attempt->block && (waits_for_ever(attempt->block) || attempt->block->says_ready);
    bool is_ready = result_type(attempt)->kind == IR_POINTER || (result_type(attempt)->kind == IR_BOOL && !is_limited(attempt));
    if (is_endless || is_ready || only_receives(attempt) || !asks_for_the_same(attempt)) // without end until something is ready: a wait
        return;
    retry->delay = DELAY_NONE;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; cfg_in_loop(&ssa->cfg, ssa->cfg.rpo[k], attempt->head) && i < block->insts + block->inst_count; i++)
            if (ssa->ir->insts[i].op == IR_CALL && i != attempt->inst)
                add_call(attempt, i, retry);
    }
    if (!attempt->block && callee != IR_NONE && attempt->timed->funcs[callee].sleeps_below)
        add_delay(retry, DELAY_OTHER, -1);
}

// ---- all calls

static void look_at_call(struct timed *timed, uint32_t func, uint32_t inst) {
    const struct cfg *cfg = &timed->funcs[func].ssa->cfg;
    uint32_t callee = timed_callee(timed, func, inst);
    struct attempt attempt = {.timed = timed, .func = func, .inst = inst, .block = timed_role(timed, func, inst, ROLE_BLOCK)};
    bool waits = callee != IR_NONE && timed->funcs[callee].may_wait && !timed->program->funcs[callee].roles;
    for (attempt.head = cfg->blocks[cfg_block_of(cfg, inst)].loop; attempt.head != IR_NONE && (attempt.block || waits); attempt.head = cfg->blocks[attempt.head].outer) {
        struct retry retry = {.func = func, .inst = inst, .budget_arg = IR_NONE, .delay = DELAY_OTHER, .delay_ns = -1};
        if (tries_again(&attempt)) {
            find_unchecked(&attempt, &retry);
            find_delay(&attempt, &retry);
        } else if (is_ignored(&attempt))
            find_unchecked(&attempt, &retry);
        if (retry.is_unchecked || retry.delay != DELAY_OTHER) {
            vec_push(&timed->retries, retry);
            return;
        }
    }
}

void timed_find_retries(struct timed *timed, uint32_t func) {
    const struct ssa *ssa = timed->funcs[func].ssa;
    for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; ssa->cfg.blocks[ssa->cfg.rpo[k]].loop != IR_NONE && i < block->insts + block->inst_count; i++)
            if (ssa->ir->insts[i].op == IR_CALL)
                look_at_call(timed, func, i);
    }
}

const struct retry *retry_all(const struct timed *timed, size_t *ret_count) {
    *ret_count = timed->retries.len;
    return timed->retries.items;
}
