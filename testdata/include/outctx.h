// A context library that hands out the function that cancels through a pointer.
#ifndef OUTCTX_H
#define OUTCTX_H

#include <stdbool.h>
#include <stdint.h>

struct octx;
typedef void (*octx_cancel_fn)(struct octx *ctx);

struct octx *octx_background(void);
struct octx *octx_with_cancel(struct octx *parent, octx_cancel_fn *ret_cancel);
struct octx *octx_with_timeout(struct octx *parent, int64_t timeout_ms, octx_cancel_fn *ret_cancel);
bool octx_done(const struct octx *ctx);
int64_t octx_remaining(const struct octx *ctx);

int ofetch(struct octx *ctx, int id);

#endif
