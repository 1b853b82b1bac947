// Seconds for milliseconds and other units that do not fit.
#include <poll.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "constctx.h"
#include "unitctx.h"
#include "waits.h"
#include "work.h"

static const int limit_s = 5;

// A library is known by the functions that a program uses: these say in which units it counts.
int makers_ok(CTX_CONST struct ctx *ctx, const struct kctx *kctx)
{
    return spend(ctx_with_timeout(ctx, 500)) + kspend(kctx_with_timeout(kctx, 500 * KCTX_MS));
}

// 5 s are meant, 5 ms it is.
int constant_bad(void)
{
    return rpc(1, limit_s); // want deadline-arithmetic "5 s.*5 ms|5 ms.*5 s|5000 ms"
}

int constant_ok(void)
{
    return rpc(1, limit_s * 1000);
}

int parameter_bad(int timeout_sec)
{
    return rpc(1, timeout_sec); // want deadline-arithmetic "timeout_sec|s .*ms|second"
}

int parameter_ok(int timeout_sec)
{
    return rpc(1, timeout_sec * 1000);
}

int milliseconds_to_sleep_bad(CTX_CONST struct ctx *ctx)
{
    return (int)sleep((unsigned)ctx_remaining(ctx)); // want deadline-arithmetic "."
}

int milliseconds_to_sleep_ok(CTX_CONST struct ctx *ctx)
{
    return (int)sleep((unsigned)(ctx_remaining(ctx) / 1000));
}

int milliseconds_to_usleep_bad(CTX_CONST struct ctx *ctx)
{
    return usleep((useconds_t)ctx_remaining(ctx)); // want deadline-arithmetic "."
}

int milliseconds_to_usleep_ok(CTX_CONST struct ctx *ctx)
{
    return usleep((useconds_t)ctx_remaining(ctx) * 1000);
}

int nanoseconds_to_poll_bad(const struct kctx *ctx, struct pollfd *fd)
{
    return poll(fd, 1, (int)kctx_remaining(ctx)); // want deadline-arithmetic "."
}

int nanoseconds_to_poll_ok(const struct kctx *ctx, struct pollfd *fd)
{
    return poll(fd, 1, (int)(kctx_remaining(ctx) / KCTX_MS));
}

int microseconds_bad(struct uctx *ctx)
{
    return rpc(1, uctx_remaining(ctx)); // want deadline-arithmetic "."
}

int microseconds_ok(struct uctx *ctx)
{
    return rpc(1, uctx_remaining(ctx) / 1000);
}

// One context library's milliseconds are another one's microseconds.
int between_libraries_bad(CTX_CONST struct ctx *ctx, struct uctx *other)
{
    return uspend(uctx_with_timeout(other, (uint64_t)ctx_remaining(ctx))); // want deadline-arithmetic "."
}

int between_libraries_ok(CTX_CONST struct ctx *ctx, struct uctx *other)
{
    return uspend(uctx_with_timeout(other, (uint64_t)ctx_remaining(ctx) * 1000));
}

// Seconds of time(), and milliseconds.
int seconds_of_the_clock_bad(int id, time_t until)
{
    return rpc(id, until - time(NULL)); // want deadline-arithmetic "."
}

int seconds_of_the_clock_ok(int id, time_t until)
{
    return rpc(id, (until - time(NULL)) * 1000);
}

// Only the seconds of a timespec.
int whole_seconds_bad(const struct timespec *wait)
{
    return rpc(1, wait->tv_sec); // want deadline-arithmetic "."
}

int whole_time_ok(const struct timespec *wait)
{
    return rpc(1, wait->tv_sec * 1000 + wait->tv_nsec / 1000000);
}

// Milliseconds into the nanoseconds of a timespec.
void field_bad(CTX_CONST struct ctx *ctx)
{
    struct timespec time = { .tv_nsec = ctx_remaining(ctx) };
    nanosleep(&time, NULL); // want deadline-arithmetic "."
}

void field_ok(CTX_CONST struct ctx *ctx)
{
    int64_t left = ctx_remaining(ctx);
    struct timespec time = { .tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000 };
    nanosleep(&time, NULL);
}

// The unit of a number without a hint is not known.
int no_hint_ok(int timeout)
{
    return rpc(1, timeout);
}

// Halves and percentages are no units.
int scaled_ok(CTX_CONST struct ctx *ctx)
{
    return rpc(1, ctx_remaining(ctx) * 80 / 100) + rpc(2, ctx_remaining(ctx) / 3);
}

// A unit in two words.
struct pace {
    int iWaitSeconds, iWaitUSeconds, delay_milli_seconds;
};

int in_words_ok(const struct pace *pace)
{
    struct timeval time = { .tv_sec = pace->iWaitSeconds, .tv_usec = pace->iWaitUSeconds };
    return select(0, NULL, NULL, NULL, &time) + rpc(1, pace->delay_milli_seconds);
}

int in_words_bad(const struct pace *pace)
{
    return rpc(1, pace->iWaitSeconds); // want deadline-arithmetic "iWaitSeconds"
}

// Names lie: the caller gives milliseconds, and milliseconds they are.
static int misnamed(int timeout_sec)
{
    return rpc(1, timeout_sec);
}

int misnamed_ok(CTX_CONST struct ctx *ctx)
{
    return misnamed((int)ctx_remaining(ctx));
}

static int well_named(int timeout_ms)
{
    return rpc(1, timeout_ms);
}

int well_named_bad(unsigned wait_us)
{
    return well_named((int)wait_us); // want deadline-arithmetic "wait_us"
}

int well_named_ok(unsigned wait_us)
{
    return well_named((int)(wait_us / 1000));
}
