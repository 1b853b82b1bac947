// Reserves an order's items in a warehouse.
#ifndef INVENTORY_H
#define INVENTORY_H

#include "ctx.h"
#include "orders.h"

int inventory_reserve(struct ctx *ctx, const struct order *order);

#endif
