// Of branches the largest counts, of loops without a known count one turn.
#include "waits.h"
#include "work.h"

static int larger_branch_bad(CTX_CONST struct ctx *ctx, int id)
{
    int result;
    if (ready(id))
        result = spend(ctx_with_timeout(ctx, 300));
    else
        result = spend(ctx_with_timeout(ctx, 1300)); // want budget-overrun "up to 2200 ms \(1300 ms \+ 900 ms\) but 'handle_branch_ok' allows 2000 ms"
    return result + spend(ctx_with_timeout(ctx, 900));
}

int handle_branch_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = larger_branch_bad(ctx, 1);
    ctx_cancel(ctx);
    return result;
}

// Only one of the branches is taken: 1500 ms, not 2800.
static int one_of_two_ok(CTX_CONST struct ctx *ctx, int id)
{
    if (ready(id))
        return spend(ctx_with_timeout(ctx, 1300));
    return spend(ctx_with_timeout(ctx, 1500));
}

static int one_case_ok(CTX_CONST struct ctx *ctx, int id)
{
    switch (id) {
    case 1: return spend(ctx_with_timeout(ctx, 1200));
    case 2: return spend(ctx_with_timeout(ctx, 1100));
    default: return spend(ctx_with_timeout(ctx, 1000));
    }
}

static int ternary_ok(CTX_CONST struct ctx *ctx, int id)
{
    return id ? spend(ctx_with_timeout(ctx, 1200)) : spend(ctx_with_timeout(ctx, 1100));
}

int handle_one_of_two_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = one_of_two_ok(ctx, 1);
    ctx_cancel(ctx);
    return result;
}

int handle_one_case_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = one_case_ok(ctx, id);
    ctx_cancel(ctx);
    return result;
}

int handle_ternary_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = ternary_ok(ctx, id);
    ctx_cancel(ctx);
    return result;
}

// Falling through runs both.
static int fall_through_bad(CTX_CONST struct ctx *ctx, int level)
{
    int result = 0;
    switch (level) {
    case 2: result += spend(ctx_with_timeout(ctx, 1200)); // want budget-overrun "up to 2300 ms \(1200 ms \+ 1100 ms\) but 'handle_fall_through_ok' allows 2000 ms"
    // fall through
    case 1: result += spend(ctx_with_timeout(ctx, 1100)); break;
    default: break;
    }
    return result;
}

int handle_fall_through_ok(CTX_CONST struct ctx *request, int level)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = fall_through_bad(ctx, level);
    ctx_cancel(ctx);
    return result;
}

// An early return keeps the second wait from being added.
static int early_return_ok(CTX_CONST struct ctx *ctx, int id)
{
    if (ready(id))
        return spend(ctx_with_timeout(ctx, 1500));
    say("not ready");
    return spend(ctx_with_timeout(ctx, 1000));
}

int handle_early_return_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = early_return_ok(ctx, id);
    ctx_cancel(ctx);
    return result;
}

// A loop over a list of unknown length: one turn, a lower bound, is already too much.
static int each_bad(CTX_CONST struct ctx *ctx, int count)
{
    int result = 0;
    for (int i = 0; i < count; i++) {
        result += spend(ctx_with_timeout(ctx, 1200)); // want budget-overrun "at least 2300 ms|2300 ms.*(at least|once)"
        result += spend(ctx_with_timeout(ctx, 1100));
    }
    return result;
}

int handle_each_ok(CTX_CONST struct ctx *request, int count)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = each_bad(ctx, count);
    ctx_cancel(ctx);
    return result;
}

// One turn fits, and how many there will be is not known.
static int each_ok(CTX_CONST struct ctx *ctx, int count)
{
    int result = 0;
    for (int i = 0; i < count; i++)
        result += spend(ctx_with_timeout(ctx, 1200));
    return result;
}

int handle_each_fits_ok(CTX_CONST struct ctx *request, int count)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = each_ok(ctx, count);
    ctx_cancel(ctx);
    return result;
}

// A known count of another kind than a retry: pages of a report.
static int pages_bad(CTX_CONST struct ctx *ctx)
{
    int sum = 0;
    for (int page = 1; page <= 5; page++)
        sum += spend(ctx_with_timeout(ctx, 500)); // want budget-overrun "up to 2500 ms \(5 (attempts )?x 500 ms\) but 'handle_pages_ok' allows 2000 ms"
    return sum;
}

int handle_pages_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = pages_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// Loops in loops multiply.
static int grid_bad(CTX_CONST struct ctx *ctx)
{
    int sum = 0;
    for (int row = 0; row < 3; row++)
        for (int column = 0; column < 4; column++)
            sum += spend(ctx_with_timeout(ctx, 200)); // want budget-overrun "up to 2400 ms \(12 .*x 200 ms\) but 'handle_grid_ok' allows 2000 ms"
    return sum;
}

int handle_grid_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = grid_bad(ctx);
    ctx_cancel(ctx);
    return result;
}
