#include "api.h"
#include "waits.h"

int api_ask(CTX_CONST struct ctx *ctx, int id)
{
    return call(ctx, id);
}

bool api_give_up(CTX_CONST struct ctx *ctx, int attempt)
{
    return attempt >= 5 || ctx_done(ctx);
}
