// A context library without a heap: a context is a value that remembers its parent's address. Nothing leaks without a cancel.
#ifndef VALUECTX_H
#define VALUECTX_H

#include <stdbool.h>
#include <stdint.h>

struct vctx {
    const struct vctx *parent;
    int64_t deadline_ms;
    bool is_cancelled;
};

struct vctx vctx_background(void);
struct vctx vctx_with_timeout(const struct vctx *parent, int64_t timeout_ms);
struct vctx vctx_with_deadline(const struct vctx *parent, int64_t deadline_ms);
void vctx_cancel(struct vctx *ctx);
bool vctx_done(const struct vctx *ctx);
int64_t vctx_remaining(const struct vctx *ctx);
int64_t vctx_now(void);

int vfetch(const struct vctx *ctx, int id);

#endif
