// Which local variables (and temporaries used outside their block) may still be read at the start of each block: the backward
// may-analysis of the textbooks. Variables whose address escapes are live everywhere.
#ifndef FLOW_LIVE_H
#define FLOW_LIVE_H

#include "base/mem.h"
#include "ir/ir.h"

struct live {
    uint32_t var_count, slot_count, words; // slots: variables, then temporaries
    uint64_t *in;                          // words per block
    bool *crosses;                         // per temporary: used in another block than its own
    bool *used;                            // per temporary: used at all
};

// Cost: blocks * slots / 64 per round, a few rounds. Everything lives in the arena.
void live_compute(struct live *live, const struct ir_unit *unit, const struct ir_func *func, struct arena *arena);
bool live_at(const struct live *live, uint32_t block, uint32_t slot);

#endif
