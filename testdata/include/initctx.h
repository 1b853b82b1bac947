// A context library that fills objects of its caller.
#ifndef INITCTX_H
#define INITCTX_H

#include <stdbool.h>
#include <stdint.h>

struct ictx {
    const struct ictx *parent;
    struct ictx *next_sibling; // the parent knows its children until they are cancelled
    int64_t deadline_ms;
    bool is_cancelled;
};

void ictx_background(struct ictx *ret_ctx);
void ictx_with_timeout(struct ictx *ret_ctx, const struct ictx *parent, int64_t timeout_ms);
void ictx_cancel(struct ictx *ctx);
bool ictx_done(const struct ictx *ctx);
int64_t ictx_remaining(const struct ictx *ctx);

int ifetch(const struct ictx *ctx, int id);

#endif
