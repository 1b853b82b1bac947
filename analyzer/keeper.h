// Keeps units and prefixes in the cache beside the work of capturing them: on a thread of its own, because writing files takes longer than taking
// a unit from a worker, and a worker that waits for that does nothing.
#ifndef KEEPER_H
#define KEEPER_H

#include "base/buf.h"
#include "reuse.h"

#include <stdbool.h>
#include <stddef.h>

struct keeper;

// What is to be kept. It must live until keeper_end, but for the inputs, which become the keeper's.
struct keeper_unit {
    unsigned command;
    const struct ir_unit *unit; // rested once it is kept
    const void *bytes;
    size_t size;
    struct buf inputs;
    const char *problem;
    bool *ret_kept; // written by keeper_end at the latest
};

// Until keeper_end, `reuse` is the keeper's, but for what any thread may do.
struct keeper *keeper_start(struct reuse *reuse);
void keeper_add(struct keeper *keeper, const struct keeper_unit *unit);
// Its buffers become the keeper's.
void keeper_add_prefix(struct keeper *keeper, const struct pch_kept *prefix);
// Waits until all is kept. NULL is fine.
void keeper_end(struct keeper *keeper);

#endif
