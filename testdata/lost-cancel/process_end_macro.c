// main ends the process, also where a macro or a ternary returns.
#include "ctx.h"
#include "work.h"

#define LEAVE_IF(condition, status) \
    do {                            \
        if (condition)              \
            return (status);        \
    } while (0)

static int step_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *step = ctx_with_cancel(parent); // want lost-cancel "step"
    LEAVE_IF(!ready(1), -1);
    ctx_cancel(step);
    return 0;
}

int main(int argc, char **argv)
{
    struct ctx *process = ctx_with_cancel(ctx_background());
    LEAVE_IF(argc > 3, 1);
    struct ctx *work = ctx_with_cancel(process);
    LEAVE_IF(argc > 2, step_bad(work));
    say(argv[0]);
    return argc > 1 ? fetch(work, 1) : fetch(process, 2);
}
