// What goes over the pipes between the program and a capture worker. Both ends run on one machine and come from one build,
// so there is no version; every integer is a little-endian uint32_t.
//
//   request  = length, then that many bytes: NUL-terminated strings, in this order:
//              project (absolute; "/" for none), directory (absolute), file (absolute), then the compiler's arguments without the compiler itself, -c, -o and the file
//   response = status (enum capture_status), length of the first part, length of the second, then both:
//              CAPTURE_UNIT    the unit in the unit file format (ir/save.h), and what was read to make it (ir/inputs.h)
//              CAPTURE_FAILED  one sentence (no NUL at its end): why the file could not be parsed at all; nothing
//
// One response per request, in order. The worker ends with status 0 at the end of its input. It may also crash or hang in the
// parser: the other end watches the time, kills it, and counts the unit as failed.
#ifndef FRONTEND_PROTOCOL_H
#define FRONTEND_PROTOCOL_H

#include <stdint.h>

enum capture_status { CAPTURE_UNIT = 0, CAPTURE_FAILED = 1 };

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
