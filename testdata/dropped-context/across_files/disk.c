#include "store.h"
#include "waits.h"

int disk_get_bad(CTX_CONST struct ctx *ctx, int key) // want dropped-context "ctx"
{
    return rpc(key, 10);
}

int disk_get_ok(CTX_CONST struct ctx *ctx, int key)
{
    return call(ctx, key);
}
