// Parses one translation unit with libclang and lowers it.
#ifndef FRONTEND_CAPTURE_PARSE_H
#define FRONTEND_CAPTURE_PARSE_H

#include "base/buf.h"

#include <clang-c/Index.h>
#include <stdbool.h>

// `args` are compiler flags without the file. False: clang could not even begin, and `ret_bytes` is the reason as one sentence.
bool parse_unit(CXIndex index, const char *directory, const char *file, const char *const *args, int arg_count, struct buf *ret_bytes);

#endif
