// Summaries that outlive the run. What the bottom-up pass made is written down with what it depends on; the next run of nearly the same
// program takes over the summaries of functions whose dependences are the same and whose callees' summaries were all taken over,
// and solves the others. Nothing of the top-down passes is kept: they are cheap, and see the whole program.
//
// Inside: a list of symbols, binds and one record for each function. Ids of functions, globals and fields are those of the run that wrote
// them, together with what each unit calls them, so that the unchanged units translate them to those of now.
#ifndef FLOW_KEPT_H
#define FLOW_KEPT_H

#include "flow/paths/exec.h"

// For each function that matters, a hash of what its summary depends on. To be freed. `units`: by the program's unit, its checksum.
uint64_t *kept_digests(const struct flow *flow, const uint64_t *units);
// A hash of what all summaries depend on.
uint64_t kept_environment(const struct flow *flow);

struct kept;

// Opens what an earlier run wrote, before the flow has any symbols of its own. NULL where it is of no use now.
struct kept *kept_open(struct flow *flow, const struct flow_memory *memory);
// Whether there is a summary of this function that depends on the same.
bool kept_has(const struct kept *kept, uint32_t func, uint64_t digest);
// Takes it over, with what the function lost, ended or misused. False where it cannot be read: then nothing is taken.
bool kept_take(struct kept *kept, uint32_t func);
void kept_close(struct kept *kept);
// To be called between the bottom-up and the top-down passes.
void kept_save(struct flow *flow, const uint64_t *digests, struct flow_memory *memory);

#endif
