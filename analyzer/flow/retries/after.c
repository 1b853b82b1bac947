#include "flow/retries/after.h"

#include <stdlib.h>

enum { DEPTH_MAX = 3, EVAL_MAX = 40, ERROR_CODE = 9999, CODE_INTERRUPTED = 4, CODE_AGAIN = 11 };

struct look {
    struct after *after;
    struct ssa *ssa;
    unsigned depth;
    bool is_again; // where control gets to when the loop has gone round once
    bool knows;    // what was evaluated says that the budget has ended
};

static const struct known unknown = {KNOWN_NOT, 0, false};

static struct known known_number(int64_t number) {
    return (struct known){KNOWN_NUMBER, number, false};
}

static struct ssa *ssa_of(const struct after *after) {
    return after->timed->funcs[after->func].ssa;
}

static const struct ir_block *block_at(const struct ssa *ssa, uint32_t block) {
    return &ssa->ir->blocks[ssa->fn->blocks + block];
}

static uint32_t first_edge(const struct ssa *ssa, uint32_t block) {
    return block_at(ssa, block)->succs - block_at(ssa, 0)->succs;
}

// ---- which calls count

// Whether control gets to the instruction again after the call.
static bool is_later(const struct after *after, uint32_t inst) {
    const struct cfg *cfg = &ssa_of(after)->cfg;
    uint32_t block = cfg_block_of(cfg, inst);
    return after->entered[block] || (after->inst != IR_NONE && block == cfg_block_of(cfg, after->inst) && inst > after->inst);
}

bool after_asks(const struct timed *timed, uint32_t func, uint32_t inst) {
    uint32_t callee = timed_callee(timed, func, inst);
    for (const struct role *role = timed_roles(timed, func, inst); role; role = role->next)
        if (role->kind == ROLE_QUERY || role->kind == ROLE_NOW)
            return true;
    return callee != IR_NONE && timed->funcs[callee].asks_below;
}

static bool gets_budget(const struct after *after, uint32_t inst) {
    struct ssa *ssa = ssa_of(after);
    const struct ir_inst *call = &ssa->ir->insts[inst];
    for (uint32_t i = 1; i < call->arg_count; i++) {
        uint32_t type = ssa->ir->call_args[call->aux + i].type;
        ssa_id value = ssa_operand(ssa, inst, i);
        if ((type != IR_NONE && model_type_is_context(ssa->unit->model, type)) || (value && (value == after->budgets[0] || value == after->budgets[1])))
            return true;
    }
    return false;
}

static bool gets_result(const struct after *after, uint32_t inst) {
    struct ssa *ssa = ssa_of(after);
    for (uint32_t i = 1; after->inst != IR_NONE && i < ssa->ir->insts[inst].arg_count; i++)
        if (after_depends(after, ssa_operand(ssa, inst, i), after->inst))
            return true;
    return false;
}

static bool may_know(const struct after *after, uint32_t inst) {
    if (inst == after->inst || !is_later(after, inst))
        return false;
    bool is_pointer = timed_callee(after->timed, after->func, inst) == IR_NONE;
    return is_pointer || after_asks(after->timed, after->func, inst) || gets_budget(after, inst) || gets_result(after, inst);
}

// Whether the memory belongs to what the call was given, so that it may have left there why it failed.
static bool is_shared(const struct after *after, ssa_id address) {
    struct ssa *ssa = ssa_of(after);
    if (after->inst == IR_NONE)
        return false;
    bool is_opaque = timed_roles(after->timed, after->func, after->inst) != NULL;
    for (uint32_t i = 1; i < ssa->ir->insts[after->inst].arg_count; i++) {
        ssa_id given = ssa_operand(ssa, after->inst, i);
        while (!is_opaque && (ssa_at(ssa, given)->kind == SSA_FIELD || ssa_at(ssa, given)->kind == SSA_ELEM))
            given = ssa_at(ssa, given)->a;
        for (ssa_id at = address; given; at = ssa_at(ssa, at)->a) {
            if (at == given)
                return true;
            uint8_t kind = ssa_at(ssa, at)->kind;
            if (kind != SSA_FIELD && kind != SSA_ELEM && kind != SSA_LOAD)
                break;
        }
    }
    return false;
}

