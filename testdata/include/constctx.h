// As ctx.h, but in the other shape: parents are `const struct kctx *`, times are nanoseconds, and asking for the deadline
// returns whether there is one.
#ifndef CONSTCTX_H
#define CONSTCTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KCTX_MS 1000000LL
#define KCTX_S (1000 * KCTX_MS)

struct kctx;

struct kctx *kctx_background(void);
struct kctx *kctx_with_cancel(const struct kctx *parent);
struct kctx *kctx_with_timeout(const struct kctx *parent, int64_t timeout_ns);
struct kctx *kctx_with_deadline(const struct kctx *parent, int64_t deadline_ns);
void kctx_cancel(struct kctx *ctx);

bool kctx_done(const struct kctx *ctx);
int kctx_err(const struct kctx *ctx);
bool kctx_deadline(const struct kctx *ctx, int64_t *ret_deadline_ns);
int64_t kctx_remaining(const struct kctx *ctx);
int64_t kctx_now(void);

int kfetch(const struct kctx *ctx, int id);

// Works under `ctx` and ends it.
static inline int kspend(struct kctx *ctx)
{
    int result = kfetch(ctx, 1);
    kctx_cancel(ctx);
    return result;
}

#endif
