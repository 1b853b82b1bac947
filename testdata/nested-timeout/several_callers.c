// Several call paths: dead only where no path lets the bound take effect.
#include "ctx.h"
#include "work.h"

static int dead_below_both_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 5000)); // want nested-timeout "5 s.*dead"
}

int handle_3s_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = dead_below_both_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

int handle_2s_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = dead_below_both_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

static int dead_below_one_only_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 5000)); // want nested-timeout "5 s.*capped"
}

int handle_short_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = dead_below_one_only_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

int handle_long_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 8000);
    int result = dead_below_one_only_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// One path without any deadline: there the bound takes effect.
static int free_on_one_path_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 5000)); // want nested-timeout "5 s.*capped.*3 s"
}

int handle_bounded_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = free_on_one_path_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

int handle_unbounded_ok(CTX_CONST struct ctx *request)
{
    return free_on_one_path_bad(request);
}

// All paths derive what is left: nobody is hurt.
static int derived_on_all_paths_ok(CTX_CONST struct ctx *parent)
{
    int64_t left = ctx_remaining(parent);
    return spend(ctx_with_timeout(parent, left < 5000 ? left : 5000));
}

int handle_derived_short_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = derived_on_all_paths_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

int handle_derived_long_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 8000);
    int result = derived_on_all_paths_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// Bounded in one branch of the caller.
static int bounded_in_one_branch_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 700)); // want nested-timeout "700 ms.*capped.*3 s"
}

int handle_one_branch_ok(CTX_CONST struct ctx *request, bool is_slow)
{
    if (is_slow)
        return bounded_in_one_branch_bad(request);
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = bounded_in_one_branch_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// One of two deadlines, by a condition: the longer one decides whether it is dead.
static int one_of_two_deadlines_bad(CTX_CONST struct ctx *parent)
{
    return spend(ctx_with_timeout(parent, 1500)); // want nested-timeout "1500 ms.*capped|1.5 s.*capped"
}

int handle_one_of_two_ok(CTX_CONST struct ctx *request, bool is_quick)
{
    struct ctx *ctx = ctx_with_timeout(request, is_quick ? 900 : 9000);
    int result = one_of_two_deadlines_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// The context of the parent is not the one that was bounded.
static int parent_untouched_ok(CTX_CONST struct ctx *parent)
{
    return fetch(parent, 2);
}

int handle_other_context_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = parent_untouched_ok(request) + fetch(ctx, 1);
    ctx_cancel(ctx);
    return result;
}
