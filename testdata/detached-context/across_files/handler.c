#include "app.h"

int handle_ok(int id)
{
    struct ctx *ctx = fresh(2000);
    int result = look_bad(ctx, id) + look_ok(ctx, id);
    ctx_cancel(ctx);
    return result;
}
