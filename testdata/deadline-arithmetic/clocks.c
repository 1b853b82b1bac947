// Two clocks in one deadline: seconds since start against seconds since 1970.
#include <pthread.h>
#include <semaphore.h>
#include <sys/time.h>
#include <time.h>

#include "waits.h"
#include "work.h"

// pthread_cond_timedwait looks at the real-time clock, where this moment was long ago.
int condition_bad(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 5;
    return pthread_cond_timedwait(cond, lock, &until); // want deadline-arithmetic "monotonic|clock"
}

// However long.
int condition_after_bad(pthread_cond_t *cond, pthread_mutex_t *lock, int timeout)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout / 1000;
    until.tv_nsec += timeout % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_cond_timedwait(cond, lock, &until); // want deadline-arithmetic "monotonic"
}

// Converted from one clock to the other: what is left by the one, on top of the other.
int converted_ok(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms)
{
    struct timespec now;
    int64_t left = deadline_ms - now_ms();
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t end = now.tv_sec * 1000 + now.tv_nsec / 1000000 + left;
    struct timespec until = { .tv_sec = end / 1000, .tv_nsec = end % 1000 * 1000000 };
    return pthread_cond_timedwait(cond, lock, &until);
}

int converted_bad(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms)
{
    struct timespec now;
    int64_t left = deadline_ms - now_ms();
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t end = now.tv_sec * 1000 + now.tv_nsec / 1000000 + left;
    struct timespec until = { .tv_sec = end / 1000, .tv_nsec = end % 1000 * 1000000 };
    return pthread_cond_timedwait(cond, lock, &until); // want deadline-arithmetic "monotonic"
}

int condition_ok(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 5;
    return pthread_cond_timedwait(cond, lock, &until);
}

int named_clock_ok(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 5;
    return pthread_cond_clockwait(cond, lock, CLOCK_MONOTONIC, &until);
}

int named_clock_bad(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 5;
    return pthread_cond_clockwait(cond, lock, CLOCK_MONOTONIC, &until); // want deadline-arithmetic "."
}

int semaphore_bad(sem_t *semaphore)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 5;
    return sem_timedwait(semaphore, &until); // want deadline-arithmetic "."
}

int semaphore_ok(sem_t *semaphore)
{
    struct timeval now;
    gettimeofday(&now, NULL);
    struct timespec until = { .tv_sec = now.tv_sec + 5, .tv_nsec = now.tv_usec * 1000 };
    return sem_timedwait(semaphore, &until);
}

// Made with one clock, asked with the other.
int difference_bad(int id)
{
    int64_t deadline = now_ms() + 5000;
    int64_t left = deadline - (int64_t)time(NULL) * 1000;
    return rpc(id, left); // want deadline-arithmetic "."
}

int difference_ok(int id)
{
    int64_t deadline = now_ms() + 5000;
    int64_t left = deadline - now_ms();
    return rpc(id, left);
}

int passed_on_bad(int id)
{
    int64_t deadline = (int64_t)time(NULL) * 1000 + 5000;
    return rpc_until(id, deadline); // want deadline-arithmetic "."
}

int passed_on_ok(int id)
{
    int64_t deadline = now_ms() + 5000;
    return rpc_until(id, deadline);
}

static int64_t real_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int by_function_bad(int id)
{
    return rpc_until(id, real_ms() + 5000); // want deadline-arithmetic "."
}

int by_function_ok(int id)
{
    int64_t deadline = real_ms() + 5000;
    return rpc(id, deadline - real_ms());
}

// A model's line can rest on one argument only (TIMER_ABSTIME), so that the clock of clock_nanosleep is not known.
int FN_sleep_bad(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

int sleep_ok(void)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 1;
    return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}
