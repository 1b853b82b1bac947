// A context is a small heap object that knows its parent. Asking walks up the parents, so cancelling needs no list of
// children: the price is one pointer per level, and levels are few.
#define _POSIX_C_SOURCE 200809L
#include "ctx.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct ctx {
    const struct ctx *parent;
    int64_t deadline_ms;
    atomic_bool is_cancelled;
};

struct ctx *ctx_background(void)
{
    static struct ctx background = { .deadline_ms = CTX_NEVER };
    return &background;
}

struct ctx *ctx_with_deadline(struct ctx *parent, int64_t deadline_ms)
{
    struct ctx *ctx = malloc(sizeof *ctx);
    if (!ctx)
        return NULL;
    ctx->parent = parent;
    ctx->deadline_ms = deadline_ms < parent->deadline_ms ? deadline_ms : parent->deadline_ms;
    atomic_init(&ctx->is_cancelled, false);
    return ctx;
}

struct ctx *ctx_with_timeout(struct ctx *parent, int64_t timeout_ms)
{
    return ctx_with_deadline(parent, ctx_now() + timeout_ms);
}

struct ctx *ctx_with_cancel(struct ctx *parent)
{
    return ctx_with_deadline(parent, CTX_NEVER);
}

void ctx_cancel(struct ctx *ctx)
{
    if (!ctx)
        return;
    atomic_store(&ctx->is_cancelled, true);
    free(ctx);
}

int ctx_err(const struct ctx *ctx)
{
    for (const struct ctx *at = ctx; at; at = at->parent)
        if (atomic_load(&at->is_cancelled))
            return CTX_CANCELLED;
    return ctx_now() >= ctx->deadline_ms ? CTX_TIMED_OUT : CTX_ALIVE;
}

bool ctx_has_deadline(const struct ctx *ctx)
{
    return ctx->deadline_ms != CTX_NEVER;
}

int64_t ctx_deadline(const struct ctx *ctx)
{
    return ctx->deadline_ms;
}

int64_t ctx_remaining(const struct ctx *ctx)
{
    if (!ctx_has_deadline(ctx))
        return CTX_NEVER;
    int64_t left = ctx->deadline_ms - ctx_now();
    return left > 0 ? left : 0;
}

int64_t ctx_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
