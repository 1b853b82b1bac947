// A derived bound, but an early return forgets the cancel.
#include "shop.h"

int ship(const struct ctx *ctx, int id)
{
    struct ctx *half = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    if (id < 0)
        return -1;
    int result = send_request(half, id);
    ctx_cancel(half);
    return result;
}