struct mention {
    const struct after *after;
    uint32_t inst; // IR_NONE: anything that may know of the end
};

static bool mentions_not(void *data, ssa_id id) {
    const struct mention *m = data;
    const struct ssa_node *node = ssa_at(ssa_of(m->after), id);
    bool is_call = node->kind == SSA_RESULT || node->kind == SSA_OUT;
    if (m->inst != IR_NONE)
        return !is_call || node->a != m->inst;
    if (node->kind == SSA_LOAD)
        return !is_shared(m->after, node->a);
    return !is_call || !(may_know(m->after, node->a) || (node->kind == SSA_OUT && node->a == m->after->inst));
}

bool after_depends(const struct after *after, ssa_id id, uint32_t inst) {
    struct mention mention = {after, inst};
    return !ssa_walk(ssa_of(after), id, mentions_not, &mention);
}

// ---- values

static struct known eval(struct look *look, ssa_id id);

bool after_enter(struct after *after, uint32_t inst, uint32_t callee, struct after *ret_inner) {
    struct timed_func *tf = &after->timed->funcs[callee];
    struct ssa *ssa = ssa_of(after);
    struct look look = {.after = after, .ssa = ssa};
    if (!tf->ssa || after->depth >= DEPTH_MAX || tf->busy)
        return false;
    struct after inner = {.timed = after->timed, .func = callee, .inst = IR_NONE, .head = IR_NONE, .mode = after->mode};
    inner.target = ret_inner->target;
    inner.depth = after->depth + 1;
    uint32_t given = ssa->ir->insts[inst].arg_count - 1;
    inner.param_count = given < AFTER_PARAMS_MAX ? given : AFTER_PARAMS_MAX;
    for (uint32_t i = 0; i < inner.param_count; i++)
        inner.params[i] = eval(&look, ssa_operand(ssa, inst, i + 1));
    tf->busy++;
    after_run(&inner);
    tf->busy--;
    *ret_inner = inner;
    return true;
}

// What a function of the program returns once the budget has ended.
static struct known eval_body(struct look *look, uint32_t inst, uint32_t callee) {
    struct after inner = {.target = IR_NONE};
    struct known out = unknown;
    if (!after_enter(look->after, inst, callee, &inner))
        return unknown;
    struct ssa *ssa = ssa_of(&inner);
    struct look within = {.after = &inner, .ssa = ssa};
    bool is_first = true, is_one = true;
    for (uint32_t k = 0; k < ssa->fn->block_count; k++) {
        const struct ir_block *block = block_at(ssa, k);
        uint32_t last = block->insts + block->inst_count - 1;
        if (!inner.entered[k] || ssa->ir->insts[last].op != IR_RETURN || !ssa->ir->insts[last].arg_count)
            continue;
        struct known value = eval(&within, ssa_operand(ssa, last, 0));
        is_one &= is_first || (value.kind == out.kind && value.number == out.number);
        out = value;
        is_first = false;
    }
    after_done(&inner);
    return is_one && out.kind != KNOWN_BOTTOM ? out : unknown;
}

static struct known answer(struct look *look, const struct role *role) {
    look->knows = true;
    switch (role->query) {
    case QUERY_DONE: return known_number(1);
    case QUERY_ERROR: return (struct known){KNOWN_CODE, 1, true};
    case QUERY_REMAINING: return known_number(0);
    default: return unknown;
    }
}

