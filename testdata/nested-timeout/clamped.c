// A bound derived from what is left is never reported, in whatever way the minimum is written.
#include "ctx.h"
#include "work.h"

#define MIN(a, b) ((a) < (b) ? (a) : (b))

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t smaller_by_if(int64_t a, int64_t b)
{
    if (a < b)
        return a;
    return b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t share_of(CTX_CONST struct ctx *ctx, int64_t wanted)
{
    int64_t left = ctx_remaining(ctx);
    return left < wanted ? left : wanted;
}

static int min_macro_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, MIN(500, ctx_remaining(parent))));
}

static int ternary_ok(CTX_CONST struct ctx *parent)
{
    int64_t left = ctx_remaining(parent);
    return spend(ctx_with_timeout(parent, left > 500 ? 500 : left));
}

static int ternary_of_constants_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, ready(1) ? 500 : 600)); // want nested-timeout "(500|600) ms.*capped.*3 s"
}

static int if_assign_ok(CTX_CONST struct ctx *parent)
{
    int64_t bound = 500;
    int64_t left = ctx_remaining(parent);
    if (left < bound)
        bound = left;
    return spend(ctx_with_timeout(parent, bound));
}

static int if_assign_the_other_way_ok(CTX_CONST struct ctx *parent)
{
    int64_t bound = ctx_remaining(parent);
    if (bound > 500)
        bound = 500;
    return spend(ctx_with_timeout(parent, bound));
}

static int if_assign_of_a_constant_bad(CTX_CONST struct ctx *parent)
{
    int64_t bound = 500;
    if (ready(1))
        bound = 600;
    return spend(ctx_with_timeout(parent, bound)); // want nested-timeout "(500|600) ms.*capped.*3 s"
}

static int min_function_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, smaller(500, ctx_remaining(parent))));
}

static int min_function_by_if_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, smaller_by_if(ctx_remaining(parent), 500)));
}

static int min_of_constants_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, smaller(500, 800))); // want nested-timeout "500 ms.*capped.*3 s"
}

static int max_of_constants_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, larger(500, 800))); // want nested-timeout "800 ms.*capped.*3 s"
}

static int helper_that_asks_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, share_of(parent, 500)));
}

static int half_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, ctx_remaining(parent) / 2));
}

static int percentage_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, ctx_remaining(parent) * 80 / 100));
}

static int minus_a_reserve_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, ctx_remaining(parent) - 50));
}

static int saturating_subtraction_ok(CTX_CONST struct ctx *parent)
{
    int64_t left = ctx_remaining(parent);
    int64_t bound = left > 50 ? left - 50 : 0;
    return spend(ctx_with_timeout(parent, bound));
}

static int deadline_minus_a_reserve_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_deadline(parent, ctx_deadline(parent) - 50));
}

static int deadline_minus_now_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, ctx_deadline(parent) - ctx_now()));
}

static int earlier_deadline_ok(CTX_CONST struct ctx *parent)
{
    int64_t deadline = ctx_now() + 500;
    if (ctx_deadline(parent) < deadline)
        deadline = ctx_deadline(parent);
    return spend(ctx_with_deadline(parent, deadline));
}

static int earlier_deadline_by_min_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_deadline(parent, MIN(ctx_now() + 500, ctx_deadline(parent))));
}

static int clamped_between_ok(CTX_CONST struct ctx *parent)
{
    int64_t left = ctx_remaining(parent);
    int64_t bound = left / 3;
    if (bound > 400)
        bound = 400;
    return spend(ctx_with_timeout(parent, bound));
}

static int sum_over_two_steps_ok(CTX_CONST struct ctx *parent)
{
    int64_t left = ctx_remaining(parent);
    int64_t first = smaller(left / 2, 500);
    int result = spend(ctx_with_timeout(parent, first));
    return result + spend(ctx_with_timeout(parent, left - first));
}

static int cast_ok(CTX_CONST struct ctx *parent)
{
    int left = (int)ctx_remaining(parent);
    unsigned bound = (unsigned)(left < 500 ? left : 500);
    return spend(ctx_with_timeout(parent, bound));
}

static int in_a_struct_ok(CTX_CONST struct ctx *parent)
{
    struct { int64_t bound; int tries; } plan = { .bound = MIN(500, ctx_remaining(parent)), .tries = 1 };
    return spend(ctx_with_timeout(parent, plan.bound));
}

int handle_clamped_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int sum = min_macro_ok(ctx) + ternary_ok(ctx) + ternary_of_constants_bad(ctx);
    sum += if_assign_ok(ctx) + if_assign_the_other_way_ok(ctx) + if_assign_of_a_constant_bad(ctx);
    sum += min_function_ok(ctx) + min_function_by_if_ok(ctx) + min_of_constants_bad(ctx) + max_of_constants_bad(ctx);
    sum += helper_that_asks_ok(ctx) + half_ok(ctx) + percentage_ok(ctx) + minus_a_reserve_ok(ctx);
    sum += saturating_subtraction_ok(ctx) + deadline_minus_a_reserve_ok(ctx) + deadline_minus_now_ok(ctx);
    sum += earlier_deadline_ok(ctx) + earlier_deadline_by_min_ok(ctx) + clamped_between_ok(ctx);
    sum += sum_over_two_steps_ok(ctx) + cast_ok(ctx) + in_a_struct_ok(ctx);
    ctx_cancel(ctx);
    return sum;
}
