// Sleeps of a fixed length below a deadline.
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

#define SETTLE_US 300000
static const unsigned grace_s = 3;

// Longer than the deadline above: it always sleeps past it.
static void longer_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    sleep(3); // want sleep-past-deadline "(2 s|2000 ms).*(3 s|3000 ms)|(3 s|3000 ms).*(2 s|2000 ms)"
}

static void equal_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    sleep(2); // want sleep-past-deadline "2 s|2000 ms"
}

static void constant_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    sleep(grace_s); // want sleep-past-deadline "(3 s|3000 ms)"
}

// Shorter, but it does not know how much is left.
static void shorter_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    usleep(SETTLE_US); // want sleep-past-deadline "300 ms"
}

static void timespec_bad(CTX_CONST struct ctx *ctx)
{
    struct timespec time = { .tv_sec = 1, .tv_nsec = 500000000 };
    use(ctx);
    nanosleep(&time, NULL); // want sleep-past-deadline "1500 ms|1.5 s"
}

static void relative_clock_bad(CTX_CONST struct ctx *ctx)
{
    struct timespec time = { .tv_sec = 1 };
    use(ctx);
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL); // want sleep-past-deadline "1 s|1000 ms"
}

static void c11_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    thrd_sleep(&(struct timespec){ .tv_sec = 1 }, NULL); // want sleep-past-deadline "1 s|1000 ms"
}

static void own_function_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    pause_ms(750); // want sleep-past-deadline "750 ms"
}

// That it has not ended yet does not say how much is left.
static void only_done_asked_bad(CTX_CONST struct ctx *ctx)
{
    if (ctx_done(ctx))
        return;
    pause_ms(750); // want sleep-past-deadline "750 ms"
}

static void half_ok(CTX_CONST struct ctx *ctx)
{
    pause_ms(ctx_remaining(ctx) / 2);
}

static void smaller_ok(CTX_CONST struct ctx *ctx)
{
    int64_t left = ctx_remaining(ctx);
    pause_ms(left < 750 ? left : 750);
}

static void smaller_by_if_ok(CTX_CONST struct ctx *ctx)
{
    int64_t time = 750;
    if (time > ctx_remaining(ctx))
        time = ctx_remaining(ctx);
    usleep((useconds_t)time * 1000);
}

static void checked_ok(CTX_CONST struct ctx *ctx)
{
    if (ctx_remaining(ctx) < 750)
        return;
    pause_ms(750);
}

static void enough_left_ok(CTX_CONST struct ctx *ctx)
{
    if (ctx_remaining(ctx) > 3000)
        sleep(3);
}

// Nothing above it has a deadline.
static void no_deadline_ok(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    sleep(3);
}

void handle_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    longer_bad(ctx);
    equal_bad(ctx);
    constant_bad(ctx);
    shorter_bad(ctx);
    timespec_bad(ctx);
    relative_clock_bad(ctx);
    c11_bad(ctx);
    own_function_bad(ctx);
    only_done_asked_bad(ctx);
    half_ok(ctx);
    smaller_ok(ctx);
    smaller_by_if_ok(ctx);
    checked_ok(ctx);
    enough_left_ok(ctx);
    ctx_cancel(ctx);
}

void handle_without_deadline_ok(CTX_CONST struct ctx *request)
{
    no_deadline_ok(request);
}

// In the function that sets the deadline.
int in_the_root_bad(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    sleep(3); // want sleep-past-deadline "3 s|3000 ms"
    int result = call(ctx, 1);
    ctx_cancel(ctx);
    return result;
}

// Before the deadline is set and after its context has ended there is none.
int outside_ok(CTX_CONST struct ctx *request)
{
    sleep(3);
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = call(ctx, 1);
    ctx_cancel(ctx);
    sleep(3);
    return result;
}
