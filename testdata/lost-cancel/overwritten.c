// The only handle is overwritten before the cancel.
#include "ctx.h"
#include "work.h"

int assigned_again_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *handle = ctx_with_cancel(parent); // want lost-cancel "handle"
    int result = fetch(handle, id);
    if (result < 0) {
        handle = ctx_with_cancel(parent);
        result = fetch(handle, id);
    }
    ctx_cancel(handle);
    return result;
}

int assigned_again_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *handle = ctx_with_cancel(parent);
    int result = fetch(handle, id);
    if (result < 0) {
        ctx_cancel(handle);
        handle = ctx_with_cancel(parent);
        result = fetch(handle, id);
    }
    ctx_cancel(handle);
    return result;
}

void set_to_null_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *handle = ctx_with_cancel(parent); // want lost-cancel "handle"
    use(handle);
    handle = NULL;
    ctx_cancel(handle);
}

void set_to_null_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *handle = ctx_with_cancel(parent);
    use(handle);
    ctx_cancel(handle);
    handle = NULL;
    ctx_cancel(handle);
}

void copied_before_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *handle = ctx_with_cancel(parent);
    struct ctx *kept = handle;
    handle = ctx_with_cancel(parent);
    use(handle);
    ctx_cancel(handle);
    ctx_cancel(kept);
}

void copied_after_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *handle = ctx_with_cancel(parent); // want lost-cancel "handle"
    handle = ctx_with_cancel(parent);
    struct ctx *kept = handle;
    use(handle);
    ctx_cancel(kept);
}

void swapped_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *left = ctx_with_cancel(parent);
    struct ctx *right = ctx_with_cancel(parent);
    struct ctx *swap = left;
    left = right;
    right = swap;
    use(left);
    ctx_cancel(left);
    ctx_cancel(right);
}

void cancelled_twice_the_same_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *left = ctx_with_cancel(parent);
    struct ctx *right = ctx_with_cancel(parent); // want lost-cancel "right"
    right = left;
    use(right);
    ctx_cancel(left);
}

// The parent's variable is reused for the child: the parent must be kept elsewhere to be cancelled.
int child_over_its_parent_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *ctx = ctx_with_cancel(parent); // want lost-cancel "ctx"
    ctx = ctx_with_cancel(ctx);
    int result = fetch(ctx, id);
    ctx_cancel(ctx);
    return result;
}

int child_over_its_parent_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    struct ctx *outer = ctx;
    ctx = ctx_with_cancel(ctx);
    int result = fetch(ctx, id);
    ctx_cancel(ctx);
    ctx_cancel(outer);
    return result;
}

// The parameter belongs to the caller: overwriting it loses nothing, forgetting the new one does.
int over_the_parameter_bad(struct ctx *ctx, int id)
{
    ctx = ctx_with_timeout(ctx, 300); // want lost-cancel "ctx"
    return fetch(ctx, id);
}

int over_the_parameter_ok(struct ctx *ctx, int id)
{
    ctx = ctx_with_timeout(ctx, 300);
    int result = fetch(ctx, id);
    ctx_cancel(ctx);
    return result;
}
