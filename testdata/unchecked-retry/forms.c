// The budget as a deadline, a timeout, a timespec, a timer and the thread's own.
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "waits.h"
#include "work.h"

int deadline_bad(int64_t deadline, int id)
{
    int result;
    do
        result = rpc_until(id, deadline); // want unchecked-retry "deadline"
    while (result < 0);
    return result;
}

int deadline_ok(int64_t deadline, int id)
{
    int result;
    do
        result = rpc_until(id, deadline);
    while (result < 0 && now_ms() < deadline);
    return result;
}

int left_is_asked_ok(int64_t deadline, int id)
{
    for (;;) {
        int64_t left = deadline - now_ms();
        if (left <= 0)
            return -1;
        int result = rpc(id, left);
        if (result >= 0)
            return result;
    }
}

int timeout_ok(int timeout_ms, int id)
{
    int64_t start = now_ms();
    int result = -1;
    while (result < 0 && now_ms() - start < timeout_ms)
        result = rpc(id, timeout_ms - (now_ms() - start));
    return result;
}

// After the deadline the wait returns ETIMEDOUT at once, again and again.
void ignored_bad(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    pthread_mutex_lock(lock);
    while (!ready(1))
        pthread_cond_timedwait(cond, lock, until); // want unchecked-retry "."
    pthread_mutex_unlock(lock);
}

void continued_bad(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    pthread_mutex_lock(lock);
    while (!ready(1)) {
        int error = pthread_cond_timedwait(cond, lock, until); // want unchecked-retry "."
        if (error == ETIMEDOUT)
            continue;
        say("woken");
    }
    pthread_mutex_unlock(lock);
}

int ends_ok(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    int error = 0;
    pthread_mutex_lock(lock);
    while (!ready(1) && error != ETIMEDOUT)
        error = pthread_cond_timedwait(cond, lock, until);
    pthread_mutex_unlock(lock);
    return error;
}

int breaks_ok(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    int error = 0;
    pthread_mutex_lock(lock);
    while (!ready(1)) {
        error = pthread_cond_timedwait(cond, lock, until);
        if (error)
            break;
    }
    pthread_mutex_unlock(lock);
    return error;
}

int timer_bad(struct timer *timer, int id)
{
    int result = -1;
    while (result < 0)
        result = rpc_timer(id, timer); // want unchecked-retry "."
    return result;
}

int timer_ok(struct timer *timer, int id)
{
    int result = -1;
    while (result < 0 && !timer_over(timer))
        result = rpc_timer(id, timer);
    return result;
}

static int ambient_bad(int id)
{
    int result = -1;
    while (result < 0)
        result = rpc_ambient(id); // want unchecked-retry "."
    return result;
}

static int ambient_ok(int id)
{
    int result = -1;
    while (result < 0 && !budget_over())
        result = rpc_ambient(id);
    return result;
}

int handle_ambient_ok(int id)
{
    budget_begin(2000);
    int result = ambient_bad(id) + ambient_ok(id);
    budget_end();
    return result;
}

// A new end for each turn: a period.
void period_ok(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    pthread_mutex_lock(lock);
    while (!ready(1)) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        pthread_cond_timedwait(cond, lock, &until);
    }
    pthread_mutex_unlock(lock);
}

void own_end_bad(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    pthread_mutex_lock(lock);
    while (!ready(1))
        pthread_cond_timedwait(cond, lock, &until); // want unchecked-retry "."
    pthread_mutex_unlock(lock);
}

// The clock is read in parts.
int parts_ok(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    pthread_mutex_lock(lock);
    while (!ready(1)) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        if (now.tv_sec > until->tv_sec || (now.tv_sec == until->tv_sec && now.tv_nsec >= until->tv_nsec))
            break;
        pthread_cond_timedwait(cond, lock, until);
    }
    pthread_mutex_unlock(lock);
    return 0;
}

int interrupted_ok(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    int error;
    do
        error = pthread_cond_timedwait(cond, lock, until);
    while (error == EINTR);
    return error;
}

// After the time is over it looks once more.
int looks_once_more_ok(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until, const bool *flag)
{
    int result = 0;
    pthread_mutex_lock(lock);
    while (!*flag) {
        int error = pthread_cond_timedwait(cond, lock, until);
        if (error == ETIMEDOUT) {
            if (!*flag) {
                result = -1;
                break;
            }
        }
    }
    pthread_mutex_unlock(lock);
    return result;
}
