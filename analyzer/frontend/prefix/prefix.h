// The shared prefixes of a run: what groups of units with equal flags include first is precompiled once and serves them all.
// Prefixes form trees: one that goes on where a shorter one ends is made on top of it.
//
// A unit made with a prefix is the same, byte for byte, as one made without; whatever goes wrong with a prefix, its units do without.
// With a store, what earlier runs precompiled is used again, also for single units.
#ifndef FRONTEND_PREFIX_PREFIX_H
#define FRONTEND_PREFIX_PREFIX_H

#include "base/buf.h"
#include "frontend/database.h"
#include "frontend/prefix/pch.h"

struct prefixes;

enum { NO_PREFIX = UINT32_MAX };

// Looks for prefixes that `units` (indices into commands) share. `store` may be NULL.
struct prefixes *prefixes_plan(const struct compile_command *commands, unsigned command_count, const uint32_t *units, unsigned unit_count,
                               const struct pch_store *store);
// NULL is fine. Nothing of the prefixes is left on the disk, but in the store.
void prefixes_free(struct prefixes *prefixes);

// A prefix to be made now, or NO_PREFIX. From here to prefixes_made or prefixes_failed it counts as being made.
uint32_t prefixes_next(struct prefixes *prefixes);
// Appends the request to make it (protocol.h).
void prefixes_request(const struct prefixes *prefixes, uint32_t prefix, const char *project, struct buf *request);
// `reads` is what was read for it (ir/inputs.h), `files` the list of these files that is passed on to the units.
void prefixes_made(struct prefixes *prefixes, uint32_t prefix, const char *files, size_t files_size, const char *reads, size_t reads_size);
void prefixes_failed(struct prefixes *prefixes, uint32_t prefix);

// The longest prefix of the unit that is there; `ret_soon`: a longer one is being made, or will be.
uint32_t prefixes_for(const struct prefixes *prefixes, uint32_t unit, bool *ret_soon);
// A worker begins with this unit, or does no longer want a prefix for it.
void prefixes_take(struct prefixes *prefixes, uint32_t unit);
void prefixes_refuse(struct prefixes *prefixes, uint32_t unit);
// The same, or another one, where the unit may not have it after all.
uint32_t prefixes_fitting(struct prefixes *prefixes, uint32_t unit, uint32_t prefix);
// Whether it is made of hoisted headers (hoists.h).
bool prefixes_is_hoist(const struct prefixes *prefixes, uint32_t prefix);
// Whether a unit that was made with it read what that was told from (ir/inputs.h).
bool prefixes_confirm(const struct prefixes *prefixes, uint32_t unit, uint32_t prefix, const char *inputs, size_t size);
// Whether the unit could be made with it. One that helps few of its units is given up.
void prefixes_tried(struct prefixes *prefixes, uint32_t prefix, bool is_behind);
// Appends the strings of the unit's request that say which prefix (or NO_PREFIX) stands for which part of it.
void prefixes_put_use(const struct prefixes *prefixes, uint32_t unit, uint32_t prefix, struct buf *request);
// Appends what was read for the prefix.
void prefixes_put_reads(const struct prefixes *prefixes, uint32_t prefix, struct buf *reads);
// At the end: notes for later runs which units may have which hoist.
void prefixes_note(struct prefixes *prefixes);
// How many that came from the store were of use.
uint32_t prefixes_from_store(const struct prefixes *prefixes);

#endif
