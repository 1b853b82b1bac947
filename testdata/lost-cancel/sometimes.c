// A callee that cancels only sometimes: what it is told decides.
#include "ctx.h"
#include "work.h"

static int finish_if(struct ctx *ctx, bool end, int id)
{
    int result = fetch(ctx, id);
    if (end)
        ctx_cancel(ctx);
    return result;
}

int told_not_to_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *open_end = ctx_with_cancel(parent); // want lost-cancel "open_end"
    return finish_if(open_end, false, id);
}

int told_to_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *open_end = ctx_with_cancel(parent);
    return finish_if(open_end, true, id);
}

int told_maybe_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *open_end = ctx_with_cancel(parent); // want lost-cancel "open_end"
    return finish_if(open_end, ready(id), id);
}

int told_maybe_and_does_the_rest_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *open_end = ctx_with_cancel(parent);
    bool last = ready(id);
    int result = finish_if(open_end, last, id);
    if (!last)
        ctx_cancel(open_end);
    return result;
}

int told_maybe_and_does_the_wrong_rest_bad(CTX_CONST struct ctx *parent, int id, bool last)
{
    struct ctx *open_end = ctx_with_cancel(parent); // want lost-cancel "open_end"
    int result = finish_if(open_end, !last, id);
    if (!last)
        ctx_cancel(open_end);
    return result;
}

// The result tells whether the context is gone.
static bool take_if_ready(struct ctx *ctx, int id)
{
    if (!ready(id))
        return false;
    use(ctx);
    ctx_cancel(ctx);
    return true;
}

void result_ignored_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *offered = ctx_with_cancel(parent); // want lost-cancel "offered"
    take_if_ready(offered, id);
}

void result_checked_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *offered = ctx_with_cancel(parent);
    if (!take_if_ready(offered, id))
        ctx_cancel(offered);
}

void result_misread_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *offered = ctx_with_cancel(parent); // want lost-cancel "offered"
    if (take_if_ready(offered, id))
        return;
    say("not taken");
}

// Cancels on failure only: the usual contract of a constructor.
static int attach(struct ctx *ctx, int id)
{
    if (id < 0) {
        ctx_cancel(ctx);
        return -1;
    }
    use(ctx);
    return 0;
}

int cancels_on_failure_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *attached = ctx_with_cancel(parent); // want lost-cancel "attached"
    return attach(attached, id);
}

int cancels_on_failure_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *attached = ctx_with_cancel(parent);
    if (attach(attached, id))
        return -1;
    ctx_cancel(attached);
    return 0;
}

// Always, whatever way it goes.
static int fetch_and_end(struct ctx *ctx, int id)
{
    int result;
    if (ready(id))
        result = fetch(ctx, id);
    else
        result = -1;
    ctx_cancel(ctx);
    return result;
}

int cancels_always_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *given = ctx_with_cancel(parent);
    return fetch_and_end(given, id);
}

// Never, in both shapes of parameter.
static int fetch_twice(CTX_CONST struct ctx *ctx, int id)
{
    return fetch(ctx, id) + fetch(ctx, id + 1);
}

static int fetch_thrice(struct ctx *ctx, int id)
{
    return fetch(ctx, id) + fetch_twice(ctx, id);
}

int cancels_never_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *lent = ctx_with_cancel(parent); // want lost-cancel "lent"
    return fetch_thrice(lent, id);
}

int cancels_never_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *lent = ctx_with_cancel(parent);
    int result = fetch_thrice(lent, id);
    ctx_cancel(lent);
    return result;
}

// Which argument decides: an enum, and how many levels down.
enum mode { MODE_KEEP, MODE_END };

static void by_mode(struct ctx *ctx, enum mode mode)
{
    switch (mode) {
    case MODE_END:
        ctx_cancel(ctx);
        break;
    case MODE_KEEP:
        use(ctx);
        break;
    }
}

static void through(struct ctx *ctx, enum mode mode)
{
    by_mode(ctx, mode);
}

void mode_keep_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *moded = ctx_with_cancel(parent); // want lost-cancel "moded"
    through(moded, MODE_KEEP);
}

void mode_end_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *moded = ctx_with_cancel(parent);
    through(moded, MODE_END);
}
