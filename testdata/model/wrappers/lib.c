// The library is part of the program: it keeps its roles, however its functions rest on each other.
#include "lib.h"

#include <stdlib.h>

struct ctx { struct ctx *parent; int64_t deadline_ms; int cancelled; };
static struct ctx root_ctx;

struct ctx *ctx_background(void) { return &root_ctx; }                  // role: root result=return
struct ctx *ctx_with_cancel(struct ctx *parent) {                       // role: derive parent=arg0 result=return cancel=function must_cancel
    struct ctx *ctx = calloc(1, sizeof *ctx);
    ctx->parent = parent ? parent : ctx_background();
    return ctx;
}
struct ctx *ctx_with_deadline(struct ctx *parent, int64_t deadline_ms) { // role: derive parent=arg0 result=return deadline=arg1:ms cancel=function must_cancel
    struct ctx *ctx = ctx_with_cancel(parent);
    ctx->deadline_ms = deadline_ms;
    return ctx;
}
struct ctx *ctx_with_timeout(struct ctx *parent, int64_t timeout_ms) {  // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel
    return ctx_with_deadline(parent, ctx_now() + timeout_ms);
}
void ctx_unref(struct ctx *ctx) { free(ctx); }                          // role: release object=arg0 cancels
void ctx_cancel(struct ctx *ctx) {                                      // role: cancel object=arg0
    ctx->cancelled = 1;
    if (ctx->parent != &root_ctx)
        ctx_unref(ctx->parent);
}
int64_t ctx_remaining(struct ctx *ctx) { return ctx->deadline_ms - ctx_now(); } // role: query remaining object=arg0 result=return:ms
