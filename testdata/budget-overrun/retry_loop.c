// Retry loops: attempts x the bound of each + delays x (attempts - 1).
#include "waits.h"
#include "work.h"

#define ATTEMPTS 2
enum { TRY_MS = 1000, DELAY_MS = 500 };

static int retry_bad(CTX_CONST struct ctx *ctx)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        if (attempt > 0)
            pause_ms(500);
        int result = spend(ctx_with_timeout(ctx, 1000)); // want budget-overrun "up to 2500 ms \(2 attempts x 1000 ms \+ 1 delay x 500 ms\) but 'handle_ok' allows 2000 ms"
        if (result >= 0)
            return result;
    }
    return -1;
}

int handle_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = retry_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

static int retry_ok(CTX_CONST struct ctx *ctx)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        if (attempt > 0)
            pause_ms(200);
        int result = spend(ctx_with_timeout(ctx, 900));
        if (result >= 0)
            return result;
    }
    return -1;
}

int handle_fitting_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = retry_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// Counts and times are macros, enumerators and constants; the loop counts down; the delay is skipped before the first try.
static int named_bad(CTX_CONST struct ctx *ctx)
{
    int result = -1;
    for (int left = ATTEMPTS; left > 0 && result < 0; left--) {
        if (left < ATTEMPTS)
            pause_ms(DELAY_MS);
        result = spend(ctx_with_timeout(ctx, TRY_MS)); // want budget-overrun "up to 2500 ms \(2 attempts x 1000 ms \+ 1 delay x 500 ms\) but 'handle_named_ok' allows 2000 ms"
    }
    return result;
}

int handle_named_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = named_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// The delays are the larger part.
static int mostly_waiting_bad(CTX_CONST struct ctx *ctx)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0)
            pause_ms(600); // want budget-overrun "up to 2200 ms \(4 attempts x 100 ms \+ 3 delays x 600 ms\) but 'handle_waiting_ok' allows 2000 ms"
        if (spend(ctx_with_timeout(ctx, 100)) >= 0)
            return 0;
    }
    return -1;
}

int handle_waiting_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = mostly_waiting_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// The delay comes after the try, also after the last one.
static int delay_at_the_end_bad(CTX_CONST struct ctx *ctx)
{
    int tries = 3;
    while (tries-- > 0) {
        if (spend(ctx_with_timeout(ctx, 600)) >= 0) // want budget-overrun "3 attempts x 600 ms \+ (2|3) delays x 200 ms\) but 'handle_end_ok' allows 2000 ms"
            return 0;
        pause_ms(200);
    }
    return -1;
}

int handle_end_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = delay_at_the_end_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// do-while, without delay; the try is in another function.
static int one_try_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 800));
}

static int do_while_bad(CTX_CONST struct ctx *ctx)
{
    int attempt = 0;
    do {
        if (one_try_ok(ctx) >= 0) // want budget-overrun "up to 2400 ms \(3 attempts x 800 ms\) but 'handle_do_while_ok' allows 2000 ms"
            return 0;
    } while (++attempt < 3);
    return -1;
}

int handle_do_while_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = do_while_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// What is left is shared among the tries that are left.
static int shared_ok(CTX_CONST struct ctx *ctx)
{
    for (int left = 3; left > 0; left--) {
        if (spend(ctx_with_timeout(ctx, ctx_remaining(ctx) / left)) >= 0)
            return 0;
    }
    return -1;
}

int handle_shared_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = shared_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// The loop ends where too little is left for another try.
static int checked_ok(CTX_CONST struct ctx *ctx)
{
    for (int i = 0; i < 3; i++) {
        if (ctx_remaining(ctx) < 1000)
            return -1;
        if (spend(ctx_with_timeout(ctx, 1000)) >= 0)
            return 0;
    }
    return -1;
}

int handle_checked_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = checked_ok(ctx);
    ctx_cancel(ctx);
    return result;
}
