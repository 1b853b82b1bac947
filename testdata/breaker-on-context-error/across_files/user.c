#include "guard.h"

int user_bad(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = shop_ask(ctx, id);
    if (result < 0)
        breaker_failed(breaker); // want breaker-on-context-error "."
    return result;
}

int user_ok(CTX_CONST struct ctx *ctx, struct breaker *breaker, int id)
{
    int result = shop_ask(ctx, id);
    shop_count(ctx, breaker, result);
    return result;
}
