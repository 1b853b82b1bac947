// Meant to outlive the request: with the word `detached` on the function or the variable it is accepted, without it is a note.
#include "waits.h"
#include "work.h"

#define OUTLIVES_REQUEST TL("detached")

int audit_bad(CTX_CONST struct ctx *ctx, int id)
{
    int result = call(ctx, id);
    struct ctx *audit = ctx_with_timeout(ctx_background(), 200); // want detached-context "."
    call(audit, -id);
    ctx_cancel(audit);
    return result;
}

int audit_variable_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = call(ctx, id);
    TL("detached") struct ctx *audit = ctx_with_timeout(ctx_background(), 200);
    call(audit, -id);
    ctx_cancel(audit);
    return result;
}

TL("detached") static void write_audit_ok(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    struct ctx *audit = ctx_with_timeout(ctx_background(), 200);
    call(audit, -id);
    ctx_cancel(audit);
}

OUTLIVES_REQUEST static void close_session_ok(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    struct ctx *farewell = ctx_with_timeout(ctx_background(), 100);
    call(farewell, -id);
    ctx_cancel(farewell);
}

int handle_ok(CTX_CONST struct ctx *ctx, int id)
{
    int result = call(ctx, id);
    write_audit_ok(ctx, id);
    close_session_ok(ctx, id);
    return result;
}