static struct known eval_call(struct look *look, uint32_t inst, enum pos_kind where) {
    const struct after *after = look->after;
    if (inst == after->inst)
        return where == POS_RETURN ? after->result : unknown;
    if (after->mode == AFTER_RETURN || !is_later(after, inst))
        return unknown;
    for (const struct role *role = timed_roles(after->timed, after->func, inst); role; role = role->next) {
        if (role->result.kind != where || !timed_role_holds(after->timed, after->func, inst, role))
            continue;
        if (role->kind == ROLE_NOW || (role->kind == ROLE_CONVERT && role->convert == CONVERT_ELAPSED))
            return (struct known){KNOWN_FAR, 1, false};
        if (role->kind == ROLE_QUERY)
            return answer(look, role);
        if (role->kind == ROLE_CONVERT && role->convert == CONVERT_TO_REMAINING)
            return known_number(0);
    }
    uint32_t callee = timed_callee(after->timed, after->func, inst);
    bool has_body = callee != IR_NONE && after->timed->program->funcs[callee].has_body && !after->timed->program->funcs[callee].roles;
    if (where == POS_RETURN && has_body)
        return eval_body(look, inst, callee);
    return unknown;
}

// A count that starts with a number: what it is in the second turn of the loop.
static bool eval_count(const struct look *look, ssa_id id, const struct ssa_node *phi, int64_t *ret) {
    const struct ssa *ssa = look->ssa;
    if (!look->is_again || phi->block != look->after->head || phi->b != 2)
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        const struct ssa_node *start = ssa_at(ssa, ssa->phi_args.items[phi->a + i]), *next = ssa_at(ssa, ssa->phi_args.items[phi->a + 1 - i]);
        bool is_step = next->kind == SSA_BINARY && (next->sub == IR_ADD || next->sub == IR_SUB) && next->a == id && ssa_at(ssa, next->b)->kind == SSA_INT;
        if (start->kind != SSA_INT || !is_step)
            continue;
        int64_t by = ssa_at(ssa, next->b)->number;
        return next->sub == IR_ADD ? !__builtin_add_overflow(start->number, by, ret) : !__builtin_sub_overflow(start->number, by, ret);
    }
    return false;
}

// A join: only the ways that control can come count.
static struct known eval_phi(struct look *look, ssa_id id, const struct ssa_node *node) {
    struct after *after = look->after;
    int64_t count;
    if (eval_count(look, id, node, &count))
        return known_number(count);
    const struct cfg_block *block = &look->ssa->cfg.blocks[node->block];
    struct known out = {KNOWN_BOTTOM, 0, false};
    uint32_t *busy = map_put(&after->busy, id, NULL);
    if (*busy)
        return out;
    *busy = 1;
    uint32_t extra = node->b - block->pred_count; // the entry has one more: what it starts with
    if (extra && after->inst == IR_NONE)
        out = eval(look, look->ssa->phi_args.items[node->a]);
    for (uint32_t p = 0; p < block->pred_count && out.kind != KNOWN_NOT; p++) {
        const struct ir_block *pred = block_at(look->ssa, block->preds[p]);
        bool is_taken = false;
        for (uint32_t i = 0; i < pred->succ_count; i++)
            is_taken |= look->ssa->ir->succs[pred->succs + i] == node->block && after->edges[first_edge(look->ssa, block->preds[p]) + i];
        struct known value = is_taken ? eval(look, look->ssa->phi_args.items[node->a + extra + p]) : (struct known){KNOWN_BOTTOM, 0, false};
        if (value.kind == KNOWN_BOTTOM)
            continue;
        bool is_same = out.kind == value.kind && out.number == value.number;
        out = out.kind == KNOWN_BOTTOM || is_same ? value : unknown;
    }
    *map_put(&after->busy, id, NULL) = 0;
    return out;
}

static bool compare(enum ir_binary op, int64_t a, int64_t b) {
    switch (op) {
    case IR_EQ: return a == b;
    case IR_NE: return a != b;
    case IR_LT: return a < b;
    case IR_LE: return a <= b;
    case IR_GT: return a > b;
    default: return a >= b;
    }
}

static enum ir_binary mirrored(enum ir_binary op) {
    switch (op) {
    case IR_LT: return IR_GT;
    case IR_LE: return IR_GE;
    case IR_GT: return IR_LT;
    case IR_GE: return IR_LE;
    default: return op;
    }
}

