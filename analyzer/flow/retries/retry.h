// Loops that try again: they go round because a call that waits has failed, and are left when it succeeds. For the rules about them.
#ifndef FLOW_RETRY_H
#define FLOW_RETRY_H

#include "flow/waits/waits.h"

// How deep in calls what a function returns is followed.
enum { RESULTS_DEPTH = 4 };

enum retry_delay {
    DELAY_OTHER, // grows, differs, is not known, or the loop is no retry of the same call
    DELAY_NONE,
    DELAY_CONSTANT,
};

struct retry {
    uint32_t func, inst;    // the call that is tried
    bool is_unchecked;      // once the budget has ended it goes on all the same
    bool asks;              // is_unchecked: though it asks
    enum budget_kind budget; // is_unchecked
    uint32_t budget_arg;    // argument of the call that carries it, IR_NONE: none
    enum retry_delay delay;
    int64_t delay_ns;       // -1: not known
};

const struct retry *retry_all(const struct timed *timed, size_t *ret_count);

#endif
