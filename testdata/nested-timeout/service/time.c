#include "service.h"

int64_t time_min(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t time_left_of(CTX_CONST struct ctx *ctx, int64_t wanted_ms)
{
    int64_t left = ctx_remaining(ctx);
    if (left < wanted_ms)
        return left;
    return wanted_ms;
}

bool time_is_enough(CTX_CONST struct ctx *ctx, int64_t needed_ms)
{
    return ctx_remaining(ctx) >= needed_ms;
}
