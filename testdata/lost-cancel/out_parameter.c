// A context handed to the caller through a pointer belongs to the caller.
#include "ctx.h"
#include "work.h"

static int open_into(CTX_CONST struct ctx *parent, struct ctx **ret_ctx)
{
    struct ctx *made = ctx_with_cancel(parent);
    if (!made)
        return -1;
    *ret_ctx = made;
    return 0;
}

int kept_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *given;
    if (open_into(parent, &given))
        return -1;
    int result = fetch(given, id);
    ctx_cancel(given);
    return result;
}

int dropped_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *given;
    if (open_into(parent, &given)) // want lost-cancel "given|open_into"
        return -1;
    return fetch(given, id);
}

int early_return_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *given = NULL;
    int status = open_into(parent, &given); // want lost-cancel "given|open_into"
    if (status)
        return status;
    if (!ready(id))
        return -2;
    status = fetch(given, id);
    ctx_cancel(given);
    return status;
}

int passed_on_ok(CTX_CONST struct ctx *parent, struct ctx **ret_ctx)
{
    return open_into(parent, ret_ctx);
}

// Written out on success only; lost when it fails after the derive.
int lost_on_failure_bad(CTX_CONST struct ctx *parent, int id, struct ctx **ret_ctx)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    if (fetch(made, id) < 0)
        return -1;
    *ret_ctx = made;
    return 0;
}

int ended_on_failure_ok(CTX_CONST struct ctx *parent, int id, struct ctx **ret_ctx)
{
    struct ctx *made = ctx_with_cancel(parent);
    if (fetch(made, id) < 0) {
        ctx_cancel(made);
        return -1;
    }
    *ret_ctx = made;
    return 0;
}

// The callee ends it through a pointer to the pointer.
static void end_and_clear(struct ctx **ctx)
{
    if (!*ctx)
        return;
    ctx_cancel(*ctx);
    *ctx = NULL;
}

static void only_clear(struct ctx **ctx)
{
    *ctx = NULL;
}

void ended_through_its_address_ok(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent);
    use(made);
    end_and_clear(&made);
}

void cleared_through_its_address_bad(CTX_CONST struct ctx *parent)
{
    struct ctx *made = ctx_with_cancel(parent); // want lost-cancel "made"
    use(made);
    only_clear(&made);
    ctx_cancel(made);
}

// Replaced by the callee.
static void renew(CTX_CONST struct ctx *parent, struct ctx **ctx)
{
    ctx_cancel(*ctx);
    *ctx = ctx_with_cancel(parent);
}

int renewed_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result = fetch(made, id);
    renew(parent, &made);
    result += fetch(made, id);
    ctx_cancel(made);
    return result;
}

int renewed_bad(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *made = ctx_with_cancel(parent);
    int result = fetch(made, id);
    renew(parent, &made); // want lost-cancel "made|renew"
    return result + fetch(made, id);
}

// A struct returned by value, and one filled through a pointer.
struct scope {
    struct ctx *ctx;
    int id;
};

static struct scope scope_open(CTX_CONST struct ctx *parent, int id)
{
    struct scope scope = { .ctx = ctx_with_cancel(parent), .id = id };
    return scope;
}

static void scope_close(struct scope *scope)
{
    ctx_cancel(scope->ctx);
}

int struct_by_value_ok(CTX_CONST struct ctx *parent, int id)
{
    struct scope scope = scope_open(parent, id);
    int result = fetch(scope.ctx, scope.id);
    scope_close(&scope);
    return result;
}

int struct_by_value_bad(CTX_CONST struct ctx *parent, int id)
{
    struct scope scope = scope_open(parent, id); // want lost-cancel "scope"
    if (fetch(scope.ctx, scope.id) < 0)
        return -1;
    scope_close(&scope);
    return 0;
}
