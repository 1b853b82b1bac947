// Short sleeps in a loop that looks at the budget are polling: they end soon enough.
#include <stdatomic.h>
#include <unistd.h>

#include "waits.h"
#include "work.h"

#define POLL_MS 20

static int condition_ok(CTX_CONST struct ctx *ctx, int id)
{
    while (!ctx_done(ctx)) {
        if (ready(id))
            return 0;
        pause_ms(20);
    }
    return -1;
}

static int body_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (;;) {
        if (ready(id))
            return 0;
        if (ctx_remaining(ctx) <= 0)
            return -1;
        usleep(POLL_MS * 1000);
    }
}

#define WAIT_UNTIL(ctx, condition)               \
    do {                                         \
        while (!(condition) && !ctx_done((ctx))) \
            pause_ms(50);                        \
    } while (0)

static int macro_ok(CTX_CONST struct ctx *ctx, int id)
{
    WAIT_UNTIL(ctx, ready(id));
    return ctx_err(ctx);
}

static bool expired_ok(CTX_CONST struct ctx *ctx)
{
    return ctx_done(ctx);
}

static int by_function_ok(CTX_CONST struct ctx *ctx, int id)
{
    while (!ready(id)) {
        if (expired_ok(ctx))
            return -1;
        pause_ms(10);
    }
    return 0;
}

static int by_deadline_ok(int64_t deadline, int id)
{
    while (!ready(id)) {
        if (now_ms() >= deadline)
            return -1;
        pause_ms(10);
    }
    return 0;
}

static int goto_ok(CTX_CONST struct ctx *ctx, int id)
{
again:
    if (ready(id))
        return 0;
    if (ctx_err(ctx))
        return -1;
    usleep(20000);
    goto again;
}

// Too long for a slice: up to a second late.
static int long_slice_bad(CTX_CONST struct ctx *ctx, int id)
{
    while (!ctx_done(ctx)) {
        if (ready(id))
            return 0;
        sleep(1); // want sleep-past-deadline "1 s|1000 ms"
    }
    return -1;
}

// Short, but the loop does not look at the budget.
static int unchecked_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    while (!ready(id))
        pause_ms(50); // want sleep-past-deadline "50 ms"
    return 0;
}

int handle_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int sum = condition_ok(ctx, id) + body_ok(ctx, id) + macro_ok(ctx, id) + by_function_ok(ctx, id) + goto_ok(ctx, id);
    sum += by_deadline_ok(ctx_deadline(ctx), id);
    sum += long_slice_bad(ctx, id) + unchecked_bad(ctx, id);
    ctx_cancel(ctx);
    return sum;
}
