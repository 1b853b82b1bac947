// Derive and cancel inside macros: the place of the finding is where the macro is used.
#include "ctx.h"
#include "work.h"

#define END(ctx) ctx_cancel(ctx)
#define END_IF(ctx) do { if (ctx) ctx_cancel(ctx); } while (0)
#define FAIL_IF(condition) do { if (condition) return -1; } while (0)
#define FAIL_AND_END_IF(condition, ctx) do { if (condition) { ctx_cancel(ctx); return -1; } } while (0)
#define GOTO_IF(condition, label) do { if (condition) goto label; } while (0)
#define SCOPE(name, parent) struct ctx *name = ctx_with_cancel(parent)
#define WITH_CTX(name, parent) for (struct ctx *name = ctx_with_cancel(parent); name; ctx_cancel(name), name = NULL)

int cancelled_in_a_macro_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result = fetch(made, id);
    END(made);
    return result;
}

int cancelled_in_a_checking_macro_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result = fetch(made, id);
    END_IF(made);
    return result;
}

int returned_in_a_macro_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    FAIL_IF(fetch(made, id) < 0);
    ctx_cancel(made);
    return 0;
}

int returned_in_a_macro_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent);
    FAIL_AND_END_IF(fetch(made, id) < 0, made);
    ctx_cancel(made);
    return 0;
}

int jumped_in_a_macro_ok(CTX_CONST struct ctx *parent, int id)
{
    int result = -1;
    struct ctx *made = ctx_with_cancel(parent);
    GOTO_IF(!ready(id), out);
    result = fetch(made, id);
out:
    ctx_cancel(made);
    return result;
}

int made_in_a_macro_bad(CTX_CONST struct ctx *parent, int id)
{
    SCOPE(made, parent); // want lost-cancel "made"
    return fetch(made, id);
}

int made_in_a_macro_ok(CTX_CONST struct ctx *parent, int id)
{
    SCOPE(made, parent);
    int result = fetch(made, id);
    END(made);
    return result;
}

int scoped_loop_ok(CTX_CONST struct ctx *parent, int id)
{
    int result = 0;
    WITH_CTX(made, parent)
        result = fetch(made, id);
    return result;
}

int scoped_loop_left_by_return_bad(CTX_CONST struct ctx *parent, int id)
{
    WITH_CTX(made, parent) { // want lost-cancel "made"
        int result = fetch(made, id);
        if (result < 0)
            return result;
    }
    return 0;
}
