// Clean-up ladders: two contexts cancelled in reverse order.
#include "ctx.h"
#include "work.h"

int right_labels_ok(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *first = ctx_with_cancel(parent);
    if (!first)
        return -1;
    if (!ready(id))
        goto cancel_first;
    struct ctx *second = ctx_with_cancel(first);
    if (!second)
        goto cancel_first;
    if (!ready(id + 1))
        goto cancel_second;
    result = fetch(second, id);
cancel_second:
    ctx_cancel(second);
cancel_first:
    ctx_cancel(first);
    return result;
}

int wrong_label_bad(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *first = ctx_with_cancel(parent);
    if (!first)
        return -1;
    struct ctx *second = ctx_with_cancel(parent); // want lost-cancel "second"
    if (!second)
        goto cancel_first;
    if (!ready(id))
        goto cancel_first;
    result = fetch(second, id);
    ctx_cancel(second);
cancel_first:
    ctx_cancel(first);
    return result;
}

int past_the_ladder_bad(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *first = ctx_with_cancel(parent); // want lost-cancel "first"
    if (!first)
        return -1;
    struct ctx *second = ctx_with_cancel(parent);
    if (!second)
        goto out;
    result = fetch(second, id);
    ctx_cancel(second);
    ctx_cancel(first);
out:
    return result;
}

int null_at_the_label_ok(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *first = NULL, *second = NULL;
    first = ctx_with_cancel(parent);
    if (!ready(id))
        goto out;
    second = ctx_with_cancel(parent);
    if (!ready(id + 1))
        goto out;
    result = fetch(second, id) + fetch(first, id);
out:
    if (second)
        ctx_cancel(second);
    if (first)
        ctx_cancel(first);
    return result;
}

int one_forgotten_at_the_label_bad(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *first = NULL, *second = NULL;
    first = ctx_with_cancel(parent);
    if (!ready(id))
        goto out;
    second = ctx_with_cancel(parent); // want lost-cancel "second"
    result = fetch(second, id) + fetch(first, id);
out:
    if (first)
        ctx_cancel(first);
    return result;
}

int backward_goto_bad(CTX_CONST struct ctx *parent, int id)
{
    int left = 3;
again:;
    struct ctx *attempt = ctx_with_cancel(parent); // want lost-cancel "attempt"
    int result = fetch(attempt, id);
    if (result < 0 && --left > 0)
        goto again;
    ctx_cancel(attempt);
    return result;
}

int backward_goto_ok(CTX_CONST struct ctx *parent, int id)
{
    int left = 3;
again:;
    struct ctx *attempt = ctx_with_cancel(parent);
    int result = fetch(attempt, id);
    ctx_cancel(attempt);
    if (result < 0 && --left > 0)
        goto again;
    return result;
}