// A code against a number: 0, 1 and -1 say whether something failed, others say why.
static struct known compare_code(struct look *look, enum ir_binary op, struct known code, int64_t number) {
    bool is_plain = number >= -1 && number <= 1 && !(code.is_end && number);
    if (is_plain || (op != IR_EQ && op != IR_NE))
        return known_number(compare(op, code.number, number));
    bool is_other = number == CODE_INTERRUPTED || number == CODE_AGAIN;
    look->knows |= !is_other;
    bool is_equal = (code.is_end || look->after->mode == AFTER_ENDED_FOR_SURE) && !is_other;
    return known_number(is_equal == (op == IR_EQ));
}

static struct known eval_far(enum ir_binary op, struct known a, struct known b) {
    if (a.kind == KNOWN_FAR && b.kind == KNOWN_FAR)
        return unknown;
    int64_t sign = a.kind == KNOWN_FAR ? a.number : op == IR_SUB ? -b.number : b.number;
    if (op == IR_ADD || op == IR_SUB || ((op == IR_MUL || op == IR_DIV) && a.kind == KNOWN_FAR && b.kind == KNOWN_NUMBER && b.number > 0))
        return (struct known){KNOWN_FAR, sign, false};
    if (op < IR_EQ)
        return unknown;
    return known_number(a.kind == KNOWN_FAR ? compare(op, a.number, 0) : compare(op, 0, b.number));
}

static struct known eval_binary(struct look *look, const struct ssa_node *node) {
    struct known a = eval(look, node->a), b = eval(look, node->b);
    enum ir_binary op = (enum ir_binary)node->sub;
    int64_t number;
    if (a.kind == KNOWN_BOTTOM || b.kind == KNOWN_BOTTOM)
        return (struct known){KNOWN_BOTTOM, 0, false};
    if (a.kind == KNOWN_FAR || b.kind == KNOWN_FAR)
        return eval_far(op, a, b);
    if (a.kind == KNOWN_NOT || b.kind == KNOWN_NOT)
        return unknown;
    if (op >= IR_EQ && a.kind == KNOWN_CODE)
        return compare_code(look, op, a, b.number);
    if (op >= IR_EQ && b.kind == KNOWN_CODE)
        return compare_code(look, mirrored(op), b, a.number);
    if (op >= IR_EQ)
        return known_number(compare(op, a.number, b.number));
    if (a.kind == KNOWN_CODE || b.kind == KNOWN_CODE)
        return unknown;
    if (op == IR_ADD ? !__builtin_add_overflow(a.number, b.number, &number) : op == IR_SUB && !__builtin_sub_overflow(a.number, b.number, &number))
        return known_number(number);
    return unknown;
}

static struct known eval_unary(struct look *look, const struct ssa_node *node) {
    struct known a = eval(look, node->a);
    if (a.kind == KNOWN_NOT || a.kind == KNOWN_BOTTOM)
        return a;
    if (node->sub == IR_NOT)
        return known_number(a.kind == KNOWN_FAR ? 0 : !a.number);
    a.number = -a.number;
    return node->sub == IR_NEG ? a : unknown;
}

// errno: a number behind a pointer that a function of the system gives to anybody.
static bool is_error_number(const struct look *look, ssa_id address) {
    const struct ssa_node *node = ssa_at(look->ssa, address);
    uint32_t callee = node->kind == SSA_RESULT ? timed_callee(look->after->timed, look->after->func, node->a) : IR_NONE;
    if (callee == IR_NONE)
        return false;
    const struct prog_func *pf = &look->after->timed->program->funcs[callee];
    return pf->ir->in_system_header && !pf->ir->param_count && !pf->has_body;
}

static struct known eval(struct look *look, ssa_id id) {
    struct ssa_node node = *ssa_at(look->ssa, id);
    struct known out = unknown;
    if (look->depth >= EVAL_MAX)
        return out;
    look->depth++;
    switch ((enum ssa_kind)node.kind) {
    case SSA_INT: out = known_number(node.number); break;
    case SSA_PARAM: out = node.a < look->after->param_count ? look->after->params[node.a] : unknown; break;
    case SSA_RESULT: out = eval_call(look, node.a, POS_RETURN); break;
    case SSA_OUT: out = eval_call(look, node.a, POS_ARG); break;
    case SSA_LOAD: out = is_error_number(look, node.a) ? (struct known){KNOWN_CODE, ERROR_CODE, false} : unknown; break;
    case SSA_BINARY: out = eval_binary(look, &node); break;
    case SSA_UNARY: out = eval_unary(look, &node); break;
    case SSA_PHI: out = eval_phi(look, id, &node); break;
    default: break;
    }
    look->depth--;
    return out;
}

