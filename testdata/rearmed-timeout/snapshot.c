// What is left, asked once and used for several waits.
#include "waits.h"
#include "work.h"

int used_twice_bad(CTX_CONST struct ctx *ctx)
{
    int64_t left = ctx_remaining(ctx);
    int result = rpc(1, left);
    return result + rpc(2, left); // want rearmed-timeout "left|again|remain"
}

int asked_twice_ok(CTX_CONST struct ctx *ctx)
{
    int result = rpc(1, ctx_remaining(ctx));
    return result + rpc(2, ctx_remaining(ctx));
}

int asked_again_ok(CTX_CONST struct ctx *ctx)
{
    int64_t left = ctx_remaining(ctx);
    int result = rpc(1, left);
    left = ctx_remaining(ctx);
    return result + rpc(2, left);
}

int in_a_loop_bad(CTX_CONST struct ctx *ctx, int count)
{
    int64_t left = ctx_remaining(ctx);
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += rpc(i, left); // want rearmed-timeout "."
    return sum;
}

int in_a_loop_ok(CTX_CONST struct ctx *ctx, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += rpc(i, ctx_remaining(ctx));
    return sum;
}

// The first wait was given half, so half is left; what is left is shared fairly.
int shared_ok(CTX_CONST struct ctx *ctx)
{
    int64_t left = ctx_remaining(ctx);
    int result = rpc(1, left / 2);
    return result + rpc(2, left / 2);
}

int deadline_minus_now_bad(int64_t deadline)
{
    int64_t left = deadline - now_ms();
    if (rpc(1, left) < 0)
        return -1;
    return rpc(2, left); // want rearmed-timeout "."
}

int deadline_minus_now_ok(int64_t deadline)
{
    if (rpc(1, deadline - now_ms()) < 0)
        return -1;
    return rpc(2, deadline - now_ms());
}

int timer_bad(struct timer *timer)
{
    int64_t left = timer_left(timer);
    if (rpc(1, left) < 0)
        return -1;
    return rpc(2, left); // want rearmed-timeout "."
}

int timer_ok(struct timer *timer)
{
    if (rpc(1, timer_left(timer)) < 0)
        return -1;
    return rpc(2, timer_left(timer));
}

int ambient_bad(void)
{
    int64_t left = budget_left();
    int result = rpc(1, left);
    return result + rpc(2, left); // want rearmed-timeout "."
}

int ambient_ok(void)
{
    int result = rpc(1, budget_left());
    return result + rpc(2, budget_left());
}

// What is left was computed, and then the whole is used.
int thrown_away_bad(int id, int timeout_ms)
{
    int64_t start = now_ms();
    if (rpc(id, timeout_ms) < 0)
        return -1;
    int64_t left = timeout_ms - (now_ms() - start);
    if (left <= 0)
        return -1;
    return rpc(id + 1, timeout_ms); // want rearmed-timeout "."
}

int not_thrown_away_ok(int id, int timeout_ms)
{
    int64_t start = now_ms();
    if (rpc(id, timeout_ms) < 0)
        return -1;
    int64_t left = timeout_ms - (now_ms() - start);
    if (left <= 0)
        return -1;
    return rpc(id + 1, left);
}

int thrown_away_in_a_loop_bad(int id, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    int result = -1;
    while (result < 0) {
        int64_t left = deadline - now_ms();
        if (left <= 0)
            break;
        result = rpc(id, timeout_ms); // want rearmed-timeout "."
    }
    return result;
}

int kept_in_a_loop_ok(int id, int timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    int result = -1;
    while (result < 0) {
        int64_t left = deadline - now_ms();
        if (left <= 0)
            break;
        result = rpc(id, left);
    }
    return result;
}

// Where the contexts come from.
int root_ok(CTX_CONST struct ctx *request, int id)
{
    struct ctx *ctx = ctx_with_timeout(request, 2000);
    int result = call(ctx, id);
    ctx_cancel(ctx);
    return result;
}
