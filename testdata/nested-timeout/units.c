// Units: from the parameter's name, its type's name, the function's name, or none at all.
#define _POSIX_C_SOURCE 200809L
#include "unitctx.h"

#define USEC_PER_SEC 1000000ULL

static int microseconds_bad(struct uctx *parent)
{
    return uspend(uctx_with_timeout(parent, USEC_PER_SEC / 2)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int microseconds_dead_bad(struct uctx *parent)
{
    return uspend(uctx_with_timeout(parent, 5 * USEC_PER_SEC)); // want nested-timeout "5 s.*dead.*3 s"
}

static int microseconds_ok(struct uctx *parent)
{
    return uspend(uctx_with_timeout(parent, (uint64_t)uctx_remaining(parent) / 2));
}

int handle_microseconds_ok(struct uctx *request)
{
    struct uctx *ctx = uctx_with_timeout(request, 3 * USEC_PER_SEC);
    int result = microseconds_bad(ctx) + microseconds_dead_bad(ctx) + microseconds_ok(ctx);
    uctx_cancel(ctx);
    return result;
}

static int seconds_bad(struct secctx *parent)
{
    return secspend(secctx_with_timeout(parent, 2)); // want nested-timeout "2 s.*capped.*3 s"
}

static int seconds_ok(struct secctx *parent)
{
    unsigned left = secctx_remaining(parent);
    return secspend(secctx_with_timeout(parent, left < 2 ? left : 2));
}

int handle_seconds_ok(struct secctx *request)
{
    struct secctx *ctx = secctx_with_timeout(request, 3);
    int result = seconds_bad(ctx) + seconds_ok(ctx);
    secctx_cancel(ctx);
    return result;
}

static int fractions_bad(struct dctx *parent)
{
    return dspend(dctx_with_timeout(parent, 0.5)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int fractions_dead_bad(struct dctx *parent)
{
    const double patience = 2 * 2.0;
    return dspend(dctx_with_timeout(parent, patience)); // want nested-timeout "4 s.*dead.*3 s"
}

static int fractions_ok(struct dctx *parent)
{
    double left = dctx_remaining(parent);
    return dspend(dctx_with_timeout(parent, left < 0.5 ? left : 0.5));
}

int handle_fractions_ok(struct dctx *request)
{
    struct dctx *ctx = dctx_with_timeout(request, 3);
    int result = fractions_bad(ctx) + fractions_dead_bad(ctx) + fractions_ok(ctx);
    dctx_cancel(ctx);
    return result;
}

static int timespec_bad(struct tctx *parent)
{
    struct timespec half = { .tv_sec = 0, .tv_nsec = 500000000 };
    return tspend(tctx_with_timeout(parent, &half)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int timespec_literal_bad(struct tctx *parent)
{
    return tspend(tctx_with_timeout(parent, &(struct timespec){ .tv_sec = 5 })); // want nested-timeout "5 s.*dead.*3 s"
}

static const struct timespec patience = { 0, 250 * 1000 * 1000 };

static int timespec_constant_bad(struct tctx *parent)
{
    return tspend(tctx_with_timeout(parent, &patience)); // want nested-timeout "250 ms.*capped.*3 s"
}

// Now, from the system's clock, plus a constant.
static int timespec_deadline_bad(struct tctx *parent)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 4;
    return tspend(tctx_with_deadline(parent, until)); // want nested-timeout "4 s.*dead.*3 s"
}

int handle_timespec_ok(struct tctx *request)
{
    struct timespec three = { .tv_sec = 3 };
    struct tctx *ctx = tctx_with_timeout(request, &three);
    int result = timespec_bad(ctx) + timespec_literal_bad(ctx) + timespec_constant_bad(ctx) + timespec_deadline_bad(ctx);
    tctx_cancel(ctx);
    return result;
}

// 2 in a function that counts seconds is more than 500 in one that counts milliseconds.
static int by_function_name_bad(struct mctx *parent)
{
    return mspend(mctx_with_timeout_s(parent, 2)); // want nested-timeout "2 s.*dead.*500 ms"
}

static int by_function_name_capped_bad(struct mctx *parent)
{
    return mspend(mctx_with_timeout_ms(parent, 200)); // want nested-timeout "200 ms.*capped.*500 ms"
}

int handle_by_function_name_ok(struct mctx *request)
{
    struct mctx *ctx = mctx_with_timeout_ms(request, 500);
    int result = by_function_name_bad(ctx) + by_function_name_capped_bad(ctx);
    mctx_cancel(ctx);
    return result;
}

static int by_type_name_bad(struct yctx *parent)
{
    return yspend(yctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int by_type_name_ok(struct yctx *parent)
{
    return yspend(yctx_with_timeout(parent, yctx_remaining(parent) / 2));
}

int handle_by_type_name_ok(struct yctx *request)
{
    struct yctx *ctx = yctx_with_timeout(request, 3000);
    int result = by_type_name_bad(ctx) + by_type_name_ok(ctx);
    yctx_cancel(ctx);
    return result;
}

// No unit is known, but 500 of them are fewer than 3000, and 5000 are more.
static int unknown_unit_bad(struct xctx *parent)
{
    return xspend(xctx_with_timeout(parent, 500)); // want nested-timeout "500.*capped.*3000"
}

static int unknown_unit_dead_bad(struct xctx *parent)
{
    return xspend(xctx_with_timeout(parent, 5000)); // want nested-timeout "5000.*dead.*3000"
}

static int unknown_unit_ok(struct xctx *parent)
{
    int left = xctx_remaining(parent);
    return xspend(xctx_with_timeout(parent, left < 500 ? left : 500));
}

int handle_unknown_unit_ok(struct xctx *request)
{
    struct xctx *ctx = xctx_with_timeout(request, 3000);
    int result = unknown_unit_bad(ctx) + unknown_unit_dead_bad(ctx) + unknown_unit_ok(ctx);
    xctx_cancel(ctx);
    return result;
}
