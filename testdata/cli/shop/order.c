// The root: 3 s for the whole order.
#include "shop.h"

int handle_order(int amount)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 3000);
    int result = pay(ctx, amount);
    if (result == 0)
        result = ship(ctx, result);
    ctx_cancel(ctx);
    return result;
}
