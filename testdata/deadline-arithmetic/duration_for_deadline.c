// A duration where a moment is expected, and a moment where a duration is.
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "waits.h"
#include "work.h"

int constant_bad(void)
{
    return rpc_until(1, 500); // want deadline-arithmetic "500"
}

int constant_ok(void)
{
    return rpc_until(1, now_ms() + 500);
}

int context_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_deadline(ctx, 500)); // want deadline-arithmetic "500"
}

int context_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_deadline(ctx, ctx_now() + 500));
}

int remaining_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_deadline(ctx, ctx_remaining(ctx))); // want deadline-arithmetic "."
}

int remaining_half_bad(CTX_CONST struct ctx *ctx)
{
    int64_t half = ctx_remaining(ctx) / 2;
    return rpc_until(1, half); // want deadline-arithmetic "."
}

int remaining_ok(CTX_CONST struct ctx *ctx)
{
    return rpc_until(1, now_ms() + ctx_remaining(ctx));
}

int semaphore_bad(sem_t *semaphore)
{
    struct timespec time = { .tv_sec = 5 };
    return sem_timedwait(semaphore, &time); // want deadline-arithmetic "5 s|5000 ms"
}

int semaphore_ok(sem_t *semaphore)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_sec += 5;
    return sem_timedwait(semaphore, &time);
}

int condition_bad(pthread_cond_t *cond, pthread_mutex_t *lock, int timeout_ms)
{
    struct timespec time = { .tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000L };
    if (rpc(1, timeout_ms / 2) < 0)
        return -1;
    return pthread_cond_timedwait(cond, lock, &time); // want deadline-arithmetic "."
}

int condition_ok(pthread_cond_t *cond, pthread_mutex_t *lock, int timeout_s)
{
    struct timespec until = { .tv_sec = time(NULL) + timeout_s };
    return pthread_cond_timedwait(cond, lock, &until);
}

// A moment where a duration is expected.
int moment_bad(void)
{
    return rpc(1, now_ms() + 500); // want deadline-arithmetic "."
}

int moment_after_bad(int timeout)
{
    return rpc(1, now_ms() + timeout); // want deadline-arithmetic "point in time"
}

// In whatever order it is added up.
int rest_ok(int total)
{
    int64_t start = now_ms();
    if (rpc(1, total / 2) < 0)
        return -1;
    int64_t left = total - now_ms();
    return rpc(2, left + start);
}

int moment_ok(void)
{
    return rpc(1, 500);
}

int deadline_as_timeout_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, ctx_deadline(ctx))); // want deadline-arithmetic "."
}

int deadline_as_timeout_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, ctx_deadline(ctx) - ctx_now()));
}

int now_plus_bad(CTX_CONST struct ctx *ctx)
{
    int64_t until = ctx_now() + 500;
    return spend(ctx_with_timeout(ctx, until)); // want deadline-arithmetic "."
}

int now_plus_ok(CTX_CONST struct ctx *ctx)
{
    int64_t until = ctx_now() + 500;
    return spend(ctx_with_deadline(ctx, until));
}

int polled_until_bad(struct pollfd *fd, int64_t deadline)
{
    if (rpc_until(1, deadline) < 0)
        return -1;
    return poll(fd, 1, (int)deadline); // want deadline-arithmetic "."
}

int polled_until_ok(struct pollfd *fd, int64_t deadline)
{
    if (rpc_until(1, deadline) < 0)
        return -1;
    return poll(fd, 1, (int)(deadline - now_ms()));
}

// Called a timeout, but a moment: the callers pass moments and the function treats it as one.
static int name_lies_ok(int id, int64_t timeout)
{
    return rpc_until(id, timeout);
}

int name_lies_caller_ok(int id)
{
    return name_lies_ok(id, now_ms() + 500);
}

int name_lies_caller_bad(int id)
{
    return name_lies_ok(id, 700); // want deadline-arithmetic "700"
}

// Special values of the library are neither.
int for_ever_ok(void)
{
    return rpc_until(1, -1) + rpc(1, -1) + rpc(1, 0);
}