// ---- control

static bool in_scope(const struct after *after, uint32_t block) {
    return after->head == IR_NONE || cfg_in_loop(&ssa_of(after)->cfg, block, after->head);
}

// Marks the blocks from which control can get to the target.
static void find_leads(struct after *after) {
    const struct ssa *ssa = ssa_of(after);
    VEC(uint32_t) stack = {0};
    if (after->target == IR_NONE)
        return;
    vec_push(&stack, after->target);
    after->leads[after->target] = 1;
    while (stack.len) {
        const struct cfg_block *block = &ssa->cfg.blocks[stack.items[--stack.len]];
        for (uint32_t p = 0; p < block->pred_count; p++)
            if (!after->leads[block->preds[p]] && in_scope(after, block->preds[p])) {
                after->leads[block->preds[p]] = 1;
                vec_push(&stack, block->preds[p]);
            }
    }
    vec_done(&stack);
}

// Whether something that may know of the end decides here whether control gets to the target.
static bool is_decided(const struct after *after, uint32_t block, ssa_id condition) {
    const struct ssa *ssa = ssa_of(after);
    const struct ir_block *b = block_at(ssa, block);
    bool all_lead = true;
    for (uint32_t i = 0; i < b->succ_count; i++)
        all_lead &= in_scope(after, ssa->ir->succs[b->succs + i]) && after->leads[ssa->ir->succs[b->succs + i]];
    return after->mode == AFTER_ENDED_FOR_SURE && after->target != IR_NONE && !all_lead && after_depends(after, condition, IR_NONE);
}

// Whether control that was told of the end here may still leave the way to the target before it comes together with the rest.
static bool may_turn_off(const struct after *after, uint32_t block) {
    const struct ssa *ssa = ssa_of(after);
    const struct cfg *cfg = &ssa->cfg;
    if (cfg->blocks[block].pred_count != 1)
        return false;
    for (uint32_t k = 0; k < cfg->rpo_count; k++) {
        const struct ir_block *b = block_at(ssa, cfg->rpo[k]);
        bool some = false, all = true;
        for (uint32_t i = 0; i < b->succ_count; i++) {
            bool leads = in_scope(after, ssa->ir->succs[b->succs + i]) && after->leads[ssa->ir->succs[b->succs + i]];
            some |= leads;
            all &= leads;
        }
        if (some && !all && in_scope(after, cfg->rpo[k]) && cfg_dominates(cfg, block, cfg->rpo[k]))
            return true;
    }
    return false;
}

static bool leads_to_return(const struct ssa *ssa, uint32_t from) {
    uint8_t *reached = mem_zalloc(ssa->fn->block_count);
    bool found = false;
    cfg_reach(&ssa->cfg, from, reached);
    for (uint32_t k = 0; !found && k < ssa->fn->block_count; k++)
        found = (reached[k] || k == from) && ssa->ir->insts[block_at(ssa, k)->insts + block_at(ssa, k)->inst_count - 1].op == IR_RETURN;
    free(reached);
    return found;
}

static bool take(struct after *after, uint32_t block, uint32_t i) {
    const struct ssa *ssa = ssa_of(after);
    uint8_t *edge = &after->edges[first_edge(ssa, block) + i];
    uint32_t to = ssa->ir->succs[block_at(ssa, block)->succs + i];
    if (*edge)
        return false;
    *edge = 1;
    if (in_scope(after, to))
        after->entered[to] = 1;
    else if (!after->may_return)
        after->may_return = leads_to_return(ssa, to);
    return true;
}

static bool take_all(struct after *after, uint32_t block) {
    bool changed = false;
    for (uint32_t i = 0; i < block_at(ssa_of(after), block)->succ_count; i++)
        changed |= take(after, block, i);
    return changed;
}

