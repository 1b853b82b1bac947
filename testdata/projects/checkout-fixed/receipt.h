// Sends receipts from a thread of their own, so that the customer's mail server is asked while the order is packed.
#ifndef RECEIPT_H
#define RECEIPT_H

#include <pthread.h>

#include "ctx.h"

struct receipt_job {
    struct ctx *ctx; // must stay alive until receipt_wait
    int order_id;
    int status;
    pthread_t thread;
};

int receipt_start(struct receipt_job *job, struct ctx *ctx, int order_id);
int receipt_wait(struct receipt_job *job);

#endif
