// A handler, a client that retries and its transport, in three files.
#ifndef SERVICE_H
#define SERVICE_H

#include "ctx.h"

int client_pay(CTX_CONST struct ctx *ctx, int id);
int client_look(CTX_CONST struct ctx *ctx, int id);
int transport_send(CTX_CONST struct ctx *ctx, int id, int64_t timeout_ms);

#endif
