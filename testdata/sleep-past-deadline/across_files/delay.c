#include "device.h"

#include <time.h>

void delay_ms(unsigned ms)
{
    struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
    nanosleep(&time, NULL);
}

int64_t time_for(CTX_CONST struct ctx *ctx, int64_t wanted)
{
    int64_t left = ctx_remaining(ctx);
    return left < wanted ? left : wanted;
}
