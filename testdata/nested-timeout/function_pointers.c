// Calls through variables, arrays, parameters and callbacks.
#include "ctx.h"
#include "work.h"

typedef int (*step_fn)(CTX_CONST struct ctx *ctx);

static int by_variable_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

int handle_by_variable_ok(CTX_CONST struct ctx *request)
{
    step_fn step = by_variable_bad;
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = step(ctx);
    ctx_cancel(ctx);
    return result;
}

static int first_step_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 600)); // want nested-timeout "600 ms.*capped.*2 s"
}

static int second_step_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 6000)); // want nested-timeout "6 s.*dead.*2 s"
}

static int third_step_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, ctx_remaining(ctx)));
}

static const step_fn steps[] = { first_step_bad, second_step_bad, third_step_ok };

int handle_by_array_ok(CTX_CONST struct ctx *request)
{
    int sum = 0;
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        sum += steps[i](ctx);
    ctx_cancel(ctx);
    return sum;
}

static int with_retry_ok(CTX_CONST struct ctx *ctx, step_fn step)
{
    int result = step(ctx);
    return result < 0 && !ctx_done(ctx) ? step(ctx) : result;
}

static int by_parameter_bad(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 700)); // want nested-timeout "700 ms.*capped.*3 s"
}

int handle_by_parameter_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = with_retry_ok(ctx, by_parameter_bad);
    ctx_cancel(ctx);
    return result;
}

// A callback with an untyped argument.
struct visit {
    CTX_CONST struct ctx *ctx;
    int sum;
};

static void for_each_ok(int count, void (*visit)(void *arg, int id), void *arg)
{
    for (int id = 0; id < count; id++)
        visit(arg, id);
}

static void visit_bad(void *arg, int id)
{
    struct visit *visit = arg;
    visit->sum += id + spend(ctx_with_timeout(visit->ctx, 800)); // want nested-timeout "800 ms.*capped.*3 s"
}

int handle_visits_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    struct visit visit = { .ctx = ctx, .sum = 0 };
    for_each_ok(3, visit_bad, &visit);
    ctx_cancel(ctx);
    return visit.sum;
}

// The derive itself through a pointer.
typedef struct ctx *(*bound_fn)(CTX_CONST struct ctx *parent, int64_t ms);

static int derive_by_pointer_bad(CTX_CONST struct ctx *ctx)
{
    bound_fn bound = ctx_with_timeout;
    return spend(bound(ctx, 900)); // want nested-timeout "900 ms.*capped.*3 s"
}

int handle_derive_by_pointer_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = derive_by_pointer_bad(ctx);
    ctx_cancel(ctx);
    return result;
}
