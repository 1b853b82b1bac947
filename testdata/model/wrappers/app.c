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
