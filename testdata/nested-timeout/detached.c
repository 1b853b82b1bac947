// What does not hang below the deadline is not nested in it.
#include "ctx.h"
#include "work.h"

// Clean-up with a budget of its own, started from background.
static void write_audit_log_ok(int result)
{
    struct ctx *audit = ctx_with_timeout(ctx_background(), 200);
    fetch(audit, result);
    ctx_cancel(audit);
}

int handle_with_audit_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = fetch(ctx, 1);
    write_audit_log_ok(result);
    ctx_cancel(ctx);
    return result;
}

// What is attached stays, the deadline does not.
static void notify_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *detached = ctx_without_cancel(parent);
    struct ctx *own = ctx_with_timeout(detached, 5000);
    use(own);
    ctx_cancel(own);
}

int handle_with_notice_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = fetch(ctx, 1);
    notify_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// Detached from the deadline, but bounded again before the fixed bound.
static void notify_twice_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *detached = ctx_without_cancel(parent);
    struct ctx *outer = ctx_with_timeout(detached, 2000);
    struct ctx *inner = ctx_with_timeout(outer, 500); // want nested-timeout "500 ms.*capped.*2 s"
    use(inner);
    ctx_cancel(inner);
    ctx_cancel(outer);
}

int handle_with_two_notices_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 3000);
    int result = fetch(ctx, 1);
    notify_twice_bad(ctx);
    ctx_cancel(ctx);
    return result;
}
