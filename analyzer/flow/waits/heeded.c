// Parameters that are budgets though no wait is bounded with them: by their name, where the function looks at them and does nothing else
// with them (compares them, sleeps for a part of them), and pointers through which it gives back what is left. Who takes such a
// number and waits for another one keeps its caller waiting just the same. A sleep of all of it is a delay, and no budget for what follows.
#include "flow/values/dimension.h"
#include "flow/waits/timed.h"

struct heed {
    struct timed *timed;
    struct ssa *ssa;
    uint32_t func, param;
    ssa_id node;
};

static bool is_other(void *data, ssa_id id) {
    const struct heed *heed = data;
    return id != heed->node;
}

static bool mentions(const struct heed *heed, ssa_id value) {
    return !ssa_walk(heed->ssa, value, is_other, (void *)heed);
}

static ssa_id param_node(const struct ssa *ssa, uint32_t param) {
    ssa_id node = (ssa_id)ssa->nodes.len - 1;
    while (node && (ssa_at(ssa, node)->kind != SSA_PARAM || ssa_at(ssa, node)->a != param))
        node--;
    return node;
}

static bool is_sleep(const struct heed *heed, uint32_t inst) {
    const struct timed_func *tf = &heed->timed->funcs[heed->func];
    for (size_t i = 0; i < tf->sinks.len; i++)
        if (tf->sinks.items[i].inst == inst && tf->sinks.items[i].role->kind == ROLE_SLEEP && tf->sinks.items[i].params >> heed->param & 1)
            return true;
    return false;
}

// What an instruction does with the parameter: nothing (arithmetic counts where its result is used), looks at it, or anything else.
enum use { USE_NONE, USE_LOOK, USE_OTHER };

static enum use use_at(const struct heed *heed, uint32_t inst) {
    const struct ir_inst *i = &heed->ssa->ir->insts[inst];
    bool is_own_cell = i->op == IR_STORE && ssa_at(heed->ssa, ssa_operand(heed->ssa, inst, 0))->kind == SSA_ADDR;
    if ((i->op != IR_CALL && i->op != IR_STORE && i->op != IR_ASM && i->op < IR_BRANCH) || is_own_cell)
        return USE_NONE;
    for (uint32_t a = 0; a < i->arg_count; a++) {
        const struct ir_value *value = &heed->ssa->ir->values[i->args + a];
        ssa_id operand = ssa_operand(heed->ssa, inst, a);
        bool is_address = value->kind == IR_V_ADDR && value->index == heed->ssa->fn->vars + heed->param;
        if (is_address || mentions(heed, operand))
            return !is_address && (i->op == IR_BRANCH || i->op == IR_SWITCH || (operand != heed->node && is_sleep(heed, inst))) ? USE_LOOK : USE_OTHER;
    }
    return USE_NONE;
}

static bool is_only_looked_at(const struct heed *heed) {
    enum use most = USE_NONE;
    for (uint32_t k = 0; k < heed->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &heed->ssa->ir->blocks[heed->ssa->fn->blocks + heed->ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            enum use use = use_at(heed, i);
            most = use > most ? use : most;
        }
    }
    return most == USE_LOOK;
}

// Whether what is left of the time behind the pointer is put back there.
static bool gives_back(const struct heed *heed) {
    for (uint32_t k = 0; k < heed->ssa->cfg.rpo_count; k++) {
        const struct ir_block *block = &heed->ssa->ir->blocks[heed->ssa->fn->blocks + heed->ssa->cfg.rpo[k]];
        for (uint32_t i = block->insts; i < block->insts + block->inst_count; i++) {
            if (heed->ssa->ir->insts[i].op != IR_STORE || ssa_operand(heed->ssa, i, 0) != heed->node)
                continue;
            struct span span = span_eval(heed->timed, heed->func, ssa_operand(heed->ssa, i, 1), NULL);
            if (span.parts & SPAN_LEFT && span.params >> heed->param & 1)
                return true;
        }
    }
    return false;
}

int64_t timed_heeded_number(struct timed *timed, uint32_t func, uint32_t inst, uint32_t callee) {
    const struct timed_func *tf = &timed->funcs[callee];
    int64_t least = -1;
    for (uint32_t p = 0; p < 64 && p + 1 < timed->funcs[func].ssa->ir->insts[inst].arg_count; p++) {
        if (!(tf->heeded_params >> p & 1))
            continue;
        struct span span = span_eval(timed, func, ssa_operand(timed->funcs[func].ssa, inst, p + 1), NULL);
        double ns = (double)span.high * dim_eval(timed, callee, param_node(tf->ssa, p)).unit;
        if (span.known && !(span.parts & (SPAN_LEFT | SPAN_PARAM | SPAN_CLOCK)) && ns > 0 && ns < 1e18 && (least < 0 || ns < (double)least))
            least = (int64_t)ns;
    }
    return least;
}

void timed_find_heeded(struct timed *timed, uint32_t func, size_t first_wait) {
    struct timed_func *tf = &timed->funcs[func];
    bool waits = false;
    for (size_t i = first_wait; i < timed->waits.len; i++)
        waits |= !timed->waits.items[i].is_sleep;
    for (uint32_t p = 0; waits && p < tf->ssa->fn->param_count && p < 64; p++) {
        struct heed heed = {timed, tf->ssa, func, p, param_node(tf->ssa, p)};
        if (!heed.node || tf->bound_params >> p & 1)
            continue;
        bool is_pointer = tf->ssa->ir->types[tf->ssa->ir->vars[tf->ssa->fn->vars + p].type].kind == IR_POINTER;
        if (is_pointer ? gives_back(&heed) : model_var_is_budget(tf->ssa->unit->model, tf->ssa->fn->vars + p) && is_only_looked_at(&heed))
            tf->heeded_params |= UINT64_C(1) << p;
    }
    tf->bound_params |= tf->heeded_params;
}
