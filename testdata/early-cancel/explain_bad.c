// The bad example of the documentation.
#include "waits.h"
#include "work.h"

int compare(struct ctx *ctx, int a, int b)
{
    struct ctx *work = ctx_with_cancel(ctx);
    if (!work)
        return -1;
    int first = fetch(work, a);
    ctx_cancel(work);
    return first - fetch(work, b); // want early-cancel "."
}
