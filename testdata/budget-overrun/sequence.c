// Fixed bounds one after the other, whose sum is more than the deadline above them. Each alone would fit.
#include "waits.h"
#include "work.h"

int in_the_root_bad(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = spend(ctx_with_timeout(ctx, 1500)); // want budget-overrun "up to 2300 ms \(1500 ms \+ 800 ms\) but 'in_the_root_bad' allows 2000 ms"
    result += spend(ctx_with_timeout(ctx, 800));
    ctx_cancel(ctx);
    return result;
}

int in_the_root_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = spend(ctx_with_timeout(ctx, 1200));
    result += spend(ctx_with_timeout(ctx, 800));
    ctx_cancel(ctx);
    return result;
}

// The sum comes together here; the larger term is the second one.
static int below_bad(CTX_CONST struct ctx *ctx)
{
    int result = spend(ctx_with_timeout(ctx, 900));
    return result + spend(ctx_with_timeout(ctx, 1400)); // want budget-overrun "up to 2300 ms \(900 ms \+ 1400 ms\) but 'handle_below_ok' allows 2000 ms"
}

int handle_below_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = below_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// The same with the second bound derived: what is derived asks for nothing of its own.
static int below_ok(CTX_CONST struct ctx *ctx)
{
    int result = spend(ctx_with_timeout(ctx, 900));
    int64_t left = ctx_remaining(ctx);
    return result + spend(ctx_with_timeout(ctx, left < 1400 ? left : 1400));
}

int handle_derived_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = below_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// Each term is in a function of its own; the sum comes together in their caller, not in the root.
static int price_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 700));
}

static int stock_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 1500));
}

static int offer_bad(CTX_CONST struct ctx *ctx)
{
    int price = price_ok(ctx);
    int stock = stock_ok(ctx); // want budget-overrun "up to 2200 ms \(700 ms \+ 1500 ms\) but 'handle_offer_ok' allows 2000 ms"
    return price + stock;
}

int handle_offer_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = offer_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// Equal terms: the first one. A sleep counts as what it is, and a relative wait too.
static int three_kinds_bad(CTX_CONST struct ctx *ctx)
{
    int result = rpc(1, 1000); // want budget-overrun "up to 2500 ms \(1000 ms \+ 500 ms \+ 1000 ms\) but 'handle_three_kinds_ok' allows 2000 ms"
    pause_ms(500);
    return result + spend(ctx_with_timeout(ctx, 1000));
}

int handle_three_kinds_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = three_kinds_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// One bound alone is more than the deadline: nested-timeout says so, no sum is needed.
static int one_is_too_much_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 500)) + spend(ctx_with_timeout(ctx, 3000));
}

int handle_one_is_too_much_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = one_is_too_much_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// What is called with the derived context is inside its bound: 900 ms, not 900 + 800.
static int inner_ok(CTX_CONST struct ctx *ctx)
{
    struct ctx *work = ctx_with_timeout(ctx, 900);
    int result = spend(ctx_with_timeout(work, 800));
    ctx_cancel(work);
    return result + spend(ctx_with_timeout(ctx, 700));
}

int handle_inner_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = inner_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// No deadline above: there is nothing to overrun.
int no_deadline_ok(CTX_CONST struct ctx *request)
{
    return spend(ctx_with_timeout(request, 1500)) + spend(ctx_with_timeout(request, 1500));
}
