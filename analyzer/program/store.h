// A folder of files that appear whole or not at all, of a bounded size together. It knows nothing of what is in them.
#ifndef PROGRAM_STORE_H
#define PROGRAM_STORE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

struct store_part {
    const void *bytes;
    size_t size;
};

// `folder` is absolute, and made where it does not exist. 0 for no limit.
struct store *store_open(const char *folder, uint64_t size_max);
// Drops the oldest files where there are too many. What was not used for long counts as old. False where even what was written since
// store_open does not find room.
bool store_close(struct store *store);
// NULL, or why something could not be written.
const char *store_problem(const struct store *store);

struct store_file {
    size_t size;   // all of it
    bool was_idle; // nobody used it for long
};

// The first `limit` bytes of the file of this name ("units/ab/cdef"), malloc'd. NULL where there is none.
void *store_read(struct store *store, const char *name, size_t limit, struct store_file *ret_file);
// A whole file.
struct store_bytes {
    const void *bytes; // 8-byte aligned
    size_t size;
    bool is_mapped; // page-aligned; else malloc'd
    uint64_t identity; // of the file: where and how large it is, and when it was changed
    bool is_settled;   // it was left alone for so long that no change since then can hide
};

// Maps the file of this name, or reads it where it is small or cannot be mapped. False where there is none. To be given back with
// store_give_back. May be called by several threads at once.
//
// A mapped file that somebody else cuts short takes the process down when it is read there. We never do that to one; files in
// units/ are read-only, so that nobody does by accident; and one that is being cut while it is mapped shows by its size.
bool store_map(struct store *store, const char *name, struct store_bytes *ret_bytes);
void store_give_back(struct store_bytes *bytes);
// Writes the parts one after the other. False where it is not there afterwards.
bool store_write(struct store *store, const char *name, const struct store_part *parts, unsigned part_count);
// The same for one that shall be trusted as long as it has this identity (0: it cannot be): whatever is done to it changes that.
bool store_write_sealed(struct store *store, const char *name, const struct store_part *part, uint64_t *ret_identity);
// Of the file that has this name now; 0 for none.
uint64_t store_identity(struct store *store, const char *name);
bool store_has(struct store *store, const char *name);
// Marks a file as used now, without reading it. store_read does that by itself.
void store_use(struct store *store, const char *name);

#endif
