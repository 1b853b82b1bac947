// The principal cases with a library whose functions take `const struct kctx *`.
#include "constctx.h"

bool kready(int id);

int early_return_bad(const struct kctx *parent, int id)
{
    struct kctx *tight = kctx_with_timeout(parent, 200 * KCTX_MS); // want lost-cancel "tight"
    if (!kready(id))
        return -1;
    int result = kfetch(tight, id);
    kctx_cancel(tight);
    return result;
}

int early_return_ok(const struct kctx *parent, int id)
{
    struct kctx *tight = kctx_with_timeout(parent, 200 * KCTX_MS);
    if (!kready(id)) {
        kctx_cancel(tight);
        return -1;
    }
    int result = kfetch(tight, id);
    kctx_cancel(tight);
    return result;
}

// A callee that takes `const struct kctx *` can only borrow.
static int borrow(const struct kctx *ctx, int id)
{
    return kctx_err(ctx) ? -1 : kfetch(ctx, id);
}

int lent_bad(const struct kctx *parent, int id)
{
    struct kctx *lent = kctx_with_cancel(parent); // want lost-cancel "lent"
    return borrow(lent, id);
}

int lent_ok(const struct kctx *parent, int id)
{
    struct kctx *lent = kctx_with_cancel(parent);
    int result = borrow(lent, id);
    kctx_cancel(lent);
    return result;
}

// ... unless it casts the const away.
static void end_for_good(const struct kctx *ctx)
{
    kctx_cancel((struct kctx *)ctx);
}

void const_cast_away_ok(const struct kctx *parent)
{
    struct kctx *made = kctx_with_cancel(parent);
    end_for_good(made);
}

void kept_as_const_ok(const struct kctx *parent, int id)
{
    const struct kctx *made = kctx_with_cancel(parent);
    kfetch(made, id);
    kctx_cancel((struct kctx *)made);
}

int loop_bad(const struct kctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        struct kctx *each = kctx_with_cancel(parent); // want lost-cancel "each"
        int result = borrow(each, i);
        if (result < 0)
            continue;
        sum += result;
        kctx_cancel(each);
    }
    return sum;
}

struct kwatch {
    const struct kctx *parent;
    struct kctx *ctx;
};

void stored_bad(struct kwatch *watch)
{
    watch->ctx = kctx_with_cancel(watch->parent); // want lost-cancel "ctx"
}

static const struct kctx *scope_of(const struct kctx *parent)
{
    return kctx_with_cancel(parent);
}

int returned_as_const_bad(const struct kctx *parent, int id)
{
    const struct kctx *scope = scope_of(parent); // want lost-cancel "scope"
    return kfetch(scope, id);
}

int returned_as_const_ok(const struct kctx *parent, int id)
{
    const struct kctx *scope = scope_of(parent);
    int result = kfetch(scope, id);
    end_for_good(scope);
    return result;
}
