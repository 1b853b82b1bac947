// Circuit breakers that are told of a failure which the end of the caller's budget may have made. For the rules about them.
#ifndef FLOW_BLAME_H
#define FLOW_BLAME_H

#include "flow/waits/waits.h"

struct blame {
    uint32_t func, inst;     // the call that tells the breaker, itself or below
    uint32_t wait_inst;      // the call that failed
    enum budget_kind budget; // whose end made it fail
    uint32_t budget_arg;     // argument of that call that carries it, IR_NONE: none
};

const struct blame *blame_all(const struct timed *timed, size_t *ret_count);

#endif
