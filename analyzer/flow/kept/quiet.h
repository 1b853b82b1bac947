// Functions in which following the waits that failed (retries/) found nothing, remembered by a hash of all that was looked at: what the
// function says and calls, and what waits/ knows of it and of its callees, as deep as they are looked into. Where the hash is the same
// as in an earlier run, there is nothing to be found again. What was found is not remembered: that is little, and is found anew.
#ifndef FLOW_QUIET_H
#define FLOW_QUIET_H

#include "flow/kept/kept.h"
#include "flow/waits/timed.h"

struct quiet;

// To be called when all but the retries is known.
struct quiet *quiet_open(struct timed *timed, struct depend *depend, const struct buf *memory);
// Of a function whose callees were followed before; its waits start at `first_wait`.
uint64_t quiet_digest(struct quiet *quiet, uint32_t func, size_t first_wait);
bool quiet_has(const struct quiet *quiet, uint64_t digest);
void quiet_note(struct quiet *quiet, uint64_t digest);
// Frees it; what was noted goes to the next run.
void quiet_close(struct quiet *quiet, struct buf *ret_memory);

#endif
