#include "receipt.h"

#include <stdio.h>

#include "net.h"

// Mail servers are slow: five seconds are short by their standards.
static const int64_t receipt_timeout_ms = 5000;

static const struct net_peer mail_server = { .name = "mail server", .answers_after_ms = 30 };

static void *send_receipt(void *arg)
{
    struct receipt_job *job = arg;
    struct ctx *mail = ctx_with_timeout(job->ctx, receipt_timeout_ms); // want nested-timeout "5 s.*dead.*3 s"
    if (!mail) {
        job->status = -1;
        return NULL;
    }
    job->status = net_exchange(mail, &mail_server);
    ctx_cancel(mail);
    return NULL;
}

int receipt_start(struct receipt_job *job, struct ctx *ctx, int order_id)
{
    job->ctx = ctx;
    job->order_id = order_id;
    job->status = 0;
    return pthread_create(&job->thread, NULL, send_receipt, job) ? -1 : 0;
}

int receipt_wait(struct receipt_job *job)
{
    if (pthread_join(job->thread, NULL))
        return -1;
    if (job->status == NET_OK)
        printf("order %d: receipt sent\n", job->order_id);
    return job->status;
}
