#define _POSIX_C_SOURCE 200809L
#include "net.h"

#include <time.h>

enum { NET_SLICE_MS = 5 };

static void pause_ms(int64_t ms)
{
    struct timespec slice = { .tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000 };
    nanosleep(&slice, NULL);
}

int net_exchange(const struct ctx *ctx, const struct net_peer *peer)
{
    int64_t answer_at = ctx_now() + peer->answers_after_ms;
    while (ctx_now() < answer_at) {
        int err = ctx_err(ctx);
        if (err)
            return err == CTX_CANCELLED ? NET_CANCELLED : NET_TIMED_OUT;
        pause_ms(NET_SLICE_MS);
    }
    return peer->refuses ? NET_REFUSED : NET_OK;
}

const char *net_status_text(int status)
{
    switch (status) {
    case NET_OK: return "ok";
    case NET_CANCELLED: return "cancelled";
    case NET_TIMED_OUT: return "timed out";
    case NET_REFUSED: return "refused";
    }
    return "failed";
}
