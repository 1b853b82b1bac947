// A context or timeout is accepted and never used, and the function waits.
#include <poll.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

int context_bad(CTX_CONST struct ctx *ctx, int id) // want dropped-context "ctx"
{
    return rpc_forever(id);
}

int context_ok(CTX_CONST struct ctx *ctx, int id)
{
    return call(ctx, id);
}

int fixed_bad(CTX_CONST struct ctx *ctx, int id) // want dropped-context "ctx"
{
    return rpc(id, 500);
}

int fixed_ok(CTX_CONST struct ctx *ctx, int id)
{
    return rpc(id, ctx_remaining(ctx));
}

void sleeping_bad(CTX_CONST struct ctx *ctx) // want dropped-context "ctx"
{
    sleep(1);
}

int timeout_bad(struct pollfd *fd, int timeout_ms) // want dropped-context "timeout_ms"
{
    return poll(fd, 1, -1);
}

int timeout_ok(struct pollfd *fd, int timeout_ms)
{
    return poll(fd, 1, timeout_ms);
}

int deadline_bad(struct pollfd *fd, int64_t deadline_ms) // want dropped-context "deadline_ms"
{
    return poll(fd, 1, 1000);
}

int deadline_ok(struct pollfd *fd, int64_t deadline_ms)
{
    return poll(fd, 1, (int)(deadline_ms - now_ms()));
}

int timespec_bad(struct pollfd *fd, const struct timespec *until) // want dropped-context "until"
{
    return poll(fd, 1, -1);
}

int timer_bad(int id, struct timer *timer) // want dropped-context "timer"
{
    return rpc_forever(id);
}

int timer_ok(int id, struct timer *timer)
{
    return rpc_timer(id, timer);
}

// When it began is no budget.
int begun_ok(int id, const struct timespec *start_time)
{
    return rpc_forever(id);
}

// It calls something that waits: in this program, or something that could take the context.
static int waits_below_ok(int id)
{
    return rpc_forever(id);
}

int below_bad(CTX_CONST struct ctx *ctx, int id) // want dropped-context "ctx"
{
    return waits_below_ok(id);
}

struct connection {
    struct ctx *ctx;
    int id;
};

int another_one_bad(CTX_CONST struct ctx *ctx, struct connection *connection) // want dropped-context "ctx"
{
    return call(connection->ctx, connection->id);
}

int another_one_ok(CTX_CONST struct ctx *ctx, struct connection *connection)
{
    use(connection->ctx);
    return call(ctx, connection->id);
}

// Nothing waits here: there is nothing to give it to.
int no_wait_ok(CTX_CONST struct ctx *ctx, int id)
{
    return id * 2;
}

int no_wait_timeout_ok(int id, int timeout_ms)
{
    say("not yet written");
    return id;
}

// It is only asked, or kept: that is a use.
int asked_ok(CTX_CONST struct ctx *ctx, int id)
{
    if (ctx_done(ctx))
        return -1;
    return rpc(id, 500);
}

void kept_ok(struct ctx *ctx, struct connection *connection)
{
    connection->ctx = ctx;
    connection->id = rpc(1, 500);
}

// Not a time, whatever it is called: the type decides.
int name_lies_ok(const char *timeout, int id)
{
    return rpc_forever(id);
}
