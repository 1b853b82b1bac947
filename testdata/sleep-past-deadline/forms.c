// Sleeping below a deadline in a number, a timeout in a number, a timespec, a timer and the thread's own budget.
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

static int deadline_bad(int64_t deadline)
{
    sleep(3); // want sleep-past-deadline "3 s|3000 ms"
    return rpc_until(1, deadline);
}

static int deadline_ok(int64_t deadline)
{
    if (now_ms() + 3000 > deadline)
        return -1;
    sleep(3);
    return rpc_until(1, deadline);
}

static int deadline_cut_ok(int64_t deadline)
{
    int64_t left = deadline - now_ms();
    pause_ms(left > 3000 ? 3000 : left);
    return rpc_until(1, deadline);
}

int handle_deadline_ok(void)
{
    int64_t deadline = now_ms() + 2000;
    return deadline_bad(deadline) + deadline_ok(deadline) + deadline_cut_ok(deadline);
}

static int timeout_bad(int id, int timeout_ms)
{
    pause_ms(1500); // want sleep-past-deadline "1500 ms|1.5 s"
    return rpc(id, timeout_ms);
}

static int timeout_ok(int id, int timeout_ms)
{
    pause_ms(timeout_ms / 4);
    return rpc(id, timeout_ms - timeout_ms / 4);
}

static int timeout_checked_ok(int id, int timeout_ms)
{
    if (timeout_ms < 1500)
        return -1;
    pause_ms(1500);
    return rpc(id, timeout_ms - 1500);
}

int handle_timeout_ok(void)
{
    return timeout_bad(1, 1000) + timeout_ok(2, 1000) + timeout_checked_ok(3, 1000);
}

static int timespec_bad(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    usleep(500000); // want sleep-past-deadline "500 ms"
    return pthread_cond_timedwait(cond, lock, until);
}

// Asleep until the deadline itself.
static int timespec_ok(const struct timespec *until)
{
    return clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, until, NULL);
}

int handle_timespec_ok(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 2;
    return timespec_bad(cond, lock, &until) + timespec_ok(&until);
}

static int timer_bad(struct timer *timer)
{
    sleep(3); // want sleep-past-deadline "3 s|3000 ms"
    return rpc_timer(1, timer);
}

static int timer_ok(struct timer *timer)
{
    while (!ready(1) && !timer_over(timer))
        pause_ms(10);
    return rpc_timer(1, timer);
}

int handle_timer_ok(void)
{
    struct timer timer;
    timer_start(&timer, 2000);
    return timer_bad(&timer) + timer_ok(&timer);
}

static int ambient_bad(void)
{
    sleep(3); // want sleep-past-deadline "3 s|3000 ms"
    return rpc_ambient(1);
}

static int ambient_ok(void)
{
    int64_t left = budget_left();
    pause_ms(left < 3000 ? left : 3000);
    return rpc_ambient(1);
}

int handle_ambient_ok(void)
{
    budget_begin(2000);
    int result = ambient_bad() + ambient_ok();
    budget_end();
    sleep(3);
    return result;
}
