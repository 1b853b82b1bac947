#include "scope.h"

#include "work.h"

struct ctx *global_scope;
struct ctx *global_leak;

struct ctx *scope_derive(CTX_CONST struct ctx *parent, const char *name)
{
    say(name);
    return ctx_with_cancel(parent);
}

void scope_end(struct ctx *ctx, bool now)
{
    if (now)
        ctx_cancel(ctx);
}

void scope_open(struct scope *scope, CTX_CONST struct ctx *parent)
{
    scope->ctx = ctx_with_cancel(parent);
}

void scope_close(struct scope *scope)
{
    ctx_cancel(scope->ctx);
}
