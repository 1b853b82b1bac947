// A library in which a context may be ended once only: what is released is gone.
#include "waits.h"
#include "work.h"

struct scope;
TL("derive parent=arg0 result=return") struct scope *scope_inside(struct scope *parent);
TL("cancel object=arg0 twice=no") void scope_end(struct scope *scope);
TL("query error object=arg0 result=return") int scope_error(const struct scope *scope);
int scope_work(struct scope *scope, int id);

int twice_bad(struct scope *parent)
{
    struct scope *scope = scope_inside(parent);
    int result = scope_work(scope, 1);
    scope_end(scope);
    scope_end(scope); // want early-cancel "twice|again|second|already"
    return result;
}

int twice_ok(struct scope *parent)
{
    struct scope *scope = scope_inside(parent);
    int result = scope_work(scope, 1);
    scope_end(scope);
    return result;
}

// The early end and then the common way out.
int error_path_bad(struct scope *parent, int id)
{
    int result = -1;
    struct scope *scope = scope_inside(parent);
    if (scope_work(scope, id) < 0) {
        scope_end(scope);
        goto out;
    }
    result = scope_work(scope, id + 1);
out:
    scope_end(scope); // want early-cancel "twice|again|second|already"
    return result;
}

int error_path_ok(struct scope *parent, int id)
{
    int result = -1;
    struct scope *scope = scope_inside(parent);
    if (scope_work(scope, id) < 0)
        goto out;
    result = scope_work(scope, id + 1);
out:
    scope_end(scope);
    return result;
}

int null_after_ok(struct scope *parent, int id)
{
    struct scope *scope = scope_inside(parent);
    int result = scope_work(scope, id);
    if (result < 0) {
        scope_end(scope);
        scope = NULL;
    }
    if (scope)
        scope_end(scope);
    return result;
}

static void end_if_failed(struct scope *scope, int result)
{
    if (result < 0)
        scope_end(scope);
}

int sometimes_in_callee_bad(struct scope *parent, int id)
{
    struct scope *scope = scope_inside(parent);
    int result = scope_work(scope, id);
    end_if_failed(scope, result);
    scope_end(scope); // want early-cancel "twice|again|second|already"
    return result;
}

int one_or_the_other_ok(struct scope *parent, int id)
{
    struct scope *scope = scope_inside(parent);
    int result = scope_work(scope, id);
    end_if_failed(scope, result);
    if (result >= 0)
        scope_end(scope);
    return result;
}

static void end_scope(struct scope **scope)
{
    scope_end(*scope);
}

int cleanup_bad(struct scope *parent, int id)
{
    __attribute__((cleanup(end_scope))) struct scope *scope = scope_inside(parent);
    int result = scope_work(scope, id);
    scope_end(scope);
    return result; // want early-cancel "twice|again|second|already"
}

int cleanup_ok(struct scope *parent, int id)
{
    __attribute__((cleanup(end_scope))) struct scope *scope = scope_inside(parent);
    return scope_work(scope, id);
}

// A released object cannot even be asked.
struct lease;
TL("derive parent=arg0 result=return cancel=release") struct lease *lease_inside(struct lease *parent);
TL("release object=arg0") void lease_free(struct lease *lease);
TL("query error object=arg0 result=return") int lease_error(const struct lease *lease);

int asked_after_release_bad(struct lease *parent)
{
    struct lease *lease = lease_inside(parent);
    lease_free(lease);
    return lease_error(lease); // want early-cancel "lease"
}

int asked_before_release_ok(struct lease *parent)
{
    struct lease *lease = lease_inside(parent);
    int error = lease_error(lease);
    lease_free(lease);
    return error;
}

int released_twice_bad(struct lease *parent)
{
    struct lease *lease = lease_inside(parent);
    lease_free(lease);
    lease_free(lease); // want early-cancel "twice|again|second|already"
    return 0;
}

// Where the library allows it (cancel twice=yes is the default), twice is nothing.
int allowed_ok(CTX_CONST struct ctx *parent, int id)
{
    struct ctx *ctx = ctx_with_cancel(parent);
    int result = fetch(ctx, id);
    ctx_cancel(ctx);
    ctx_cancel(ctx);
    return result;
}
