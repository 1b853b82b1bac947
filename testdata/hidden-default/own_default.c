// A call whose own default applies, though a budget is there that says how long.
#include <netdb.h>

#include "waits.h"
#include "work.h"

// Also in this form: -1 means the library's default.
TL("block timeout=arg1:ms") TL("block default=10:s when=arg1:-1") int query(int id, int timeout_ms);
// Takes the context, and has a limit of its own beside it: the earlier one counts.
TL("block object=arg0") TL("block default=30:s") int call_limited(CTX_CONST struct ctx *ctx, int id);

static int own_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return rpc_default(id); // want hidden-default "30 s.*|rpc_default"
}

static int own_ok(CTX_CONST struct ctx *ctx, int id)
{
    return rpc(id, ctx_remaining(ctx));
}

#define LIBRARY_DEFAULT (-1)

static int constant_bad(CTX_CONST struct ctx *ctx, int id)
{
    use(ctx);
    return query(id, LIBRARY_DEFAULT); // want hidden-default "10 s|query"
}

static int constant_ok(CTX_CONST struct ctx *ctx, int id)
{
    return query(id, (int)ctx_remaining(ctx));
}

static int overwritten_ok(CTX_CONST struct ctx *ctx, int id)
{
    int timeout = -1;
    if (ctx_has_deadline(ctx))
        timeout = (int)ctx_remaining(ctx);
    return query(id, timeout);
}

static int chosen_ok(CTX_CONST struct ctx *ctx, int id)
{
    return query(id, ctx_has_deadline(ctx) ? (int)ctx_remaining(ctx) : -1);
}

static int also_given_ok(CTX_CONST struct ctx *ctx, int id)
{
    return call_limited(ctx, id);
}

// The resolver's own limit, from resolv.conf.
static int resolve_bad(CTX_CONST struct ctx *ctx, const char *host, struct addrinfo **ret_list)
{
    use(ctx);
    return getaddrinfo(host, "443", NULL, ret_list); // want hidden-default "getaddrinfo"
}

// Not below a budget.
static int below_nothing_ok(int id)
{
    return rpc_default(id) + query(id, -1);
}

int without_budget_ok(const char *host, struct addrinfo **ret_list)
{
    return below_nothing_ok(1) + getaddrinfo(host, "443", NULL, ret_list);
}

// The caller has no context parameter to look at, but a budget is above.
static int far_below_bad(int id)
{
    return rpc_default(id); // want hidden-default "."
}

int handle_ok(CTX_CONST struct ctx *request, int id, const char *host, struct addrinfo **ret_list)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int sum = own_bad(ctx, id) + own_ok(ctx, id) + constant_bad(ctx, id) + constant_ok(ctx, id) + overwritten_ok(ctx, id);
    sum += chosen_ok(ctx, id) + also_given_ok(ctx, id) + resolve_bad(ctx, host, ret_list) + far_below_bad(id);
    ctx_cancel(ctx);
    return sum;
}

// The budget in other forms.
int deadline_bad(int64_t deadline, int id)
{
    if (rpc_until(id, deadline) < 0)
        return -1;
    return rpc_default(id); // want hidden-default "."
}

int deadline_ok(int64_t deadline, int id)
{
    if (rpc_until(id, deadline) < 0)
        return -1;
    return rpc(id, deadline - now_ms());
}

int timeout_bad(int timeout_ms, int id)
{
    if (query(id, -1) < 0) // want hidden-default "."
        return -1;
    return rpc(id, timeout_ms);
}

int timeout_ok(int timeout_ms, int id)
{
    return query(id, timeout_ms);
}

static int timer_bad(struct timer *timer, int id)
{
    if (rpc_timer(id, timer) < 0)
        return -1;
    return rpc_default(id); // want hidden-default "."
}

int handle_timer_ok(int id)
{
    struct timer timer;
    timer_start(&timer, 2000);
    return timer_bad(&timer, id);
}

static int ambient_bad(int id)
{
    return rpc_default(id); // want hidden-default "."
}

int handle_ambient_ok(int id)
{
    budget_begin(2000);
    int result = ambient_bad(id) + rpc_ambient(id);
    budget_end();
    return result + rpc_default(id);
}
