// What a run did and what it cost, for --stats.
#ifndef STATS_H
#define STATS_H

#include "flow/flow.h"
#include "frontend/workers.h"
#include "program/manifest.h"

#include <stdbool.h>
#include <stdio.h>

enum stats_format { STATS_NONE, STATS_TEXT, STATS_JSON };
enum stats_result { RESULT_NOT_KEPT, RESULT_MADE, RESULT_REUSED };

struct stats_stage {
    const char *name;
    double ms;
    long peak_kb; // of the program, since its start
};

struct stats_miss {
    const char *file, *what;
    enum manifest_match why;
};

struct stats {
    struct stats_stage stages[16];
    unsigned stage_count;
    int64_t last_ns; // when the last stage ended
    unsigned units, hits, parsed, kept, failed;
    struct workers_stats workers;
    bool has_cache;
    VEC(struct stats_miss) misses; // units that could not be taken from the cache
    struct disk_counts disk;
    enum stats_result result;
    struct flow_stats flow;
    long workers_peak_kb; // of the largest worker
};

void stats_start(struct stats *stats);
void stats_done(struct stats *stats);
// A stage ends here.
void stats_stage(struct stats *stats, const char *name);
void stats_write(const struct stats *stats, enum stats_format format, FILE *out);

#endif
