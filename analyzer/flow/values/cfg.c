#include "flow/values/cfg.h"

#include <stdlib.h>

static const struct ir_block *ir_block_at(const struct cfg *cfg, uint32_t block) {
    return &cfg->ir->blocks[cfg->fn->blocks + block];
}

static uint32_t succ(const struct cfg *cfg, uint32_t block, uint32_t i) {
    return cfg->ir->succs[ir_block_at(cfg, block)->succs + i];
}

// Depth first without recursion: blocks in postorder, then turned round.
static void order_blocks(struct cfg *cfg, struct arena *arena) {
    uint32_t count = cfg->fn->block_count, depth = 0;
    uint32_t *stack = mem_zalloc(count * sizeof *stack), *next = mem_zalloc(count * sizeof *next);
    cfg->rpo = arena_array(arena, uint32_t, count);
    stack[depth++] = 0;
    cfg->blocks[0].order = 0;
    while (depth) {
        uint32_t block = stack[depth - 1];
        if (next[block] < ir_block_at(cfg, block)->succ_count) {
            uint32_t to = succ(cfg, block, next[block]++);
            if (cfg->blocks[to].order == IR_NONE) {
                cfg->blocks[to].order = 0;
                stack[depth++] = to;
            }
        } else {
            cfg->rpo[cfg->rpo_count++] = block;
            depth--;
        }
    }
    for (uint32_t i = 0; i < cfg->rpo_count / 2; i++) {
        uint32_t swap = cfg->rpo[i];
        cfg->rpo[i] = cfg->rpo[cfg->rpo_count - 1 - i];
        cfg->rpo[cfg->rpo_count - 1 - i] = swap;
    }
    for (uint32_t i = 0; i < cfg->rpo_count; i++)
        cfg->blocks[cfg->rpo[i]].order = i;
    free(stack);
    free(next);
}

static void find_preds(struct cfg *cfg, struct arena *arena) {
    for (uint32_t k = 0; k < cfg->rpo_count; k++)
        for (uint32_t i = 0; i < ir_block_at(cfg, cfg->rpo[k])->succ_count; i++)
            cfg->blocks[succ(cfg, cfg->rpo[k], i)].pred_count++;
    for (uint32_t k = 0; k < cfg->rpo_count; k++) {
        struct cfg_block *block = &cfg->blocks[cfg->rpo[k]];
        block->preds = arena_array(arena, uint32_t, block->pred_count);
        block->pred_count = 0;
    }
    for (uint32_t k = 0; k < cfg->rpo_count; k++)
        for (uint32_t i = 0; i < ir_block_at(cfg, cfg->rpo[k])->succ_count; i++) {
            struct cfg_block *to = &cfg->blocks[succ(cfg, cfg->rpo[k], i)];
            to->preds[to->pred_count++] = cfg->rpo[k];
        }
}

static uint32_t common_dominator(const struct cfg *cfg, uint32_t a, uint32_t b) {
    while (a != b) {
        while (cfg->blocks[a].order > cfg->blocks[b].order)
            a = cfg->blocks[a].idom;
        while (cfg->blocks[b].order > cfg->blocks[a].order)
            b = cfg->blocks[b].idom;
    }
    return a;
}

static void find_dominators(struct cfg *cfg) {
    cfg->blocks[0].idom = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t k = 1; k < cfg->rpo_count; k++) {
            struct cfg_block *block = &cfg->blocks[cfg->rpo[k]];
            uint32_t idom = IR_NONE;
            for (uint32_t p = 0; p < block->pred_count; p++)
                if (cfg->blocks[block->preds[p]].idom != IR_NONE)
                    idom = idom == IR_NONE ? block->preds[p] : common_dominator(cfg, idom, block->preds[p]);
            changed |= idom != block->idom;
            block->idom = idom;
        }
    }
}

