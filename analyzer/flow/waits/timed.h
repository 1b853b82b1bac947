// Shared by the files that follow times (waits.h): which values are lengths or ends of waits, where they come from, and which budget a
// function works under. Nothing outside flow/ includes it.
#ifndef FLOW_TIMED_H
#define FLOW_TIMED_H

#include "flow/retries/abandon.h"
#include "flow/retries/blame.h"
#include "flow/retries/retry.h"
#include "flow/values/ssa.h"
#include "flow/waits/faults.h"
#include "flow/waits/handoff.h"
#include "flow/waits/waits.h"

// What a time is made of.
enum span_part {
    SPAN_CONST = 1,    // constants
    SPAN_CLOCK = 2,    // the time now
    SPAN_LEFT = 4,     // what is left of a budget: asked for, or computed as end - now or total - elapsed
    SPAN_PARAM = 8,    // parameters: `params`
    SPAN_MEMORY = 16,  // fields and globals: configuration
    SPAN_OTHER = 32,   // results of functions nobody knows, and the like
    SPAN_BOTTOM = 64,  // nothing yet: a loop's own value
};

// The length of a bound, or what an end lies ahead of now. Known: low..high, in the unit it was asked for in.
struct span {
    uint8_t parts;
    bool known;
    bool varies; // changes from turn to turn of a loop
    bool is_given; // comes from an argument, so beside it a constant is only a default or a limit
    uint64_t params;
    int64_t low, high;
};

// A parameter that becomes the bound of a wait: the call in this function that leads there, and which of the callee's.
struct sink {
    uint32_t inst;         // of the call here
    const struct role *role; // of what waits in the end
    uint32_t callee, inner; // the function called and its sink, IR_NONE: this call itself waits; SINK_MADE: its `made`
    uint64_t params;
    uint32_t object;         // the parameter that is armed so, or that ends the wait as well; IR_NONE
};

enum { SINK_MADE = IR_NONE - 1 };

struct timed_func {
    struct ssa *ssa;        // NULL: not looked at
    VEC(struct sink) sinks;
    struct sink made;       // the call that makes the context it returns; no role: it returns none that it makes
    bool makes_root;        // that context has no parent, or one without
    uint32_t made_parent;   // the parameter that it is made from, IR_NONE
    uint64_t bound_params;  // parameters that are, or end in, the bound of a wait or of a context
    uint64_t end_params;    // those of them that are absolute
    uint64_t heeded_params; // those of them that no bound is made of (heeded.c)
    uint64_t sleep_params;
    uint64_t timer_params;  // pointers to what waits were armed with
    size_t first_arm;       // its own in timed.arms start here
    bool may_wait;          // waits somewhere below, in whatever way
    bool waits;             // the same, not counting calls through pointers
    bool asks;              // asks a budget or the clock, or calls something that does
    bool gives_time;        // what it returns comes from the clock or from what is left
    uint64_t context_params; // what waits end with
    bool ends_ambient;      // ends the budget of the thread
    bool asks_below;        // asks a budget or the clock somewhere below
    bool tells_below;       // tells a breaker of failures somewhere below
    bool sleeps_below, sleeps_only; // sleeps somewhere below; and all it waits for are sleeps of one length, or of its parameters' length
    int64_t sleeps_ns;      // that length, -1: not known
    uint8_t busy;           // being evaluated: recursion
};

struct timed {
    struct flow *flow;
    const struct program *program;
    struct timed_func *funcs;   // by program function
    uint8_t *stored;            // by program function: its address is put somewhere; NULL: nobody has asked yet
    VEC(struct wait) waits;     // function by function, bottom-up
    VEC(struct wait) arms;      // the same, of calls that arm
    VEC(struct handoff) handoffs;
    VEC(struct above) aboves;   // why a function works under a budget
    uint32_t *above_of;         // by program function: index, IR_NONE
    VEC(struct time_fault) faults;
    VEC(struct retry) retries;
    VEC(struct abandon) abandons;
    VEC(struct blame) blames;
    unsigned nesting;           // of callees whose result is being evaluated
    struct strtab timer_types;  // canonical types of objects that waits are armed with
    struct arena arena;
};

// ---- span.c

