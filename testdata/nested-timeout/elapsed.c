// timeout - elapsed, deadline - now, start + total - now: what is left of the caller's own number.
#include "ctx.h"
#include "work.h"

static int timeout_minus_elapsed_ok(CTX_CONST struct ctx *parent)
{
    int64_t total = ctx_remaining(parent);
    int64_t start = ctx_now();
    int result = fetch(parent, 1);
    int64_t elapsed = ctx_now() - start;
    return result + spend(ctx_with_timeout(parent, total - elapsed));
}

static int start_plus_total_minus_now_ok(CTX_CONST struct ctx *parent)
{
    int64_t total = ctx_remaining(parent), start = ctx_now();
    int result = fetch(parent, 1);
    return result + spend(ctx_with_timeout(parent, start + total - ctx_now()));
}

static int deadline_passed_down_ok(CTX_CONST struct ctx *parent, int64_t deadline)
{
    return spend(ctx_with_deadline(parent, deadline));
}

static int deadline_passed_down_as_rest_ok(CTX_CONST struct ctx *parent, int64_t deadline)
{
    return spend(ctx_with_timeout(parent, deadline - ctx_now()));
}

// Called a timeout, but the callers pass the parent's deadline: believe the data flow, not the name.
static int names_lie_ok(CTX_CONST struct ctx *parent, int64_t timeout)
{
    return spend(ctx_with_deadline(parent, timeout));
}

// Called a deadline, but it is a constant number of milliseconds.
static int names_lie_bad(CTX_CONST struct ctx *parent)
{
    int64_t deadline = 500;
    return spend(ctx_with_timeout(parent, deadline)); // want nested-timeout "500 ms.*capped.*3 s"
}

// Counting from an earlier moment does not make a constant fit.
static int from_an_earlier_start_bad(CTX_CONST struct ctx *parent)
{
    int64_t start = ctx_now();
    int result = fetch(parent, 1);
    return result + spend(ctx_with_deadline(parent, start + 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_elapsed_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int sum = timeout_minus_elapsed_ok(ctx) + start_plus_total_minus_now_ok(ctx);
    sum += deadline_passed_down_ok(ctx, ctx_deadline(ctx)) + deadline_passed_down_as_rest_ok(ctx, ctx_deadline(ctx));
    sum += names_lie_ok(ctx, ctx_deadline(ctx)) + names_lie_bad(ctx) + from_an_earlier_start_bad(ctx);
    ctx_cancel(ctx);
    return sum;
}
