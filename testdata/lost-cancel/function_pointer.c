// Cancelled, or not, through a function pointer.
#include "ctx.h"
#include "work.h"

typedef void (*end_fn)(struct ctx *ctx);

static void look(struct ctx *ctx)
{
    use(ctx);
}

void variable_ok(CTX_CONST struct ctx *parent)
{
    end_fn end = ctx_cancel;
    struct ctx *made = ctx_with_cancel(parent);
    use(made);
    end(made);
}

void variable_bad(CTX_CONST struct ctx *parent)
{
    end_fn end = look;
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    end(made);
}

static void with(struct ctx *ctx, end_fn end)
{
    use(ctx);
    end(ctx);
}

void parameter_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    with(made, ctx_cancel);
}

struct ctx_ops {
    void (*end)(struct ctx *ctx);
    void (*show)(struct ctx *ctx);
};

static const struct ctx_ops plain_ops = { .end = ctx_cancel, .show = look };

void ops_struct_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    plain_ops.show(made);
    plain_ops.end(made);
}

void ops_struct_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    plain_ops.show(made);
    plain_ops.show(made);
}

void ops_parameter_ok(CTX_CONST struct ctx *parent, const struct ctx_ops *ops)
{
    struct ctx *made = ctx_with_cancel(parent);
    ops->show(made);
    ops->end(made);
}

// The derive itself through a pointer.
typedef struct ctx *(*make_fn)(CTX_CONST struct ctx *parent);
static const make_fn makers[] = { ctx_with_cancel };

void made_through_a_pointer_ok(CTX_CONST struct ctx *parent)
{
    make_fn make = ctx_with_cancel;
    struct ctx *made = make(parent);
    use(made);
    ctx_cancel(made);
}

void made_through_a_pointer_bad(CTX_CONST struct ctx *parent)
{
    make_fn make = ctx_with_cancel;
    struct ctx *made = make(parent); // want lost-cancel "made"
    use(made);
}

void made_through_a_table_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *made = makers[0](parent); // want lost-cancel "made"
    use(made);
}

// Of two possible targets, one forgets.
static void end_it(struct ctx *ctx)
{
    ctx_cancel(ctx);
}

static const end_fn enders[] = { look, end_it };

void one_of_two_bad(CTX_CONST struct ctx *parent, int which)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    enders[which](made);
}
