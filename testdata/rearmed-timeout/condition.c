// Waiting for a condition: wake-ups without a reason are normal, so the wait stands in a loop.
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <time.h>

#include "waits.h"

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int count;
};

static struct timespec from_now(int ms)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_sec += ms / 1000;
    time.tv_nsec += ms % 1000 * 1000000L;
    if (time.tv_nsec >= 1000000000L) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000L;
    }
    return time;
}

// The deadline is made anew for each turn.
bool take_bad(struct queue *queue, int timeout_ms)
{
    int error = 0;
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && error != ETIMEDOUT) {
        struct timespec until = from_now(timeout_ms);
        error = pthread_cond_timedwait(&queue->changed, &queue->lock, &until); // want rearmed-timeout "."
    }
    bool taken = queue->count > 0;
    queue->count -= taken;
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

bool take_ok(struct queue *queue, int timeout_ms)
{
    int error = 0;
    struct timespec until = from_now(timeout_ms);
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && error != ETIMEDOUT)
        error = pthread_cond_timedwait(&queue->changed, &queue->lock, &until);
    bool taken = queue->count > 0;
    queue->count -= taken;
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

bool take_written_out_bad(struct queue *queue, int timeout_s)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += timeout_s;
        if (pthread_cond_timedwait(&queue->changed, &queue->lock, &until) == ETIMEDOUT) // want rearmed-timeout "."
            break;
    }
    bool taken = queue->count > 0;
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

bool take_written_out_ok(struct queue *queue, int timeout_s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_s;
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0)
        if (pthread_cond_timedwait(&queue->changed, &queue->lock, &until) == ETIMEDOUT)
            break;
    bool taken = queue->count > 0;
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

// The caller's deadline does not move.
bool take_until_ok(struct queue *queue, const struct timespec *until)
{
    int error = 0;
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && error != ETIMEDOUT)
        error = pthread_cond_timedwait(&queue->changed, &queue->lock, until);
    bool taken = queue->count > 0;
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

// Two waits until one moment are no longer than one.
bool both_ok(sem_t *first, sem_t *second, int timeout_ms)
{
    struct timespec until = from_now(timeout_ms);
    return sem_timedwait(first, &until) == 0 && sem_timedwait(second, &until) == 0;
}

bool both_bad(sem_t *first, sem_t *second, int timeout_ms)
{
    struct timespec until = from_now(timeout_ms);
    if (sem_timedwait(first, &until) != 0)
        return false;
    until = from_now(timeout_ms);
    return sem_timedwait(second, &until) == 0; // want rearmed-timeout "."
}
