// Writes what a run found, one writer per format. A writer only appends to a buffer: it asks nobody, and the one that reads
// files (text, for its source lines) takes a missing one for granted. Input and output in the same order on every run.
// Left out on purpose: what went wrong during the run. That goes to stderr and is run's business, except where a format
// has a place for it (`failures` in JSON).
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buf.h"
#include "base/err.h"
#include "check/diag.h"
#include "check/rule.h"

#include <stdbool.h>
#include <stdio.h>

struct report_failure {
    const char *file, *message;
};

struct report {
    const struct diags *diags; // after diags_finish
    const char *version;       // of the program
    const char *base_dir;      // absolute: where the relative file names of the findings start
    bool complete;             // every unit was analysed
    unsigned units_analysed, units_failed, units_cached;
    const struct report_failure *failures; // sorted by file
    unsigned failure_count;
    bool color; // text: escape sequences for a terminal
    bool quiet; // text: no closing line with the counts
};

// One format. A new one is one file and one line in report.c.
struct report_writer {
    const char *name; // as in --format
    void (*write)(const struct report *report, struct buf *out);
};

extern const struct report_writer report_text, report_gcc, report_json;

// NULL: no such format.
const struct report_writer *report_find_format(const char *name);
// Adds the names of all formats, "text, gcc, json", for messages.
void report_add_format_names(struct buf *out);
// False where the stream cannot take it all (disk full, closed pipe).
bool report_write(const struct report *report, const struct report_writer *writer, FILE *stream, struct err *err);

// Writes a text out, with the same promise.
bool report_print(const struct buf *text, FILE *stream, struct err *err);

// The documentation of one rule, as `explain` shows it.
bool report_explain(const struct rule *rule, FILE *stream, struct err *err);

#endif
