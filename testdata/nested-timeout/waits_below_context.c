// A fixed wait that does not get the context: it outlasts the context's deadline. One that gets both ends with the earlier.
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "waits.h"
#include "work.h"

static int fixed_bad(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    use(ctx);
    return poll(fd, 1, 5000); // want nested-timeout "5 s.*overrun.*2 s"
}

static int derived_ok(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    return poll(fd, 1, (int)ctx_remaining(ctx));
}

static int least_ok(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    int64_t left = ctx_remaining(ctx);
    return poll(fd, 1, left < 5000 ? (int)left : 5000);
}

static int checked_ok(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    if (ctx_remaining(ctx) < 500)
        return -1;
    return poll(fd, 1, 500);
}

static int too_weak_bad(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    if (ctx_remaining(ctx) < 100)
        return -1;
    return poll(fd, 1, 500); // want nested-timeout "500 ms.*overrun.*2 s"
}

// Slices of a loop that looks at the context.
static int slices_ok(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    while (!ctx_done(ctx)) {
        int count = poll(fd, 1, 100);
        if (count != 0)
            return count;
    }
    return -1;
}

static int slices_in_body_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (;;) {
        int result = rpc(id, 50);
        if (result >= 0 || ctx_err(ctx))
            return result;
    }
}

// The call takes both, and ends with the earlier one: the fixed number can be cut.
static int both_bad(CTX_CONST struct ctx *ctx, int id)
{
    return call_within(ctx, id, 500); // want nested-timeout "500 ms.*capped.*2 s"
}

static int both_dead_bad(CTX_CONST struct ctx *ctx, int id)
{
    return call_within(ctx, id, 5000); // want nested-timeout "5 s.*dead.*2 s"
}

static int both_ok(CTX_CONST struct ctx *ctx, int id)
{
    return call_within(ctx, id, ctx_remaining(ctx) / 2);
}

// Set on a socket beforehand.
static long armed_bad(CTX_CONST struct ctx *ctx, int fd, char *to, size_t size)
{
    struct timeval time = { .tv_sec = 5 };
    use(ctx);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time); // want nested-timeout "5 s.*overrun.*2 s"
    return recv(fd, to, size, 0);
}

static long armed_ok(CTX_CONST struct ctx *ctx, int fd, char *to, size_t size)
{
    int64_t left = ctx_remaining(ctx);
    struct timeval time = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    return recv(fd, to, size, 0);
}

// The number comes through a parameter.
static int wait_readable(struct pollfd *fd, int ms)
{
    return poll(fd, 1, ms);
}

static int supplies_bad(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    use(ctx);
    return wait_readable(fd, 5000); // want nested-timeout "5 s.*overrun.*2 s"
}

static int supplies_ok(CTX_CONST struct ctx *ctx, struct pollfd *fd)
{
    return wait_readable(fd, (int)ctx_remaining(ctx));
}

long handle_ok(CTX_CONST struct ctx *request, struct pollfd *fd, char *to, size_t size)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    long sum = fixed_bad(ctx, fd) + derived_ok(ctx, fd) + least_ok(ctx, fd) + checked_ok(ctx, fd) + too_weak_bad(ctx, fd);
    sum += slices_ok(ctx, fd) + slices_in_body_ok(ctx, 1) + both_bad(ctx, 1) + both_dead_bad(ctx, 1) + both_ok(ctx, 1);
    sum += armed_bad(ctx, 3, to, size) + armed_ok(ctx, 3, to, size) + supplies_bad(ctx, fd) + supplies_ok(ctx, fd);
    ctx_cancel(ctx);
    return sum;
}

// An event loop and a keep-alive: a period is no budget.
int keep_alive_ok(struct pollfd *fd)
{
    for (;;) {
        int count = poll(fd, 1, 30000);
        if (count < 0)
            return -1;
        if (count == 0)
            say("ping");
    }
}
