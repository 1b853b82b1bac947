// Functions without a body: a context is lent to them, unless the name speaks of its end.
#include "ctx.h"
#include "work.h"

struct connection;
struct connection *connect_with(struct ctx *ctx, const char *host);
int read_all(CTX_CONST struct ctx *ctx, struct connection *connection);
void scope_free(struct ctx *ctx);
void scope_release(struct ctx *ctx);
void scope_destroy(struct ctx *ctx);

int lent_to_all_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *lent = ctx_with_cancel(parent); // want lost-cancel "lent"
    struct connection *connection = connect_with(lent, "db");
    return read_all(lent, connection);
}

int lent_to_all_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *lent = ctx_with_cancel(parent);
    struct connection *connection = connect_with(lent, "db");
    int result = read_all(lent, connection);
    ctx_cancel(lent);
    return result;
}

void freed_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    use(made);
    scope_free(made);
}

void released_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    use(made);
    scope_release(made);
}

void destroyed_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent);
    if (ready(id))
        scope_destroy(made);
    else
        ctx_cancel(made);
}

void destroyed_in_one_branch_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    if (ready(id))
        scope_destroy(made);
}
