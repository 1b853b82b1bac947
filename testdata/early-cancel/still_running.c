// A context that was handed to a thread is cancelled while the thread works: its work is cut off at once.
#include <pthread.h>

#include "waits.h"
#include "work.h"

struct job {
    struct ctx *ctx;
    int id, result;
};

static void *work_ok(void *arg)
{
    struct job *job = arg;
    job->result = call(job->ctx, job->id);
    return NULL;
}

int detached_bad(CTX_CONST struct ctx *request, struct job *job)
{
    pthread_t thread;
    job->ctx = ctx_with_cancel(request);
    if (pthread_create(&thread, NULL, work_ok, job) == 0)
        pthread_detach(thread);
    ctx_cancel(job->ctx); // want early-cancel "thread|running|work_ok"
    return 0;
}

int joined_first_ok(CTX_CONST struct ctx *request, struct job *job)
{
    pthread_t thread;
    job->ctx = ctx_with_cancel(request);
    if (pthread_create(&thread, NULL, work_ok, job) == 0)
        pthread_join(thread, NULL);
    ctx_cancel(job->ctx);
    return job->result;
}

// To cancel and then to wait is how a thread is stopped.
int stopped_ok(CTX_CONST struct ctx *request, struct job *job)
{
    pthread_t thread;
    job->ctx = ctx_with_cancel(request);
    int error = pthread_create(&thread, NULL, work_ok, job);
    if (error == 0) {
        fetch(request, job->id);
        ctx_cancel(job->ctx);
        pthread_join(thread, NULL);
    } else
        ctx_cancel(job->ctx);
    return job->result;
}

// The context itself is the argument.
static void *watch_ok(void *arg)
{
    call(arg, 1);
    return NULL;
}

int argument_bad(CTX_CONST struct ctx *request, int id)
{
    pthread_t thread;
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int error = pthread_create(&thread, NULL, watch_ok, ctx);
    int result = error ? -1 : fetch(ctx, id);
    ctx_cancel(ctx); // want early-cancel "thread|running|watch_ok"
    return result;
}

int argument_ok(CTX_CONST struct ctx *request, int id)
{
    pthread_t thread;
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int error = pthread_create(&thread, NULL, watch_ok, ctx);
    int result = error ? -1 : fetch(ctx, id);
    if (!error)
        pthread_join(thread, NULL);
    ctx_cancel(ctx);
    return result;
}

// The cleanup at the end of the scope does it.
static void end_ctx(struct ctx **ctx)
{
    ctx_cancel(*ctx);
}

int cleanup_bad(CTX_CONST struct ctx *request)
{
    pthread_t thread;
    __attribute__((cleanup(end_ctx))) struct ctx *ctx = ctx_with_timeout(request, 2000);
    if (pthread_create(&thread, NULL, watch_ok, ctx) == 0)
        pthread_detach(thread);
    return 0; // want early-cancel "thread|running|watch_ok"
}

int cleanup_ok(CTX_CONST struct ctx *request)
{
    pthread_t thread;
    __attribute__((cleanup(end_ctx))) struct ctx *ctx = ctx_with_timeout(request, 2000);
    if (pthread_create(&thread, NULL, watch_ok, ctx) == 0)
        pthread_join(thread, NULL);
    return 0;
}

// The thread owns its context and ends it itself.
static void *owner_ok(void *arg)
{
    struct job *job = arg;
    job->result = call(job->ctx, job->id);
    ctx_cancel(job->ctx);
    return NULL;
}

int handed_over_ok(CTX_CONST struct ctx *request, struct job *job)
{
    pthread_t thread;
    job->ctx = ctx_with_cancel(request);
    if (pthread_create(&thread, NULL, owner_ok, job) != 0) {
        ctx_cancel(job->ctx);
        return -1;
    }
    pthread_detach(thread);
    return 0;
}

// It failed to start: nothing runs.
int not_started_ok(CTX_CONST struct ctx *request, struct job *job, pthread_t *ret_thread)
{
    job->ctx = ctx_with_cancel(request);
    if (pthread_create(ret_thread, NULL, work_ok, job) != 0) {
        ctx_cancel(job->ctx);
        return -1;
    }
    return 0;
}
