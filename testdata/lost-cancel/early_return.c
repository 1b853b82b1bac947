// An early return between derive and cancel.
#include "ctx.h"
#include "work.h"

int one_return_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *tight = ctx_with_cancel(parent); // want lost-cancel "tight"
    if (!ready(id))
        return -1;
    int result = fetch(tight, id);
    ctx_cancel(tight);
    return result;
}

int one_return_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *tight = ctx_with_cancel(parent);
    if (!ready(id)) {
        ctx_cancel(tight);
        return -1;
    }
    int result = fetch(tight, id);
    ctx_cancel(tight);
    return result;
}

int second_of_three_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *second = ctx_with_timeout(parent, 250); // want lost-cancel "second"
    int result = fetch(second, id);
    if (result < 0) {
        ctx_cancel(second);
        return result;
    }
    if (result == 0)
        return fetch(parent, id);
    ctx_cancel(second);
    return result;
}

int second_of_three_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *second = ctx_with_timeout(parent, 250);
    int result = fetch(second, id);
    if (result < 0) {
        ctx_cancel(second);
        return result;
    }
    ctx_cancel(second);
    if (result == 0)
        return fetch(parent, id);
    return result;
}

void never_at_all_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *forgotten = ctx_with_deadline(parent, ctx_now() + 250); // want lost-cancel "forgotten"
    use(forgotten);
}

void never_at_all_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *remembered = ctx_with_deadline(parent, ctx_now() + 250);
    use(remembered);
    ctx_cancel(remembered);
}

int return_inside_condition_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *inner = ctx_with_cancel(parent); // want lost-cancel "inner"
    int result;
    if ((result = fetch(inner, id)) != 0)
        return result;
    ctx_cancel(inner);
    return 0;
}

int return_inside_condition_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *inner = ctx_with_cancel(parent);
    int result;
    if ((result = fetch(inner, id)) != 0)
        ctx_cancel(inner);
    else
        ctx_cancel(inner);
    return result;
}

int derived_in_one_branch_bad(CTX_CONST struct ctx *parent, int id)
{
    int result = 0;
    if (ready(id)) {
        struct ctx *branch = ctx_with_cancel(parent); // want lost-cancel "branch"
        result = fetch(branch, id);
        if (result)
            return result;
        ctx_cancel(branch);
    }
    return result;
}

int derived_in_one_branch_ok(CTX_CONST struct ctx *parent, int id)
{
    int result = 0;
    if (ready(id)) {
        struct ctx *branch = ctx_with_cancel(parent);
        result = fetch(branch, id);
        ctx_cancel(branch);
        if (result)
            return result;
    }
    return result;
}

// The root itself, and a context with a value attached, are not derived with a cancel of their own.
void nothing_to_cancel_ok(void)
{
    struct ctx *root = ctx_background();
    struct ctx *named = ctx_with_value(root, "user", NULL);
    use(named);
}
