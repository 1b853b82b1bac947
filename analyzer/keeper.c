// A list that only grows; the thread follows it. Where no thread can be had, everything is kept at the end.
#include "keeper.h"

#include "ir/save.h"

#include <pthread.h>
#include <stdlib.h>

struct job {
    bool is_prefix;
    struct keeper_unit unit;
    struct pch_kept prefix;
};

struct keeper {
    struct reuse *reuse;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; // of what follows
    pthread_cond_t news;
    VEC(struct job) jobs;
    size_t next;
    bool is_ending;
};

// The next one, waiting for it; false where there are none any more.
static bool take(struct keeper *keeper, struct job *ret_job) {
    pthread_mutex_lock(&keeper->lock);
    while (keeper->next == keeper->jobs.len && !keeper->is_ending)
        pthread_cond_wait(&keeper->news, &keeper->lock);
    bool has_one = keeper->next < keeper->jobs.len;
    if (has_one)
        *ret_job = keeper->jobs.items[keeper->next++];
    pthread_mutex_unlock(&keeper->lock);
    return has_one;
}

static void keep_unit(struct reuse *reuse, struct keeper_unit *unit) {
    *unit->ret_kept = reuse_keep_unit(reuse, unit->command, unit->bytes, unit->size, buf_text(&unit->inputs), unit->inputs.len, unit->problem);
    buf_done(&unit->inputs);
    ir_rest(unit->unit);
}

static void keep_prefix(struct reuse *reuse, struct pch_kept *prefix) {
    reuse_keep_prefix(reuse, prefix);
    buf_done(&prefix->key);
    buf_done(&prefix->bytes);
    buf_done(&prefix->reads);
}

static void *keep_all(void *data) {
    struct keeper *keeper = data;
    struct job job;
    while (take(keeper, &job)) {
        if (job.is_prefix)
            keep_prefix(keeper->reuse, &job.prefix);
        else
            keep_unit(keeper->reuse, &job.unit);
    }
    return NULL;
}

struct keeper *keeper_start(struct reuse *reuse) {
    struct keeper *keeper = mem_zalloc(sizeof *keeper);
    keeper->reuse = reuse;
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_cond_init(&keeper->news, NULL);
    keeper->has_thread = pthread_create(&keeper->thread, NULL, keep_all, keeper) == 0;
    return keeper;
}

static void add(struct keeper *keeper, const struct job *job) {
    pthread_mutex_lock(&keeper->lock);
    vec_push(&keeper->jobs, *job);
    pthread_cond_signal(&keeper->news);
    pthread_mutex_unlock(&keeper->lock);
}

void keeper_add(struct keeper *keeper, const struct keeper_unit *unit) {
    add(keeper, &(struct job){.unit = *unit});
}

void keeper_add_prefix(struct keeper *keeper, const struct pch_kept *prefix) {
    add(keeper, &(struct job){.is_prefix = true, .prefix = *prefix});
}

void keeper_end(struct keeper *keeper) {
    if (!keeper)
        return;
    pthread_mutex_lock(&keeper->lock);
    keeper->is_ending = true;
    pthread_cond_signal(&keeper->news);
    pthread_mutex_unlock(&keeper->lock);
    if (keeper->has_thread)
        pthread_join(keeper->thread, NULL);
    else
        keep_all(keeper);
    pthread_cond_destroy(&keeper->news);
    pthread_mutex_destroy(&keeper->lock);
    vec_done(&keeper->jobs);
    free(keeper);
}
