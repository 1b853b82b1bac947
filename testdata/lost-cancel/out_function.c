// The derive hands out the function that cancels.
#include "outctx.h"

int called_ok(struct octx *parent, int id)
{
    octx_cancel_fn cancel;
    struct octx *made = octx_with_timeout(parent, 700, &cancel);
    int result = ofetch(made, id);
    cancel(made);
    return result;
}

int early_return_bad(struct octx *parent, int id)
{
    octx_cancel_fn cancel;
    struct octx *made = octx_with_timeout(parent, 700, &cancel); // want lost-cancel "made|cancel"
    int result = ofetch(made, id);
    if (result < 0)
        return result;
    cancel(made);
    return result;
}

int never_called_bad(struct octx *parent, int id)
{
    octx_cancel_fn cancel;
    struct octx *made = octx_with_cancel(parent, &cancel); // want lost-cancel "made|cancel"
    (void)cancel;
    return ofetch(made, id);
}

int failed_ok(struct octx *parent, int id)
{
    octx_cancel_fn cancel = 0;
    int result = -1;
    struct octx *made = octx_with_cancel(parent, &cancel);
    if (!made)
        return -1;
    if (id < 0)
        goto out;
    result = ofetch(made, id);
out:
    cancel(made);
    return result;
}

int second_overwrites_the_first_bad(struct octx *parent, int id)
{
    octx_cancel_fn cancel;
    struct octx *outer = octx_with_cancel(parent, &cancel); // want lost-cancel "outer|cancel"
    struct octx *inner = octx_with_cancel(outer, &cancel);
    int result = ofetch(inner, id);
    cancel(inner);
    return result;
}

int two_functions_ok(struct octx *parent, int id)
{
    octx_cancel_fn cancel_outer, cancel_inner;
    struct octx *outer = octx_with_cancel(parent, &cancel_outer);
    struct octx *inner = octx_with_cancel(outer, &cancel_inner);
    int result = ofetch(inner, id);
    cancel_inner(inner);
    cancel_outer(outer);
    return result;
}

struct holder {
    struct octx *ctx;
    octx_cancel_fn cancel;
};

void held_ok(struct holder *holder, struct octx *parent)
{
    holder->ctx = octx_with_cancel(parent, &holder->cancel);
}

void released_ok(struct holder *holder)
{
    holder->cancel(holder->ctx);
}
