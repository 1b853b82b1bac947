#include "service.h"
#include "work.h"

int transport_send(CTX_CONST struct ctx *ctx, int id, int64_t timeout_ms)
{
    struct ctx *call = ctx_with_timeout(ctx, timeout_ms);
    int result = fetch(call, id);
    ctx_cancel(call);
    return result;
}
