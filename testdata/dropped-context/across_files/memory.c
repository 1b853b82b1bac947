#include "store.h"
#include "waits.h"

int memory_get_ok(CTX_CONST struct ctx *ctx, int key)
{
    return rpc(key, 10);
}
