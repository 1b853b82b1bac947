#include "stats.h"

#include <glib.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static const char *const match_names[MATCH_KINDS] = {
    [MATCH_HIT] = "hit",           [MATCH_NEW] = "new",           [MATCH_CHANGED] = "changed", [MATCH_NAMES] = "names",
    [MATCH_MOVED] = "moved",       [MATCH_DAMAGED] = "damaged",   [MATCH_MISSING] = "missing",
};
static const char *const match_texts[MATCH_KINDS] = {
    [MATCH_NEW] = "not seen before with these flags",
    [MATCH_CHANGED] = "changed",
    [MATCH_NAMES] = "a name that it looks for has come or gone",
    [MATCH_MOVED] = "it names the project's folder, which was another one",
    [MATCH_DAMAGED] = "its entry in the cache is damaged",
    [MATCH_MISSING] = "its unit is no longer in the cache",
};
static const char *const result_names[] = {"not kept", "made", "reused"};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static long peak_kb(int who) {
    struct rusage usage;
    return getrusage(who, &usage) == 0 ? usage.ru_maxrss : 0;
}

void stats_start(struct stats *stats) {
    stats->last_ns = now_ns();
}

void stats_done(struct stats *stats) {
    vec_done(&stats->misses);
}

void stats_stage(struct stats *stats, const char *name) {
    int64_t now = now_ns();
    if (stats->stage_count < ARRAY_LEN(stats->stages))
        stats->stages[stats->stage_count++] = (struct stats_stage){name, (double)(now - stats->last_ns) / 1e6, peak_kb(RUSAGE_SELF)};
    stats->last_ns = now;
    stats->workers_peak_kb = peak_kb(RUSAGE_CHILDREN);
}

static void write_misses(const struct stats *stats, FILE *out) {
    enum { SHOWN = 10 };
    for (size_t i = 0; i < stats->misses.len && i < SHOWN; i++) {
        const struct stats_miss *miss = &stats->misses.items[i];
        fprintf(out, "  %s: %s%s%s\n", miss->file, miss->what, *miss->what ? ": " : "", match_texts[miss->why]);
    }
    if (stats->misses.len > SHOWN)
        fprintf(out, "  and %zu more\n", stats->misses.len - SHOWN);
}

static void write_text(const struct stats *stats, FILE *out) {
    fprintf(out, "units: %u, from the cache %u, parsed %u, failed %u\n", stats->units, stats->hits, stats->parsed, stats->failed);
    write_misses(stats, out);
    if (stats->workers.prefixes || stats->workers.prefixes_kept)
        fprintf(out, "precompiled prefixes: %u made, %u from the cache, for %u units; tried in vain for %u\n", stats->workers.prefixes,
                stats->workers.prefixes_kept, stats->workers.behind_prefix, stats->workers.prefix_in_vain);
    if (stats->has_cache)
        fprintf(out, "files: %u looked at, %u hashed (%" PRIu64 " kB); folders: %u looked at, %u listed\n", stats->disk.files, stats->disk.files_hashed,
                stats->disk.bytes_hashed / 1024, stats->disk.folders, stats->disk.folders_listed);
    fprintf(out, "result: %s; functions: %u solved (%u as in the last run), %u cannot touch a context, %u too large to follow every path\n",
            result_names[stats->result], stats->flow.solved, stats->flow.reused, stats->flow.skipped, stats->flow.given_up);
    if (stats->flow.not_summed)
        fprintf(out, "calls below deadlines that were too many to be summed up: %u\n", stats->flow.not_summed);
    for (unsigned i = 0; i < stats->stage_count; i++)
        fprintf(out, "%-8s %9.1f ms, peak memory %5.1f MB\n", stats->stages[i].name, stats->stages[i].ms, (double)stats->stages[i].peak_kb / 1024);
    if (stats->parsed)
        fprintf(out, "%-8s %9s     peak memory %5.1f MB each\n", "workers", "", (double)stats->workers_peak_kb / 1024);
}

