// What can happen after a call has returned: control is followed from there, and conditions on what it returned, on questions about
// budgets and on the clock are decided. A simulation for one outcome: sparse conditional constant propagation (Wegman and Zadeck 1991)
// over single static assignment form, from the call on. Nothing outside flow/ includes it.
//
// Two ways of doubting: AFTER_ENDED takes codes it does not know for any failure, AFTER_ENDED_FOR_SURE takes them for the end of the budget,
// and stops where something decides that may know of the end and cannot be looked into. What both find is believed.
#ifndef FLOW_AFTER_H
#define FLOW_AFTER_H

#include "flow/waits/timed.h"

enum { AFTER_PARAMS_MAX = 16 };

enum after_mode {
    AFTER_RETURN,         // questions may be answered in any way
    AFTER_ENDED,          // the budget has ended: questions say so, and the clock is past every deadline
    AFTER_ENDED_FOR_SURE, // ... and so do codes
};

enum known_kind {
    KNOWN_NOT,
    KNOWN_BOTTOM, // nothing yet: a loop's own value
    KNOWN_NUMBER,
    KNOWN_CODE, // says why something failed: compared with a code of its own it may be equal
    KNOWN_FAR,  // far in the future (number 1) or the past (number -1)
};

struct known {
    enum known_kind kind;
    int64_t number;
    bool is_end; // KNOWN_CODE: it is what says that the budget has ended
};

struct after {
    struct timed *timed;
    uint32_t func, inst; // the call; inst IR_NONE: from the function's entry
    struct known result; // what it returned
    uint32_t head;       // of the loop that is followed, IR_NONE: to the end of the function
    uint32_t target;     // block it matters to get to, IR_NONE: none
    enum after_mode mode;
    ssa_id budgets[2];   // whoever gets one of them may know of the end; SSA_UNKNOWN: none
    struct known params[AFTER_PARAMS_MAX]; // of the function
    uint32_t param_count; // whose values are known
    unsigned depth;      // of calls
    bool (*ends)(void *data, uint32_t block, uint32_t from); // whether control that executes this block from here on is of no interest
    void *data;
    uint8_t *entered;    // by block: control can get to its start
    uint8_t *edges;      // taken, by successor
    uint8_t *leads;      // by block: control can get from here to the target
    struct map busy;
    bool is_left;        // AFTER_ENDED_FOR_SURE: on some way, being told of the end leaves the loop
    bool may_return;     // on some way control leaves the loop and does not end the program
};

// Follows control; `after` is filled in up to `data`. Then `entered` says where it can get to.
void after_run(struct after *after);
void after_done(struct after *after);
// Follows a function of the program that is called at `inst` with what is known there. Of `ret_inner` only the target is given. False where
// it cannot be looked into; else after_done.
bool after_enter(struct after *after, uint32_t inst, uint32_t callee, struct after *ret_inner);
// Whether a call in the function asks a budget or the clock, itself or below.
bool after_asks(const struct timed *timed, uint32_t func, uint32_t inst);
// Whether the value is what a call returned or left somewhere, or is made of it; IR_NONE: any call in `after` that may know of the end.
bool after_depends(const struct after *after, ssa_id id, uint32_t inst);

#endif
