// The cache on disk: units and precompiled prefixes by their checksum, manifests that lead to them, results of whole runs, and what is
// known of the disk. Any number of processes may use one folder at once, and may be killed at any moment: a file appears whole, by
// renaming, or not at all, is never changed, and is believed only where its checksum and its name fit what is in it. Units are mapped
// (see store_map on what that risks), everything else is read.
//
// Nothing here fails: what cannot be read is not there, what cannot be written is lost, and cache_warning says so once.
#ifndef PROGRAM_CACHE_H
#define PROGRAM_CACHE_H

#include "base/digest.h"
#include "program/manifest.h"
#include "program/store.h"

struct cache_options {
    const char *folder;  // absolute; made where it does not exist
    const char *subject; // what the run is about, as an absolute name: runs of one subject share what they know of the disk
    uint64_t size_max;   // bytes; 0: no limit. The oldest files go first
    bool wants_sources;  // mark the files that hits read in the disk's table
};

struct cache;

struct cache *cache_open(const struct cache_options *options);
// Absolute; "/" for none; and a hash of the program, which checks units. To be set once, before anything is asked about units.
void cache_set_project(struct cache *cache, const char *project, uint64_t program);
// Writes down what was learned, and drops old files where there are too many. False where not even this run's files find room. NULL is fine.
bool cache_close(struct cache *cache);
// NULL, or one sentence: why the cache cannot be used in full.
const char *cache_warning(const struct cache *cache);
struct disk *cache_disk(struct cache *cache);

// The unit that an earlier run made for this command, if it would be the same now. Texts live as long as the cache.
struct manifest_found cache_find_unit(struct cache *cache, const struct digest *command);
// Its bytes, to be given back; false where it is gone. `ret_is_sound`: they need no check, because this program has checked them before, and
// nothing has touched the file since. May be called by several threads at once, like the next one: that they were just checked.
bool cache_map_unit(struct cache *cache, uint64_t unit, struct store_bytes *ret_bytes, bool *ret_is_sound);
void cache_trust_unit(struct cache *cache, uint64_t unit, const struct store_bytes *bytes);
// It was checked. False where it was not kept: it cannot be (see manifest.h), or nothing can be written.
bool cache_keep_unit(struct cache *cache, const struct digest *command, const void *unit, size_t unit_size, const char *inputs, size_t inputs_size,
                     const char *problem);

// A precompiled prefix: bytes that can be used as long as what was read to make them is the same. Any thread may ask for one and keep one.
// False, and no harm, where there is no room: all prefixes of a run together take no more than a part of it.
bool cache_has_prefixes(const struct cache *cache);
bool cache_find_prefix(struct cache *cache, const struct digest *key, uint64_t *ret_prefix);
bool cache_read_prefix(struct cache *cache, uint64_t prefix, struct buf *ret_bytes); // not checked
bool cache_keep_prefix(struct cache *cache, const struct digest *key, uint64_t prefix, const struct buf *bytes, const struct buf *inputs);

// Any bytes, under a key that says all they depend on.
bool cache_find(struct cache *cache, const struct digest *key, struct buf *ret_bytes);
void cache_keep(struct cache *cache, const struct digest *key, const struct buf *bytes);
// Marks them as used, without reading them.
void cache_use(struct cache *cache, const struct digest *key);

#endif
