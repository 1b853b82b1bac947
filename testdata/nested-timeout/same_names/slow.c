#include "ctx.h"
#include "work.h"

static const int64_t limit_ms = 9000;

struct state {
    int id;
    struct ctx *ctx;
};

// Nobody in this file sets a deadline above it, and this is another struct state.
int slow_run_ok(struct state *state)
{
    return spend(ctx_with_timeout(state->ctx, limit_ms));
}

static int run(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, limit_ms)); // want nested-timeout "9 s.*dead.*2 s"
}

int slow_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = run(ctx);
    ctx_cancel(ctx);
    return result;
}
