#include "device.h"
#include "work.h"

#define RESET_MS 2500

int device_reset(CTX_CONST struct ctx *ctx, int id)
{
    delay_ms(RESET_MS); // want sleep-past-deadline "2500 ms|2.5 s"
    return fetch(ctx, id);
}

int device_wake(CTX_CONST struct ctx *ctx, int id)
{
    delay_ms((unsigned)time_for(ctx, 400));
    return fetch(ctx, id);
}
