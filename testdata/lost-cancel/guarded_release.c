// A function ends the context of an object under more than one condition: the caller that meets all of them has ended it.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct lease {
    struct ctx *ctx;
    int holders;
    bool active;
};

static struct lease *lease_new(CTX_CONST struct ctx *parent)
{
    struct lease *lease = calloc(1, sizeof *lease);
    if (!lease)
        return NULL;
    lease->holders = 1;
    lease->active = true;
    lease->ctx = ctx_with_cancel(parent);
    return lease;
}

static void lease_end(struct lease *lease)
{
    if (lease->holders == 1 && lease->active)
        ctx_cancel(lease->ctx);
}

int both_hold_ok(CTX_CONST struct ctx *parent)
{
    struct lease *lease = lease_new(parent);
    if (!lease)
        return -1;
    int result = fetch(lease->ctx, 1);
    lease_end(lease);
    return result;
}

int first_fails_bad(CTX_CONST struct ctx *parent)
{
    struct lease *lease = lease_new(parent); // want lost-cancel "lease"
    if (!lease)
        return -1;
    lease->holders = 2;
    int result = fetch(lease->ctx, 1);
    lease_end(lease);
    return result;
}

int second_fails_bad(CTX_CONST struct ctx *parent)
{
    struct lease *lease = lease_new(parent); // want lost-cancel "lease"
    if (!lease)
        return -1;
    lease->active = false;
    int result = fetch(lease->ctx, 1);
    lease_end(lease);
    return result;
}
