// The thread says by a semaphore or a condition that it is done; the one who waits for that gives up.
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>
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

// On the heap, with a count of its owners, and nobody joins: the last one frees it.
struct shared_job {
    sem_t done;
    int owners;
};

static void *work_shared(void *arg)
{
    struct shared_job *job = arg;
    rpc_forever(1);
    sem_post(&job->done);
    return NULL;
}

int heap_ok(const struct timespec *until)
{
    struct shared_job *job = calloc(1, sizeof *job);
    pthread_t thread;
    if (!job)
        return -1;
    job->owners = 2;
    sem_init(&job->done, 0, 0);
    if (pthread_create(&thread, NULL, work_shared, job) != 0)
        return -1;
    pthread_detach(thread);
    int error = sem_timedwait(&job->done, until);
    if (--job->owners == 0)
        free(job);
    return error;
}

int by_goto_ok(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    int result = -1;
    sem_init(&job.done, 0, 0);
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    if (sem_timedwait(&job.done, until) != 0)
        goto out;
    result = job.result;
out:
    pthread_join(thread, NULL);
    sem_destroy(&job.done);
    return result;
}

int interrupted_bad(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    int error;
    sem_init(&job.done, 0, 0);
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    while ((error = sem_timedwait(&job.done, until)) != 0 && errno == EINTR) // want abandoned-wait "."
        say("interrupted");
    sem_destroy(&job.done);
    if (error)
        return -1;
    pthread_join(thread, NULL);
    return job.result;
}
