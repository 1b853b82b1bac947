// A derive that failed left nothing to cancel.
#include <errno.h>

#include "ctx.h"
#include "statusctx.h"
#include "work.h"

int null_returns_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *maybe = ctx_with_cancel(parent);
    if (!maybe)
        return -ENOMEM;
    int result = fetch(maybe, id);
    ctx_cancel(maybe);
    return result;
}

int null_compared_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *maybe = ctx_with_cancel(parent);
    if (maybe == NULL)
        return -ENOMEM;
    int result = fetch(maybe, id);
    ctx_cancel(maybe);
    return result;
}

int null_compared_the_other_way_ok(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *maybe = ctx_with_cancel(parent);
    if (NULL != maybe) {
        result = fetch(maybe, id);
        ctx_cancel(maybe);
    }
    return result;
}

int null_check_upside_down_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *maybe = ctx_with_cancel(parent); // want lost-cancel "maybe"
    if (maybe)
        return fetch(maybe, id);
    ctx_cancel(maybe);
    return -1;
}

int assigned_in_the_condition_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *maybe;
    if (!(maybe = ctx_with_cancel(parent)))
        return -ENOMEM;
    int result = fetch(maybe, id);
    ctx_cancel(maybe);
    return result;
}

int one_of_two_failed_ok(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *left = ctx_with_cancel(parent);
    struct ctx *right = ctx_with_cancel(parent);
    if (left && right)
        result = fetch(left, id) + fetch(right, id);
    ctx_cancel(left);
    ctx_cancel(right);
    return result;
}

int one_of_two_failed_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *left = ctx_with_cancel(parent); // want lost-cancel "left"
    struct ctx *right = ctx_with_cancel(parent); // want lost-cancel "right"
    if (!left || !right)
        return -1;
    int result = fetch(left, id) + fetch(right, id);
    ctx_cancel(left);
    ctx_cancel(right);
    return result;
}

int second_failed_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *first = ctx_with_cancel(parent); // want lost-cancel "first"
    if (!first)
        return -1;
    struct ctx *second = ctx_with_cancel(first);
    if (!second)
        return -1;
    int result = fetch(second, id);
    ctx_cancel(second);
    ctx_cancel(first);
    return result;
}

// A status: 0 is success.
int status_ok(struct sctx *parent, int id)
{
    struct sctx *made;
    if (sctx_with_cancel(parent, &made))
        return -1;
    int result = sfetch(made, id);
    sctx_cancel(made);
    return result;
}

int status_in_a_variable_ok(struct sctx *parent, int id)
{
    struct sctx *made = NULL;
    int status = sctx_with_timeout(parent, 400, &made);
    if (status != 0)
        return status;
    status = sfetch(made, id);
    sctx_cancel(made);
    return status;
}

int status_negative_ok(struct sctx *parent, int id)
{
    struct sctx *made;
    int status = sctx_with_cancel(parent, &made);
    if (status < 0)
        return status;
    status = sfetch(made, id);
    sctx_cancel(made);
    return status;
}

int status_then_early_return_bad(struct sctx *parent, int id)
{
    struct sctx *made;
    int status = sctx_with_timeout(parent, 400, &made); // want lost-cancel "made|sctx_with_timeout"
    if (status)
        return status;
    status = sfetch(made, id);
    if (status)
        return status;
    sctx_cancel(made);
    return 0;
}

int status_upside_down_bad(struct sctx *parent, int id)
{
    struct sctx *made;
    if (!sctx_with_cancel(parent, &made)) // want lost-cancel "made|sctx_with_cancel"
        return sfetch(made, id);
    return -1;
}

int goto_on_status_ok(struct sctx *parent, int id)
{
    struct sctx *made = NULL;
    int status = sctx_with_cancel(parent, &made);
    if (status)
        goto out;
    status = sfetch(made, id);
out:
    if (made)
        sctx_cancel(made);
    return status;
}

int goto_on_status_bad(struct sctx *parent, int id)
{
    struct sctx *made = NULL;
    int status = sctx_with_cancel(parent, &made); // want lost-cancel "made|sctx_with_cancel"
    if (status)
        goto out;
    status = sfetch(made, id);
    if (status)
        goto out;
    sctx_cancel(made);
out:
    return status;
}

int cancelled_only_on_success_ok(struct sctx *parent, int id)
{
    struct sctx *made;
    int status = sctx_with_cancel(parent, &made);
    if (status == 0)
        status = sfetch(made, id);
    else
        return status;
    sctx_cancel(made);
    return status;
}
