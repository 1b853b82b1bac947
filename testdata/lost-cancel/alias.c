// Cancelled under another name.
#include "ctx.h"
#include "work.h"

void second_variable_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    struct ctx *alias = made;
    use(alias);
    ctx_cancel(alias);
}

void alias_reassigned_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    struct ctx *alias = made;
    use(made);
    alias = NULL;
    ctx_cancel(alias);
}

void pointer_to_the_variable_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    struct ctx **where = &made;
    use(*where);
    ctx_cancel(*where);
}

void pointer_to_another_variable_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    struct ctx *other = NULL;
    struct ctx **where = &other;
    use(made);
    ctx_cancel(*where);
}

// Through void *, as callbacks and containers do.
void untyped_ok(CTX_CONST struct ctx *parent)
{
    void *opaque = ctx_with_cancel(parent);
    use(opaque);
    ctx_cancel(opaque);
}

void untyped_bad(CTX_CONST struct ctx *parent)
{
    void *opaque = ctx_with_cancel(parent); // want lost-cancel "opaque"
    use(opaque);
}

void integer_ok(CTX_CONST struct ctx *parent)
{
    uintptr_t bits = (uintptr_t)ctx_with_cancel(parent);
    use((struct ctx *)bits);
    ctx_cancel((struct ctx *)bits);
}

// A value attached to a context is the same budget: cancelling the derived one is what counts.
void attached_value_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    struct ctx *named = ctx_with_value(made, "name", NULL);
    use(named);
    ctx_cancel(made);
}

union handle {
    struct ctx *ctx;
    void *any;
};

void union_ok(CTX_CONST struct ctx *parent)
{
    union handle handle;
    handle.ctx = ctx_with_cancel(parent);
    use(handle.any);
    ctx_cancel(handle.any);
}

struct pair {
    struct ctx *left, *right;
};

void struct_copy_ok(CTX_CONST struct ctx *parent)
{
    struct pair pair = { ctx_with_cancel(parent), ctx_with_cancel(parent) };
    struct pair copy = pair;
    use(copy.left);
    ctx_cancel(copy.left);
    ctx_cancel(copy.right);
}

void struct_copy_bad(CTX_CONST struct ctx *parent)
{
    struct pair pair;
    pair.left = ctx_with_cancel(parent);
    pair.right = ctx_with_cancel(parent); // want lost-cancel "right|pair|ctx_with_cancel"
    struct pair copy = pair;
    use(copy.right);
    ctx_cancel(copy.left);
}
