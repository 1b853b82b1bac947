// A check that enough is left makes a fixed bound a derived one, where it dominates the bound.
#include "ctx.h"
#include "work.h"

enum { NEEDS_MS = 500 };

static int early_return_ok(CTX_CONST struct ctx *parent)
{
    if (ctx_remaining(parent) < 500)
        return -1;
    return spend(ctx_with_timeout(parent, 500));
}

static int enclosing_if_ok(CTX_CONST struct ctx *parent)
{
    if (ctx_remaining(parent) >= NEEDS_MS)
        return spend(ctx_with_timeout(parent, NEEDS_MS));
    return -1;
}

static int in_a_variable_ok(CTX_CONST struct ctx *parent)
{
    int64_t left = ctx_remaining(parent);
    if (left <= 600)
        return -1;
    return spend(ctx_with_timeout(parent, 500));
}

static int combined_ok(CTX_CONST struct ctx *parent, int id)
{
    if (!ready(id) || ctx_remaining(parent) < 500)
        return -1;
    return spend(ctx_with_timeout(parent, 500));
}

static int negated_ok(CTX_CONST struct ctx *parent)
{
    if (!(ctx_remaining(parent) < 500))
        return spend(ctx_with_timeout(parent, 500));
    return -1;
}

static bool has_time_for(CTX_CONST struct ctx *ctx, int64_t needed)
{
    return ctx_remaining(ctx) >= needed;
}

static int by_helper_ok(CTX_CONST struct ctx *parent)
{
    if (!has_time_for(parent, 500))
        return -1;
    return spend(ctx_with_timeout(parent, 500));
}

static int by_deadline_ok(CTX_CONST struct ctx *parent)
{
    if (ctx_deadline(parent) < ctx_now() + 500)
        return -1;
    return spend(ctx_with_timeout(parent, 500));
}

static int noreturn_branch_ok(CTX_CONST struct ctx *parent)
{
    if (ctx_remaining(parent) < 500)
        fatal("no time");
    return spend(ctx_with_timeout(parent, 500));
}

// The check is too weak for the bound.
static int too_weak_bad(CTX_CONST struct ctx *parent)
{
    if (ctx_remaining(parent) < 100)
        return -1;
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

// The check goes the wrong way round.
static int upside_down_bad(CTX_CONST struct ctx *parent)
{
    if (ctx_remaining(parent) > 500)
        return -1;
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms"
}

// The check does not dominate.
static int one_way_round_bad(CTX_CONST struct ctx *parent, int id)
{
    if (ready(id))
        if (ctx_remaining(parent) < 500)
            return -1;
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

// The check has no consequence.
static int only_said_bad(CTX_CONST struct ctx *parent)
{
    if (ctx_remaining(parent) < 500)
        say("this may be short");
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

// Whether it is cancelled is not whether there is time.
static int only_error_checked_bad(CTX_CONST struct ctx *parent)
{
    if (ctx_err(parent))
        return -1;
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

// Another context is checked.
static int other_context_bad(CTX_CONST struct ctx *parent, CTX_CONST struct ctx *other)
{
    if (ctx_remaining(other) < 500)
        return -1;
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_guarded_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int sum = early_return_ok(ctx) + enclosing_if_ok(ctx) + in_a_variable_ok(ctx) + combined_ok(ctx, 1) + negated_ok(ctx);
    sum += by_helper_ok(ctx) + by_deadline_ok(ctx) + noreturn_branch_ok(ctx);
    sum += too_weak_bad(ctx) + upside_down_bad(ctx) + one_way_round_bad(ctx, 1) + only_said_bad(ctx) + only_error_checked_bad(ctx);
    sum += other_context_bad(ctx, request);
    ctx_cancel(ctx);
    return sum;
}
