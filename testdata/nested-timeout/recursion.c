// Recursion and cycles in the call graph.
#include "ctx.h"
#include "work.h"

static int descend_bad(CTX_CONST struct ctx *ctx, int depth)
{
    if (depth == 0)
        return spend(ctx_with_timeout(ctx, 500)); // want nested-timeout "500 ms.*capped.*3 s"
    return descend_bad(ctx, depth - 1);
}

int handle_descend_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = descend_bad(ctx, 4);
    ctx_cancel(ctx);
    return result;
}

// Every level is bounded by the level above it: the same 500 ms again.
static int narrowing_bad(CTX_CONST struct ctx *ctx, int depth)
{
    if (depth == 0)
        return fetch(ctx, 1);
    struct ctx *level = ctx_with_timeout(ctx, 500); // want nested-timeout "500 ms.*capped"
    int result = narrowing_bad(level, depth - 1);
    ctx_cancel(level);
    return result;
}

int handle_narrowing_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = narrowing_bad(ctx, 4);
    ctx_cancel(ctx);
    return result;
}

static int narrowing_ok(CTX_CONST struct ctx *ctx, int depth)
{
    if (depth == 0)
        return fetch(ctx, 1);
    struct ctx *level = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    int result = narrowing_ok(level, depth - 1);
    ctx_cancel(level);
    return result;
}

int handle_halving_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = narrowing_ok(ctx, 4);
    ctx_cancel(ctx);
    return result;
}

static int pong_bad(CTX_CONST struct ctx *ctx, int depth);

static int ping_ok(CTX_CONST struct ctx *ctx, int depth)
{
    return depth > 0 ? pong_bad(ctx, depth - 1) : 0;
}

static int pong_bad(CTX_CONST struct ctx *ctx, int depth)
{
    return ping_ok(ctx, depth) + spend(ctx_with_timeout(ctx, 4000)); // want nested-timeout "4 s.*dead.*3 s"
}

int handle_ping_pong_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = ping_ok(ctx, 4);
    ctx_cancel(ctx);
    return result;
}

// A root that calls itself sets its own budget at every level.
int tree_walk_bad(CTX_CONST struct ctx *parent, int depth)
{
    struct ctx *ctx = ctx_with_timeout(parent, 500); // want nested-timeout "500 ms.*(dead|capped)"
    int result = depth > 0 ? tree_walk_bad(ctx, depth - 1) : fetch(ctx, depth);
    ctx_cancel(ctx);
    return result;
}
