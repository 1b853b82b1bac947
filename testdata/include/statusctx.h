// A context library whose functions return 0 or an error number, and the context through their last parameter, which an
// error leaves alone.
#ifndef STATUSCTX_H
#define STATUSCTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sctx;

struct sctx *sctx_background(void);
int sctx_with_cancel(struct sctx *parent, struct sctx **ret_ctx);
int sctx_with_timeout(struct sctx *parent, int64_t timeout_ms, struct sctx **ret_ctx);
void sctx_cancel(struct sctx *ctx);
bool sctx_done(const struct sctx *ctx);
int64_t sctx_remaining(const struct sctx *ctx);

int sfetch(struct sctx *ctx, int id);

// Works under `ctx` and ends it.
static inline int sspend(struct sctx *ctx)
{
    int result = sfetch(ctx, 1);
    sctx_cancel(ctx);
    return result;
}

#endif
