// Loops that are made of jumps: into the middle of one another, without anything in them, and out again.
#include "waits.h"
#include "work.h"

// Two jumps that lead to each other and are entered at both: no end, and no loop with a head.
static int entered_twice_ok(CTX_CONST struct ctx *ctx, int id)
{
    pause_ms(300);
    if (id == 1)
        goto first;
    if (id == 2)
        goto second;
    return spend(ctx_with_timeout(ctx, 1000));
first:
    goto second;
second:
    goto first;
}

int short_handler_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = entered_twice_ok(ctx, id);
    ctx_cancel(ctx);
    return result;
}

// The same two, and a way out behind them.
static int left_again_bad(CTX_CONST struct ctx *ctx, int id)
{
    pause_ms(300);
    if (id == 1)
        goto first;
    if (id == 2)
        goto second;
    goto out;
first:
    if (id > 2)
        goto out;
    goto second;
second:
    goto first;
out:
    pause_ms(900);
    return spend(ctx_with_timeout(ctx, 1000)); // want budget-overrun "2200 ms .*but 'long_handler_ok' allows 2000 ms"
}

int long_handler_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = left_again_bad(ctx, id);
    ctx_cancel(ctx);
    return result;
}
