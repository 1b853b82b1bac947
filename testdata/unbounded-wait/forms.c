// The budget in hand is a number, a timer or the thread's own; the wait does not get it.
#include <poll.h>
#include <pthread.h>
#include <time.h>

#include "waits.h"
#include "work.h"

int deadline_bad(int64_t deadline)
{
    if (rpc_until(1, deadline) < 0)
        return -1;
    return rpc_forever(2); // want unbounded-wait "rpc_forever"
}

int deadline_ok(int64_t deadline)
{
    if (rpc_until(1, deadline) < 0)
        return -1;
    return rpc_until(2, deadline);
}

int timeout_bad(struct pollfd *fd, int timeout_ms)
{
    if (rpc(1, timeout_ms) < 0)
        return -1;
    return poll(fd, 1, -1); // want unbounded-wait "poll"
}

int timeout_ok(struct pollfd *fd, int timeout_ms)
{
    int64_t start = now_ms();
    if (rpc(1, timeout_ms) < 0)
        return -1;
    return poll(fd, 1, timeout_ms - (int)(now_ms() - start));
}

// A timeout that may mean "for ever": the caller decides.
int callers_choice_ok(struct pollfd *fd, int timeout_ms)
{
    return poll(fd, 1, timeout_ms < 0 ? -1 : timeout_ms);
}

int null_is_for_ever_ok(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    if (!until)
        return pthread_cond_wait(cond, lock);
    return pthread_cond_timedwait(cond, lock, until);
}

// The same, one call further down.
static int wait_always_ok(int id)
{
    return rpc_forever(id);
}

static int never_ok(int id, int64_t deadline)
{
    return deadline == -1 ? wait_always_ok(id) : rpc_until(id, deadline);
}

int handle_never_ok(int id)
{
    return never_ok(id, now_ms() + 2000);
}

int timespec_bad(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    if (pthread_cond_timedwait(cond, lock, until) != 0)
        return -1;
    return pthread_cond_wait(cond, lock); // want unbounded-wait "pthread_cond_wait"
}

static int timer_bad(struct timer *timer)
{
    if (rpc_timer(1, timer) < 0)
        return -1;
    return rpc_forever(2); // want unbounded-wait "rpc_forever"
}

static int timer_ok(struct timer *timer)
{
    if (rpc_timer(1, timer) < 0)
        return -1;
    return rpc_timer(2, timer);
}

int handle_timer_ok(void)
{
    struct timer timer;
    timer_start(&timer, 2000);
    return timer_bad(&timer) + timer_ok(&timer);
}

static int ambient_bad(void)
{
    return rpc_forever(1); // want unbounded-wait "rpc_forever"
}

static int ambient_ok(void)
{
    return rpc_ambient(1);
}

int handle_ambient_ok(void)
{
    budget_begin(2000);
    int result = ambient_bad() + ambient_ok();
    budget_end();
    return result + rpc_forever(2);
}

// Far below, through functions that do not have the budget as a parameter: it is not in hand there, but it is above.
static int far_below_bad(int id)
{
    return rpc_forever(id); // want unbounded-wait "rpc_forever"
}

static int between_ok(int id)
{
    return far_below_bad(id);
}

int handle_far_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = call(ctx, id) + between_ok(id);
    ctx_cancel(ctx);
    return result;
}

// A wrapper that gives its caller the choice: the finding is where "for ever" is chosen.
static int wait_readable_ok(int fd, int timeout_ms)
{
    struct pollfd entry = { .fd = fd, .events = POLLIN };
    return poll(&entry, 1, timeout_ms);
}

static int chooses_bad(CTX_CONST struct ctx *ctx, int fd)
{
    use(ctx);
    return wait_readable_ok(fd, -1); // want unbounded-wait "."
}

static int chooses_ok(CTX_CONST struct ctx *ctx, int fd)
{
    return wait_readable_ok(fd, (int)ctx_remaining(ctx));
}

int handle_choice_ok(CTX_CONST struct ctx *request, int fd)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = chooses_bad(ctx, fd) + chooses_ok(ctx, fd);
    ctx_cancel(ctx);
    return result;
}
