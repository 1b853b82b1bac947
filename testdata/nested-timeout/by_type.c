// A call through a pointer of which nothing is known but its type: what fits is a guess, and the message says so.
#include "ctx.h"
#include "work.h"

typedef int (*hook_fn)(CTX_CONST struct ctx *ctx, int id, const char *why);

void hooks_install(hook_fn hook);
hook_fn hooks_current(void);

static int hook_bad(CTX_CONST struct ctx *ctx, int id, const char *why)
{
    say(why);
    return id + spend(ctx_with_timeout(ctx, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int hook_ok(CTX_CONST struct ctx *ctx, int id, const char *why)
{
    say(why);
    return id + spend(ctx_with_timeout(ctx, ctx_remaining(ctx) / 2));
}

// Another type: never called with a bounded context.
static int other_hook_ok(CTX_CONST struct ctx *ctx, long id)
{
    return (int)id + spend(ctx_with_timeout(ctx, 500));
}

void other_hooks_install(int (*hook)(CTX_CONST struct ctx *ctx, long id));

void install_ok(void)
{
    hooks_install(hook_bad);
    hooks_install(hook_ok);
    other_hooks_install(other_hook_ok);
}

int handle_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = hooks_current()(ctx, 1, "handle");
    ctx_cancel(ctx);
    return result;
}
