// Bounds that cannot be meant: zero, negative, too large.
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

int zero_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 0)); // want deadline-arithmetic "0|zero"
}

int negative_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, -500)); // want deadline-arithmetic "-500|negative"
}

int some_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 500));
}

// 500 / 1000 is 0 in integers.
int divided_away_bad(CTX_CONST struct ctx *ctx)
{
    int64_t ms = 500;
    return spend(ctx_with_timeout(ctx, ms / 1000)); // want deadline-arithmetic "0|zero"
}

int divided_ok(CTX_CONST struct ctx *ctx)
{
    int64_t us = 500000;
    return spend(ctx_with_timeout(ctx, us / 1000));
}

int past_bad(void)
{
    return rpc_until(1, now_ms() - 500); // want deadline-arithmetic "500|past|negative"
}

// A month in milliseconds is more than an int can hold: it becomes negative, and poll waits for ever.
int too_large_bad(struct pollfd *fd)
{
    int64_t month = 30LL * 24 * 3600 * 1000;
    return poll(fd, 1, (int)month); // want deadline-arithmetic "overflow|negative|2147483647|too (large|long)"
}

int large_ok(struct pollfd *fd)
{
    int64_t week = 7LL * 24 * 3600 * 1000;
    return poll(fd, 1, (int)week);
}

int limited_ok(struct pollfd *fd)
{
    int64_t month = 30LL * 24 * 3600 * 1000;
    return poll(fd, 1, month > INT_MAX ? INT_MAX : (int)month);
}

// Now plus almost everything is in the past.
int wrapped_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_deadline(ctx, ctx_now() + INT64_MAX)); // want deadline-arithmetic "overflow|too (large|long)"
}

int never_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_deadline(ctx, CTX_NEVER));
}

// Zero and -1 have a meaning here.
int no_wait_ok(struct pollfd *fd)
{
    return poll(fd, 1, 0) + rpc(1, 0) + poll(fd, 1, -1) + rpc(1, -1);
}

// What is left may be nothing: that is the normal end of a budget.
int rest_ok(CTX_CONST struct ctx *ctx, int64_t deadline)
{
    return rpc(1, ctx_remaining(ctx) - 50) + rpc(2, deadline - now_ms());
}

// Unknown values are believed.
int parameter_ok(CTX_CONST struct ctx *ctx, int64_t ms)
{
    return spend(ctx_with_timeout(ctx, ms)) + spend(ctx_with_timeout(ctx, ms > 0 ? ms : 100));
}
