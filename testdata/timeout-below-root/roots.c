// Roots set the first deadline: nobody calls them, or their context comes from a background constructor, from outside the
// program, from a framework or a new thread.
#include <pthread.h>

#include "ctx.h"
#include "work.h"

void server_on_request(int (*handler)(struct ctx *ctx, void *data), void *data);
void server_run(void);

int nobody_calls_it_ok(CTX_CONST struct ctx *request)
{
    return spend(ctx_with_timeout(request, 3000));
}

// Called by the program, but the context starts here.
static int from_background_ok(int id)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 3000);
    int result = fetch(ctx, id);
    ctx_cancel(ctx);
    return result;
}

static int from_background_in_steps_ok(int id)
{
    struct ctx *root = ctx_background();
    struct ctx *named = ctx_with_value(root, "job", NULL);
    struct ctx *ctx = ctx_with_deadline(named, ctx_now() + 3000);
    int result = fetch(ctx, id);
    ctx_cancel(ctx);
    return result;
}

int caller_ok(int id)
{
    return from_background_ok(id) + from_background_in_steps_ok(id);
}

// Registered with a framework whose code is not here.
static int on_request_ok(struct ctx *ctx, void *data)
{
    (void)data;
    return spend(ctx_with_timeout(ctx, 3000));
}

void register_ok(void)
{
    server_on_request(on_request_ok, NULL);
    server_run();
}

// What the handler calls is below it.
static int below_a_handler_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 500)); // want timeout-below-root "500 ms"
}

static int on_other_request_ok(struct ctx *ctx, void *data)
{
    (void)data;
    return below_a_handler_bad(ctx);
}

void register_other_ok(void)
{
    server_on_request(on_other_request_ok, NULL);
}

// The entry of a thread.
static void *worker_ok(void *arg)
{
    (void)arg;
    spend(ctx_with_timeout(ctx_background(), 3000));
    return NULL;
}

static void *worker_with_context_ok(void *arg)
{
    struct ctx *ctx = arg;
    spend(ctx_with_timeout(ctx, 3000));
    return NULL;
}

void start_workers_ok(struct ctx *ctx)
{
    pthread_t threads[2];
    if (pthread_create(&threads[0], NULL, worker_ok, NULL) == 0)
        pthread_join(threads[0], NULL);
    if (pthread_create(&threads[1], NULL, worker_with_context_ok, ctx) == 0)
        pthread_join(threads[1], NULL);
}

// The context is a field of a request that nothing in the program fills.
struct request {
    struct ctx *ctx;
    int id;
};

static int handle_request_ok(const struct request *request)
{
    struct ctx *ctx = ctx_with_timeout(request->ctx, 3000);
    int result = fetch(ctx, request->id);
    ctx_cancel(ctx);
    return result;
}

int dispatch_ok(const struct request *request)
{
    return request->id > 0 ? handle_request_ok(request) : -1;
}

// A root may set its budget through a wrapper.
static struct ctx *bounded(CTX_CONST struct ctx *parent, int64_t ms)
{
    return ctx_with_timeout(parent, ms);
}

int root_with_a_wrapper_ok(CTX_CONST struct ctx *request)
{
    return spend(bounded(request, 3000));
}
