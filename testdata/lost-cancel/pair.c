// The derive returns a struct with the context and the function that cancels it.
#include "pairctx.h"

int called_ok(struct pctx *parent, int id)
{
    struct pctx_scope scope = pctx_with_timeout(parent, 700);
    int result = pfetch(scope.ctx, id);
    scope.cancel(scope.ctx);
    return result;
}

int early_return_bad(struct pctx *parent, int id)
{
    struct pctx_scope scope = pctx_with_timeout(parent, 700); // want lost-cancel "scope"
    int result = pfetch(scope.ctx, id);
    if (result < 0)
        return result;
    scope.cancel(scope.ctx);
    return result;
}

int cancel_dropped_bad(struct pctx *parent, int id)
{
    struct pctx *alone = pctx_with_cancel(parent).ctx; // want lost-cancel "alone|pctx_with_cancel"
    return pfetch(alone, id);
}

int taken_apart_ok(struct pctx *parent, int id)
{
    struct pctx_scope scope = pctx_with_cancel(parent);
    struct pctx *ctx = scope.ctx;
    void (*cancel)(struct pctx *) = scope.cancel;
    int result = pfetch(ctx, id);
    cancel(ctx);
    return result;
}

void loop_bad(struct pctx *parent, int count)
{
    struct pctx_scope scope;
    for (int i = 0; i < count; i++) {
        scope = pctx_with_cancel(parent); // want lost-cancel "scope"
        pfetch(scope.ctx, i);
    }
    scope.cancel(scope.ctx);
}

void loop_ok(struct pctx *parent, int count)
{
    for (int i = 0; i < count; i++) {
        struct pctx_scope scope = pctx_with_cancel(parent);
        pfetch(scope.ctx, i);
        scope.cancel(scope.ctx);
    }
}

static void close_scope(const struct pctx_scope *scope)
{
    scope->cancel(scope->ctx);
}

static void close_copy(struct pctx_scope scope)
{
    scope.cancel(scope.ctx);
}

void in_a_callee_ok(struct pctx *parent)
{
    struct pctx_scope first = pctx_with_cancel(parent), second = pctx_with_cancel(parent);
    pfetch(second.ctx, 2);
    close_scope(&first);
    close_copy(second);
}

struct pctx_scope passed_on_ok(struct pctx *parent)
{
    return pctx_with_timeout(parent, 700);
}
