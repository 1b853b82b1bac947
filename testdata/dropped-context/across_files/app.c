#include "store.h"

int handle_ok(CTX_CONST struct ctx *ctx, int key)
{
    return memory_store.get(ctx, key) + disk_get_bad(ctx, key) + disk_get_ok(ctx, key);
}
