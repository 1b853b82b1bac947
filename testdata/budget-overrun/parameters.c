// Counts and times that come through parameters and constant settings.
#include "waits.h"
#include "work.h"

static int retry(CTX_CONST struct ctx *ctx, int tries, int64_t try_ms, int64_t delay_ms)
{
    for (int i = 0; i < tries; i++) {
        if (i > 0)
            pause_ms(delay_ms);
        if (spend(ctx_with_timeout(ctx, try_ms)) >= 0)
            return 0;
    }
    return -1;
}

static int supplies_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    return retry(ctx, 2, 1000, 500); // want budget-overrun "up to 2500 ms \(2 attempts x 1000 ms \+ 1 delay x 500 ms\) but 'handle_ok' allows 2000 ms"
}

static int supplies_ok(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    return retry(ctx, 2, 800, 300);
}

int handle_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = supplies_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

int handle_fitting_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = supplies_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

struct settings {
    int tries;
    int64_t try_ms;
};
static const struct settings eager = { .tries = 3, .try_ms = 800 }, modest = { .tries = 2, .try_ms = 800 };

static int settings_bad(CTX_CONST struct ctx *ctx)
{
    for (int i = 0; i < eager.tries; i++)
        if (spend(ctx_with_timeout(ctx, eager.try_ms)) >= 0) // want budget-overrun "up to 2400 ms \(3 attempts x 800 ms\) but 'handle_settings_ok' allows 2000 ms"
            return 0;
    return -1;
}

static int settings_ok(CTX_CONST struct ctx *ctx)
{
    for (int i = 0; i < modest.tries; i++)
        if (spend(ctx_with_timeout(ctx, modest.try_ms)) >= 0)
            return 0;
    return -1;
}

int handle_settings_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = settings_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

int handle_modest_settings_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = settings_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// The count is in the middle of the loop.
static int break_bad(CTX_CONST struct ctx *ctx)
{
    int tries = 0;
    for (;;) {
        if (spend(ctx_with_timeout(ctx, 800)) >= 0) // want budget-overrun "up to 2400 ms \(3 attempts x 800 ms\) but 'handle_break_ok' allows 2000 ms"
            return 0;
        if (++tries >= 3)
            break;
    }
    return -1;
}

int handle_break_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = break_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// The earliest of the deadlines above counts: 2 s of the work, not 9 s of the request.
static int two_steps_bad(CTX_CONST struct ctx *ctx)
{
    int result = spend(ctx_with_timeout(ctx, 1300)); // want budget-overrun "up to 2200 ms \(1300 ms \+ 900 ms\) but 'work_ok' allows 2000 ms"
    return result + spend(ctx_with_timeout(ctx, 900));
}

static int work_ok(CTX_CONST struct ctx *ctx)
{
    struct ctx *work = ctx_with_timeout(ctx, 2000);
    int result = two_steps_bad(work);
    ctx_cancel(work);
    return result;
}

int handle_two_deadlines_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 9000);
    int result = work_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// The same function twice.
static int step_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 1200));
}

static int same_twice_bad(CTX_CONST struct ctx *ctx)
{
    int result = step_ok(ctx); // want budget-overrun "up to 2400 ms \((1200 ms \+ 1200 ms|2 x 1200 ms)\) but 'handle_same_ok' allows 2000 ms"
    return result + step_ok(ctx);
}

int handle_same_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = same_twice_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// Each function alone is called under a deadline of its own: two callers, two sums.
static int shared_steps_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 1300)) + spend(ctx_with_timeout(ctx, 900));
}

int handle_long_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = shared_steps_ok(ctx);
    ctx_cancel(ctx);
    return result;
}
