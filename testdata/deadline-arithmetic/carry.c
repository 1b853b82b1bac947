// A second or more in tv_nsec: the call fails with EINVAL instead of waiting.
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

int forgotten_bad(sem_t *semaphore)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200 * 1000000L;
    return sem_timedwait(semaphore, &until); // want deadline-arithmetic "tv_nsec"
}

int carried_ok(sem_t *semaphore)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    return sem_timedwait(semaphore, &until);
}

int remainder_ok(sem_t *semaphore, long ns)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    long sum = until.tv_nsec + ns;
    until.tv_sec += sum / 1000000000L;
    until.tv_nsec = sum % 1000000000L;
    return sem_timedwait(semaphore, &until);
}

int parameter_bad(pthread_cond_t *cond, pthread_mutex_t *lock, long timeout_ns)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += timeout_ns;
    return pthread_cond_timedwait(cond, lock, &until); // want deadline-arithmetic "tv_nsec"
}

static void carry(struct timespec *time)
{
    time->tv_sec += time->tv_nsec / 1000000000L;
    time->tv_nsec %= 1000000000L;
}

int by_function_ok(sem_t *semaphore)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200 * 1000000L;
    carry(&until);
    return sem_timedwait(semaphore, &until);
}

int two_ways_ok(sem_t *semaphore)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    if (until.tv_nsec + 200 * 1000000L < 1000000000L) {
        until.tv_nsec += 200 * 1000000L;
        return sem_timedwait(semaphore, &until);
    }
    until.tv_nsec += 200 * 1000000L - 1000000000L;
    until.tv_sec++;
    return sem_timedwait(semaphore, &until);
}

int constant_bad(void)
{
    struct timespec time = { .tv_nsec = 1500 * 1000000L };
    return nanosleep(&time, NULL); // want deadline-arithmetic "1500000000"
}

int constant_ok(void)
{
    struct timespec time = { .tv_sec = 1, .tv_nsec = 500 * 1000000L };
    return nanosleep(&time, NULL);
}
