// Order, uniqueness and fingerprints of findings. The order is total over everything a user sees, so it does not depend on the
// order in which rules and threads reported.
#include "check/diag.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *severity_name(enum severity severity) {
    static const char *const names[] = {"off", "note", "warning", "error"};
    return names[severity];
}

void diags_done(struct diags *diags) {
    vec_done(&diags->items);
    arena_done(&diags->arena);
}

static int compare_numbers(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

// NULL comes first.
static int compare_texts(const char *a, const char *b) {
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

static int compare_places(const struct place *a, const struct place *b) {
    int order = compare_texts(a->file, b->file);
    if (order == 0)
        order = compare_numbers(a->line, b->line);
    if (order == 0)
        order = compare_numbers(a->column, b->column);
    return order;
}

// What makes two findings one: they stand at one place, of one rule, and say the same.
static int compare_identity(const struct diag *a, const struct diag *b) {
    int order = compare_places(&a->place, &b->place);
    if (order == 0)
        order = compare_texts(a->rule, b->rule);
    if (order == 0)
        order = compare_texts(a->message, b->message);
    return order;
}

static int compare_paths(const struct diag *a, const struct diag *b) {
    int order = compare_numbers(a->path_count, b->path_count);
    for (uint32_t i = 0; i < a->path_count && order == 0; i++) {
        order = compare_places(&a->path[i].place, &b->path[i].place);
        if (order == 0)
            order = compare_texts(a->path[i].message, b->path[i].message);
    }
    return order;
}

// Among equal ones the shortest path comes first, and is the one that stays.
static int compare_diags(const void *left, const void *right) {
    const struct diag *a = left, *b = right;
    int order = compare_identity(a, b);
    if (order == 0)
        order = compare_paths(a, b);
    if (order == 0)
        order = compare_texts(a->function, b->function);
    if (order == 0)
        order = compare_texts(a->fingerprint_key, b->fingerprint_key);
    if (order == 0)
        order = compare_texts(a->grade, b->grade);
    if (order == 0)
        order = compare_texts(a->help, b->help);
    if (order == 0)
        order = compare_numbers(a->upstream_ns, b->upstream_ns);
    if (order == 0)
        order = compare_numbers(a->bound_ns, b->bound_ns);
    return order;
}

static void drop_equal_ones(struct diags *diags) {
    size_t kept = 0;
    for (size_t i = 0; i < diags->items.len; i++)
        if (kept == 0 || compare_identity(&diags->items.items[kept - 1], &diags->items.items[i]) != 0)
            diags->items.items[kept++] = diags->items.items[i];
    diags->items.len = kept;
}

// Each part ends in a NUL, so that "a" "bc" and "ab" "c" differ.
static uint64_t hash_key(const struct diag *diag, struct buf *scratch) {
    const char *parts[] = {diag->rule, diag->function, diag->fingerprint_key};
    scratch->len = 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        buf_add(scratch, parts[i] ? parts[i] : "", parts[i] ? strlen(parts[i]) + 1 : 1);
    return hash_bytes(scratch->data, scratch->len);
}

static void fill_fingerprints(struct diags *diags) {
    struct map occurrences = {0};
    struct buf scratch = {0};
    for (size_t i = 0; i < diags->items.len; i++) {
        struct diag *diag = &diags->items.items[i];
        uint64_t key = hash_key(diag, &scratch);
        uint32_t before = (*map_put(&occurrences, key, NULL))++;
        snprintf(diag->fingerprint, sizeof diag->fingerprint, "%016" PRIx64, before ? hash_mix(key, before) : key);
    }
    buf_done(&scratch);
    map_done(&occurrences);
}

void diags_show(struct diags *diags, const char *root, const char *base) {
    for (size_t i = 0; i < diags->items.len; i++) {
        struct diag *diag = &diags->items.items[i];
        diag->place.file = path_shown(&diags->arena, root, base, diag->place.file);
        for (uint32_t k = 0; k < diag->path_count; k++)
            diag->path[k].place.file = path_shown(&diags->arena, root, base, diag->path[k].place.file);
        for (uint32_t k = 0; k < diag->edit_count; k++)
            diag->edits[k].place.file = path_shown(&diags->arena, root, base, diag->edits[k].place.file);
    }
}

void diags_finish(struct diags *diags) {
    if (diags->items.len > 1)
        qsort(diags->items.items, diags->items.len, sizeof *diags->items.items, compare_diags);
    drop_equal_ones(diags);
    fill_fingerprints(diags);
}
