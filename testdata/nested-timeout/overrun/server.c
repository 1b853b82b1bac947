#include "client.h"

int server_handle_ok(struct uctx *request)
{
    struct uctx *ctx = uctx_with_timeout(request, 3000 * 1000);
    int result = client_send(ctx) + client_receive(ctx);
    uctx_cancel(ctx);
    return result;
}
