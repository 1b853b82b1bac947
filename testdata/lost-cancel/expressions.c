// Derive and cancel inside expressions: ?:, &&, ||, comma, GNU ?: and statement expressions.
#include "ctx.h"
#include "work.h"

int conditional_operator_ok(CTX_CONST struct ctx *parent, bool narrow, int id)
{
    struct ctx *maybe = narrow ? ctx_with_cancel(parent) : NULL;
    int result = fetch(maybe ? maybe : parent, id);
    maybe ? ctx_cancel(maybe) : (void)0;
    return result;
}

int conditional_operator_bad(CTX_CONST struct ctx *parent, bool narrow, int id)
{
    struct ctx *maybe = narrow ? ctx_with_cancel(parent) : NULL; // want lost-cancel "maybe|ctx_with_cancel"
    return maybe ? fetch(maybe, id) : fetch(parent, id);
}

int either_way_ok(CTX_CONST struct ctx *parent, bool slow, int id)
{
    struct ctx *chosen = slow ? ctx_with_timeout(parent, 9000) : ctx_with_timeout(parent, 90);
    int result = fetch(chosen, id);
    ctx_cancel(chosen);
    return result;
}

int short_circuit_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = NULL;
    if (ready(id) && (made = ctx_with_cancel(parent)) && fetch(made, id) > 0) { // want lost-cancel "made"
        ctx_cancel(made);
        return 1;
    }
    return 0;
}

int short_circuit_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = NULL;
    int found = 0;
    if (ready(id) && (made = ctx_with_cancel(parent)) && fetch(made, id) > 0)
        found = 1;
    if (made)
        ctx_cancel(made);
    return found;
}

int cancel_behind_and_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    int result = fetch(made, id);
    (void)(result > 0 && (ctx_cancel(made), 1));
    return result;
}

int comma_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result;
    return result = fetch(made, id), ctx_cancel(made), result;
}

int gnu_conditional_ok(CTX_CONST struct ctx *parent, struct ctx *spare, int id)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result = fetch(made ?: spare, id);
    ctx_cancel(made);
    return result;
}

int statement_expression_ok(CTX_CONST struct ctx *parent, int id)
{
    return ({
        struct ctx *made = ctx_with_cancel(parent);
        int result = fetch(made, id);
        ctx_cancel(made);
        result;
    });
}

int statement_expression_bad(CTX_CONST struct ctx *parent, int id)
{
    return ({
        struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
        fetch(made, id);
    });
}

int return_in_a_statement_expression_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    int result = ({
        int got = fetch(made, id);
        if (got < 0)
            return got;
        got;
    });
    ctx_cancel(made);
    return result;
}

int value_of_a_statement_expression_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ({ struct ctx *fresh = ctx_with_cancel(parent); use(fresh); fresh; });
    int result = fetch(made, id);
    ctx_cancel(made);
    return result;
}

struct holder {
    struct ctx *ctx;
};

static int fetch_held(struct holder *holder, int id)
{
    int result = fetch(holder->ctx, id);
    ctx_cancel(holder->ctx);
    return result;
}

int compound_literal_ok(CTX_CONST struct ctx *parent, int id)
{
    return fetch_held(&(struct holder){ .ctx = ctx_with_cancel(parent) }, id);
}
