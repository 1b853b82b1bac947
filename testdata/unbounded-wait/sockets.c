// Sockets: how long recv waits is set elsewhere, or it does not wait at all.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

// A blocking socket, made here, that nobody gave a limit.
static long made_here_bad(CTX_CONST struct ctx *ctx, const struct sockaddr *to, char *text, size_t size)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    use(ctx);
    if (connect(fd, to, sizeof(struct sockaddr_in)) != 0) // want unbounded-wait "connect"
        size = 0;
    long got = size ? recv(fd, text, size, 0) : -1; // want unbounded-wait "recv"
    close(fd);
    return got;
}

static long armed_ok(CTX_CONST struct ctx *ctx, const struct sockaddr *to, char *text, size_t size)
{
    int64_t left = ctx_remaining(ctx);
    struct timeval time = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    if (connect(fd, to, sizeof(struct sockaddr_in)) != 0)
        size = 0;
    long got = size ? recv(fd, text, size, 0) : -1;
    close(fd);
    return got;
}

static int not_blocking_ok(CTX_CONST struct ctx *ctx, const struct sockaddr *to)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    use(ctx);
    connect(fd, to, sizeof(struct sockaddr_in));
    return fd;
}

static int made_not_blocking_ok(CTX_CONST struct ctx *ctx, const struct sockaddr *to)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    use(ctx);
    connect(fd, to, sizeof(struct sockaddr_in));
    return fd;
}

// poll has waited, recv does not.
static long polled_ok(CTX_CONST struct ctx *ctx, int fd, char *text, size_t size)
{
    struct pollfd entry = { .fd = fd, .events = POLLIN };
    if (poll(&entry, 1, (int)ctx_remaining(ctx)) <= 0)
        return -1;
    return recv(fd, text, size, 0);
}

static long flag_ok(CTX_CONST struct ctx *ctx, int fd, char *text, size_t size)
{
    use(ctx);
    return recv(fd, text, size, MSG_DONTWAIT);
}

// A descriptor from elsewhere may be a non-blocking socket or a file: nothing to go by.
static long given_ok(CTX_CONST struct ctx *ctx, int fd, char *text, size_t size)
{
    use(ctx);
    return recv(fd, text, size, 0) + read(fd, text, size) + write(fd, text, size);
}

long handle_ok(CTX_CONST struct ctx *request, const struct sockaddr *to, int fd)
{
    char text[64];
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    long sum = made_here_bad(ctx, to, text, sizeof text) + armed_ok(ctx, to, text, sizeof text);
    sum += not_blocking_ok(ctx, to) + made_not_blocking_ok(ctx, to) + polled_ok(ctx, fd, text, sizeof text);
    sum += flag_ok(ctx, fd, text, sizeof text) + given_ok(ctx, fd, text, sizeof text);
    ctx_cancel(ctx);
    return sum;
}
