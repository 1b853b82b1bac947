// A driver below a handler, in files of their own.
#ifndef DEVICE_H
#define DEVICE_H

#include "ctx.h"

void delay_ms(unsigned ms);
int device_reset(CTX_CONST struct ctx *ctx, int id);
int device_wake(CTX_CONST struct ctx *ctx, int id);
int64_t time_for(CTX_CONST struct ctx *ctx, int64_t wanted);

#endif
