#include "gateway.h"

static int from_servers(struct gateway *gateway, struct ctx *ctx, int key)
{
    struct ctx *first = ctx_with_deadline(ctx, ctx_now() + ctx_remaining(ctx) / 2);
    if (!first)
        return -1;
    int result = backend_ask(first, gateway->first, key);
    ctx_cancel(first);
    return result >= 0 ? result : backend_ask(ctx, gateway->second, key);
}

int gateway_handle(struct gateway *gateway, int key)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 2000);
    if (!ctx)
        return -1;
    int result = cache_look(ctx, key);
    if (result < 0)
        result = from_servers(gateway, ctx, key);
    ctx_cancel(ctx);
    return result;
}
