// One run of the analyzer: from a compilation database to findings. It neither exits nor touches stdin, stdout or stderr: results
// and messages go to the streams it is given.
#ifndef RUN_H
#define RUN_H

#include "check/diag.h"
#include "report/report.h"
#include "stats.h"

#include <stdbool.h>
#include <stdio.h>

struct run_output {
    const struct report_writer *writer;
    FILE *stream;
    bool color;
};

// All of it already parsed and checked.
struct run_options {
    const char *program_folder;    // absolute: where the program lies, to find its worker and its models
    const char *directory;         // absolute: relative names count from here, and names below it are shown relative
    const char *database;          // -p, or NULL to look for one
    const char *const *files;      // with flags: what to analyse; with a database: where a finding must lie or pass to be shown
    unsigned file_count;
    const char *const *flags;      // the compiler flags of `files`, without a database; NULL: there is a database
    unsigned flag_count;
    unsigned jobs;                 // capture workers at once
    unsigned unit_limit_ms;        // time to parse one unit
    const char *const *models;     // files, besides the shipped ones
    unsigned model_count;
    const enum severity *severities; // one per rule of all_rules; SEVERITY_OFF: do not run it
    bool cascade;                  // the policy; else single-deadline
    enum severity fail_on;         // least severity that counts as a finding; SEVERITY_OFF: none does
    bool require_complete;         // an incomplete analysis is RUN_INCOMPLETE even where there are findings
    const struct run_output *outputs;
    unsigned output_count;
    FILE *messages;                // failed units, progress, what -v asks for
    bool progress, quiet, verbose;
    const char *cache_folder;      // absolute; NULL: nothing is kept and nothing is taken over
    uint64_t cache_size;           // bytes; 0: no limit
    enum stats_format stats;       // written to `messages` at the end
    bool is_last;                  // the process ends behind it: its memory is left to the system, which is quicker
};

// Also the program's exit status.
enum run_status { RUN_CLEAN, RUN_FINDINGS, RUN_ERROR, RUN_INCOMPLETE };
enum run_status run_check(const struct run_options *options);

enum run_stage { STAGE_IR, STAGE_CALLGRAPH, STAGE_SUMMARIES };
// Prints what the pipeline has after this stage.
enum run_status run_dump(const struct run_options *options, enum run_stage stage, FILE *out);

#endif
