// A pool of capture workers: separate processes that parse, so that a crash or a hang inside the parser costs one unit only.
#ifndef FRONTEND_WORKERS_H
#define FRONTEND_WORKERS_H

#include "base/err.h"
#include "base/mem.h"
#include "frontend/database.h"
#include "frontend/prefix/pch.h"

#include <stddef.h>

struct workers_options {
    const char *program;      // the worker's path; a name without slash is looked for in PATH
    const char *project;      // absolute: file names below it are relative to it in the units; NULL: all are absolute
    unsigned jobs;            // how many at once, at least 1
    unsigned unit_limit_ms;   // time for one unit; then its worker is killed
    const struct pch_store *store; // of precompiled prefixes; NULL: none
    bool without_prefixes;    // parse each unit from its first line on; for tests: the units are the same
    void (*progress)(void *user, unsigned done, unsigned total, const char *file); // NULL, or called when a unit is done
    void (*finished)(void *user, unsigned index);             // NULL, or called when a worker is done with commands[index]
    void *user;
};

// What became of one unit: `bytes` (a unit file, 8-byte aligned, malloc'd) or `failure` (a sentence, malloc'd).
struct capture_result {
    void *bytes;
    size_t size;
    const char *inputs; // what was read to make it (ir/inputs.h); part of the same block as `bytes`
    size_t inputs_size;
    char *failure;
};

struct workers;

// Since workers_new.
struct workers_stats {
    unsigned prefixes;       // precompiled headers that were made
    unsigned prefixes_kept;  // that an earlier run had made, and that were of use
    unsigned behind_prefix;  // units that were parsed with one
    unsigned hoisted;        // of these, with one of hoisted headers (hoists.h)
    unsigned prefix_in_vain; // units that one was tried for, and that then were parsed without
};

// The worker's path: beside the program (whose folder this is), in ../libexec/timeoutlint/, else its bare name.
const char *workers_find_program(struct arena *arena, const char *program_folder);

// Workers start when they are first needed and live until workers_free, over any number of runs, but no longer than the thread
// that runs them.
struct workers *workers_new(const struct workers_options *options);
// Waits until they are gone. NULL is fine.
void workers_free(struct workers *workers);
// There will be so many units: workers for them start now, so that they have loaded what they need by then.
void workers_prepare(struct workers *workers, unsigned units);
// There will be no more: ends them all, but waits for none.
void workers_dismiss(struct workers *workers);
// Captures every command; results[i] belongs to commands[i]. False where no worker can be started at all.
bool workers_run(struct workers *workers, const struct compile_command *commands, unsigned count, struct capture_result *results, struct err *err);
struct workers_stats workers_stats(const struct workers *workers);
// NULL is fine.
void capture_results_free(struct capture_result *results, unsigned count);

#endif
