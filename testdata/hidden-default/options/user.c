#include "client.h"
#include "work.h"

static int null_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return client_get(id, NULL); // want hidden-default "client_get"
}

static int zero_bad(CTX_CONST struct ctx *ctx, int id)
{
    struct client_options options = { .retry = true };
    use(ctx);
    return client_get(id, &options); // want hidden-default "client_get"
}

static int set_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct client_options options = { .timeout_ms = (int)ctx_remaining(ctx), .retry = true };
    return client_get(id, &options);
}

static int set_later_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct client_options options = { 0 };
    options.timeout_ms = (int)ctx_remaining(ctx);
    return client_get(id, &options);
}

static void fill(struct client_options *options, CTX_CONST struct ctx *ctx)
{
    *options = (struct client_options){ .timeout_ms = (int)ctx_remaining(ctx) };
}

static int set_by_a_function_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct client_options options;
    fill(&options, ctx);
    return client_get(id, &options);
}

int user_get(CTX_CONST struct ctx *ctx, int id)
{
    return null_bad(ctx, id) + zero_bad(ctx, id) + set_ok(ctx, id) + set_later_ok(ctx, id) + set_by_a_function_ok(ctx, id);
}
