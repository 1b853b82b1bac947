// Parses one translation unit with libclang and lowers it.
#ifndef FRONTEND_CAPTURE_PARSE_H
#define FRONTEND_CAPTURE_PARSE_H

#include "base/buf.h"
#include "frontend/capture/asked.h"
#include "frontend/capture/places.h"
#include "frontend/capture/reads.h"

#include <clang-c/Index.h>
#include <stdbool.h>

// What lives as long as the worker.
struct parser {
    CXIndex index;
    struct reads_memory reads;
    struct places places;
    struct asked_memory asked;
};

struct parse_command {
    const char *project;   // absolute: names below it are relative to it in the unit; "/" for none
    const char *directory; // absolute: relative names in `args` count from here
    const char *file;      // absolute
    const char *prefix, *prefix_files, *head; // protocol.h; "" for none
    const char *const *args; // compiler flags, without the file
    int arg_count;
};

// The unit, and what was read to make it (ir/inputs.h). `ret_is_behind`: besides what was read for the prefix.
// False: clang could not even begin, and `ret_bytes` is the reason as one sentence.
bool parse_unit(struct parser *parser, const struct parse_command *command, struct buf *ret_bytes, struct buf *ret_inputs, bool *ret_is_behind);
// A header to precompile.
struct parse_header {
    const char *text, *out;
    const char *words; // macros that it may mention, one per line; with any, it must be guarded
    const char *asks;  // macros, one per line; with any, it is hoisted (protocol.h)
};

// Writes the header, seen as command->file. False where it could change what a unit behind it means.
bool parse_prefix(struct parser *parser, const struct parse_command *command, const struct parse_header *header, struct buf *ret_files, struct buf *ret_inputs);

#endif
