// A tighter context was derived for the call, and the outer one is passed.
#include "waits.h"
#include "work.h"

int outer_bad(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *work = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    int result = call(ctx, id); // want dropped-context "work|ctx"
    ctx_cancel(work);
    return result;
}

int outer_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *work = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    int result = call(work, id);
    ctx_cancel(work);
    return result;
}

int checked_bad(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *work = ctx_with_timeout(ctx, 500);
    if (!work)
        return -1;
    int result = fetch(ctx, id); // want dropped-context "."
    ctx_cancel(work);
    return result;
}

int in_a_loop_bad(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int left = 3; left > 0 && result < 0; left--) {
        struct ctx *try = ctx_with_timeout(ctx, ctx_remaining(ctx) / left);
        result = call(ctx, id); // want dropped-context "."
        ctx_cancel(try);
    }
    return result;
}

int in_a_loop_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = -1;
    for (int left = 3; left > 0 && result < 0; left--) {
        struct ctx *try = ctx_with_timeout(ctx, ctx_remaining(ctx) / left);
        result = call(try, id);
        ctx_cancel(try);
    }
    return result;
}

// The tighter one is for the first call only.
int one_of_two_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *work = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    int result = call(work, id);
    result += call(ctx, id + 1);
    ctx_cancel(work);
    return result;
}

// To ask the outer one why is right.
int asked_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *work = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    int result = call(work, id);
    ctx_cancel(work);
    if (result < 0 && ctx_err(ctx))
        say("the caller has gone");
    return result;
}

// Kept or returned: it is for someone else.
struct job {
    struct ctx *ctx;
};

int kept_ok(CTX_CONST struct ctx *ctx, struct job *job, int id)
{
    job->ctx = ctx_with_cancel(ctx);
    return call(ctx, id);
}

struct ctx *returned_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *work = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    call(ctx, id);
    return work;
}

// The same variable: the outer one is gone.
int same_variable_ok(struct ctx *ctx, int id)
{
    ctx = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    int result = call(ctx, id);
    ctx_cancel(ctx);
    return result;
}

int alias_ok(struct ctx *ctx, int id)
{
    struct ctx *work = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    struct ctx *current = work;
    int result = call(current, id);
    ctx_cancel(work);
    return result;
}
