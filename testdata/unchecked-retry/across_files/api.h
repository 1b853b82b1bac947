// A client that retries, and the call it retries in another file.
#ifndef API_H
#define API_H

#include "ctx.h"

int api_ask(CTX_CONST struct ctx *ctx, int id);
bool api_give_up(CTX_CONST struct ctx *ctx, int attempt);
int client_bad(CTX_CONST struct ctx *ctx, int id);
int client_ok(CTX_CONST struct ctx *ctx, int id);

#endif
