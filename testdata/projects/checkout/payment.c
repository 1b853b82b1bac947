#include "payment.h"

#include <stdio.h>

#include "net.h"

#define SECOND 1000

// The provider promises an answer within one second.
#define PAYMENT_TIMEOUT_MS (1 * SECOND)

static const struct net_peer provider = { .name = "payment provider", .answers_after_ms = 20 };

int payment_charge(struct ctx *ctx, int order_id, long cents)
{
    struct ctx *call = ctx_with_timeout(ctx, PAYMENT_TIMEOUT_MS); // want nested-timeout "1 s.*capped.*3 s"
    if (!call)
        return -1;
    int status = net_exchange(call, &provider);
    if (status == NET_OK)
        printf("order %d: charged %ld.%02ld\n", order_id, cents / 100, cents % 100);
    ctx_cancel(call);
    return status;
}
