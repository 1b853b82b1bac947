// A fresh context in a function that was given a context or a budget: nobody can end what runs under it.
#include "waits.h"
#include "work.h"

struct ctx *ctx_todo(void);

int from_background_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return call(ctx_background(), id); // want detached-context "ctx_background"
}

int from_background_ok(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return call(ctx, id);
}

int bounded_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    struct ctx *work = ctx_with_timeout(ctx_background(), 500); // want detached-context "."
    int result = call(work, id);
    ctx_cancel(work);
    return result;
}

int bounded_ok(CTX_CONST struct ctx *ctx, int id)
{
    int64_t left = ctx_remaining(ctx);
    struct ctx *work = ctx_with_timeout(ctx, left < 500 ? left : 500);
    int result = call(work, id);
    ctx_cancel(work);
    return result;
}

int in_a_variable_bad(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *root = ctx_background(); // want detached-context "."
    struct ctx *work = ctx_with_cancel(root);
    int result = call(work, id) + call(ctx, id);
    ctx_cancel(work);
    return result;
}

int stand_in_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return call(ctx_todo(), id); // want detached-context "ctx_todo"
}

int by_deadline_bad(int64_t deadline, int id)
{
    struct ctx *work = ctx_with_timeout(ctx_background(), 500); // want detached-context "."
    int result = call(work, id) + rpc_until(id, deadline);
    ctx_cancel(work);
    return result;
}

// The budget goes on in the new context.
int by_deadline_ok(int64_t deadline, int id)
{
    struct ctx *work = ctx_with_deadline(ctx_background(), deadline);
    int result = call(work, id);
    ctx_cancel(work);
    return result;
}

int by_timeout_bad(int timeout_ms, int id)
{
    struct ctx *work = ctx_with_cancel(ctx_background()); // want detached-context "."
    int result = call(work, id) + rpc(id, timeout_ms);
    ctx_cancel(work);
    return result;
}

int by_timeout_ok(int timeout_ms, int id)
{
    struct ctx *work = ctx_with_timeout(ctx_background(), timeout_ms);
    int result = call(work, id);
    ctx_cancel(work);
    return result;
}

int by_timer_ok(struct timer *timer, int id)
{
    struct ctx *work = ctx_with_timeout(ctx_background(), timer_left(timer));
    int result = call(work, id);
    ctx_cancel(work);
    return result;
}

struct request {
    struct ctx *ctx;
    int id;
};

int by_request_bad(struct request *request)
{
    use(request->ctx);
    return call(ctx_background(), request->id); // want detached-context "."
}

int by_request_ok(struct request *request)
{
    return call(request->ctx, request->id);
}
