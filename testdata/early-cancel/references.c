// Contexts with several owners: to give back a reference does not end them, to cancel them does.
#include "waits.h"
#include "work.h"

struct rctx;
TL("root result=return owned") struct rctx *rctx_background(void);
TL("derive parent=arg0 result=return") struct rctx *rctx_with_cancel(struct rctx *parent);
TL("cancel object=arg0") void rctx_cancel(struct rctx *ctx);
TL("ref object=arg0 result=none") void rctx_ref(struct rctx *ctx);
TL("release object=arg0") void rctx_unref(struct rctx *ctx);
int rctx_fetch(struct rctx *ctx, int id);
bool start(struct rctx *ctx);

// One reference for each worker; nobody started.
int given_back_ok(struct rctx *ctx)
{
    rctx_ref(ctx);
    rctx_ref(ctx);
    if (!start(ctx)) {
        rctx_unref(ctx);
        rctx_unref(ctx);
        return -1;
    }
    return rctx_fetch(ctx, 1);
}

static bool connect_with(struct rctx *ctx)
{
    rctx_ref(ctx);
    if (!start(ctx)) {
        rctx_unref(ctx);
        return false;
    }
    return true;
}

int callee_gives_back_ok(struct rctx *ctx)
{
    connect_with(ctx);
    return rctx_fetch(ctx, 1);
}

int cancelled_bad(struct rctx *parent)
{
    struct rctx *ctx = rctx_with_cancel(parent);
    rctx_cancel(ctx);
    int result = rctx_fetch(ctx, 1); // want early-cancel "ctx"
    rctx_unref(ctx);
    return result;
}

int cancelled_ok(struct rctx *parent)
{
    struct rctx *ctx = rctx_with_cancel(parent);
    int result = rctx_fetch(ctx, 1);
    rctx_cancel(ctx);
    rctx_unref(ctx);
    return result;
}
