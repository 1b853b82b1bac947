// The same mistakes with libraries of other shapes.
#include "constctx.h"
#include "initctx.h"
#include "outctx.h"
#include "pairctx.h"
#include "statusctx.h"
#include "valuectx.h"

// Parents are const, times are nanoseconds.
static int const_parent_bad(const struct kctx *parent)
{
    return kspend(kctx_with_timeout(parent, 500 * KCTX_MS)); // want nested-timeout "500 ms.*capped.*3 s"
}

static int const_parent_dead_bad(const struct kctx *parent)
{
    return kspend(kctx_with_deadline(parent, kctx_now() + 5 * KCTX_S)); // want nested-timeout "5 s.*dead.*3 s"
}

static int const_parent_ok(const struct kctx *parent)
{
    int64_t left = kctx_remaining(parent);
    return kspend(kctx_with_timeout(parent, left < 500 * KCTX_MS ? left : 500 * KCTX_MS));
}

static int const_parent_deadline_ok(const struct kctx *parent)
{
    int64_t until = kctx_now() + 500 * KCTX_MS, deadline;
    if (kctx_deadline(parent, &deadline) && deadline < until)
        until = deadline;
    return kspend(kctx_with_deadline(parent, until));
}

static int const_parent_default_ok(const struct kctx *parent)
{
    int64_t deadline = kctx_now() + 500 * KCTX_MS;
    kctx_deadline(parent, &deadline);
    return kspend(kctx_with_deadline(parent, deadline));
}

int handle_const_parent_ok(const struct kctx *request)
{
    struct kctx *ctx = kctx_with_timeout(request, 3 * KCTX_S);
    int sum = const_parent_bad(ctx) + const_parent_dead_bad(ctx) + const_parent_ok(ctx);
    sum += const_parent_deadline_ok(ctx) + const_parent_default_ok(ctx);
    kctx_cancel(ctx);
    return sum;
}

// The context comes with its cancel function in a struct.
static int pair_bad(struct pctx *parent)
{
    struct pctx_scope scope = pctx_with_timeout(parent, 500); // want nested-timeout "500 ms.*capped.*3 s"
    int result = pfetch(scope.ctx, 1);
    scope.cancel(scope.ctx);
    return result;
}

static int pair_ok(struct pctx *parent)
{
    struct pctx_scope scope = pctx_with_timeout(parent, pctx_remaining(parent) / 2);
    int result = pfetch(scope.ctx, 1);
    scope.cancel(scope.ctx);
    return result;
}

int handle_pair_ok(struct pctx *request)
{
    struct pctx_scope scope = pctx_with_timeout(request, 3000);
    int result = pair_bad(scope.ctx) + pair_ok(scope.ctx);
    scope.cancel(scope.ctx);
    return result;
}

// The cancel function comes through a pointer.
static int out_function_bad(struct octx *parent)
{
    octx_cancel_fn cancel;
    struct octx *ctx = octx_with_timeout(parent, 500, &cancel); // want nested-timeout "500 ms.*capped.*3 s"
    int result = ofetch(ctx, 1);
    cancel(ctx);
    return result;
}

static int out_function_ok(struct octx *parent)
{
    octx_cancel_fn cancel;
    struct octx *ctx = octx_with_timeout(parent, octx_remaining(parent) / 2, &cancel);
    int result = ofetch(ctx, 1);
    cancel(ctx);
    return result;
}

int handle_out_function_ok(struct octx *request)
{
    octx_cancel_fn cancel;
    struct octx *ctx = octx_with_timeout(request, 3000, &cancel);
    int result = out_function_bad(ctx) + out_function_ok(ctx);
    cancel(ctx);
    return result;
}

// The context comes through a pointer, the result is a status.
static int status_bad(struct sctx *parent)
{
    struct sctx *ctx;
    if (sctx_with_timeout(parent, 500, &ctx)) // want nested-timeout "500 ms.*capped.*3 s"
        return -1;
    return sspend(ctx);
}

static int status_ok(struct sctx *parent)
{
    struct sctx *ctx;
    if (sctx_with_timeout(parent, sctx_remaining(parent) / 2, &ctx))
        return -1;
    return sspend(ctx);
}

int handle_status_ok(struct sctx *request)
{
    struct sctx *ctx;
    if (sctx_with_timeout(request, 3000, &ctx))
        return -1;
    int result = status_bad(ctx) + status_ok(ctx);
    sctx_cancel(ctx);
    return result;
}

// Contexts are values.
static int value_bad(const struct vctx *parent)
{
    struct vctx ctx = vctx_with_timeout(parent, 500); // want nested-timeout "500 ms.*capped.*3 s"
    return vfetch(&ctx, 1);
}

static int value_deadline_bad(const struct vctx *parent)
{
    struct vctx ctx = vctx_with_deadline(parent, vctx_now() + 5000); // want nested-timeout "5 s.*dead.*3 s"
    return vfetch(&ctx, 1);
}

static int value_ok(const struct vctx *parent)
{
    struct vctx ctx = vctx_with_timeout(parent, vctx_remaining(parent) / 2);
    return vfetch(&ctx, 1);
}

int handle_value_ok(const struct vctx *request)
{
    struct vctx ctx = vctx_with_timeout(request, 3000);
    return value_bad(&ctx) + value_deadline_bad(&ctx) + value_ok(&ctx);
}

// Contexts are initialised in place.
static int in_place_bad(const struct ictx *parent)
{
    struct ictx ctx;
    ictx_with_timeout(&ctx, parent, 500); // want nested-timeout "500 ms.*capped.*3 s"
    int result = ifetch(&ctx, 1);
    ictx_cancel(&ctx);
    return result;
}

static int in_place_ok(const struct ictx *parent)
{
    struct ictx ctx;
    ictx_with_timeout(&ctx, parent, ictx_remaining(parent) / 2);
    int result = ifetch(&ctx, 1);
    ictx_cancel(&ctx);
    return result;
}

int handle_in_place_ok(const struct ictx *request)
{
    struct ictx ctx;
    ictx_with_timeout(&ctx, request, 3000);
    int result = in_place_bad(&ctx) + in_place_ok(&ctx);
    ictx_cancel(&ctx);
    return result;
}
