// A context handed to a thread: the thread must end it, or whoever joins the thread.
#include <pthread.h>
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct job {
    struct ctx *ctx;
    int id;
};

// Ends what it was given.
static void *careful_worker(void *arg)
{
    struct ctx *ctx = arg;
    use(ctx);
    ctx_cancel(ctx);
    return NULL;
}

static void *careless_worker(void *arg)
{
    struct ctx *ctx = arg;
    use(ctx);
    return NULL;
}

static void *hasty_worker(void *arg)
{
    struct ctx *ctx = arg;
    if (fetch(ctx, 1) < 0)
        return NULL;
    ctx_cancel(ctx);
    return NULL;
}

int thread_that_ends_it_ok(CTX_CONST struct ctx *parent, pthread_t *ret_thread)
{
    struct ctx *handed = ctx_with_cancel(parent);
    if (pthread_create(ret_thread, NULL, careful_worker, handed)) {
        ctx_cancel(handed);
        return -1;
    }
    return 0;
}

int thread_that_never_does_bad(CTX_CONST struct ctx *parent, pthread_t *ret_thread)
{
    struct ctx *handed = ctx_with_cancel(parent); // want lost-cancel "handed"
    if (pthread_create(ret_thread, NULL, careless_worker, handed)) {
        ctx_cancel(handed);
        return -1;
    }
    return 0;
}

int thread_that_does_sometimes_bad(CTX_CONST struct ctx *parent, pthread_t *ret_thread)
{
    struct ctx *handed = ctx_with_cancel(parent); // want lost-cancel "handed"
    if (pthread_create(ret_thread, NULL, hasty_worker, handed)) {
        ctx_cancel(handed);
        return -1;
    }
    return 0;
}

int thread_not_started_bad(CTX_CONST struct ctx *parent, pthread_t *ret_thread)
{
    struct ctx *handed = ctx_with_cancel(parent); // want lost-cancel "handed"
    if (pthread_create(ret_thread, NULL, careful_worker, handed))
        return -1;
    return 0;
}

int joined_and_ended_here_ok(CTX_CONST struct ctx *parent)
{
    pthread_t thread;
    struct ctx *lent = ctx_with_cancel(parent);
    if (pthread_create(&thread, NULL, careless_worker, lent)) {
        ctx_cancel(lent);
        return -1;
    }
    pthread_join(thread, NULL);
    ctx_cancel(lent);
    return 0;
}

// In a job.
static void *job_worker(void *arg)
{
    struct job *job = arg;
    fetch(job->ctx, job->id);
    ctx_cancel(job->ctx);
    free(job);
    return NULL;
}

int job_ok(CTX_CONST struct ctx *parent, int id, pthread_t *ret_thread)
{
    struct job *job = malloc(sizeof *job);
    if (!job)
        return -1;
    job->ctx = ctx_with_cancel(parent);
    job->id = id;
    if (pthread_create(ret_thread, NULL, job_worker, job)) {
        ctx_cancel(job->ctx);
        free(job);
        return -1;
    }
    return 0;
}

struct errand {
    struct ctx *ctx;
    int id;
};

static void *errand_worker(void *arg)
{
    struct errand *errand = arg;
    fetch(errand->ctx, errand->id);
    free(errand);
    return NULL;
}

int errand_bad(CTX_CONST struct ctx *parent, int id, pthread_t *ret_thread)
{
    struct errand *errand = malloc(sizeof *errand);
    if (!errand)
        return -1;
    errand->ctx = ctx_with_cancel(parent); // want lost-cancel "ctx"
    errand->id = id;
    if (pthread_create(ret_thread, NULL, errand_worker, errand)) {
        free(errand);
        return -1;
    }
    return 0;
}

// The thread makes its own.
static void *maker_ok(void *arg)
{
    struct ctx *own = ctx_with_cancel((CTX_CONST struct ctx *)arg);
    use(own);
    ctx_cancel(own);
    return NULL;
}

static void *maker_bad(void *arg)
{
    struct ctx *own = ctx_with_cancel((CTX_CONST struct ctx *)arg); // want lost-cancel "own"
    use(own);
    return NULL;
}

int start_makers_ok(struct ctx *parent, pthread_t threads[2])
{
    return pthread_create(&threads[0], NULL, maker_ok, parent) || pthread_create(&threads[1], NULL, maker_bad, parent);
}
