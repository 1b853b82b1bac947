// The conditions that hold wherever an instruction is executed: those of the branches that dominate it.
#ifndef FLOW_CONDITION_H
#define FLOW_CONDITION_H

#include "flow/values/ssa.h"

// A comparison, turned so that `op` is IR_LT, IR_LE, IR_EQ or IR_NE. `right` SSA_NONE_RIGHT: the value alone, IR_NE: not zero.
struct condition {
    enum ir_binary op;
    ssa_id left, right;
};

enum { CONDITIONS_MAX = 16, SSA_NONE_RIGHT = IR_NONE };

// The innermost first; at most CONDITIONS_MAX. Returns their number.
unsigned conditions_of(struct ssa *ssa, uint32_t inst, struct condition ret_conditions[CONDITIONS_MAX]);
// Whether what leads to one place keeps control from the other.
bool conditions_exclude(struct ssa *ssa, uint32_t a, uint32_t b);
// Whether the condition says that `left`, or `right`, is NULL, zero or negative: that there is none.
bool condition_denies(const struct ssa *ssa, const struct condition *condition);

#endif
