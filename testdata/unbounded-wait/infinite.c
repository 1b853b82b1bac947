// Waits without end below a deadline that they do not get: the calls and constants that mean "for ever".
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/wait.h>

#include "waits.h"
#include "work.h"

#define FOREVER (-1)
enum { NO_LIMIT = -1 };

static int poll_bad(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    use(ctx);
    return poll(fd, 1, -1); // want unbounded-wait "poll"
}

static int poll_named_bad(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    use(ctx);
    return poll(fd, 1, FOREVER); // want unbounded-wait "poll"
}

static int poll_ok(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    return poll(fd, 1, (int)ctx_remaining(ctx));
}

static int epoll_bad(CTX_CONST struct ctx *ctx, int fd, struct epoll_event *event)
{
    int timeout = NO_LIMIT;
    use(ctx);
    return epoll_wait(fd, event, 1, timeout); // want unbounded-wait "epoll_wait"
}

static int epoll_ok(CTX_CONST struct ctx *ctx, int fd, struct epoll_event *event)
{
    int timeout = -1;
    if (ctx_has_deadline(ctx))
        timeout = (int)ctx_remaining(ctx);
    return epoll_wait(fd, event, 1, timeout);
}

static int select_bad(CTX_CONST struct ctx *ctx, int fd, fd_set *set)
{
    use(ctx);
    return select(fd + 1, set, NULL, NULL, NULL); // want unbounded-wait "select"
}

static int select_ok(CTX_CONST struct ctx *ctx, int fd, fd_set *set)
{
    int64_t left = ctx_remaining(ctx);
    struct timeval time = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };
    return select(fd + 1, set, NULL, NULL, &time);
}

static int semaphore_bad(CTX_CONST struct ctx *ctx, sem_t *semaphore)
{
    use(ctx);
    return sem_wait(semaphore); // want unbounded-wait "sem_wait"
}

static int semaphore_ok(sem_t *semaphore, const struct timespec *until)
{
    return sem_timedwait(semaphore, until);
}

static int try_semaphore_ok(CTX_CONST struct ctx *ctx, sem_t *semaphore)
{
    use(ctx);
    return sem_trywait(semaphore);
}

static void condition_bad(CTX_CONST struct ctx *ctx, pthread_cond_t *cond, pthread_mutex_t *lock)
{
    pthread_mutex_lock(lock);
    while (!ready(1))
        pthread_cond_wait(cond, lock); // want unbounded-wait "pthread_cond_wait"
    pthread_mutex_unlock(lock);
    use(ctx);
}

static int child_bad(CTX_CONST struct ctx *ctx, pid_t pid)
{
    int status;
    use(ctx);
    return waitpid(pid, &status, 0); // want unbounded-wait "waitpid"
}

static int child_ok(CTX_CONST struct ctx *ctx, pid_t pid)
{
    int status;
    use(ctx);
    return waitpid(pid, &status, WNOHANG);
}

static long queue_bad(CTX_CONST struct ctx *ctx, mqd_t queue, char *to, size_t size)
{
    use(ctx);
    return mq_receive(queue, to, size, NULL); // want unbounded-wait "mq_receive"
}

static int own_function_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    return rpc_forever(1); // want unbounded-wait "rpc_forever"
}

static int own_constant_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    return rpc(1, -1); // want unbounded-wait "rpc"
}

static int own_constant_ok(CTX_CONST struct ctx *ctx)
{
    return rpc(1, ctx_remaining(ctx));
}

static int own_deadline_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    return rpc_until(1, -1); // want unbounded-wait "rpc_until"
}

static int own_deadline_ok(CTX_CONST struct ctx *ctx)
{
    return rpc_until(1, ctx_deadline(ctx));
}

// It gets the context.
static int given_ok(CTX_CONST struct ctx *ctx)
{
    return call(ctx, 1);
}

// A fixed bound is another rule's matter.
static int fixed_ok(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    return rpc(1, 500);
}

// Locks are held for a short time: they are no waits for an answer.
static void lock_ok(CTX_CONST struct ctx *ctx, pthread_mutex_t *lock)
{
    pthread_mutex_lock(lock);
    use(ctx);
    pthread_mutex_unlock(lock);
}

struct things {
    struct pollfd fd;
    struct epoll_event event;
    fd_set set;
    sem_t semaphore;
    pthread_cond_t cond;
    pthread_mutex_t lock;
    mqd_t queue;
    char text[64];
};

int handle_ok(CTX_CONST struct ctx *request, struct things *t, const struct timespec *until)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int sum = poll_bad(ctx, &t->fd) + poll_named_bad(ctx, &t->fd) + poll_ok(ctx, &t->fd);
    sum += epoll_bad(ctx, 3, &t->event) + epoll_ok(ctx, 3, &t->event);
    sum += select_bad(ctx, 3, &t->set) + select_ok(ctx, 3, &t->set);
    sum += semaphore_bad(ctx, &t->semaphore) + semaphore_ok(&t->semaphore, until) + try_semaphore_ok(ctx, &t->semaphore);
    condition_bad(ctx, &t->cond, &t->lock);
    lock_ok(ctx, &t->lock);
    sum += child_bad(ctx, 1) + child_ok(ctx, 1) + (int)queue_bad(ctx, t->queue, t->text, sizeof t->text);
    sum += own_function_bad(ctx) + own_constant_bad(ctx) + own_constant_ok(ctx) + own_deadline_bad(ctx) + own_deadline_ok(ctx);
    sum += given_ok(ctx) + fixed_ok(ctx);
    ctx_cancel(ctx);
    return sum;
}
