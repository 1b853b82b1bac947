// What goes over the pipes between the program and a capture worker. Both ends run on one machine and come from one build,
// so there is no version; every integer is a little-endian uint32_t.
//
//   request  = length, then that many bytes: NUL-terminated strings, in this order:
//              project (absolute; "/" for none), directory (absolute), file (absolute),
//              prefix   "", or the paths of precompiled headers, one per line, each made on top of the one before; the last is to start from
//              files    "", or what that read: per file a line with U (user's) or S (system's), a blank, its name as in units
//              head     "", or which part of the file the prefix stands for: END HASH START... (prefix.c)
//              out      "", or where to write a precompiled header; then `file` is only the name it is made under
//              text     "", or the source of that header
//              words    "", or macros that this header may mention, one per line; it must then be guarded
//              asks     "", or macros, one per line, behind a ! where it may undefine them: that header is to be hoisted (hoist.h)
//              then the compiler's arguments without the compiler itself, -c, -o and the file
//   response = status (enum capture_status), length of the first part, length of the second, then both
//
// One response per request, in order. The worker ends with status 0 at the end of its input. It may also crash or hang in the
// parser: the other end watches the time, kills it, and counts the unit as failed.
#ifndef FRONTEND_PROTOCOL_H
#define FRONTEND_PROTOCOL_H

#include <stdint.h>

enum capture_status {
    CAPTURE_UNIT = 0,   // the unit in the unit file format (ir/save.h), and what was read to make it (ir/inputs.h)
    CAPTURE_FAILED = 1, // one sentence (no NUL at its end): why it could not be parsed at all; nothing
    CAPTURE_BEHIND = 2, // as CAPTURE_UNIT, made with the prefix: what was read for that comes on top
    CAPTURE_PREFIX = 3, // the precompiled header was written: its `files`, those of the one it starts from included, behind a line with
                        // M, a blank and the word for each of `words` that it mentions; what was read. For `asks`, before the files:
                        // "H WORD" for what is no macro behind it, "I WORD" for one with a ! that is one without it; the tree of its own files as
                        // they were read, "F DEPTH PATH", depths from 1; "D NUMBER NAME" for a name that the file of this number, in
                        // the order of first mention from 0, declares at its scope, a tag as "struct NAME"
};

#define CAPTURE_PREFIX_NAME ".timeoutlint-prefix-" // starts the names that prefixes are made under; no such file exists

enum { CAPTURE_HEAD = 12 }; // of a response
enum { CAPTURE_REQUEST_MAX = 64 << 20 }; // a longer request ends the worker: its input is damaged

static inline void capture_put_u32(unsigned char bytes[4], uint32_t value) {
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
}

static inline uint32_t capture_get_u32(const unsigned char bytes[4]) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

#endif
