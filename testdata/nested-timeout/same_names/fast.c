// Static functions, constants and structs that have the same names as those in slow.c.
#include "ctx.h"
#include "work.h"

static const int64_t limit_ms = 500;

struct state {
    struct ctx *ctx;
    int id;
};

static int run(struct state *state)
{
    return spend(ctx_with_timeout(state->ctx, limit_ms)); // want nested-timeout "500 ms.*capped.*3 s"
}

int fast_ok(CTX_CONST struct ctx *request)
{
    struct state state = { .ctx = ctx_with_timeout(request, 3000), .id = 1 };
    int result = run(&state);
    ctx_cancel(state.ctx);
    return result;
}
