// Summaries that outlive the run. What the bottom-up pass made is written down with what it depends on; the next run of nearly the same
// program takes over the summaries of functions whose dependences are the same and whose callees' summaries are, and solves the others.
// A function that was solved again and came to the same summary is as good as one taken over: its callers are left in peace. Nothing of
// the top-down passes is kept: they are cheap, and see the whole program.
//
// Inside: names of functions, globals and members by their hashes, symbols, binds, and one record for each function.
#ifndef FLOW_KEPT_H
#define FLOW_KEPT_H

#include "flow/paths/exec.h"

// What functions depend on (depend.c); it is found when it is asked for. To be called when all first values of globals are known.
struct depend *depend_new(const struct flow *flow);
void depend_free(struct depend *depend);
// Of a function with a body: a hash of what it says, what it can call and in which role, and the globals that it reads.
uint64_t depend_digest(struct depend *depend, uint32_t func);
// A hash of what a function is called, and of its roles.
uint64_t depend_name(struct depend *depend, uint32_t func);
// A hash of what all functions depend on.
uint64_t kept_environment(const struct flow *flow);

// The unit index of the function's first instruction: the others follow it.
uint32_t kept_first_inst(const struct program *program, uint32_t func);

struct kept;

// Opens what an earlier run wrote, before the flow has any symbols of its own. NULL where it is of no use now.
struct kept *kept_open(struct flow *flow, const struct buf *memory);
// Whether there is a summary of this function that depends on the same.
bool kept_has(const struct kept *kept, uint32_t func, uint64_t digest);
// Takes it over, with what the function lost, ended or misused. False where it cannot be read: then nothing is taken.
bool kept_take(struct kept *kept, uint32_t func);
// How many functions it knows.
uint32_t kept_count(const struct kept *kept);
// Whether the summary that the function has now is the one of the earlier run.
bool kept_is_same(struct kept *kept, uint32_t func);
void kept_close(struct kept *kept);
// To be called between the bottom-up and the top-down passes.
void kept_save(struct flow *flow, struct depend *depend, struct buf *ret_memory);

#endif
