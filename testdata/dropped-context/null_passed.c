// NULL where a context is in hand.
#include "waits.h"
#include "work.h"

#define NO_CONTEXT NULL

int null_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return call(NULL, id); // want dropped-context "NULL"
}

int null_ok(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return call(ctx, id);
}

int unmodelled_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return fetch(NO_CONTEXT, id); // want dropped-context "NULL"
}

int in_a_variable_bad(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *none = NULL;
    use(ctx);
    return call(none, id); // want dropped-context "."
}

static int helper_ok(CTX_CONST struct ctx *ctx, int id)
{
    return ctx ? call(ctx, id) : rpc(id, 100);
}

int to_a_function_here_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return helper_ok(NULL, id); // want dropped-context "NULL"
}

int to_a_function_here_ok(CTX_CONST struct ctx *ctx, int id)
{
    return helper_ok(ctx, id);
}

// None is in hand.
int nothing_in_hand_ok(int id)
{
    return call(NULL, id) + helper_ok(NULL, id);
}

// It is NULL itself on this path.
int null_itself_ok(struct ctx *ctx, int id)
{
    if (!ctx)
        return call(NULL, id);
    return call(ctx, id);
}

// NULL for something else.
int set_name(CTX_CONST struct ctx *ctx, const char *name);

int other_argument_ok(CTX_CONST struct ctx *ctx)
{
    return set_name(ctx, NULL);
}

// To end nothing waits for nothing.
static void end_ok(struct ctx *ctx)
{
    ctx_cancel(ctx);
}

int ended_ok(CTX_CONST struct ctx *ctx, int id)
{
    struct ctx *none = NULL;
    end_ok(none);
    return call(ctx, id);
}