// ---- JSON ----

static void put(json_t *object, const char *key, json_t *value) {
    ENSURE(json_object_set_new(object, key, value) == 0);
}

static void put_count(json_t *object, const char *key, uint64_t count) {
    put(object, key, json_integer((json_int_t)count));
}

static void put_text(json_t *object, const char *key, const char *text) {
    char *valid = g_utf8_make_valid(text, -1);
    put(object, key, json_string(valid));
    g_free(valid);
}

static json_t *units_of(const struct stats *stats) {
    json_t *units = json_object();
    put_count(units, "total", stats->units);
    put_count(units, "hits", stats->hits);
    put_count(units, "parsed", stats->parsed);
    put_count(units, "kept", stats->kept);
    put_count(units, "failed", stats->failed);
    put_count(units, "behindPrefix", stats->workers.behind_prefix);
    return units;
}

static json_t *misses_of(const struct stats *stats) {
    json_t *misses = json_array();
    for (size_t i = 0; i < stats->misses.len; i++) {
        json_t *miss = json_object();
        put_text(miss, "file", stats->misses.items[i].file);
        put_text(miss, "why", match_names[stats->misses.items[i].why]);
        put_text(miss, "what", stats->misses.items[i].what);
        ENSURE(json_array_append_new(misses, miss) == 0);
    }
    return misses;
}

static json_t *disk_of(const struct stats *stats) {
    json_t *disk = json_object();
    put_count(disk, "files", stats->disk.files);
    put_count(disk, "filesHashed", stats->disk.files_hashed);
    put_count(disk, "bytesHashed", stats->disk.bytes_hashed);
    put_count(disk, "folders", stats->disk.folders);
    put_count(disk, "foldersListed", stats->disk.folders_listed);
    return disk;
}

static json_t *functions_of(const struct stats *stats) {
    json_t *functions = json_object();
    put_count(functions, "solved", stats->flow.solved);
    put_count(functions, "reused", stats->flow.reused);
    put_count(functions, "skipped", stats->flow.skipped);
    put_count(functions, "givenUp", stats->flow.given_up);
    put_count(functions, "followed", stats->flow.followed);
    put_count(functions, "quiet", stats->flow.quiet);
    put_count(functions, "walked", stats->flow.walked);
    put_count(functions, "walkedBefore", stats->flow.walked_before);
    put_count(functions, "notSummed", stats->flow.not_summed);
    return functions;
}

static json_t *stages_of(const struct stats *stats) {
    json_t *stages = json_array();
    for (unsigned i = 0; i < stats->stage_count; i++) {
        json_t *stage = json_object();
        put(stage, "name", json_string(stats->stages[i].name));
        put(stage, "ms", json_real(stats->stages[i].ms));
        put_count(stage, "peakKb", (uint64_t)stats->stages[i].peak_kb);
        ENSURE(json_array_append_new(stages, stage) == 0);
    }
    return stages;
}

static void write_json(const struct stats *stats, FILE *out) {
    json_t *root = json_object();
    put_count(root, "version", 1);
    put(root, "cache", json_boolean(stats->has_cache));
    put(root, "units", units_of(stats));
    put(root, "misses", misses_of(stats));
    put_count(root, "prefixes", stats->workers.prefixes);
    put_count(root, "prefixesFromCache", stats->workers.prefixes_kept);
    put(root, "disk", disk_of(stats));
    put(root, "result", json_string(result_names[stats->result]));
    put(root, "functions", functions_of(stats));
    put(root, "stages", stages_of(stats));
    put_count(root, "workersPeakKb", (uint64_t)stats->workers_peak_kb);
    char *text = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(6));
    ENSURE(text);
    fprintf(out, "%s\n", text);
    free(text);
    json_decref(root);
}

void stats_write(const struct stats *stats, enum stats_format format, FILE *out) {
    if (format == STATS_JSON)
        write_json(stats, out);
    else if (format == STATS_TEXT)
        write_text(stats, out);
}
