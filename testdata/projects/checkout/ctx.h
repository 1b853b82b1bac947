// Request contexts: one object carries cancellation and the time budget through all layers.
#ifndef CTX_H
#define CTX_H

#include <stdbool.h>
#include <stdint.h>

#define CTX_NEVER INT64_MAX

enum ctx_error { CTX_ALIVE = 0, CTX_CANCELLED = -1, CTX_TIMED_OUT = -2 };

struct ctx;

// The context all others come from: never ends. Need not be cancelled.
struct ctx *ctx_background(void);

// A child of `parent`; NULL when there is no memory. A child ends with its parent, or earlier: at its own deadline (which
// is never later than the parent's) or when it is cancelled. Every child must be given to ctx_cancel once.
struct ctx *ctx_with_cancel(struct ctx *parent);
struct ctx *ctx_with_timeout(struct ctx *parent, int64_t timeout_ms);
struct ctx *ctx_with_deadline(struct ctx *parent, int64_t deadline_ms);

// Ends `ctx` and gives its memory back. NULL is allowed.
void ctx_cancel(struct ctx *ctx);

int ctx_err(const struct ctx *ctx);
bool ctx_has_deadline(const struct ctx *ctx);
int64_t ctx_deadline(const struct ctx *ctx);  // in milliseconds of ctx_now, CTX_NEVER without one
int64_t ctx_remaining(const struct ctx *ctx); // milliseconds, at least 0, CTX_NEVER without deadline
int64_t ctx_now(void);                        // milliseconds, monotonic

#endif
