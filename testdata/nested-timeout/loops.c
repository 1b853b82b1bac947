// A context that is narrowed again and again in a loop.
#include "ctx.h"
#include "work.h"

// Each attempt is a child of the request, so only the request's deadline is above it.
static int attempts_bad(CTX_CONST struct ctx *parent)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
        if (result >= 0)
            return result;
    }
    return -1;
}

int handle_attempts_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = attempts_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

static int attempts_ok(CTX_CONST struct ctx *parent)
{
    for (int left = 3; left > 0; left--) {
        int result = spend(ctx_with_timeout(parent, ctx_remaining(parent) / left));
        if (result >= 0)
            return result;
    }
    return -1;
}

int handle_derived_attempts_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = attempts_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// At the root, attempts beside each other have nothing above them.
int root_attempts_ok(CTX_CONST struct ctx *request)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int result = spend(ctx_with_timeout(request, 500));
        if (result >= 0)
            return result;
    }
    return -1;
}
