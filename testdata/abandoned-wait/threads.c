// A timed wait for a thread that gives up: the thread goes on, often with memory of a function that has returned.
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "waits.h"
#include "work.h"

struct job {
    struct ctx *ctx;
    int id, result;
};

static void *work(void *arg)
{
    struct job *job = arg;
    job->result = rpc_forever(job->id);
    return NULL;
}

static void *work_in_context(void *arg)
{
    struct job *job = arg;
    job->result = call(job->ctx, job->id);
    return NULL;
}

int gives_up_bad(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) // want abandoned-wait "thread|running"
        return -1;
    return job.result;
}

int cancels_ok(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) {
        pthread_cancel(thread);
        pthread_join(thread, NULL);
        return -1;
    }
    return job.result;
}

int joins_later_ok(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) {
        say("it takes long");
        pthread_join(thread, NULL);
    }
    return job.result;
}

// The answer is ignored.
int ignored_bad(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    pthread_timedjoin_np(thread, NULL, until); // want abandoned-wait "."
    return job.result;
}

// Its context is cancelled, so it ends.
int ends_its_context_ok(CTX_CONST struct ctx *parent, struct job *job, const struct timespec *until)
{
    pthread_t thread;
    job->ctx = ctx_with_cancel(parent);
    if (pthread_create(&thread, NULL, work_in_context, job) != 0) {
        ctx_cancel(job->ctx);
        return -1;
    }
    int error = pthread_timedjoin_np(thread, NULL, until);
    ctx_cancel(job->ctx);
    if (error)
        pthread_join(thread, NULL);
    return job->result;
}

// Handed over: to a list, to the caller, to nobody by an explicit word.
struct late {
    pthread_t threads[8];
    int count;
};

int kept_ok(struct late *late, struct job *job, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) {
        late->threads[late->count++] = thread;
        return -1;
    }
    return job->result;
}

int returned_ok(struct job *job, const struct timespec *until, pthread_t *ret_thread)
{
    if (pthread_create(ret_thread, NULL, work, job) != 0)
        return -1;
    return pthread_timedjoin_np(*ret_thread, NULL, until);
}

int let_go_ok(struct job *job, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) {
        pthread_detach(thread);
        return -1;
    }
    return job->result;
}

// The thread is the caller's.
int given_ok(pthread_t thread, const struct timespec *until)
{
    return pthread_timedjoin_np(thread, NULL, until);
}

int tried_again_ok(struct job *job, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    while (pthread_timedjoin_np(thread, NULL, until) == ETIMEDOUT)
        say("still waiting");
    return job->result;
}

// One error path forgets it.
int one_path_bad(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0) { // want abandoned-wait "."
        if (ready(id))
            return -1;
        pthread_cancel(thread);
        pthread_join(thread, NULL);
    }
    return job.result;
}

int clock_bad(int id, const struct timespec *until)
{
    struct job job = { .id = id };
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    if (pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, until) != 0) // want abandoned-wait "."
        return -1;
    return job.result;
}

// No time limit, no giving up.
int plain_join_ok(int id)
{
    struct job job = { .id = id };
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &job) != 0)
        return -1;
    pthread_join(thread, NULL);
    return job.result;
}

// It was given the deadline, and ends by itself.
struct timed_job {
    const struct timespec *until;
    int result;
};

static void *work_until(void *arg)
{
    struct timed_job *job = arg;
    job->result = rpc_until(1, job->until->tv_sec * 1000);
    return NULL;
}

int has_the_deadline_ok(struct timed_job *job, const struct timespec *until)
{
    pthread_t thread;
    job->until = until;
    if (pthread_create(&thread, NULL, work_until, job) != 0)
        return -1;
    return pthread_timedjoin_np(thread, NULL, until);
}

// It is told to end, and joined by whoever has it next.
struct stopped_job {
    bool stop;
    int result;
};

int told_to_end_ok(struct stopped_job *job, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    int error = pthread_timedjoin_np(thread, NULL, until);
    if (error == ETIMEDOUT)
        job->stop = true;
    return error;
}

// Attributes may say that nobody waits for it.
int with_attributes_ok(struct job *job, const pthread_attr_t *attributes, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, attributes, work, job) != 0)
        return -1;
    return pthread_timedjoin_np(thread, NULL, until);
}

int by_its_error_bad(struct job *job, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    int error = pthread_timedjoin_np(thread, NULL, until); // want abandoned-wait "."
    if (error == ETIMEDOUT)
        say("too late");
    else if (error)
        fatal("join");
    return job->result;
}

int ends_the_process_ok(struct job *job, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) != 0)
        fatal("it hangs");
    return job->result;
}

int positive_error_ok(struct job *job, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    int error = pthread_timedjoin_np(thread, NULL, until);
    if (error > 0) {
        pthread_cancel(thread);
        pthread_join(thread, NULL);
    }
    return error;
}

int negated_error_ok(struct job *job, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    int error = -pthread_timedjoin_np(thread, NULL, until);
    if (error < 0) {
        pthread_cancel(thread);
        pthread_join(thread, NULL);
    }
    return error;
}

int by_flag_ok(struct job *job, const struct timespec *until)
{
    pthread_t thread;
    bool is_joined = false;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    if (pthread_timedjoin_np(thread, NULL, until) == 0)
        is_joined = true;
    if (!is_joined) {
        pthread_cancel(thread);
        pthread_join(thread, NULL);
    }
    return job->result;
}

int by_switch_ok(struct job *job, const struct timespec *until)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    switch (pthread_timedjoin_np(thread, NULL, until)) {
    case 0: return job->result;
    case ETIMEDOUT:
        pthread_cancel(thread);
        pthread_join(thread, NULL);
        return -1;
    default: return -2;
    }
}

int some_tries_bad(struct job *job, const struct timespec *until)
{
    int tries = 0;
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, job) != 0)
        return -1;
    while (pthread_timedjoin_np(thread, NULL, until) == ETIMEDOUT) // want abandoned-wait "."
        if (++tries > 3)
            return -1;
    return job->result;
}
