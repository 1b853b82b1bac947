// The same with a library whose functions take `const struct kctx *`.
#include "constctx.h"

static int query_bad(const struct kctx *parent)
{
    return kspend(kctx_with_timeout(parent, 500 * KCTX_MS)); // want timeout-below-root "500 ms"
}

static int query_deadline_bad(const struct kctx *parent)
{
    return kspend(kctx_with_deadline(parent, kctx_now() + 2 * KCTX_S)); // want timeout-below-root "2 s"
}

static int query_ok(const struct kctx *parent)
{
    int64_t left = kctx_remaining(parent);
    return kspend(kctx_with_timeout(parent, left < 500 * KCTX_MS ? left : 500 * KCTX_MS));
}

static int query_default_ok(const struct kctx *parent)
{
    int64_t deadline;
    if (!kctx_deadline(parent, &deadline))
        deadline = kctx_now() + 500 * KCTX_MS;
    return kspend(kctx_with_deadline(parent, deadline));
}

int handle_ok(const struct kctx *request)
{
    return query_bad(request) + query_deadline_bad(request) + query_ok(request) + query_default_ok(request);
}

int root_ok(const struct kctx *request)
{
    return kspend(kctx_with_timeout(request, 3 * KCTX_S));
}
