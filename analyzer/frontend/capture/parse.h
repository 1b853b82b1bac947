// Parses one translation unit with libclang and lowers it.
#ifndef FRONTEND_CAPTURE_PARSE_H
#define FRONTEND_CAPTURE_PARSE_H

#include "base/buf.h"

#include <clang-c/Index.h>
#include <stdbool.h>

struct parse_command {
    const char *project;   // absolute: names below it are relative to it in the unit; "/" for none
    const char *directory; // absolute: relative names in `args` count from here
    const char *file;      // absolute
    const char *const *args; // compiler flags, without the file
    int arg_count;
};

// The unit, and what was read to make it (ir/inputs.h). False: clang could not even begin, and `ret_bytes` is the reason as one sentence.
bool parse_unit(CXIndex index, const struct parse_command *command, struct buf *ret_bytes, struct buf *ret_inputs);

#endif
