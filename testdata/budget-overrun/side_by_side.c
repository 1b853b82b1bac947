// What does not run one after the other does not add up; what is reached through pointers does.
#include <pthread.h>

#include "waits.h"
#include "work.h"

// Two threads wait at the same time.
static void *price_ok(void *arg)
{
    spend(ctx_with_timeout(arg, 1500));
    return NULL;
}

static void *stock_ok(void *arg)
{
    spend(ctx_with_timeout(arg, 1400));
    return NULL;
}

int handle_threads_ok(CTX_CONST struct ctx *request)
{
    pthread_t price, stock;
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    bool has_price = pthread_create(&price, NULL, price_ok, ctx) == 0, has_stock = pthread_create(&stock, NULL, stock_ok, ctx) == 0;
    if (has_price)
        pthread_join(price, NULL);
    if (has_stock)
        pthread_join(stock, NULL);
    ctx_cancel(ctx);
    return 0;
}

// The second step is taken only where enough is left for it.
static int guarded_ok(CTX_CONST struct ctx *ctx)
{
    int result = spend(ctx_with_timeout(ctx, 1500));
    if (ctx_remaining(ctx) < 800)
        return result;
    return result + spend(ctx_with_timeout(ctx, 800));
}

int handle_guarded_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = guarded_ok(ctx);
    ctx_cancel(ctx);
    return result;
}

// Steps of a table.
struct plan {
    int (*first)(CTX_CONST struct ctx *ctx), (*second)(CTX_CONST struct ctx *ctx);
};

static int load_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 1500));
}

static int store_ok(CTX_CONST struct ctx *ctx)
{
    return spend(ctx_with_timeout(ctx, 800));
}

static const struct plan plan = { .first = load_ok, .second = store_ok };

static int follow_bad(CTX_CONST struct ctx *ctx)
{
    int result = plan.first(ctx); // want budget-overrun "up to 2300 ms \(1500 ms \+ 800 ms\) but 'handle_plan_ok' allows 2000 ms"
    return result + plan.second(ctx);
}

int handle_plan_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = follow_bad(ctx);
    ctx_cancel(ctx);
    return result;
}

// Slices of a loop that looks at the deadline ask for nothing.
static int slices_ok(CTX_CONST struct ctx *ctx, int id)
{
    for (int i = 0; i < 100 && !ctx_done(ctx); i++) {
        if (ready(id))
            return 0;
        pause_ms(50);
    }
    return -1;
}

int handle_slices_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = slices_ok(ctx, id);
    ctx_cancel(ctx);
    return result;
}

// The first one fails at once where it is not ready; how long that takes is nobody's bound.
int handle_no_wait_ok(CTX_CONST struct ctx *request)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = rpc(1, 0) + spend(ctx_with_timeout(ctx, 1500));
    ctx_cancel(ctx);
    return result;
}
