// A small context library in the style of Go's package, without any annotation: it must be recognised by its shape.
// Times are milliseconds. A child's deadline is never later than its parent's. Every child is given to ctx_cancel once.
//
// The functions that only look at a context take `CTX_CONST struct ctx *`: cases are analysed twice, as they stand and with
// -DCTX_CONST=const, so that nothing rests on a parameter being const or not.
#ifndef CTX_H
#define CTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef CTX_CONST
#define CTX_CONST
#endif

#define CTX_NEVER INT64_MAX

struct ctx;

struct ctx *ctx_background(void); // need not be cancelled

// NULL when there is no memory.
struct ctx *ctx_with_cancel(CTX_CONST struct ctx *parent);
struct ctx *ctx_with_timeout(CTX_CONST struct ctx *parent, int64_t timeout_ms);
struct ctx *ctx_with_deadline(CTX_CONST struct ctx *parent, int64_t deadline_ms);

// The same context with something attached: lives as long as `parent`, need not be cancelled.
struct ctx *ctx_with_value(CTX_CONST struct ctx *parent, const char *key, void *value);

// What is attached to `parent` without its deadline and without its end; need not be cancelled.
struct ctx *ctx_without_cancel(CTX_CONST struct ctx *parent);

void ctx_cancel(struct ctx *ctx);

bool ctx_done(CTX_CONST struct ctx *ctx);
int ctx_err(CTX_CONST struct ctx *ctx);
bool ctx_has_deadline(CTX_CONST struct ctx *ctx);
int64_t ctx_deadline(CTX_CONST struct ctx *ctx);  // CTX_NEVER without deadline
int64_t ctx_remaining(CTX_CONST struct ctx *ctx); // CTX_NEVER without deadline
int64_t ctx_now(void);

#endif
