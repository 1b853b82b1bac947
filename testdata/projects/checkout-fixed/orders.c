#include "orders.h"

#include "query.h"

int orders_load(struct storage *storage, struct ctx *ctx, int id, struct order *ret_order)
{
    struct order order = { .id = id, .items = id % 4, .cents = 1000L + id };
    int status = query_row(storage, ctx, id, order.row, sizeof order.row);
    if (status)
        return status;
    *ret_order = order;
    return 0;
}
