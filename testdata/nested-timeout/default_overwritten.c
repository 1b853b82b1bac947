// A default that gives way to the remaining time when the context has a deadline.
#include "ctx.h"
#include "work.h"

#define DEFAULT_MS 500

static int overwritten_ok(CTX_CONST struct ctx *parent)
{
    int64_t bound = DEFAULT_MS;
    if (ctx_has_deadline(parent))
        bound = ctx_remaining(parent);
    return spend(ctx_with_timeout(parent, bound));
}

static int only_without_deadline_ok(CTX_CONST struct ctx *parent)
{
    if (!ctx_has_deadline(parent))
        return spend(ctx_with_timeout(parent, DEFAULT_MS));
    return fetch(parent, 1);
}

static int ternary_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, ctx_has_deadline(parent) ? ctx_remaining(parent) : DEFAULT_MS));
}

static int never_is_no_deadline_ok(CTX_CONST struct ctx *parent)
{
    int64_t left = ctx_remaining(parent);
    return spend(ctx_with_timeout(parent, left == CTX_NEVER ? DEFAULT_MS : left));
}

static int remaining_or_default_ok(CTX_CONST struct ctx *parent)
{
    int64_t bound = DEFAULT_MS;
    int64_t left = ctx_remaining(parent);
    if (left != CTX_NEVER)
        bound = left;
    return spend(ctx_with_timeout(parent, bound));
}

// The wrong way round: the default is used just where there is a deadline.
static int upside_down_bad(CTX_CONST struct ctx *parent)
{
    int64_t bound = 0;
    if (ctx_has_deadline(parent))
        bound = DEFAULT_MS;
    else
        bound = ctx_remaining(parent);
    return spend(ctx_with_timeout(parent, bound)); // want nested-timeout "500 ms.*capped.*3 s"
}

// Overwritten for another reason.
static int other_condition_bad(CTX_CONST struct ctx *parent, int id)
{
    int64_t bound = DEFAULT_MS;
    if (ready(id))
        bound = ctx_remaining(parent);
    return spend(ctx_with_timeout(parent, bound)); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_defaults_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int sum = overwritten_ok(ctx) + only_without_deadline_ok(ctx) + ternary_ok(ctx);
    sum += never_is_no_deadline_ok(ctx) + remaining_or_default_ok(ctx);
    sum += upside_down_bad(ctx) + other_condition_bad(ctx, 1);
    ctx_cancel(ctx);
    return sum;
}
