// Whether a unit means the same where some headers that it includes somewhere are read before it, because a precompiled header says
// what they say. They are "hoisted" over the text that stands before them, which is everything behind which they are not yet read:
// no macro and no name of theirs may be mentioned there, and they may mention no macro and no tag of its.
#ifndef FRONTEND_PREFIX_HOIST_H
#define FRONTEND_PREFIX_HOIST_H

#include "base/buf.h"
#include "frontend/prefix/search.h"

// A source that headers may be hoisted over.
struct hoist_unit {
    const struct compile_command *command;
    uint32_t folders, folder;      // search.h
    uint64_t hash;                 // of its text
    bool is_readable;
    struct scan scan;
    VEC(uint32_t) macros;          // of its command line
    VEC(uint32_t) missing;         // names that were not found, by the last hoist_fits
};

struct hoist; // what a precompiled header of hoisted headers holds

void hoist_unit_init(struct search *search, const struct compile_command *command, struct hoist_unit *ret_unit);
void hoist_unit_done(struct hoist_unit *unit);
// Whether the condition around an #include holds by the command line alone.
bool hoist_holds(const struct search *search, const struct hoist_unit *unit, uint32_t header, const struct scan *scan, const struct piece *piece);

// What to ask about the header that holds these ones: macros, one per line, of which clang then says which it has defined.
void hoist_ask(struct search *search, uint32_t folders, const uint32_t *headers, uint32_t count, struct buf *ret_words);
// `answer` and `reads` are the worker's (protocol.h), who made it for a command with these folders (search.h); `parent`, which may be NULL,
// is what it goes on from. NULL where it is not to be used.
struct hoist *hoist_new(struct search *search, const struct hoist *parent, uint32_t folders, const char *directory, const char *answer,
                        const char *reads, size_t reads_size);
void hoist_free(struct hoist *hoist); // NULL is fine
bool hoist_fits(struct search *search, struct hoist *hoist, struct hoist_unit *unit);
// Whether the unit read what hoist_fits took it to read.
bool hoist_is_confirmed(const struct search *search, const struct hoist_unit *unit, const char *reads, size_t size);

#endif
