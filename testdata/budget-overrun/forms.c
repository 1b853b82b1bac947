// The budget as an absolute deadline, a relative timeout, a timer and the thread's own.
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

// Absolute, in a number.
static int by_deadline_bad(int64_t deadline)
{
    int result = rpc(1, 1500); // want budget-overrun "up to 2300 ms \(1500 ms \+ 800 ms\) but 'handle_deadline_ok' allows 2000 ms"
    result += rpc(2, 800);
    return result + rpc_until(3, deadline);
}

int handle_deadline_ok(void)
{
    int64_t deadline = now_ms() + 2000;
    return by_deadline_bad(deadline);
}

static int by_deadline_ok(int64_t deadline)
{
    int result = rpc(1, deadline - now_ms());
    return result + rpc_until(2, deadline);
}

int handle_deadline_used_ok(void)
{
    return by_deadline_ok(now_ms() + 2000);
}

// Absolute, in a timespec; the waits are those of the system.
static int by_timespec_bad(struct pollfd *fd, pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    if (poll(fd, 1, 1500) < 0) // want budget-overrun "up to 2300 ms \(1500 ms \+ 800 ms\) but 'handle_timespec_ok' allows 2000 ms"
        return -1;
    usleep(800 * 1000);
    return pthread_cond_timedwait(cond, lock, until);
}

int handle_timespec_ok(struct pollfd *fd, pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 2;
    return by_timespec_bad(fd, cond, lock, &until);
}

// Relative: what the caller gives is used for one wait, two more come on top.
static int by_timeout_bad(int id, int timeout_ms)
{
    int result = rpc(id, 900); // want budget-overrun "up to 1700 ms.*\(900 ms \+ 800 ms\) but '.*' allows 1500 ms"
    result += rpc(id, 800);
    if (result < 0)
        return rpc(id, timeout_ms);
    return result;
}

int handle_timeout_ok(void)
{
    return by_timeout_bad(1, 1500);
}

static int by_timeout_ok(int id, int timeout_ms)
{
    int64_t start = now_ms();
    int result = rpc(id, timeout_ms / 2);
    return result + rpc(id, timeout_ms - (now_ms() - start));
}

int handle_timeout_shared_ok(void)
{
    return by_timeout_ok(1, 1500);
}

// A timer, armed once and passed down.
static int by_timer_bad(struct timer *timer)
{
    int result = rpc(1, 1300); // want budget-overrun "up to 2100 ms \(1300 ms \+ 800 ms\) but 'handle_timer_ok' allows 2000 ms"
    result += rpc(2, 800);
    return result + rpc_timer(3, timer);
}

int handle_timer_ok(void)
{
    struct timer timer;
    timer_start(&timer, 2000);
    return by_timer_bad(&timer);
}

static int by_timer_ok(struct timer *timer)
{
    int result = rpc(1, timer_left(timer));
    result += rpc(2, timer_left(timer));
    return result + rpc_timer(3, timer);
}

int handle_timer_used_ok(void)
{
    struct timer timer;
    timer_start(&timer, 2000);
    return by_timer_ok(&timer);
}

// The thread's own.
static int by_ambient_bad(void)
{
    int result = rpc(1, 1300); // want budget-overrun "up to 2100 ms \(1300 ms \+ 800 ms\) but 'handle_ambient_ok' allows 2000 ms"
    pause_ms(800);
    return result + rpc_ambient(2);
}

int handle_ambient_ok(void)
{
    budget_begin(2000);
    int result = by_ambient_bad();
    budget_end();
    return result;
}

static int by_ambient_ok(void)
{
    int result = rpc(1, budget_left());
    return result + rpc_ambient(2);
}

int handle_ambient_used_ok(void)
{
    budget_begin(2000);
    int result = by_ambient_ok();
    budget_end();
    return result + rpc(3, 1300) + rpc(4, 800);
}
