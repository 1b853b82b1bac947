#include "service.h"

int handle_payment(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = client_pay(ctx, id);
    ctx_cancel(ctx);
    return result;
}

int handle_look(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = client_look(ctx, id);
    ctx_cancel(ctx);
    return result;
}
