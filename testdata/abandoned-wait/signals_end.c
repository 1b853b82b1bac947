// The thread says by a semaphore or a condition that it is done; the one who waits for that gives up.
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <time.h>

#include "waits.h"
#include "work.h"

struct job {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    sem_t done;
    bool is_done;
    int id, result;
};

static void *work(void *arg)
{
    struct job *job = arg;
    job->result = rpc_forever(job->id);
    sem_post(&job->done);
    return NULL;
}

static void *work_and_signal(void *arg)
{
    struct job *job = arg;
    int result = rpc_forever(job->id);
    pthread_mutex_lock(&job->lock);
    job->result = result;
    job->is_done = true;
    pthread_cond_signal(&job->changed);
    pthread_mutex_unlock(&job->lock);
    return NULL;
}

int semaphore_bad(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    sem_init(&job.done, 0, 0);
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    if (sem_timedwait(&job.done, until) != 0) // want abandoned-wait "."
        return -1;
    pthread_join(thread, NULL);
    return job.result;
}

int semaphore_ok(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    sem_init(&job.done, 0, 0);
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    if (sem_timedwait(&job.done, until) != 0)
        pthread_cancel(thread);
    pthread_join(thread, NULL);
    return job.result;
}

int condition_bad(int id, const struct timespec *until)
{
    struct job job = { .id = id, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
    pthread_t thread;
    int error = 0;
    if (pthread_create(&thread, NULL, work_and_signal, &job) != 0)
        return -1;
    pthread_mutex_lock(&job.lock);
    while (!job.is_done && !error)
        error = pthread_cond_timedwait(&job.changed, &job.lock, until); // want abandoned-wait "."
    pthread_mutex_unlock(&job.lock);
    if (error)
        return -1;
    pthread_join(thread, NULL);
    return job.result;
}

int condition_ok(int id, const struct timespec *until)
{
    struct job job = { .id = id, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
    pthread_t thread;
    int error = 0;
    if (pthread_create(&thread, NULL, work_and_signal, &job) != 0)
        return -1;
    pthread_mutex_lock(&job.lock);
    while (!job.is_done && !error)
        error = pthread_cond_timedwait(&job.changed, &job.lock, until);
    pthread_mutex_unlock(&job.lock);
    if (error)
        pthread_cancel(thread);
    pthread_join(thread, NULL);
    return error ? -1 : job.result;
}

// A semaphore that has nothing to do with a thread made here.
int other_semaphore_ok(sem_t *slots, const struct timespec *until)
{
    if (sem_timedwait(slots, until) != 0)
        return -1;
    sem_post(slots);
    return 0;
}
