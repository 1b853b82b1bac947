// The state of one path through one function: what memory holds (cells), what the branches taken have proved (facts), and what became
// of every context made on the way (resources) or received from outside (cancelled). States are values: copied at branches, compared
// and joined at joins.
//
// A cell maps an address to a value; no cell means "as at entry" (SYM_INIT). A struct's members are cells of their own below it;
// a cell at the struct's own address is the default for members without one: 0 after zeroing, a SYM_REGION after a copy,
// something unknown after a call that may have written it.
#ifndef FLOW_STATE_H
#define FLOW_STATE_H

#include "flow/paths/facts.h"
#include "flow/paths/sym.h"

struct cell {
    sym_id address, value;
};

// A step of the path that led here, newest first. Shared between states, lives in the function's arena.
struct trail {
    const struct trail *older;
    uint32_t inst;    // unit index of the branch, switch or call
    uint32_t outcome; // successor taken
    uint32_t length;
};

// A context made in this function (or by a callee, for this function) that somebody must cancel.
struct resource {
    sym_id ctx;
    sym_id status;       // the derive's result that tells success, SYM_NONE: a NULL context tells
    bool status_is_bool; // success is non-zero (else zero)
    uint32_t site;       // unit index of the call that made it
    const struct trail *born;
    bool is_doomed; // on a path that was not joined yet, nothing was left that could cancel it
};

// How often this path has entered a loop through its back edges.
struct loop_count {
    uint32_t head, count;
    uint32_t last; // the state kept at the head on the previous arrival (index into the head's states)
};

struct state {
    VEC(struct cell) cells; // by address
    struct facts facts;
    VEC(struct resource) resources; // by ctx; only those that still wait for their cancel
    VEC(sym_id) cancelled; // contexts that came from outside and were cancelled, in order
    VEC(struct loop_count) loops;   // by head
    const struct trail *trail;
    bool is_joined; // different paths were joined into it, for want of room: it may go where none of them can
    bool is_vague;  // what its objects hold was forgotten too: nothing that is missing in it counts as lost
};

void state_done(struct state *state);
void state_copy(struct state *to, const struct state *from);
// Equal but for the way here and the loop counts.
bool state_equal(const struct state *a, const struct state *b, const struct syms *syms);
// The property that must not be joined away: same resources, kept inside or outside the
// function, and same contexts cancelled. Only the resources, where the other would never end.
bool state_same_property(const struct state *a, const struct state *b, const struct syms *syms);
bool state_same_resources(const struct state *a, const struct state *b, const struct syms *syms);

// Memory.
sym_id state_load(const struct state *state, struct syms *syms, sym_id address);
// The cell at exactly this address, SYM_NONE where there is none.
sym_id state_cell(const struct state *state, sym_id address);
// Writes one scalar.
void state_set(struct state *state, struct syms *syms, sym_id address, sym_id value);
// Writes a whole object, forgetting what was below the address; a SYM_REGION brings its members along.
void state_store(struct state *state, struct syms *syms, sym_id address, sym_id value);
// Copies the cells below `from` (and at it) to below `to`.
void state_copy_below(struct state *state, struct syms *syms, sym_id from, sym_id to);
void state_forget_below(struct state *state, const struct syms *syms, sym_id address);

// Contexts.
struct resource *state_resource(const struct state *state, sym_id ctx);
void state_add_resource(struct state *state, const struct resource *resource);
void state_drop_resource(struct state *state, sym_id ctx);
void state_add_cancelled(struct state *state, sym_id ctx);
// Whether some cell holds the context, its cancel function, or is it. `*ret_address` (may be NULL): one such cell.
bool state_holds(const struct state *state, const struct syms *syms, sym_id ctx, sym_id *ret_address);

// Assumes a branch condition; drops the resources it proves never to have been made. False: the path cannot be taken.
bool state_assume(struct state *state, struct syms *syms, sym_id condition, bool truth);
// The same for all that a fact says, about another value than its key.
bool state_restrict(struct state *state, struct syms *syms, sym_id value, const struct fact *like);
// Joins `other` into `state`; cells that differ become what `fresh` says, of which no more than the sign is kept, so that repeated
// joins end. The resources must be the same.
typedef sym_id state_fresh(void *data, sym_id address, sym_id left, sym_id right);
void state_join(struct state *state, const struct state *other, struct syms *syms, state_fresh *fresh, void *data);

#endif
