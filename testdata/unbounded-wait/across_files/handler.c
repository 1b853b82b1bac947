#include "store.h"

int handle(CTX_CONST struct ctx *request, int fd)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = store_read_bad(ctx, fd) + store_read_ok(ctx, fd);
    ctx_cancel(ctx);
    return result;
}
