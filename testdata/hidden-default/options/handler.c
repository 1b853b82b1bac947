#include "client.h"

int handle_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = user_get(ctx, id);
    ctx_cancel(ctx);
    return result;
}

int without_a_budget_ok(int id)
{
    return client_get(id, NULL);
}
