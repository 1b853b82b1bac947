// Recursion deeper than anyone would follow level by level.
#include "work.h"

static int walk(CTX_CONST struct ctx *ctx, int depth)
{
    if (depth == 0)
        return fetch(ctx, 1);
    return walk(ctx, depth - 1);
}

int walked_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_timeout(parent, 2000); // want lost-cancel "ctx"
    return walk(ctx, 40);
}

int walked_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_timeout(parent, 2000);
    int result = walk(ctx, 40);
    ctx_cancel(ctx);
    return result;
}

static int end_below(struct ctx *ctx, int depth)
{
    if (depth < 0)
        return -1;
    if (depth == 0) {
        ctx_cancel(ctx);
        return 1;
    }
    return end_below(ctx, depth - 1);
}

int ended_below_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_timeout(parent, 2000);
    return end_below(ctx, 40);
}

int not_ended_below_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_timeout(parent, 2000); // want lost-cancel "ctx"
    return end_below(ctx, -1);
}

// Two functions in turn.
static int odd(struct ctx *ctx, int depth);

static int even(struct ctx *ctx, int depth)
{
    return depth == 0 ? spend(ctx) : odd(ctx, depth - 1);
}

static int odd(struct ctx *ctx, int depth)
{
    return depth == 0 ? fetch(ctx, 1) : even(ctx, depth - 1);
}

int in_turn_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    if (!ctx)
        return -1;
    odd(ctx, 0);
    return even(ctx, 0);
}
