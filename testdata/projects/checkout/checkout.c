#include "checkout.h"

#include "inventory.h"
#include "orders.h"
#include "payment.h"
#include "receipt.h"

// What the web server in front of us allows.
#define CHECKOUT_TIMEOUT_MS 3000

static int take_money_and_tell(struct request *request, const struct order *order)
{
    struct receipt_job receipt;
    int status = payment_charge(request->ctx, order->id, order->cents);
    if (status)
        return status;
    if (receipt_start(&receipt, request->ctx, order->id))
        return -1;
    return receipt_wait(&receipt);
}

static int run(struct request *request)
{
    struct order order;
    int status = orders_load(request->storage, request->ctx, request->order_id, &order);
    if (status)
        return status;
    status = inventory_reserve(request->ctx, &order);
    if (status)
        return status;
    return take_money_and_tell(request, &order);
}

int checkout_handle(struct request *request)
{
    request->ctx = ctx_with_timeout(ctx_background(), CHECKOUT_TIMEOUT_MS);
    if (!request->ctx)
        return -1;
    int status = run(request);
    ctx_cancel(request->ctx);
    request->ctx = NULL;
    return status;
}
