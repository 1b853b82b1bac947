// __attribute__((cleanup)) runs at every way out of the scope.
#include "ctx.h"
#include "work.h"

static void end_ctx(struct ctx **ctx)
{
    ctx_cancel(*ctx);
}

static void end_ctx_checked(struct ctx **ctx)
{
    if (*ctx)
        ctx_cancel(*ctx);
    *ctx = NULL;
}

static void only_look(struct ctx **ctx)
{
    use(*ctx);
}

#define AUTO_CTX __attribute__((cleanup(end_ctx))) struct ctx *

int every_way_out_ok(CTX_CONST struct ctx *parent, int id)
{
    __attribute__((cleanup(end_ctx))) struct ctx *scoped = ctx_with_cancel(parent);
    if (!ready(id))
        return -1;
    return fetch(scoped, id);
}

int behind_a_macro_ok(CTX_CONST struct ctx *parent, int id)
{
    AUTO_CTX scoped = ctx_with_cancel(parent);
    if (!ready(id))
        return -1;
    return fetch(scoped, id);
}

int checked_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *scoped __attribute__((cleanup(end_ctx_checked))) = NULL;
    if (ready(id))
        scoped = ctx_with_cancel(parent);
    return scoped ? fetch(scoped, id) : 0;
}

int wrong_cleanup_bad(CTX_CONST struct ctx *parent, int id)
{
    __attribute__((cleanup(only_look))) struct ctx *scoped = ctx_with_cancel(parent); // want lost-cancel "scoped"
    return fetch(scoped, id);
}

int break_and_continue_ok(CTX_CONST struct ctx *parent, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        AUTO_CTX each = ctx_with_cancel(parent);
        int result = fetch(each, i);
        if (result == 0)
            continue;
        if (result < 0)
            break;
        sum += result;
    }
    return sum;
}

int goto_out_of_scope_ok(CTX_CONST struct ctx *parent, int id)
{
    {
        AUTO_CTX scoped = ctx_with_cancel(parent);
        if (fetch(scoped, id) < 0)
            goto failed;
    }
    return 0;
failed:
    return -1;
}

int overwritten_bad(CTX_CONST struct ctx *parent, int id)
{
    AUTO_CTX scoped = ctx_with_cancel(parent); // want lost-cancel "scoped"
    int result = fetch(scoped, id);
    scoped = ctx_with_cancel(parent);
    return result + fetch(scoped, id);
}

// Moved out of the variable before the scope ends.
static struct ctx *steal(struct ctx **ctx)
{
    struct ctx *taken = *ctx;
    *ctx = NULL;
    return taken;
}

struct ctx *stolen_ok(CTX_CONST struct ctx *parent, int id)
{
    __attribute__((cleanup(end_ctx_checked))) struct ctx *scoped = ctx_with_cancel(parent);
    if (!ready(id))
        return NULL;
    return steal(&scoped);
}

void stolen_and_dropped_bad(CTX_CONST struct ctx *parent)
{
    __attribute__((cleanup(end_ctx_checked))) struct ctx *scoped = ctx_with_cancel(parent); // want lost-cancel "scoped"
    use(steal(&scoped));
}
