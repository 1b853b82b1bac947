// Loops with waits in them that are no retries.
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

// Interrupted by a signal: at once is right.
int interrupted_ok(struct pollfd *fd, int timeout_ms)
{
    int count;
    do
        count = poll(fd, 1, timeout_ms);
    while (count < 0 && errno == EINTR);
    return count;
}

long interrupted_read_ok(int fd, char *to, size_t size)
{
    for (;;) {
        ssize_t got = recv(fd, to, size, 0);
        if (got >= 0 || errno != EINTR)
            return got;
    }
}

// Another item each time, until one fails.
int work_ok(int count)
{
    for (int i = 0; i < count; i++)
        if (rpc(i, 500) < 0)
            return -1;
    return 0;
}

int all_items_ok(int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += rpc(i, 500);
    return sum;
}

// The next server, not the same one again.
int next_server_ok(const int *servers, int count)
{
    for (int i = 0; i < count; i++) {
        int result = rpc(servers[i], 500);
        if (result >= 0)
            return result;
    }
    return -1;
}

// The rest of a message.
long receive_all_ok(int fd, char *to, size_t size)
{
    size_t got = 0;
    while (got < size) {
        ssize_t more = recv(fd, to + got, size - got, 0);
        if (more <= 0)
            return -1;
        got += (size_t)more;
    }
    return (long)got;
}

// Waiting for a condition: to wait is what the loop is for.
int condition_ok(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    int error = 0;
    pthread_mutex_lock(lock);
    while (!ready(1) && !error)
        error = pthread_cond_timedwait(cond, lock, until);
    pthread_mutex_unlock(lock);
    return error;
}

int slices_ok(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    int count = 0;
    while (count == 0 && !ctx_done(ctx))
        count = poll(fd, 1, 50);
    return count;
}

int slices_then_call_ok(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    int count = slices_ok(ctx, fd);
    return count > 0 ? call(ctx, count) : count;
}

// An event loop.
void serve_ok(struct pollfd *fds, unsigned count)
{
    for (;;) {
        if (poll(fds, count, 1000) < 0)
            say("poll failed");
        say("events");
    }
}

int accept_all_ok(int listener)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            return -1;
        close(fd);
    }
}

// Asked until something is there.
static bool pump(int id)
{
    return rpc(id, 50) > 0;
}

void until_ready_ok(int id)
{
    while (!pump(id))
        say("not yet");
}

// Each error ends it but one that asks for another try.
int one_error_ok(int id)
{
    for (;;) {
        int result = rpc(id, 500);
        if (result != -11)
            return result;
    }
}

// The next address.
struct address {
    struct address *next;
    int id;
};

int next_address_ok(const struct address *address)
{
    for (; address; address = address->next) {
        int result = rpc(address->id, 500);
        if (result >= 0)
            return result;
    }
    return -1;
}

int next_number_ok(void)
{
    int result;
    do
        result = rpc(next_id(), 500);
    while (result < 0);
    return result;
}

// Who comes next.
int accept_one_ok(int listener)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0)
            return fd;
    }
}

// A signal came in between: what is left is waited for at once.
static int os_error(void)
{
    return errno;
}

int interrupted_until_ok(struct pollfd *fd, int64_t deadline_ms)
{
again:;
    int left = (int)(deadline_ms - now_ms());
    if (left < 0)
        return -1;
    int count = poll(fd, 1, left);
    if (count > 0)
        return 0;
    if (count == 0)
        return -2;
    switch (os_error()) {
    case EINTR: goto again;
    default: return -1;
    }
}

// Success goes round as well, and anything else ends the program.
void drain_ok(int id)
{
    for (;;) {
        int result = rpc(id, 500);
        if (result == 0)
            continue;
        if (result != -1)
            abort();
        if (errno == ETIMEDOUT)
            continue;
        break;
    }
}