// The bound of the role at this call: SPAN_CONST with INT64_MAX where it is without end. `env`: what the parameters are, NULL: themselves.
struct span span_bound(struct timed *timed, uint32_t func, uint32_t inst, const struct role *role, const struct span *env);
// The bound that a sink of `callee` gets by the call at `inst`.
struct span span_sink(struct timed *timed, uint32_t func, uint32_t inst, uint32_t callee, const struct sink *sink, const struct span *env);
struct span span_eval(struct timed *timed, uint32_t func, ssa_id id, const struct span *env);
bool span_is_endless(const struct span *span);
// The role of the call at `inst` of this kind, NULL where it has none.
const struct role *timed_role(const struct timed *timed, uint32_t func, uint32_t inst, enum role_kind kind);
const struct role *timed_roles(const struct timed *timed, uint32_t func, uint32_t inst);
bool timed_role_holds(struct timed *timed, uint32_t func, uint32_t inst, const struct role *role);
// The node at a position of a call, SSA_UNKNOWN where there is none.
ssa_id timed_position(struct timed *timed, uint32_t func, uint32_t inst, const struct pos *pos);
// The function of the program that the call calls by its name, IR_NONE; and where that one only stands for another one
// (forwards_to), that other one, whose roles are the call's as well.
uint32_t timed_called(const struct timed *timed, uint32_t func, uint32_t inst);
uint32_t timed_callee(const struct timed *timed, uint32_t func, uint32_t inst);
// What a function returns at this IR_RETURN: a member of it, or where none is named the first member of a struct.
ssa_id timed_returned(struct ssa *ssa, uint32_t inst, const uint32_t *fields, unsigned field_count);
// The nodes that hold a time given at a position: one, or seconds and the rest of a timespec. Their number.
unsigned timed_bound_nodes(struct timed *timed, uint32_t func, uint32_t inst, const struct bound *bound, ssa_id ret_nodes[2]);

// ---- waits.c

// The object at a call that a sink of `callee` arms, SSA_UNKNOWN where it is none.
ssa_id timed_sink_object(struct timed *timed, uint32_t func, uint32_t inst, const struct sink *sink);
// Whether the value depends on a budget that the function has: what is left of one, or a parameter that bounds waits.
bool timed_is_budget(const struct timed *timed, uint32_t func, const struct span *span);

// ---- rearm.c

// Fills in `repeats` of the waits of one function: timed->waits from `first` on.
void timed_find_repeats(struct timed *timed, size_t first);

// ---- delegate.c

// Which waits without end are ended otherwise: timed->waits from `first` on.
void timed_find_delegates(struct timed *timed, size_t first);

// ---- maker.c

// A call that makes a context.
struct maker {
    const struct role *role; // ROLE_DERIVE, ROLE_VALUE or ROLE_ROOT
    uint32_t callee;         // the function of the program that does it, IR_NONE: this call itself
    ssa_id parent;           // SSA_UNKNOWN: none, or none that is known here
};
bool timed_maker(struct timed *timed, uint32_t func, uint32_t inst, struct maker *ret_maker);
// What it is bounded with.
struct span timed_made_bound(struct timed *timed, uint32_t func, uint32_t inst, const struct maker *maker);
// Whether a node is a root context, or made from one only.
bool timed_is_from_root(struct timed *timed, uint32_t func, ssa_id id);
void timed_find_made(struct timed *timed, uint32_t func);

// ---- heeded.c

// Adds to bound_params of the function; its waits start at `first_wait`.
void timed_find_heeded(struct timed *timed, uint32_t func, size_t first_wait);
// The least constant that the call at `inst` gives for such a parameter of the callee, in nanoseconds; -1: none.
int64_t timed_heeded_number(struct timed *timed, uint32_t func, uint32_t inst, uint32_t callee);

// ---- handoff.c

void timed_find_handoffs(struct timed *timed);

// ---- above.c

// Top-down: which budget every function works under; fills in `above` and `in_hand` of all waits.
void timed_find_aboves(struct timed *timed);
bool timed_is_context_param(const struct timed *timed, uint32_t func, uint32_t param);

// ---- endless.c

// Fills in `is_endless` of all waits, and adds those of callees.
void timed_find_endless(struct timed *timed);

// ---- faults.c

// Checks every bound of the program; fills in timed->faults.
void timed_find_faults(struct timed *timed);

// ---- resilience.c: what happens after waits that failed, in every function

// Functions that `memory` knows to be quiet are left out (kept/quiet.h); NULL: none.
void timed_find_resilience(struct timed *timed, struct depend *depend, struct buf *memory);

// ---- retry.c

void timed_find_retries(struct timed *timed, uint32_t func);

// ---- blame.c

void timed_find_blames(struct timed *timed, uint32_t func);

// ---- abandon.c

// `first_wait`: where the function's waits start.
void timed_find_abandons(struct timed *timed, uint32_t func, size_t first_wait);

#endif
