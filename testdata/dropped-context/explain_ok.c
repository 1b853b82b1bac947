// The good example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(struct ctx *ctx, int id)
{
    struct ctx *query = ctx_with_timeout(ctx, ctx_remaining(ctx) / 2);
    if (!query)
        return -1;
    int user = call(query, id);
    ctx_cancel(query);
    return user;
}
