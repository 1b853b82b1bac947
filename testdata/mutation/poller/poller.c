// Waits for devices in short slices, under a context, a deadline and a plain timeout.
#include <poll.h>

#include "waits.h"
#include "work.h"

#define SLICE_MS 20

static int under_context(struct ctx *ctx, int device)
{
    while (!ctx_done(ctx)) {
        if (ready(device))
            return 0;
        pause_ms(SLICE_MS);
    }
    return -1;
}

static int under_context_inside(struct ctx *ctx, int device)
{
    for (;;) {
        if (ready(device))
            return 0;
        if (ctx_err(ctx))
            return -1;
        pause_ms(SLICE_MS);
    }
}

static int until(int64_t deadline, int device)
{
    while (now_ms() < deadline) {
        if (ready(device))
            return 0;
        pause_ms(SLICE_MS);
    }
    return -1;
}

static int readable(struct pollfd *fd, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    if (poll(fd, 1, timeout_ms / 2) > 0)
        return 0;
    return poll(fd, 1, (int)(deadline - now_ms())) > 0 ? 0 : -1;
}

int poller_run(struct pollfd *fd, int device)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), 3000);
    if (!ctx)
        return -1;
    int result = under_context(ctx, device);
    if (result == 0)
        result = under_context_inside(ctx, device + 1);
    if (result == 0)
        result = until(ctx_deadline(ctx), device + 2);
    if (result == 0)
        result = readable(fd, (int)ctx_remaining(ctx));
    ctx_cancel(ctx);
    return result;
}
