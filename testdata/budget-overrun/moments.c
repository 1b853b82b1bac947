// Deadlines in a timespec, made by helpers and carried from nanoseconds to seconds.
#include <pthread.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

static struct timespec in_ms(int ms)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += (ms % 1000) * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

static void add_ms(struct timespec *at, int ms)
{
    clock_gettime(CLOCK_REALTIME, at);
    at->tv_nsec += ms * 1000000L;
    at->tv_sec += at->tv_nsec / 1000000000L;
    at->tv_nsec %= 1000000000L;
}

static int twice_bad(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec at = in_ms(1500);
    int result = pthread_cond_timedwait(cond, lock, &at); // want budget-overrun "up to 2300 ms \(1500 ms \+ 800 ms\) but 'handle_twice_ok' allows 2000 ms"
    at = in_ms(800);
    return result + pthread_cond_timedwait(cond, lock, &at);
}

int handle_twice_ok(CTX_CONST struct ctx *request, pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = ready(1) ? twice_bad(cond, lock) : -1;
    ctx_cancel(ctx);
    return result;
}

// One deadline for both waits.
static int shared_ok(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec at;
    add_ms(&at, 1500);
    int result = pthread_cond_timedwait(cond, lock, &at);
    return result + pthread_cond_timedwait(cond, lock, &at);
}

int handle_shared_ok(CTX_CONST struct ctx *request, pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = ready(1) ? shared_ok(cond, lock) : -1;
    ctx_cancel(ctx);
    return result;
}

// The deadline is the budget; what comes before its last use counts.
int around_bad(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec at;
    add_ms(&at, 1500);
    pause_ms(900); // want budget-overrun "up to 1700 ms \(900 ms \+ 800 ms\) but 'around_bad' allows 1500 ms"
    rpc(1, 800);
    return pthread_cond_timedwait(cond, lock, &at);
}

int around_ok(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec at;
    add_ms(&at, 1500);
    int result = pthread_cond_timedwait(cond, lock, &at);
    pause_ms(900);
    return result + rpc(1, 800);
}

int two_selects_bad(CTX_CONST struct ctx *request, fd_set *set)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    struct timeval wait = { 1, 500000 };
    int result = select(1, set, NULL, NULL, &wait); // want budget-overrun "up to 2200 ms \(1500 ms \+ 700 ms\) but 'two_selects_bad' allows 2000 ms"
    wait.tv_sec = 0;
    wait.tv_usec = 700000;
    result += select(1, set, NULL, NULL, &wait);
    ctx_cancel(ctx);
    return result;
}

// What is left of the time, minus what has passed.
int elapsed_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int64_t start = now_ms();
    int result = rpc(1, 1500 - (now_ms() - start));
    result += rpc(2, 1500 - (now_ms() - start));
    ctx_cancel(ctx);
    return result;
}
