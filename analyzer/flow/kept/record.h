// What the bottom-up pass has made of one function: its summary, and what it lost, misused and ended.
#ifndef FLOW_KEPT_RECORD_H
#define FLOW_KEPT_RECORD_H

#include "flow/kept/passage.h"

struct record {
    struct summary summary;
    VEC(struct leak) leaks;
    VEC(struct misuse) misuses;
    VEC(struct ending) endings;
    VEC(struct indexed) indexed;
};

void pass_record(struct passage *p, struct record *record);
// Not the summary.
void record_done(struct record *record);

#endif
