// Static functions, variables and structs that have the same names as those in forgetting.c.
#include "ctx.h"
#include "work.h"

struct state {
    struct ctx *ctx;
    int id;
};

static struct ctx *current;

static void finish(struct ctx *ctx)
{
    ctx_cancel(ctx);
}

void ending_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    use(made);
    finish(made);
}

void ending_start_ok(struct state *state, CTX_CONST struct ctx *parent)
{
    state->ctx = ctx_with_cancel(parent);
    current = ctx_with_cancel(parent);
}

void ending_stop_ok(struct state *state)
{
    finish(state->ctx);
    finish(current);
}
