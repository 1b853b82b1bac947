// What another file makes for main lives until the process ends; what a function of main's makes does not.
#include "app.h"
#include "work.h"

struct ctx *app_context(void)
{
    return ctx_with_cancel(ctx_background());
}

int app_run_bad(CTX_CONST struct ctx *ctx)
{
    struct ctx *run = ctx_with_cancel(ctx); // want lost-cancel "run"
    return fetch(run, 1);
}
