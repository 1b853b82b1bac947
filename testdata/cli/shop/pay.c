// A fixed second below the 3 s of the order.
#include "shop.h"

int pay(const struct ctx *ctx, int amount)
{
    struct ctx *tight = ctx_with_timeout(ctx, 1000);
    int result = send_request(tight, amount);
    ctx_cancel(tight);
    return result;
}
