// The good example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(struct ctx *ctx, int id)
{
    int64_t left = ctx_remaining(ctx);
    struct ctx *query = ctx_with_timeout(ctx, left < 500 ? left : 500);
    if (!query)
        return -1;
    int user = fetch(query, id);
    ctx_cancel(query);
    return user;
}
