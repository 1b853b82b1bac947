// The fresh context comes from a function of the program.
#include "waits.h"
#include "work.h"

static struct ctx *fresh_ok(void)
{
    return ctx_background();
}

static struct ctx *bounded_ok(int64_t ms)
{
    return ctx_with_timeout(fresh_ok(), ms);
}

static struct ctx *below_ok(CTX_CONST struct ctx *ctx)
{
    return ctx_with_cancel(ctx);
}

int fresh_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return call(fresh_ok(), id); // want detached-context "fresh_ok"
}

int fresh_bounded_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    struct ctx *work = bounded_ok(500); // want detached-context "bounded_ok"
    int result = call(work, id);
    ctx_cancel(work);
    return result;
}

int rest_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *work = bounded_ok(ctx_remaining(ctx));
    int result = call(work, id);
    ctx_cancel(work);
    return result;
}

int derived_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *work = below_ok(ctx);
    int result = call(work, id);
    ctx_cancel(work);
    return result;
}
