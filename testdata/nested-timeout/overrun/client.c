#include "client.h"

int client_send(struct uctx *ctx)
{
    return uspend(uctx_with_timeout(ctx, 500 * 1000)); // want nested-timeout "500 ms.*overrun.*3 s"
}

int client_receive(struct uctx *ctx)
{
    uint64_t left = (uint64_t)uctx_remaining(ctx);
    return uspend(uctx_with_timeout(ctx, left < 500 * 1000 ? left : 500 * 1000));
}
