// The control-flow graph of one function: order, dominators and natural loops. Block numbers are relative to the function; instructions
// are unit indices.
//
// Dominators: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001). A loop is known by its head: the target of an
// edge whose source it dominates. Cycles entered in two places have no head and count as no loop.
#ifndef FLOW_CFG_H
#define FLOW_CFG_H

#include "base/mem.h"
#include "ir/ir.h"

struct cfg_block {
    uint32_t *preds; // reachable ones only
    uint32_t pred_count;
    uint32_t order; // in reverse postorder; IR_NONE: cannot be reached
    uint32_t idom;  // immediate dominator; the entry's is itself
    uint32_t loop;  // head of the innermost loop it is in (a head is in its own loop), IR_NONE: none
    uint32_t outer; // of a head: head of the loop around it, IR_NONE: none
};

struct cfg {
    const struct ir_unit *ir;
    const struct ir_func *fn;
    struct cfg_block *blocks;
    uint32_t *rpo; // reachable blocks in reverse postorder
    uint32_t rpo_count;
};

// Of a function with a body; memory from the arena.
void cfg_build(struct cfg *cfg, const struct ir_unit *ir, const struct ir_func *fn, struct arena *arena);
// The block that holds an instruction.
uint32_t cfg_block_of(const struct cfg *cfg, uint32_t inst);
bool cfg_dominates(const struct cfg *cfg, uint32_t block, uint32_t other);
bool cfg_in_loop(const struct cfg *cfg, uint32_t block, uint32_t head);
// Whether instruction `from` is executed before `to` on every way to it.
bool cfg_precedes(const struct cfg *cfg, uint32_t from, uint32_t to);
// Marks the blocks that control can get to from the end of `block`, in `ret_reached` (one byte per block, zeroed by the caller).
void cfg_reach(const struct cfg *cfg, uint32_t block, uint8_t *ret_reached);

#endif
