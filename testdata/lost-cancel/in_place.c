// Contexts that are objects of their user: initialised in place, or returned by value.
#include "initctx.h"
#include "valuectx.h"

int initialised_ok(const struct ictx *parent, int id)
{
    struct ictx own;
    ictx_with_timeout(&own, parent, 600);
    int result = ifetch(&own, id);
    ictx_cancel(&own);
    return result;
}

// The parent still knows the object on this stack.
int initialised_bad(const struct ictx *parent, int id)
{
    struct ictx own;
    ictx_with_timeout(&own, parent, 600); // want lost-cancel "own"
    int result = ifetch(&own, id);
    if (result < 0)
        return result;
    ictx_cancel(&own);
    return result;
}

struct call {
    struct ictx ctx;
    int id;
};

int member_ok(const struct ictx *parent, int id)
{
    struct call call = { .id = id };
    ictx_with_timeout(&call.ctx, parent, 600);
    int result = ifetch(&call.ctx, call.id);
    ictx_cancel(&call.ctx);
    return result;
}

int member_bad(const struct ictx *parent, int id)
{
    struct call call = { .id = id };
    ictx_with_timeout(&call.ctx, parent, 600); // want lost-cancel "call|ctx"
    return ifetch(&call.ctx, call.id);
}

// A plain value holds nothing that could be lost.
int value_ok(const struct vctx *parent, int id)
{
    struct vctx own = vctx_with_timeout(parent, 600);
    if (id < 0)
        return -1;
    return vfetch(&own, id);
}
