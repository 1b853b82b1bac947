// What is asked for below deadlines (costs/), remembered as a whole: which functions were walked for it and what they depend on, and
// which deadlines it is too much for. Where an edit touches none of these functions, and leaves what is asked for first where it is,
// all of it is known. Not parts of it: whoever comes first to a function that many deadlines ask for decides how exactly the others
// see it, so that a part by itself would not be what a run that knows nothing finds.
#ifndef FLOW_SUMS_H
#define FLOW_SUMS_H

#include "flow/costs/cost.h"
#include "flow/kept/kept.h"

// To be called when the uses are known, and nothing has been walked. False where it is not the same, or there is no memory: then nothing
// is taken over.
bool sums_take(struct cost *cost, struct depend *depend, const struct buf *memory);
void sums_save(struct cost *cost, struct depend *depend, struct buf *ret_memory);

#endif
