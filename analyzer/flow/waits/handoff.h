// What functions do with the contexts and times they were given, where that is less than passing them on.
#ifndef FLOW_HANDOFF_H
#define FLOW_HANDOFF_H

#include "flow/waits/waits.h"

enum handoff_kind {
    HANDOFF_FRESH,  // a root context is made although a budget is in hand; `inst`: the call
    HANDOFF_UNUSED, // parameter `param` is never used, and the function waits
    HANDOFF_OUTER,  // the call passes the outer context, although `other` derived a tighter one that nobody uses
    HANDOFF_NULL,   // the call passes NULL although a context is in hand
};

struct handoff {
    enum handoff_kind kind;
    uint32_t func, inst; // HANDOFF_UNUSED: no instruction, IR_NONE
    uint32_t param;      // parameter that is in hand or unused, IR_NONE: the budget is in memory
    uint32_t other;      // HANDOFF_OUTER: the derive
    bool is_bounded;     // HANDOFF_FRESH: it gets a bound of its own
};

const struct handoff *handoffs_all(const struct timed *timed, size_t *ret_count);

#endif
