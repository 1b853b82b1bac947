// The checkout request: loads the order, reserves its items, takes the money, mails the receipt.
#ifndef CHECKOUT_H
#define CHECKOUT_H

#include "storage.h"

struct request {
    int order_id;
    struct storage *storage;
    struct ctx *ctx; // for the time of the request
};

int checkout_handle(struct request *request);

#endif
