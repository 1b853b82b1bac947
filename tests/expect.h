// The expectations written into a test case, and whether the findings meet them.
//
//   ctx_with_timeout(ctx, 500); // want nested-timeout "1 s.*3 s"
//
// asks for one finding of that rule on that line whose message matches the POSIX extended regular expression. Several in one
// comment: `// want nested-timeout "one" "two" lost-cancel "three"`. Every finding must be wanted, every want found.
//
// Function names say what they are for; their definitions start and end in the first column:
//   x_bad      has a want inside (in a program of several files: somewhere in the program)
//   x_ok       has none
//   FN_x_bad   a known miss: it should be found but is not; the comment above it says why
//   FP_x_ok    a known false alarm: carries the want of a finding that should not be; the comment above it says why
// A miss or false alarm that is gone fails, so that the function gets its proper name.
#ifndef EXPECT_H
#define EXPECT_H

#include "base/buf.h"
#include "base/mem.h"

#include <stdbool.h>

struct expect_want {
    const char *file, *rule, *regex;
    unsigned line;
    bool is_found;
};

struct expect_func {
    const char *file, *name;
    unsigned first_line, last_line;
    bool has_reason; // a comment stands above it
};

struct expect {
    VEC(struct expect_want) wants;
    VEC(struct expect_func) funcs;
    struct arena arena;
    struct buf problems;        // one line each, "file:line: ..."
    struct buf misses, alarms;  // the known ones, one line each
};

void expect_done(struct expect *expect);
// Reads the wants and the named functions of one source text.
void expect_read(struct expect *expect, const char *file, const char *text);
// One finding of the analyzer.
void expect_finding(struct expect *expect, const char *file, unsigned line, const char *rule, const char *message);
// After all findings: what is missing, and which names do not fit.
void expect_finish(struct expect *expect);

#endif
