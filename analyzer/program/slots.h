// Which functions may be stored where. A slot is a place that can hold a function's address: a field (of all objects of its
// record), a global, a variable or parameter of one function, what a function returns. Slots are connected by copies; functions
// flow along them to the fixpoint. Where a function reaches a slot that a site listens to, the site is told: it may then connect more.
//
// Blind to order and to which object; an array is one slot, and a pointer to a slot counts as the slot itself (copies of such
// pointers connect both ways).
#ifndef PROGRAM_SLOTS_H
#define PROGRAM_SLOTS_H

#include "base/map.h"
#include "base/mem.h"

enum slot_kind { SLOT_FIELD, SLOT_GLOBAL, SLOT_VAR, SLOT_RETURN, SLOT_RESULT, SLOT_OUTSIDE };

// Something to tell when a function reaches a slot: `what` and `index` are the listener's own.
struct slot_site {
    uint32_t what, index;
    uint32_t next;
};

struct slot {
    VEC(uint32_t) funcs;
    uint32_t edges, sites; // first of a chain, plus 1
};

struct slots {
    struct map ids, members, edge_set;
    VEC(struct slot) items;
    VEC(struct slot_edge) edges;
    VEC(struct slot_site) sites;
    VEC(uint64_t) queue; // slot and function, still to be passed on
    void (*tell)(void *context, uint32_t what, uint32_t index, uint32_t func);
    void *context;
};

struct slot_edge {
    uint32_t to, next;
};

void slots_done(struct slots *slots);
// The slot with this name, made where it is new. `func` names the function of variables, results and returns.
uint32_t slots_get(struct slots *slots, enum slot_kind kind, uint32_t func, uint32_t index);
bool slots_has(const struct slots *slots, uint32_t slot, uint32_t func);
void slots_put(struct slots *slots, uint32_t slot, uint32_t func);
void slots_copy(struct slots *slots, uint32_t from, uint32_t to);
void slots_listen(struct slots *slots, uint32_t slot, uint32_t what, uint32_t index);
// Until nothing moves any more.
void slots_run(struct slots *slots);

#endif
