// What lies between the deadline and the fixed bound: cancel-only derives and attached values let the deadline through.
#include "ctx.h"
#include "work.h"

static int below_cancel_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_cancel_between_ok(CTX_CONST struct ctx *request)
{
    struct ctx *outer = ctx_with_timeout(request, 3000);
    struct ctx *middle = ctx_with_cancel(outer);
    int result = below_cancel_bad(middle);
    ctx_cancel(middle);
    ctx_cancel(outer);
    return result;
}

static int below_value_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_value_between_ok(CTX_CONST struct ctx *request)
{
    struct ctx *outer = ctx_with_timeout(request, 3000);
    struct ctx *named = ctx_with_value(outer, "user", NULL);
    int result = below_value_bad(named);
    ctx_cancel(outer);
    return result;
}

// A derived bound between them lets the deadline through as well.
static int below_derived_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 5000)); // want nested-timeout "5 s.*dead.*3 s"
}

static int derives_between_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *half = ctx_with_timeout(parent, ctx_remaining(parent) / 2);
    int result = below_derived_bad(half);
    ctx_cancel(half);
    return result;
}

int handle_derived_between_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = derives_between_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// A cancel-only derive adds no bound.
static int only_cancel_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_cancel(parent));
}

int handle_only_cancel_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = only_cancel_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// Above a fixed bound there is only a cancel: no deadline is in force at the root.
int handle_cancel_above_ok(CTX_CONST struct ctx *request)
{
    struct ctx *outer = ctx_with_cancel(request);
    struct ctx *inner = ctx_with_timeout(outer, 500);
    int result = fetch(inner, 1);
    ctx_cancel(inner);
    ctx_cancel(outer);
    return result;
}
