// Client of the payment provider.
#ifndef PAYMENT_H
#define PAYMENT_H

#include "ctx.h"

int payment_charge(struct ctx *ctx, int order_id, long cents);

#endif
