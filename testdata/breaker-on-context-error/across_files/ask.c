#include "guard.h"

int shop_ask(CTX_CONST struct ctx *ctx, int id)
{
    return call(ctx, id);
}

void shop_count(CTX_CONST struct ctx *ctx, struct breaker *breaker, int result)
{
    if (result >= 0)
        breaker_passed(breaker);
    else if (!ctx_err(ctx))
        breaker_failed(breaker);
}