// Puts a block into the loop of `head`, innermost first: heads are taken from the last to the first.
static void add_to_loop(struct cfg *cfg, uint32_t block, uint32_t head, uint32_t *stack, uint32_t *depth) {
    uint32_t at = block;
    if (cfg->blocks[block].loop == IR_NONE) {
        cfg->blocks[block].loop = head;
        stack[(*depth)++] = block;
        return;
    }
    at = cfg->blocks[block].loop;
    while (at != head && cfg->blocks[at].outer != IR_NONE)
        at = cfg->blocks[at].outer;
    if (at == head)
        return;
    cfg->blocks[at].outer = head;
    stack[(*depth)++] = at; // go on before the inner loop
}

static void find_loops(struct cfg *cfg) {
    uint32_t *stack = mem_zalloc((cfg->rpo_count + 1) * 2 * sizeof *stack);
    for (uint32_t k = cfg->rpo_count; k-- > 0;) {
        uint32_t head = cfg->rpo[k], depth = 0;
        for (uint32_t p = 0; p < cfg->blocks[head].pred_count; p++) {
            uint32_t source = cfg->blocks[head].preds[p];
            if (!cfg_dominates(cfg, head, source))
                continue;
            if (cfg->blocks[head].loop == IR_NONE)
                cfg->blocks[head].loop = head;
            if (source != head)
                add_to_loop(cfg, source, head, stack, &depth);
            while (depth) {
                uint32_t block = stack[--depth];
                for (uint32_t q = 0; q < cfg->blocks[block].pred_count; q++)
                    if (cfg->blocks[block].preds[q] != head && cfg->blocks[block].preds[q] != block)
                        add_to_loop(cfg, cfg->blocks[block].preds[q], head, stack, &depth);
            }
        }
    }
    free(stack);
}

void cfg_build(struct cfg *cfg, const struct ir_unit *ir, const struct ir_func *fn, struct arena *arena) {
    *cfg = (struct cfg){.ir = ir, .fn = fn, .blocks = arena_array(arena, struct cfg_block, fn->block_count)};
    for (uint32_t k = 0; k < fn->block_count; k++)
        cfg->blocks[k].order = cfg->blocks[k].idom = cfg->blocks[k].loop = cfg->blocks[k].outer = IR_NONE;
    order_blocks(cfg, arena);
    find_preds(cfg, arena);
    find_dominators(cfg);
    find_loops(cfg);
}

uint32_t cfg_block_of(const struct cfg *cfg, uint32_t inst) {
    uint32_t low = 0, high = cfg->fn->block_count;
    while (high - low > 1) { // blocks lie in order of their instructions
        uint32_t middle = low + (high - low) / 2;
        if (ir_block_at(cfg, middle)->insts <= inst)
            low = middle;
        else
            high = middle;
    }
    return low;
}

bool cfg_dominates(const struct cfg *cfg, uint32_t block, uint32_t other) {
    while (cfg->blocks[other].order > cfg->blocks[block].order)
        other = cfg->blocks[other].idom;
    return other == block;
}

bool cfg_in_loop(const struct cfg *cfg, uint32_t block, uint32_t head) {
    uint32_t at = cfg->blocks[block].loop;
    while (at != IR_NONE && at != head)
        at = cfg->blocks[at].outer;
    return at == head && head != IR_NONE;
}

bool cfg_precedes(const struct cfg *cfg, uint32_t from, uint32_t to) {
    uint32_t first = cfg_block_of(cfg, from), second = cfg_block_of(cfg, to);
    return first == second ? from < to : cfg->blocks[second].order != IR_NONE && cfg->blocks[first].order != IR_NONE && cfg_dominates(cfg, first, second);
}

void cfg_reach(const struct cfg *cfg, uint32_t block, uint8_t *ret_reached) {
    uint32_t *stack = mem_zalloc((cfg->fn->block_count + 1) * sizeof *stack), depth = 0;
    stack[depth++] = block;
    while (depth) {
        uint32_t at = stack[--depth];
        for (uint32_t i = 0; i < ir_block_at(cfg, at)->succ_count; i++) {
            uint32_t to = succ(cfg, at, i);
            if (!ret_reached[to]) {
                ret_reached[to] = 1;
                stack[depth++] = to;
            }
        }
    }
    free(stack);
}