// The case of a number, or of a code that has one of its own.
static bool take_case(struct after *after, uint32_t block, uint32_t last, struct known value) {
    struct ssa *ssa = ssa_of(after);
    uint32_t cases = block_at(ssa, block)->succ_count - 1;
    bool is_code = value.kind == KNOWN_CODE && (value.is_end || after->mode == AFTER_ENDED_FOR_SURE), changed = false, found = false;
    for (uint32_t pass = 0; pass < 2 && !found; pass++) // a case that leaves the way to the target counts first
        for (uint32_t i = 0; i < cases; i++) {
            int64_t low = ssa_at(ssa, ssa_operand(ssa, last, 1 + 2 * i))->number, high = ssa_at(ssa, ssa_operand(ssa, last, 2 + 2 * i))->number;
            uint32_t to = ssa->ir->succs[block_at(ssa, block)->succs + i];
            bool leads = in_scope(after, to) && (after->target == IR_NONE || after->leads[to]);
            bool is_special = is_code && (low < -1 || high > 1 || (value.is_end && low)) && low != CODE_INTERRUPTED && low != CODE_AGAIN;
            if (leads == (pass == 0) || !(is_special || (!is_code && value.number >= low && value.number <= high)))
                continue;
            changed |= take(after, block, i);
            found = true;
        }
    return found ? changed : take(after, block, cases);
}

static bool step(struct after *after, uint32_t block, uint32_t from) {
    struct ssa *ssa = ssa_of(after);
    uint32_t last = block_at(ssa, block)->insts + block_at(ssa, block)->inst_count - 1;
    struct look look = {.after = after, .ssa = ssa};
    look.is_again = after->head != IR_NONE && after->target != IR_NONE && block != after->target && cfg_dominates(&ssa->cfg, block, after->target);
    if (after->ends && after->ends(after->data, block, from))
        return false;
    enum ir_op op = (enum ir_op)ssa->ir->insts[last].op;
    if (op != IR_BRANCH && op != IR_SWITCH)
        return take_all(after, block);
    ssa_id condition = ssa_operand(ssa, last, 0);
    struct known value = eval(&look, condition);
    if (value.kind == KNOWN_BOTTOM)
        value = unknown;
    if (value.kind == KNOWN_NOT || (value.kind == KNOWN_FAR && op == IR_SWITCH))
        return !is_decided(after, block, condition) && take_all(after, block);
    uint32_t taken = ssa->ir->succs[block_at(ssa, block)->succs + (value.kind == KNOWN_FAR || value.number ? 0 : 1)];
    bool is_told = op == IR_BRANCH && look.knows && after->mode == AFTER_ENDED_FOR_SURE && after->target != IR_NONE;
    after->is_left |= is_told && !in_scope(after, taken);
    if (is_told && in_scope(after, taken) && may_turn_off(after, taken))
        return false;
    return op == IR_BRANCH ? take(after, block, value.kind == KNOWN_FAR || value.number ? 0 : 1) : take_case(after, block, last, value);
}

void after_run(struct after *after) {
    struct ssa *ssa = ssa_of(after);
    uint32_t count = ssa->fn->block_count, edges = first_edge(ssa, count - 1) + block_at(ssa, count - 1)->succ_count;
    uint32_t start = after->inst == IR_NONE ? ssa->cfg.rpo[0] : cfg_block_of(&ssa->cfg, after->inst);
    after->entered = mem_zalloc(count);
    after->leads = mem_zalloc(count);
    after->edges = mem_zalloc(edges + 1);
    find_leads(after);
    if (after->inst == IR_NONE)
        after->entered[start] = 1;
    for (bool changed = true; changed;) {
        changed = after->inst != IR_NONE && step(after, start, after->inst + 1);
        for (uint32_t k = 0; k < ssa->cfg.rpo_count; k++)
            if (after->entered[ssa->cfg.rpo[k]])
                changed |= step(after, ssa->cfg.rpo[k], block_at(ssa, ssa->cfg.rpo[k])->insts);
    }
}

void after_done(struct after *after) {
    free(after->entered);
    free(after->leads);
    free(after->edges);
    map_done(&after->busy);
}
