// A client library and its user.
#ifndef CLIENT_H
#define CLIENT_H

#include "ctx.h"

struct client_options {
    int timeout_ms; // 0: 30 s
    bool retry;
};
int client_get(int id, const struct client_options *options); // NULL: the defaults

int user_get(CTX_CONST struct ctx *ctx, int id);

#endif
