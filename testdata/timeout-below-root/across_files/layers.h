// Three layers in three files.
#ifndef LAYERS_H
#define LAYERS_H

#include "ctx.h"

struct session {
    struct ctx *ctx;
    const char *user;
};

int session_run_ok(struct session *session);
int store_read(struct session *session, int key);
int store_write(CTX_CONST struct ctx *ctx, int key);
int store_sync(CTX_CONST struct ctx *ctx);

#endif
