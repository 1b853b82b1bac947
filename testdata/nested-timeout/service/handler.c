#include "service.h"
#include "work.h"

static int handle(struct service_request *request)
{
    int result = client_charge_bad(request->ctx, request->id);
    if (result)
        return result;
    return client_refund_ok(request->ctx, request->id) + query_users_ok(request);
}

int handler_entry_ok(CTX_CONST struct ctx *connection, int id)
{
    struct service_request request = { .ctx = ctx_with_timeout(connection, 3000), .id = id };
    int result = handle(&request);
    ctx_cancel(request.ctx);
    return result;
}
