// Contexts in arrays, with cancel functions of their own, behind macros; other libraries.
#include "initctx.h"
#include "outctx.h"
#include "pairctx.h"
#include "statusctx.h"
#include "waits.h"
#include "work.h"

// All are used in one loop, cancelled in the next.
int array_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *all[4];
    int sum = 0;
    for (int i = 0; i < 4; i++)
        all[i] = ctx_with_cancel(parent);
    for (int i = 0; i < 4; i++)
        sum += fetch(all[i], i);
    for (int i = 0; i < 4; i++)
        ctx_cancel(all[i]);
    return sum;
}

// Each one is used and cancelled in its turn.
int array_in_turn_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *all[4];
    int sum = 0;
    for (int i = 0; i < 4; i++)
        all[i] = ctx_with_cancel(parent);
    for (int i = 0; i < 4; i++) {
        sum += fetch(all[i], i);
        ctx_cancel(all[i]);
    }
    return sum;
}

int function_in_a_struct_bad(struct pctx *parent)
{
    struct pctx_scope scope = pctx_with_cancel(parent);
    scope.cancel(scope.ctx);
    return pfetch(scope.ctx, 1); // want early-cancel "."
}

int function_in_a_struct_ok(struct pctx *parent)
{
    struct pctx_scope scope = pctx_with_cancel(parent);
    int result = pfetch(scope.ctx, 1);
    scope.cancel(scope.ctx);
    return result;
}

int out_function_bad(struct octx *parent)
{
    octx_cancel_fn cancel;
    struct octx *ctx = octx_with_cancel(parent, &cancel);
    cancel(ctx);
    return ofetch(ctx, 1); // want early-cancel "ctx"
}

int out_function_ok(struct octx *parent)
{
    octx_cancel_fn cancel;
    struct octx *ctx = octx_with_cancel(parent, &cancel);
    int result = ofetch(ctx, 1);
    cancel(ctx);
    return result;
}

int status_bad(struct sctx *parent)
{
    struct sctx *ctx;
    if (sctx_with_cancel(parent, &ctx))
        return -1;
    sctx_cancel(ctx);
    return sfetch(ctx, 1); // want early-cancel "ctx"
}

int status_ok(struct sctx *parent)
{
    struct sctx *ctx;
    if (sctx_with_cancel(parent, &ctx))
        return -1;
    int result = sfetch(ctx, 1);
    sctx_cancel(ctx);
    return result;
}

int in_place_bad(const struct ictx *parent)
{
    struct ictx ctx;
    ictx_with_timeout(&ctx, parent, 500);
    ictx_cancel(&ctx);
    return ifetch(&ctx, 1); // want early-cancel "ctx"
}

int in_place_again_ok(const struct ictx *parent)
{
    struct ictx ctx;
    ictx_with_timeout(&ctx, parent, 500);
    int result = ifetch(&ctx, 1);
    ictx_cancel(&ctx);
    ictx_with_timeout(&ctx, parent, 500);
    result += ifetch(&ctx, 2);
    ictx_cancel(&ctx);
    return result;
}

#define CANCEL_AND_CLEAR(ctx) \
    do {                      \
        ctx_cancel((ctx));    \
        (ctx) = NULL;         \
    } while (0)

int macro_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    if (fetch(ctx, id) < 0)
        CANCEL_AND_CLEAR(ctx);
    int result = ctx ? fetch(ctx, id + 1) : -1;
    if (ctx)
        CANCEL_AND_CLEAR(ctx);
    return result;
}

static void (*const end)(struct ctx *ctx) = ctx_cancel;

int through_a_pointer_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    end(ctx);
    return fetch(ctx, 1); // want early-cancel "ctx"
}

// A path that ends the process does not reach the use.
int no_return_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    if (!ready(id)) {
        ctx_cancel(ctx);
        fatal("not ready");
    }
    int result = fetch(ctx, id);
    ctx_cancel(ctx);
    return result;
}
