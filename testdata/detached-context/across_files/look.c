#include "app.h"
#include "work.h"

int look_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return fetch(ctx_background(), id); // want detached-context "."
}

int look_ok(CTX_CONST struct ctx *ctx, int id)
{
    return fetch(ctx, id);
}
