// The budget is a plain number: a fixed wait below it outlasts what the caller allows.
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/select.h>
#include <time.h>

#include "waits.h"
#include "work.h"

#define REPLY_MS 5000
#define MIN(a, b) ((a) < (b) ? (a) : (b))

static int timeout_bad(struct pollfd *fd, int timeout_ms)
{
    if (poll(fd, 1, timeout_ms) <= 0)
        return -1;
    return poll(fd, 1, 5000); // want nested-timeout "5 s.*overrun.*2 s"
}

int handle_timeout_ok(struct pollfd *fd)
{
    return timeout_bad(fd, 2000);
}

// Shorter than the budget, but it may start late.
static int shorter_bad(int id, int timeout_ms)
{
    if (rpc(id, timeout_ms) < 0)
        return -1;
    return rpc(id, 500); // want nested-timeout "500 ms.*overrun.*2 s"
}

int handle_shorter_ok(void)
{
    return shorter_bad(1, 2000);
}

static int shared_ok(int id, int timeout_ms)
{
    int64_t start = now_ms();
    if (rpc(id, timeout_ms / 2) < 0)
        return -1;
    return rpc(id, timeout_ms - (now_ms() - start));
}

int handle_shared_ok(void)
{
    return shared_ok(1, 2000);
}

static int least_ok(int id, int timeout_ms)
{
    return rpc(id, MIN(timeout_ms, REPLY_MS));
}

static int least_by_if_ok(int id, int timeout_ms)
{
    int wait = REPLY_MS;
    if (timeout_ms < wait)
        wait = timeout_ms;
    return rpc(id, wait);
}

static int converted_ok(fd_set *set, int fd, int timeout_ms)
{
    struct timeval time = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
    return select(fd + 1, set, NULL, NULL, &time);
}

static int checked_ok(int id, int timeout_ms)
{
    if (timeout_ms < 500)
        return -1;
    return rpc(id, 500);
}

static int no_wait_ok(struct pollfd *fd, int timeout_ms)
{
    if (poll(fd, 1, 0) > 0)
        return 1;
    return poll(fd, 1, timeout_ms);
}

int handle_others_ok(struct pollfd *fd, fd_set *set)
{
    return least_ok(1, 2000) + least_by_if_ok(2, 2000) + converted_ok(set, 3, 2000) + checked_ok(3, 2000) + no_wait_ok(fd, 2000);
}

// Absolute.
static int deadline_bad(struct pollfd *fd, int64_t deadline)
{
    if (rpc_until(1, deadline) < 0)
        return -1;
    return poll(fd, 1, 5000); // want nested-timeout "5 s.*overrun.*2 s"
}

static int deadline_anew_bad(int64_t deadline)
{
    if (rpc_until(1, deadline) < 0)
        return -1;
    return rpc_until(2, now_ms() + 5000); // want nested-timeout "5 s.*overrun.*2 s"
}

static int deadline_ok(struct pollfd *fd, int64_t deadline)
{
    if (rpc_until(1, deadline) < 0)
        return -1;
    int64_t left = deadline - now_ms();
    return poll(fd, 1, (int)(left < 5000 ? left : 5000));
}

static int earlier_ok(int64_t deadline)
{
    int64_t until = now_ms() + 5000;
    if (deadline < until)
        until = deadline;
    return rpc_until(2, until);
}

int handle_deadline_ok(struct pollfd *fd)
{
    int64_t deadline = now_ms() + 2000;
    return deadline_bad(fd, deadline) + deadline_anew_bad(deadline) + deadline_ok(fd, deadline) + earlier_ok(deadline);
}

// A timespec.
static int timespec_bad(sem_t *semaphore, struct pollfd *fd, const struct timespec *until)
{
    if (sem_timedwait(semaphore, until) != 0)
        return -1;
    return poll(fd, 1, REPLY_MS); // want nested-timeout "5 s.*overrun.*2 s"
}

static int timespec_ok(sem_t *first, sem_t *second, const struct timespec *until)
{
    return sem_timedwait(first, until) == 0 && sem_timedwait(second, until) == 0;
}

int handle_timespec_ok(sem_t *semaphore, struct pollfd *fd)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 2;
    return timespec_bad(semaphore, fd, &until) + timespec_ok(semaphore, semaphore, &until);
}

// A timer and the thread's own.
static int timer_bad(struct timer *timer)
{
    if (rpc_timer(1, timer) < 0)
        return -1;
    return rpc(2, 5000); // want nested-timeout "5 s.*overrun.*2 s"
}

static int timer_ok(struct timer *timer)
{
    if (rpc_timer(1, timer) < 0)
        return -1;
    return rpc(2, timer_left(timer));
}

int handle_timer_ok(void)
{
    struct timer timer;
    timer_start(&timer, 2000);
    return timer_bad(&timer) + timer_ok(&timer);
}

static int ambient_bad(void)
{
    return rpc(1, 5000); // want nested-timeout "5 s.*overrun.*2 s"
}

static int ambient_ok(void)
{
    return rpc(1, budget_left());
}

int handle_ambient_ok(void)
{
    budget_begin(2000);
    int result = ambient_bad() + ambient_ok();
    budget_end();
    return result + rpc(3, 5000);
}
