// Lists what clang read and looked for to make a translation unit.
#ifndef FRONTEND_CAPTURE_READS_H
#define FRONTEND_CAPTURE_READS_H

#include "base/buf.h"
#include "base/map.h"

#include <clang-c/Index.h>
#include <stdbool.h>
#include <time.h>

// What files say, and the names that they look for: the same headers come again and again. A file is known again by its identity where
// it has not changed since some time before the memory began, so that clang, too, read what it says now.
struct reads_memory {
    struct timespec since;
    struct map files; // identity -> into `texts`, plus one
    struct map known; // hash of a text -> the same
    VEC(struct reads_text) texts;
};

struct reads_text {
    uint64_t hash;
    struct buf names; // "NAME", each with its NUL; "" for something that cannot be listed
};

void reads_memory_init(struct reads_memory *memory);
void reads_memory_done(struct reads_memory *memory);

// Appends the report (ir/inputs.h). `args` are the command's flags, seen from `directory`. What a precompiled header read is not in
// the report of a unit that uses it: collect that from the header's own translation unit, once, and append it.
// `main_text`, which may be NULL, is what the main file says where the parser was shown something else; one that is no file at all
// is left out of the report where it `is_made_up`.
struct reads_main {
    const struct buf *text;
    bool is_made_up;
};

// False where a file changed between clang's look at it and its reading: then it was left out.
bool reads_collect(struct reads_memory *memory, CXTranslationUnit tu, const char *directory, const char *const *args, int arg_count, struct reads_main main,
                   struct buf *report);

#endif
