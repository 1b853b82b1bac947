#include "layers.h"
#include "work.h"

enum { READ_MS = 500, WRITE_MS = 2000 };

int store_read(struct session *session, int key)
{
    struct ctx *read = ctx_with_timeout(session->ctx, READ_MS); // want timeout-below-root "500 ms"
    int result = fetch(read, key);
    ctx_cancel(read);
    return result;
}

int store_write(CTX_CONST struct ctx *ctx, int key)
{
    struct ctx *write = ctx_with_deadline(ctx, ctx_now() + WRITE_MS); // want timeout-below-root "2 s"
    int result = fetch(write, key);
    ctx_cancel(write);
    return result;
}

int store_sync(CTX_CONST struct ctx *ctx)
{
    return fetch(ctx, 0);
}
