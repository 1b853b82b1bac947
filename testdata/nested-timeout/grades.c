// The grades: dead where the fixed bound is at least as long as every deadline above, capped where one above can cut it.
#include "ctx.h"
#include "work.h"

static int capped_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_capped_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = capped_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

static int capped_ok(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, ctx_remaining(parent) / 6));
}

int handle_derived_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = capped_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

static int dead_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 5000)); // want nested-timeout "5 s.*dead.*3 s"
}

int handle_dead_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = dead_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

static int equal_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 3000)); // want nested-timeout "3 s.*dead"
}

int handle_equal_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = equal_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// In one function.
int same_function_bad(CTX_CONST struct ctx *request)
{
    struct ctx *outer = ctx_with_timeout(request, 3000);
    struct ctx *inner = ctx_with_timeout(outer, 500); // want nested-timeout "500 ms.*capped.*3 s"
    int result = fetch(inner, 1);
    ctx_cancel(inner);
    ctx_cancel(outer);
    return result;
}

// Two bounds on the same parent stand side by side, not one below the other.
int same_function_ok(CTX_CONST struct ctx *request)
{
    struct ctx *first = ctx_with_timeout(request, 3000);
    struct ctx *second = ctx_with_timeout(request, 500);
    int result = fetch(first, 1) + fetch(second, 2);
    ctx_cancel(first);
    ctx_cancel(second);
    return result;
}

// The earliest deadline above counts: 3 s, then 400 ms, so 2 s is dead although 2 s < 3 s.
static int third_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 2000)); // want nested-timeout "2 s.*dead.*400 ms"
}

static int second_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_timeout(parent, 400); // want nested-timeout "400 ms.*capped.*3 s"
    int result = third_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

int handle_three_levels_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = second_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// Through functions that only pass the context on.
static int deep_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int level_three_ok(CTX_CONST struct ctx *ctx)
{
    return deep_bad(ctx);
}

static int level_two_ok(struct ctx *ctx)
{
    return level_three_ok(ctx);
}

int handle_deep_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = level_two_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// An absolute deadline as fixed as a timeout.
static int now_plus_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_deadline(parent, ctx_now() + 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_now_plus_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = now_plus_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

static int now_plus_in_a_variable_bad(CTX_CONST struct ctx *parent)
{
    int64_t now = ctx_now();
    int64_t until = now + 4000;
    return spend(ctx_with_deadline(parent, until)); // want nested-timeout "4 s.*dead.*3 s"
}

int handle_now_plus_in_a_variable_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = now_plus_in_a_variable_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// The deadline above is itself made of now and a duration.
static int below_a_deadline_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_by_deadline_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_deadline(request, ctx_now() + 3000);
    int result = below_a_deadline_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// The deadline above has no known length.
static int below_an_unknown_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 500)); // want nested-timeout "500 ms.*capped"
}

int handle_with_a_configured_budget_ok(CTX_CONST struct ctx *request, int64_t budget_ms)
{
    struct ctx *ctx = ctx_with_timeout(request, budget_ms);
    int result = below_an_unknown_bad(ctx);
    ctx_cancel(ctx);
    return result;
}
