// Wrappers are understood from their bodies, in every file.
#include "lib.h"

struct ctx *my_with_timeout(struct ctx *parent, int64_t timeout_ms) {   // role: none
    int64_t left = ctx_remaining(parent);
    return ctx_with_timeout(parent, timeout_ms < left ? timeout_ms : left);
}
struct ctx *app_background(void) { return ctx_background(); }           // role: none
void request_ctx_cancel(struct ctx *ctx) {                              // role: none
    say("cancelled");
    ctx_cancel(ctx);
}
// The same words but for those that say nothing: still not the library's own function.
static struct ctx *new_ctx_with_timeout(struct ctx *parent, int ms) {   // role: none
    return ms < ctx_remaining(parent) ? ctx_with_timeout(parent, ms) : ctx_with_cancel(parent);
}
static void cancel(struct ctx *ctx, int really) {                       // role: none
    if (really)
        ctx_cancel(ctx);
}
static int64_t time_left(struct ctx *ctx) { return ctx_remaining(ctx); } // role: none
void app(void) {
    struct ctx *ctx = new_ctx_with_timeout(app_background(), 100);
    cancel(ctx, time_left(ctx) > 0);
}
