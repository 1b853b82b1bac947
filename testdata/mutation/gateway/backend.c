#include "gateway.h"

#define ATTEMPTS 3
#define WANTED_MS 400

static int ask_once(struct ctx *ctx, int server, int key)
{
    int64_t left = ctx_remaining(ctx);
    struct ctx *attempt = ctx_with_timeout(ctx, left < WANTED_MS ? left : WANTED_MS);
    if (!attempt)
        return -1;
    int result = call(attempt, server + key);
    ctx_cancel(attempt);
    return result;
}

int backend_ask(struct ctx *ctx, int server, int key)
{
    int64_t delay_ms = 10;
    for (int i = 0; i < ATTEMPTS; i++) {
        if (ctx_done(ctx))
            return -1;
        int result = ask_once(ctx, server, key);
        if (result >= 0)
            return result;
        int64_t left = ctx_remaining(ctx);
        pause_ms(delay_ms < left ? delay_ms : left);
        delay_ms *= 2;
    }
    return -1;
}
