// The result of the derive is dropped at once.
#include "ctx.h"
#include "work.h"

void statement_bad(CTX_CONST struct ctx *parent)
{
    ctx_with_cancel(parent); // want lost-cancel "ctx_with_cancel"
}

void cast_to_void_bad(CTX_CONST struct ctx *parent)
{
    (void)ctx_with_timeout(parent, 100); // want lost-cancel "ctx_with_timeout"
}

int as_argument_bad(CTX_CONST struct ctx *parent)
{
    return fetch(ctx_with_timeout(parent, 100), 1); // want lost-cancel "ctx_with_timeout"
}

int as_argument_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *held;
    int result = fetch(held = ctx_with_timeout(parent, 100), 1);
    ctx_cancel(held);
    return result;
}

void parent_of_another_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *inner = ctx_with_cancel(ctx_with_cancel(parent)); // want lost-cancel "ctx_with_cancel"
    use(inner);
    ctx_cancel(inner);
}

void parent_of_another_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *outer = ctx_with_cancel(parent);
    struct ctx *inner = ctx_with_cancel(outer);
    use(inner);
    ctx_cancel(inner);
    ctx_cancel(outer);
}

void with_a_value_attached_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *named = ctx_with_value(ctx_with_cancel(parent), "user", NULL); // want lost-cancel "ctx_with_cancel|named"
    use(named);
}

void with_a_value_attached_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *held = ctx_with_cancel(parent);
    struct ctx *named = ctx_with_value(held, "user", NULL);
    use(named);
    ctx_cancel(held);
}

void only_compared_bad(CTX_CONST struct ctx *parent)
{
    if (ctx_with_cancel(parent)) // want lost-cancel "ctx_with_cancel"
        say("there is memory");
}

void only_compared_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *held;
    if ((held = ctx_with_cancel(parent))) {
        say("there is memory");
        ctx_cancel(held);
    }
}

void at_once_ok(CTX_CONST struct ctx *parent)
{
    ctx_cancel(ctx_with_cancel(parent));
}

void unused_variable_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *idle = ctx_with_cancel(parent); // want lost-cancel "idle"
    (void)idle;
}
