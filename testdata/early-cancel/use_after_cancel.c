// A context is used after it was cancelled on the same path: the call fails at once, or the memory is gone.
#include "waits.h"
#include "work.h"

int straight_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    int result = fetch(ctx, 1);
    ctx_cancel(ctx);
    return result + fetch(ctx, 2); // want early-cancel "ctx"
}

int straight_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    int result = fetch(ctx, 1) + fetch(ctx, 2);
    ctx_cancel(ctx);
    return result;
}

int waits_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_timeout(parent, 500);
    ctx_cancel(ctx);
    return call(ctx, 1); // want early-cancel "ctx"
}

int derived_from_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *outer = ctx_with_cancel(parent);
    ctx_cancel(outer);
    return spend(ctx_with_cancel(outer)); // want early-cancel "outer"
}

// Only on the path through the branch.
int branch_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    if (!ready(id))
        ctx_cancel(ctx);
    int result = fetch(ctx, id); // want early-cancel "ctx"
    if (ready(id))
        ctx_cancel(ctx);
    return result;
}

int branch_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    if (!ready(id)) {
        ctx_cancel(ctx);
        return -1;
    }
    int result = fetch(ctx, id);
    ctx_cancel(ctx);
    return result;
}

// The same condition twice.
int correlated_ok(CTX_CONST struct ctx *parent, bool early)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    if (early)
        ctx_cancel(ctx);
    int result = 0;
    if (!early) {
        result = fetch(ctx, 1);
        ctx_cancel(ctx);
    }
    return result;
}

int marked_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    if (!ready(id)) {
        ctx_cancel(ctx);
        ctx = NULL;
    }
    int result = ctx ? fetch(ctx, id) : -1;
    if (ctx)
        ctx_cancel(ctx);
    return result;
}

// Cancelled in one turn of the loop, used in the next.
int loop_bad(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    int sum = 0;
    for (int i = 0; i < count; i++) {
        sum += fetch(ctx, i); // want early-cancel "ctx"
        ctx_cancel(ctx);
    }
    return sum;
}

int loop_ok(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        struct ctx *ctx = ctx_with_cancel(parent);
        sum += fetch(ctx, i);
        ctx_cancel(ctx);
    }
    return sum;
}

int loop_ends_ok(CTX_CONST struct ctx *parent, int count)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    for (int i = 0; i < count; i++) {
        if (fetch(ctx, i) < 0) {
            ctx_cancel(ctx);
            return -1;
        }
    }
    ctx_cancel(ctx);
    return 0;
}

// One variable, two contexts.
int new_one_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    int result = fetch(ctx, 1);
    ctx_cancel(ctx);
    ctx = ctx_with_cancel(parent);
    result += fetch(ctx, 2);
    ctx_cancel(ctx);
    return result;
}

int alias_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent), *same = ctx;
    ctx_cancel(same);
    return fetch(ctx, 1); // want early-cancel "."
}

// The callee cancels.
int in_callee_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    int result = spend(ctx);
    return result + fetch(ctx, 2); // want early-cancel "ctx"
}

int in_callee_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    int result = fetch(ctx, 2);
    return result + spend(ctx);
}

// The callee uses.
static int look(struct ctx *ctx, int id)
{
    return fetch(ctx, id);
}

int used_in_callee_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    ctx_cancel(ctx);
    return look(ctx, 1); // want early-cancel "ctx"
}

// A child of a cancelled context is cancelled too.
int child_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *outer = ctx_with_cancel(parent);
    struct ctx *inner = ctx_with_cancel(outer);
    ctx_cancel(outer);
    int result = fetch(inner, 1); // want early-cancel "inner|outer"
    ctx_cancel(inner);
    return result;
}

int child_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *outer = ctx_with_cancel(parent);
    struct ctx *inner = ctx_with_cancel(outer);
    int result = fetch(inner, 1);
    ctx_cancel(inner);
    ctx_cancel(outer);
    return result;
}

// The parent lives on.
int parent_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    int result = fetch(ctx, 1);
    ctx_cancel(ctx);
    return result + fetch(parent, 2);
}

// Whether and why it has ended may be asked: that is how a loop learns of it.
int asked_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    int result = fetch(ctx, 1);
    ctx_cancel(ctx);
    return ctx_err(ctx) ? -1 : result;
}

int goto_out_ok(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *ctx = ctx_with_cancel(parent);
    if (!ctx)
        return -1;
    if (!ready(id))
        goto out;
    result = fetch(ctx, id);
out:
    ctx_cancel(ctx);
    return result;
}

int child_after_branch_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *outer = ctx_with_cancel(parent);
    struct ctx *inner = ctx_with_cancel(outer);
    ctx_cancel(outer);
    if (ready(id))
        say("ready");
    int result = fetch(inner, 1); // want early-cancel "inner|outer"
    ctx_cancel(inner);
    return result;
}
