// Summaries that outlive the run. What the bottom-up pass made is written down with what it depends on; the next run of nearly the same
// program takes over the summaries of functions whose dependences are the same and whose callees' summaries are, and solves the others.
// A function that was solved again and came to the same summary is as good as one taken over: its callers are left in peace. Nothing of
// the top-down passes is kept: they are cheap, and see the whole program.
//
// Inside: names of functions, globals and members by their hashes, symbols, binds, and one record for each function.
#ifndef FLOW_KEPT_H
#define FLOW_KEPT_H

#include "flow/paths/exec.h"

// For each function that matters, a hash of what its summary depends on. To be freed.
uint64_t *kept_digests(const struct flow *flow);
// A hash of what all summaries depend on.
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
// Whether the summary that the function has now is the one of the earlier run.
bool kept_is_same(struct kept *kept, uint32_t func);
void kept_close(struct kept *kept);
// To be called between the bottom-up and the top-down passes.
void kept_save(struct flow *flow, const uint64_t *digests, struct buf *ret_memory);

#endif
