// Orders as the shop knows them.
#ifndef ORDERS_H
#define ORDERS_H

#include "storage.h"

struct order {
    int id;
    int items;
    long cents;
    char row[32];
};

int orders_load(struct storage *storage, struct ctx *ctx, int id, struct order *ret_order);

#endif
