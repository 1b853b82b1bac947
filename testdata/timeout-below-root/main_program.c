// A program with main: what main calls with its context is below the root.
#include "ctx.h"
#include "work.h"

static int step_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 500)); // want timeout-below-root "500 ms"
}

static int step_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, ctx_remaining(ctx)));
}

int main(void)
{
    struct ctx *program = ctx_with_cancel(ctx_background());
    struct ctx *boot = ctx_with_timeout(program, 2000);
    int result = fetch(boot, 0);
    ctx_cancel(boot);
    result += step_bad(program) + step_ok(program);
    ctx_cancel(program);
    return result != 0;
}
