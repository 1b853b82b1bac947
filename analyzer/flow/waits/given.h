// The budget that a call which waits is given: what a loop around it could ask, and whose end may make it fail. Nothing outside flow/
// includes it.
#ifndef FLOW_GIVEN_H
#define FLOW_GIVEN_H

#include "flow/waits/timed.h"

struct given {
    enum budget_kind kind;
    uint32_t arg;    // of the call, from 0; IR_NONE: no argument carries it
    bool is_callers; // it came into the function; else the function set it itself
    ssa_id origin;   // as it came in, or was set
};

// Whether the call waits under a budget, other than one of its own made from what was left. `head`: of a loop, in which a budget that is
// set anew does not count but what it is made of; IR_NONE: none.
bool given_find(struct timed *timed, uint32_t func, uint32_t inst, uint32_t head, struct given *ret_given);
// Whether the value is the same in every turn of the loop.
bool given_is_constant(struct timed *timed, uint32_t func, ssa_id id, uint32_t head);
bool given_is_context(const struct timed *timed, uint32_t func, uint32_t inst, uint32_t arg);

#endif
