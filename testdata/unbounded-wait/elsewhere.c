// The wait has no bound of its own, but the budget is watched elsewhere: the deadline is inside the request, or the one who
// started the waiting thread ends it in time.
#include <pthread.h>
#include <semaphore.h>

#include "waits.h"
#include "work.h"

// The server that answers knows the deadline.
struct query {
    struct ctx *ctx;
    int64_t deadline;
    int id, answer;
    sem_t answered;
};
void server_push(struct query *query);

static int context_inside_ok(struct ctx *ctx, int id)
{
    struct query query = { .ctx = ctx, .id = id };
    sem_init(&query.answered, 0, 0);
    server_push(&query);
    sem_wait(&query.answered);
    return query.answer;
}

static int deadline_inside_ok(struct ctx *ctx, int id)
{
    struct query query = { .id = id, .deadline = ctx_deadline(ctx) };
    sem_init(&query.answered, 0, 0);
    server_push(&query);
    sem_wait(&query.answered);
    return query.answer;
}

static void query_set_deadline(struct query *query, int64_t deadline)
{
    query->deadline = deadline;
}

static int set_by_a_function_ok(struct ctx *ctx, int id)
{
    struct query query = { .id = id };
    query_set_deadline(&query, ctx_deadline(ctx));
    sem_init(&query.answered, 0, 0);
    server_push(&query);
    sem_wait(&query.answered);
    return query.answer;
}

#define QUERY(context, number) { .ctx = (context), .id = (number) }

static int made_by_a_macro_ok(struct ctx *ctx, int id)
{
    struct query query = QUERY(ctx, id);
    sem_init(&query.answered, 0, 0);
    server_push(&query);
    sem_wait(&query.answered);
    return query.answer;
}

// Nothing inside says how long.
static int nothing_inside_bad(struct ctx *ctx, int id)
{
    struct query query = { .id = id };
    use(ctx);
    sem_init(&query.answered, 0, 0);
    server_push(&query);
    sem_wait(&query.answered); // want unbounded-wait "sem_wait"
    return query.answer;
}

int handle_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int sum = context_inside_ok(ctx, id) + deadline_inside_ok(ctx, id) + set_by_a_function_ok(ctx, id) + made_by_a_macro_ok(ctx, id);
    sum += nothing_inside_bad(ctx, id);
    ctx_cancel(ctx);
    return sum;
}

// Coroutines in a bundle: closing the bundle ends them wherever they wait.
TL("spawn entry=arg0 object=arg1 result=return structured") int bundle_go(void (*entry)(void *), void *arg);
TL("join object=arg0 deadline=arg1:ms") int bundle_wait(int bundle, int64_t deadline);
void bundle_close(int bundle);

static void reader_ok(void *arg)
{
    *(int *)arg = rpc_forever(1);
}

int bundle_ok(int64_t deadline)
{
    int result = -1;
    int bundle = bundle_go(reader_ok, &result);
    bundle_wait(bundle, deadline);
    bundle_close(bundle);
    return result;
}

struct job {
    struct ctx *ctx;
    int result;
};

static void job_ok(void *arg)
{
    struct job *job = arg;
    use(job->ctx);
    job->result = rpc_forever(2);
}

int bundle_with_context_ok(struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    struct job job = { .ctx = ctx };
    int bundle = bundle_go(job_ok, &job);
    bundle_wait(bundle, ctx_deadline(ctx));
    bundle_close(bundle);
    ctx_cancel(ctx);
    return job.result;
}

// A thread waits without end; the one who started it ends it at the deadline.
static void *thread_ok(void *arg)
{
    *(int *)arg = rpc_forever(3);
    return NULL;
}

int thread_ended_ok(const struct timespec *until)
{
    static int result;
    pthread_t thread;
    if (pthread_create(&thread, NULL, thread_ok, &result) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) {
        pthread_cancel(thread);
        pthread_join(thread, NULL);
    }
    return result;
}

// Joining a thread that works under the same context ends when that does.
static void *worker_ok(void *arg)
{
    struct job *job = arg;
    job->result = call(job->ctx, 4);
    return NULL;
}

int join_ok(struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    struct job job = { .ctx = ctx };
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker_ok, &job) == 0)
        pthread_join(thread, NULL);
    ctx_cancel(ctx);
    return job.result;
}
