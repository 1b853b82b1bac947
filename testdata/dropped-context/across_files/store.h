// A store whose table of operations is in one file and its functions in others.
#ifndef STORE_H
#define STORE_H

#include "ctx.h"

struct store_ops {
    int (*get)(CTX_CONST struct ctx *ctx, int key);
};
extern const struct store_ops memory_store;
int memory_get_ok(CTX_CONST struct ctx *ctx, int key);
int disk_get_bad(CTX_CONST struct ctx *ctx, int key);
int disk_get_ok(CTX_CONST struct ctx *ctx, int key);

#endif
