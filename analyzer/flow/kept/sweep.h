// Symbols are for the whole program, but most are of use only while their function is executed: it and no other makes them. What no
// summary mentions once its component is solved is dropped, and those that stay move together in their order. So nothing that depends on
// the order of symbols changes, memory grows with the summaries alone, and the table of symbols stays small enough for the caches.
#ifndef FLOW_KEPT_SWEEP_H
#define FLOW_KEPT_SWEEP_H

#include "flow/paths/exec.h"

struct made {
    sym_id syms;
    uint32_t binds, taken;
};

struct made made_so_far(const struct flow *flow);
// Drops what came up since `before` while these functions were solved.
void sweep_component(struct flow *flow, const struct made *before, const uint32_t *funcs, uint32_t count);

#endif
