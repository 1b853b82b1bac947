// A service in four files: a handler, a client, a query layer, helpers.
#ifndef SERVICE_H
#define SERVICE_H

#include "ctx.h"

struct service_request {
    struct ctx *ctx;
    int id;
};

int client_charge_bad(CTX_CONST struct ctx *ctx, int id);
int client_refund_ok(CTX_CONST struct ctx *ctx, int id);
int query_users_ok(struct service_request *request);
int query_run(CTX_CONST struct ctx *ctx, int64_t timeout_ms, int id);
int64_t time_min(int64_t a, int64_t b);
int64_t time_left_of(CTX_CONST struct ctx *ctx, int64_t wanted_ms);
bool time_is_enough(CTX_CONST struct ctx *ctx, int64_t needed_ms);

extern const int64_t service_query_ms;

#endif
