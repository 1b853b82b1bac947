// Where no context was given, a fresh one is the right thing.
#include <pthread.h>

#include "waits.h"
#include "work.h"

int nothing_given_ok(int id)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result = call(ctx, id);
    ctx_cancel(ctx);
    return result;
}

// A default for callers that have none, in three forms.
int default_ok(struct ctx *ctx, int id)
{
    if (!ctx)
        ctx = ctx_background();
    return call(ctx, id);
}

int default_by_ternary_ok(struct ctx *ctx, int id)
{
    return call(ctx ? ctx : ctx_background(), id);
}

#define CTX_OR_BACKGROUND(ctx) ((ctx) == NULL ? ctx_background() : (ctx))

int default_by_macro_ok(struct ctx *ctx, int id)
{
    return call(CTX_OR_BACKGROUND(ctx), id);
}

static struct ctx *or_background_ok(struct ctx *ctx)
{
    if (ctx != NULL)
        return ctx;
    return ctx_background();
}

int default_by_function_ok(struct ctx *ctx, int id)
{
    return call(or_background_ok(ctx), id);
}

// The other way round: a context is in hand exactly there.
int upside_down_bad(struct ctx *ctx, int id)
{
    if (ctx)
        return call(ctx_background(), id); // want detached-context "."
    return -1;
}

// Explicitly apart: the library has a call for it, and the values stay.
int apart_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *audit = ctx_with_timeout(ctx_without_cancel(ctx), 200);
    int result = call(audit, id);
    ctx_cancel(audit);
    return result;
}

// A thread that was given none.
static void *worker_ok(void *arg)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    call(ctx, *(int *)arg);
    ctx_cancel(ctx);
    return NULL;
}

int start_ok(CTX_CONST struct ctx *ctx, int *id)
{
    pthread_t thread;
    use(ctx);
    if (pthread_create(&thread, NULL, worker_ok, id) != 0)
        return -1;
    return pthread_join(thread, NULL);
}

// A number that is no budget.
int unrelated_number_ok(int count, int id)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    int result = call(ctx, id + count);
    ctx_cancel(ctx);
    return result;
}

int main(void)
{
    struct ctx *program = ctx_with_cancel(ctx_background());
    int result = call(program, 1);
    ctx_cancel(program);
    return result != 0;
}
