// A thread that gets a bounded context, in a job or as its argument, works under that bound.
#include <pthread.h>

#include "ctx.h"
#include "work.h"

struct job {
    struct ctx *ctx;
    int result;
};

static void *job_worker_bad(void *arg)
{
    struct job *job = arg;
    job->result = spend(ctx_with_timeout(job->ctx, 5000)); // want nested-timeout "5 s.*dead.*3 s"
    return NULL;
}

static void *job_worker_ok(void *arg)
{
    struct job *job = arg;
    job->result = spend(ctx_with_timeout(job->ctx, ctx_remaining(job->ctx) / 2));
    return NULL;
}

int handle_jobs_ok(CTX_CONST struct ctx *request)
{
    pthread_t threads[2];
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    struct job jobs[2] = { { .ctx = ctx }, { .ctx = ctx } };
    if (pthread_create(&threads[0], NULL, job_worker_bad, &jobs[0]) == 0)
        pthread_join(threads[0], NULL);
    if (pthread_create(&threads[1], NULL, job_worker_ok, &jobs[1]) == 0)
        pthread_join(threads[1], NULL);
    ctx_cancel(ctx);
    return jobs[0].result + jobs[1].result;
}

static void *argument_worker_bad(void *arg)
{
    struct ctx *ctx = arg;
    spend(ctx_with_timeout(ctx, 500)); // want nested-timeout "500 ms.*capped.*2 s"
    return NULL;
}

int handle_argument_ok(CTX_CONST struct ctx *request)
{
    pthread_t thread;
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    if (pthread_create(&thread, NULL, argument_worker_bad, ctx) == 0)
        pthread_join(thread, NULL);
    ctx_cancel(ctx);
    return 0;
}
