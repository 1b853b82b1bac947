// When the process ends, contexts that are still alive end with it.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

static void exit_with_a_context_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *last = ctx_with_cancel(parent);
    exit(fetch(last, 1));
}

static int called_by_main_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *step = ctx_with_cancel(parent); // want lost-cancel "step"
    return fetch(step, 2);
}

int main(int argc, char **argv)
{
    (void)argv;
    struct ctx *process = ctx_with_cancel(ctx_background());
    if (argc > 2)
        exit_with_a_context_ok(process);
    if (argc > 1)
        return called_by_main_bad(process);
    return fetch(process, 1);
}
