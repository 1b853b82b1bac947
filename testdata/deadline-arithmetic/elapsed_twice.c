// Time already spent is subtracted once.
#include <poll.h>

#include "waits.h"
#include "work.h"

int twice_bad(int id, int timeout_ms)
{
    int64_t start = now_ms();
    if (rpc(id, timeout_ms / 2) < 0)
        return -1;
    int64_t elapsed = now_ms() - start;
    int64_t left = timeout_ms - elapsed;
    return rpc(id, left - elapsed); // want deadline-arithmetic "twice|elapsed"
}

int twice_ok(int id, int timeout_ms)
{
    int64_t start = now_ms();
    if (rpc(id, timeout_ms / 2) < 0)
        return -1;
    int64_t elapsed = now_ms() - start;
    int64_t left = timeout_ms - elapsed;
    return rpc(id, left);
}

// The start stays where it was, so each turn subtracts everything again.
int in_a_loop_bad(struct pollfd *fd, int timeout_ms)
{
    int64_t start = now_ms();
    int count = 0;
    while (count == 0 && timeout_ms > 0) {
        count = poll(fd, 1, timeout_ms); // want deadline-arithmetic "twice|elapsed|again"
        timeout_ms -= (int)(now_ms() - start);
    }
    return count;
}

int in_a_loop_ok(struct pollfd *fd, int timeout_ms)
{
    int64_t start = now_ms();
    int count = 0;
    while (count == 0 && timeout_ms > 0) {
        count = poll(fd, 1, timeout_ms);
        int64_t now = now_ms();
        timeout_ms -= (int)(now - start);
        start = now;
    }
    return count;
}

int fresh_start_ok(struct pollfd *fd, int timeout_ms)
{
    int count = 0;
    while (count == 0 && timeout_ms > 0) {
        int64_t start = now_ms();
        count = poll(fd, 1, timeout_ms);
        timeout_ms -= (int)(now_ms() - start);
    }
    return count;
}

// A library is known by the functions that a program uses.
int makers_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 500));
}

// What is left already counts the time that has passed.
int remaining_minus_elapsed_bad(CTX_CONST struct ctx *ctx)
{
    int64_t start = now_ms();
    int result = call(ctx, 1);
    return result + rpc(2, ctx_remaining(ctx) - (now_ms() - start)); // want deadline-arithmetic "."
}

int remaining_ok(CTX_CONST struct ctx *ctx)
{
    int result = call(ctx, 1);
    return result + rpc(2, ctx_remaining(ctx));
}

int snapshot_minus_elapsed_ok(CTX_CONST struct ctx *ctx)
{
    int64_t left = ctx_remaining(ctx), start = now_ms();
    int result = call(ctx, 1);
    return result + rpc(2, left - (now_ms() - start));
}

// Two parts of the time, each subtracted once.
int two_parts_ok(int id, int timeout_ms)
{
    int64_t start = now_ms();
    if (rpc(id, timeout_ms / 3) < 0)
        return -1;
    int64_t middle = now_ms();
    if (rpc(id, timeout_ms / 3) < 0)
        return -1;
    int64_t left = timeout_ms - (middle - start) - (now_ms() - middle);
    return rpc(id, left);
}
