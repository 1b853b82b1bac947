// The libraries of testdata/include, none of which any model names. `role:` gives what the declaration on the line must mean.
#include "../include/constctx.h"
#include "../include/ctx.h"
#include "../include/initctx.h"
#include "../include/outctx.h"
#include "../include/pairctx.h"
#include "../include/statusctx.h"
#include "../include/unitctx.h"
#include "../include/valuectx.h"

struct ctx *ctx_background(void);                                       // role: root result=return
struct ctx *ctx_with_cancel(CTX_CONST struct ctx *parent);              // role: derive parent=arg0 result=return cancel=function must_cancel
struct ctx *ctx_with_timeout(CTX_CONST struct ctx *parent, int64_t timeout_ms);   // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel
struct ctx *ctx_with_deadline(CTX_CONST struct ctx *parent, int64_t deadline_ms); // role: derive parent=arg0 result=return deadline=arg1:ms cancel=function must_cancel
struct ctx *ctx_with_value(CTX_CONST struct ctx *parent, const char *key, void *value); // role: value parent=arg0 result=return
void ctx_cancel(struct ctx *ctx);                                       // role: cancel object=arg0
bool ctx_done(CTX_CONST struct ctx *ctx);                               // role: query done object=arg0 result=return
int ctx_err(CTX_CONST struct ctx *ctx);                                 // role: query error object=arg0 result=return
bool ctx_has_deadline(CTX_CONST struct ctx *ctx);                       // role: query has-deadline object=arg0 result=return
int64_t ctx_deadline(CTX_CONST struct ctx *ctx);                        // role: query deadline object=arg0 result=return:ms
int64_t ctx_remaining(CTX_CONST struct ctx *ctx);                       // role: query remaining object=arg0 result=return:ms
int64_t ctx_now(void);                                                  // role: now result=return:ms

struct kctx *kctx_with_timeout(const struct kctx *parent, int64_t timeout_ns); // role: derive parent=arg0 result=return timeout=arg1:ns cancel=function must_cancel
bool kctx_deadline(const struct kctx *ctx, int64_t *ret_deadline_ns);   // role: query deadline object=arg0 result=*arg1:ns
int64_t kctx_remaining(const struct kctx *ctx);                         // role: query remaining object=arg0 result=return:ns
int64_t kctx_now(void);                                                 // role: now result=return:ns
int kfetch(const struct kctx *ctx, int id);                             // role: none

void ictx_background(struct ictx *ret_ctx);                             // role: root result=arg0
void ictx_with_timeout(struct ictx *ret_ctx, const struct ictx *parent, int64_t timeout_ms); // role: derive parent=arg1 result=arg0 timeout=arg2:ms cancel=function must_cancel
void ictx_cancel(struct ictx *ctx);                                     // role: cancel object=arg0

struct octx *octx_with_cancel(struct octx *parent, octx_cancel_fn *ret_cancel); // role: derive parent=arg0 result=return cancel=out-func:*arg1 must_cancel
struct octx *octx_with_timeout(struct octx *parent, int64_t timeout_ms, octx_cancel_fn *ret_cancel); // role: derive parent=arg0 result=return timeout=arg1:ms cancel=out-func:*arg2 must_cancel

struct pctx_scope pctx_with_cancel(struct pctx *parent);                // role: derive parent=arg0 result=return.ctx cancel=field:return.cancel must_cancel
struct pctx_scope pctx_with_timeout(struct pctx *parent, int64_t timeout_ms); // role: derive parent=arg0 result=return.ctx timeout=arg1:ms cancel=field:return.cancel must_cancel

int sctx_with_cancel(struct sctx *parent, struct sctx **ret_ctx);       // role: derive parent=arg0 result=*arg1 cancel=function must_cancel status
int sctx_with_timeout(struct sctx *parent, int64_t timeout_ms, struct sctx **ret_ctx); // role: derive parent=arg0 result=*arg2 timeout=arg1:ms cancel=function must_cancel status

struct uctx *uctx_with_timeout(struct uctx *parent, uint64_t timeout_us); // role: derive parent=arg0 result=return timeout=arg1:us cancel=function must_cancel
int64_t uctx_remaining(struct uctx *ctx);                               // role: query remaining object=arg0 result=return:us
struct secctx *secctx_with_timeout(struct secctx *parent, unsigned timeout_sec); // role: derive parent=arg0 result=return timeout=arg1:s cancel=function must_cancel
struct dctx *dctx_with_timeout(struct dctx *parent, double seconds);    // role: derive parent=arg0 result=return timeout=arg1:s cancel=function must_cancel
double dctx_remaining(struct dctx *ctx);                                // role: query remaining object=arg0 result=return:s
struct tctx *tctx_with_timeout(struct tctx *parent, const struct timespec *timeout); // role: derive parent=arg0 result=return timeout=*arg1:timespec cancel=function must_cancel
struct tctx *tctx_with_deadline(struct tctx *parent, struct timespec deadline); // role: derive parent=arg0 result=return deadline=arg1:timespec cancel=function must_cancel
struct mctx *mctx_with_timeout_ms(struct mctx *parent, int64_t timeout); // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel
struct mctx *mctx_with_timeout_s(struct mctx *parent, int64_t timeout); // role: derive parent=arg0 result=return timeout=arg1:s cancel=function must_cancel
struct yctx *yctx_with_timeout(struct yctx *parent, duration_ms timeout); // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function must_cancel
duration_ms yctx_remaining(struct yctx *ctx);                           // role: query remaining object=arg0 result=return:ms
struct xctx *xctx_with_timeout(struct xctx *parent, int timeout);       // role: derive parent=arg0 result=return timeout=arg1 cancel=function must_cancel
int xctx_remaining(struct xctx *ctx);                                   // role: query remaining object=arg0 result=return

struct vctx vctx_background(void);                                      // role: root result=return
struct vctx vctx_with_timeout(const struct vctx *parent, int64_t timeout_ms); // role: derive parent=arg0 result=return timeout=arg1:ms cancel=function
void vctx_cancel(struct vctx *ctx);                                     // role: cancel object=arg0

const void *go_shapes[] = {
    ctx_background, ctx_with_cancel, ctx_with_timeout, ctx_with_deadline, ctx_with_value, ctx_cancel, ctx_done, ctx_err, ctx_has_deadline,
    ctx_deadline, ctx_remaining, ctx_now, kctx_with_timeout, kctx_deadline, kctx_remaining, kctx_now, kfetch, ictx_background,
    ictx_with_timeout, ictx_cancel, octx_with_cancel, octx_with_timeout, pctx_with_cancel, pctx_with_timeout, sctx_with_cancel,
    sctx_with_timeout, uctx_with_timeout, uctx_remaining, secctx_with_timeout, dctx_with_timeout, dctx_remaining, tctx_with_timeout,
    tctx_with_deadline, mctx_with_timeout_ms, mctx_with_timeout_s, yctx_with_timeout, yctx_remaining, xctx_with_timeout, xctx_remaining,
    vctx_background, vctx_with_timeout, vctx_cancel,
};
