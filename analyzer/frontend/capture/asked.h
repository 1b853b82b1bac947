// Functions of a precompiled header that units behind it name in cleanup attributes only. libclang does not show what such an attribute
// refers to, and to look through all that a header declares costs more than to parse a unit behind it. So a line at the end of the
// unit's text mentions the function, and clang finds it as it finds all names. Which ones there are is known once a unit was lowered:
// the first that asks for one is parsed once more, those behind it have the line from the start.
#ifndef FRONTEND_CAPTURE_ASKED_H
#define FRONTEND_CAPTURE_ASKED_H

#include "base/buf.h"
#include "base/mem.h"

#include <clang-c/Index.h>
#include <stdbool.h>
#include <stdint.h>

struct asked {
    uint64_t prefix; // what tells it apart: its name may come to stand for another
    struct buf lines;
};

struct asked_memory {
    VEC(struct asked) prefixes;
};

void asked_done(struct asked_memory *memory);
// The lines for units behind a chain of precompiled headers (protocol.h), NULL where it is not there. Valid until those of another are
// asked for.
struct buf *asked_lines(struct asked_memory *memory, const char *prefix);
// Appends the line for a function, if it is not there.
void asked_add(struct buf *lines, const char *name);
// What a declaration at top level mentions, if it is such a line: null otherwise.
CXCursor asked_mentioned(CXCursor declaration);

#endif
