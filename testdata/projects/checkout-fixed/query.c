#include "query.h"

// Slower queries are a bug in the schema; we want to see them fail.
static const int64_t query_timeout_ms = 500;

int query_row(struct storage *storage, struct ctx *ctx, int key, char *ret_text, size_t size)
{
    struct ctx *query = ctx_with_timeout(ctx, ctx_share(ctx, query_timeout_ms));
    if (!query)
        return -1;
    int status = storage->ops->read(storage, query, key, ret_text, size);
    ctx_cancel(query);
    return status;
}
