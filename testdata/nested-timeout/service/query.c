#include "service.h"
#include "work.h"

const int64_t service_query_ms = 500;

int query_run(CTX_CONST struct ctx *ctx, int64_t timeout_ms, int id)
{
    struct ctx *query = ctx_with_timeout(ctx, timeout_ms);
    int result = fetch(query, id);
    ctx_cancel(query);
    return result;
}
