// Delays that grow: their sum is known where they grow by constants.
#include "waits.h"
#include "work.h"

// 4 x 400 + 100 + 200 + 400.
static int doubling_bad(CTX_CONST struct ctx *ctx)
{
    int64_t delay = 100;
    for (int attempt = 0; attempt < 4; attempt++) {
        if (attempt > 0) {
            pause_ms(delay);
            delay *= 2;
        }
        if (spend(ctx_with_timeout(ctx, 400)) >= 0) // want budget-overrun "up to 2300 ms \(4 attempts x 400 ms \+ .*700 ms\) but 'handle_doubling_ok' allows 2000 ms"
            return 0;
    }
    return -1;
}

int handle_doubling_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = doubling_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// 4 x 300 + 100 + 200 + 400: fits.
static int doubling_ok(CTX_CONST struct ctx *ctx)
{
    int64_t delay = 100;
    for (int attempt = 0; attempt < 4; attempt++) {
        if (attempt > 0) {
            pause_ms(delay);
            delay *= 2;
        }
        if (spend(ctx_with_timeout(ctx, 300)) >= 0)
            return 0;
    }
    return -1;
}

int handle_doubling_fits_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = doubling_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// The delay is part of the loop's head and shifted: 3 x 500 + 200 + 400.
static int shifted_bad(CTX_CONST struct ctx *ctx)
{
    for (int attempt = 0, delay = 200; attempt < 3; attempt++) {
        if (attempt) {
            pause_ms(delay);
            delay <<= 1;
        }
        if (spend(ctx_with_timeout(ctx, 500)) >= 0) // want budget-overrun "up to 2100 ms \(3 attempts x 500 ms \+ .*600 ms\) but 'handle_shifted_ok' allows 2000 ms"
            return 0;
    }
    return -1;
}

int handle_shifted_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = shifted_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// Delays cut to what is left ask for nothing.
static int cut_ok(CTX_CONST struct ctx *ctx)
{
    int64_t delay = 400;
    for (int attempt = 0; attempt < 4; attempt++) {
        if (attempt > 0) {
            int64_t left = ctx_remaining(ctx);
            pause_ms(delay < left ? delay : left);
            delay *= 2;
        }
        if (spend(ctx_with_timeout(ctx, 300)) >= 0)
            return 0;
    }
    return -1;
}

int handle_cut_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = cut_ok(ctx);
    ctx_cancel(ctx);
    return result;
}
