// Lists what clang read and looked for to make a translation unit.
#ifndef FRONTEND_CAPTURE_READS_H
#define FRONTEND_CAPTURE_READS_H

#include "base/buf.h"

#include <clang-c/Index.h>

// Appends the report (ir/inputs.h). `args` are the command's flags, seen from `directory`. What a precompiled header read is not in
// the report of a unit that uses it: collect that from the header's own translation unit, once, and append it.
void reads_collect(CXTranslationUnit tu, const char *directory, const char *const *args, int arg_count, struct buf *report);

#endif
