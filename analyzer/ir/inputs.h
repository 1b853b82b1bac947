// What a parser read and looked for while it made a unit: enough to tell later, without parsing, whether it would make the same
// unit again. A report is a run of entries; two reports one after the other are a report, so what a precompiled prefix read is
// appended to the report of each unit that uses it. Names are absolute and as the parser wrote them ("/p/b/../x.h").
#ifndef IR_INPUTS_H
#define IR_INPUTS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum input_kind {
    INPUT_FILE = 'F',    // a source that was read, and the hash of its content
    INPUT_LIBRARY = 'L', // a file that is part of the parser itself
    INPUT_NAME = 'N',    // what some #include or __has_include spells, whether it was found or not
    INPUT_FOLDER = 'D',  // where the command line says to look for such names
    INPUT_OTHER = 'O',   // something was read that cannot be listed: the unit cannot be trusted later. The name says what
};

struct input {
    enum input_kind kind;
    uint64_t hash; // INPUT_FILE; else 0
    const char *name;
};

void inputs_add(struct buf *report, enum input_kind kind, uint64_t hash, const char *name);
// The entry at *at, which moves behind it; false at the end, and where the rest is no report.
bool inputs_next(const char **at, const char *end, struct input *ret_input);

#endif
