// A duration that travels through parameters: the finding is at the call that supplies it.
#include "ctx.h"
#include "work.h"

static struct ctx *bounded(CTX_CONST struct ctx *parent, int64_t ms)
{
    return ctx_with_timeout(parent, ms);
}

static struct ctx *bounded_twice_removed(CTX_CONST struct ctx *parent, int64_t ms)
{
    say("bounded");
    return bounded(parent, ms);
}

static int call_bounded(CTX_CONST struct ctx *parent, int64_t ms, int id)
{
    struct ctx *ctx = ctx_with_timeout(parent, ms);
    int result = fetch(ctx, id);
    ctx_cancel(ctx);
    return result;
}

static int supplies_a_constant_bad(CTX_CONST struct ctx *parent)
{
    return spend(bounded(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int supplies_what_is_left_ok(CTX_CONST struct ctx *parent)
{
    return spend(bounded(parent, ctx_remaining(parent) / 2));
}

static int supplies_a_constant_to_two_levels_bad(CTX_CONST struct ctx *parent)
{
    return spend(bounded_twice_removed(parent, 6000)); // want nested-timeout "6 s.*dead.*3 s"
}

static int supplies_a_constant_to_a_call_bad(CTX_CONST struct ctx *parent)
{
    return call_bounded(parent, 250, 1); // want nested-timeout "250 ms.*capped.*3 s"
}

static int supplies_what_is_left_to_a_call_ok(CTX_CONST struct ctx *parent)
{
    int64_t left = ctx_remaining(parent);
    return call_bounded(parent, left < 250 ? left : 250, 1);
}

// Seconds in, milliseconds out.
static struct ctx *bounded_by_seconds(CTX_CONST struct ctx *parent, unsigned seconds)
{
    return ctx_with_timeout(parent, (int64_t)seconds * 1000);
}

static int supplies_seconds_bad(CTX_CONST struct ctx *parent)
{
    return spend(bounded_by_seconds(parent, 2)); // want nested-timeout "2 s.*capped.*3 s"
}

// The wrapper clamps: whatever is supplied fits.
static struct ctx *bounded_and_clamped(CTX_CONST struct ctx *parent, int64_t ms)
{
    int64_t left = ctx_remaining(parent);
    return ctx_with_timeout(parent, ms < left ? ms : left);
}

static int supplies_to_a_clamping_wrapper_ok(CTX_CONST struct ctx *parent)
{
    return spend(bounded_and_clamped(parent, 500));
}

// The wrapper turns the duration into a deadline.
static struct ctx *bounded_by_deadline(CTX_CONST struct ctx *parent, int64_t ms)
{
    return ctx_with_deadline(parent, ctx_now() + ms);
}

static int supplies_to_a_deadline_wrapper_bad(CTX_CONST struct ctx *parent)
{
    return spend(bounded_by_deadline(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

// The options travel in a struct: a configuration field like any other, found where it is used.
struct call_options {
    int64_t timeout_ms;
    int tries;
};

static int call_with_bad(CTX_CONST struct ctx *parent, const struct call_options *options)
{
    return spend(ctx_with_timeout(parent, options->timeout_ms)); // want nested-timeout "capped.*3 s"
}

static int supplies_options_ok(CTX_CONST struct ctx *parent)
{
    struct call_options options = { .timeout_ms = 500, .tries = 1 };
    return call_with_bad(parent, &options);
}

// Zero means: no bound of its own.
static int optionally_bounded(CTX_CONST struct ctx *parent, int64_t ms)
{
    if (ms == 0)
        return fetch(parent, 1);
    return spend(ctx_with_timeout(parent, ms));
}

static int supplies_nothing_ok(CTX_CONST struct ctx *parent)
{
    return optionally_bounded(parent, 0);
}

static int supplies_something_bad(CTX_CONST struct ctx *parent)
{
    return optionally_bounded(parent, 500); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_wrappers_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = bounded(request, 3000);
    int sum = supplies_a_constant_bad(ctx) + supplies_what_is_left_ok(ctx) + supplies_a_constant_to_two_levels_bad(ctx);
    sum += supplies_a_constant_to_a_call_bad(ctx) + supplies_what_is_left_to_a_call_ok(ctx) + supplies_seconds_bad(ctx);
    sum += supplies_to_a_clamping_wrapper_ok(ctx) + supplies_to_a_deadline_wrapper_bad(ctx) + supplies_options_ok(ctx);
    sum += supplies_nothing_ok(ctx) + supplies_something_bad(ctx);
    ctx_cancel(ctx);
    return sum;
}
