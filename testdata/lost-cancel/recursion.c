// Recursion, direct and mutual.
#include "ctx.h"
#include "work.h"

int each_level_its_own_ok(CTX_CONST struct ctx *parent, int depth)
{
    if (depth == 0)
        return fetch(parent, 0);
    struct ctx *level = ctx_with_cancel(parent);
    int result = each_level_its_own_ok(level, depth - 1);
    ctx_cancel(level);
    return result;
}

int each_level_forgets_bad(CTX_CONST struct ctx *parent, int depth)
{
    if (depth == 0)
        return fetch(parent, 0);
    struct ctx *level = ctx_with_cancel(parent); // want lost-cancel "level"
    return each_level_forgets_bad(level, depth - 1);
}

// The last level ends it.
static void sink(struct ctx *ctx, int depth)
{
    if (depth <= 0) {
        ctx_cancel(ctx);
        return;
    }
    use(ctx);
    sink(ctx, depth - 1);
}

void handed_down_ok(CTX_CONST struct ctx *parent, int depth)
{
    struct ctx *sunk = ctx_with_cancel(parent);
    sink(sunk, depth);
}

static void odd(struct ctx *ctx, int depth);

static void even(struct ctx *ctx, int depth)
{
    if (depth == 0)
        ctx_cancel(ctx);
    else
        odd(ctx, depth - 1);
}

static void odd(struct ctx *ctx, int depth)
{
    if (depth == 0)
        return;
    even(ctx, depth - 1);
}

void mutual_bad(CTX_CONST struct ctx *parent, int depth)
{
    struct ctx *thrown = ctx_with_cancel(parent); // want lost-cancel "thrown"
    even(thrown, depth);
}

static void ping(struct ctx *ctx, int depth);

static void pong(struct ctx *ctx, int depth)
{
    use(ctx);
    ping(ctx, depth - 1);
}

static void ping(struct ctx *ctx, int depth)
{
    if (depth > 0)
        pong(ctx, depth - 1);
    else
        ctx_cancel(ctx);
}

void mutual_ok(CTX_CONST struct ctx *parent, int depth)
{
    struct ctx *thrown = ctx_with_cancel(parent);
    ping(thrown, depth);
}
