// A handler and a helper that makes contexts, in files of their own.
#ifndef APP_H
#define APP_H

#include "ctx.h"

struct ctx *fresh(int64_t ms);
int look_bad(CTX_CONST struct ctx *ctx, int id);
int look_ok(CTX_CONST struct ctx *ctx, int id);

#endif
