#include "layers.h"
#include "work.h"

int server_accept_ok(CTX_CONST struct ctx *listener)
{
    struct session session = { .ctx = ctx_with_cancel(listener), .user = "guest" };
    int result = session_run_ok(&session);
    ctx_cancel(session.ctx);
    return result;
}

int server_tick_ok(CTX_CONST struct ctx *listener)
{
    struct ctx *tick = ctx_with_timeout(listener, 100);
    int result = fetch(tick, 0);
    ctx_cancel(tick);
    return result;
}
