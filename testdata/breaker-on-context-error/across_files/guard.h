// The breaker is fed in one file, the call is in another.
#ifndef GUARD_H
#define GUARD_H

#include "waits.h"

int shop_ask(CTX_CONST struct ctx *ctx, int id);
void shop_count(CTX_CONST struct ctx *ctx, struct breaker *breaker, int result);

#endif
