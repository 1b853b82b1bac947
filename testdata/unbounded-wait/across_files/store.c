#include "store.h"

#define WAIT_FOR_EVER (-1)

int store_read_bad(CTX_CONST struct ctx *ctx, int fd)
{
    if (ctx_done(ctx))
        return -1;
    return wire_wait(fd, WAIT_FOR_EVER); // want unbounded-wait "."
}

int store_read_ok(CTX_CONST struct ctx *ctx, int fd)
{
    if (ctx_done(ctx))
        return -1;
    return wire_wait(fd, (int)ctx_remaining(ctx));
}
