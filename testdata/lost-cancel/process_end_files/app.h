#ifndef APP_H
#define APP_H

#include "ctx.h"

struct ctx *app_context(void);
int app_run_bad(CTX_CONST struct ctx *ctx);

#endif
