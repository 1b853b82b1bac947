#include "service.h"
#include "work.h"

int client_charge_bad(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *call = ctx_with_timeout(ctx, 1000); // want nested-timeout "1 s.*capped.*3 s"
    int result = fetch(call, id);
    ctx_cancel(call);
    return result;
}

// The minimum is taken by a function of another file.
static int refund_by_min_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, time_min(1000, ctx_remaining(ctx))));
}

static int refund_by_helper_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, time_left_of(ctx, 1000)));
}

static int refund_by_check_ok(CTX_CONST struct ctx *ctx)
{
    if (!time_is_enough(ctx, 1000))
        return -1;
    return spend(ctx_with_timeout(ctx, 1000));
}

static int refund_by_min_of_constants_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, time_min(600, 900))); // want nested-timeout "600 ms.*capped.*3 s"
}

int client_refund_ok(CTX_CONST struct ctx *ctx, int id)
{
    if (id == 0)
        return refund_by_min_of_constants_bad(ctx);
    return refund_by_min_ok(ctx) + refund_by_helper_ok(ctx) + refund_by_check_ok(ctx);
}
