#include "ctx.h"
#include "work.h"

struct state {
    int id;
    const char *name;
    struct ctx *ctx;
};

static struct ctx *current;

static void finish(struct ctx *ctx)
{
    use(ctx);
}

void forgetting_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    finish(made);
}

void forgetting_start_bad(struct state *state, CTX_CONST struct ctx *parent)
{
    state->ctx = ctx_with_cancel(parent); // want lost-cancel "ctx"
    current = ctx_with_cancel(parent); // want lost-cancel "current"
}

void forgetting_stop_ok(struct state *state)
{
    finish(state->ctx);
    finish(current);
}
