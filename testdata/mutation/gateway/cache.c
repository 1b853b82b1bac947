#include "gateway.h"

// A cache that is slow is as good as none: a tenth of what is left.
int cache_look(struct ctx *ctx, int key)
{
    struct ctx *look = ctx_with_timeout(ctx, ctx_remaining(ctx) / 10);
    if (!look)
        return -1;
    int result = call(look, key);
    ctx_cancel(look);
    return result;
}
