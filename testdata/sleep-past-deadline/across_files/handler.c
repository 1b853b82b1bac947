#include "device.h"

int handle(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = device_reset(ctx, id) + device_wake(ctx, id);
    ctx_cancel(ctx);
    return result;
}
