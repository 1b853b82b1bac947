// The context travels in a global variable.
#include "ctx.h"
#include "work.h"

static struct ctx *current;
struct ctx *program_ctx;

static int step_bad(void)
{
    return spend(ctx_with_timeout(current, 500)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int step_ok(void)
{
    return spend(ctx_with_timeout(current, ctx_remaining(current) / 2));
}

int handle_ok(CTX_CONST struct ctx *request)
{
    current = ctx_with_timeout(request, 3000);
    int result = step_bad() + step_ok();
    ctx_cancel(current);
    current = NULL;
    return result;
}

// Only ever cancellable: no deadline is in force.
void program_start_ok(void)
{
    program_ctx = ctx_with_cancel(ctx_background());
}

int program_step_ok(void)
{
    return spend(ctx_with_timeout(program_ctx, 500));
}

void program_stop_ok(void)
{
    ctx_cancel(program_ctx);
}
