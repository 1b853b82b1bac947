// The bad example of the documentation.
#include "waits.h"
#include "work.h"

static int load_user(struct ctx *ctx, int id)
{
    if (ctx_done(ctx))
        return -1;
    return rpc_default(id); // want hidden-default "."
}

int handle_request(int id)
{
    struct ctx *request = ctx_with_timeout(ctx_background(), 2000);
    if (!request)
        return -1;
    int user = load_user(request, id);
    ctx_cancel(request);
    return user;
}
