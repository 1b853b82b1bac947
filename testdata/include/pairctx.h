// A context library that returns the context together with the function that cancels it.
#ifndef PAIRCTX_H
#define PAIRCTX_H

#include <stdbool.h>
#include <stdint.h>

struct pctx;

struct pctx_scope {
    struct pctx *ctx;
    void (*cancel)(struct pctx *ctx);
};

struct pctx *pctx_background(void);
struct pctx_scope pctx_with_cancel(struct pctx *parent);
struct pctx_scope pctx_with_timeout(struct pctx *parent, int64_t timeout_ms);
bool pctx_done(const struct pctx *ctx);
int64_t pctx_remaining(const struct pctx *ctx);

int pfetch(struct pctx *ctx, int id);

#endif
