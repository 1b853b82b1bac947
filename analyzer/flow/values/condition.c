#include "flow/values/condition.h"

static enum ir_binary negated(enum ir_binary op) {
    static const enum ir_binary opposite[] = {[IR_EQ] = IR_NE, [IR_NE] = IR_EQ, [IR_LT] = IR_GE, [IR_LE] = IR_GT, [IR_GT] = IR_LE, [IR_GE] = IR_LT};
    return opposite[op];
}

static struct condition normalize(const struct ssa *ssa, ssa_id id, bool truth) {
    const struct ssa_node *node = ssa_at(ssa, id);
    struct condition out = {IR_NE, id, SSA_NONE_RIGHT};
    for (; node->kind == SSA_UNARY && node->sub == IR_NOT; node = ssa_at(ssa, node->a))
        truth = !truth, out.left = node->a;
    if (node->kind != SSA_BINARY || node->sub < IR_EQ) {
        out.op = truth ? IR_NE : IR_EQ;
        return out;
    }
    out = (struct condition){truth ? node->sub : negated(node->sub), node->a, node->b};
    if (out.op == IR_GT || out.op == IR_GE)
        out = (struct condition){out.op == IR_GT ? IR_LT : IR_LE, node->b, node->a};
    return out;
}

static bool contradict(const struct condition *a, const struct condition *b) {
    if (a->left == b->left && a->right == b->right)
        return (a->op == IR_EQ && b->op == IR_NE) || (a->op == IR_NE && b->op == IR_EQ) || (a->op == IR_EQ && b->op == IR_LT) || (a->op == IR_LT && b->op == IR_EQ);
    return a->left == b->right && a->right == b->left && ((a->op == IR_LT && (b->op == IR_LE || b->op == IR_LT)) || (a->op == IR_LE && b->op == IR_LT));
}

unsigned conditions_of(struct ssa *ssa, uint32_t inst, struct condition ret_conditions[CONDITIONS_MAX]) {
    unsigned count = 0;
    uint32_t at = cfg_block_of(&ssa->cfg, inst);
    for (; ssa->cfg.blocks[at].idom != at && count < CONDITIONS_MAX; at = ssa->cfg.blocks[at].idom) {
        const struct ir_block *above = &ssa->ir->blocks[ssa->fn->blocks + ssa->cfg.blocks[at].idom];
        uint32_t last = above->insts + above->inst_count - 1;
        if (ssa->ir->insts[last].op == IR_BRANCH && ssa->cfg.blocks[at].pred_count == 1)
            ret_conditions[count++] = normalize(ssa, ssa_operand(ssa, last, 0), ssa->ir->succs[above->succs] == at);
    }
    return count;
}

bool conditions_exclude(struct ssa *ssa, uint32_t a, uint32_t b) {
    struct condition left[CONDITIONS_MAX], right[CONDITIONS_MAX];
    unsigned left_count = conditions_of(ssa, a, left), right_count = conditions_of(ssa, b, right);
    for (unsigned i = 0; i < left_count; i++)
        for (unsigned k = 0; k < right_count; k++)
            if (contradict(&left[i], &right[k]))
                return true;
    return false;
}

bool condition_denies(const struct ssa *ssa, const struct condition *condition) {
    if (condition->right == SSA_NONE_RIGHT)
        return condition->op == IR_EQ;
    const struct ssa_node *right = ssa_at(ssa, condition->right), *left = ssa_at(ssa, condition->left);
    if (right->kind == SSA_INT && right->number <= 0)
        return condition->op == IR_EQ || condition->op == IR_LT || condition->op == IR_LE;
    return left->kind == SSA_INT && left->number <= 0 && condition->op == IR_EQ;
}
