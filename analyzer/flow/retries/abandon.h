// Timed waits for threads and tasks started in the same function that give up and leave them running. For the rules about them.
#ifndef FLOW_ABANDON_H
#define FLOW_ABANDON_H

#include "flow/waits/waits.h"

struct abandon {
    uint32_t func, inst;  // the wait
    uint32_t spawn_inst;  // the call that started what it waits for
    uint32_t return_inst; // where the function is left with it still running
    bool is_signal;       // it waits for a sign from the thread, not for its end
};

const struct abandon *abandon_all(const struct timed *timed, size_t *ret_count);

#endif
