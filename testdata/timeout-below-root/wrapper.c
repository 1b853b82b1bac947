// A duration that travels through parameters: the finding is at the call that supplies it, if that is below the root.
#include "ctx.h"
#include "work.h"

static struct ctx *bounded(CTX_CONST struct ctx *parent, int64_t ms)
{
    return ctx_with_timeout(parent, ms);
}

static int supplies_below_bad(CTX_CONST struct ctx *parent)
{
    return spend(bounded(parent, 500)); // want timeout-below-root "500 ms"
}

static int supplies_below_ok(CTX_CONST struct ctx *parent)
{
    return spend(bounded(parent, ctx_remaining(parent) / 2));
}

int handle_ok(CTX_CONST struct ctx *request)
{
    return supplies_below_bad(request) + supplies_below_ok(request);
}

// The same function called from a root and from below one.
static int retry(CTX_CONST struct ctx *parent, int64_t ms, int tries)
{
    int result = -1;
    for (int i = 0; i < tries && result < 0; i++)
        result = spend(ctx_with_timeout(parent, ms));
    return result;
}

static int retries_below_bad(CTX_CONST struct ctx *parent)
{
    return retry(parent, 250, 3); // want timeout-below-root "250 ms"
}

int retries_at_the_root_ok(CTX_CONST struct ctx *request)
{
    return retry(request, 250, 3);
}

int handle_retries_ok(CTX_CONST struct ctx *request)
{
    return retries_below_bad(request);
}
