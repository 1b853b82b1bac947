#include "service.h"

static int query_names_bad(CTX_CONST struct ctx *ctx, int id)
{
    return query_run(ctx, service_query_ms, id); // want nested-timeout "500 ms.*capped.*3 s"
}

static int query_groups_ok(CTX_CONST struct ctx *ctx, int id)
{
    return query_run(ctx, time_left_of(ctx, service_query_ms), id);
}

int query_users_ok(struct service_request *request)
{
    return query_names_bad(request->ctx, request->id) + query_groups_ok(request->ctx, request->id);
}
