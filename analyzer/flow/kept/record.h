// What the bottom-up pass has made of one function: its summary, and what it lost, misused and ended.
#ifndef FLOW_KEPT_RECORD_H
#define FLOW_KEPT_RECORD_H

#include "flow/kept/passage.h"

struct record {
    uint32_t func;
    struct summary summary;
    VEC(struct leak) leaks;
    VEC(struct misuse) misuses;
    VEC(struct ending) endings;
    VEC(struct indexed) indexed;
};

// All but the function itself.
void record_pass(struct passage *p, struct record *record);
void record_pass_summary(struct passage *p, uint32_t func, struct summary *summary);
// Not the summary.
void record_done(struct record *record);

#endif
