// What the program waits for, and under which budget: for the rules about waits and sleeps. A wait is a call that blocks or sleeps, or
// a call into a function that waits as long as its parameter says.
#ifndef FLOW_WAITS_H
#define FLOW_WAITS_H

#include "program/program.h"

struct flow;
struct depend;
struct timed;

enum budget_kind { BUDGET_NONE, BUDGET_CONTEXT, BUDGET_NUMBER /* timeout or deadline */, BUDGET_TIMER, BUDGET_AMBIENT };

// Why there is a budget at some place: who set it, and the calls from there down. Chains end where `from` is IR_NONE.
struct above {
    enum budget_kind kind;
    int64_t ns;                  // what it allows at most, -1: not known
    uint32_t set_func, set_inst; // who set it; set_inst IR_NONE: it is a parameter of set_func
    uint32_t func;               // works under it
    uint32_t from, call_inst;    // above of the caller, and the call there
    bool is_assumed;             // by a call through a pointer whose target is a guess
    bool is_near;                // it says how long `func` goes on itself, and nothing of what that calls (heeded.c)
};

enum wait_bound {
    WAIT_FIXED,   // low..high
    WAIT_CONFIG,  // a field or global; low..high where known
    WAIT_BUDGET,  // what is left, or a parameter
    WAIT_CONTEXT, // as long as the context it takes
    WAIT_TIMER,   // as long as the timer it takes
    WAIT_FOREVER,
    WAIT_DEFAULT, // a bound of its own that the caller does not see
    WAIT_POLL,    // does not wait
    WAIT_UNKNOWN,
};

struct wait {
    uint32_t func, inst;
    const struct role *role;
    uint32_t through;      // program function that is called and waits as it is told, IR_NONE: this call waits itself
    enum wait_bound bound;
    int64_t low, high;     // ns where unit is known
    bool unit_known, varies;
    bool is_sleep, is_join;
    bool takes_context;    // ends with the context it takes, however it is bounded
    uint32_t above;        // budget in force here, IR_NONE: none known
    bool in_hand;          // the function itself has that budget: a parameter or made here
    bool is_guarded;       // a condition on every way here compares what is left
    bool in_loop, loop_asks; // the innermost loop consults a budget or the clock
    bool is_denied;        // only where a condition says that the budget in hand is none
    bool is_delegated;     // what is waited for was given the budget
    bool is_endless;       // WAIT_CONTEXT: on a context that nothing ever ends
    uint32_t repeats;      // an earlier wait (or this one, in a loop) with the very same budget, IR_NONE
    bool repeats_left;     // what is repeated is what was left at some time; else the whole timeout
};

// `depend` and `memory` (kept/quiet.h) may be NULL.
struct timed *waits_solve(struct flow *flow, struct depend *depend, struct buf *memory);
void waits_free(struct timed *timed);
const struct wait *waits_all(const struct timed *timed, size_t *ret_count);
// The calls that set how long later waits on an object take.
const struct wait *waits_arms(const struct timed *timed, size_t *ret_count);
const struct above *waits_above(const struct timed *timed, uint32_t above);

#endif
