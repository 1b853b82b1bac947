// The bad example of the documentation.
#include "waits.h"
#include "work.h"

int load_user(struct ctx *ctx, int id)
{
    if (ctx_done(ctx))
        return -1;
    struct ctx *query = ctx_with_timeout(ctx_background(), 500); // want detached-context "."
    if (!query)
        return -1;
    int user = fetch(query, id);
    ctx_cancel(query);
    return user;
}
