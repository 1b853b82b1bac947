// A finding, ready to be shown: it holds text and places only, so report/ needs nothing else of the program.
#ifndef CHECK_DIAG_H
#define CHECK_DIAG_H

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

enum severity { SEVERITY_OFF, SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };
const char *severity_name(enum severity severity); // "off", "note", "warning", "error"

struct place {
    const char *file; // as shown: relative to the working directory where it lies below it
    uint32_t line, column, end_line, end_column; // from 1; columns in bytes; the end is one past the last character
};

struct diag_step {
    struct place place;
    const char *message;
};

struct diag_edit {
    struct place place;
    const char *text;
};

struct diag {
    const char *rule;
    enum severity severity;
    const char *grade;    // nested-timeout: "dead", "capped", "overrun"; else NULL
    struct place place;
    const char *function; // enclosing function
    const char *message, *help; // help: what to write instead; NULL where there is nothing to say
    int64_t upstream_ns, bound_ns; // -1 where unknown
    struct diag_step *path; // at most six, from the root down
    uint32_t path_count;
    const char *fix_message;     // NULL: no fix
    struct diag_edit *edits;
    uint32_t edit_count;
    const char *fingerprint_key; // rule-made: callee chain and normalised text; never line numbers
    char fingerprint[17];        // filled by diags_finish
};

// Everything lives in the list's arena.
struct diags {
    VEC(struct diag) items;
    struct arena arena;
};

void diags_done(struct diags *diags);
// Makes the files' names, absolute or relative to `root`, those that are shown: as seen from `base`.
void diags_show(struct diags *diags, const char *root, const char *base);
// Sorts by file, line, column, rule, drops equal ones, and fills in the fingerprints (the n-th finding with one key gets n mixed in).
void diags_finish(struct diags *diags);

#endif
