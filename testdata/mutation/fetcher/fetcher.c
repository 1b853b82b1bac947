// Fetches pages with retries, in a thread that ends with the request.
#include <pthread.h>

#include "waits.h"
#include "work.h"

struct job {
    struct ctx *ctx;
    int page, result;
};

static int fetch_page(struct ctx *ctx, int page)
{
    int result = -1;
    for (int left = 3; left > 0 && !ctx_done(ctx); left--) {
        struct ctx *attempt = ctx_with_timeout(ctx, ctx_remaining(ctx) / left);
        if (!attempt)
            return -1;
        result = call(attempt, page);
        ctx_cancel(attempt);
        if (result >= 0)
            break;
        int64_t rest = ctx_remaining(ctx);
        pause_ms(rest / 10);
    }
    return result;
}

static void *work(void *arg)
{
    struct job *job = arg;
    struct ctx *own = ctx_with_timeout(job->ctx, ctx_remaining(job->ctx) / 2);
    if (!own)
        return NULL;
    job->result = fetch_page(own, job->page);
    ctx_cancel(own);
    return NULL;
}

int fetcher_handle(int page)
{
    struct job job = { .page = page, .result = -1 };
    job.ctx = ctx_with_timeout(ctx_background(), 4000);
    if (!job.ctx)
        return -1;
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &job) == 0)
        pthread_join(thread, NULL);
    ctx_cancel(job.ctx);
    return job.result;
}
