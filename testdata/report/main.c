#include "ctx.h"

int handle(struct request *request)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 3000); int status = -1;
    if (ctx)
        status = charge(ctx, request->cents);
    ctx_cancel(ctx);
    return status;
}
