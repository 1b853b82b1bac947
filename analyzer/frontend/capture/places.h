// The text of headers and where their lines start, kept from unit to unit: what a precompiled header declares has its places in the same
// files each time, and libclang would read and count these anew for every unit.
#ifndef FRONTEND_CAPTURE_PLACES_H
#define FRONTEND_CAPTURE_PLACES_H

#include "base/buf.h"
#include "base/map.h"

#include <time.h>

typedef VEC(uint32_t) line_starts;

struct places_file {
    struct buf text;
    line_starts lines;
};

struct places {
    struct map known; // hash of the file's identity -> into `files`, plus one
    VEC(struct places_file) files;
};

// Tells a file apart from any other, and from itself after a change; `ret_changed`: when it last did. False where there is none.
bool places_identify(const char *name, uint64_t *ret_id, struct timespec *ret_changed);
void places_done(struct places *places);
// Appends the offsets where lines start.
void places_count_lines(const char *text, size_t size, line_starts *ret_starts);
// Line and column, from 1, of an offset. `line` is that of the last one asked for, 1 at first: the next is often near.
void places_find(const line_starts *starts, unsigned offset, unsigned *line, unsigned *ret_column);
// NULL where it cannot be read. Valid until the next one is asked for; what it points to stays.
const struct places_file *places_file(struct places *places, const char *name);

#endif
