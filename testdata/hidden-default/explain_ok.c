// The good example of the documentation.
#include "waits.h"
#include "work.h"

static int load_user(struct ctx *ctx, int id)
{
    int64_t left = ctx_remaining(ctx);
    return left > 0 ? rpc(id, left) : -1;
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
