// The context gets below the root in a struct, through a function pointer or by recursion.
#include "ctx.h"
#include "work.h"

struct request {
    struct ctx *ctx;
    int id;
};

static int in_a_field_bad(const struct request *request)
{
    return spend(ctx_with_timeout(request->ctx, 500)); // want timeout-below-root "500 ms"
}

static int in_a_field_ok(const struct request *request)
{
    return spend(ctx_with_timeout(request->ctx, ctx_remaining(request->ctx) / 2));
}

int handle_field_ok(struct ctx *base, int id)
{
    struct request request = { .ctx = ctx_with_cancel(base), .id = id };
    int result = in_a_field_bad(&request) + in_a_field_ok(&request);
    ctx_cancel(request.ctx);
    return result;
}

struct driver {
    int (*read)(CTX_CONST struct ctx *ctx, int id);
    int (*write)(CTX_CONST struct ctx *ctx, int id);
};

static int driver_read_bad(CTX_CONST struct ctx *ctx, int id)
{
    return id + spend(ctx_with_timeout(ctx, 600)); // want timeout-below-root "600 ms"
}

static int driver_write_ok(CTX_CONST struct ctx *ctx, int id)
{
    return fetch(ctx, id);
}

static const struct driver driver = { .read = driver_read_bad, .write = driver_write_ok };

int handle_driver_ok(CTX_CONST struct ctx *request)
{
    return driver.read(request, 1) + driver.write(request, 2);
}

static int apply_ok(CTX_CONST struct ctx *ctx, int (*step)(CTX_CONST struct ctx *ctx, int id), int id)
{
    return step(ctx, id);
}

static int step_bad(CTX_CONST struct ctx *ctx, int id)
{
    return id + spend(ctx_with_timeout(ctx, 700)); // want timeout-below-root "700 ms"
}

int handle_step_ok(CTX_CONST struct ctx *request)
{
    return apply_ok(request, step_bad, 3);
}

static int descend_bad(CTX_CONST struct ctx *ctx, int depth)
{
    if (depth > 0)
        return descend_bad(ctx, depth - 1);
    return spend(ctx_with_timeout(ctx, 800)); // want timeout-below-root "800 ms"
}

int handle_descend_ok(CTX_CONST struct ctx *request)
{
    return descend_bad(request, 5);
}
