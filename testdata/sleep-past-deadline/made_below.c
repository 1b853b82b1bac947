// The context with the deadline is made by a function of the program.
#include "waits.h"
#include "work.h"

static struct ctx *make_ok(CTX_CONST struct ctx *parent, int64_t ms)
{
    return ctx_with_timeout(parent, ms);
}

static struct ctx *make_checked_ok(CTX_CONST struct ctx *parent, int64_t ms)
{
    struct ctx *made = make_ok(parent, ms);
    if (!made)
        return NULL;
    return made;
}

static void pause_bad(CTX_CONST struct ctx *ctx)
{
    use(ctx);
    pause_ms(3000); // want sleep-past-deadline "2 s.*|3 s"
}

static void pause_ok(CTX_CONST struct ctx *ctx)
{
    int64_t left = ctx_remaining(ctx);
    pause_ms(left < 3000 ? left : 3000);
}

void handle_ok(void)
{
    struct ctx *ctx = make_checked_ok(ctx_background(), 2000);
    pause_bad(ctx);
    pause_ok(ctx);
    ctx_cancel(ctx);
}
