// Which functions may be stored where. A slot is a place that can hold a function's address: a field (of all objects of its
// record), a global, a variable or parameter of one function, what a function returns. Slots are connected by copies; functions
// flow along them to the fixpoint. A slot that is called has arguments and a result of its own, shared by all calls through it:
// when a function arrives there, these are connected to its parameters and its result.
//
// Blind to order and to which object; an array is one slot, and a pointer to a slot counts as the slot itself (copies of such
// pointers connect both ways).
#ifndef PROGRAM_SLOTS_H
#define PROGRAM_SLOTS_H

#include "base/map.h"
#include "base/mem.h"

enum slot_kind {
    SLOT_FIELD, SLOT_GLOBAL, // by program id
    SLOT_VAR,                // of a function: by index there, parameters first
    SLOT_RETURN,             // of a function
    SLOT_ARG, SLOT_RESULT,   // of calls through a slot
    SLOT_OUTSIDE,            // what opaque code gets
};

struct slot {
    VEC(uint32_t) funcs;
    uint32_t edges; // first of a chain, plus 1
    uint32_t call;  // 0: never called; else the most arguments of a call, plus 1
};

struct slot_edge {
    uint32_t to, next;
};

struct slots {
    struct map ids, members, edge_set;
    VEC(struct slot) items;
    VEC(struct slot_edge) edges;
    VEC(uint64_t) queue; // slot and function, still to be passed on
};

// A function has arrived at a slot that is called with at most `arg_count` arguments.
typedef void slots_tell_fn(void *context, uint32_t slot, uint32_t arg_count, uint32_t func);

void slots_done(struct slots *slots);
// The slot with this name, made where it is new. `owner`: the function or slot that it belongs to, or 0.
uint32_t slots_get(struct slots *slots, enum slot_kind kind, uint32_t owner, uint32_t index);
bool slots_has(const struct slots *slots, uint32_t slot, uint32_t func);
void slots_put(struct slots *slots, uint32_t slot, uint32_t func);
void slots_copy(struct slots *slots, uint32_t from, uint32_t to);
void slots_call(struct slots *slots, uint32_t slot, uint32_t arg_count);
// Until nothing moves any more. All slots_call come before.
void slots_run(struct slots *slots, slots_tell_fn *tell, void *context);

#endif
