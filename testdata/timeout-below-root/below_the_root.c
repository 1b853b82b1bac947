// A fixed timeout where the context came from a caller and no caller set a deadline.
#include "ctx.h"
#include "work.h"

static int query_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 500)); // want timeout-below-root "500 ms"
}

int handle_without_deadline_ok(CTX_CONST struct ctx *request)
{
    return query_bad(request);
}

// The same with the deadline where it belongs, and what is left of it below.
static int query_ok(CTX_CONST struct ctx *parent)
{
    int64_t left = ctx_remaining(parent);
    return spend(ctx_with_timeout(parent, left < 500 ? left : 500));
}

int handle_with_deadline_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = query_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// Derived bounds and checks are right without a deadline above, too.
int handle_derived_without_deadline_ok(CTX_CONST struct ctx *request)
{
    return query_ok(request);
}

static int guarded_ok(CTX_CONST struct ctx *parent)
{
    if (ctx_remaining(parent) < 500)
        return -1;
    return spend(ctx_with_timeout(parent, 500));
}

int handle_guarded_ok(CTX_CONST struct ctx *request)
{
    return guarded_ok(request);
}

// A default for callers that set none.
static int with_a_default_ok(CTX_CONST struct ctx *parent)
{
    if (ctx_has_deadline(parent))
        return fetch(parent, 1);
    return spend(ctx_with_timeout(parent, 500));
}

int handle_default_ok(CTX_CONST struct ctx *request)
{
    return with_a_default_ok(request);
}

// Far below.
static int deep_bad(struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 250)); // want timeout-below-root "250 ms"
}

static int level_two_ok(struct ctx *ctx)
{
    return deep_bad(ctx);
}

static int level_one_ok(struct ctx *ctx)
{
    return level_two_ok(ctx);
}

int handle_deep_ok(struct ctx *request)
{
    return level_one_ok(request);
}

// now() + a constant is as fixed as a timeout.
static int by_deadline_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_deadline(parent, ctx_now() + 750)); // want timeout-below-root "750 ms"
}

int handle_by_deadline_ok(CTX_CONST struct ctx *request)
{
    return by_deadline_bad(request);
}

// A deadline that the caller hands down is its own.
static int handed_down_ok(CTX_CONST struct ctx *parent, int64_t deadline)
{
    return spend(ctx_with_deadline(parent, deadline));
}

int handle_handed_down_ok(CTX_CONST struct ctx *request)
{
    return handed_down_ok(request, ctx_now() + 3000);
}

// A cancel-only context has no deadline.
static int below_cancel_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 350)); // want timeout-below-root "350 ms"
}

int handle_cancellable_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_cancel(request);
    int result = below_cancel_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// The value is not known, but it does not come from above.
extern int64_t patience_ms;

static int configured_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, patience_ms)); // want timeout-below-root ""
}

int handle_configured_ok(CTX_CONST struct ctx *request)
{
    return configured_bad(request);
}

// Not both rules at one place: with a deadline on one path it is a nested timeout, which another rule reports.
static int sometimes_below_a_deadline_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 450));
}

int handle_path_without_ok(CTX_CONST struct ctx *request)
{
    return sometimes_below_a_deadline_ok(request);
}

int handle_path_with_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = sometimes_below_a_deadline_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// Of two functions on the way down, the first one sets a bound below the root; what sits below that bound is a nested timeout.
static int inner_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 100));
}

static int outer_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_timeout(parent, 650); // want timeout-below-root "650 ms"
    int result = inner_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

int handle_two_steps_ok(CTX_CONST struct ctx *request)
{
    return outer_bad(request);
}
