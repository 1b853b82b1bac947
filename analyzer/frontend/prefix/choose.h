// Which headers are worth being hoisted (hoist.h): sets of headers from outside the project that many units include, as a tree, since
// what goes on from another set needs only the rest to be read. It is a guess about time alone; hoist.c says what may be done.
#ifndef FRONTEND_PREFIX_CHOOSE_H
#define FRONTEND_PREFIX_CHOOSE_H

#include "frontend/prefix/hoist.h"

struct entry {
    uint32_t header, name; // <name>
};

typedef VEC(struct entry) entry_vec;

// A unit that looks for a set.
struct chooser {
    uint32_t unit;
    uint64_t flags; // only units with the same ones share
    const struct hoist_unit *source;
    entry_vec entries; // what it is certain to include, in its order
};

struct choice {
    uint32_t parent;    // another choice, or UINT32_MAX
    entry_vec entries;  // on top of the parent's
    VEC(uint32_t) units; // that no longer set will do for
};

typedef VEC(struct choice) choice_vec;

// `project` is the folder that the project's own headers are in. Sets chooser->flags and chooser->entries.
void choose_look(struct search *search, const char *project, struct chooser *chooser);
// Parents come before their children. Sorts the choosers.
void choose(struct search *search, struct chooser *choosers, uint32_t count, choice_vec *ret_choices);
// The bytes of all that these headers may read.
uint64_t choose_weigh(struct search *search, uint32_t folders, const uint32_t *headers, size_t count);

#endif
