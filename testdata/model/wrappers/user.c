#include "lib.h"

struct ctx *my_with_timeout(struct ctx *parent, int64_t timeout_ms);    // role: none
struct ctx *app_background(void);                                       // role: none
void request_ctx_cancel(struct ctx *ctx);                               // role: none
struct ctx *ctx_with_timeout(struct ctx *parent, int64_t timeout_ms);   // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel

void user(void) {
    struct ctx *ctx = my_with_timeout(app_background(), 500);
    struct ctx *other = ctx_with_timeout(ctx, 300);
    ctx_cancel(other);
    request_ctx_cancel(ctx);
}
